package matcher

import (
	"cmp"
	"slices"
)

// blocking is one rule at work.
type blocking struct {
	s     *pairSpace
	t     *nodes
	rule  Rule
	bit   uint32 // the rule's number, where members keep it
	parts []*keyer
	fine  []*keyer
	// most is how many pairs a block may make; it is what Cap nodes make.
	most int64
	// depth, if set, becomes how often the block of each key of each node that
	// is watched was divided; keys of blocks given up are left out. It is by the
	// entry without the rank, and the node.
	depth   map[uint64]uint8
	watched []bool
}

func newBlocking(s *pairSpace, r Rule, number int, keyers *keyers) *blocking {
	b := &blocking{s: s, t: s.t, rule: r, bit: uint32(number) << memberRule, most: int64(r.Cap) * int64(r.Cap-1) / 2}
	for _, p := range r.Parts {
		b.parts = append(b.parts, keyers.get(p))
	}
	for _, p := range r.Refine {
		b.fine = append(b.fine, keyers.get(p))
	}
	return b
}

// entryBuffers are used for one rule after the other.
type entryBuffers struct {
	lists  [chunks][]uint64
	a, b   []uint64
	counts [chunks][keyPartitions]uint32
}

// keyPartitions is how many parts the keys are divided into, by their first bits.
const (
	keyPartitionBits = 8
	keyPartitions    = 1 << keyPartitionBits
	// maxEntries is how many keys are in memory at once; of more, a share is
	// done at a time.
	maxEntries = 48 << 20
)

// run sorts the nodes into blocks. The order of what it returns is fixed.
func (b *blocking) run(work *entryBuffers, workers int) []*emitter {
	shares := 1 + b.expected()/maxEntries
	out := make([]*emitter, 0, keyPartitions*shares)
	for share := range shares {
		out = append(out, b.share(work, share, shares, workers)...)
	}
	return out
}

// expected is about how many keys the rule makes.
func (b *blocking) expected() int {
	k := &keyList{b: b}
	step := b.t.n/1000 + 1
	n := 0
	for i := 0; i < b.t.n; i += step {
		n += len(k.of(int32(i)))
	}
	return n * step
}

// share does the keys of one share of many: it makes an entry (40 bits of the
// key, then the node's rank) for each, divides them by the first bits of the
// key, and sorts and blocks each part.
func (b *blocking) share(work *entryBuffers, share, shares, workers int) []*emitter {
	n := b.t.n
	eachPart(workers, chunks, func(c int) {
		work.lists[c] = b.entries(work.lists[c][:0], n*c/chunks, n*(c+1)/chunks, share, shares)
		work.counts[c] = [keyPartitions]uint32{}
		for _, w := range work.lists[c] {
			work.counts[c][w>>(64-keyPartitionBits)]++
		}
	})
	total, ends := uint32(0), [keyPartitions]uint32{}
	for p := range keyPartitions {
		for c := range chunks {
			total, work.counts[c][p] = total+work.counts[c][p], total
		}
		ends[p] = total
	}
	if uint32(cap(work.a)) < total {
		work.a, work.b = make([]uint64, total), make([]uint64, total)
	}
	eachPart(workers, chunks, func(c int) {
		at := &work.counts[c]
		for _, w := range work.lists[c] {
			p := w >> (64 - keyPartitionBits)
			work.a[at[p]] = w
			at[p]++
		}
	})
	out := make([]*emitter, keyPartitions)
	eachPart(workers, keyPartitions, func(p int) {
		lo := uint32(0)
		if p > 0 {
			lo = ends[p-1]
		}
		out[p] = &emitter{blocking: b}
		out[p].all(sortEntries(work.a[lo:ends[p]], work.b[lo:ends[p]]))
	})
	return out
}

// sortEntries sorts the entries of one partition by key and rank; they come in
// the order of rank.
func sortEntries(entries, other []uint64) []uint64 {
	if len(entries) < 512 {
		slices.Sort(entries)
		return entries
	}
	for _, shift := range [...]int{nodeBits, nodeBits + radixBits, nodeBits + 2*radixBits} {
		entries, other = radixPass(entries, other, shift)
	}
	return entries
}

