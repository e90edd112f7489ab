package household

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

const (
	// maxAssociates bounds the associates of one household, the best known
	// and latest first.
	maxAssociates = 40
	// maxEvidence bounds the rows listed for one member.
	maxEvidence = 20
	// maxNeighbours bounds how many households of one dwelling an event at
	// its address can concern; beyond it the address says nothing.
	maxNeighbours = 4
)

// presence is a person who has, or had, something to do with a dwelling.
type presence struct {
	person   int32
	home     int32 // index among the person's homes; -1 for an event
	dwelling int32
	day      family.Date
	rec      *family.Record // of an event
}

// households builds the exported households of the units, sorted by id.
func (f *former) households() []family.Household {
	around := f.around()
	f.residentsAt = f.crowds()
	out := make([]family.Household, len(f.units))
	f.parallel(len(f.units), func(i int) { out[i] = f.household(int32(i), around) })
	slices.SortFunc(out, func(a, b family.Household) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Members[0].PersonID, b.Members[0].PersonID))
	})
	for i := 1; i < len(out); i++ {
		for n := 2; out[i].ID == out[i-1].ID; n++ { // two names of one hash
			out[i].ID = hashID(out[i].Members[0].PersonID + "#" + strconv.Itoa(n))
		}
	}
	return out
}

// around lists, by dwelling with households, those who are not at home there
// but stayed there, gave its address, or were met at an event there.
func (f *former) around() map[int32][]presence {
	crowds := map[int32]int{}
	for _, u := range f.units {
		crowds[u.dwelling]++
	}
	counts := func(d int32) bool { return d >= 0 && crowds[d] > 0 && crowds[d] <= maxNeighbours }
	events := make([][]presence, len(f.people))
	f.parallel(len(f.people), func(i int) {
		for _, rec := range f.people[i].Records {
			if rec.Row.Feed != family.Police || f.died[i] != 0 {
				continue
			}
			if day := eventDay(rec.Row); day <= f.asAt && day > f.asAt.AddYears(-3) {
				if d := f.eventDwelling(rec.Row); counts(d) {
					events[i] = append(events[i], presence{person: int32(i), home: -1, dwelling: d, day: day, rec: rec})
				}
			}
		}
	})
	out := map[int32][]presence{}
	for i := range f.people {
		for n, h := range f.homes[i] {
			if h.said() && counts(h.dwelling) && (f.main[i] != int32(n) || f.unitOf[i] < 0 || crowds[h.dwelling] > 1) {
				out[h.dwelling] = append(out[h.dwelling], presence{person: int32(i), home: int32(n), dwelling: h.dwelling, day: h.last})
			}
		}
		for _, e := range events[i] {
			out[e.dwelling] = append(out[e.dwelling], e)
		}
	}
	return out
}

func (f *former) eventDwelling(row *family.Row) int32 {
	a := eventAddress(row)
	if a.Blank() {
		return -1
	}
	return f.where.look(a)
}

// eventAddress is where the event of a police row took place.
func eventAddress(row *family.Row) family.Address {
	return family.Address{
		Line1:    row.Text(family.ColEventAddress1),
		Postcode: family.Postcode(row.Text(family.ColEventPostcode)),
		UPRN:     family.UPRN(row.Text(family.ColEventUPRN)),
	}
}

// household builds one unit's household.
func (f *former) household(n int32, around map[int32][]presence) family.Household {
	u := f.units[n]
	w := &f.where.list[u.dwelling]
	b := &builder{f: f, n: n, u: u, seen: map[int32]bool{}}
	for _, p := range u.people {
		b.resident(p)
	}
	b.possibles()
	b.seconds(around[u.dwelling])
	b.ruledOut()
	b.relatives()
	if w.kind != communal {
		b.neighbours(around[u.dwelling])
	}
	h := family.Household{
		ID: f.ids[n], Address: w.address, Protected: f.protects(b),
		Members: b.members, Certainty: f.assured(n), Changes: b.changes(),
	}
	if w.place != nil {
		h.Area = w.place.area
	}
	slices.SortFunc(h.Members, func(a, b family.Member) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), strings.Compare(a.PersonID, b.PersonID))
	})
	h.Stays = f.staysOf(u)
	f.declare(&h, u.dwelling, b.seen)
	if !h.Protected {
		f.withhold(&h, b.who)
	}
	return h
}

// builder collects the members of one household. Everybody is one once: the
// first word holds.
type builder struct {
	f       *former
	n       int32
	u       unit
	members []family.Member
	who     []int32 // the person of each
	seen    map[int32]bool
}

func (b *builder) add(p int32, m family.Member) {
	if b.seen[p] {
		return
	}
	b.seen[p] = true
	m.PersonID = b.f.people[p].ID
	m.Confidence = math.Round(100*min(1, max(0, m.Confidence))) / 100
	b.members, b.who = append(b.members, m), append(b.who, p)
}

func (b *builder) role(p int32) family.Role {
	if b.f.isChild(p) {
		return family.Child
	}
	return family.Adult
}

