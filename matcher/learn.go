package matcher

import (
	"cmp"
	"context"
	"slices"
)

// Train learns a model from unlabelled records.
//
// What strangers agree on (U of the stratum Apart) comes from the frequencies
// of values, exactly where "the same" is meant and from an even sample of pairs
// for the levels of likeness. Everything else is estimated by EM. Pairs within
// a household are all enumerated, so that there both M and U can be free; apart,
// M of a column is learnt only from pairs that some rule found without it. Of a
// Spec without context there are relatives and neighbors instead of households
// (Larsen and Rubin 2001), and Options.Labels count.
//
// It blocks until done, and fails with ErrModel where the Spec cannot be used, or
// with ctx's error once ctx ends.
func Train(ctx context.Context, in Input, opt Options) (*Model, error) {
	workers := opt.Workers
	b, err := newBase(in, workers)
	if err != nil {
		return nil, err
	}
	if len(b.context) == 0 {
		return newTableJob(b, opt).train(ctx, opt)
	}
	m := &Model{Version: ModelVersion, Spec: in.Spec, Records: int64(len(in.Rows))}
	label, n := b.node, b.n
	belief, pooled := b.defaults(), 0.0
	for round := range 2 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t := b.nodes(label, n, round > 0)
		if round == 0 {
			m.Frequencies = t.frequencies()
		} else {
			m.Traditions = t.traditions()
		}
		pairs := t.candidates(workers)
		l := &learner{t: t, counts: t.tally(pairs, workers), belief: belief, strength: beliefPairs,
			pooled: pooled, workers: workers}
		m.Rounds = append(m.Rounds, l.params())
		if round == 1 {
			break
		}
		belief, pooled = l.belief, l.strength
		s := newScorer(t, m, round)
		s.cautious = true
		edges := s.score(pairs, thresholds[0], workers)
		label, n = relabel(label, s.cluster(edges, thresholds[0], workers))
	}
	return m, nil
}

// frequencies counts the values that lead in the columns declared Frequent. A
// value met once or twice is as rare as any that will yet come, and is left out.
func (t *nodes) frequencies() []Frequency {
	var out []Frequency
	for i := range t.cols {
		c := &t.cols[i]
		if !t.spec.Columns[i].Frequent {
			continue
		}
		counts := make([]int64, len(c.text))
		f := Frequency{Column: c.name}
		for n := range int32(t.n) {
			if v := c.of(n); len(v) > 0 {
				counts[v[0]]++
				f.Total++
			}
		}
		if f.Total > 0 {
			out = append(out, f.of(c, counts))
		}
	}
	return out
}

// of lists the values met more than twice, the most frequent first.
func (f Frequency) of(c *column, counts []int64) Frequency {
	order := make([]int, 0, len(counts))
	for v, n := range counts {
		if n > 2 {
			order = append(order, v)
		}
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(c.text[x], c.text[y]))
	})
	for _, v := range order {
		f.Values, f.Counts = append(f.Values, c.text[v]), append(f.Counts, counts[v])
	}
	return f
}

// learner estimates one round's parameters.
type learner struct {
	t      *nodes
	counts []patternCount
	belief []Comparison // M of the plain comparisons
	// strength is how many pairs the belief is worth.
	strength float64
	// pooled is what the first round's belief is worth where people live
	// apart, among whom those who merely share a name pass for matches; 0 in
	// the first round.
	pooled  float64
	workers int
}

// The worth of the belief before in pairs. It keeps levels that a small data
// set never shows from being impossible, and gives way to a few hundred pairs.
const beliefPairs = 30

// worse is by how much likelier a mistake may be among the pairs that are left
// for the second round. Without a bound, brothers would pass for one boy with
// many slips.
const worse = 6

// overlooked is by how much the odds of a match are raised in the second round.
// EM counts the pairs that the guards speak against as no matches, and each
// doubtful pair by its own low probability; on fictional councils of different
// makers with known truth its odds fell short by a factor of three to eight.
const overlooked = 3

