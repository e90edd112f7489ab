package matcher

import (
	"math"
	"slices"
)

// Weight is a log2 match weight in thousandths of a bit. Sums of whole numbers
// do not depend on their order.
type Weight int32

// Bits returns the weight in bits: log2 of the odds, so that each bit more doubles
// them.
func (w Weight) Bits() float64 { return float64(w) / 1000 }

// Probability returns the probability, 0–1, that a weight with the prior in it
// stands for.
func (w Weight) Probability() float64 { return 1 / (1 + math.Exp2(-w.Bits())) }

func weigh(m, u float64) Weight { return Weight(math.Round(1000 * math.Log2(m/u))) }

// nameOnly is the most that a pair with nothing but a name in common weighs to a
// cautious scorer.
const nameOnly = 0

// guarded is the weight of a pair that a guard speaks against.
const guarded = -6000

// scorer turns patterns into weights by one round's parameters.
type scorer struct {
	t      *nodes
	strata [2]weights // apart, household
	names  *companions
	// table weighs the pairs of a Spec without context instead of strata.
	table *tableWeights
	// cautious leaves pairs that only a name speaks for to later rounds: a
	// better link, through people in common, may be found before.
	cautious bool
}

// weights are one stratum's tables.
type weights struct {
	prior Weight
	table [][]Weight
	// value replaces the weight of "same" by value: nil for columns whose
	// frequencies tell nothing.
	value [][]Weight
	// most is the greatest weight that each comparison can give, not below 0
	// for the plain ones.
	most []Weight
}

func newScorer(t *nodes, m *Model, round int) *scorer {
	p := m.Rounds[min(round, len(m.Rounds)-1)]
	if len(t.context) == 0 {
		return &scorer{t: t, names: t.companions(m), table: t.tableWeights(m)}
	}
	return &scorer{t: t, names: t.companions(m), strata: [2]weights{
		t.weights(m, p.Apart, false), t.weights(m, p.Household, true),
	}}
}

func (t *nodes) weights(m *Model, s Stratum, household bool) weights {
	w := weights{prior: weigh(s.Prior, 1-s.Prior)}
	for i, c := range s.Comparisons {
		row := make([]Weight, len(c.M))
		for l := range row {
			floor := leastM
			switch {
			case i == len(t.plain): // nobody miswrites with whom he is named
				floor = least
			case t.cols[t.plain[i]].kind == Code:
				floor = min(leastM, c.U[l])
			}
			row[l] = weigh(max(c.M[l], floor), c.U[l])
		}
		w.table = append(w.table, row)
	}
	for i, col := range t.plain {
		row := w.table[i]
		row[0] = 0 // a missing value says nothing
		w.value = append(w.value, nil)
		if f := m.frequency(t.cols[col].name); f != nil {
			c := s.Comparisons[i]
			w.value[i] = valueWeights(&t.cols[col], f, c.M[1], c.U[1], household)
		}
		most := max(0, slices.Max(row))
		if len(w.value[i]) > 0 {
			most = max(most, slices.Max(w.value[i]))
		}
		w.most = append(w.most, most)
	}
	w.most = append(w.most, slices.Max(w.table[len(t.plain)]))
	return w
}

func (m *Model) frequency(column string) *Frequency {
	for i := range m.Frequencies {
		if m.Frequencies[i].Column == column {
			return &m.Frequencies[i]
		}
	}
	return nil
}

// valueWeights gives the weight of agreement on each value. Two strangers agree
// on a value as often as it occurs. Two people of one household agree for
// reasons of family first, so that rarity cannot raise the weight there, only
// commonness lower it.
func valueWeights(c *column, f *Frequency, m, u float64, household bool) []Weight {
	counts := make(map[string]int64, len(f.Values))
	for i, v := range f.Values {
		counts[v] = f.Counts[i]
	}
	dates := c.kind == Date
	out := make([]Weight, len(c.text))
	for i, text := range c.text {
		share := float64(max(counts[text], 2)) / float64(f.Total)
		if household || dates {
			share = max(share, u)
		}
		out[i] = weigh(m, share)
	}
	return out
}

