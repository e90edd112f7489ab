package synth

import (
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// nominal is a person as the force's system holds them under one number.
type nominal struct {
	id identity
	at family.Date
}

// force writes the police feed.
type force struct {
	*printer
	s       *sheet
	style   style
	known   map[int32]*nominal
	rowdy   [][]int32 // by ward: people whom police meet often
	adults  []int32   // anybody over 15, as victims and witnesses
	serial  int
	eventNo int
}

func (p *printer) police(s *sheet) {
	f := &force{printer: p, s: s, known: map[int32]*nominal{}, style: style{upperSurname: true, plain: true, phone: 0},
		rowdy: make([][]int32, len(p.w.wards))}
	f.serial, f.eventNo = 2*p.from.people, 2*p.from.people // beyond those of the part before
	f.cast()
	for hi := p.from.homes; hi < p.to.homes; hi++ {
		f.atHome(int32(hi))
	}
	for i := p.from.people; i < p.to.people; i++ {
		f.outAndAbout(int32(i))
	}
}

// cast decides whom police meet often, and who may be a victim.
func (f *force) cast() {
	for i := f.from.people; i < f.to.people; i++ {
		p := &f.w.people[i]
		age := p.age(f.w.asAt)
		if p.professional || len(p.stays) == 0 || age < 10 {
			continue
		}
		t := f.w.homes[p.stays[len(p.stays)-1].home].trouble
		rate := 0.012 + 0.75*t*t*t
		if p.sex == 'M' && age >= 13 && age < 45 {
			rate *= 2.6
		}
		if age > 60 {
			rate *= 0.15
		}
		p.offender = float32(rate * f.d.ExpFloat64())
		if age >= 16 {
			f.adults = append(f.adults, int32(i))
		}
		if rate > 0.3 && f.d.chance(0.5) {
			wi := f.w.wardIndex(p.stays[len(p.stays)-1].dwelling)
			f.rowdy[wi] = append(f.rowdy[wi], int32(i))
		}
	}
}

// event is one occurrence; each person in it is a row.
type event struct {
	ref, kind, category, code, risk string
	at                              family.Date
	dwelling                        int32
}

func (f *force) newEvent(kind string, at family.Date, dwelling int32) event {
	f.eventNo++
	y, _, _ := at.Civil()
	e := event{ref: "HM/" + two(y%100) + "/" + f.number(f.eventNo), kind: kind, at: at, dwelling: dwelling}
	switch kind {
	case "asb":
		e.category = pick(f.d, "nuisance", "nuisance", "personal", "environmental")
	case "crime":
		e.code = pick(f.d, "8/01", "28A/01", "30C/01", "34B/02", "39/00", "46/00", "48/02", "58A/00", "66/91", "92A/01", "105A/01", "125/09")
	case "domestic_abuse":
		e.risk = pick(f.d, "standard", "standard", "medium", "high", "")
	case "missing":
		e.risk = pick(f.d, "medium", "high", "standard")
	}
	return e
}

func (f *force) number(n int) string { return f.w.asAt.String()[2:4] + pad(n, 6) }

func pad(n, width int) string {
	b := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		b[i], n = byte('0'+n%10), n/10
	}
	return string(b)
}

// row writes one person's part in an event; none for an event with nobody.
func (f *force) row(e *event, pi int32, role string) {
	s := f.s
	s.set(family.ColEventRef, e.ref)
	s.set(family.ColEventType, e.kind)
	s.set(family.ColCategory, e.category)
	s.set(family.ColOffenceCode, e.code)
	s.set(family.ColOccurredFrom, f.style.date(e.at))
	if f.d.chance(0.3) {
		s.set(family.ColOccurredTo, f.style.date(min(e.at+family.Date(f.d.IntN(3)), f.w.asAt)))
	}
	s.set(family.ColRecordedDate, f.style.date(min(e.at+family.Date(f.d.IntN(4)), f.w.asAt)))
	s.set(family.ColRole, role)
	s.set(family.ColRisk, e.risk)
	f.outcome(e, role)
	f.place(e)
	if pi == none {
		f.emit(s, f.next("POL-"))
		return
	}
	if s.vals[family.ColEventAddress1] != "" {
		f.met(pi, e.dwelling)
	}
	id := f.nominal(pi, e.at, role)
	s.person(id, &f.style)
	s.set(family.ColNominalID, id.nominal)
	s.set(family.ColAlias, id.alias)
	f.emit(s, f.next("POL-"), pi)
}

// outcome gives offenders an outcome that proves it and suspects one that
// does not.
func (f *force) outcome(e *event, role string) {
	code := ""
	switch {
	case role == "offender" && e.kind == "crime":
		code = pick(f.d, "1", "1", "1", "3", "8", "6")
		if f.d.chance(0.2) {
			code = "2"
		}
	case role == "suspect" && f.d.chance(0.8):
		code = pick(f.d, "14", "15", "16", "16", "18", "21")
	case role == "offender" && e.kind == "asb" && f.d.chance(0.3):
		f.s.set(family.ColOrderType, pick(f.d, "abc", "cpn", "cpn", "injunction", "cbo"))
	}
	if code == "" {
		return
	}
	f.s.set(family.ColOutcomeType, code)
	if on := e.at + family.Date(f.d.between(5, 180)); on <= f.w.asAt && f.d.chance(0.95) {
		f.s.set(family.ColOutcomeDate, f.style.date(on))
	}
}

