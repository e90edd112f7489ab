package store

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/hearthmatch/hearth/family"
)

// maxEntry is the longest a row may be once encoded: the index takes values
// below a mebibyte.
const maxEntry = 1_000_000

// The flags of an entry.
const (
	entryRejected = 1 << iota
	entryDeleted
	entryReported
)

// tally counts a delivery's rows as sealing would find them.
type tally struct {
	rejected  int64
	distinct  int64 // record ids with a good copy
	withdrawn int64 // of these, the last good copy withdraws
	reported  int64 // of these, the last good copy has something amiss
}

func (t *tally) encode(e *enc) {
	for _, x := range []int64{t.rejected, t.distinct, t.withdrawn, t.reported} {
		e.uint(uint64(x))
	}
}

func (t *tally) decode(d *dec) {
	for _, x := range []*int64{&t.rejected, &t.distinct, &t.withdrawn, &t.reported} {
		n := d.uint()
		if n > math.MaxInt64 {
			d.fail()
		}
		*x = int64(n)
	}
}

// rowsHead begins the payload of frameRows.
type rowsHead struct {
	number uint64 // of the delivery
	first  int64  // position of the first entry
	count  int
	after  tally // the delivery's, this frame included
}

// maxRowsHead is the most that a head takes: a version and seven numbers.
const maxRowsHead = 1 + 7*binary.MaxVarintLen64

// encodeRows makes the payload of frameRows: the head, and the entries packed.
// Each entry has its length before it.
func encodeRows(h *rowsHead, body []byte) []byte {
	var e enc
	e.version()
	e.uint(h.number)
	e.uint(uint64(h.first))
	e.uint(uint64(h.count))
	h.after.encode(&e)
	e.b = append(e.b, pack(body)...)
	return e.b
}

// decodeRowsHead reads the head and leaves the packed entries.
func decodeRowsHead(b []byte) (h rowsHead, packed []byte, err error) {
	d := dec{s: string(b[:min(len(b), maxRowsHead)])}
	begin := len(d.s)
	d.version()
	h.number = d.uint()
	first, count := d.uint(), d.uint()
	h.after.decode(&d)
	if first > math.MaxInt64 || count > math.MaxInt32 || d.bad {
		return h, nil, errCodec
	}
	h.first, h.count = int64(first), int(count)
	return h, b[begin-len(d.s):], nil
}

// nextEntry cuts the next entry off body.
func nextEntry(body []byte) (entry, rest []byte, err error) {
	n, k := binary.Uvarint(body)
	if k <= 0 || n > uint64(len(body)-k) {
		return nil, nil, errCodec
	}
	return body[k : k+int(n)], body[k+int(n):], nil
}

// appendRow appends a row's entry: flags, length of the id, number of values,
// each value's column and length, and then the id and the texts in one piece.
func appendRow(b []byte, r *family.Row, reported bool) []byte {
	flags := byte(0)
	if r.Deleted {
		flags |= entryDeleted
	}
	if reported {
		flags |= entryReported
	}
	text, cells := r.Cells()
	b = append(b, flags)
	b = binary.AppendUvarint(b, uint64(len(r.ID)))
	b = append(b, byte(len(cells)))
	from := 0
	for _, c := range cells {
		b = append(b, byte(c.Column()))
		b = binary.AppendUvarint(b, uint64(c.End()-from))
		from = c.End()
	}
	b = append(b, r.ID...)
	return append(b, text...)
}

// entryID returns the record id of a row's entry without reading the rest.
func entryID(entry []byte) (id []byte, flags byte, err error) {
	if len(entry) < 3 || entry[0]&entryRejected != 0 {
		return nil, 0, errCodec
	}
	flags = entry[0]
	n, k := binary.Uvarint(entry[1:])
	if k <= 0 || n > uint64(len(entry)) {
		return nil, 0, errCodec
	}
	i := 1 + k
	if i >= len(entry) {
		return nil, 0, errCodec
	}
	values := int(entry[i])
	i++
	for range values {
		_, k := binary.Uvarint(entry[min(i+1, len(entry)):])
		if k <= 0 {
			return nil, 0, errCodec
		}
		i += 1 + k
	}
	if i+int(n) > len(entry) {
		return nil, 0, errCodec
	}
	return entry[i : i+int(n)], flags, nil
}

// slab hands out rows and their cells from larger pieces, so that reading a
// feed costs one allocation a row: its text.
type slab struct {
	rows  []family.Row
	cells []family.Cell
}

