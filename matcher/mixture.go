package matcher

import (
	"math"
	"slices"
)

// mixture estimates the parameters of a table without context columns: every
// candidate pair is of one person, of two relatives, of two neighbors, or of two
// strangers, in unknown shares (Larsen and Rubin 2001 had such classes for census
// records). Relatives differ from strangers in the columns that households share,
// neighbors in those of the place only; without them a family's pairs would be
// taken for records of one person with a few mistakes. U is known and stays.
type mixture struct {
	*layout
	counts []patternCount
	s      Stratum
	belief [][]float64 // M of each level of each comparison before any data
	total  float64     // pairs that the priors are over
	// shares are how often relatives agree as one person would, for each class
	// of rows.
	shares [kinds][][]float64
	// measured are the strangers of e-mail addresses as they were given.
	measured [][]float64
	// labels are pairs that a person has judged: what they count is certain.
	labels []labelCount
}

// labelCount is how many judged pairs show a pattern.
type labelCount struct {
	p    pattern
	same bool
	n    float64
}

// The kinds of two people who are no strangers.
const (
	relatives = iota // of one household
	neighbors        // of one place, with nothing else in common
	kinds
)

// kinShare is how often two people of a kind agree on a column as the records of
// one person would, before any data: on a shared column by living together, on
// the others by being twins or by being named after each other. Otherwise they
// compare as strangers.
func kinShare(kind int, c ColumnSpec) float64 {
	switch {
	case c.Shared && (kind == relatives || c.Group == placeGroup):
		return 0.7
	case kind == neighbors:
		return 0
	case c.Kind == Forename:
		return 0.02
	case c.Kind == Date:
		return 0.01
	}
	return 0
}

// inCommon says whether people of the kind have a column in common.
func inCommon(kind int, c ColumnSpec) bool {
	return c.Shared && (kind == relatives || c.Group == placeGroup)
}

// leastShare is how often relatives have a shared column in common at least:
// those who have neither name nor place are no relatives that anything is known
// of, and EM would rather describe a street than a family.
func leastShare(kind int, c ColumnSpec) float64 {
	if kind == relatives && c.Shared && (c.Kind == Surname || c.Group == placeGroup) {
		return 0.5
	}
	return 0
}

// placeGroup is the group of the columns that say where.
const placeGroup = "place"

// mostM bounds how often a level may be shown by records of one person, whatever
// EM finds: where fathers and sons of one name are many, it would rather believe
// in dates of birth that are a generation wrong.
func mostM(k Kind, l Level) float64 {
	if k == Date && l == DateGeneration {
		return 0.01
	}
	return 1
}

// begin sets the parameters before the first iteration; u are the strangers'.
func (e *mixture) begin(u []Comparison, nodes int) {
	e.s.Comparisons = u
	e.s.Prior = 1 / float64(nodes+1)
	for kind := range kinds {
		if slices.ContainsFunc(e.spec.Columns, func(c ColumnSpec) bool { return inCommon(kind, c) }) {
			e.s.Kin = append(e.s.Kin, e.s.Prior)
		}
	}
	for kind := range e.s.Kin {
		e.shares[kind] = make([][]float64, len(u))
	}
	e.measured = make([][]float64, len(u))
	for i := range e.s.Comparisons {
		c := &e.s.Comparisons[i]
		c.M = make([]float64, len(c.U))
		for j := range c.M {
			c.M[j] = e.belief[i][j%e.levels(i)]
		}
		c.Kin = make([][]float64, len(e.s.Kin))
		for kind := range e.s.Kin {
			share := kinShare(kind, e.spec.Columns[e.plain[i]])
			e.shares[kind][i] = slices.Repeat([]float64{share}, e.classes(i))
			c.Kin[kind] = e.kin(i, e.shares[kind][i])
		}
	}
}

// kin mixes what one person's records show with what strangers' do.
func (e *mixture) kin(i int, shares []float64) []float64 {
	c := &e.s.Comparisons[i]
	out := make([]float64, len(c.U))
	for j := range out {
		share := shares[e.class(i, j)]
		out[j] = share*c.M[j] + (1-share)*c.U[j]
	}
	return out
}

// classes is how many classes of rows relatives are asked about by themselves:
// the forename is given to children, but never to a twin, so that its share is
// another for each state of the date of birth.
func (l *layout) classes(i int) int {
	if i == l.forename && l.leaning[i] && l.given[i][0] == l.date {
		return 1 << 2
	}
	return 1
}

// class is the class of what stands at j of comparison i.
func (l *layout) class(i, j int) int { return j * l.classes(i) / l.sizes[i] }

func (e *mixture) run() {
	for range emRounds {
		if e.step() < 1e-4 {
			return
		}
	}
}

