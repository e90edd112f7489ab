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
	// above is by how much the upper bound is over the threshold at least.
	above = 3000
	// never is the weight of a pair that is out of the question.
	never = -1 << 20
	// parting is what a pair that a constraint keeps apart counts for in a sum.
	// No number of other pairs outweighs it: those of a dense component come to
	// less.
	parting = -1 << 40
)

// linkage is what clusters are made by: how pairs are weighed, from which weight
// clusters join, and what keeps nodes apart.
type linkage struct {
	t *nodes
	rule
	// least is the least that a pair counts for, below 0.
	least Weight
	// weigher makes what weighs two nodes, for one goroutine with its comparer.
	weigher func(*comparer) func(a, b int32) Weight
}

// rule says which clusters may join.
type rule struct {
	threshold Weight
	// joint holds the sum of all weights between two clusters against the
	// threshold, not their mean: where weights are calibrated, that is the odds
	// of the two being one person, given both, on which a few pairs with many
	// mistakes have only their share. The mean is for weights whose mistakes go
	// together, as those of relatives do.
	joint bool
}

// enough says whether two clusters may join whose pairs weigh sum and count for
// mass.
func (r rule) enough(sum, mass int64) bool {
	if r.joint {
		mass = 1
	}
	return sum >= int64(r.threshold)*mass
}

// bounded is what a weight counts for in a mean. Where only one record of a
// source can be the right one, the better of two strong pairs has to show.
func (l *linkage) bounded(w Weight) int64 {
	most := max(mostWeight, l.threshold+above)
	if w > most && l.t.exclusive != nil {
		return int64(most + (w-most)/16)
	}
	return int64(min(max(w, l.least), most))
}

// dated is what a pair with both dates of birth counts for in a mean. A record
// without one agrees with a father and with his son of the same name; only they
// themselves can say that they are two.
const dated = 4

// counts is what a pair counts for in a mean.
func (l *linkage) counts(a, b int32) int64 {
	t := l.t
	if t.date < 0 || l.joint {
		return 1
	}
	k, col := len(t.cols), t.plain[t.date]
	x, y := t.rows[int(a)*k:], t.rows[int(b)*k:]
	if x[col] == 0 || y[col] == 0 {
		return 1
	}
	if u := t.unless[t.date]; u >= 0 && x[u] != 0 && y[u] != 0 {
		return 1
	}
	return dated
}

// score weighs the candidate pairs and keeps those of at least threshold.
func (s *scorer) score(pairs []uint64, threshold Weight, workers int) []edge {
	parts := make([][]edge, chunks)
	if s.table != nil {
		s.judge(pairs, threshold, workers, func(part int, w uint64, v Weight) {
			if a, b, _ := pairOf(w); !s.t.parted(a, b) {
				parts[part] = append(parts[part], edge{a, b, v})
			}
		})
		return slices.Concat(parts...)
	}
	s.t.parallel(workers, func(c *comparer, i int) {
		for _, w := range pairs[len(pairs)*i/chunks : len(pairs)*(i+1)/chunks] {
			a, b, _ := pairOf(w)
			if s.hopeless(c, a, b, threshold) {
				continue
			}
			v := s.weight(c.pattern(a, b), a, b)
			if v >= threshold && !s.t.parted(a, b) {
				parts[i] = append(parts[i], edge{a, b, v})
			}
		}
	})
	return slices.Concat(parts...)
}

// parted says whether a constraint keeps two nodes apart.
func (t *nodes) parted(a, b int32) bool { return t.exclusiveClash(a, b) || t.forbidden(a, b) }

