package ingest

import (
	"bytes"
	"errors"
	"hash"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// encoding is how a file's bytes stand for text.
type encoding uint8

const (
	utf8Or1252 encoding = iota // UTF-8, and Windows-1252 value by value
	utf16LE
	utf16BE
)

// The faults of a file's bytes, as sentences that follow the file's name.
var (
	errNUL      = faultf("the file holds NUL bytes and is no text; export it as CSV in UTF-8")
	errNoBOM    = faultf("the file looks like UTF-16 without a byte order mark; save it as UTF-8")
	errOddBytes = faultf("the file is UTF-16 and ends within a character; send the whole file")
)

// signatures are the first bytes of files that are no CSV whatever they are
// called.
var signatures = []struct{ magic, fault string }{
	{"PK\x03\x04", "is a spreadsheet or another zip archive, not CSV; export it as CSV (UTF-8)"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook, not CSV; export it as CSV (UTF-8)"},
	{"PAR1", "is a Parquet file, which this version does not read; export it as CSV (UTF-8)"},
	{"\x1f\x8b", "is compressed with gzip; unpack it first"},
	{"%PDF", "is a PDF document, not CSV; export the data as CSV (UTF-8)"},
}

// sniff tells the encoding from a file's first bytes and how many of them are
// the byte order mark.
func sniff(head []byte) (encoding, int, error) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return utf8Or1252, 3, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return utf16LE, 2, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return utf16BE, 2, nil
	case len(head) >= 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0,
		len(head) >= 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return 0, 0, errNoBOM
	}
	return utf8Or1252, 0, nil
}

// source reads a file's bytes as UTF-8, or as something close to it: bytes
// that are not UTF-8 pass through, for the reader to judge value by value. It
// refuses a file that holds NUL. It may hash the bytes on their way.
type source struct {
	in   io.Reader
	enc  encoding
	hash hash.Hash // may be nil
	skip int       // bytes of the byte order mark still to pass over
	raw  []byte    // UTF-16 bytes read and not yet turned into text
	buf  []byte
	done error // what in said last
}

// rawChunk is how many bytes of UTF-16 are read at once.
const rawChunk = 64 << 10

// Read fills p with text.
func (s *source) Read(p []byte) (int, error) {
	var n int
	var err error
	if s.enc == utf8Or1252 {
		n, err = s.read(p)
	} else {
		n, err = s.decode(p)
	}
	if bytes.IndexByte(p[:n], 0) >= 0 {
		return 0, errNUL
	}
	return n, err
}

// read passes the file's own bytes on, less the byte order mark.
func (s *source) read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	if s.hash != nil {
		s.hash.Write(p[:n])
	}
	if s.skip > 0 && n > 0 {
		cut := min(s.skip, n)
		s.skip -= cut
		n = copy(p, p[cut:n])
	}
	return n, err
}

// decode turns UTF-16 into UTF-8. A lone surrogate comes out as the three
// bytes that UTF-8 does not allow, so that its value is seen as undecodable.
func (s *source) decode(p []byte) (int, error) {
	if s.buf == nil {
		s.buf = make([]byte, rawChunk)
	}
	out := p[:0]
	for len(out) == 0 {
		if s.done == nil {
			kept := copy(s.buf, s.raw)
			n, err := s.read(s.buf[kept:])
			s.raw, s.done = s.buf[:kept+n], err
		}
		out = s.units(out, cap(p)-utf8.UTFMax)
		if len(out) == 0 && s.done != nil {
			if len(s.raw) > 0 && errors.Is(s.done, io.EOF) {
				return 0, errOddBytes
			}
			return 0, s.done
		}
	}
	return len(out), nil
}

// units appends the text of as many whole characters as are there and fit
// below limit.
func (s *source) units(out []byte, limit int) []byte {
	for len(s.raw) >= 2 && len(out) <= limit {
		r, width := rune(s.unit(0)), 2
		if utf16.IsSurrogate(r) {
			if len(s.raw) < 4 && s.done == nil {
				break // its other half is still to come
			}
			pair := utf8.RuneError
			if len(s.raw) >= 4 {
				pair = utf16.DecodeRune(r, rune(s.unit(2)))
			}
			if pair == utf8.RuneError {
				out = append(out, 0xed, 0xa0|byte(r>>6&0x1f), 0x80|byte(r&0x3f))
				s.raw = s.raw[2:]
				continue
			}
			r, width = pair, 4
		}
		out = utf8.AppendRune(out, r)
		s.raw = s.raw[width:]
	}
	return out
}

func (s *source) unit(at int) uint16 {
	if s.enc == utf16LE {
		return uint16(s.raw[at]) | uint16(s.raw[at+1])<<8
	}
	return uint16(s.raw[at])<<8 | uint16(s.raw[at+1])
}

// from1252 reads a value's bytes as Windows-1252; not ok if one of them is of
// the five that it leaves undefined.
func from1252(s string) (string, bool) {
	out := make([]byte, 0, len(s)+len(s)/2)
	for i := range len(s) {
		switch c := s[i]; c {
		case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
			return "", false
		default:
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(c))
		}
	}
	return string(out), true
}
