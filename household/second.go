package household

import (
	"github.com/hearthmatch/hearth/family"
)

// A child whose parents live apart has one main home, where it counts. It lives
// in the other parent's too where rows say both: rows of its own that name the
// other home lately, or the other parent's open claim, and not only what an old
// address left behind.

// seconds adds the children who live mainly with another parent, and here too.
func (b *builder) seconds(around []presence) {
	f := b.f
	for _, p := range b.u.people {
		if f.isChild(p) {
			continue
		}
		for _, i := range f.kinOf[p] {
			if r := &f.relationList[i]; r.adult == p && r.parent && !r.voided {
				b.second(r.child, p)
			}
		}
		for _, i := range f.bondsOf[p] {
			if o := &f.bondList[i]; o.a == p && o.parent {
				b.second(o.b, p)
			}
		}
	}
	for _, p := range around {
		if p.home >= 0 && f.isChild(p.person) && b.namesake(p.person) >= 0 {
			b.second(p.person, b.namesake(p.person))
		}
	}
}

// namesake returns an adult of the unit who has the child's surname and may be
// its parent, of whom nothing is said; -1 for none.
func (b *builder) namesake(child int32) int32 {
	f := b.f
	for _, q := range b.u.people {
		if !f.isChild(q) && f.shareSurname(child, q) && f.born[q] != 0 && f.born[child] != 0 && f.canParent(q, child) && f.born[q].AddYears(namesakeYears) > f.born[child] {
			return q
		}
	}
	return -1
}

// namesakeYears is the most between a child and a namesake who is taken for a
// parent, not a grandparent.
const namesakeYears = 45

// second adds a parent's child, if this is its second home.
func (b *builder) second(child, parent int32) {
	f := b.f
	if b.seen[child] || !f.isChild(child) || f.died[child] != 0 || f.unitOf[child] < 0 || f.unitOf[child] == b.n ||
		f.dwellingOf(child) == b.u.dwelling || f.lookedAfter(child) != nil || !f.parentIn(child, f.unitOf[child], parent) {
		return
	}
	why, rows := b.saidHere(child, parent)
	if len(rows) == 0 {
		return
	}
	b.add(child, family.Member{
		Role: family.DualResidentChild, Confidence: max(secondLeast, f.chance(child, b.u.dwelling)), Evidence: rowsOf(rows),
		Reason:  why + "; lives mainly with another parent",
		Weights: f.foremost(child, b.u.dwelling),
	})
}

// secondLeast is the least confidence in a second home that rows name.
const secondLeast = 0.5

// parentIn says whether a parent of the child other than not is of the unit.
func (f *former) parentIn(child, unit, not int32) bool {
	for _, i := range f.kinOf[child] {
		if r := &f.relationList[i]; r.child == child && r.parent && !r.voided && r.adult != not && f.unitOf[r.adult] == unit {
			return true
		}
	}
	for _, i := range f.bondsOf[child] {
		if o := &f.bondList[i]; o.b == child && o.parent && o.a != not && f.unitOf[o.a] == unit {
			return true
		}
	}
	return false
}

// saidHere lists the rows that say now that the child lives with the parent
// here, beside its main home.
func (b *builder) saidHere(child, parent int32) (why string, rows []family.RowRef) {
	f := b.f
	for _, i := range f.bondsOf[child] {
		if o := &f.bondList[i]; o.a == parent && o.b == child && o.parent && o.current && o.kind == claimBond {
			why, rows = "on a claim of a parent who lives here (benefits)", append(rows, o.recB.Row.Ref(), o.recA.Row.Ref())
		}
	}
	h, main := f.homeAt(child, b.u.dwelling), f.mainOf(child)
	if h == nil || h.ended != 0 {
		return why, rows
	}
	for _, fa := range f.facts[child][h.facts[0]:h.facts[1]] {
		if fa.to == 0 && fa.seen+recent > f.asAt && fa.first >= main.start {
			if why == "" {
				why = fa.words() + "; a parent lives here"
			}
			rows = append(rows, fa.rec.Row.Ref())
		}
	}
	return why, rows
}
