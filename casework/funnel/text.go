package funnel

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hearthmatch/hearth/internal/tablefile"
)

// Text lays the report out for reading: a table a grouping, a line a group, a
// column a measure. Beside a count stand its per cent of the target and, after a
// semicolon, its rate per 1,000 people, where they are known; [c] is a count
// that is withheld, and a dash one that the group does not have.
func (r *Report) Text() string {
	var b strings.Builder
	title := "Funnel as at " + r.AsAt.String()
	if r.Framework != "" {
		title += ", " + r.Framework
	}
	b.WriteString(title + "\n")
	for from := 0; from < len(r.Groups); {
		to := from
		for to < len(r.Groups) && r.Groups[to].By == r.Groups[from].By {
			to++
		}
		b.WriteString("\n")
		r.section(&b, r.Groups[from:to])
		from = to
	}
	if percent, ok := r.SchoolsPercent(); ok {
		fmt.Fprintf(&b, "\n%s of %s schools contribute data (%.1f %%).\n", thousands(r.Contributing), thousands(r.Schools), percent)
	}
	b.WriteString("\n")
	for _, n := range r.Notes {
		b.WriteString(n + "\n")
	}
	return b.String()
}

func (r *Report) section(b *strings.Builder, groups []Group) {
	lines := [][]string{{groups[0].By.String(), "Target"}}
	for _, m := range r.Measures {
		lines[0] = append(lines[0], m.Name)
	}
	for i := range groups {
		g := &groups[i]
		line := []string{g.Name, g.Target.String()}
		for m := range r.Measures {
			line = append(line, g.text(m))
		}
		lines = append(lines, line)
	}
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, text := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	for _, line := range lines {
		for i, text := range line {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
			if i == 0 {
				b.WriteString(text + pad)
			} else {
				b.WriteString("  " + pad + text)
			}
		}
		b.WriteString("\n")
	}
}

func (g *Group) text(measure int) string {
	var of []string
	if p, ok := g.Percent(measure); ok {
		of = append(of, fmt.Sprintf("%.1f %%", p))
	}
	if p, ok := g.PerThousand(measure); ok {
		of = append(of, fmt.Sprintf("%.2f", p))
	}
	text := g.Counts[measure].String()
	if of == nil {
		return text
	}
	return text + " (" + strings.Join(of, "; ") + ")"
}

// String writes a count with separators: 118,082; [c] if it is withheld; a dash
// if there is none.
func (c Count) String() string {
	switch {
	case !c.Known:
		return "-"
	case c.Hidden:
		return "[c]"
	}
	return thousands(c.N)
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Table is the report with a row a group and measure, as docs/returns.md has it.
func (r *Report) Table() tablefile.Table {
	t := tablefile.Table{
		Name: "funnel",
		Note: "Families by stage, as at the day. " + strings.Join(r.Notes, " "),
		Columns: []tablefile.Column{
			{Name: "as_at", Type: tablefile.Date, Note: "the day counted at"},
			{Name: "framework", Type: tablefile.Text, Note: "the framework counted; blank for all"},
			{Name: "by", Type: tablefile.Text, Note: "what families are grouped by: " + strings.Join(dimensionNames[1:], ", ")},
			{Name: "area", Type: tablefile.Text, Note: "the group's id, such as a ward's name or a school's URN; blank for the authority and for families that have none"},
			{Name: "area_name", Type: tablefile.Text, Note: "the group as shown"},
			{Name: "stage", Type: tablefile.Text, Note: "eligible, identified, contacted, agreed, worked_with, turned_round, claimed or audited"},
			{Name: "result", Type: tablefile.Text, Note: "the framework's result, for those turned round by it; blank for all"},
			{Name: "n", Type: tablefile.Integer, Note: "families; blank if withheld"},
			{Name: "n_suppressed", Type: tablefile.Boolean, Note: "whether n is withheld, being small or giving a small one away"},
			{Name: "target", Type: tablefile.Integer, Note: "families the area is to turn round; blank if not known"},
			{Name: "per_cent_of_target", Type: tablefile.Number, Note: "n as per cent of target, to one decimal"},
			{Name: "population", Type: tablefile.Integer, Note: "people living in the area; blank if not known"},
			{Name: "per_1000", Type: tablefile.Number, Note: "n per 1,000 of population, to two decimals"},
		},
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		for m, measure := range r.Measures {
			if g.Counts[m].Known {
				t.Rows = append(t.Rows, r.row(g, m, measure))
			}
		}
	}
	return t
}

func (r *Report) row(g *Group, m int, measure Measure) []any {
	stage, _, _ := strings.Cut(measure.ID, ".")
	row := []any{r.AsAt.String(), text(r.Framework), g.By.String(), text(g.ID), g.Name, stage, text(measure.Result),
		g.Counts[m].cell(), g.Counts[m].Hidden, g.Target.cell(), nil, g.Population.cell(), nil}
	if p, ok := g.Percent(m); ok {
		row[10] = p
	}
	if p, ok := g.PerThousand(m); ok {
		row[12] = p
	}
	return row
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (c Count) cell() any {
	if !c.Known || c.Hidden {
		return nil
	}
	return c.N
}
