package settings

import (
	"slices"
)

// witness holds pairs of rows that tell whose a column is: rows that are almost
// surely of one person, and rows of two people at one address. They are found
// by equality only, so they are few of those that there are; they do not have to
// be more.
type witness struct {
	sheets []*sheet
	same   []rowPair
	apart  []rowPair
	born   [][]uint64 // for each sheet the codes of the rows' dates of birth, nil for none
	given  [][]uint64 // and of their forenames
}

// rowAt is a row of a sheet.
type rowAt struct{ sheet, row int32 }

type rowPair struct{ a, b rowAt }

// mostWitnesses is about how many rows are sorted to find pairs. In larger
// tables all rows of some people stand for the others.
const mostWitnesses = 200_000

// newWitness finds the pairs; nil where the tables have no names, or nothing
// beside them that tells people of one name apart.
func newWitness(sheets []*sheet) *witness {
	w := &witness{sheets: sheets, born: make([][]uint64, len(sheets)), given: make([][]uint64, len(sheets))}
	beside := beside(sheets)
	if beside == "" {
		return nil
	}
	var people, homes []keyed
	for i, sh := range sheets {
		given, family := sh.nameCodes()
		if given == nil {
			continue
		}
		w.given[i] = given
		w.born[i] = sh.codes(dateOfBirth)
		home := sh.homeCodes()
		other := sh.codes(beside)
		for row := range sh.table.Rows {
			at := rowAt{int32(i), int32(row)}
			if given[row] != 0 && family[row] != 0 && other[row] != 0 {
				people = append(people, keyed{mixed(given[row], family[row], other[row]), at})
			}
			if home != nil && home[row] != 0 && given[row] != 0 {
				homes = append(homes, keyed{mixed(home[row]), at})
			}
		}
	}
	neighbours(people, func(a, b rowAt) { w.same = append(w.same, rowPair{a, b}) })
	neighbours(homes, func(a, b rowAt) {
		if w.another(a, b) == differing {
			w.apart = append(w.apart, rowPair{a, b})
		}
	})
	return w
}

// beside is the role that tells people of one name apart in all tables that have
// names, "" for none.
func beside(sheets []*sheet) string {
	for _, as := range []string{dateOfBirth, email, phone, postcode, yearOfBirth, age} {
		named, with := 0, 0
		for _, sh := range sheets {
			if sh.named() {
				named++
				with += int(b2f(sh.has(as)))
			}
		}
		if named > 0 && named == with {
			return as
		}
	}
	return ""
}

func (sh *sheet) named() bool { return sh.has(fullName) || sh.has(forename) && sh.has(surname) }

// verdicts on whether two rows are of two people.
const (
	unsaid = iota
	equalling
	differing
)

// another says whether two rows' forenames and births speak for two people: both
// have to, as far as both tables have them.
func (w *witness) another(a, b rowAt) int {
	said := w.compare(w.given, a, b)
	if w.born[a.sheet] == nil || w.born[b.sheet] == nil {
		return said
	}
	switch born := w.compare(w.born, a, b); {
	case said == equalling || born == equalling:
		return equalling
	case said == unsaid || born == unsaid:
		return unsaid
	}
	return differing
}

func (w *witness) compare(codes [][]uint64, a, b rowAt) int {
	if codes[a.sheet] == nil || codes[b.sheet] == nil {
		return unsaid
	}
	switch x, y := codes[a.sheet][a.row], codes[b.sheet][b.row]; {
	case x == 0 || y == 0:
		return unsaid
	case x == y:
		return equalling
	}
	return differing
}

// keyed is a row with what it is brought together by.
type keyed struct {
	key uint64
	at  rowAt
}

