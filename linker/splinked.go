package linker

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/linker/splink"
	"github.com/hearthmatch/hearth/matcher"
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

// linkSplink weighs pairs by a model of Splink's and makes clusters of them as of
// any others: the weights are the model's, and it says which records are compared,
// but one wrong pair does not join two people.
func linkSplink(ctx context.Context, j *Job) (*Result, error) {
	if j.Settings == nil {
		j.Settings = &settings.Settings{Threshold: settings.DefaultThreshold}
	}
	if j.Threshold == 0 {
		j.Threshold = j.Settings.Threshold
	}
	j.Mode = splinkModes[j.Splink.Link]
	if err := j.check(); err != nil {
		return nil, err
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
	w := r.foreign.weighed(j)
	cluster := func(free []bool) error {
		w.Exclusive = free
		r.Cluster, r.Clusters, err = w.Cluster(ctx, j.options())
		return err
	}
	if err := cluster(j.DuplicateFree); err != nil {
		return nil, err
	}
	if free, again := r.exclusive(); again {
		if err := cluster(free); err != nil {
			return nil, err
		}
	}
	r.noteParted()
	j.progress("cluster", 1)
	return r, nil
}

// splinkModes are what models of Splink's call modes.
var splinkModes = map[splink.LinkType]settings.Mode{
	splink.DedupeOnly: settings.Dedupe, splink.LinkOnly: settings.LinkOnly, splink.LinkAndDedupe: settings.Both,
}

// mostAgainst is the most that a pair counts against its clusters being one
// person: as much as odds of one to four. Splink's models take their comparisons
// for independent of each other, so that they claim too much, and one wrong value
// speaks anew against each other record of its person. On seven tables of five
// kinds, each with a model that Splink trained for it, F1 of pairs and of records
// was nowhere lower than that of Splink's clusters at 0.95 and 0.99, and at 0.5 and
// 0.8 on one table only, of a thousand records. With less, bridges between people
// stay; with more, people come apart.
const mostAgainst = -2000

// weighed is what clusters are made of.
func (f *foreign) weighed(j *Job) matcher.Weighed {
	w := matcher.Weighed{Records: f.scorer.Rows(), Least: mostAgainst, Pairs: make([]matcher.Scored, len(f.pairs)),
		Weigh: func(a, b int32) matcher.Weight { return weightOf(f.scorer.Weigh(a, b)) }}
	for i, p := range f.pairs {
		w.Pairs[i] = matcher.Scored{A: p.A, B: p.B, Weight: weightOf(p.Weight)}
	}
	for t, tab := range j.Tables {
		w.Sources = append(w.Sources, slices.Repeat([]uint8{uint8(t)}, tab.Rows)...)
	}
	return w
}

// mostBits bounds what a pair can weigh: that two are one person, or are not, can
// be as good as certain, but sums of weights have to remain numbers.
const mostBits = 1000

// weightOf is a weight in bits as the matcher has it. Where a model contradicts
// itself, so that it is no number, it speaks against the pair.
func weightOf(bits float64) matcher.Weight {
	if math.IsNaN(bits) {
		bits = -mostBits
	}
	return matcher.Weight(math.Round(1000 * min(max(bits, -mostBits), mostBits)))
}

// noteParted says how many pairs Splink itself would have put together and the
// other records of their clusters speak against.
func (r *Result) noteParted() {
	n := 0
	for _, p := range r.foreign.pairs {
		if p.Probability >= r.Job.Threshold && r.Cluster[p.A] != r.Cluster[p.B] {
			n++
		}
	}
	if n > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of the pairs that reach the threshold by themselves are left apart, as other "+
			"records speak against them; Splink would join them", n))
	}
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
