package household

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// speaker is who says what two people are to one another. What one
// repeats is said once.
type speaker uint8

const (
	bySchool speaker = iota
	byClaim
	byTenancy
	byParents // siblings, by the parents that they share
	speakers
)

// claim is what one register says that a is to b.
type claim struct {
	a, b           int32
	kind           family.RelationKind
	by             speaker
	from, seen, to family.Date
	sure           float64
	rows           []family.RowRef
}

// ordered puts the lesser person of a mutual relation first.
func (c claim) ordered() claim {
	if mutual(c.kind) && c.a > c.b {
		c.a, c.b = c.b, c.a
	}
	return c
}

// sureOf is how far one register alone is believed in what it says of a kind,
// before linkage has its say. They are judgements about who is asked what: a
// school is told by the parent who enrols the child, DWP checks couples, a
// landlord writes down the household once and calls a step-child a child.
var sureOf = [speakers][family.OtherRelative + 1]float64{
	bySchool: {
		family.Mother: 0.95, family.Father: 0.92, family.Parent: 0.92, family.StepParent: 0.9, family.Grandparent: 0.9,
		family.FosterCarer: 0.8, family.Carer: 0.85, family.Sibling: 0.85,
	},
	byClaim:   {family.Partner: 0.95, family.Carer: 0.9},
	byTenancy: {family.Partner: 0.9, family.Parent: 0.8, family.Sibling: 0.85, family.OtherRelative: 0.85},
}

const (
	// doubted is the most that is believed of what a contradiction touches.
	doubted = 0.4
	// undated is left of a parent's tie where ages cannot be compared.
	undated = 0.95
	// surestRelation is the most that rows make of a relation.
	surestRelation = 0.99
	// maxShared bounds how many children of one parent are paired as siblings.
	maxShared = 24
)

// declare fills in what the members of a household at dwelling d are to one
// another, and what contradicts itself about them.
func (f *former) declare(h *family.Household, d int32, members map[int32]bool) {
	among := slices.Sorted(maps.Keys(members))
	h.Relations = f.related(among)
	h.Contradictions = f.contradictory(h, among)
	f.crowded(h, d)
	f.misclassed(h, d)
}

// related lists what people, sorted, are to one another.
func (f *former) related(among []int32) []family.Relation {
	k := kinsfolk{f: f, among: among}
	for _, p := range among {
		k.fromSchools(p)
		k.fromRegisters(p)
	}
	k.siblings()
	return k.relations()
}

// kinsfolk collects what is said of the people of one household.
type kinsfolk struct {
	f     *former
	among []int32 // sorted
	said  []claim
}

func (k *kinsfolk) has(p int32) bool {
	_, ok := slices.BinarySearch(k.among, p)
	return ok
}

// fromSchools reads what schools say of a pupil's contacts, a claim for each
// kind that they were called, in order of time.
func (k *kinsfolk) fromSchools(child int32) {
	f := k.f
	for _, i := range f.kinOf[child] {
		r := &f.relationList[i]
		if r.child != child || r.voided && !r.unsure || !k.has(r.adult) {
			continue
		}
		for _, c := range f.schoolClaims(r) {
			k.said = append(k.said, c.ordered())
		}
	}
}

// schoolClaims reads one pupil's and one contact's rows, oldest first.
func (f *former) schoolClaims(r *relation) (out []claim) {
	for i := r.words[1] - 1; i >= r.words[0]; i-- {
		w := &f.words[i]
		if w.kind == 0 {
			continue
		}
		kind := f.kindAs(w.kind, r)
		n := len(out)
		at := slices.IndexFunc(out, func(c claim) bool { _, ok := refined(c.kind, kind); return ok })
		if at < 0 {
			out = append(out, claim{a: r.adult, b: r.child, kind: kind, by: bySchool, from: w.from})
			at = n
		}
		c := &out[at]
		c.kind, _ = refined(c.kind, kind)
		c.from, c.seen, c.to = min(c.from, w.from), max(c.seen, w.seen), 0
		c.rows = append(c.rows, w.rec.Row.Ref())
		c.sure = max(c.sure, sureOf[bySchool][c.kind]*f.linked(r.adult, w.rec)*f.linkedRow(r.child, w.rec.Row))
		for j := range out { // what was said before is said otherwise from now on
			if j != at && out[j].to == 0 {
				out[j].to = w.from
			}
		}
	}
	for i := range out {
		c := &out[i]
		slices.Reverse(c.rows) // the latest first
		if r.unsure {
			c.sure = min(c.sure, doubted)
		}
		if c.to == 0 && !lasting(c.kind) {
			c.to = f.droppedOn(r)
		}
	}
	return slices.DeleteFunc(out, func(c claim) bool { return c.to != 0 && c.to <= c.from })
}

