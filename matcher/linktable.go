package matcher

import "context"

// Scored is a pair of nodes that may be of one person. A node is a record, or
// records that are equal in every column; it is known by its least record.
type Scored struct {
	A, B   int32
	Weight Weight
	// Rules has a bit for each blocking rule that found the pair.
	Rules uint16
}

// keptWeight is the least weight of the pairs that a Linked keeps: about one in
// a hundred of them is of one person.
const keptWeight = -6600

// linkTable links a table without context columns in one round.
func linkTable(ctx context.Context, b *base, m *Model, opt Options) (*Linked, error) {
	t := b.nodes(b.node, b.n, false)
	s := newScorer(t, m, 0)
	opt.progress("block", 0, 1)
	candidates := t.candidates(opt.Workers)
	opt.progress("block", 1, 1)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	threshold := opt.threshold()
	pairs := s.scored(candidates, min(keptWeight, threshold), opt)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	edges := make([]edge, 0, len(pairs)/2)
	for _, p := range pairs {
		if p.Weight >= min(threshold, 0) && !t.parted(p.A, p.B) {
			edges = append(edges, edge{p.A, p.B, p.Weight})
		}
	}
	opt.progress("cluster", 0, 1)
	label, n := relabel(b.node, s.cluster(edges, threshold, opt.Workers))
	opt.progress("cluster", 1, 1)
	l := newLinked(b, m, label, n)
	l.Compared, l.Pairs = int64(len(candidates)), pairs
	for i := range l.Pairs {
		l.Pairs[i].A, l.Pairs[i].B = l.first[pairs[i].A], l.first[pairs[i].B]
	}
	return l, nil
}

// scored weighs the candidate pairs and keeps those of at least floor, in their
// order.
func (s *scorer) scored(candidates []uint64, floor Weight, opt Options) []Scored {
	parts := make([][]Scored, chunks)
	n := len(candidates)
	s.t.parallel(opt.Workers, func(c *comparer, i int) {
		for _, w := range candidates[n*i/chunks : n*(i+1)/chunks] {
			a, b, rules := pairOf(w)
			if _, v, ok := s.judge(c, a, b, floor); ok {
				parts[i] = append(parts[i], Scored{a, b, v, rules})
			}
		}
	})
	total := 0
	for _, p := range parts {
		total += len(p)
	}
	out := make([]Scored, 0, total)
	for i, p := range parts {
		out = append(out, p...)
		parts[i] = nil
	}
	return out
}
