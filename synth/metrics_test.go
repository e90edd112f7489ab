package synth

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// partition is a truth and a linkage of the same records.
func partition(t *rapid.T) (*truth, *linkage, []int, []int) {
	n := rapid.IntRange(1, 40).Draw(t, "records")
	real := rapid.SliceOfN(rapid.IntRange(0, 9), n, n).Draw(t, "true")
	pred := rapid.SliceOfN(rapid.IntRange(0, 9), n, n).Draw(t, "predicted")
	tr := &truth{persons: newNumbering(), records: map[string]int32{}, homeName: newNumbering()}
	l := &linkage{persons: newNumbering()}
	for i := range n {
		key := fmt.Sprint(i)
		tr.order = append(tr.order, key)
		tr.records[key] = tr.persons.number(fmt.Sprint("T", real[i]))
		l.of = append(l.of, l.persons.number(fmt.Sprint("P", pred[i])))
	}
	tr.origin = make([]string, len(tr.persons.names))
	return tr, l, real, pred
}

func TestPersonMetricsAgainstCountingEveryPair(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tr, l, real, pred := partition(rt)
		var hit, predicted, actual int64
		var b3p, b3r float64
		for i := range real {
			sameBoth, sameTrue, samePred := 0, 0, 0
			for j := range real {
				a, b := real[i] == real[j], pred[i] == pred[j]
				sameTrue += btoi(a)
				samePred += btoi(b)
				sameBoth += btoi(a && b)
				if j > i {
					hit += int64(btoi(a && b))
					predicted += int64(btoi(b))
					actual += int64(btoi(a))
				}
			}
			b3p += float64(sameBoth) / float64(samePred)
			b3r += float64(sameBoth) / float64(sameTrue)
		}
		r := personMetrics(tr, l)
		if want := newScore(hit, predicted, actual); r.Pairwise != want {
			rt.Fatalf("pairs: got %+v, want %+v", r.Pairwise, want)
		}
		n := float64(len(real))
		if math.Abs(r.BCubed.Precision-b3p/n) > 1e-9 || math.Abs(r.BCubed.Recall-b3r/n) > 1e-9 {
			rt.Fatalf("B-cubed: got %+v, want %v and %v", r.BCubed, b3p/n, b3r/n)
		}
	})
}

