package matcher

import (
	"math/bits"
	"slices"
)

// civil is a date taken apart; what is not known is 0.
type civil struct {
	y       int16
	m, d    int8
	unknown bool   // it stands for none, see unknownDates
	days    int32  // proportional: enough to order and to measure gaps
	digits  uint32 // of a whole date, four bits each
}

// parseCivil reads YYYY-MM-DD, YYYY-MM or YYYY; anything else is the zero value.
func parseCivil(s string) civil {
	var c civil
	switch len(s) {
	case 10:
		c.d = int8(digits(s[8:]))
		fallthrough
	case 7:
		c.m = int8(digits(s[5:7]))
		fallthrough
	case 4:
		c.y = digits(s[:4])
	}
	if c.y <= 0 || c.m < 0 || c.d < 0 || len(s) > 4 && s[4] != '-' || len(s) > 7 && s[7] != '-' {
		return civil{}
	}
	if c.m == 0 {
		c.d = 0
	}
	m, d := c.m, c.d
	if m == 0 { // the middle of what is known
		m = 6
	}
	if d == 0 {
		d = 15
	}
	c.days = int32(c.y)*372 + int32(m)*31 + int32(d)
	if c.d != 0 {
		for i := range len(s) {
			if s[i] != '-' {
				c.digits = c.digits<<4 | uint32(s[i]-'0')
			}
		}
	}
	c.unknown = slices.Contains(unknownDates, s)
	return c
}

// unknownDates are those that programs write where none is known: the first
// days of spreadsheets and data bases, and the last of all.
var unknownDates = []string{"1900-01-01", "1899-12-30", "1753-01-01", "0001-01-01", "9999-12-31"}

// digits reads up to four digits; -1 for anything else.
func digits(s string) int16 {
	n := int16(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = 10*n + int16(s[i]-'0')
	}
	return n
}

func (c *column) compareDates(a, b []uint32) Level {
	if a[0] == b[0] {
		return DateSame
	}
	if overlap(a, b) {
		return DateOther
	}
	best := Level(0)
	for _, x := range a {
		for _, y := range b {
			l := compareDate(&c.prep.date[x], &c.prep.date[y])
			if l != 0 && (best == 0 || l < best) {
				best = l
			}
		}
	}
	return best
}

// generation is twelve years in the days of civil.
const generation = 12 * 372

// compareDate returns the level of two dates that are not equal, 0 where one of
// them stands for an unknown one.
func compareDate(x, y *civil) Level {
	if x.y == 0 || y.y == 0 {
		return DateDiffers // one is no date
	}
	if x.y != y.y && (x.unknown || y.unknown) {
		return 0
	}
	if x.d == 0 || y.d == 0 {
		return comparePartial(x, y)
	}
	if x.y == y.y && x.d == y.m && x.m == y.d {
		return DateSwapped
	}
	switch places := differingDigits(x.digits, y.digits); bits.OnesCount32(places) {
	case 1:
		return DateDigit
	case 2:
		if exchanged(x.digits, y.digits, places) {
			return DateTransposed
		}
	}
	gap := max(x.days-y.days, y.days-x.days)
	switch {
	case x.y == y.y && (firstOf(x, y) || firstOf(y, x)):
		return DatePlaceholder
	case x.m == y.m && x.d == y.d && gap < generation:
		return DateOtherYear
	case x.y == y.y && (x.m == y.m || x.d == y.d):
		return DatePartly
	}
	return compareYears(x, y)
}

// comparePartial compares dates of which one is not known to the day.
func comparePartial(x, y *civil) Level {
	if x.y == y.y && (x.m == y.m || x.m == 0 || y.m == 0) {
		return DateKnown
	}
	return compareYears(x, y)
}

func compareYears(x, y *civil) Level {
	switch {
	case max(x.y-y.y, y.y-x.y) <= 1:
		return DateNearYear
	case max(x.days-y.days, y.days-x.days) >= generation:
		return DateGeneration
	}
	return DateDiffers
}

// firstOf says whether x may stand for y, of which only the year, or the month
// too, was known to whoever wrote x.
func firstOf(x, y *civil) bool { return x.d == 1 && (x.m == 1 || x.m == y.m) }

// differingDigits has a bit, the lowest of four, for each digit that differs.
func differingDigits(a, b uint32) uint32 {
	x := a ^ b
	return (x | x>>1 | x>>2 | x>>3) & 0x11111111
}

// exchanged says whether the two digits that differ stand next to each other and
// changed places.
func exchanged(a, b, places uint32) bool {
	i := bits.TrailingZeros32(places)
	return places>>i == 0x11 && a>>i&15 == b>>(i+4)&15 && a>>(i+4)&15 == b>>i&15
}

func differing(s, t string) int {
	n := 0
	for i := range min(len(s), len(t)) {
		if s[i] != t[i] {
			n++
		}
	}
	return n
}
