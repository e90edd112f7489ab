package funnel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// The stages before the results, by their place among the measures.
const (
	eligible = iota
	identified
	contacted
	agreed
	workedWith
	turnedRound
	firstResult
)

var stages = []Measure{
	{ID: "eligible", Name: "Eligible by the data"}, {ID: "identified", Name: "Identified"},
	{ID: "contacted", Name: "Contacted"}, {ID: "agreed", Name: "Agreed"},
	{ID: "worked_with", Name: "Worked with"}, {ID: "turned_round", Name: "Turned round"},
}

// key names a group: of all frameworks (slice "") or of one.
type key struct {
	slice string
	by    Dimension
	id    string
}

// cells are a group's counts, one a measure, and which of them are withheld.
type cells struct {
	key
	n      []int64
	hidden []bool
}

// tally is every group that has been counted.
type tally struct {
	o        *Options
	measures []Measure
	results  []ResultName
	by       []Dimension // counted, the authority first
	groups   map[key]*cells
	names    map[string]string // of schools
	// overlaps and whole are for protect: by measure, how many families two groups
	// share, and the groupings in which some family is in two groups at once.
	overlaps map[overlap]int64
	shared   map[sharing]bool
	touched  [][]touch // the counts of each family
}

// touch is one count.
type touch struct {
	*cells
	measure int
}

// overlap is a pair of groups of one slice, for one measure.
type overlap struct {
	a, b    *cells
	measure int
}

type sharing struct {
	slice   string
	by      Dimension
	measure int
}

// newTally counts every grouping if small numbers are to be withheld, as what is
// withheld in one may follow from another; else those shown.
func newTally(in *Input, o *Options) *tally {
	t := &tally{o: o, groups: map[key]*cells{}, names: map[string]string{}, results: results(in, o),
		by: append([]Dimension{Authority}, o.By...)}
	if o.Threshold > 0 {
		t.by = nil
		for by := Authority; by <= HeadlineQuarter; by++ {
			t.by = append(t.by, by)
		}
		t.overlaps, t.shared = map[overlap]int64{}, map[sharing]bool{}
	}
	t.measures = slices.Clone(stages)
	for _, r := range t.results {
		t.measures = append(t.measures, Measure{ID: "turned_round." + r.ID, Name: "by " + r.Name, Result: r.ID})
	}
	t.measures = append(t.measures, Measure{ID: "claimed", Name: "Claimed"}, Measure{ID: "audited", Name: "Audited"})
	t.ensure(in)
	return t
}

