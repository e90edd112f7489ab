package matcher

import (
	"math/bits"
	"strings"
)

// compare returns the level of two cells (tuples) of the column. It does not
// allocate.
func (c *column) compare(s, t uint32) Level {
	a, b := c.tuple(s), c.tuple(t)
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	switch c.kind {
	case Forename, Surname:
		return c.compareNames(a, b)
	case Date:
		return c.compareDates(a, b)
	case Code, Text, Address, Number, Email, Phone, Point:
		if a[0] == b[0] {
			return Agrees
		}
		return Differs
	case Postcode:
		return c.comparePostcodes(a, b)
	case Identifier:
		return c.compareIDs(a, b)
	case Keys:
		if share(a, b) {
			return Agrees
		}
		return Differs
	case Role:
		return c.compareRoles(a, b)
	}
	return c.compareSpans(a, b)
}

// compareRoles asks whether two people had the same part in one occasion.
// Occasions that only one of them had a part in say nothing.
func (c *column) compareRoles(a, b []uint32) Level {
	if share(a, b) {
		return Agrees
	}
	for _, x := range a {
		for _, y := range b {
			if c.prep.event[x] == c.prep.event[y] {
				return Differs
			}
		}
	}
	return 0
}

// share says whether two sorted sets have a member in common.
func share(a, b []uint32) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			return true
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return false
}

func overlap(a, b []uint32) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// compareNames takes the best level of any alternative against any other, but
// only the leading names can be the same rather than another.
func (c *column) compareNames(a, b []uint32) Level {
	if a[0] == b[0] {
		return NameSame
	}
	if overlap(a, b) {
		return NameOther
	}
	best := NameDiffers
	for _, x := range a {
		for _, y := range b {
			best = min(best, c.compareName(x, y))
		}
	}
	return best
}

func (c *column) compareName(x, y uint32) Level {
	p, s, t := c.prep, c.text[x], c.text[y]
	if c.kind == Forename && sameNickname(p.nick[x], p.nick[y]) {
		return NameNickname
	}
	if c.kind == Forename && shortForm(s, t) {
		return NameNickname
	}
	if len(s) == 1 || len(t) == 1 {
		if s[0] == t[0] {
			return NameInitial
		}
		return NameDiffers
	}
	// Names with few letters in common cannot reach a Jaro of 0.7.
	common := bits.OnesCount32(p.mask[x] & p.mask[y])
	if 2*common >= min(bits.OnesCount32(p.mask[x]), bits.OnesCount32(p.mask[y])) {
		switch jw := jaroWinkler(s, t); {
		case jw >= 0.92:
			return NameClose
		case jw >= 0.85:
			return NameSimilar
		}
	}
	if oneEdit(s, t) { // in short names one letter is too much for Jaro
		return NameSimilar
	}
	if p.sound[x] != 0 && p.sound[x] == p.sound[y] {
		return NameSound
	}
	return NameDiffers
}

// shortForm says whether one name is the beginning of the other, longer by two
// letters or more, as Fi is of Fiona.
func shortForm(s, t string) bool {
	if len(s) > len(t) {
		s, t = t, s
	}
	return len(s) > 1 && len(t) > len(s)+1 && t[:len(s)] == s && t[len(s)] != ' '
}

func sameNickname(a, b []uint16) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

func (c *column) compareDates(a, b []uint32) Level {
	if a[0] == b[0] {
		return DateSame
	}
	if overlap(a, b) {
		return DateOther
	}
	best := DateGeneration
	for _, x := range a {
		for _, y := range b {
			best = min(best, compareDate(c.prep.date[x], c.prep.date[y], c.text[x], c.text[y]))
		}
	}
	return best
}

// generation is twelve years in the days of civil.
const generation = 12 * 372

func compareDate(x, y civil, s, t string) Level {
	if x.days == 0 || y.days == 0 || len(s) != len(t) {
		return DateDiffers // one is no date
	}
	if x.y == y.y && x.d == y.m && x.m == y.d {
		return DateSwapped
	}
	switch differing(s, t) {
	case 1:
		return DateDigit
	case 2:
		if transposed(s, t) {
			return DateTransposed
		}
	}
	gap := max(x.days-y.days, y.days-x.days)
	january := x.m == 1 && x.d == 1 || y.m == 1 && y.d == 1
	switch {
	case january && x.y == y.y:
		return DatePlaceholder
	case x.y == y.y && (x.m == y.m || x.d == y.d), x.m == y.m && x.d == y.d && gap < generation:
		return DatePartly
	case gap >= generation:
		return DateGeneration
	}
	return DateDiffers
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

// transposed says whether two digits next to each other, or parted by a hyphen,
// changed places.
func transposed(s, t string) bool {
	for i := range len(s) - 1 {
		if s[i] == t[i] {
			continue
		}
		j := i + 1
		if s[j] == '-' {
			j++
		}
		return j < len(s) && s[i] == t[j] && s[j] == t[i]
	}
	return false
}

func (c *column) comparePostcodes(a, b []uint32) Level {
	best := PostDiffers
	for _, x := range a {
		for _, y := range b {
			best = min(best, comparePostcode(c.text[x], c.text[y]))
		}
	}
	return best
}

func comparePostcode(s, t string) Level {
	if s == t {
		return PostSame
	}
	if len(s) == len(t) && differing(s, t) <= 2 && oneEdit(s, t) {
		return PostEdit
	}
	i, j := strings.IndexByte(s, ' '), strings.IndexByte(t, ' ')
	switch {
	case i < 0 || j < 0 || s[:i] != t[:j]:
		return PostDiffers
	case len(s) > i+1 && len(t) > j+1 && s[i+1] == t[j+1]:
		return PostSector
	}
	return PostDistrict
}

func (c *column) compareIDs(a, b []uint32) Level {
	if share(a, b) {
		return IDSame
	}
	for _, x := range a {
		for _, y := range b {
			if oneEdit(c.text[x], c.text[y]) {
				return IDEdit
			}
		}
	}
	return IDDiffers
}

// compareSpans asks whether the person can have been born within all spans of
// both cells. A cell that contradicts itself says nothing.
func (c *column) compareSpans(a, b []uint32) Level {
	l, h := c.span(a)
	m, i := c.span(b)
	switch {
	case l > h || m > i:
		return 0
	case max(l, m) <= min(h, i):
		return SpanFits
	}
	return SpanDiffers
}

func (c *column) span(a []uint32) (lo, hi int32) {
	hi = 1 << 30
	for _, v := range a {
		lo, hi = max(lo, c.prep.span[v][0]), min(hi, c.prep.span[v][1])
	}
	return lo, hi
}
