package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// lives is what a school says of where a pupil's contact lives.
type lives uint8

const (
	livesUnsaid lives = iota
	livesApart
	livesHere
)

// contactHome is where a contact lives in respect of the pupil.
type contactHome struct {
	pupil, dwelling int32 // -1 where not known
	lives           lives
	denied          bool // the row says no to living together
}

// contact reads where a contact record says that its person lives.
func (f *former) contact(rec *family.Record) contactHome {
	row := rec.Row
	base := family.ColContact1Forename
	if rec.Part == family.Contact2 {
		base = family.ColContact2Forename
	}
	at := func(c family.Column) string { return row.Text(base + c - family.ColContact1Forename) }
	out := contactHome{pupil: f.where.of(pupilAddress(row)), dwelling: f.where.of(rec.Address)}
	own := at(family.ColContact1Address1) != "" || at(family.ColContact1UPRN) != ""
	postcode := family.Postcode(at(family.ColContact1Postcode))
	together := out.dwelling >= 0 && f.where.sameHome(out.dwelling, out.pupil)
	switch at(family.ColContact1SameAddress) {
	case "Y":
		out.lives = livesHere
		if out.pupil >= 0 {
			out.dwelling = out.pupil
		}
	case "N":
		out.lives, out.denied = livesApart, true // whatever address is left beside it
	default:
		elsewhere := postcode != "" && postcode != family.Postcode(row.Text(family.ColPostcode))
		switch {
		case together:
			out.lives = livesHere
		case own && out.dwelling >= 0 && out.pupil >= 0, elsewhere:
			out.lives = livesApart
		}
	}
	return out
}

func pupilAddress(row *family.Row) family.Address {
	return family.Address{
		Line1: row.Text(family.ColAddress1), Line2: row.Text(family.ColAddress2),
		Town:     row.Text(family.ColTown),
		Postcode: family.Postcode(row.Text(family.ColPostcode)), UPRN: family.UPRN(row.Text(family.ColUPRN)),
	}
}

// sameHome says whether two addresses can be one home: the same dwelling, or
// one said in full and the other in part.
func (d *dwellings) sameHome(a, b int32) bool {
	return a >= 0 && b >= 0 && (a == b || d.means(a, b) || d.means(b, a))
}

// kin says whether a contact's relationship is one that people who live
// together have; a social worker or another contact never lives with a pupil
// on the school's word.
func kin(relationship string) bool {
	return isParent(relationship) || isCarer(relationship) || relationship == "sibling" || relationship == "grandparent"
}

func isParent(relationship string) bool {
	return relationship == "mother" || relationship == "father" || relationship == "parent"
}

func isCarer(relationship string) bool {
	return relationship == "step-parent" || relationship == "carer"
}

// relation is what the schools say of one pupil and one contact, over all
// terms: the latest word holds.
type relation struct {
	child, adult int32
	kin          bool
	parent       bool // mother, father or parent
	carer        bool // a parent or whoever stands in for one
	first        bool // named as the first contact
	lives        lives
	pupil        int32       // the pupil's dwelling in the latest row
	denied       bool        // the latest row says no to living together
	seen         family.Date // of the latest row
	rec          *family.Record
	together     family.Date // the last day that they shared an address; 0 never
}

// bondKind is a register that lists people together.
type bondKind uint8

const (
	claimBond bondKind = iota + 1
	tenancyBond
)

// bond is two people whom one claim or one tenancy lists together.
type bond struct {
	a, b    int32 // a is the claimant or tenant
	kind    bondKind
	current bool // both still on it
	moved   bool // both left a tenancy within a month: they moved together
	parent  bool // a cares for b as a child
	seen    family.Date
	recA    *family.Record
	recB    *family.Record
}

