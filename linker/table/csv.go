package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"sync"
	"sync/atomic"
)

// csvReader puts a table together from chunks.
type csvReader struct {
	sep     byte
	seed    maphash.Seed
	workers int
	names   []string
	notes   []string
	columns []column
	rows    int   // of the chunks taken apart
	lines   int   // of the chunks taken apart
	bytes   int64 // of the chunks taken apart
	loose   int
	extra   int
}

// column is a column in the making.
type column struct {
	*dictionary
	cells []uint32
	mends mends
}

// part of a round: a chunk with its place in the table.
type placed struct {
	*chunk
	from int // place of its first record in its text
	err  error
}

func readCSV(ctx context.Context, file io.Reader, size int64, workers int, progress func(done, total int64)) (*Table, error) {
	return readChunks(ctx, file, size, chunkSize, workers, progress)
}

// readChunks reads a CSV file in chunks of so many bytes, where records fit.
func readChunks(ctx context.Context, file io.Reader, size int64, bytes, workers int, progress func(done, total int64)) (*Table, error) {
	in := &counted{in: file}
	src, err := newSource(in)
	if err != nil {
		return nil, err
	}
	r := &csvReader{seed: maphash.MakeSeed(), workers: workers, notes: src.notes}
	first, cut, err := r.begin(src, bytes)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	chunks, free := make(chan placed, workers), make(chan *chunk, 3*workers)
	go func() {
		defer close(chunks)
		deal(ctx, cut, first, chunks, free)
	}()
	var last []placed
	for more := true; more || len(last) > 0; {
		var batch []placed
		if batch, more, err = collect(ctx, chunks, workers); err != nil {
			return nil, err
		}
		expected := r.expected(size, in.n.Load())
		r.round(last, batch, expected)
		for _, p := range last {
			free <- p.chunk
		}
		if err := r.place(batch); err != nil {
			return nil, err
		}
		last = batch
		progress(min(in.n.Load(), max(size, 1)), size)
	}
	return r.table()
}

// begin reads the header, and returns the chunk that it stands in.
func (r *csvReader) begin(src *source, size int) (placed, *cutter, error) {
	head, err := src.head()
	if err != nil {
		return placed{}, nil, err
	}
	whole := len(head) < headSize
	if head = bytes.Clone(head); src.crEnd {
		head = bytes.ReplaceAll(head, []byte{'\r'}, []byte{'\n'})
	}
	sep, skip := declared(head)
	if skip == 0 {
		sep = separator(head, whole)
	}
	r.sep = sep
	for _, s := range separators[1:] {
		if s.sep == sep {
			r.notes = append(r.notes, "values are separated by "+s.name)
		}
	}
	if skip > 0 {
		r.lines++
		if _, err := src.in.Discard(skip); err != nil {
			return placed{}, nil, err
		}
	}
	cut := &cutter{in: src, sep: sep, size: size}
	text, err := r.afterBlanks(cut)
	if err != nil {
		return placed{}, nil, err
	}
	after, err := r.header(text)
	if err != nil {
		return placed{}, nil, err
	}
	c := new(chunk)
	c.reset(text, len(r.names))
	return placed{chunk: c, from: after}, cut, nil
}

// afterBlanks passes over blank lines and returns the first chunk with more.
func (r *csvReader) afterBlanks(cut *cutter) ([]byte, error) {
	said := "is empty"
	for {
		text, err := cut.next(nil)
		if errors.Is(err, io.EOF) {
			return nil, errors.New(said + "; the first row has to name the columns")
		}
		if err != nil {
			return nil, err
		}
		s := newSplitter(text, r.sep)
		i := 0
		for i < len(text) && s.blankLine(i) > i {
			i = s.blankLine(i)
			r.lines++
		}
		if i < len(text) {
			return text[i:], nil
		}
		said = "is blank"
	}
}

// header reads the names of the columns and returns the place after them.
func (r *csvReader) header(text []byte) (int, error) {
	s := newSplitter(text, r.sep)
	values, after := s.record(0)
	if after < 0 {
		return 0, errors.New("a quote opens in the header and never closes; close it, or export the file again")
	}
	var notes []string
	var err error
	if r.names, notes, err = names(values); err != nil {
		return 0, err
	}
	r.notes = append(r.notes, notes...)
	r.columns = make([]column, len(r.names))
	for i := range r.columns {
		r.columns[i].dictionary = newDictionary(r.seed)
	}
	return min(after, len(text)), nil
}

// deal cuts the text into chunks and sends them in order, the last with the
// error that ended it.
func deal(ctx context.Context, cut *cutter, next placed, chunks chan<- placed, free <-chan *chunk) {
	columns := len(next.parts)
	for {
		select {
		case chunks <- next:
		case <-ctx.Done():
			return
		}
		if next.err != nil {
			return
		}
		next = placed{}
		select {
		case next.chunk = <-free:
		default:
			next.chunk = new(chunk)
		}
		text, err := cut.next(next.text)
		if errors.Is(err, io.EOF) {
			return
		}
		next.reset(text, columns)
		next.err = err
	}
}

