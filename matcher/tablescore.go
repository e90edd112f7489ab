package matcher

import (
	"cmp"
	"math"
	"slices"
)

// tableWeights weigh the pairs of a table without context columns: the odds of
// one person are against strangers and against relatives together.
type tableWeights struct {
	prior Weight
	// strangers hold the weight of each comparison's levels, row by row.
	strangers [][]Weight
	// kin holds the weights against each kind of people that is told apart.
	kin []kinWeights
	// value is by how much agreement on each value tells more than agreement
	// tells on the whole; nil for columns whose frequencies tell nothing.
	value [][]Weight
	// share is how much of that is left in each row, in 1/1024: what a postcode
	// has said its street need not say again.
	share [][]int32
	// limits are the greatest weights that each comparison can give.
	limits []limit
	// order is the order in which comparisons are made, the most telling first.
	order []int
	// whole says that pairs are judged only when all columns are compared: some
	// are judged by others which in that order come later.
	whole bool
}

// kinWeights are tableWeights against one kind of people.
type kinWeights struct {
	prior Weight
	rows  [][]Weight
	// common columns are those that they share, whose rarity says nothing.
	common []bool
}

// limit is the greatest weight, at least 0, that a comparison can give against
// strangers and against relatives, by what is seen of two cells at a glance.
type limit struct {
	strangers, kin [glances]Weight
	// singles is how many of the column's tuples, the lowest, are of one value.
	singles uint32
}

// What is seen of two cells at a glance: one is missing, they are one and the
// same, they are single values that differ, none of these.
const (
	glanceMissing = iota
	glanceSame
	glanceOther
	glanceUnclear
	glances
)

// glance looks at two cells. It is written so that it compiles without jumps.
func (l *limit) glance(x, y uint32) int {
	g := glanceUnclear
	if max(x, y) < l.singles {
		g = glanceOther
	}
	if x == y {
		g = glanceSame
	}
	if min(x, y) == 0 {
		g = glanceMissing
	}
	return g
}

func (t *nodes) tableWeights(m *Model) *tableWeights {
	s := m.Rounds[0].Apart
	rest := 1 - s.Prior
	w := &tableWeights{}
	for kind, x := range s.Kin {
		rest -= x
		k := kinWeights{prior: weigh(s.Prior, x)}
		for i, c := range s.Comparisons {
			k.rows = append(k.rows, t.rowWeights(i, c.M, c.Kin[kind]))
			k.common = append(k.common, inCommon(kind, t.spec.Columns[t.plain[i]]))
		}
		w.kin = append(w.kin, k)
	}
	w.prior = weigh(s.Prior, max(rest, least))
	for i, c := range s.Comparisons {
		col := t.plain[i]
		w.strangers = append(w.strangers, t.rowWeights(i, c.M, c.U))
		rarest, value := Weight(0), []Weight(nil)
		if f := m.frequency(t.cols[col].name); f != nil {
			value = relativeWeights(&t.cols[col], f, c.U[1])
			rarest = max(0, slices.Max(value))
		}
		l := w.limit(i, t.levels(i), rarest)
		if c := &t.cols[col]; c.direct {
			l.singles = uint32(len(c.text))
		}
		w.limits = append(w.limits, l)
		w.value = append(w.value, value)
		w.share = append(w.share, shares(&c, t.levels(i)))
	}
	w.order = t.byPower(w)
	w.whole = t.tangled(w.order)
	return w
}

// limit finds the greatest weights of comparison i, the rarest value adding so
// much to its agreement.
func (w *tableWeights) limit(i, levels int, rarest Weight) limit {
	var l limit
	l.strangers = reach(w.strangers[i], levels, rarest)
	if len(w.kin) > 0 {
		k := &w.kin[relatives]
		if k.common[i] {
			rarest = 0
		}
		l.kin = reach(k.rows[i], levels, rarest)
	}
	return l
}

