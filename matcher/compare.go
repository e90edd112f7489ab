package matcher

// compare returns the level of two cells (tuples) of the column. It does not
// allocate.
func (c *column) compare(s, t uint32) Level {
	if c.single(s) && c.single(t) && s != 0 && t != 0 && s != t && c.kind != Keys && c.kind != Role && c.kind != Span {
		return c.compareSingle(s, t)
	}
	a, b := c.tuple(s), c.tuple(t)
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	switch c.kind {
	case Forename, Surname:
		return c.compareNames(a, b)
	case Date:
		return c.compareDates(a, b)
	case Code:
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
	case Span:
		return c.compareSpans(a, b)
	}
	return c.compareOthers(a, b)
}

// compareSingle is compare for two cells of one value each that differ.
func (c *column) compareSingle(x, y uint32) Level {
	switch c.kind {
	case Forename, Surname:
		return c.prep.names.compare(x, y)
	case Date:
		return compareDate(&c.prep.date[x], &c.prep.date[y])
	case Code:
		return Differs
	case Postcode:
		return comparePostcode(c.text[x], c.text[y])
	case Identifier:
		if s, t := c.text[x], c.text[y]; min(len(s), len(t)) >= leastID && oneEdit(s, t) {
			return IDEdit
		}
		return IDDiffers
	}
	return c.compareValues(x, y)
}

// compareOthers is compare for the kinds whose cells compare as their best two
// values do.
func (c *column) compareOthers(a, b []uint32) Level {
	if a[0] == b[0] {
		return 1
	}
	if overlap(a, b) {
		return c.kind.other()
	}
	best := Level(c.kind.levels() - 1)
	for _, x := range a {
		for _, y := range b {
			best = min(best, c.compareValues(x, y))
		}
	}
	return best
}

// other is the level of cells of which only an alternative is the same.
func (k Kind) other() Level {
	switch k {
	case Text, Address, Email, Phone:
		return TextOther
	}
	return 1
}

func (c *column) compareValues(x, y uint32) Level {
	switch c.kind {
	case Text:
		return c.prep.texts.compare(c.text[x], c.text[y], x, y)
	case Address:
		return compareLines(&c.prep.lines[x], &c.prep.lines[y])
	case Email:
		return compareMails(&c.prep.mails[x], &c.prep.mails[y])
	case Phone:
		return comparePhones(c.text[x], c.text[y])
	case Point:
		return comparePoints(&c.prep.compass[x], &c.prep.compass[y])
	}
	return compareNumbers(c.text[x], c.text[y])
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

// leastID is the shortest identifier in which one slip is told from another
// number: a short one is too near to its neighbours.
const leastID = 5

func (c *column) compareIDs(a, b []uint32) Level {
	if share(a, b) {
		return IDSame
	}
	for _, x := range a {
		for _, y := range b {
			if s, t := c.text[x], c.text[y]; min(len(s), len(t)) >= leastID && oneEdit(s, t) {
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
