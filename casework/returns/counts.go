package returns

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/internal/tablefile"
)

// counts are the funnels that a return is made of.
type counts struct {
	report *funnel.Report   // of the return's framework, or of all
	all    []*funnel.Report // of all, and of each framework
}

// groupings are those of the table funnel.
var groupings = []funnel.Dimension{funnel.District, funnel.Ward, funnel.Cluster, funnel.SchoolURN, funnel.LeadAgency,
	funnel.Month, funnel.Quarter, funnel.Framework, funnel.Headline, funnel.HeadlineQuarter}

func (in *Input) count() (*counts, error) {
	input := in.Counts
	input.Families = make([]funnel.Family, len(in.Families))
	var frameworks []string
	for i := range in.Families {
		input.Families[i] = in.Families[i].Family
		frameworks = append(frameworks, in.Families[i].Framework)
	}
	slices.Sort(frameworks)
	c := &counts{}
	o := funnel.Options{AsAt: in.To, Authority: in.Authority, By: groupings, Results: in.Results, Threshold: in.Threshold}
	for _, framework := range slices.Compact(append([]string{"", in.Framework}, frameworks...)) {
		if in.Threshold == 0 && framework != in.Framework {
			continue
		}
		o.Framework = framework
		r, err := funnel.Make(&input, o)
		if err != nil {
			return nil, err
		}
		c.all = append(c.all, r)
		if framework == in.Framework {
			c.report = r
		}
	}
	return c, nil
}

// funnelTable is the funnel without the groupings that are there for the
// quarterly tables.
func (m *maker) funnelTable() tablefile.Table {
	r := *m.counts.report
	r.Groups = slices.DeleteFunc(slices.Clone(r.Groups), func(g funnel.Group) bool { return g.By == funnel.HeadlineQuarter })
	return r.Table()
}

// within are the quarters that the period touches.
func (c *counts) within(in *Input) []funnel.Group {
	var out []funnel.Group
	last := funnel.QuarterOf(in.To)
	for day := in.From; funnel.QuarterOf(day) <= last; day = day.AddMonths(3) {
		out = append(out, c.orZeros(funnel.Quarter, funnel.QuarterOf(day)))
	}
	return out
}

// orZeros finds a group, or makes one of zeros where nothing happened.
func (c *counts) orZeros(by funnel.Dimension, id string) funnel.Group {
	if g, ok := c.report.Group(by, id); ok {
		return *g
	}
	g := funnel.Group{By: by, ID: id, Counts: make([]funnel.Count, len(c.report.Measures))}
	for m := range g.Counts {
		g.Counts[m].Known = true
	}
	return g
}

// tf1 is the quarterly progress of the first programme: families identified,
// worked with and turned round, and claims by result.
func (c *counts) tf1(in *Input) tablefile.Table {
	t := tablefile.Table{
		Name: "tf1_quarterly",
		Note: "Families by the quarter in which they reached each stage, and to date; turned round by result, as claimed.",
		Columns: []tablefile.Column{
			{Name: "quarter", Type: tablefile.Text, Note: "of the financial year, such as 2013-14 Q1; to_date for all up to the end of the period"},
			{Name: "measure", Type: tablefile.Text, Note: "identified, worked_with or turned_round"},
			{Name: "result", Type: tablefile.Text, Note: "the framework's result, for those claimed for by it; blank for all"},
			{Name: "n", Type: tablefile.Integer, Note: "families; blank if withheld"},
			{Name: "n_suppressed", Type: tablefile.Boolean, Note: "whether n is withheld, being small or giving a small one away"},
		},
	}
	lines := func(quarter string, g *funnel.Group) {
		for m, measure := range c.report.Measures {
			id, result, _ := strings.Cut(measure.ID, ".")
			if id == "identified" || id == "worked_with" || id == "turned_round" {
				t.Rows = append(t.Rows, []any{quarter, id, text(result), cell(g.Counts[m]), g.Counts[m].Hidden})
			}
		}
	}
	for _, g := range c.within(in) {
		lines(g.ID, &g)
	}
	lines("to_date", &c.report.Groups[0])
	return t
}

func cell(c funnel.Count) any {
	if !c.Known || c.Hidden {
		return nil
	}
	return c.N
}

// sf is the quarterly return of Supporting Families: families supported and
// successful outcomes, in all and by headline.
func (c *counts) sf(in *Input) tablefile.Table {
	t := tablefile.Table{
		Name: "sf_quarterly",
		Note: "Families whose support began, and families with a successful outcome, by quarter and headline. A family with needs under two headlines counts for each.",
		Columns: []tablefile.Column{
			{Name: "quarter", Type: tablefile.Text, Note: "of the financial year, such as 2023-24 Q1; to_date for all up to the end of the period"},
			{Name: "headline", Type: tablefile.Text, Note: "the headline's id, (not known) for families without needs; blank for all families"},
			{Name: "measure", Type: tablefile.Text, Note: "families_supported or successful_outcomes"},
			{Name: "n", Type: tablefile.Integer, Note: "families; blank if withheld"},
			{Name: "n_suppressed", Type: tablefile.Boolean, Note: "whether n is withheld, being small or giving a small one away"},
		},
	}
	lines := func(quarter, headline string, g *funnel.Group) {
		for _, x := range []struct{ name, measure string }{{"families_supported", "worked_with"}, {"successful_outcomes", "turned_round"}} {
			count := g.Counts[c.report.Measure(x.measure)]
			t.Rows = append(t.Rows, []any{quarter, text(headline), x.name, cell(count), count.Hidden})
		}
	}
	groups := c.report.Groups
	for _, q := range c.within(in) {
		lines(q.ID, "", &q)
		for i := range groups {
			if groups[i].By == funnel.Headline {
				g := c.orZeros(funnel.HeadlineQuarter, groups[i].ID+" "+q.ID)
				lines(q.ID, groups[i].Name, &g)
			}
		}
	}
	lines("to_date", "", &groups[0])
	for i := range groups {
		if groups[i].By == funnel.Headline {
			lines("to_date", groups[i].Name, &groups[i])
		}
	}
	return t
}
