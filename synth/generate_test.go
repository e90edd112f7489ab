package synth

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
)

func generate(t testing.TB, people int, seed uint64) string {
	t.Helper()
	dir := t.TempDir()
	if err := Generate(Options{People: people, Seed: seed}, dir, nil); err != nil {
		t.Fatal(err)
	}
	return dir
}

func readAll(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		data, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(n)] = data
	}
	return out
}

func TestEqualSeedsGiveEqualBytes(t *testing.T) {
	a, b, other := readAll(t, generate(t, 3000, 7)), readAll(t, generate(t, 3000, 7)), readAll(t, generate(t, 3000, 8))
	if got, want := len(a), 18; got != want {
		t.Errorf("files: got %d, want %d", got, want)
	}
	for name, data := range a {
		if !bytes.Equal(data, b[name]) {
			t.Errorf("%s differs between two runs of one seed", name)
		}
		if name != "targets.csv" && bytes.Equal(data, other[name]) {
			t.Errorf("%s is the same for another seed", name)
		}
	}
}

func TestAnySizeAndDay(t *testing.T) {
	for _, people := range []int{1, 2, 50, 399, 400, 1200} {
		for _, day := range []string{"2012-10-02", "2024-02-29", "2025-01-01", "2026-07-31", "2025-09-05"} {
			dir := t.TempDir()
			if err := Generate(Options{People: people, Seed: 3, AsAt: family.MustDate(day)}, dir, nil); err != nil {
				t.Fatalf("%d people on %s: %v", people, day, err)
			}
			checkRows(t, dir, family.MustDate(day))
		}
	}
	if err := Generate(Options{}, t.TempDir(), nil); !errors.Is(err, family.ErrInvalid) {
		t.Errorf("no people: got %v, want ErrInvalid", err)
	}
}

// checkRows runs every row through the checks of ingest; none may be refused.
func checkRows(t *testing.T, dir string, today family.Date) {
	t.Helper()
	refused := map[string]int{}
	for _, feed := range family.Feeds() {
		readFeed(t, dir, feed, func(get func(string) string) {
			var values []family.Value
			for _, c := range feed.Columns() {
				if v := get(c.String()); v != "" {
					values = append(values, family.Value{Column: c, Text: v})
				}
			}
			_, problems, _ := ingest.Check(feed, values, today)
			for _, p := range problems {
				refused[feed.String()+" "+p.Column+" "+p.Reason]++
			}
		})
	}
	if len(refused) > 0 {
		t.Errorf("rows refused: %v", refused)
	}
}

func TestEveryRowIsAccepted(t *testing.T) {
	dir := generate(t, 6000, 5)
	checkRows(t, dir, family.NewDate(2025, 3, 14))
	for _, feed := range family.Feeds() {
		data, err := os.ReadFile(filepath.Join(dir, feed.String()+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, c := range feed.Columns() {
			want = append(want, c.String())
		}
		got, _, _ := strings.Cut(string(data), "\n")
		if got != strings.Join(want, ",") {
			t.Errorf("%s: the header is not that of the feed", feed)
		}
	}
}

// TestTruthCoversEachRecordOnce compares the truth with the people whom the
// product reads from the rows.
func TestTruthCoversEachRecordOnce(t *testing.T) {
	dir := generate(t, 6000, 6)
	truth := map[string]int{}
	err := readTable(filepath.Join(dir, truthRecords), []string{"feed", "record_id", "part"}, func(f []string) error {
		truth[recordKey(f[0], f[1], f[2])]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, feed := range family.Feeds() {
		if feed.Reference() {
			continue
		}
		readFeed(t, dir, feed, func(get func(string) string) {
			var values []family.Value
			for _, c := range feed.Columns() {
				values = append(values, family.Value{Column: c, Text: get(c.String())})
			}
			for _, r := range family.Records(family.NewRow(feed, get("record_id"), values)) {
				seen++
				if n := truth[r.Ref().String()]; n != 1 {
					t.Errorf("%s row: its part %s is in the truth %d times", feed, r.Part, n)
				}
			}
		})
	}
	if seen != len(truth) {
		t.Errorf("people described: got %d, want %d as in the truth", seen, len(truth))
	}
}

func TestIdentifiersAreMostlyValid(t *testing.T) {
	dir := generate(t, 6000, 9)
	for _, tc := range []struct {
		feed   family.Feed
		column string
		check  func(string) string
		least  float64
		most   float64
	}{
		{family.Attendance, "upn", family.UPN, 0.97, 0.9999},
		{family.Benefits, "nino", family.NINO, 0.97, 0.9999},
		{family.Involvement, "nhs_number", family.NHSNumber, 0.95, 1},
		{family.Police, "pnc_id", family.PNC, 0.93, 1},
		{family.Attendance, "uln", family.ULN, 0.93, 1},
		{family.Housing, "postcode", family.Postcode, 0.95, 0.9999},
		{family.Housing, "uprn", family.UPRN, 1, 1},
		{family.Benefits, "phone", family.Phone, 0.99, 1},
	} {
		n, ok := 0, 0
		readFeed(t, dir, tc.feed, func(get func(string) string) {
			if v := get(tc.column); v != "" {
				n++
				ok += btoi(tc.check(v) != "")
			}
		})
		if share := ratio(ok, n); n == 0 || share < tc.least || share > tc.most {
			t.Errorf("%s %s: %d of %d valid, want a share from %v to %v", tc.feed, tc.column, ok, n, tc.least, tc.most)
		}
	}
}

func TestContactsMostlyHaveNoBirth(t *testing.T) {
	dir := generate(t, 6000, 10)
	n, with := 0, 0
	readFeed(t, dir, family.Attendance, func(get func(string) string) {
		for _, c := range []string{"contact1", "contact2"} {
			if get(c+"_surname") != "" {
				n++
				with += btoi(get(c+"_dob") != "")
			}
		}
	})
	if share := ratio(with, n); n == 0 || share > 0.15 {
		t.Errorf("contacts with a date of birth: got %.2f of %d, want at most 0.15", share, n)
	}
}
