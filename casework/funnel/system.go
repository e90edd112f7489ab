package funnel

import (
	"cmp"
	"slices"
)

// protect says which values are to be hidden: those from 1 up to below the
// threshold, and as many others as keep each of these from being the only whole
// number, 1 or more, that fits what is shown. Zeros are shown. Of two values that
// would do, the smaller is hidden, and no total while there is another.
//
// That a small value does not follow is shown by finding other numbers for the
// hidden values, another one for the small value among them, that fit as well.
// Where none are found, one more value is hidden, until there is none left to hide.
func (s *system) protect(threshold int64) []bool {
	w := newSearch(s)
	for i, v := range s.values {
		w.hidden[i] = v > 0 && v < threshold
	}
	for i, v := range s.values {
		if v == 0 || v >= threshold {
			continue
		}
		for !w.open[i] && !w.another(i) {
			more := w.next(i)
			if more < 0 {
				break
			}
			w.hidden[more] = true
		}
	}
	return w.hidden
}

// search looks for other numbers that fit what is shown: each hidden value is
// one more, one less or the same.
type search struct {
	s      *system
	hidden []bool
	open   []bool // hidden values for which another number has been found to fit

	equations [][]int // of each value
	less      [][]int // of each value

	delta   []int64 // by how much a value is other than it is
	changed []int   // values that are, in the order of changing
	off     []int64 // by how much the parts of an equation exceed the sum
	wanted  []int   // shown values that a search would have changed had it been able to
	steps   int
}

// maxSteps is how long to look for other numbers before hiding one more value,
// which makes them easier to find.
const maxSteps = 5000

func newSearch(s *system) *search {
	n := len(s.values)
	w := &search{s: s, hidden: make([]bool, n), open: make([]bool, n), equations: make([][]int, n), less: make([][]int, n),
		delta: make([]int64, n), off: make([]int64, len(s.equations))}
	for i, e := range s.equations {
		for _, v := range e.all() {
			w.equations[v] = append(w.equations[v], i)
		}
	}
	for i, l := range s.less {
		for _, v := range l {
			w.less[v] = append(w.less[v], i)
		}
	}
	return w
}

func (e *equation) all() []int { return append([]int{e.sum}, e.parts...) }

// another looks for numbers that fit and give value i one more or one less. All
// the values that they change are open then: more hidden values take nothing away.
func (w *search) another(i int) bool {
	w.wanted = w.wanted[:0]
	for _, d := range []int64{1, -1} {
		w.steps = 0
		found := w.may(i, d)
		if found {
			w.change(i, d)
			found = w.repair()
		}
		for len(w.changed) > 0 {
			last := w.changed[len(w.changed)-1]
			if found {
				w.open[last] = true
			}
			w.undo(last)
		}
		if found {
			return true
		}
	}
	return false
}

// may says whether a value can be changed: it is hidden, not changed yet, and
// stays 1 or more.
func (w *search) may(v int, d int64) bool {
	return w.hidden[v] && w.delta[v] == 0 && w.s.values[v]+d >= 1
}

func (w *search) change(v int, d int64) {
	w.delta[v] = d
	w.changed = append(w.changed, v)
	w.shift(v, d)
}

// undo takes the latest change back.
func (w *search) undo(v int) {
	w.shift(v, -w.delta[v])
	w.delta[v] = 0
	w.changed = w.changed[:len(w.changed)-1]
}

func (w *search) shift(v int, d int64) {
	for _, e := range w.equations[v] {
		if w.s.equations[e].sum == v {
			w.off[e] -= d
		} else {
			w.off[e] += d
		}
	}
}

// change of a value that would mend what is wrong.
type change struct {
	value int
	by    int64
}

// repair changes values until everything fits again. It leaves what it changed
// in w.changed if it succeeds.
func (w *search) repair() bool {
	if w.steps++; w.steps > maxSteps {
		return false
	}
	wrong, choices := w.wrong()
	if !wrong {
		return true
	}
	for _, c := range choices {
		if !w.may(c.value, c.by) {
			continue
		}
		w.change(c.value, c.by)
		if w.repair() {
			return true
		}
		w.undo(c.value)
	}
	return false
}

// wrong is the first thing that does not fit, with what could mend it: those
// values first that are in the fewest equations.
func (w *search) wrong() (bool, []change) {
	for _, v := range w.changed {
		for _, i := range w.equations[v] {
			if w.off[i] != 0 {
				return true, w.mend(&w.s.equations[i], w.off[i])
			}
		}
		for _, i := range w.less[v] {
			a, b := w.s.less[i][0], w.s.less[i][1]
			if w.s.values[a]+w.delta[a] > w.s.values[b]+w.delta[b] {
				if !w.may(a, -1) && !w.may(b, 1) {
					w.wanted = append(w.wanted, a, b)
				}
				return true, []change{{a, -1}, {b, 1}}
			}
		}
	}
	return false, nil
}

func (w *search) mend(e *equation, off int64) []change {
	d := int64(1)
	if off > 0 {
		d = -1
	}
	var out []change
	for _, p := range e.parts {
		if w.may(p, d) {
			out = append(out, change{p, d})
		}
	}
	if w.may(e.sum, -d) {
		out = append(out, change{e.sum, -d})
	}
	if len(out) == 0 {
		w.wanted = append(w.wanted, e.all()...)
	}
	slices.SortStableFunc(out, func(a, b change) int {
		return cmp.Compare(len(w.equations[a.value]), len(w.equations[b.value]))
	})
	return out
}

// next is the value to hide so that i may be open: shown, not zero, and wanted
// where the search could not go on, else joined to it by equations; -1 if there
// is none.
func (w *search) next(i int) int {
	if best := w.least(w.wanted); best >= 0 {
		return best
	}
	var joined []int
	for _, v := range w.around(i) {
		for _, e := range w.equations[v] {
			joined = append(joined, w.s.equations[e].all()...)
		}
	}
	return w.least(joined)
}

// least is the one to hide first, -1 if none of them can be hidden.
func (w *search) least(values []int) int {
	best := -1
	for _, v := range values {
		if !w.hidden[v] && w.s.values[v] > 0 && (best < 0 || w.s.before(v, best)) {
			best = v
		}
	}
	return best
}

func (s *system) before(a, b int) bool {
	if s.whole[a] != s.whole[b] {
		return s.whole[b]
	}
	return cmp.Or(cmp.Compare(s.values[a], s.values[b]), cmp.Compare(a, b)) < 0
}

// around are the hidden values that are joined to one by equations.
func (w *search) around(from int) []int {
	seen := map[int]bool{from: true}
	out := []int{from}
	for n := 0; n < len(out); n++ {
		for _, e := range w.equations[out[n]] {
			for _, v := range w.s.equations[e].all() {
				if w.hidden[v] && !seen[v] {
					seen[v] = true
					out = append(out, v)
				}
			}
		}
	}
	return out
}
