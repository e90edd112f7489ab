package matcher

// lotSize is how many pairs are judged side by side: few enough for what is
// known of them to stay in a core's own cache.
const lotSize = 64

// lot is some pairs of nodes of a table without context being compared, a column
// of all of them at a time, until it is clear of each that it cannot weigh floor.
//
// Most pairs that blocking finds are of one household, or of one place, and what
// they share cannot make them one person: the odds against relatives settle them
// by the date of birth and the forename.
//
// Nearly all of the time of a pair judged alone goes by waiting for memory: the
// cells and values of records at random. Those of a lot are asked for together,
// and are waited for together.
type lot struct {
	s     *scorer
	c     *comparer
	floor Weight
	// ra and rb are the pairs' rows, one after the other.
	ra, rb []uint32
	p      [lotSize]pattern
	// bound and kin are what each pair can still come to against strangers and
	// against relatives. What the pairs weigh that are left stands in bound.
	bound, kin [lotSize]Weight
	// left are the places of the pairs that may still weigh floor.
	left  []uint8
	asked uint64 // keeps what is asked for from being optimised away
}

func (s *scorer) lot(c *comparer, floor Weight) *lot {
	cells := lotSize * len(s.t.cols)
	return &lot{
		s: s, c: c, floor: floor, left: make([]uint8, 0, lotSize),
		ra: make([]uint32, cells), rb: make([]uint32, cells),
	}
}

// judge weighs pairs and gives keep those that weigh at least floor with their
// weight, those of one part in their order. Parts are kept side by side.
func (s *scorer) judge(pairs []uint64, floor Weight, workers int, keep func(part int, pair uint64, v Weight)) {
	n := len(pairs)
	s.t.parallel(workers, func(c *comparer, part int) {
		l := s.lot(c, floor)
		for some := pairs[n*part/chunks : n*(part+1)/chunks]; len(some) > 0; some = some[min(lotSize, len(some)):] {
			l.judge(some[:min(lotSize, len(some))])
			for _, j := range l.left {
				keep(part, some[j], l.bound[j])
			}
		}
	})
}

// judge leaves the places of those of the pairs, lotSize at most, that weigh
// floor. It does not allocate.
func (l *lot) judge(pairs []uint64) {
	l.load(pairs)
	t, w := l.s.t, l.s.table
	if w.whole {
		for _, j := range l.left {
			ra, rb := l.rows(j)
			l.p[j] = l.c.patternOf(ra, rb)
		}
		l.weigh()
		return
	}
	l.begin()
	for _, i := range w.order {
		switch {
		case i == t.forename && t.surname >= 0:
			l.names()
		case i == t.surname && t.forename >= 0: // compared with the forename
		default:
			l.compare(i)
		}
	}
	l.weigh()
}

// load fetches the pairs' rows.
func (l *lot) load(pairs []uint64) {
	t := l.s.t
	k := len(t.cols)
	l.left = l.left[:0]
	for j, w := range pairs {
		a, b, _ := pairOf(w)
		copy(l.ra[j*k:j*k+k], t.rows[int(a)*k:])
		copy(l.rb[j*k:j*k+k], t.rows[int(b)*k:])
		l.p[j] = 0
		l.left = append(l.left, uint8(j))
	}
}

// rows are the cells of the pair in place j.
func (l *lot) rows(j uint8) (ra, rb []uint32) {
	k := len(l.s.t.cols)
	at := int(j) * k
	return l.ra[at : at+k], l.rb[at : at+k]
}

// begin sets the bounds to what the pairs can come to at most.
func (l *lot) begin() {
	t, w := l.s.t, l.s.table
	kin := Weight(1 << 29)
	if len(w.kin) > 0 {
		kin = w.kin[relatives].prior
	}
	for _, j := range l.left {
		ra, rb := l.rows(j)
		l.bound[j], l.kin[j] = w.prior, kin
		for i, col := range t.plain {
			m := &w.limits[i]
			g := m.glance(ra[col], rb[col])
			l.bound[j] += m.strangers[g]
			l.kin[j] += m.kin[g]
		}
	}
	l.drop()
}

