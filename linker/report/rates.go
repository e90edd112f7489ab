package report

import (
	"fmt"
	"math"
	"strconv"
)

// thresholdView is what another threshold would give.
type thresholdView struct {
	Histogram, Estimated, Measured, Curve *figure
	Table                                 dataTable
	Choices                               []choiceView
	Now                                   string
}

// choiceView is a threshold for the page's slider.
type choiceView struct {
	Weight, Text string
	Now          bool
}

func newThresholds(r *Report, l limits) thresholdView {
	now := weightOf(r.Answer.Threshold)
	v := thresholdView{Histogram: newHistogram(r, l, now)}
	points := usable(r.Thresholds)
	at := nearest(points, now)
	var shown []Threshold
	for _, i := range thin(len(points), l.points, at) {
		shown = append(shown, points[i])
	}
	at = nearest(shown, now)
	v.Estimated = estimatedFigure(shown, now)
	v.Measured, v.Curve = measuredFigures(shown, now)
	for i, t := range shown {
		v.Choices = append(v.Choices, choiceView{strconv.FormatFloat(t.Weight, 'f', 2, 64), thresholdWords(t), i == at})
	}
	return v
}

// usable leaves out thresholds that cannot be drawn.
func usable(all []Threshold) (out []Threshold) {
	for _, t := range all {
		if finite(t.Weight) && finite(t.Probability) {
			out = append(out, t)
		}
	}
	return out
}

// nearest is the place of the threshold closest to a weight, -1 if none.
func nearest(all []Threshold, weight float64) int {
	best := -1
	for i, t := range all {
		if finite(weight) && (best < 0 || math.Abs(t.Weight-weight) < math.Abs(all[best].Weight-weight)) {
			best = i
		}
	}
	return best
}

func thresholdWords(t Threshold) string {
	s := fmt.Sprintf("From a probability of %s (weight %s): %s", round(t.Probability), bits(t.Weight),
		plural(t.Pairs, "pair", "pairs"))
	if t.Precision.known() || t.Recall.known() {
		s += fmt.Sprintf(", estimated precision %s, recall %s", t.Precision.text(), t.Recall.text())
	}
	if t.MeasuredPrecision.known() || t.MeasuredRecall.known() {
		s += fmt.Sprintf(", measured precision %s, recall %s", t.MeasuredPrecision.text(), t.MeasuredRecall.text())
	}
	return s + "."
}

func newHistogram(r *Report, l limits, now float64) *figure {
	var bins []Bin
	for _, b := range r.Histogram {
		if finite(b.From) && finite(b.To) && b.From < b.To {
			bins = append(bins, b)
		}
	}
	if bins = merge(bins, l.bins); len(bins) == 0 {
		return nil
	}
	f := &figure{Drawing: histogram(bins, now), Legend: []legend{
		{Class: "rest", Text: "all scored pairs"}, {Class: "one", Text: "expected to be one person"}}}
	f.Table = dataTable{Caption: "Scored pairs by match weight", Left: 1,
		Heads: []string{"Weight in bits", "Pairs", "Expected to be one person"}}
	for _, b := range bins {
		expected := unknown
		if b.Expected >= 0 {
			expected = about(b.Expected)
		}
		f.Table.Rows = append(f.Table.Rows, []string{bits(b.From) + " to " + bits(b.To), count(b.Pairs), expected})
	}
	return f
}

// merge joins neighbouring bins until there are at most n.
func merge(bins []Bin, n int) []Bin {
	for len(bins) > max(n, 1) {
		var out []Bin
		for i := 0; i < len(bins); i += 2 {
			b := bins[i]
			if i+1 < len(bins) {
				next := bins[i+1]
				b.To, b.Pairs, b.Expected = next.To, b.Pairs+next.Pairs, b.Expected+next.Expected
			}
			out = append(out, b)
		}
		bins = out
	}
	return bins
}

