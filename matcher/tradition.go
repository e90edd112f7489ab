package matcher

import (
	"cmp"
	"math"
	"slices"
)

// Traditions say which forenames and surnames go together. Names are given
// within traditions of language and faith, so that a Polish forename is far
// likelier with a Polish surname than its frequency suggests; a model that
// takes the two for independent overrates every agreement of a whole name, and
// most so in the smaller communities. The traditions are a latent class model
// of the pairs of names met (Hofmann's aspect model, 1999), fitted by EM without
// knowing anything of languages.
type Traditions struct {
	// Share is each tradition's part of all people.
	Share []float64 `json:"share"`
	// Forenames and Surnames give, for the names met more than once, the
	// chances in thousandths of belonging to each tradition.
	Forenames []NameTradition `json:"forenames"`
	Surnames  []NameTradition `json:"surnames"`
}

// NameTradition is one name's chances.
type NameTradition struct {
	Name   string   `json:"name"`
	Chance []uint16 `json:"chance"`
}

const (
	// traditionCount is how many traditions are told apart at most.
	traditionCount = 12
	// traditionRounds is how often their model is refined.
	traditionRounds = 40
	// doubt is how many people's worth a name is held to be of no tradition in
	// particular.
	doubt = 1.5
)

// namePair is a whole name and how many nodes have it.
type namePair struct {
	forename, surname uint32
	n                 float64
}

// traditions fits the model to the leading names of the nodes; nil without
// names.
func (t *nodes) traditions() *Traditions {
	if t.forename < 0 || t.surname < 0 {
		return nil
	}
	f, s := &t.cols[t.plain[t.forename]], &t.cols[t.plain[t.surname]]
	pairs := t.namePairs(f, s)
	if len(pairs) == 0 {
		return nil
	}
	share, pf, ps := latent(f, s, pairs)
	out := &Traditions{Share: share}
	out.Forenames = chances(f, pairs, func(p namePair) uint32 { return p.forename }, pf)
	out.Surnames = chances(s, pairs, func(p namePair) uint32 { return p.surname }, ps)
	return out
}

// latent fits the model to whole names: each tradition's share, and the chances of
// each forename and surname.
func latent(f, s *column, pairs []namePair) (share, pf, ps []float64) {
	share = make([]float64, traditionCount)
	for k := range share {
		share[k] = 1.0 / traditionCount
	}
	pf, ps = firstChances(f), firstChances(s)
	for range traditionRounds {
		share, pf, ps = refine(pairs, share, pf, ps)
	}
	return share, pf, ps
}

func (t *nodes) namePairs(f, s *column) []namePair {
	counts := make(map[[2]uint32]int)
	for n := range int32(t.n) {
		if x, y := f.of(n), s.of(n); len(x) > 0 && len(y) > 0 {
			counts[[2]uint32{x[0], y[0]}]++
		}
	}
	out := make([]namePair, 0, len(counts))
	for k, n := range counts {
		out = append(out, namePair{k[0], k[1], float64(n)})
	}
	slices.SortFunc(out, func(a, b namePair) int {
		return cmp.Or(cmp.Compare(f.text[a.forename], f.text[b.forename]),
			cmp.Compare(s.text[a.surname], s.text[b.surname]))
	})
	return out
}

// firstChances begins with chances that a hash of the name makes uneven: EM
// must have something to go on, and it must always be the same.
func firstChances(c *column) []float64 {
	out := make([]float64, len(c.text)*traditionCount)
	for i, h := range c.prep.hash {
		sum := 0.0
		row := out[i*traditionCount : (i+1)*traditionCount]
		for k := range row {
			h = mix(h + uint64(k) + 1)
			row[k] = 1 + float64(h%1000)/1000
			sum += row[k]
		}
		for k := range row {
			row[k] /= sum
		}
	}
	return out
}

// refine is one step of EM: each whole name is shared out among the traditions,
// then each name's chances are those of the whole names it stands in.
func refine(pairs []namePair, share, pf, ps []float64) (newShare, nf, ns []float64) {
	const k = traditionCount
	newShare = make([]float64, k)
	nf, ns = make([]float64, len(pf)), make([]float64, len(ps))
	var r [k]float64
	for _, p := range pairs {
		a, b := pf[p.forename*k:(p.forename+1)*k], ps[p.surname*k:(p.surname+1)*k]
		sum := 0.0
		for i := range r {
			r[i] = a[i] * b[i] / max(share[i], 1e-9)
			sum += r[i]
		}
		x, y := nf[p.forename*k:(p.forename+1)*k], ns[p.surname*k:(p.surname+1)*k]
		for i := range r {
			w := p.n * r[i] / max(sum, 1e-300)
			newShare[i] += w
			x[i] += w
			y[i] += w
		}
	}
	scale(newShare, nil)
	for i := 0; i < len(nf); i += k {
		scale(nf[i:i+k], newShare)
	}
	for i := 0; i < len(ns); i += k {
		scale(ns[i:i+k], newShare)
	}
	return newShare, nf, ns
}

// scale makes chances of counts, with doubt's worth of share.
func scale(row, share []float64) {
	sum := 0.0
	for i := range row {
		if share != nil {
			row[i] += doubt * share[i]
		}
		sum += row[i]
	}
	for i := range row {
		row[i] /= max(sum, 1e-300)
	}
}

func chances(c *column, pairs []namePair, of func(namePair) uint32, p []float64) []NameTradition {
	seen := make([]float64, len(c.text))
	for _, x := range pairs {
		seen[of(x)] += x.n
	}
	var out []NameTradition
	for i, n := range seen {
		if n < 2 {
			continue
		}
		row := make([]uint16, traditionCount)
		for k := range row {
			row[k] = uint16(math.Round(1000 * p[i*traditionCount+k]))
		}
		out = append(out, NameTradition{c.text[i], row})
	}
	slices.SortFunc(out, func(a, b NameTradition) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// companions looks up how much likelier a whole name is than its parts make it.
type companions struct {
	share             []float64
	forename, surname [][]uint16 // by value, nil for names not known
}

func (t *nodes) companions(m *Model) *companions {
	if m.Traditions == nil || t.forename < 0 || t.surname < 0 {
		return nil
	}
	return &companions{share: m.Traditions.Share,
		forename: byValue(&t.cols[t.plain[t.forename]], m.Traditions.Forenames),
		surname:  byValue(&t.cols[t.plain[t.surname]], m.Traditions.Surnames)}
}

func byValue(c *column, names []NameTradition) [][]uint16 {
	known := make(map[string][]uint16, len(names))
	for _, n := range names {
		known[n.Name] = n.Chance
	}
	out := make([][]uint16, len(c.text))
	for i, s := range c.text {
		out[i] = known[s]
	}
	return out
}

// weight is the log2 of how much likelier two strangers share the whole name
// than if its parts were independent.
func (c *companions) weight(forename, surname uint32) Weight {
	a, b := c.forename[forename], c.surname[surname]
	if a == nil || b == nil {
		return 0
	}
	ratio := 0.0
	for k, s := range c.share {
		ratio += float64(a[k]) * float64(b[k]) / 1e6 / max(s, 1e-9)
	}
	return Weight(math.Round(1000 * math.Log2(max(ratio, 0.5))))
}

func (t *Traditions) fits() bool {
	if t == nil {
		return true
	}
	for _, names := range [][]NameTradition{t.Forenames, t.Surnames} {
		for _, n := range names {
			if len(n.Chance) != len(t.Share) {
				return false
			}
		}
	}
	return true
}
