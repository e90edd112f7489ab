package settings

import (
	"fmt"
	"slices"
	"strings"
)

// maxCompared is how many rows are looked at to find how columns go together.
const maxCompared = 20000

// unnamedNames tells forenames from surnames where neither the columns' names
// nor the lists of common names do: a forename goes with one sex, a surname
// with both; and there are more surnames than forenames.
func (sh *sheet) unnamedNames() {
	if sh.has(forename) && sh.has(surname) || sh.has(fullName) || sh.has(organisation) {
		return
	}
	var words []*guess
	for _, g := range sh.with(text) {
		s := &g.facts.share
		if g.hint.role == "" && s[isLetters] > 0.85 && s[isOneWord] > 0.7 && g.facts.distinct > 20 && g.facts.length < 16 {
			words = append(words, g)
		}
	}
	if !sh.has(forename) {
		if g := sh.mostSexed(words); g != nil {
			g.is(forename, 0.6, "most values go with one sex")
			words = slices.DeleteFunc(words, func(w *guess) bool { return w == g })
		}
	}
	if !sh.has(surname) && sh.has(forename) {
		var best *guess
		for _, g := range words {
			if best == nil || g.facts.share[surnameLast] > best.facts.share[surnameLast]+0.02 ||
				g.facts.distinct > best.facts.distinct && g.facts.share[surnameLast] > best.facts.share[surnameLast]-0.02 {
				best = g
			}
		}
		if best != nil {
			best.is(surname, 0.5, "single words of many values, beside a forename")
		}
	}
}

// mostSexed returns the column whose values go with one sex most, nil where
// there is none or no sex to go by.
func (sh *sheet) mostSexed(words []*guess) *guess {
	sexes := sh.with(sex)
	if len(sexes) == 0 {
		return nil
	}
	var best *guess
	most := 0.85
	for _, g := range words {
		if p := purity(g.column.Cells, sexes[0].column.Cells); p > most {
			best, most = g, p
		}
	}
	return best
}

// purity is the share of rows whose sex is the commoner one of their value,
// among values of three rows and more; 0 where one sex is nearly all or values
// hardly repeat.
func purity(cells, sex []uint32) float64 {
	n := min(len(cells), maxCompared)
	counts := map[[2]uint32]int{}
	total := map[uint32]int{}
	bySex := map[uint32]int{}
	rows := 0
	for i := range n {
		if cells[i] != 0 && sex[i] != 0 {
			counts[[2]uint32{cells[i], sex[i]}]++
			total[cells[i]]++
			bySex[sex[i]]++
			rows++
		}
	}
	for _, c := range bySex {
		if c*4 > rows*3 {
			return 0
		}
	}
	most := map[uint32]int{}
	for k, c := range counts {
		most[k[0]] = max(most[k[0]], c)
	}
	pure, of := 0, 0
	for v, c := range total {
		if c >= 3 {
			pure += most[v]
			of += c
		}
	}
	if of < 50 {
		return 0
	}
	return float64(pure) / float64(of)
}

// apart are the roles of which a second column is another fact: its values are
// no alternatives of the first's.
var apart = set("town region country street occupation number")

// doubles settles several columns of one role.
func (sh *sheet) doubles() {
	first := map[string]*guess{}
	for _, g := range sh.guesses {
		as := g.set.As
		r := role(as)
		if r == nil || r.Several || r.Out {
			continue
		}
		if first[as] == nil {
			first[as] = g
			continue
		}
		switch {
		case apart[as] || as == birthPlace || as == addressRest:
			g.set.Into = strings.Join(headerWords(g.column.Name), " ")
			if g.set.Into == as {
				g.set.Into += " 2"
			}
			g.set.Why += "; compared beside the other " + as
		case as == latitude || as == longitude || as == houseNumber || as == dayOfBirth || as == monthOfBirth ||
			as == yearOfBirth || as == age || as == addressLine:
			g.out(0.5, "another column is the "+as)
		}
	}
}

