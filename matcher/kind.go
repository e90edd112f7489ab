package matcher

import (
	"strconv"
	"strings"
)

// Kind says what a column's values are and so how two cells compare.
type Kind uint8

// The kinds of column. The values of Keys and Identifier columns are sets; in
// the others the first value leads and the rest are alternatives.
const (
	Forename   Kind = iota + 1 // capital ASCII letters, see fold
	Surname                    // likewise
	Date                       // YYYY-MM-DD
	Code                       // a small set, such as M and F
	Postcode                   // canonical: outward code, space, inward code
	Identifier                 // a number that only one person has
	Keys                       // places, phones, contexts that several people share
	Span                       // FROM/TO dates within which the person was born
	Role                       // OCCASION=ROLE where one person has the role
	Text                       // folded words: a place, a street, an occupation
	Address                    // folded words and numbers: an address line
	Number                     // digits: a house number, a year, an age
	Email                      // lower case: local part, at, domain
	Phone                      // digits of the national number
	Point                      // LATITUDE,LONGITUDE in decimal degrees
)

func (k Kind) set() bool { return k == Keys || k == Identifier || k == Postcode || k == Role }

// Level is how well two cells agree; 0 means that one of them is missing.
type Level uint8

// The levels of names.
const (
	NameSame Level = iota + 1
	NameOther
	NameSwapped
	NameNickname
	NameClose
	NameSimilar
	NameSound
	NameInitial
	NameDiffers
)

// The levels of dates of birth.
const (
	DateSame Level = iota + 1
	DateOther
	DateSwapped
	DateDigit
	DateTransposed
	DatePlaceholder
	DatePartly
	DateDiffers
	DateGeneration
)

// The levels of codes and keys.
const (
	Agrees Level = iota + 1
	Differs
)

// The levels of spans of birth, with the sex beside them.
const (
	SpanFitsSame  Level = iota + 1 // fits, and the sex is the same
	SpanFits                       // fits, a sex is not known
	SpanFitsOther                  // fits, and the sex differs
	SpanDiffers
)

// The levels of identifiers.
const (
	IDSame Level = iota + 1
	IDEdit
	IDDiffers
)

// The levels of postcodes.
const (
	PostSame Level = iota + 1
	PostEdit
	PostSector
	PostDistrict
	PostDiffers
)

var levelNames = map[Kind][]string{
	Forename:   {"missing", "same", "another name is the same", "forename and surname swapped", "short form", "nearly the same", "similar", "sounds alike", "initial agrees", "differs"},
	Date:       {"missing", "same", "another date given is the same", "day and month swapped", "one digit differs", "two digits swapped", "1 January of the same year", "partly agrees", "differs", "a generation apart"},
	Code:       {"missing", "same", "differs"},
	Postcode:   {"missing", "same", "one character differs", "same sector", "same district", "differs"},
	Identifier: {"missing", "same", "one character differs", "differs"},
	Keys:       {"missing", "shared", "none shared"},
	Span:       {"missing", "fits, same sex", "fits", "fits, other sex", "does not fit"},
	Role:       {"missing", "same", "differs"},
	Text:       {"missing", "same", "differs"},
	Address:    {"missing", "same", "differs"},
	Number:     {"missing", "same", "differs"},
	Email:      {"missing", "same", "differs"},
	Phone:      {"missing", "same", "differs"},
	Point:      {"missing", "same", "differs"},
}

// levels returns how many levels the kind has, missing included.
func (k Kind) levels() int { return len(k.names()) }

func (k Kind) names() []string {
	if k == Surname {
		return levelNames[Forename]
	}
	return levelNames[k]
}

// LevelName returns the plain words for a level of the kind.
func (k Kind) LevelName(l Level) string {
	if n := k.names(); int(l) < len(n) {
		return n[l]
	}
	return ""
}

// prepared holds what comparisons and blocking need of each value of a column,
// worked out once.
type prepared struct {
	hash  []uint64
	sound []uint64 // names: hash of the Soundex code, 0 for none
	mask  []uint32 // names: the letters that occur
	nick  [][]uint16
	date  []civil
	span  [][2]int32
	event []uint64 // roles: hash of the occasion
}

// civil is a date taken apart.
type civil struct {
	y, m, d int16
	days    int32 // proportional: enough to order and to measure gaps
}

func prepare(kind Kind, text []string) *prepared {
	p := &prepared{hash: make([]uint64, len(text))}
	for i, s := range text {
		p.hash[i] = hashText(s)
	}
	switch kind {
	case Forename, Surname:
		p.names(text)
	case Date:
		p.date = make([]civil, len(text))
		for i, s := range text {
			p.date[i] = parseCivil(s)
		}
	case Role:
		p.event = make([]uint64, len(text))
		for i, s := range text {
			event, _, _ := strings.Cut(s, "=")
			p.event[i] = hashText(event)
		}
	case Span:
		p.span = make([][2]int32, len(text))
		for i, s := range text {
			if len(s) == 21 {
				p.span[i] = [2]int32{parseCivil(s[:10]).days, parseCivil(s[11:]).days}
			}
		}
	}
	return p
}

func (p *prepared) names(text []string) {
	p.sound = make([]uint64, len(text))
	p.mask = make([]uint32, len(text))
	p.nick = make([][]uint16, len(text))
	for i, s := range text {
		if code := Soundex(s); code != "" {
			p.sound[i] = hashText(code)
		}
		for j := range len(s) {
			if s[j] >= 'A' && s[j] <= 'Z' {
				p.mask[i] |= 1 << (s[j] - 'A')
			}
		}
		p.nick[i] = nicknames[s]
	}
}

// parseCivil reads YYYY-MM-DD; anything else is the zero value.
func parseCivil(s string) civil {
	if len(s) != 10 {
		return civil{}
	}
	y, errY := strconv.Atoi(s[:4])
	m, errM := strconv.Atoi(s[5:7])
	d, errD := strconv.Atoi(s[8:])
	if errY != nil || errM != nil || errD != nil {
		return civil{}
	}
	return civil{int16(y), int16(m), int16(d), int32(y*372 + m*31 + d)}
}

// hashText is FNV-1a with a final mix; blank is 0.
func hashText(s string) uint64 {
	if s == "" {
		return 0
	}
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

// mix spreads a word's bits (the finisher of SplitMix64).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
