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
	for {
		fields := s.allFields(tables)
		if len(fields) <= maxFields {
			return
		}
		least, at := math.Inf(1), 0
		for i := range fields {
			if t := fields[i].telling(tables); t < least {
				least, at = t, i
			}
		}
		if !s.drop(&fields[at]) {
			return
		}
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
					c.As, c.Why = "", fmt.Sprintf("left out: %s, but at most %d fields are compared and it tells least", c.Why, maxFields)
					dropped = true
				}
			}
		}
	}
	if dropped {
		s.Notes = append(s.Notes, fmt.Sprintf("%s is left out: at most %d fields are compared, and it tells least", f.name, maxFields))
	}
	return dropped
}

// telling is how much agreement on a field can tell, in bits: the information
// of its values (Shannon 1948), less what is blank; what names and dates tell
// counts double, as nothing else stands for them.
func (f *field) telling(tables []*table.Table) float64 {
	bits, rows := 0.0, 0
	for t := range tables {
		rows += tables[t].Rows
		if len(f.fed[t].of) == 0 {
			continue
		}
		c := f.fed[t].of[0].column
		counts := make([]int, len(c.Values))
		for _, id := range c.Cells {
			counts[id]++
		}
		for _, n := range counts[1:] {
			if n > 0 {
				bits += float64(n) * math.Log2(float64(len(c.Cells))/float64(n))
			}
		}
	}
	bits /= float64(max(rows, 1))
	switch f.role.Name {
	case forename, surname, dateOfBirth:
		return bits + 100
	case middleName:
		return bits / 2
	}
	if strings.HasPrefix(f.role.Group, groupPlace) {
		return bits * 0.8
	}
	return bits
}
