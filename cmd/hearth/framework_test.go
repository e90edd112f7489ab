package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestScoreGivenAgreesWithTheTruth: with the true linkage and households of
// councils not written by hand, what is scored is the truth, family by family
// and criterion by criterion.
func TestScoreGivenAgreesWithTheTruth(t *testing.T) {
	for _, noise := range []string{"usual", "other"} {
		dir := t.TempDir()
		must(t, "synth", "--people", "3000", "--seed", "11", "--noise", noise, "--out", dir)
		for _, id := range []string{"tf-phase1-2012", "sf-2022"} {
			out := must(t, "framework", "score", id, "--feeds", dir, "--links", filepath.Join(dir, "truth_records.csv"),
				"--households", filepath.Join(dir, "truth_households.csv"), "--persons", filepath.Join(dir, "truth_persons.csv"),
				"--as-at", "2025-03-14", "--include-protected", "--out", "-")
			compareWithTruth(t, dir, id, readCSV(t, out))
		}
	}
}

// compareWithTruth compares the lines of an export of candidates with the truth
// files of a fictional council.
func compareWithTruth(t *testing.T, dir, id string, lines [][]string) {
	t.Helper()
	want := map[string]string{}
	for _, l := range readCSV(t, read(t, filepath.Join(dir, "truth_families.csv")))[1:] {
		if l[1] == id {
			want[l[0]] = l[2]
		}
	}
	for _, l := range readCSV(t, read(t, filepath.Join(dir, "truth_criteria.csv")))[1:] {
		if l[1] == id {
			want[l[0]+" "+l[2]] = "met"
		}
	}
	got := map[string]string{}
	for _, l := range lines[1:] {
		got[l[0]] = l[3]
		if l[6] == "met" {
			got[l[0]+" "+l[5]] = "met"
		}
	}
	if len(want) < 100 {
		t.Fatalf("%s: the truth has %d lines: too few to prove anything", id, len(want))
	}
	for k, w := range want {
		if got[k] != w {
			t.Errorf("%s: %s: got %q, want %q", id, k, got[k], w)
		}
	}
	for k, g := range got {
		if want[k] != g {
			t.Errorf("%s: %s: got %q, want %q", id, k, g, want[k])
		}
	}
}

// TestEveryFrameworkIsTested: a framework does not pass without a case that meets
// each criterion that counts and one that does not.
func TestEveryFrameworkIsTested(t *testing.T) {
	code, out, talk := hearth(t, "framework", "test", "--strict", "../../eligibility/frameworks", "../../examples/frameworks")
	if code != exitDone {
		t.Errorf("exit %d\n%s%s", code, out, talk)
	}
	if n := strings.Count(out, " cases passed, 0 untested\n"); n != 6 {
		t.Errorf("got %d frameworks that passed, want three shipped and three examples:\n%s", n, out)
	}
}

func TestFrameworkCheck(t *testing.T) {
	shipped := read(t, "../../eligibility/frameworks/tf-phase2-2015.yaml")
	right := write(t, "right.yaml", shipped)
	if code, out, talk := hearth(t, "framework", "check", right); code != exitDone || !strings.Contains(out, "tf-phase2-2015") {
		t.Errorf("a right file: exit %d, %q, %q", code, out, talk)
	}
	wrong := write(t, "wrong.yaml", strings.Replace(shipped, "at_least: 2", "at_least: 9", 1))
	code, out, talk := hearth(t, "framework", "check", right, wrong)
	if code != exitRefused || !strings.Contains(out, wrong+":") || !strings.Contains(talk, "1 file of 2 refused") {
		t.Errorf("a wrong file: exit %d, %q, %q", code, out, talk)
	}
	code, out, _ = hearth(t, "framework", "check", "--json", wrong)
	var got []checkedFile
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if code != exitRefused || len(got) != 1 || got[0].OK || len(got[0].Faults) != 1 || got[0].Faults[0].Line == 0 {
		t.Errorf("as JSON: exit %d, %s; want one fault with its line", code, out)
	}
	if code, _, talk := hearth(t, "framework", "check", "no/such.yaml"); code != exitFailed || !strings.Contains(talk, "no such file") {
		t.Errorf("no file: exit %d, %q", code, talk)
	}
	if code, out, _ := hearth(t, "framework", "check", "--require-tests", right); code != exitRefused || !strings.Contains(out, "right.cases.txt") {
		t.Errorf("without cases: exit %d, %q", code, out)
	}
}

func TestFrameworkTest(t *testing.T) {
	shipped := read(t, "../../eligibility/frameworks/tf-phase1-2012.yaml")
	file := write(t, "own.yaml", shipped)
	cases := func(text string) {
		t.Helper()
		if err := os.WriteFile(strings.TrimSuffix(file, ".yaml")+casesSuffix, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases("a case\n  member P1 adult 1985-01-01\n  member P2 child 2012-05-05\n  benefits P1 benefit=JSA role=claimant\n  want p1.oow met P1\n")
	if code, out, talk := hearth(t, "framework", "test", file); code != exitDone || !strings.Contains(out, "1 case passed") {
		t.Errorf("a case that holds: exit %d, %q, %q", code, out, talk)
	}
	code, out, _ := hearth(t, "framework", "test", "--strict", file)
	if code != exitRefused || !strings.Contains(out, `p1.oow is untested: no case wants it not met; add one that ends in "want p1.oow not_met"`) {
		t.Errorf("strict: exit %d, %q", code, out)
	}
	cases("a case\n  member P1 adult 1985-01-01\n  member P2 child 2012-05-05\n  benefits P1 benefit=HB role=claimant\n  want p1.oow met P1\n")
	code, out, _ = hearth(t, "framework", "test", filepath.Dir(file))
	if code != exitRefused || !strings.Contains(out, "own.cases.txt:5: a case: want p1.oow met P1: p1.oow: got unknown, want met") {
		t.Errorf("a case that fails: exit %d, %q", code, out)
	}
	cases("a case\n  member P1 grown-up\n  want p1.oow perhaps\n")
	code, out, _ = hearth(t, "framework", "test", file)
	if code != exitRefused || !strings.Contains(out, "own.cases.txt:2:") || !strings.Contains(out, "own.cases.txt:3:") {
		t.Errorf("cases that are none: exit %d, %q", code, out)
	}
}
