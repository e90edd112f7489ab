package linker

import (
	"math"

	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/matcher"
)

// Verdict says how good the outcome is thought to be. It takes time in
// proportion to the pairs.
func (r *Result) Verdict() *quality.Verdict {
	if r.verdict != nil {
		return r.verdict
	}
	var in quality.Input
	if r.foreign != nil {
		in = r.foreign.input(r.Cluster)
	} else {
		in = quality.OfLinked(r.Linked, r.Job.Model)
		in.Columns, in.Workers = r.columns(), r.Job.Workers
		in.Given = func() func(a, b int32) float64 { return r.given(r.evidenceOf().Fork()) }
	}
	for _, l := range r.Job.Labels {
		in.Labels = append(in.Labels, quality.Label{A: l.A, B: l.B, Same: l.Same})
	}
	r.verdict = quality.Judge(in)
	return r.verdict
}

// Doubts are the clusters that may hold several people, those with the most
// pairs expected to be wrong first; none for a model of Splink's.
func (r *Result) Doubts() []matcher.Doubt {
	if r.Linked == nil {
		return nil
	}
	return r.Linked.Doubts(r.evidenceOf())
}

// Misses are at most so many pairs that were left apart and may be of one
// person, the likeliest first; none for a model of Splink's.
func (r *Result) Misses(most int) []matcher.Miss {
	if r.Linked == nil {
		return nil
	}
	return r.Linked.Misses(r.evidenceOf(), r.Job.Threshold, most)
}

func (r *Result) evidenceOf() *matcher.Evidence {
	if r.evidence == nil {
		r.evidence = r.Linked.Evidence()
	}
	return r.evidence
}

// mostLooked is how many records are looked at to see how complete they are.
const mostLooked = 100_000

// columns says how complete each column is and what agreement on it is worth.
func (r *Result) columns() []quality.Column {
	spec := r.Job.Model.Spec.Columns
	filled := make([]int, len(spec))
	n := len(r.Cluster)
	step, looked := n/mostLooked+1, 0
	var levels []matcher.Level
	for i := 0; i < n; i += step {
		looked++
		levels = r.Linked.Levels(levels[:0], int32(i), int32(i))
		for k, l := range levels {
			if l != 0 {
				filled[k]++
			}
		}
	}
	out := make([]quality.Column, 0, len(spec))
	for k, c := range r.Job.Model.Rounds[0].Apart.Comparisons {
		out = append(out, quality.Column{Name: c.Name, Bits: math.Log2(c.M[1] / c.U[1]),
			Completeness: float64(filled[k]) / float64(max(looked, 1))})
	}
	return out
}
