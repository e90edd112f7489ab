package settings

import (
	"errors"
	"slices"

	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
	"golang.org/x/sync/errgroup"
)

// ErrSettings reports settings that cannot be used.
var ErrSettings = errors.New("unusable settings")

// maxFields is how many fields the matcher compares.
const maxFields = 14

// Input makes the matcher's columns of the tables' rows: the records are the
// rows of the first table, then of the second, and so on, each in a row of its
// own. It fails with ErrSettings where the settings do not fit the tables, and
// blocks until done; workers bounds how many columns are read at once and does
// not change the answer.
func (s *Settings) Input(tables []*table.Table, mode Mode, workers int) (matcher.Input, error) {
	fields, err := s.fields(tables)
	if err != nil {
		return matcher.Input{}, err
	}
	rules, err := s.rules(fields)
	if err != nil {
		return matcher.Input{}, err
	}
	in := matcher.Input{Columns: make([]*matcher.Builder, len(fields)), Between: mode == LinkOnly}
	in.Spec.Rules = rules
	for _, f := range fields {
		in.Spec.Columns = append(in.Spec.Columns, f.spec())
	}
	records := 0
	for _, t := range tables {
		records += t.Rows
	}
	in.Rows = make([]int32, records)
	for i := range in.Rows {
		in.Rows[i] = int32(i)
	}
	in.Sources = sources(tables, records)
	var g errgroup.Group
	g.SetLimit(max(1, workers))
	for i := range fields {
		g.Go(func() error {
			in.Columns[i] = fields[i].build(tables, records)
			return nil
		})
	}
	return in, g.Wait()
}

// sources numbers each record's table; nil for one table.
func sources(tables []*table.Table, records int) []uint8 {
	if len(tables) < 2 {
		return nil
	}
	out := make([]uint8, 0, records)
	for i, t := range tables {
		out = append(out, slices.Repeat([]uint8{uint8(i)}, t.Rows)...)
	}
	return out
}

// build reads the field's sources table by table.
func (f *field) build(tables []*table.Table, records int) *matcher.Builder {
	b := matcher.NewBuilder(f.role.Kind, records)
	for i, t := range tables {
		switch fed := f.fed[i]; len(fed.of) {
		case 0:
			b.AddMissing(t.Rows)
		case 1:
			c := fed.of[0].column
			var ids [1]uint32
			b.AddEncoded(c.Cells, len(c.Values), func(out []string, id uint32) []string {
				ids[0] = id
				return fed.read(out, ids[:])
			})
		default:
			cells, ids := combine(fed.of)
			n := len(fed.of)
			b.AddEncoded(cells, len(ids)/n, func(out []string, id uint32) []string {
				return fed.read(out, ids[int(id)*n:(int(id)+1)*n])
			})
		}
	}
	return b
}

// combine numbers the combinations of values that the sources' rows have: ids
// holds one value of each source for each combination.
func combine(of []source) (cells, ids []uint32) {
	cells, width := of[0].column.Cells, 1
	ids = make([]uint32, len(of[0].column.Values))
	for i := range ids {
		ids[i] = uint32(i)
	}
	for _, s := range of[1:] {
		next, pairs := combineTwo(cells, s.column.Cells)
		wider := make([]uint32, 0, len(pairs)*(width+1))
		for _, p := range pairs {
			wider = append(wider, ids[int(p[0])*width:(int(p[0])+1)*width]...)
			wider = append(wider, p[1])
		}
		cells, ids, width = next, wider, width+1
	}
	return cells, ids
}

// combineTwo numbers the pairs that two columns' rows have, in the order of
// their first appearance. It is a hash table of open addresses, as a million
// rows may have a million pairs.
func combineTwo(a, b []uint32) (cells []uint32, pairs [][2]uint32) {
	cells = make([]uint32, len(a))
	size := 1024
	slots := make([]uint32, size) // number of the pair and 1
	for row := range a {
		if len(pairs)*2 >= size {
			size *= 4
			slots = rehash(pairs, size)
		}
		at := place(a[row], b[row], size)
		for slots[at] != 0 && pairs[slots[at]-1] != [2]uint32{a[row], b[row]} {
			at = (at + 1) & (size - 1)
		}
		if slots[at] == 0 {
			pairs = append(pairs, [2]uint32{a[row], b[row]})
			slots[at] = uint32(len(pairs))
		}
		cells[row] = slots[at] - 1
	}
	return cells, pairs
}

func rehash(pairs [][2]uint32, size int) []uint32 {
	slots := make([]uint32, size)
	for i, p := range pairs {
		at := place(p[0], p[1], size)
		for slots[at] != 0 {
			at = (at + 1) & (size - 1)
		}
		slots[at] = uint32(i + 1)
	}
	return slots
}

func place(a, b uint32, size int) int {
	h := (uint64(a)<<32 | uint64(b)) * 0x9e3779b97f4a7c15
	return int(h>>20) & (size - 1)
}
