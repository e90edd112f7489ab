package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

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

// tie is what a claim or a tenancy says that a is to b.
type tie struct {
	a, b     int32
	register bondKind
	kind     family.RelationKind
	from     family.Date // first day that both are on it
	seen     family.Date // last day
	to       family.Date // when one of them left it and the other stayed; 0
	key      uint64      // of the claim or tenancy
	recA     *family.Record
	recB     *family.Record
}

// maxGroup bounds how many people a claim or tenancy reference may list: a
// reference shared by more is no reference (N/A, or a block's number).
const maxGroup = 24

// listed is one record's place on a claim or tenancy.
type listed struct {
	key           uint64 // of kind, agency and ref: what is equal has equal keys
	agency, ref   string
	rec           *family.Record
	person        int32
	dwelling      int32
	from, seen    family.Date
	end           family.Date // when the person left it, 0 while on it
	kind          bondKind
	toTenant      toTenant
	head, partner bool
	child, apart  bool
	open          bool
}

// toTenant is what a housing row says that its person is to the tenant.
type toTenant uint8

const (
	toTenantUnsaid toTenant = iota
	toTenantSelf
	toTenantPartner
	toTenantChild
	toTenantParent
	toTenantSibling
	toTenantOther
)

func parseToTenant(s string) toTenant {
	switch s {
	case "self":
		return toTenantSelf
	case "partner":
		return toTenantPartner
	case "child":
		return toTenantChild
	case "parent":
		return toTenantParent
	case "sibling":
		return toTenantSibling
	case "other-relative":
		return toTenantOther
	}
	return toTenantUnsaid
}

// shards is how many parts the listings are sorted in: enough that each worker
// has some.
const shards = 1024

// bonds ties the people of each claim and tenancy to its claimant or tenant,
// from the listings by person.
func (f *former) bonds(byPerson [][]listed) {
	var start [shards + 1]int32
	for _, ls := range byPerson {
		for i := range ls {
			start[ls[i].key%shards+1]++
		}
	}
	for i := range shards {
		start[i+1] += start[i]
	}
	all := make([]*listed, start[shards])
	next := start
	for _, ls := range byPerson {
		for i := range ls {
			s := ls[i].key % shards
			all[next[s]] = &ls[i]
			next[s]++
		}
	}
	var found [shards]bundle
	f.parallel(shards, func(i int) { found[i] = f.bundles(all[start[i]:start[i+1]]) })
	bonds, ties := 0, 0
	for i := range found {
		bonds, ties = bonds+len(found[i].bonds), ties+len(found[i].ties)
	}
	f.bondList, f.tieList = make([]bond, 0, bonds), make([]tie, 0, ties)
	for i := range found {
		f.bondList, f.tieList = append(f.bondList, found[i].bonds...), append(f.tieList, found[i].ties...)
	}
}

// bundle is what claims and tenancies make of their people.
type bundle struct {
	bonds []bond
	ties  []tie
}

// bundles sorts listings by reference and bundles the people of each.
func (f *former) bundles(all []*listed) (out bundle) {
	slices.SortFunc(all, func(a, b *listed) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.ref, b.ref), cmp.Compare(a.agency, b.agency),
			cmp.Compare(a.person, b.person), cmp.Compare(b2i(b.open), b2i(a.open)), cmp.Compare(b.seen, a.seen),
			a.rec.Ref().Compare(b.rec.Ref()))
	})
	for lo := 0; lo < len(all); {
		hi := lo + 1
		for hi < len(all) && all[hi].sameAs(all[lo]) {
			hi++
		}
		if group := eachOnce(all[lo:hi]); len(group) > 1 && len(group) <= maxGroup {
			out.bonds = f.appendBonds(out.bonds, group)
			out.ties = appendTies(out.ties, group)
		}
		lo = hi
	}
	return out
}

func (l *listed) sameAs(o *listed) bool {
	return l.key == o.key && l.kind == o.kind && l.ref == o.ref && l.agency == o.agency
}

// eachOnce keeps the latest listing of each person, with the first day of all
// of the person's.
func eachOnce(group []*listed) []*listed {
	out := group[:0:0]
	for _, l := range group {
		if n := len(out); n > 0 && out[n-1].person == l.person {
			out[n-1].from = earliest(out[n-1].from, l.from)
			continue
		}
		out = append(out, l)
	}
	return out
}