func (f *force) place(e *event) {
	if e.dwelling == none || f.d.chance(0.06) {
		return
	}
	var id identity
	f.w.putAddress(f.d, &id, e.dwelling, &f.w.errors.police, &f.style)
	line := id.address1
	if id.address2 != "" {
		line += ", " + id.address2
	}
	f.s.set(family.ColEventAddress1, line)
	f.s.set(family.ColEventPostcode, id.postcode)
	f.s.set(family.ColEventUPRN, id.uprn)
}

// nominal finds the person in the force's system, or enters them once more.
func (f *force) nominal(pi int32, at family.Date, role string) *identity {
	n := f.known[pi]
	again := 0.22
	if role == "victim" || role == "witness" || role == "complainant" {
		again = 0.4
	}
	switch {
	case n == nil || f.d.chance(again):
		f.serial++
		n = &nominal{id: f.w.register(f.d, pi, at, &f.w.errors.police, &f.style), at: at}
		n.id.nominal = "N" + pad(f.serial*7+11, 8)
		f.mark(&n.id, pi, role)
		f.known[pi] = n
	case f.d.chance(0.35): // the same number with particulars taken anew
		fresh := f.w.register(f.d, pi, at, &f.w.errors.police, &f.style)
		fresh.nominal, fresh.pnc, fresh.alias = n.id.nominal, n.id.pnc, n.id.alias
		n.id, n.at = fresh, at
	}
	return &n.id
}

// mark adds what the force alone knows: its national number and aliases.
func (f *force) mark(id *identity, pi int32, role string) {
	p := &f.w.people[pi]
	if (role == "offender" || role == "suspect") && f.d.chance(0.55) {
		id.pnc = spoil(f.d, p.pnc, 0.02)
	}
	if (role == "offender" || role == "suspect") && f.d.chance(0.1) {
		first, last := p.first, p.surname
		switch f.d.IntN(3) {
		case 0:
			if p.pet != "" {
				first = p.pet
			}
		case 1:
			if p.maiden != "" {
				last = p.maiden
			}
		case 2:
			first, last = firstWord(p.middle), f.w.names.surname(f.d, p.origin)
		}
		id.alias = strings.TrimSpace(first + " " + strings.ReplaceAll(last, " ", "-"))
	}
}

// when is a day of the last three years, more often of late.
func (f *force) when() family.Date {
	span := f.d.Float64()
	if f.d.chance(0.4) {
		span *= 0.33
	}
	return f.w.asAt - family.Date(span*1095) - 1
}

// poisson draws a number of occurrences.
func (d dice) poisson(mean float64) int {
	n := 0
	for x := d.ExpFloat64(); x < mean && n < 40; x += d.ExpFloat64() {
		n++
	}
	return n
}

// atHome writes what happens at a household's address: abuse, neighbours'
// complaints, callouts, and gatherings of people who live elsewhere.
func (f *force) atHome(hi int32) {
	h := &f.w.homes[hi]
	t := h.trouble
	if len(h.members) == 0 || f.w.dwellings[h.homes[len(h.homes)-1].dwelling].outside {
		return
	}
	for range f.d.poisson(0.006 + 0.55*t*t) {
		f.abuse(hi)
	}
	if h.kind == kindPrivate && t > 0.5 && f.d.chance(0.1) {
		f.gathering(hi)
	}
	for range f.d.poisson(0.02 + 0.8*t*t) {
		f.complaint(hi)
	}
	for range f.d.poisson(0.02 + 0.15*t) {
		at := f.when()
		e := f.newEvent("callout", at, f.w.dwellingAt(hi, at))
		if m := f.someone(hi, at, 16); m != none {
			f.row(&e, m, pick(f.d, "subject", "other", "complainant"))
		} else {
			f.row(&e, none, "none")
		}
	}
}

// someone is a member of the household on a day, of at least an age.
func (f *force) someone(hi int32, at family.Date, age int) int32 {
	var list []int32
	for _, m := range f.w.homes[hi].members {
		if m.from <= at && (m.to == 0 || m.to > at) && f.w.people[m.person].age(at) >= age && f.w.people[m.person].alive(at) {
			list = append(list, m.person)
		}
	}
	if len(list) == 0 {
		return none
	}
	return list[f.d.IntN(len(list))]
}

