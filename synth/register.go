package synth

import (
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// style is how one agency's system writes things.
type style struct {
	upperSurname, upperAll, lowerAll bool
	iso                              bool
	short                            bool // Rd for Road
	oneLine                          bool // "Flat 2, 9 Ash Road" in one column
	tightPostcode                    bool
	plain                            bool // no accents
	phone                            int
}

func (w *world) newStyle() style {
	return style{upperSurname: w.d.chance(0.25), upperAll: w.d.chance(0.08), lowerAll: w.d.chance(0.02), iso: w.d.chance(0.4),
		short: w.d.chance(0.3), oneLine: w.d.chance(0.5), tightPostcode: w.d.chance(0.12), plain: w.d.chance(0.6),
		phone: w.d.IntN(4)}
}

// profile is how often an agency writes what wrongly, or leaves it out: each a
// probability for one registration of one person.
type profile struct {
	typoFore, typoSur         float64
	nick, variant             float64
	swap, middleFirst, half   float64
	maiden                    float64 // an old surname kept on
	noFore                    float64 // a placeholder in place of a forename
	noDOB, dobSwap, dobDigit  float64
	dobYear, jan1, d1900      float64
	noSex, wrongSex           float64
	stale                     float64 // the address before the last move
	noAddress, noPC, badPC    float64
	oddAddress                float64 // a typo in the street, or another wording
	uprn, badUPRN             float64
	phone, sharedPhone, email float64
	middle, initial           float64
	knownAs, former           float64
	nino, nhs, upn, badID     float64
}

// Police write down what they are told at the door; landlords and DWP see
// papers; schools are told by parents.
var (
	schoolErrors = profile{typoFore: 0.022, typoSur: 0.022, nick: 0.03, variant: 0.05, swap: 0.006, middleFirst: 0.2, half: 0.15,
		maiden: 0.3, noDOB: 0.006, dobSwap: 0.008, dobDigit: 0.01, dobYear: 0.005, jan1: 0.003, noSex: 0.01, wrongSex: 0.003,
		stale: 0.16, noAddress: 0.04, noPC: 0.04, badPC: 0.03, oddAddress: 0.12, uprn: 0.5, badUPRN: 0.015, phone: 0.25,
		sharedPhone: 0.6, email: 0.02, middle: 0.55, initial: 0.1, knownAs: 0.5, former: 0.02, upn: 0.965, badID: 0.012}
	contactErrors = profile{typoFore: 0.05, typoSur: 0.045, nick: 0.13, variant: 0.1, swap: 0.008, middleFirst: 0.3, half: 0.2,
		maiden: 0.6, noFore: 0.02, noDOB: 0.88, dobSwap: 0.02, dobDigit: 0.02, dobYear: 0.02, jan1: 0.01, stale: 0.2,
		noPC: 0.15, badPC: 0.04, oddAddress: 0.15, uprn: 0.3, badUPRN: 0.02, phone: 0.62, sharedPhone: 0.05, badID: 0.02}
	policeErrors = profile{typoFore: 0.05, typoSur: 0.055, nick: 0.13, variant: 0.11, swap: 0.025, middleFirst: 0.35, half: 0.25,
		maiden: 0.4, noFore: 0.008, noDOB: 0.06, dobSwap: 0.022, dobDigit: 0.035, dobYear: 0.028, jan1: 0.02, d1900: 0.006,
		noSex: 0.04, wrongSex: 0.008, stale: 0.2, noAddress: 0.12, noPC: 0.1, badPC: 0.07, oddAddress: 0.22, uprn: 0.3, badUPRN: 0.03,
		phone: 0.3, sharedPhone: 0.08, email: 0.04, middle: 0.3, initial: 0.05, knownAs: 0.1, former: 0.02, badID: 0.02}
	housingErrors = profile{typoFore: 0.02, typoSur: 0.022, nick: 0.05, variant: 0.05, swap: 0.008, middleFirst: 0.2, half: 0.2,
		maiden: 0.4, noFore: 0.006, noDOB: 0.035, dobSwap: 0.013, dobDigit: 0.018, dobYear: 0.014, jan1: 0.012, d1900: 0.008,
		noSex: 0.12, wrongSex: 0.004, noPC: 0.02, badPC: 0.012, oddAddress: 0.08, uprn: 0.93, badUPRN: 0.006, phone: 0.4,
		sharedPhone: 0.2, email: 0.25, middle: 0.3, initial: 0.2, knownAs: 0.03, former: 0.05, nino: 0.38, badID: 0.02}
	benefitErrors = profile{typoFore: 0.012, typoSur: 0.014, nick: 0.02, variant: 0.035, swap: 0.01, middleFirst: 0.1, half: 0.12,
		maiden: 0.3, noDOB: 0.01, dobSwap: 0.008, dobDigit: 0.01, dobYear: 0.006, jan1: 0.008, noSex: 0.05, wrongSex: 0.002,
		stale: 0.14, noAddress: 0.05, noPC: 0.03, badPC: 0.02, oddAddress: 0.12, uprn: 0.3, badUPRN: 0.01, phone: 0.3,
		sharedPhone: 0.15, email: 0.2, middle: 0.4, initial: 0.2, former: 0.05, nino: 0.95, badID: 0.012}
	involvementErrors = profile{typoFore: 0.025, typoSur: 0.028, nick: 0.07, variant: 0.06, swap: 0.012, middleFirst: 0.25, half: 0.2,
		maiden: 0.4, noFore: 0.01, noDOB: 0.035, dobSwap: 0.014, dobDigit: 0.02, dobYear: 0.015, jan1: 0.012, d1900: 0.004,
		noSex: 0.05, wrongSex: 0.004, stale: 0.15, noAddress: 0.1, noPC: 0.05, badPC: 0.03, oddAddress: 0.15, uprn: 0.45, badUPRN: 0.012,
		phone: 0.3, sharedPhone: 0.15, email: 0.08, middle: 0.3, initial: 0.05, knownAs: 0.2, former: 0.05, nhs: 0.3, upn: 0.22,
		nino: 0.04, badID: 0.02}
)

// identity is a person as an agency wrote them down once; the rows of that
// agency repeat it.
type identity struct {
	person                    int32
	forename, middle, surname string
	knownAs, former           string
	dob                       family.Date
	sex                       string
	address1, address2, town  string
	postcode, uprn            string
	phone, email              string
	nino, nhs, upn, pnc, uln  string
	nominal, alias            string
}

// register writes a person down as an agency does on a day.
func (w *world) register(d dice, pi int32, at family.Date, pr *profile, st *style) identity {
	p := &w.people[pi]
	id := identity{person: pi}
	w.writeName(d, &id, p, at, pr)
	writeBirth(d, &id, p, pr)
	if id.dob > w.asAt { // no system takes a birth to come
		id.dob = p.dob
	}
	w.writeAddress(d, &id, p, at, pr, st)
	w.writeContact(d, &id, p, pr, st)
	writeNumbers(d, &id, p, pr)
	st.dress(&id)
	return id
}

func (w *world) writeName(d dice, id *identity, p *person, at family.Date, pr *profile) {
	id.forename, id.surname = p.first, p.surnameAt(at)
	if p.middle != "" && d.chance(pr.middle) {
		id.middle = p.middle
		if d.chance(pr.initial) {
			id.middle = p.middle[:1]
		}
	}
	if p.maiden != "" && at >= p.changed && at-p.changed < 4*365 && d.chance(pr.maiden) {
		id.surname = p.maiden
	} else if p.maiden != "" && id.surname == p.surname && d.chance(pr.former+0.02) {
		if d.chance(pr.former) {
			id.former = p.maiden
		} else if d.chance(pr.maiden) {
			id.surname = p.maiden
		}
	}
	w.callByOther(d, id, p, pr)
	if a, b, ok := strings.Cut(id.surname, "-"); ok && d.chance(pr.half) {
		id.surname = pick(d, a, b, a+" "+b)
	}
	if v, ok := w.names.variant(d, id.surname); ok && d.chance(pr.variant) {
		id.surname = v
	}
	if d.chance(pr.typoFore) {
		id.forename = typo(d, id.forename)
	}
	if d.chance(pr.typoSur) {
		id.surname = typo(d, id.surname)
	}
	if d.chance(pr.swap) {
		id.forename, id.surname = id.surname, id.forename
	}
	if d.chance(pr.noFore) {
		id.forename = pick(d, "UNKNOWN", "N/K", "Not Known", "")
		if p.dob > at-120 && p.dob <= at {
			id.forename = "BABY"
		}
	}
}

// callByOther puts the name that people use, or a spelling of it, first.
func (w *world) callByOther(d dice, id *identity, p *person, pr *profile) {
	switch {
	case p.usesMiddle && d.chance(pr.middleFirst):
		id.forename, id.middle = firstWord(p.middle), ""
	case p.usesMiddle && d.chance(pr.knownAs):
		id.knownAs = firstWord(p.middle)
	case p.pet != "" && d.chance(min(1, 2.2*pr.nick)):
		id.forename = p.pet
	case p.pet != "" && d.chance(pr.knownAs):
		id.knownAs = p.pet
	case p.pet == "" && d.chance(pr.nick/4):
		id.forename, _ = w.names.nick(d, id.forename)
	}
	if d.chance(pr.variant) {
		id.forename, _ = w.names.variant(d, id.forename)
	}
}

func writeBirth(d dice, id *identity, p *person, pr *profile) {
	id.dob = p.dob
	y, m, day := p.dob.Civil()
	switch x := d.Float64(); {
	case x < pr.noDOB:
		id.dob = 0
	case x < pr.noDOB+pr.dobSwap:
		if swapped := family.NewDate(y, day, m); swapped != 0 {
			id.dob = swapped
		}
	case x < pr.noDOB+pr.dobSwap+pr.dobDigit:
		id.dob = slipDate(d, p.dob)
	case x < pr.noDOB+pr.dobSwap+pr.dobDigit+pr.dobYear:
		id.dob = family.NewDate(y+pick(d, -1, 1), m, min(day, 28))
	case x < pr.noDOB+pr.dobSwap+pr.dobDigit+pr.dobYear+pr.jan1:
		id.dob = family.NewDate(y+pick(d, 0, 0, 0, -1, 1), 1, 1)
	case x < pr.noDOB+pr.dobSwap+pr.dobDigit+pr.dobYear+pr.jan1+pr.d1900:
		id.dob = family.NewDate(1900, 1, 1)
	}
	switch {
	case d.chance(pr.noSex):
	case d.chance(pr.wrongSex):
		id.sex = string("MF"[btoi(p.sex == 'M')])
	default:
		id.sex = string(p.sex)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// slipDate writes one digit of a date wrongly, so that a date still results.
func slipDate(d dice, dob family.Date) family.Date {
	for range 10 {
		s := slipDigit(d, dob.String())
		if out, err := family.ParseDate(s); err == nil && out < dob+12000 && out > dob-12000 && out.Year() > 1905 {
			return out
		}
	}
	return dob
}

func (w *world) writeAddress(d dice, id *identity, p *person, at family.Date, pr *profile, st *style) {
	s := p.stayAt(at)
	if s.dwelling == none || d.chance(pr.noAddress) {
		return
	}
	if len(p.stays) > 1 && d.chance(pr.stale) {
		for i := range p.stays {
			if p.stays[i].from == s.from && i > 0 && at-s.from < 1000 {
				s = p.stays[i-1]
				break
			}
		}
	}
	if other := w.secondHome(id.person); other != none && d.chance(pr.stale) {
		s.dwelling = other
		w.people[id.person].second = true
	}
	w.putAddress(d, id, s.dwelling, pr, st)
}

// secondHome is where a child also lives whose father shares the care from a
// home of his own; none for all others. About every other such child does.
func (w *world) secondHome(pi int32) int32 {
	p := &w.people[pi]
	if p.father == none || pi%2 == 0 && !w.shared[pi] || p.age(w.asAt) >= 18 {
		return none
	}
	home, ok := p.now()
	his, lives := w.people[p.father].now()
	if !ok || !lives || his.home == home.home || w.dwellings[his.dwelling].outside {
		return none
	}
	return his.dwelling
}

// putAddress writes a dwelling's address with the agency's faults.
func (w *world) putAddress(d dice, id *identity, di int32, pr *profile, st *style) {
	dw := &w.dwellings[di]
	id.address1, id.address2 = w.lines(dw)
	id.town, id.postcode = w.streets[dw.street].town, dw.postcode
	if dw.sub != "" && st.oneLine {
		id.address1, id.address2 = id.address1+pick(d, ", ", " ")+id.address2, ""
	}
	if d.chance(pr.oddAddress) {
		id.address1 = w.reword(d, id.address1)
	}
	if d.chance(pr.noPC) {
		id.postcode = ""
	} else if d.chance(pr.badPC) {
		id.postcode = wrongPostcode(d, id.postcode)
	}
	if d.chance(pr.uprn) {
		id.uprn = dw.uprn
		if d.chance(pr.badUPRN) {
			id.uprn = slipDigit(d, id.uprn)
		} else if dw.parent != none && d.chance(0.06) {
			id.uprn = w.dwellings[dw.parent].uprn
		}
	}
}

// reword writes an address line another way.
func (w *world) reword(d dice, s string) string {
	switch d.IntN(4) {
	case 0:
		return typo(d, s)
	case 1:
		return strings.ReplaceAll(strings.Replace(s, "Flat ", pick(d, "Apartment ", "Apt ", "Fl "), 1), ",", "")
	case 2:
		return strings.Replace(s, " ", ", ", 1)
	}
	return shorten(s)
}

func wrongPostcode(d dice, s string) string {
	switch d.IntN(4) {
	case 0:
		return slipDigit(d, s)
	case 1: // the outward part only
		return strings.Fields(s + " ")[0]
	case 2:
		return pick(d, "ZZ99 3VZ", "ZZ99 3WZ", "N/K")
	}
	b := []byte(s)
	b[len(b)-1-d.IntN(2)] = inwardLetters[d.IntN(20)]
	return string(b)
}

func (w *world) writeContact(d dice, id *identity, p *person, pr *profile, st *style) {
	phone := p.phone
	if (phone == "" || d.chance(0.06)) && d.chance(pr.sharedPhone) { // a parent's or partner's
		phone = w.familyPhone(p)
	}
	if phone != "" && d.chance(pr.phone) {
		id.phone = phone
		if d.chance(pr.badID) {
			id.phone = slipDigit(d, phone)
		}
		id.phone = st.writePhone(id.phone)
	}
	if d.chance(pr.email) {
		id.email = p.email
	}
}

// familyPhone is the telephone of the first adult whom the person lives with.
func (w *world) familyPhone(p *person) string {
	if len(p.stays) == 0 {
		return ""
	}
	for _, m := range w.homes[p.stays[len(p.stays)-1].home].members {
		if q := &w.people[m.person]; q.phone != "" {
			return q.phone
		}
	}
	return ""
}

func writeNumbers(d dice, id *identity, p *person, pr *profile) {
	if d.chance(pr.nino) {
		id.nino = spoil(d, p.nino, pr.badID)
		if p.nino != "" && d.chance(0.008) {
			y, m, day := p.dob.Civil()
			id.nino = "TN" + two(day) + two(m) + two(y%100) + string(p.sex)
		}
	}
	if d.chance(pr.nhs) {
		id.nhs = spoil(d, p.nhs, pr.badID)
	}
	if d.chance(pr.upn) {
		id.upn = spoil(d, p.upn, pr.badID)
		if p.upn != "" && d.chance(0.004) {
			id.upn = pick(d, "UN1", "UN2", "UN5")
		}
	}
	if p.uln != "" && d.chance(pr.upn*0.3) {
		id.uln = spoil(d, p.uln, pr.badID)
	}
}

func two(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// spoil writes a number wrongly with probability p.
func spoil(d dice, s string, p float64) string {
	if s != "" && d.chance(p) {
		return slipDigit(d, s)
	}
	return s
}
