package server

import (
	"context"
	"slices"
	"strconv"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// GetFunnel implements the casework service.
func (c *caseworks) GetFunnel(ctx context.Context, req *caseworkpb.GetFunnelRequest) (*caseworkpb.GetFunnelResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	in, errDay := c.asAt(req.AsAt)
	by, errBy := dimensions(req.By)
	errFramework := error(nil)
	o := funnel.Options{AsAt: in.Day, Authority: req.Authority, Framework: req.Framework, By: by,
		Threshold: int64(req.SuppressBelow), Round: int64(req.RoundTo), IncludeProtected: req.IncludeProtected}
	if req.Framework != "" {
		var fw *Framework
		if fw, errFramework = c.framework(req.Framework); errFramework == nil {
			o.Results = resultNames(fw)
		}
	}
	if err := joined(errDay, errBy, errFramework); err != nil {
		return nil, err
	}
	counted, err := c.funnelInput(ctx, info, in)
	if err != nil {
		return nil, err
	}
	report, err := funnel.Make(counted, o)
	if err != nil {
		return nil, err
	}
	out := funnelMessage(report)
	out.NightId = info.ID
	return out, c.trail.write(ctx, "funnel")
}

// dimensions reads what to count by; the authority is counted always.
func dimensions(names []string) ([]funnel.Dimension, error) {
	var out []funnel.Dimension
	for _, name := range names {
		d, err := funnel.ParseDimension(name)
		if err != nil {
			return nil, invalid("by", "%s", textOf(err))
		}
		if d != funnel.Authority {
			out = append(out, d)
		}
	}
	return out, nil
}

func resultNames(fw *Framework) []funnel.ResultName {
	var out []funnel.ResultName
	for _, r := range fw.Rules.Results() {
		out = append(out, funnel.ResultName{ID: r.ID, Name: r.Name, Partial: r.Partial})
	}
	return out
}

// funnelInput gathers all that the funnel counts: the book's cases in a view,
// the last night's eligible families, and what the reference files say.
func (c *caseworks) funnelInput(ctx context.Context, info family.NightInfo, in casework.View) (*funnel.Input, error) {
	out := &funnel.Input{}
	if err := c.reference(ctx, info, out); err != nil {
		return nil, err
	}
	var err error
	if out.Areas, err = c.areasOf(ctx, info); err != nil {
		return nil, err
	}
	for _, f := range info.Frameworks {
		err := c.index.Candidates(f.ID, 0, func(_ int, x *family.Candidate) error {
			if x.Eligible {
				out.Eligible = append(out.Eligible, funnel.Place{
					Framework: x.Framework, Area: x.Area, Headlines: x.HeadlinesMet(), Protected: x.Protected,
				})
			}
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	if err := c.sameNight(info); err != nil {
		return nil, err
	}
	book, done, err := c.read(info)
	if err != nil {
		return nil, err
	}
	defer done()
	terms, failed := c.funnelTerms(info, book)
	out.Families = funnel.FromBook(book, in, terms)
	return out, *failed
}

// areas are those that the gazetteer of a night names.
type areas struct {
	night string
	all   []family.Area
}

// areasOf reads the areas that there are, once for each night.
func (c *caseworks) areasOf(ctx context.Context, info family.NightInfo) ([]family.Area, error) {
	if known := c.areas.Load(); known != nil && known.night == info.ID {
		return known.all, nil
	}
	seen := make(map[family.Area]bool)
	found := &areas{night: info.ID}
	err := c.index.LiveRows(info.Seq, family.Addresses, func(r *family.Row) error {
		a := family.Area{Ward: r.Text(family.ColWard), District: r.Text(family.ColDistrict), Cluster: r.Text(family.ColCluster)}
		if !seen[a] {
			seen[a] = true
			found.all = append(found.all, a)
		}
		return ctx.Err()
	})
	if err == nil {
		c.areas.Store(found)
	}
	return found.all, err
}

// headlines are those of needs under a framework in use.
func (c *caseworks) headlines(framework string, needs []string) []string {
	fw, err := c.framework(framework)
	if err != nil {
		return nil
	}
	var out []string
	for _, x := range fw.Rules.Criteria() {
		if slices.Contains(needs, x.ID) && !slices.Contains(out, x.Headline) {
			out = append(out, x.Headline)
		}
	}
	return out
}

// reference reads targets, populations and schools as the last night had them.
func (c *caseworks) reference(ctx context.Context, info family.NightInfo, out *funnel.Input) error {
	number := func(r *family.Row, col family.Column) int64 {
		n, _ := strconv.ParseInt(r.Text(col), 10, 64) // checked when it was taken in
		return n
	}
	for _, feed := range []struct {
		of   family.Feed
		take func(*family.Row)
	}{
		{family.Targets, func(r *family.Row) {
			out.Targets = append(out.Targets, funnel.Target{Area: r.Text(family.ColArea), Families: number(r, family.ColTargetFamilies),
				From: r.Date(family.ColFrom), To: r.Date(family.ColTo)})
		}},
		{family.Population, func(r *family.Row) {
			out.Population = append(out.Population, funnel.Population{Area: r.Text(family.ColArea), People: number(r, family.ColPopulation)})
		}},
		{family.Schools, func(r *family.Row) {
			out.Schools = append(out.Schools, funnel.School{URN: r.Text(family.ColURN), Name: r.Text(family.ColName),
				Contributes: r.Text(family.ColContributes) != "N"})
		}},
	} {
		err := c.index.LiveRows(info.Seq, feed.of, func(r *family.Row) error {
			feed.take(r)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func funnelMessage(r *funnel.Report) *caseworkpb.GetFunnelResponse {
	out := &caseworkpb.GetFunnelResponse{
		AsAt: r.AsAt.String(), Schools: r.Schools, ContributingSchools: r.Contributing, Notes: r.Notes,
	}
	if share, ok := r.SchoolsPercent(); ok {
		out.ContributingPercent = &share
	}
	for _, m := range r.Measures {
		out.Measures = append(out.Measures, &caseworkpb.FunnelMeasure{Measure: m.ID, Name: m.Name, Result: m.Result})
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		row := &caseworkpb.FunnelRow{By: g.By.String(), Group: g.ID, Name: g.Name, Target: shownCount(g.Target), Population: shownCount(g.Population)}
		for m, n := range g.Counts {
			cell := &caseworkpb.FunnelCell{Count: shownCount(n), Withheld: n.Hidden}
			if x, ok := g.Percent(m); ok {
				cell.PercentOfTarget = &x
			}
			if x, ok := g.PerThousand(m); ok {
				cell.PerThousand = &x
			}
			row.Cells = append(row.Cells, cell)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// shownCount is a figure that is known and may be shown; else nil.
func shownCount(n funnel.Count) *int64 {
	if !n.Known || n.Hidden {
		return nil
	}
	return &n.N
}
