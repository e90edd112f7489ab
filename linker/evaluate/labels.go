package evaluate

import (
	"cmp"
	"errors"
	"slices"
)

// once drops pairs that are given twice, keeping the higher probability. It
// puts the pairs in the order of their records.
func once(in []Pair) []Pair {
	slices.SortFunc(in, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B), cmp.Compare(y.Probability, x.Probability))
	})
	return slices.CompactFunc(in, func(x, y Pair) bool { return x.A == y.A && x.B == y.B })
}

// within counts the true pairs inside one source.
func (c *Clusters) within() float64 {
	count := make(map[Key]int64)
	total := int64(0)
	for i, k := range c.keys {
		// the cluster's number stands where the id would
		at := Key{k.Source, string([]byte{byte(c.Of[i]), byte(c.Of[i] >> 8), byte(c.Of[i] >> 16), byte(c.Of[i] >> 24)})}
		total += count[at]
		count[at]++
	}
	return float64(total)
}

// across takes the true pairs inside sources out of what edges were to find.
func (p *Point) across(within float64) {
	if p.Edge.Recall == 0 || p.actual == within {
		return
	}
	p.Edge = harmonic(p.Edge.Precision, p.Edge.Recall*p.actual/(p.actual-within))
}

// Labelled says how a linkage does on pairs that people have judged. The
// figures hold for pairs such as those that were labelled: pairs that nobody
// chose to label are not in them.
type Labelled struct {
	// Pairs were labelled, Same of them as one person (a score of 0.5 or more).
	Pairs int `json:"pairs"`
	Same  int `json:"same"`
	// Stray name a record that the clusters do not have, and are left out.
	Stray int `json:"pairs_not_in_clusters"`
	// Clusters is by which labelled pairs share a cluster, Edges by which were
	// scored at the threshold or above; nil if not given.
	Clusters *Score `json:"clusters,omitempty"`
	Edges    *Score `json:"edges,omitempty"`
}

// MeasureLabels compares clusters, scored pairs or both with labels. A pair
// that was not scored counts as not linked. It returns an error if no labelled
// record is known.
func MeasureLabels(found *Clusters, scored, labels []ScoredPair, threshold float64) (*Labelled, error) {
	out := &Labelled{}
	if found != nil {
		if err := out.byCluster(found, labels); err != nil {
			return nil, err
		}
	}
	if scored != nil {
		out.byEdge(scored, labels, threshold)
	}
	out.Pairs, out.Same = len(labels), 0
	for _, l := range labels {
		if l.Probability >= 0.5 {
			out.Same++
		}
	}
	return out, nil
}

// tally counts what was linked and what should have been.
type tally struct{ right, claimed, actual float64 }

func (t *tally) add(linked, same bool) {
	if linked {
		t.claimed++
	}
	if same {
		t.actual++
	}
	if linked && same {
		t.right++
	}
}

func (l *Labelled) byCluster(found *Clusters, labels []ScoredPair) error {
	sourced := found.sourced && len(labels) > 0 && labels[0].A.Source != ""
	index, err := found.index(sourced)
	if err != nil {
		return err
	}
	var t tally
	for _, p := range labels {
		p.A.Source, p.B.Source = plainSource(p.A.Source), plainSource(p.B.Source)
		a, okA := index[p.A.as(sourced)]
		b, okB := index[p.B.as(sourced)]
		if !okA || !okB {
			l.Stray++
			continue
		}
		t.add(found.Of[a] == found.Of[b], p.Probability >= 0.5)
	}
	if len(labels) > 0 && l.Stray == len(labels) {
		return errors.New("no labelled pair is of records in the clusters: check that both name records by the same id column")
	}
	s := score(t.right, t.claimed, t.actual)
	l.Clusters = &s
	return nil
}

func (l *Labelled) byEdge(scored, labels []ScoredPair, threshold float64) {
	linked := make(map[[2]Key]bool, len(scored))
	sourced := len(labels) > 0 && labels[0].A.Source != "" && len(scored) > 0 && scored[0].A.Source != ""
	for _, p := range scored {
		if p.Probability >= threshold {
			linked[p.key(sourced)] = true
		}
	}
	var t tally
	for _, p := range labels {
		t.add(linked[p.key(sourced)], p.Probability >= 0.5)
	}
	s := score(t.right, t.claimed, t.actual)
	l.Edges = &s
}

// key names a pair whichever way round it was given.
func (p ScoredPair) key(sourced bool) [2]Key {
	a, b := p.A, p.B
	a.Source, b.Source = plainSource(a.Source), plainSource(b.Source)
	a, b = a.as(sourced), b.as(sourced)
	if b.Source < a.Source || b.Source == a.Source && b.ID < a.ID {
		a, b = b, a
	}
	return [2]Key{a, b}
}
