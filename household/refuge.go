package household

import (
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// haven is how long, in days, after a row last spoke of somebody at a refuge
// the person counts as there where nothing says that the stay ended.
const haven = 730

// markRefuges finds the dwellings in which refuges placed people, those who
// have left or died too: a refuge stays one. Where a placement says less than
// the person's other rows, the building without the flat, what it says is
// veiled.
func (f *former) markRefuges() {
	for _, facts := range f.facts {
		for _, fa := range facts {
			if fa.source != fromTenancy || fa.rec.Row.Text(family.ColPlacement) != "refuge" {
				continue
			}
			f.where.list[fa.dwelling].refuge = true
			if said := f.where.of(fa.rec.Address); said >= 0 && said != fa.dwelling {
				f.where.list[said].veiled = true
			}
		}
	}
}

// shelter finds the people whom a refuge shelters, and the dwellings whose
// address could be a refuge's. at says how many occupants each dwelling has.
func (f *former) shelter(at []int32) {
	f.spreadRefuges(at)
	f.sheltered, f.havened = make([]bool, len(f.people)), make([]bool, len(f.people))
	f.parallel(len(f.people), func(i int) {
		f.havened[i] = slices.ContainsFunc(f.people[i].Records, f.secret)
		f.sheltered[i] = f.havened[i] && f.died[i] == 0 && f.isSheltered(int32(i))
	})
	children := make([]bool, len(f.people))
	f.parallel(len(f.people), func(i int) { children[i] = f.died[i] == 0 && f.isChild(int32(i)) && f.carerSheltered(int32(i)) })
	for i, c := range children {
		f.sheltered[i] = f.sheltered[i] || c
	}
}

// carerSheltered says whether a grown-up whom a refuge shelters has the child
// with her: on her claim or tenancy, or by the school's word that they live
// together. Her rows are often the first to know.
func (f *former) carerSheltered(child int32) bool {
	for _, n := range f.bondsOf[child] {
		if b := f.bondList[n]; b.b == child && b.parent && b.current && f.sheltered[b.a] {
			return true
		}
	}
	for _, n := range f.kinOf[child] {
		r := f.relationList[n]
		if r.child == child && r.carer && r.lives == livesHere && !r.voided && f.sheltered[r.adult] && !f.stale(r) {
			return true
		}
	}
	return false
}

// spreadRefuges makes the rooms of a refuge refuges, and so the whole building
// of which most flats in use are; and it veils what could be the refuge
// itself, said in part: the number of a named house without the name.
func (f *former) spreadRefuges(at []int32) {
	list := f.where.list
	havens, used := map[int32]int{}, map[int32]int{}
	for i := range list {
		w := &list[i]
		if w.building < 0 || w.text.unit == "" {
			continue
		}
		if w.refuge {
			havens[w.building]++
		}
		if at[i+1] > at[i] {
			used[w.building]++
		}
	}
	for i := range list {
		if n := havens[int32(i)]; n > 1 && n*2 >= used[int32(i)] {
			list[i].refuge, list[i].kind = true, shared
		}
	}
	for i := range list {
		w := &list[i]
		if w.building < 0 {
			continue
		}
		b := &list[w.building]
		switch {
		case b.refuge && w.text.unit != "":
			w.refuge, w.kind = true, shared
		case w.refuge && w.text.unit == "" && b.vague:
			b.veiled = true
		}
	}
}

// isSheltered says whether a row of the person's own, which no later one ends,
// puts the person at a refuge: by placement, whatever its address, or by any
// word of living at an address that is one.
func (f *former) isSheltered(p int32) bool {
	for _, rec := range f.people[p].Records {
		if rec.Row.Feed != family.Housing || rec.Row.Text(family.ColPlacement) != "refuge" {
			continue
		}
		fa := fact{rec: rec}
		if f.tenancyFact(&fa) && fa.to == 0 {
			return true
		}
	}
	for lo, facts := 0, f.facts[p]; lo < len(facts); {
		hi := lo + 1
		for hi < len(facts) && facts[hi].dwelling == facts[lo].dwelling {
			hi++
		}
		if f.where.list[facts[lo].dwelling].refuge && f.stillThere(facts, facts[lo:hi]) {
			return true
		}
		lo = hi
	}
	return false
}

// stillThere says whether a person's facts here, of one refuge, hold: no stated
// end there and no tenancy elsewhere is later.
func (f *former) stillThere(all, here []fact) bool {
	var left family.Date
	for _, fa := range here {
		left = max(left, fa.to)
	}
	for _, fa := range all {
		if fa.source == fromTenancy && fa.to == 0 && fa.dwelling != here[0].dwelling && !f.where.list[fa.dwelling].refuge {
			left = max(left, fa.from)
		}
	}
	for _, fa := range here {
		if fa.to == 0 && fa.first >= left && fa.seen+haven > f.asAt {
			return true
		}
	}
	return false
}

// protects says whether a unit's household is protected: it stands at a
// refuge, or at an address that could be one, or somebody of it is sheltered,
// wherever it stands; somebody who may be of it and is of no other, too, as
// nothing else would guard that person's secret.
func (f *former) protects(b *builder) bool {
	if w := &f.where.list[b.u.dwelling]; w.refuge || w.veiled {
		return true
	}
	if slices.ContainsFunc(b.u.people, func(p int32) bool { return f.sheltered[p] }) {
		return true
	}
	for i, p := range b.who {
		if f.sheltered[p] && f.unitOf[p] == outside && b.members[i].Kind == family.PossibleMember {
			return true
		}
	}
	return false
}

// secret says whether a record's row could lead to a refuge: it is a placement
// there, or gives an address that is one or could be.
func (f *former) secret(rec *family.Record) bool {
	if rec.Row.Feed == family.Housing && rec.Row.Text(family.ColPlacement) == "refuge" {
		return true
	}
	d := f.where.of(rec.Address)
	return d >= 0 && (f.where.list[d].refuge || f.where.list[d].veiled)
}

// withhold takes the rows that could lead to a refuge from what an open
// household says of its people, who are given: the old home of those who fled
// says that they left, not by which row they are elsewhere. A member whom no
// other row names keeps them; what such rows hold is for whoever shows them to
// guard.
func (f *former) withhold(h *family.Household, people []int32) {
	var rows []family.RowRef
	for _, p := range people {
		if !f.havened[p] {
			continue
		}
		for _, rec := range f.people[p].Records {
			if f.secret(rec) {
				rows = append(rows, rec.Row.Ref())
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	slices.SortFunc(rows, family.RowRef.Compare)
	hidden := func(r family.RowRef) bool {
		_, ok := slices.BinarySearchFunc(rows, r, family.RowRef.Compare)
		return ok
	}
	open := func(list []family.RowRef) []family.RowRef {
		return slices.DeleteFunc(slices.Clone(list), hidden)
	}
	for i := range h.Members {
		m := &h.Members[i]
		if left := open(m.Evidence); len(left) > 0 {
			m.Evidence = left
		}
		m.Weights = slices.DeleteFunc(slices.Clone(m.Weights), func(w family.Weight) bool { return hidden(w.Row) })
	}
	for i := range h.Relations {
		h.Relations[i].Evidence = open(h.Relations[i].Evidence)
	}
	for i := range h.Changes {
		h.Changes[i].Evidence = open(h.Changes[i].Evidence)
	}
	for i := range h.Contradictions {
		h.Contradictions[i].Evidence = open(h.Contradictions[i].Evidence)
	}
}
