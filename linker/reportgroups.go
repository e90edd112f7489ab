package linker

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	filled, columns := r.filled()
	for _, by := range []division{r.byNames(), r.bySource(), r.bySex(), r.byCompleteness(filled, columns)} {
		if len(by.is) < 2 {
			continue
		}
		groups := r.fare(by.of, by.is, self)
		if columns > 0 && by.name != completeness {
			fullness(groups, by, filled, columns)
		}
		out = append(out, report.Grouping{By: by.name, Note: by.note, Values: by.values, Groups: groups})
	}
	return out
}

// division puts each record into one of the groups that is names.
type division struct {
	name, note string
	of         []int32
	is         []string
	values     bool // the groups are called by values
}

// namesNote says what groups by name are, and what they are not.
const namesNote = "Forenames and surnames that go together in these records, found from the names alone: no column and no list of " +
	"ethnicity, language or religion is used. Each group is called by some of its common names. It is a group of names, not of " +
	"people: it does not say what anybody is, and must not be kept with a record or used to decide about one. Traditions with few " +
	"people may share a group; a name that is rare, or common to several, is in none. Precision and recall are the model's own " +
	"claims: it cannot know that it is wrong about some names more than about others. Judged pairs of each group would show it."

// untold is the group of the names that are in none.
const untold = "names that do not tell, or are missing"

// byNames divides the records by the traditions of their names; into none where the
// names show none.
func (r *Result) byNames() division {
	if r.Linked == nil {
		return division{}
	}
	g := r.Linked.NameGroups()
	if g == nil {
		return division{}
	}
	d := division{name: "tradition of the name", note: namesNote, values: true, of: slices.Clone(g.Group)}
	for i := range g.Forenames {
		d.is = append(d.is, written(g.Forenames[i])+" · "+written(g.Surnames[i]))
	}
	for i, x := range d.of {
		if x < 0 {
			d.of[i] = int32(len(d.is))
		}
	}
	d.is = append(d.is, untold)
	return d
}

// written writes names, which are compared in capitals, as people do.
func written(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		first, size := utf8.DecodeRuneInString(n)
		out[i] = string(unicode.ToUpper(first)) + strings.ToLower(n[size:])
	}
	return strings.Join(out, ", ")
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

// filled counts the columns that each record has filled, of those compared; none of
// 0 for a model of Splink's.
func (r *Result) filled() (filled []int, columns int) {
	if r.Linked == nil {
		return nil, 0
	}
	filled = make([]int, len(r.Cluster))
	each(len(filled), r.Job.Workers, func() func(from, to int) {
		l := r.Linked.Fork()
		var levels []matcher.Level
		return func(from, to int) {
			for i := from; i < to; i++ {
				levels = l.Levels(levels[:0], int32(i), int32(i))
				for _, x := range levels {
					if x != 0 {
						filled[i]++
					}
				}
			}
		}
	})
	return filled, len(r.Job.Model.Spec.Columns)
}

// fullness tells each group which share of the columns its records have filled.
func fullness(groups []report.Group, by division, filled []int, columns int) {
	sum, at := make([]int, len(by.is)), make(map[string]int, len(by.is))
	for i, name := range by.is {
		at[name] = i
	}
	for i, g := range by.of {
		sum[g] += filled[i]
	}
	for i := range groups {
		g := &groups[i]
		g.Filled = point(float64(sum[at[g.Name]]) / float64(g.Records) / float64(columns))
	}
}

// completeness is the division by how many columns are filled.
const completeness = "completeness"

// byCompleteness divides the records by how many columns they have filled, into
// quarters as far as these differ.
func (r *Result) byCompleteness(filled []int, columns int) division {
	if len(filled) == 0 {
		return division{}
	}
	sorted := slices.Sorted(slices.Values(filled))
	var upTo []int
	for q := 1; q <= 4; q++ {
		upTo = append(upTo, sorted[len(sorted)*q/4-min(1, len(sorted)*q/4)])
	}
	upTo = slices.Compact(upTo)
	d := division{name: completeness}
	low := sorted[0]
	for _, high := range upTo {
		words := fmt.Sprintf("%d of %d columns filled", high, columns)
		if low < high {
			words = fmt.Sprintf("%d to %d of %d columns filled", low, high, columns)
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
