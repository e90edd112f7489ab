package quality

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Advice is something that would make the answer better, or better known.
type Advice struct {
	// Kind is "rule", "column" or "labels".
	Kind string
	// Subject names the rule's parts or the column.
	Subject string
	// Gain is about how much recall it would add, 0–1; for labels, by how much
	// the wider of the two intervals would narrow. It is a guide, no promise.
	Gain     float64
	Sentence string
}

// enoughGain is the least gain worth a sentence, and most how much advice there
// is of a kind.
const (
	enoughGain = 0.002
	mostAdvice = 3
)

func advise(in *Input, t *totals, l loss) []Advice {
	out := slices.Concat(adviseRules(l), adviseColumns(in, t), adviseLabels(t))
	slices.SortStableFunc(out, func(x, y Advice) int {
		return cmp.Or(cmp.Compare(y.Gain, x.Gain), cmp.Compare(x.Subject, y.Subject))
	})
	return out
}

// adviseRules looks for parts of rules, alone or in twos, that the lost pairs
// are likely to agree on.
func adviseRules(l loss) []Advice {
	f := l.field
	if f == nil {
		return nil
	}
	var out []Advice
	all := l.lost.Estimate / max(l.share.Estimate, 1e-12)
	for i := range f.parts {
		for j := range i {
			if f.parts[i].Column == f.parts[j].Column {
				continue
			}
			parts := uint32(1)<<i | 1<<j
			if gain := f.recovered(parts) / max(all, 1); gain >= enoughGain {
				name := f.parts[j].Name + " + " + f.parts[i].Name
				out = append(out, Advice{"rule", name, gain, fmt.Sprintf(
					"A blocking rule on %s would find about %s of the true pairs that no rule finds now.",
					name, percent(gain*all/max(l.lost.Estimate, 1e-12)))})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Advice) int {
		return cmp.Or(cmp.Compare(y.Gain, x.Gain), cmp.Compare(x.Subject, y.Subject))
	})
	return out[:min(len(out), mostAdvice)]
}

// adviseColumns asks what the values that are missing would have told. A missing
// value costs the pairs that are doubtful for want of it: the share of true
// pairs left apart, in proportion to the column's part of all that is missing.
func adviseColumns(in *Input, t *totals) []Advice {
	missing := 0.0
	for _, c := range in.Columns {
		missing += (1 - c.Completeness) * max(c.Bits, 0)
	}
	if missing == 0 {
		return nil
	}
	linked, _ := t.sum(inside)
	apartTruths, _ := t.sum(apart)
	share := apartTruths / max(linked+apartTruths+t.certain, 1)
	var out []Advice
	for _, c := range in.Columns {
		gain := share * (1 - c.Completeness) * max(c.Bits, 0) / missing
		if gain >= enoughGain && c.Completeness < 0.98 {
			out = append(out, Advice{"column", c.Name, gain, fmt.Sprintf(
				"%s is empty in %s of the records; where it is known it is worth %.0f bits.",
				c.Name, percent(1-c.Completeness), c.Bits)})
		}
	}
	slices.SortStableFunc(out, func(x, y Advice) int { return cmp.Compare(y.Gain, x.Gain) })
	return out[:min(len(out), mostAdvice)]
}

// asking is how many pairs a person is asked to judge.
const asking = 20

// adviseLabels says what the labels asked for would do to the intervals: those
// that err together shrink with the share of trust that is left to the claims.
func adviseLabels(t *totals) []Advice {
	precision, recall := t.precision(), t.recall(loss{})
	wide := max(precision.High-precision.Low, recall.High-recall.Low)
	left := 1 - math.Sqrt(trust/float64(trust+asking))
	if gain := wide * left; gain >= enoughGain {
		return []Advice{{"labels", "", gain, fmt.Sprintf(
			"Judging the %d pairs listed would narrow the estimates by about %s.", asking, percent(gain))}}
	}
	return nil
}

// question is a pair that may be asked about.
type question struct {
	pair   [2]int32
	worth  float64
	group  uint64 // its pattern
	c1, c2 int32
}

// ask picks the pairs whose answer would tell most: near to even odds, and
// where much hangs on it, because large clusters would come together or apart.
// Each further pair of a pattern or cluster is worth half as much, so that the
// questions are spread.
func (t *totals) ask() [][2]int32 {
	in := t.in
	var all []question
	least := 0.0
	largest := 0.0
	for _, n := range t.size {
		largest = max(largest, float64(n))
	}
	much := 1.001 * math.Log2(1+largest*largest) // that can hang on a pair
	for p := range in.Pairs {
		q := sane(p.Probability)
		if q*(1-q)*much <= least || t.isJudged(p.A, p.B) {
			continue
		}
		a, b := in.Cluster[p.A], in.Cluster[p.B]
		worth := q * (1 - q) * math.Log2(1+float64(t.size[a])*float64(t.size[b]))
		if worth <= least {
			continue
		}
		all = append(all, question{[2]int32{p.A, p.B}, worth, p.Pattern, a, b})
		if len(all) >= 2*kept {
			all = best(all)
			least = all[len(all)-1].worth
		}
	}
	all = best(all)
	for i := range all {
		x := &all[i]
		if in.Pattern != nil {
			x.group = in.Pattern(x.pair[0], x.pair[1])
		}
		if in.Given != nil { // what its cluster settles nobody need be asked
			q := t.given(x.pair[0], x.pair[1])
			x.worth = q * (1 - q) * math.Log2(1+float64(t.size[x.c1])*float64(t.size[x.c2]))
		}
	}
	return spread(best(all))
}

// kept is how many of the best questions are chosen from.
const kept = 2000

func best(q []question) []question {
	slices.SortFunc(q, func(x, y question) int {
		return cmp.Or(cmp.Compare(y.worth, x.worth), slices.Compare(x.pair[:], y.pair[:]))
	})
	return q[:min(len(q), kept)]
}

func spread(q []question) [][2]int32 {
	var out [][2]int32
	for len(out) < asking && len(q) > 0 {
		at := 0
		for i := range q {
			if q[i].worth > q[at].worth {
				at = i
			}
		}
		top := q[at]
		out = append(out, top.pair)
		q = slices.Delete(q, at, at+1)
		for i := range q {
			if q[i].group == top.group {
				q[i].worth /= 2
			}
			if q[i].c1 == top.c1 || q[i].c1 == top.c2 || q[i].c2 == top.c1 || q[i].c2 == top.c2 {
				q[i].worth /= 2
			}
		}
	}
	return out
}

func percent(x float64) string {
	switch {
	case x > 0 && x < 0.001:
		return "less than 0.1%"
	case x < 0.1 || x > 0.9 && x < 1:
		return fmt.Sprintf("%.1f%%", 100*x)
	}
	return fmt.Sprintf("%.0f%%", 100*x)
}

func (i Interval) words() string {
	return fmt.Sprintf("%s (between %s and %s)", percent(i.Estimate), percent(i.Low), percent(i.High))
}

// sentences say what the light means.
func sentences(v *Verdict, b Bar) []string {
	basis := "from what the model claims; nobody has checked a pair"
	if v.Labels > 0 {
		basis = fmt.Sprintf("from what the model claims and %d judged pairs", v.Labels)
	}
	out := []string{
		fmt.Sprintf("Of the pairs put together %s belong together, estimated %s.", v.Precision.words(), basis),
		fmt.Sprintf("Of the pairs that belong together %s were found.", v.Recall.words()),
		fmt.Sprintf("Blocking lost %s of the true pairs, by %s.", v.BlockingLoss.words(), v.How),
	}
	var why []string
	if v.Precision.Estimate < b.Precision {
		why = append(why, fmt.Sprintf("precision is below the %s asked for", percent(b.Precision)))
	}
	if v.Recall.Estimate < b.Recall {
		why = append(why, fmt.Sprintf("recall is below the %s asked for", percent(b.Recall)))
	}
	switch {
	case len(why) > 0:
		out = slices.Insert(out, 0, "Do not use this answer as it stands: "+strings.Join(why, ", and ")+".")
	case v.Light == Amber:
		out = slices.Insert(out, 0, "This answer looks good enough, but too little is known to be sure.")
	case v.Light == Red:
		out = slices.Insert(out, 0, "Do not use this answer as it stands.")
	default:
		out = slices.Insert(out, 0, "This answer is good enough, as far as can be told.")
	}
	return out
}
