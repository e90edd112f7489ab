package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// histogram draws scored pairs by weight. Its upright axis is logarithmic, as
// pairs of strangers outnumber the others by far.
func histogram(bins []Bin, threshold float64) *drawing {
	d := &drawing{ID: "histogram", W: drawnWidth, H: 230, Title: "Scored pairs by match weight"}
	lo, hi, most := math.Inf(1), math.Inf(-1), int64(1)
	for _, b := range bins {
		lo, hi, most = min(lo, b.From), max(hi, b.To), max(most, b.Pairs)
	}
	top := math.Ceil(math.Log10(float64(most) + 1))
	p := plot{x: scale{lo, hi, 46, 350}, y: scale{0, top, 185, 34}}
	var ticks []float64
	for v := 0.0; v <= top; v += math.Ceil(top / 6) {
		ticks = append(ticks, v)
	}
	d.frame(p, "match weight in bits", "pairs (each step ten times more)", whole,
		func(v float64) string { return tens(v) }, ticks)
	for _, b := range bins {
		x, w := p.x.at(b.From), p.x.at(b.To)-p.x.at(b.From)
		d.bar("rest", p, x, w, float64(b.Pairs))
		if b.Expected > 0 && finite(b.Expected) {
			d.bar("one", p, x+w/4, w/2, b.Expected)
		}
	}
	if finite(threshold) {
		d.mark(p, threshold, "threshold "+bits(threshold))
	}
	d.Desc = fmt.Sprintf("Bars over match weights from %s to %s bits; the tallest holds %s pairs. "+
		"The narrow dark bars are the pairs expected to be of one person.", bits(lo), bits(hi), count(most))
	return d
}

func tens(v float64) string {
	switch v {
	case 0:
		return "0"
	case 1, 2, 3, 4, 5:
		return count(int64(math.Round(math.Pow(10, v))))
	}
	return "10" + superscript(int(v))
}

func superscript(n int) string {
	digits := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	if n >= 10 {
		return string(digits[n/10%10]) + string(digits[n%10])
	}
	return string(digits[n])
}

// bar draws one bar of a histogram from the base to log10(1+n).
func (d *drawing) bar(class string, p plot, x, w, n float64) {
	if n > 0 {
		y := p.y.at(math.Log10(1 + n))
		d.rect(class, x, y, w, p.y.from-y)
	}
}

// series is one line of a chart.
type series struct {
	name, class string
	points      []point
}

// thresholdChart draws precision, recall and F1 by threshold.
func thresholdChart(id, title string, lines []series, threshold float64) *drawing {
	d := &drawing{ID: id, W: drawnWidth, H: 250, Title: title}
	lo, hi, floor := extent(lines)
	p := plot{x: scale{lo, hi, 46, 350}, y: scale{floor, 1, 205, 34}}
	d.frame(p, "threshold: match weight in bits", "share", whole, fine, p.y.ticks(5))
	if finite(threshold) {
		d.mark(p, threshold, "now "+bits(threshold))
	}
	d.Desc = "Against the threshold: "
	for _, s := range lines {
		d.curve(s.class, p, s.points)
		if n := len(s.points); n > 0 {
			d.Desc += fmt.Sprintf("%s goes from %s to %s. ", s.name, percent(s.points[0].y), percent(s.points[n-1].y))
		}
	}
	d.names(p, lines)
	return d
}

// names writes each line's name at its right end, one below the other where the
// ends lie close.
func (d *drawing) names(p plot, lines []series) {
	const apart = 14
	var ends []series
	for _, s := range lines {
		if len(s.points) > 0 {
			ends = append(ends, s)
		}
	}
	end := func(s series) float64 { return s.points[len(s.points)-1].y }
	slices.SortStableFunc(ends, func(a, b series) int { return cmp.Compare(end(b), end(a)) })
	last := p.y.to - apart
	for i, s := range ends {
		// All that are still to come have to fit above the axis.
		y := min(max(p.y.at(end(s))+apart, last+apart), p.y.from-4-apart*float64(len(ends)-1-i))
		d.text("name "+s.class, p.x.to-2, y, "end", s.name)
		last = y
	}
}

