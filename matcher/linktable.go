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

// tableJob is a table without context columns made ready for training and
// linking.
type tableJob struct {
	b     *base
	t     *nodes
	pairs []uint64 // candidates
	// derived says that the rules were found here, not given.
	derived bool
}

// newTableJob finds the candidate pairs, by rules of its own where the spec has
// none.
func newTableJob(b *base, opt Options) *tableJob {
	j := &tableJob{b: b, t: b.nodes(b.node, b.n, false)}
	if len(b.spec.Rules) == 0 {
		opt.progress("rules", 0, 1)
		b.spec.Rules, j.derived = j.t.deriveRules(opt.Workers), true
	}
	opt.progress("block", 0, 1)
	s := j.t.pairSpace(b.spec.Rules, opt.Workers)
	j.pairs = s.all(opt.Workers)
	opt.progress("block", 1, 1)
	if opt.Planned != nil {
		opt.Planned(j.plan(s, opt.Workers))
	}
	return j
}

// plan counts the candidate pairs that there are by rule. It estimates no recall:
// that would take as long as finding them did.
func (j *tableJob) plan(s *pairSpace, workers int) *Plan {
	p := &Plan{Records: j.t.n, Pairs: int64(len(j.pairs)), Exact: true}
	parts := make([][maxRules]RuleFind, chunks)
	eachPart(workers, chunks, func(i int) {
		addFinds(parts[i][:], j.pairs[len(j.pairs)*i/chunks:len(j.pairs)*(i+1)/chunks])
	})
	for i, r := range j.b.spec.Rules {
		c := s.finds[i]
		rule := RulePlan{Rule: r, Words: r.String(), Blocks: c.blocks, Largest: c.largest, Refined: c.refined, GivenUp: c.lost}
		for _, part := range parts {
			rule.Found += part[i].Found
			rule.Only += part[i].Only
			rule.New += part[i].New
		}
		p.Rules = append(p.Rules, rule)
	}
	return p
}

// link links in one round.
func (j *tableJob) link(ctx context.Context, m *Model, opt Options) (*Linked, error) {
	b, t, candidates := j.b, j.t, worthwhile(j.pairs, m.Spec.Worthless)
	s := newScorer(t, m, 0)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	threshold := opt.threshold()
	opt.progress("compare", 0, 1)
	pairs := s.scored(candidates, min(keptWeight, threshold), opt)
	opt.progress("compare", 1, 1)
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
	s.judge(candidates, floor, opt.Workers, func(part int, w uint64, v Weight) {
		a, b, rules := pairOf(w)
		parts[part] = append(parts[part], Scored{a, b, v, rules})
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
