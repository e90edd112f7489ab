package household

import (
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// ruling is one decision in force, with the persons that its records now
// belong to.
type ruling struct {
	family.Decision
	a, b int32
}

// rulings are the decisions in force about who lives with whom.
type rulings struct {
	list []ruling
}

// rulings keeps, of the decisions about the same two people, the last that is
// neither undone nor expired.
func (f *former) rulings() rulings {
	var out rulings
	wanted := map[family.RecordRef]int32{}
	decisions := slices.DeleteFunc(family.InForce(f.in.Decisions, f.asAt), func(d family.Decision) bool {
		return d.Kind != family.LivesWith && d.Kind != family.DoesNotLiveWith
	})
	for _, d := range decisions {
		wanted[d.A], wanted[d.B] = -1, -1
	}
	if len(wanted) == 0 {
		return out
	}
	for i, p := range f.people {
		for _, rec := range p.Records {
			if _, ok := wanted[rec.Ref()]; ok {
				wanted[rec.Ref()] = int32(i)
			}
		}
	}
	last := map[[2]int32]int{}
	for _, d := range decisions {
		a, b := wanted[d.A], wanted[d.B]
		if a < 0 || b < 0 || a == b {
			continue
		}
		if i, ok := last[[2]int32{a, b}]; ok {
			out.list[i].Decision = d
			continue
		}
		last[[2]int32{a, b}] = len(out.list)
		out.list = append(out.list, ruling{d, a, b})
	}
	return out
}

// obey moves people as reviewers decided: to the dwelling of whom they live
// with, away from that of whom they do not.
func (f *former) obey() {
	for _, r := range f.ruled.list {
		if f.died[r.a] != 0 || f.died[r.b] != 0 {
			continue
		}
		da, db := f.dwellingOf(r.a), f.dwellingOf(r.b)
		switch {
		case r.Kind == family.LivesWith && db >= 0:
			f.settle(r.a, db)
		case r.Kind == family.LivesWith && da >= 0:
			f.settle(r.b, da)
		case r.Kind == family.DoesNotLiveWith && da >= 0 && da == db:
			f.moveAway(r.a, da)
		}
	}
}

// moveAway makes the person's next best home the main one, or none.
func (f *former) moveAway(p, from int32) {
	f.main[p] = -1
	best := -1
	for i, h := range f.homes[p] {
		if h.dwelling != from && h.score >= least && (best < 0 || f.better(h, f.homes[p][best])) {
			best = i
		}
	}
	f.main[p] = int32(best)
}

// words begins the reason of what the ruling settled.
func (r ruling) words() string {
	return "a reviewer decided on " + family.DateOf(r.At).String()
}

// ruledOut adds those of whom a reviewer decided that they do not live with a
// member, as associates.
func (b *builder) ruledOut() {
	for _, r := range b.f.ruled.list {
		if r.Kind != family.DoesNotLiveWith || b.f.unitOf[r.b] != b.n || b.f.unitOf[r.a] == b.n || b.f.died[r.a] != 0 {
			continue
		}
		if b.parentHere(r.a) {
			continue // a parent elsewhere, which says more
		}
		b.add(r.a, family.Member{Role: family.Associate, Kind: family.OtherContact, Confidence: 1,
			Reason: r.words() + " that they do not live here", Evidence: rowsOf([]family.RowRef{r.A.RowRef, r.B.RowRef})})
	}
}

// parentHere says whether the person is a parent of a child of the household.
func (b *builder) parentHere(p int32) bool {
	for _, i := range b.f.kinOf[p] {
		if r := b.f.relationList[i]; r.adult == p && r.parent && b.f.unitOf[r.child] == b.n && b.f.isChild(r.child) {
			return true
		}
	}
	return false
}
