package household

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// A household keeps its id from night to night though nothing is remembered of
// the night before, so that the id must come from what changes least. A family is
// named after its eldest child, grown or not: it stays the family of that child
// when a parent dies or leaves, when the child comes of age, and when they
// move. A child that lives with no parent any more leaves its name to the
// home of its mother, else of another parent; one is the name of one household
// alone. People without children are named after the oldest of them.

// claim on a child's name, the better the higher.
const (
	noClaim       = iota
	claimOfPlace  // the child lives there, with no parent
	claimOfParent // a parent lives there, the child does not
	claimOfMother
	claimOfBoth // the child lives there with a parent
)

// named is the best claim on one child's name.
type named struct {
	unit  int32
	claim int
}

// nameUnits returns the id of each unit.
func (f *former) nameUnits() []string {
	best := make([]named, len(f.people))
	f.parallel(len(f.people), func(i int) { best[i] = f.claimOn(int32(i)) })
	eldest := make([]int32, len(f.units))
	for i := range eldest {
		eldest[i] = -1
	}
	for i, c := range best {
		if c.claim == noClaim {
			continue
		}
		if p := eldest[c.unit]; p < 0 || f.older(int32(i), p) {
			eldest[c.unit] = int32(i)
		}
	}
	out := make([]string, len(f.units))
	f.parallel(len(out), func(n int) {
		if p := eldest[n]; p >= 0 {
			out[n] = hashID("child " + f.people[p].ID)
		} else {
			out[n] = hashID(f.people[f.oldest(f.units[n].people)].ID)
		}
	})
	return out
}

// claimOn returns the unit with the best claim on a person's name: of equal
// ones, the parent's who comes first.
func (f *former) claimOn(child int32) (out named) {
	try := func(parent int32, mother bool) {
		n := f.unitOf[parent]
		claim := claimOfParent
		switch {
		case n < 0 || parent == child:
			return
		case n == f.unitOf[child]:
			claim = claimOfBoth
		case mother:
			claim = claimOfMother
		}
		if claim > out.claim || claim == out.claim && f.units[n].people[0] < f.units[out.unit].people[0] {
			out = named{n, claim}
		}
	}
	for _, i := range f.kinOf[child] {
		if r := &f.relationList[i]; r.child == child && r.parent && !r.voided {
			try(r.adult, f.words[r.words[0]].kind == family.Mother)
		}
	}
	for _, i := range f.bondsOf[child] {
		if b := &f.bondList[i]; b.b == child && b.parent {
			try(b.a, false)
		}
	}
	if out.claim == noClaim && f.isChild(child) && f.unitOf[child] >= 0 {
		out = named{f.unitOf[child], claimOfPlace}
	}
	return out
}

// oldest returns the oldest of people, the adults first.
func (f *former) oldest(people []int32) int32 {
	best := people[0]
	for _, p := range people[1:] {
		if f.isChild(best) != f.isChild(p) && f.isChild(best) || f.isChild(best) == f.isChild(p) && f.older(p, best) {
			best = p
		}
	}
	return best
}

// older says whether p was born before q; who has no date of birth comes last.
func (f *former) older(p, q int32) bool {
	born := func(p int32) family.Date { return cmp.Or(f.people[p].Profile.DOB, math.MaxInt32) }
	return cmp.Or(cmp.Compare(born(p), born(q)), strings.Compare(f.people[p].ID, f.people[q].ID)) < 0
}

func hashID(key string) string {
	sum := sha256.Sum256([]byte("household " + key))
	return "H" + hex.EncodeToString(sum[:8])
}
