package table

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"sync"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// Alternatives stands between the values of a Parquet cell that holds a list.
const Alternatives = "|"

var (
	errEncrypted = errors.New("is encrypted; write it again without encryption")
	errCutShort  = errors.New("is cut short or damaged: a Parquet file ends with a footer, and this one does not; send the whole file again")
	errDamaged   = errors.New("is a damaged Parquet file; send it again")
)

// parquetReader reads the columns of a file side by side.
type parquetReader struct {
	file    *parquet.File
	seed    maphash.Seed
	columns []*parquetColumn

	mu       sync.Mutex // of progress and what it has said
	done     int64
	size     int64
	progress func(done, total int64)
}

// parquetColumn is a column in the making.
type parquetColumn struct {
	column
	name   string
	leaf   int // the number of its column in the file
	levels int // the definition level of what is not null
	list   bool
	text   formatter
	err    error

	scratch []byte
	words   int      // values of the list being read
	open    bool     // a list is being read
	known   []uint32 // by number in the page's dictionary: 1 + number in ours
}

func readParquet(ctx context.Context, f *os.File, size int64, workers int, progress func(done, total int64)) (*Table, error) {
	file, err := openParquet(f, size)
	if err != nil {
		return nil, err
	}
	r := &parquetReader{file: file, seed: maphash.MakeSeed(), size: size, progress: progress}
	if err := r.layout(); err != nil {
		return nil, err
	}
	share(workers, len(r.columns), func(i int) {
		c := r.columns[i]
		if c.err = r.read(ctx, c); c.err != nil && ctx.Err() == nil {
			c.err = fmt.Errorf("column %q: %w", c.name, c.err)
		}
	})
	t := &Table{Rows: int(file.NumRows())}
	for _, c := range r.columns {
		if c.err != nil {
			return nil, c.err
		}
		t.Columns = append(t.Columns, Column{Name: c.name, Values: c.values, Cells: c.cells})
		t.Notes = append(t.Notes, c.mends.notes(c.name)...)
	}
	progress(size, size)
	return t, nil
}

// openParquet reads the footer. parquet-go panics on some that are damaged.
func openParquet(f *os.File, size int64) (file *parquet.File, err error) {
	defer func() {
		if recover() != nil {
			file, err = nil, errDamaged
		}
	}()
	var tail [8]byte
	if size < 12 {
		return nil, errCutShort
	}
	if _, err := f.ReadAt(tail[:], size-8); err != nil {
		return nil, err
	}
	switch string(tail[4:]) {
	case "PAR1":
	case "PARE":
		return nil, errEncrypted
	default:
		return nil, errCutShort
	}
	if int64(binary.LittleEndian.Uint32(tail[:4])) > size-12 {
		return nil, errCutShort
	}
	file, err = parquet.OpenFile(f, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true),
		parquet.ReadBufferSize(256<<10))
	if err != nil {
		return nil, errDamaged
	}
	return file, nil
}

// layout finds the columns, and makes sure that they can be read before any is.
func (r *parquetReader) layout() error {
	if err := r.sane(); err != nil {
		return err
	}
	var header [][]byte
	for _, c := range r.file.Root().Columns() {
		leaf, list := value(c)
		if leaf == nil {
			return fmt.Errorf("column %q is nested; make plain columns of its parts, or leave it out", c.Name())
		}
		text := formatterOf(leaf.Type())
		if text == nil {
			return fmt.Errorf("column %q holds neither text, numbers nor dates; leave it out", c.Name())
		}
		header = append(header, []byte(c.Name()))
		r.columns = append(r.columns, &parquetColumn{leaf: leaf.Index(), levels: leaf.MaxDefinitionLevel(), list: list, text: text,
			column: column{dictionary: newDictionary(r.seed)}})
	}
	if len(header) == 0 {
		return errors.New("has no columns")
	}
	if r.file.NumRows() == 0 {
		return errNoRows
	}
	names, _, err := names(header)
	for i, name := range names {
		r.columns[i].name = name
	}
	return err
}

// sane makes sure that what the footer promises fits the file.
func (r *parquetReader) sane() error {
	m := r.file.Metadata()
	if m.EncryptionAlgorithm.Value != nil {
		return errEncrypted
	}
	if m.NumRows >= maxRows {
		return fmt.Errorf("has over %d rows; split it", maxRows)
	}
	rows := int64(0)
	for _, g := range m.RowGroups {
		rows += g.NumRows
		for _, c := range g.Columns {
			switch {
			case c.CryptoMetadata.Value != nil || len(c.EncryptedColumnMetadata) > 0:
				return errEncrypted
			case c.FilePath != "":
				return errors.New("keeps its columns in other files; write it again as one file")
			case c.MetaData.Codec == format.LZO || c.MetaData.Codec == format.Lz4:
				return fmt.Errorf("is compressed with %s; write it again with snappy or zstd", c.MetaData.Codec)
			case !r.within(&c.MetaData), g.NumRows < 0:
				return errDamaged
			}
		}
	}
	if rows != m.NumRows {
		return errDamaged
	}
	return nil
}

// within says whether a column chunk lies within the file.
func (r *parquetReader) within(c *format.ColumnMetaData) bool {
	from := c.DataPageOffset
	if c.DictionaryPageOffset > 0 {
		from = min(from, c.DictionaryPageOffset)
	}
	return from >= 4 && c.TotalCompressedSize >= 0 && c.TotalCompressedSize <= r.size-from
}

