package household

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// lookedAfter returns what a pupil's latest rows say of a carer who stands in
// the parents' place: a carer named by the school while no parent is said to
// live with the child; nil for none. Of several, one beside a social worker,
// then the first contact.
func (f *former) lookedAfter(child int32) (out *relation) {
	best := -1
	for _, i := range f.kinOf[child] {
		r := &f.relationList[i]
		if r.child != child || r.voided || f.stale(*r) {
			continue
		}
		kind := f.words[r.words[0]].kind
		switch {
		case isParent(kind) && r.lives == livesHere, kind == family.StepParent && r.lives == livesHere:
			return nil
		case kind != family.Carer && kind != family.FosterCarer, r.lives == livesApart:
			continue
		}
		if rank := 2*b2i(kind == family.FosterCarer) + b2i(r.first); rank > best {
			best, out = rank, r
		}
	}
	return out
}

// place takes children who are looked after to their carers, as far as rows
// say where those live: claims, tenancies and a school's address lag behind a
// placement, and mostly keep such a child at the parents'. Where a parent lives
// at the child's dwelling and nothing says where the carer does, the child is
// nowhere known.
func (f *former) place() {
	to := make([]int32, len(f.people))
	f.parallel(len(f.people), func(i int) {
		to[i] = stays
		if p := int32(i); f.isChild(p) && f.died[i] == 0 {
			to[i] = f.placed(p)
		}
	})
	for i, d := range to {
		switch {
		case d >= 0:
			f.settle(int32(i), d)
		case d == unknown:
			f.main[i] = -1
		}
	}
}

const (
	stays   = -1 // where it is
	unknown = -2 // not where it was
)

// placed returns the dwelling to which a child's placement takes it.
func (f *former) placed(child int32) int32 {
	r := f.lookedAfter(child)
	if r == nil || f.dwellingOf(child) < 0 {
		return stays
	}
	from, to := f.dwellingOf(child), f.dwellingOf(r.adult)
	if to == from || !f.parentAt(child, from, r.adult) {
		return stays
	}
	if to < 0 || f.isChild(r.adult) {
		return unknown
	}
	return to
}

// parentAt says whether somebody other than the carer lives at the dwelling of
// whom rows make the child the child.
func (f *former) parentAt(child, dwelling, carer int32) bool {
	return slices.ContainsFunc(f.kinOf[child], func(i int32) bool {
		r := &f.relationList[i]
		return r.child == child && r.parent && r.adult != carer && f.dwellingOf(r.adult) == dwelling
	}) || slices.ContainsFunc(f.bondsOf[child], func(i int32) bool {
		b := &f.bondList[i]
		return b.b == child && b.a != carer && f.dwellingOf(b.a) == dwelling && !f.isChild(b.a)
	})
}

// leastBelonging is the least probability of belonging to a household with
// which an adult is counted: it must be likelier than not.
const leastBelonging = 0.5

// part takes adults out of their units who more likely than not do not belong
// there: they stay outside, as possible members. The surest adult stays, whom
// the others are measured against.
func (f *former) part() {
	f.belonging = make([]float64, len(f.people))
	f.possible = make([][]int32, len(f.units))
	f.parallel(len(f.units), func(n int) {
		for _, p := range f.units[n].people {
			f.belonging[p] = f.belongs(p, int32(n))
		}
		f.possible[n] = f.unlikely(f.units[n].people)
	})
	for n, out := range f.possible {
		if len(out) == 0 {
			continue
		}
		u := &f.units[n]
		u.people = slices.DeleteFunc(u.people, func(p int32) bool { return slices.Contains(out, p) })
		for _, p := range out {
			f.unitOf[p] = outside
		}
		for _, p := range u.people {
			f.belonging[p] = f.belongs(p, int32(n))
		}
	}
}

// outside is the unit of those who are of none.
const outside = -1

// unlikely lists the adults among people who hardly belong with them.
func (f *former) unlikely(people []int32) (out []int32) {
	best := int32(-1)
	for _, p := range people {
		if !f.isChild(p) && (best < 0 || f.belonging[p] > f.belonging[best]) {
			best = p
		}
	}
	for _, p := range people {
		if p != best && !f.isChild(p) && f.belonging[p] < leastBelonging {
			out = append(out, p)
		}
	}
	return out
}

// possibles adds those who may be of the household and are not counted.
func (b *builder) possibles() {
	f := b.f
	for _, p := range f.possible[b.n] {
		h := f.mainOf(p)
		why, rows := f.reasons(f.facts[p][h.facts[0]:h.facts[1]])
		m := family.Member{
			Role: family.Associate, Kind: family.PossibleMember, Confidence: 1 - f.belonging[p],
			Evidence: rowsOf(append(rows, b.rowsWith(p)...)), Weights: f.foremost(p, b.u.dwelling),
		}
		if len(why) == 0 {
			why = append(why, "known here by others' rows alone")
			m.Evidence = rowsOf(append(m.Evidence, f.tellers(p, b.u.dwelling)...))
		}
		m.Reason = strings.Join(why, "; ") + "; may live here, which is not sure enough to count"
		b.add(p, m)
	}
}

// rowsWith lists the rows that name the person together with a member.
func (b *builder) rowsWith(p int32) (out []family.RowRef) {
	f := b.f
	for _, i := range f.bondsOf[p] {
		if o := &f.bondList[i]; f.unitOf[o.a] == b.n || f.unitOf[o.b] == b.n {
			out = append(out, o.recA.Row.Ref(), o.recB.Row.Ref())
		}
	}
	for _, i := range f.kinOf[p] {
		if r := &f.relationList[i]; f.unitOf[r.child] == b.n || f.unitOf[r.adult] == b.n {
			out = append(out, r.rec.Row.Ref())
		}
	}
	return out
}

// awayWith returns what makes a child one who is looked after by somebody not
// of the unit, nil for nothing.
func (f *former) awayWith(child, unit int32) *relation {
	if r := f.lookedAfter(child); r != nil && f.unitOf[r.adult] != unit {
		return r
	}
	return nil
}
