package matcher

import "slices"

// A candidate pair is one word: the lesser node, the greater node and the rules
// that found it, so that no pair is compared twice and each keeps all its rules.
const (
	nodeBits = 24
	ruleBits = 64 - 2*nodeBits
	// MaxNodes is how many records one run can take.
	MaxNodes = 1 << nodeBits
)

func pairOf(w uint64) (a, b int32, rules uint16) {
	return int32(w >> (nodeBits + ruleBits)), int32(w >> ruleBits & (MaxNodes - 1)), uint16(w)
}

// candidates returns the pairs that the rules find, in order, each once.
func (t *nodes) candidates(workers int) []uint64 {
	return t.pairSpace(t.spec.Rules, workers).all(workers)
}

// all returns the pairs in order, each once.
func (s *pairSpace) all(workers int) []uint64 {
	found := make([][]uint64, chunks)
	eachPart(workers, chunks, func(i int) { found[i] = s.part(nil, i, chunks) })
	total := 0
	for _, f := range found {
		total += len(f)
	}
	all := make([]uint64, 0, total)
	for i, f := range found {
		all = append(all, f...)
		found[i] = nil
	}
	if s.order != nil { // parts go by source first
		all = radix(all, ruleBits)
	}
	return all
}

// severalSources marks a node that holds records of more than one source.
const severalSources = 1 << 8

// sources returns the source of each node, nil if it does not matter.
func (b *base) sources(label []int32, n int) []uint16 {
	if !b.in.Between {
		return nil
	}
	out := make([]uint16, n)
	known := make([]bool, n)
	for i, l := range label {
		s := uint16(0)
		if i < len(b.in.Sources) {
			s = uint16(b.in.Sources[i])
		}
		switch {
		case !known[l]:
			out[l], known[l] = s, true
		case out[l] != s:
			out[l] = severalSources
		}
	}
	return out
}

// bySource ranks the nodes by source, those of several sources last. after is
// the least rank that the node of each rank is compared with among those that
// follow it: it skips those of the same source.
func (t *nodes) bySource() (order []int32, after []uint32) {
	var at [severalSources + 2]uint32
	for _, s := range t.source {
		at[s+1]++
	}
	for i := range severalSources + 1 {
		at[i+1] += at[i]
	}
	next := at
	order, after = make([]int32, t.n), make([]uint32, t.n)
	for node, s := range t.source {
		r := next[s]
		next[s]++
		order[r], after[r] = int32(node), at[s+1]
		if s == severalSources {
			after[r] = r + 1
		}
	}
	return order, after
}

// pairSpace holds the blocks of some rules in the form from which the pairs of
// each node are read off one after the other. Nodes are known by rank, which is
// their number, or under Between goes by source first: the partners of a node
// that follow it in its block are then a run to the block's end.
type pairSpace struct {
	t     *nodes
	order []int32  // node of each rank, nil where rank and node are one
	after []uint32 // see bySource
	// members are the blocks one after the other: in each word the rank, the
	// rule, and whether it is the block's last.
	members []uint32
	// starts[at[r]:at[r+1]] are the places among members where the partners of
	// rank r begin in each of its blocks.
	at, starts []uint32
	finds      []blockCount
}

const (
	memberRule = nodeBits
	memberLast = 1 << 31
)

// blockCount says what became of a rule's blocks.
type blockCount struct {
	pairs                    int64 // made, those found twice included
	blocks, largest, refined int64
	lost                     Loss
}

func (c *blockCount) add(o blockCount) {
	c.pairs += o.pairs
	c.blocks += o.blocks
	c.largest = max(c.largest, o.largest)
	c.refined += o.refined
	c.lost.Blocks += o.lost.Blocks
	c.lost.Records += o.lost.Records
	c.lost.Pairs += o.lost.Pairs
}

// pairSpace blocks the nodes by the rules.
func (t *nodes) pairSpace(rules []Rule, workers int) *pairSpace {
	s := &pairSpace{t: t, finds: make([]blockCount, len(rules))}
	if t.source != nil {
		s.order, s.after = t.bySource()
	}
	keyers := newKeyers(t, workers)
	var work entryBuffers
	for i, r := range rules {
		b := newBlocking(s, r, i, keyers)
		done := b.run(&work, workers)
		more := 0
		for _, e := range done {
			more += len(e.members)
		}
		s.members = slices.Grow(s.members, min(more, maxMembers-len(s.members)))
		for _, e := range done {
			s.finds[i].add(e.count)
			if len(s.members)+len(e.members) > maxMembers {
				s.finds[i].lost.Blocks += e.count.blocks
				s.finds[i].lost.Records += int64(len(e.members))
				continue
			}
			s.members = append(s.members, e.members...)
		}
	}
	s.index(workers)
	return s
}

