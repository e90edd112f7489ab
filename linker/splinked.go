package linker

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"

	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/linker/splink"
)

// foreign is what a model of Splink's found.
type foreign struct {
	scorer *splink.Scorer
	counts []int64 // pairs of each rule
	pairs  []splink.Pair
}

// leastKept is the weight, in bits, of the least likely pairs that are kept: one
// in a hundred is of one person.
const leastKept = -6.6

// Scorer lays the job's model of Splink's over its tables. It fails where they
// do not fit.
func (j *Job) Scorer() (*splink.Scorer, error) {
	id, least := "", leastKept
	if j.Settings != nil {
		id = j.Settings.ID
	}
	if j.Threshold > 0 && j.Threshold < 1 {
		least = min(least, math.Log2(j.Threshold/(1-j.Threshold)))
	}
	return j.Splink.Bind(j.Tables, splink.Options{Workers: j.Workers, HasMin: true, MinWeight: least, ID: id, RowIDs: id == ""})
}

// linkSplink links as Splink does: the pairs at the threshold or above, and
// whatever these connect. Nothing is cut: one wrong pair joins two people.
func linkSplink(ctx context.Context, j *Job) (*Result, error) {
	if j.Settings == nil {
		j.Settings = &settings.Settings{Threshold: settings.DefaultThreshold}
	}
	if j.Threshold == 0 {
		j.Threshold = j.Settings.Threshold
	}
	if !(j.Threshold >= 0 && j.Threshold <= 1) {
		return nil, fmt.Errorf("a threshold is a probability from 0 to 1: %w", ErrInput)
	}
	s, err := j.Scorer()
	if err != nil {
		return nil, err
	}
	r := &Result{Job: j, foreign: &foreign{scorer: s, counts: s.Count()}}
	for _, n := range r.foreign.counts {
		r.Compared += n
	}
	j.progress("compare", 0)
	if r.foreign.pairs, err = s.Predict(ctx); err != nil {
		return nil, err
	}
	j.progress("cluster", 0)
	f := newForest(s.Rows())
	for _, p := range r.foreign.pairs {
		if p.Probability >= j.Threshold {
			f.join(p.A, p.B)
		}
	}
	r.Cluster, r.Clusters = f.clusters()
	j.progress("cluster", 1)
	return r, nil
}

// input is what the quality is judged by. Of the rules it is only known which
// one found a pair first, so that nothing is said of what they all miss.
func (f *foreign) input(cluster []int32) quality.Input {
	return quality.Input{Cluster: cluster, Pairs: func(yield func(quality.Pair) bool) {
		for _, p := range f.pairs {
			if !yield(quality.Pair{A: min(p.A, p.B), B: max(p.A, p.B), Probability: p.Probability, Pattern: patternOf(p.Levels)}) {
				return
			}
		}
	}}
}

// patternOf stands for the levels of a pair.
func patternOf(levels []int8) uint64 {
	h := fnv.New64a()
	for _, l := range levels {
		_, _ = h.Write([]byte{byte(l)}) // no error: it is a hash
	}
	return h.Sum64()
}

// forest is a forest over records, each tree named by its least record.
type forest []int32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = int32(i)
	}
	return f
}

func (f forest) find(i int32) int32 {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

func (f forest) join(i, j int32) {
	i, j = f.find(i), f.find(j)
	f[max(i, j)] = min(i, j)
}

// clusters numbers the trees in the order of their least records.
func (f forest) clusters() ([]int32, int) {
	out, n := make([]int32, len(f)), 0
	for i := range f {
		root := f.find(int32(i))
		if int(root) == i {
			out[i] = int32(n)
			n++
			continue
		}
		out[i] = out[root]
	}
	return out, n
}
