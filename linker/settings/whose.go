package settings

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/linker/table"
)

// A column of a table of people may tell of the person, as an occupation does;
// of the dwelling, as a landlord or a ward does; or of what the row is about, as
// an offence does. Names do not settle it, so rows do: a fact of the person is
// the same in the rows of one person, one of the dwelling in the rows of the
// people of one address, and one of an event in neither.
const (
	// leastPairs is how many pairs of rows have to speak.
	leastPairs = 30
	// stays is how much more alike a person's rows have to be in what no name
	// says to be the person's: 1 is always, 0 as often as chance has it.
	stays = 0.5
	// hardly is the same for a column that is named as a fact of people is.
	hardly = 0.2
	// goesWithHome is how much more alike people of one address have to be.
	goesWithHome = 0.8
	// fewValues is the chance agreement from which a column that no name speaks
	// for tells too little for what it may do: brothers and sisters have it in
	// common as often as the rows of one person.
	fewValues = 0.05
	// nearlyAll is the chance agreement from which a column tells nothing.
	nearlyAll = 0.96
)

// loose are the roles of columns whose being the person's has to be shown.
var loose = set("category number text organisation occupation")

// whose leaves out the columns that are not the person's.
func whose(sheets []*sheet) {
	open := false
	for _, sh := range sheets {
		for _, g := range sh.guesses {
			open = open || sh.named() && (loose[g.set.As] || numbering(g))
		}
	}
	if !open {
		return
	}
	w := newWitness(sheets)
	if w == nil {
		return
	}
	for _, c := range w.columns() {
		switch {
		case loose[c[0].guess.set.As]:
			w.judge(c)
		default:
			w.group(c)
		}
	}
	for _, sh := range sheets {
		if sh.named() {
			sh.followers()
		}
	}
}

// numbering says whether a column holds numbers of something that rows share.
func numbering(g *guess) bool {
	return g.set.As == identifier || g.set.As == AnswerKey && g.hint.role != AnswerKey || g.set.As == "" && (g.hint.role == RecordID || g.hint.role == anyNumber)
}

// standing is a column with its sheet's number.
type standing struct {
	sheet int
	guess *guess
}

// columns gathers the columns to be judged; those of one name and role in
// several tables are judged as one.
func (w *witness) columns() [][]standing {
	var out [][]standing
	for i, sh := range w.sheets {
		if !sh.named() {
			continue
		}
		for _, g := range sh.guesses {
			if !loose[g.set.As] && !numbering(g) || g.facts.filled == 0 {
				continue
			}
			at := slices.IndexFunc(out, func(c []standing) bool {
				return c[0].guess.column.Name == g.column.Name && c[0].guess.set.As == g.set.As && c[0].sheet != i
			})
			if at < 0 {
				out = append(out, []standing{{i, g}})
			} else {
				out[at] = append(out[at], standing{i, g})
			}
		}
	}
	return out
}

// seen are what the pairs say of a column: how often they agree beyond chance.
type seen struct {
	chance         float64 // that two rows agree, whoever's they are
	person, home   float64 // 1 is always, 0 by chance
	persons, homes int     // pairs
}

func (w *witness) see(c []standing) seen {
	codes := w.codesOf(c)
	s := seen{chance: chance(codes)}
	beyond := func(pairs []rowPair) (float64, int) {
		n, equal := 0, 0
		for _, p := range pairs {
			a, b := codes[p.a.sheet], codes[p.b.sheet]
			if a == nil || b == nil || a[p.a.row] == 0 || b[p.b.row] == 0 {
				continue
			}
			n++
			equal += int(b2f(a[p.a.row] == b[p.b.row]))
		}
		return (float64(equal)/float64(max(n, 1)) - s.chance) / max(1-s.chance, 1e-9), n
	}
	s.person, s.persons = beyond(w.same)
	s.home, s.homes = beyond(w.apart)
	return s
}

func (w *witness) codesOf(c []standing) [][]uint64 {
	codes := make([][]uint64, len(w.sheets))
	for _, s := range c {
		codes[s.sheet] = w.sheets[s.sheet].coded(s.guess, readCode)
	}
	return codes
}

// chance is how likely two rows that are filled have one value.
func chance(codes [][]uint64) float64 {
	counts := map[uint64]int{}
	total := 0
	for _, c := range codes {
		for _, code := range c {
			if code != 0 {
				counts[code]++
				total++
			}
		}
	}
	sum := 0 // whole numbers: their sum knows no order
	for _, n := range counts {
		sum += n * n
	}
	return float64(sum) / math.Max(float64(total)*float64(total), 1)
}

