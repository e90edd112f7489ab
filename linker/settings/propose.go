package settings

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
)

// guess is what a column of one table is taken for.
type guess struct {
	column *table.Column
	facts  *facts
	hint   hint
	alone  view
	set    Column
}

// sheet is a table whose columns are being settled.
type sheet struct {
	table   *table.Table
	guesses []*guess
	notes   []string
}

// Propose looks at the columns' names and contents and says what they are. It
// fails where no column can be compared. The answer depends on nothing else.
func Propose(tables []*table.Table) (*Settings, error) {
	if len(tables) == 0 {
		return nil, fmt.Errorf("no table; give at least one: %w", ErrSettings)
	}
	s := propose(tables, false)
	if len(s.allFields(tables)) == 0 {
		if s = propose(tables, true); len(s.allFields(tables)) == 0 {
			return nil, fmt.Errorf("no column could be told to be a name, a date, an address or a number of a person; "+
				"write settings that say what the columns are: %w", ErrSettings)
		}
		s.Notes = append(s.Notes, "every column that can be compared has the same value in all rows: equal rows are all that can be told")
	}
	return s, nil
}

// propose makes a proposal. Columns of one value tell nobody from anybody; they
// are kept only where there would be nothing else to compare.
func propose(tables []*table.Table, keepConstant bool) *Settings {
	s := &Settings{Threshold: DefaultThreshold}
	sheets := make([]*sheet, len(tables))
	for i, t := range tables {
		sheets[i] = newSheet(t, keepConstant)
	}
	for _, sh := range sheets {
		sh.settle(sheets)
	}
	whose(sheets)
	s.merge(sheets)
	s.limit(tables)
	return s
}

// newSheet looks at each column by itself.
func newSheet(t *table.Table, keepConstant bool) *sheet {
	sh := &sheet{table: t}
	for i := range t.Columns {
		c := &t.Columns[i]
		g := &guess{column: c, facts: look(c, t.Rows), hint: hintOf(c.Name)}
		g.set.Name = c.Name
		g.alone = g.facts.alone()
		g.first()
		if f := g.facts; f.distinct == 1 && f.filled > 1 && g.set.As != AnswerKey && !keepConstant {
			g.out(1, "all filled cells are the same")
		}
		sh.guesses = append(sh.guesses, g)
	}
	return sh
}

// is says what the column is and why.
func (g *guess) is(as string, sure float64, why string) {
	g.set.As, g.set.Confidence = as, math.Round(min(sure, 0.98)*100)/100
	g.set.Why = why
}

// out leaves the column out.
func (g *guess) out(sure float64, why string) { g.is("", sure, why) }

// first is the choice by the column's own name and contents.
func (g *guess) first() {
	f, h := g.facts, g.hint
	switch {
	case f.filled == 0:
		g.out(1, "all cells are blank")
		return
	case derived(g.column.Name):
		g.out(0.8, "by its name it is made from another column")
		return
	}
	fit := 0.0
	if h.role != "" {
		fit = f.fits(h.role)
	}
	named := h.strength * (0.55 + 0.45*fit)
	switch {
	case h.role == freeText && fit < 0.5 && h.other == "":
		g.is(text, 0.5, "named as notes are, but the cells are short")
	case fit < 0.5, g.alone.sure >= 0.9 && g.alone.role != h.role && h.strength < 1 && !kin(h.role, g.alone.role):
		why := g.alone.why
		if h.role != "" && fit < 0.5 {
			why += "; its name suggests something else, which its contents do not bear out"
		}
		g.is(g.alone.role, g.alone.sure, why)
	case h.strength < 0.45 && g.alone.sure > named, h.strength < 1 && loose[h.role] && !loose[g.alone.role] && g.alone.sure > named:
		g.is(g.alone.role, g.alone.sure, g.alone.why)
	default:
		g.is(h.role, named, "named so, and the contents agree")
	}
}

// kin says that contents cannot tell the two roles apart.
func kin(a, b string) bool {
	dates := func(s string) bool { return s == dateOfBirth || s == dateOfDeath || s == otherDate }
	ids := func(s string) bool {
		return s == identifier || s == nhsNumber || s == uln || s == RecordID || s == AnswerKey || s == anyNumber
	}
	return dates(a) && dates(b) || ids(a) && ids(b)
}

