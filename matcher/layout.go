package matcher

import "slices"

// layout says where each comparison stands in a pattern.
type layout struct {
	spec     Spec
	plain    []int   // columns without context
	context  []int   // columns with
	unless   []int   // for each plain column the column that makes it idle, or -1
	given    [][]int // for each plain column the places of those that it is judged by
	leaning  []bool  // for each plain column whether those are of no group of its own, see lean
	with     int     // place of the Code that goes with the span, or -1
	sizes    []int   // levels of each comparison, the composite one last
	count    []int   // levels of each plain comparison, missing included
	differs  []Level // from which on a plain comparison differs
	forename int     // place among plain, or -1
	surname  int
	date     int
	spans    int
	together int // column, or -1
}

// crowds are the bounds of how many nodes share a value of the context: a
// family, a large or double household, a shared house, an institution.
var crowds = [...]int{8, 16, 48}

func newLayout(spec Spec) *layout {
	l := &layout{spec: spec, forename: -1, surname: -1, date: -1, spans: -1, with: -1, together: -1}
	composite := len(crowds) + 1
	for i, c := range spec.Columns {
		if c.Context {
			l.context = append(l.context, i)
			composite *= 3
			if c.Together {
				l.together = i
			}
			continue
		}
		// Of several columns of a kind, such as middle names or a date of death,
		// the first is the one that the rules of families are about.
		switch n := len(l.plain); {
		case c.Kind == Forename && l.forename < 0:
			l.forename = n
		case c.Kind == Surname && l.surname < 0:
			l.surname = n
		case c.Kind == Date && l.date < 0:
			l.date = n
		case c.Kind == Span && l.spans < 0:
			l.spans = n
		}
		l.plain = append(l.plain, i)
		l.unless = append(l.unless, slices.IndexFunc(spec.Columns, func(o ColumnSpec) bool {
			return c.Unless != "" && o.Name == c.Unless
		}))
		l.given = append(l.given, l.earlier(c.Group))
		l.count = append(l.count, c.Kind.levels())
		l.differs = append(l.differs, c.Kind.differs())
		if c.Kind == Date {
			l.differs[len(l.plain)-1] = DateGeneration
		}
	}
	l.lean()
	for i, n := range l.count {
		l.sizes = append(l.sizes, n<<(2*len(l.given[i])))
	}
	if len(l.context) > 0 {
		l.sizes = append(l.sizes, composite)
	}
	if l.spans >= 0 {
		with := spec.Columns[l.plain[l.spans]].With
		l.with = slices.IndexFunc(l.plain, func(c int) bool { return with != "" && spec.Columns[c].Name == with })
	}
	return l
}

// maxGiven is how many columns of a group another is judged by: the nearest
// before it.
const maxGiven = 3

// earlier returns the places of the plain columns of the group so far.
func (l *layout) earlier(group string) []int {
	var out []int
	for i, col := range l.plain {
		if group != "" && l.spec.Columns[col].Group == group && i < len(l.plain)-1 {
			out = append(out, i)
		}
	}
	return out[max(0, len(out)-maxGiven):]
}

// lean says what a table's columns are judged by though nobody has put them into
// a group. Forenames go with surnames, as both are given within a language and a
// faith, and relatives of one forename are mostly a generation apart. E-mail
// addresses are made of names, so that namesakes may well have one in common.
func (l *layout) lean() {
	l.leaning = make([]bool, len(l.plain))
	if len(l.context) > 0 {
		return
	}
	for i, col := range l.plain {
		var on []int
		switch {
		case i == l.forename:
			on = []int{l.date, l.surname}
		case l.spec.Columns[col].Kind == Email:
			on = []int{l.surname, l.forename}
		}
		on = slices.DeleteFunc(on, func(g int) bool { return g < 0 || l.leansOn(g, i) })
		if len(l.given[i]) == 0 && len(on) > 0 {
			l.given[i], l.leaning[i] = on, true
		}
	}
}

// leansOn says whether column i is judged by column on, directly or by way of
// others.
func (l *layout) leansOn(i, on int) bool {
	return i == on || slices.ContainsFunc(l.given[i], func(g int) bool { return l.leansOn(g, on) })
}

// pattern is a pair's packed levels.
type pattern uint64

// contextBit is where the context columns begin.
const contextBit = 4 * maxPlain

// crowdBit is where the crowd stands.
const crowdBit = contextBit + 2*maxContext

func (p pattern) level(i int) Level { return Level(p >> (4 * i) & 15) }

func (p pattern) with(i int, l Level) pattern {
	return p&^(15<<(4*i)) | pattern(l)<<(4*i)
}

func (p pattern) contextLevel(i int) Level { return Level(p >> (contextBit + 2*i) & 3) }

// composite returns the level of the context comparison: which context columns
// are shared, not shared or missing, and how many nodes share.
func (l *layout) composite(p pattern) Level {
	n := 0
	for i := range l.context {
		n = 3*n + int(p.contextLevel(i))
	}
	return Level(n*(len(crowds)+1) + int(p>>crowdBit&3))
}

// household says whether the pair shares any context.
func (l *layout) household(p pattern) bool {
	const shared = pattern(0x15) << contextBit // the low bit of each: Agrees
	return p&shared != 0
}

// levelAt is where the parameters of comparison i stand for a pattern, the
// composite comparison included: the level, in the row of what the columns say
// that it is judged by.
func (l *layout) levelAt(p pattern, i int) int {
	if i == len(l.plain) {
		return int(l.composite(p))
	}
	row := 0
	for _, g := range l.given[i] {
		row = row<<2 | l.state(p, g)
	}
	return row*l.levels(i) + int(p.level(i))
}

// levels is how many levels plain comparison i has, missing included.
func (l *layout) levels(i int) int { return l.count[i] }

// The states of a column that another is judged by; a date differs if it is of
// another generation.
const (
	unknown = iota
	agreed
	between
	differed
)

func (l *layout) state(p pattern, i int) int {
	switch level := p.level(i); {
	case level == 0:
		return unknown
	case level == 1:
		return agreed
	case level >= l.differs[i]:
		return differed
	}
	return between
}

// masks is the number of ways in which contexts can be known to both sides.
func (l *layout) masks() int { return 1 << len(l.context) }

// mask says which contexts are known to both sides.
func (l *layout) mask(p pattern) int {
	m := 0
	for i := range l.context {
		if p.contextLevel(i) != 0 {
			m |= 1 << i
		}
	}
	return m
}

// maskLevel is the composite level of a pair that shares none of the contexts
// of the mask.
func (l *layout) maskLevel(mask int) Level {
	var p pattern
	for i := range l.context {
		if mask>>i&1 != 0 {
			p |= pattern(Differs) << (contextBit + 2*i)
		}
	}
	return l.composite(p)
}

// guard speaks against two kinds of pair whose fields agree because they are
// family: twins (all the same but the forename) and parent and child of one
// name (all the same but a generation between them). An identifier in common
// lifts it.
func (l *layout) guard(p pattern) bool {
	if l.forename < 0 || l.date < 0 {
		return false
	}
	date, name := p.level(l.date), p.level(l.forename)
	twins := (date == DateSame || date == DateOther) && name.anotherName()
	if !twins && date != DateGeneration && !(l.spans >= 0 && p.level(l.spans) == SpanDiffers) {
		return false
	}
	for i, col := range l.plain {
		if l.spec.Columns[col].Kind == Identifier && p.level(i) == IDSame {
			return false
		}
	}
	return true
}
