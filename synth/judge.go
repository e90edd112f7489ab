package synth

import (
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// truthFrameworks are those that the truth about families speaks of.
var truthFrameworks = []string{"tf-phase1-2012", "tf-phase2-2015", "sf-2022"}

// verdict is whether a framework really covers a household.
type verdict struct {
	framework string
	eligible  bool
	met       []string // the criteria, in the framework's order
}

// judge scores true households by what the agencies' rows say of their true
// members: the criteria are the product's own, the persons and the homes are
// the truth's.
type judge struct {
	p          *printer
	frameworks []*eligibility.Framework
	coverage   eligibility.Coverage
}

func (p *printer) newJudge() *judge {
	j := &judge{p: p, coverage: eligibility.CompleteCoverage()}
	for _, id := range truthFrameworks {
		for _, f := range eligibility.Builtin() {
			if f.ID() == id {
				j.frameworks = append(j.frameworks, f)
			}
		}
	}
	return j
}

// inFamilies says, by person, who lives in a household with a child and an
// adult: only of these do the rows matter to the truth about families.
func (w *world) inFamilies() []bool {
	out := make([]bool, len(w.people))
	for hi := range w.homes {
		var child, adult bool
		list := w.current(int32(hi))
		for _, m := range list {
			young := w.people[m.person].age(w.asAt) < 18
			child, adult = child || young, adult || !young
		}
		for _, m := range list {
			out[m.person] = child && adult
		}
	}
	return out
}

// verdicts scores one household; none where it is not a family.
func (j *judge) verdicts(id string, members []truePerson) []verdict {
	h := family.Household{ID: id}
	evidence := map[string]*eligibility.Evidence{}
	var children, adults int
	for _, m := range members {
		switch m.role {
		case family.Adult:
			adults++
		case family.Child:
			children++
		}
		h.Members = append(h.Members, family.Member{PersonID: personID(m.person), Role: m.role, From: m.from, Confidence: 1})
	}
	if children == 0 || adults == 0 {
		return nil
	}
	for _, m := range members {
		evidence[personID(m.person)] = eligibility.NewEvidence(j.person(m.person))
	}
	scored := eligibility.NewFamily(&h, func(id string) *eligibility.Evidence { return evidence[id] }, nil, j.coverage, j.p.w.asAt)
	var out []verdict
	for _, f := range j.frameworks {
		c, ok := f.Score(scored)
		if !ok {
			continue
		}
		v := verdict{framework: f.ID(), eligible: c.Eligible}
		for _, n := range c.Needs {
			if n.Status == family.Met {
				v.met = append(v.met, n.Criterion)
			}
		}
		out = append(out, v)
	}
	return out
}

// person puts together by truth what the rows say of somebody.
func (j *judge) person(pi int32) *family.Person {
	p := &j.p.w.people[pi]
	out := &family.Person{ID: personID(pi), Profile: family.Profile{Forename: p.first, Surname: p.surname, DOB: p.dob,
		Sex: p.sex, Died: p.died}}
	for _, row := range j.p.facts[pi] {
		out.Records = append(out.Records, &family.Record{Row: row, DOB: p.dob, Sex: p.sex})
		out.Probability = append(out.Probability, 1)
	}
	return out
}
