package table

import (
	"hash/maphash"
	"math/bits"
	"strings"
)

// index finds entries by their hashes: open addressing over the numbers of
// entries, beside the upper half of each hash. Slots hold no pointers, and no
// string is looked at before 32 bits of its hash agree.
type index struct {
	slots []uint64 // upper half of the hash, then the entry's number; 0 is free
	used  int
}

// leastSlots is what an index begins with; always a power of two.
const leastSlots = 64

// probe begins a search: the slot to look at first.
func (x *index) probe(hash uint64) int {
	return int(hash >> 32 >> (32 - uint(bits.TrailingZeros(uint(len(x.slots))))))
}

// reserve makes room for so many entries, and for at least one more.
func (x *index) reserve(entries int) {
	size := max(len(x.slots), leastSlots)
	for entries*4 >= size*3 {
		size *= 2
	}
	if size == len(x.slots) {
		return
	}
	old := x.slots
	x.slots = make([]uint64, size)
	for _, s := range old {
		if s != 0 {
			x.put(x.probe(s), s)
		}
	}
}

// put stores a slot's content at the first free place from i on.
func (x *index) put(i int, slot uint64) {
	for x.slots[i] != 0 {
		i = (i + 1) & (len(x.slots) - 1)
	}
	x.slots[i] = slot
}

// clear forgets all entries and keeps the room.
func (x *index) clear() {
	clear(x.slots)
	x.used = 0
}

// slotOf is what a slot holds of an entry; entries are numbered from 1.
func slotOf(hash uint64, entry uint32) uint64 { return hash&^0xffffffff | uint64(entry) }

// dictionary numbers the distinct texts of a column in the order in which they
// are added; number 0 is blank.
type dictionary struct {
	index
	seed   maphash.Seed
	values []string
	text   strings.Builder // where the newest values' bytes are
	// touched keeps the compiler from leaving touch out.
	touched byte
}

func newDictionary(seed maphash.Seed) *dictionary {
	d := &dictionary{seed: seed, values: make([]string, 1, leastSlots)}
	d.reserve(1)
	return d
}

// number returns the number of a text, whose hash is given, and adds it if it is
// new. The text is copied.
func (d *dictionary) number(hash uint64, text []byte) uint32 {
	if len(text) == 0 {
		return 0
	}
	mask := len(d.slots) - 1
	for i := d.probe(hash); ; i = (i + 1) & mask {
		s := d.slots[i]
		if s == 0 {
			break
		}
		if s>>32 == hash>>32 && d.values[uint32(s)] == string(text) {
			return uint32(s)
		}
	}
	id := uint32(len(d.values))
	if (len(d.values)+1)*4 >= len(d.slots)*3 {
		d.reserve(len(d.values) + 1)
	}
	d.put(d.probe(hash), slotOf(hash, id))
	d.values = append(d.values, d.keep(text))
	return id
}

// ahead is how many entries are looked for at once.
const ahead = 32

// touch reads the places where number is going to look for entries. A large
// dictionary is in no cache: loads that do not wait for one another are several
// times faster than number's own, of which each waits for the one before.
func (d *dictionary) touch(entries []entry) {
	var slots [ahead]uint64
	for i := range entries {
		slots[i] = d.slots[d.probe(entries[i].hash)]
	}
	var lengths [ahead]int
	for i := range entries {
		lengths[i] = len(d.values[uint32(slots[i])])
	}
	for i := range entries {
		if lengths[i] > 0 {
			d.touched += d.values[uint32(slots[i])][0]
		}
	}
}

// The arenas that values are kept in grow from the least to the largest.
const (
	leastArena = 4 << 10
	mostArena  = 1 << 20
)

// keep copies a text to the arena.
func (d *dictionary) keep(text []byte) string {
	if room := d.text.Cap() - d.text.Len(); room < len(text) {
		next := min(max(2*d.text.Cap(), leastArena), mostArena)
		d.text = strings.Builder{}
		d.text.Grow(max(next, len(text)))
	}
	from := d.text.Len()
	d.text.Write(text)
	return d.text.String()[from:]
}

// expect prepares for so many values in all.
func (d *dictionary) expect(values int) {
	if values > cap(d.values) {
		d.values = append(make([]string, 0, values), d.values...)
	}
	d.reserve(values)
}
