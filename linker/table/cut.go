package table

import (
	"bytes"
	"errors"
	"io"
)

// chunkSize is how much of a file is taken apart at once: small enough for its
// dictionaries to stay in a core's cache.
const chunkSize = 512 << 10

// cutter cuts a text into chunks that begin where a record begins and end where
// one ends. A quote opens a quoted value only where a value begins; within one,
// line ends are text.
type cutter struct {
	in   io.Reader
	sep  byte
	size int    // of a chunk
	rest []byte // read, and not yet given away
	done error  // what in said last
}

// next fills buf, which it may replace by a larger one, with the next whole
// records. The last chunk may lack its line end, or end within quotes. A chunk
// over maxRecord in length holds one record that is too long. It returns io.EOF
// after the last.
func (c *cutter) next(buf []byte) ([]byte, error) {
	size := c.size
	buf = append(buf[:0], c.rest...)
	c.rest = c.rest[:0]
	for {
		var err error
		if buf, err = c.fill(buf, size); err != nil {
			return nil, err
		}
		if c.done != nil {
			if len(buf) == 0 {
				return nil, io.EOF
			}
			return buf, nil
		}
		if cut := lastRecordEnd(buf, c.sep); cut > 0 {
			c.rest = append(c.rest, buf[cut:]...)
			return buf[:cut], nil
		}
		if len(buf) > maxRecord {
			return buf, nil
		}
		size *= 2
	}
}

// fill reads until buf holds size bytes or the text ends.
func (c *cutter) fill(buf []byte, size int) ([]byte, error) {
	if cap(buf) < size {
		buf = append(make([]byte, 0, size), buf...)
	}
	for len(buf) < size && c.done == nil {
		n, err := c.in.Read(buf[len(buf):size])
		buf = buf[:len(buf)+n]
		c.done = err
	}
	if c.done != nil && !errors.Is(c.done, io.EOF) {
		return nil, c.done
	}
	return buf, nil
}

// lastRecordEnd returns the place after the last line end in b that ends a
// record, 0 if there is none; b begins where a record begins.
func lastRecordEnd(b []byte, sep byte) int {
	end := 0
	for i := 0; ; {
		n := bytes.IndexByte(b[i:], '"')
		outside := b[i:]
		if n >= 0 {
			outside = b[i : i+n]
		}
		if at := bytes.LastIndexByte(outside, '\n'); at >= 0 {
			end = i + at + 1
		}
		if n < 0 {
			return end
		}
		i += n
		if !opens(b, i, sep) {
			i++
			continue
		}
		if i = closing(b, i+1); i == len(b) {
			return end
		}
		i++
	}
}

// isPad is for the spaces that may stand around a value.
func isPad(c, sep byte) bool { return c == ' ' || c == '\t' && sep != '\t' }

// opens says whether the quote at i is the first of a value.
func opens(b []byte, i int, sep byte) bool {
	for i--; i >= 0 && isPad(b[i], sep); i-- {
	}
	return i < 0 || b[i] == sep || b[i] == '\n'
}

// closing returns the place of the quote that ends a quoted value, whose text
// begins at i; the length of b if none does.
func closing(b []byte, i int) int {
	for {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return len(b)
		}
		i += n
		if i+1 == len(b) || b[i+1] != '"' {
			return i
		}
		i += 2
	}
}
