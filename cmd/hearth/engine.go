package main

import (
	"context"
	"fmt"

	"github.com/hearthmatch/hearth/linker"
	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/linker/report"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/linker/splink"
	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
)

// engine is what the commands ask of the linkage of tables; tests put another in
// its place.
type engine struct {
	count   func(context.Context, *linkJob) (*pairPlan, error)
	link    func(context.Context, *linkJob) (*linkAnswer, error)
	train   func(context.Context, *linkJob) ([]byte, error)
	explain func(ctx context.Context, job *linkJob, a, b int32) (*pairAnswer, error)
}

// linkJob is what is to be linked, and how. Records are the rows of the first
// table, then of the second, and so on, numbered from 0.
type linkJob struct {
	tables    []*table.Table
	settings  *settings.Settings
	mode      settings.Mode
	model     []byte // as JSON; nil to train one
	labels    []matcher.Label
	free      []bool // which tables have no two records of one person; nil if not known
	threshold float64
	workers   int
	wants     wanted
	// planned, if set, hears how many pairs there are before any is compared.
	planned func(*pairPlan)
	// progress hears of the work done, stage by stage.
	progress func(stage string, done, total int64)
}

// wanted is what is asked for beside the clusters.
// lean lets go of the tables once they are read: nothing else is asked of them.
type wanted struct{ pairs, report, lean bool }

// pairPlan is how many pairs would be compared, and of those of one person how
// many are likely to be among them. Its names are those of --json.
type pairPlan struct {
	Version int         `json:"version"`
	Records int         `json:"records"` // those equal in every column count once
	Pairs   int64       `json:"pairs"`
	Exact   bool        `json:"exact"`
	Recall  float64     `json:"recall"`
	Least   float64     `json:"recall_of_poor_records"`
	Rules   []rulePairs `json:"rules"`
}

// rulePairs is what one blocking rule puts forward.
type rulePairs struct {
	Rule   string  `json:"rule"`
	Pairs  int64   `json:"pairs"`
	Only   int64   `json:"pairs_of_no_other"`
	Recall float64 `json:"recall"`
}

// linkAnswer is what was found.
type linkAnswer struct {
	cluster  []int32 // of each record, numbered from 0 by their least records
	clusters int
	compared int64
	pairs    []linker.Pair
	verdict  *quality.Verdict // nil if it was not judged
	notes    []string
	model    []byte         // that linked, as JSON
	report   *report.Report // nil if there is none
}

// recordPair is two records and how likely they are one person's.
type recordPair struct {
	a, b        int32
	probability float64
	weight      float64 // bits
}

// pairAnswer says why two records are, or are not, one person's.
type pairAnswer struct {
	recordPair
	found    bool // a blocking rule puts the pair forward, or nothing is known of it
	together bool // they are in one cluster
	equal    bool // they are the same in all that is compared
	reasons  []pairReason
}

// pairReason is one comparison's part.
type pairReason struct {
	Comparison string  `json:"comparison"`
	Level      string  `json:"level"`
	Weight     float64 `json:"weight"`
}

// linkerEngine is package linker.
func linkerEngine() engine {
	return engine{count: countPairs, link: linkTables, train: trainTables, explain: explainPair}
}

// task is the job as package linker takes it.
func (j *linkJob) task() (*linker.Job, error) {
	t := &linker.Job{Tables: j.tables, Settings: j.settings, Mode: j.mode, Threshold: j.threshold, Labels: j.labels, DuplicateFree: j.free,
		Workers: j.workers, Progress: func(stage string, done, total int64) {
			j.progress(stage, done, total)
			if stage == "prepare" && done == total { // the values are made ready to be compared
				j.progress("index", 0, 1)
			}
		}}
	if j.planned != nil {
		t.Planned = func(plan *matcher.Plan) { j.planned(planOf(plan)) }
	}
	if j.model == nil {
		return t, nil
	}
	var err error
	if isSplink(j.model) {
		t.Splink, err = splink.Load(j.model)
	} else {
		var trained linker.Trained
		trained, err = linker.ParseTrained(j.model)
		t.Model = trained.Model
	}
	if err != nil {
		return nil, fmt.Errorf("the model cannot be used: %w", err)
	}
	return t, nil
}

func countPairs(ctx context.Context, j *linkJob) (*pairPlan, error) {
	if isSplink(j.model) {
		return countSplink(j)
	}
	t, err := j.task()
	if err != nil {
		return nil, err
	}
	j.progress("prepare", 0, 1)
	in, err := j.settings.Input(j.tables, j.mode, j.workers)
	if err != nil {
		return nil, err
	}
	var rules []matcher.Rule
	if t.Model != nil {
		rules = t.Model.Spec.Rules
	}
	j.progress("count", 0, 1)
	plan, err := matcher.Count(ctx, in, rules, j.workers)
	if err != nil {
		return nil, err
	}
	return planOf(plan), nil
}

func planOf(plan *matcher.Plan) *pairPlan {
	out := &pairPlan{Version: summaryVersion, Records: plan.Records, Pairs: plan.Pairs, Exact: plan.Exact,
		Recall: plan.Recall, Least: plan.Cautious}
	for _, r := range plan.Rules {
		out.Rules = append(out.Rules, rulePairs{r.Words, r.Found, r.Only, r.Recall})
	}
	return out
}

func trainTables(ctx context.Context, j *linkJob) ([]byte, error) {
	t, err := j.task()
	if err != nil {
		return nil, err
	}
	m, err := linker.Train(ctx, t)
	if err != nil {
		return nil, err
	}
	return linker.Trained{Model: m, Settings: t.Settings}.Marshal()
}

func linkTables(ctx context.Context, j *linkJob) (*linkAnswer, error) {
	t, err := j.task()
	if err != nil {
		return nil, err
	}
	t.Lean = j.wants.lean
	r, err := linker.Link(ctx, t)
	if err != nil {
		return nil, err
	}
	out := &linkAnswer{cluster: r.Cluster, clusters: r.Clusters, compared: r.Compared, notes: r.Notes}
	j.progress("judge", 0, 1)
	out.verdict = r.Verdict()
	if j.wants.pairs {
		j.progress("pairs", 0, 1)
		out.pairs = r.Pairs()
	}
	if j.wants.report {
		j.progress("report", 0, 1)
		out.report = r.Report()
	}
	if out.model = j.model; out.model == nil {
		out.model, err = linker.Trained{Model: t.Model, Settings: t.Settings}.Marshal()
	}
	return out, err
}

func explainPair(ctx context.Context, j *linkJob, a, b int32) (*pairAnswer, error) {
	if isSplink(j.model) {
		return explainSplink(ctx, j, a, b)
	}
	t, err := j.task()
	if err != nil {
		return nil, err
	}
	r, err := linker.Link(ctx, t)
	if err != nil {
		return nil, err
	}
	w := r.Linked.Weigh(a, b)
	out := &pairAnswer{recordPair: recordPair{a, b, w.Probability(), w.Bits()}, found: true, together: r.Cluster[a] == r.Cluster[b]}
	if r.Linked.Equal(a, b) {
		out.probability, out.equal = 1, true
		return out, nil
	}
	for _, reason := range r.Linked.Explain(nil, a, b) {
		out.reasons = append(out.reasons, pairReason{reason.Comparison, reason.Level, reason.Weight.Bits()})
	}
	return out, nil
}
