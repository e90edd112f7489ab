package matcher

import (
	"slices"
	"strings"
)

// keyer makes one part of a key from the cells of a column.
type keyer struct {
	c     *column
	place int // of the column
	how   How
	// flat is the one hash of each tuple, 0 for none, manyHashes for several;
	// nil where values mostly have several.
	flat []uint64
	// list[at[t]:at[t+1]] are the hashes of each tuple where values mostly have
	// several and tuples are few; else they are worked out when asked for.
	at   []uint32
	list []uint64
}

// fewTuples is how many tuples keep their several hashes.
const fewTuples = 1 << 16

// manyHashes marks a tuple that gives several hashes.
const manyHashes = 1<<64 - 1

// keyers keep the parts that several rules use, as each is worked out for every
// distinct value once.
type keyers struct {
	t       *nodes
	workers int
	made    []*keyer
}

func newKeyers(t *nodes, workers int) *keyers { return &keyers{t: t, workers: workers} }

func (k *keyers) get(p KeyPart) *keyer {
	place := slices.IndexFunc(k.t.cols, func(c column) bool { return c.name == p.Column })
	for _, m := range k.made {
		if m.place == place && m.how == p.How {
			return m
		}
	}
	m := &keyer{c: &k.t.cols[place], place: place, how: p.How} // check has made sure that there is one
	if !p.How.several() {
		m.flatten(k.workers)
	} else if len(m.c.start) <= fewTuples {
		m.keep()
	}
	k.made = append(k.made, m)
	return m
}

// flatten works out the hash of every tuple.
func (k *keyer) flatten(workers int) {
	n := len(k.c.start) - 1
	k.flat = make([]uint64, n)
	eachPart(workers, chunks, func(part int) {
		var hashes []uint64
		for t := n * part / chunks; t < n*(part+1)/chunks; t++ {
			hashes = hashes[:0]
			for _, v := range k.c.tuple(uint32(t)) {
				hashes = k.value(hashes, v)
			}
			switch {
			case len(hashes) == 0:
			case len(hashes) == 1 || !slices.ContainsFunc(hashes, func(h uint64) bool { return h != hashes[0] }):
				k.flat[t] = hashes[0]
			default:
				k.flat[t] = manyHashes
			}
		}
	})
}

// keep works out all hashes of every tuple.
func (k *keyer) keep() {
	n := len(k.c.start) - 1
	at := make([]uint32, n+1)
	for t := range n {
		for _, v := range k.c.tuple(uint32(t)) {
			k.list = k.value(k.list, v)
		}
		at[t+1] = uint32(len(k.list))
	}
	k.at = at
}

// append appends the hashes of all values of a node.
func (k *keyer) append(out []uint64, node int32) []uint64 {
	cell := k.c.cells[node]
	if k.flat != nil && k.flat[cell] != manyHashes {
		if h := k.flat[cell]; h != 0 {
			out = append(out, h)
		}
		return out
	}
	if k.at != nil {
		return append(out, k.list[k.at[cell]:k.at[cell+1]]...)
	}
	for _, v := range k.c.tuple(cell) {
		out = k.value(out, v)
	}
	return out
}

// leading appends the hashes of the value of a node that leads.
func (k *keyer) leading(out []uint64, node int32) []uint64 {
	cell := k.c.cells[node]
	t := k.c.tuple(cell)
	if len(t) == 1 && k.flat != nil && k.flat[cell] != manyHashes {
		if h := k.flat[cell]; h != 0 {
			out = append(out, h)
		}
	} else if len(t) > 0 {
		out = k.value(out, t[0])
	}
	return out
}

// lead is the value of a node that leads.
func (k *keyer) lead(node int32) string {
	if t := k.c.of(node); len(t) > 0 {
		return k.c.text[t[0]]
	}
	return ""
}

// value appends the hashes of one value.
func (k *keyer) value(out []uint64, v uint32) []uint64 {
	if v == 0 {
		return out
	}
	if k.how == Whole {
		if h := k.c.prep.hash[v]; h != 0 {
			out = append(out, h)
		}
		return out
	}
	return appendHashes(out, k.c.text[v], k.how)
}

// appendHashes appends what a part of a key is made of a text: nothing where
// the text has no such part.
func appendHashes(out []uint64, s string, how How) []uint64 {
	if s == "" {
		return out
	}
	switch how {
	case Drop1:
		return appendDeletions(out, s)
	case Words, WordSounds, WordDrop1, WordPairs, WordPairSounds:
		return appendWords(out, s, how)
	}
	if h := oneHash(s, how); h != 0 {
		out = append(out, h)
	}
	return out
}

