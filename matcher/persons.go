package matcher

import "slices"

// personsSampled is about how many nodes strangers are measured on. More of a
// large table would only tell rare values from rarer ones.
const personsSampled = 80_000

// survey is a part of the nodes, evenly chosen by their numbers' hashes, with
// the candidate pairs that any of them is in.
type survey struct {
	t     *nodes
	whole bool
	below uint64 // nodes of a lesser hash are in
	pairs []uint64
}

func (t *nodes) survey(pairs []uint64) *survey {
	if t.n <= personsSampled {
		return &survey{t: t, whole: true, pairs: pairs}
	}
	s := &survey{t: t, below: ^uint64(0) / uint64(t.n) * personsSampled}
	for _, w := range pairs {
		if a, b, _ := pairOf(w); s.in(a) || s.in(b) {
			s.pairs = append(s.pairs, w)
		}
	}
	return s
}

func (s *survey) in(node int32) bool { return s.whole || mix(uint64(node)+1) < s.below }

// alone takes every node of the survey for a person.
func (s *survey) alone(workers int) *strangers {
	out := &strangers{t: s.t, at: []int32{0}, workers: workers}
	for i := range int32(s.t.n) {
		if s.in(i) {
			out.members = append(out.members, i)
			out.at = append(out.at, int32(len(out.members)))
		}
	}
	return out
}

// persons puts the nodes together that the scorer finds to be of one person. Of
// those with nodes beyond the survey it keeps the persons whose least node is in
// it, so that a person of many records is no likelier to be kept.
func (s *survey) persons(by *scorer, threshold Weight, workers int) *strangers {
	edges := by.score(s.pairs, threshold, workers)
	if s.whole {
		label, n := relabel(itself(s.t.n), by.cluster(edges, threshold, workers))
		out := &strangers{t: s.t, workers: workers}
		out.at, out.members = index(label, n)
		return out
	}
	lesser := make([]bool, s.t.n) // nodes that a lesser one is joined to
	for _, e := range edges {
		lesser[e.b] = true
	}
	edges = slices.DeleteFunc(edges, func(e edge) bool { return lesser[e.a] })
	slices.SortStableFunc(edges, func(x, y edge) int { return int(x.a) - int(y.a) })
	out := &strangers{t: s.t, at: []int32{0}, workers: workers}
	k := 0
	for i := range int32(s.t.n) {
		for k < len(edges) && edges[k].a < i {
			k++
		}
		if !s.in(i) || lesser[i] {
			continue
		}
		out.members = append(out.members, i)
		for ; k < len(edges) && edges[k].a == i; k++ {
			out.members = append(out.members, edges[k].b)
		}
		out.at = append(out.at, int32(len(out.members)))
	}
	return out
}
