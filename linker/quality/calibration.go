package quality

import (
	"math"
)

// Bin is a band of claimed probabilities.
type Bin struct {
	// Low and High bound it.
	Low, High float64
	// Pairs is how many scored pairs fall into it, Labels how many of those are
	// judged.
	Pairs, Labels int64
	// Claimed is the mean probability of the judged pairs, or of all where none
	// is; Observed is the share of them that is true, by the labels.
	Claimed, Observed float64
	// Error is the standard error of Observed.
	Error float64
}

// Calibration compares what is claimed with what labels show.
type Calibration struct {
	Bins []Bin
	// ECE is the mean of |Claimed − Observed| over judged pairs; Brier the mean
	// squared difference. Both are 0 where Labels is.
	ECE, Brier float64
	Labels     int64
}

// bins collects a Calibration.
type bins struct {
	pairs, labels, yes [len(bands)]int64
	claimed, ofLabels  [len(bands)]float64
	squares            float64
}

func (b *bins) claim(p float64) {
	i := band(p)
	b.pairs[i]++
	b.claimed[i] += p
}

func (b *bins) label(p float64, same bool) {
	i := band(p)
	b.labels[i]++
	b.ofLabels[i] += p
	y := 0.0
	if same {
		b.yes[i]++
		y = 1
	}
	b.squares += (p - y) * (p - y)
}

func (t *totals) calibration() Calibration {
	b := &t.bins
	c := Calibration{}
	for i, low := range bands {
		high := 1.0
		if i+1 < len(bands) {
			high = bands[i+1]
		}
		x := Bin{Low: low, High: high, Pairs: b.pairs[i], Labels: b.labels[i]}
		if n := float64(x.Labels); n > 0 {
			x.Claimed, x.Observed = b.ofLabels[i]/n, float64(b.yes[i])/n
			x.Error = math.Sqrt(x.Observed * (1 - x.Observed) / n)
			c.ECE += math.Abs(b.ofLabels[i] - float64(b.yes[i]))
		} else if x.Pairs > 0 {
			x.Claimed = b.claimed[i] / float64(x.Pairs)
		}
		c.Labels += x.Labels
		c.Bins = append(c.Bins, x)
	}
	if c.Labels > 0 {
		c.ECE /= float64(c.Labels)
		c.Brier = b.squares / float64(c.Labels)
	}
	return c
}

// Judged is a claimed probability and the truth of it.
type Judged struct {
	Probability float64
	Same        bool
	// Weight is how many pairs it stands for; 0 counts as 1.
	Weight float64
}

func (j Judged) weight() float64 {
	if j.Weight == 0 {
		return 1
	}
	return j.Weight
}

// Beta is a calibration of three numbers: the log odds of the truth are
// A·ln p − B·ln(1−p) + C (Kull, Silva Filho and Flach 2017). With A = B it is
// Platt's (1999) on the log odds; A = B = 1 and C = 0 change nothing.
type Beta struct{ A, B, C float64 }

// Unchanged is the Beta that leaves every claim as it is.
var Unchanged = Beta{1, 1, 0}

// FitBeta fits all three numbers, FitPlatt two of them, for few labels. Both
// are drawn to Unchanged: by prior, the inverse variance that the numbers are
// believed to have about it (1 is a good choice; 0 believes nothing).
func FitBeta(judged []Judged, prior float64) Beta { return fitBeta(judged, prior, false) }

// FitPlatt fits a Beta with A = B; see FitBeta.
func FitPlatt(judged []Judged, prior float64) Beta { return fitBeta(judged, prior, true) }

// At gives the calibrated probability of a claim.
func (f Beta) At(p float64) float64 {
	x, y := logs(p)
	return logistic(f.A*x + f.B*y + f.C)
}

// logs are ln p and −ln(1−p), kept finite.
func logs(p float64) (float64, float64) {
	const tiny = 1e-9
	p = min(max(p, tiny), 1-tiny)
	return math.Log(p), -math.Log1p(-p)
}

// fitBeta is Newton's method on the penalised likelihood, which is concave, with
// steps halved until they improve it. A and B below 0 would turn claims upside
// down and are held at 0.
func fitBeta(judged []Judged, prior float64, tied bool) Beta {
	f := Unchanged
	score := betaScore(judged, f, prior)
	for range 50 {
		d := betaStep(judged, f, prior, tied)
		better := false
		for range 30 {
			g := Beta{max(0, f.A+d.A), max(0, f.B+d.B), f.C + d.C}
			if s := betaScore(judged, g, prior); s > score+1e-12 {
				f, score, better = g, s, true
				break
			}
			d = Beta{d.A / 2, d.B / 2, d.C / 2}
		}
		if !better {
			break
		}
	}
	return f
}

func betaScore(judged []Judged, f Beta, prior float64) float64 {
	sum := -prior / 2 * ((f.A-1)*(f.A-1) + (f.B-1)*(f.B-1) + f.C*f.C)
	for _, j := range judged {
		x, y := logs(j.Probability)
		e := f.A*x + f.B*y + f.C
		if j.Same {
			e = -e
		}
		sum -= j.weight() * (max(e, 0) + math.Log1p(math.Exp(-math.Abs(e))))
	}
	return sum
}

func betaStep(judged []Judged, f Beta, prior float64, tied bool) Beta {
	var g [3]float64
	var h [3][3]float64
	for i, at := range [3]float64{f.A - 1, f.B - 1, f.C} {
		g[i], h[i][i] = -prior*at, prior+1e-9
	}
	for _, j := range judged {
		x, y := logs(j.Probability)
		v := [3]float64{x, y, 1}
		q := logistic(f.A*x + f.B*y + f.C)
		miss := -q
		if j.Same {
			miss = 1 - q
		}
		for i := range v {
			g[i] += j.weight() * miss * v[i]
			for k := range v {
				h[i][k] += j.weight() * q * (1 - q) * v[i] * v[k]
			}
		}
	}
	if tied { // one number for the first two
		a, b, c, d := h[0][0]+2*h[0][1]+h[1][1], h[0][2]+h[1][2], h[2][2], 0.0
		d = a*c - b*b
		p, q := g[0]+g[1], g[2]
		both := (p*c - q*b) / d
		return Beta{both, both, (q*a - p*b) / d}
	}
	return solve(h, g)
}

// solve is Cramer's rule for a symmetric positive definite matrix.
func solve(h [3][3]float64, g [3]float64) Beta {
	det := func(m [3][3]float64) float64 {
		return m[0][0]*(m[1][1]*m[2][2]-m[1][2]*m[2][1]) - m[0][1]*(m[1][0]*m[2][2]-m[1][2]*m[2][0]) +
			m[0][2]*(m[1][0]*m[2][1]-m[1][1]*m[2][0])
	}
	d := det(h)
	var out [3]float64
	for i := range out {
		m := h
		for k := range m {
			m[k][i] = g[k]
		}
		out[i] = det(m) / d
	}
	return Beta{out[0], out[1], out[2]}
}
