package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/hearthmatch/hearth/family"
)

// errCodec is stored data that passed its check and yet has no form that this
// version writes.
var errCodec = fmt.Errorf("stored data has an unknown form; rebuild the index, or use the version of hearth that wrote it: %w", family.ErrCorrupt)

// enc appends values in the one form that the store writes: numbers as
// varints, texts with their length.
type enc struct{ b []byte }

// codecVersion begins every stored value. A change of any form raises it, and
// decoders then read both.
const codecVersion = 1

func (e *enc) version()           { e.byte(codecVersion) }
func (e *enc) uint(x uint64)      { e.b = binary.AppendUvarint(e.b, x) }
func (e *enc) int(x int64)        { e.b = binary.AppendVarint(e.b, x) }
func (e *enc) byte(x byte)        { e.b = append(e.b, x) }
func (e *enc) date(d family.Date) { e.int(int64(d)) }

func (e *enc) bool(x bool) {
	if x {
		e.byte(1)
	} else {
		e.byte(0)
	}
}

func (e *enc) float(x float64) {
	e.b = binary.LittleEndian.AppendUint64(e.b, math.Float64bits(x))
}

func (e *enc) str(s string) {
	e.uint(uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *enc) strs(s []string) {
	e.uint(uint64(len(s)))
	for _, x := range s {
		e.str(x)
	}
}

// time keeps the instant, not the location.
func (e *enc) time(t time.Time) {
	e.int(t.Unix())
	e.uint(uint64(t.Nanosecond()))
}

func (e *enc) rowRef(r family.RowRef) {
	e.byte(byte(r.Feed))
	e.str(r.ID)
}

func (e *enc) recordRef(r family.RecordRef) {
	e.rowRef(r.RowRef)
	e.byte(byte(r.Part))
}

// dec reads what enc wrote. Its texts are parts of s. After the first thing
// amiss it is bad and everything reads as nothing.
type dec struct {
	s   string
	bad bool
}

func (d *dec) fail() { d.bad, d.s = true, "" }

func (d *dec) uint() uint64 {
	var x uint64
	for i := range len(d.s) {
		c := d.s[i]
		if i == 9 && c > 1 {
			break
		}
		x |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			if c == 0 && i > 0 {
				break // not the shortest form
			}
			d.s = d.s[i+1:]
			return x
		}
		if i == 9 {
			break
		}
	}
	d.fail()
	return 0
}

func (d *dec) int() int64 {
	x := d.uint()
	return int64(x>>1) ^ -int64(x&1)
}

func (d *dec) byte() byte {
	if d.s == "" {
		d.fail()
		return 0
	}
	c := d.s[0]
	d.s = d.s[1:]
	return c
}

func (d *dec) bool() bool {
	c := d.byte()
	if c > 1 {
		d.fail()
	}
	return c == 1
}

func (d *dec) date() family.Date {
	x := d.int()
	if x < math.MinInt32 || x > math.MaxInt32 {
		d.fail()
	}
	return family.Date(x)
}

func (d *dec) float() float64 {
	b := d.take(8)
	if b == "" {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64([]byte(b)))
}

// take returns the next n bytes, "" if there are fewer.
func (d *dec) take(n uint64) string {
	if n > uint64(len(d.s)) {
		d.fail()
		return ""
	}
	out := d.s[:n]
	d.s = d.s[n:]
	return out
}

func (d *dec) str() string { return d.take(d.uint()) }

// count reads a number of things of at least size bytes each, so that a false
// one cannot ask for more memory than the data could fill.
func (d *dec) count(size int) int {
	n := d.uint()
	if n > uint64(len(d.s)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

// some makes a slice of n, nil for none, as what is encoded came from nil.
func some[T any](n int) []T {
	if n == 0 {
		return nil
	}
	return make([]T, n)
}

func (d *dec) strs() []string {
	out := some[string](d.count(1))
	for i := range out {
		out[i] = d.str()
	}
	return out
}

func (d *dec) time() time.Time {
	sec, nsec := d.int(), d.uint()
	if nsec >= 1e9 {
		d.fail()
		return time.Time{}
	}
	return time.Unix(sec, int64(nsec)).UTC()
}

func (d *dec) feed() family.Feed {
	f := family.Feed(d.byte())
	if !f.Valid() {
		d.fail()
	}
	return f
}

func (d *dec) rowRef() family.RowRef { return family.RowRef{Feed: d.feed(), ID: d.str()} }

func (d *dec) recordRef() family.RecordRef {
	r := family.RecordRef{RowRef: d.rowRef(), Part: family.Part(d.byte())}
	if r.Part > family.Contact2 {
		d.fail()
	}
	return r
}

// version reads the version byte that begins every stored value.
func (d *dec) version() {
	if d.byte() != codecVersion {
		d.fail()
	}
}

// end is the decoder's error: something amiss, or something left over.
func (d *dec) end() error {
	if d.bad || d.s != "" {
		return errCodec
	}
	return nil
}

var errNotFound = errors.New("not stored")