// entries appends an entry for each key of the nodes of rank lo to hi.
func (b *blocking) entries(out []uint64, lo, hi, share, shares int) []uint64 {
	k := &keyList{b: b}
	k1 := len(b.t.cols)
	for r := lo; r < hi; r++ {
		node := int32(r)
		if b.s.order != nil {
			node = b.s.order[r]
		}
		row := b.t.rows[int(node)*k1 : int(node)*k1+k1]
		key, simple := b.single(row)
		if simple {
			if key != 0 {
				out = appendEntry(out, key, r, share, shares)
			}
			continue
		}
		for _, key := range k.of(node) {
			out = appendEntry(out, key, r, share, shares)
		}
	}
	return out
}

func appendEntry(out []uint64, key uint64, rank, share, shares int) []uint64 {
	w := mix(key) << nodeBits
	if shares > 1 && int(w>>48&255)%shares != share {
		return out
	}
	return append(out, w|uint64(rank))
}

// single is the key of a row that has no more than one, 0 for none.
func (b *blocking) single(row []uint32) (key uint64, simple bool) {
	key = b.noKey()
	for i, p := range b.parts {
		cell := row[p.place]
		if cell == 0 {
			return 0, true
		}
		if p.flat == nil {
			return 0, false
		}
		switch h := p.flat[cell]; h {
		case 0:
			return 0, true
		case manyHashes:
			return 0, false
		default:
			key = b.join(key, h, i)
		}
	}
	return key, true
}

// noKey is the key before the first part: not 0 for a rule without parts, that
// compares all with all.
func (b *blocking) noKey() uint64 {
	if len(b.parts) == 0 {
		return 1
	}
	return 0
}

// join adds a part to a key. The first two parts of an Either rule are added
// without order.
func (b *blocking) join(key, h uint64, part int) uint64 {
	if b.rule.Either && part < 2 {
		return key + h
	}
	return mix(key+uint64(part)) ^ h
}

// maxKeys bounds the keys of one node under one rule.
const maxKeys = 32

// keyList makes the keys of nodes that may have several.
type keyList struct {
	b          *blocking
	keys, next []uint64
	hashes     []uint64
}

// of returns the distinct keys of a node, until it is called again.
func (k *keyList) of(node int32) []uint64 {
	k.keys = append(k.keys[:0], k.b.noKey())
	for i, p := range k.b.parts {
		k.hashes = p.append(k.hashes[:0], node)
		k.next = k.next[:0]
		for _, h := range k.hashes {
			for _, key := range k.keys {
				if j := k.b.join(key, h, i); len(k.next) < maxKeys && !slices.Contains(k.next, j) {
					k.next = append(k.next, j)
				}
			}
		}
		k.keys, k.next = k.next, k.keys
	}
	return k.keys
}

// emitter turns the sorted entries of one partition into blocks.
type emitter struct {
	*blocking
	members []uint32
	count   blockCount
	hashes  []uint64
	key     uint64 // of the block at hand, as in its entries
}

func (e *emitter) all(entries []uint64) {
	e.alone(entries, 0)
	forRuns(entries, func(block []uint64) {
		e.key = block[0] &^ (MaxNodes - 1)
		p := e.pairsOf(block)
		if p == 0 {
			e.reached(block, 0)
			return
		}
		e.count.blocks++
		e.count.largest = max(e.count.largest, int64(len(block)))
		if p <= e.most {
			e.write(block, p)
			e.reached(block, 0)
			return
		}
		e.count.refined++
		before := e.count.pairs
		e.refine(block, 0)
		e.count.lost.Pairs += max(0, p-(e.count.pairs-before))
	})
}

// forRuns visits the runs of equal keys.
func forRuns(entries []uint64, visit func(block []uint64)) {
	for i := 0; i < len(entries); {
		j := i + 1
		for j < len(entries) && entries[j]>>nodeBits == entries[i]>>nodeBits {
			j++
		}
		if j > i+1 {
			visit(entries[i:j])
		}
		i = j
	}
}

// pairsOf counts the pairs that a block makes.
func (e *emitter) pairsOf(block []uint64) int64 {
	n := int64(len(block))
	if e.s.after == nil {
		return n * (n - 1) / 2
	}
	pairs, p := int64(0), 0
	for _, w := range block {
		for p < len(block) && uint32(block[p]&(MaxNodes-1)) < e.s.after[w&(MaxNodes-1)] {
			p++
		}
		pairs += n - int64(p)
	}
	return pairs
}

