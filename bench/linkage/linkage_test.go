package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCopyFEBRL(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from.csv"), filepath.Join(dir, "to.csv")
	text := "rec_id, given_name\nrec-7-org, ann\nrec-7-dup-0, anne\nrec-12-org, bob\n"
	if err := os.WriteFile(from, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var truth strings.Builder
	people := csv.NewWriter(&truth)
	n, err := copyFEBRL(from, to, "a", people)
	people.Flush()
	if n != 3 || err != nil {
		t.Fatalf("got %d rows, %v, want 3", n, err)
	}
	if got, want := truth.String(), "a1,7\na2,7\na3,12\n"; got != want {
		t.Errorf("truth: got %q, want %q", got, want)
	}
	table, err := os.ReadFile(to)
	if got, want := string(table), "rec_id,given_name\na1,ann\na2,anne\na3,bob\n"; got != want || err != nil {
		t.Errorf("table: got %q, want %q (%v)", got, want, err)
	}
}

func TestNumbers(t *testing.T) {
	if got, err := numbers("10,200"); !slices.Equal(got, []int{10, 200}) || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"x", "10,-1", "0"} {
		if _, err := numbers(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestSummarise(t *testing.T) {
	f := figures{Runs: []run{{3, 30, 5}, {1, 10, 9}, {2, 40, 7}, {8, 20, 7}}}
	f.summarise()
	if got, want := f.Least, (run{1, 10, 5}); got != want {
		t.Errorf("least: got %v, want %v", got, want)
	}
	if got, want := f.Median, (run{2.5, 25, 7}); got != want {
		t.Errorf("median: got %v, want %v", got, want)
	}
}
