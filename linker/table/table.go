// Package table reads a table of people from a CSV or Parquet file into
// dictionary-encoded columns. It decides what a cell's text is; it never decides
// what it means.
//
// A CSV file is cut into chunks of whole records; the chunks are taken apart side
// by side, each with small dictionaries of its own, and those are then merged in
// the order of the file. What comes out depends on the file alone, not on the
// workers. See docs/decisions/0011-reading-tables.md.
package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

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

// Limits of what is read; a file beyond them is refused.
const (
	maxRows    = 1 << 31
	maxColumns = 4096
	maxCell    = 1 << 20  // bytes
	maxRecord  = 16 << 20 // bytes
)

// Read reads a CSV file, as it is or compressed with gzip, or a Parquet file;
// which of them its content tells, not its name. It blocks until done, uses at
// most workers goroutines at a time, and stops with ctx. progress, if set,
// hears of the file's bytes read, one call at a time; total is 0 where the size
// is not known.
//
// An error begins with the path and says what is wrong with the file, with the
// row, of which the first after the header is row 1; it never holds a cell's
// text. What was mended without harm stands in the table's Notes.
func Read(ctx context.Context, path string, workers int, progress func(done, total int64)) (*Table, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	t, err := open(ctx, path, max(workers, 1), progress)
	if err != nil {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w", path, withoutPath(err))
	}
	t.Name = nameOf(path)
	return t, nil
}

// withoutPath leaves out the path that the operating system's errors hold.
func withoutPath(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// nameOf is a file's name without folder and ending.
func nameOf(path string) string {
	name := filepath.Base(path)
	if ext := filepath.Ext(name); strings.EqualFold(ext, ".gz") {
		name = strings.TrimSuffix(name, ext)
	}
	if short := strings.TrimSuffix(name, filepath.Ext(name)); short != "" {
		return short
	}
	return name
}

func open(ctx context.Context, path string, workers int, progress func(done, total int64)) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("is a directory; name a CSV or Parquet file within it")
	}
	if !info.Mode().IsRegular() {
		return readCSV(ctx, f, 0, workers, progress)
	}
	var magic [4]byte
	n, err := f.ReadAt(magic[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.Equal(magic[:n], []byte("PAR1")) || bytes.Equal(magic[:n], []byte("PARE")) {
		return readParquet(ctx, f, info.Size(), workers, progress)
	}
	return readCSV(ctx, f, info.Size(), workers, progress)
}
