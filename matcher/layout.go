package matcher

import "slices"

// layout says where each comparison stands in a pattern.
type layout struct {
	spec     Spec
	plain    []int // columns without context
	context  []int // columns with
	unless   []int // for each plain column the column that makes it idle, or -1
	with     int   // place of the Code that goes with the span, or -1
	sizes    []int // levels of each comparison, the composite one last
	forename int   // place among plain, or -1
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
		switch c.Kind {
		case Forename:
			l.forename = len(l.plain)
		case Surname:
			l.surname = len(l.plain)
		case Date:
			l.date = len(l.plain)
		case Span:
			l.spans = len(l.plain)
		}
		l.plain = append(l.plain, i)
		l.unless = append(l.unless, slices.IndexFunc(spec.Columns, func(o ColumnSpec) bool {
			return c.Unless != "" && o.Name == c.Unless
		}))
		l.sizes = append(l.sizes, c.Kind.levels())
	}
	l.sizes = append(l.sizes, composite)
	if l.spans >= 0 {
		with := spec.Columns[l.plain[l.spans]].With
		l.with = slices.IndexFunc(l.plain, func(c int) bool { return with != "" && spec.Columns[c].Name == with })
	}
	return l
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
	const shared = pattern(0x55) << contextBit // the low bit of each: Agrees
	return p&shared != 0
}

// levelAt is the level of comparison i, the composite one included.
func (l *layout) levelAt(p pattern, i int) Level {
	if i < len(l.plain) {
		return p.level(i)
	}
	return l.composite(p)
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
	twins := (date == DateSame || date == DateOther) && (name == NameDiffers || name == NameSound)
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
