package matcher

import "math/bits"

// The kernels here measure how alike two texts are, in the bits of a word: one
// text's letters are kept as sets of places (64 at most), and the other is read
// letter by letter. None allocates.

// places holds for each letter the places where it stands in a text. A letter is
// its lowest six bits, which tell the 64 signs from the space to the underscore
// apart: folded text has no others.
type places [64]uint64

// plain says whether all signs of a text are ones that places tell apart.
func plain(s string) bool {
	for i := range len(s) {
		if s[i]-' ' > '_'-' ' {
			return false
		}
	}
	return true
}

func (p *places) fill(s string) {
	for i := range len(s) {
		p[s[i]&63] |= 1 << i
	}
}

// trim leaves out what two texts have in common at both ends.
func trim(a, b string) (string, string) {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
}

// levenshtein is the least number of letters to put in, leave out or replace
// that turns a into b (Myers 1999, in the form of Hyyrö 2003).
func levenshtein(a, b string) int {
	a, b = trim(a, b)
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == "" {
		return len(b)
	}
	if len(a) > 64 || !plain(a) || !plain(b) {
		return editsByRows(a, b, false)
	}
	var p places
	p.fill(a)
	up, down, d := ^uint64(0), uint64(0), len(a)
	last := uint64(1) << (len(a) - 1)
	for j := range len(b) {
		match := p[b[j]&63]
		diagonal := (((match & up) + up) ^ up) | match | down
		across, back := down|^(diagonal|up), diagonal&up
		if across&last != 0 {
			d++
		}
		if back&last != 0 {
			d--
		}
		across = across<<1 | 1
		up, down = back<<1|^(diagonal|across), across&diagonal
	}
	return d
}

// osa is levenshtein with the exchange of two neighbours as one step more: the
// optimal string alignment distance (Damerau 1964, Hyyrö 2003).
func osa(a, b string) int {
	a, b = trim(a, b)
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == "" {
		return len(b)
	}
	if len(a) > 64 || !plain(a) || !plain(b) {
		return editsByRows(a, b, true)
	}
	var p places
	p.fill(a)
	up, down, diagonal, before, d := ^uint64(0), uint64(0), uint64(0), uint64(0), len(a)
	last := uint64(1) << (len(a) - 1)
	for j := range len(b) {
		match := p[b[j]&63]
		swapped := ((^diagonal & match) << 1) & before
		diagonal = (((match & up) + up) ^ up) | match | down | swapped
		across, back := down|^(diagonal|up), diagonal&up
		if across&last != 0 {
			d++
		}
		if back&last != 0 {
			d--
		}
		across = across<<1 | 1
		up, down, before = back<<1|^(diagonal|across), across&diagonal, match
	}
	return d
}

// maxRows is the length from which texts are told apart by their lengths alone.
const maxRows = 256

// editsByRows is levenshtein or, with swaps, osa by dynamic programming, for
// texts that do not fit a word or have other letters. Of texts longer than
// maxRows it takes the difference in length, or one where they are equally long
// and differ.
func editsByRows(a, b string, swaps bool) int {
	if len(a) > maxRows || len(b) > maxRows {
		return max(len(a)-len(b), len(b)-len(a), 1)
	}
	var rows [3][maxRows + 1]uint16
	for j := range len(b) + 1 {
		rows[0][j] = uint16(j)
	}
	for i := 1; i <= len(a); i++ {
		row, above, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		row[0] = uint16(i)
		for j := 1; j <= len(b); j++ {
			step := uint16(1)
			if a[i-1] == b[j-1] {
				step = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+step)
			if swaps && i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return int(rows[len(a)%3][len(b)])
}

// within says whether at most k steps of osa turn a into b.
func within(a, b string, k int) bool {
	if max(len(a)-len(b), len(b)-len(a)) > k {
		return false
	}
	return osa(a, b) <= k
}

// letterSet is the set of a text's capital letters.
func letterSet(s string) uint32 {
	set := uint32(0)
	for i := range len(s) {
		if c := s[i] - 'A'; c < 26 {
			set |= 1 << c
		}
	}
	return set
}

// common bounds the letters that two texts of letters only have in common from
// above: those of which the other has none are not among them.
func common(a, b string, inA, inB uint32) int {
	return min(len(a)-bits.OnesCount32(inA&^inB), len(b)-bits.OnesCount32(inB&^inA))
}

// dice is twice the members that two sorted lists share over all their members:
// 1 for equal lists, 0 where nothing is shared or nothing is there. Members met
// more than once count as often as both lists have them.
func dice[T uint16 | uint32](a, b []T) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n, i, j = n+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return 2 * float64(n) / float64(len(a)+len(b))
}

// grams holds for each letter those that follow it in a text, each letter by its
// lowest six bits.
type grams [64]uint64

// add enters a text's pairs of neighbouring letters and returns how many are
// new.
func (g *grams) add(s string) int {
	n := 0
	for i := 1; i < len(s); i++ {
		x, bit := s[i-1]&63, uint64(1)<<(s[i]&63)
		if g[x]&bit == 0 {
			g[x] |= bit
			n++
		}
	}
	return n
}

// sharedGrams is the Dice likeness of two texts' sets of pairs of neighbouring
// letters: twice those in both over those of each, 0 where there are none.
func sharedGrams(a, b string) float64 {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	var own, other grams
	n, m := own.add(a), other.add(b)
	both := n - other.add(a) // those of a that b has not are new
	return 2 * float64(both) / float64(n+m)
}
