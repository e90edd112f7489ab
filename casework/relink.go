package casework

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// SameFamily says whether two lists of records, one of each member, are of one
// family: more than half of the smaller is in both. A child that changed homes
// or an adult who left alone does not make two families one.
func SameFamily(a, b []family.RecordRef) bool {
	return 2*shared(a, b) > min(len(a), len(b))
}

// shared counts the records that two sorted lists have in common.
func shared(a, b []family.RecordRef) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := a[i].Compare(b[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// CasesOf returns the ids of the cases over any of the records, given in any
// order: the one with the most of them first, then the oldest. Cases whose
// opening was undone are left out, closed ones are not.
func (b *Book) CasesOf(records []family.RecordRef) []string {
	files := b.filesOver(records)
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.now.ID
	}
	return out
}

// filesOver is CasesOf.
func (b *Book) filesOver(records []family.RecordRef) []*file {
	hits := map[*file]int{}
	var out []*file
	for i, r := range records {
		if slices.Contains(records[:i], r) {
			continue
		}
		for _, f := range b.caseRecords[r] {
			if hits[f]++; hits[f] == 1 && f.now.Status != 0 {
				out = append(out, f)
			}
		}
	}
	slices.SortFunc(out, func(x, y *file) int {
		return cmp.Or(cmp.Compare(hits[y], hits[x]), cmp.Compare(x.entries[0].place, y.entries[0].place))
	})
	return out
}

// HouseholdOf returns the household that most of the records now live in, ""
// if they live in none. Of two with as many, the one of the least record (the
// first by feed, record_id and part) holds, so that the answer hangs on nothing
// else. where returns the household of a record's person, "" for none.
func HouseholdOf(records []family.RecordRef, where func(family.RecordRef) string) string {
	if !slices.IsSortedFunc(records, family.RecordRef.Compare) {
		records = sorted(records)
	}
	type share struct {
		household string
		records   int
	}
	var shares []share // by the least record of each
	for _, r := range records {
		h := where(r)
		if h == "" {
			continue
		}
		i := slices.IndexFunc(shares, func(s share) bool { return s.household == h })
		if i < 0 {
			i, shares = len(shares), append(shares, share{household: h})
		}
		shares[i].records++
	}
	var best share
	for _, s := range shares {
		if s.records > best.records {
			best = s
		}
	}
	return best.household
}

// Relink tells the book where people live now: where returns the household of
// a record's person, "" for none. From then on Check, CheckClaim, Warnings and
// Conflicts find a family also where linkage has moved its people to other
// records, by the household that most of its records are at. Apply never asks
// it, so that the journal replays whatever the linkage says. Call it after each
// night; nil forgets. Like Apply, it is not to run beside anything else.
func (b *Book) Relink(where func(family.RecordRef) string) {
	b.where, b.casesAt, b.nominatedAt = where, map[string][]*file{}, map[string][]*nominated{}
	for _, f := range b.order {
		b.settle(f)
	}
	for _, n := range b.nominations {
		b.settleNomination(n)
	}
}

// settle puts a case at the household where its people are.
func (b *Book) settle(f *file) {
	if h := b.home(f.entries[0].event.Records); h != "" {
		b.casesAt[h] = append(b.casesAt[h], f)
	}
}

func (b *Book) settleNomination(n *nominated) {
	if h := b.home(n.event.Records); h != "" {
		b.nominatedAt[h] = append(b.nominatedAt[h], n)
	}
}

// home returns the household of the records now, "" where it is not known.
func (b *Book) home(records []family.RecordRef) string {
	if b.where == nil {
		return ""
	}
	return HouseholdOf(records, b.where)
}

// Household returns the household that a case is at now, as Relink was told;
// "" if it is not known, or its people live in none.
func (b *Book) Household(id string) string {
	f := b.files[id]
	if f == nil {
		return ""
	}
	return b.home(f.now.Records)
}

// CasesAt returns the ids of the cases that are at a household now, as Relink
// was told, the oldest first, closed ones too.
func (b *Book) CasesAt(household string) []string {
	var out []string
	for _, f := range b.casesAt[household] {
		if f.now.Status != 0 {
			out = append(out, f.now.ID)
		}
	}
	return out
}

// kin is the family that an event is about.
type kin struct {
	b       *Book
	records []family.RecordRef
	home    string // its household now; "" during a replay and where it is not known
}

func (b *Book) kin(records []family.RecordRef, live bool) kin {
	k := kin{b: b, records: records}
	if live {
		k.home = b.home(records)
	}
	return k
}

// is says whether other records are of the family too.
func (k kin) is(records []family.RecordRef) bool {
	return SameFamily(k.records, records) || k.home != "" && k.b.home(records) == k.home
}

// files returns the cases that share people or the household with the family:
// those of its records as filesOver has them, then the others.
func (k kin) files() []*file {
	out := k.b.filesOver(k.records)
	if k.home == "" {
		return out
	}
	for _, f := range k.b.casesAt[k.home] {
		if f.now.Status != 0 && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// nominations returns the nominations that share people or the household with
// the family, the oldest first.
func (k kin) nominations() []*nominated {
	out := k.b.nominatedOver(k.records)
	if k.home == "" {
		return out
	}
	for _, n := range k.b.nominatedAt[k.home] {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(x, y *nominated) int { return cmp.Compare(x.place, y.place) })
	return out
}

// Conflict is two or more cases that turn out to be of one family. Somebody
// settles it: by closing all but one as duplicates, by withdrawing all but one
// of the claims, or by deciding that their people are different families.
// Nothing is merged by itself.
type Conflict struct {
	Household string
	Cases     []string // the oldest first
	// Claims are those in force of which a family can have only one, the oldest
	// first; none where it is about open cases.
	Claims []string
	Reason string // what to do
}

// Conflicts returns what cannot stand of the cases that are at one household
// now, as Relink was told: two open cases, and claims that could not both have
// been made for one family. They are sorted by household, open cases first.
func (b *Book) Conflicts() []Conflict {
	var out []Conflict
	for h, files := range b.casesAt {
		if len(files) > 1 {
			out = append(append(out, openTogether(h, files)...), b.claimedTogether(h, files)...)
		}
	}
	slices.SortStableFunc(out, func(x, y Conflict) int {
		return cmp.Or(strings.Compare(x.Household, y.Household), cmp.Compare(len(x.Claims), len(y.Claims)))
	})
	return out
}

func openTogether(household string, files []*file) []Conflict {
	var ids []string
	for _, f := range files {
		if f.now.Open() {
			ids = append(ids, f.now.ID)
		}
	}
	if len(ids) < 2 {
		return nil
	}
	return []Conflict{{Household: household, Cases: ids, Reason: "cases " + strings.Join(ids, ", ") +
		" are at one household now; close all but one as duplicate, or decide that their people are different families"}}
}

func (b *Book) claimedTogether(household string, files []*file) []Conflict {
	var claims []*claimed
	for _, f := range files {
		for _, id := range f.now.Claims {
			if cl := b.claimsBy[id]; cl.state() != ClaimTakenBack {
				claims = append(claims, cl)
			}
		}
	}
	slices.SortFunc(claims, func(x, y *claimed) int { return cmp.Compare(x.place, y.place) })
	c := Conflict{Household: household}
	for _, cl := range claims {
		barred := func(o *claimed) bool { return o.file != cl.file && bars(&o.event, &cl.event) }
		if slices.ContainsFunc(claims, barred) {
			c.Claims = append(c.Claims, cl.event.ID)
			if id := cl.event.Subject; !slices.Contains(c.Cases, id) {
				c.Cases = append(c.Cases, id)
			}
		}
	}
	if len(c.Claims) == 0 {
		return nil
	}
	slices.SortFunc(c.Cases, func(x, y string) int { return cmp.Compare(placeOf(x), placeOf(y)) })
	c.Reason = "claims " + strings.Join(c.Claims, ", ") +
		" are of one household now; withdraw all but one, or decide that their people are different families"
	return []Conflict{c}
}
