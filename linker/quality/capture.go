package quality

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// captures are how many true pairs are expected of each set of rules that found
// them: the capture histories of pairs.
type captures map[uint32]float64

func (c captures) total() float64 {
	sum := 0.0
	for _, h := range slices.Sorted(maps.Keys(c)) {
		sum += c[h]
	}
	return sum
}

// loss is what blocking lost.
type loss struct {
	share, lost Interval // of all true pairs; in true pairs
	how         string
	field       *field // nil where the rules' parts do not serve
}

// maxParts is how many different parts of rules are told apart.
const maxParts = 14

// loss estimates how many true pairs no rule found.
//
// Rules are traps and true pairs are caught by some of them. Traps made of the
// same columns fail together, and pairs with many mistakes escape them all, so
// that methods for independent traps say too little. Where it is known what the
// rules are made of, the parts are taken to agree independently of each other
// but for one thing: how well or badly a pair's records were kept, which is
// normal (Rasch; Darroch et al. 1993). Else it is the first-order jackknife
// (Burnham and Overton 1979). In simulations with uneven pairs these erred least.
func (c captures) loss(rules []Rule) loss {
	found := c.total()
	if found < 1 || len(rules) < 2 {
		return loss{share: Interval{0, 0, 1}, lost: Interval{0, 0, found}, how: "one rule alone cannot say what it misses"}
	}
	if f := newField(rules, c); f != nil {
		f.fit()
		return f.loss(found)
	}
	return c.jackknife(len(rules), found)
}

// jackknife needs to know nothing of the rules.
func (c captures) jackknife(rules int, found float64) loss {
	var by [3]float64 // pairs found by one rule, by two
	for _, h := range slices.Sorted(maps.Keys(c)) {
		if k := bits.OnesCount32(h); k < len(by) {
			by[k] += c[h]
		}
	}
	r := float64(rules)
	lost := by[1] * (r - 1) / r
	second := by[1]*(2*r-3)/r - by[2]*(r-2)*(r-2)/(r*(r-1))
	chao := (r - 1) / r * by[1] * max(by[1]-1, 0) / (2 * (by[2] + 1))
	sd := math.Sqrt(lost + lost*lost/found)
	low := max(0, min(lost-z*sd, chao)) / 4 // rules of the same columns fail together, or not
	high := max(lost+z*sd, second, chao, 2.5*lost) + 3
	return shares(loss{lost: Interval{low, lost, high},
		how: "jackknife over the rules that found each pair"}, found)
}

func shares(l loss, found float64) loss {
	share := func(lost float64) float64 { return lost / (lost + found) }
	l.share = Interval{share(l.lost.Low), share(l.lost.Estimate), share(l.lost.High)}
	return l
}

// The points and weights at which the normal distribution is looked at
// (Gauss–Hermite, nine points).
var (
	points  = [...]float64{-4.51274586, -3.20542900, -2.07684798, -1.02325566, 0, 1.02325566, 2.07684798, 3.20542900, 4.51274586}
	weights = [...]float64{2.2345844e-5, 2.7891413e-3, 4.9916407e-2, 2.4409750e-1, 4.0634921e-1, 2.4409750e-1, 4.9916407e-2, 2.7891413e-3, 2.2345844e-5}
)

// field is how the parts of the rules agree among true pairs.
type field struct {
	parts []Part // sorted by column and strictness
	// looser is the next looser part of the same column, or -1: where that does
	// not agree the part does not either.
	looser  []int
	history []uint32    // for each set of parts that agree, the rules that find it
	number  []int32     // of the history of each set of parts, 0 for none found
	counts  []float64   // pairs by history number
	ease    []float64   // log odds that each part agrees, in a middling pair
	spread  float64     // of how well pairs are kept
	chance  [][]float64 // of each set of parts, at each point
	lost    float64
}

// newField returns nil where the parts are not known or too many.
func newField(rules []Rule, c captures) *field {
	f := &field{parts: distinct(rules, false)}
	coarse := len(f.parts) > maxParts
	if coarse { // columns alone
		f.parts = distinct(rules, true)
	}
	if len(f.parts) > maxParts || slices.ContainsFunc(rules, func(r Rule) bool { return len(r.Parts) == 0 }) {
		return nil
	}
	for i, p := range f.parts {
		f.looser = append(f.looser, -1)
		if i > 0 && f.parts[i-1].Column == p.Column {
			f.looser[i] = i - 1
		}
	}
	need := make([]uint32, len(rules))
	for i, r := range rules {
		for _, p := range r.Parts {
			for at := f.at(p, coarse); at >= 0; at = f.looser[at] {
				need[i] |= 1 << at
			}
		}
	}
	f.histories(need)
	f.count(need, c)
	f.ease, f.spread = make([]float64, len(f.parts)), 1
	for i := range f.ease {
		f.ease[i] = 1.5
	}
	return f
}

func (f *field) at(p Part, coarse bool) int {
	return slices.IndexFunc(f.parts, func(q Part) bool {
		return q.Column == p.Column && (coarse || q.Name == p.Name)
	})
}

