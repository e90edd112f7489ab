package funnel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

var errDimension = fmt.Errorf("unknown grouping; choose one of %s: %w", strings.Join(dimensionNames[1:], ", "), family.ErrInvalid)

// Measure is one column of the funnel.
type Measure struct {
	// ID is a stage (eligible, identified, contacted, agreed, worked_with,
	// turned_round, claimed, audited), or turned_round and a result, joined by a
	// full stop.
	ID     string
	Name   string
	Result string // the result's id, of the latter
}

// Count is one figure.
type Count struct {
	N      int64 // 0 unless Known and not Hidden
	Known  bool  // false where the group has no such figure
	Hidden bool  // withheld because it is small, or would give a small one away
}

// Group is one line of a report.
type Group struct {
	By   Dimension
	ID   string // such as a ward's name; blank in the authority and for families that have none
	Name string // as shown
	// Target and Population are the area's; not known for groups that are no area.
	Target, Population Count
	Counts             []Count // one a measure, in the report's order
}

// Percent is a count as per cent of the target, to one decimal, halves up;
// false where either is withheld or not known, or the target is 0.
func (g *Group) Percent(measure int) (float64, bool) {
	n, ok := share(g.Counts[measure], g.Target, 1000)
	return float64(n) / 10, ok
}

// PerThousand is a count per 1,000 of the population, to two decimals, halves
// up; false as in Percent.
func (g *Group) PerThousand(measure int) (float64, bool) {
	n, ok := share(g.Counts[measure], g.Population, 100_000)
	return float64(n) / 100, ok
}

// share is n·scale/of, rounded half up.
func share(n, of Count, scale int64) (int64, bool) {
	if !n.Known || n.Hidden || !of.Known || of.N <= 0 {
		return 0, false
	}
	return (2*n.N*scale + of.N) / (2 * of.N), true
}

// Report is the funnel as at a day. The authority's target is the row that
// bears its name; without one, the rows that name no ward, cluster or district of
// the report; without those, the sum of the districts' rows. Its population is
// found in the same way.
type Report struct {
	AsAt      family.Date
	Authority string
	Framework string // blank for all
	Measures  []Measure
	Groups    []Group // the authority, then each grouping asked for, by id, "not known" last
	// Schools and Contributing are how many schools there are and send data.
	Schools, Contributing int64
	Threshold, Round      int64
	Notes                 []string // what must be known to read it
}

// Group finds a group.
func (r *Report) Group(by Dimension, id string) (*Group, bool) {
	i := slices.IndexFunc(r.Groups, func(g Group) bool { return g.By == by && g.ID == id })
	if i < 0 {
		return nil, false
	}
	return &r.Groups[i], true
}

// Measure is the place of a measure in Measures and in a group's counts, -1 if
// the report has none of that id.
func (r *Report) Measure(id string) int {
	return slices.IndexFunc(r.Measures, func(m Measure) bool { return m.ID == id })
}

// SchoolsPercent is how many per cent of schools send data, to one decimal;
// false where no school is known.
func (r *Report) SchoolsPercent() (float64, bool) {
	n, ok := share(Count{N: r.Contributing, Known: true}, Count{N: r.Schools, Known: true}, 1000)
	return float64(n) / 10, ok
}

// Make counts. Errors are of the kind family.ErrInvalid: a report needs a day,
// groupings that exist, and a threshold and rounding that are not negative.
func Make(in *Input, o Options) (*Report, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	r := &Report{AsAt: o.AsAt, Authority: o.Authority, Framework: o.Framework, Threshold: o.Threshold, Round: o.Round}
	t := newTally(in, &o)
	t.count(in)
	if o.Threshold > 0 {
		t.protect(o.Threshold)
	}
	r.Measures = t.measures
	for _, by := range append([]Dimension{Authority}, o.By...) {
		for _, c := range t.of(o.Framework, by) {
			r.Groups = append(r.Groups, t.group(c, o.Round))
		}
	}
	r.areas(in)
	for _, s := range in.Schools {
		r.Schools++
		if s.Contributes {
			r.Contributing++
		}
	}
	r.Notes = o.notes()
	return r, nil
}

