package evaluate

import "math"

// Bin is the pairs whose probabilities lie in one range.
type Bin struct {
	// From and To bound the range; To belongs to it in the last bin only.
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Pairs int     `json:"pairs"`
	// Said is the mean probability, True the share that is one person, with the
	// 95 % interval of Wilson 1927 from Low to High.
	Said float64 `json:"said"`
	True float64 `json:"true"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Calibration says whether probabilities mean what they say: of the pairs
// that are given 0.9, nine in ten should be one person.
type Calibration struct {
	Pairs int `json:"pairs"`
	// ECE is the expected calibration error: the mean over pairs of |said − true|
	// of their bin. It is over the pairs that were given: those that were never
	// scored, or not kept, are not in it.
	ECE float64 `json:"ece"`
	// BandECE is the same over the pairs from 0.1 to 0.9, where people look.
	BandECE   float64 `json:"band_ece"`
	BandPairs int     `json:"band_pairs"`
	// BandSaid and BandTrue are the band's mean probability and its true share.
	BandSaid float64 `json:"band_said"`
	BandTrue float64 `json:"band_true"`
	// Brier is the mean squared error (Brier 1950).
	Brier float64 `json:"brier"`
	// Bins are in order and part 0 to 1 in ten; the ends are parted further, as
	// most pairs lie there. Empty ones are kept.
	Bins []Bin `json:"bins"`
}

// bounds part the probabilities.
var bounds = []float64{0, 0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1}

// Calibrate compares the pairs' probabilities with the truth.
func Calibrate(scored []Pair, truth []int32) Calibration {
	c := Calibration{Pairs: len(scored)}
	said, right := make([]float64, len(bounds)-1), make([]float64, len(bounds)-1)
	count := make([]int, len(bounds)-1)
	brier := 0.0
	for _, p := range scored {
		b, y := bin(p.Probability), 0.0
		if truth[p.A] == truth[p.B] {
			y = 1
		}
		count[b]++
		said[b] += p.Probability
		right[b] += y
		brier += (p.Probability - y) * (p.Probability - y)
	}
	for b := range count {
		c.add(b, count[b], said[b], right[b])
	}
	c.Brier = over(brier, c.Pairs)
	c.ECE = over(c.ECE, c.Pairs)
	c.BandECE, c.BandSaid, c.BandTrue = over(c.BandECE, c.BandPairs), over(c.BandSaid, c.BandPairs), over(c.BandTrue, c.BandPairs)
	return c
}

func over(sum float64, n int) float64 {
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func bin(p float64) int {
	for b := len(bounds) - 2; b > 0; b-- {
		if p >= bounds[b] {
			return b
		}
	}
	return 0
}

func (c *Calibration) add(b, n int, said, right float64) {
	low, high := wilson(right, n)
	one := Bin{From: bounds[b], To: bounds[b+1], Pairs: n, Said: over(said, n), True: over(right, n), Low: low, High: high}
	c.Bins = append(c.Bins, one)
	gap := math.Abs(said - right)
	c.ECE += gap
	if one.From >= 0.1 && one.To <= 0.9 {
		c.BandECE += gap
		c.BandPairs += n
		c.BandSaid += said
		c.BandTrue += right
	}
}

// wilson is the 95 % interval of a share; all of 0 to 1 if nothing was seen.
func wilson(right float64, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	k, p := float64(n), right/float64(n)
	mid := (p + z*z/(2*k)) / (1 + z*z/k)
	half := z / (1 + z*z/k) * math.Sqrt(p*(1-p)/k+z*z/(4*k*k))
	return max(0, mid-half), min(1, mid+half)
}
