package evaluate

import (
	"cmp"
	"slices"
)

// Pair is two records and how probable it is that they are one person, from 0
// to 1. Records are numbered as in the truth that goes with them.
type Pair struct {
	A, B        int32
	Probability float64
}

// Point says what a threshold would give: the pairs at or above it as edges,
// and the clusters that they connect.
type Point struct {
	// Threshold is the least probability that counts as a link.
	Threshold float64 `json:"threshold"`
	Edges     int64   `json:"edges"`
	// Edge is over the pairs themselves, Pairwise and BCubed over the clusters
	// that they connect.
	Edge     Score `json:"edge"`
	Pairwise Score `json:"pairwise"`
	BCubed   Score `json:"b_cubed"`
	Largest  int64 `json:"largest"`

	actual float64 // true pairs
}

// Curve is what each threshold would give, over connected components.
type Curve struct {
	// Points are at the thresholds asked for, in their order.
	Points []Point `json:"points"`
	// BestEdge, BestPairwise and BestBCubed are where that F1 is highest, of all
	// thresholds there are; the higher threshold if two are alike.
	BestEdge     Point `json:"best_edge"`
	BestPairwise Point `json:"best_pairwise"`
	BestBCubed   Point `json:"best_b_cubed"`
}

// Closest returns the asked-for point whose threshold is nearest to p, the
// higher one if two are as near, and false if no threshold was asked for.
func (c *Curve) Closest(p float64) (Point, bool) {
	best, ok := Point{}, false
	for _, q := range c.Points {
		d, e := abs(q.Threshold-p), abs(best.Threshold-p)
		if !ok || d < e || d == e && q.Threshold > best.Threshold {
			best, ok = q, true
		}
	}
	return best, ok
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}

// forest joins records to clusters and keeps count of what is right.
type forest struct {
	truth   []int32
	trueOf  []int64 // size of each true cluster
	actual  float64
	parent  []int32
	size    []int64
	squares []float64           // Σ over true clusters of members²
	members []map[int32]float64 // of a root; nil for a single record
	right   float64
	claimed float64
	bp, br  float64 // B³ sums over records
	largest int64
}

func newForest(truth []int32) *forest {
	f := &forest{truth: truth, trueOf: sizes(truth), parent: make([]int32, len(truth)), size: make([]int64, len(truth)),
		squares: make([]float64, len(truth)), members: make([]map[int32]float64, len(truth)), bp: float64(len(truth))}
	for i := range truth {
		f.parent[i], f.size[i], f.squares[i] = int32(i), 1, 1
		f.br += 1 / float64(f.trueOf[truth[i]])
	}
	for _, n := range f.trueOf {
		f.actual += float64(pairs(n))
	}
	f.largest = min(1, int64(len(truth)))
	return f
}

func (f *forest) root(i int32) int32 {
	for f.parent[i] != i {
		f.parent[i] = f.parent[f.parent[i]]
		i = f.parent[i]
	}
	return i
}

// of returns how many of each true cluster a root holds.
func (f *forest) of(root int32) map[int32]float64 {
	if f.members[root] == nil {
		f.members[root] = map[int32]float64{f.truth[root]: 1}
	}
	return f.members[root]
}

// join connects two records. The counts are whole numbers, so the order in
// which a map is walked changes no sum of them; those of B³ are added per true
// cluster and may differ in the last bit.
func (f *forest) join(a, b int32) {
	a, b = f.root(a), f.root(b)
	if a == b {
		return
	}
	if len(f.of(a)) < len(f.of(b)) || len(f.of(a)) == len(f.of(b)) && a > b {
		a, b = b, a
	}
	f.bp -= f.squares[a]/float64(f.size[a]) + f.squares[b]/float64(f.size[b])
	into, shared := f.of(a), 0.0
	for _, t := range sortedKeys(f.of(b)) {
		x, y := into[t], f.members[b][t]
		shared += x * y
		f.br += 2 * x * y / float64(f.trueOf[t])
		into[t] = x + y
	}
	f.right += shared
	f.claimed += float64(f.size[a]) * float64(f.size[b])
	f.squares[a] += f.squares[b] + 2*shared
	f.size[a] += f.size[b]
	f.largest = max(f.largest, f.size[a])
	f.bp += f.squares[a] / float64(f.size[a])
	f.parent[b], f.members[b] = a, nil
}

func sortedKeys(m map[int32]float64) []int32 {
	keys := make([]int32, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Sweep links from the surest pair to the least sure and says what each
// threshold gives. Thresholds are from 0 to 1. A pair that is given twice
// counts twice as an edge. Time is n log n in pairs.
func Sweep(scored []Pair, truth []int32, thresholds []float64) Curve {
	order := slices.Clone(scored)
	slices.SortFunc(order, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Probability, x.Probability), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	ask := make([]int, len(thresholds)) // highest threshold first
	for i := range ask {
		ask[i] = i
	}
	slices.SortStableFunc(ask, func(i, j int) int { return cmp.Compare(thresholds[j], thresholds[i]) })
	f, c := newForest(truth), Curve{Points: make([]Point, len(thresholds))}
	var edges, right float64
	point := func(threshold float64) Point { return f.point(threshold, edges, right) }
	for k := 0; k < len(order); {
		p := order[k].Probability
		for len(ask) > 0 && thresholds[ask[0]] > p {
			c.Points[ask[0]] = point(thresholds[ask[0]])
			ask = ask[1:]
		}
		for ; k < len(order) && order[k].Probability == p; k++ {
			edges++
			if truth[order[k].A] == truth[order[k].B] {
				right++
			}
			f.join(order[k].A, order[k].B)
		}
		c.best(point(p))
	}
	for _, i := range ask {
		c.Points[i] = point(thresholds[i])
	}
	return c
}

func (f *forest) point(threshold, edges, right float64) Point {
	n := float64(len(f.truth))
	return Point{Threshold: threshold, Edges: int64(edges), Largest: f.largest, actual: f.actual,
		Edge: score(right, edges, f.actual), Pairwise: score(f.right, f.claimed, f.actual),
		BCubed: harmonic(min(1, ratio(f.bp, n)), min(1, ratio(f.br, n)))}
}

func (c *Curve) best(p Point) {
	if p.Edge.F1 > c.BestEdge.Edge.F1 {
		c.BestEdge = p
	}
	if p.Pairwise.F1 > c.BestPairwise.Pairwise.F1 {
		c.BestPairwise = p
	}
	if p.BCubed.F1 > c.BestBCubed.BCubed.F1 {
		c.BestBCubed = p
	}
}