// value finds the values of a column: its own, or those of a plain list; nil if
// it is nested in any other way.
func value(c *parquet.Column) (leaf *parquet.Column, list bool) {
	for !c.Leaf() {
		if len(c.Columns()) != 1 {
			return nil, false
		}
		c = c.Columns()[0]
	}
	if c.MaxRepetitionLevel() > 1 {
		return nil, false
	}
	return c, c.MaxRepetitionLevel() == 1
}

// read reads one column. parquet-go panics on some that are damaged.
func (r *parquetReader) read(ctx context.Context, c *parquetColumn) (err error) {
	defer func() {
		if recover() != nil {
			err = errDamaged
		}
	}()
	rows := 0
	for i, g := range r.file.RowGroups() {
		rows += int(g.NumRows())
		if err := r.readChunk(ctx, c, g.ColumnChunks()[c.leaf], rows); err != nil {
			return err
		}
		c.closeList()
		if len(c.cells) != rows {
			return errDamaged
		}
		r.advance(r.file.Metadata().RowGroups[i].Columns[c.leaf].MetaData.TotalCompressedSize)
	}
	return nil
}

func (r *parquetReader) advance(bytes int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done += bytes
	r.progress(min(r.done, r.size), r.size)
}

func (r *parquetReader) readChunk(ctx context.Context, c *parquetColumn, chunk parquet.ColumnChunk, rows int) error {
	pages := chunk.Pages()
	defer pages.Close()
	c.known = c.known[:0]
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errDamaged
		}
		err = c.readPage(page, rows)
		parquet.Release(page)
		if err != nil {
			return err
		}
	}
}

// readPage appends a page's cells, up to rows in all.
func (c *parquetColumn) readPage(page parquet.Page, rows int) error {
	if page.Dictionary() != nil && !c.list {
		return c.readIndexed(page, rows)
	}
	var batch [512]parquet.Value
	values := page.Values()
	for {
		n, err := values.ReadValues(batch[:])
		for _, v := range batch[:n] {
			if err := c.add(v); err != nil {
				return err
			}
		}
		if len(c.cells) > rows {
			return errDamaged
		}
		if errors.Is(err, io.EOF) || n == 0 && err == nil {
			return nil
		}
		if err != nil {
			return errDamaged
		}
	}
}

// readIndexed appends the cells of a page that refers to a dictionary, each of
// whose texts is made once.
func (c *parquetColumn) readIndexed(page parquet.Page, rows int) error {
	dict := page.Dictionary()
	for len(c.known) < dict.Len() {
		c.known = append(c.known, 0)
	}
	data := page.Data()
	indexes, levels := data.Int32(), page.DefinitionLevels()
	if len(c.cells)+max(len(levels), len(indexes)) > rows {
		return errDamaged
	}
	if len(levels) == 0 {
		return c.addIndexes(dict, indexes)
	}
	next := 0
	for _, l := range levels {
		if int(l) < c.levels {
			c.cells = append(c.cells, 0)
			continue
		}
		if next == len(indexes) {
			return errDamaged
		}
		if err := c.addIndexes(dict, indexes[next:next+1]); err != nil {
			return err
		}
		next++
	}
	return nil
}

func (c *parquetColumn) addIndexes(dict parquet.Dictionary, indexes []int32) error {
	for _, i := range indexes {
		if i < 0 || int(i) >= len(c.known) {
			return errDamaged
		}
		if known := c.known[i]; known > 0 {
			c.cells = append(c.cells, known-1)
			continue
		}
		c.scratch = c.text(c.scratch[:0], dict.Index(i))
		was := c.mends
		if err := c.addText(c.scratch); err != nil {
			return err
		}
		if c.mends == was { // a text that was mended is counted each time
			c.known[i] = c.cells[len(c.cells)-1] + 1
		}
	}
	return nil
}

// add appends a value: a cell, or a part of a list.
func (c *parquetColumn) add(v parquet.Value) error {
	if c.list && v.RepetitionLevel() > 0 && !c.open {
		return errDamaged
	}
	if c.list && v.RepetitionLevel() == 0 {
		c.closeList()
		c.open = true
	}
	if !c.list {
		c.scratch = c.scratch[:0]
	}
	if !v.IsNull() {
		if c.list && c.words > 0 {
			c.scratch = append(c.scratch, Alternatives...)
		}
		c.scratch = c.text(c.scratch, v)
		c.words++
	}
	if c.list {
		if len(c.scratch) > maxCell {
			return errLongCell(len(c.cells))
		}
		return nil
	}
	return c.addText(c.scratch)
}

// closeList appends the list that was read as a cell.
func (c *parquetColumn) closeList() {
	if c.open {
		_ = c.addText(c.scratch) // its length is checked before
	}
	c.scratch, c.words, c.open = c.scratch[:0], 0, false
}

func errLongCell(row int) error {
	return fmt.Errorf("row %d has a value of over %d MiB; leave the column out", row+1, maxCell>>20)
}

// addText appends a cell's text.
func (c *parquetColumn) addText(text []byte) error {
	if len(text) > maxCell {
		return errLongCell(len(c.cells))
	}
	if text = trim(text); len(text) == 0 {
		c.cells = append(c.cells, 0)
		return nil
	}
	text, what := clean(text)
	if what != asIs {
		c.mends.add(what, len(c.cells))
	}
	c.cells = append(c.cells, c.number(maphash.Bytes(c.seed, text), text))
	return nil
}