// stratum returns the tables that a pattern is weighed by.
func (s *scorer) stratum(p pattern) *weights {
	if s.t.household(p) {
		return &s.strata[1]
	}
	return &s.strata[0]
}

// weight is the pair's match weight with the prior. It does not allocate.
func (s *scorer) weight(p pattern, a, b int32) Weight {
	if s.table != nil {
		return s.tableWeight(p, a, b)
	}
	w := s.stratum(p)
	sum := w.prior
	for i := range s.t.plain {
		sum += s.part(w, p, i, a)
	}
	sum += w.table[len(s.t.plain)][s.t.composite(p)] - s.wholeName(p, s.t.row(a), s.t.row(b))
	if s.t.guard(p) {
		return min(sum, guarded)
	}
	if s.cautious && s.bare(p) {
		return min(sum, nameOnly)
	}
	return sum
}

// bare says whether nothing beside names is compared that tells people apart:
// no date of birth, no context and no number.
func (s *scorer) bare(p pattern) bool {
	t := s.t
	if t.household(p) || t.date >= 0 && p.level(t.date) != 0 {
		return false
	}
	for i, col := range t.plain {
		if t.cols[col].kind == Identifier && p.level(i) == IDSame {
			return false
		}
	}
	return true
}

// hopeless says whether two nodes cannot reach the threshold, from as few
// comparisons as show it. Most pairs that blocking finds are of one household
// and need no more than the date of birth and the forename; whether they share
// a context is asked last. A name that differs may yet turn out swapped. It
// does not allocate. Not for tables without context, see lot.
func (s *scorer) hopeless(c *comparer, a, b int32, threshold Weight) bool {
	t := s.t
	ra, rb := t.row(a), t.row(b)
	var sum [2]Weight
	for h := range sum {
		w := &s.strata[h]
		sum[h] = w.prior + w.most[len(t.plain)] + 1000 // at most, of wholeName
		for i, col := range t.plain {
			if ra[col] != 0 && rb[col] != 0 {
				sum[h] += w.most[i]
			}
		}
	}
	for _, i := range [...]int{t.date, t.forename, t.surname} {
		if i < 0 {
			continue
		}
		l := c.column(t.plain[i], ra[t.plain[i]], rb[t.plain[i]])
		if l == 0 {
			continue
		}
		for h := range sum {
			sum[h] += s.atMost(&s.strata[h], i, l, a) - s.strata[h].most[i]
		}
		if max(sum[0], sum[1]) < threshold {
			return true
		}
	}
	p := c.context(ra, rb)
	h := 0
	if t.household(p) {
		h = 1
	}
	w := &s.strata[h]
	return sum[h]-w.most[len(t.plain)]+w.table[len(t.plain)][t.composite(p)] < threshold
}

// atMost is the most that a level of comparison i can still come to.
func (s *scorer) atMost(w *weights, i int, l Level, a int32) Weight {
	part := s.part(w, pattern(0).with(i, l), i, a)
	switch {
	case i == s.t.surname:
		return max(part, 0)
	case i == s.t.forename && l > NameNickname:
		return max(part, w.table[i][NameSwapped])
	}
	return part
}

// wholeName is what agreement on a forename and a surname that go together is
// overrated by. Within a household the surname counts as the family's anyway.
func (s *scorer) wholeName(p pattern, ra, rb []uint32) Weight {
	t := s.t
	if s.names == nil || t.household(p) {
		return 0
	}
	f, g := p.level(t.forename), p.level(t.surname)
	if f == 0 || g == 0 || f > NameSimilar || g > NameSimilar || f == NameSwapped {
		return 0
	}
	fc, sc := t.plain[t.forename], t.plain[t.surname]
	return max(s.names.weight(t.cols[fc].first(ra[fc]), t.cols[sc].first(ra[sc])),
		s.names.weight(t.cols[fc].first(rb[fc]), t.cols[sc].first(rb[sc])))
}

// part is one plain comparison's part in the weight of a pair with node a.
func (s *scorer) part(w *weights, p pattern, i int, a int32) Weight {
	l := p.level(i)
	if l == NameSame && w.value[i] != nil {
		return w.value[i][s.t.cols[s.t.plain[i]].of(a)[0]]
	}
	return w.table[i][l]
}
