package matcher

import (
	"math"
	"slices"
)

// mixture estimates the parameters of a table without context columns: every
// candidate pair is of one person, of two relatives of one household, or of two
// strangers, in unknown shares (three classes, as Larsen and Rubin 2001 had for
// census records). Relatives differ from strangers only in the columns that
// households share; without them a family's pairs would be taken for records of
// one person with a few mistakes. U is known and stays.
type mixture struct {
	*layout
	counts []patternCount
	s      Stratum
	belief [][]float64 // M of each level of each comparison before any data
	total  float64     // pairs that the priors are over
	// labels are pairs that a person has judged: what they count is certain.
	labels []labelCount
}

// labelCount is how many judged pairs show a pattern.
type labelCount struct {
	p    pattern
	same bool
	n    float64
}

// kinShare is how often relatives are believed to agree on a shared column as
// one person would, before any data.
const kinShare = 0.7

// kinTwins is how often two relatives are of an age.
const kinTwins = 0.01

// begin sets the parameters before the first iteration; u are the strangers'.
func (e *mixture) begin(u []Comparison, nodes int) {
	e.s.Comparisons = u
	e.s.Prior = 1 / float64(nodes+1)
	if slices.ContainsFunc(e.spec.Columns, func(c ColumnSpec) bool { return c.Shared }) {
		e.s.Kin = e.s.Prior
	}
	for i := range e.s.Comparisons {
		c := &e.s.Comparisons[i]
		c.M = make([]float64, len(c.U))
		for j := range c.M {
			c.M[j] = e.belief[i][j%e.levels(i)]
		}
		c.Kin = e.kin(i, c.M, c.U, kinShare)
	}
}

// kin mixes what one person's records show with what strangers' do: relatives
// have the shared columns in common and are strangers in the others, twins
// apart.
func (e *mixture) kin(i int, m, u []float64, share float64) []float64 {
	if e.s.Kin == 0 {
		return nil
	}
	switch c := e.spec.Columns[e.plain[i]]; {
	case c.Shared:
	case c.Kind == Date:
		share = kinTwins
	default:
		share = 0
	}
	out := make([]float64, len(u))
	for j := range out {
		out[j] = share*m[j] + (1-share)*u[j]
	}
	return out
}

func (e *mixture) run() {
	for range emRounds {
		if e.step() < 1e-4 {
			return
		}
	}
}

// step is one iteration; it returns by how much the priors moved, relatively.
func (e *mixture) step() float64 {
	m, k := e.zeros(), e.zeros()
	matches, kin := 0.0, 0.0
	for _, c := range e.counts {
		q, r := e.posterior(c.p)
		q, r = q*float64(c.n), r*float64(c.n)
		matches, kin = matches+q, kin+r
		for i := range e.sizes {
			if c.held>>i&1 == 0 {
				l := e.levelAt(c.p, i)
				m[i][l] += q
				k[i][l] += r
			}
		}
	}
	for _, c := range e.labels {
		for i := range e.sizes {
			if c.same {
				m[i][e.levelAt(c.p, i)] += c.n
			}
		}
	}
	prior := min(max(matches/e.total, 1e-12), 0.9)
	moved := math.Abs(math.Log(prior / e.s.Prior))
	e.s.Prior = prior
	if e.s.Kin > 0 {
		e.s.Kin = min(max(kin/e.total, 1e-12), 0.9)
	}
	for i := range e.s.Comparisons {
		c := &e.s.Comparisons[i]
		c.M = e.rows(i, m[i], func(int) []float64 { return e.belief[i] })
		if e.s.Kin > 0 && e.spec.Columns[e.plain[i]].Shared {
			first := e.kin(i, c.M, c.U, kinShare)
			c.Kin = e.rows(i, k[i], func(row int) []float64 { return first[row*e.levels(i):] })
		}
	}
	return moved
}

func (e *mixture) zeros() [][]float64 {
	out := make([][]float64, len(e.sizes))
	for i, n := range e.sizes {
		out[i] = make([]float64, n)
	}
	return out
}

// rows turns the counts of a comparison into probabilities row by row. The
// column as a whole starts at the belief of its row, and each row at the column
// as a whole, each worth beliefPairs.
func (e *mixture) rows(i int, n []float64, belief func(row int) []float64) []float64 {
	levels := e.levels(i)
	out := make([]float64, 0, len(n))
	if len(n) == levels {
		return blend(out, n, belief(0))
	}
	whole := make([]float64, levels)
	for j, x := range n {
		whole[j%levels] += x
	}
	for row := range len(n) / levels {
		first := blend(nil, whole, belief(row)[:levels])
		out = blend(out, n[row*levels:(row+1)*levels], first)
	}
	return out
}

// blend appends the probabilities of the levels by counts and a belief worth
// beliefPairs; missing is none of them and stands as 1.
func blend(out, n, belief []float64) []float64 {
	sum, first := 0.0, 0.0
	for l := 1; l < len(n); l++ {
		sum += n[l]
		first += belief[l]
	}
	out = append(out, 1)
	for l := 1; l < len(n); l++ {
		p := (n[l] + beliefPairs*belief[l]/first) / (sum + beliefPairs)
		out = append(out, max(p, least))
	}
	return out
}

// posterior is the probability that a pair of the pattern is of one person, and
// that it is of two relatives.
func (e *mixture) posterior(p pattern) (match, kin float64) {
	m, k, u := e.s.Prior, e.s.Kin, 1-e.s.Prior-e.s.Kin
	for i := range e.s.Comparisons {
		if p.level(i) == 0 {
			continue
		}
		c, l := &e.s.Comparisons[i], e.levelAt(p, i)
		m *= c.M[l]
		u *= c.U[l]
		if e.s.Kin > 0 {
			k *= c.Kin[l]
		}
	}
	sum := m + k + u
	return m / sum, k / sum
}