// derived says that a name is that of a column made from another.
func derived(name string) bool {
	return slices.ContainsFunc(headerWords(name), func(w string) bool {
		switch w {
		case "soundex", "metaphone", "dmetaphone", "nysiis", "phonetic", "hash", "hashed", "sdx", "dmeta":
			return true
		}
		return false
	})
}

// settle decides what takes more than one column to decide.
func (sh *sheet) settle(all []*sheet) {
	sh.companions()
	sh.ofOthers()
	sh.nameColumns()
	sh.birth()
	sh.places()
	sh.unnamedNames()
	sh.numbers(all)
	sh.doubles()
	sh.repeats()
	sh.formats()
	sh.events()
	for _, g := range sh.guesses {
		g.placeholders()
	}
}

// with returns the guesses of a role.
func (sh *sheet) with(as string) []*guess {
	var out []*guess
	for _, g := range sh.guesses {
		if g.set.As == as {
			out = append(out, g)
		}
	}
	return out
}

func (sh *sheet) has(as string) bool { return len(sh.with(as)) > 0 }

// ofOthers settles columns of somebody else: what tells of the household stays,
// what tells of a doctor or a school does not.
func (sh *sheet) ofOthers() {
	for _, g := range sh.guesses {
		if g.hint.other == "" || g.set.As == "" || g.hint.role != "" && g.set.As != g.hint.role && g.hint.role != anyName {
			continue
		}
		near := households[g.hint.other]
		switch g.set.As {
		case forename, surname, fullName, anyName, middleName, alias, formerSurname:
			if near {
				g.is(text, 0.7, "a name of somebody in the person's life: compared as words")
			} else if g.hint.role == anyName && (g.hint.other == "school" || g.hint.other == "employer") {
				g.is(organisation, 0.7, "names an organisation")
			} else {
				g.out(0.7, "by its name it tells of somebody else")
			}
		case phone, email, postcode, addressLine, addressRest, fullAddress, flat, houseNumber, property, point, latitude, longitude, town, street, region:
			if !near && g.hint.other != "house" {
				g.out(0.6, "by its name it tells of somebody else or of an event")
			}
		case nhsNumber, nino, upn, uln, identifier:
			if near {
				g.out(0.7, "by its name it tells of somebody else")
			}
		case dateOfBirth, sex, title, age, dateOfDeath, occupation:
			g.out(0.7, "by its name it tells of somebody else")
		}
	}
}

// nameColumns settles columns that are only called "name" and names that are
// full ones though their column is called otherwise.
func (sh *sheet) nameColumns() {
	for _, g := range sh.guesses {
		switch {
		case g.set.As == anyName:
			sh.nameColumn(g)
		case g.set.As == fullName && g.facts.share[isFewWords] < 0.1 && g.facts.share[hasComma] < 0.1:
			sh.nameColumn(g)
		}
	}
	sh.furtherNames()
	if !sh.has(fullName) && !sh.has(surname) && sh.has(forename) && !sh.has(alias) {
		for _, g := range sh.with(forename) {
			if g.facts.share[isFewWords] > 0.8 && g.facts.share[surnameLast] > 0.2 {
				g.is(fullName, 0.6, "the cells are several words of which the last are known surnames, and there is no other surname")
			}
		}
	}
}

// furtherNames takes what only looks like forenames, beside a column that is
// called so, for middle names; and initials for the forename where there is no
// other.
func (sh *sheet) furtherNames() {
	named := slices.ContainsFunc(sh.with(forename), func(g *guess) bool { return g.hint.role == forename })
	for _, g := range sh.with(forename) {
		if named && g.hint.role != forename && g.hint.role != anyName {
			g.is(middleName, g.set.Confidence, "the cells are forenames, beside a column that is called so")
		}
	}
	if sh.has(forename) || sh.has(fullName) || !sh.has(surname) {
		return
	}
	for _, g := range sh.with(middleName) {
		if g.facts.fill() > 0.5 {
			g.is(forename, g.set.Confidence, "initials or names beside a surname, and there is no other forename")
			return
		}
	}
}

