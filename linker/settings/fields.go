package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
)

// field is one column of the comparison and what feeds it.
type field struct {
	name string
	role *Role
	// fed says what feeds it in each table, nothing where the table lacks it.
	fed      []feed
	group    string
	frequent bool
	shared   bool
}

// feed is what fills a field's cells from one table.
type feed struct {
	of []source
	// join makes one value of all sources; nil where each gives its own.
	join func(f *feed, ids []uint32) string
}

// source is a table's column that feeds a field.
type source struct {
	column *table.Column
	reader reader
}

func (f *field) spec() matcher.ColumnSpec {
	return matcher.ColumnSpec{Name: f.name, Kind: f.role.Kind, Frequent: f.frequent, Group: f.group, Shared: f.shared}
}

// read appends the field's values for a combination of its sources' values.
func (f *feed) read(out []string, ids []uint32) []string {
	if f.join != nil {
		return append(out, f.join(f, ids))
	}
	for i := range f.of {
		if t := f.of[i].text(ids[i]); t != "" {
			out = f.of[i].reader.read(out, t)
		}
	}
	return out
}

// of returns the text of the source of a role, "" for none.
func (f *feed) role(as string, ids []uint32) string {
	for i := range f.of {
		if f.of[i].reader.as == as {
			return f.of[i].text(ids[i])
		}
	}
	return ""
}

// text returns a source's text, "" where it stands for nothing.
func (s *source) text(id uint32) string {
	t := s.column.Values[id]
	if s.reader.missing[t] {
		return ""
	}
	return t
}

// fields lists what is compared: the fields that any table's columns feed, in
// the order of the roles and, among those of one role, of the columns.
func (s *Settings) fields(tables []*table.Table) ([]field, error) {
	if err := s.check(tables); err != nil {
		return nil, err
	}
	out := s.allFields(tables)
	switch {
	case len(out) == 0:
		return nil, fmt.Errorf("no column has a role that is compared; give at least a name or an identifier one: %w", ErrSettings)
	case len(out) > maxFields:
		return nil, fmt.Errorf("%d fields are compared, at most %d can be; leave the least telling columns out: %w",
			len(out), maxFields, ErrSettings)
	}
	orderGroups(out)
	return out, nil
}

func (s *Settings) allFields(tables []*table.Table) []field {
	p := s.plan(tables)
	var out []field
	for i := range roles {
		r := &roles[i]
		if r.Kind == 0 {
			continue
		}
		for _, name := range p.names(r) {
			f := field{name: name, role: r, group: r.Group, frequent: r.Frequent, shared: r.Shared}
			for t := range tables {
				fed := p.feed(t, r, name)
				for _, c := range fed.of {
					f.override(p.settings(t, c.column.Name), r)
				}
				f.fed = append(f.fed, fed)
			}
			out = append(out, f)
		}
	}
	return out
}

// override takes over what a person has set for a column of the field's role.
func (f *field) override(c *Column, r *Role) {
	if c.As != r.Name {
		return
	}
	if c.Group != "" {
		f.group = strings.TrimPrefix(c.Group, "none")
	}
	if c.Frequent != nil {
		f.frequent = *c.Frequent
	}
	if c.Shared != nil {
		f.shared = *c.Shared
	}
}

// check makes sure that what the settings name is there.
func (s *Settings) check(tables []*table.Table) error {
	if !(s.Threshold >= 0 && s.Threshold <= 1) {
		return fmt.Errorf("threshold %g is no probability; give one between 0 and 1: %w", s.Threshold, ErrSettings)
	}
	if len(tables) == 0 || len(tables) > 255 {
		return fmt.Errorf("%d tables; give 1 to 255: %w", len(tables), ErrSettings)
	}
	for _, c := range s.Columns {
		if c.As != "" && role(c.As) == nil {
			return fmt.Errorf("column %q: no role is called %q%s: %w", c.Name, c.As, suggest(c.As, roleNames()), ErrSettings)
		}
		found := c.As == ""
		for _, t := range tables {
			found = found || (c.Table == "" || c.Table == t.Name) && t.Column(c.Name) != nil
		}
		if !found {
			return fmt.Errorf("no table has the column %q; take it out of the settings or mend its name: %w", c.Name, ErrSettings)
		}
	}
	return nil
}

// orderGroups puts the columns of each group where the finest comes first: the
// place with the most values, and of a name the forename.
func orderGroups(fields []field) {
	for _, g := range groupsOf(fields) {
		var at []int
		var members []field
		for i := range fields {
			if fields[i].group == g {
				at = append(at, i)
				members = append(members, fields[i])
			}
		}
		if g != groupGiven {
			slices.SortStableFunc(members, func(a, b field) int { return b.distinct() - a.distinct() })
		}
		for i, m := range members {
			fields[at[i]] = m
		}
	}
}

// distinct is how many values the field's richest source has.
func (f *field) distinct() int {
	most := 0
	for _, fed := range f.fed {
		for _, s := range fed.of {
			most = max(most, len(s.column.Values))
		}
	}
	return most
}

func groupsOf(fields []field) []string {
	var out []string
	for _, f := range fields {
		if f.group != "" && !slices.Contains(out, f.group) {
			out = append(out, f.group)
		}
	}
	return out
}