// oneHash is the hash of a derivation that gives no more than one.
func oneHash(s string, how How) uint64 {
	switch how {
	case Sound:
		return hashText(Soundex(s))
	case Initial:
		return hashText(s[:1])
	case Prefix3:
		return hashText(s[:min(3, len(s))])
	case Year:
		return hashText(s[:min(4, len(s))])
	case Outward:
		s, _, _ = strings.Cut(s, " ")
		return hashText(s)
	case Unordered:
		return unorderedDate(s)
	case YearMonth:
		return dateSlice(s, 0, 7)
	case MonthDay:
		return dateSlice(s, 5, 10)
	case Sector:
		outward, inward, ok := strings.Cut(s, " ")
		if !ok || inward == "" {
			return hashText(s)
		}
		return hashText(outward + " " + inward[:1])
	case Bag:
		return bag(s)
	case Local:
		s, _, _ = strings.Cut(s, "@")
		return hashText(s)
	case Grid:
		return hashText(grid(s))
	case Last:
		return hashText(s[strings.LastIndexByte(s, ' ')+1:])
	case Numbers:
		return numbers(s)
	}
	return hashText(s)
}

func dateSlice(s string, from, to int) uint64 {
	if len(s) < to {
		return 0
	}
	return hashText(s[from:to])
}

// unorderedDate is the same for a date and for the one with day and month
// exchanged.
func unorderedDate(s string) uint64 {
	if len(s) != 10 {
		return hashText(s)
	}
	return mix(hashText(s[:4]) ^ (hashText(s[5:7]) + hashText(s[8:])))
}

// bag is the same whatever the order of the words.
func bag(s string) uint64 {
	h := uint64(0)
	for w := range strings.SplitSeq(s, " ") {
		h += hashText(w)
	}
	return h
}

// numbers are all the words of a text that begin with a digit, in order: the
// flat and the house of an address line.
func numbers(s string) uint64 {
	h := uint64(0)
	for w := range strings.SplitSeq(s, " ") {
		if w != "" && w[0] >= '0' && w[0] <= '9' {
			h = mix(h ^ hashText(w))
		}
	}
	return h
}

// grid is the square of a hundredth of a degree that a point lies in: about a
// kilometer from south to north.
func grid(s string) string {
	lat, lon, ok := strings.Cut(s, ",")
	if !ok {
		return s
	}
	return decimals(lat) + "," + decimals(lon)
}

func decimals(s string) string {
	whole, fraction, _ := strings.Cut(s, ".")
	return whole + "." + fraction[:min(2, len(fraction))]
}

// maxWords is how many words of a text make keys.
const maxWords = 8

// appendWords appends the hash of each word, of forms of each, or of each pair
// of words in any order.
func appendWords(out []uint64, s string, how How) []uint64 {
	from := len(out)
	for w := range strings.SplitSeq(s, " ") {
		if len(out)-from >= maxWords && how != WordDrop1 {
			break
		}
		switch {
		case how == WordDrop1:
			out = appendDeletions(out, w)
		case how == WordSounds || how == WordPairSounds:
			if h := hashText(Soundex(w)); h != 0 {
				out = append(out, h)
			} else if w != "" {
				out = append(out, hashText(w))
			}
		case w != "":
			out = append(out, hashText(w))
		}
	}
	if how == WordPairs || how == WordPairSounds {
		return appendPairs(out, from)
	}
	return out
}

// appendPairs replaces the hashes from a place on by those of their pairs.
func appendPairs(out []uint64, from int) []uint64 {
	var words [maxWords]uint64
	n := copy(words[:], out[from:])
	out = out[:from]
	for i := range n {
		for _, h := range words[:i] {
			out = append(out, mix(h+words[i]))
		}
	}
	return out
}

const deletionBase = 0x9e3779b97f4a7c15

// appendDeletions hashes a text and each that comes of leaving out one
// character. Two texts that are one slip of a character apart have one of these
// in common. Texts shorter than 4 or longer than 16 stay whole.
func appendDeletions(out []uint64, s string) []uint64 {
	if s == "" {
		return out
	}
	var tail, power [18]uint64 // of s[i:], and of the base
	if len(s) < 4 || len(s) > 16 {
		h := uint64(0)
		for i := range len(s) {
			h = h*deletionBase + uint64(s[i]) + 1
		}
		return append(out, mix(h))
	}
	power[0] = 1
	for i := len(s) - 1; i >= 0; i-- {
		n := len(s) - 1 - i
		power[n+1] = power[n] * deletionBase
		tail[i] = tail[i+1] + (uint64(s[i])+1)*power[n]
	}
	out = append(out, mix(tail[0]))
	head := uint64(0) // of s[:i]
	for i := range len(s) {
		if i == 0 || s[i] != s[i-1] { // either of two equals leaves the same
			out = append(out, mix(head*power[len(s)-1-i]+tail[i+1]))
		}
		head = head*deletionBase + uint64(s[i]) + 1
	}
	return out
}
