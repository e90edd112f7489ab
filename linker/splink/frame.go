package splink

import (
	"fmt"
	"strings"

	"github.com/hearthmatch/hearth/linker/table"
)

// words numbers every distinct text once; 0 is null.
type words struct {
	numbers map[string]uint32
	texts   []string
}

func newWords() *words {
	return &words{numbers: map[string]uint32{}, texts: []string{""}}
}

// add numbers a text, which may be empty but not null.
func (w *words) add(s string) uint32 {
	if n, ok := w.numbers[s]; ok {
		return n
	}
	n := uint32(len(w.texts))
	w.numbers[s] = n
	w.texts = append(w.texts, s)
	return n
}

func (w *words) text(n uint32) string { return w.texts[n] }

// frame is all tables' rows, one after another, as the SQL sees them. A rule
// that explodes lists has a frame of its own, with a row per combination.
type frame struct {
	rows   int
	words  *words
	tables []*table.Table
	// starts are the first rows of the tables.
	starts []int
	// cells are the texts of a column by row.
	cells map[string][]uint32
	// origin is the row of the tables that a row came from; nil where it is the same.
	origin []int32
}

func newFrame(tables []*table.Table) *frame {
	f := &frame{words: newWords(), tables: tables, cells: map[string][]uint32{}}
	for _, t := range tables {
		f.starts = append(f.starts, f.rows)
		f.rows += t.Rows
	}
	return f
}

// findColumn finds a column by its name, or by its name in other case, as
// DuckDB does.
func findColumn(t *table.Table, name string) *table.Column {
	if c := t.Column(name); c != nil {
		return c
	}
	for i := range t.Columns {
		if strings.EqualFold(t.Columns[i].Name, name) {
			return &t.Columns[i]
		}
	}
	return nil
}

// column returns the texts of a column by row; blank cells are null.
func (f *frame) column(name string) ([]uint32, error) {
	if c, ok := f.cells[name]; ok {
		return c, nil
	}
	out := make([]uint32, f.rows)
	for i, t := range f.tables {
		c := findColumn(t, name)
		if c == nil {
			return nil, fmt.Errorf("table %q has no column %q, which the model needs", t.Name, name)
		}
		numbers := make([]uint32, len(c.Values))
		for v, s := range c.Values {
			if s != "" {
				numbers[v] = f.words.add(s)
			}
		}
		for row, v := range c.Cells {
			out[f.starts[i]+row] = numbers[v]
		}
	}
	f.cells[name] = out
	return out, nil
}

// place names a row for an error: its table and its number in it, from 1.
func (f *frame) place(row int) string {
	if f.origin != nil {
		row = int(f.origin[row])
	}
	for i := len(f.starts) - 1; i >= 0; i-- {
		if row >= f.starts[i] {
			return fmt.Sprintf("table %q, record %d", f.tables[i].Name, row-f.starts[i]+1)
		}
	}
	return fmt.Sprintf("record %d", row+1)
}

// explode makes a frame with a row for each element of each of some columns'
// lists; a row with an empty list or none falls away.
func (f *frame) explode(columns []string, separator string) (*frame, error) {
	out := &frame{words: f.words, tables: f.tables, starts: f.starts, cells: map[string][]uint32{}}
	out.origin = make([]int32, f.rows)
	for i := range out.origin {
		out.origin[i] = int32(i)
	}
	for _, name := range columns {
		cells, err := f.column(name)
		if err != nil {
			return nil, err
		}
		lists, err := f.lists(cells, name, separator)
		if err != nil {
			return nil, err
		}
		var origin []int32
		var elements []uint32
		var from []int32
		for at, row := range out.origin {
			for _, e := range lists[row] {
				origin = append(origin, row)
				elements = append(elements, e)
				from = append(from, int32(at))
			}
		}
		for done, cells := range out.cells {
			out.cells[done] = pick(cells, from)
		}
		out.origin, out.cells[name] = origin, elements
	}
	out.rows = len(out.origin)
	return out, nil
}

// pick copies the cells at some places.
func pick(cells []uint32, at []int32) []uint32 {
	out := make([]uint32, len(at))
	for i, a := range at {
		out[i] = cells[a]
	}
	return out
}

// carry brings a column that is not exploded from the frame that this one came from.
func (f *frame) carry(from *frame, name string) error {
	if _, ok := f.cells[name]; ok || f.origin == nil {
		return nil
	}
	cells, err := from.column(name)
	if err == nil {
		f.cells[name] = pick(cells, f.origin)
	}
	return err
}

// lists reads cells as lists: [a, b] with or without quotes, as DuckDB, JSON and
// Python write them, or elements between separators. A null cell is a nil list.
func (f *frame) lists(cells []uint32, name, separator string) ([][]uint32, error) {
	read := make(map[uint32][]uint32)
	out := make([][]uint32, len(cells))
	for row, w := range cells {
		if w == 0 {
			continue
		}
		list, ok := read[w]
		if !ok {
			elements, err := parseList(f.words.text(w), separator)
			if err != nil {
				return nil, fmt.Errorf("%s, column %q: %w", f.place(row), name, err)
			}
			list = make([]uint32, len(elements))
			for i, e := range elements {
				if e.given {
					list[i] = f.words.add(e.text)
				}
			}
			read[w] = list
		}
		out[row] = list
	}
	return out, nil
}

// element is one of a list's; it is null where it is not given.
type element struct {
	text  string
	given bool
}

// parseList reads the text of a list.
func parseList(s, separator string) ([]element, error) {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		var out []element
		for _, part := range strings.Split(s, separator) {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, element{part, true})
			}
		}
		return out, nil
	}
	s = strings.TrimSpace(s[1 : len(s)-1])
	out := []element{}
	for s != "" {
		e, rest, err := parseElement(s)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
		if s = strings.TrimSpace(rest); s == "" {
			break
		}
		if s[0] != ',' {
			return nil, fmt.Errorf("a comma is missing in the list")
		}
		s = strings.TrimSpace(s[1:])
	}
	return out, nil
}

// parseElement reads one element and returns what follows it.
func parseElement(s string) (element, string, error) {
	if s[0] != '\'' && s[0] != '"' {
		end := strings.IndexByte(s, ',')
		if end < 0 {
			end = len(s)
		}
		text := strings.TrimSpace(s[:end])
		null := text == "NULL" || text == "null" || text == "None"
		return element{text, !null}, s[end:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == s[0]:
			return element{b.String(), true}, s[i+1:], nil
		default:
			b.WriteByte(s[i])
		}
	}
	return element{}, "", fmt.Errorf("a quote in the list does not close")
}