func (s *slab) row() *family.Row {
	if len(s.rows) == 0 {
		s.rows = make([]family.Row, 64)
	}
	r := &s.rows[0]
	s.rows = s.rows[1:]
	return r
}

func (s *slab) take(n int) []family.Cell {
	if len(s.cells) < n {
		s.cells = make([]family.Cell, max(n, 1024))
	}
	out := s.cells[:n:n]
	s.cells = s.cells[n:]
	return out
}

// decodeRow reads a row's entry; delivery and place are the caller's to fill.
func decodeRow(entry []byte, feed family.Feed, mem *slab) (*family.Row, error) {
	if len(entry) < 3 || entry[0]&entryRejected != 0 {
		return nil, errCodec
	}
	idLen, k := binary.Uvarint(entry[1:])
	if k <= 0 || 1+k >= len(entry) || idLen > maxEntry {
		return nil, errCodec
	}
	i := 1 + k
	n := int(entry[i])
	i++
	if n >= family.NumColumns {
		return nil, errCodec
	}
	cells := mem.take(n)
	end, last := uint64(0), family.Column(0)
	for v := range n {
		if i >= len(entry) {
			return nil, errCodec
		}
		c := family.Column(entry[i])
		length, k := binary.Uvarint(entry[i+1:])
		if k <= 0 || c <= last || int(c) >= family.NumColumns || length == 0 || length > maxEntry {
			return nil, errCodec
		}
		end += length
		cells[v], last = family.NewCell(c, int(end)), c
		i += 1 + k
	}
	if idLen+end != uint64(len(entry)-i) || end > maxEntry {
		return nil, errCodec
	}
	text := string(entry[i:])
	row := mem.row()
	*row = family.RowOf(feed, text[:idLen], text[idLen:], cells)
	row.Deleted = entry[0]&entryDeleted != 0
	return row, nil
}

// appendRejection appends a refused row's entry. The values as sent stand in
// the journal only; the index has the reasons.
func appendRejection(b []byte, r *family.Rejection, raw []family.Value) []byte {
	e := enc{b: append(b, entryRejected)}
	encodeRejection(&e, r)
	e.uint(uint64(len(raw)))
	for _, v := range raw {
		e.byte(byte(v.Column))
		e.str(v.Text)
	}
	return e.b
}

func encodeRejection(e *enc, r *family.Rejection) {
	e.str(r.RecordID)
	e.uint(uint64(len(r.Problems)))
	for _, p := range r.Problems {
		e.str(p.Column)
		e.str(p.Reason)
		e.str(p.Detail)
	}
}

func decodeRejection(d *dec) family.Rejection {
	r := family.Rejection{RecordID: d.str()}
	r.Problems = some[family.Problem](d.count(3))
	for i := range r.Problems {
		r.Problems[i] = family.Problem{Column: d.str(), Reason: d.str(), Detail: d.str()}
	}
	return r
}

// decodeRejected reads a refused row's entry.
func decodeRejected(entry []byte) (family.Rejection, []family.Value, error) {
	d := dec{s: string(entry)}
	if d.byte() != entryRejected {
		return family.Rejection{}, nil, errCodec
	}
	r := decodeRejection(&d)
	raw := some[family.Value](d.count(2))
	for i := range raw {
		raw[i] = family.Value{Column: family.Column(d.byte()), Text: d.str()}
	}
	return r, raw, d.end()
}

// packers are ready zstd encoders; an encoder serves one caller at a time.
var packers = sync.Pool{New: func() any {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // unreachable: the options are constant
	}
	return w
}}

var unpackers = sync.Pool{New: func() any {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30))
	if err != nil {
		panic(err) // unreachable: the options are constant
	}
	return r
}}

// pack compresses b where that makes it shorter; the first byte says which.
func pack(b []byte) []byte {
	w := packers.Get().(*zstd.Encoder)
	defer packers.Put(w)
	out := w.EncodeAll(b, make([]byte, 1, len(b)/2+64))
	if len(out) > len(b) {
		return append(append(out[:0], 0), b...)
	}
	out[0] = 1
	return out
}

// unpack is the reverse of pack; it uses dst's memory where it suffices.
func unpack(dst, packed []byte) ([]byte, error) {
	if len(packed) == 0 || packed[0] > 1 {
		return nil, errCodec
	}
	if packed[0] == 0 {
		return append(dst[:0], packed[1:]...), nil
	}
	r := unpackers.Get().(*zstd.Decoder)
	defer unpackers.Put(r)
	out, err := r.DecodeAll(packed[1:], dst[:0])
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", errCodec, err)
	}
	return out, nil
}
