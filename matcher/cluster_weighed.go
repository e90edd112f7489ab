package matcher

import (
	"context"
	"fmt"
)

// Weighed are records whose pairs something other than a Model has weighed, and
// what is known of them beside their weights.
type Weighed struct {
	// Records is how many there are, numbered from 0.
	Records int
	// Pairs are those that were weighed, each once. They decide which records come
	// together at all: between the others no more is weighed than their clusters
	// call for. Rules are not looked at.
	Pairs []Scored
	// Weigh gives the weight of any two records, prior included, whether or not
	// they are one of Pairs. It is called by several goroutines at once.
	Weigh func(a, b int32) Weight
	// Least bounds, below 0, how much a pair can speak against its clusters being
	// one; 0 stands for the bound of a Model's pairs. The closer it is to 0, the
	// more pairs have to speak against one that speaks for them.
	Least Weight
	// Cannot are pairs that are known to be of two people.
	Cannot [][2]int32
	// Sources and Exclusive are as in an Input.
	Sources   []uint8
	Exclusive []bool
}

// Cluster gives each record its cluster, numbered from 0 in the order of the
// clusters' least records, and says how many there are. Clusters are made as Link
// makes those of a table: two become one where the weights of all pairs between
// them add up to opt's threshold, so that a pair that many others speak against
// joins nothing, and nothing that is said to be apart comes together. It blocks
// until done, and fails with ErrModel where over 64 sources are exclusive, and
// with ctx's error if that has ended.
func (w Weighed) Cluster(ctx context.Context, opt Options) ([]int32, int, error) {
	b := &base{in: Input{Rows: itself(w.Records), Cannot: w.Cannot, Sources: w.Sources, Exclusive: w.Exclusive}}
	if err := b.exclude(); err != nil {
		return nil, 0, err
	}
	label := itself(w.Records)
	t := &nodes{layout: newLayout(Spec{}), n: w.Records, apart: b.apart(label, w.Records), exclusive: b.exclusives(label, w.Records)}
	threshold := opt.threshold()
	edges := make([]edge, 0, len(w.Pairs))
	for _, p := range w.Pairs {
		if p.A == p.B || min(p.A, p.B) < 0 || int(max(p.A, p.B)) >= w.Records {
			return nil, 0, fmt.Errorf("records %d and %d are no pair of %d: %w", p.A, p.B, w.Records, ErrModel)
		}
		if a, b := min(p.A, p.B), max(p.A, p.B); p.Weight >= min(threshold, 0) && !t.parted(a, b) {
			edges = append(edges, edge{a, b, p.Weight})
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	least := w.Least
	if least >= 0 {
		least = leastWeight
	}
	l := &linkage{t, rule{threshold: threshold, joint: true}, least, func(*comparer) func(a, b int32) Weight { return w.Weigh }}
	label, n := relabel(label, l.clusters(edges, opt.Workers))
	return label, n, nil
}
