package synth

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// visit is somebody whom the police met in a dwelling.
type visit struct{ person, dwelling int32 }

// met remembers that the police say of somebody to have met them in a dwelling.
func (p *printer) met(pi, dwelling int32) {
	if pi != none && dwelling != none {
		p.visits[visit{pi, dwelling}] = true
	}
}

// kindNames are what kind of home a stay was, in the truth about stays.
var kindNames = [...]string{kindPrivate: "home", kindShared: "shared_house", kindHostel: "hostel", kindRefuge: "refuge",
	kindCare: "care_home", kindFoster: "home"}

// writeStays writes where everybody known has lived: the main home, and where
// a row tells of it the second one of a child.
func (p *printer) writeStays() error {
	t, err := newTruthFile(p.dir, truthStays)
	if err != nil {
		return err
	}
	for i := range p.w.people {
		pe := &p.w.people[i]
		if !pe.seen {
			continue
		}
		for _, s := range pe.stays {
			kind := kindNames[p.w.homes[s.home].kind]
			if p.w.dwellings[s.dwelling].outside {
				kind = "elsewhere"
			}
			fmt.Fprintf(t, "%s,%s,%s,%s,%s,%s\n", personID(int32(i)), householdID(s.home), p.w.dwellings[s.dwelling].uprn, s.from, s.to, kind)
		}
		if hi, ok := p.w.dualHome(int32(i)); ok {
			at := p.w.people[pe.father].stays
			fmt.Fprintf(t, "%s,%s,%s,%s,,second_home\n", personID(int32(i)), householdID(hi),
				p.w.dwellings[at[len(at)-1].dwelling].uprn, max(pe.dob, at[len(at)-1].from))
		}
	}
	return t.close()
}

// dualHome is the household in which a child has a second home that a row
// tells of.
func (w *world) dualHome(pi int32) (int32, bool) {
	if p := &w.people[pi]; !p.second || p.died != 0 || w.secondHome(pi) == none {
		return none, false
	}
	his, _ := w.people[w.people[pi].father].now()
	return his.home, true
}

// writeVisits writes whom the police met where a household lives now and they
// never lived: nobody's member by that.
func (p *printer) writeVisits() error {
	t, err := newTruthFile(p.dir, truthVisits)
	if err != nil {
		return err
	}
	living := p.w.sharing()
	all := make([]visit, 0, len(p.visits))
	for v := range p.visits {
		if !p.w.everLived(v.person, v.dwelling) {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b visit) int {
		return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.dwelling, b.dwelling))
	})
	for _, v := range all {
		for _, hi := range living[v.dwelling] {
			fmt.Fprintf(t, "%s,%s\n", personID(v.person), householdID(hi))
		}
	}
	return t.close()
}

func (w *world) everLived(pi, dwelling int32) bool {
	p := &w.people[pi]
	return w.secondHome(pi) == dwelling || slices.ContainsFunc(p.stays, func(s stay) bool { return s.dwelling == dwelling })
}

// trueRelation says what a is to b.
type trueRelation struct {
	a, b     int32
	kind     family.RelationKind
	from, to family.Date
}

// writeRelations writes who is what to whom, among the people known.
func (p *printer) writeRelations() error {
	t, err := newTruthFile(p.dir, truthRelations)
	if err != nil {
		return err
	}
	all := p.w.kin()
	for hi := range p.w.homes {
		all = append(all, p.w.tiesAtHome(int32(hi))...)
	}
	all = slices.DeleteFunc(all, func(r trueRelation) bool { return !p.w.people[r.a].seen || !p.w.people[r.b].seen })
	slices.SortFunc(all, func(a, b trueRelation) int {
		return cmp.Or(cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b), cmp.Compare(a.kind, b.kind), cmp.Compare(a.from, b.from))
	})
	for _, r := range all {
		fmt.Fprintf(t, "%s,%s,%s,%s,%s\n", personID(r.a), personID(r.b), r.kind, r.from, r.to)
	}
	return t.close()
}

// kin are the relations of birth.
func (w *world) kin() []trueRelation {
	var out []trueRelation
	children := make([][]int32, len(w.people))
	for i := range w.people {
		p, c := &w.people[i], int32(i)
		for _, parent := range []struct {
			pi   int32
			kind family.RelationKind
		}{{p.mother, family.Mother}, {p.father, family.Father}} {
			if parent.pi == none {
				continue
			}
			out = append(out, trueRelation{a: parent.pi, b: c, kind: parent.kind, from: p.dob})
			for _, old := range []int32{w.people[parent.pi].mother, w.people[parent.pi].father} {
				if old != none {
					out = append(out, trueRelation{a: old, b: c, kind: family.Grandparent, from: p.dob})
				}
			}
			for _, sib := range children[parent.pi] {
				if parent.kind == family.Father && w.people[sib].mother == p.mother && p.mother != none {
					continue // said by the mother
				}
				out = append(out, trueRelation{a: sib, b: c, kind: family.Sibling, from: max(w.people[sib].dob, p.dob)})
			}
			children[parent.pi] = append(children[parent.pi], c)
		}
	}
	return out
}

// tiesAtHome are the relations that living together makes: partners, step-
// parents and foster carers.
func (w *world) tiesAtHome(hi int32) []trueRelation {
	var out []trueRelation
	members := w.homes[hi].members
	several := slices.ContainsFunc(members, func(m member) bool { return m.rel == relSibling })
	coupled := false
	for _, a := range members {
		if a.rel != relSelf && a.rel != relPartner {
			continue
		}
		for _, b := range members {
			from, to := together(a, b)
			if a.person == b.person || to != 0 && to <= from {
				continue
			}
			switch {
			case a.rel == relSelf && b.rel == relPartner && !(several && coupled): // a brother's wife is the brother's
				x, y := min(a.person, b.person), max(a.person, b.person)
				out = append(out, trueRelation{x, y, family.Partner, from, to})
				coupled = true
			case b.rel == relFoster:
				out = append(out, trueRelation{a.person, b.person, family.FosterCarer, from, to})
			case b.rel == relChild && a.rel == relPartner && !several && w.stepChild(hi, a.person, b.person):
				out = append(out, trueRelation{a.person, b.person, family.StepParent, from, to})
			}
		}
	}
	return out
}

// together is the time for which two members were members both.
func together(a, b member) (from, to family.Date) {
	from, to = max(a.from, b.from), a.to
	if to == 0 || b.to != 0 && b.to < to {
		to = b.to
	}
	return from, to
}

// stepChild says whether a child is not of a partner, but of the one whose
// partner that is.
func (w *world) stepChild(hi, partner, child int32) bool {
	c, head := &w.people[child], w.homes[hi].members[0].person
	return c.mother != partner && c.father != partner && (c.mother == head || c.father == head)
}
