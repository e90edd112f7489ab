package matcher

import (
	"cmp"
	"maps"
	"slices"
)

// tallyKey is a pattern with the comparisons that its pair was found by.
type tallyKey struct {
	p    pattern
	held uint16
}

// patternCount is how many candidate pairs show a pattern.
type patternCount struct {
	tallyKey
	n int64
}

// enough is how many pairs parameters are learnt from: of more, an even part
// chosen by a hash of the pair stands for all.
const enough = 500_000

// thin picks the pairs to learn from, and says for how many each stands.
func thin(pairs []uint64) ([]uint64, int64) {
	every := uint64(len(pairs)/enough) + 1
	if every == 1 {
		return pairs, 1
	}
	out := make([]uint64, 0, len(pairs)/int(every)+1)
	for _, w := range pairs {
		if mix(w>>ruleBits)%every == 0 {
			out = append(out, w)
		}
	}
	return out, int64(every)
}

// tally counts the patterns of the candidate pairs. held marks the comparisons
// that every rule which found the pair is made of: the pair tells nothing of
// how often they agree.
func (t *nodes) tally(pairs []uint64, workers int) []patternCount {
	held := t.heldByRules()
	pairs, each := thin(pairs)
	parts := make([]map[tallyKey]int64, chunks)
	t.parallel(workers, func(c *comparer, i int) {
		parts[i] = t.tallyPart(c, pairs[len(pairs)*i/chunks:len(pairs)*(i+1)/chunks], held)
	})
	sum := make(map[tallyKey]int64)
	for _, m := range parts {
		for k, n := range m {
			sum[k] += n * each
		}
	}
	return sortedCounts(sum)
}

func sortedCounts(sum map[tallyKey]int64) []patternCount {
	out := make([]patternCount, 0, len(sum))
	for _, k := range slices.SortedFunc(maps.Keys(sum), func(a, b tallyKey) int {
		return cmp.Or(cmp.Compare(a.p, b.p), cmp.Compare(a.held, b.held))
	}) {
		out = append(out, patternCount{k, sum[k]})
	}
	return out
}

func (t *nodes) tallyPart(c *comparer, pairs []uint64, held []uint16) map[tallyKey]int64 {
	m := make(map[tallyKey]int64)
	for _, w := range pairs {
		a, b, rules := pairOf(w)
		if t.parted(a, b) {
			continue
		}
		h := ^uint16(0)
		for r := range held {
			if rules&(1<<r) != 0 {
				h &= held[r]
			}
		}
		m[tallyKey{c.pattern(a, b), h}]++
	}
	return m
}

// heldByRules returns for each rule the comparisons whose columns it uses; the
// composite comparison is the last bit.
func (t *nodes) heldByRules() []uint16 {
	out := make([]uint16, len(t.spec.Rules))
	for i, r := range t.spec.Rules {
		for _, p := range r.Parts {
			for j, col := range t.plain {
				if t.cols[col].name == p.Column {
					out[i] |= 1 << j
				}
			}
			for _, col := range t.context {
				if t.cols[col].name == p.Column {
					out[i] |= 1 << len(t.plain)
				}
			}
		}
	}
	return out
}

// emRounds bounds the iterations of EM; it mostly settles sooner.
const emRounds = 60

// em estimates a stratum by expectation–maximisation on pattern counts. The
// pairs counted are all of the stratum, or (fixedU) those that blocking found
// of pairs in total, where U is known and stays.
type em struct {
	*layout
	counts []patternCount
	s      Stratum
	first  Stratum // the belief before
	// strength is how many pairs the first belief is worth, by comparison.
	strength []float64
	// fixedU says that U is known: then the pairs counted are those that
	// blocking found of total pairs, and the composite comparison is not EM's
	// but contextM's.
	fixedU bool
	// within bounds how much likelier than believed at first a level may
	// become among matches; 0 is no bound.
	within  float64
	total   float64   // pairs that the prior is over
	shared  []float64 // matches within households, by mask
	matches []float64 // expected matches, by mask
}

func (e *em) run() Stratum {
	e.s.Comparisons = slices.Clone(e.s.Comparisons) // the first belief stays
	for range emRounds {
		if e.step() < 1e-5 {
			break
		}
	}
	return e.s
}