// write keeps a block, which makes so many pairs.
func (e *emitter) write(block []uint64, pairs int64) {
	for _, w := range block {
		e.members = append(e.members, uint32(w&(MaxNodes-1))|e.bit)
	}
	e.members[len(e.members)-1] |= memberLast
	e.count.pairs += pairs
}

// refine divides a block that is too large by the next part. Nodes that lack it
// stay out, or are a block of their own where the rule keeps a window.
func (e *emitter) refine(block []uint64, depth int) {
	if depth == len(e.fine) {
		e.giveUp(block)
		return
	}
	fine := e.fine[depth]
	finer := make([]uint64, 0, len(block))
	var rest []uint64
	for _, w := range block {
		rank := w & (MaxNodes - 1)
		e.hashes = fine.leading(e.hashes[:0], e.t.nodeAt(e.s.order, rank))
		for _, h := range e.hashes {
			finer = append(finer, mix(h)<<nodeBits|rank)
		}
		if len(e.hashes) == 0 && e.rule.Window > 0 {
			rest = append(rest, rank)
		}
	}
	if len(finer) > 0 {
		finer = radix(finer, 0)
		e.alone(finer, depth+1)
		forRuns(finer, func(b []uint64) { e.finer(b, depth+1) })
	}
	if len(rest) > 1 {
		e.finer(rest, depth+1)
	}
}

func (e *emitter) finer(block []uint64, depth int) {
	switch p := e.pairsOf(block); {
	case p == 0:
		e.reached(block, depth)
	case p <= e.most:
		e.write(block, p)
		e.reached(block, depth)
	default:
		e.refine(block, depth)
	}
}

// reached notes that a block was divided so often and no more.
func (e *emitter) reached(block []uint64, depth int) {
	if e.depth == nil {
		return
	}
	for _, w := range block {
		if node := e.t.nodeAt(e.s.order, w&(MaxNodes-1)); e.watched[node] {
			id := e.key | uint64(node)
			if old, ok := e.depth[id]; !ok || int(old) > depth {
				e.depth[id] = uint8(depth)
			}
		}
	}
}

// alone notes the entries that no other shares a key with.
func (e *emitter) alone(entries []uint64, depth int) {
	if e.depth == nil {
		return
	}
	for i, w := range entries {
		if (i == 0 || entries[i-1]>>nodeBits != w>>nodeBits) &&
			(i+1 == len(entries) || entries[i+1]>>nodeBits != w>>nodeBits) {
			if depth == 0 {
				e.key = w &^ (MaxNodes - 1)
			}
			e.reached(entries[i:i+1], depth)
		}
	}
}

func (t *nodes) nodeAt(order []int32, rank uint64) int32 {
	if order == nil {
		return int32(rank)
	}
	return order[rank]
}

// giveUp ends with a block that is too large and cannot be divided. It is lost
// but for neighbours in the order of what the refining columns say.
func (e *emitter) giveUp(block []uint64) {
	e.count.lost.Blocks++
	e.count.lost.Records += int64(len(block))
	w := e.rule.Window
	if w <= 0 {
		return
	}
	sorted := slices.Clone(block)
	slices.SortFunc(sorted, e.neighbors)
	for i := 0; i < len(sorted); i += w {
		run := sorted[i:min(i+2*w, len(sorted))]
		run = slices.Clone(run)
		slices.SortFunc(run, func(a, b uint64) int { return cmp.Compare(a&(MaxNodes-1), b&(MaxNodes-1)) })
		if p := e.pairsOf(run); p > 0 {
			e.write(run, p)
		}
		if i+2*w >= len(sorted) {
			break
		}
	}
}

// neighbors orders two entries by the leading values of the refining columns,
// blanks first, then by rank.
func (e *emitter) neighbors(a, b uint64) int {
	a, b = a&(MaxNodes-1), b&(MaxNodes-1)
	x, y := e.t.nodeAt(e.s.order, a), e.t.nodeAt(e.s.order, b)
	for _, f := range e.fine {
		if f.c.cells[x] == f.c.cells[y] {
			continue
		}
		if d := cmp.Compare(f.lead(x), f.lead(y)); d != 0 {
			return d
		}
	}
	return cmp.Compare(a, b)
}
