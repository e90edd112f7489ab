package settings

import (
	"fmt"
	"slices"
	"strings"
)

// companions finds columns of a second person in the row, such as a pupil's
// parent or a tenant's partner, whatever they are called: columns that begin or
// end alike, have names or a date of birth that other columns have as well, and
// do not agree with these. They are left out: as the person's own they would
// make one person of all the children of a parent. What names speak for is left
// to ofOthers.
func (sh *sheet) companions() {
	own, ok := sh.ownWords()
	if !ok {
		return
	}
	var seen []affix
	for _, g := range sh.guesses {
		a := affixOf(g)
		if !naming(g) || a == own || households[g.hint.other] || slices.Contains(seen, a) {
			continue
		}
		seen = append(seen, a)
		if said := sh.another(own, a); said != "" {
			sh.leaveOut(a, own, said)
		}
	}
}

// affix are the words before and after what a column's name was understood by.
type affix struct{ before, after string }

func affixOf(g *guess) affix { return affix{g.hint.before, g.hint.after} }

// naming says whether a column is one that a person is known by.
func naming(g *guess) bool {
	if g.set.As != g.hint.role || g.facts.filled == 0 {
		return false
	}
	switch g.set.As {
	case forename, surname, fullName, dateOfBirth:
		return true
	case anyName:
		return g.facts.share[isFewWords] > 0.4
	}
	return false
}

// ownWords are the affix of the columns of the person that the row is about:
// none, if a name has none, else that of the first name.
func (sh *sheet) ownWords() (own affix, ok bool) {
	for _, g := range sh.guesses {
		if !naming(g) || g.set.As == dateOfBirth {
			continue
		}
		if a := affixOf(g); !ok || a == (affix{}) {
			own, ok = a, true
		}
	}
	return own, ok
}

// fewestRows is how many rows have to have both sides filled for a judgement.
const fewestRows = 5

// another says by what the columns of the affix tell of somebody else, "" if
// they do not. A forename without a surname beside it is a further name of the
// person's own.
func (sh *sheet) another(own, a affix) string {
	var said string
	agree, rows := 0, 0
	whole := sh.of(a, surname) != nil
	for _, as := range []string{fullName, forename, dateOfBirth} {
		theirs := sh.of(a, as)
		mine := sh.of(own, as)
		if as == dateOfBirth && mine == nil {
			mine = sh.of(affix{}, as)
		}
		if as != dateOfBirth && theirs != nil && mine == nil { // a whole name beside its parts, or the other way round
			mine = sh.of(own, map[string]string{fullName: forename, forename: fullName}[as])
		}
		if theirs == nil || mine == nil || as == forename && !whole {
			continue
		}
		n, equal := sh.equal(mine, theirs)
		rows, agree = rows+n, agree+equal
		if said == "" {
			said = fmt.Sprintf("%q is mostly not the same as %q", theirs.column.Name, mine.column.Name)
		}
	}
	if rows < fewestRows || agree*2 > rows {
		return ""
	}
	return said
}

// of returns the first naming column of an affix and role, nil for none.
func (sh *sheet) of(a affix, as string) *guess {
	for _, g := range sh.guesses {
		if naming(g) && affixOf(g) == a && (g.set.As == as || as == fullName && g.set.As == anyName) {
			return g
		}
	}
	return nil
}

// equal counts the rows in which both columns are filled, and in which they say
// the same.
func (sh *sheet) equal(a, b *guess) (rows, equal int) {
	for row := range sh.table.Rows {
		if rows >= maxCompared {
			break
		}
		x, y := a.column.Text(row), b.column.Text(row)
		if x == "" || y == "" {
			continue
		}
		rows++
		if x == y || sayTheSame(words(x), words(y)) {
			equal++
		}
	}
	return rows, equal
}

// sayTheSame says that two texts are equal, or that the one stands in the other
// as a forename does in a whole name.
func sayTheSame(x, y string) bool { return hasWord(x, y) || hasWord(y, x) }

// leaveOut leaves out what belongs to the affix, and what is not understood but
// begins as it does.
func (sh *sheet) leaveOut(a, own affix, said string) {
	for _, g := range sh.guesses {
		if g.facts.filled == 0 || affixOf(g) == own && naming(g) {
			continue
		}
		name := strings.Join(headerWords(g.column.Name), " ")
		if theirs := affixOf(g) == a && g.hint.role != ""; theirs ||
			a.before != "" && strings.HasPrefix(name, a.before+" ") && (a.after == "" || strings.HasSuffix(name, " "+a.after)) {
			g.out(0.8, "tells of somebody else in the row, as "+said)
		}
	}
}
