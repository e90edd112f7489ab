package table

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// headSize is how much of a file is looked at to tell what it is.
const headSize = 256 << 10

// signatures are the first bytes of files that are no tables of text.
var signatures = []struct{ magic, fault string }{
	{"PK\x03\x04", "is a spreadsheet or another zip archive; save the sheet as CSV (UTF-8)"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook; save the sheet as CSV (UTF-8)"},
	{"%PDF", "is a PDF document; export the data as CSV (UTF-8)"},
	{"\x28\xb5\x2f\xfd", "is compressed with zstd; unpack it first, or compress it with gzip"},
	{"BZh", "is compressed with bzip2; unpack it first, or compress it with gzip"},
	{"\xfd7zXZ", "is compressed with xz; unpack it first, or compress it with gzip"},
	{"PAR1", "is a Parquet file within gzip; unpack it first"},
	{"ARROW1", "is an Arrow file; save it as Parquet or CSV"},
	{"SQLite format 3", "is a database; export the table as CSV or Parquet"},
}

// errNUL is what is wrong with most files that are no text at all.
var errNUL = errors.New("holds NUL bytes and is no text; save it as CSV (UTF-8) or Parquet")

// source reads a file as UTF-8, or as something close to it: bytes that are not
// UTF-8 pass through and are judged value by value. It refuses NUL.
type source struct {
	in    *bufio.Reader
	crEnd bool // carriage returns alone end lines
	notes []string
}

// counted counts the bytes read; the count may be read at any time.
type counted struct {
	in io.Reader
	n  atomic.Int64
}

// Read counts what it passes on.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// newSource sees through gzip and byte order marks, and tells by the first bytes
// how the rest is to be read.
func newSource(file io.Reader) (*source, error) {
	s := &source{in: bufio.NewReaderSize(file, headSize)}
	head, err := s.head()
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		unpacked, err := gzip.NewReader(s.in)
		if err != nil {
			return nil, gzipFault(err)
		}
		s.in = bufio.NewReaderSize(gzipped{unpacked}, headSize)
		if head, err = s.head(); err != nil {
			return nil, err
		}
	}
	for _, sig := range signatures {
		if bytes.HasPrefix(head, []byte(sig.magic)) {
			return nil, errors.New(sig.fault)
		}
	}
	if err := s.decode(head); err != nil {
		return nil, err
	}
	if head, err = s.head(); err != nil {
		return nil, err
	}
	s.crEnd = bytes.IndexByte(head, '\r') >= 0 && bytes.IndexByte(head, '\n') < 0
	return s, nil
}

// head returns the first bytes without passing over them.
func (s *source) head() ([]byte, error) {
	head, err := s.in.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head, nil
}

// decode passes over a byte order mark, and reads UTF-16 as UTF-8.
func (s *source) decode(head []byte) error {
	order, note := unicode.LittleEndian, ""
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := s.in.Discard(3)
		return err
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		order = unicode.BigEndian
	default:
		little, big := zeros(head)
		if !little && !big {
			return nil
		}
		if big {
			order = unicode.BigEndian
		}
		note = " without a byte order mark"
	}
	s.notes = append(s.notes, "the file is UTF-16"+note+" and was read as such")
	utf8 := unicode.UTF16(order, unicode.UseBOM).NewDecoder()
	s.in = bufio.NewReaderSize(transform.NewReader(s.in, utf8), headSize)
	return nil
}

// zeros says whether a text's first bytes have NUL in every other place, as
// UTF-16 of mostly Latin letters has.
func zeros(head []byte) (little, big bool) {
	head = head[:min(len(head), 4096)]
	var at [2]int
	for i, c := range head {
		if c == 0 {
			at[i&1]++
		}
	}
	half := len(head) / 2
	return at[1] > half*3/4 && at[0] == 0, at[0] > half*3/4 && at[1] == 0
}

// Read fills p with text.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	p = p[:n]
	if bytes.IndexByte(p, 0) >= 0 {
		return 0, errNUL
	}
	if s.crEnd {
		for i, c := range p {
			if c == '\r' {
				p[i] = '\n'
			}
		}
	}
	return n, err
}

// gzipped puts gzip's faults into words.
type gzipped struct{ in io.Reader }

// Read passes on what is unpacked.
func (g gzipped) Read(p []byte) (int, error) {
	n, err := g.in.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = gzipFault(err)
	}
	return n, err
}

func gzipFault(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the compressed file is cut short; send the whole file again")
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return errors.New("the compressed file is damaged; send it again")
	}
	return fmt.Errorf("cannot be unpacked (%w); send it again", err)
}