// reach is the greatest weight by glance.
func reach(rows []Weight, levels int, rarest Weight) [glances]Weight {
	same, other := greatest(rows, levels)
	same += rarest
	return [glances]Weight{glanceSame: same, glanceOther: other, glanceUnclear: max(same, other)}
}

// greatest returns the greatest weight of the first level and of the others.
func greatest(rows []Weight, levels int) (same, other Weight) {
	for j, x := range rows {
		if j%levels == 1 {
			same = max(same, x)
		} else {
			other = max(other, x)
		}
	}
	return same, other
}

// rowWeights are log2(m/u) of each level; a missing value says nothing.
func (t *nodes) rowWeights(i int, m, u []float64) []Weight {
	out := make([]Weight, len(m))
	for j := range m {
		if j%t.levels(i) != 0 {
			out[j] = weigh(max(m[j], leastM), u[j])
		}
	}
	return out
}

// relativeWeights gives for each value how much rarer it is than values that
// two strangers agree on mostly are.
func relativeWeights(c *column, f *Frequency, u float64) []Weight {
	counts := make(map[string]int64, len(f.Values))
	for i, v := range f.Values {
		counts[v] = f.Counts[i]
	}
	out := make([]Weight, len(c.text))
	once := max(f.Once, least)
	rare := weigh(u, once)
	for i, text := range c.text {
		out[i] = rare
		if n := counts[text]; n > 2 { // one of them may be the other of the pair
			out[i] = weigh(u, max(float64(n-1)/float64(f.Total), once))
		}
	}
	return out
}

func shares(c *Comparison, levels int) []int32 {
	out := make([]int32, len(c.U)/levels)
	for row := range out {
		share := math.Log(c.U[row*levels+1]) / math.Log(c.U[1])
		if len(c.Rarity) > 0 {
			share = c.Rarity[row]
		}
		out[row] = int32(1024 * min(1, max(0, share)))
	}
	return out
}

// byPower orders the comparisons so that those which settle most pairs come
// first: date of birth and names, then those that can still lift a pair of
// relatives most. A column never comes before those that it is judged by.
func (t *nodes) byPower(w *tableWeights) []int {
	order := make([]int, 0, len(t.plain))
	for _, first := range []int{t.date, t.surname, t.forename} {
		early := first >= 0 && slices.ContainsFunc(t.given[first], func(g int) bool { return !slices.Contains(order, g) })
		if first >= 0 && !early {
			order = append(order, first)
		}
	}
	for len(order) < len(t.plain) {
		next := -1
		for i := range t.plain {
			ready := !slices.ContainsFunc(t.given[i], func(g int) bool { return !slices.Contains(order, g) })
			if ready && !slices.Contains(order, i) && (next < 0 || w.rank(i) > w.rank(next)) {
				next = i
			}
		}
		order = append(order, next)
	}
	return order
}

func (w *tableWeights) rank(i int) Weight {
	return w.limits[i].strangers[glanceOther] + w.limits[i].kin[glanceOther]
}

// tangled says whether a column is counted before one that its weight depends on.
// The surname is counted with the forename, as they may have changed places.
func (t *nodes) tangled(order []int) bool {
	counted := make([]bool, len(t.plain))
	for _, i := range order {
		count := []int{i}
		switch {
		case i == t.surname && t.forename >= 0:
			continue
		case i == t.forename && t.surname >= 0:
			count = []int{t.surname, t.forename}
			counted[t.forename], counted[t.surname] = true, true
		}
		for _, k := range count {
			early := slices.ContainsFunc(t.given[k], func(g int) bool { return !counted[g] })
			if early || t.unless[k] >= 0 || k == t.spans {
				return true
			}
			counted[k] = true
		}
	}
	return false
}

// part is comparison i's part against strangers, a and b being the two cells.
func (w *tableWeights) part(t *nodes, p pattern, i int, a, b uint32) Weight {
	at := t.levelAt(p, i)
	v := w.strangers[i][at]
	if p.level(i) == 1 && w.value[i] != nil {
		v += w.rarity(t, i, at, a, b)
	}
	return v
}

