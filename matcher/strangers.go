package matcher

import (
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
	joint := &jointly{s: s, known: map[uint64]float64{}}
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
		out[i] = Comparison{Name: c.name, U: s.rows(i, sample[i], whole, joint)}
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
			out = append(out, withSame(whole, joint.given(i, agree, whole[1]))...)
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
}

// given is the probability that strangers who agree on some columns agree on
// comparison i as well, alone being that without knowing of the others.
func (j *jointly) given(i int, agree []int, alone float64) float64 {
	before, n := j.pairs(agree)
	both, _ := j.pairs(append(slices.Clone(agree), i))
	if n == 0 {
		return alone
	}
	// A few dozen pairs' worth of the belief that columns of a group say the
	// same: what is not known of them must not count twice.
	const doubt = 30
	return min((both+doubt*0.9)/(before+doubt), 0.999)
}

// pairs counts the pairs of persons that agree on all the columns, among those
// in whom all are known.
func (j *jointly) pairs(columns []int) (agreeing, all float64) {
	mask := uint64(0)
	for _, c := range columns {
		mask |= 1 << c
	}
	if j.who == nil {
		j.who = j.s.spread(jointSampled)
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
