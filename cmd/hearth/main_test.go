package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
)

// asHearth makes the test binary behave as hearth, for tests of the process.
const asHearth = "HEARTH_TEST_AS_HEARTH"

func TestMain(m *testing.M) {
	if os.Getenv(asHearth) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// safeBuffer is a buffer that a service may still be writing to.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// hearth runs a command line in-process.
func hearth(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, talk bytes.Buffer
	code = newProgram(strings.NewReader(""), &out, &talk).Run(t.Context(), args)
	return code, out.String(), talk.String()
}

// must runs a command line that has to succeed and returns what it printed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, talk := hearth(t, args...)
	if code != exitDone {
		t.Fatalf("hearth %s: exit %d\n%s", strings.Join(args, " "), code, talk)
	}
	return out
}

// serving is a service in-process.
type serving struct {
	addr, web string
	log       *safeBuffer
	stop      func() int // ends it and returns its exit status; may be called again
}

var listeningLine = regexp.MustCompile(`^listening grpc=(127\.0\.0\.1:\d+) web=(127\.0\.0\.1:\d+)\n$`)

// serve starts a service on dir; it ends with the test.
func serve(t *testing.T, dir string, more ...string) *serving {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	s := &serving{log: &safeBuffer{}}
	ended := make(chan int, 1)
	go func() {
		args := append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0"}, more...)
		ended <- newProgram(nil, write, s.log).Run(ctx, args)
		_ = write.Close()
	}()
	line, err := bufio.NewReader(read).ReadString('\n')
	m := listeningLine.FindStringSubmatch(line)
	if err != nil || m == nil {
		cancel()
		t.Fatalf("got %q, %v, want the one line\n%s", line, err, s.log)
	}
	s.addr, s.web = m[1], m[2]
	s.stop = sync.OnceValue(func() int { cancel(); return <-ended })
	t.Cleanup(func() { s.stop() })
	return s
}

// story is one of the fictional families of testdata.
const story = "../../testdata/scenarios/b-open-door"

// pushStory pushes a story's files and runs the night.
func pushStory(t *testing.T, s *serving) {
	t.Helper()
	for _, feed := range []string{"schools", "addresses", "attendance", "police", "housing", "benefits", "involvement"} {
		out := must(t, "push", feed, filepath.Join(story, feed+".csv"), "--server", s.addr, "--as-at", "2025-11-14", "--delivery-id", "d-"+feed)
		if !accountPattern.MatchString(out) {
			t.Fatalf("push %s ended with %q", feed, out)
		}
	}
	out := must(t, "run", "--server", s.addr)
	if !strings.Contains(out, "as at 2025-11-14") || !strings.Contains(out, "trained in this night") {
		t.Fatalf("run printed %q", out)
	}
}

