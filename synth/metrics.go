package synth

import (
	"slices"
	"sort"
)

// choose2 is the number of pairs among n.
func choose2(n int) int64 { return int64(n) * int64(n-1) / 2 }

// Score is a precision, a recall and their harmonic mean, each 0–1, with the
// counts that they come from: true positives, predicted and true.
type Score struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Hit       int64   `json:"true_positives"`
	Predicted int64   `json:"predicted"`
	True      int64   `json:"true"`
}

// newScore works out a score; of nothing predicted or nothing true, the share
// is 1, as nothing is wrong or missed.
func newScore(hit, predicted, actual int64) Score {
	s := Score{Precision: 1, Recall: 1, Hit: hit, Predicted: predicted, True: actual}
	if predicted > 0 {
		s.Precision = float64(hit) / float64(predicted)
	}
	if actual > 0 {
		s.Recall = float64(hit) / float64(actual)
	}
	s.F1 = harmonic(s.Precision, s.Recall)
	return s
}

func harmonic(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// personMetrics compares the clusters of records.
func personMetrics(t *truth, l *linkage) PersonReport {
	table := cells(t, l)
	trueN, predN := make([]int, len(t.persons.names)), make([]int, len(l.persons.names))
	parts, mixes := make([]int, len(trueN)), make([]int, len(predN))
	for _, c := range table {
		trueN[c.true] += c.n
		predN[c.pred] += c.n
		parts[c.true]++
		mixes[c.pred]++
	}
	r := PersonReport{Records: len(t.order), Missing: l.missing, Extra: l.extra,
		TruePersons: len(trueN), PredictedPersons: len(predN)}
	var hit, predicted, actual int64
	var b3p, b3r float64
	exact := 0
	for _, c := range table {
		hit += choose2(c.n)
		b3p += float64(c.n) * float64(c.n) / float64(predN[c.pred])
		b3r += float64(c.n) * float64(c.n) / float64(trueN[c.true])
		if c.n == trueN[c.true] && c.n == predN[c.pred] {
			exact++
		}
	}
	for _, n := range predN {
		predicted += choose2(n)
	}
	for i, n := range trueN {
		actual += choose2(n)
		if parts[i] > 1 {
			r.UnderMerged++
		}
	}
	for _, n := range mixes {
		if n > 1 {
			r.OverMerged++
		}
	}
	r.Pairwise = newScore(hit, predicted, actual)
	if n := float64(len(t.order)); n > 0 {
		r.BCubed = BCubed{Precision: b3p / n, Recall: b3r / n, F1: harmonic(b3p/n, b3r/n)}
	}
	r.ExactRate = ratio(exact, len(trueN))
	r.Origins = originRecall(t, table, trueN)
	for _, o := range r.Origins {
		if o.Pairs >= 100 && (r.WorstOrigin == "" || o.Recall < r.WorstRecall) {
			r.WorstOrigin, r.WorstRecall = o.Origin, o.Recall
		}
	}
	return r
}

// originRecall is the share of true pairs found, by the origin of the names.
func originRecall(t *truth, table []cell, trueN []int) []OriginRecall {
	hit, all := map[string]int64{}, map[string]int64{}
	for i, n := range trueN {
		all[t.origin[i]] += choose2(n)
	}
	for _, c := range table {
		hit[t.origin[c.true]] += choose2(c.n)
	}
	var out []OriginRecall
	for o, n := range all {
		if o != "" && n > 0 {
			out = append(out, OriginRecall{Origin: o, Recall: float64(hit[o]) / float64(n), Pairs: n})
		}
	}
	sort.Slice(out, func(a, b int) bool { return out[a].Origin < out[b].Origin })
	return out
}

// countPairs counts the different pairs of people that share a group. groups
// lists each person once a group; often says how many groups a person is in.
// All but pairs of people who are both in several groups are counted without
// being listed.
func countPairs(groups [][]int32, often []int) int64 {
	var total int64
	var listed []uint64
	var several []int32
	for _, g := range groups {
		total += choose2(len(g))
		several = several[:0]
		for _, p := range g {
			if often[p] > 1 {
				several = append(several, p)
			}
		}
		slices.Sort(several)
		for i, a := range several {
			for _, b := range several[i+1:] {
				listed = append(listed, uint64(a)<<32|uint64(b))
			}
		}
	}
	slices.Sort(listed)
	return total - int64(len(listed)-len(slices.Compact(listed)))
}

// coResidence compares who lives with whom.
func coResidence(trueGroups, predGroups [][]int32, people int) Score {
	inTrue, inPred := homesOf(trueGroups, people), homesOf(predGroups, people)
	often, oftenTrue, oftenPred := make([]int, people), make([]int, people), make([]int, people)
	both := map[uint64]int{}
	var shared [][]int32
	for p := range people {
		oftenTrue[p], oftenPred[p] = len(inTrue[p]), len(inPred[p])
		often[p] = max(oftenTrue[p], oftenPred[p])
		for _, i := range inTrue[p] {
			for _, j := range inPred[p] {
				key := uint64(i)<<32 | uint64(uint32(j))
				at, ok := both[key]
				if !ok {
					at = len(shared)
					both[key] = at
					shared = append(shared, nil)
				}
				shared[at] = append(shared[at], int32(p))
			}
		}
	}
	return newScore(countPairs(shared, often), countPairs(predGroups, oftenPred), countPairs(trueGroups, oftenTrue))
}
