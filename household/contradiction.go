package household

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Bounds on the years between a parent's birth and a child's. They stand
// outside of what is seen, so that they refuse mistakes and no family: the
// tables of births by age of mother that the Office for National Statistics
// publishes (Births by parents' characteristics in England and Wales) begin
// below 15 and end above 50, with few at either end, and a father's age has no
// such upper end.
const (
	youngestParent      = 12
	oldestMother        = 55
	youngestGrandparent = 2 * youngestParent
)

const (
	// manyAddresses is how many dwellings a person may be said to live in
	// within recent days: with more, the rows are several people's, or the
	// addresses nobody's.
	manyAddresses = maxHomes
	// maxSeveral bounds the people named in one contradiction.
	maxSeveral = 20
)

// contradiction is something that cannot be, with the people that it is about.
type contradiction struct {
	kind     string
	people   []int32 // sorted
	evidence []family.RowRef
	reason   string
}

// contradict finds what rows say of people that cannot be true. What it
// touches is not heard when families are made: the result is as if the rows
// did not say it.
func (f *former) contradict() {
	f.bothParents = make([]bool, len(f.people))
	found := make([][]contradiction, len(f.people))
	f.parallel(len(f.people), func(i int) { found[i] = f.ofPerson(int32(i)) })
	all := slices.Concat(found...)
	all = append(all, f.ofTies()...)
	all = append(all, f.loops()...)
	f.forget()
	f.list(all)
}

// list adds to the contradictions.
func (f *former) list(more []contradiction) {
	f.contradictions = collected(append(f.contradictions, more...))
	f.contradictionsOf = make(map[int32][]int32, len(f.contradictions))
	for i, c := range f.contradictions {
		for _, p := range c.people {
			f.contradictionsOf[p] = append(f.contradictionsOf[p], int32(i))
		}
	}
}

// collected sorts contradictions; those of one kind about the same people are
// one, with the rows of all.
func collected(all []contradiction) (out []contradiction) {
	slices.SortStableFunc(all, func(a, b contradiction) int {
		return cmp.Or(strings.Compare(a.kind, b.kind), slices.Compare(a.people, b.people))
	})
	for _, c := range all {
		if n := len(out); n > 0 && out[n-1].kind == c.kind && slices.Equal(out[n-1].people, c.people) {
			out[n-1].evidence = rowsOf(append(out[n-1].evidence, c.evidence...))
		} else {
			out = append(out, c)
		}
	}
	return out
}

// ofPerson finds what contradicts itself in a person's own rows and in what is
// said of the person as a child.
func (f *former) ofPerson(p int32) (out []contradiction) {
	person := f.people[p]
	say := func(kind, reason string, rows []family.RowRef, people ...int32) {
		slices.Sort(people)
		out = append(out, contradiction{kind, slices.Compact(people), rowsOf(rows), reason})
	}
	if f.oddAge[p] {
		f.oddAges(person, func(kind, reason string, rows []family.RowRef) { say(kind, reason, rows, p) })
	}
	if rows := f.ownWords[p]; rows != nil {
		say("own_parent", "named as a parent or carer in the person's own row", rows, p)
	}
	if rows := f.motherAndFather(p); rows != nil {
		say("mother_and_father", "named as mother by some rows and as father by others", rows, p)
		f.bothParents[p] = true
	}
	for _, i := range f.kinOf[p] {
		r := &f.relationList[i]
		if r.child != p {
			continue
		}
		if kind, reason := f.impossible(r); kind != "" {
			r.unsure = kind == "mother_too_old"
			r.voided = !r.unsure
			say(kind, reason, f.rowsOfWords(r), p, r.adult)
		}
	}
	if mothers := f.mothers(p); len(mothers) > 1 {
		people, rows := []int32{p}, []family.RowRef(nil)
		for _, r := range mothers {
			people = append(people, r.adult)
			rows = append(rows, r.rec.Row.Ref())
		}
		say(twoMothers, "several people are named as the child's mother, of whom one at most gave birth", rows, people...)
		f.oneMother(mothers)
	}
	return out
}