// judge decides about a column of facts.
func (w *witness) judge(c []standing) {
	s := w.see(c)
	named := slices.ContainsFunc(c, func(s standing) bool {
		return s.guess.hint.role == s.guess.set.As && s.guess.hint.strength > 0.4 || s.guess.hint.other != "" && households[s.guess.hint.other]
	})
	bar := stays
	if named {
		bar = hardly
	}
	proven := s.persons >= leastPairs
	switch home := s.homes >= leastPairs && s.home >= goesWithHome; {
	case s.chance > nearlyAll:
		leave(c, "nearly all rows have the same value")
	case home && !named:
		leave(c, "people of one address nearly always have it in common, so it tells of the dwelling, not of the person")
	case proven && s.person < bar:
		leave(c, "rows with the same names and the same "+beside(w.sheets)+" differ in it, so it tells of an event or a state, not of the person")
	case !named && s.chance > fewValues:
		leave(c, "no name says that it tells of the person, and its few values would tell little")
	case !proven && !named:
		leave(c, "no name says what it is, and too few rows have the same names to show that it stays with a person")
	default:
		w.keep(c, s, proven)
	}
}

// keep says why a column stays, and whether families share it.
func (w *witness) keep(c []standing, s seen, proven bool) {
	for _, st := range c {
		if proven {
			st.guess.set.Why += "; it stays with the person: rows with the same names and " + beside(w.sheets) + " mostly agree in it"
		}
		if s.homes >= leastPairs && s.home >= stays {
			st.guess.set.Shared = new(bool)
			*st.guess.set.Shared = true
			st.guess.set.Why += "; people of one address mostly have it in common"
		}
	}
}

func leave(c []standing, why string) {
	for _, s := range c {
		s.guess.out(0.7, why)
	}
}

// group decides about a number: one whose rows are of different people names
// what they have in common.
func (w *witness) group(c []standing) {
	codes := w.codesOf(c)
	var rows []keyed
	for i := range codes {
		if w.given[i] == nil {
			continue
		}
		for row, code := range codes[i] {
			if code != 0 {
				rows = append(rows, keyed{mixed(code), rowAt{int32(i), int32(row)}})
			}
		}
	}
	n, others := 0, 0
	neighbours(rows, func(a, b rowAt) {
		switch w.another(a, b) {
		case differing:
			others++
			n++
		case equalling:
			n++
		}
	})
	if n >= leastPairs && others*2 > n {
		leave(c, "rows that share a value are mostly of different people, so it names a group or an event")
		return
	}
	for _, st := range c {
		if st.guess.set.As == identifier && st.guess.inOrder() {
			st.guess.set.As = serial
			st.guess.set.Why += "; given out in order, so that numbers nearly alike are those of others"
		}
	}
}

// crowded is the share of the numbers between the lowest and the highest that
// are given out, from which a slip in one is likely to make another's.
const crowded = 0.05

// inOrder says that the column's numbers are given out one after another: those
// that most have the letters and the length of fill their range.
func (g *guess) inOrder() bool {
	type shape struct {
		letters string
		length  int
	}
	type span struct{ n, low, high int64 }
	spans := map[shape]span{}
	var most span
	for id, v := range g.column.Values {
		if id == 0 || g.facts.counts[id] == 0 {
			continue
		}
		at := strings.IndexAny(v, "0123456789")
		if at < 0 {
			continue
		}
		n, err := strconv.ParseInt(v[at:], 10, 64)
		if err != nil {
			continue
		}
		k := shape{v[:at], len(v)}
		s, ok := spans[k]
		if !ok {
			s = span{low: n, high: n}
		}
		s = span{s.n + 1, min(s.low, n), max(s.high, n)}
		if spans[k] = s; s.n > most.n {
			most = s
		}
	}
	return most.n >= leastPairs && most.n*2 > int64(g.facts.distinct) && float64(most.n) > crowded*float64(most.high-most.low+1)
}

// followers leaves out columns that another says already, as a school's number
// does its name.
func (sh *sheet) followers() {
	for _, g := range sh.guesses {
		if !loose[g.set.As] {
			continue
		}
		for _, o := range sh.guesses {
			if o != g && loose[o.set.As] && o.facts.unique() < 0.5 && follows(g.column, o.column) && follows(o.column, g.column) {
				g.out(0.7, fmt.Sprintf("%q says it already", o.column.Name))
				break
			}
		}
	}
}

// follows says that nearly each value of o goes with one value of c.
func follows(c, o *table.Column) bool {
	counts := map[[2]uint32]int{}
	rows := 0
	for row := range min(len(c.Cells), maxCompared) {
		if c.Cells[row] != 0 && o.Cells[row] != 0 {
			counts[[2]uint32{o.Cells[row], c.Cells[row]}]++
			rows++
		}
	}
	most := map[uint32]int{}
	for k, n := range counts {
		most[k[0]] = max(most[k[0]], n)
	}
	sum := 0
	for _, n := range most {
		sum += n
	}
	return rows >= leastPairs && sum*100 >= rows*90
}
