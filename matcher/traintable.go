package matcher

import (
	"context"
	"math"
	"slices"
)

// trainPasses is how many passes, each over all but one part of the pairs, tell
// how sure the parameters are.
const trainPasses = 5

// severalPasses is up to how many nodes persons are sought twice, by the first
// model and by the second: in a small table each record of a person that is taken
// for another's counts.
const severalPasses = 60_000

// train learns the model of a table without context columns.
//
// EM goes over the same pairs several times. The first time every record of the
// survey counts as a person when strangers are measured, then every person that
// the model before finds.
func (j *tableJob) train(ctx context.Context, opt Options) (*Model, error) {
	t := j.t
	m := &Model{Version: ModelVersion, Spec: t.spec, Records: int64(len(j.b.node))}
	l := newTableLearner(t, j.pairs, opt.Workers)
	l.labels = j.b.labelled(t, opt.Labels)
	some := t.survey(j.pairs)
	among := some.alone(opt.Workers)
	thresholds := []Weight{thresholds[0], 0}
	if t.n > severalPasses {
		thresholds = thresholds[:1]
	}
	for pass := 0; ; pass++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		opt.progress("train", int64(pass), int64(len(thresholds)+1))
		m.Rounds = []Params{{Apart: l.stratum(among.comparisons())}}
		m.Frequencies = among.frequencies()
		if pass == len(thresholds) {
			break
		}
		among = some.persons(newScorer(t, m, 0), thresholds[pass], opt.Workers)
		among.apart = l.apart(m.Rounds[0].Apart)
	}
	l.spread(&m.Rounds[0].Apart)
	if t.n > largeTable && j.derived {
		m.Spec.Worthless = worthless(some.findings(newScorer(t, m, 0), len(t.spec.Rules), opt.Workers))
	}
	return m, nil
}

func itself(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// tableLearner estimates a table's parameters.
type tableLearner struct {
	t        *nodes
	counts   []patternCount
	parts    [trainPasses][]patternCount // of which counts is the sum
	labels   []labelCount
	shares   [kinds][][]float64 // what EM found last, see mixture
	measured [][]float64
	each     int64 // pairs that each counted one stands for
	workers  int
}

func newTableLearner(t *nodes, pairs []uint64, workers int) *tableLearner {
	l := &tableLearner{t: t, workers: workers}
	pairs, l.each = thin(pairs)
	var split [trainPasses][]uint64
	for _, w := range pairs {
		part := mix(w>>ruleBits+1) % trainPasses
		split[part] = append(split[part], w)
	}
	sum := make(map[tallyKey]int64)
	for i := range split {
		l.parts[i] = t.tally(split[i], workers)
		for _, c := range l.parts[i] {
			sum[c.tallyKey] += c.n
		}
	}
	l.counts = sortedCounts(sum)
	return l
}

// stratum runs EM with the given strangers.
func (l *tableLearner) stratum(u []Comparison) Stratum {
	e := l.mixture(l.counts)
	e.begin(u, l.t.n)
	e.run()
	l.shares, l.measured = e.shares, e.measured
	return e.s
}

// apart says of a pattern how likely a pair that shows it is of two strangers.
func (l *tableLearner) apart(s Stratum) func(p pattern) float64 {
	e := &mixture{layout: l.t.layout, s: s}
	return func(p pattern) float64 {
		match, kin := e.posterior(p)
		return max(0, 1-match-sum(kin[:]))
	}
}

func (l *tableLearner) mixture(counts []patternCount) *mixture {
	n := float64(l.t.n)
	pairs := n * (n - 1) / 2 / float64(l.each)
	e := &mixture{layout: l.t.layout, counts: counts, labels: l.labels, total: max(pairs, 1)}
	for _, col := range l.t.plain {
		e.belief = append(e.belief, beliefs[l.t.cols[col].kind])
	}
	return e
}

// spread measures by how much the weights differ between passes, each of which
// leaves out a part of the pairs: the jackknife's standard deviation.
func (l *tableLearner) spread(s *Stratum) {
	sum := make([][]float64, len(s.Comparisons))
	square := make([][]float64, len(s.Comparisons))
	for i, c := range s.Comparisons {
		sum[i], square[i] = make([]float64, len(c.M)), make([]float64, len(c.M))
	}
	for pass := range trainPasses {
		e := l.mixture(l.leaving(pass))
		e.s = s.copy()
		for kind, x := range l.shares {
			e.shares[kind] = slices.Clone(x) // each is replaced as a whole
		}
		e.measured = l.measured
		for range 5 {
			e.step()
		}
		for i, c := range e.s.Comparisons {
			for j := range c.M {
				x := math.Log2(c.M[j])
				sum[i][j] += x
				square[i][j] += x * x
			}
		}
	}
	const n = trainPasses
	for i := range s.Comparisons {
		spread := make([]float64, len(sum[i]))
		for j := range spread {
			spread[j] = math.Round(1000*math.Sqrt(max(0, (n-1)*(square[i][j]/n-sum[i][j]*sum[i][j]/n/n)))) / 1000
		}
		s.Comparisons[i].Spread = spread
	}
}

// leaving are the counts without those of one part.
func (l *tableLearner) leaving(part int) []patternCount {
	out := slices.Clone(l.counts)
	i := 0
	for _, c := range l.parts[part] {
		for out[i].tallyKey != c.tallyKey {
			i++
		}
		out[i].n -= c.n
	}
	return out
}

func (s Stratum) copy() Stratum {
	out := s
	out.Comparisons = append([]Comparison(nil), s.Comparisons...)
	return out
}

// Label is a pair of records that a person has judged.
type Label struct {
	A, B int32
	Same bool
}

// labelled are the labels' patterns.
func (b *base) labelled(t *nodes, labels []Label) []labelCount {
	c := t.comparer()
	var out []labelCount
	for _, l := range labels {
		if x, y := b.node[l.A], b.node[l.B]; x != y {
			out = append(out, labelCount{c.pattern(x, y), l.Same, 1})
		}
	}
	return out
}