// closeEarlier closes a person's tenancies that a later one of another dwelling
// has overtaken, though no row says that they ended.
func closeEarlier(all []listed) {
	last := -1
	for i := range all {
		if all[i].kind == tenancyBond && (last < 0 || all[i].open && (!all[last].open || all[i].from > all[last].from)) {
			last = i
		}
	}
	for i := range all {
		if all[i].kind == tenancyBond && all[i].open && all[i].from < all[last].from && all[i].dwelling != all[last].dwelling {
			all[i].open, all[i].end = false, all[last].from
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// listing reads a record's place on a claim or a tenancy.
func (f *former) listing(rec *family.Record, person, dwelling int32) (l listed, ok bool) {
	row := rec.Row
	switch row.Feed {
	case family.Benefits:
		l, ok = f.onClaim(row)
	case family.Housing:
		l, ok = f.onTenancy(rec)
	}
	if !ok || l.ref == "" {
		return l, false
	}
	l.person, l.agency, l.rec, l.dwelling = person, row.Agency, rec, dwelling
	l.key = keyOf(l.kind, l.ref, l.agency)
	return l, true
}

func (f *former) onClaim(row *family.Row) (l listed, ok bool) {
	l = listed{kind: claimBond, ref: row.Text(family.ColClaimRef)}
	l.from = row.Date(family.ColSpellStart)
	if l.from > f.asAt || row.Text(family.ColBenefit) == "none" {
		return l, false
	}
	switch row.Text(family.ColRole) {
	case "claimant":
		l.head = true
	case "partner":
		l.partner = true
	case "dependant":
		l.child = true
	}
	end := row.Date(family.ColSpellEnd)
	l.open = end == 0 || end > f.asAt
	if !l.open {
		l.end = end
	}
	l.seen = min(cmp.Or(end, row.AsAt, f.asAt), f.asAt)
	return l, true
}

func (f *former) onTenancy(rec *family.Record) (l listed, ok bool) {
	l = listed{kind: tenancyBond, ref: rec.Row.Text(family.ColTenancyRef)}
	fa := fact{rec: rec}
	if !f.tenancyFact(&fa) {
		return l, false
	}
	l.toTenant = parseToTenant(rec.Row.Text(family.ColRelationshipToTenant))
	l.head, l.partner, l.child = fa.party, l.toTenant == toTenantPartner, l.toTenant == toTenantChild
	l.apart, l.open, l.from, l.seen, l.end = fa.lodger, fa.to == 0, fa.from, fa.seen, fa.to
	return l, true
}

// keyOf hashes a reference (see hashText). It is the same in every run, as what
// is found follows its order.
func keyOf(kind bondKind, ref, agency string) uint64 {
	h := hashText((offset64^uint64(kind))*prime64, ref) * prime64 // a blank between the two
	h = hashText(h, agency)
	return h ^ h>>32
}

// appendBonds ties each person of one reference to its head: the claimant or
// tenant who is still on it, of several the first by person.
func (f *former) appendBonds(out []bond, people []*listed) []bond {
	h := people[0]
	for _, l := range people {
		if rank(l) > rank(h) {
			h = l
		}
	}
	for _, l := range people {
		if l == h || l.apart || h.apart && !l.partner && !l.child {
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

// appendTies says what the people of one reference are to its claimant or
// tenant, and its partner to the dependants.
func appendTies(out []tie, people []*listed) []tie {
	if people[0].kind == claimBond {
		return claimTies(out, people)
	}
	return tenancyTies(out, people)
}

func claimTies(out []tie, people []*listed) []tie {
	for _, a := range people {
		if !a.head && !a.partner {
			continue
		}
		for _, b := range people {
			switch {
			case a.head && b.partner:
				out = append(out, tieOf(a, b, family.Partner))
			case b.child:
				out = append(out, tieOf(a, b, family.Carer))
			}
		}
	}
	return out
}

// tenancyTies reads relationship_to_tenant where one tenant alone is meant.
func tenancyTies(out []tie, people []*listed) []tie {
	var tenant *listed
	for _, l := range people {
		if l.toTenant == toTenantSelf || l.toTenant == toTenantUnsaid && l.head {
			if tenant != nil && tenant.toTenant == l.toTenant {
				return out // to which of them is not said
			}
			if tenant == nil || l.toTenant == toTenantSelf {
				tenant = l
			}
		}
	}
	if tenant == nil {
		return out
	}
	for _, l := range people {
		if l == tenant {
			continue
		}
		switch l.toTenant {
		case toTenantPartner:
			out = append(out, tieOf(tenant, l, family.Partner))
		case toTenantChild:
			out = append(out, tieOf(tenant, l, family.Parent))
		case toTenantParent:
			out = append(out, tieOf(l, tenant, family.Parent))
		case toTenantSibling:
			out = append(out, tieOf(tenant, l, family.Sibling))
		case toTenantOther:
			out = append(out, tieOf(tenant, l, family.OtherRelative))
		}
	}
	return out
}

// tieOf dates a tie by the two listings. That both leave on one day says
// nothing of the two: a claim ended, or they moved.
func tieOf(a, b *listed, kind family.RelationKind) tie {
	t := tie{
		a: a.person, b: b.person, register: a.kind, kind: kind, key: a.key,
		from: max(a.from, b.from), seen: min(a.seen, b.seen), recA: a.rec, recB: b.rec,
	}
	if t.from == 0 || t.from > t.seen {
		t.from = t.seen
	}
	switch {
	case a.end != 0 && b.end == 0, a.end != 0 && a.end+31 < b.end:
		t.to = a.end
	case b.end != 0 && a.end == 0, b.end != 0 && b.end+31 < a.end:
		t.to = b.end
	}
	return t
}
