package synth

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

// homesTruth adds to the small truth what is hard about its households.
func homesTruth(t *testing.T) string {
	dir := small(t)
	write(t, filepath.Join(dir, truthHouseholds), `household_id,person_id,role,from,to
F1,mum,adult,2020-01-01,
F1,kid,child,2020-01-01,
F1,dad,non_resident_parent,,
F2,dad,adult,,
F2,kid,dual_resident_child,,
F3,guest,communal_resident,,
`)
	write(t, filepath.Join(dir, truthCases), "household_id,case\nF1,refuge\nF1,one_adult\nF2,plain\n")
	write(t, filepath.Join(dir, truthVisits), "person_id,household_id\nguest,F1\ndad,F1\nguest,F2\n")
	return dir
}

func TestHouseholdMeasures(t *testing.T) {
	dir := homesTruth(t)
	links, homes := filepath.Join(dir, "l.csv"), filepath.Join(dir, "h.csv")
	write(t, links, smallLinks)
	write(t, homes, `household_id,person_id,role,from,to,confidence,kind,certainty,protected
H1,P1,child,,,0.9,,0.4,Y
H1,P2,adult,,,0.9,,0.4,Y
H1,P4,adult,,,0.5,,0.4,Y
H1,P3,associate,,,0.5,possible_member,0.4,Y
H2,P3,adult,,,1,,0.9,N
`)
	r, err := Evaluate(dir, links, homes, "", "")
	if err != nil {
		t.Fatal(err)
	}
	h := r.Households
	for _, tc := range []struct {
		name      string
		got, want any
	}{
		{"false families", h.FalseFamilies, Share{1, 1, 1}},
		{"visitors included", *h.VisitorsIncluded, Share{1, 3, 1.0 / 3}},
		{"communal leakage", *h.CommunalLeakage, Share{1, 1, 1}},
		{"refuge unprotected", *h.RefugeUnprotected, Share{0, 1, 0}},
		{"roles", h.Roles, []RoleCount{{"adult", "adult", 2}, {"child", "child", 1}, {"dual_resident_child", "none", 1},
			{"non_resident_parent", possible, 1}, {"none", "adult", 1}}},
		{"bands of members", h.Calibration.Bands, []Band{{0.5, 0.6, 1, 0.5, 0}, {0.9, 1, 2, 0.9, 1}}},
		{"bands of families", h.CertaintyCalibration.Bands, []Band{{0.4, 0.5, 1, 0.4, 0}}},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	if got, want := h.Cases[0], "one_adult"; got.Case != want || got.Households != 1 || got.FalseRate != 1 || got.ExactRateChildren != 0 || got.SplitRate != 0 {
		t.Errorf("the first case: got %+v, want %s, one household with somebody wrongly in", got, want)
	}
	var b strings.Builder
	if err := r.Text(&b); err != nil || !strings.Contains(b.String(), "refuge households that stand unprotected  0.00 % (0 of 1)") {
		t.Errorf("text: %v\n%s", err, b.String())
	}
	write(t, homes, strings.ReplaceAll("household_id,person_id,role,to,protected\nH1,P1,child,,N\nH1,P2,adult,,N\n", "\r", ""))
	if r, err = Evaluate(dir, links, homes, "", ""); err != nil || r.Households.RefugeUnprotected.N != 1 {
		t.Errorf("a refuge that is not protected: got %+v, %v, want 1", r.Households.RefugeUnprotected, err)
	}
	write(t, homes, "household_id,person_id,role,to,confidence\nH1,P1,child,,much\n")
	if _, err = Evaluate(dir, links, homes, "", ""); !errors.Is(err, family.ErrInvalid) {
		t.Errorf("a confidence in words: got %v, want ErrInvalid", err)
	}
}

func TestCandidatesPutForward(t *testing.T) {
	dir := homesTruth(t)
	links, homes, families := filepath.Join(dir, "l.csv"), filepath.Join(dir, "h.csv"), filepath.Join(dir, "c.csv")
	write(t, links, smallLinks)
	write(t, homes, "household_id,person_id,role,to\nH1,P1,child,\nH1,P2,adult,\nH1,P4,adult,\nH2,P3,adult,\n")
	const header = "household_id,framework,eligible,criterion,status,person_id,certainty,put_forward\n"
	for _, tc := range []struct {
		name, lines     string
		anybody, rests  Share
		forward, wrong  int // put forward, somebody wrongly in
		nothing, calibr bool
	}{
		{"checked first", "H1,sf-2022,Y,1.1,met,P1,0.4,N\nH1,sf-2022,Y,7.1,met,P4,0.4,N\n", Share{1, 1, 1}, Share{1, 1, 1}, 0, 0, true, true},
		{"put forward", "H1,sf-2022,Y,1.1,met,P1;P2,0.4,Y\n", Share{1, 1, 1}, Share{0, 1, 0}, 1, 1, false, true},
		{"an older export", "H1,sf-2022,Y,1.1,met,P2,,\n", Share{1, 1, 1}, Share{0, 1, 0}, 0, 0, true, false},
	} {
		write(t, families, header+tc.lines)
		r, err := Evaluate(dir, links, homes, families, "sf-2022")
		if err != nil {
			t.Fatal(err)
		}
		c := r.Candidates
		if c.False.Anybody != tc.anybody || c.False.RestsOnWrong != tc.rests {
			t.Errorf("%s: got %+v, want %v and %v", tc.name, c.False, tc.anybody, tc.rests)
		}
		if (c.PutForward == nil) != tc.nothing || (c.Certainty != nil) != tc.calibr {
			t.Errorf("%s: put forward %v, calibration %v", tc.name, c.PutForward, c.Certainty)
		}
		if c.FalseForward != nil && (c.FalseForward.Anybody.Of != tc.forward || c.FalseForward.Anybody.N != tc.wrong) {
			t.Errorf("%s: put forward: got %+v, want %d of %d", tc.name, c.FalseForward.Anybody, tc.wrong, tc.forward)
		}
	}
}

func TestKeptIDs(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	const header = "household_id,person_id,role,to\n"
	write(t, a, header+"H1,P1,adult,\nH1,P2,child,\nH2,P3,adult,\nH3,P4,adult,\nH3,P5,adult,\nH3,P6,child,\nH4,P7,adult,\nH1,P9,associate,\n")
	write(t, b, header+"H1,P1,adult,\nH1,P2,child,\nH8,P3,adult,\nH3,P4,adult,\nH3,P5,adult,\nH3,P6,child,2025-01-01\nH4,P8,adult,\n")
	got, err := KeptIDs(a, b)
	want := IDsReport{Before: 4, After: 4, Same: Share{1, 2, 0.5}, Going: Share{1, 1, 1}, Reused: 1}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if _, err := KeptIDs(a, filepath.Join(dir, "none.csv")); !errors.Is(err, family.ErrNotFound) {
		t.Errorf("no file: got %v, want ErrNotFound", err)
	}
}

func TestCalibration(t *testing.T) {
	c := newCalibration()
	if c.done() != nil {
		t.Error("of nothing: want nil")
	}
	for i := range 10 {
		c.add(0.8, i < 7)
	}
	c.add(1, true)
	got := c.done()
	want := &Calibration{N: 11, ECE: (10*0.1 + 0) / 11, Bands: []Band{{0.8, 0.9, 10, 0.8, 0.7}, {0.9, 1, 1, 1, 1}}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMistakes(t *testing.T) {
	dir := homesTruth(t)
	links, homes, families := filepath.Join(dir, "l.csv"), filepath.Join(dir, "h.csv"), filepath.Join(dir, "c.csv")
	write(t, links, smallLinks)
	write(t, homes, `household_id,person_id,role,from,to,confidence,kind,certainty
H1,P2,adult,,,0.9,,0.4
H1,P1,associate,,,0.3,possible_member,0.4
H1,P4,adult,,,0.5,,0.4
H2,P3,adult,,,1,,0.9
`)
	write(t, families, "household_id,framework,put_forward\nH1,sf-2022,Y\nH1,other,N\n")
	var b strings.Builder
	if err := Mistakes(dir, links, homes, families, "sf-2022", &b); err != nil {
		t.Fatal(err)
	}
	want := strings.Join(mistakeHeader, ",") + `
H1,F1,wrongly_in,P4,guest,adult,none,0.50,0.4000,Y,refuge;one_adult
H1,F1,missing,,kid,possible_member,child,,0.4000,Y,refuge;one_adult
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
