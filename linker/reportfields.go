package linker

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/linker/report"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
)

// families are roles that tell one thing in several parts: where two tables have
// other parts of it, they are shown in one line.
var families = []struct {
	name  string
	roles []string
}{
	{"name", []string{"title", "full name", "forename", "middle name", "surname", "former surname", "alias"}},
	{"address", []string{"full address", "flat", "house number", "address line", "street", "address rest"}},
	{"date of birth", []string{"date of birth", "day of birth", "month of birth", "year of birth", "age"}},
	{"point", []string{"point", "latitude", "longitude"}},
}

// fields sets what two records have in what is compared side by side.
func (r *Result) fields(a, b int32) []report.Field {
	ta, rowA := r.Record(a)
	tb, rowB := r.Record(b)
	left, right := r.columnsOf(ta), r.columnsOf(tb)
	var out []report.Field
	for _, line := range lines(left, right) {
		f := report.Field{Column: line.name, Left: cells(r.Job.Tables[ta], line.of(left), rowA), Right: cells(r.Job.Tables[tb], line.of(right), rowB)}
		if f.Left != "" || f.Right != "" {
			f.Kind, f.Words = r.difference(line, f, a, b)
			out = append(out, f)
		}
	}
	return out
}

// columnsOf are the columns of a table that are compared, each once.
func (r *Result) columnsOf(t int) []settings.Column {
	var out []settings.Column
	tab := r.Job.Tables[t]
	for _, c := range r.Job.Settings.Columns {
		if c.Table != "" && c.Table != tab.Name || tab.Column(c.Name) == nil || !compared(c.As) ||
			slices.ContainsFunc(out, func(x settings.Column) bool { return x.Name == c.Name }) {
			continue
		}
		out = append(out, c)
	}
	return out
}

// compared says whether columns of a role are compared.
func compared(as string) bool {
	return as != "" && as != settings.RecordID && as != settings.AnswerKey && as != "free text"
}

// fieldLine is what two records have of one thing.
type fieldLine struct {
	name  string
	roles []string
	field string // of columns that feed a field of their own, such as identifiers
}

func (l *fieldLine) of(columns []settings.Column) []settings.Column {
	var out []settings.Column
	for _, c := range columns {
		if slices.Contains(l.roles, c.As) && (l.field == "" || ownField(c) == l.field) {
			out = append(out, c)
		}
	}
	return out
}

// ownField names the field that a column feeds beside its role's own, "" for
// none.
func ownField(c settings.Column) string {
	switch {
	case c.Into != "":
		return c.Into
	case slices.ContainsFunc(settings.Roles(), func(x settings.Role) bool { return x.Name == c.As && x.Several }):
		return strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(c.Name))
	}
	return ""
}

// lines lists what is shown of columns of two tables, in their order.
func lines(left, right []settings.Column) []fieldLine {
	var out []fieldLine
	for _, c := range slices.Concat(left, right) {
		l := fieldLine{name: c.As, roles: []string{c.As}, field: ownField(c)}
		if l.field != "" {
			l.name = l.field
		}
		for _, f := range families {
			all := fieldLine{roles: f.roles}
			if slices.Contains(f.roles, c.As) && !sameRoles(all.of(left), all.of(right)) {
				l = fieldLine{name: f.name, roles: f.roles}
			}
		}
		if x, y := l.of(left), l.of(right); len(x) <= 1 && len(y) <= 1 && (len(x) == 0 || len(y) == 0 || x[0].Name == y[0].Name) {
			l.name = c.Name
		}
		if !slices.ContainsFunc(out, func(x fieldLine) bool { return x.name == l.name && slices.Equal(x.roles, l.roles) }) {
			out = append(out, l)
		}
	}
	return out
}

func sameRoles(x, y []settings.Column) bool {
	role := func(all []settings.Column) (out []string) {
		for _, c := range all {
			out = append(out, c.As)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	return slices.Equal(role(x), role(y))
}

func cells(t *table.Table, columns []settings.Column, row int) string {
	var out []string
	for _, c := range columns {
		if text := t.Column(c.Name).Text(row); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " ")
}

// difference says how two cells differ, by the levels of the comparisons that
// they feed.
func (r *Result) difference(l fieldLine, f report.Field, a, b int32) (report.Difference, string) {
	switch {
	case f.Left == "" || f.Right == "":
		return report.Missing, ""
	case r.Linked == nil && f.Left == f.Right:
		return report.Same, ""
	case r.Linked == nil:
		return report.Different, ""
	}
	levels := r.Linked.Levels(nil, a, b)
	var kinds []report.Difference
	var words []string
	for at, c := range r.Job.Model.Spec.Columns {
		if levels[at] == 0 || c.Name != l.field && (l.field != "" || !slices.Contains(l.roles, c.Name)) {
			continue
		}
		kinds = append(kinds, differenceOf(c.Kind, levels[at]))
		words = append(words, c.Name+": "+c.Kind.LevelName(levels[at]))
	}
	switch {
	case len(kinds) == 0 && strings.EqualFold(f.Left, f.Right):
		return report.Same, ""
	case len(kinds) == 0:
		return report.Near, "not the same; what it feeds stands in the chart"
	case len(kinds) == 1:
		_, text, _ := strings.Cut(words[0], ": ")
		return kinds[0], text
	}
	kind := kinds[0]
	for _, k := range kinds[1:] {
		if k != kind {
			kind = report.Near
		}
	}
	return kind, strings.Join(words, ", ")
}

func differenceOf(kind matcher.Kind, level matcher.Level) report.Difference {
	switch {
	case level == 1:
		return report.Same
	case kind.LevelName(level+1) == "" || kind.LevelName(level) == "differs":
		return report.Different
	}
	return report.Near
}

// textOf is a cell's text, blank where the table has no such column.
func textOf(t *table.Table, column string, row int) string {
	if c := t.Column(column); c != nil {
		return c.Text(row)
	}
	return ""
}
