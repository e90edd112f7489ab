package matcher

import (
	"math/bits"
	"slices"
	"strings"
)

// unit is one way of making part of a key: of one column, or of two names that
// may change places.
type unit struct {
	parts  []KeyPart
	places []int // columns
	either bool
	// agree are the imagined pairs of one person that share the key.
	agree bitset
	// share is how many of the records, from 0 to 1, share the key of each
	// imagined pair's first record.
	share []float32
	// selects is how many of the records the key of an average record leaves.
	selects float64
}

// kindHows are the derivations that keys of each kind are tried with.
var kindHows = map[Kind][]How{
	Forename:   {Whole, Sound, Prefix3, Initial, Drop1},
	Surname:    {Whole, Sound, Prefix3, Drop1},
	Date:       {Whole, Unordered, Year, YearMonth, MonthDay},
	Code:       {Whole},
	Postcode:   {Whole, Sector, Outward, Drop1},
	Identifier: {Whole, Drop1},
	Keys:       {Whole},
	Role:       {Whole},
	Text:       {Whole, Sound, Prefix3, Drop1},
	Address:    {Whole, Bag, WordPairs, Words, Numbers},
	Number:     {Whole},
	Email:      {Whole, Local, Drop1},
	Phone:      {Whole, Drop1},
	Point:      {Whole, Grid},
}

// wordHows are tried as well where many values are of several words.
var wordHows = map[Kind][]How{
	Forename: {Words},
	Surname:  {Last, Words, WordPairs, WordPairSounds},
	Text:     {Bag, Last, Words, WordSounds, WordDrop1, WordPairs, WordPairSounds},
}

// manyWords is from which share of values with several words on a column's
// words are tried as keys.
const manyWords = 0.1

// columnHows are the derivations to try for a column, none for one that is all
// blank or all the same.
func columnHows(c *column) []How {
	filled, words, first, varied := 0, 0, uint32(0), false
	for _, cell := range c.cells {
		t := c.tuple(cell)
		if len(t) == 0 {
			continue
		}
		filled++
		if strings.Contains(c.text[t[0]], " ") {
			words++
		}
		if first == 0 {
			first = cell
		}
		varied = varied || cell != first
	}
	if !varied {
		return nil
	}
	out := kindHows[c.kind]
	if more := wordHows[c.kind]; len(more) > 0 && float64(words) >= manyWords*float64(filled) {
		out = slices.Concat(out, more)
	}
	return out
}

// bitset is a set of imagined pairs.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) has(i int) bool { return b[i/64]>>(i%64)&1 != 0 }

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

func (b bitset) and(o bitset) bitset {
	out := make(bitset, len(b))
	for i, w := range b {
		out[i] = w & o[i]
	}
	return out
}
