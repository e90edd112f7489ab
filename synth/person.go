package synth

import (
	"fmt"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// none is the index of nobody and nothing.
const none = int32(-1)

// person is one simulated individual.
type person struct {
	first, middle, surname string
	maiden                 string      // the surname before changed, if it changed
	changed                family.Date // the day that the surname changed
	pet                    string      // what people call them, if not the first name
	usesMiddle             bool        // goes by the middle name
	dob, died              family.Date
	sex                    byte
	origin                 origin
	mother, father         int32
	stays                  []stay
	phone, email           string
	nino, upn, nhs         string
	pnc, uln               string
	offender               float32 // how often police meet them
	professional           bool    // known only through work
	seen                   bool    // described by at least one row
	second                 bool    // at least one row tells of the second home
}

// stay is a time at a dwelling as part of a household.
type stay struct {
	home     int32 // household
	dwelling int32
	from, to family.Date // to 0: still there
}

func (p *person) alive(at family.Date) bool { return p.died == 0 || p.died > at }

func (p *person) age(at family.Date) int { return p.dob.AgeAt(at) }

// surnameAt is the surname borne on a day.
func (p *person) surnameAt(at family.Date) string {
	if p.maiden != "" && at < p.changed {
		return p.maiden
	}
	return p.surname
}

// stayAt is where the person lived on a day; the nearest stay if none fits.
func (p *person) stayAt(at family.Date) stay {
	best := stay{home: none, dwelling: none}
	for _, s := range p.stays {
		if s.from <= at || best.dwelling == none {
			best = s
		}
	}
	return best
}

// now is the person's present stay; false for the dead and those without one.
func (p *person) now() (stay, bool) {
	if p.died != 0 || len(p.stays) == 0 {
		return stay{}, false
	}
	s := p.stays[len(p.stays)-1]
	return s, s.to == 0
}

// personID names a person in the truth files.
func personID(i int32) string { return fmt.Sprintf("T%07d", i+1) }

func householdID(i int32) string { return fmt.Sprintf("F%07d", i+1) }

// newPerson adds somebody born on dob, with identifiers of their own.
func (w *world) newPerson(sex byte, dob family.Date, o origin, surname string) int32 {
	p := person{sex: sex, dob: dob, origin: o, surname: gendered(surname, o, sex), mother: none, father: none}
	year := dob.Year()
	p.first = w.names.forename(w.d, o, sex, year)
	w.giveMiddle(&p, year)
	if pets := w.names.nickname[p.first]; len(pets) > 0 && w.d.chance(0.35) {
		p.pet = pick(w.d, pets...)
	} else if p.middle != "" && w.d.chance(0.03) {
		p.usesMiddle = true
	}
	w.giveIdentifiers(&p)
	w.people = append(w.people, p)
	return int32(len(w.people) - 1)
}

// giveMiddle follows what families of the origin do.
func (w *world) giveMiddle(p *person, year int) {
	share := 0.68
	switch p.origin {
	case indian:
		if w.d.chance(0.45) {
			p.middle = "Singh"
			if p.sex == 'F' {
				p.middle = "Kaur"
			}
			return
		}
		share = 0.15
	case southAsian:
		if p.sex == 'M' && w.d.chance(0.22) { // Mohammed first, called by the second name
			p.middle, p.first = p.first, pick(w.d, "Mohammed", "Muhammad", "Mohammed")
			p.usesMiddle = w.d.chance(0.5)
			return
		}
		share = 0.15
	case arabic, eastEurope, chinese:
		share = 0.25
	}
	if !w.d.chance(share) {
		return
	}
	p.middle = w.names.forename(w.d, p.origin, p.sex, year-25*w.d.IntN(2))
	if w.d.chance(0.08) {
		p.middle += " " + w.names.forename(w.d, p.origin, p.sex, year)
	}
}

func (w *world) giveIdentifiers(p *person) {
	age := p.age(w.asAt)
	p.nhs = makeNHS(w.d)
	if age >= 15 {
		p.nino = makeNINO(w.d)
	}
	if age >= 3 && age <= 21 {
		p.upn = makeUPN(w.d, p.dob.Year()+4)
	}
	if age >= 14 && age <= 24 {
		p.uln = makeULN(w.d)
	}
	if age >= 13 {
		w.givePhone(p)
	}
	p.pnc = makePNC(w.d, w.asAt.Year()-w.d.IntN(8))
}

func (w *world) givePhone(p *person) {
	if w.d.chance(0.94) {
		p.phone = "07" + w.d.digits(9)
	}
	if w.d.chance(0.6) {
		p.email = strings.ToLower(firstWord(plainLetters(p.first))+pick(w.d, ".", "", "_")+firstWord(plainLetters(p.surname))) +
			pick(w.d, "", w.d.digits(2), w.d.digits(3)) + "@" + pick(w.d, "mail.example", "post.example", "inbox.example")
	}
}

func firstWord(s string) string {
	if i := strings.IndexAny(s, " -"); i > 0 {
		return s[:i]
	}
	return s
}

func plainLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && r != '\'' {
			return r
		}
		return accentless(r)
	}, s)
}

// accentless maps the accented letters of the name lists to plain ones.
func accentless(r rune) rune {
	const from, to = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáéíúöüňěščřžýď", "acelnoszzACELNOSZZaeiuounescrzyd"
	i := 0
	for _, f := range from {
		if f == r {
			return rune(to[i])
		}
		i++
	}
	return -1
}

func makeNHS(d dice) string {
	for {
		s := "4" + d.digits(8)
		sum := 0
		for i := range 9 {
			sum += int(s[i]-'0') * (10 - i)
		}
		if c := (11 - sum%11) % 11; c < 10 {
			return s + string(rune('0'+c))
		}
	}
}

func makeNINO(d dice) string {
	for {
		s := string(rune('A'+d.IntN(26))) + string(rune('A'+d.IntN(26))) + d.digits(6) + pick(d, "A", "B", "C", "D")
		if family.NINO(s) != "" {
			return s
		}
	}
}

func makeUPN(d dice, year int) string {
	body := fmt.Sprintf("888%04d%02d%03d", d.between(2000, 4999), year%100, d.IntN(1000))
	sum := 0
	for i := range body {
		sum += int(body[i]-'0') * (i + 2)
	}
	return string("ABCDEFGHJKLMNPQRTUVWXYZ"[sum%23]) + body
}

func makeULN(d dice) string {
	for {
		s := pick(d, "1", "2", "3", "7", "9") + d.digits(8)
		sum := 0
		for i := range 9 {
			sum += int(s[i]-'0') * (10 - i)
		}
		if r := sum % 11; r > 0 {
			return s + string(rune('0'+10-r))
		}
	}
}

func makePNC(d dice, year int) string {
	serial := d.IntN(600000) + 1
	n := year%100*10000000 + serial
	return fmt.Sprintf("%04d/%07d%c", year, serial, "ZABCDEFGHJKLMNPQRTUVWXY"[n%23])
}
