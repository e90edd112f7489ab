package settings

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/linker/table"
)

// merge makes one list of the tables' columns. Columns of one name are one
// entry where the tables agree; where they do not, the less sure table yields
// unless both are sure, and then each has its entry.
func (s *Settings) merge(sheets []*sheet) {
	agree(sheets)
	for _, sh := range sheets {
		s.Notes = append(s.Notes, sh.notes...)
		for _, g := range sh.guesses {
			if slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Name == g.set.Name && c.Table == "" && c.As == g.set.As }) {
				s.join(g)
				continue
			}
			c := g.set
			if slices.ContainsFunc(s.Columns, func(o Column) bool { return o.Name == c.Name }) {
				c.Table = sh.table.Name
			}
			s.Columns = append(s.Columns, c)
		}
	}
	s.Notes = append(s.Notes, lonely(sheets)...)
	if id := s.commonID(sheets); id != "" {
		s.ID = id
	}
}

// agree lets a table that is unsure of a column follow one that is sure.
func agree(sheets []*sheet) {
	best := map[string]*guess{}
	for _, sh := range sheets {
		for _, g := range sh.guesses {
			if b := best[g.set.Name]; g.facts.filled > 0 && (b == nil || g.set.Confidence > b.set.Confidence) {
				best[g.set.Name] = g
			}
		}
	}
	for _, sh := range sheets {
		for _, g := range sh.guesses {
			b := best[g.set.Name]
			if b == nil || b == g || b.set.As == g.set.As {
				continue
			}
			if g.facts.filled == 0 || g.facts.fits(b.set.As) >= 0.5 && !(g.set.Confidence >= 0.8 && g.facts.alone().role != b.facts.alone().role) {
				missing := g.set.Missing
				g.set.As, g.set.Into, g.set.Confidence, g.set.Why = b.set.As, b.set.Into, b.set.Confidence, b.set.Why
				g.set.Missing = missing
			}
		}
	}
}

// join adds what a further table knows of a column.
func (s *Settings) join(g *guess) {
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Name != g.set.Name || c.Table != "" {
			continue
		}
		for _, m := range g.set.Missing {
			if !slices.Contains(c.Missing, m) {
				c.Missing = append(c.Missing, m)
			}
		}
		if c.Format != g.set.Format && g.set.Format != "" {
			if c.Format == "" || g.facts.date.open {
				c.Format = cmpFormat(c.Format, g.set.Format)
			}
		}
	}
}

// cmpFormat keeps the format there is, if any.
func cmpFormat(have, other string) string {
	if have == "" {
		return other
	}
	return have
}

// commonID is the column that names the record in every table, "" if none does.
func (s *Settings) commonID(sheets []*sheet) string {
	id := ""
	for i, sh := range sheets {
		ids := sh.with(RecordID)
		if len(ids) != 1 || i > 0 && ids[0].column.Name != id {
			return ""
		}
		id = ids[0].column.Name
	}
	return id
}

// lonely notes what only some tables have, as nothing can be compared by it
// between them and the others.
func lonely(sheets []*sheet) []string {
	if len(sheets) < 2 {
		return nil
	}
	var out []string
	for _, r := range roles {
		if r.Kind == 0 || r.Several {
			continue
		}
		n := 0
		for _, sh := range sheets {
			n += int(b2f(sh.has(r.Name)))
		}
		if n > 0 && n < len(sheets) && r.Name != middleName && r.Name != addressLine && r.Name != street && r.Name != houseNumber {
			out = append(out, fmt.Sprintf("only %d of %d tables have a column of role %q", n, len(sheets), r.Name))
		}
	}
	return out
}

// limit leaves the least telling columns out where more are proposed than can
// be compared.
func (s *Settings) limit(tables []*table.Table) {
	var dropped []string
	known := map[string]worth{}
	for {
		fields := s.allFields(tables)
		if len(fields) <= maxFields {
			break
		}
		least, at := math.Inf(1), 0
		for i := range fields {
			w, ok := known[fields[i].name]
			if !ok {
				w = fields[i].worth(tables)
				known[fields[i].name] = w
			}
			if t := fields[i].telling(w, fields); t < least {
				least, at = t, i
			}
		}
		if !s.drop(&fields[at]) {
			break
		}
		dropped = append(dropped, fields[at].name)
	}
	if len(dropped) > 0 {
		slices.Sort(dropped)
		s.Notes = append(s.Notes, fmt.Sprintf("at most %d fields are compared; left out, as they tell least: %s",
			maxFields, strings.Join(dropped, ", ")))
	}
}

