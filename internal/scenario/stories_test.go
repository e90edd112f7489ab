package scenario

import (
	"bufio"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
)

var rewrite = flag.Bool("rewrite", false, "write the expected texts anew; read the difference as code")

const stories = top + "/testdata/scenarios"

// TestStories sends each story's files to a fresh service, runs a night and
// compares all that can be read of it over gRPC with expected.txt.
//
// A story has some thirty records, too few to learn from how often namesakes
// meet, and none to spare: the linkage has to stand on what the model assumes
// before it has seen data. That is wanted. A council's first small delivery
// must not join strangers, and a story that leaned on a background population
// would change whenever the population did.
func TestStories(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(stories, "*", "deliveries.txt"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no stories in %s (%v)", stories, err)
	}
	for _, list := range dirs {
		dir := filepath.Dir(list)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			s := serve(t, t.TempDir())
			for _, opt := range readDeliveries(t, list) {
				if got := s.push(opt); got.Account.Rejected != 0 {
					t.Errorf("push of %v: %d rows rejected, want 0", opt.Feed, got.Account.Rejected)
				}
			}
			s.night(0)
			compare(t, filepath.Join(dir, "expected.txt"), render(t, s.conn))
		})
	}
}

// compare holds got against the file, or writes the file with -rewrite.
func compare(t *testing.T, file, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the story came out otherwise (-want +got):\n%s", diff)
	}
}

// readDeliveries reads deliveries.txt: a line a delivery with feed, agency,
// delivery id, as-at, first and last day covered, and organisations covered.
// The file of a feed bears its name; - is not declared.
func readDeliveries(t *testing.T, list string) []ingest.PushOptions {
	t.Helper()
	file, err := os.Open(list)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []ingest.PushOptions
	for lines := bufio.NewScanner(file); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) == 0 || strings.HasPrefix(f[0], "#") {
			continue
		}
		if len(f) != 7 {
			t.Fatalf("%s: %d fields in a line, want 7", list, len(f))
		}
		feed, err := family.ParseFeed(f[0])
		if err != nil {
			t.Fatal(err)
		}
		opt := ingest.PushOptions{
			Feed: feed, File: filepath.Join(filepath.Dir(list), f[0]+".csv"), Agency: f[1], DeliveryID: f[2],
			AsAt: day(t, f[3]), From: day(t, f[4]), To: day(t, f[5]),
		}
		if f[6] != "all" {
			opt.Organisations = strings.Split(f[6], ";")
		}
		out = append(out, opt)
	}
	return out
}

func day(t *testing.T, s string) family.Date {
	t.Helper()
	if s == "-" {
		return 0
	}
	d, err := family.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
