package matcher

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// strangers measures how two people who have nothing to do with each other
// compare: "the same" exactly, from how often each value is met, and likeness
// from an even sample of pairs. Each person is counted once, as far as persons
// are known: otherwise the records of one person would pass for agreement
// between strangers, and most of all in a table with many records a person.
type strangers struct {
	t           *nodes
	at, members []int32 // the nodes of each person
	workers     int
	// apart is how likely a pair of a pattern is of two strangers, as far as a
	// model before this one can tell; nil for the first.
	apart func(p pattern) float64
}

// persons is how many there are.
func (s *strangers) persons() int { return len(s.at) - 1 }

// spread returns up to k persons, evenly from all.
func (s *strangers) spread(k int) []int32 {
	k = min(k, s.persons())
	out := make([]int32, k)
	for i := range out {
		out[i] = s.members[s.at[int(int64(s.persons())*int64(i)/int64(k))]]
	}
	return out
}

// comparisons are the strangers' probabilities; M stays empty.
func (s *strangers) comparisons() []Comparison {
	t := s.t
	sample := s.sampled()
	out := make([]Comparison, len(t.plain))
	joint := newJointly(s)
	for i, col := range t.plain {
		c := &t.cols[col]
		levels := t.levels(i)
		whole := make([]float64, levels)
		for j, n := range sample[i] {
			whole[j%levels] += n
		}
		whole = normalise(add(whole, 0.5), true)
		if exactly(c.kind) {
			whole = withSame(whole, s.same(c))
		}
		out[i] = Comparison{Name: c.name, U: s.rows(i, sample[i], whole, joint), Rarity: joint.rarity(i, whole[1])}
		for _, g := range t.given[i] {
			out[i].Given = append(out[i].Given, t.cols[t.plain[g]].name)
		}
	}
	return out
}

// rows are the probabilities given what the columns before say.
func (s *strangers) rows(i int, sample, whole []float64, joint *jointly) []float64 {
	t, levels := s.t, s.t.levels(i)
	if len(sample) == levels {
		return whole
	}
	out := make([]float64, 0, len(sample))
	for row := range len(sample) / levels {
		agree := t.agreeing(i, row)
		switch {
		case len(agree) > 0 && exactly(t.cols[t.plain[i]].kind):
			out = append(out, withSame(whole, joint.same(i, agree, whole[1]))...)
		case t.leaning[i]:
			out = append(out, whole...)
		default:
			out = blend(out, sample[row*levels:(row+1)*levels], whole)
		}
	}
	return out
}

// agreeing lists the columns that agree in a row of comparison i.
func (l *layout) agreeing(i, row int) []int {
	var out []int
	for k, g := range slices.Backward(l.given[i]) {
		if row>>(2*(len(l.given[i])-1-k))&3 == agreed {
			out = append(out, g)
		}
	}
	return out
}

// exactly says whether equal leading values are what the kind's first level
// means.
func exactly(k Kind) bool { return k != Span && k != Role }

func add(n []float64, x float64) []float64 {
	for i := range n {
		n[i] += x
	}
	return n
}

// withSame sets the probability of "the same" and shares out the rest.
func withSame(whole []float64, same float64) []float64 {
	out := slices.Clone(whole)
	rest := (1 - same) / max(1-whole[1], least)
	for l := 2; l < len(out); l++ {
		out[l] = max(out[l]*rest, least)
	}
	out[1] = max(same, least)
	return out
}

// strangersSampled is how many persons are compared with each other.
const strangersSampled = 1000

// sampled counts how the comparisons of a sample of persons come out.
func (s *strangers) sampled() [][]float64 {
	t := s.t
	who := s.spread(strangersSampled)
	parts := make([]map[pattern]int, chunks)
	t.parallel(s.workers, func(c *comparer, part int) {
		parts[part] = make(map[pattern]int)
		for i := part; i < len(who); i += chunks {
			for j := range i {
				parts[part][c.pattern(who[j], who[i])]++
			}
		}
	})
	out := make([][]float64, len(t.sizes))
	for i, n := range t.sizes {
		out[i] = make([]float64, n)
	}
	for _, m := range parts {
		for p, n := range m { // whole numbers: their sum knows no order
			for i := range out {
				out[i][t.levelAt(p, i)] += float64(n)
			}
		}
	}
	return out
}

