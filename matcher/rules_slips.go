package matcher

import (
	"slices"
	"strings"
)

// slips are beliefs about how two records of one person differ in a column that
// both have: the probability of each way, before any data.
type slips struct {
	edit    float64 // a character wrong, left out, added or exchanged
	other   float64 // another value altogether
	word    float64 // a word left out, or all in another order
	short   float64 // cut short: the initial of a name, the year of a date
	swapped float64 // day and month exchanged
	near    float64 // the year of a date wrong
}

// kindSlips are rounded from what is commonly reported of administrative
// records; no data set was used to set them.
var kindSlips = map[Kind]slips{
	Forename:   {edit: .05, other: .05, word: .03, short: .02},
	Surname:    {edit: .05, other: .05, word: .02},
	Date:       {edit: .03, other: .02, short: .01, swapped: .015, near: .01},
	Code:       {other: .03},
	Postcode:   {edit: .03, other: .02},
	Identifier: {edit: .02, other: .01},
	Keys:       {other: .25},
	Role:       {other: .2},
	Text:       {edit: .06, other: .12, word: .06},
	Address:    {edit: .08, other: .03, word: .12},
	Number:     {edit: .03, other: .10},
	Email:      {edit: .03, other: .25},
	Phone:      {edit: .02, other: .25},
	Point:      {other: .05},
}

const (
	// moved is how often the two records give different homes.
	moved = .25
	// namesSwapped is how often forename and surname have changed places.
	namesSwapped = .01
)

// care says how many more slips than believed a pair's records have: most
// errors are in few records, so that they come together.
func care(u float64) float64 {
	switch {
	case u < .5:
		return .3
	case u < .8:
		return 1
	}
	return 3
}

const (
	// hard is how many of the imagined pairs are worse than is believed of any
	// table: rules are chosen for them too, in case the beliefs are wrong, and
	// not judged by them.
	hard = .25
	// useless is how often a column of a hard pair is of no use at all.
	useless = .4
)

// place says whether a column goes with the home.
func (c ColumnSpec) place() bool {
	switch c.Kind {
	case Postcode, Address, Point:
		return true
	case Text, Number, Code:
		return c.Shared
	}
	return false
}

// chance is a stream of even numbers from 0 to 1 that depends on nothing but
// where it starts.
type chance uint64

func (c *chance) next() uint64 {
	*c += 0x9e3779b97f4a7c15
	return mix(uint64(*c))
}

func (c *chance) float() float64 { return float64(c.next()>>11) / (1 << 53) }

func (c *chance) below(n int) int { return int(c.next() >> 33 % uint64(n)) }

// imagined is a pair of records of one person: a record that there is, and what
// another record of the same person might say, column by column.
type imagined struct {
	node  int32
	other []string
	hard  bool // worse than believed
}

// imagine makes up pair number i, of a node: the other record has the columns that some
// record of the table has, with slips of the pen.
func (t *nodes) imagine(i int, node int32) imagined {
	c := chance(mix(uint64(i) + 1))
	p := imagined{node: node, other: make([]string, len(t.cols))}
	guide := t.companion(p.node, &c)
	careless, home := care(c.float()), c.float() < moved
	p.hard = c.float() < hard
	for col := range t.cols {
		mine, theirs := t.cols[col].of(p.node), t.cols[col].of(guide)
		if len(mine) == 0 || len(theirs) == 0 {
			continue
		}
		text := t.cols[col].text[mine[0]]
		if len(mine) > 1 && c.float() < .3 { // an alternative leads there
			text = t.cols[col].text[mine[c.below(len(mine))]]
		}
		if p.hard && c.float() < useless {
			continue
		}
		another := t.cols[col].text[theirs[0]]
		if home && t.spec.Columns[col].place() {
			p.other[col] = another
			continue
		}
		p.other[col] = miswrite(t.cols[col].kind, text, another, careless, &c)
	}
	if f, s := t.nameColumns(); f >= 0 && s >= 0 && c.float() < namesSwapped*careless {
		p.other[f], p.other[s] = p.other[s], p.other[f]
	}
	return p
}

// companion is another record by whose gaps the imagined one goes: of another
// source, if only those are compared.
func (t *nodes) companion(node int32, c *chance) int32 {
	other := node
	for range 16 {
		other = int32(c.below(t.n))
		if t.source == nil || t.source[other] != t.source[node] || t.source[node] == severalSources {
			break
		}
	}
	return other
}

// nameColumns are the forename and the surname, -1 for none.
func (t *nodes) nameColumns() (forename, surname int) {
	find := func(k Kind) int {
		return slices.IndexFunc(t.cols, func(c column) bool { return c.kind == k })
	}
	return find(Forename), find(Surname)
}

// miswrite returns what another record of the same person might say.
func miswrite(k Kind, text, another string, careless float64, c *chance) string {
	s, u := kindSlips[k], c.float()/careless
	switch {
	case u < s.edit:
		return penSlip(text, c)
	case u < s.edit+s.other:
		return another
	case u < s.edit+s.other+s.word:
		return rearranged(text, c)
	case u < s.edit+s.other+s.word+s.short:
		return shortened(k, text)
	case u < s.edit+s.other+s.word+s.short+s.swapped:
		if len(text) == 10 {
			return text[:5] + text[8:] + "-" + text[5:7]
		}
	case u < s.edit+s.other+s.word+s.short+s.swapped+s.near:
		if len(text) == 10 {
			return another[:min(4, len(another))] + text[4:]
		}
	}
	return text
}

func shortened(k Kind, text string) string {
	if k == Date {
		return text[:min(4, len(text))]
	}
	return text[:1]
}

// penSlip makes one slip of the pen: it leaves letters letters and digits digits.
func penSlip(text string, c *chance) string {
	i := c.below(len(text))
	for text[i] == '-' || text[i] == ' ' || text[i] == ',' {
		i = (i + 1) % len(text)
		if i == 0 {
			return text
		}
	}
	digit := text[i] >= '0' && text[i] <= '9'
	switch n := c.below(5); {
	case n == 0 && !digit && len(text) > 1:
		return text[:i] + text[i+1:]
	case n == 1 && !digit:
		return text[:i] + text[i:i+1] + text[i:]
	case n == 2 && i+1 < len(text):
		return text[:i] + text[i+1:i+2] + text[i:i+1] + text[i+2:]
	}
	if digit {
		return text[:i] + string('0'+byte((int(text[i]-'0')+1+c.below(9))%10)) + text[i+1:]
	}
	return text[:i] + string('A'+byte(c.below(26))) + text[i+1:]
}

// rearranged leaves a word out, or exchanges the first and the last.
func rearranged(text string, c *chance) string {
	words := strings.Fields(text)
	if len(words) < 2 {
		return text
	}
	if c.below(2) == 0 {
		i := c.below(len(words))
		words = slices.Delete(words, i, i+1)
	} else {
		last := len(words) - 1
		words[0], words[last] = words[last], words[0]
	}
	return strings.Join(words, " ")
}
