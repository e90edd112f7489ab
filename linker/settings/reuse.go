package settings

import (
	"fmt"
	"slices"

	"github.com/hearthmatch/hearth/linker/table"
)

// Reuse gives the settings that a model was trained with for other tables. What
// is compared has to be there, or it fails with ErrSettings; what only names the
// rows, or is left out, may be called otherwise: the column that names a row is
// then looked for anew.
func (s *Settings) Reuse(tables []*table.Table) (*Settings, error) {
	out := *s
	out.Columns = nil
	for _, c := range s.Columns {
		r := role(c.As)
		found := slices.ContainsFunc(tables, func(t *table.Table) bool {
			return (c.Table == "" || c.Table == t.Name) && t.Column(c.Name) != nil
		})
		switch {
		case found:
			out.Columns = append(out.Columns, c)
		case r != nil && !r.Out:
			return nil, fmt.Errorf("the model compares the column %q, which no table has; train one on these tables: %w", c.Name, ErrSettings)
		}
	}
	for _, t := range tables {
		if out.IDColumn(t) != nil {
			continue
		}
		p, err := Propose([]*table.Table{t})
		if err != nil {
			continue // rows have numbers
		}
		if id := p.IDColumn(t); id != nil {
			out.Columns = slices.DeleteFunc(out.Columns, func(c Column) bool { return c.Name == id.Name && c.As == "" })
			out.Columns = append(out.Columns, Column{Name: id.Name, Table: t.Name, As: RecordID, Why: "names the row"})
		}
	}
	return &out, nil
}
