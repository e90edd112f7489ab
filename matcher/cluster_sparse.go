package matcher

import (
	"cmp"
	"slices"
)

// The bounds of what is scored in a component that is too large to score in
// full.
const (
	// wholePairs is how many pairs between two clusters are all scored; of more, as
	// many are picked evenly.
	wholePairs = 64
	// scoredPerEdge is how many pairs are scored for each node and edge. Once
	// they are, a pair not scored counts as a bad one.
	scoredPerEdge = 24
)

// tie is all that is known of two clusters of a large component.
type tie struct {
	a, b int32 // clusters, by one of their nodes
	// sum and mass are over the pairs scored, or stand for all pairs.
	sum, mass int64
	// known is how many pairs sum and mass stand for.
	known int64
	// turn counts the changes: what the heap holds of an earlier turn is stale.
	turn int32
}

// candidate is two clusters waiting to be joined.
type candidate struct {
	mean float64
	at   int32 // of the tie
	turn int32
}

// before says whether a candidate's turn is before another's.
func (c candidate) before(o candidate) bool {
	return c.mean > o.mean || c.mean == o.mean && c.at < o.at
}

// queue gives the candidates, the greatest mean first. Those there are at first
// are many and sorted once; those that come later are a heap.
type queue struct {
	first []candidate // the next one last
	later []candidate
}

func (q *queue) sort() {
	slices.SortFunc(q.first, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(x.mean, y.mean), cmp.Compare(y.at, x.at))
	})
}

func (q *queue) push(c candidate) {
	h := append(q.later, c)
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h[i].before(h[up]) {
			break
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
	q.later = h
}

func (q *queue) pop() (candidate, bool) {
	h, n := q.later, len(q.first)
	if n > 0 && (len(h) == 0 || q.first[n-1].before(h[0])) {
		c := q.first[n-1]
		q.first = q.first[:n-1]
		return c, true
	}
	if len(h) == 0 {
		return candidate{}, false
	}
	top, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down+1 < last && h[down+1].before(h[down]) {
			down++
		}
		if down >= last || !h[down].before(h[i]) {
			break
		}
		h[i], h[down] = h[down], h[i]
		i = down
	}
	q.later = h
	return top, true
}

// sparse is average link over a large component. Only clusters with an edge
// between them are candidates; the pairs between them that have no edge are
// scored when their turn comes, all of a few and an even choice of many, so
// that the work grows with the edges and not with the square of the nodes.
type sparse struct {
	*desk
	nodes   []int32
	all     []tie
	of      map[uint64]int32 // the tie of two clusters
	touch   [][]int32        // of each cluster, its ties, some of them gone
	members [][]int32
	rows    []map[int32]struct{} // of each cluster, the rows that part it
	only    []uint64             // of each cluster, its exclusive sources
	queue   queue
	left    int64 // pairs that may still be scored
}

// sparsely makes the clusters of a large component.
func (d *desk) sparsely(nodes []int32, edges []edge, place []int32, out forest) {
	n := len(nodes)
	s := &sparse{desk: d, nodes: nodes, of: make(map[uint64]int32, len(edges)), touch: make([][]int32, n),
		members: make([][]int32, n), rows: make([]map[int32]struct{}, n), only: make([]uint64, n),
		left: scoredPerEdge * int64(n+len(edges))}
	one := make([]int32, n)
	for i, v := range nodes {
		one[i] = int32(i)
		s.members[i] = one[i : i+1 : i+1]
		if d.t.apart != nil {
			s.rows[i] = rowSet(d.t.apart[v])
		}
		if d.t.exclusive != nil {
			s.only[i] = d.t.exclusive[v]
		}
	}
	for _, e := range edges {
		k := d.counts(e.a, e.b)
		s.add(tie{a: place[e.a], b: place[e.b], sum: d.bounded(e.w) * k, mass: k, known: 1})
	}
	s.queue.sort()
	for c, ok := s.queue.pop(); ok; c, ok = s.queue.pop() {
		if s.all[c.at].turn == c.turn {
			s.consider(c)
		}
	}
	for _, m := range s.members {
		if len(m) > 1 {
			least := nodes[slices.Min(m)]
			for _, i := range m {
				out[nodes[i]] = least
			}
		}
	}
}

func rowSet(rows []int32) map[int32]struct{} {
	if len(rows) == 0 {
		return nil
	}
	out := make(map[int32]struct{}, len(rows))
	for _, r := range rows {
		out[r] = struct{}{}
	}
	return out
}

func unordered(a, b int32) uint64 { return uint64(min(a, b))<<32 | uint64(max(a, b)) }

