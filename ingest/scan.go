package ingest

import (
	"bytes"
	"errors"
	"io"
)

// Sizes of the reader's buffer and of what it still takes for a row.
const (
	scanBuffer = 256 << 10
	maxRecord  = 16 << 20  // a longer row refuses the file
	maxRow     = 512 << 10 // a longer row is refused; every column filled to its limit fits
)

// span is one field within a record.
type span struct {
	from, to int
	escaped  bool // holds doubled quotes
}

// scanner cuts a delimited file into records and fields by the rules of
// feeds.md: a field may be quoted, a quote within it doubled; a quote inside an
// unquoted field is part of it; blanks around a field are not.
type scanner struct {
	in     io.Reader
	buf    []byte
	pos    int   // of the next record in buf
	inDone error // what in said last
	sep    byte
	crEnds bool  // a carriage return alone ends a line
	line   int64 // number of the line that pos is on, from 1

	// Of the record read last:
	record  []byte
	fields  []span
	badText bool  // text followed a closing quote
	lines   int64 // line ends within it
	next    int   // place after it in buf
}

// errMore asks for more of the file: the record does not end in the buffer.
var errMore = errors.New("record not ended")

// newScanner reads records separated by sep.
func newScanner(in io.Reader) *scanner {
	return &scanner{in: in, buf: make([]byte, 0, scanBuffer), sep: ',', line: 1}
}

// scan reads the next record that is not an empty line. Its bytes and fields
// hold until the next call. It returns io.EOF after the last; an unclosed
// quote and a record over maxRecord are faults of the file.
func (s *scanner) scan() error {
	for {
		if err := s.whole(); err != nil {
			return err
		}
		s.line += 1 + s.lines
		s.pos = s.next
		if len(s.fields) > 1 || s.fields[0].from < s.fields[0].to || s.badText || s.quotedBlank() {
			return nil
		}
	}
}

// quotedBlank says whether the one field of the record is an empty pair of
// quotes, which is a row of one blank value, not an empty line.
func (s *scanner) quotedBlank() bool { return bytes.IndexByte(s.record, '"') >= 0 }

// whole parses the record at pos, reading on until it is whole.
func (s *scanner) whole() error {
	for {
		err := errMore
		if s.pos < len(s.buf) {
			err = s.parse(s.inDone != nil)
		} else if s.inDone != nil {
			return s.inDone
		}
		if !errors.Is(err, errMore) {
			return err
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

// fill reads more of the file behind what is left in the buffer.
func (s *scanner) fill() error {
	if s.inDone != nil && !errors.Is(s.inDone, io.EOF) {
		return s.inDone
	}
	left := len(s.buf) - s.pos
	if left > maxRecord {
		return faultf("line %d begins a row of over %d MiB; a quote is probably missing", s.line, maxRecord>>20)
	}
	if s.pos > 0 {
		s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
		s.pos = 0
	}
	if cap(s.buf)-left < scanBuffer/2 {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	n, err := s.in.Read(s.buf[left:cap(s.buf)])
	s.buf = s.buf[:left+n]
	s.inDone = err
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// parse cuts the record at pos into fields; last says that the buffer holds
// the rest of the file.
func (s *scanner) parse(last bool) error {
	b := s.buf[s.pos:]
	s.fields, s.badText, s.lines = s.fields[:0], false, 0
	i := 0
	for {
		for i < len(b) && b[i] == ' ' {
			i++
		}
		var f span
		if i < len(b) && b[i] == '"' {
			var err error
			if f, i, err = s.quoted(b, i, last); err != nil {
				return err
			}
		} else {
			f.from = i
			i = s.plain(b, i)
			f.to = i
			for f.to > f.from && b[f.to-1] == ' ' {
				f.to--
			}
		}
		s.fields = append(s.fields, f)
		if i < len(b) && b[i] == s.sep {
			i++
			continue
		}
		width, ended := s.lineEnd(b, i, last)
		if !ended {
			return errMore
		}
		s.record, s.next = b[:i], s.pos+i+width
		return nil
	}
}

// plain returns the end of the unquoted text from i: its separator, its line
// end, or the end of b.
func (s *scanner) plain(b []byte, i int) int {
	sep := s.sep
	for i < len(b) {
		switch c := b[i]; {
		case c == sep || c == '\n':
			return i
		case c == '\r' && (s.crEnds || i+1 == len(b) || b[i+1] == '\n'):
			return i
		}
		i++
	}
	return i
}

// quoted reads the quoted field that opens at i and returns it with the place
// of the separator or line end after it.
func (s *scanner) quoted(b []byte, i int, last bool) (span, int, error) {
	f := span{from: i + 1}
	for i++; ; i += 2 {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 && last {
			return f, 0, faultf("line %d has a quote that opens and never closes; close it, or export the file again", s.line+s.lines)
		}
		if n < 0 || i+n+1 == len(b) && !last {
			return f, 0, errMore
		}
		i += n
		if i+1 == len(b) || b[i+1] != '"' {
			break
		}
		f.escaped = true
	}
	f.to = i
	s.lines += s.countLines(b[f.from:f.to])
	for i++; i < len(b) && b[i] == ' '; i++ {
	}
	if end := s.plain(b, i); end != i {
		s.badText = true
		i = end
	}
	return f, i, nil
}

func (s *scanner) countLines(b []byte) int64 {
	if s.crEnds {
		return int64(bytes.Count(b, []byte{'\r'}))
	}
	return int64(bytes.Count(b, []byte{'\n'}))
}

// lineEnd says whether a line ends at i and how many bytes the end takes.
func (s *scanner) lineEnd(b []byte, i int, last bool) (width int, ended bool) {
	switch {
	case i == len(b):
		return 0, last
	case b[i] == '\n':
		return 1, true
	case i+1 < len(b) && b[i+1] == '\n':
		return 2, true
	}
	return 1, i+1 < len(b) || last
}
