package matcher

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Doubt is a person whose records may be of several people.
type Doubt struct {
	// Person is the person's number, Records how many records there are, and
	// Sources how many sources they come from.
	Person           int32
	Records, Sources int
	// Different is how many of the records differ from each other in some column;
	// the counts below are of those.
	Different int
	// Density is the share of pairs that speak for one person by themselves.
	Density float64
	// Bridges is how many pairs alone hold two parts together.
	Bridges int
	// Diameter is the longest of the shortest chains of such pairs between two
	// records; of more than a few hundred records a lower bound.
	Diameter int
	// Least is the weight of the pair that speaks loudest against, and LeastPair
	// its records.
	Least     Weight
	LeastPair [2]int32
	// Conflicts is how many pairs have identifiers that differ.
	Conflicts int
	// Wrong is how many pairs are expected to be of two people.
	Wrong float64
}

// View is what a review has to know of two records beside their edges. It is for
// use by one goroutine.
type View struct {
	// Weigh gives the weight of two records, Probability that of their being one
	// person given their clusters; Conflict says whether identifiers differ.
	Weigh       func(i, j int32) Weight
	Probability func(i, j int32) float64
	Conflict    func(i, j int32) bool
	// Source is the source of a record.
	Source func(i int32) int
}

// scrutiny is how many records of a person are all compared with each other; of
// more, as many are picked evenly.
const scrutiny = 40

// Doubts lists the persons of at least three differing records that are not held
// together by every pair of them, those with the most pairs expected to be wrong
// first. person numbers each record's person from 0; same is the least record
// that each equals (nil for itself); pairs are all scored pairs, of which those
// of weight 0 and more are edges. It takes time in proportion to these and to
// the records of the persons listed. So many workers work at once, each with a
// view of its own; the views have to agree.
func Doubts(person, same []int32, pairs []Scored, workers int, view func() View) []Doubt {
	n := int32(0)
	for _, p := range person {
		n = max(n, p+1)
	}
	at, members := index(person, int(n))
	inner, start := innerEdges(person, pairs, int(n))
	var out []Doubt
	for p := range n {
		all, k := members[at[p]:at[p+1]], 0
		for _, i := range all {
			if same == nil || same[i] == i {
				k++
			}
		}
		if k >= 3 && int(start[p+1]-start[p]) < k*(k-1)/2 {
			out = append(out, Doubt{Person: p, Records: len(all), Different: k})
		}
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(max(1, workers), len(out)) {
		g, v := &graph{}, view()
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(out); i = int(next.Add(1)) - 1 {
				p := out[i].Person
				all := members[at[p]:at[p+1]]
				g.take(all, same)
				g.measure(&out[i], inner[start[p]:start[p+1]])
				v.scrutinise(&out[i], all, g.nodes)
			}
		})
	}
	wait.Wait()
	slices.SortStableFunc(out, func(x, y Doubt) int {
		return cmp.Or(cmp.Compare(y.Wrong, x.Wrong), cmp.Compare(y.Conflicts, x.Conflicts), cmp.Compare(x.Person, y.Person))
	})
	return out
}

// innerEdges sorts the edges within persons by person.
func innerEdges(person []int32, pairs []Scored, n int) ([][2]int32, []int32) {
	start := make([]int32, n+1)
	is := func(s Scored) bool { return s.Weight >= 0 && person[s.A] == person[s.B] }
	for _, s := range pairs {
		if is(s) {
			start[person[s.A]+1]++
		}
	}
	for i := range n {
		start[i+1] += start[i]
	}
	next, out := slices.Clone(start), make([][2]int32, start[n])
	for _, s := range pairs {
		if is(s) {
			p := person[s.A]
			out[next[p]] = [2]int32{s.A, s.B}
			next[p]++
		}
	}
	return out, start
}

