package main

import (
	"context"
	"encoding/json"

	"github.com/hearthmatch/hearth/linker"
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

// scorer lays the model over the tables.
func (j *linkJob) scorer() (*splink.Scorer, error) {
	t, err := j.task()
	if err != nil {
		return nil, err
	}
	return t.Scorer()
}

func explainSplink(ctx context.Context, j *linkJob, a, b int32) (*pairAnswer, error) {
	t, err := j.task()
	if err != nil {
		return nil, err
	}
	r, err := linker.Link(ctx, t) // whether they are in one cluster, others decide too
	if err != nil {
		return nil, err
	}
	s, err := t.Scorer()
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
		together: r.Cluster[a] == r.Cluster[b],
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
