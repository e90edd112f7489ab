package quality

import (
	"math"
	"slices"
)

// Without labels a claim is believed as follows. The odds of all claims may be
// out together, by a factor of two: believed is the inverse variance of their
// logarithm. Beside that each stratum may err by itself, and is worth as much as
// trust labels: what is said to be nearly certain is not.
const (
	believed = 8
	trust    = 200
)

// z is how many standard deviations an interval reaches to each side.
const z = 1.96

// correct fits how the odds of all claims have to be bent, on the labels.
func (t *totals) correct() {
	var judged []Judged
	t.told = believed
	for _, side := range t.strata {
		for _, s := range side {
			if s.yes+s.no == 0 || s.pairs == 0 {
				continue
			}
			p := s.claimed / s.pairs
			t.told += (s.yes + s.no) * p * (1 - p)
			judged = append(judged, Judged{p, true, s.yes}, Judged{p, false, s.no})
		}
	}
	judged = slices.DeleteFunc(judged, func(j Judged) bool { return j.Weight == 0 })
	t.bend = FitPlatt(judged, believed)
}

// rate is the share of true pairs of a stratum: what is claimed, bent, and drawn
// to its labels. shared is the part of its standard deviation that other strata
// err in the same direction by, own the rest.
func (t *totals) rate(s *stratum) (mean, shared, own float64) {
	if s.pairs == 0 {
		return 0, 0, 0
	}
	p := t.bend.At(s.claimed / s.pairs)
	n := s.yes + s.no
	mean = (p*trust + s.yes) / (trust + n)
	sd := math.Sqrt(mean * (1 - mean) / (trust + n + 1))
	prior := trust / (trust + n)
	return mean, max(sd*prior, p*(1-p)/math.Sqrt(t.told)), sd * math.Sqrt(1-prior*prior)
}

// sum is how many pairs of one place are true, and the standard deviation.
func (t *totals) sum(place int) (truths, sd float64) {
	shared, rest := 0.0, 0.0
	for i := range t.strata[place] {
		s := &t.strata[place][i]
		mean, both, own := t.rate(s)
		truths += s.pairs * mean
		shared += s.pairs * both
		rest += s.pairs*s.pairs*own*own + s.spread
	}
	return truths, math.Sqrt(shared*shared + rest)
}

// precision is the share of true pairs within clusters. Each pair counts by its
// probability; the interval allows for the claims to be out together, for the
// pairs of a cluster to stand or fall together, and for what labels leave open.
func (t *totals) precision() Interval {
	all := t.certain
	for i := range t.strata[inside] {
		all += t.strata[inside][i].pairs
	}
	if all == 0 {
		return Interval{0, 1, 1} // nothing was joined: nothing is wrong, or known
	}
	truths, sd := t.sum(inside)
	return around((truths+t.certain)/all, sd/all, sd/all)
}

// recall is the share of true pairs that are within clusters: of those that are
// there, those scored and left apart, and those that blocking lost.
func (t *totals) recall(l loss) Interval {
	linked, sdLinked := t.sum(inside)
	linked += t.certain
	missed, sdMissed := t.sum(apart)
	scale := t.perCapture(linked + missed)
	lost := max(0, l.lost.Estimate*scale-t.unscored)
	down := (l.lost.High - l.lost.Estimate) * scale / z
	up := min((l.lost.Estimate-l.lost.Low)*scale/z, lost/z)
	all := linked + missed + lost
	if all == 0 {
		return Interval{0, 1, 1}
	}
	r := linked / all
	part := func(sdLost float64) float64 { // by the differential of linked/all
		return math.Hypot((1-r)*sdLinked, r*math.Hypot(sdMissed, sdLost)) / all
	}
	return around(r, part(down), part(up))
}

// perCapture is how many true pairs of records stand for one true pair of nodes
// that a rule found. Equal records are one node, and are never lost.
func (t *totals) perCapture(truths float64) float64 {
	found := t.captures.total()
	if found == 0 {
		return 0
	}
	return max(truths-t.certain-t.unscored, 0) / found
}

// around is an interval about a share, with the standard deviations downwards
// and upwards. It is Wilson's (1927), for as many trials as would leave that
// standard deviation: it stays within 0–1 and is wider to the side with more room.
func around(p, down, up float64) Interval {
	low, _ := wilson(p, down)
	_, high := wilson(p, up)
	return Interval{min(p, low), p, max(p, high)}
}

func wilson(p, sd float64) (low, high float64) {
	if sd <= 0 {
		return p, p
	}
	n := max(p*(1-p), 1e-6) / (sd * sd)
	k := z * z / n
	middle, half := (p+k/2)/(1+k), z/(1+k)*math.Sqrt(p*(1-p)/n+k/(4*n))
	return max(0, middle-half), min(1, middle+half)
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
