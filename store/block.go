package store

import (
	"github.com/hearthmatch/hearth/family"
)

// A block holds some tens of a night's persons, households or candidates, or
// some hundreds of its search tokens: values of a few tens of kilobytes are
// written and read several times as fast as as many small ones. Texts and link
// reasons that occur more than once in a block are kept once.
//
//	blockVersion
//	number of texts, each text with its length
//	number of link reasons, each: comparison, level (as numbers of texts), weight
//	number of entries, each: key with its length, length of the value
//	the values, one after another
//
// A night that another version wrote is not read; the next one replaces it.
//
// blockEnc builds a block. Only first occurrences decide what a text's number
// is, so that equal entries make equal bytes.
type blockEnc struct {
	enc     // the values
	texts   map[string]uint64
	textOut enc
	reasons map[family.LinkReason]uint64
	reasOut enc
	heads   enc
	entries uint64
	start   int
}

// blockVersion begins every block. 2 has stays, relations, changes and
// contradictions of households; 3 the nominations of needs, and which count.
const blockVersion = 3

func newBlockEnc() *blockEnc {
	return &blockEnc{texts: map[string]uint64{}, reasons: map[family.LinkReason]uint64{}}
}

// text writes a text by its number.
func (e *blockEnc) text(s string) { e.uint(e.textNumber(s)) }

func (e *blockEnc) textNumber(s string) uint64 {
	n, ok := e.texts[s]
	if !ok {
		n = uint64(len(e.texts))
		e.texts[s] = n
		e.textOut.str(s)
	}
	return n
}

func (e *blockEnc) textList(s []string) {
	e.uint(uint64(len(s)))
	for _, x := range s {
		e.text(x)
	}
}

func (e *blockEnc) reason(r family.LinkReason) {
	n, ok := e.reasons[r]
	if !ok {
		n = uint64(len(e.reasons))
		e.reasons[r] = n
		e.reasOut.uint(e.textNumber(r.Comparison))
		e.reasOut.uint(e.textNumber(r.Level))
		e.reasOut.float(r.Weight)
	}
	e.uint(n)
}

func (e *blockEnc) ref(r family.RowRef) {
	e.byte(byte(r.Feed))
	e.text(r.ID)
}

func (e *blockEnc) refList(refs []family.RowRef) {
	e.uint(uint64(len(refs)))
	for _, r := range refs {
		e.ref(r)
	}
}

// add ends the entry whose value was written since the last add.
func (e *blockEnc) add(key string) {
	e.heads.str(key)
	e.heads.uint(uint64(len(e.b) - e.start))
	e.start = len(e.b)
	e.entries++
}

// bytes returns the finished block and makes the builder ready for the next.
func (e *blockEnc) bytes() []byte {
	var out enc
	out.b = make([]byte, 0, len(e.textOut.b)+len(e.reasOut.b)+len(e.heads.b)+len(e.b)+32)
	out.byte(blockVersion)
	out.uint(uint64(len(e.texts)))
	out.b = append(out.b, e.textOut.b...)
	out.uint(uint64(len(e.reasons)))
	out.b = append(out.b, e.reasOut.b...)
	out.uint(e.entries)
	out.b = append(append(out.b, e.heads.b...), e.b...)
	clear(e.texts)
	clear(e.reasons)
	e.textOut.b, e.reasOut.b, e.heads.b, e.b = e.textOut.b[:0], e.reasOut.b[:0], e.heads.b[:0], e.b[:0]
	e.entries, e.start = 0, 0
	return out.b
}

// block is a decoded block.
type block struct {
	texts   []string
	reasons []family.LinkReason
	keys    []string
	values  []string
}

func decodeBlock(b []byte) (*block, error) {
	d := blockDec{dec: dec{s: string(b)}, block: &block{}}
	if d.byte() != blockVersion {
		d.fail()
	}
	x := d.block
	x.texts = some[string](d.count(1))
	for i := range x.texts {
		x.texts[i] = d.str()
	}
	x.reasons = some[family.LinkReason](d.count(10))
	for i := range x.reasons {
		x.reasons[i] = family.LinkReason{Comparison: d.text(), Level: d.text(), Weight: d.float()}
	}
	n := d.count(2)
	x.keys, x.values = some[string](n), some[string](n)
	lengths := some[uint64](n)
	for i := range n {
		x.keys[i], lengths[i] = d.str(), d.uint()
	}
	for i := range n {
		x.values[i] = d.take(lengths[i])
	}
	return x, d.end()
}

// entry returns a decoder of entry i.
func (x *block) entry(i int) *blockDec { return &blockDec{dec: dec{s: x.values[i]}, block: x} }

// blockDec decodes an entry of a block.
type blockDec struct {
	dec
	block *block
}

func (d *blockDec) text() string {
	n := d.uint()
	if n >= uint64(len(d.block.texts)) {
		d.fail()
		return ""
	}
	return d.block.texts[n]
}

func (d *blockDec) textList() []string {
	out := some[string](d.count(1))
	for i := range out {
		out[i] = d.text()
	}
	return out
}

func (d *blockDec) reason() family.LinkReason {
	n := d.uint()
	if n >= uint64(len(d.block.reasons)) {
		d.fail()
		return family.LinkReason{}
	}
	return d.block.reasons[n]
}

func (d *blockDec) ref() family.RowRef { return family.RowRef{Feed: d.feed(), ID: d.text()} }

func (d *blockDec) refList() []family.RowRef {
	out := some[family.RowRef](d.count(2))
	for i := range out {
		out[i] = d.ref()
	}
	return out
}
