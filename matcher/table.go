package matcher

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// Builder dictionary-encodes one column. Each record's cell is a tuple of
// values: the first is the one as given, the others are alternatives (an alias,
// a former surname) or, in set columns, equal members. Equal tuples get equal
// numbers, so that a pair whose cells are the same compares in one step and
// every other comparison is made once for each pair of tuples.
//
// A Builder is used by one goroutine; several columns are built in parallel.
type Builder struct {
	kind   Kind
	values map[string]uint32
	text   []string
	tuples map[string]uint32
	cells  []uint32
	start  []uint32
	parts  []uint32
	alone  []uint32 // tuple of each value that stands alone, 0 for none yet
	key    []byte
	cell   []uint32
	direct bool // see settle
}

// NewBuilder starts a column of the kind with room for n records.
func NewBuilder(kind Kind, n int) *Builder {
	return &Builder{
		kind: kind, values: map[string]uint32{"": 0}, text: []string{""},
		tuples: make(map[string]uint32), start: []uint32{0, 0},
		cells: make([]uint32, 0, n),
	}
}

// Add appends the next record's cell. Blank values are left out and repeated
// ones kept once; no value at all is a missing cell.
func (b *Builder) Add(values ...string) {
	b.cells = append(b.cells, b.encode(values))
}

func (b *Builder) value(v string) uint32 {
	id, ok := b.values[v]
	if !ok {
		id = uint32(len(b.text))
		b.values[v] = id
		b.text = append(b.text, v)
	}
	return id
}

// tuple interns b.cell. Set columns are ordered by value number, as their
// members are equals.
func (b *Builder) tuple() uint32 {
	switch {
	case len(b.cell) == 0:
		return 0
	case len(b.cell) == 1:
		return b.single(b.cell[0])
	case b.kind.set():
		slices.Sort(b.cell)
	}
	b.key = b.key[:0]
	for _, v := range b.cell {
		b.key = binary.LittleEndian.AppendUint32(b.key, v)
	}
	id, ok := b.tuples[string(b.key)]
	if !ok {
		id = b.newTuple()
		b.tuples[string(b.key)] = id
	}
	return id
}

func (b *Builder) newTuple() uint32 {
	b.parts = append(b.parts, b.cell...)
	b.start = append(b.start, uint32(len(b.parts)))
	return uint32(len(b.start) - 2)
}

// single is tuple for one value: most cells are no more.
func (b *Builder) single(v uint32) uint32 {
	if b.direct {
		return v
	}
	if n := len(b.text); len(b.alone) < n {
		b.alone = append(b.alone, make([]uint32, n-len(b.alone))...)
	}
	if b.alone[v] == 0 {
		b.alone[v] = b.newTuple()
	}
	return b.alone[v]
}

// settle numbers the tuples anew: one of a single value has the value's number,
// so that a pair of such cells is compared without looking either up. Nothing
// can be added afterwards.
func (b *Builder) settle() {
	if b.direct {
		return
	}
	values := uint32(len(b.text))
	start, parts := make([]uint32, values+1), make([]uint32, values-1)
	for v := uint32(1); v < values; v++ {
		start[v+1], parts[v-1] = v, v
	}
	to := make([]uint32, len(b.start)-1)
	for t := 1; t < len(to); t++ {
		switch cell := b.parts[b.start[t]:b.start[t+1]]; len(cell) {
		case 1:
			to[t] = cell[0]
		default:
			to[t] = uint32(len(start) - 1)
			parts = append(parts, cell...)
			start = append(start, uint32(len(parts)))
		}
	}
	for i, t := range b.cells {
		b.cells[i] = to[t]
	}
	b.start, b.parts, b.direct = start, parts, true
	b.alone, b.tuples, b.values = nil, nil, nil
}

// column is a column of nodes: a node is one record or several joined.
type column struct {
	name  string
	kind  Kind
	text  []string // values, 0 is blank
	cells []uint32 // tuple of each node
	start []uint32 // parts[start[t]:start[t+1]] are the values of tuple t
	parts []uint32
	prep  *prepared // what comparison needs of each value
	// direct says that tuples below len(text) are the values of that number.
	direct bool
}

// single says whether a tuple is one value, and so of which number.
func (c *column) single(t uint32) bool { return c.direct && int(t) < len(c.text) }

func (c *column) tuple(t uint32) []uint32 { return c.parts[c.start[t]:c.start[t+1]] }

// first is the value that leads in a tuple that is not missing.
func (c *column) first(t uint32) uint32 {
	if c.single(t) {
		return t
	}
	return c.parts[c.start[t]]
}

func (c *column) of(node int32) []uint32 { return c.tuple(c.cells[node]) }

func (b *Builder) column(name string) column {
	b.settle()
	return column{
		direct: true, name: name, kind: b.kind, text: b.text, cells: b.cells,
		start: b.start, parts: b.parts, prep: prepare(b.kind, b.text),
	}
}

// merged is the column of joined nodes: members[at[i]:at[i+1]] are the nodes of
// c that the new node i holds. The value that most of them give first leads;
// of equals the longer, then the one first in the alphabet.
func (c *column) merged(at []int32, members []int32) column {
	out := *c
	b := &Builder{
		kind: c.kind, text: c.text, tuples: make(map[string]uint32),
		start: slices.Clone(c.start), parts: slices.Clone(c.parts), direct: c.direct,
	}
	out.cells = make([]uint32, len(at)-1)
	tally := &tally{c: c}
	for i := range out.cells {
		nodes := members[at[i]:at[i+1]]
		if t, same := c.sameTuple(nodes); same {
			out.cells[i] = t
			continue
		}
		b.cell = tally.cell(nodes, b.cell[:0])
		out.cells[i] = b.tuple()
	}
	out.start, out.parts = b.start, b.parts
	return out
}

// sameTuple returns the one tuple that the nodes have, blanks apart.
func (c *column) sameTuple(nodes []int32) (uint32, bool) {
	t := uint32(0)
	for _, n := range nodes {
		switch u := c.cells[n]; {
		case u == 0 || u == t:
		case t == 0:
			t = u
		default:
			return 0, false
		}
	}
	return t, true
}

// maxParts bounds a joined node's values in a column that is not a set.
const maxParts = 8

type count struct {
	value       uint32
	first, seen int
}

// tally counts the values of a few nodes.
type tally struct {
	c      *column
	counts []count
}

func (t *tally) cell(nodes []int32, cell []uint32) []uint32 {
	t.counts = t.counts[:0]
	for _, n := range nodes {
		for i, v := range t.c.of(n) {
			t.add(v, i == 0)
		}
	}
	slices.SortFunc(t.counts, func(a, b count) int {
		la, lb := len(t.c.text[a.value]), len(t.c.text[b.value])
		return cmp.Or(cmp.Compare(min(lb, 2), min(la, 2)), cmp.Compare(b.first, a.first),
			cmp.Compare(b.seen, a.seen), cmp.Compare(lb, la),
			cmp.Compare(t.c.text[a.value], t.c.text[b.value]))
	})
	if !t.c.kind.set() && len(t.counts) > maxParts {
		t.counts = t.counts[:maxParts]
	}
	for _, c := range t.counts {
		cell = append(cell, c.value)
	}
	return cell
}

func (t *tally) add(v uint32, first bool) {
	at := slices.IndexFunc(t.counts, func(c count) bool { return c.value == v })
	if at < 0 {
		at = len(t.counts)
		t.counts = append(t.counts, count{value: v})
	}
	t.counts[at].seen++
	if first {
		t.counts[at].first++
	}
}
