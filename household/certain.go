package household

import (
	"math"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// hold is a kind of thing that holds a member and the others of a household
// together. Kinds are independent as far as their agencies are: what two of
// them say is said twice.
type hold uint16

const (
	heldByReviewer hold = 1 << iota
	heldByClaim         // one open claim
	heldBySchool        // a pupil and a contact at one address, by the latest row
	heldByTenancy       // one open tenancy
	heldAsCarer         // a pupil and a carer, the school not saying where
	heldOnce            // a claim or tenancy that ended, a contact that newer rows leave out
	heldBySibling       // children of one parent, who is elsewhere
	heldBySurname       // one surname at one address
	heardHere           // a row of the person's own of the last half year, of no register that lists them together
	heardElsewhere      // the latest row of the person's own names another dwelling
	leftOut             // somebody here claims for another, and not for this adult
	inNeed              // a child who may have been taken into care
	fallenOut           // of late a suspect in domestic abuse
	nameless            // no row gives a date of birth: it is known by what others say
	holds          = iota
)

// heldBits are how far each speaks for an adult (a child) belonging to the
// household, in bits, beside the chance that the person lives at the dwelling,
// in which claims, tenancies and what they leave out are weighed already. They
// are judgements. A school that is told every term with whom a child lives knows
// it best, though less of the adult, of whom it hears at second hand. A tenancy
// keeps whom nobody takes off it, so that who lives there by it is less surely of
// those who do. To be left out of the claim that another adult here makes for
// somebody says more of the two than of the dwelling. A pupil whom only another
// child's parent ties to the house, and who is not there, is hardly held; one whom
// social care has had a case of, and of whom no school says with whom it lives,
// may be looked after elsewhere: the address that a school or service has for a
// child outlasts a placement.
var heldBits = [holds][2]float64{
	{20, 20},     // heldByReviewer
	{0, 0},       // heldByClaim
	{1.5, 4},     // heldBySchool
	{-1.5, -1},   // heldByTenancy
	{0.5, 3.5},   // heldAsCarer
	{0, -0.5},    // heldOnce
	{0, -2.5},    // heldBySibling
	{0.5, 2.5},   // heldBySurname
	{1.5, -1.5},  // heardHere
	{-0.5, -1.5}, // heardElsewhere
	{-1.5, 0},    // leftOut
	{0, -2},      // inNeed
	{-1, 0},      // fallenOut
	{0, 0},       // nameless
}

// heldBits0 is what sharing a main dwelling says before anything else: most who
// do are one household. For adults it is put lower than most would: what
// troubles a family parts it too, and of such families one wrong is one too many.
var heldBits0 = [2]float64{1, 3.5}

const (
	// livingShare is how much of the bits for living at the dwelling is bits for
	// belonging to its household: a family may stand at an old address whole.
	livingShare = 2.0 / 3
	// livingLeast and livingMost bound what the dwelling can say.
	livingLeast, livingMost = -4, 10
)

// holdsOf gathers what holds person p and the others of unit n together.
func (f *former) holdsOf(p, n int32) (out hold) {
	in := func(q int32) bool { return f.unitOf[q] == n }
	for _, r := range f.ruled.list {
		if r.Kind == family.LivesWith && (r.a == p || r.b == p) && in(r.a) && in(r.b) {
			out |= heldByReviewer
		}
	}
	for _, i := range f.bondsOf[p] {
		b := &f.bondList[i]
		switch {
		case !in(b.a) || !in(b.b):
		case !b.current:
			out |= heldOnce
		case b.kind == claimBond:
			out |= heldByClaim
		default:
			out |= heldByTenancy
		}
	}
	for _, i := range f.kinOf[p] {
		r := &f.relationList[i]
		switch {
		case r.voided:
		case r.child == p && r.parent && !in(r.adult):
			out |= heldBySibling // if at all
		case !in(r.child) || !in(r.adult) || !r.kin:
		case !f.stale(*r) && r.lives == livesHere:
			out |= heldBySchool
		case !f.stale(*r) && r.lives == livesUnsaid && r.carer:
			out |= heldAsCarer
		default:
			out |= heldOnce
		}
	}
	if len(f.units[n].people) == 1 {
		return out | f.heard(p)
	}
	if f.inNeed(p, out&(heldBySchool|heldAsCarer) != 0) {
		out |= inNeed
	}
	if f.fallsOut(p) {
		out |= fallenOut
	}
	return out | f.heard(p) | f.amongOthers(p, n)
}

// inNeed says whether a child may have been taken into care: its open case with
// social care has another address, or, where no school says with whom it lives,
// it has had a case lately.
func (f *former) inNeed(p int32, schooled bool) bool {
	if !f.isChild(p) {
		return false
	}
	d := f.dwellingOf(p)
	for _, fa := range f.facts[p] {
		if fa.source == fromCare && fa.dwelling != d && fa.seen == f.asAt && fa.rec.Row.Text(family.ColAgencyKind) == "social_care" {
			return true
		}
	}
	return !schooled && slices.ContainsFunc(f.people[p].Records, func(rec *family.Record) bool {
		row := rec.Row
		return row.Feed == family.Involvement && row.Text(family.ColAgencyKind) == "social_care" && row.Date(family.ColStart) <= f.asAt &&
			(row.Date(family.ColEnd) == 0 || row.Date(family.ColEnd)+2*recent > f.asAt)
	})
}

// fallsOut says whether the police named the person of late in domestic abuse,
// and not as its victim.
func (f *former) fallsOut(p int32) bool {
	return slices.ContainsFunc(f.people[p].Records, func(rec *family.Record) bool {
		if rec.Row.Feed != family.Police || rec.Row.Text(family.ColEventType) != "domestic_abuse" {
			return false
		}
		role := rec.Row.Text(family.ColRole)
		day := eventDay(rec.Row)
		return (role == "suspect" || role == "offender") && day <= f.asAt && day+2*recent > f.asAt
	})
}

// heard says where the person's own rows last name.
func (f *former) heard(p int32) (out hold) {
	d := f.dwellingOf(p)
	var here, elsewhere family.Date
	for _, fa := range f.facts[p] {
		switch {
		case fa.to != 0:
		case fa.dwelling != d:
			elsewhere = max(elsewhere, fa.seen)
		case fa.source != fromTenancy && fa.source != fromClaim:
			here = max(here, fa.seen)
		}
	}
	if here+halfYear > f.asAt {
		out |= heardHere
	}
	if elsewhere > here {
		out |= heardElsewhere
	}
	if f.people[p].Profile.DOB == 0 {
		out |= nameless
	}
	return out
}

// halfYear is two terms, in days: what was said since is the present.
const halfYear = 200

// amongOthers says how the person stands among the people of the unit.
func (f *former) amongOthers(p, n int32) (out hold) {
	for _, q := range f.units[n].people {
		if q == p {
			continue
		}
		if f.shareSurname(p, q) {
			out |= heldBySurname
		}
		if f.isChild(p) || f.isChild(q) {
			continue
		}
		for _, i := range f.bondsOf[q] {
			b := &f.bondList[i]
			if b.a == q && b.b != p && b.current && b.kind == claimBond && f.unitOf[b.b] == n && !f.claimsWith(p, q) {
				out |= leftOut
			}
		}
	}
	return out
}

// claimsWith says whether p is on an open claim of q's.
func (f *former) claimsWith(p, q int32) bool {
	for _, i := range f.bondsOf[p] {
		if b := &f.bondList[i]; b.current && b.kind == claimBond && (b.a == q || b.b == q) {
			return true
		}
	}
	return false
}

// belongs is the probability that person p belongs to unit n.
func (f *former) belongs(p, n int32) float64 {
	who := b2i(f.isChild(p) && !f.mayLeave(p))
	bits, held := heldBits0[who], f.holdsOf(p, n)
	if held&(heldBySibling-1) != 0 {
		held &^= heldBySibling
	}
	for i := range heldBits {
		if held>>i&1 != 0 {
			bits += heldBits[i][who]
		}
	}
	h := f.mainOf(p)
	lives := f.chance(p, h.dwelling)
	bits += livingShare * max(livingLeast, min(livingMost, math.Log2(lives)-math.Log2(1-lives)))
	return f.certainty(p, f.facts[p][h.facts[0]:h.facts[1]]) / (1 + math.Exp2(-bits))
}

// mayLeave says whether the person is of an age at which one may leave home,
// and live with a partner.
func (f *former) mayLeave(p int32) bool {
	return f.born[p] != 0 && f.born[p].AddYears(16) <= f.asAt
}

// assured is the probability that nobody of unit n is wrongly of it. It is the
// family of somebody: of whoever is surest, so the doubt is the others'.
func (f *former) assured(n int32) float64 {
	all, best := 1.0, 0.0
	for _, p := range f.units[n].people {
		x := f.belonging[p]
		all, best = all*x, max(best, x)
	}
	if best == 0 {
		return 0
	}
	return min(1, all/best)
}
