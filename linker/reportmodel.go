package linker

import (
	"math"
	"strings"

	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/linker/report"
	"github.com/hearthmatch/hearth/matcher"
)

func (r *Result) modelPart() report.Model {
	if r.foreign != nil {
		return r.foreignModel()
	}
	s := r.Job.Model.Rounds[0].Apart
	m := report.Model{Prior: s.Prior}
	if len(s.Kin) > 0 {
		m.RelativesPrior = s.Kin[0]
	}
	for i, c := range s.Comparisons {
		if i >= len(r.Job.Model.Spec.Columns) {
			break
		}
		m.Comparisons = append(m.Comparisons, comparisonPart(r.Job.Model.Spec.Columns[i], c))
		if len(c.Spread) > 0 && len(m.Passes) == 0 {
			m.Passes = []string{"one standard deviation less", "one standard deviation more"}
		}
	}
	return m
}

// comparisonPart tells what a column's levels say where nothing is known of the
// columns that it is judged by.
func comparisonPart(spec matcher.ColumnSpec, c matcher.Comparison) report.Comparison {
	out := report.Comparison{Name: c.Name}
	var notes []string
	if spec.Frequent {
		notes = append(notes, "rare values tell more")
	}
	if spec.Shared {
		notes = append(notes, "shared by people who live together")
	}
	if len(c.Given) > 0 {
		notes = append(notes, "judged given what "+strings.Join(c.Given, ", ")+" says; shown is what it tells where that is not known")
	}
	out.Note = strings.Join(notes, "; ")
	for l := 1; l < len(c.M) && spec.Kind.LevelName(matcher.Level(l)) != ""; l++ {
		level := report.Level{Name: spec.Kind.LevelName(matcher.Level(l)), M: c.M[l], U: c.U[l], Relatives: -1,
			Weight: math.Log2(c.M[l] / c.U[l])}
		if len(c.Kin) > 0 {
			level.Relatives = c.Kin[0][l]
		}
		if l < len(c.Spread) {
			k := math.Exp2(c.Spread[l])
			level.PassM = []float64{c.M[l] / k, min(1, c.M[l]*k)}
		}
		out.Levels = append(out.Levels, level)
	}
	return out
}

func (r *Result) foreignModel() report.Model {
	m := report.Model{Prior: r.Job.Splink.Prior}
	for _, c := range r.Job.Splink.Comparisons {
		out := report.Comparison{Name: c.Name}
		for i := range c.Levels {
			l := &c.Levels[i]
			if l.Null {
				continue
			}
			if l.Term != "" {
				out.Note = "rare values tell more"
			}
			out.Levels = append(out.Levels, report.Level{Name: l.Label, M: l.M, U: l.U, Relatives: -1, Weight: l.Weight(), Fixed: true})
		}
		m.Comparisons = append(m.Comparisons, out)
	}
	return m
}

// The histogram's ends, in bits: what lies beyond is counted there.
const (
	leastBin = -8
	mostBin  = 110
)

// histogram counts the pairs by their own weight, and how many are expected to be
// of one person given all that is known.
func (r *Result) histogram() []report.Bin {
	out := make([]report.Bin, mostBin-leastBin)
	for i := range out {
		out[i].From, out[i].To = float64(leastBin+i), float64(leastBin+i+1)
	}
	last := 0
	for _, p := range r.Pairs() {
		i := min(max(int(math.Floor(max(p.Weight, -1e6)))-leastBin, 0), len(out)-1)
		out[i].Pairs++
		out[i].Expected += p.Probability
		last = max(last, i)
	}
	first := 0
	for first < last && out[first].Pairs == 0 {
		first++
	}
	return out[first : last+1]
}