// plan is the settings laid over the tables.
type plan struct {
	of [][]planned // the columns of each table that have a role
}

type planned struct {
	column *table.Column
	set    *Column
}

func (s *Settings) plan(tables []*table.Table) *plan {
	p := &plan{of: make([][]planned, len(tables))}
	for i, t := range tables {
		for j := range t.Columns {
			if c := s.column(t, t.Columns[j].Name); c != nil && c.As != "" {
				p.of[i] = append(p.of[i], planned{&t.Columns[j], c})
			}
		}
	}
	return p
}

func (p *plan) settings(t int, name string) *Column {
	for _, c := range p.of[t] {
		if c.column.Name == name {
			return c.set
		}
	}
	return nil
}

// any says whether any table has a column of the role that feeds the role's own
// field.
func (p *plan) any(as string) bool {
	for t := range p.of {
		if len(p.having(t, as)) > 0 {
			return true
		}
	}
	return false
}

// having lists a table's columns of a role that feed the role's own field.
func (p *plan) having(t int, as string) []planned {
	var out []planned
	for _, c := range p.of[t] {
		if c.set.As == as && c.set.Into == "" {
			out = append(out, c)
		}
	}
	return out
}

// names lists the fields of a role.
func (p *plan) names(r *Role) []string {
	var out []string
	if !r.Several && p.own(r.Name) {
		out = append(out, r.Name)
	}
	for _, t := range p.of {
		for _, c := range t {
			if c.set.As != r.Name {
				continue
			}
			if name := intoField(c.set, r); name != r.Name && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// intoField names the field that a column of the role feeds.
func intoField(c *Column, r *Role) string {
	switch {
	case c.Into != "":
		return c.Into
	case r.Several:
		return strings.ToLower(strings.Join(headerWords(c.Name), " "))
	}
	return r.Name
}

// own says whether the role's own field is compared: one that another tells as
// well is not.
func (p *plan) own(as string) bool {
	switch as {
	case forename:
		return p.any(forename) || p.any(fullName) || p.any(alias)
	case surname:
		return p.any(surname) || p.any(fullName) || p.any(formerSurname) || p.any(alias)
	case dateOfBirth:
		return p.any(dateOfBirth) || p.threeParts()
	case yearOfBirth:
		return p.any(yearOfBirth) && !p.own(dateOfBirth)
	case age:
		return p.any(age) && !p.own(dateOfBirth) && !p.own(yearOfBirth)
	case sex:
		return p.any(sex) || p.any(title)
	case addressLine:
		return p.any(addressLine) || p.any(flat) || p.any(fullAddress)
	case postcode:
		return p.any(postcode) || p.any(fullAddress)
	case street, houseNumber:
		return p.any(as) && !p.own(addressLine)
	case point:
		return p.any(point) || p.any(latitude) && p.any(longitude)
	}
	return p.any(as)
}

// threeParts says whether a table has day, month and year of birth apart.
func (p *plan) threeParts() bool {
	for t := range p.of {
		if len(p.having(t, monthOfBirth)) > 0 && len(p.having(t, yearOfBirth)) > 0 {
			return true
		}
	}
	return false
}

// feeders are the roles that feed a role's own field, in the order in which
// their values stand.
var feeders = map[string][]string{
	forename: {forename, middleName, alias, fullName},
	surname:  {surname, formerSurname, alias, fullName},
}

// feed says what fills the field from a table.
func (p *plan) feed(t int, r *Role, name string) feed {
	var f feed
	if name != r.Name {
		for _, c := range p.of[t] {
			if c.set.As == r.Name && intoField(c.set, r) == name {
				f.of = append(f.of, c.source(name))
			}
		}
		return f
	}
	take := func(as ...string) {
		for _, a := range as {
			for _, c := range p.having(t, a) {
				src := c.source(name)
				src.reader.beside = a == fullName && len(p.having(t, forename))+len(p.having(t, surname)) > 0
				f.of = append(f.of, src)
			}
		}
	}
	switch from := feeders[r.Name]; {
	case from != nil:
		take(from...)
	case r.Name == dateOfBirth:
		p.feedBirth(t, &f, take)
	case r.Name == sex:
		if take(sex); len(f.of) == 0 {
			take(title)
		}
	case r.Name == addressLine:
		if take(flat, houseNumber, addressLine, street); len(f.of) == 0 {
			take(fullAddress)
		} else if len(f.of) > 1 {
			f.join = joinAddress
		}
	case r.Name == postcode:
		if take(postcode); len(f.of) == 0 {
			take(fullAddress)
		}
	case r.Name == point:
		if take(point); len(f.of) == 0 {
			take(latitude, longitude)
			f.join = joinPoint
		}
	default:
		take(r.Name)
	}
	return f
}

// feedBirth takes whole dates, or parts that make one, or at worst a year.
func (p *plan) feedBirth(t int, f *feed, take func(as ...string)) {
	if take(dateOfBirth); len(f.of) > 0 {
		return
	}
	if len(p.having(t, yearOfBirth)) == 0 {
		return
	}
	take(dayOfBirth, monthOfBirth, yearOfBirth)
	f.join = joinBirth
}

func (c planned) source(field string) source { return source{c.column, newReader(c, field)} }
