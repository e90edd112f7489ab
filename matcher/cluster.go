package matcher

import "slices"

// edge is a pair of nodes that speaks for one person.
type edge struct {
	a, b int32
	w    Weight
}

// The bounds of a pair's weight where many are averaged: one very strong pair
// must not glue a bridge, nor one very weak pair part what all others join.
const (
	mostWeight  = 9000
	leastWeight = -9000
	// never is the weight of a pair that a constraint keeps apart.
	never = -1 << 20
	// dense is the largest component whose every pair is scored.
	dense = 400
)

func bounded(w Weight) Weight { return min(max(w, leastWeight), mostWeight) }

// score weighs the candidate pairs and keeps those of at least threshold.
func (s *scorer) score(pairs []uint64, threshold Weight, workers int) []edge {
	parts := make([][]edge, chunks)
	s.t.parallel(workers, func(c *comparer, i int) {
		for _, w := range pairs[len(pairs)*i/chunks : len(pairs)*(i+1)/chunks] {
			a, b, _ := pairOf(w)
			if s.hopeless(c, a, b, threshold) {
				continue
			}
			v := s.weight(c.pattern(a, b), a, b)
			if v >= threshold && !s.t.forbidden(a, b) {
				parts[i] = append(parts[i], edge{a, b, v})
			}
		}
	})
	return slices.Concat(parts...)
}

// forest is a union–find in which the least node leads.
type forest []int32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = int32(i)
	}
	return f
}

func (f forest) find(x int32) int32 {
	for f[x] != x {
		f[x] = f[f[x]]
		x = f[x]
	}
	return x
}

func (f forest) join(a, b int32) {
	a, b = f.find(a), f.find(b)
	f[max(a, b)] = min(a, b)
}

// groups lists the members of each tree of more than one node, in order.
func (f forest) groups() [][]int32 {
	size := make([]int32, len(f))
	for i := range f {
		size[f.find(int32(i))]++
	}
	at := make([]int32, len(f))
	var out [][]int32
	for i := range f {
		root := f.find(int32(i))
		if size[root] < 2 {
			continue
		}
		if int(root) == i {
			at[i] = int32(len(out))
			out = append(out, make([]int32, 0, size[root]))
		}
		out[at[root]] = append(out[at[root]], int32(i))
	}
	return out
}

// cluster joins nodes by average link: two clusters become one while the mean
// of all weights between them reaches the threshold and no constraint stands
// between them. Pairs that blocking did not find are scored for it. The answer
// gives each node its cluster's least node.
func (s *scorer) cluster(edges []edge, threshold Weight, workers int) forest {
	components := s.components(edges, threshold)
	out := newForest(s.t.n)
	s.t.parallel(workers, func(c *comparer, i int) {
		for j := i; j < len(components); j += chunks {
			s.agglomerate(c, components[j], threshold, out)
		}
	})
	return out
}

// components returns the connected parts of the graph. One that is too large to
// score densely is cut at ever stronger edges until its parts are not.
func (s *scorer) components(edges []edge, threshold Weight) [][]int32 {
	f := newForest(s.t.n)
	for _, e := range edges {
		f.join(e.a, e.b)
	}
	var out [][]int32
	large := make(map[int32]bool)
	for _, g := range f.groups() {
		if len(g) <= dense {
			out = append(out, g)
		} else {
			large[g[0]] = true
		}
	}
	if len(large) == 0 {
		return out
	}
	stronger := make([]edge, 0, len(edges)/8)
	for _, e := range edges {
		if e.w >= threshold+2000 && large[f.find(e.a)] {
			stronger = append(stronger, e)
		}
	}
	return append(out, s.components(stronger, threshold+2000)...)
}

// agglomeration is one component at work.
type agglomeration struct {
	n    int
	sum  []int64 // n×n sums of weights between clusters
	mass []int64 // n×n sums of what the pairs count for
	live []bool
	root []int
}

func (s *scorer) agglomerate(c *comparer, nodes []int32, threshold Weight, out forest) {
	if len(nodes) == 2 {
		out[nodes[1]] = nodes[0]
		return
	}
	n := len(nodes)
	g := &agglomeration{n: n, sum: make([]int64, n*n), mass: make([]int64, n*n),
		live: make([]bool, n), root: make([]int, n)}
	for i := range nodes {
		g.live[i], g.root[i] = true, i
		for j := range i {
			w, k := s.pair(c, nodes[j], nodes[i])
			g.sum[i*n+j], g.sum[j*n+i] = int64(w)*k, int64(w)*k
			g.mass[i*n+j], g.mass[j*n+i] = k, k
		}
	}
	for {
		i, j := g.best(threshold)
		if i < 0 {
			break
		}
		g.merge(i, j)
	}
	for i := range nodes {
		out[nodes[i]] = nodes[g.root[i]]
	}
}

// dated is what a pair with both dates of birth counts for in a mean. A record
// without one agrees with a father and with his son of the same name; only they
// themselves can say that they are two.
const dated = 4

// pair is the bounded weight of two nodes, never if a constraint parts them,
// and what it counts for.
func (s *scorer) pair(c *comparer, a, b int32) (Weight, int64) {
	if s.t.forbidden(a, b) {
		return never, 1
	}
	p := c.pattern(a, b)
	if s.t.date >= 0 && p.level(s.t.date) != 0 {
		return bounded(s.weight(p, a, b)), dated
	}
	return bounded(s.weight(p, a, b)), 1
}

// best returns the two clusters with the greatest mean weight, if it reaches
// the threshold; of equals the first.
func (g *agglomeration) best(threshold Weight) (int, int) {
	bi, bj := -1, -1
	var sum, mass int64
	for i := range g.n {
		if !g.live[i] {
			continue
		}
		for j := i + 1; j < g.n; j++ {
			if !g.live[j] {
				continue
			}
			w, k := g.sum[i*g.n+j], g.mass[i*g.n+j]
			if w >= int64(threshold)*k && (bi < 0 || w*mass > sum*k) {
				bi, bj, sum, mass = i, j, w, k
			}
		}
	}
	return bi, bj
}

// merge puts cluster j into i.
func (g *agglomeration) merge(i, j int) {
	n := g.n
	for k := range n {
		g.sum[i*n+k] += g.sum[j*n+k]
		g.mass[i*n+k] += g.mass[j*n+k]
		g.sum[k*n+i], g.mass[k*n+i] = g.sum[i*n+k], g.mass[i*n+k]
	}
	g.live[j] = false
	for k, r := range g.root {
		if r == j {
			g.root[k] = i
		}
	}
}
