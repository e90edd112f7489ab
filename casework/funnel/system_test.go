package funnel

import (
	"testing"

	"pgregory.net/rapid"
)

// grid is a table of rows and columns with the sums of both, and in each row the
// knowledge that a column is no larger than the one before it if ordered.
func grid(values [][]int64, ordered bool) *system {
	s := &system{}
	rows, columns := len(values), len(values[0])
	at := func(r, c int) int { return r*(columns+1) + c }
	for r := range rows + 1 {
		for c := range columns + 1 {
			var v int64
			for i := range rows {
				for j := range columns {
					if (r == rows || r == i) && (c == columns || c == j) {
						v += values[i][j]
					}
				}
			}
			s.values = append(s.values, v)
			s.whole = append(s.whole, r == rows)
		}
	}
	for r := range rows + 1 {
		e := equation{sum: at(r, columns)}
		for c := range columns {
			e.parts = append(e.parts, at(r, c))
			if ordered && c > 0 && s.values[at(r, c)] <= s.values[at(r, c-1)] {
				s.less = append(s.less, [2]int{at(r, c), at(r, c-1)})
			}
		}
		if !ordered {
			s.equations = append(s.equations, e)
		}
	}
	for c := range columns + 1 {
		e := equation{sum: at(rows, c)}
		for r := range rows {
			e.parts = append(e.parts, at(r, c))
		}
		s.equations = append(s.equations, e)
	}
	return s
}

// attack tries every assignment of whole numbers to the hidden
// values until it finds one that fits what is shown and gives value i another
// number. Whoever can find none has worked it out.
type attack struct {
	s       *system
	hidden  []bool
	i       int
	unknown []int
	value   []int64
	set     []bool
	steps   int
}

func (s *system) worksOut(hidden []bool, i int) bool {
	a := &attack{s: s, hidden: hidden, i: i, value: append([]int64(nil), s.values...), set: make([]bool, len(s.values))}
	a.unknown = append(a.unknown, i)
	for v := range s.values {
		a.set[v] = !hidden[v]
		if hidden[v] && v != i {
			a.unknown = append(a.unknown, v)
		}
	}
	return !a.other(0)
}

func (a *attack) other(n int) bool {
	if a.steps++; a.steps > 2_000_000 {
		return true // too large to try; counts as not worked out
	}
	if n == len(a.unknown) {
		return true
	}
	v := a.unknown[n]
	a.set[v] = true
	defer func() { a.set[v] = false }()
	// Near the truth first, as that is where another answer is soonest found.
	truth := a.s.values[v]
	for d := range int64(24) {
		for _, x := range []int64{truth - d, truth + d} {
			if x < 0 || d == 0 && v == a.i {
				continue
			}
			if a.value[v] = x; a.fits() && a.other(n+1) {
				return true
			}
		}
	}
	return false
}

func (a *attack) fits() bool {
	for _, e := range a.s.equations {
		var sum int64
		open := int64(0)
		for _, p := range e.parts {
			if a.set[p] {
				sum += a.value[p]
			} else {
				open++
			}
		}
		switch {
		case !a.set[e.sum]:
		case sum > a.value[e.sum], open == 0 && sum != a.value[e.sum]:
			return false
		}
	}
	for _, l := range a.s.less {
		if a.set[l[0]] && a.set[l[1]] && a.value[l[0]] > a.value[l[1]] {
			return false
		}
	}
	return true
}

// No small value follows from what is shown, by whatever reasoning.
func TestNothingSmallCanBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "columns")
		values := make([][]int64, rows)
		for r := range values {
			values[r] = rapid.SliceOfN(rapid.SampledFrom([]int64{0, 0, 1, 1, 2, 3, 4, 5, 6, 9, 12}), columns, columns).Draw(t, "row")
		}
		s := grid(values, rapid.Bool().Draw(t, "ordered"))
		hidden := s.protect(5)
		for i, v := range s.values {
			if v > 0 && v < 5 && (!hidden[i] || s.worksOut(hidden, i)) {
				t.Fatalf("value %d (%d) follows: values %v, hidden %v", i, v, s.values, hidden)
			}
		}
	})
}

func TestProtect(t *testing.T) {
	for _, c := range []struct {
		name   string
		values [][]int64
		want   string // row by row with the sums, x where hidden
	}{
		{"nothing small", [][]int64{{7}, {9}}, ".. .. .."},
		{"one small takes the smallest other, here a zero", [][]int64{{3}, {9}, {7}, {0}}, "xx .. xx .. .."},
		{"two small are enough", [][]int64{{3}, {2}, {7}}, "xx xx .. .."},
		{"two ones may be 0 and 2", [][]int64{{1}, {1}, {7}}, "xx xx .. .."},
		{"with nothing else to hide the total goes", [][]int64{{3}, {0}}, "xx .. xx"},
	} {
		s := grid(c.values, false)
		got := ""
		for i, h := range s.protect(5) {
			if i > 0 && i%2 == 0 {
				got += " "
			}
			if h {
				got += "x"
			} else {
				got += "."
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
