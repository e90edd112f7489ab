package household

import (
	"slices"

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