// relations gathers what the schools say, one entry for a pupil and a contact.
func (f *former) relations() []relation {
	pupils := map[string]int32{}
	for i, p := range f.people {
		for _, rec := range p.Records {
			if rec.Row.Feed == family.Attendance && rec.Part == family.Subject {
				pupils[rec.Row.ID] = int32(i)
			}
		}
	}
	var all []relation
	for i, p := range f.people {
		for _, rec := range p.Records {
			if rec.Part == family.Subject {
				continue
			}
			child, ok := pupils[rec.Row.ID]
			if r := f.relation(rec, child, int32(i)); ok && child != int32(i) && r.seen != 0 {
				all = append(all, r)
			}
		}
	}
	slices.SortFunc(all, func(a, b relation) int {
		return cmp.Or(cmp.Compare(a.child, b.child), cmp.Compare(a.adult, b.adult),
			cmp.Compare(b.seen, a.seen), cmp.Compare(b.lives, a.lives), a.rec.Ref().Compare(b.rec.Ref()))
	})
	out := all[:0]
	for _, r := range all {
		n := len(out)
		if n == 0 || out[n-1].child != r.child || out[n-1].adult != r.adult {
			out = append(out, r)
			continue
		}
		last := &out[n-1]
		if last.lives == livesUnsaid && r.lives != livesUnsaid {
			last.lives = r.lives // an earlier term said where
		}
		last.parent, last.carer, last.kin = last.parent || r.parent, last.carer || r.carer, last.kin || r.kin
		last.first = last.first || r.first
		last.together = max(last.together, r.together)
	}
	return out
}

// relation reads one contact record; seen is 0 where as-at is before it.
func (f *former) relation(rec *family.Record, child, adult int32) relation {
	row := rec.Row
	if row.Date(family.ColPeriodStart) > f.asAt {
		return relation{}
	}
	home := f.contact(rec)
	r := relation{
		child: child, adult: adult, rec: rec, kin: kin(rec.Relationship),
		parent: isParent(rec.Relationship), first: rec.Part == family.Contact1, lives: home.lives, pupil: home.pupil, denied: home.denied,
		seen: min(cmp.Or(row.Date(family.ColPeriodEnd), row.AsAt, f.asAt), f.asAt),
	}
	r.carer = r.parent || isCarer(rec.Relationship)
	if r.lives == livesHere {
		r.together = r.seen
	}
	if r.parent && !f.canParent(adult, child) {
		r.parent, r.carer = false, false
	}
	return r
}

// denials gathers where pupils' latest rows say that their contacts do not
// live: with the pupil.
func (f *former) denials() {
	f.deniedAt = make([][]int32, len(f.people))
	for _, r := range f.relationList {
		if r.denied && r.pupil >= 0 && !f.stale(r) && len(f.deniedAt[r.adult]) < maxHomes && !f.affirmed(r) {
			f.deniedAt[r.adult] = append(f.deniedAt[r.adult], r.pupil)
		}
	}
}

// affirmed says whether another pupil of the same dwelling says that the
// contact does live there.
func (f *former) affirmed(r relation) bool {
	return slices.ContainsFunc(f.kinOf[r.adult][:min(len(f.kinOf[r.adult]), maxPulls)], func(i int32) bool {
		o := f.relationList[i]
		return o.adult == r.adult && o.lives == livesHere && o.pupil == r.pupil
	})
}

// canParent says whether the ages allow adult to be child's parent: unknown
// dates allow it, and fewer than twelve years between them do not.
func (f *former) canParent(adult, child int32) bool {
	a, c := f.people[adult].Profile.DOB, f.people[child].Profile.DOB
	return a == 0 || c == 0 || a.AddYears(12) <= c
}

// maxGroup bounds how many people a claim or tenancy reference may list: a
// reference shared by more is no reference (N/A, or a block's number).
const maxGroup = 24

// listed is one record's place on a claim or tenancy.
type listed struct {
	kind          bondKind
	agency, ref   string
	person        int32
	head, partner bool
	child, apart  bool
	open          bool
	from, seen    family.Date
	rec           *family.Record
	dwelling      int32
}

// bonds ties the people of each claim and tenancy to its claimant or tenant.
func (f *former) bonds() []bond {
	var found []listed
	for i, p := range f.people {
		for _, rec := range p.Records {
			if l, ok := f.listing(rec, int32(i)); ok {
				found = append(found, l)
			}
		}
	}
	closeEarlier(found)
	all := make([]*listed, len(found))
	for i := range found {
		all[i] = &found[i]
	}
	slices.SortFunc(all, func(a, b *listed) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.ref, b.ref), cmp.Compare(a.agency, b.agency),
			cmp.Compare(a.person, b.person), cmp.Compare(b2i(b.open), b2i(a.open)), cmp.Compare(b.seen, a.seen),
			a.rec.Ref().Compare(b.rec.Ref()))
	})
	var out []bond
	for lo := 0; lo < len(all); {
		hi := lo + 1
		for hi < len(all) && all[hi].kind == all[lo].kind && all[hi].ref == all[lo].ref && all[hi].agency == all[lo].agency {
			hi++
		}
		out = f.appendBonds(out, all[lo:hi])
		lo = hi
	}
	return out
}