// f1 is the harmonic mean.
func f1(p, r float64) float64 {
	if p+r <= 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

// rateLines are precision, recall and F1 by threshold.
func rateLines(all []Threshold, of func(Threshold) (p, r Estimate)) []series {
	out := []series{{name: "precision", class: "s1"}, {name: "recall", class: "s2"}, {name: "F1", class: "s3"}}
	for _, t := range all {
		p, r := of(t)
		if !p.known() || !r.known() {
			continue
		}
		for i, v := range []float64{p.Value, r.Value, f1(p.Value, r.Value)} {
			out[i].points = append(out[i].points, point{t.Weight, v})
		}
	}
	return out
}

func estimatedFigure(all []Threshold, now float64) *figure {
	return rateFigure("threshold-estimated", "Estimated quality by threshold", all, now,
		func(t Threshold) (p, r Estimate) { return t.Precision, t.Recall })
}

func measuredFigures(all []Threshold, now float64) (rates, curve *figure) {
	of := func(t Threshold) (p, r Estimate) { return t.MeasuredPrecision, t.MeasuredRecall }
	rates = rateFigure("threshold-measured", "Quality by threshold, measured with labels", all, now, of)
	if rates == nil {
		return nil, nil
	}
	var known []Threshold
	for _, t := range all {
		if t.MeasuredPrecision.known() && t.MeasuredRecall.known() {
			known = append(known, t)
		}
	}
	return rates, &figure{Drawing: precisionRecall(known, nearest(known, now)), Table: rates.Table}
}

func rateFigure(id, title string, all []Threshold, now float64, of func(Threshold) (p, r Estimate)) *figure {
	lines := rateLines(all, of)
	if len(lines[0].points) == 0 {
		return nil
	}
	f := &figure{Drawing: thresholdChart(id, title, lines, now), Legend: []legend{
		{"s1", "precision, unbroken", true}, {"s2", "recall, dashed", true}, {"s3", "F1, dotted", true}}}
	f.Table = dataTable{Caption: title, Left: 1,
		Heads: []string{"From probability", "Weight", "Pairs", "Precision", "95% interval", "Recall", "95% interval", "F1"}}
	for _, t := range all {
		if p, r := of(t); p.known() && r.known() {
			f.Table.Rows = append(f.Table.Rows, []string{percent(t.Probability), bits(t.Weight), count(t.Pairs),
				p.text(), dash(p.interval()), r.text(), dash(r.interval()), percent(f1(p.Value, r.Value))})
		}
	}
	return f
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// calibrationView is claimed against observed.
type calibrationView struct {
	Basis, Labels string
	ECE, Brier    string
	ECEInterval   string
	Figure        *figure
	Bands         []string
}

func newCalibration(r *Report) calibrationView {
	c := &r.Calibration
	v := calibrationView{Basis: sentence(c.Basis), ECE: rate(c.ECE), Brier: rate(c.Brier)}
	if c.ECE.span() {
		v.ECEInterval = rate(Estimate{Known: true, Value: c.ECE.Low}) + " to " + rate(Estimate{Known: true, Value: c.ECE.High})
	}
	if c.Labels > 0 {
		v.Labels = plural(c.Labels, "judged pair", "judged pairs")
	}
	v.Bands = append(bandWords("Of the pairs to be looked at (10% to 90%)", c.Review),
		bandWords("Of the linked pairs", c.Accepted)...)
	var bins []CalibrationBin
	for _, b := range first(c.Bins, 40) {
		if b.Observed.known() && finite(b.Claimed) {
			bins = append(bins, b)
		}
	}
	if len(bins) == 0 {
		return v
	}
	t := dataTable{Caption: "Claimed and observed", Left: 1, Heads: []string{"Probability", "Pairs", "Claimed", "Observed", "95% interval"}}
	for _, b := range bins {
		t.Rows = append(t.Rows, []string{round(b.From) + " to " + round(b.To), count(b.Pairs), percent(b.Claimed),
			b.Observed.text(), dash(b.Observed.interval())})
	}
	v.Figure = &figure{Drawing: reliability(bins), Table: t}
	return v
}

// rate writes an error as a number between 0 and 1.
func rate(e Estimate) string {
	if !e.known() {
		return ""
	}
	return strconv.FormatFloat(e.Value, 'f', 4, 64)
}

func bandWords(of string, b CalibrationBin) []string {
	if !b.Observed.known() || !finite(b.Claimed) {
		return nil
	}
	s := fmt.Sprintf("%s, %s are said to be one person and %s are", of, percent(b.Claimed), b.Observed.text())
	if i := b.Observed.interval(); i != "" {
		s += " (95% interval " + i + ")"
	}
	return []string{s + "; " + plural(b.Pairs, "pair", "pairs") + "."}
}

// unlinkableView is what cannot be linked at all.
type unlinkableView struct {
	Lead    string
	Figure  *figure
	Reasons []reasonView
	More    string
}

type reasonView struct {
	Reason, Records string
	Bar             bar
}

func newUnlinkable(r *Report, l limits) unlinkableView {
	u := &r.Unlinkable
	if !u.Known {
		return unlinkableView{}
	}
	v := unlinkableView{Lead: "Every record says enough to be linked."}
	if u.Records > 0 {
		v.Lead = saying(u.Records)
		if n := r.Answer.Records; n > 0 {
			v.Lead += fmt.Sprintf(": %s of all", percent(float64(u.Records)/float64(n)))
		}
		v.Lead += "."
	}
	for _, c := range first(u.Reasons, l.reasons) {
		v.Reasons = append(v.Reasons, reasonView{sentence(c.Reason), count(c.Records),
			shareBar("strangers", float64(c.Records)/float64(max(u.Records, 1)))})
	}
	v.More = some(len(v.Reasons), int64(len(u.Reasons)))
	v.Figure = unlinkableFigure(u.Curve, l, weightOf(r.Answer.Threshold))
	return v
}

func saying(n int64) string {
	if n == 1 {
		return "1 record says so little that it could not be linked even with a copy of itself"
	}
	return count(n) + " records say so little that they could not be linked even with a copy of themselves"
}

func unlinkableFigure(curve []UnlinkablePoint, l limits, now float64) *figure {
	var points []UnlinkablePoint
	for _, i := range thin(len(curve), l.points, -1) {
		if p := curve[i]; finite(p.Weight) && finite(p.Share) {
			points = append(points, p)
		}
	}
	if len(points) < 2 {
		return nil
	}
	t := dataTable{Caption: "Unlinkable records by threshold", Left: 1, Heads: []string{"Threshold in bits", "Share of records"}}
	for _, p := range points {
		t.Rows = append(t.Rows, []string{bits(p.Weight), percent(p.Share)})
	}
	return &figure{Drawing: unlinkableChart(points, now), Table: t}
}