// rarity is what agreement of two cells on the value itself adds to agreement.
func (w *tableWeights) rarity(t *nodes, i, at int, a, b uint32) Weight {
	c := &t.cols[t.plain[i]]
	x := c.tuple(a)
	v := w.value[i][x[0]]
	if a != b || len(x) > 1 {
		v = rarest(w.value[i], x, c.tuple(b), v)
	}
	return Weight(int64(v) * int64(w.share[i][at/t.levels(i)]) >> 10)
}

// rarest is the greatest weight of the values that two cells have in common, or
// else otherwise: cells of several values agree on the one that tells most.
func rarest(value []Weight, a, b []uint32, otherwise Weight) Weight {
	most, found := Weight(0), false
	for _, x := range a {
		if slices.Contains(b, x) && (!found || value[x] > most) {
			most, found = value[x], true
		}
	}
	if found {
		return most
	}
	return otherwise
}

// tableWeight is the weight of a pair, prior included: the odds against
// strangers and all other kinds of people together. It does not allocate.
func (s *scorer) tableWeight(p pattern, a, b int32) Weight {
	return s.rowWeight(p, s.t.row(a), s.t.row(b))
}

// rowWeight is tableWeight for the cells of two nodes.
func (s *scorer) rowWeight(p pattern, ra, rb []uint32) Weight {
	t, w := s.t, s.table
	strangers := w.prior - s.wholeName(p, ra, rb)
	var kin [kinds]Weight
	for k := range w.kin {
		kin[k] = w.kin[k].prior
	}
	for i, col := range t.plain {
		if p.level(i) == 0 {
			continue
		}
		at, rare := t.levelAt(p, i), Weight(0)
		if p.level(i) == 1 && w.value[i] != nil {
			rare = w.rarity(t, i, at, ra[col], rb[col])
		}
		strangers += w.strangers[i][at] + rare
		for k := range w.kin {
			kin[k] += w.kin[k].rows[i][at]
			if !w.kin[k].common[i] {
				kin[k] += rare
			}
		}
	}
	for k := range w.kin {
		strangers = against(strangers, kin[k])
	}
	return strangers
}

// against joins the odds against two alternatives: 1/(1/a + 1/b).
func against(a, b Weight) Weight {
	lesser, gap := min(a, b), max(a, b)-min(a, b)
	if int(gap) >= len(softening) {
		return lesser
	}
	return lesser - Weight(softening[gap])
}

// softening[d] is 1000·log2(1 + 2^(-d/1000)), to d = 10 bits.
var softening = func() [10_000]int16 {
	var out [10_000]int16
	for d := range out {
		out[d] = int16(math.Round(1000 * math.Log2(1+math.Exp2(-float64(d)/1000))))
	}
	return out
}()

// explainTable gives the parts of a pair's weight, the largest first, the prior
// last.
func (s *scorer) explainTable(out []Reason, p pattern, a, b int32) []Reason {
	t, w := s.t, s.table
	begin, sum := len(out), w.prior
	for i, col := range t.plain {
		if p.level(i) == 0 {
			continue
		}
		c := &t.cols[col]
		v := w.part(t, p, i, c.cells[a], c.cells[b])
		sum += v
		out = append(out, Reason{c.name, c.kind.LevelName(p.level(i)), v})
	}
	if v := s.wholeName(p, t.row(a), t.row(b)); v != 0 {
		sum -= v
		out = append(out, Reason{"forename with surname", "names that go together", -v})
	}
	if v := s.tableWeight(p, a, b) - sum; v != 0 {
		out = append(out, Reason{"household", "may be two relatives", v})
	}
	slices.SortStableFunc(out[begin:], func(x, y Reason) int {
		return cmp.Compare(max(y.Weight, -y.Weight), max(x.Weight, -x.Weight))
	})
	return append(out, Reason{"before any comparison", "two records at random", w.prior})
}
