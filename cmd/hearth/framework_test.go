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
		for _, id := range []string{"tf-phase1-2012", "tf-phase2-2015", "sf-2022"} {
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

func TestFrameworkDiff(t *testing.T) {
	out := must(t, "framework", "diff", "tf-phase2-2015", "../../examples/frameworks/shropshire-2015.yaml")
	for _, want := range []string{"parameter absence_measure\n  value: unauthorised → total", "parameter absence_bound\n  value: more than → at least"} {
		if !strings.Contains(out, want) {
			t.Errorf("got\n%swant it to say %q", out, want)
		}
	}
	if out := must(t, "framework", "diff", "sf-2022", "sf-2022"); !strings.Contains(out, "no difference") {
		t.Errorf("of one and the same: got %q", out)
	}
	dir := t.TempDir()
	must(t, "synth", "--people", "2000", "--seed", "4", "--out", dir)
	given := []string{"--feeds", dir, "--links", filepath.Join(dir, "truth_records.csv"), "--households", filepath.Join(dir, "truth_households.csv"),
		"--persons", filepath.Join(dir, "truth_persons.csv"), "--as-at", "2025-03-14"}
	var got frameworkDiff
	text := must(t, append([]string{"framework", "diff", "tf-phase2-2015", "../../examples/frameworks/shropshire-2015.yaml", "--json"}, given...)...)
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.Effect == nil || len(got.Effect.Criteria) == 0 {
		t.Fatalf("got no effect: %s", text)
	}
	for _, c := range got.Effect.Criteria {
		// Whoever misses more than 10 % unauthorised misses 10 % of all.
		wantGain := c.Criterion == "p2.absence10"
		if c.LostCount != 0 || (c.GainedCount > 0) != wantGain || c.GainedCount != len(c.Gained) || c.After-c.Before != c.GainedCount {
			t.Errorf("%s: got %+v", c.Criterion, c)
		}
	}
	if e := got.Effect.Eligible; e.After-e.Before != e.GainedCount-e.LostCount || e.LostCount != 0 {
		t.Errorf("eligible: got %+v", e)
	}
}

func TestFrameworkShow(t *testing.T) {
	out := must(t, "framework", "show", "tf-phase2-2015")
	for _, want := range []string{"p2.absence10", "10 % (of possible sessions)", "[unverified]", "(shown, not counted)", "eligible at least: 2"} {
		if !strings.Contains(out, want) {
			t.Errorf("got no %q in\n%s", want, out)
		}
	}
	var shown shownFramework
	if err := json.Unmarshal([]byte(must(t, "framework", "show", "../../examples/frameworks/derby-2015.yaml", "--json")), &shown); err != nil {
		t.Fatal(err)
	}
	if shown.ID != "derby-2015" || len(shown.Facts) < 100 {
		t.Errorf("got %s with %d facts", shown.ID, len(shown.Facts))
	}
	if out := must(t, "framework", "list"); strings.Count(out, "20") < 3 || !strings.Contains(out, "sf-2022") {
		t.Errorf("list: got %q", out)
	}
}

// TestFrameworkWrongUse: what is missing or wrong is said with what to do, and no
// value of a file is repeated.
func TestFrameworkWrongUse(t *testing.T) {
	dir := t.TempDir()
	must(t, "synth", "--people", "300", "--seed", "4", "--out", dir)
	links, homes := filepath.Join(dir, "truth_records.csv"), filepath.Join(dir, "truth_households.csv")
	bad := func(name, text string) string { return write(t, name, text) }
	given := func(links, homes string, more ...string) []string {
		return append([]string{"framework", "score", "sf-2022", "--feeds", dir, "--links", links, "--households", homes,
			"--as-at", "2025-03-14", "--out", "-"}, more...)
	}
	for _, tc := range []struct {
		args []string
		code int
		say  string
	}{
		{[]string{"framework", "frobnicate"}, exitUsage, "no such command"},
		{[]string{"framework", "check"}, exitUsage, "missing: FILE"},
		{[]string{"framework", "show", bad("x.yaml", "id: x\nversion: one\n")}, exitRefused, "x.yaml:2: \"one\" is of the wrong type; write a whole number"},
		{[]string{"framework", "show", bad("x.yaml", "extends: sf-2022\nid: x\nversion: 0\n")}, exitRefused, "more: `hearth framework check "},
		{[]string{"framework", "diff", "sf-2022"}, exitUsage, "missing: B"},
		{[]string{"framework", "show", "sf-2023"}, exitFailed, "no shipped framework has that id; they are tf-phase1-2012"},
		{[]string{"framework", "test", dir}, exitFailed, "holds no framework"},
		{[]string{"framework", "score", "sf-2022"}, exitUsage, "--out is required"},
		{[]string{"framework", "score", "sf-2022", "--out", "-"}, exitUsage, "missing: --feeds, --links, --households, --as-at"},
		{[]string{"framework", "diff", "sf-2022", "sf-2022", "--feeds", dir}, exitUsage, "missing: --links"},
		{given(links, homes, "--not-covered", "polis"), exitUsage, "--not-covered: unknown feed; choose one of"},
		{given("no/such.csv", homes), exitFailed, "no/such.csv: no such file or directory; check the path"},
		{given(homes, homes), exitFailed, "has no column feed; it needs the columns feed, record_id, part, person_id"},
		{given(bad("l.csv", "feed,record_id,part,person_id\nweather,1,subject,P1\n"), homes), exitFailed, "l.csv: line 2: names no record"},
		{given(bad("l.csv", "feed,record_id,part,person_id\npolice,1,subject,P1\npolice,1,subject,P2\n"), homes), exitFailed, "l.csv: line 3: the record is linked to two persons"},
		{given(bad("l.csv", "feed,record_id,part,person_id\npolice,1\n"), homes), exitFailed, "l.csv: line 2: has more or fewer fields"},
		{given(links, bad("h.csv", "household_id,person_id,role,from,to\nH1,P1,mum,,\n")), exitFailed, "h.csv: line 2: unknown role; write adult, child"},
		{given(links, bad("h.csv", "household_id,person_id,role,from,to\nH1,P1,adult,soon,\n")), exitFailed, "h.csv: line 2: from and to are days"},
		{given(links, bad("h.csv", "household_id,person_id,role,from,to,certainty\nH1,P1,adult,,,2\n")), exitFailed, "numbers from 0 to 1"},
		{given(links, homes, "--persons", bad("p.csv", "person_id,dob\nP1,monday\n")), exitFailed, "p.csv: line 2: dob and died are days"},
		{given(links, homes, "--nominations", bad("n.csv", "household_id,needs\nH1,\n")), exitFailed, "n.csv: line 2: needs are ids"},
	} {
		code, out, talk := hearth(t, tc.args...)
		if code != tc.code || !strings.Contains(talk, tc.say) || out != "" {
			t.Errorf("%v: exit %d, %q, %q; want exit %d and %q", tc.args, code, out, talk, tc.code, tc.say)
		}
		for _, secret := range []string{"mum", "monday", "soon"} {
			if strings.Contains(talk, secret) {
				t.Errorf("%v: repeats a value: %q", tc.args, talk)
			}
		}
	}
	if code, _, talk := hearth(t, append(given(links, homes), "--feeds", t.TempDir())...); code != exitFailed || !strings.Contains(talk, "holds no feed") {
		t.Errorf("an empty folder: exit %d, %q", code, talk)
	}
}

// TestScoreGivenWithoutAFeed: what a feed that is not there would tell is unknown,
// never no, and a feed that covers a part of the area is said to.
func TestScoreGivenWithoutAFeed(t *testing.T) {
	dir := t.TempDir()
	must(t, "synth", "--people", "1000", "--seed", "4", "--out", dir)
	score := func(more ...string) map[string]int {
		t.Helper()
		n := map[string]int{}
		for _, l := range readCSV(t, must(t, append([]string{"framework", "score", "sf-2022", "--feeds", dir,
			"--links", filepath.Join(dir, "truth_records.csv"), "--households", filepath.Join(dir, "truth_households.csv"),
			"--as-at", "2025-03-14", "--out", "-"}, more...)...)) {
			if l[5] == "7.1" {
				n[l[6]]++
			}
		}
		return n
	}
	whole := score()
	if whole["unknown"] != 0 || whole["met"] == 0 {
		t.Fatalf("whole: got %v, want some met and none unknown", whole)
	}
	if part := score("--not-covered", "police"); part["met"] != whole["met"] || part["not_met"] != 0 || part["unknown"] != whole["not_met"] {
		t.Errorf("a part of the area: got %v, want %d met and the others unknown", part, whole["met"])
	}
	if err := os.Remove(filepath.Join(dir, "police.csv")); err != nil {
		t.Fatal(err)
	}
	if none := score(); none["not_met"] != 0 {
		t.Errorf("no police: got %v, want nobody not met", none)
	}
}
