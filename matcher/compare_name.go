package matcher

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/matcher/names"
)

// nameTable holds the distinct names of a column.
type nameTable struct {
	kind Kind
	// words are first each value with its words run together, under the value's
	// number, then the words of those that have several.
	words  []nameWord
	at     []uint32   // words of value v: words[at[v]:at[v+1]]; none for a single one
	groups [][]uint16 // what names knows of a word, shared by those alike
}

// nameWord is one word of names, with what is compared of it.
type nameWord struct {
	text     string
	set      uint32 // the letters that occur
	sound    uint32 // its Soundex, 0 for none
	key      uint32 // a hash of names.Key, 0 for none
	spelling uint32 // spelling families: place in groups, 0 for none
	short    uint32 // groups of short forms, likewise
	common   bool   // many people bear it beside another name
}

func newNameTable(kind Kind, text []string) *nameTable {
	t := &nameTable{kind: kind, words: make([]nameWord, len(text)), at: make([]uint32, len(text)+1), groups: [][]uint16{nil}}
	book := names.Surnames()
	if kind == Forename {
		book = names.Forenames()
	}
	var parts []string
	for i, s := range text {
		t.at[i] = uint32(len(t.words))
		if strings.IndexByte(s, ' ') < 0 {
			t.words[i] = t.word(book, s)
			continue
		}
		parts = meaningful(parts[:0], s)
		t.words[i] = t.word(book, strings.ReplaceAll(s, " ", ""))
		for _, w := range parts {
			t.words = append(t.words, t.word(book, w))
		}
	}
	t.at[len(text)] = uint32(len(t.words))
	return t
}

// mostWords bounds the words of one name: more are no name.
const mostWords = 8

// meaningful appends the words of a name without its small ones, or all where
// there are no others.
func meaningful(out []string, s string) []string {
	for w := range strings.SplitSeq(s, " ") {
		if w != "" && !names.Particle(w) && len(out) < mostWords {
			out = append(out, w)
		}
	}
	if len(out) > 0 {
		return out
	}
	for w := range strings.SplitSeq(s, " ") {
		if w != "" && len(out) < mostWords {
			out = append(out, w)
		}
	}
	return out
}

func (t *nameTable) word(book *names.Book, s string) nameWord {
	w := nameWord{text: s, set: letterSet(s), common: names.Common(s),
		spelling: t.group(book.Spellings(s)), short: t.group(book.ShortForms(s))}
	if code := Soundex(s); code != "" {
		w.sound = uint32(hashText(code))
	}
	if key := names.Key(s); key != "" {
		w.key = uint32(hashText(key))
	}
	return w
}

// group files a word's groups; few words have any.
func (t *nameTable) group(g []uint16) uint32 {
	if len(g) == 0 {
		return 0
	}
	t.groups = append(t.groups, g)
	return uint32(len(t.groups) - 1)
}

// compareNames takes the best level of any alternative against any other, but
// only the leading names can be the same rather than another.
func (c *column) compareNames(a, b []uint32) Level {
	if a[0] == b[0] {
		return NameSame
	}
	if overlap(a, b) {
		return NameOther
	}
	best := NameDiffers
	for _, x := range a {
		for _, y := range b {
			best = min(best, c.prep.names.compare(x, y))
		}
	}
	return best
}

// compare compares two values that differ.
func (t *nameTable) compare(x, y uint32) Level {
	a, b := &t.words[x], &t.words[y]
	p, q := t.words[t.at[x]:t.at[x+1]], t.words[t.at[y]:t.at[y+1]]
	if len(p) == 0 && len(q) == 0 {
		return t.compareWords(a, b)
	}
	if a.text == b.text {
		return NameWritten
	}
	if len(p) == 0 {
		p = t.words[x : x+1]
	}
	if len(q) == 0 {
		q = t.words[y : y+1]
	}
	best := t.align(p, q)
	if t.related(a.spelling, b.spelling) {
		best = min(best, NameSpelling)
	}
	if n := min(len(a.text), len(b.text)); n > 3 && within(a.text, b.text, max(1, typingErrors(n/2))) {
		best = min(best, NameClose)
	}
	return best
}