// add is for the edges, before the first is considered.
func (s *sparse) add(b tie) {
	key := unordered(b.a, b.b)
	if _, twice := s.of[key]; twice {
		return
	}
	at := int32(len(s.all))
	s.all, s.of[key] = append(s.all, b), at
	s.touch[b.a], s.touch[b.b] = append(s.touch[b.a], at), append(s.touch[b.b], at)
	s.queue.first = append(s.queue.first, candidate{mean: b.mean(), at: at})
}

func (b *tie) mean() float64 { return float64(b.sum) / float64(b.mass) }

// consider joins two clusters, or finds out why not.
func (s *sparse) consider(c candidate) {
	b := &s.all[c.at]
	if s.clash(b.a, b.b) {
		return // clusters that clash do so for good
	}
	learnt := s.learn(b)
	switch m := b.mean(); {
	case !s.enough(b.sum, b.mass): // until one of them grows
	case learnt && m < c.mean:
		s.queue.push(candidate{m, c.at, b.turn})
	default:
		s.join(c.at)
	}
}

// clash says whether a constraint parts two clusters.
func (s *sparse) clash(a, b int32) bool {
	if s.only[a]&s.only[b] != 0 {
		return true
	}
	x, y := s.rows[a], s.rows[b]
	if len(x) > len(y) {
		x, y = y, x
	}
	for r := range x {
		if _, ok := y[r]; ok {
			return true
		}
	}
	return false
}

// learn scores pairs between two clusters where too few of them are known, and
// says whether it did. A few pairs more than were picked from change little.
func (s *sparse) learn(b *tie) bool {
	x, y := s.members[b.a], s.members[b.b]
	pairs := int64(len(x)) * int64(len(y))
	if b.known >= pairs || pairs > wholePairs && b.known*5 >= pairs*4 {
		return false
	}
	if s.left <= 0 {
		b.sum, b.mass = b.sum+int64(s.least)*(pairs-b.known), b.mass+pairs-b.known
		b.known = pairs
		return true
	}
	b.sum, b.mass = 0, 0
	picked := min(pairs, wholePairs)
	for i := range picked {
		at := i
		if pairs > wholePairs { // one from each of as many equal parts
			part := pairs * i / wholePairs
			at = part + int64(mix(uint64(i)+1)%uint64(pairs*(i+1)/wholePairs-part))
		}
		v, k := s.pair(s.nodes[x[at/int64(len(y))]], s.nodes[y[at%int64(len(y))]])
		b.sum, b.mass = b.sum+v, b.mass+k
	}
	b.sum, b.mass, b.known = b.sum*pairs/picked, b.mass*pairs/picked, pairs
	s.left -= picked
	return true
}

// join makes one cluster of two: the one with fewer neighbors goes into the
// other, so that no tie changes hands often.
func (s *sparse) join(at int32) {
	a, b := s.all[at].a, s.all[at].b
	if len(s.touch[a]) < len(s.touch[b]) || len(s.touch[a]) == len(s.touch[b]) && a > b {
		a, b = b, a
	}
	s.drop(at)
	for _, i := range s.touch[b] {
		if s.all[i].a >= 0 {
			s.move(i, b, a)
		}
	}
	s.touch[b] = nil
	s.members[a] = grown(s.members[a], s.members[b])
	s.members[b] = nil
	s.only[a] |= s.only[b]
	if len(s.rows[a]) < len(s.rows[b]) {
		s.rows[a], s.rows[b] = s.rows[b], s.rows[a]
	}
	for r := range s.rows[b] {
		s.rows[a][r] = struct{}{}
	}
	s.rows[b] = nil
}

// grown appends the shorter list to the longer.
func grown(x, y []int32) []int32 {
	if len(x) < len(y) {
		x, y = y, x
	}
	return append(x, y...)
}

// drop forgets a tie.
func (s *sparse) drop(at int32) {
	delete(s.of, unordered(s.all[at].a, s.all[at].b))
	s.all[at].a = -1
	s.all[at].turn++
}

// move gives what lies between cluster from and some other to cluster to.
func (s *sparse) move(at, from, to int32) {
	b := s.all[at]
	other := b.a + b.b - from
	key := unordered(to, other)
	if first, ok := s.of[key]; ok {
		s.drop(at)
		s.all[first].sum += b.sum
		s.all[first].mass += b.mass
		s.all[first].known += b.known
		at = first
	} else {
		delete(s.of, unordered(from, other))
		s.of[key] = at
		s.all[at].a, s.all[at].b = to, other
		s.touch[to] = append(s.touch[to], at)
	}
	s.all[at].turn++
	if x := &s.all[at]; s.enough(x.sum, x.mass) {
		s.queue.push(candidate{x.mean(), at, x.turn})
	}
}