// scrutinise compares the records of a person with each other.
func (v *View) scrutinise(d *Doubt, all, nodes []int32) {
	sources := make(map[int]bool)
	for _, i := range all {
		sources[v.Source(i)] = true
	}
	d.Sources = len(sources)
	step := (len(nodes)-1)/scrutiny + 1
	first, looked := true, 0
	for b := 0; b < len(nodes); b += step {
		for a := 0; a < b; a += step {
			i, j := nodes[a], nodes[b]
			looked++
			if w := v.Weigh(i, j); first || w < d.Least {
				first, d.Least, d.LeastPair = false, w, [2]int32{i, j}
			}
			if v.Conflict(i, j) {
				d.Conflicts++
			}
			d.Wrong += 1 - v.Probability(i, j)
		}
	}
	if step > 1 {
		d.Wrong *= float64(len(nodes)*(len(nodes)-1)/2) / float64(max(looked, 1))
	}
}

// graph is one person's edges at work; what it needs of memory it keeps.
type graph struct {
	nodes []int32 // records, ascending
	next  [][]int32
	// of each node, in the search for bridges: when it was met, and the earliest
	// met node that it leads back to
	met, back []int32
	seen      []int32
}

// take makes the nodes of those records that are the least of their equals.
func (g *graph) take(all, same []int32) {
	g.nodes = g.nodes[:0]
	for _, i := range all {
		if same == nil || same[i] == i {
			g.nodes = append(g.nodes, i)
		}
	}
}

// place is where a record stands among the nodes.
func (g *graph) place(record int32) int32 {
	i, _ := slices.BinarySearch(g.nodes, record)
	return int32(i)
}

// measure works out density, bridges and diameter.
func (g *graph) measure(d *Doubt, edges [][2]int32) {
	k := len(g.nodes)
	for len(g.next) < k {
		g.next = append(g.next, nil)
	}
	for i := range k {
		g.next[i] = g.next[i][:0]
	}
	for _, e := range edges {
		a, b := g.place(e[0]), g.place(e[1])
		g.next[a], g.next[b] = append(g.next[a], b), append(g.next[b], a)
	}
	d.Density = float64(len(edges)) / (float64(k) * float64(k-1) / 2)
	d.Bridges = g.bridges(k)
	step := (k-1)/scrutiny + 1
	for i := 0; i < k; i += step {
		d.Diameter = max(d.Diameter, g.farthest(int32(i), k))
	}
}

// frame is a node that the search for bridges has not left yet.
type frame struct {
	node, from int32
	at         int
}

// bridges counts the edges that no circle goes through (Tarjan 1974), without
// recursion: a chain may be as long as the table.
func (g *graph) bridges(k int) int {
	g.met, g.back = slices.Grow(g.met[:0], k)[:k], slices.Grow(g.back[:0], k)[:k]
	clear(g.met)
	clock, count := int32(0), 0
	var stack []frame
	for root := range int32(k) {
		if g.met[root] != 0 {
			continue
		}
		stack = append(stack[:0], g.meet(root, -1, &clock))
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.at < len(g.next[f.node]) {
				to := g.next[f.node][f.at]
				f.at++
				switch {
				case to == f.from:
				case g.met[to] == 0:
					stack = append(stack, g.meet(to, f.node, &clock))
				default:
					g.back[f.node] = min(g.back[f.node], g.met[to])
				}
				continue
			}
			if f.from >= 0 {
				g.back[f.from] = min(g.back[f.from], g.back[f.node])
				if g.back[f.node] > g.met[f.from] {
					count++
				}
			}
			stack = stack[:len(stack)-1]
		}
	}
	return count
}

func (g *graph) meet(node, from int32, clock *int32) frame {
	*clock++
	g.met[node], g.back[node] = *clock, *clock
	return frame{node: node, from: from}
}

// farthest is how many steps the farthest node that can be reached is away.
func (g *graph) farthest(from int32, k int) int {
	g.met = slices.Grow(g.met[:0], k)[:k] // steps, from 1
	clear(g.met)
	g.met[from] = 1
	g.seen = append(g.seen[:0], from)
	last := int32(1)
	for at := 0; at < len(g.seen); at++ {
		i := g.seen[at]
		for _, j := range g.next[i] {
			if g.met[j] == 0 {
				g.met[j] = g.met[i] + 1
				last = g.met[j]
				g.seen = append(g.seen, j)
			}
		}
	}
	return int(last - 1)
}

