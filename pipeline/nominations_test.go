package pipeline_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/pipeline"
)

// TestNominationsSteerNeedsOnly: nominations change nobody's person nor
// household, and no needs but those of the households whose people they name.
func TestNominationsSteerNeedsOnly(t *testing.T) {
	rows, deliveries := council(t, 300, 80)
	in := pipeline.Input{Rows: rows, Deliveries: deliveries, Workers: 2, Frameworks: eligibility.Builtin()}
	plain := must(t, in)
	in.Model = plain.Model
	random := rand.New(rand.NewPCG(7, 8))
	about := map[string][]string{} // household to nominations
	homes := map[string]string{}
	for i := range plain.Households {
		for _, m := range plain.Households[i].Members {
			if m.Current(asAt) {
				homes[m.PersonID] = plain.Households[i].ID
			}
		}
	}
	for i := range 20 {
		p := &plain.Persons[random.IntN(len(plain.Persons))]
		n := nominationOf(p, fmt.Sprint("E", 100+i))
		in.Nominations = append(in.Nominations, n)
		if h := homes[p.ID]; h != "" {
			about[h] = append(about[h], n.ID)
		}
	}
	in.Nominations = append(in.Nominations, casework.Nomination{ID: "E999", Framework: "tf-phase2-2015", Needs: []string{"education"}, Day: asAt,
		Records: []family.RecordRef{{RowRef: family.RowRef{Feed: family.Police, ID: "nobody's"}}}})
	out := must(t, in)
	if !reflect.DeepEqual(plain.Persons, out.Persons) || !reflect.DeepEqual(plain.Households, out.Households) {
		t.Fatal("a nomination changed who is who, or who lives where")
	}
	changed := 0
	for _, fw := range []string{"sf-2022", "tf-phase1-2012", "tf-phase2-2015"} {
		was := map[string]family.Candidate{}
		for _, c := range plain.Candidates[fw] {
			was[c.HouseholdID] = c
		}
		for _, c := range out.Candidates[fw] {
			want := about[c.HouseholdID]
			if fw != "tf-phase2-2015" || want == nil {
				if !reflect.DeepEqual(was[c.HouseholdID], c) {
					t.Errorf("%s: a household that nobody nominated has changed", fw)
				}
				continue
			}
			i := slices.IndexFunc(c.Needs, func(n *family.Need) bool { return slices.Equal(n.Nominations, want) })
			if changed++; i < 0 || c.Needs[i].Status != family.Met {
				t.Errorf("nominated by %v: no need says so", want)
			}
		}
	}
	if changed == 0 {
		t.Error("no candidate was nominated; choose another seed")
	}
	slices.Reverse(in.Rows)
	in.Workers = 5
	if digest(must(t, in)) != digest(out) {
		t.Error("the order of rows or the workers matter")
	}
}

// TestNominationFollowsItsPeople: a nomination counts where most of its people
// live now.
func TestNominationFollowsItsPeople(t *testing.T) {
	rows, deliveries := council(t, 300, 81)
	in := pipeline.Input{Rows: rows, Deliveries: deliveries, Workers: 2, Frameworks: eligibility.Builtin()}
	plain := must(t, in)
	in.Model = plain.Model
	scored := map[string]bool{}
	for _, c := range plain.Candidates["sf-2022"] {
		scored[c.HouseholdID] = true
	}
	var pair [2]*family.Household // the first of three people or more, the second of anybody else
	for i := range plain.Households {
		n := 0
		for _, m := range plain.Households[i].Members {
			if m.Current(asAt) {
				n++
			}
		}
		switch {
		case n >= 3 && pair[0] == nil && scored[plain.Households[i].ID]:
			pair[0] = &plain.Households[i]
		case n > 0 && pair[0] != nil && pair[1] == nil:
			pair[1] = &plain.Households[i]
		}
	}
	records := func(h *family.Household, most int) (out []family.RecordRef) {
		for _, m := range h.Members {
			i := slices.IndexFunc(plain.Persons, func(p family.Person) bool { return p.ID == m.PersonID })
			if m.Current(asAt) && len(out) < most {
				out = append(out, plain.Persons[i].Records[0].Ref())
			}
		}
		return out
	}
	n := casework.Nomination{ID: "E1", Framework: "sf-2022", Needs: []string{"education"}, Day: asAt,
		Records: append(records(pair[0], 2), records(pair[1], 1)...)}
	in.Nominations = []casework.Nomination{n}
	for _, c := range must(t, in).Candidates["sf-2022"] {
		named := slices.ContainsFunc(c.Needs, func(n *family.Need) bool { return slices.Equal(n.Nominations, []string{"E1"}) })
		if named != (c.HouseholdID == pair[0].ID) {
			t.Errorf("household %s: nominated %t", c.HouseholdID, named)
		}
	}
}