// step is one iteration; it returns by how much the prior moved, relatively.
func (e *em) step() float64 {
	m := e.pseudo(func(c Comparison) []float64 { return c.M })
	u := e.pseudo(func(c Comparison) []float64 { return c.U })
	matches := 0.0
	e.matches = make([]float64, e.masks())
	for _, c := range e.counts {
		q := 0.0
		if !e.guard(c.p) {
			q = e.posterior(c.p)
		}
		yes, no := q*float64(c.n), (1-q)*float64(c.n)
		matches += yes
		e.matches[e.mask(c.p)] += yes
		for i := range e.sizes {
			if c.held>>i&1 != 0 && e.fixedU {
				continue
			}
			l := e.levelAt(c.p, i)
			m[i][l] += yes
			u[i][l] += no
		}
	}
	prior := min(max(matches/e.total, 1e-12), 0.999)
	moved := max(prior/e.s.Prior, e.s.Prior/prior) - 1
	e.s.Prior = prior
	for i := range e.s.Comparisons {
		c := &e.s.Comparisons[i]
		plain := i < len(e.plain)
		if !plain && !e.fixedU {
			temper(m[i], u[i], prior)
		}
		if plain || !e.fixedU {
			c.M = normalise(m[i], plain)
		}
		if plain && e.within > 0 {
			keepWithin(c.M, e.first.Comparisons[i].M, e.within)
		}
		if !e.fixedU {
			c.U = normalise(u[i], plain)
		}
		if plain && e.spec.Columns[e.plain[i]].Kind == Code {
			unlikelyCodes(c.M, c.U)
		}
	}
	if e.fixedU {
		e.contextM()
	}
	return moved
}

// unlikelyCodes keeps one person's codes from differing oftener than strangers'.
// Where nearly everybody has one code they would on the belief alone, and two
// codes that differ would speak for one person.
func unlikelyCodes(m, u []float64) {
	if over := m[Differs] - u[Differs]; over > 0 {
		m[Agrees] += over
		m[Differs] -= over
	}
}

// seldom is how many pairs of a composite level it takes to believe what they
// say as much as that it says nothing.
const seldom = 10

// temper adds to each level of a comparison pairs of whom as many match as of
// all: a level that was hardly met weighs next to nothing.
func temper(m, u []float64, prior float64) {
	for l := range m {
		m[l] += seldom * prior
		u[l] += seldom * (1 - prior)
	}
}

// keepWithin lowers the levels that are too far above what was believed first;
// "the same" takes up the rest.
func keepWithin(m, first []float64, within float64) {
	for l := 2; l < len(m); l++ {
		if most := max(within*first[l], leastM); m[l] > most {
			m[1] += m[l] - most
			m[l] = most
		}
	}
}

// contextM sets the composite comparison of pairs that share nothing: of the
// matches whose contexts are known to the same extent, how many do share none?
// The prior is then that of a match whose contexts are not known at all.
func (e *em) contextM() {
	c := &e.s.Comparisons[len(e.plain)]
	apart, all := 0.0, 0.0
	for i, n := range e.matches {
		apart, all = apart+n, all+n+e.shared[i]
	}
	for i, n := range e.matches {
		share := 1.0
		if i > 0 { // half of a few matches, as long as none is known
			share = (n + 5) / (n + e.shared[i] + 10)
		}
		l := e.maskLevel(i)
		c.M[l], c.U[l] = share, 1
	}
	e.s.Prior = min(max(e.s.Prior*all/max(apart, 1e-9), 1e-12), 0.5)
}

// pseudo starts the counts at the belief before.
func (e *em) pseudo(of func(Comparison) []float64) [][]float64 {
	out := make([][]float64, len(e.sizes))
	for i, c := range e.first.Comparisons {
		out[i] = make([]float64, e.sizes[i])
		for l, p := range of(c) {
			out[i][l] = p * e.strength[i]
		}
	}
	return out
}

// posterior is the probability that a pair of the pattern is of one person.
func (e *em) posterior(p pattern) float64 {
	m, u := e.s.Prior, 1-e.s.Prior
	for i, c := range e.s.Comparisons {
		l := e.levelAt(p, i)
		if l == 0 && i < len(e.plain) {
			continue
		}
		m *= c.M[l]
		u *= c.U[l]
	}
	return m / (m + u)
}

// least is the smallest probability that a level may have, and leastM that of a
// level among matches: whatever can be written down has been miswritten.
const (
	least  = 1e-7
	leastM = 1e-3
)

// normalise turns counts into probabilities of the levels; missing is none of
// them unless the comparison is the composite one.
func normalise(n []float64, plain bool) []float64 {
	sum := 0.0
	for l, x := range n {
		if l > 0 || !plain {
			sum += x
		}
	}
	out := make([]float64, len(n))
	for l, x := range n {
		out[l] = max(x/max(sum, 1e-300), least)
	}
	if plain {
		out[0] = 1
	}
	return out
}