// abuse writes a domestic abuse event: between partners, or by one who left.
func (f *force) abuse(hi int32) {
	h := &f.w.homes[hi]
	at := f.when()
	e := f.newEvent("domestic_abuse", at, f.w.dwellingAt(hi, at))
	var victim, offender int32 = none, none
	var children []int32
	for _, m := range h.members {
		p := &f.w.people[m.person]
		there := m.from <= at && (m.to == 0 || m.to > at) && p.alive(at)
		switch {
		case !there:
		case p.age(at) < 16:
			children = append(children, m.person)
		case p.sex == 'F' && victim == none && (m.rel == relSelf || m.rel == relPartner):
			victim = m.person
		case m.rel == relPartner || m.rel == relSelf:
			offender = m.person
		}
	}
	if offender == none && len(children) > 0 {
		if father := f.w.people[children[0]].father; father != none && f.w.people[father].alive(at) {
			offender = father
		}
	}
	if victim != none {
		f.row(&e, victim, "victim")
	}
	if offender != none && f.d.chance(0.85) {
		f.row(&e, offender, pick(f.d, "suspect", "offender", "suspect"))
	}
	for _, c := range children {
		if f.d.chance(0.6) {
			f.row(&e, c, "child_present")
		}
	}
}

// gathering makes a home the meeting place of drinkers or youths, each with a
// home of their own elsewhere.
func (f *force) gathering(hi int32) {
	wi := f.w.wardIndex(f.w.dwellingNow(hi))
	crowd := f.rowdy[wi]
	if len(crowd) == 0 {
		return
	}
	start := f.d.IntN(len(crowd))
	size := f.d.between(2, 5)
	for range f.d.between(2, 6) {
		at := f.when()
		e := f.newEvent(pick(f.d, "asb", "asb", "callout"), at, f.w.dwellingAt(hi, at))
		for i := range min(size, len(crowd)) {
			pi := crowd[(start+i)%len(crowd)]
			if f.d.chance(0.6) && f.w.people[pi].alive(at) && f.w.people[pi].age(at) >= 10 {
				f.row(&e, pi, pick(f.d, "subject", "offender", "subject", "suspect"))
			}
		}
		if m := f.someone(hi, at, 16); m != none && f.d.chance(0.5) {
			f.row(&e, m, pick(f.d, "complainant", "subject", "witness"))
		}
	}
}

// complaint writes neighbours' complaints about a household.
func (f *force) complaint(hi int32) {
	at := f.when()
	e := f.newEvent("asb", at, f.w.dwellingAt(hi, at))
	if m := f.someone(hi, at, 12); m != none && f.d.chance(0.7) {
		f.row(&e, m, pick(f.d, "offender", "offender", "subject", "suspect"))
	} else {
		f.row(&e, none, "none")
	}
	if f.d.chance(0.6) {
		f.row(&e, f.adults[f.d.IntN(len(f.adults))], "complainant")
	}
}

// outAndAbout writes a person's own events: as offender, victim, witness, or
// missing.
func (f *force) outAndAbout(pi int32) {
	p := &f.w.people[pi]
	age := p.age(f.w.asAt)
	if p.professional || len(p.stays) == 0 || age < 8 {
		return
	}
	for range f.d.poisson(float64(p.offender)) {
		f.offence(pi)
	}
	home := p.stays[len(p.stays)-1]
	if age < 18 && age >= 10 {
		t := f.w.homes[home.home].trouble
		for range f.d.poisson(0.004 + 0.35*t*t*t) {
			if at := f.when(); p.alive(at) {
				e := f.newEvent("missing", at, p.stayAt(at).dwelling)
				f.row(&e, pi, "missing_person")
			}
		}
	}
	if f.w.dwellings[home.dwelling].outside && !f.d.chance(0.3) {
		return
	}
	for range f.d.poisson(0.36) {
		at := f.when()
		if !p.alive(at) {
			continue
		}
		e := f.newEvent("crime", at, f.somewhere(p, at))
		f.row(&e, pi, pick(f.d, "victim", "victim", "victim", "witness"))
		if f.d.chance(0.1) {
			f.row(&e, none, "none")
		}
	}
}

func (f *force) somewhere(p *person, at family.Date) int32 {
	if f.d.chance(0.4) {
		return p.stayAt(at).dwelling
	}
	di := int32(f.d.IntN(f.to.dwellings))
	if f.w.dwellings[di].outside {
		return none
	}
	return di
}

func (f *force) offence(pi int32) {
	p := &f.w.people[pi]
	at := f.when()
	if !p.alive(at) || p.age(at) < 10 {
		return
	}
	kind := pick(f.d, "crime", "crime", "asb")
	role := pick(f.d, "offender", "suspect", "suspect")
	e := f.newEvent(kind, at, f.somewhere(p, at))
	f.row(&e, pi, role)
	if f.d.chance(0.25) { // with others
		crowd := f.rowdy[f.w.wardIndex(p.stayAt(at).dwelling)]
		if len(crowd) > 0 {
			if q := crowd[f.d.IntN(len(crowd))]; q != pi && f.w.people[q].alive(at) && f.w.people[q].age(at) >= 10 {
				f.row(&e, q, role)
			}
		}
	}
	if f.d.chance(0.3) {
		if v := f.adults[f.d.IntN(len(f.adults))]; v != pi && f.w.people[v].alive(at) && f.w.people[v].age(at) >= 10 {
			f.row(&e, v, "victim")
		}
	}
}
