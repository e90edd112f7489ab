package matcher

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// connectedNaively counts the parts of a graph.
func connectedNaively(n int, edges [][2]int32) int {
	f := newForest(n)
	for _, e := range edges {
		f.join(e[0], e[1])
	}
	parts := 0
	for i := range int32(n) {
		if f.find(i) == i {
			parts++
		}
	}
	return parts
}

func TestMeasures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 12).Draw(t, "n")
		var edges [][2]int32
		steps := make([][]int, n)
		for i := range n {
			steps[i] = make([]int, n)
			for j := range n {
				if i != j {
					steps[i][j] = 99
				}
			}
			for j := range i {
				if rapid.IntRange(0, 3).Draw(t, "edge") == 0 {
					edges = append(edges, [2]int32{int32(j), int32(i)})
					steps[i][j], steps[j][i] = 1, 1
				}
			}
		}
		g := &graph{}
		for i := range int32(n) {
			g.nodes = append(g.nodes, i)
		}
		var d Doubt
		g.measure(&d, edges)
		bridges := 0
		for i := range edges {
			without := slices.Delete(slices.Clone(edges), i, i+1)
			if connectedNaively(n, without) > connectedNaively(n, edges) {
				bridges++
			}
		}
		diameter := 0
		for k := range n {
			for i := range n {
				for j := range n {
					steps[i][j] = min(steps[i][j], steps[i][k]+steps[k][j])
				}
			}
		}
		for i := range n {
			for j := range n {
				if steps[i][j] < 99 {
					diameter = max(diameter, steps[i][j])
				}
			}
		}
		if d.Bridges != bridges || d.Diameter != diameter {
			t.Errorf("got %d bridges and diameter %d, want %d and %d", d.Bridges, d.Diameter, bridges, diameter)
		}
	})
}

func TestDoubtsRanksTheBridgeFirst(t *testing.T) {
	// Person 0: two triangles and a bridge; person 1: a triangle; person 2: a
	// chain of three; person 3: one record and its equal.
	person := []int32{0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3}
	same := []int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12}
	edges := [][2]int32{{0, 1}, {0, 2}, {1, 2}, {3, 4}, {3, 5}, {4, 5}, {2, 3}, {6, 7}, {6, 8}, {7, 8}, {9, 10}, {10, 11}}
	var pairs []Scored
	edge := make(map[[2]int32]bool)
	for _, e := range edges {
		pairs = append(pairs, Scored{A: e[0], B: e[1], Weight: 5000})
		edge[e] = true
	}
	pairs = append(pairs, Scored{A: 0, B: 5, Weight: -2000}, Scored{A: 5, B: 6, Weight: 4000})
	view := View{
		Weigh: func(i, j int32) Weight {
			if edge[[2]int32{i, j}] {
				return 5000
			}
			return -1000 * Weight(j-i)
		},
		Probability: func(i, j int32) float64 {
			if edge[[2]int32{i, j}] {
				return 1
			}
			return 0.5
		},
		Conflict: func(i, j int32) bool { return i == 0 && j == 5 },
		Source:   func(i int32) int { return int(i % 2) },
	}
	want := []Doubt{
		{Person: 0, Records: 6, Sources: 2, Different: 6, Density: 7.0 / 15, Bridges: 1, Diameter: 3,
			Least: -5000, LeastPair: [2]int32{0, 5}, Conflicts: 1, Wrong: 4},
		{Person: 2, Records: 3, Sources: 2, Different: 3, Density: 2.0 / 3, Bridges: 2, Diameter: 2,
			Least: -2000, LeastPair: [2]int32{9, 11}, Wrong: 0.5},
	}
	for _, workers := range []int{1, 2, 9} {
		if got := Doubts(person, same, pairs, workers, func() View { return view }); !slices.Equal(got, want) {
			t.Errorf("by %d got %+v, want %+v", workers, got, want)
		}
	}
}

// A chain as long as a table must not be recursed along.
func TestMeasuresOfALongChain(t *testing.T) {
	const n = 300_000
	g := &graph{}
	edges := make([][2]int32, 0, n)
	for i := range int32(n) {
		g.nodes = append(g.nodes, i)
		if i > 0 {
			edges = append(edges, [2]int32{i - 1, i})
		}
	}
	var d Doubt
	g.measure(&d, edges)
	if d.Bridges != n-1 || d.Diameter != n-1 {
		t.Errorf("got %d bridges and diameter %d, want %d of both", d.Bridges, d.Diameter, n-1)
	}
}

// togetherNaively is what all partitions of the nodes say of the first two,
// each found by numbering the nodes' blocks in every way.
func togetherNaively(odds [][]float64) float64 {
	n := len(odds)
	joined, total := 0.0, 0.0
	block := make([]int, n)
	var number func(i, blocks int)
	number = func(i, blocks int) {
		if i < n {
			for block[i] = 0; block[i] <= blocks; block[i]++ {
				number(i+1, max(blocks, block[i]+1))
			}
			return
		}
		way := 1.0
		for i := range n {
			for j := range i {
				if block[i] == block[j] {
					way *= odds[i][j]
				}
			}
		}
		total += way
		if block[0] == block[1] {
			joined += way
		}
	}
	number(0, 0)
	return joined / total
}

func TestPartings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, mostTogether).Draw(t, "nodes")
		p, odds := &partings{}, make([][]float64, n)
		for i := range n {
			odds[i] = make([]float64, i)
			for j := range i {
				w := Weight(rapid.IntRange(2*leastWeight, 2*mostWeight).Draw(t, "weight"))
				odds[i][j] = math.Exp2(min(max(w, leastWeight), mostWeight).Bits())
				if rapid.IntRange(0, 5).Draw(t, "parted") == 0 {
					w, odds[i][j] = never, 0
				}
				p.set(i, j, w)
			}
		}
		if got, want := p.together(n), togetherNaively(odds); math.Abs(got-want) > 1e-12 {
			t.Fatalf("of %d nodes got %v, want %v", n, got, want)
		}
	})
}

