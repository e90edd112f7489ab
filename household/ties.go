package household

import (
	"cmp"
	"math"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// tieKind is what one person's home says of another's.
type tieKind uint8

const (
	tieClaim     tieKind = iota // both are on one open claim
	tieTenancy                  // both are on one open tenancy
	tieMoved                    // they left a tenancy together
	tieCarerHere                // a child, and a carer at its address
	tieChildHere                // the carer, and the child
	tieCarer                    // a child, and a carer of whom the school does not say where
	tieFirst                    // such a carer, the first contact, and the child
	tieSecond                   // such a carer, another contact, and the child
	tieKin                      // relatives at one address by the school's word
	tieDenied                   // a contact who does not live with the pupil by the school's word
	tieKinds
)

// tieBits holds what it weighs for somebody's living at a dwelling that one
// who is so tied to the person surely lives there; it weighs less as that is less
// sure.
//
// A claim is made for one household, and those on it say so every month. That
// a tenancy lists both is on each one's own row already. Who left a tenancy
// together mostly went to one place. That a child lives with its carer is what
// the school knows best; of the carer it is told by the carer. Of a contact of
// whom nothing is said the first is mostly who the child lives with, and the
// second as often as not does not. A plain no is written only by who knows.
var tieBits = [tieKinds]float64{
	tieClaim: 3, tieTenancy: 0.5, tieMoved: 2, tieCarerHere: 5, tieChildHere: 3, tieCarer: 3,
	tieFirst: 2, tieSecond: 0.5, tieKin: 0.5, tieDenied: -9,
}

var tieNames = [tieKinds]string{
	tieClaim: "claims_with_resident", tieTenancy: "tenancy_with_resident", tieMoved: "moved_with_resident",
	tieCarerHere: "lives_with_carer", tieChildHere: "lives_with_child", tieCarer: "child_of_resident",
	tieFirst: "first_contact_of_child", tieSecond: "contact_of_child", tieKin: "relative_of_child", tieDenied: "not_with_child",
}

// tied is one person who speaks for or against where another lives.
type tied struct {
	to   int32
	kind tieKind
	seen family.Date
	rec  *family.Record
}

// findTies lists, for each person, who says something of where the person lives.
func (f *former) findTies() {
	f.ties = make([][]tied, len(f.people))
	add := func(p, q int32, kind tieKind, seen family.Date, rec *family.Record) {
		if len(f.ties[p]) < maxPulls && f.died[q] == 0 {
			f.ties[p] = append(f.ties[p], tied{q, kind, seen, rec})
		}
	}
	for i := range f.bondList {
		b := &f.bondList[i]
		kind := tieMoved
		switch {
		case b.current && b.kind == claimBond:
			kind = tieClaim
		case b.current:
			kind = tieTenancy
		case !b.moved:
			continue
		}
		add(b.a, b.b, kind, b.seen, b.recB)
		add(b.b, b.a, kind, b.seen, b.recA)
	}
	for i := range f.relationList {
		r := &f.relationList[i]
		up, down := f.contactTie(r)
		if up < tieKinds {
			add(r.adult, r.child, up, r.seen, r.rec)
		}
		if down < tieKinds {
			add(r.child, r.adult, down, r.seen, r.rec)
		}
	}
	f.parallel(len(f.ties), func(i int) {
		slices.SortStableFunc(f.ties[i], func(a, b tied) int { return cmp.Compare(a.to, b.to) })
	})
}

// contactTie is what a pupil's home says of its contact's and the other way
// round, tieKinds for nothing.
func (f *former) contactTie(r *relation) (up, down tieKind) {
	switch {
	case f.stale(*r):
	case r.denied:
		return tieDenied, tieKinds
	case !r.kin || r.lives == livesApart:
	case r.lives == livesHere && r.carer:
		return tieChildHere, tieCarerHere
	case r.lives == livesHere:
		return tieKin, tieKin
	case r.carer && r.first:
		return tieFirst, tieCarer
	case r.carer:
		return tieSecond, tieCarer
	}
	return tieKinds, tieKinds
}

// tieClues yields what ties say of each of p's homes: of each kind of tie the
// most that one person says. Nobody's word comes back: where the others live is
// asked of all but p.
func (f *former) tieClues(p int32, yield func(home int, c clue)) {
	if len(f.ties[p]) == 0 {
		return
	}
	var best [maxLeaned][tieKinds]float64
	var by [maxLeaned][tieKinds]int32
	last := int32(-1)
	var shares [maxLeaned]float64
	for i := range f.ties[p] {
		t := &f.ties[p][i]
		if t.to != last {
			last, shares = t.to, f.shareWithout(t.to, p)
		}
		for j := range f.judged[p] {
			if k := f.homeIndex(t.to, f.judged[p][j].dwelling); k >= 0 && shares[k] > best[j][t.kind] {
				best[j][t.kind], by[j][t.kind] = shares[k], int32(i)
			}
		}
	}
	for j := range f.judged[p] {
		for kind, x := range best[j] {
			if x > 0 {
				t := f.ties[p][by[j][kind]]
				yield(j, clue{tieNames[kind], spread(tieBits[kind], x), t.rec, t.seen})
			}
		}
	}
}

// shareWithout is how likely each of q's homes is by q's own rows and ties, but
// for those with skip.
func (f *former) shareWithout(q, skip int32) [maxLeaned]float64 {
	homes := f.judged[q]
	var bits [maxLeaned]float64
	for j := range homes {
		bits[j] = homes[j].told
	}
	var best [maxLeaned][tieKinds]float64
	any := false
	for i := range f.ties[q] {
		t := &f.ties[q][i]
		if t.to == skip {
			continue
		}
		for j := range homes {
			if k := f.homeIndex(t.to, homes[j].dwelling); k >= 0 {
				best[j][t.kind] = max(best[j][t.kind], f.judged[t.to][k].share)
				any = true
			}
		}
	}
	if any {
		for j := range homes {
			for kind, x := range best[j] {
				bits[j] += spread(tieBits[kind], x)
			}
		}
	}
	return chances(bits[:len(homes)])
}

// isTied says whether p says something of where q lives.
func (f *former) isTied(q, p int32) bool {
	_, ok := slices.BinarySearchFunc(f.ties[q], p, func(t tied, p int32) int { return cmp.Compare(t.to, p) })
	return ok
}

// spread is what evidence of so many bits weighs where what it rests on holds
// with chance x, and where it does not says nothing.
func spread(bits, x float64) float64 { return math.Log2(1 + x*(math.Exp2(bits)-1)) }

// rejoin takes those whom only others' rows put somewhere to where the others
// are: whoever is known to be with somebody is not left alone at an address
// that the other has left.
func (f *former) rejoin() {
	to := make([]int32, len(f.people))
	f.parallel(len(f.people), func(i int) {
		to[i] = f.main[i]
		if p := int32(i); f.main[p] >= 0 && !f.mainOf(p).said() {
			to[i] = f.amongTied(p)
		}
	})
	copy(f.main, to)
}

// amongTied is the person's likeliest home at which somebody lives who puts the
// person there, as an index among the homes; -1 without one. A child goes
// wherever one is, others only where they are likely to be.
func (f *former) amongTied(p int32) int32 {
	best := int32(-1)
	for _, t := range f.ties[p] {
		if tieBits[t.kind] <= 0 || f.main[t.to] < 0 {
			continue
		}
		for j := range f.homes[p] {
			if h := f.homes[p][j]; h.dwelling == f.dwellingOf(t.to) && (f.isChild(p) || h.chance >= leastChance) && (best < 0 || f.better(f.homes[p][j], f.homes[p][best])) {
				best = int32(j)
			}
		}
	}
	return best
}
