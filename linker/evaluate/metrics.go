package evaluate

import (
	"math"
	"slices"
)

// Score is a precision, a recall and their harmonic mean, each from 0 to 1. A
// part that has nothing to be measured on (nothing claimed, nothing to find)
// is 1.
type Score struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

func score(right, claimed, actual float64) Score {
	return harmonic(ratio(right, claimed), ratio(right, actual))
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 1
	}
	return a / b
}

func harmonic(p, r float64) Score {
	s := Score{Precision: p, Recall: r}
	if p+r > 0 {
		s.F1 = 2 * p * r / (p + r)
	}
	return s
}

// Metrics say how alike the clusters that were found and the true ones are.
type Metrics struct {
	Records  int `json:"records"`
	Found    int `json:"found_clusters"`
	True     int `json:"true_clusters"`
	Largest  int `json:"largest_found"`
	LargestT int `json:"largest_true"`
	// RightPairs, FoundPairs and TruePairs count pairs of records in one cluster.
	RightPairs int64 `json:"right_pairs"`
	FoundPairs int64 `json:"found_pairs"`
	TruePairs  int64 `json:"true_pairs"`
	// Pairwise is over all pairs of records that share a cluster.
	Pairwise Score `json:"pairwise"`
	// BCubed is the mean over records (Bagga & Baldwin 1998).
	BCubed Score `json:"b_cubed"`
	// Exact is over whole clusters that are exactly right.
	Exact Score `json:"exact_clusters"`
	// Homogeneity, Completeness and V are of Rosenberg & Hirschberg 2007.
	Homogeneity  float64 `json:"homogeneity"`
	Completeness float64 `json:"completeness"`
	V            float64 `json:"v"`
	// AdjustedRand is of Hubert & Arabie 1985: 1 is alike, 0 is chance.
	AdjustedRand float64 `json:"adjusted_rand"`
	// OverMerged are found clusters of more than one true one.
	OverMerged int `json:"over_merged"`
	// UnderMerged are true clusters that lie in more than one found one.
	UnderMerged int `json:"under_merged"`
}

// cell is how many records a found and a true cluster share.
type cell struct {
	found, truth int32
	n            int64
}

// crossing counts the cells that are not empty, in order.
func crossing(found, truth []int32) []cell {
	keys := make([]uint64, len(found))
	for i := range found {
		keys[i] = uint64(uint32(found[i]))<<32 | uint64(uint32(truth[i]))
	}
	slices.Sort(keys)
	var cells []cell
	for i, k := range keys {
		if i > 0 && k == keys[i-1] {
			cells[len(cells)-1].n++
			continue
		}
		cells = append(cells, cell{found: int32(k >> 32), truth: int32(uint32(k)), n: 1})
	}
	return cells
}

// sizes counts the records of each cluster.
func sizes(of []int32) []int64 {
	var n []int64
	for _, c := range of {
		for int(c) >= len(n) {
			n = append(n, make([]int64, int(c)+1-len(n))...)
		}
		n[c]++
	}
	return n
}

func pairs(n int64) int64 { return n * (n - 1) / 2 }

// Measure compares two clusterings of the same records, given as the number of
// each record's cluster: small whole numbers, none negative. It takes time n
// log n in records and panics if the two are not equally long.
func Measure(found, truth []int32) Metrics {
	if len(found) != len(truth) {
		panic("evaluate: the two clusterings are of different records")
	}
	f, t := sizes(found), sizes(truth)
	m := Metrics{Records: len(found)}
	m.Found, m.Largest, m.FoundPairs = summary(f)
	m.True, m.LargestT, m.TruePairs = summary(t)
	m.overlap(crossing(found, truth), f, t)
	m.Pairwise = score(float64(m.RightPairs), float64(m.FoundPairs), float64(m.TruePairs))
	m.AdjustedRand = m.rand()
	return m
}

func summary(sizes []int64) (clusters, largest int, together int64) {
	for _, n := range sizes {
		if n > 0 {
			clusters++
		}
		largest = max(largest, int(n))
		together += pairs(n)
	}
	return clusters, largest, together
}

// overlap fills what depends on how the clusters cross each other.
func (m *Metrics) overlap(cells []cell, f, t []int64) {
	n := float64(m.Records)
	parts, homes := make([]int32, len(f)), make([]int32, len(t))
	var bp, br, exact, jointly, entropyF, entropyT float64
	for _, c := range cells {
		x, fn, tn := float64(c.n), float64(f[c.found]), float64(t[c.truth])
		parts[c.found]++
		homes[c.truth]++
		m.RightPairs += pairs(c.n)
		bp += x * x / fn
		br += x * x / tn
		if c.n == f[c.found] && c.n == t[c.truth] {
			exact++
		}
		jointly += x / n * math.Log(x*n/(fn*tn)) // mutual information
	}
	for _, x := range f {
		entropyF -= plogp(float64(x) / n)
	}
	for _, x := range t {
		entropyT -= plogp(float64(x) / n)
	}
	m.OverMerged, m.UnderMerged = several(parts), several(homes)
	if n > 0 {
		m.BCubed = harmonic(bp/n, br/n)
	} else {
		m.BCubed = harmonic(1, 1)
	}
	m.Exact = score(exact, float64(m.Found), float64(m.True))
	m.Homogeneity, m.Completeness = share(jointly, entropyT), share(jointly, entropyF)
	m.V = harmonic(m.Homogeneity, m.Completeness).F1
}

// share is a part of an entropy, 1 where there is none.
func share(part, of float64) float64 {
	if of < 1e-15 {
		return 1
	}
	return min(1, max(0, part/of))
}

func plogp(p float64) float64 {
	if p == 0 {
		return 0
	}
	return p * math.Log(p)
}

func several(parts []int32) (n int) {
	for _, p := range parts {
		if p > 1 {
			n++
		}
	}
	return n
}

func (m *Metrics) rand() float64 {
	all := float64(pairs(int64(m.Records)))
	if all == 0 {
		return 1
	}
	f, t := float64(m.FoundPairs), float64(m.TruePairs)
	chance, most := f*t/all, (f+t)/2
	if most == chance {
		return 1 // both put everybody together, or nobody
	}
	return (float64(m.RightPairs) - chance) / (most - chance)
}