// resident adds somebody who lives there.
func (b *builder) resident(p int32) {
	f := b.f
	h := f.mainOf(p)
	facts := f.facts[p][h.facts[0]:h.facts[1]]
	m := family.Member{Role: b.role(p), Confidence: f.belonging[p], Weights: f.foremost(p, b.u.dwelling)}
	m.From = h.start
	why, rows := f.reasons(facts)
	ties, tied := b.ties(p)
	why, rows = append(why, ties...), append(rows, tied...)
	for _, r := range f.ruled.list {
		if r.Kind == family.LivesWith && (r.a == p || r.b == p) && f.unitOf[r.a] == f.unitOf[r.b] {
			why = append([]string{r.words() + " that they live together"}, why...)
			rows = append(rows, r.A.RowRef, r.B.RowRef)
			m.Confidence = 1
		}
	}
	if len(why) == 0 {
		why = append(why, "shares the address")
	}
	if len(rows) == 0 { // only somebody who has left the household led here
		for _, w := range m.Weights {
			if w.Row != (family.RowRef{}) {
				rows = append(rows, w.Row)
			}
		}
	}
	if len(rows) == 0 {
		rows = f.tieRows(p)
	}
	m.Evidence = rowsOf(rows)
	m.Reason = strings.Join(why, "; ")
	b.add(p, m)
}

// tieRows lists the rows that name the person with anybody.
func (f *former) tieRows(p int32) (out []family.RowRef) {
	for _, i := range f.kinOf[p] {
		out = append(out, f.relationList[i].rec.Row.Ref())
	}
	for _, i := range f.bondsOf[p] {
		out = append(out, f.bondList[i].recA.Row.Ref(), f.bondList[i].recB.Row.Ref())
	}
	return out
}

// certainty is how sure linkage is of the rows that put the person there: the
// best of them.
func (f *former) certainty(p int32, facts []fact) float64 {
	person := f.people[p]
	best := 0.0
	for _, fa := range facts {
		for i, rec := range person.Records {
			if rec == fa.rec && i < len(person.Probability) {
				best = max(best, person.Probability[i])
			}
		}
	}
	if best == 0 {
		return 1
	}
	return best
}

// reasons says in words what facts say, one phrase for each source, and lists
// their rows, the weightiest first.
func (f *former) reasons(facts []fact) (why []string, rows []family.RowRef) {
	sorted := slices.Clone(facts)
	slices.SortStableFunc(sorted, func(a, b fact) int {
		return cmp.Or(cmp.Compare(b2i(a.to != 0), b2i(b.to != 0)), cmp.Compare(b.weight, a.weight), cmp.Compare(b.seen, a.seen))
	})
	var said [len(sources)]bool
	for _, fa := range sorted {
		rows = append(rows, fa.rec.Row.Ref())
		if !said[fa.source] {
			said[fa.source] = true
			why = append(why, fa.words())
		}
	}
	return why, rows
}

// words says one fact without a personal value.
func (fa fact) words() string {
	var s string
	switch fa.source {
	case fromSchool:
		s = "pupil's address in the period to " + fa.seen.String()
	case fromContact:
		s = "a pupil's contact at this address in the period to " + fa.seen.String()
	case fromTenancy:
		s = tenancyWords(fa)
	case fromClaim:
		s = "claim address as at " + fa.seen.String()
	case fromAnswer:
		s = "address in an answer of " + fa.seen.String()
	case fromCare:
		s = "address known to a service to " + fa.seen.String()
	case fromPolice:
		s = "gave this home address on " + fa.seen.String()
	}
	return s + " (" + sources[fa.source].name + ")"
}

func tenancyWords(fa fact) string {
	s := "on the tenancy"
	switch {
	case fa.party:
		s = "tenant"
	case fa.lodger:
		s = "lodger"
	}
	if p := fa.rec.Row.Text(family.ColPlacement); p != "" && p != "none" {
		s = "placed"
	}
	if fa.from != 0 {
		s += " from " + fa.from.String()
	}
	if fa.to != 0 {
		s += " to " + fa.to.String()
	}
	return s
}

// ties says what ties a resident to the others of the household.
func (b *builder) ties(p int32) (why []string, rows []family.RowRef) {
	f := b.f
	say := func(s string) {
		if !slices.Contains(why, s) {
			why = append(why, s)
		}
	}
	for _, i := range f.bondsOf[p] {
		o := f.bondList[i]
		if f.unitOf[o.a] != b.n || f.unitOf[o.b] != b.n {
			continue
		}
		rows = append(rows, o.recA.Row.Ref(), o.recB.Row.Ref())
		if o.kind == claimBond {
			say("same claim as another member (benefits)")
		} else {
			say("same tenancy as another member (housing)")
		}
	}
	for _, i := range f.kinOf[p] {
		r := f.relationList[i]
		if r.child == p && r.parent && f.unitOf[r.adult] != b.n && b.sibling(r) {
			rows = append(rows, r.rec.Row.Ref())
			say("shares a parent with another member (attendance)")
		}
		if f.unitOf[r.child] != b.n || f.unitOf[r.adult] != b.n || !r.kin {
			continue
		}
		rows = append(rows, r.rec.Row.Ref())
		switch {
		case r.adult == p && r.carer:
			say("carer of a child of the household (attendance)")
		case r.adult == p:
			say("relative of a child of the household (attendance)")
		case r.carer:
			say("child of a member (attendance)")
		}
	}
	return why, rows
}

// sibling says whether another child of the household has the same parent.
func (b *builder) sibling(r relation) bool {
	return slices.ContainsFunc(b.f.kinOf[r.adult][:min(len(b.f.kinOf[r.adult]), maxPulls)], func(i int32) bool {
		o := b.f.relationList[i]
		return o.adult == r.adult && o.child != r.child && o.parent && b.f.unitOf[o.child] == b.n
	})
}

// rowsOf keeps each row once, in order, up to maxEvidence.
func rowsOf(rows []family.RowRef) []family.RowRef {
	out := make([]family.RowRef, 0, min(len(rows), maxEvidence))
	for _, r := range rows {
		if len(out) < maxEvidence && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}