var accountPattern = regexp.MustCompile(`^rows=\d+ accepted=\d+ rejected=\d+ superseded=\d+ held=\d+\n$`)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWrongUse(t *testing.T) {
	for _, tc := range []struct {
		args string
		code int
		say  string
	}{
		{"pus x y", exitUsage, "did you mean push"},
		{"frobnicate", exitUsage, "no such command"},
		{"push", exitUsage, "missing: FEED and FILE"},
		{"push attendance", exitUsage, "missing: FILE"},
		{"push attendance a b", exitUsage, `"b" is one argument too many`},
		{"push attendance a --period-from 2025-02-02 --period-to 2025-01-01", exitUsage, "--period-to is before"},
		{"push attendance no/such.csv", exitFailed, "check the path"},
		{"run now", exitUsage, "one argument too many"},
		{"explain", exitUsage, "name two records"},
		{"candidates --show some", exitUsage, "write all, eligible"},
		{"candidates --limit 0", exitUsage, "from 1 to 1,000"},
		{"candidates --min-headlines -1", exitUsage, "0 or more"},
		{"push attendence file.csv", exitUsage, "choose one of attendance, police"},
		{"push attendance file.csv --wrong", exitUsage, "unknown flag"},
		{"push attendance file.csv --as-at 2025-02-30", exitUsage, "not a possible date"},
		{"push attendance file.csv --server nowhere", exitUsage, "write HOST:PORT"},
		{"serve", exitUsage, "--data is required"},
		{"serve --data d --hold-above 2", exitUsage, "--hold-above"},
		{"rebuild", exitUsage, "--data is required"},
		{"rebuild --data no/such/dir", exitFailed, "no such file or directory"},
		{"serve --data main.go", exitFailed, "is a file; name a directory"},
		{"serve --data d --key-file main.go", exitFailed, "make one with"},
		{"serve --data d --key-file no/such", exitFailed, "no such file"},
		{"serve --data d --framework-file no/such", exitFailed, "no such file"},
		{"serve --data d --listen nowhere", exitFailed, "choose another address"},
		{"export", exitUsage, "links, households, candidates, account"},
		{"export everything --out x", exitUsage, "links, households, candidates, account"},
		{"synth --people 1e5 --out x", exitUsage, "write a whole number"},
		{"synth --seed -1 --out x", exitUsage, "write a whole number"},
		{"export links", exitUsage, "--out is required"},
		{"synth --people 0 --out x", exitUsage, "at least 1"},
		{"synth", exitUsage, "--out is required"},
		{"evaluate", exitUsage, "--truth and --links are required"},
		{"evaluate --truth . --links x --candidates y", exitUsage, "go together"},
		{"evaluate --truth no/such --links x", exitFailed, "truth_records.csv"},
		{"household H1 --svg - --timeline -", exitUsage, "only one of them"},
		{"candidates --show some", exitUsage, "put_forward, to_check"},
		{"evaluate --truth . --links x --mistakes y", exitUsage, "needs --households"},
		{"evaluate --before x", exitUsage, "go together"},
		{"evaluate --before x --after y --truth .", exitUsage, "need nothing else"},
		{"evaluate --before no/such --after no/such", exitFailed, "cannot read such"},
		{"settle police d1 --reason x", exitUsage, "either --release or --discard"},
		{"settle police d1 --reason x --release --discard", exitUsage, "either --release or --discard"},
		{"settle police d1 --release", exitUsage, "--reason is required"},
		{"person nowhere/x --server 127.0.0.1:1", exitUsage, "feed/record_id"},
		{"demo --people 0", exitUsage, "at least 1"},
		{"run --server 127.0.0.1:1", exitFailed, "no service answers at 127.0.0.1:1; start one with `hearth serve --data DIR`"},
	} {
		code, out, talk := hearth(t, strings.Fields(tc.args)...)
		if code != tc.code || !strings.Contains(talk, tc.say) || out != "" {
			t.Errorf("hearth %s: exit %d, %q, %q; want exit %d and %q", tc.args, code, out, talk, tc.code, tc.say)
		}
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	p := newProgram(nil, io.Discard, io.Discard)
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			if sub.Short == "" || sub.Example == "" {
				t.Errorf("%s has no description or no example", sub.CommandPath())
			}
			visit(sub)
		}
	}
	visit(p.rootCommand())
	// Help shows the commands in groups, of which nobody needs more than two.
	for _, g := range p.groups() {
		if len(g.commands) > 7 {
			t.Errorf("%d commands under %q: more than anybody remembers", len(g.commands), g.title)
		}
	}
	for _, args := range [][]string{nil, {"--help"}, {"push", "--help"}, {"--version"}} {
		if out := must(t, args...); !strings.Contains(out, "hearth") {
			t.Errorf("hearth %v printed %q", args, out)
		}
	}
}

func TestKeys(t *testing.T) {
	raw := bytes.Repeat([]byte{0xab}, keyBytes)
	for name, text := range map[string]string{
		"as they are": string(raw), "hexadecimal": hex.EncodeToString(raw), "with a line end": hex.EncodeToString(raw) + "\n",
		"base64": "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=", "base64 unpadded": "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s",
	} {
		if key, err := readKey(write(t, "key", text)); err != nil || !bytes.Equal(key, raw) {
			t.Errorf("%s: got %x, %v", name, key, err)
		}
	}
	for _, text := range []string{"", "short", strings.Repeat("a", 63), strings.Repeat("z", 64)} {
		if _, err := readKey(write(t, "key", text)); err == nil || strings.Contains(err.Error(), "zzz") {
			t.Errorf("%d bytes: got %v, want an error without the key", len(text), err)
		}
	}
	if key, err := readKey(""); key != nil || err != nil {
		t.Errorf("no file: got %x, %v", key, err)
	}
}