// kindAs is the kind that a word leaves once contradictions are settled: one
// mother, and nobody mother and father.
func (f *former) kindAs(kind family.RelationKind, r *relation) family.RelationKind {
	if kind == family.Mother && (r.unsexed || r.unsure) || (kind == family.Mother || kind == family.Father) && f.bothParents[r.adult] {
		return family.Parent
	}
	return kind
}

// droppedOn returns from which day the pupil's newer rows name others and not
// the contact, 0 where they do not.
func (f *former) droppedOn(r *relation) (day family.Date) {
	if !f.stale(*r) {
		return 0
	}
	for _, i := range f.kinOf[r.child] {
		o := &f.relationList[i]
		if o.child != r.child || o.voided {
			continue
		}
		for _, w := range f.words[o.words[0]:o.words[1]] {
			if w.from > r.seen {
				day = earliest(day, w.from)
			}
		}
	}
	return day
}

// lasting says whether a relation of the kind holds for life.
func lasting(k family.RelationKind) bool {
	return isParent(k) || k == family.Grandparent || k == family.Sibling || k == family.OtherRelative
}

// refined returns the more telling of two kinds that can both be true of one
// pair, and false where they cannot.
func refined(a, b family.RelationKind) (family.RelationKind, bool) {
	switch {
	case a == b:
		return a, true
	case a == family.Carer && (isCarer(b) || b == family.Grandparent):
		return b, true
	case b == family.Carer && (isCarer(a) || a == family.Grandparent):
		return a, true
	case a == family.Parent && isParent(b):
		return b, true
	case b == family.Parent && isParent(a):
		return a, true
	}
	return 0, false
}

// linked is how sure linkage is that the record is the person's.
func (f *former) linked(p int32, rec *family.Record) float64 {
	person := f.people[p]
	for i, r := range person.Records {
		if r == rec && i < len(person.Probability) {
			return person.Probability[i]
		}
	}
	return 1
}

// linkedRow is linked for the subject of a row.
func (f *former) linkedRow(p int32, row *family.Row) float64 {
	person := f.people[p]
	for i, r := range person.Records {
		if r.Row == row && r.Part == family.Subject && i < len(person.Probability) {
			return person.Probability[i]
		}
	}
	return 1
}

// fromRegisters reads what claims and tenancies say that a is to others.
func (k *kinsfolk) fromRegisters(a int32) {
	f := k.f
	for _, i := range f.tiesOf[a] {
		t := &f.tieList[i]
		if t.a != a || t.kind == 0 || !k.has(t.b) {
			continue
		}
		k.said = append(k.said, f.registerClaim(t))
	}
}

func (f *former) registerClaim(t *tie) claim {
	by := byClaim
	if t.register == tenancyBond {
		by = byTenancy
	}
	c := claim{a: t.a, b: t.b, kind: t.kind, by: by, from: t.from, seen: t.seen, to: t.to}
	c = c.ordered()
	c.sure = sureOf[by][t.kind] * f.linked(t.a, t.recA) * f.linked(t.b, t.recB)
	c.rows = []family.RowRef{t.recA.Row.Ref(), t.recB.Row.Ref()}
	if lasting(c.kind) {
		c.to = 0
	} else if c.kind == family.Partner && c.to == 0 {
		c.to = f.otherPartner(t)
	}
	if born := f.born[t.b]; !mutual(c.kind) && born > c.from && born <= c.seen {
		c.from = born
	}
	return c
}

// otherPartner returns from when either partner has another by a later row of
// the same register, 0 for never.
func (f *former) otherPartner(t *tie) (day family.Date) {
	for _, p := range [...]int32{t.a, t.b} {
		for _, i := range f.tiesOf[p] {
			o := &f.tieList[i]
			same := o.a == t.a && o.b == t.b || o.a == t.b && o.b == t.a
			if o.kind == family.Partner && o.register == t.register && !same && o.from > t.from && o.seen > t.seen {
				day = earliest(day, o.from)
			}
		}
	}
	return day
}

func mutual(k family.RelationKind) bool {
	return k == family.Partner || k == family.Sibling || k == family.OtherRelative
}

// ofParent is a child of a parent, as some register says.
type ofParent struct {
	parent, child int32
	from          family.Date
	sure          float64
	row           family.RowRef
}

