package table

import (
	"fmt"
)

// mends count what was done to a column's cells.
type mends struct {
	cells [lost + 1]int
	first [lost + 1]int // row of the first, from 1
}

// add counts cells, of which the first is in row, from 0.
func (m *mends) add(what mend, row int) {
	if m.cells[what] == 0 {
		m.first[what] = row + 1
	}
	m.cells[what]++
}

// count counts the cells of a chunk's part whose first row is base.
func (m *mends) count(p *part, base int) {
	for i, cell := range p.cells {
		if what := p.entries[cell].mend; what != asIs {
			m.add(what, base+i)
		}
	}
}

// notes say it in words.
func (m *mends) notes(column string) []string {
	var out []string
	if n := m.cells[blankWord]; n > 0 {
		out = append(out, fmt.Sprintf("column %q: %s of %s taken as blank, the first in row %d",
			column, cells(n), "NULL, NA, nan or the like", m.first[blankWord]))
	}
	if n := m.cells[codePage] + m.cells[lost]; n > 0 {
		first := m.first[codePage]
		if first == 0 || m.first[lost] > 0 && m.first[lost] < first {
			first = m.first[lost]
		}
		out = append(out, fmt.Sprintf("column %q: %s not in UTF-8 and read as Windows-1252, the first in row %d",
			column, cells(n), first))
	}
	if n := m.cells[lost]; n > 0 {
		out = append(out, fmt.Sprintf("column %q: %s with characters that could not be read", column, cells(n)))
	}
	return out
}

func cells(n int) string {
	if n == 1 {
		return "1 cell"
	}
	return fmt.Sprintf("%d cells", n)
}