// repeats leaves out columns that only say again what others say.
func (sh *sheet) repeats() {
	for i, g := range sh.guesses {
		if g.set.As == "" || role(g.set.As) == nil || role(g.set.As).Out {
			continue
		}
		for _, o := range sh.guesses[:i] {
			if o.set.As == g.set.As && sh.same(o, g) {
				g.out(0.9, fmt.Sprintf("says the same as %q", o.column.Name))
				break
			}
		}
	}
	if sh.has(forename) && sh.has(surname) {
		for _, g := range sh.with(fullName) {
			sh.repeatsParts(g)
		}
	}
	if sh.has(sex) {
		for _, g := range sh.with(title) {
			g.out(0.7, "the sex says what a title tells")
		}
	}
}

// same says that nearly all rows have the same words in both columns.
func (sh *sheet) same(a, b *guess) bool {
	n, equal := 0, 0
	for row := range min(sh.table.Rows, maxCompared) {
		x, y := a.column.Text(row), b.column.Text(row)
		if y == "" {
			continue
		}
		n++
		if x == y || words(x) == words(y) {
			equal++
		}
	}
	return n > 0 && equal*100 >= n*98
}

// repeatsParts leaves out full names that are no more than the forename and
// surname beside them; others stay, as what they add are alternatives. They
// also tell whether the surname stands first.
func (sh *sheet) repeatsParts(g *guess) {
	var parts []*guess
	for _, as := range []string{forename, middleName, surname} {
		parts = append(parts, sh.with(as)...)
	}
	filled, within := 0, 0
	for row := range min(sh.table.Rows, maxCompared) {
		full := words(g.column.Text(row))
		if full == "" {
			continue
		}
		filled++
		known := " "
		for _, p := range parts {
			known += words(p.column.Text(row)) + " "
		}
		all := true
		for w := range strings.FieldsSeq(full) {
			all = all && (hasWord(strings.TrimSpace(known), w) || titles[w])
		}
		if all {
			within++
		}
	}
	if filled > 0 && within*100 >= filled*97 {
		g.out(0.95, "forename and surname say it")
		return
	}
	g.set.Why += "; what it adds to forename and surname are alternatives"
}

// formats settles how dates and full names are read, and notes what is open.
func (sh *sheet) formats() {
	american := sh.american()
	for _, g := range sh.guesses {
		d := g.facts.date
		switch g.set.As {
		case dateOfBirth, dateOfDeath:
			g.set.Format = d.format
			if d.share < 0.3 && d.serials > 0.8 {
				g.set.Format = serialDays
				g.set.Why += "; the numbers count days as spreadsheets do"
			}
			if d.open && american {
				g.set.Format = monthFirst
			}
			if d.open {
				sh.notes = append(sh.notes, fmt.Sprintf("column %q: nothing tells day and month apart; read with the %s", g.column.Name,
					map[string]string{dayFirst: "day first", monthFirst: "month first, as the places are American"}[g.set.Format]))
			}
			if d.twoDigits {
				sh.notes = append(sh.notes, fmt.Sprintf("column %q: years have two digits; those over %d are taken for 19.., others for 20..",
					g.column.Name, lastTwoDigitYear))
			}
		case fullName, alias:
			s := &g.facts.share
			if s[hasComma] < 0.3 && s[surnameFirstWord] > 1.5*s[surnameLast] && s[forenameLast] > 1.5*s[forenameFirst] && s[surnameFirstWord] > 0.15 {
				g.set.Format = surnameFirst
				g.set.Why += "; the surname stands first"
			}
		}
	}
}

// american says that places are written as in the United States, where the
// month stands before the day.
func (sh *sheet) american() bool {
	for _, g := range sh.with(region) {
		if g.facts.share[isRegion] > 0.7 && !slices.ContainsFunc(g.column.Values, func(v string) bool {
			w := words(v)
			return w == "NSW" || w == "VIC" || w == "QLD" || homeAreas[w]
		}) {
			return true
		}
	}
	for _, g := range sh.with(postcode) {
		if g.facts.share[isZIP] > 0.1 || g.facts.width == 5 && g.facts.widthShare > 0.9 &&
			slices.ContainsFunc(headerWords(g.column.Name), func(w string) bool { return strings.HasPrefix(w, "zip") }) {
			return true
		}
	}
	return false
}