// extent is the range of x and a round floor of y.
func extent(lines []series) (lo, hi, floor float64) {
	lo, hi, floor = math.Inf(1), math.Inf(-1), 1
	for _, s := range lines {
		for _, p := range s.points {
			lo, hi, floor = min(lo, p.x), max(hi, p.x), min(floor, p.y)
		}
	}
	return lo, hi, floorOf(floor)
}

// floorOf is where an axis of shares that ends at one begins.
func floorOf(least float64) float64 {
	for _, f := range []float64{0.99, 0.95, 0.9, 0.8, 0.5} {
		if least > f {
			return f
		}
	}
	return 0
}

// precisionRecall draws precision against recall, both by labels.
func precisionRecall(points []Threshold, now int) *drawing {
	d := &drawing{ID: "precision-recall", W: drawnWidth, H: 250, Title: "Precision against recall, measured"}
	line := series{class: "s1"}
	leastX, leastY := 1.0, 1.0
	for _, t := range points {
		pt := point{t.MeasuredRecall.Value, t.MeasuredPrecision.Value}
		line.points = append(line.points, pt)
		leastX, leastY = min(leastX, pt.x), min(leastY, pt.y)
	}
	p := plot{x: scale{floorOf(leastX), 1, 46, 345}, y: scale{floorOf(leastY), 1, 205, 34}}
	d.frame(p, "recall", "precision", fine, fine, p.y.ticks(5))
	d.curve("s1", p, line.points)
	for _, pt := range line.points {
		d.circle("dot", p.x.at(pt.x), p.y.at(pt.y), 2)
	}
	if now >= 0 {
		at := line.points[now]
		x, y := p.x.at(at.x), p.y.at(at.y)
		d.circle("here", x, y, 6)
		align := "start"
		if x > 180 {
			align = "end"
		}
		d.text("label", x, min(y+22, 200), align, "now: "+percent(at.y)+" at "+percent(at.x))
	}
	d.Desc = fmt.Sprintf("A line through %d thresholds, recall from left to right, precision upwards.", len(points))
	return d
}

// reliability draws what was observed against what was claimed.
func reliability(bins []CalibrationBin) *drawing {
	d := &drawing{ID: "reliability", W: drawnWidth, H: 300, Title: "Observed share of one person against claimed probability"}
	p := plot{x: scale{0, 1, 46, 346}, y: scale{0, 1, 255, 34}}
	d.frame(p, "claimed probability", "observed share", share, share, p.y.ticks(5))
	d.line("ideal", p.x.from, p.y.from, p.x.to, p.y.to)
	d.text("label", p.x.at(0.97), p.y.at(0.03), "end", "broken line: as claimed")
	for _, b := range bins {
		x := p.x.at(b.Claimed)
		if b.Observed.span() {
			lo, hi := p.y.at(b.Observed.Low), p.y.at(b.Observed.High)
			d.line("whisker", x, lo, x, hi)
			d.line("whisker", x-4, lo, x+4, lo)
			d.line("whisker", x-4, hi, x+4, hi)
		}
		d.circle("point", x, p.y.at(b.Observed.Value), 4.5)
	}
	d.Desc = fmt.Sprintf("%d points with 95%% intervals; on the diagonal the probability is as claimed, "+
		"above it links are surer than claimed, below it less sure.", len(bins))
	return d
}

// unlinkableChart draws the share of records that cannot reach a threshold.
func unlinkableChart(points []UnlinkablePoint, threshold float64) *drawing {
	d := &drawing{ID: "unlinkable-curve", W: drawnWidth, H: 240, Title: "Unlinkable records by threshold"}
	line := series{class: "s1"}
	lo, hi, most := math.Inf(1), math.Inf(-1), 0.01
	for _, p := range points {
		line.points = append(line.points, point{p.Weight, p.Share})
		lo, hi, most = min(lo, p.Weight), max(hi, p.Weight), max(most, p.Share)
	}
	y := scale{0, most, 195, 34}
	p := plot{x: scale{lo, hi, 46, 350}, y: y}
	d.frame(p, "threshold: match weight in bits", "share of records", whole, fine, y.ticks(5))
	if finite(threshold) {
		d.mark(p, threshold, "now "+bits(threshold))
	}
	d.curve("s1", p, line.points)
	d.Desc = fmt.Sprintf("The share rises from %s at %s bits to %s at %s bits.",
		percent(points[0].Share), bits(lo), percent(points[len(points)-1].Share), bits(hi))
	return d
}
