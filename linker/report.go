package linker

import (
	"math"
	"slices"

	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/linker/report"
	"github.com/hearthmatch/hearth/linker/settings"
)

// Report tells what was found, and how far it can be trusted, for package report
// to write as a page. What only the caller knows it leaves out: how long the
// stages took, and what made the page. It holds values of cells, of the records
// that are shown. It takes several times what comparing took, and memory for the
// pairs.
func (r *Result) Report() *report.Report {
	out := &report.Report{Answer: r.answer(), Quality: r.qualityPart()}
	for i, t := range r.Job.Tables {
		out.Tables = append(out.Tables, report.Table{Name: t.Name, Rows: int64(t.Rows), Notes: t.Notes,
			DuplicateFree: i < len(r.Exclusive) && r.Exclusive[i]})
	}
	out.Columns = r.columnsPart()
	out.Model = r.modelPart()
	out.Blocking = r.blockingPart()
	out.Histogram = r.histogram()
	out.Thresholds = r.thresholds()
	out.Calibration = r.calibration()
	weak := r.selfWeights()
	out.Unlinkable = r.unlinkable(weak)
	out.Pairs = r.shown()
	out.Clusters = r.clustersPart()
	out.Groups = r.groups(weak)
	out.Card = r.card()
	return out
}

// modeWords say which records were compared.
var modeWords = map[settings.Mode]string{
	settings.Dedupe:   "all records, as one table",
	settings.LinkOnly: "records of different tables only",
	settings.Both:     "all records, of one table or of several",
}

func (r *Result) answer() report.Answer {
	a := report.Answer{Mode: modeWords[r.Job.Mode], Records: int64(len(r.Cluster)), Persons: int64(r.Clusters),
		Threshold: r.Job.Threshold}
	for _, n := range r.sizes() {
		if n > 1 {
			a.Linked += int64(n)
		}
		a.Pairs += int64(n) * int64(n-1) / 2
	}
	return a
}

// sizes is how many records each cluster has.
func (r *Result) sizes() []int {
	out := make([]int, r.Clusters)
	for _, c := range r.Cluster {
		out[c]++
	}
	return out
}

// known is an estimate of a share.
func known(i quality.Interval) report.Estimate {
	return report.Estimate{Known: true, Value: i.Estimate, Low: i.Low, High: i.High}
}

// point is an estimate without an interval.
func point(x float64) report.Estimate {
	if math.IsNaN(x) {
		return report.Estimate{}
	}
	return report.Estimate{Known: true, Value: x, Low: x, High: x}
}

func (r *Result) qualityPart() report.Quality {
	v := r.Verdict()
	q := report.Quality{Light: report.Light(v.Light), Why: v.Sentences, Labels: int64(v.Labels),
		Basis:     "what the model claims of pairs, given their clusters; nobody has checked a pair",
		Precision: known(v.Precision), Recall: known(v.Recall), F1: known(between(v.Precision, v.Recall)),
		BlockingLoss: known(v.BlockingLoss)}
	if v.Labels > 0 {
		q.Basis = "what the model claims of pairs, given their clusters, drawn to the judged pairs"
	}
	for _, a := range v.Advice {
		q.Advice = append(q.Advice, report.Advice{What: a.Sentence})
	}
	return q
}

// between is the F1 of a precision and a recall, which are not taken to be out
// together: its bounds are those of either with the other at its estimate.
func between(p, q quality.Interval) quality.Interval {
	f := func(x, y float64) float64 {
		if x+y == 0 {
			return 0
		}
		return 2 * x * y / (x + y)
	}
	e := f(p.Estimate, q.Estimate)
	down := math.Hypot(e-f(p.Low, q.Estimate), e-f(p.Estimate, q.Low))
	up := math.Hypot(f(p.High, q.Estimate)-e, f(p.Estimate, q.High)-e)
	return quality.Interval{Low: max(0, e-down), Estimate: e, High: min(1, e+up)}
}

