// Package table reads a table of people from a CSV or Parquet file into
// dictionary-encoded columns. It decides what a cell's text is; it never decides
// what it means.
package table

import "context"

// Table is a table in memory, column by column.
type Table struct {
	// Name is the file's name without folder and ending.
	Name string
	// Rows is how many records there are.
	Rows int
	// Columns are in the order of the file.
	Columns []Column
	// Notes say in plain words what was mended or doubtful while reading.
	Notes []string
}

// Column is one column, each distinct text kept once.
type Column struct {
	Name string
	// Values are the distinct texts, trimmed of surrounding space, in the order
	// of their first appearance; Values[0] is blank.
	Values []string
	// Cells hold the number of each row's value.
	Cells []uint32
}

// Column returns the column of a name, nil if there is none.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Text returns the text of a cell.
func (c *Column) Text(row int) string { return c.Values[c.Cells[row]] }

// Read reads a CSV or Parquet file, which of them its content tells. It blocks
// until done; progress, if set, hears of the bytes read.
func Read(ctx context.Context, path string, workers int, progress func(done, total int64)) (*Table, error) {
	panic("not yet")
}
