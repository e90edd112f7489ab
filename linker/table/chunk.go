package table

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
)

// chunk is a part of a CSV file, taken apart on its own.
type chunk struct {
	text  []byte
	rows  int
	size  int    // of the text as it stood in the file
	lines int    // line feeds in it
	parts []part // one for each column
	fault *fault // of the first row that cannot be read
	loose int    // values with text after their closing quote
	extra int    // rows with blank values beyond the header's
}

// fault is what is wrong with a row.
type fault struct {
	what   faultKind
	row    int // within the chunk, from 0
	at     int // place of the row in the chunk's text
	column int
	values int
}

type faultKind uint8

const (
	ragged faultKind = iota
	unclosed
	longCell
	longRow
)

// part is what a chunk holds of one column.
type part struct {
	index
	entries []entry  // the distinct texts; entry 0 is blank
	numbers []uint32 // of the entries in the column's dictionary, once merged
	cells   []uint32 // each row's entry
	mended  bool     // entries are other than they stand in the file
}

// entry is one distinct text of a chunk.
type entry struct {
	hash     uint64
	from, to uint32 // within the chunk's text
	mend     mend
}

// reset prepares a chunk for a text.
func (c *chunk) reset(text []byte, columns int) {
	c.text, c.size, c.rows, c.fault, c.loose, c.extra = text, len(text), 0, nil, 0, 0
	if c.parts == nil {
		c.parts = make([]part, columns)
	}
	for i := range c.parts {
		p := &c.parts[i]
		p.clear()
		p.reserve(1)
		p.entries = append(p.entries[:0], entry{})
		p.cells, p.mended = p.cells[:0], false
	}
}

// parse takes the chunk apart from place i on, up to the first row that cannot be
// read.
func (c *chunk) parse(i int, sep byte, seed maphash.Seed) {
	c.lines = bytes.Count(c.text, []byte{'\n'})
	s := newSplitter(c.text, sep)
	for i < len(c.text) && c.fault == nil {
		if next := s.blankLine(i); next > i {
			i = next
			continue
		}
		i = c.record(&s, i, seed)
		c.rows++
	}
	c.loose = s.loose
	if c.fault != nil {
		return
	}
	for i := range c.parts {
		c.clean(&c.parts[i], seed)
	}
}

// record reads the record at i and returns the place of the next.
func (c *chunk) record(s *splitter, i int, seed maphash.Seed) int {
	start, col, blankExtra := i, 0, false
	for ; ; col++ {
		from, to, next, ok := s.value(i)
		switch {
		case !ok:
			return c.refuse(unclosed, start, col, 0)
		case to-from > maxCell:
			return c.refuse(longCell, start, col, 0)
		case col < len(c.parts):
			c.parts[col].add(s.b, from, to, seed)
		case from < to:
			return c.refuse(ragged, start, col, col+1+s.count(next))
		default:
			blankExtra = true
		}
		if i = next; i == len(s.b) || s.b[i] == '\n' {
			break
		}
		i++
	}
	if col+1 < len(c.parts) {
		return c.refuse(ragged, start, col, col+1)
	}
	if blankExtra {
		c.extra++
	}
	return i + 1
}

func (c *chunk) refuse(what faultKind, at, column, values int) int {
	if what == unclosed && len(c.text)-at > maxRecord {
		what = longRow
	}
	c.fault = &fault{what: what, row: c.rows, at: at, column: column, values: values}
	return len(c.text)
}

// add appends a cell to the column.
func (p *part) add(b []byte, from, to int, seed maphash.Seed) {
	if from == to {
		p.cells = append(p.cells, 0)
		return
	}
	text := b[from:to]
	hash := maphash.Bytes(seed, text)
	mask := len(p.slots) - 1
	for i := p.probe(hash); ; i = (i + 1) & mask {
		s := p.slots[i]
		if s == 0 {
			break
		}
		if s>>32 == hash>>32 {
			e := &p.entries[uint32(s)]
			if bytes.Equal(b[e.from:e.to], text) {
				p.cells = append(p.cells, uint32(s))
				return
			}
		}
	}
	id := uint32(len(p.entries))
	if (len(p.entries)+1)*4 >= len(p.slots)*3 {
		p.reserve(len(p.entries) + 1)
	}
	p.put(p.probe(hash), slotOf(hash, id))
	p.entries = append(p.entries, entry{hash: hash, from: uint32(from), to: uint32(to)})
	p.cells = append(p.cells, id)
}

