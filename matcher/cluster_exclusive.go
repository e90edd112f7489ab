package matcher

import (
	"fmt"
	"slices"
)

// maxExclusive is how many sources may be free of duplicates.
const maxExclusive = 64

// manyEqual is how many equal records that may not be joined are kept in mind.
const manyEqual = 64

// exclude notes which records are of exclusive sources.
func (b *base) exclude() error {
	bit := make([]uint64, len(b.in.Exclusive))
	n := 0
	for s, only := range b.in.Exclusive {
		if !only {
			continue
		}
		if n == maxExclusive {
			return fmt.Errorf("more than %d sources without duplicates; name fewer: %w", maxExclusive, ErrModel)
		}
		bit[s] = 1 << n
		n++
	}
	if n == 0 {
		return nil
	}
	b.only = make([]uint64, len(b.in.Rows))
	for i := range b.only {
		s := 0
		if i < len(b.in.Sources) {
			s = int(b.in.Sources[i])
		}
		if s < len(bit) {
			b.only[i] = bit[s]
		}
	}
	return nil
}

// mayShare says whether record i may become one node with the equal record j,
// and notes so: the bits of those that joined it are j's from then on.
func (b *base) mayShare(i, j int32) bool {
	if b.only == nil {
		return true
	}
	if b.only[i]&b.only[j] != 0 {
		return false
	}
	b.only[j] |= b.only[i]
	return true
}

// exclusives gives each node the exclusive sources that it has records of.
func (b *base) exclusives(label []int32, n int) []uint64 {
	if b.only == nil {
		return nil
	}
	out := make([]uint64, n)
	for i, l := range label {
		out[l] |= b.only[i]
	}
	return out
}

// Contradiction is two records that decisions both join and part.
type Contradiction struct {
	A, B int32
	// Chain are the records from A to B, each joined to the next by a decision.
	Chain []int32
	// Why says what parts them.
	Why string
}

// What can part two records.
const (
	partedByDecision = "a decision that they are two people"
	partedByRow      = "one row that names both"
	partedBySource   = "a source that has no two records of one person"
)

// Contradictions lists the records that must be linked, through one decision or
// several, and must not be, in order. Link joins them; somebody has to say which
// of the decisions is wrong. It works from the decisions alone, in time that
// grows with them.
func Contradictions(in Input) []Contradiction {
	next := make(map[int32][]int32)
	for _, p := range in.Must {
		next[p[0]], next[p[1]] = append(next[p[0]], p[1]), append(next[p[1]], p[0])
	}
	var out []Contradiction
	seen := make(map[[2]int32]bool)
	add := func(a, b int32, why string) {
		pair := [2]int32{min(a, b), max(a, b)}
		if a == b || seen[pair] {
			return
		}
		if chain := path(next, pair[0], pair[1]); chain != nil {
			seen[pair] = true
			out = append(out, Contradiction{pair[0], pair[1], chain, why})
		}
	}
	for _, p := range in.Cannot {
		add(p[0], p[1], partedByDecision)
	}
	for _, g := range decided(in, next) {
		first := make(map[[2]int32]int32) // of each row and each exclusive source
		for _, i := range g {
			for k, key := range [2]int32{rowOf(in, i), sourceOf(in, i)} {
				if key < 0 {
					continue
				}
				at := [2]int32{int32(k), key}
				if j, ok := first[at]; ok {
					add(j, i, [...]string{partedByRow, partedBySource}[k])
				} else {
					first[at] = i
				}
			}
		}
	}
	slices.SortFunc(out, func(x, y Contradiction) int {
		return slices.Compare([]int32{x.A, x.B}, []int32{y.A, y.B})
	})
	return out
}

func rowOf(in Input, i int32) int32 {
	if int(i) < len(in.Rows) {
		return in.Rows[i]
	}
	return -1
}

// sourceOf is the record's source if that is exclusive, else -1.
func sourceOf(in Input, i int32) int32 {
	s := 0
	if int(i) < len(in.Sources) {
		s = int(in.Sources[i])
	}
	if s < len(in.Exclusive) && in.Exclusive[s] {
		return int32(s)
	}
	return -1
}

// decided lists the groups of records that decisions join, by their least
// records.
func decided(in Input, next map[int32][]int32) [][]int32 {
	var out [][]int32
	seen := make(map[int32]bool)
	for _, p := range in.Must {
		if seen[p[0]] {
			continue
		}
		seen[p[0]] = true
		g := []int32{p[0]}
		for at := 0; at < len(g); at++ {
			for _, j := range next[g[at]] {
				if !seen[j] {
					seen[j] = true
					g = append(g, j)
				}
			}
		}
		slices.Sort(g)
		out = append(out, g)
	}
	return out
}

// path is a shortest chain of decisions from a to b, nil if there is none.
func path(next map[int32][]int32, a, b int32) []int32 {
	from := map[int32]int32{a: a}
	queue := []int32{a}
	for at := 0; at < len(queue); at++ {
		if queue[at] == b {
			chain := []int32{b}
			for x := b; x != a; {
				x = from[x]
				chain = append(chain, x)
			}
			slices.Reverse(chain)
			return chain
		}
		for _, j := range next[queue[at]] {
			if _, ok := from[j]; !ok {
				from[j] = queue[at]
				queue = append(queue, j)
			}
		}
	}
	return nil
}