func TestCoResidenceAgainstCountingEveryPair(t *testing.T) {
	groups := rapid.Custom(func(t *rapid.T) [][]int32 {
		var out [][]int32
		for range rapid.IntRange(0, 6).Draw(t, "groups") {
			out = append(out, rapid.SliceOfNDistinct(rapid.Int32Range(0, 11), 0, 6, rapid.ID).Draw(t, "group"))
		}
		return out
	})
	rapid.Check(t, func(rt *rapid.T) {
		a, b := groups.Draw(rt, "true"), groups.Draw(rt, "predicted")
		pairs := func(groups [][]int32) map[[2]int32]bool {
			out := map[[2]int32]bool{}
			for _, g := range groups {
				for _, p := range g {
					for _, q := range g {
						if p < q {
							out[[2]int32{p, q}] = true
						}
					}
				}
			}
			return out
		}
		pa, pb := pairs(a), pairs(b)
		var hit int64
		for p := range pa {
			hit += int64(btoi(pb[p]))
		}
		if got, want := coResidence(a, b, 12), newScore(hit, int64(len(pb)), int64(len(pa))); got != want {
			rt.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

// small writes a truth of two families and a stranger.
func small(t *testing.T) string {
	dir := t.TempDir()
	write(t, filepath.Join(dir, truthRecords), `feed,record_id,part,person_id
attendance,a1,subject,kid
attendance,a1,contact1,mum
housing,h1,subject,mum
housing,h2,subject,kid
housing,h3,subject,dad
police,p1,subject,guest
police,p2,subject,guest
`)
	write(t, filepath.Join(dir, truthPersons), `person_id,dob,sex,died,name_origin
kid,2014-01-02,F,,english
mum,1985-01-02,F,,english
dad,1984-01-02,M,,celtic
guest,1990-01-02,M,,celtic
`)
	write(t, filepath.Join(dir, truthHouseholds), `household_id,person_id,role,from,to
F1,mum,adult,2020-01-01,
F1,kid,child,2020-01-01,
F1,dad,non_resident_parent,,
F2,dad,adult,,
F3,guest,adult,,
`)
	write(t, filepath.Join(dir, truthFamilies), "household_id,framework,eligible\nF1,sf-2022,Y\n")
	write(t, filepath.Join(dir, truthCriteria), "household_id,framework,criterion\nF1,sf-2022,1.1\nF1,sf-2022,10.1\n")
	return dir
}

const smallLinks = `feed,record_id,part,person_id,household_id,household_role,probability
attendance,a1,subject,P1,H1,child,1
attendance,a1,contact1,P2,H1,adult,1
housing,h1,subject,P2,H1,adult,1
housing,h2,subject,P1,H1,child,1
housing,h3,subject,P3,H2,adult,1
police,p1,subject,P4,H1,adult,1
police,p9,subject,P4,H1,adult,1
`

func TestEvaluate(t *testing.T) {
	dir := small(t)
	links, homes, families := filepath.Join(dir, "l.csv"), filepath.Join(dir, "h.csv"), filepath.Join(dir, "c.csv")
	write(t, links, smallLinks)
	write(t, homes, `household_id,person_id,role,from,to,confidence
H1,P1,child,,,1
H1,P2,adult,,,1
H1,P4,adult,,,0.5
H1,P3,associate,,,0.5
H2,P3,adult,,,1
`)
	write(t, families, `household_id,framework,as_at,eligible,headlines_met,criterion,status,person_id,evidence,reason
H1,sf-2022,2025-03-14,Y,education;finance;crime,1.1,met,P1,attendance/a1,
H1,sf-2022,2025-03-14,Y,education;finance;crime,7.1,met,P4,police/p1,
H1,tf-phase1-2012,2025-03-14,N,,p1.oow,met,P2,,
`)
	r, err := Evaluate(dir, links, homes, families, "sf-2022")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Persons.Pairwise, newScore(2, 2, 3); got != want {
		t.Errorf("pairs: got %+v, want %+v", got, want)
	}
	if r.Persons.Missing != 1 || r.Persons.Extra != 1 {
		t.Errorf("missing, extra: got %d, %d, want 1, 1", r.Persons.Missing, r.Persons.Extra)
	}
	h := r.Households
	if got, want := h.CoResidence, newScore(1, 3, 1); got != want {
		t.Errorf("co-residence: got %+v, want %+v", got, want)
	}
	if h.Visitors != 1 || h.FalseRate != 1 || h.SplitRate != 0 || h.ExactRateChildren != 0 {
		t.Errorf("visitors, false, split, exact: got %d %v %v %v, want 1 1 0 0", h.Visitors, h.FalseRate, h.SplitRate, h.ExactRateChildren)
	}
	if got, want := r.Candidates.Eligible, newScore(1, 1, 1); got != want {
		t.Errorf("eligible: got %+v, want %+v", got, want)
	}
	for i, want := range []CriterionScore{{"1.1", newScore(1, 1, 1)}, {"10.1", newScore(0, 0, 1)}, {"7.1", newScore(0, 1, 0)}} {
		if got := r.Candidates.Criteria[i]; got != want {
			t.Errorf("criterion: got %+v, want %+v", got, want)
		}
	}
	var b strings.Builder
	if err := r.Text(&b); err != nil || !strings.Contains(b.String(), "families eligible, sf-2022") {
		t.Errorf("text: %v, %q", err, b.String())
	}
}

func TestEvaluateOfATruthThatTellsLess(t *testing.T) {
	dir := small(t)
	links, homes := filepath.Join(dir, "l.csv"), filepath.Join(dir, "h.csv")
	write(t, links, smallLinks)
	write(t, homes, "household_id,person_id,role,to\nH1,P1,child,\nH1,P2,adult,\n")
	whole, err := Evaluate(dir, links, homes, "", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{truthPersons, truthFamilies, truthCriteria} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Evaluate(dir, links, homes, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(whole.Persons.Origins) != 2 {
		t.Errorf("origins told: got %d, want 2", len(whole.Persons.Origins))
	}
	whole.Persons.Origins = nil
	if diff := cmp.Diff(whole, got); diff != "" {
		t.Errorf("all but origins (-whole +less):\n%s", diff)
	}
	var b strings.Builder
	if err := got.Text(&b); err != nil || !strings.Contains(b.String(), "absent: the truth tells no origin") {
		t.Errorf("text: %v, %q", err, b.String())
	}
	families := filepath.Join(dir, "c.csv")
	write(t, families, "household_id,framework,eligible,criterion,status\n")
	if _, err := Evaluate(dir, links, homes, families, "sf-2022"); !errors.Is(err, family.ErrNotFound) {
		t.Errorf("candidates without the truth of families: got %v, want ErrNotFound", err)
	}
}

func TestEvaluateRefusesWrongFiles(t *testing.T) {
	dir := small(t)
	links, bad := filepath.Join(dir, "l.csv"), filepath.Join(dir, "bad.csv")
	write(t, links, smallLinks)
	write(t, bad, "feed,record,person\n")
	for name, call := range map[string]func() error{
		"wrong header":        func() error { _, err := Evaluate(dir, bad, "", "", ""); return err },
		"households header":   func() error { _, err := Evaluate(dir, links, bad, "", ""); return err },
		"no framework":        func() error { _, err := Evaluate(dir, links, links, links, ""); return err },
		"candidates no homes": func() error { _, err := Evaluate(dir, links, "", links, "sf-2022"); return err },
		"a record twice": func() error {
			write(t, bad, smallLinks+smallLinks[len(smallLinks)-46:]+"attendance,a1,subject,P1,,,\n")
			_, err := Evaluate(dir, bad, "", "", "")
			return err
		},
		"an unknown framework": func() error {
			write(t, bad, "household_id,person_id,role,to\n")
			write(t, dir+"/c.csv", "household_id,framework,eligible,criterion,status\n")
			_, err := Evaluate(dir, links, bad, dir+"/c.csv", "no-such")
			return err
		},
		"a line with few fields": func() error {
			write(t, bad, "feed,record_id,part,person_id\na,b\n")
			_, err := Evaluate(dir, bad, "", "", "")
			return err
		},
	} {
		if err := call(); !errors.Is(err, family.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	if _, err := Evaluate(dir, filepath.Join(dir, "none.csv"), "", "", ""); !errors.Is(err, family.ErrNotFound) {
		t.Errorf("no file: got %v, want ErrNotFound", err)
	}
}
