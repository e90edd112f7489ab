package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// relationOf reads what a school calls a contact; 0 for a social worker or
// another, who is no relative on the school's word.
func relationOf(relationship string) family.RelationKind {
	switch relationship {
	case "mother":
		return family.Mother
	case "father":
		return family.Father
	case "parent":
		return family.Parent
	case "step-parent":
		return family.StepParent
	case "grandparent":
		return family.Grandparent
	case "carer":
		return family.Carer
	case "sibling":
		return family.Sibling
	}
	return 0
}

// relationKind is what a contact record says that its person is to the pupil.
// A carer whom the row names beside a social worker is a foster carer: a looked
// after child's school rings those two.
func relationKind(rec *family.Record) family.RelationKind {
	kind := relationOf(rec.Relationship)
	if kind != family.Carer {
		return kind
	}
	other := family.ColContact2Relationship
	if rec.Part == family.Contact2 {
		other = family.ColContact1Relationship
	}
	if rec.Row.Text(other) == "social-worker" {
		return family.FosterCarer
	}
	return kind
}

func isParent(k family.RelationKind) bool {
	return k == family.Mother || k == family.Father || k == family.Parent
}

// isCarer says whether the kind is a parent's or of whoever stands in for one.
func isCarer(k family.RelationKind) bool {
	return isParent(k) || k == family.StepParent || k == family.FosterCarer || k == family.Carer
}

// relate reads what rows say that people are to one another, and leaves aside
// what cannot be. place gives the dwelling of a person's record.
func (f *former) relate(place func(person, record int32) int32) {
	n := len(f.people)
	f.born, f.minor = make([]family.Date, n), make([]bool, n)
	byAdult, byPerson := make([][]word, n), make([][]listed, n)
	f.ownWords, f.oddAge = make([][]family.RowRef, n), make([]bool, n)
	f.parallel(n, func(i int) {
		p := int32(i)
		f.born[i], f.minor[i], f.oddAge[i] = f.birth(f.people[i])
		for j, rec := range f.people[i].Records {
			if w, ok := f.wordOf(rec, p, place(p, int32(j))); ok {
				byAdult[i] = append(byAdult[i], w)
			} else if w.rec != nil && isCarer(relationOf(rec.Relationship)) {
				f.ownWords[i] = append(f.ownWords[i], rec.Row.Ref())
			}
			if l, ok := f.listing(rec, p, place(p, int32(j))); ok {
				byPerson[i] = append(byPerson[i], l)
			}
		}
		closeEarlier(byPerson[i])
	})
	f.relations(byAdult)
	f.bonds(byPerson)
	f.listings = byPerson
	f.kinOf = indexed(n, len(f.relationList), func(i int) (a, b int32) { return f.relationList[i].child, f.relationList[i].adult })
	f.bondsOf = indexed(n, len(f.bondList), func(i int) (a, b int32) { return f.bondList[i].a, f.bondList[i].b })
	f.tiesOf = indexed(n, len(f.tieList), func(i int) (a, b int32) { return f.tieList[i].a, f.tieList[i].b })
	f.parallel(n, func(i int) {
		slices.SortFunc(f.bondsOf[i], f.compareBonds)
	})
	f.contradict()
}

// indexed lists, for each of people, which of n pairs the person is of, in
// their order.
func indexed(people, n int, of func(i int) (a, b int32)) [][]int32 {
	start := make([]int32, people+1)
	for i := range n {
		a, b := of(i)
		start[a]++
		start[b]++
	}
	var sum int32
	for i := range start {
		start[i], sum = sum, sum+start[i]
	}
	all := make([]int32, sum)
	next := slices.Clone(start)
	for i := range n {
		a, b := of(i)
		for _, p := range [...]int32{a, b} {
			all[next[p]] = int32(i)
			next[p]++
		}
	}
	out := make([][]int32, people)
	for p := range out {
		out[p] = all[start[p]:start[p+1]:start[p+1]]
	}
	return out
}

// compareBonds orders one person's bonds: claims first, of each the latest.
func (f *former) compareBonds(i, j int32) int {
	x, y := &f.bondList[i], &f.bondList[j]
	return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(b2i(y.current), b2i(x.current)), cmp.Compare(y.seen, x.seen),
		cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(i, j))
}
