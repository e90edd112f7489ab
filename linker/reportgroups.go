package linker

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/linker/report"
	"github.com/hearthmatch/hearth/matcher"
)

// selfWeights are what each record weighs with a copy of itself, in bits; nil for
// a model of Splink's, which compares no record with itself.
func (r *Result) selfWeights() []float64 {
	if r.Linked == nil {
		return nil
	}
	out := make([]float64, len(r.Cluster))
	each(len(out), r.Job.Workers, func() func(from, to int) {
		l := r.Linked.Fork()
		return func(from, to int) {
			for i := from; i < to; i++ {
				out[i] = l.Weigh(int32(i), int32(i)).Bits()
			}
		}
	})
	return out
}

// bar is the weight of the threshold.
func (r *Result) bar() float64 {
	p := min(max(r.Job.Threshold, 1e-9), 1-1e-9)
	return math.Log2(p / (1 - p))
}

// unlinkable counts the records that do not reach the threshold even with
// themselves, and what these lack.
func (r *Result) unlinkable(self []float64) report.Unlinkable {
	if len(self) == 0 {
		return report.Unlinkable{}
	}
	u := report.Unlinkable{Known: true}
	reasons := make(map[string]int64)
	var levels []matcher.Level
	for i, w := range self {
		if w < r.bar() {
			u.Records++
			levels = r.Linked.Levels(levels[:0], int32(i), int32(i))
			reasons[r.lacks(levels)]++
		}
	}
	for reason, n := range reasons {
		u.Reasons = append(u.Reasons, report.ReasonCount{Reason: reason, Records: n})
	}
	slices.SortFunc(u.Reasons, func(x, y report.ReasonCount) int {
		return cmp.Or(cmp.Compare(y.Records, x.Records), cmp.Compare(x.Reason, y.Reason))
	})
	sorted := slices.Clone(self)
	slices.Sort(sorted)
	for w := -4.0; w <= 24; w++ {
		below, _ := slices.BinarySearch(sorted, w)
		u.Curve = append(u.Curve, report.UnlinkablePoint{Weight: w, Share: float64(below) / float64(len(sorted))})
	}
	return u
}

// lacks says which of the columns that tell most of a record are blank.
func (r *Result) lacks(levels []matcher.Level) string {
	var blank []string
	for k, l := range levels {
		switch r.Job.Model.Spec.Columns[k].Kind {
		case matcher.Forename, matcher.Surname, matcher.Date, matcher.Identifier:
			if l == 0 {
				blank = append(blank, r.Job.Model.Spec.Columns[k].Name)
			}
		}
	}
	if len(blank) == 0 {
		return "its values are too common"
	}
	return "no " + strings.Join(blank, ", no ")
}

// groups divides the records in several ways.
func (r *Result) groups(self []float64) []report.Grouping {
	var out []report.Grouping
	for _, by := range []struct {
		name string
		of   []int32
		is   []string
	}{r.bySource(), r.bySex(), r.byCompleteness()} {
		if len(by.is) > 1 {
			out = append(out, report.Grouping{By: by.name, Groups: r.fare(by.of, by.is, self)})
		}
	}
	return out
}

// division puts each record into one of the groups that is names.
type division = struct {
	name string
	of   []int32
	is   []string
}

func (r *Result) bySource() division {
	d := division{name: "table"}
	for t, tab := range r.Job.Tables {
		d.is = append(d.is, tab.Name)
		d.of = append(d.of, slices.Repeat([]int32{int32(t)}, tab.Rows)...)
	}
	return d
}

// mostSexes is how many values a column of sexes may have to be shown.
const mostSexes = 6

func (r *Result) bySex() division {
	d := division{name: "sex", is: []string{"not given"}}
	at := map[string]int32{"": 0}
	for i := range r.Cluster {
		t, row := r.Record(int32(i))
		text := ""
		for _, c := range r.Job.Settings.Columns {
			if c.As == "sex" && (c.Table == "" || c.Table == r.Job.Tables[t].Name) {
				text = strings.ToUpper(textOf(r.Job.Tables[t], c.Name, row))
			}
		}
		if len(text) > 1 && strings.ContainsAny(text[:1], "FMX") && len(text) < 8 {
			text = text[:1]
		}
		g, ok := at[text]
		if !ok {
			g = int32(len(d.is))
			at[text] = g
			d.is = append(d.is, text)
		}
		d.of = append(d.of, g)
		if len(d.is) > mostSexes {
			return division{}
		}
	}
	return d
}

// byCompleteness divides the records by how many columns they have filled, into
// quarters as far as these differ.
func (r *Result) byCompleteness() division {
	if r.Linked == nil || len(r.Cluster) == 0 {
		return division{}
	}
	filled := make([]int, len(r.Cluster))
	var levels []matcher.Level
	for i := range filled {
		levels = r.Linked.Levels(levels[:0], int32(i), int32(i))
		for _, l := range levels {
			if l != 0 {
				filled[i]++
			}
		}
	}
	sorted := slices.Sorted(slices.Values(filled))
	var upTo []int
	for q := 1; q <= 4; q++ {
		upTo = append(upTo, sorted[len(sorted)*q/4-min(1, len(sorted)*q/4)])
	}
	upTo = slices.Compact(upTo)
	d := division{name: "completeness"}
	low := sorted[0]
	for _, high := range upTo {
		words := fmt.Sprintf("%d of %d columns filled", high, len(levels))
		if low < high {
			words = fmt.Sprintf("%d to %d of %d columns filled", low, high, len(levels))
		}
		d.is = append(d.is, words)
		low = high + 1
	}
	for _, n := range filled {
		at, _ := slices.BinarySearch(upTo, n)
		d.of = append(d.of, int32(at))
	}
	return d
}

// tally is what is counted of a group.
type tally struct{ records, linked, weak, inside, right, truths float64 }

// foundShare is which part of the true pairs the scored pairs hold, such that they
// tell the recall that the verdict does.
func (r *Result) foundShare() float64 {
	inside, all := 0.0, 0.0
	for _, p := range r.Pairs() {
		all += p.Probability
		if r.linked(p) {
			inside += p.Probability
		}
	}
	if inside == 0 {
		return 1
	}
	return min(1, r.Verdict().Recall.Estimate*all/inside)
}

// fare says how each group fares. A pair counts for the groups of both its
// records. What is claimed of pairs has no interval: by how much claims are out
// in one group more than in another, nobody knows who has judged no pair.
func (r *Result) fare(of []int32, is []string, self []float64) []report.Group {
	count := make([]tally, len(is))
	sizes, bar := r.sizes(), r.bar()
	for i, g := range of {
		c := &count[g]
		c.records++
		if sizes[r.Cluster[i]] > 1 {
			c.linked++
		}
		if self != nil && self[i] < bar {
			c.weak++
		}
	}
	for _, p := range r.Pairs() {
		for k, g := range []int32{of[p.A], of[p.B]} {
			if k == 1 && g == of[p.A] {
				break
			}
			c := &count[g]
			c.truths += p.Probability
			if r.linked(p) {
				c.inside++
				c.right += p.Probability
			}
		}
	}
	found := r.foundShare()
	var out []report.Group
	for g, c := range count {
		if c.records == 0 {
			continue
		}
		group := report.Group{Name: is[g], Records: int64(c.records), Linked: share(c.linked, c.records),
			Precision: point(c.right / c.inside), Recall: point(min(1, found*c.right/c.truths))}
		if self != nil {
			group.Unlinkable = share(c.weak, c.records)
		}
		out = append(out, group)
	}
	return out
}