// step is one iteration; it returns by how much the priors moved, relatively.
func (e *mixture) step() float64 {
	m, u := e.zeros(), e.zeros()
	var k [kinds][][]float64
	for kind := range e.s.Kin {
		k[kind] = e.zeros()
	}
	matches, kin := 0.0, [kinds]float64{}
	for _, c := range e.counts {
		q, r := e.posterior(c.p)
		n := float64(c.n)
		q *= n
		matches += q
		rest := n - q
		for kind := range e.s.Kin {
			r[kind] *= n
			kin[kind] += r[kind]
			rest -= r[kind]
		}
		for i := range e.sizes {
			if c.held>>i&1 != 0 {
				continue
			}
			l := e.levelAt(c.p, i)
			m[i][l] += q
			u[i][l] += rest
			for kind := range e.s.Kin {
				k[kind][i][l] += r[kind]
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
	// Half a pair more (Jeffreys): a handful of records shows none for certain.
	prior := min((matches+0.5)/(e.total+1), 0.9)
	moved := math.Abs(math.Log(prior / e.s.Prior))
	e.s.Prior = prior
	for kind := range e.s.Kin {
		e.s.Kin[kind] = min(max(kin[kind]/e.total, 1e-12), 0.9)
	}
	for i := range e.s.Comparisons {
		c := &e.s.Comparisons[i]
		c.M = e.rows(i, m[i], func(int) []float64 { return e.belief[i] })
		e.bound(i)
		if e.spec.Columns[e.plain[i]].Kind == Email {
			e.lookalikes(i, u[i])
		}
		for kind := range e.s.Kin {
			e.relate(kind, i, k[kind][i])
		}
	}
	return moved
}

// lookalikes sets how alike the addresses of strangers are who may be compared
// at all: they mostly share a name, and e-mail addresses are made of names. So
// do they have one in common, as often as their other columns show: those who
// were taken for one person when strangers were measured are strangers again.
func (e *mixture) lookalikes(i int, n []float64) {
	c, levels := &e.s.Comparisons[i], e.levels(i)
	if e.measured[i] == nil {
		e.measured[i] = c.U
	}
	whole := make([]float64, levels)
	for j, x := range n {
		if j%levels != 1 {
			whole[j%levels] += x
		}
	}
	likely := blend(nil, whole, e.measured[i][:levels])
	out := make([]float64, 0, len(n))
	for row := range len(n) / levels {
		belief := withSame(likely, e.measured[i][row*levels+1])
		if e.named(i, row) {
			belief = blend(nil, n[row*levels:(row+1)*levels], belief)
		}
		out = append(out, belief...)
	}
	c.U = out
}

// named says whether some of the names are alike in a row of comparison i.
func (e *mixture) named(i, row int) bool {
	for range e.given[i] {
		if s := row & 3; e.leaning[i] && (s == agreed || s == between) {
			return true
		}
		row >>= 2
	}
	return false
}

// bound keeps the levels of comparison i below what one person's may show; "the
// same" takes up the rest.
func (e *mixture) bound(i int) {
	m, kind := e.s.Comparisons[i].M, e.spec.Columns[e.plain[i]].Kind
	for j, x := range m {
		if most := mostM(kind, Level(j%e.levels(i))); x > most && j%e.levels(i) != 0 {
			m[j-j%e.levels(i)+1] += x - most
			m[j] = most
		}
	}
}

// relate sets what people of a kind show in a column: of neighbors' places
// whatever they do show, of others only how often they agree as one person would.
func (e *mixture) relate(kind, i int, n []float64) {
	c, col := &e.s.Comparisons[i], e.spec.Columns[e.plain[i]]
	share := kinShare(kind, col)
	if kind == neighbors && share > 0 {
		first := e.kin(i, slices.Repeat([]float64{share}, e.classes(i)))
		c.Kin[kind] = e.rows(i, n, func(row int) []float64 { return first[row*e.levels(i):] })
		return
	}
	if share > 0 {
		e.shares[kind][i] = e.share(kind, i, n)
	}
	c.Kin[kind] = e.kin(i, e.shares[kind][i])
}

// share finds how often people of a kind agree as one person would, by how often
// they show what they do. The column as a whole starts at what is believed, and
// each class of rows at the column as a whole.
func (e *mixture) share(kind, i int, n []float64) []float64 {
	c, col, before := &e.s.Comparisons[i], e.spec.Columns[e.plain[i]], e.shares[kind][i]
	as, all := make([]float64, len(before)), make([]float64, len(before))
	for j, x := range n {
		if j%e.levels(i) != 0 {
			k := e.class(i, j)
			as[k] += x * before[k] * c.M[j] / (before[k]*c.M[j] + (1-before[k])*c.U[j])
			all[k] += x
		}
	}
	bound := func(x float64) float64 { return min(max(x, leastShare(kind, col)), 0.98) }
	whole := bound((sum(as) + kinShare(kind, col)*beliefPairs) / (sum(all) + beliefPairs))
	if len(before) == 1 {
		return []float64{whole}
	}
	out := make([]float64, len(before))
	for k := range out {
		out[k] = bound((as[k] + whole*beliefPairs) / (all[k] + beliefPairs))
	}
	return out
}

func sum(x []float64) float64 {
	total := 0.0
	for _, y := range x {
		total += y
	}
	return total
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
	if e.leaning[i] { // one person's slips in a name know nothing of other columns
		return slices.Repeat(blend(nil, whole, belief(0)), len(n)/levels)
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
// that it is of two people of each kind.
func (e *mixture) posterior(p pattern) (match float64, kin [kinds]float64) {
	m, u := e.s.Prior, 1-e.s.Prior
	for kind, x := range e.s.Kin {
		kin[kind] = x
		u -= x
	}
	for i := range e.s.Comparisons {
		if p.level(i) == 0 {
			continue
		}
		c, l := &e.s.Comparisons[i], e.levelAt(p, i)
		m *= c.M[l]
		u *= c.U[l]
		for kind := range c.Kin {
			kin[kind] *= c.Kin[kind][l]
		}
	}
	sum := m + u
	for _, x := range kin {
		sum += x
	}
	for kind := range kin {
		kin[kind] /= sum
	}
	return m / sum, kin
}
