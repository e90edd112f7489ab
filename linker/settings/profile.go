package settings

import (
	"fmt"

	"github.com/hearthmatch/hearth/linker/table"
)

// Profile says how a table's column looks. It holds no value of any cell.
type Profile struct {
	// Table and Column are the names.
	Table, Column string
	// Role and Why are the settings' choice; "" leaves the column out.
	Role, Why string
	// Rows are the table's records, Filled those with a text other than the
	// usual words for nothing, Distinct the different texts.
	Rows, Filled, Distinct int
	// Remarks are what is suspicious, in plain words.
	Remarks []string
}

// Complete is the share of the rows that are filled, 0 to 1.
func (p *Profile) Complete() float64 { return float64(p.Filled) / float64(max(p.Rows, 1)) }

// Profiles describes every column of the tables in their order.
func (s *Settings) Profiles(tables []*table.Table) []Profile {
	var out []Profile
	for _, t := range tables {
		for i := range t.Columns {
			c := &t.Columns[i]
			f := look(c, t.Rows)
			p := Profile{Table: t.Name, Column: c.Name, Rows: t.Rows, Filled: f.filled, Distinct: f.distinct}
			if set := s.column(t, c.Name); set != nil {
				p.Role, p.Why = set.As, set.Why
				p.remark(set, f)
			}
			out = append(out, p)
		}
	}
	return out
}

// remark notes what somebody should look at before trusting the column.
func (p *Profile) remark(set *Column, f *facts) {
	say := func(format string, a ...any) { p.Remarks = append(p.Remarks, fmt.Sprintf(format, a...)) }
	if set.As == "" || role(set.As) == nil {
		return
	}
	if n := len(set.Missing); n > 0 {
		say("%d values stand in far too many rows and are taken for nothing", n)
	}
	if p.Complete() < 0.5 && p.Filled > 0 {
		say("%.0f%% of the rows are blank", 100*(1-p.Complete()))
	}
	switch set.As {
	case dateOfBirth, dateOfDeath:
		d := f.date
		if d.newYear > 0.02 {
			say("1 January is %.0f times as common as a day should be: often only the year is known", d.newYear*365.25)
		}
		if d.share < 0.95 && d.share > 0 {
			say("%.0f%% of the filled cells are no whole date", 100*(1-d.share))
		}
		if d.future > 0 {
			say("%d cells are dates well after those of the others", d.future)
		}
		if d.open {
			say("nothing tells day and month apart")
		}
	case RecordID:
		if f.unique() < 1 {
			say("%d values name more than one row", f.distinct-f.once)
		}
	case sex, category, region, country:
		if f.distinct > 0 && float64(f.most) > 0.98*float64(f.filled) && f.filled > 50 {
			say("nearly all rows have one and the same value")
		}
	}
}