// exclusiveClash says whether both nodes hold a record of one source that has
// no two records of a person.
func (t *nodes) exclusiveClash(a, b int32) bool {
	return t.exclusive != nil && t.exclusive[a]&t.exclusive[b] != 0
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

// clusters joins nodes by average link: of all clusters the two with the greatest
// mean weight between them become one, while their weight reaches the threshold
// and no constraint stands between them. Pairs that blocking did not find are
// scored for it. The answer gives each node its cluster's least node. What
// becomes of a connected part of the graph depends on nothing outside it.
func (l *linkage) clusters(edges []edge, workers int) forest {
	p := connected(l.t.n, edges)
	out := newForest(l.t.n)
	l.t.parallel(workers, func(c *comparer, i int) {
		d := &desk{linkage: l, weigh: l.weigher(c)}
		for j := i; j < p.len(); j += chunks {
			nodes, inner := p.component(j)
			d.cluster(nodes, inner, p.place, out)
		}
	})
	return out
}

// cluster is clusters by the scorer's own weights.
func (s *scorer) cluster(edges []edge, threshold Weight, workers int) forest {
	return s.linkage(threshold).clusters(edges, workers)
}

func (s *scorer) linkage(threshold Weight) *linkage {
	return &linkage{s.t, rule{threshold: threshold, joint: s.table != nil}, leastWeight, func(c *comparer) func(a, b int32) Weight {
		return func(a, b int32) Weight { return s.weight(c.pattern(a, b), a, b) }
	}}
}

// components are the connected parts of a graph that have more than one node,
// in the order of their least nodes.
type components struct {
	nodes []int32 // ascending in each
	edges []edge  // in the order given
	// place is where a node stands in its component.
	place []int32
	// startNodes and startEdges are where each begins, and where the last ends.
	startNodes, startEdges []int32
}

func (p *components) len() int { return len(p.startNodes) - 1 }

func (p *components) component(i int) ([]int32, []edge) {
	return p.nodes[p.startNodes[i]:p.startNodes[i+1]], p.edges[p.startEdges[i]:p.startEdges[i+1]]
}

// connected sorts nodes and edges by connected component.
func connected(n int, edges []edge) *components {
	f := newForest(n)
	for _, e := range edges {
		f.join(e.a, e.b)
	}
	number := make([]int32, n) // of the component, from 1
	p := &components{startNodes: []int32{0}, place: make([]int32, n)}
	for i := range int32(n) {
		switch root := f.find(i); {
		case root == i:
		case number[root] == 0:
			p.startNodes = append(p.startNodes, 2)
			number[root] = int32(len(p.startNodes) - 1)
			number[i], p.place[i] = number[root], 1
		default:
			number[i] = number[root]
			p.place[i] = p.startNodes[number[i]]
			p.startNodes[number[i]]++
		}
	}
	p.startEdges = make([]int32, len(p.startNodes))
	for _, e := range edges {
		p.startEdges[number[e.a]]++
	}
	for i := 1; i < len(p.startNodes); i++ {
		p.startNodes[i] += p.startNodes[i-1]
		p.startEdges[i] += p.startEdges[i-1]
	}
	p.fill(edges, number)
	return p
}

// fill puts nodes and edges where the counts say.
func (p *components) fill(edges []edge, number []int32) {
	p.nodes = make([]int32, p.startNodes[p.len()])
	for i, c := range number {
		if c > 0 {
			p.nodes[p.startNodes[c-1]+p.place[i]] = int32(i)
		}
	}
	p.edges = make([]edge, len(edges))
	next := slices.Clone(p.startEdges)
	for _, e := range edges {
		c := number[e.a] - 1
		p.edges[next[c]] = e
		next[c]++
	}
}

// desk is where one worker makes clusters; what it needs of memory it keeps.
type desk struct {
	*linkage
	weigh func(a, b int32) Weight
	agglomeration
}

// A component is scored in full if it is of few nodes, or so dense that the
// pairs not yet scored are few beside the others.
const (
	fewNodes = 64
	dense    = 400
	// missingPerEdge is how many pairs are scored in full for each edge.
	missingPerEdge = 32
)

// cluster makes the clusters of one component.
func (d *desk) cluster(nodes []int32, edges []edge, place []int32, out forest) {
	n := len(nodes)
	switch {
	case n == 2:
		if edges[0].w >= d.threshold {
			out[nodes[1]] = nodes[0]
		}
	case n > dense || n > fewNodes && n*(n-1)/2 > missingPerEdge*len(edges):
		d.sparsely(nodes, edges, place, out)
	case d.t.twoSided(nodes):
		d.assign(nodes, out)
	default:
		d.densely(nodes, edges, place, out)
	}
}

// pair is what two nodes weigh, times what they count for in a mean.
func (d *desk) pair(a, b int32) (int64, int64) {
	if d.t.parted(a, b) {
		return parting, 1
	}
	k := d.counts(a, b)
	return d.bounded(d.weigh(a, b)) * k, k
}

// agglomeration is average link with every pair at hand.
type agglomeration struct {
	n    int
	sum  []int64 // n×n sums of weights between clusters
	mass []int64 // n×n sums of what the pairs count for
	live []int32 // clusters there are, by their least member, ascending
	next []int32 // of each, the best cluster after it to join, or -1
	root []int32 // of each node the cluster
}

// reset makes room for n nodes, each its own cluster.
func (g *agglomeration) reset(n int) {
	g.n = n
	g.sum, g.mass = slices.Grow(g.sum[:0], n*n)[:n*n], slices.Grow(g.mass[:0], n*n)[:n*n]
	clear(g.mass)
	g.live, g.next, g.root = g.live[:0], slices.Grow(g.next[:0], n)[:n], g.root[:0]
	for i := range int32(n) {
		g.live, g.root = append(g.live, i), append(g.root, i)
	}
}

// set says what two clusters weigh together and count for.
func (g *agglomeration) set(i, j int32, sum, mass int64) {
	n := int32(g.n)
	g.sum[i*n+j], g.sum[j*n+i] = sum, sum
	g.mass[i*n+j], g.mass[j*n+i] = mass, mass
}

// densely scores what is missing and agglomerates.
func (d *desk) densely(nodes []int32, edges []edge, place []int32, out forest) {
	d.reset(len(nodes))
	for _, e := range edges {
		k := d.counts(e.a, e.b)
		d.set(place[e.a], place[e.b], d.bounded(e.w)*k, k)
	}
	for i := range int32(d.n) {
		for j := range i {
			if d.mass[int(i)*d.n+int(j)] == 0 {
				sum, mass := d.pair(nodes[j], nodes[i])
				d.set(i, j, sum, mass)
			}
		}
	}
	d.run(d.rule)
	for i, r := range d.root {
		out[nodes[i]] = nodes[r]
	}
}

// run joins the two clusters with the greatest mean weight, of equals the first,
// as long as there are two with enough.
func (g *agglomeration) run(r rule) {
	for at, i := range g.live {
		g.next[i] = g.nearest(at, r)
	}
	for {
		best := int32(-1)
		for _, i := range g.live {
			if g.next[i] >= 0 && (best < 0 || g.better(i, g.next[i], best, g.next[best])) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		g.merge(best, g.next[best], r)
	}
}

// better says whether the mean between i and j is above that between k and l.
func (g *agglomeration) better(i, j, k, l int32) bool {
	x, y := int(i)*g.n+int(j), int(k)*g.n+int(l)
	return g.sum[x]*g.mass[y] > g.sum[y]*g.mass[x]
}

// nearest returns the best cluster to join among those after live[at].
func (g *agglomeration) nearest(at int, r rule) int32 {
	i, best := g.live[at], int32(-1)
	for _, j := range g.live[at+1:] {
		x := int(i)*g.n + int(j)
		if r.enough(g.sum[x], g.mass[x]) && (best < 0 || g.better(i, j, i, best)) {
			best = j
		}
	}
	return best
}

// merge puts cluster j into i, which is before it.
func (g *agglomeration) merge(i, j int32, r rule) {
	at, _ := slices.BinarySearch(g.live, j)
	g.live = slices.Delete(g.live, at, at+1)
	n := int32(g.n)
	for _, k := range g.live {
		g.set(i, k, g.sum[i*n+k]+g.sum[j*n+k], g.mass[i*n+k]+g.mass[j*n+k])
	}
	for k, root := range g.root {
		if root == j {
			g.root[k] = i
		}
	}
	for at, k := range g.live {
		switch x := k*n + i; {
		case k == i || g.next[k] == i || g.next[k] == j:
			g.next[k] = g.nearest(at, r)
		case k > j:
			return
		case k < i && r.enough(g.sum[x], g.mass[x]) &&
			(g.next[k] < 0 || g.better(k, i, k, g.next[k]) || i < g.next[k] && !g.better(k, g.next[k], k, i)):
			g.next[k] = i
		}
	}
}
