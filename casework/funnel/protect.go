package funnel

import (
	"cmp"
	"slices"
)

// This file decides which counts are withheld. All that anybody may be shown
// makes one system of whole numbers: each grouping adds up to its whole, wards to
// districts where they do, results to the number turned round. Small counts are
// withheld, and then others, until no small one follows.

// overlap notes how the groups of areas, schools and agencies lie in each other.
func (t *tally) overlap(in [][]*cells, measure int) {
	if t.overlaps == nil {
		return
	}
	for i, a := range t.by {
		for j, b := range t.by {
			if i == j || !nests(a, b) || !counted(a, measure) || !counted(b, measure) {
				continue
			}
			for _, x := range in[i] {
				for _, y := range in[j] {
					t.overlaps[overlap{x, y, measure}]++
				}
			}
		}
	}
}

// nests says whether groups of a may make up groups of b, so that it has to be
// looked into.
func nests(a, b Dimension) bool {
	places := []Dimension{District, Ward, Cluster, SchoolURN, LeadAgency}
	switch {
	case slices.Contains(places, a) && slices.Contains(places, b):
		return true
	case a == Month:
		return b == Quarter
	case a == HeadlineQuarter:
		return b == Headline || b == Quarter
	case a == Headline:
		return slices.Contains(places, b)
	}
	return false
}

// equation says that the parts add up to the sum. The numbers are places in the
// system's values.
type equation struct {
	sum   int
	parts []int
}

// system is what is known of counts to whoever knows how they are made.
type system struct {
	values    []int64
	whole     []bool // the authority's counts, which are withheld last
	equations []equation
	less      [][2]int // the first is no larger than the second
	// families are the values that count each family, ascending; nil where that is
	// not known.
	families [][]int
}

// protect decides which cells are hidden.
func (t *tally) protect(threshold int64) {
	all := make([]*cells, 0, len(t.groups))
	for _, c := range t.groups {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *cells) int {
		return cmp.Or(cmp.Compare(a.slice, b.slice), cmp.Compare(a.by, b.by), cmp.Compare(a.id, b.id))
	})
	s := &system{}
	at := map[*cells]int{}
	for _, c := range all {
		at[c] = len(s.values)
		s.values = append(s.values, c.n...)
		for range c.n {
			s.whole = append(s.whole, c.by == Authority)
		}
	}
	t.sums(s, all, at)
	t.nested(s, all, at)
	t.frameworks(s, all, at)
	alike := t.alike(all)
	for _, c := range all {
		t.rows(s, c, at[c])
		for _, pair := range alike {
			t.same(s, c, at[c], pair)
		}
	}
	for _, touched := range t.touched {
		values := make([]int, len(touched))
		for j, c := range touched {
			values[j] = at[c.cells] + c.measure
		}
		slices.Sort(values)
		s.families = append(s.families, values)
	}
	hidden := s.protect(threshold)
	for _, c := range all {
		copy(c.hidden, hidden[at[c]:])
	}
}

// sums: each grouping adds up to its whole, unless a family is in two groups.
func (t *tally) sums(s *system, all []*cells, at map[*cells]int) {
	type grouping struct {
		slice string
		by    Dimension
	}
	groups := map[grouping][]*cells{}
	var order []grouping
	for _, c := range all {
		g := grouping{c.slice, c.by}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], c)
	}
	for _, g := range order {
		if g.by == Authority {
			continue
		}
		whole := at[t.cells(key{g.slice, Authority, ""})]
		for m := range t.measures {
			if counted(g.by, m) && !t.shared[sharing{g.slice, g.by, m}] {
				s.add(whole+m, groups[g], at, m)
			}
		}
	}
}

func (s *system) add(sum int, parts []*cells, at map[*cells]int, measure int) {
	e := equation{sum: sum}
	for _, c := range parts {
		e.parts = append(e.parts, at[c]+measure)
	}
	s.equations = append(s.equations, e)
}

// nested: groups that lie wholly within another and make it up, such as the
// wards of a district.
func (t *tally) nested(s *system, all []*cells, at map[*cells]int) {
	type whole struct {
		c       *cells
		by      Dimension
		measure int
	}
	parts := map[whole][]*cells{}
	apart := map[[2]*cells]bool{} // those that do not lie within the other
	for o, n := range t.overlaps {
		if n != o.a.n[o.measure] {
			apart[[2]*cells{o.a, o.b}] = true
		}
	}
	seen := map[[2]*cells]bool{}
	for o := range t.overlaps {
		pair := [2]*cells{o.a, o.b}
		if apart[pair] || seen[pair] {
			continue
		}
		seen[pair] = true
		for m := range t.measures {
			w := whole{o.b, o.a.by, m}
			parts[w] = append(parts[w], o.a)
		}
	}
	for _, c := range all {
		for by := District; by <= HeadlineQuarter; by++ {
			for m := range t.measures {
				within := parts[whole{c, by, m}]
				var n int64
				for _, part := range within {
					n += part.n[m]
				}
				if len(within) > 0 && n == c.n[m] && counted(by, m) && counted(c.by, m) {
					slices.SortFunc(within, func(a, b *cells) int { return cmp.Compare(at[a], at[b]) })
					s.add(at[c]+m, within, at, m)
				}
			}
		}
	}
}

// frameworks: each group of all frameworks is the sum of the same group of each.
func (t *tally) frameworks(s *system, all []*cells, at map[*cells]int) {
	type group struct {
		by Dimension
		id string
	}
	parts := map[group][]*cells{}
	for _, c := range all {
		if c.slice != "" {
			g := group{c.by, c.id}
			parts[g] = append(parts[g], c)
		}
	}
	for _, c := range all {
		if c.slice != "" {
			continue
		}
		for m := range t.measures {
			var n int64
			for _, part := range parts[group{c.by, c.id}] {
				n += part.n[m]
			}
			if n == c.n[m] {
				s.add(at[c]+m, parts[group{c.by, c.id}], at, m)
			}
		}
	}
}

// rows: within a group no stage is larger than the one before it, and the full
// results may make up the number turned round.
func (t *tally) rows(s *system, c *cells, at int) {
	var n int64
	e := equation{sum: at + turnedRound}
	for i, r := range t.results {
		m := firstResult + i
		if !r.Partial {
			n += c.n[m]
			e.parts = append(e.parts, at+m)
			s.less = append(s.less, [2]int{at + m, at + turnedRound})
		}
	}
	if len(e.parts) > 0 && n == c.n[turnedRound] {
		s.equations = append(s.equations, e)
	}
	if c.by.timed() {
		return // the stages of one line are of different families
	}
	for m := identified; m < workedWith; m++ {
		s.less = append(s.less, [2]int{at + m + 1, at + m})
	}
	s.less = append(s.less, [2]int{at + len(c.n) - 1, at + len(c.n) - 2})
}

// alike are the neighbours among stages that have the same count in every group,
// such as where agreement and the beginning of support are always recorded
// together: whoever sees that fills one in from the other. What is turned round
// and what is claimed are taken for alike wherever they are the same.
func (t *tally) alike(all []*cells) [][2]int {
	out := [][2]int{{turnedRound, len(t.measures) - 2}}
	for m := identified; m < workedWith; m++ {
		if !slices.ContainsFunc(all, func(c *cells) bool { return c.n[m] != c.n[m+1] }) {
			out = append(out, [2]int{m, m + 1})
		}
	}
	return out
}

func (*tally) same(s *system, c *cells, at int, pair [2]int) {
	if c.n[pair[0]] == c.n[pair[1]] {
		s.equations = append(s.equations, equation{sum: at + pair[0], parts: []int{at + pair[1]}})
	}
}
