package synth

import (
	"fmt"
	"math"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Noise says what errors the agencies make. The people are the same with
// either, though not all whom the police or the services meet, so that what was
// tuned on the one can be measured on the other.
type Noise uint8

// The noises.
const (
	// Usual is the noise that everything was tuned on.
	Usual Noise = iota
	// Other is about half as much again of nearly every error, in other
	// proportions, fewer identifiers and phones, and other slips: letters and
	// digits that a scanner mistakes, vowels left out, names cut short.
	Other
)

// ParseNoise reads "usual" or "other".
func ParseNoise(s string) (Noise, error) {
	switch s {
	case "usual":
		return Usual, nil
	case "other":
		return Other, nil
	}
	return 0, fmt.Errorf("synth: the noise must be usual or other: %w", family.ErrInvalid)
}

// clerks are the errors of each agency.
type clerks struct {
	school, contact, police, housing, benefit, involvement profile
}

func (n Noise) clerks() clerks {
	c := clerks{schoolErrors, contactErrors, policeErrors, housingErrors, benefitErrors, involvementErrors}
	if n == Other {
		for _, p := range []*profile{&c.school, &c.contact, &c.police, &c.housing, &c.benefit, &c.involvement} {
			p.worsen()
		}
	}
	return c
}

// worsen makes a profile that of the other noise.
func (p *profile) worsen() {
	for _, x := range []struct {
		rate  *float64
		times float64
	}{
		{&p.typoFore, 1.6}, {&p.typoSur, 1.7}, {&p.nick, 1.3}, {&p.variant, 1.4}, {&p.swap, 1.6}, {&p.middleFirst, 1.3}, {&p.half, 1.5},
		{&p.maiden, 1.3}, {&p.noFore, 1.4}, {&p.noDOB, 1.2}, {&p.dobSwap, 1.7}, {&p.dobDigit, 1.6}, {&p.dobYear, 1.6}, {&p.jan1, 1.9},
		{&p.d1900, 1.5}, {&p.noSex, 1.5}, {&p.wrongSex, 2}, {&p.stale, 1.5}, {&p.noAddress, 1.4}, {&p.noPC, 1.5}, {&p.badPC, 1.7},
		{&p.oddAddress, 1.5}, {&p.badUPRN, 1.6}, {&p.badID, 1.6}, {&p.initial, 1.5}, {&p.sharedPhone, 1.3},
		{&p.uprn, 0.8}, {&p.phone, 0.85}, {&p.email, 0.8}, {&p.nino, 0.8}, {&p.nhs, 0.8}, {&p.upn, 0.8}, {&p.knownAs, 0.7}, {&p.middle, 0.8},
	} {
		*x.rate = 1 - math.Pow(1-*x.rate, x.times)
	}
}

// mistaken are letters and digits that a scanner takes for others.
var mistaken = [][2]string{{"rn", "m"}, {"m", "rn"}, {"cl", "d"}, {"d", "cl"}, {"u", "v"}, {"v", "u"}, {"n", "h"}, {"h", "b"}, {"e", "c"},
	{"c", "e"}, {"a", "o"}, {"o", "a"}, {"l", "i"}, {"i", "l"}, {"t", "f"}, {"f", "t"}, {"w", "vv"}, {"nn", "n"}}

// digitsTaken is what each digit, from 0, is taken for.
const digitsTaken = "8725658134"

// misread writes a word as the other noise does, at least three letters long.
func misread(d dice, s string) string {
	switch d.weighted(40, 25, 15, 20) {
	case 0:
		start := d.IntN(len(mistaken))
		for i := range mistaken {
			m := mistaken[(start+i)%len(mistaken)]
			if at := strings.Index(s[1:], m[0]); at >= 0 {
				return s[:at+1] + m[1] + s[at+1+len(m[0]):]
			}
		}
	case 1: // a vowel left out
		if at := strings.LastIndexAny(s[1:len(s)-1], "aeiou"); at >= 0 {
			return s[:at+1] + s[at+2:]
		}
	case 2: // no more room in the field
		if r := []rune(s); len(r) > 7 {
			return string(r[:7])
		}
	case 3: // one letter of two
		for i := 1; i < len(s); i++ {
			if s[i] == s[i-1] {
				return s[:i] + s[i+1:]
			}
		}
	}
	return s
}