// thresholds say what other thresholds would give, pair by pair. What blocking
// lost counts as missed. Beyond eight bits there is nothing to choose: of what
// their clusters say of a pair, no more is believed.
func (r *Result) thresholds() []report.Threshold {
	const from, to = -3, 8
	type sum struct{ n, truths float64 }
	at := make([]sum, to-from+1)
	all := 0.0
	for _, p := range r.Pairs() {
		all += p.Probability
		w := math.Log2(p.Probability / (1 - p.Probability))
		if w < from {
			continue
		}
		i := int(min(math.Floor(w), to)) - from
		at[i].n++
		at[i].truths += p.Probability
	}
	all /= max(r.foundShare(), 0.01)
	out := make([]report.Threshold, len(at))
	var s sum
	for i := len(at) - 1; i >= 0; i-- {
		s.n += at[i].n
		s.truths += at[i].truths
		w := float64(from + i)
		t := report.Threshold{Weight: w, Probability: 1 / (1 + math.Exp2(-w)), Pairs: int64(s.n)}
		if s.n > 0 {
			t.Precision, t.Recall = point(s.truths/s.n), point(s.truths/all)
		}
		out[i] = t
	}
	r.measure(out)
	return out
}

// measure adds what the judged pairs say of each threshold.
func (r *Result) measure(all []report.Threshold) {
	if len(r.Job.Labels) == 0 {
		return
	}
	claims := make(map[[2]int32]float64)
	for _, p := range r.Pairs() {
		claims[[2]int32{min(p.A, p.B), max(p.A, p.B)}] = p.Probability
	}
	for i := range all {
		var right, wrong, missed float64
		for _, l := range r.Job.Labels {
			a, b := r.node(l.A), r.node(l.B)
			linked := a == b || claims[[2]int32{min(a, b), max(a, b)}] >= all[i].Probability
			switch {
			case linked && l.Same:
				right++
			case linked:
				wrong++
			case l.Same:
				missed++
			}
		}
		all[i].MeasuredPrecision, all[i].MeasuredRecall = share(right, right+wrong), share(right, right+missed)
	}
}

// node is the least record that equals one.
func (r *Result) node(i int32) int32 {
	if r.Linked == nil {
		return i
	}
	if r.nodes == nil {
		r.nodes = r.Linked.Nodes()
	}
	return r.nodes[i]
}

// share is a share of a whole with Wilson's interval (1927).
func share(part, of float64) report.Estimate {
	if of <= 0 {
		return report.Estimate{}
	}
	const z = 1.96
	p, k := part/of, z*z/of
	middle, half := (p+k/2)/(1+k), z/(1+k)*math.Sqrt(max(0, p*(1-p))/of+k/(4*of))
	return report.Estimate{Known: true, Value: p, Low: max(0, min(p, middle-half)), High: min(1, max(p, middle+half))}
}

func (r *Result) calibration() report.Calibration {
	v := r.Verdict()
	c := report.Calibration{Labels: v.Calibration.Labels}
	if c.Labels == 0 {
		return c
	}
	c.Basis = "the judged pairs, each by its own weight"
	c.ECE, c.Brier = point(v.Calibration.ECE), point(v.Calibration.Brier)
	var review, accepted report.CalibrationBin
	for _, b := range v.Calibration.Bins {
		bin := report.CalibrationBin{From: b.Low, To: b.High, Pairs: b.Pairs, Claimed: b.Claimed, Observed: share(math.Round(b.Observed*float64(b.Labels)), float64(b.Labels))}
		c.Bins = append(c.Bins, bin)
	}
	review, accepted = together(c.Bins, v.Calibration.Bins, 0.05, 0.9), together(c.Bins, v.Calibration.Bins, r.Job.Threshold, 1)
	c.Review, c.Accepted = review, accepted
	return c
}

// together makes one bin of those that lie between two probabilities.
func together(bins []report.CalibrationBin, of []quality.Bin, from, to float64) report.CalibrationBin {
	out := report.CalibrationBin{From: from, To: to}
	labels, yes, claimed := 0.0, 0.0, 0.0
	for i, b := range of {
		if b.Low < from-1e-9 || b.High > to+1e-9 || b.Labels == 0 {
			continue
		}
		out.Pairs += bins[i].Pairs
		n := float64(b.Labels)
		labels, yes, claimed = labels+n, yes+n*b.Observed, claimed+n*b.Claimed
	}
	if labels > 0 {
		out.Claimed, out.Observed = claimed/labels, share(yes, labels)
	}
	return out
}