// closeEarlier closes a person's tenancies that a later one of another dwelling
// has overtaken, though no row says that they ended. The list is by person.
func closeEarlier(all []listed) {
	for lo := 0; lo < len(all); {
		hi := lo
		last := lo
		for ; hi < len(all) && all[hi].person == all[lo].person; hi++ {
			if all[hi].open && all[hi].kind == tenancyBond && (all[last].kind != tenancyBond || all[hi].from > all[last].from) {
				last = hi
			}
		}
		for i := lo; i < hi; i++ {
			if all[i].kind == tenancyBond && all[i].from < all[last].from && all[i].dwelling != all[last].dwelling {
				all[i].open = false
			}
		}
		lo = hi
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// listing reads a record's place on a claim or a tenancy.
func (f *former) listing(rec *family.Record, person int32) (l listed, ok bool) {
	row := rec.Row
	var fa fact
	switch row.Feed {
	case family.Benefits:
		l = listed{kind: claimBond, ref: row.Text(family.ColClaimRef)}
		role := row.Text(family.ColRole)
		l.head, l.partner, l.child = role == "claimant", role == "partner", role == "dependant"
		if row.Date(family.ColSpellStart) > f.asAt || row.Text(family.ColBenefit) == "none" {
			return l, false
		}
		end := row.Date(family.ColSpellEnd)
		l.open = end == 0 || end > f.asAt
		fa.seen = min(cmp.Or(end, row.AsAt, f.asAt), f.asAt)
	case family.Housing:
		l = listed{kind: tenancyBond, ref: row.Text(family.ColTenancyRef)}
		fa = fact{rec: rec}
		if !f.tenancyFact(&fa) {
			return l, false
		}
		rel := row.Text(family.ColRelationshipToTenant)
		l.head, l.partner, l.child = fa.party, rel == "partner", rel == "child"
		l.apart, l.open, l.from = fa.lodger, fa.to == 0, fa.from
	default:
		return l, false
	}
	l.person, l.agency, l.rec, l.seen = person, row.Agency, rec, fa.seen
	l.dwelling = f.where.of(rec.Address)
	return l, l.ref != ""
}

// appendBonds ties each person of one reference to its head: the claimant or
// tenant who is still on it, of several the first by person.
func (f *former) appendBonds(out []bond, group []*listed) []bond {
	people := group[:0:0]
	for i, l := range group {
		if i == 0 || group[i-1].person != l.person {
			people = append(people, l)
		}
	}
	if len(people) < 2 || len(people) > maxGroup {
		return out
	}
	head := 0
	for i, l := range people {
		if rank(l) > rank(people[head]) {
			head = i
		}
	}
	h := people[head]
	for i, l := range people {
		if i == head || l.apart || h.apart && !l.partner && !l.child {
			continue
		}
		if l.kind == tenancyBond && l.dwelling >= 0 && h.dwelling >= 0 && !f.where.sameHome(l.dwelling, h.dwelling) &&
			!f.sameStreet(l.dwelling, h.dwelling) {
			continue // two landlords' tenancies under one number
		}
		out = append(out, bond{
			a: h.person, b: l.person, kind: l.kind, current: h.open && l.open,
			moved:  l.kind == tenancyBond && !h.open && !l.open && max(h.seen, l.seen)-min(h.seen, l.seen) <= 31,
			parent: l.child && (h.head || h.partner) && f.canParent(h.person, l.person),
			seen:   min(h.seen, l.seen), recA: h.rec, recB: l.rec,
		})
	}
	return out
}

func (f *former) sameStreet(a, b int32) bool {
	x, y := f.where.list[a].text, f.where.list[b].text
	return x.postcode == y.postcode || x.number == y.number && alike(x.street, y.street)
}

// rank orders the people of a reference by how well they stand for it.
func rank(l *listed) int { return 4*b2i(l.open) + 2*b2i(l.head) + b2i(l.partner) }
