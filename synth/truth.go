package synth

import (
	"errors"
	"fmt"

	"github.com/hearthmatch/hearth/family"
)

// The truth files' names and headers.
const (
	truthRecords    = "truth_records.csv"
	truthPersons    = "truth_persons.csv"
	truthHouseholds = "truth_households.csv"
	truthFamilies   = "truth_families.csv"
	truthCriteria   = "truth_criteria.csv" // of the households in truthFamilies, the criteria met
	truthStays      = "truth_stays.csv"
	truthVisits     = "truth_visits.csv" // whom the police met at a household's, and who never lived there
	truthRelations  = "truth_relations.csv"
	truthCases      = "truth_cases.csv" // what is hard about a household
)

// Roles of the truth alone, beside the product's own: they count in no
// household.
const (
	roleCommunal = "communal_resident" // of a care home or the like: no household's
)

var truthHeaders = map[string]string{
	truthRecords:    "feed,record_id,part,person_id",
	truthPersons:    "person_id,dob,sex,died,name_origin",
	truthHouseholds: "household_id,person_id,role,from,to",
	truthFamilies:   "household_id,framework,eligible",
	truthCriteria:   "household_id,framework,criterion",
	truthStays:      "person_id,household_id,uprn,from,to,kind",
	truthVisits:     "person_id,household_id",
	truthRelations:  "a,b,kind,from,to",
	truthCases:      "household_id,case",
}

func newTruthFile(dir, name string) (output, error) {
	t, err := create(dir, name)
	if err != nil {
		return output{}, err
	}
	t.WriteString(truthHeaders[name] + "\n")
	return t, nil
}

// truePerson is a member of a household as the truth has it.
type truePerson struct {
	person int32
	role   family.Role
	from   family.Date
}

// trueHousehold lists who lives in a household at as-at and is known to some
// agency, and the parents who live elsewhere.
func (w *world) trueHousehold(hi int32) []truePerson {
	var out []truePerson
	home := map[int32]bool{}
	for _, m := range w.current(hi) {
		home[m.person] = true
	}
	var apart []truePerson
	for _, m := range w.current(hi) {
		p := &w.people[m.person]
		if !p.seen {
			continue
		}
		t := truePerson{m.person, family.Adult, max(m.from, p.stays[len(p.stays)-1].from)}
		if p.age(w.asAt) < 18 {
			t.role = family.Child
			if m.rel != relFoster {
				apart = w.addApart(apart, home, p.mother, p.father)
			}
		}
		out = append(out, t)
	}
	return append(out, apart...)
}

// addApart adds the parents of a child who live elsewhere, each once.
func (w *world) addApart(apart []truePerson, home map[int32]bool, parents ...int32) []truePerson {
	for _, pi := range parents {
		if pi == none || home[pi] || w.people[pi].died != 0 || !w.people[pi].seen {
			continue
		}
		home[pi] = true
		apart = append(apart, truePerson{person: pi, role: family.NonResidentParent})
	}
	return apart
}

func (p *printer) writePersons() error {
	t, err := newTruthFile(p.dir, truthPersons)
	if err != nil {
		return err
	}
	for i := range p.w.people {
		if pe := &p.w.people[i]; pe.seen {
			fmt.Fprintf(t, "%s,%s,%c,%s,%s\n", personID(int32(i)), pe.dob, pe.sex, pe.died, originNames[pe.origin])
		}
	}
	return t.close()
}

// writeHouseholds writes the truth about homes and families.
func (p *printer) writeHouseholds() error {
	homes, err := newTruthFile(p.dir, truthHouseholds)
	if err != nil {
		return err
	}
	families, err := newTruthFile(p.dir, truthFamilies)
	if err != nil {
		return err
	}
	criteria, err := newTruthFile(p.dir, truthCriteria)
	if err != nil {
		return err
	}
	cases, err := newTruthFile(p.dir, truthCases)
	if err != nil {
		return err
	}
	judge := p.newJudge()
	second := p.w.secondHomes()
	sharing := p.w.sharing()
	for hi := range p.w.homes {
		members := p.w.trueHousehold(int32(hi))
		id := householdID(int32(hi))
		p.writeMembers(homes, int32(hi), members, second[int32(hi)])
		for _, c := range p.w.cases(int32(hi), members, second, sharing) {
			fmt.Fprintf(cases, "%s,%s\n", id, c)
		}
		for _, v := range judge.verdicts(id, members) {
			fmt.Fprintf(families, "%s,%s,%c\n", id, v.framework, "NY"[btoi(v.eligible)])
			for _, c := range v.met {
				fmt.Fprintf(criteria, "%s,%s,%s\n", id, v.framework, c)
			}
		}
	}
	return errors.Join(homes.close(), cases.close(), families.close(), criteria.close())
}

// writeMembers writes one household's people, and the children who are there
// for part of the week.
func (p *printer) writeMembers(homes output, hi int32, members []truePerson, second []int32) {
	id := householdID(hi)
	for _, m := range members {
		role := m.role.String()
		if p.w.homes[hi].kind == kindCare && m.role.Resident() {
			role = roleCommunal
		}
		fmt.Fprintf(homes, "%s,%s,%s,%s,\n", id, personID(m.person), role, m.from)
	}
	for _, c := range second {
		fmt.Fprintf(homes, "%s,%s,%s,,\n", id, personID(c), family.DualResidentChild)
	}
}

// secondHomes lists, by household, the children who live there too.
func (w *world) secondHomes() map[int32][]int32 {
	out := map[int32][]int32{}
	for i := range w.people {
		if hi, ok := w.dualHome(int32(i)); ok {
			out[hi] = append(out[hi], int32(i))
		}
	}
	return out
}