func (sh *sheet) nameColumn(g *guess) {
	s := &g.facts.share
	given, family := sh.has(forename), sh.has(surname)
	people := given || family || sh.has(dateOfBirth) || sh.has(sex) || sh.has(middleName)
	switch {
	case s[isFirm] > 0.15:
		g.is(organisation, 0.75, "called a name, and many cells end as names of firms do")
	case s[isLongText] > 0.2:
		g.is(text, 0.6, "called a name, but the cells are many words")
	case family && !given && s[isFewWords] < 0.7:
		g.is(forename, 0.85, "called a name, beside a surname")
	case given && !family && s[isFewWords] < 0.7 && s[hasComma] < 0.3:
		g.is(surname, 0.85, "called a name, beside a forename")
	case s[isFewWords] > 0.4 && (people || s[forenameFirst] > 0.25 && s[surnameLast] > 0.03 || s[surnameFirstWord]+s[forenameLast] > 0.4):
		g.is(fullName, 0.85, "called a name, and most cells are several words")
	case s[isOneWord] > 0.6 && s[forenameFirst] > max(0.1, s[surnameLast]):
		g.is(forename, 0.7, "called a name, and many cells are known forenames")
	case s[isOneWord] > 0.6 && (people || s[surnameLast] > 0.1):
		g.is(surname, 0.65, "called a name, of one word")
	case people:
		g.is(fullName, 0.7, "called a name, beside what tells of people")
	default:
		g.is(organisation, 0.5, "called a name, and nothing else tells of people")
	}
}

// birth settles which date is that of birth and what else tells of it.
func (sh *sheet) birth() {
	for _, g := range sh.with(dateOfBirth) {
		if g.facts.share[isYear] > 0.7 && g.facts.date.share < 0.3 {
			g.is(yearOfBirth, g.set.Confidence, "named a birth, and the cells are years")
		}
	}
	if !sh.has(dateOfBirth) && !(sh.has(yearOfBirth) && sh.has(monthOfBirth)) {
		sh.findBirth()
	}
	for _, as := range []string{dayOfBirth, monthOfBirth} {
		for _, g := range sh.with(as) {
			if !sh.has(yearOfBirth) || sh.has(dateOfBirth) || as == dayOfBirth && !sh.has(monthOfBirth) {
				g.out(0.6, "a part of a date whose year is no column, or that another column has whole")
			}
		}
	}
	whole := sh.has(dateOfBirth) || sh.has(monthOfBirth) && sh.has(yearOfBirth)
	if sh.has(dateOfBirth) {
		for _, g := range sh.with(yearOfBirth) {
			g.out(0.9, "the date of birth says it")
		}
	}
	for _, g := range sh.with(age) {
		if whole || sh.has(yearOfBirth) {
			g.out(0.9, "the date or year of birth says it, and an age changes")
		}
	}
	years := sh.with(yearOfBirth)
	for i, g := range years {
		if g.hint.role != yearOfBirth && g.hint.role != dateOfBirth && (i > 0 || whole || !sh.people()) {
			g.is(number, 0.4, "the cells are years")
		}
	}
}

// findBirth takes the date whose years are earliest and widest apart for that
// of birth, if people could be born then and no name speaks against it.
func (sh *sheet) findBirth() {
	var best *guess
	for _, g := range sh.with(otherDate) {
		d := g.facts.date
		spoken := g.hint.role == otherDate && g.hint.strength > 0.4
		if d.share < 0.5 || d.high-d.low < 8 || spoken && (d.high-d.low < 35 || g.hint.strength == 1 && !sh.people()) {
			continue
		}
		if best == nil || d.mid < best.facts.date.mid {
			best = g
		}
	}
	if best == nil {
		return
	}
	sure := 0.55
	if d := best.facts.date; d.high-d.low >= 25 {
		sure = 0.75
	}
	best.is(dateOfBirth, sure, "the dates are spread over many years, earlier than those of other columns")
}