// clean cleans the distinct texts of a column; what is new goes to the end of the
// chunk's text.
func (c *chunk) clean(p *part, seed maphash.Seed) {
	for i := 1; i < len(p.entries); i++ {
		e := &p.entries[i]
		was := c.text[e.from:e.to]
		text, what := clean(was)
		if e.mend = what; what != asIs {
			p.mended = true
		}
		if len(text) == len(was) && what == asIs {
			continue
		}
		e.from = uint32(len(c.text))
		c.text = append(c.text, text...)
		e.to = uint32(len(c.text))
		e.hash = maphash.Bytes(seed, text)
	}
}

// splitter cuts a text into values. It changes quoted values in place, where
// doubled quotes become one.
type splitter struct {
	b     []byte
	sep   byte
	seps  uint64 // sep eight times
	loose int    // values with text after their closing quote
}

func newSplitter(b []byte, sep byte) splitter {
	return splitter{b: b, sep: sep, seps: uint64(sep) * ones}
}

// For looking at eight bytes at once.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
	lines = '\n' * ones
)

// end returns the place of the first separator or line feed from i on.
func (s *splitter) end(i int) int {
	b := s.b
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		x, y := w^s.seps, w^lines
		if m := ((x-ones)&^x | (y-ones)&^y) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(b) && b[i] != s.sep && b[i] != '\n'; i++ {
	}
	return i
}

// value reads the value at i: its text without the spaces around it, and the
// place of the separator or line end after it. It is not ok if a quote opens and
// never closes.
func (s *splitter) value(i int) (from, to, next int, ok bool) {
	b := s.b
	for i < len(b) && isPad(b[i], s.sep) {
		i++
	}
	if i < len(b) && b[i] == '"' {
		return s.quoted(i + 1)
	}
	next = s.end(i)
	from, to = i, next
	for to > from && isSpace(b[to-1]) {
		to--
	}
	for from < to && isSpace(b[from]) {
		from++
	}
	return from, to, next, true
}

// quoted reads the quoted value whose text begins at i. Text after the closing
// quote is taken as a part of it.
func (s *splitter) quoted(i int) (from, to, next int, ok bool) {
	b := s.b
	to = closing(b, i)
	if to == len(b) {
		return 0, 0, 0, false
	}
	next = s.end(to + 1)
	rest := trim(b[to+1 : next])
	if len(rest) > 0 {
		rest = bytes.TrimRight(b[to+1:next], "\r\t ")
		s.loose++
	}
	to = i + unquote(b[i:to])
	to += copy(b[to:], rest)
	from = i
	for to > from && isSpace(b[to-1]) {
		to--
	}
	for from < to && isSpace(b[from]) {
		from++
	}
	return from, to, next, true
}

// unquote makes one quote of two, in place, and returns the length. What is left
// over becomes spaces, so that the text has as many lines as before.
func unquote(b []byte) int {
	n := bytes.IndexByte(b, '"')
	if n < 0 {
		return len(b)
	}
	for i := n; i < len(b); i++ {
		c := b[i]
		b[n] = c
		n++
		if c == '"' {
			i++
		}
	}
	for i := n; i < len(b); i++ {
		b[i] = ' '
	}
	return n
}

// blankLine returns the place after a line of spaces at i, or i.
func (s *splitter) blankLine(i int) int {
	at := i
	for at < len(s.b) && (isPad(s.b[at], s.sep) || s.b[at] == '\r') {
		at++
	}
	if at == len(s.b) || s.b[at] == '\n' {
		return at + 1
	}
	return i
}

// count tells how many values follow the one that ends at i.
func (s *splitter) count(i int) int {
	n := 0
	for i < len(s.b) && s.b[i] == s.sep {
		_, _, next, ok := s.value(i + 1)
		n++
		if !ok {
			break
		}
		i = next
	}
	return n
}
