package synth

import (
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// term is one school term; to is cut at the as-at day for the present one.
type term struct {
	from, to family.Date
	year     int // the September in which the school year began
}

// easter returns Easter Sunday by the Gregorian rule.
func easter(y int) family.Date {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return family.NewDate(y, n/31, n%31+1)
}

// terms lists the terms delivered, the oldest first: the last four that ended
// before the as-at day and the present one, if it has begun.
func terms(asAt family.Date) []term {
	var all []term
	for y := asAt.Year() - 3; y <= asAt.Year(); y++ {
		e := easter(y)
		all = append(all,
			term{monday(family.NewDate(y, 1, 5)), e - 9, y - 1},
			term{monday(e + 8), family.NewDate(y, 7, 22), y - 1},
			term{monday(family.NewDate(y, 9, 3)), family.NewDate(y, 12, 19), y})
	}
	var out []term
	for _, t := range all {
		if t.from+10 > asAt {
			break
		}
		if t.to > asAt {
			t.to = asAt
		}
		out = append(out, t)
	}
	keep := 4
	if len(out) > 0 && out[len(out)-1].to == asAt {
		keep = 5
	}
	return out[max(0, len(out)-keep):]
}

// monday is the first Monday on or after a day.
func monday(d family.Date) family.Date {
	for d.Weekday() != 1 {
		d++
	}
	return d
}

// ncYear is the year group in a school year; -1 if too young or too old.
func ncYear(dob family.Date, year int) int {
	n := dob.AgeAt(family.NewDate(year, 8, 31)) - 4
	if n < 0 || n > 11 {
		return -1
	}
	return n
}

// pupil is how one child appears in the schools' files.
type pupil struct {
	pi                     int32
	trouble                float64
	auth, unauth           float64
	special, pru, off, ehe bool
	suspended              int
	excluded               bool
	moved                  family.Date // changed school then; 0 = never
	contact                [2]int32
	relation               [2]string
	known                  map[int]*enrolment // by school
	order                  []int
}

// enrolment is a pupil's registration at one school, with its contacts.
type enrolment struct {
	id      identity
	contact [2]identity
	twin    *identity // the same child entered twice by mistake
}

func (p *printer) attendance(s *sheet) {
	list := terms(p.w.asAt)
	if len(list) == 0 {
		return
	}
	p.cards = map[[2]int32]identity{}
	for i := p.from.people; i < p.to.people; i++ {
		pe := &p.w.people[i]
		first, last := ncYear(pe.dob, list[0].year), ncYear(pe.dob, list[len(list)-1].year)
		if first < 0 && last < 0 || len(pe.stays) == 0 || pe.died != 0 {
			continue
		}
		if w := p.w.wardOf(pe.stays[len(pe.stays)-1].dwelling); w == nil {
			continue
		}
		c := p.newPupil(int32(i))
		for n, t := range list {
			p.pupilTerm(s, c, t, n == len(list)-1)
		}
	}
	p.cards = nil
}

// newPupil draws a child's schooling from the family's circumstances.
func (p *printer) newPupil(pi int32) *pupil {
	pe := &p.w.people[pi]
	st := pe.stays[len(pe.stays)-1]
	t := p.w.homes[st.home].trouble
	if t < 0.6 && len(pe.stays) > 1 {
		t = max(t, 0.6*p.w.homes[pe.stays[0].home].trouble)
	}
	c := &pupil{pi: pi, trouble: t, known: map[int]*enrolment{}, contact: [2]int32{none, none}}
	c.auth = 0.02 + 0.024*p.d.ExpFloat64()*(0.7+t)
	c.unauth = 0.006 * p.d.ExpFloat64()
	if p.d.chance(0.04 + 0.85*t) {
		c.unauth += (0.03 + 0.5*t*p.d.Float64()) * (0.4 + p.d.Float64())
	}
	age := pe.age(p.w.asAt)
	c.special = p.d.chance(0.018)
	if age >= 11 {
		c.pru = p.d.chance(0.002 + 0.09*t*t)
		if p.d.chance(0.02 + 0.3*t*t) {
			c.suspended = p.d.between(1, 6)
		}
		c.excluded = p.d.chance(0.0005 + 0.02*t*t)
	}
	c.off = p.d.chance(0.002 + 0.03*t*t)
	c.ehe = !c.off && p.d.chance(0.006)
	if n := len(pe.stays); n > 1 && p.d.chance(0.45) {
		c.moved = pe.stays[n-1].from
	}
	p.chooseContacts(c, pe, st)
	return c
}

// chooseContacts picks whom a school rings: mostly the mother, then the
// father wherever he lives, then a grandmother or a step-parent.
func (p *printer) chooseContacts(c *pupil, pe *person, st stay) {
	type choice struct {
		pi  int32
		rel string
	}
	var list []choice
	add := func(pi int32, rel string, chance float64) {
		if pi != none && p.d.chance(chance) && len(list) < 2 {
			list = append(list, choice{pi, rel})
		}
	}
	home := &p.w.homes[st.home]
	inCare := p.w.relationOf(st.home, c.pi) == relFoster
	if inCare {
		add(home.members[0].person, "carer", 0.95)
		add(p.w.workers[p.d.IntN(len(p.w.workers))], "social-worker", 0.7)
		add(pe.mother, "mother", 0.5)
	} else {
		first, second, r1, r2 := pe.mother, pe.father, "mother", "father"
		if pe.mother != none && !p.livesIn(pe.mother, st.home) && pe.father != none && p.livesIn(pe.father, st.home) {
			first, second, r1, r2 = pe.father, pe.mother, "father", "mother"
		}
		add(first, r1, 0.93)
		if second != none && p.livesIn(second, st.home) {
			add(second, r2, 0.62)
		} else {
			add(p.stepParent(c.pi, st.home), "step-parent", 0.4)
			add(second, r2, 0.42)
		}
		if first != none {
			add(p.w.people[first].mother, "grandparent", 0.4)
		}
	}
	for i, ch := range list {
		if ch.rel != "social-worker" && p.d.chance(0.12) && (ch.rel == "mother" || ch.rel == "father") {
			ch.rel = "parent"
		}
		c.contact[i], c.relation[i] = ch.pi, ch.rel
	}
}

func (p *printer) livesIn(pi, hi int32) bool {
	pe := &p.w.people[pi]
	n := len(pe.stays)
	return n > 0 && pe.stays[n-1].home == hi && (pe.stays[n-1].to == 0 || pe.died != 0)
}

// stepParent is the adult who lives with a child's parent and is neither.
func (p *printer) stepParent(child, hi int32) int32 {
	c := &p.w.people[child]
	for _, m := range p.w.homes[hi].members {
		if m.rel == relPartner && m.to == 0 && m.person != c.mother && m.person != c.father {
			return m.person
		}
	}
	return none
}

func (w *world) relationOf(hi, pi int32) relation {
	rel := relOther
	for _, m := range w.homes[hi].members {
		if m.person == pi && m.to == 0 {
			rel = m.rel
		}
	}
	return rel
}

// pupilTerm writes a child's rows of one term.
func (p *printer) pupilTerm(s *sheet, c *pupil, t term, newest bool) {
	year := ncYear(p.w.people[c.pi].dob, t.year)
	if year < 0 || p.d.chance(0.012) {
		return
	}
	wi := p.w.wardIndex(p.w.people[c.pi].stayAt(t.to).dwelling)
	kind := "mainstream"
	if c.special {
		kind = "special"
	}
	si := p.schoolOf(c, kind, year, wi, t)
	if si < 0 {
		return
	}
	status := pick(p.d, "C", "C", "")
	if c.pru && year >= 7 && newest {
		if pru := p.schoolOf(c, "pru", year, wi, t); pru >= 0 {
			p.periods(s, c, pru, year, t, "S", newest)
			status = "M"
		}
	}
	p.periods(s, c, si, year, t, status, newest)
}

func (w *world) wardIndex(di int32) int {
	if di == none || w.streets[w.dwellings[di].street].ward < 0 {
		return 0
	}
	return int(w.streets[w.dwellings[di].street].ward)
}

// schoolOf stays with a school that the child is enrolled at, unless the
// phase or a move ends that.
func (p *printer) schoolOf(c *pupil, kind string, year, wi int, t term) int {
	for i := len(c.order) - 1; i >= 0; i-- {
		sc := &p.w.schools[c.order[i]]
		if sc.kind != kind || year < sc.low || year > sc.high {
			continue
		}
		if c.moved != 0 && c.moved <= t.from {
			c.moved = 0
			break
		}
		return c.order[i]
	}
	si := p.w.schoolFor(p.d, wi, year, kind)
	if si < 0 {
		si = p.w.schoolFor(p.d, wi, year, "mainstream")
	}
	return si
}

// enrol registers the child and its contacts at a school, once.
func (p *printer) enrol(c *pupil, si int, at family.Date) *enrolment {
	if e := c.known[si]; e != nil {
		if p.d.chance(0.06) { // the office checks the particulars again
			e.id = p.w.register(p.d, c.pi, at, &p.w.errors.school, &p.w.schools[si].style)
		}
		return e
	}
	sc := &p.w.schools[si]
	e := &enrolment{id: p.w.register(p.d, c.pi, at, &p.w.errors.school, &sc.style)}
	if p.d.chance(0.004) {
		e.id.address1, e.id.address2, e.id.postcode, e.id.uprn = sc.name, sc.address, sc.postcode, ""
	}
	for i, pi := range c.contact {
		if pi == none {
			continue
		}
		e.contact[i] = p.parentCard(c, pi, si, at)
	}
	if p.d.chance(0.006) { // entered twice
		twin := p.w.register(p.d, c.pi, at, &p.w.errors.school, &sc.style)
		twin.upn = ""
		e.twin = &twin
	}
	c.known[si] = e
	c.order = append(c.order, si)
	return e
}

// parentCard is how a school wrote a parent down: mostly one card for all the
// children of the parent at the school.
func (p *printer) parentCard(c *pupil, pi int32, si int, at family.Date) identity {
	key := [2]int32{pi, int32(si)}
	if id, ok := p.cards[key]; ok && p.d.chance(0.75) {
		return id
	}
	id := p.w.register(p.d, pi, at, &p.w.errors.contact, &p.w.schools[si].style)
	p.contactHabits(&id, c, &p.w.schools[si])
	p.cards[key] = id
	return id
}

// contactHabits are what school offices do with parents' particulars.
func (p *printer) contactHabits(id *identity, c *pupil, sc *school) {
	child := &p.w.people[c.pi]
	switch x := p.d.Float64(); {
	case x < 0.05: // taken to bear the child's name
		id.surname = child.surname
	case x < 0.075 && len(id.forename) > 1:
		id.forename = string([]rune(id.forename)[:1])
	case x < 0.083:
		id.phone = sc.phone
	}
	if id.dob != 0 && p.d.chance(0.01) {
		id.dob = child.dob
	}
}

// periods writes the rows of a child, a school and a term: one, or one each
// half.
func (p *printer) periods(s *sheet, c *pupil, si, year int, t term, status string, newest bool) {
	sc := &p.w.schools[si]
	e := p.enrol(c, si, t.from)
	if !sc.contributes {
		return
	}
	parts := []term{t}
	if half := (t.from + t.to) / 2; sc.halfTerms && t.to-t.from > 40 {
		parts = []term{{t.from, half, t.year}, {half + 3, t.to, t.year}}
	}
	for i, part := range parts {
		last := newest && i == len(parts)-1
		p.attendanceRow(s, c, e, &e.id, sc, year, part, status, last)
		if e.twin != nil && last {
			p.attendanceRow(s, c, e, e.twin, sc, year, part, "", last)
		}
	}
}

func (p *printer) attendanceRow(s *sheet, c *pupil, e *enrolment, id *identity, sc *school, year int, t term, status string, last bool) {
	s.person(id, &sc.style)
	if p.d.chance(0.004) { // a slip in this extract alone
		s.set(family.ColSurname, typo(p.d, id.surname))
	}
	s.set(family.ColSchoolURN, sc.urn)
	s.set(family.ColSchoolName, sc.name)
	s.set(family.ColEnrolmentStatus, status)
	s.set(family.ColNCYear, "R")
	if year > 0 {
		s.count(family.ColNCYear, year)
	}
	s.set(family.ColPeriodStart, sc.style.date(t.from))
	s.set(family.ColPeriodEnd, sc.style.date(t.to))
	s.yes(family.ColOnRoll, !(last && (c.off || c.ehe)))
	s.set(family.ColProvision, sc.kind)
	if last && c.ehe {
		s.set(family.ColProvision, "ehe")
	}
	p.sessions(s, c, sc, t)
	people := [3]int32{c.pi, none, none}
	if sc.contacts != 1 || last {
		for i := range 2 {
			if c.contact[i] != none && (i == 0 || sc.contacts != 2) {
				p.putContact(s, c, e, i, sc)
				if s.vals[contactColumn(i, family.ColContact1Forename)] != "" || s.vals[contactColumn(i, family.ColContact1Surname)] != "" {
					people[1+i] = c.contact[i]
				}
			}
		}
	}
	p.emit(s, p.next("ATT-"+sc.urn+"-"), people[:]...)
}

// sessions fills the counts, or the register that they follow from.
func (p *printer) sessions(s *sheet, c *pupil, sc *school, t term) {
	days := 0
	for d := t.from; d <= t.to; d++ {
		if wd := d.Weekday(); wd != 0 && wd != 6 {
			days++
		}
	}
	if t.to-t.from > 60 {
		days -= 5 // the half-term holiday
	}
	possible := 2 * days
	auth := p.d.share(possible, c.auth)
	unauth := p.d.share(possible-auth, c.unauth)
	if sc.marks {
		s.set(family.ColMarks, p.marks(t, &auth, &unauth))
	} else {
		s.count(family.ColSessionsPossible, possible)
		s.count(family.ColSessionsAuthorised, auth)
		s.count(family.ColSessionsUnauthorised, unauth)
	}
	if n := c.suspended; n > 0 {
		k := p.d.between(0, min(n, 3))
		s.count(family.ColSuspensions, k)
		c.suspended -= k
	} else if p.d.chance(0.5) {
		s.set(family.ColSuspensions, "0")
	}
	if c.excluded && p.d.chance(0.4) {
		s.set(family.ColPermanentExclusion, "Y")
		c.excluded = false
	} else {
		s.set(family.ColPermanentExclusion, "N")
	}
}

// share draws about a part of n, a little unevenly.
func (d dice) share(n int, part float64) int {
	x := float64(n) * part * (0.7 + 0.6*d.Float64())
	return min(n, max(0, int(x+d.Float64())))
}

// marks writes a register with about so many absences; a week in the middle
// of a long term is a holiday.
func (p *printer) marks(t term, auth, unauth *int) string {
	var b strings.Builder
	mid := monday((t.from + t.to) / 2)
	long := t.to-t.from > 60
	left := 0
	for d := t.from; d <= t.to; d++ {
		wd := d.Weekday()
		if wd == 0 || wd == 6 {
			continue
		}
		if long && d >= mid && d < mid+5 {
			b.WriteString("##")
			continue
		}
		if left == 0 && *auth > 1 && p.d.chance(0.05+float64(*auth)/120) {
			left = p.d.between(1, 4)
		}
		switch {
		case left > 0 && *auth > 1:
			b.WriteString("II")
			*auth, left = *auth-2, left-1
		case *unauth > 0 && p.d.chance(0.03+float64(*unauth)/100):
			b.WriteString(pick(p.d, `/O`, `U\`, "OO", `N\`))
			*unauth -= 1
		default:
			b.WriteString(`/\`)
		}
	}
	return b.String()
}

func contactColumn(i int, c family.Column) family.Column {
	if i == 1 {
		c += family.ColContact2Forename - family.ColContact1Forename
	}
	return c
}

// putContact fills a contact's columns.
func (p *printer) putContact(s *sheet, c *pupil, e *enrolment, i int, sc *school) {
	id := &e.contact[i]
	set := func(col family.Column, v string) { s.set(contactColumn(i, col), v) }
	set(family.ColContact1Forename, id.forename)
	set(family.ColContact1Surname, id.surname)
	set(family.ColContact1DOB, sc.style.date(id.dob))
	set(family.ColContact1Relationship, c.relation[i])
	set(family.ColContact1Phone, id.phone)
	switch c.relation[i] {
	case "mother", "father", "parent":
		set(family.ColContact1ParentalResponsibility, pickFor(id.person, "Y", "Y", "Y", ""))
	case "step-parent", "grandparent", "social-worker":
		set(family.ColContact1ParentalResponsibility, pickFor(id.person, "N", "N", ""))
	}
	home := p.w.people[c.pi].stays
	with := p.livesIn(id.person, home[len(home)-1].home)
	at := func() {
		set(family.ColContact1Address1, id.address1)
		if id.address2 != "" {
			set(family.ColContact1Address1, id.address1+", "+id.address2)
		}
		set(family.ColContact1Postcode, id.postcode)
		set(family.ColContact1UPRN, id.uprn)
	}
	switch n := int(id.person) % 10; {
	case with && n < 6:
		set(family.ColContact1SameAddress, "Y")
	case with && n < 8:
		set(family.ColContact1SameAddress, "Y")
		at()
	case with && n < 9:
		at()
	case !with && n < 6:
		set(family.ColContact1SameAddress, "N")
		at()
	case !with && n < 7:
		set(family.ColContact1SameAddress, "N")
	case !with && n < 8: // the office never asked
		set(family.ColContact1SameAddress, "Y")
	}
}

// pickFor picks by the person, so that a school says the same each term.
func pickFor(pi int32, choices ...string) string {
	return choices[int(pi)*7%len(choices)]
}