// given is the probability of nodes i and j among some.
func given(w [][]Weight, nodes []int, i, j int) float64 {
	order := []int{i, j}
	for _, k := range nodes {
		if k != i && k != j {
			order = append(order, k)
		}
	}
	p := &partings{}
	for x := range order {
		for y := range x {
			p.set(x, y, w[order[x]][order[y]])
		}
	}
	return p.together(len(order))
}

// In a world where records err by themselves and weights are right, what is
// claimed of joined pairs has to be true as often as claimed.
func TestJoinedPairsAreCalibrated(t *testing.T) {
	for _, hard := range []float64{1, 1.6} {
		r := rand.New(rand.NewPCG(3, 4))
		var own, claimed, truth, pairs float64
		for range 4 {
			w, who := mistaken(r, hard)
			for _, c := range joinedNaively(w) {
				if len(c) < 3 || len(c) > mostTogether {
					continue
				}
				for i := range c {
					for j := range i {
						pairs++
						own += w[c[i]][c[j]].Probability()
						claimed += given(w, c, c[i], c[j])
						if who[c[i]] == who[c[j]] {
							truth++
						}
					}
				}
			}
		}
		if off, by := math.Abs(claimed-truth)/pairs, math.Abs(own-truth)/pairs; off > 0.02 || off > by/2 {
			t.Errorf("mistakes ×%.1f: claims out by %.3f in the mean, want 0.02 at most and half of the %.3f of the pairs' own", hard, off, by)
		}
	}
}

// mistaken draws records of people with mistakes in six fields, and weighs them
// by the true probabilities.
func mistaken(r *rand.Rand, hard float64) ([][]Weight, []int) {
	const fields = 6
	var mistake [fields]float64
	var values [fields]int
	for f := range fields {
		mistake[f], values[f] = (0.05+0.25*r.Float64())*hard, 5+r.IntN(115)
	}
	var records [][fields]int
	var who []int
	for person := range 350 {
		var is [fields]int
		for f := range is {
			is[f] = r.IntN(values[f])
		}
		for range 1 + r.IntN(5) {
			rec := is
			for f := range rec {
				if r.Float64() < mistake[f] {
					rec[f] = r.IntN(values[f])
				}
			}
			records, who = append(records, rec), append(who, person)
		}
	}
	n := len(records)
	var same, pairs float64
	var m, u [fields]float64
	for i := range n {
		for j := range i {
			pairs++
			if who[i] == who[j] {
				same++
			}
			for f := range fields {
				if records[i][f] == records[j][f] {
					if who[i] == who[j] {
						m[f]++
					} else {
						u[f]++
					}
				}
			}
		}
	}
	w := make([][]Weight, n)
	for i := range n {
		w[i] = make([]Weight, n)
		for j := range i {
			x := weigh(same/pairs, 1-same/pairs)
			for f := range fields {
				mf, uf := m[f]/same, u[f]/(pairs-same)
				if records[i][f] == records[j][f] {
					x += weigh(mf, uf)
				} else {
					x += weigh(1-mf, 1-uf)
				}
			}
			w[i][j], w[j][i] = x, x
		}
	}
	return w, who
}

// joinedNaively makes clusters by average link.
func joinedNaively(w [][]Weight) [][]int {
	g := &agglomeration{}
	g.reset(len(w))
	for i := range w {
		for j := range i {
			g.set(int32(i), int32(j), int64(min(max(w[i][j], leastWeight), mostWeight)), 1)
		}
	}
	g.run(rule{joint: true})
	out := make([][]int, len(w))
	for i, c := range g.root {
		out[c] = append(out[c], i)
	}
	return out
}

// table is the town without what households share.
func table(n int, seed uint64) (Input, []int) {
	records, truth := town(n, seed)
	in := input(records)
	in.Spec.Columns, in.Columns = in.Spec.Columns[:5], in.Columns[:5]
	in.Spec.Rules = in.Spec.Rules[:3]
	return in, truth
}

func TestEvidenceIsSymmetricAndFree(t *testing.T) {
	in, _ := table(150, 12)
	m, err := Train(context.Background(), in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	in, _ = table(150, 12)
	l, err := Link(context.Background(), in, m, Options{Workers: 2, Threshold: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	e, f := l.Evidence(), l.Evidence().Fork()
	for _, s := range l.Pairs {
		x, y := e.Probability(s.A, s.B), f.Probability(s.B, s.A)
		if x != y || !(x >= 0 && x <= 1) {
			t.Fatalf("records %d and %d: %v one way, %v the other", s.A, s.B, x, y)
		}
	}
	s := l.Pairs[0]
	if a := testing.AllocsPerRun(100, func() { e.Probability(s.A, s.B) }); a != 0 {
		t.Errorf("%v allocations a pair, want none", a)
	}
	misses := l.Misses(e, 0.5, 10)
	for i, m := range misses {
		if m.Why == "" || l.Person[m.A] == l.Person[m.B] || i > 0 && m.Probability > misses[i-1].Probability {
			t.Errorf("miss %d: %+v, want a reason, two persons, and order", i, m)
		}
	}
	for _, d := range l.Doubts(e) {
		if d.Different < 3 || d.Density >= 1 || d.LeastPair[0] == d.LeastPair[1] {
			t.Errorf("got %+v, want three records and a pair missing", d)
		}
	}
}
