package people

import (
	"math/rand/v2"
	"strings"
)

// clerk writes down what people say, with errors. Rates are for noise 1.
type clerk struct {
	*rand.Rand
	noise float64
}

// slips is true with probability p times the noise.
func (c *clerk) slips(p float64) bool { return c.Float64() < p*c.noise }

// word writes a name or a street, at times wrongly.
func (c *clerk) word(s string, rate float64) string {
	if len(s) < 3 || !c.slips(rate) {
		return s
	}
	s = c.typo(s)
	if c.slips(0.08) {
		s = c.typo(s)
	}
	return s
}

var sounds = [][2]string{{"ph", "f"}, {"ck", "k"}, {"ie", "y"}, {"ee", "ea"}, {"c", "k"}, {"s", "z"}, {"ll", "l"}, {"nn", "n"},
	{"tt", "t"}, {"ou", "u"}, {"i", "y"}, {"y", "i"}, {"oo", "u"}, {"sh", "s"}, {"th", "t"}, {"v", "w"}, {"ei", "ie"}, {"ai", "ay"}}

func (c *clerk) typo(s string) string {
	b := []byte(s)
	i := 1 + c.IntN(len(b)-1)
	if c.IntN(8) == 0 {
		i = 0
	}
	letter := byte('a' + c.IntN(26))
	switch c.IntN(6) {
	case 0:
		b[i] = letter
	case 1:
		b = append(b[:i], append([]byte{letter}, b[i:]...)...)
	case 2:
		b = append(b[:i], b[i+1:]...)
	case 3:
		if i+1 < len(b) {
			b[i], b[i+1] = b[i+1], b[i]
		}
	case 4:
		b = append(b[:i], append([]byte{b[i]}, b[i:]...)...)
	default:
		at := c.IntN(len(sounds))
		for k := range sounds {
			if p := sounds[(at+k)%len(sounds)]; strings.Contains(s[1:], p[0]) {
				return s[:1] + strings.Replace(s[1:], p[0], p[1], 1)
			}
		}
	}
	return string(b)
}

// digits writes a number, at times wrongly in one digit or two.
func (c *clerk) digits(s string, rate float64) string {
	if !c.slips(rate) {
		return s
	}
	b := []byte(s)
	for range 20 {
		i := c.IntN(len(b))
		if b[i] < '0' || b[i] > '9' {
			continue
		}
		if i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '9' && b[i] != b[i+1] && c.IntN(3) == 0 {
			b[i], b[i+1] = b[i+1], b[i]
		} else {
			b[i] = '0' + (b[i]-'0'+byte(1+c.IntN(9)))%10
		}
		break
	}
	return string(b)
}

// date returns what is written for a birthday; year 0 if nothing.
func (c *clerk) date(y, m, d int) (year, month, day int) {
	switch {
	case c.slips(0.025):
		return 0, 0, 0
	case c.slips(0.008):
		return y, 1, 1
	case d <= 12 && c.slips(0.012):
		return y, d, m
	case c.slips(0.012):
		return y, m, min(28, max(1, d+[]int{-1, 1, 10, -10}[c.IntN(4)]))
	case c.slips(0.006):
		return y, 1 + c.IntN(12), d
	case c.slips(0.012):
		return y + []int{-10, -1, 1, 10}[c.IntN(4)], m, d
	case c.slips(0.003):
		return 1930 + c.IntN(80), 1 + c.IntN(12), 1 + c.IntN(28)
	}
	return y, m, d
}

// said is one description of a person, before it is laid out in columns.
type said struct {
	forename, middle, surname, sex, phone, email, ssn string
	year, month, day                                  int
	at                                                place
}

// describe writes one person down once.
func (c *clerk) describe(h *home, p *human) said {
	s := said{forename: p.forename, middle: p.middle, surname: p.surname, sex: string(p.sex),
		phone: p.phone, email: p.email, ssn: p.ssn, at: h.now}
	if h.moved && c.Float64() < 0.35 {
		s.at = h.before
	}
	c.names(&s, p)
	s.year, s.month, s.day = c.date(p.year, p.month, p.day)
	if c.slips(0.04) {
		s.sex = ""
	} else if c.slips(0.004) {
		s.sex = map[string]string{"M": "F", "F": "M"}[s.sex]
	}
	c.contact(&s, p)
	c.address(&s.at)
	return s
}

func (c *clerk) names(s *said, p *human) {
	if p.called != "" && c.Float64() < 0.35 {
		s.forename = p.called
	}
	if p.middle != "" && c.slips(0.01) {
		s.forename = p.middle
	}
	if p.former != "" && c.Float64() < 0.3 {
		s.surname = p.former
	}
	if a, b, ok := strings.Cut(s.surname, "-"); ok && c.Float64() < 0.4 {
		s.surname = []string{a, b, a + " " + b}[c.IntN(3)]
	}
	s.forename, s.surname = c.word(s.forename, 0.05), c.word(s.surname, 0.05)
	switch {
	case c.slips(0.006):
		s.forename, s.surname = s.surname, s.forename
	case c.slips(0.012):
		s.forename = s.forename[:1]
	case c.slips(0.006):
		s.forename = ""
	case c.slips(0.004):
		s.surname = ""
	}
	if c.Float64() < 0.08 {
		s.forename, s.surname = strings.ToUpper(s.forename), strings.ToUpper(s.surname)
	}
}

func (c *clerk) contact(s *said, p *human) {
	if p.oldPhone != "" && c.Float64() < 0.4 {
		s.phone = p.oldPhone
	}
	if c.Float64() < 0.3 {
		s.phone = ""
	}
	if s.phone != "" {
		s.phone = c.digits(s.phone, 0.02)
	}
	if c.Float64() < 0.35 {
		s.email = ""
	}
	if s.email != "" {
		user, host, _ := strings.Cut(s.email, "@")
		s.email = c.word(user, 0.03) + "@" + host
	}
	if c.Float64() < 0.3 {
		s.ssn = ""
	} else {
		s.ssn = c.digits(s.ssn, 0.02)
	}
}

func (c *clerk) address(a *place) {
	a.street, a.town = c.word(a.street, 0.05), c.word(a.town, 0.03)
	a.number = c.digits(a.number, 0.01)
	a.code = c.digits(a.code, 0.02)
	if c.slips(0.04) {
		a.code = ""
	}
	if c.slips(0.05) {
		*a = place{code: a.code, town: a.town, state: a.state}
	}
	if a.flat != "" && c.slips(0.15) {
		a.flat = ""
	}
}
