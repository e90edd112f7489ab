package matcher

import (
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// nodes are the things to be linked in one round: records, or records that
// earlier rounds joined.
type nodes struct {
	*layout
	n    int
	cols []column
	rows []uint32 // stride cells a node: all of a node in one place
	// crowd counts the nodes of each value of each context column.
	crowd [][]int32
	apart [][]int32 // rows (numbers) of each node in which others are named; nil for none
	// source is the one source of each node's records, or severalSources; nil
	// where pairs of one source are compared too.
	source []uint16
	// exclusive has a bit for each source without two records of one person,
	// and says of each node which of them it holds records of; nil for none.
	exclusive []uint64
}

func newNodes(l *layout, cols []column, apart [][]int32) *nodes {
	t := &nodes{layout: l, cols: cols, n: len(cols[0].cells), apart: apart}
	t.rows = make([]uint32, t.n*len(cols))
	for c := range cols {
		for i, cell := range cols[c].cells {
			t.rows[i*len(cols)+c] = cell
		}
	}
	t.crowd = make([][]int32, len(cols))
	for _, c := range l.context {
		t.crowd[c] = make([]int32, len(cols[c].text))
		for i := range t.n {
			for _, v := range cols[c].of(int32(i)) {
				t.crowd[c][v]++
			}
		}
	}
	return t
}

// row is the cells of a node.
func (t *nodes) row(a int32) []uint32 {
	k := len(t.cols)
	return t.rows[int(a)*k : int(a)*k+k]
}

// swappable says whether forename and surname may have changed places: the one
// differs, and so, in a table, does the other.
func (t *nodes) swappable(p pattern) bool {
	surname := p.level(t.surname)
	return p.level(t.forename) > NameNickname && (len(t.context) > 0 || surname == 0 || surname > NameSimilar)
}

// swapped says whether each node's forename is the other's surname, give or
// take a slip.
func (t *nodes) swapped(ra, rb []uint32) bool {
	f, s := t.plain[t.forename], t.plain[t.surname]
	if ra[f] == 0 || rb[f] == 0 || ra[s] == 0 || rb[s] == 0 {
		return false
	}
	fc, sc := &t.cols[f], &t.cols[s]
	return alike(fc.text[fc.first(ra[f])], sc.text[sc.first(rb[s])]) && alike(fc.text[fc.first(rb[f])], sc.text[sc.first(ra[s])])
}

func alike(s, t string) bool {
	return s == t || s[0] == t[0] && len(s) > 1 && len(t) > 1 && jaroWinkler(s, t) >= 0.88
}

// comparer compares nodes; each worker has one, as it remembers what it
// compared.
type comparer struct {
	t    *nodes
	memo [][]memoEntry // of each column
}

// memoEntry remembers one comparison of two tuples: thirty bits for each, which
// holds more tuples than there can be nodes and values of them, and four for the
// level.
type memoEntry uint64

// memoSize keeps what is remembered of a column within a core's own cache.
const memoSize = 1 << 15

func memoKey(x, y uint32) memoEntry { return memoEntry(min(x, y))<<34 | memoEntry(max(x, y))<<4 }

func memoSlot(key memoEntry) uint64 { return uint64(key>>4) * 0x9e3779b97f4a7c15 >> (64 - 15) }

func (t *nodes) comparer() *comparer {
	c := &comparer{t: t, memo: make([][]memoEntry, len(t.cols))}
	for _, i := range t.plain {
		if t.cols[i].kind.costly() {
			c.memo[i] = make([]memoEntry, memoSize)
		}
	}
	return c
}

// column compares two cells of a column. Answers that take long to find are
// remembered; the others are found as fast as they are looked up.
func (c *comparer) column(i int, s, u uint32) Level {
	if s == 0 || u == 0 {
		return 0
	}
	col := &c.t.cols[i]
	if s == u && col.kind != Span {
		return 1 // the first level of every kind is "the same"
	}
	if c.memo[i] == nil {
		return col.compare(s, u)
	}
	key := memoKey(s, u)
	e := &c.memo[i][memoSlot(key)]
	if *e&^15 != key {
		*e = key | memoEntry(col.compare(min(s, u), max(s, u)))
	}
	return Level(*e & 15)
}

// pattern compares two nodes in every column. It does not allocate.
func (c *comparer) pattern(a, b int32) pattern {
	return c.patternOf(c.t.row(a), c.t.row(b))
}

// patternOf is pattern for the cells of two nodes.
func (c *comparer) patternOf(ra, rb []uint32) pattern {
	t := c.t
	p := c.plain(ra, rb)
	if t.forename >= 0 && t.surname >= 0 && t.swappable(p) && t.swapped(ra, rb) {
		p = p.with(t.forename, NameSwapped).with(t.surname, 0)
	}
	if t.with >= 0 && p.level(t.spans) == SpanFits {
		switch p.level(t.with) {
		case Agrees:
			p = p.with(t.spans, SpanFitsSame)
		case Differs:
			p = p.with(t.spans, SpanFitsOther)
		}
		p = p.with(t.with, 0)
	}
	return p | c.context(ra, rb)
}

// plain compares the columns without context, each by itself.
func (c *comparer) plain(ra, rb []uint32) pattern {
	t := c.t
	var p pattern
	for i, col := range t.plain {
		if u := t.unless[i]; u >= 0 && ra[u] != 0 && rb[u] != 0 {
			continue
		}
		p |= pattern(c.column(col, ra[col], rb[col])) << (4 * i)
	}
	return p
}

// context compares the context columns and measures the smallest crowd that
// shares a value with both nodes.
func (c *comparer) context(ra, rb []uint32) pattern {
	var p pattern
	crowd := int32(1 << 30)
	for i, col := range c.t.context {
		a, b := c.t.cols[col].tuple(ra[col]), c.t.cols[col].tuple(rb[col])
		if len(a) == 0 || len(b) == 0 {
			continue
		}
		l := Differs
		if n := smallest(c.t.crowd[col], a, b); n > 0 {
			l, crowd = Agrees, min(crowd, n)
		}
		p |= pattern(l) << (contextBit + 2*i)
	}
	if crowd == 1<<30 {
		return p
	}
	for i, bound := range crowds {
		if int(crowd) <= bound {
			return p | pattern(i)<<crowdBit
		}
	}
	return p | pattern(len(crowds))<<crowdBit
}

// smallest returns the least crowd of the members that two sorted sets share,
// 0 if they share none.
func smallest(crowd []int32, a, b []uint32) int32 {
	least := int32(0)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			if n := crowd[a[i]]; least == 0 || n < least {
				least = n
			}
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return least
}

// forbidden says whether one row names both nodes, as different people.
func (t *nodes) forbidden(a, b int32) bool {
	if t.apart == nil {
		return false
	}
	x, y := t.apart[a], t.apart[b]
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] == y[j]:
			return true
		case x[i] < y[j]:
			i++
		default:
			j++
		}
	}
	return false
}

// chunks is the fixed number of parts that work is done in, whatever the number
// of workers, so that the order of results does not depend on it.
const chunks = 64

// parallel does the parts of some work, each worker with a comparer of its own.
func (t *nodes) parallel(workers int, do func(c *comparer, part int)) {
	var next atomic.Int32
	var g errgroup.Group
	for range min(max(1, workers), chunks) {
		g.Go(func() error {
			c := t.comparer()
			for {
				part := int(next.Add(1)) - 1
				if part >= chunks {
					return nil
				}
				do(c, part)
			}
		})
	}
	_ = g.Wait() // no part fails
}
