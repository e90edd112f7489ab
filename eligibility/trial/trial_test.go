package trial_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/eligibility/trial"
	"github.com/hearthmatch/hearth/family"
)

func shipped(id string) *eligibility.Framework {
	for _, f := range eligibility.Builtin() {
		if f.ID() == id {
			return f
		}
	}
	return nil
}

// TestCases runs the cases of the shipped frameworks that are not a table of one
// framework alone.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("../testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) { runFile(t, name, nil) })
	}
}

// runFile runs each case of a file as a test of its own.
func runFile(t *testing.T, name string, own *eligibility.Framework) *trial.Table {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	table, err := trial.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	for i := range table.Cases {
		t.Run(table.Cases[i].Name, func(t *testing.T) {
			for _, f := range table.Run(&table.Cases[i], own, shipped) {
				t.Error(f)
			}
		})
	}
	return table
}

// TestShippedFrameworks runs the cases beside the shipped frameworks: each
// criterion has some that meet it and some that do not.
func TestShippedFrameworks(t *testing.T) {
	for _, f := range eligibility.Builtin() {
		t.Run(f.ID(), func(t *testing.T) {
			table := runFile(t, "../frameworks/"+f.ID()+".cases.txt", f)
			for _, tried := range table.Tried(f) {
				if !tried.Both() {
					t.Errorf("%s: %d cases meet it and %d do not; want both", tried.ID, tried.Met, tried.NotMet)
				}
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"a step without a case", "  want p1.oow met", "f:1: a step without a case"},
		{"a name twice", "a | family yes\nb | family yes\na | family no", "f:3: the case of line 1 has the same name"},
		{"no name", "| family yes", "f:1: a case needs a name"},
		{"nothing wanted", "a case\n  member P1 adult", "f:1: a case: wants nothing"},
		{"wanted only for every case", "+ family yes\na case", "f:2: a case: wants nothing"},
		{"unknown word", "a | expect p1.oow", "f:1: expect p1.oow: begin with a feed's name"},
		{"a reference file's row", "a | addresses P1 uprn=1 | family yes", "f:1: addresses P1 uprn=1: begin with a feed's name"},
		{"unknown column", "a | police P1 colour=red | family yes", `"colour" is no column of police`},
		{"a column of another feed", "a | police P1 sessions_possible=1 | family yes", `"sessions_possible" is no column of police`},
		{"no value", "a | police P1 role | family yes", `"role": write a column and its value`},
		{"no person", "a | police | family yes", "name the person"},
		{"a role that is none", "a | member P1 parent | family yes", `"parent" is no role; write adult`},
		{"a day that is none", "a | as-at 2025-02-30 | family yes", `"2025-02-30" is no day`},
		{"a key of no member", "a | member P1 adult until=2025-01-01 | family yes", `"until" is not known of a member`},
		{"a status that is none", "a | want p1.oow perhaps", `"perhaps" is no status`},
		{"a figure that is none", "a | want p1.oow met colour=red", `"colour" is not known of a criterion`},
		{"neither yes nor no", "a | eligible maybe", "write yes or no"},
		{"an open quote", `a | police P1 role="offender | family yes`, "a double quote is not closed"},
		{"a part that is none", "a | attendance P1 part=contact9 | family yes", `"contact9" is no part`},
		{"a nomination of nothing", "a | nomination | family yes", "name the criteria or headlines"},
		{"a key of no nomination", "a | nomination x by=Y | family yes", `"by" is not known of a nomination`},
		{"an unknown feed", "a | nothing-delivered weather | family yes", "nothing-delivered weather"},
	} {
		_, err := trial.Read("f", []byte(tc.text))
		if !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want it to say %q", tc.name, err, tc.want)
		}
	}
	_, err := trial.Read("f", []byte("a | as-at never | eligible maybe\nb | police P1 x=1"))
	if err == nil || strings.Count(err.Error(), "f:") != 3 {
		t.Errorf("got %v, want three faults at once", err)
	}
}

// TestSections: lines with "+" after cases begin anew with what every case begins
// with.
func TestSections(t *testing.T) {
	table, err := trial.Read("f", []byte(`+ member P1 adult 1985-01-01
+ member P2 child 2012-05-05
a family | family yes

+ member P1 adult 1985-01-01
no child | family no
still none | family no
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range table.RunAll(shipped("tf-phase1-2012"), shipped) {
		t.Error(f)
	}
}

func TestFailuresSayWhere(t *testing.T) {
	table, err := trial.Read("own.cases.txt", []byte(`+ member P1 adult 1985-01-01
+ member P2 child 2012-05-05

on a benefit
  benefits P1 benefit=JSA role=claimant
  want p1.oow not_met
  want work met P2 | eligible yes
set up too late
  family yes
  as-at 2025-01-01
  family no
nobody there | benefits P9 benefit=JSA role=claimant | family yes
no such criterion | want p9.oow met
another framework | framework tf-1999 | family yes
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range table.RunAll(shipped("tf-phase1-2012"), shipped) {
		got = append(got, fmt.Sprintf("%d %s: %s", f.Line, f.Step, f.Fault))
	}
	want := []string{
		"6 want p1.oow not_met: p1.oow: got met, want not_met",
		"7 want work met P2: work persons: got , want P2",
		"7 eligible yes: eligible: got no, want yes",
		"10 as-at 2025-01-01: what is set up comes before what is wanted",
		"12 benefits P9 benefit=JSA role=claimant: no member P9; add them first",
		"13 want p9.oow met: tf-phase1-2012 has no criterion or headline p9.oow",
		"14 framework tf-1999: no framework tf-1999",
	}
	if len(got) != len(want) {
		t.Fatalf("got %d failures, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("failure %d: got %q, want it to begin with %q", i, got[i], want[i])
		}
	}
}

// FuzzRead: whatever a file holds, it is read or refused, and run without a
// panic.
func FuzzRead(f *testing.F) {
	f.Add([]byte("+ member P1 adult 1985-01-01\n\na case\n  benefits P1 benefit=JSA role=claimant\n  want p1.oow met P1\n"))
	f.Add([]byte("a | as-at 2024-02-29 | school 1 contributes=N | delivered-since police 2024-01-01 | says p1.oow \"x\""))
	own := shipped("tf-phase1-2012")
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := trial.Read("f", text)
		if (table == nil) != (err != nil) {
			t.Fatalf("got table %v and error %v", table != nil, err)
		}
		if err != nil && !errors.Is(err, family.ErrInvalid) {
			t.Fatalf("got %v, want ErrInvalid", err)
		}
		if table != nil {
			table.RunAll(own, shipped)
			table.Tried(own)
		}
	})
}
