package splink

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ordering says which of two records is the left one, and which are compared at all.
type ordering struct {
	// rank orders the rows; the lower is left.
	rank []int32
	// source numbers each row's data set; nil where all are compared.
	source []uint32
	// two says that there are two data sets, all of one ranking before the other's.
	two bool
}

// sides puts the left record first.
func (o *ordering) sides(a, b int32) (l, r int32) {
	if o.rank[a] < o.rank[b] {
		return a, b
	}
	return b, a
}

// compared says whether two rows may be a pair, the first being the left one.
func (o *ordering) compared(l, r int32) bool {
	return o.rank[l] < o.rank[r] && (o.source == nil || o.source[l] != o.source[r])
}

// rank orders the records as Splink's blocking does: by id where one table is
// deduplicated, otherwise by source and id joined as text; of exactly two linked
// tables the one whose source sorts first is left.
func (s *Scorer) rank() (*ordering, error) {
	o := &ordering{rank: make([]int32, s.frame.rows)}
	sources := s.sources()
	if s.model.Link == LinkOnly {
		o.source = sources
	}
	ids := make([]string, s.frame.rows)
	whole := !s.opts.TextIDs
	if s.opts.RowIDs {
		for i := range ids {
			ids[i] = strconv.Itoa(i + 1)
		}
	} else {
		cells, err := s.frame.column(s.opts.ID)
		if err != nil {
			return nil, err
		}
		for i, w := range cells {
			if w == 0 {
				return nil, fmt.Errorf("%s has no id in column %q", s.frame.place(i), s.opts.ID)
			}
			ids[i] = s.frame.words.text(w)
		}
	}
	numbers := make([]int64, len(ids))
	for i := 0; whole && i < len(ids); i++ {
		n, err := strconv.ParseInt(ids[i], 10, 64)
		numbers[i], whole = n, err == nil
	}
	return o, s.sortRows(o, ids, numbers, whole && s.model.Link == DedupeOnly, sources)
}

// sortRows fills the ranks and finds ids that are not unique.
func (s *Scorer) sortRows(o *ordering, ids []string, numbers []int64, whole bool, sources []uint32) error {
	texts := s.frame.words.texts
	pairwise := s.model.Link == LinkOnly && len(s.frame.tables) == 2
	if s.model.Link != DedupeOnly {
		for i := range ids {
			ids[i] = texts[sources[i]] + "-__-" + ids[i]
		}
	}
	compare := func(a, b int32) int {
		switch {
		case whole:
			return order(float64(numbers[a]), float64(numbers[b]))
		case pairwise && sources[a] != sources[b]:
			return strings.Compare(texts[sources[a]], texts[sources[b]])
		}
		return strings.Compare(ids[a], ids[b])
	}
	rows := make([]int32, len(ids))
	for i := range rows {
		rows[i] = int32(i)
	}
	slices.SortStableFunc(rows, compare)
	for i, row := range rows {
		o.rank[row] = int32(i)
		if i > 0 && compare(rows[i-1], row) == 0 {
			return fmt.Errorf("%s and %s have the same id; ids must be unique",
				s.frame.place(int(rows[i-1])), s.frame.place(int(row)))
		}
	}
	changes := 0
	for i := 1; o.source != nil && i < len(rows); i++ {
		if o.source[rows[i]] != o.source[rows[i-1]] {
			changes++
		}
	}
	o.two = changes == 1
	return nil
}

// sources numbers each row's data set: the source column's text if there is one,
// otherwise the table's name. Tables of one name are told apart by their place.
func (s *Scorer) sources() []uint32 {
	out := make([]uint32, s.frame.rows)
	if s.model.Link == DedupeOnly {
		return out
	}
	if findColumn(s.frame.tables[0], s.model.Source) != nil {
		if cells, err := s.frame.column(s.model.Source); err == nil {
			return cells
		}
	}
	seen := map[string]int{}
	for i, t := range s.frame.tables {
		name := t.Name
		if seen[t.Name]++; seen[t.Name] > 1 {
			name += "-" + strconv.Itoa(seen[t.Name])
		}
		id := s.frame.words.add(name)
		end := s.frame.rows
		if i+1 < len(s.frame.starts) {
			end = s.frame.starts[i+1]
		}
		for row := s.frame.starts[i]; row < end; row++ {
			out[row] = id
		}
	}
	return out
}
