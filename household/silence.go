package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Who is on nobody's list says something, where the list would have had the
// person: a father who moved out years ago may stand on a tenancy that nobody
// closed, but the mother's claim lists her children and not him.

// register is an open claim or tenancy and whom it lists.
type register struct {
	kind     bondKind
	dwelling int32 // of its head, -1 where no row says
	head     int32 // claimant or tenant
	partner  int32 // on a claim, -1 for none
	people   []int32
	series   int32
	from     family.Date    // of the head
	rec      *family.Record // of the head
}

// series is the registers of one agency and kind (benefit, landlord): how many
// there are, and how many list an adult besides the head, or a child.
type series struct{ registers, adults, children int }

// lists says, from 0 to 1, how far the series lists adults (children) besides
// the head at all: one of which no register ever does says nothing by leaving
// somebody out, and one of which a tenth do lists whom it knows. The two added
// to a few registers keep one alone from saying nothing or all.
func (s series) lists(child bool) float64 {
	n := s.adults
	if child {
		n = s.children
	}
	return min(1, 10*float64(n+1)/float64(s.registers+10))
}

// silence is what leaving somebody out can say.
type silence uint8

const (
	claimOmitsParent silence = iota
	claimOmitsPartner
	claimOmitsAdult
	claimsDiffer
	claimNamesOther
	claimOmitsChild
	tenancyOmitsAdult
	tenancyOmitsChild
	letSince
	silences
)

// silenceBits holds what each weighs against living at a dwelling.
//
// A claimant must say whom they live with as a couple, and DWP and the council
// look for it: a claim that leaves out the other parent of the claimant's
// child, or whom a register once listed with the claimant, says they have
// parted (5 bits are 32 to 1); of any adult who could be the partner it says
// less, of one who could not nothing, and where another claim lists both, one
// of the two is late. A partner named in the place adds little to that. Grown
// children are not on a parent's claim, and young ones join late. A landlord
// lets a dwelling to one household at a time: who was there before a tenancy
// that leaves the person out has made room for it. Who came since is in doubt,
// as landlords learn of newcomers late; children hardly, who are born and come.
var silenceBits = [silences]float64{
	claimOmitsParent: -5, claimOmitsPartner: -5, claimOmitsAdult: -2, claimsDiffer: -2, claimNamesOther: -0.5, claimOmitsChild: -0.5,
	tenancyOmitsAdult: -1.5, tenancyOmitsChild: -0.5, letSince: -7,
}

var silenceNames = [silences]string{
	claimOmitsParent: "claim_omits_parent", claimOmitsPartner: "claim_omits_partner", claimOmitsAdult: "claim_omits_adult",
	claimNamesOther: "claim_names_other_partner", claimOmitsChild: "claim_omits_child",
	tenancyOmitsAdult: "tenancy_omits_adult", tenancyOmitsChild: "tenancy_omits_child", letSince: "let_to_others_since", claimsDiffer: "claims_differ",
}

// readRegisters lists the open claims and tenancies, and for each person the
// numbers of those that list the person.
func (f *former) readRegisters() {
	f.registersOf, f.registersAt = make([][]int32, len(f.people)), make([][]int32, len(f.where.list))
	n := 0
	for _, ls := range f.listings {
		for i := range ls {
			n += b2i(ls[i].open)
		}
	}
	all := make([]*listed, 0, n)
	for _, ls := range f.listings {
		for i := range ls {
			if ls[i].open {
				all = append(all, &ls[i])
			}
		}
	}
	slices.SortFunc(all, func(a, b *listed) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.ref, b.ref), cmp.Compare(a.agency, b.agency),
			cmp.Compare(a.person, b.person), a.rec.Ref().Compare(b.rec.Ref()))
	})
	known := map[seriesKey]int32{}
	for lo := 0; lo < len(all); {
		hi := lo + 1
		for hi < len(all) && all[hi].sameAs(all[lo]) {
			hi++
		}
		if hi-lo <= maxGroup {
			f.addRegister(all[lo:hi], known)
		}
		lo = hi
	}
}

// seriesKey is what the registers of a series have in common: the benefit of
// claims, the landlord of tenancies.
type seriesKey struct {
	kind         bondKind
	agency, name string
}

// seriesOf returns the number of the series of a listing's register.
func (f *former) seriesOf(l *listed, known map[seriesKey]int32) int32 {
	name := family.ColLandlord
	if l.kind == claimBond {
		name = family.ColBenefit
	}
	key := seriesKey{l.kind, l.agency, l.rec.Row.Text(name)}
	n, ok := known[key]
	if !ok {
		n = int32(len(f.series))
		known[key] = n
		f.series = append(f.series, series{})
	}
	return n
}

// addRegister makes one register of the entries of one reference.
func (f *former) addRegister(group []*listed, known map[seriesKey]int32) {
	r := register{kind: group[0].kind, dwelling: -1, head: -1, partner: -1}
	for i, e := range group {
		if e.head && (r.head < 0 || r.dwelling < 0) {
			r.head, r.dwelling, r.from, r.rec = e.person, e.dwelling, e.from, e.rec
		}
		if i == 0 || group[i-1].person != e.person {
			r.people = append(r.people, e.person)
		}
	}
	if r.head < 0 {
		return
	}
	r.series = f.seriesOf(group[0], known)
	adults, children := false, false
	for _, e := range group {
		if e.person == r.head {
			continue
		}
		if e.partner && f.died[e.person] == 0 {
			r.partner = e.person
		}
		child := e.child || f.isChild(e.person)
		adults, children = adults || !child, children || child
	}
	n := int32(len(f.registers))
	f.registers = append(f.registers, r)
	s := &f.series[r.series]
	s.registers++
	s.adults += b2i(adults)
	s.children += b2i(children)
	if r.dwelling >= 0 && f.died[r.head] == 0 {
		f.registersAt[r.dwelling] = append(f.registersAt[r.dwelling], n)
	}
	for _, p := range r.people {
		f.registersOf[p] = append(f.registersOf[p], n)
	}
}

