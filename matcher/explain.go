package matcher

import (
	"cmp"
	"slices"
)

// Linked is the outcome of Link. It holds the columns in memory for explaining;
// records have the numbers that they have in the Input.
type Linked struct {
	// Person numbers each record's person from 0, in the order of the persons'
	// least records.
	Person []int32
	// Persons is how many there are.
	Persons int
	// Compared is how many candidate pairs there were, and Pairs those of them
	// that may be of one person, in order of their records; only for a Spec
	// without context.
	Compared int64
	Pairs    []Scored

	base  *base
	t     *nodes // of equal records, with the persons found as relatives
	s     *scorer
	c     *comparer
	first []int32 // least record of each node
}

func newLinked(b *base, m *Model, person []int32, persons int) *Linked {
	l := &Linked{Person: person, Persons: persons, base: b, t: b.nodes(b.node, b.n, false)}
	l.first = make([]int32, b.n)
	of := make([]int32, b.n)
	for i := len(b.node) - 1; i >= 0; i-- {
		l.first[b.node[i]] = int32(i)
		of[b.node[i]] = person[i]
	}
	if b.together >= 0 {
		cols := slices.Clone(l.t.cols)
		cols[b.together] = related(&cols[b.together], of, persons)
		l.t = newNodes(b.layout, cols, l.t.apart)
	}
	l.s = newScorer(l.t, m, 1)
	l.c = l.t.comparer()
	return l
}

// Reason is one comparison's part in a pair's weight.
type Reason struct {
	Comparison, Level string
	Weight            Weight
}

// Weigh gives the weight, prior included, of two records as one person, as
// their own fields and the persons named with them make it. Not for use by
// several goroutines at once; see Fork.
func (l *Linked) Weigh(i, j int32) Weight {
	a, b := l.base.node[i], l.base.node[j]
	return l.s.weight(l.c.pattern(a, b), a, b)
}

// Fork returns a view of the outcome for use by another goroutine.
func (l *Linked) Fork() *Linked {
	f := *l
	f.c = l.t.comparer()
	return &f
}

// Equal says whether two records are alike in every column, or were linked by a
// person's decision.
func (l *Linked) Equal(i, j int32) bool { return l.base.node[i] == l.base.node[j] }

// Explain gives the parts that make up Weigh, the largest first, without those
// that say nothing, appended to out. The parts add up to the weight unless the
// last is a guard.
func (l *Linked) Explain(out []Reason, i, j int32) []Reason {
	a, b := l.base.node[i], l.base.node[j]
	p := l.c.pattern(a, b)
	if l.s.table != nil {
		return l.s.explainTable(out, p, a, b)
	}
	w := l.s.stratum(p)
	for k, col := range l.t.plain {
		c := &l.t.cols[col]
		if v := l.s.part(w, p, k, a); p.level(k) != 0 && v != 0 {
			out = append(out, Reason{c.name, c.kind.LevelName(p.level(k)), v})
		}
	}
	if v := l.s.wholeName(p, l.t.row(a), l.t.row(b)); v != 0 {
		out = append(out, Reason{"forename with surname", "names that go together", -v})
	}
	out = append(out, Reason{"context", l.t.contextWords(p), w.table[len(l.t.plain)][l.t.composite(p)]})
	slices.SortStableFunc(out, func(x, y Reason) int {
		return cmp.Compare(max(y.Weight, -y.Weight), max(x.Weight, -x.Weight))
	})
	words := "two people who share nothing"
	if l.t.household(p) {
		words = "two people of one household"
	}
	out = append(out, Reason{"before any comparison", words, w.prior})
	if l.t.guard(p) {
		out = append(out, Reason{"guard", l.t.guardWords(p), guarded})
	}
	return out
}

// Levels gives the level of each column that is no context, in the order of the
// spec, appended to out; 0 where either record has no value. A record compared
// with itself has level 0 where it has none, and else 1. Not for use by several
// goroutines at once; see Fork.
func (l *Linked) Levels(out []Level, i, j int32) []Level {
	p := l.c.pattern(l.base.node[i], l.base.node[j])
	for k := range l.t.plain {
		out = append(out, p.level(k))
	}
	return out
}

func (l *layout) contextWords(p pattern) string {
	words := ""
	for i, col := range l.context {
		if p.contextLevel(i) == Agrees {
			if words != "" {
				words += ", "
			}
			words += l.spec.Columns[col].Name
		}
	}
	if words == "" {
		return "none shared"
	}
	return words + " shared"
}

func (l *layout) guardWords(p pattern) string {
	if p.level(l.date) == DateGeneration || p.level(l.date) == 0 {
		return "parent and child of one name"
	}
	return "twins"
}