// align compares two names word by word: each word of the one with fewer is
// held against that of the other which is most like it.
func (t *nameTable) align(p, q []nameWord) Level {
	if len(p) > len(q) {
		p, q = q, p
	}
	worst, initials, shared := t.nearest(p, q)
	if len(p) == len(q) {
		w, i, s := t.nearest(q, p)
		worst, initials, shared = max(worst, w), max(initials, i), shared || s
	}
	switch {
	case initials == len(p) && worst <= NameSimilar:
		return NameInitial
	case worst <= NameSimilar && (len(p) < len(q) || initials > 0):
		return NamePart
	case worst == NameSame:
		return NameWritten
	case worst <= NameRough && len(p) == len(q) && initials == 0:
		return worst
	case shared:
		return NameShares
	}
	return NameDiffers
}

// nearest returns the worst level of the words of p, each with the word of q
// that it is most like, how many of them are merely initials, and whether a
// word that tells something has its equal or another spelling of it.
func (t *nameTable) nearest(p, q []nameWord) (worst Level, initials int, shared bool) {
	for i := range p {
		best := NameDiffers
		for j := range q {
			best = min(best, t.compareWords(&p[i], &q[j]))
		}
		if best == NameInitial {
			initials++
			best = NameSame
		} else if best <= NameSpelling && !p[i].common && len(p[i].text) > 2 {
			shared = true
		}
		worst = max(worst, best)
	}
	return worst, initials, shared
}

// compareWords compares two single words.
func (t *nameTable) compareWords(a, b *nameWord) Level {
	switch {
	case a.text == b.text:
		return NameSame
	case t.related(a.spelling, b.spelling):
		return NameSpelling
	case t.related(a.short, b.short), t.kind == Forename && shortForm(a.text, b.text):
		return NameNickname
	case len(a.text) <= 1 || len(b.text) <= 1:
		if a.text != "" && b.text != "" && a.text[0] == b.text[0] {
			return NameInitial
		}
		return NameDiffers
	}
	if l := likeness(a, b); l != NameDiffers {
		return l
	}
	switch {
	case a.key != 0 && a.key == b.key:
		return NameSound
	case a.sound != 0 && a.sound == b.sound:
		return NameRough
	}
	return NameDiffers
}

// likeness compares the letters of two words. Most pairs have too few letters
// in common for any likeness, which their sets of letters show.
func likeness(a, b *nameWord) Level {
	s, t := a.text, b.text
	m := float64(common(s, t, a.set, b.set))
	if most := (m/float64(len(s)) + m/float64(len(t)) + 1) / 3; winkler(most, s, t) >= similar {
		switch jw := jaroWinkler(s, t); {
		case jw >= nearlySame:
			return NameClose
		case jw >= similar:
			return NameSimilar
		}
	}
	if min(len(s), len(t)) > 2 && oneEdit(s, t) { // in short names one letter is too much for Jaro
		return NameSimilar
	}
	return NameDiffers
}

// Winkler's likeness from which names are nearly the same, and similar.
const (
	nearlySame = 0.92
	similar    = 0.85
)

// shortForm says whether one name is the beginning of the other, longer by two
// letters or more, as Fi is of Fiona.
func shortForm(s, t string) bool {
	if len(s) > len(t) {
		s, t = t, s
	}
	return len(s) > 1 && len(t) > len(s)+1 && t[:len(s)] == s
}

// related says whether two words stand in one group.
func (t *nameTable) related(a, b uint32) bool {
	if a == 0 || b == 0 {
		return false
	}
	for _, x := range t.groups[a] {
		if slices.Contains(t.groups[b], x) {
			return true
		}
	}
	return false
}