// distinct lists the parts of all rules, or their columns, by column and
// strictness.
func distinct(rules []Rule, columns bool) []Part {
	var out []Part
	for _, r := range rules {
		for _, p := range r.Parts {
			if columns {
				p = Part{Name: p.Column, Column: p.Column}
			}
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(x, y Part) int {
		return cmp.Or(cmp.Compare(x.Column, y.Column), cmp.Compare(x.Strictness, y.Strictness), cmp.Compare(x.Name, y.Name))
	})
	return slices.Compact(out)
}

// histories says which rules find a pair of which certain parts agree.
func (f *field) histories(need []uint32) {
	n := 1 << len(f.parts)
	f.history, f.number = make([]uint32, n), make([]int32, n)
	numbers := map[uint32]int32{0: 0}
	for x := range f.history {
		for i, m := range need {
			if uint32(x)&m == m {
				f.history[x] |= 1 << i
			}
		}
		at, ok := numbers[f.history[x]]
		if !ok {
			at = int32(len(numbers))
			numbers[f.history[x]] = at
		}
		f.number[x] = at
	}
	f.counts = make([]float64, len(numbers))
}

// count counts the pairs by history. A rule whose parts all agree and that did
// not find the pair met a block too large for it; that is another matter.
func (f *field) count(need []uint32, c captures) {
	for _, h := range slices.Sorted(maps.Keys(c)) {
		x := uint32(0)
		for i, m := range need {
			if h>>i&1 != 0 {
				x |= m
			}
		}
		if f.number[x] != 0 {
			f.counts[f.number[x]] += c[h]
		}
	}
}

// fit finds the ease of the parts and the spread of the pairs by EM, the pairs
// that were not found being missing data; each step maximises by Newton's rule.
func (f *field) fit() {
	found := 0.0
	for _, n := range f.counts {
		found += n
	}
	for range 300 {
		before := f.lost
		f.expect(found)
		f.step()
		if math.Abs(f.lost-before) < 1e-6*(found+1) {
			break
		}
	}
}

// expect works out how likely each set of parts is, and how many were lost.
func (f *field) expect(found float64) {
	if f.chance == nil {
		for range points {
			f.chance = append(f.chance, make([]float64, len(f.history)))
		}
	}
	none := 0.0
	for g, x := range points {
		row := f.chance[g]
		row[0] = weights[g]
		for i := range f.parts {
			q := logistic(f.ease[i] + f.spread*x)
			for s := range 1 << i {
				if l := f.looser[i]; l >= 0 && s>>l&1 == 0 {
					row[s|1<<i] = 0
					continue
				}
				row[s|1<<i] = row[s] * q
				row[s] *= 1 - q
			}
		}
		for s, h := range f.history {
			if h == 0 {
				none += row[s]
			}
		}
	}
	none = min(none, 0.99)
	f.lost = found * none / (1 - none)
}

// step moves ease and spread to where the pairs, found and lost, are likelier.
func (f *field) step() {
	each := make([]float64, len(f.counts)) // chance of each history
	for _, row := range f.chance {
		for s, n := range f.number {
			each[n] += row[s]
		}
	}
	for n := range each {
		count := f.counts[n]
		if n == 0 {
			count = f.lost
		}
		each[n] = count / max(each[n], 1e-300)
	}
	k := len(f.parts)
	slope, bend := make([]float64, k), make([]float64, k)
	spreadSlope, spreadBend := 0.5-0.5*f.spread, 0.5 // a spread of one is believed a little
	for g, x := range points {
		total, agree := 0.0, make([]float64, k)
		for s, n := range f.number {
			w := f.chance[g][s] * each[n]
			if w == 0 {
				continue
			}
			total += w
			for i := range k {
				if s>>i&1 != 0 {
					agree[i] += w
				}
			}
		}
		for i := range k {
			of := total
			if l := f.looser[i]; l >= 0 {
				of = agree[l]
			}
			q := logistic(f.ease[i] + f.spread*x)
			d, h := agree[i]-of*q, of*q*(1-q)
			slope[i], bend[i] = slope[i]+d, bend[i]+h
			spreadSlope, spreadBend = spreadSlope+d*x, spreadBend+h*x*x
		}
	}
	for i := range k {
		f.ease[i] = min(max(f.ease[i]+slope[i]/(bend[i]+1), -8), 8)
	}
	f.spread = min(max(f.spread+spreadSlope/spreadBend, 0), 4)
}

// The factor by which the number lost may be wrong beyond chance: in
// simulations where pairs are uneven in other ways than a normal one, two in
// three estimates are within it.
const otherwise = 1.35

// loss gives the estimate with its interval, which holds chance and doubt about
// the form of the model.
func (f *field) loss(found float64) loss {
	lost := max(f.lost, 0)
	doubt := math.Sqrt(math.Log(otherwise)*math.Log(otherwise) + 1/(lost+1) + 1/found)
	k := math.Exp(z * doubt)
	return shares(loss{lost: Interval{lost / k, lost, lost*k + 3}, field: f,
		how: "capture and recapture over the parts of the rules, with uneven pairs"}, found)
}

// recovered is how many of the lost pairs a rule of the given parts would find.
func (f *field) recovered(parts uint32) float64 {
	lost, would := 0.0, 0.0
	for s, h := range f.history {
		if h != 0 {
			continue
		}
		for g := range points {
			lost += f.chance[g][s]
			if uint32(s)&parts == parts {
				would += f.chance[g][s]
			}
		}
	}
	return f.lost * would / max(lost, 1e-300)
}