func TestRefusedFiles(t *testing.T) {
	s := serve(t, t.TempDir())
	head := "record_id,agency_kind,episode_type,surname,dob\n"
	for _, tc := range []struct {
		name, text string
		code       int
		say        string
	}{
		{"empty", "", exitRefused, "empty"},
		{"header", "record_id,surname\n", exitRefused, "agency_kind"},
		{"undeclared", "record_id,agency_kind,episode_type,surname,shoe_size\n", exitRefused, "shoe_size"},
		{"spreadsheet", "PK\x03\x04 and more", exitRefused, "CSV"},
		{"nul", head + "1,health,referral,A\x00b,\n", exitRefused, "NUL"},
		{"quote", head + "1,health,referral,\"Able,\n", exitRefused, "never closes"},
		{"header alone", head, exitDone, "no rows"},
		{"held", head + "1,health,referral,Able,2000-02-31\n2,health,referral,Baker,\n", exitRefused, "held"},
		{"good", head + "1,health,referral,Able,\n", exitDone, ""},
	} {
		code, out, talk := hearth(t, "push", "involvement", write(t, "f.csv", tc.text), "--server", s.addr)
		if code != tc.code || !strings.Contains(talk, tc.say) {
			t.Errorf("%s: exit %d, %q; want exit %d and %q", tc.name, code, talk, tc.code, tc.say)
		}
		if strings.Contains(talk, "Able") {
			t.Errorf("%s: %q names somebody", tc.name, talk)
		}
		if accountPattern.MatchString(out) != (tc.code == exitDone || tc.name == "held") {
			t.Errorf("%s: printed %q", tc.name, out)
		}
	}
	if code, _, talk := hearth(t, "push", "involvement", "no/such.csv", "--server", s.addr); code != exitFailed || !strings.Contains(talk, "no such file") {
		t.Errorf("no file: exit %d, %q", code, talk)
	}
	if strings.Contains(s.log.String(), "Able") {
		t.Error("the log names somebody")
	}
}

func TestHeldDeliveryIsSettled(t *testing.T) {
	s := serve(t, t.TempDir())
	f := write(t, "f.csv", "record_id,agency_kind,episode_type,surname,dob\n1,health,referral,Able,2000-02-31\n2,health,referral,Baker,\n")
	code, out, _ := hearth(t, "push", "involvement", f, "--server", s.addr, "--delivery-id", "d1", "--agency", "health")
	if code != exitRefused || out != "rows=2 accepted=0 rejected=1 superseded=0 held=1\n" {
		t.Fatalf("exit %d, %q", code, out)
	}
	at := []string{"involvement", "d1", "--agency", "health", "--server", s.addr}
	if out := must(t, append([]string{"rejections"}, at...)...); !strings.Contains(out, "DATE_IMPOSSIBLE") || strings.Contains(out, "02-31") {
		t.Errorf("rejections: %q", out)
	}
	if code, _, _ := hearth(t, append([]string{"settle", "--release"}, at...)...); code != exitUsage {
		t.Errorf("settle without a reason: exit %d", code)
	}
	out = must(t, append([]string{"settle", "--release", "--reason", "told by telephone"}, at...)...)
	if out != "accepted\nrows=2 accepted=1 rejected=1 superseded=0 held=0\n" {
		t.Errorf("settle: %q", out)
	}
	if code, _, _ := hearth(t, append([]string{"settle", "--discard", "--reason", "again"}, at...)...); code != exitFailed {
		t.Errorf("settled twice: exit %d", code)
	}
	if code, _, talk := hearth(t, "rejections", "involvement", "d9", "--server", s.addr); code != exitFailed || !strings.Contains(talk, "hearth status") {
		t.Errorf("rejections of nothing: exit %d, %q", code, talk)
	}
}