// Doubts lists the persons whose records may be of several people, those with
// the most pairs expected to be wrong first; only for a Spec without context. It
// scores at most a few hundred pairs a person.
func (l *Linked) Doubts(e *Evidence) []Doubt {
	return Doubts(l.Person, l.Nodes(), l.Pairs, l.base.workers, func() View {
		f := e.Fork()
		return View{Weigh: f.Weight, Probability: f.Probability, Conflict: f.l.conflict, Source: l.source}
	})
}

func (l *Linked) source(i int32) int {
	if int(i) < len(l.base.in.Sources) {
		return int(l.base.in.Sources[i])
	}
	return 0
}

// conflict says whether two records have identifiers that differ.
func (l *Linked) conflict(i, j int32) bool {
	identified := func(col int) bool { return l.t.cols[col].kind == Identifier }
	if !slices.ContainsFunc(l.t.plain, identified) {
		return false
	}
	p := l.c.pattern(l.base.node[i], l.base.node[j])
	for k, col := range l.t.plain {
		if identified(col) && p.level(k) == IDDiffers {
			return true
		}
	}
	return false
}

// Miss is a pair of records that was left apart and may be of one person.
type Miss struct {
	A, B   int32
	Weight Weight
	// Probability is that of their being one person, given their clusters.
	Probability float64
	// Why says what left them apart.
	Why string
}

// What leaves a pair apart.
const (
	missDecided  = "a decision, or a row that names both, keeps them apart"
	missSource   = "their source has no two records of one person"
	missRival    = "another record is as good a partner, and only one can be right"
	missMean     = "other records of the two speak against it"
	missTooWeak  = "it falls short of the threshold"
	missMargin   = 3000
	missMostWork = 1 << 20
)

// Misses lists up to most pairs that were left apart although their weight is no
// more than three bits below the threshold (a probability, 0–1), the likeliest
// first; only for a Spec without context.
func (l *Linked) Misses(e *Evidence, threshold float64, most int) []Miss {
	limit := Options{Threshold: threshold}.threshold()
	var out []Miss
	for _, s := range l.Pairs {
		if l.Person[s.A] != l.Person[s.B] && s.Weight >= limit-missMargin {
			out = append(out, Miss{A: s.A, B: s.B, Weight: s.Weight})
		}
	}
	slices.SortStableFunc(out, func(x, y Miss) int { return cmp.Compare(y.Weight, x.Weight) })
	out = out[:min(len(out), missMostWork)]
	for i := range out {
		m := &out[i]
		m.Probability, m.Why = e.Probability(m.A, m.B), e.why(m, limit)
	}
	slices.SortStableFunc(out, func(x, y Miss) int {
		return cmp.Or(cmp.Compare(y.Probability, x.Probability), cmp.Compare(y.Weight, x.Weight))
	})
	return out[:min(len(out), most)]
}

// why says what left a pair apart.
func (e *Evidence) why(m *Miss, limit Weight) string {
	a, b := e.l.base.node[m.A], e.l.base.node[m.B]
	switch {
	case e.l.t.exclusiveClash(a, b):
		return missSource
	case e.l.t.forbidden(a, b):
		return missDecided
	}
	for _, x := range e.some(a) {
		for _, y := range e.some(b) {
			switch {
			case e.l.t.exclusiveClash(x, y):
				return missRival
			case e.l.t.forbidden(x, y):
				return missDecided
			}
		}
	}
	if m.Weight < limit {
		return missTooWeak
	}
	return missMean
}

// Nodes gives, for each record, the least record that equals it in every column
// or was linked to it by a decision.
func (l *Linked) Nodes() []int32 {
	out := make([]int32, len(l.Person))
	for i, a := range l.base.node {
		out[i] = l.first[a]
	}
	return out
}

// Pattern is a number for how two records compare: pairs of one pattern were
// judged alike but for how rare their values are.
func (l *Linked) Pattern(i, j int32) uint64 {
	return uint64(l.c.pattern(l.base.node[i], l.base.node[j]))
}
