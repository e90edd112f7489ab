package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/hearthmatch/hearth/family"
)

// FileOptions say how a file is to be read.
type FileOptions struct {
	// DropUndeclared drops columns that the feed does not declare, instead of
	// refusing the file.
	DropUndeclared bool
}

// FileReader reads the rows of one delivery file in the CSV form of feeds.md.
// It is not safe for concurrent use.
type FileReader struct {
	name string
	feed family.Feed
	file *os.File
	info os.FileInfo
	enc  encoding
	bom  int
	hash string
	rows int64
	head header

	scan   *scanner
	offset *countingReader
	values []family.Value
}

// fileError is what is wrong with a file as a whole, in one sentence. It is of
// the kind family.ErrInvalid.
type fileError struct{ file, sentence string }

// Error is the file's name, where known, and the sentence.
func (e *fileError) Error() string {
	if e.file == "" {
		return e.sentence
	}
	return e.file + ": " + e.sentence
}

// Unwrap says that the file is at fault.
func (e *fileError) Unwrap() error { return family.ErrInvalid }

// faultf makes a fault of a file whose name is not known yet.
func faultf(format string, args ...any) error {
	return &fileError{sentence: fmt.Sprintf(format, args...)}
}

// OpenFile opens a delivery file of the feed and reads it through once, so
// that what is wrong with the file as a whole (its kind, its encoding, its
// header, a quote that never closes) is known before a row of it is used. Such
// faults are of the kind family.ErrInvalid; failures of the disk are not. A
// file with a header and no rows is right, and has no rows.
func OpenFile(path string, feed family.Feed, opt FileOptions) (*FileReader, error) {
	if !feed.Valid() {
		return nil, fmt.Errorf("unknown feed: %w", family.ErrInvalid)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open delivery: %w", err)
	}
	r := &FileReader{name: filepath.Base(path), feed: feed, file: f}
	if err := r.prescan(opt); err != nil {
		f.Close()
		return nil, err
	}
	if err := r.Rewind(); err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

// prescan reads the whole file once: its kind, header, rows and digest.
func (r *FileReader) prescan(opt FileOptions) error {
	info, err := r.file.Stat()
	if err != nil {
		return fmt.Errorf("open delivery: %w", err)
	}
	if !info.Mode().IsRegular() {
		return r.named(faultf("is not a file; name a CSV file"))
	}
	r.info = info
	if err := r.sniff(); err != nil {
		return err
	}
	digest := sha256.New()
	s := newScanner(&source{in: r.file, enc: r.enc, skip: r.bom, hash: digest})
	if r.head, err = readHeader(s, r.feed, opt); err != nil {
		return r.named(err)
	}
	for err = s.scan(); err == nil; err = s.scan() {
		r.rows++
	}
	if !errors.Is(err, io.EOF) {
		return r.named(err)
	}
	r.hash = hex.EncodeToString(digest.Sum(nil))
	return nil
}

// sniff tells from the file's first bytes what it is.
func (r *FileReader) sniff() error {
	head := make([]byte, 8)
	n, err := io.ReadFull(r.file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return r.named(err)
	}
	head = head[:n]
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			return r.named(faultf("%s", s.fault))
		}
	}
	if r.enc, r.bom, err = sniff(head); err != nil {
		return r.named(err)
	}
	if _, err = r.file.Seek(0, io.SeekStart); err != nil {
		return r.named(err)
	}
	return nil
}

// named gives an error the file's name.
func (r *FileReader) named(err error) error {
	var fault *fileError
	if errors.As(err, &fault) {
		return &fileError{r.name, fault.sentence}
	}
	return fmt.Errorf("read %s: %w", r.name, err)
}

// Rewind goes back to the first row.
func (r *FileReader) Rewind() error {
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return r.named(err)
	}
	r.offset = &countingReader{in: r.file}
	r.scan = newScanner(&source{in: r.offset, enc: r.enc, skip: r.bom})
	r.scan.sep, r.scan.crEnds = r.head.sep, r.head.crEnds
	var fault *fileError
	switch err := r.scan.scan(); {
	case errors.Is(err, io.EOF), errors.As(err, &fault):
		return r.changed()
	case err != nil:
		return r.named(err)
	}
	return nil
}