// neighbours visits rows of one key that stand beside each other, in the order
// of the tables. Where rows are very many, only part of the keys count.
func neighbours(rows []keyed, visit func(a, b rowAt)) {
	if k := uint64(len(rows)/mostWitnesses + 1); k > 1 {
		rows = slices.DeleteFunc(rows, func(r keyed) bool { return r.key%k != 0 })
	}
	slices.SortFunc(rows, func(a, b keyed) int {
		switch {
		case a.key != b.key:
			return cmpUint(a.key, b.key)
		case a.at.sheet != b.at.sheet:
			return int(a.at.sheet - b.at.sheet)
		}
		return int(a.at.row - b.at.row)
	})
	for i := 1; i < len(rows); i++ {
		if rows[i].key == rows[i-1].key {
			visit(rows[i-1].at, rows[i].at)
		}
	}
}

func cmpUint(a, b uint64) int {
	if a < b {
		return -1
	}
	return 1
}

// nameCodes are the codes of the rows' forenames and surnames, nil for none.
func (sh *sheet) nameCodes() (given, family []uint64) {
	if sh.has(forename) && sh.has(surname) {
		return sh.codes(forename), sh.codes(surname)
	}
	for _, g := range sh.with(fullName) {
		part := func(of func(person) []string) []uint64 {
			return sh.coded(g, func(s string) string {
				if names := of(readFull(s, g.set.Format)); len(names) > 0 {
					return names[0]
				}
				return ""
			})
		}
		return part(func(p person) []string { return p.given }), part(func(p person) []string { return p.family })
	}
	return nil, nil
}

// homeCodes are the codes of the rows' dwellings, as finely as the table has
// them, nil for none.
func (sh *sheet) homeCodes() []uint64 {
	if sh.has(property) {
		return sh.codes(property)
	}
	var home []uint64
	for _, as := range []string{fullAddress, addressLine, street, houseNumber, postcode} {
		home = joined(home, sh.codes(as))
	}
	if !sh.has(fullAddress) && !sh.has(addressLine) && !sh.has(houseNumber) {
		return nil
	}
	return home
}

// joined makes one code of two for each row, 0 where either is.
func joined(a, b []uint64) []uint64 {
	if a == nil || b == nil {
		return append(a, b...)
	}
	for row := range a {
		if a[row] == 0 || b[row] == 0 {
			a[row] = 0
		} else {
			a[row] = mixed(a[row], b[row])
		}
	}
	return a
}

// codes are those of the first column of a role, nil for none.
func (sh *sheet) codes(as string) []uint64 {
	for _, g := range sh.with(as) {
		return sh.coded(g, func(s string) string {
			if slices.Contains(g.set.Missing, s) {
				return ""
			}
			switch as {
			case dateOfBirth:
				if d := readDate(s, g.set.Format); len(d) == len("2006-01-02") {
					return d
				}
				return ""
			case phone:
				return readPhone(s)
			case postcode:
				return readPostcode(s, 0)
			case forename, surname:
				if n := readName(nil, s); len(n) > 0 {
					return n[0]
				}
				return ""
			}
			return readWords(s)
		})
	}
	return nil
}

// coded reads each value of a column once and gives each row its code, 0 for
// what says nothing.
func (sh *sheet) coded(g *guess, read func(string) string) []uint64 {
	codes := make([]uint64, len(g.column.Values))
	for id, v := range g.column.Values {
		if id > 0 && g.facts.counts[id] > 0 {
			codes[id] = codeOf(read(v))
		}
	}
	out := make([]uint64, len(g.column.Cells))
	for row, id := range g.column.Cells {
		out[row] = codes[id]
	}
	return out
}

// codeOf is FNV-1a; "" is 0.
func codeOf(s string) uint64 {
	if s == "" {
		return 0
	}
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h | 1
}

// mixed makes one code of several (the finisher of SplitMix64).
func mixed(codes ...uint64) uint64 {
	h := uint64(0)
	for _, c := range codes {
		h = (h ^ c) * 0xbf58476d1ce4e5b9
		h = (h ^ h>>27) * 0x94d049bb133111eb
		h ^= h >> 31
	}
	return h
}
