package household

import (
	"fmt"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// TestPractice: what a council's claims list is counted as a run over it counts,
// whatever order the rows come in, and a few people's households hear it.
func TestPractice(t *testing.T) {
	var rows []*family.Row
	who := map[string]string{}
	claim := func(id, person, ref, role string) {
		r := row(family.Benefits, id, family.ColForename, person, family.ColSurname, "Vale", family.ColDOB, "1980-01-02",
			family.ColAddress1, "1 Oak Road", family.ColPostcode, "ZE1 1AA", family.ColClaimRef, ref, family.ColBenefit, "UC", family.ColRole, role)
		rows, who[r.Ref().String()+"/subject"] = append(rows, r), person
	}
	for i := range 40 {
		if i%4 == 0 { // listed before the claimant
			claim(fmt.Sprint("p", i), fmt.Sprint("Ben", i), fmt.Sprint("C", i), "partner")
		}
		claim(fmt.Sprint("c", i), fmt.Sprint("Ana", i), fmt.Sprint("C", i), "claimant")
		claim(fmt.Sprint("d", i), fmt.Sprint("Ana", i), fmt.Sprint("C", i), "claimant") // another spell
		if i%2 == 0 {
			claim(fmt.Sprint("k", i), fmt.Sprint("Cat", i), fmt.Sprint("C", i), "dependant")
		}
	}
	each := func(yield func(*family.Row) error) error {
		for _, r := range rows {
			if err := yield(r); err != nil {
				return err
			}
		}
		return nil
	}
	p, err := PracticeOf(Input{AsAt: testDay}, each)
	if err != nil {
		t.Fatal(err)
	}
	want := series{registers: 40, adults: 10, children: 20}
	if got := p.of[practiceKey{claimBond, "benefits", "UC"}]; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	whole := formed(Input{Persons: truePersons(rows, who), AsAt: testDay})
	if len(whole.series) != 1 || whole.series[0] != want {
		t.Errorf("a run over the council finds %+v", whole.series)
	}
	few := formed(Input{Persons: truePersons(rows[:3], who), AsAt: testDay, Practice: p})
	if len(few.series) != 1 || few.series[0] != want {
		t.Errorf("a few people hear %+v", few.series)
	}
}