// changed is the fault of a file that is not what it was a moment ago.
func (r *FileReader) changed() error {
	return r.named(faultf("the file changed while it was being read; wait until it is complete and send it again"))
}

// Next returns the filled columns of the next row, in the order of the file,
// or why the line is no row, with its record_id where that can be told. The
// slice is used again by the next call; the texts are not. After the last row
// it returns io.EOF.
func (r *FileReader) Next() (values []family.Value, unreadable []family.Problem, err error) {
	switch err := r.scan.scan(); {
	case errors.Is(err, io.EOF):
		if now, err := r.file.Stat(); err != nil || now.Size() != r.info.Size() || !now.ModTime().Equal(r.info.ModTime()) {
			return nil, nil, r.changed()
		}
		return nil, nil, io.EOF
	case err != nil:
		return nil, nil, r.named(err)
	}
	s := r.scan
	r.values = r.values[:0]
	switch {
	case len(s.record) > maxRow:
		return nil, []family.Problem{problem(0, reasonRowTooLong)}, nil
	case s.badText:
		return r.key(), []family.Problem{problem(0, reasonQuote)}, nil
	case len(s.fields) != len(r.head.columns):
		return r.key(), []family.Problem{problem(0, reasonFieldCount)}, nil
	}
	unreadable = r.read(string(s.record))
	if len(unreadable) > 0 {
		return r.onlyKey(), unreadable, nil
	}
	return r.values, nil, nil
}

// read cuts the record into values.
func (r *FileReader) read(record string) (unreadable []family.Problem) {
	valid := utf8.ValidString(record)
	for i, f := range r.scan.fields {
		c := r.head.columns[i]
		if c == 0 || f.from == f.to {
			continue
		}
		text, ok := r.text(record[f.from:f.to], f.escaped, valid)
		if !ok {
			unreadable = append(unreadable, problem(c, reasonUndecodable))
			continue
		}
		if text = trimSpaces(text); text != "" {
			r.values = append(r.values, family.Value{Column: c, Text: text})
		}
	}
	return unreadable
}

// text decodes one field.
func (r *FileReader) text(field string, escaped, valid bool) (string, bool) {
	if escaped {
		field = strings.ReplaceAll(field, `""`, `"`)
	}
	if valid || utf8.ValidString(field) {
		return field, true
	}
	if r.enc != utf8Or1252 {
		return "", false
	}
	return from1252(field)
}

// key returns the row's key from a record that could not be cut into its
// columns. Only a key in the first column is sure to be one.
func (r *FileReader) key() []family.Value {
	if r.head.columns[0] != r.feed.Key() {
		return nil
	}
	f := r.scan.fields[0]
	text, ok := r.text(string(r.scan.record[f.from:f.to]), f.escaped, false)
	if text = trimSpaces(text); !ok || text == "" || strings.ContainsRune(text, '"') || longer(text, maxRecordID) {
		return nil
	}
	return append(r.values, family.Value{Column: r.feed.Key(), Text: text})
}

// onlyKey keeps the row's key of the values read.
func (r *FileReader) onlyKey() []family.Value {
	for _, v := range r.values {
		if v.Column == r.feed.Key() {
			return []family.Value{v}
		}
	}
	return nil
}

// Size returns the file's bytes.
func (r *FileReader) Size() int64 { return r.info.Size() }

// Offset returns how many of the file's bytes have been read; it runs ahead
// of the rows by up to a buffer.
func (r *FileReader) Offset() int64 { return r.offset.n }

// Rows returns how many rows the file holds, those that cannot be read among
// them.
func (r *FileReader) Rows() int64 { return r.rows }

// Dropped returns the undeclared columns that are being dropped, as the header
// names them.
func (r *FileReader) Dropped() []string { return r.head.dropped }

// ContentHash returns the SHA-256 digest of the file's bytes in hexadecimal.
func (r *FileReader) ContentHash() string { return r.hash }

// Close closes the file.
func (r *FileReader) Close() error { return r.file.Close() }

// countingReader counts the bytes read.
type countingReader struct {
	in io.Reader
	n  int64
}

// Read reads as the reader within does.
func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}