// siblings pairs the children whom a parent has in common, wherever the parent
// lives.
func (k *kinsfolk) siblings() {
	f := k.f
	var all []ofParent
	for _, p := range k.among {
		for _, i := range f.kinOf[p] {
			r := &f.relationList[i]
			if r.child == p && r.parent && !r.voided {
				w := &f.words[r.words[1]-1]
				sure := sureOf[bySchool][family.Parent] * f.linked(r.adult, r.rec)
				if r.unsure {
					sure = min(sure, doubted)
				}
				all = append(all, ofParent{r.adult, p, w.from, sure, r.rec.Row.Ref()})
			}
		}
		for _, i := range f.tiesOf[p] {
			if t := &f.tieList[i]; t.b == p && t.kind == family.Parent {
				all = append(all, ofParent{t.a, p, t.from, sureOf[byTenancy][family.Parent] * f.linked(p, t.recB), t.recB.Row.Ref()})
			}
		}
	}
	slices.SortFunc(all, func(x, y ofParent) int {
		return cmp.Or(cmp.Compare(x.parent, y.parent), cmp.Compare(x.child, y.child), cmp.Compare(y.sure, x.sure), x.row.Compare(y.row))
	})
	all = slices.CompactFunc(all, func(x, y ofParent) bool { return x.parent == y.parent && x.child == y.child })
	for lo := 0; lo < len(all); {
		hi := lo + 1
		for hi < len(all) && all[hi].parent == all[lo].parent {
			hi++
		}
		for i := lo; i < min(hi, lo+maxShared); i++ {
			for j := i + 1; j < min(hi, lo+maxShared); j++ {
				x, y := all[i], all[j]
				from := max(x.from, y.from)
				k.said = append(k.said, claim{a: x.child, b: y.child, kind: family.Sibling, by: byParents,
					from: from, seen: from, sure: x.sure * y.sure, rows: []family.RowRef{x.row, y.row}})
			}
		}
		lo = hi
	}
}

// relations makes of what is said one relation for each pair and kind.
func (k *kinsfolk) relations() []family.Relation {
	if len(k.said) == 0 {
		return nil
	}
	slices.SortStableFunc(k.said, func(x, y claim) int {
		return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(x.by, y.by),
			cmp.Compare(b2i(x.to != 0), b2i(y.to != 0)), cmp.Compare(y.seen, x.seen), cmp.Compare(x.kind, y.kind))
	})
	out := make([]family.Relation, 0, len(k.said))
	var strands []strand
	for lo := 0; lo < len(k.said); {
		hi := lo + 1
		for hi < len(k.said) && k.said[hi].a == k.said[lo].a && k.said[hi].b == k.said[lo].b {
			hi++
		}
		strands = k.f.agreed(strands[:0], k.said[lo:hi])
		for i := range strands {
			out = append(out, k.f.relationFrom(&strands[i]))
		}
		lo = hi
	}
	slices.SortStableFunc(out, func(x, y family.Relation) int {
		return cmp.Or(strings.Compare(x.A, y.A), strings.Compare(x.B, y.B), cmp.Compare(x.Kind, y.Kind))
	})
	return out
}

// strand is a relation being made of what several registers say.
type strand struct {
	claim
	sures [speakers]float64
	ended [speakers]family.Date // 0 while the register says so, or never did
	says  [speakers]bool
}

// agreed merges what is said of a to b: kinds that can both be true become the
// more telling of them.
func (f *former) agreed(strands []strand, said []claim) []strand {
	for _, c := range said {
		at := slices.IndexFunc(strands, func(s strand) bool { _, ok := alsoBy(s.kind, c.kind, c.by); return ok })
		if at < 0 {
			strands = append(strands, strand{claim: c})
			strands[len(strands)-1].add(c)
			continue
		}
		s := &strands[at]
		s.kind, _ = alsoBy(s.kind, c.kind, c.by)
		s.rows = append(s.rows, c.rows...)
		s.from, s.seen = min(s.from, c.from), max(s.seen, c.seen)
		s.add(c)
	}
	return strands
}

// alsoBy is refined, for a claim of another register: a landlord's child may
// be a step-child, a foster child or a grandchild.
func alsoBy(a, b family.RelationKind, by speaker) (family.RelationKind, bool) {
	if by == byTenancy && b == family.Parent && (a == family.StepParent || a == family.FosterCarer || a == family.Grandparent) {
		return a, true
	}
	return refined(a, b)
}

func (s *strand) add(c claim) {
	if r := c.by; !s.says[r] {
		s.says[r], s.sures[r], s.ended[r] = true, c.sure, c.to
	} else {
		s.sures[r] = max(s.sures[r], c.sure)
		if s.ended[r] != 0 && (c.to == 0 || c.to > s.ended[r]) {
			s.ended[r] = c.to
		}
	}
}

// relationFrom writes a strand out. It has ended where every register that
// spoke of it says so.
func (f *former) relationFrom(s *strand) family.Relation {
	miss := 1.0
	ended, open := family.Date(0), false
	for r := range speakers {
		if s.says[r] {
			miss *= 1 - s.sures[r]
			open = open || s.ended[r] == 0
			ended = max(ended, s.ended[r])
		}
	}
	sure := min(1-miss, surestRelation)
	if isParent(s.kind) && (f.born[s.a] == 0 || f.born[s.b] == 0) {
		sure *= undated
	}
	out := family.Relation{A: f.people[s.a].ID, B: f.people[s.b].ID, Kind: s.kind, From: s.from,
		Confidence: math.Round(100*sure) / 100, Evidence: rowsOf(s.rows)}
	if !open {
		out.To = ended
	}
	if out.To != 0 && out.From >= out.To {
		out.From = 0
	}
	return out
}