func (l *learner) params() Params {
	var apart, home []patternCount
	inHomes := 0.0
	for _, c := range l.counts {
		if l.t.household(c.p) {
			home = append(home, c)
			inHomes += float64(c.n)
		} else {
			apart = append(apart, c)
		}
	}
	h := l.stratum(l.marginal(home), 0.3)
	household := &em{layout: l.t.layout, counts: home, s: h, first: h, strength: l.strengths(), total: inHomes + 1}
	if l.pooled > 0 {
		household.within = worse
	}
	household.run()
	found := 0.0
	for _, n := range household.matches {
		found += n
	}
	if l.pooled == 0 {
		l.belief, l.pooled = household.s.Comparisons, l.strength+found
		l.strength = l.pooled
	}
	l.strength = l.pooled
	a := l.stratum(l.strangers(), min(0.1, 1/float64(l.t.n+1)))
	pairs := float64(l.t.n)*float64(l.t.n-1)/2 - inHomes
	rest := &em{layout: l.t.layout, counts: apart, s: a, first: a, strength: l.strengths(),
		fixedU: true, total: max(pairs, 1), shared: household.matches}
	rest.run()
	if household.within > 0 {
		household.s.Prior = raised(household.s.Prior)
		rest.s.Prior = raised(rest.s.Prior)
	}
	return Params{Household: household.s, Apart: rest.s}
}

func raised(prior float64) float64 {
	return prior * overlooked / (1 + prior*(overlooked-1))
}

// strengths is what the belief is worth for each comparison. Where people live
// apart, the postcode is a matter of its own.
func (l *learner) strengths() []float64 {
	out := make([]float64, len(l.t.sizes))
	for i := range out {
		out[i] = l.strength
		if i == len(l.t.plain) || l.t.cols[l.t.plain[i]].kind == Postcode {
			out[i] = beliefPairs
		}
	}
	return out
}

// stratum begins at the belief, with the given U.
func (l *learner) stratum(u []Comparison, prior float64) Stratum {
	s := Stratum{Prior: prior, Comparisons: u}
	for i := range l.t.plain {
		s.Comparisons[i].M = slices.Clone(l.belief[i].M)
		if kind := l.t.cols[l.t.plain[i]].kind; kind == Postcode {
			s.Comparisons[i].M = slices.Clone(beliefs[kind])
		}
	}
	last := &s.Comparisons[len(l.t.plain)]
	last.M = slices.Clone(last.U)
	return s
}

// marginal is how often each level is met among all pairs counted.
func (l *learner) marginal(counts []patternCount) []Comparison {
	n := make([][]float64, len(l.t.sizes))
	for i, size := range l.t.sizes {
		n[i] = make([]float64, size)
		for j := range n[i] {
			n[i][j] = 0.5
		}
		for _, c := range counts {
			n[i][l.t.levelAt(c.p, i)] += float64(c.n)
		}
	}
	out := l.comparisons(n)
	for i, col := range l.t.plain {
		if l.t.cols[col].kind == Identifier {
			out[i].U = []float64{1, 0.004, 0.002, 0.994}
		}
	}
	return out
}

func (l *learner) comparisons(n [][]float64) []Comparison {
	out := make([]Comparison, len(n))
	for i := range n {
		plain := i < len(l.t.plain)
		out[i] = Comparison{Name: "context", U: normalise(n[i], plain)}
		if plain {
			out[i].Name = l.t.cols[l.t.plain[i]].name
		}
	}
	return out
}

// sampled is how many nodes are compared with each other to learn how alike
// strangers are.
const sampled = 1000

// strangers is U of pairs that share no context.
func (l *learner) strangers() []Comparison {
	t := l.t
	k := min(sampled, t.n)
	parts := make([]map[tallyKey]int64, chunks)
	t.parallel(l.workers, func(c *comparer, part int) {
		parts[part] = make(map[tallyKey]int64)
		for i := part; i < k; i += chunks {
			for j := range i {
				p := c.pattern(int32(t.n*j/k), int32(t.n*i/k))
				if !t.household(p) {
					parts[part][tallyKey{p: p}]++
				}
			}
		}
	})
	sums := make(map[tallyKey]int64)
	for _, m := range parts {
		for p, n := range m {
			sums[p] += n
		}
	}
	out := l.marginal(sortedCounts(sums))
	for i, col := range t.plain {
		t.exact(&t.cols[col], out[i].U)
	}
	return out
}

// exact replaces the sampled probability of "the same" by the exact one.
func (t *nodes) exact(c *column, u []float64) {
	if c.kind == Span || c.kind == Code || c.kind == Role {
		return
	}
	counts := make([]float64, len(c.text))
	total := 0.0
	for n := range int32(t.n) {
		if v := c.of(n); len(v) > 0 {
			counts[v[0]]++
			total++
		}
	}
	same := 0.0
	for _, n := range counts {
		same += n * (n - 1)
	}
	u[1] = max(same/max(total*(total-1), 1), least)
}

// defaults are the beliefs before any data, for each kind of column. They
// matter where data are few.
func (b *base) defaults() []Comparison {
	var out []Comparison
	for _, col := range b.plain {
		m := slices.Clone(beliefs[b.cols[col].kind])
		out = append(out, Comparison{Name: b.cols[col].name, M: m})
	}
	return out
}