// twoMothers is the kind of the contradiction that Doubles reads.
const twoMothers = "two_birth_mothers"

// oddAges says what contradicts a person's date of birth.
func (f *former) oddAges(p *family.Person, say func(kind, reason string, rows []family.RowRef)) {
	if f.tooOld(p) {
		say("too_old", "by the date of birth the person is older than 120", dobRows(p))
	}
	if row := f.pupilTooOld(p); row != nil && !f.tooOld(p) {
		say("pupil_too_old", "a pupil whose date of birth is that of somebody older than any pupil of the school year: it is wrong, or two people are taken for one",
			append([]family.RowRef{row.Ref()}, dobRows(p)...))
	}
	if rows, _ := f.childAsAdult(p); rows != nil {
		say("child_as_adult", "a child by the date of birth, and a tenant, claimant, partner or parent by rows: the date is wrong, or two people are taken for one", rows)
	}
}

func dobRows(p *family.Person) (out []family.RowRef) {
	for _, rec := range p.Records {
		if rec.DOB != 0 && rec.DOB == p.Profile.DOB {
			out = append(out, rec.Row.Ref())
		}
	}
	return out
}

// scattered finds people at too many addresses. Where they live is not known,
// and they carry nobody's home to another's.
func (f *former) scattered() (out []contradiction) {
	rows := make([][]family.RowRef, len(f.people))
	f.parallel(len(f.people), func(i int) { rows[i] = f.addresses(int32(i)) })
	for i, r := range rows {
		if r != nil {
			f.loosen(int32(i))
			out = append(out, contradiction{"many_addresses", []int32{int32(i)}, rowsOf(r),
				"said to live at more addresses at once than anybody does: rows of several people are taken for one, or the addresses are nobody's"})
		}
	}
	if out != nil {
		f.forget()
	}
	return out
}

// loosen takes back what rows make of somebody's home and of whose it is too.
func (f *former) loosen(p int32) {
	f.facts[p] = nil
	for _, i := range f.kinOf[p] {
		f.relationList[i].voided, f.relationList[i].unsure = true, true
	}
	for _, i := range f.bondsOf[p] {
		o := &f.bondList[i]
		o.current, o.moved, o.parent = false, false, false
	}
}

// addresses returns the rows that put the person at too many dwellings lately,
// one for each; nil where they are not too many.
func (f *former) addresses(p int32) []family.RowRef {
	facts := f.facts[p]
	if len(facts) <= manyAddresses {
		return nil
	}
	var rows []family.RowRef
	n, last := 0, int32(-1)
	for _, fa := range facts {
		if fa.dwelling == last || fa.source == fromPolice || fa.to != 0 || fa.seen+recent < f.asAt {
			continue
		}
		last = fa.dwelling
		n++
		rows = append(rows, fa.rec.Row.Ref())
	}
	if n <= manyAddresses {
		return nil
	}
	return rows
}

// motherAndFather returns a row of each where the person is named as mother and
// as father.
func (f *former) motherAndFather(p int32) []family.RowRef {
	var mother, father *family.Record
	for _, i := range f.kinOf[p] {
		r := &f.relationList[i]
		if r.adult != p {
			continue
		}
		for _, w := range f.words[r.words[0]:r.words[1]] {
			switch w.kind {
			case family.Mother:
				mother = w.rec
			case family.Father:
				father = w.rec
			}
		}
	}
	if mother == nil || father == nil {
		return nil
	}
	return []family.RowRef{mother.Row.Ref(), father.Row.Ref()}
}