func (o *Options) check() error {
	var faults family.FieldErrors
	fault := func(field, detail string) { faults = append(faults, family.FieldError{Field: field, Detail: detail}) }
	if o.AsAt == 0 {
		fault("as_at", "give the day to count at")
	}
	if o.Threshold < 0 {
		fault("suppress_below", "give 0 or more")
	}
	if o.Round < 0 {
		fault("round_to", "give 0 or more")
	}
	for i, by := range o.By {
		switch {
		case by < Authority || by > HeadlineQuarter:
			fault("by", "choose one of "+strings.Join(dimensionNames[1:], ", "))
		case by == Authority || slices.Contains(o.By[:i], by):
			fault("by", "name each grouping once; the authority is always shown")
		}
	}
	if faults == nil {
		return nil
	}
	return faults
}

func (o *Options) notes() []string {
	out := []string{"A family counts for a stage if it has reached it, or a later one, by the day of the report."}
	for _, by := range o.By {
		switch by {
		case SchoolURN:
			out = append(out, "A family with children at two schools counts for each, and once in the total.")
		case Headline, HeadlineQuarter:
			out = append(out, "A family with needs under two headlines counts for each, and once in the total.")
		case Month, Quarter:
			out = append(out, "By "+by.String()+", a family counts where it reached each stage.")
		case Ward, Cluster:
			if !o.IncludeProtected {
				out = append(out, "By "+by.String()+", families at protected addresses are among those not known.")
			}
		}
	}
	if o.Threshold > 0 {
		out = append(out, fmt.Sprintf("Counts from 1 to %d are withheld, and others by which they could be worked out.", o.Threshold-1))
	}
	if o.Round > 1 {
		out = append(out, fmt.Sprintf("Counts are rounded to the nearest %d, each by itself.", o.Round))
	}
	return out
}

// areas gives areas their targets and populations.
func (r *Report) areas(in *Input) {
	targets := map[string]int64{}
	for _, t := range in.Targets {
		if (t.From == 0 || t.From <= r.AsAt) && (t.To == 0 || r.AsAt <= t.To) {
			targets[t.Area] += t.Families
		}
	}
	people := map[string]int64{}
	for _, p := range in.Population {
		people[p.Area] += p.People
	}
	known := in.areas()
	for i := range r.Groups {
		g := &r.Groups[i]
		switch g.By {
		case Authority:
			g.Target, g.Population = whole(targets, r.Authority, known), whole(people, r.Authority, known)
		case District, Ward, Cluster:
			if g.ID != "" {
				g.Target, g.Population = named(targets, g.ID), named(people, g.ID)
			}
		}
	}
}

func named(of map[string]int64, area string) Count {
	n, ok := of[area]
	return Count{N: n, Known: ok}
}

// whole is the authority's figure.
func whole(of map[string]int64, authority string, known map[string]Dimension) Count {
	if c := named(of, authority); c.Known && authority != "" {
		return c
	}
	var rest, districts Count
	for area, n := range of {
		switch known[area] {
		case 0:
			rest.N, rest.Known = rest.N+n, true
		case District:
			districts.N, districts.Known = districts.N+n, true
		}
	}
	if rest.Known {
		return rest
	}
	return districts
}

// areas are the names of the areas that there are, with the largest that bears
// each name.
func (in *Input) areas() map[string]Dimension {
	out := map[string]Dimension{}
	see := func(a family.Area) {
		for _, x := range []struct {
			name string
			by   Dimension
		}{{a.Ward, Ward}, {a.Cluster, Cluster}, {a.District, District}} {
			if out[x.name] != District {
				out[x.name] = x.by
			}
		}
	}
	for _, a := range in.Areas {
		see(a)
	}
	for i := range in.Families {
		see(in.Families[i].Area)
	}
	for i := range in.Eligible {
		see(in.Eligible[i].Area)
	}
	return out
}