func TestTheMainJob(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	for _, ask := range [][]string{{"candidates"}, {"household", "H0123456789abcdef"}, {"export", "links", "--out", "-"}} {
		code, _, talk := hearth(t, append(ask, "--server", s.addr)...)
		if code != exitFailed || !strings.Contains(talk, "hearth run") {
			t.Errorf("%v before the first night: exit %d, %q", ask, code, talk)
		}
	}
	if code, _, talk := hearth(t, "run", "--server", s.addr); code != exitFailed || !strings.Contains(talk, "push the feeds first") {
		t.Errorf("a night over nothing: exit %d, %q", code, talk)
	}
	pushStory(t, s)

	out := must(t, "push", "police", filepath.Join(story, "police.csv"), "--server", s.addr, "--as-at", "2025-11-14", "--delivery-id", "d-police")
	if !accountPattern.MatchString(out) {
		t.Errorf("pushed again: %q", out)
	}
	var list struct {
		Candidates []struct {
			HouseholdID string `json:"household_id"`
			Eligible    bool   `json:"eligible"`
		} `json:"candidates"`
		TotalSize string `json:"total_size"`
	}
	text := must(t, "candidates", "--server", s.addr, "--json")
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Candidates) == 0 {
		t.Fatalf("candidates --json: %v\n%s", err, text)
	}
	if again := must(t, "candidates", "--server", s.addr, "--json"); again != text {
		t.Error("the same answer twice is not the same JSON")
	}
	home := list.Candidates[0].HouseholdID
	if table := must(t, "candidates", "--server", s.addr); !strings.Contains(table, home) {
		t.Errorf("candidates: %s", table)
	}
	for _, show := range shows {
		must(t, "candidates", "--server", s.addr, "--show", show)
	}
	if shown := must(t, "household", home, "--server", s.addr); !strings.Contains(shown, "sf-2022: ") || !strings.Contains(shown, "already involved") {
		t.Errorf("household: %s", shown)
	}
	if svg := must(t, "household", home, "--server", s.addr, "--svg", "-"); !strings.HasPrefix(svg, "<svg") {
		t.Errorf("genogram: %.80s", svg)
	}
	timeline := filepath.Join(t.TempDir(), "homes.svg")
	must(t, "household", home, "--server", s.addr, "--timeline", timeline)
	if svg, err := os.ReadFile(timeline); err != nil || !strings.HasPrefix(string(svg), "<svg") {
		t.Errorf("timeline: %v, %.80s", err, svg)
	}
	if before := must(t, "household", home, "--server", s.addr, "--as-at", "2025-11-01"); !strings.Contains(before, "lives here") {
		t.Errorf("at another day: %s", before)
	}
	links := readCSV(t, must(t, "export", "links", "--server", s.addr, "--out", "-"))
	person, record := links[1][3], links[1][0]+"/"+links[1][1]+"/"+links[1][2]
	if byRecord := must(t, "person", record, "--server", s.addr); byRecord != must(t, "person", person, "--server", s.addr) {
		t.Errorf("by record: %s", byRecord)
	}
	must(t, "explain", home, person, "--server", s.addr)
	member := regexp.MustCompile(`P[0-9a-f]{16}`).FindString(must(t, "household", home, "--server", s.addr))
	why := must(t, "explain", home, member, "--server", s.addr, "--what-if")
	row := regexp.MustCompile(`[a-z]+/[A-Za-z0-9-]+`).FindString(why[strings.Index(why, "what speaks"):])
	if !strings.HasPrefix(why, "A member") || !strings.Contains(why, "what would change who lives here") || row == "" {
		t.Errorf("why a member: %s", why)
	}
	if without := must(t, "explain", home, member, "--server", s.addr, "--without", row); strings.Contains(without, row) {
		t.Errorf("without %s: %s", row, without)
	}
	if code, _, talk := hearth(t, "explain", home, member, "--server", s.addr, "--without", "row"); code != exitUsage || !strings.Contains(talk, "feed/record_id") {
		t.Errorf("without no row: exit %d, %s", code, talk)
	}
	must(t, "explain", record, links[2][0]+"/"+links[2][1]+"/"+links[2][2], "--server", s.addr)
	if row := must(t, "explain", links[1][0]+"/"+links[1][1], "--server", s.addr); !strings.Contains(row, "record_id") {
		t.Errorf("row: %s", row)
	}
	if st := must(t, "status", "--server", s.addr); !strings.Contains(st, "d-police") || !strings.Contains(st, "night N") {
		t.Errorf("status: %s", st)
	}
	checkExports(t, s, dir)
	checkLog(t, s)
}

func readCSV(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// headers are those of feeds.md.
var headers = map[string]string{
	"links":      "feed,record_id,part,person_id,household_id,household_role,probability",
	"households": "household_id,person_id,role,from,to,confidence,kind,certainty,protected",
	"candidates": "household_id,framework,as_at,eligible,headlines_met,criterion,status,person_id,evidence,reason,certainty,put_forward,rests_on",
	"account":    "feed,agency,delivery_id,as_at,state,rows,accepted,rejected,superseded,held",
}

// checkExports compares the exports with those after another night, of the
// same day asked for, and after a rebuild.
func checkExports(t *testing.T, s *serving, dir string) {
	t.Helper()
	exports := func(s *serving, more ...string) map[string]string {
		t.Helper()
		got := make(map[string]string)
		for what, header := range headers {
			name := filepath.Join(t.TempDir(), what+".csv")
			must(t, append([]string{"export", what, "--server", s.addr, "--out", name}, more...)...)
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if got[what] = string(text); !strings.HasPrefix(got[what], header+"\n") || strings.Count(got[what], "\n") < 2 {
				t.Errorf("%s: %.200q", what, text)
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(name), "*")); len(left) != 1 {
				t.Errorf("%s left %v behind", what, left)
			}
		}
		return got
	}
	same := func(name string, got, want map[string]string) {
		t.Helper()
		for what := range headers {
			if got[what] != want[what] {
				t.Errorf("%s: export of %s differs", name, what)
			}
		}
	}
	first := exports(s)
	must(t, "run", "--server", s.addr, "--as-at", "2025-10-31")
	same("the day asked for", exports(s, "--as-at", "2025-11-14"), first)
	must(t, "run", "--server", s.addr, "--retrain")
	same("another night", exports(s), first)
	if code := s.stop(); code != exitDone {
		t.Fatalf("serve ended with %d", code)
	}
	if out := must(t, "rebuild", "--data", dir); !strings.Contains(out, "computed again") {
		t.Errorf("rebuild: %s", out)
	}
	same("after a rebuild", exports(serve(t, dir)), first)
}

