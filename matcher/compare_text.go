package matcher

import (
	"slices"
	"strings"
)

// wordIDs numbers words.
type wordIDs map[string]uint32

func (w wordIDs) of(s string) uint32 {
	id, ok := w[s]
	if !ok {
		id = uint32(len(w))
		w[strings.Clone(s)] = id
	}
	return id
}

// textTable holds the distinct texts of a column.
type textTable struct {
	ids    []uint32 // of the words of all texts, sorted within each
	at     []uint32 // those of text v: ids[at[v]:at[v+1]]
	joined []uint64 // hash of each text without its spaces
	set    []uint32 // the letters that occur
	weak   []bool   // of each word: it tells nothing
}

func newTextTable(text []string) *textTable {
	t := &textTable{
		at: make([]uint32, 1, len(text)+1), joined: make([]uint64, len(text)), set: make([]uint32, len(text)),
	}
	known := wordIDs{}
	for i, s := range text {
		begin := len(t.ids)
		for w := range strings.SplitSeq(s, " ") {
			if w == "" {
				continue
			}
			id := known.of(w)
			if int(id) == len(t.weak) {
				t.weak = append(t.weak, len(w) < 3 || stopWords[w])
			}
			t.ids = append(t.ids, id)
		}
		slices.Sort(t.ids[begin:])
		t.at = append(t.at, uint32(len(t.ids)))
		t.joined[i] = hashText(strings.ReplaceAll(s, " ", ""))
		t.set[i] = letterSet(s)
	}
	return t
}

// stopWords are words that any two texts may share.
var stopWords = map[string]bool{"AND": true, "THE": true, "FOR": true, "WITH": true, "FROM": true, "NOT": true, "OTHER": true}

// compare compares two texts that differ, of the numbers x and y.
func (t *textTable) compare(a, b string, x, y uint32) Level {
	p, q := t.ids[t.at[x]:t.at[x+1]], t.ids[t.at[y]:t.at[y+1]]
	if t.joined[x] == t.joined[y] || slices.Equal(p, q) {
		return TextWritten
	}
	k := typingErrors(min(len(a), len(b)))
	far := max(len(a), len(b)) - common(a, b, t.set[x], t.set[y])
	if far <= k && sameDigits(a, b) && within(a, b, k) {
		return TextClose
	}
	n := 0
	telling := false
	for i, j := 0, 0; i < len(p) && j < len(q); {
		switch {
		case p[i] == q[j]:
			telling = telling || !t.weak[p[i]]
			n, i, j = n+1, i+1, j+1
		case p[i] < q[j]:
			i++
		default:
			j++
		}
	}
	switch {
	case telling && n == min(len(p), len(q)), cutShort(a, b):
		return TextPart
	case sharedGrams(a, b) >= mostGrams:
		return TextSimilar
	case telling:
		return TextShares
	}
	return TextDiffers
}

// mostGrams is the Dice likeness of their pairs of letters from which texts are
// similar.
const mostGrams = 0.6

// sameDigits says whether two texts have the same digits in the same order.
func sameDigits(a, b string) bool {
	i, j := 0, 0
	for {
		for i < len(a) && !isDigit(a[i]) {
			i++
		}
		for j < len(b) && !isDigit(b[j]) {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if a[i] != b[j] {
			return false
		}
		i, j = i+1, j+1
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// cutShort says whether two texts have as many words and of each two, in order,
// one is the other or the beginning of it, and the first or another of three
// letters or more is the same: J SMITH AND CO is JOHN SMITH AND COMPANY.
func cutShort(a, b string) bool {
	anchored := false
	for a != "" && b != "" {
		s, restA, _ := strings.Cut(a, " ")
		t, restB, _ := strings.Cut(b, " ")
		if !strings.HasPrefix(s, t) && !strings.HasPrefix(t, s) || isDigitOf(s) != isDigitOf(t) || isDigitOf(s) && s != t {
			return false
		}
		anchored = anchored || min(len(s), len(t)) > 2
		a, b = restA, restB
	}
	return anchored && a == b
}

func isDigitOf(s string) bool { return s != "" && isDigit(s[0]) }