// events leaves out dates and amounts of tables of people: they tell of what
// happened, not of who it is. Tables of other things keep them.
func (sh *sheet) events() {
	if !sh.people() {
		return
	}
	for _, as := range []string{otherDate, amount} {
		for _, g := range sh.with(as) {
			g.out(g.set.Confidence, "tells of an event or a state, not of the person")
		}
	}
}

// people says whether the table has something that only people have.
func (sh *sheet) people() bool {
	return sh.has(forename) || sh.has(surname) || sh.has(fullName) || sh.has(sex) || sh.has(dateOfBirth)
}

// places settles address lines: a line without numbers is a street where the
// number stands in a column of its own.
func (sh *sheet) places() {
	sh.codesOfPlaces()
	lines := sh.with(addressLine)
	for i, g := range lines {
		numbered := g.facts.share[isNumbered] > 0.25
		switch {
		case i > 0 && numbered && lines[0].facts.share[isNumbered] > 0.25:
			g.out(0.6, "another address, not a further line of the first")
		case i > 0:
			g.is(addressRest, g.set.Confidence, "another line of the address")
		case !numbered && sh.has(houseNumber):
			g.is(street, g.set.Confidence, "a line without number, beside a column of numbers")
		}
	}
	for _, g := range sh.with(street) {
		if g.facts.share[isNumbered] > 0.5 && !sh.has(houseNumber) && !sh.has(addressLine) {
			g.is(addressLine, g.set.Confidence, "named a street, and the cells begin with numbers")
		}
	}
	if lines := sh.with(addressLine); len(lines) == 1 && !sh.has(postcode) && lines[0].facts.share[endsInPostcode] > 0.4 {
		lines[0].is(fullAddress, lines[0].set.Confidence, "the cells are addresses that end in a postcode")
	}
	for _, g := range sh.with(houseNumber) {
		if g.facts.share[isDigits] < 0.3 && g.facts.share[isNumbered] > 0.3 && !sh.has(addressLine) {
			g.is(addressLine, 0.6, "the cells are numbers and words")
		}
	}
	if sh.has(latitude) != sh.has(longitude) {
		sh.pairDegrees()
	}
}

// codesOfPlaces gives up numbers that are only as long as postcodes where another
// column has postcodes with letters, or is called so.
func (sh *sheet) codesOfPlaces() {
	codes := sh.with(postcode)
	for _, g := range codes {
		if g.hint.role != postcode && g.facts.share[isDigits] > 0.8 && slices.ContainsFunc(codes, func(o *guess) bool {
			return o != g && (o.hint.role == postcode || o.facts.share[isPostcode] > 0.6)
		}) {
			g.is(number, 0.35, "the cells are numbers, and another column has the postcodes")
		}
	}
}

// pairDegrees finds two columns of degrees side by side, latitude before
// longitude, or gives those that are alone up.
func (sh *sheet) pairDegrees() {
	for i := range len(sh.guesses) - 1 {
		a, b := sh.guesses[i], sh.guesses[i+1]
		if a.set.As == latitude && b.facts.share[isLongitude] > 0.8 && (b.set.As == latitude || b.set.As == amount) {
			b.is(longitude, a.set.Confidence, "degrees, beside the latitude")
			return
		}
	}
	for _, g := range append(sh.with(latitude), sh.with(longitude)...) {
		g.out(0.5, "one half of a place, or only an amount")
	}
}

// numbers settles what numbers of records, people and groups are.
func (sh *sheet) numbers(all []*sheet) {
	for _, g := range sh.guesses {
		switch g.set.As {
		case RecordID, anyNumber:
			sh.recordNumber(g, all)
		case AnswerKey:
			sh.answerKey(g)
		case identifier, nhsNumber, nino, upn, uln:
			g.personal(all)
		}
	}
	ids := sh.with(RecordID)
	slices.SortStableFunc(ids, func(a, b *guess) int {
		return cmpFloat(b.idScore(), a.idScore())
	})
	for i, g := range ids {
		if i > 0 {
			g.out(0.8, "numbers the rows")
		}
	}
	if len(ids) == 0 && !sh.uniqueID() {
		sh.notes = append(sh.notes, fmt.Sprintf("table %s has no column that names its records: the number of the row serves", sh.table.Name))
	}
}