// checkLog makes sure that no surname of the story stands in the log.
func checkLog(t *testing.T, s *serving) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(story, "housing.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := readCSV(t, string(text))
	for i, name := range rows[0] {
		if name != "surname" && name != "forename" && name != "address_1" && name != "postcode" {
			continue
		}
		for _, row := range rows[1:] {
			if row[i] != "" && strings.Contains(s.log.String(), row[i]) {
				t.Errorf("the log holds a %s", name)
			}
		}
	}
}

func TestDirectoryInUseAndWrongKey(t *testing.T) {
	dir := t.TempDir()
	key := write(t, "key", hex.EncodeToString(bytes.Repeat([]byte{1}, keyBytes)))
	s := serve(t, dir, "--key-file", key)
	ports := []string{"--listen", "127.0.0.1:0", "--web", "127.0.0.1:0"}
	if code, _, talk := hearth(t, append([]string{"serve", "--data", dir, "--key-file", key}, ports...)...); code != exitFailed || !strings.Contains(talk, "another hearth") {
		t.Errorf("directory in use: exit %d, %q", code, talk)
	}
	if !strings.Contains(must(t, "status", "--server", s.addr), "sealed=true") {
		t.Error("the store is not sealed")
	}
	if code := s.stop(); code != exitDone {
		t.Fatalf("serve ended with %d", code)
	}
	other := write(t, "other", hex.EncodeToString(bytes.Repeat([]byte{2}, keyBytes)))
	for name, args := range map[string][]string{
		"another key": {"serve", "--data", dir, "--key-file", other},
		"no key":      {"serve", "--data", dir},
		"rebuild":     {"rebuild", "--data", dir, "--key-file", other},
	} {
		if args[0] == "serve" {
			args = append(args, ports...)
		}
		if code, _, talk := hearth(t, args...); code != exitFailed || !strings.Contains(talk, "key") || strings.Count(talk, "\n") != 1 {
			t.Errorf("%s: exit %d, %q; want one sentence about the key", name, code, talk)
		}
	}
	serve(t, dir, "--key-file", key)
}

func TestServeEndsOnSIGTERM(t *testing.T) {
	cmd := exec.Command(os.Args[0], "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), asHearth+"=1")
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil || !listeningLine.MatchString(line) {
		t.Errorf("got %q, %v, want the one line", line, err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil || len(rest) > 0 {
		t.Errorf("more on standard output: %q, %v", rest, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v\n%s", err, log.String())
	}
	for l := range strings.Lines(log.String()) {
		if !json.Valid([]byte(l)) {
			t.Errorf("a log line that is no JSON: %q", l)
		}
	}
}

func TestStoppedWhileTheLastNightIsComputedAgain(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	pushStory(t, s)
	if code := s.stop(); code != exitDone {
		t.Fatalf("serve ended with %d", code)
	}
	if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
		t.Fatal(err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, tc := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0"}, exitDone, "stopped before it was ready"},
		{[]string{"rebuild", "--data", dir}, exitFailed, "nothing is lost, run the command again"},
	} {
		var out, talk bytes.Buffer
		code := newProgram(nil, &out, &talk).Run(stopped, tc.args)
		if code != tc.code || out.Len() > 0 || !strings.Contains(talk.String(), tc.say) {
			t.Errorf("%s: exit %d, %q, %q; want exit %d and %q", tc.args[0], code, out.String(), talk.String(), tc.code, tc.say)
		}
	}
	if out := must(t, "rebuild", "--data", dir); !strings.Contains(out, "computed again") {
		t.Errorf("rebuild printed %q", out)
	}
}

func TestDemo(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	out := must(t, "demo", "--people", "300", "--seed", "3", "--once", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0")
	for _, want := range []string{
		"What became of each delivery's rows", "The funnel", "How well they were found", "persons, B-cubed",
		"families eligible, sf-2022", "Top candidates for sf-2022", "Where it listens", "grpc=127.0.0.1:",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the demonstration lacks %q", want)
		}
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("it leaves %v behind, %v", left, err)
	}
}