// silences yields what the registers at d say by leaving p out, as far as their
// heads live there by all that is said but by p's own rows. Strangers who share
// a dwelling, and lodgers, are on nobody's list.
func (f *former) silences(p, d int32, yield func(clue)) {
	here := f.registersAt[d]
	if len(here) == 0 || f.where.list[d].kind != ordinary || f.lodges(p, d) {
		return
	}
	var best [silences]float64
	var recs [silences]*family.Record
	for _, n := range here[:min(len(here), maxPulls)] {
		r := &f.registers[n]
		if r.head == p || slices.Contains(r.people, p) || f.lodges(r.head, d) {
			continue
		}
		at := f.homeIndex(r.head, d)
		if at < 0 {
			continue
		}
		head := f.judged[r.head][at].heard
		if f.isTied(r.head, p) {
			head = f.shareWithout(r.head, p)[at]
		}
		f.silence(p, d, r, func(s silence, x float64) {
			if x *= head; x > best[s] {
				best[s], recs[s] = x, r.rec
			}
		})
	}
	for s, x := range best {
		if x > 0 {
			yield(clue{silenceNames[s], spread(silenceBits[s], x), recs[s], recs[s].Row.AsAt})
		}
	}
}

// silence says what one register that leaves p out says, and how far its
// series lists such people.
func (f *former) silence(p, d int32, r *register, say func(s silence, x float64)) {
	child := f.isChild(p)
	x := f.series[r.series].lists(child)
	switch {
	case r.kind == tenancyBond && f.thereBefore(p, d, r.from):
		say(letSince, x)
	case r.kind == tenancyBond && child:
		say(tenancyOmitsChild, x)
	case r.kind == tenancyBond:
		say(tenancyOmitsAdult, x)
	case child:
		say(claimOmitsChild, x)
	case f.isChild(r.head):
	case f.claimTogether(p, r.head):
		say(claimsDiffer, x)
	default:
		f.uncoupled(p, r, x, say)
	}
}

// uncoupled says what a claim says of an adult whom it leaves out.
func (f *former) uncoupled(p int32, r *register, x float64, say func(s silence, x float64)) {
	switch f.couple(p, r.head) {
	case parentsTogether:
		say(claimOmitsParent, x)
	case listedTogether:
		say(claimOmitsPartner, x)
	case ofAge:
		say(claimOmitsAdult, x)
	default:
		return
	}
	if r.partner >= 0 {
		say(claimNamesOther, x)
	}
}

// thereBefore says whether anything puts p at d before the day from. A claim's
// rows do not: their address is today's on every spell.
func (f *former) thereBefore(p, d int32, from family.Date) bool {
	h := f.homeAt(p, d)
	return h != nil && from != 0 && slices.ContainsFunc(f.facts[p][h.facts[0]:h.facts[1]], func(fa fact) bool {
		return fa.source != fromClaim && fa.source != fromAnswer && fa.first != 0 && fa.first+62 < from
	})
}

// claimTogether says whether an open claim lists both p and q.
func (f *former) claimTogether(p, q int32) bool {
	return slices.ContainsFunc(f.registersOf[p], func(n int32) bool {
		r := &f.registers[n]
		return r.kind == claimBond && slices.Contains(r.people, q)
	})
}

// coupling is how far two adults may be a couple.
type coupling uint8

const (
	notCouple coupling = iota
	ofAge
	listedTogether
	parentsTogether
)

const (
	// coupleYears is the most years between two people who are taken for a
	// couple because a list had both, or because nothing is against it.
	coupleYears = 20
	// kinYears is the least between a parent and a grown child of one surname.
	kinYears = 13
)

// couple says how far p and q may be a couple: both care for one child; a claim
// or tenancy has listed them together, not as parent and child; or their ages
// allow it.
func (f *former) couple(p, q int32) coupling {
	for _, i := range f.kinOf[p][:min(len(f.kinOf[p]), maxPulls)] {
		r := &f.relationList[i]
		if r.adult == p && r.carer && f.caresFor(q, r.child) {
			return parentsTogether
		}
	}
	a, b := f.people[p].Profile.DOB, f.people[q].Profile.DOB
	years := family.Date(0)
	if a != 0 && b != 0 {
		years = max(a, b) - min(a, b)
	}
	if years > coupleYears*365 {
		return notCouple
	}
	for _, i := range f.bondsOf[p] {
		switch o := &f.bondList[i]; {
		case o.a != q && o.b != q:
		case o.parent:
			return notCouple
		default:
			return listedTogether
		}
	}
	if years > kinYears*365 && f.shareSurname(p, q) {
		return notCouple
	}
	return ofAge
}

func (f *former) caresFor(p, child int32) bool {
	return slices.ContainsFunc(f.kinOf[child][:min(len(f.kinOf[child]), maxPulls)], func(i int32) bool {
		r := &f.relationList[i]
		return r.child == child && r.adult == p && r.carer
	})
}

func (f *former) lodges(p, d int32) bool {
	i := f.homeIndex(p, d)
	return i >= 0 && f.judged[p][i].lodger
}
