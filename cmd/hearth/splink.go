package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"

	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/linker/splink"
	"github.com/hearthmatch/hearth/linker/table"
)

// isSplink says whether a model is one of Splink's: ours has a spec.
func isSplink(model []byte) bool {
	var m struct {
		Spec        json.RawMessage `json:"spec"`
		LinkType    json.RawMessage `json:"link_type"`
		Comparisons json.RawMessage `json:"comparisons"`
	}
	return json.Unmarshal(model, &m) == nil && m.Spec == nil && (m.LinkType != nil || m.Comparisons != nil)
}

// splinkSettings name the records as the model does, where the tables have its
// column; what the other columns are, the model itself says.
func splinkSettings(model []byte, tables []*table.Table) (*settings.Settings, error) {
	m, err := splink.Load(model)
	if err != nil {
		return nil, err
	}
	s := &settings.Settings{Threshold: settings.DefaultThreshold}
	for _, t := range tables {
		if t.Column(m.ID) != nil {
			s.ID = m.ID
		}
	}
	for _, name := range m.Columns() {
		s.Columns = append(s.Columns, settings.Column{Name: name, As: "compared", Why: "the model of Splink uses it"})
	}
	return s, nil
}

// leastKept is the weight, in bits, of the least likely pairs that are kept: one
// in a hundred is of one person.
const leastKept = -6.6

// scorer lays the model over the tables.
func (j *linkJob) scorer() (*splink.Scorer, error) {
	m, err := splink.Load(j.model)
	if err != nil {
		return nil, fmt.Errorf("the model cannot be used: %w", err)
	}
	least := leastKept
	if j.threshold > 0 && j.threshold < 1 {
		least = min(least, math.Log2(j.threshold/(1-j.threshold)))
	}
	opts := splink.Options{Workers: j.workers, HasMin: true, MinWeight: least, ID: j.settings.ID, RowIDs: j.settings.ID == ""}
	return m.Bind(j.tables, opts)
}

// linkSplink links as Splink does: the pairs at the threshold or above, and what
// they connect.
func linkSplink(ctx context.Context, j *linkJob) (*linkAnswer, error) {
	s, err := j.scorer()
	if err != nil {
		return nil, err
	}
	out := &linkAnswer{model: j.model}
	for _, n := range s.Count() {
		out.compared += n
	}
	j.progress("compare", 0, 1)
	pairs, err := s.Predict(ctx)
	if err != nil {
		return nil, err
	}
	j.progress("cluster", 0, 1)
	f := make(connected, s.Rows())
	for i := range f {
		f[i] = int32(i)
	}
	for _, p := range pairs {
		if out.pairs = append(out.pairs, recordPair{p.A, p.B, p.Probability, p.Weight}); p.Probability >= j.threshold {
			f.join(p.A, p.B)
		}
	}
	out.cluster, out.clusters = f.clusters()
	j.progress("judge", 0, 1)
	out.verdict = quality.Judge(quality.Input{Cluster: out.cluster, Pairs: func(yield func(quality.Pair) bool) {
		for _, p := range pairs {
			if !yield(quality.Pair{A: min(p.A, p.B), B: max(p.A, p.B), Probability: p.Probability, Pattern: patternOf(p.Levels)}) {
				return
			}
		}
	}})
	return out, nil
}

// patternOf stands for the levels of a pair.
func patternOf(levels []int8) uint64 {
	h := fnv.New64a()
	for _, l := range levels {
		_, _ = h.Write([]byte{byte(l)}) // no error: it is a hash
	}
	return h.Sum64()
}

// connected is a forest over records, each tree named by its least record.
type connected []int32

func (f connected) find(i int32) int32 {
	for f[i] != i {
		f[i] = f[f[i]]
		i = f[i]
	}
	return i
}

func (f connected) join(i, j int32) {
	i, j = f.find(i), f.find(j)
	f[max(i, j)] = min(i, j)
}

// clusters numbers the trees in the order of their least records.
func (f connected) clusters() ([]int32, int) {
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

func explainSplink(j *linkJob, a, b int32) (*pairAnswer, error) {
	s, err := j.scorer()
	if err != nil {
		return nil, err
	}
	p, err := s.Score(int(a), int(b))
	if err != nil {
		return nil, err
	}
	x, err := s.Explain(int(a), int(b))
	if err != nil {
		return nil, err
	}
	out := &pairAnswer{recordPair: recordPair{a, b, x.Probability, x.Weight}, found: p.Rule >= 0,
		together: x.Probability >= settings.DefaultThreshold,
		reasons:  []pairReason{{"before any comparison", "two records drawn at random", x.Prior}}}
	for _, part := range x.Parts {
		out.reasons = append(out.reasons, pairReason{part.Comparison, part.Level, part.Weight + part.Term})
	}
	return out, nil
}

func countSplink(j *linkJob) (*pairPlan, error) {
	s, err := j.scorer()
	if err != nil {
		return nil, err
	}
	m, err := splink.Load(j.model)
	if err != nil {
		return nil, err
	}
	out := &pairPlan{Version: summaryVersion, Records: s.Rows()}
	for i, n := range s.Count() {
		words := "all pairs"
		if i < len(m.Rules) {
			words = m.Rules[i]
		}
		out.Pairs += n
		out.Rules = append(out.Rules, rulePairs{Rule: words, Pairs: n})
	}
	return out, nil
}