// impossible says what a pupil's and a contact's ages contradict.
func (f *former) impossible(r *relation) (kind, reason string) {
	a, c := f.born[r.adult], f.born[r.child]
	if a == 0 || c == 0 {
		return "", ""
	}
	least, parent, mother, grand := 0, false, false, false
	for _, w := range f.words[r.words[0]:r.words[1]] {
		parent, mother = parent || isParent(w.kind), mother || w.kind == family.Mother
		grand = grand || w.kind == family.Grandparent
	}
	switch {
	case parent:
		least = youngestParent
	case grand:
		least = youngestGrandparent
	case !r.carer:
		return "", ""
	}
	switch {
	case a.AddYears(least) > c && !f.datesAllow(r, least):
		switch {
		case parent:
			return "parent_too_young", "named as a parent and less than 12 years older than the child"
		case grand:
			return "grandparent_too_young", "named as a grandparent and less than 24 years older than the child"
		}
		return "carer_too_young", "named as the carer of a child who is older"
	case mother && a.AddYears(oldestMother+1) <= c: // a grandmother, or an adoption, or a slip in a date: a family all the same
		return "mother_too_old", "named as mother and more than 55 years older than the child"
	}
	return "", ""
}

// datesAllow says whether any dates of birth that rows give leave the years
// between: the profile's may be the wrong one of two.
func (f *former) datesAllow(r *relation, least int) bool {
	for _, a := range f.people[r.adult].Records {
		for _, c := range f.people[r.child].Records {
			if a.DOB != 0 && c.DOB != 0 && a.DOB.AddYears(least) <= c.DOB {
				return true
			}
		}
	}
	return false
}

// mothers lists the child's relations to those whom rows name as its mother,
// and who can be, the best said first.
func (f *former) mothers(child int32) (out []*relation) {
	for _, i := range f.kinOf[child] {
		if r := &f.relationList[i]; r.child == child && !r.voided && f.saidMother(r) > 0 {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *relation) int {
		return cmp.Or(cmp.Compare(f.saidMother(b), f.saidMother(a)), cmp.Compare(b.seen, a.seen), cmp.Compare(a.adult, b.adult))
	})
	return out
}

func (f *former) saidMother(r *relation) (n int) {
	for _, w := range f.words[r.words[0]:r.words[1]] {
		n += b2i(w.kind == family.Mother)
	}
	return n
}

// oneMother leaves one mother, the best said. Those whom a row names together
// are two parents, and of two said equally often neither is known to have given
// birth; anybody else is a mother by mistake, or one person taken for two, and
// makes no family by being called so.
func (f *former) oneMother(mothers []*relation) {
	first := mothers[0]
	for _, r := range mothers[1:] {
		r.unsexed = true
		if !f.namedTogether(first, r) {
			r.unsure, r.voided = true, true
		} else if f.saidMother(r) == f.saidMother(first) {
			first.unsexed = true
		}
	}
}

// namedTogether says whether one row names both contacts.
func (f *former) namedTogether(a, b *relation) bool {
	for _, w := range f.words[a.words[0]:a.words[1]] {
		if slices.ContainsFunc(f.words[b.words[0]:b.words[1]], func(o word) bool { return o.rec.Row == w.rec.Row }) {
			return true
		}
	}
	return false
}

func (f *former) rowsOfWords(r *relation) (out []family.RowRef) {
	for _, w := range f.words[r.words[0]:min(r.words[1], r.words[0]+maxEvidence)] {
		out = append(out, w.rec.Row.Ref())
	}
	return out
}

// ofTies finds what claims and tenancies say that cannot be, and takes it back.
func (f *former) ofTies() (out []contradiction) {
	for i := range f.tieList {
		t := &f.tieList[i]
		if t.kind == family.Carer && f.born[t.b] != 0 && f.born[t.b].AddYears(oldestDependant) <= t.from {
			t.kind = 0 // a grown person is no child for whom somebody claims, and what else is not said
			continue
		}
		kind, reason := f.impossibleTie(t)
		if kind == "" {
			continue
		}
		t.kind = 0
		people := []int32{min(t.a, t.b), max(t.a, t.b)}
		out = append(out, contradiction{kind, people, rowsOf([]family.RowRef{t.recA.Row.Ref(), t.recB.Row.Ref()}), reason})
	}
	return out
}