// maxMembers keeps places among the members within 32 bits.
const maxMembers = 1<<32 - 1

// index finds where each rank's partners begin. Each worker does some of the
// ranks, and reads all members.
func (s *pairSpace) index(workers int) {
	n := s.t.n
	s.at = make([]uint32, n+1)
	workers = max(1, min(workers, 4))
	eachPart(workers, workers, func(i int) {
		lo, hi := uint32(n*i/workers), uint32(n*(i+1)/workers)
		s.partners(lo, hi, func(rank, _ uint32) { s.at[rank+1]++ })
	})
	for i := range n {
		s.at[i+1] += s.at[i]
	}
	s.starts = make([]uint32, s.at[n])
	next := make([]uint32, n)
	copy(next, s.at)
	eachPart(workers, workers, func(i int) {
		lo, hi := uint32(n*i/workers), uint32(n*(i+1)/workers)
		s.partners(lo, hi, func(rank, place uint32) {
			s.starts[next[rank]] = place
			next[rank]++
		})
	})
}

// partners visits the members of rank lo to hi that have partners after them.
func (s *pairSpace) partners(lo, hi uint32, visit func(rank, place uint32)) {
	if s.after == nil {
		for i, m := range s.members {
			if r := m & (MaxNodes - 1); r >= lo && r < hi && m < memberLast {
				visit(r, uint32(i)+1)
			}
		}
		return
	}
	for i := 0; i < len(s.members); {
		end := i
		for s.members[end] < memberLast {
			end++
		}
		end++
		p := i
		for ; i < end; i++ {
			r := s.members[i] & (MaxNodes - 1)
			for p < end && s.members[p]&(MaxNodes-1) < s.after[r] {
				p++
			}
			if p < end && r >= lo && r < hi {
				visit(r, uint32(p))
			}
		}
	}
}

// bounds are the ranks of part i of so many; parts have about as many entries
// each.
func (s *pairSpace) bounds(i, parts int) (lo, hi int) {
	return s.rankAt(i, parts), s.rankAt(i+1, parts)
}

func (s *pairSpace) rankAt(i, parts int) int {
	if i >= parts {
		return s.t.n
	}
	want := uint32(uint64(len(s.starts)) * uint64(i) / uint64(parts))
	lo, hi := 0, s.t.n
	for lo < hi { // the least rank whose entries begin at or after want
		if mid := (lo + hi) / 2; s.at[mid] < want {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// part appends the pairs of part i of so many to out, in order, each once.
func (s *pairSpace) part(out []uint64, i, parts int) []uint64 {
	lo, hi := s.bounds(i, parts)
	from := len(out)
	var buf []uint64
	for r := lo; r < hi; r++ {
		buf = s.of(buf[:0], uint32(r))
		for _, w := range buf {
			out = append(out, s.word(uint32(r), w))
		}
	}
	if s.order != nil {
		sortWords(out[from:])
	}
	return out
}

// word is the candidate pair of a rank and one of its partners.
func (s *pairSpace) word(rank uint32, partner uint64) uint64 {
	if s.order == nil {
		return uint64(rank)<<(nodeBits+ruleBits) | partner
	}
	a, b := s.order[rank], s.order[partner>>ruleBits]
	return uint64(min(a, b))<<(nodeBits+ruleBits) | uint64(max(a, b))<<ruleBits | partner&(1<<ruleBits-1)
}

// of appends the partners of a rank in order, each once, with their rules.
func (s *pairSpace) of(buf []uint64, rank uint32) []uint64 {
	for _, at := range s.starts[s.at[rank]:s.at[rank+1]] {
		for _, m := range s.members[at:] {
			buf = append(buf, uint64(m&(MaxNodes-1))<<ruleBits|1<<(m>>memberRule&15))
			if m >= memberLast {
				break
			}
		}
	}
	if len(buf) < 2 {
		return buf
	}
	sortWords(buf)
	return distinct(buf)
}

// distinct joins the rules of equal pairs.
func distinct(sorted []uint64) []uint64 {
	out := sorted[:1]
	for _, w := range sorted[1:] {
		if last := &out[len(out)-1]; *last>>ruleBits == w>>ruleBits {
			*last |= w
		} else {
			out = append(out, w)
		}
	}
	return out
}
