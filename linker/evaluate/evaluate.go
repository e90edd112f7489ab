package evaluate

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Input is what to measure. Found or Pairs must be given, and Truth or Labels.
type Input struct {
	// Found are the clusters of a linkage.
	Found *Clusters
	// Truth are the true clusters. Groups are measured by its grouping columns.
	Truth *Clusters
	// Pairs are the scored pairs of a linkage.
	Pairs []ScoredPair
	// Labels are pairs that people have judged, where the truth of every record
	// is not known.
	Labels []ScoredPair
	// Threshold is the probability from which Pairs count as links; 0 is 0.95.
	Threshold float64
	// Thresholds are those to compare; nil is a usual choice.
	Thresholds []float64
	// Across says that only pairs of different sources were looked for. The
	// truth must name sources.
	Across bool
	// Seed draws the intervals of the groups.
	Seed uint64
}

// Result is what was measured; parts that were not asked for are nil.
type Result struct {
	// OnlyFound and OnlyTruth are records that stand in one of the two files;
	// they are left out of every figure.
	OnlyFound int `json:"records_not_in_truth"`
	OnlyTruth int `json:"records_not_in_clusters"`
	// StrayPairs name a record that is not in the truth, and are left out.
	StrayPairs  int          `json:"pairs_not_in_truth"`
	Clusters    *Metrics     `json:"clusters,omitempty"`
	Groups      []Groups     `json:"groups,omitempty"`
	Edges       *Point       `json:"edges,omitempty"`
	Curve       *Curve       `json:"curve,omitempty"`
	Calibration *Calibration `json:"calibration,omitempty"`
	Labels      *Labelled    `json:"labels,omitempty"`
}

// Usual are the thresholds that a curve is drawn at.
var Usual = []float64{0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999}

// Evaluate measures a linkage. It returns an error if the input does not fit
// together: no record in common, an id that names two records, a threshold
// outside 0 to 1.
func Evaluate(in Input) (*Result, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	r := &Result{}
	if in.Found != nil && in.Truth != nil {
		if err := r.clusters(&in); err != nil {
			return nil, err
		}
	}
	if in.Pairs != nil && in.Truth != nil {
		if err := r.pairs(&in); err != nil {
			return nil, err
		}
	}
	if in.Labels != nil {
		labelled, err := MeasureLabels(in.Found, in.Pairs, in.Labels, in.Threshold)
		if err != nil {
			return nil, err
		}
		r.Labels = labelled
	}
	return r, nil
}

func (in *Input) check() error {
	if in.Threshold == 0 {
		in.Threshold = 0.95
	}
	for _, t := range append([]float64{in.Threshold}, in.Thresholds...) {
		if math.IsNaN(t) || t < 0 || t > 1 {
			return errors.New("a threshold must be from 0 to 1")
		}
	}
	if in.Thresholds == nil {
		in.Thresholds = Usual
	}
	switch {
	case in.Found == nil && in.Pairs == nil:
		return errors.New("nothing to measure: give clusters or pairs")
	case in.Truth == nil && in.Labels == nil:
		return errors.New("nothing to measure against: give the truth or labels")
	case in.Across && in.Truth != nil && !in.Truth.sourced:
		return errors.New("the truth must name each record's source when only pairs across sources were looked for")
	}
	return nil
}

func (r *Result) clusters(in *Input) error {
	j, err := join(in.Found, in.Truth)
	if err != nil {
		return err
	}
	r.OnlyFound, r.OnlyTruth = j.onlyFound, j.onlyTruth
	m := Measure(j.found, j.truth)
	r.Clusters = &m
	for _, g := range in.Truth.groups {
		values := make([]string, len(j.at))
		for i, at := range j.at {
			values[i] = g.values[at]
		}
		r.Groups = append(r.Groups, ByGroup(g.name, values, j.found, j.truth, in.Truth.Names, in.Seed))
	}
	return nil
}

// pairs measures the scored pairs among the records of the truth. A pair that
// is given twice counts once, by its higher probability.
func (r *Result) pairs(in *Input) error {
	scored, stray, err := number(in.Pairs, in.Truth)
	if err != nil {
		return err
	}
	r.StrayPairs = stray
	scored = once(scored)
	curve := Sweep(scored, in.Truth.Of, append(slices.Clone(in.Thresholds), in.Threshold))
	last := len(curve.Points) - 1
	at := curve.Points[last]
	curve.Points = curve.Points[:last]
	if in.Across {
		within := in.Truth.within()
		for i := range curve.Points {
			curve.Points[i].across(within)
		}
		for _, p := range []*Point{&curve.BestEdge, &curve.BestPairwise, &curve.BestBCubed, &at} {
			p.across(within)
		}
	}
	calibration := Calibrate(scored, in.Truth.Of)
	r.Curve, r.Edges, r.Calibration = &curve, &at, &calibration
	return nil
}

// number finds the pairs' records in the truth.
func number(in []ScoredPair, truth *Clusters) (out []Pair, stray int, err error) {
	sourced := truth.sourced && len(in) > 0 && in[0].A.Source != ""
	index, err := truth.index(sourced)
	if err != nil {
		return nil, 0, fmt.Errorf("truth: %w", err)
	}
	find := func(k Key) (int32, bool) {
		k.Source = plainSource(k.Source)
		i, ok := index[k.as(sourced)]
		return i, ok
	}
	for _, p := range in {
		a, okA := find(p.A)
		b, okB := find(p.B)
		if !okA || !okB || a == b {
			stray++
			continue
		}
		out = append(out, Pair{A: min(a, b), B: max(a, b), Probability: p.Probability})
	}
	if len(in) > 0 && len(out) == 0 {
		return nil, stray, errors.New("no pair is of records in the truth: check that both name records by the same id column")
	}
	return out, stray, nil
}