func (f *former) impossibleTie(t *tie) (kind, reason string) {
	a, b := f.born[t.a], f.born[t.b]
	switch t.kind {
	case family.Partner:
		if young := max(a, b); young != 0 && young.AddYears(youngestPartner) > t.seen {
			return "partner_too_young", "named as a partner below the age of 16"
		}
		for _, i := range f.kinOf[t.a] {
			r := &f.relationList[i]
			if (r.child == t.b || r.adult == t.b) && r.parent && !r.voided {
				return "partner_is_parent", "partners by one row, parent and child by another"
			}
		}
	case family.Parent:
		if a != 0 && b != 0 && a.AddYears(youngestParent) > b {
			return "parent_too_young", "the tenant's parent or child by the tenancy, and less than 12 years apart in age"
		}
	case family.Carer:
		if a != 0 && b != 0 && a > b {
			return "carer_too_young", "a dependant on the claim of somebody younger"
		}
	}
	return "", ""
}

// forget takes back what voided relations made of people.
func (f *former) forget() {
	f.unheard = map[*family.Record]bool{}
	for i := range f.newestContact {
		f.newestContact[i] = 0
	}
	for i := range f.relationList {
		r := &f.relationList[i]
		if !r.voided {
			f.newestContact[r.child] = max(f.newestContact[r.child], r.seen)
			continue
		}
		r.kin, r.parent, r.carer, r.first, r.denied = false, false, false, false, false
		r.lives, r.together = livesUnsaid, 0
		for _, w := range f.words[r.words[0]:r.words[1]] {
			f.unheard[w.rec] = true
		}
	}
}

// crowds counts the residents of each dwelling.
func (f *former) crowds() []int32 {
	out := make([]int32, len(f.where.list))
	for i := range f.people {
		if d := f.dwellingOf(int32(i)); d >= 0 {
			out[d]++
		}
	}
	return out
}

// crowded says what is odd about a household at an address with more residents
// than any house has, of which nothing says that it is let to many.
func (f *former) crowded(h *family.Household, d int32) {
	if f.residentsAt[d] < throng || f.where.list[d].lodgings() || f.where.list[d].refuge {
		return
	}
	f.accuse(h, "crowded_address", "more people live at the address than a dwelling holds: flats are not told apart, or it is nobody's home")
}

// misclassed says of a household where its address's class and its use
// disagree.
func (f *former) misclassed(h *family.Household, d int32) {
	if reason := f.where.list[d].doubt; reason != "" {
		f.accuse(h, "class_disagrees", reason)
	}
}

// accuse adds what contradicts itself about the household's address.
func (f *former) accuse(h *family.Household, kind, reason string) {
	c := family.Contradiction{Kind: kind, Reason: reason}
	for _, m := range h.Members {
		if m.Current(f.asAt) {
			c.Persons = append(c.Persons, m.PersonID)
			c.Evidence = append(c.Evidence, m.Evidence...)
		}
	}
	slices.Sort(c.Persons)
	c.Evidence = rowsOf(c.Evidence)
	at, _ := slices.BinarySearchFunc(h.Contradictions, c.Kind, func(o family.Contradiction, kind string) int { return strings.Compare(o.Kind, kind) })
	h.Contradictions = slices.Insert(h.Contradictions, at, c)
}

// contradictory lists what contradicts itself about the people of a household,
// sorted by kind, then persons; about its associates where they are related.
func (f *former) contradictory(h *family.Household, among []int32) []family.Contradiction {
	var found []int32
	for _, p := range among {
		if about := f.contradictionsOf[p]; len(about) > 0 && concerns(h, f.people[p].ID) {
			found = append(found, about...)
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	var out []family.Contradiction
	for _, i := range found {
		c := &f.contradictions[i]
		persons := make([]string, 0, len(c.people))
		for _, p := range c.people {
			persons = append(persons, f.people[p].ID)
		}
		out = append(out, family.Contradiction{Kind: c.kind, Persons: persons, Evidence: c.evidence, Reason: c.reason})
	}
	return out
}

// concerns says whether the person is more than an associate of the household,
// or related to somebody of it.
func concerns(h *family.Household, person string) bool {
	return slices.ContainsFunc(h.Members, func(m family.Member) bool { return m.PersonID == person && m.Role != family.Associate }) ||
		slices.ContainsFunc(h.Relations, func(r family.Relation) bool { return r.A == person || r.B == person })
}