// collect takes as many chunks as there are workers. An error stands in the
// stead of the rows that cannot be read.
func collect(ctx context.Context, chunks <-chan placed, n int) (batch []placed, more bool, err error) {
	for range n {
		select {
		case p, ok := <-chunks:
			if !ok { // also when the dealer was stopped, and was seen to before the stop was
				return batch, false, ctx.Err()
			}
			batch = append(batch, p)
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
	return batch, true, nil
}

// round merges the chunks of the round before into the columns and takes the
// next ones apart, side by side.
func (r *csvReader) round(before, next []placed, expected int) {
	merges := 0
	if len(before) > 0 {
		merges = len(r.columns)
	}
	share(r.workers, merges+len(next), func(task int) {
		if task >= merges {
			if p := next[task-merges]; p.err == nil {
				p.parse(p.from, r.sep, r.seed)
			}
			return
		}
		for _, p := range before {
			r.columns[task].merge(p.chunk, task, expected)
		}
	})
}

// share does tasks 0 to n-1 with so many workers, and returns when all are done.
func share(workers, n int, do func(task int)) {
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}

// place gives the chunks of a round their place, in the order of the file, or
// says what is wrong with the first row that cannot be read.
func (r *csvReader) place(batch []placed) error {
	for _, p := range batch {
		if p.err != nil {
			return p.err
		}
		if p.fault != nil {
			return r.explain(p.chunk)
		}
		r.rows += p.rows
		r.lines += p.lines
		r.bytes += int64(p.size)
		r.loose += p.loose
		r.extra += p.extra
		if r.rows >= maxRows {
			return fmt.Errorf("has over %d rows; split it", maxRows)
		}
	}
	return nil
}

// explain says what is wrong with the row that a chunk ends at.
func (r *csvReader) explain(c *chunk) error {
	f := c.fault
	at := fmt.Sprintf("row %d (line %d)", r.rows+f.row+1, r.lines+bytes.Count(c.text[:f.at], []byte{'\n'})+1)
	switch f.what {
	case unclosed:
		return fmt.Errorf("%s has a quote that opens and never closes; close it, or export the file again", at)
	case longRow:
		return fmt.Errorf("%s is over %d MiB long; a quote is probably missing", at, maxRecord>>20)
	case longCell:
		return fmt.Errorf("%s has a value of over %d MiB in column %d; a quote is probably missing", at, maxCell>>20, f.column+1)
	}
	return fmt.Errorf("%s has %d values, but the header names %d columns; quote values that hold the separator "+
		"or a line end", at, f.values, len(r.names))
}

// expected is how many rows the file will have, as far as can be told from those
// read; 0 if it cannot.
func (r *csvReader) expected(size, read int64) int {
	if r.bytes == 0 || read == 0 || size == 0 {
		return 0
	}
	return int(float64(r.rows) / float64(r.bytes) * float64(size) * 1.02)
}

// merge appends a chunk's cells to the column.
func (c *column) merge(part *chunk, at, expected int) {
	p := &part.parts[at]
	if cap(c.cells) < expected {
		c.cells = append(make([]uint32, 0, expected), c.cells...)
	}
	p.numbers = append(p.numbers[:0], 0)
	for entries := range slices.Chunk(p.entries[1:], ahead) {
		c.touch(entries)
		for _, e := range entries {
			p.numbers = append(p.numbers, c.number(e.hash, part.text[e.from:e.to]))
		}
	}
	if p.mended {
		c.mends.count(p, len(c.cells))
	}
	if rows := len(c.cells) + part.rows; len(c.values) > rows/8*7 && expected > rows {
		c.expect(expected) // next to every row has a value of its own
	}
	for _, cell := range p.cells {
		c.cells = append(c.cells, p.numbers[cell])
	}
}

// table is what was read.
func (r *csvReader) table() (*Table, error) {
	t := &Table{Rows: r.rows, Notes: r.notes}
	for i := range r.columns {
		c := &r.columns[i]
		t.Columns = append(t.Columns, Column{Name: r.names[i], Values: c.values, Cells: c.cells})
		t.Notes = append(t.Notes, c.mends.notes(r.names[i])...)
	}
	if r.loose > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("values that go on after their closing quote: %d; the rest was kept", r.loose))
	}
	if r.extra > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("rows with blank values beyond the last column: %d; those were left out", r.extra))
	}
	if n := t.dropBlankEnd(); n > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("blank rows at the end: %d; they were left out", n))
	}
	if t.Rows == 0 {
		return nil, errNoRows
	}
	return t, nil
}

var errNoRows = errors.New("holds the names of columns and no rows")

// dropBlankEnd leaves out the rows at the end of which all cells are blank.
func (t *Table) dropBlankEnd() int {
	rows := t.Rows
	for t.Rows > 0 && t.blankRow(t.Rows-1) {
		t.Rows--
	}
	for i := range t.Columns {
		t.Columns[i].Cells = t.Columns[i].Cells[:t.Rows]
	}
	return rows - t.Rows
}

func (t *Table) blankRow(row int) bool {
	for i := range t.Columns {
		if t.Columns[i].Cells[row] != 0 {
			return false
		}
	}
	return true
}
