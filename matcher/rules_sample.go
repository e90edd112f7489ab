package matcher

import "slices"

// sampleLeast and sampleMost are the least and the most records that rules are
// derived from; between, it is one in sampleOne.
const (
	sampleLeast = 24_000
	sampleMost  = 64_000
	sampleOne   = 64
)

// sample is some of the nodes, evenly chosen by a hash of their numbers, with
// dictionaries of no more than they need.
func (t *nodes) sample() *nodes {
	want := min(max(t.n/sampleOne, sampleLeast), sampleMost)
	if t.n <= want {
		return t
	}
	s := &nodes{layout: t.layout}
	var chosen []int32
	for i := range int32(t.n) {
		if mix(uint64(i)+0x51)%uint64(t.n) < uint64(want) {
			chosen = append(chosen, i)
		}
	}
	s.n = len(chosen)
	s.cols = make([]column, len(t.cols))
	s.rows = make([]uint32, s.n*len(t.cols))
	for c := range t.cols {
		s.cols[c] = t.cols[c].only(chosen)
		for i, cell := range s.cols[c].cells {
			s.rows[i*len(t.cols)+c] = cell
		}
	}
	if t.source != nil {
		for _, i := range chosen {
			s.source = append(s.source, t.source[i])
		}
	}
	return s
}

// only is the column of some of its nodes, with what blocking needs.
func (c *column) only(chosen []int32) column {
	out := column{name: c.name, kind: c.kind, text: []string{""}, start: []uint32{0, 0},
		cells: make([]uint32, len(chosen)), prep: &prepared{hash: []uint64{0}}}
	tuples, values := make(map[uint32]uint32), make(map[uint32]uint32)
	tuples[0] = 0
	for i, node := range chosen {
		old := c.cells[node]
		t, ok := tuples[old]
		if !ok {
			for _, v := range c.tuple(old) {
				id, ok := values[v]
				if !ok {
					id = uint32(len(out.text))
					values[v] = id
					out.text = append(out.text, c.text[v])
					out.prep.hash = append(out.prep.hash, c.prep.hash[v])
				}
				out.parts = append(out.parts, id)
			}
			t = uint32(len(out.start) - 1)
			out.start = append(out.start, uint32(len(out.parts)))
			tuples[old] = t
		}
		out.cells[i] = t
	}
	return out
}

// try blocks the sample by a rule, and says how many pairs it makes and which of
// the imagined pairs it finds: of those given, which share its key.
func (d *deriver) try(r Rule, keyers *keyers, shared bitset) (pairs int64, found bitset) {
	b := newBlocking(&pairSpace{t: d.t, order: d.order, after: d.after}, r, 0, keyers)
	part := max(2, int(float64(r.Cap)*float64(d.t.n)/d.records+.5))
	b.most = int64(part) * int64(part-1) / 2
	b.depth, b.watched = make(map[uint64]uint8, len(d.pairs)), d.watched
	work := d.work.Get().(*entryBuffers)
	for _, e := range b.run(work, 1) {
		pairs += e.count.pairs
	}
	d.work.Put(work)
	found = newBitset(len(d.pairs))
	mine := &keyList{b: b}
	var theirs []uint64
	for i, p := range d.pairs {
		if shared != nil && !shared.has(i) {
			continue
		}
		keys := mine.of(p.node)
		if len(keys) > 1 || shared == nil {
			theirs = b.keysOf(theirs[:0], p.other)
		} else {
			theirs = append(theirs[:0], keys...)
		}
		if slices.ContainsFunc(keys, func(k uint64) bool { return slices.Contains(theirs, k) && b.finds(k, p) }) {
			found.set(i)
		}
	}
	return pairs, found
}

// finds says whether the block of a key that an imagined pair shares keeps the
// two together.
func (b *blocking) finds(key uint64, p imagined) bool {
	depth, ok := b.depth[mix(key)<<nodeBits|uint64(p.node)]
	for i := 0; ok && i < int(depth); i++ {
		f := b.fine[i]
		mine := f.leading(nil, p.node)
		ok = slices.ContainsFunc(appendHashes(nil, p.other[f.place], f.how), func(h uint64) bool { return slices.Contains(mine, h) })
	}
	return ok
}

// crossing is how many of all pairs of nodes may be compared: those of
// different sources, where only those are.
func (t *nodes) crossing() float64 {
	if t.source == nil || t.n == 0 {
		return 1
	}
	counts := make([]float64, severalSources+1)
	for _, s := range t.source {
		counts[s]++
	}
	same := 0.0
	for _, c := range counts[:severalSources] {
		same += c * c
	}
	return 1 - same/(float64(t.n)*float64(t.n))
}

// keyTable counts keys, by open addressing.
type keyTable struct {
	keys   []uint64
	counts []int32
	used   int
	none   int32 // where keys are counted that are not in the table
}

func newKeyTable(size int) *keyTable {
	n := 64
	for n < 2*size {
		n *= 2
	}
	return &keyTable{keys: make([]uint64, n), counts: make([]int32, n)}
}

func (k *keyTable) place(key uint64) int {
	i := int(mix(key)) & (len(k.keys) - 1)
	for k.keys[i] != 0 && k.keys[i] != key {
		i = (i + 1) & (len(k.keys) - 1)
	}
	return i
}

// with returns a table that has the key: itself, or a larger one.
func (k *keyTable) with(key uint64) *keyTable {
	i := k.place(key)
	if k.keys[i] == key || key == 0 {
		return k
	}
	k.keys[i] = key
	if k.used++; 2*k.used < len(k.keys) {
		return k
	}
	larger := newKeyTable(len(k.keys))
	for _, key := range k.keys {
		if key != 0 {
			larger = larger.with(key)
		}
	}
	return larger
}

// of is the count of a key.
func (k *keyTable) of(key uint64) *int32 {
	i := k.place(key)
	if k.keys[i] == 0 {
		return &k.none
	}
	return &k.counts[i]
}
