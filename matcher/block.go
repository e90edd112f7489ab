package matcher

import (
	"strings"

	"golang.org/x/sync/errgroup"
)

// A candidate pair is one word: the lesser node, the greater node and the rules
// that found it. Sorting the words of all rules brings the findings of one pair
// together, so that no pair is compared twice and each keeps all its rules.
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
	found := make([][]uint64, len(t.spec.Rules))
	var g errgroup.Group
	g.SetLimit(max(1, workers))
	for i := range t.spec.Rules {
		g.Go(func() error {
			found[i] = t.block(i)
			return nil
		})
	}
	_ = g.Wait() // no rule fails
	total := 0
	for _, f := range found {
		total += len(f)
	}
	all := make([]uint64, 0, total)
	for i, f := range found {
		all = append(all, f...)
		found[i] = nil
	}
	return distinct(radix(all, ruleBits))
}

// distinct joins the rules of equal pairs.
func distinct(sorted []uint64) []uint64 {
	out := sorted[:0]
	for _, w := range sorted {
		if n := len(out); n > 0 && out[n-1]>>ruleBits == w>>ruleBits {
			out[n-1] |= w
		} else {
			out = append(out, w)
		}
	}
	return out
}

// radix sorts words by their bits from low upward, least digit first.
func radix(words []uint64, low int) []uint64 {
	other := make([]uint64, len(words))
	for shift := low; shift < 64; shift += 12 {
		var at [4097]int
		for _, w := range words {
			at[w>>shift&4095+1]++
		}
		if len(words) > 0 && at[words[0]>>shift&4095+1] == len(words) {
			continue
		}
		for i := range 4096 {
			at[i+1] += at[i]
		}
		for _, w := range words {
			d := w >> shift & 4095
			other[at[d]] = w
			at[d]++
		}
		words, other = other, words
	}
	return words
}

// blocking is one rule at work.
type blocking struct {
	t     *nodes
	rule  Rule
	parts [][]partHash // hashes of each value of each part's column
	cols  []*column
	fine  [][]partHash
	pairs []uint64
	bit   uint64
	keys  []uint64
	next  []uint64
}

// partHash is what a KeyPart makes of one value; several with Drop1.
type partHash []uint64

// maxKeys bounds the keys of one node under one rule.
const maxKeys = 24

func (t *nodes) block(rule int) []uint64 {
	b := &blocking{t: t, rule: t.spec.Rules[rule], bit: 1 << rule}
	for _, p := range b.rule.Parts {
		c := t.columnNamed(p.Column)
		b.cols = append(b.cols, c)
		b.parts = append(b.parts, hashes(c, p.How))
	}
	for _, p := range b.rule.Refine {
		b.fine = append(b.fine, hashes(t.columnNamed(p.Column), p.How))
	}
	entries := make([]uint64, 0, t.n)
	for i := range int32(t.n) {
		entries = b.entries(entries, i)
	}
	entries = radix(entries, 0)
	for i := 0; i < len(entries); {
		j := i + 1
		for j < len(entries) && entries[j]>>nodeBits == entries[i]>>nodeBits {
			j++
		}
		b.emit(entries[i:j], 0)
		i = j
	}
	return b.pairs
}

func (t *nodes) columnNamed(name string) *column {
	for i := range t.cols {
		if t.cols[i].name == name {
			return &t.cols[i]
		}
	}
	return nil // check has made sure that there is one
}

// entries appends a word for each key of the node: 40 bits of the key, then the
// node.
func (b *blocking) entries(out []uint64, node int32) []uint64 {
	b.keys = append(b.keys[:0], 0)
	for i := range b.parts {
		b.next = b.next[:0]
		for _, v := range b.cols[i].of(node) {
			for _, h := range b.parts[i][v] {
				for _, k := range b.keys {
					if len(b.next) < maxKeys {
						b.next = append(b.next, b.join(k, h, i))
					}
				}
			}
		}
		b.keys, b.next = b.next, b.keys
	}
	start := len(out)
	for _, k := range b.keys {
		w := mix(k)<<nodeBits | uint64(node)
		if !containsWord(out[start:], w) {
			out = append(out, w)
		}
	}
	return out
}

// join adds a part to a key. The first two parts of an Either rule are added
// without order.
func (b *blocking) join(key, h uint64, part int) uint64 {
	if b.rule.Either && part < 2 {
		return key + h
	}
	return mix(key+uint64(part)) ^ h
}

func containsWord(words []uint64, w uint64) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

// emit pairs the nodes of a block, or refines it where it is too large. A node
// without the refining value stays out.
func (b *blocking) emit(block []uint64, depth int) {
	if len(block) < 2 {
		return
	}
	if len(block) <= b.rule.Cap {
		for i, x := range block {
			p := x & (MaxNodes - 1) << (nodeBits + ruleBits)
			for _, y := range block[i+1:] {
				b.pairs = append(b.pairs, p|y&(MaxNodes-1)<<ruleBits|b.bit)
			}
		}
		return
	}
	if depth == len(b.fine) {
		return
	}
	c := b.t.columnNamed(b.rule.Refine[depth].Column)
	finer := make([]uint64, 0, len(block))
	for _, w := range block {
		node := w & (MaxNodes - 1)
		if t := c.of(int32(node)); len(t) > 0 {
			for _, h := range b.fine[depth][t[0]] {
				finer = append(finer, mix(h)<<nodeBits|node)
			}
		}
	}
	finer = radix(finer, 0)
	for i := 0; i < len(finer); {
		j := i + 1
		for j < len(finer) && finer[j]>>nodeBits == finer[i]>>nodeBits {
			j++
		}
		b.emit(finer[i:j], depth+1)
		i = j
	}
}

// hashes derives a key part from every value of a column.
func hashes(c *column, how How) []partHash {
	out := make([]partHash, len(c.text))
	flat := make([]uint64, len(c.text))
	for i, s := range c.text {
		if i == 0 || s == "" && len(c.prep.hash) > i && c.prep.hash[i] == 0 {
			continue
		}
		if how == Drop1 {
			out[i] = deletions(s)
			continue
		}
		flat[i] = keyHash(c, i, how)
		if flat[i] != 0 {
			out[i] = flat[i : i+1 : i+1]
		}
	}
	return out
}

func keyHash(c *column, i int, how How) uint64 {
	s := c.text[i]
	switch how {
	case Sound:
		return c.prep.sound[i]
	case Initial:
		return hashText(s[:1])
	case Prefix3:
		return hashText(s[:min(3, len(s))])
	case Year:
		return hashText(s[:min(4, len(s))])
	case Outward:
		s, _, _ = strings.Cut(s, " ")
		return hashText(s)
	}
	return c.prep.hash[i]
}

// deletions hashes a text and each that comes of leaving out one character.
func deletions(s string) partHash {
	out := partHash{hashText(s)}
	if len(s) < 4 || len(s) > 16 {
		return out
	}
	for i := range len(s) {
		out = append(out, hashText(s[:i]+s[i+1:]))
	}
	return out
}