// results are those asked for, then those that families have besides, by id. One
// that is partial for a family is partial.
func results(in *Input, o *Options) []ResultName {
	out := slices.Clone(o.Results)
	at := map[string]int{}
	for i, r := range out {
		at[r.ID] = i
	}
	asked := len(out)
	for i := range in.Families {
		for _, r := range in.Families[i].Results {
			n, known := at[r.ID]
			if !known {
				n, at[r.ID] = len(out), len(out)
				out = append(out, ResultName{ID: r.ID, Name: strings.ReplaceAll(r.ID, "_", " ")})
			}
			out[n].Partial = out[n].Partial || r.Partial
		}
	}
	slices.SortFunc(out[asked:], func(a, b ResultName) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// ensure gives lines to the whole, and to areas and schools without a family.
func (t *tally) ensure(in *Input) {
	for _, slice := range []string{"", t.o.Framework} {
		t.cells(key{slice, Authority, ""})
		for _, by := range t.by {
			for _, a := range in.Areas {
				if id := areaID(a, by); id != "" {
					t.cells(key{slice, by, id})
				}
			}
			for _, s := range in.Schools {
				t.names[s.URN] = s.Name
				if by == SchoolURN {
					t.cells(key{slice, by, s.URN})
				}
			}
		}
	}
}

func areaID(a family.Area, by Dimension) string {
	switch by {
	case District:
		return a.District
	case Ward:
		return a.Ward
	case Cluster:
		return a.Cluster
	}
	return ""
}

func (t *tally) cells(k key) *cells {
	c := t.groups[k]
	if c == nil {
		c = &cells{key: k, n: make([]int64, len(t.measures)), hidden: make([]bool, len(t.measures))}
		t.groups[k] = c
	}
	return c
}

// slices are those that a place counts in. Where nothing is withheld, only the
// one shown matters.
func (t *tally) slices(framework string) []string {
	switch {
	case t.o.Threshold > 0 && framework != "":
		return []string{"", framework}
	case t.o.Framework == "":
		return []string{""}
	case t.o.Framework == framework:
		return []string{framework}
	}
	return nil
}

func (t *tally) count(in *Input) {
	days := make([]family.Date, len(t.measures))
	for i := range in.Families {
		f := &in.Families[i]
		t.reached(f, days)
		t.add(&f.Place, days)
	}
	for i := range in.Eligible {
		clear(days)
		days[eligible] = t.o.AsAt
		t.add(&in.Eligible[i], days)
	}
}

// reached fills in the day of each measure, 0 for what had not been by the
// day of the report.
func (t *tally) reached(f *Family, days []family.Date) {
	clear(days)
	days[identified], days[contacted], days[agreed], days[workedWith] = f.Identified, f.Contacted, f.Agreed, f.WorkedWith
	claimed, audited := len(days)-2, len(days)-1
	for _, r := range f.Results {
		if r.Withdrawn != 0 && r.Withdrawn <= t.o.AsAt {
			continue
		}
		if r.Claimed != 0 {
			first(&days[claimed], r.Claimed)
			first(&days[audited], r.Audited)
		}
		if r.Invalid && r.Audited <= t.o.AsAt {
			continue
		}
		first(&days[firstResult+t.result(r.ID)], r.Day)
		if !r.Partial {
			first(&days[turnedRound], r.Day)
		}
	}
	for m := workedWith; m > identified; m-- {
		first(&days[m-1], days[m])
	}
	for m, day := range days {
		if day > t.o.AsAt {
			days[m] = 0
		}
	}
}

func (t *tally) result(id string) int {
	return slices.IndexFunc(t.results, func(r ResultName) bool { return r.ID == id })
}

// first is the earlier of two days that are known.
func first(day *family.Date, other family.Date) {
	if other != 0 && (*day == 0 || other < *day) {
		*day = other
	}
}

// add counts a place for each measure that has a day.
func (t *tally) add(p *Place, days []family.Date) {
	if t.shared != nil {
		t.touched = append(t.touched, nil)
	}
	for _, slice := range t.slices(p.Framework) {
		in := make([][]*cells, len(t.by)) // of the groupings that do not go by day
		for i, by := range t.by {
			if !by.timed() {
				in[i] = t.groupsOf(slice, by, t.ids(p, by, 0))
			}
		}
		for m, day := range days {
			if day == 0 {
				continue
			}
			for i, by := range t.by {
				if !counted(by, m) {
					continue
				}
				if by.timed() {
					in[i] = t.groupsOf(slice, by, t.ids(p, by, day))
				}
				for _, c := range in[i] {
					c.n[m]++
				}
				t.note(sharing{slice, by, m}, in[i])
			}
			t.overlap(in, m)
		}
	}
}

// note keeps for protect which counts are of one family.
func (t *tally) note(s sharing, in []*cells) {
	if t.shared == nil {
		return
	}
	if len(in) > 1 {
		t.shared[s] = true
	}
	last := len(t.touched) - 1
	for _, c := range in {
		t.touched[last] = append(t.touched[last], touch{c, s.measure})
	}
}

// counted says whether a measure is counted by a grouping: what the data shows
// has no day and no lead agency.
func counted(by Dimension, measure int) bool {
	return measure != eligible || !by.timed() && by != LeadAgency
}

func (t *tally) groupsOf(slice string, by Dimension, ids []string) []*cells {
	out := make([]*cells, len(ids))
	for i, id := range ids {
		out[i] = t.cells(key{slice, by, id})
	}
	return out
}

// unknown is the group of those that have none.
var unknown = []string{""}

// ids are the groups that a place is in, one or more.
func (t *tally) ids(p *Place, by Dimension, day family.Date) []string {
	switch by {
	case Ward, Cluster, SchoolURN:
		if p.Protected && !t.o.IncludeProtected {
			return unknown
		}
	case HeadlineQuarter:
		var out []string
		for _, h := range orUnknown(p.Headlines) {
			out = append(out, h+" "+QuarterOf(day))
		}
		return out
	}
	switch by {
	case District, Ward, Cluster:
		return []string{areaID(p.Area, by)}
	case SchoolURN:
		return orUnknown(p.Schools)
	case LeadAgency:
		return []string{p.LeadAgency}
	case Month:
		return []string{day.String()[:len("2006-01")]}
	case Quarter:
		return []string{QuarterOf(day)}
	case Framework:
		return []string{p.Framework}
	case Headline:
		return orUnknown(p.Headlines)
	}
	return unknown
}

func orUnknown(ids []string) []string {
	if len(ids) == 0 {
		return unknown
	}
	return ids
}

// QuarterOf is the quarter of the financial year, which begins in April, that a
// known day lies in: 2013-14 Q1 for May 2013. As text they are in the order of time.
func QuarterOf(day family.Date) string {
	y, m, _ := day.Civil()
	if m < 4 {
		y--
	}
	return fmt.Sprintf("%04d-%02d Q%d", y, (y+1)%100, (m+8)%12/3+1)
}

// of are the groups of a slice and grouping, by id, those not known last.
func (t *tally) of(slice string, by Dimension) []*cells {
	var out []*cells
	for k, c := range t.groups {
		if k.slice == slice && k.by == by {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *cells) int {
		if (a.id == "") != (b.id == "") {
			return cmp.Compare(b.id, a.id)
		}
		return cmp.Compare(a.id, b.id)
	})
	return out
}

// group is the line of a report.
func (t *tally) group(c *cells, round int64) Group {
	g := Group{By: c.by, ID: c.id, Name: t.name(c.key), Counts: make([]Count, len(c.n))}
	for m, n := range c.n {
		switch {
		case !counted(c.by, m):
		case c.hidden[m]:
			g.Counts[m] = Count{Known: true, Hidden: true}
		default:
			g.Counts[m] = Count{N: rounded(n, round), Known: true}
		}
	}
	return g
}

func rounded(n, to int64) int64 {
	if to < 2 {
		return n
	}
	return (n + to/2) / to * to
}

func (t *tally) name(k key) string {
	switch {
	case k.by == Authority && t.o.Authority != "":
		return t.o.Authority
	case k.by == Authority:
		return "all"
	case k.id == "":
		return "(not known)"
	case k.by == SchoolURN && t.names[k.id] != "":
		return t.names[k.id]
	}
	return k.id
}