// uniqueID lets a number that every row has another of name the record.
func (sh *sheet) uniqueID() bool {
	for _, g := range sh.guesses {
		if g.set.As == "" && g.facts.unique() == 1 && g.facts.filled == g.facts.rows && role(g.hint.role) != nil &&
			role(g.hint.role).Kind == matcher.Identifier {
			g.is(RecordID, 0.6, "every row has another value: it names the row")
			return true
		}
	}
	return false
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// idScore orders the columns that may name the record.
func (g *guess) idScore() float64 {
	return g.facts.unique()*4 + g.facts.fill()*2 + b2f(g.hint.role == RecordID)*g.hint.strength
}

// recordNumber tells numbers of rows from numbers that repeat.
func (sh *sheet) recordNumber(g *guess, all []*sheet) {
	f := g.facts
	household := g.hint.role == anyNumber
	switch {
	case household:
		g.out(0.7, "names a group of records")
	case f.unique() > 0.98 && f.fill() > 0.9:
		if g.hint.role != RecordID && !f.rising && !f.dense() && g.common(all) {
			g.is(identifier, 0.6, "few rows share a value, and the tables have values in common")
			return
		}
		g.is(RecordID, max(g.set.Confidence, 0.8), "every row has another value: it names the row")
	case f.unique() > 0.9 && f.fill() > 0.9 && g.hint.strength == 1:
		g.is(RecordID, 0.7, "named so, though some values repeat")
		sh.notes = append(sh.notes, fmt.Sprintf("column %q names the record but repeats %d values", g.column.Name, f.distinct-f.once))
	case f.distinct <= 200 && f.unique() < 0.2:
		g.is(category, 0.4, "there are few values, each of many rows")
	case g.hint.strength == 1 || f.dense():
		g.is(AnswerKey, 0.6, "not used: a number that several rows share looks like an answer key")
	default:
		g.personal(all)
	}
}

// answerKey leaves out what says who is who, unless it only numbers the rows.
func (sh *sheet) answerKey(g *guess) {
	f := g.facts
	if f.unique() > 0.999 && f.filled == f.rows && !sh.has(RecordID) {
		g.is(RecordID, 0.7, "every row has another value: it names the row")
		return
	}
	g.set.Why = "not used: looks like an answer key"
}

// personal settles a number that few rows share: one that no two rows share in
// any table tells nothing.
func (g *guess) personal(all []*sheet) {
	f := g.facts
	sure := g.set.Confidence
	switch {
	case f.distinct < 3 || f.unique() < 0.02 && f.filled > 500:
		g.is(category, 0.4, "there are few values, each of many rows")
	case g.hint.role == g.set.As && g.hint.strength > 0.6 && g.set.As != identifier && g.set.As != RecordID:
		g.set.Why = "named so, and the contents agree"
	case f.unique() == 1 && !g.common(all) && len(all) == 1 && f.filled > 100:
		g.out(0.6, "no two rows share a value, so it tells nothing")
	case (f.rising || f.dense()) && g.hint.role != identifier:
		g.is(AnswerKey, 0.5, "not used: the numbers fill their range as numbers given to groups or rows do")
	default:
		g.is(g.set.As, sure, "a number that few rows share: "+g.set.Why)
		if g.set.As == RecordID || g.set.As == anyNumber {
			g.set.As = identifier
		}
	}
}

// common says whether another table's columns hold some of the values.
func (g *guess) common(all []*sheet) bool {
	mine := make(map[string]bool, g.facts.distinct)
	for i, v := range g.column.Values {
		if i > 0 && g.facts.counts[i] > 0 {
			mine[v] = true
		}
	}
	for _, sh := range all {
		for _, o := range sh.guesses {
			if o.column == g.column || !strings.EqualFold(o.column.Name, g.column.Name) {
				continue
			}
			n := 0
			for _, v := range o.column.Values[1:] {
				if mine[v] {
					n++
				}
			}
			if n*50 > len(mine) {
				return true
			}
		}
	}
	return false
}