// values calls visit for each value that leads in a record of each person, once
// a person.
func (s *strangers) values(c *column, visit func(v uint32)) {
	var seen []uint32
	for p := range s.persons() {
		seen = seen[:0]
		for _, n := range s.members[s.at[p]:s.at[p+1]] {
			if v := c.of(n); len(v) > 0 && !slices.Contains(seen, v[0]) {
				seen = append(seen, v[0])
				visit(v[0])
			}
		}
	}
}

// same is how often two strangers have the same value.
func (s *strangers) same(c *column) float64 {
	counts := make([]float64, len(c.text))
	total := 0.0
	s.values(c, func(v uint32) {
		counts[v]++
		total++
	})
	same := 0.0
	for _, n := range counts {
		same += n * (n - 1)
	}
	// One more pair than was met: what has not been met may yet be.
	return (same + 1) / max(total*(total-1), 1)
}

// frequencies counts the values that lead in the columns declared Frequent.
func (s *strangers) frequencies() []Frequency {
	var out []Frequency
	for i := range s.t.cols {
		c := &s.t.cols[i]
		if !s.t.spec.Columns[i].Frequent {
			continue
		}
		counts := make([]int64, len(c.text))
		f := Frequency{Column: c.name}
		s.values(c, func(v uint32) {
			counts[v]++
			f.Total++
		})
		if f.Total > 0 {
			f.Once = once(counts, f.Total)
			out = append(out, f.of(c, counts))
		}
	}
	return out
}

// once estimates how likely a stranger has a value that one person has: from
// how many values two people have and how many one (Good 1953).
func once(counts []int64, total int64) float64 {
	ones, twos := 1.0, 1.0
	for _, n := range counts {
		switch n {
		case 1:
			ones++
		case 2:
			twos++
		}
	}
	return min(max(2*twos/ones, least), 2) / float64(total)
}

// jointSampled is how many persons the joint agreement of several columns is
// counted on.
const jointSampled = 200_000

// jointly measures how often strangers agree on several columns at once.
type jointly struct {
	s     *strangers
	who   []int32
	known map[uint64]float64
	lifts map[[2]int]lift
}

func newJointly(s *strangers) *jointly {
	return &jointly{s: s, who: s.spread(jointSampled), known: map[uint64]float64{}, lifts: map[[2]int]lift{}}
}

// same is the probability that strangers who agree on some of the columns that
// comparison i is judged by agree on i as well.
//
// What a forename owes to a date of birth is multiplied by what it owes to a
// surname: people of one surname and one birthday are twins too often for all
// three to be counted at once.
func (j *jointly) same(i int, agree []int, alone float64) float64 {
	switch {
	case !j.s.t.leaning[i]:
		return j.given(i, agree, alone, 0.9)
	case j.s.apart == nil: // persons are not known yet
		return alone
	case i != j.s.t.forename:
		return j.given(i, agree, alone, alone)
	}
	out := math.Log(max(alone, least))
	for _, g := range agree {
		out += j.lift(i, g, alone).level
	}
	return min(math.Exp(out), 0.999)
}

// rarity is how much of a forename's rarity is left in each row: among people of
// one surname those forenames are rare that are rare where it is at home, and no
// other. It is nil for other columns.
func (j *jointly) rarity(i int, alone float64) []float64 {
	t := j.s.t
	if !t.leaning[i] || i != t.forename || t.surname < 0 || j.s.apart == nil {
		return nil
	}
	out := make([]float64, t.sizes[i]/t.levels(i))
	for row := range out {
		out[row] = 1
		if slices.Contains(t.agreeing(i, row), t.surname) {
			out[row] += j.lift(i, t.surname, alone).slope
		}
	}
	return out
}

// given is the probability that strangers who agree on some columns agree on
// comparison i as well, alone being that without knowing of the others, and
// belief what it is before any data: columns of a group say the same, so that
// what is not known of them must not count twice; others say what they say alone.
func (j *jointly) given(i int, agree []int, alone, belief float64) float64 {
	before, n := j.pairs(agree)
	both, _ := j.pairs(append(slices.Clone(agree), i))
	if n == 0 {
		return alone
	}
	return min((both+beliefPairs*belief)/(before+beliefPairs), 0.999)
}

