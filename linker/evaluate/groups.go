package evaluate

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
)

// Interval is a figure and the range in which it lies with 95 % confidence.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Group says how well the records of one group were linked. A record's pairs
// are those that it forms with others, of any group.
type Group struct {
	Name      string   `json:"name"`
	Records   int      `json:"records"`
	TruePairs float64  `json:"true_pairs"`
	Precision Interval `json:"precision"`
	Recall    Interval `json:"recall"`
	F1        Interval `json:"f1"`
}

// Groups compare the groups of one column.
type Groups struct {
	// Column is what groups the records.
	Column string `json:"column"`
	// Groups are in the order of their names.
	Groups []Group `json:"groups"`
	// Best and Worst are the names of the groups of the highest and the lowest
	// F1, of those with anything to find; Gap is between them. Where a group is
	// small its interval says more than the gap.
	Best  string   `json:"best"`
	Worst string   `json:"worst"`
	Gap   Interval `json:"gap"`
}

// replicates is how often the true clusters are drawn again.
const replicates = 400

// counts are sums over records: its pairs that are right, claimed, true.
type counts struct{ right, claimed, actual float64 }

func (c *counts) add(d counts, weight float64) {
	c.right += weight * d.right
	c.claimed += weight * d.claimed
	c.actual += weight * d.actual
}

func (c counts) score() Score { return score(c.right, c.claimed, c.actual) }

// part is what the records of one true cluster and one group add up to.
type part struct {
	truth, group int32
	counts
}

// ByGroup measures each group apart. found and truth are as for Measure, group
// is the value of each record, and names are the true clusters' names. The
// intervals come from drawing true clusters again, whole, with weights that
// are a hash of seed and name: equal input gives equal intervals whatever its
// order.
func ByGroup(column string, group []string, found, truth []int32, names []string, seed uint64) Groups {
	out := Groups{Column: column}
	labels := slices.Compact(slices.Sorted(slices.Values(group)))
	number := make(map[string]int32, len(labels))
	for i, l := range labels {
		number[l] = int32(i)
		out.Groups = append(out.Groups, Group{Name: l})
	}
	of := make([]int32, len(group))
	for i, g := range group {
		of[i] = number[g]
		out.Groups[of[i]].Records++
	}
	parts := partsOf(of, found, truth)
	sums := total(parts, len(labels), nil)
	hashes := make([]uint64, len(names))
	for i, n := range names {
		hashes[i] = hash(n)
	}
	drawn := make([][]counts, replicates)
	for b := range drawn {
		drawn[b] = total(parts, len(labels), func(t int32) float64 { return weight(seed, uint64(b), hashes[t]) })
	}
	out.fill(sums, drawn)
	return out
}

// partsOf adds up each true cluster's records by group.
func partsOf(group, found, truth []int32) []part {
	together := make(map[uint64]float64)
	f, t := sizes(found), sizes(truth)
	for i := range found {
		together[uint64(uint32(found[i]))<<32|uint64(uint32(truth[i]))]++
	}
	order := make([]int32, len(found))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(truth[a], truth[b]), cmp.Compare(group[a], group[b]), cmp.Compare(a, b))
	})
	var parts []part
	for _, i := range order {
		if last := len(parts) - 1; last < 0 || parts[last].truth != truth[i] || parts[last].group != group[i] {
			parts = append(parts, part{truth: truth[i], group: group[i]})
		}
		n := together[uint64(uint32(found[i]))<<32|uint64(uint32(truth[i]))]
		parts[len(parts)-1].add(counts{n - 1, float64(f[found[i]]) - 1, float64(t[truth[i]]) - 1}, 1)
	}
	return parts
}

// total sums parts by group, each true cluster with its weight, 1 if nil.
func total(parts []part, groups int, weight func(truth int32) float64) []counts {
	sums := make([]counts, groups)
	w := 1.0
	for i, p := range parts {
		if weight != nil && (i == 0 || parts[i-1].truth != p.truth) {
			w = weight(p.truth)
		}
		sums[p.group].add(p.counts, w)
	}
	return sums
}

func hash(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // it never fails
	return h.Sum64()
}

// weight is how often a cluster of this hash is drawn in one replicate:
// Poisson of mean 1.
func weight(seed, replicate, hash uint64) float64 {
	x := hash ^ seed*0x9e3779b97f4a7c15 ^ replicate*0xd1342543de82ef95
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	x ^= x >> 31
	u, p, k := float64(x>>11)/(1<<53), 1/math.E, 0.0
	for sum := p; u >= sum && k < 12; sum += p {
		k++
		p /= k
	}
	return k
}

// fill says what the sums and their replicates mean.
func (g *Groups) fill(sums []counts, drawn [][]counts) {
	best, worst := -1, -1
	for i, s := range sums {
		now := s.score()
		one := &g.Groups[i]
		one.TruePairs = s.actual / 2
		one.Precision = interval(now.Precision, drawn, func(d []counts) float64 { return d[i].score().Precision })
		one.Recall = interval(now.Recall, drawn, func(d []counts) float64 { return d[i].score().Recall })
		one.F1 = interval(now.F1, drawn, func(d []counts) float64 { return d[i].score().F1 })
		if s.actual == 0 {
			continue
		}
		if best < 0 || now.F1 > g.Groups[best].F1.Value {
			best = i
		}
		if worst < 0 || now.F1 < g.Groups[worst].F1.Value {
			worst = i
		}
	}
	if best < 0 {
		return
	}
	g.Best, g.Worst = g.Groups[best].Name, g.Groups[worst].Name
	g.Gap = interval(g.Groups[best].F1.Value-g.Groups[worst].F1.Value, drawn, func(d []counts) float64 {
		return d[best].score().F1 - d[worst].score().F1
	})
}

// interval is a figure with the middle 95 % of its replicates.
func interval(value float64, drawn [][]counts, of func([]counts) float64) Interval {
	all := make([]float64, len(drawn))
	for b, d := range drawn {
		all[b] = of(d)
	}
	slices.Sort(all)
	return Interval{Value: value, Low: all[len(all)/40], High: all[len(all)-1-len(all)/40]}
}