// drop drops the pairs that cannot weigh floor.
func (l *lot) drop() {
	left := l.left[:0]
	for _, j := range l.left {
		if l.bound[j] >= l.floor && l.kin[j] >= l.floor {
			left = append(left, j)
		}
	}
	l.left = left
}

// compare makes comparison i of the pairs that are left.
func (l *lot) compare(i int) {
	col := l.s.t.plain[i]
	l.ask(col)
	for _, j := range l.left {
		ra, rb := l.rows(j)
		if v := l.c.column(col, ra[col], rb[col]); v != 0 {
			l.p[j] |= pattern(v) << (4 * i)
			l.count(j, i)
		}
	}
	l.drop()
}

// names compares forename and surname, which may have changed places.
func (l *lot) names() {
	t := l.s.t
	f, s := t.plain[t.forename], t.plain[t.surname]
	l.ask(f)
	l.ask(s)
	for _, j := range l.left {
		ra, rb := l.rows(j)
		l.p[j] |= pattern(l.c.column(f, ra[f], rb[f]))<<(4*t.forename) | pattern(l.c.column(s, ra[s], rb[s]))<<(4*t.surname)
		if t.swappable(l.p[j]) && t.swapped(ra, rb) {
			m := &l.s.table.limits[t.surname]
			g := m.glance(ra[s], rb[s])
			l.bound[j] -= m.strangers[g]
			l.kin[j] -= m.kin[g]
			l.p[j] = l.p[j].with(t.forename, NameSwapped).with(t.surname, 0)
		}
		for _, i := range [...]int{t.forename, t.surname} {
			if l.p[j].level(i) != 0 {
				l.count(j, i)
			}
		}
	}
	l.drop()
}

// count replaces what comparison i can come to at most by what it comes to.
func (l *lot) count(j uint8, i int) {
	t, w := l.s.t, l.s.table
	ra, rb := l.rows(j)
	col, p := t.plain[i], l.p[j]
	m := &w.limits[i]
	g := m.glance(ra[col], rb[col])
	at, rare := t.levelAt(p, i), Weight(0)
	if p.level(i) == 1 && w.value[i] != nil {
		rare = w.rarity(t, i, at, ra[col], rb[col])
	}
	l.bound[j] += w.strangers[i][at] + rare - m.strangers[g]
	if len(w.kin) > 0 {
		k := &w.kin[relatives]
		l.kin[j] += k.rows[i][at] - m.kin[g]
		if !k.common[i] {
			l.kin[j] += rare
		}
	}
}

// weigh weighs the pairs that are left, and leaves those of at least floor.
func (l *lot) weigh() {
	left := l.left[:0]
	for _, j := range l.left {
		ra, rb := l.rows(j)
		if l.bound[j] = l.s.rowWeight(l.p[j], ra, rb); l.bound[j] >= l.floor {
			left = append(left, j)
		}
	}
	l.left = left
}

// ask reads a little of each thing that comparing the pairs that are left by a
// column will need.
func (l *lot) ask(col int) {
	c := &l.s.t.cols[col]
	k, singles := len(l.s.t.cols), uint32(len(c.text))
	if !c.direct {
		return
	}
	sum := l.asked
	switch c.kind {
	case Date:
		for _, j := range l.left {
			x, y := l.ra[int(j)*k+col], l.rb[int(j)*k+col]
			if max(x, y) < singles {
				sum += uint64(c.prep.date[x].digits + c.prep.date[y].digits)
			}
		}
	case Postcode, Phone, Identifier, Number:
		for _, j := range l.left {
			x, y := l.ra[int(j)*k+col], l.rb[int(j)*k+col]
			if max(x, y) < singles && min(x, y) > 0 {
				sum += uint64(c.text[x][0] + c.text[y][0])
			}
		}
	case Address:
		for _, j := range l.left {
			x, y := l.ra[int(j)*k+col], l.rb[int(j)*k+col]
			if max(x, y) < singles {
				sum += c.prep.lines[x].grams + c.prep.lines[y].grams
			}
		}
	case Forename, Surname, Text, Email:
		memo := l.c.memo[col]
		for _, j := range l.left {
			x, y := l.ra[int(j)*k+col], l.rb[int(j)*k+col]
			sum += uint64(memo[memoSlot(memoKey(x, y))])
		}
	}
	l.asked = sum
}