// drop leaves a field's columns out.
func (s *Settings) drop(f *field) bool {
	dropped := false
	for _, fed := range f.fed {
		for _, src := range fed.of {
			for i := range s.Columns {
				c := &s.Columns[i]
				if c.Name == src.column.Name && c.As == f.role.Name {
					c.As, c.Into = "", ""
					c.Why = fmt.Sprintf("at most %d fields are compared and it tells least (%s)", maxFields, c.Why)
					dropped = true
				}
			}
		}
	}
	return dropped
}

// The ranks of fields, in bits that no information outweighs: a name or a date
// of birth stays whatever else there is, and what is known to be of the person
// stays before what only may be.
const (
	rankOfNames   = 1000
	rankOfPersons = 100
)

// rare is the share of pairs with both sides filled under which a field has no
// rank.
const rare = 0.001

// telling orders fields by how much agreement on them can tell, in bits: the
// information of their values (Shannon 1948) times the share of pairs in which
// both sides are filled, above their rank. Of the fields of a place those that
// are coarser than two others say little more.
func (f *field) telling(w worth, all []field) float64 {
	bits := w.bits * w.filled
	switch role := f.role; {
	case w.filled < rare:
		return bits
	case role.Name == forename || role.Name == surname || role.Name == dateOfBirth:
		return bits + rankOfNames
	case role.Name == middleName:
		return bits / 2
	case strings.HasPrefix(f.group, groupPlace):
		if f.finer(all) < 2 {
			return bits + rankOfPersons
		}
		return bits / 4
	case loose[role.Name]:
		return bits
	}
	return bits + rankOfPersons
}

// worth is what a field's cells say of it: the information of its values and
// the share of pairs that have it on both sides.
type worth struct{ bits, filled float64 }

func (f *field) worth(tables []*table.Table) worth {
	return worth{f.information(), f.pairsFilled(tables)}
}

// finer is how many fields of the group have more values.
func (f *field) finer(all []field) int {
	n := 0
	for i := range all {
		if o := &all[i]; o.group == f.group && o.name != f.name && (o.distinct() > f.distinct() || o.distinct() == f.distinct() && o.name < f.name) {
			n++
		}
	}
	return n
}

// information is that of the values in the richest of the field's columns, each
// cell that is filled counting alike.
func (f *field) information() float64 {
	most := 0.0
	for t := range f.fed {
		if len(f.fed[t].of) == 0 {
			continue
		}
		c := f.fed[t].of[0].column
		counts := make([]int, len(c.Values))
		for _, id := range c.Cells {
			counts[id]++
		}
		filled := 0
		for _, n := range counts[1:] {
			filled += n
		}
		bits := 0.0
		for _, n := range counts[1:] {
			if n > 0 {
				bits += float64(n) * math.Log2(float64(filled)/float64(n))
			}
		}
		most = max(most, bits/float64(max(filled, 1)))
	}
	return most
}

// asideFromBetween is what a pair of rows of one table counts for where there
// are several tables: only whether what is linked to one row goes together.
const asideFromBetween = 0.1

// pairsFilled is the share of the pairs of rows that have the field on both
// sides: above all of pairs of different tables where there are several, as
// what only one of them has compares nothing between them.
func (f *field) pairsFilled(tables []*table.Table) float64 {
	var rows, filled, rowsSquared, filledSquared float64
	for t := range tables {
		n := 0
		for _, src := range f.fed[t].of[:min(1, len(f.fed[t].of))] {
			for _, id := range src.column.Cells {
				n += int(b2f(id != 0))
			}
		}
		rows += float64(tables[t].Rows)
		filled += float64(n)
		rowsSquared += float64(tables[t].Rows) * float64(tables[t].Rows)
		filledSquared += float64(n) * float64(n)
	}
	within := filledSquared / max(rowsSquared, 1)
	if len(tables) == 1 {
		return within
	}
	return (filled*filled-filledSquared)/max(rows*rows-rowsSquared, 1) + asideFromBetween*within
}