// pairs counts the pairs of persons that agree on all the columns, among those
// in whom all are known.
func (j *jointly) pairs(columns []int) (agreeing, all float64) {
	mask := uint64(0)
	for _, c := range columns {
		mask |= 1 << c
	}
	if n, ok := j.known[mask]; ok {
		return n, 1
	}
	keys := make([]uint64, 0, len(j.who))
	for _, w := range j.who {
		if k := j.key(w, columns); k != 0 {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	same := 0.0
	for a := 0; a < len(keys); {
		b := a + 1
		for b < len(keys) && keys[b] == keys[a] {
			b++
		}
		same += float64(b-a) * float64(b-a-1) / 2
		a = b
	}
	j.known[mask] = same
	return same, float64(len(keys))
}

// lift is by how much likelier two strangers agree on both of two columns than if
// the one knew nothing of the other: e^level for a value of x of middling
// frequency, and by slope more for each e-fold that it is rarer or more frequent.
type lift struct{ level, slope float64 }

// lift is learnt from pairs of values that two persons have, against those that
// one has (Good 1953 again): that many would have a second person by the
// frequencies of their parts. What is met more often, as a title that is taken
// for a name, would drown all others. Each two persons count as far as they are
// strangers: the rest are relatives, and persons who stand there twice because
// nothing showed yet that they are one. The slope is a Poisson regression's.
func (j *jointly) lift(i, g int, alone float64) lift {
	if l, ok := j.lifts[[2]int{i, g}]; ok {
		return l
	}
	l := fitLift(j.seconds(i, g, alone))
	j.lifts[[2]int{i, g}] = l
	return l
}

// seconds are the counts that the lift of two columns is fitted to.
func (j *jointly) seconds(i, g int, alone float64) []second {
	t := j.s.t
	x, y := &t.cols[t.plain[i]], &t.cols[t.plain[g]]
	whole := make([]wholeValue, 0, len(j.who))
	nx, ny := make([]float64, len(x.text)), make([]float64, len(y.text))
	for _, w := range j.who {
		if a, b := x.of(w), y.of(w); len(a) > 0 && len(b) > 0 {
			whole = append(whole, wholeValue{a[0], b[0], w})
			nx[a[0]]++
			ny[b[0]]++
		}
	}
	slices.SortFunc(whole, func(a, b wholeValue) int {
		return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y), cmp.Compare(a.node, b.node))
	})
	n := float64(len(whole))
	c, met := t.comparer(), make([]second, 64)
	for a := 0; a < len(whole); {
		v, b := whole[a], a+1
		for b < len(whole) && whole[b].x == v.x && whole[b].y == v.y {
			b++
		}
		m := &met[bits.Len(uint(nx[v.x]))]
		m.rarity = math.Log(math.Exp2(float64(bits.Len(uint(nx[v.x])))-0.5) / n / max(alone, least))
		if b-a <= mostWhole {
			m.expected += float64(b-a) * (nx[v.x] - 1) * (ny[v.y] - 1) / n
			for k := a; k < b; k++ {
				for l := a; l < k; l++ {
					m.met += 2 * j.s.apart(c.pattern(whole[l].node, whole[k].node))
				}
			}
		}
		a = b
	}
	return met
}

// second counts persons by how frequent their values of a column are: how many
// have the whole value of somebody else, and how many would by chance.
type second struct{ rarity, met, expected float64 }

// fitLift is the likeliest lift, from the belief that there is none, worth
// beliefPairs.
func fitLift(met []second) lift {
	var l lift
	for range 50 {
		ga, gb := beliefPairs*(1-math.Exp(l.level)), -beliefPairs*l.slope
		haa, hab, hbb := beliefPairs*math.Exp(l.level), 0.0, float64(beliefPairs)
		for _, m := range met {
			e := m.expected * math.Exp(l.level+l.slope*m.rarity)
			ga += m.met - e
			gb += (m.met - e) * m.rarity
			haa += e
			hab += e * m.rarity
			hbb += e * m.rarity * m.rarity
		}
		det := haa*hbb - hab*hab
		l.level = min(max(l.level+clamp((ga*hbb-gb*hab)/det), -5), 12)
		l.slope = min(max(l.slope+clamp((gb*haa-ga*hab)/det), -1), 0)
	}
	return l
}

func clamp(step float64) float64 { return min(max(step, -1), 1) }

// mostWhole is how many persons have a whole value at most that tells how
// columns go together.
const mostWhole = 8

// wholeValue is what a person has in two columns.
type wholeValue struct {
	x, y uint32
	node int32
}

func (j *jointly) key(node int32, columns []int) uint64 {
	h := uint64(0)
	slices.Sort(columns)
	for _, i := range columns {
		v := j.s.t.cols[j.s.t.plain[i]].of(node)
		if len(v) == 0 {
			return 0
		}
		h = mix(h + uint64(v[0]) + 1)
	}
	return h | 1
}