// columnsPart lists the columns by name, in the order of the tables.
func (r *Result) columnsPart() []report.Column {
	var out []report.Column
	at := make(map[string]int)
	distinct := make(map[string]int)
	for _, p := range r.Job.Settings.Profiles(r.Job.Tables) {
		i, ok := at[p.Column]
		if !ok {
			i = len(out)
			at[p.Column] = i
			out = append(out, report.Column{Name: p.Column})
		}
		c := &out[i]
		if c.Role == "" {
			c.Role, c.Why = p.Role, p.Why
		}
		if len(p.Remarks) > 0 && c.Limit == "" {
			c.Limit = p.Remarks[0]
		}
		distinct[p.Column] = max(distinct[p.Column], p.Distinct)
		c.Distinct = int64(distinct[p.Column])
		c.Filled = append(c.Filled, report.Filled{Table: p.Table, Rows: int64(p.Rows), Filled: int64(p.Filled)})
	}
	return out
}

func (r *Result) blockingPart() report.Blocking {
	v := r.Verdict()
	b := report.Blocking{Possible: r.possible(), Compared: r.Compared, Basis: v.How}
	if v.How != "" && len(v.Rules) > 1 {
		b.Recall = known(quality.Interval{Low: 1 - v.BlockingLoss.High, Estimate: 1 - v.BlockingLoss.Estimate, High: 1 - v.BlockingLoss.Low})
	}
	if r.foreign != nil {
		for i, n := range r.foreign.counts {
			rule := report.Rule{Name: "all pairs", Pairs: n, New: n, Only: -1}
			if rules := r.Job.Splink.Rules; i < len(rules) {
				rule.Name = rules[i]
			}
			b.Rules = append(b.Rules, rule)
		}
		return b
	}
	claimed := r.claimed()
	for i, p := range r.Plan.Rules {
		rule := report.Rule{Name: p.Words, Pairs: p.Found, New: p.New, Only: p.Only, GivenUp: p.GivenUp.Pairs, GivenUpBlocks: p.GivenUp.Blocks}
		if i < len(v.Rules) && claimed > 0 {
			rule.Finds, rule.Alone = point(min(1, v.Rules[i].Matches/claimed)), point(min(1, v.Rules[i].Alone/claimed))
		}
		b.Rules = append(b.Rules, rule)
	}
	return b
}

// claimed is how many of the scored pairs are of one person by their own weights,
// like the matches that the verdict counts for each rule.
func (r *Result) claimed() float64 {
	sum := 0.0
	for _, p := range r.Linked.Pairs {
		sum += min(p.Weight.Probability(), 0.999)
	}
	return sum
}

// possible is how many pairs could be compared.
func (r *Result) possible() int64 {
	n := int64(len(r.Cluster))
	all := n * (n - 1) / 2
	if r.Job.Mode == settings.LinkOnly {
		for _, t := range r.Job.Tables {
			all -= int64(t.Rows) * int64(t.Rows-1) / 2
		}
	}
	return all
}

func (r *Result) card() report.Card {
	c := report.Card{Model: "given, trained before"}
	switch {
	case r.trained && len(r.Job.Labels) > 0:
		c.Model = "trained on these tables, with judged pairs"
	case r.trained:
		c.Model = "trained on these tables, without labels"
	case r.foreign != nil:
		c.Model = "a model of Splink's; clusters are made of its weights as of our own, not by connected components"
		c.Limits = slices.Clone(r.Notes)
		return c
	}
	if text, err := r.Job.Settings.Marshal(); err == nil {
		c.Settings = string(text)
	}
	c.Limits = slices.Clone(r.Job.Settings.Notes)
	c.Limits = append(c.Limits, r.Notes...)
	c.Limits = append(c.Limits, "Precision and recall by group are the model's own claims: where a group's names are compared "+
		"less well, the model does not know it. Judged pairs of each group would show it.")
	return c
}
