package matcher

import "slices"

// AddEncoded appends a cell for each of cells, which number the texts of a
// dictionary: tuple appends to its argument the values that stand for a number,
// as Add would be given them, and is asked once for each number that occurs, in
// rising order of numbers below n. So a text that thousands of records have is
// made canonical once.
func (b *Builder) AddEncoded(cells []uint32, n int, tuple func(out []string, id uint32) []string) {
	occurs := make([]bool, n)
	for _, c := range cells {
		occurs[c] = true
	}
	b.expect(n)
	to := make([]uint32, n)
	var values []string
	for id, ok := range occurs {
		if ok {
			values = tuple(values[:0], uint32(id))
			to[id] = b.encode(values)
		}
	}
	begin := len(b.cells)
	b.cells = slices.Grow(b.cells, len(cells))[:begin+len(cells)]
	for i, c := range cells {
		b.cells[begin+i] = to[c]
	}
}

// expect makes room for n more values in a builder that has few yet.
func (b *Builder) expect(n int) {
	if len(b.text)*2 > n {
		return
	}
	values := make(map[string]uint32, len(b.text)+n)
	for id, v := range b.text {
		values[v] = uint32(id)
	}
	b.values = values
	b.text = slices.Grow(b.text, n)
	b.start = slices.Grow(b.start, n)
	b.parts = slices.Grow(b.parts, n)
	b.alone = slices.Grow(b.alone, len(b.text)+n)
}

// AddMissing appends n cells without a value.
func (b *Builder) AddMissing(n int) {
	b.cells = append(b.cells, make([]uint32, n)...)
}

// encode numbers the tuple of the values.
func (b *Builder) encode(values []string) uint32 {
	b.cell = b.cell[:0]
	for _, v := range values {
		if v == "" {
			continue
		}
		if id := b.value(v); !slices.Contains(b.cell, id) {
			b.cell = append(b.cell, id)
		}
	}
	return b.tuple()
}
