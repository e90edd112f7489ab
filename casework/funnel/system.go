package funnel

import (
	"cmp"
	"slices"
)

// protect says which values are to be hidden: those from 1 up to below the
// threshold, and as many others as keep each of these from being the only whole
// number that fits what is shown. Zeros among them keep it from being known that
// what is hidden is not zero.
//
// That a small value does not follow is shown by finding other numbers for it
// and for hidden values that fit what is shown as well. Where hidden values
// alone do not do, shown ones take part: as few as can be found soon, rather
// small ones, and totals last. They are hidden then.
func (s *system) protect(threshold int64) []bool {
	w := newSearch(s)
	for i, v := range s.values {
		w.hidden[i] = v > 0 && v < threshold
	}
	for i, v := range s.values {
		if v == 0 || v >= threshold || w.open[i] {
			continue
		}
		last := len(attempts)
		if s.families != nil {
			last -= 2 // an exchange hides less than a long search
		}
		if !w.another(i, attempts[:last]) {
			w.exchange(i)
		}
	}
	return w.hidden
}

// exchange is for a small value beside which no search has found another. One
// family more of those that it counts, and one less of others, fits whatever is
// true of families; the two are chosen so that as little as can be is hidden.
// Where there is no other to take away, it is one more family everywhere.
func (w *search) exchange(i int) {
	var more, less [][]int
	for _, f := range w.s.families {
		if _, counted := slices.BinarySearch(f, i); counted {
			more = append(more, f)
		} else {
			less = append(less, f)
		}
	}
	if more == nil {
		return
	}
	best, cost := more[0], w.cost(more[0], nil, 1<<60)
	stride := len(less)/maxOthers + 1
	for _, f := range more {
		for j := 0; j < len(less); j += stride {
			if c := w.cost(f, less[j], cost); c < cost {
				best, cost = nil, c
				differ(f, less[j], func(v int) bool { best = append(best, v); return true })
			}
		}
	}
	for _, v := range best {
		w.hidden[v], w.open[v] = true, true
	}
}

// maxOthers is how many families are tried in the place of another.
const maxOthers = 20_000

// differ visits the values that count one family and not the other, until told
// to stop.
func differ(more, less []int, visit func(v int) bool) {
	for len(more) > 0 || len(less) > 0 {
		var v int
		switch {
		case len(less) == 0 || len(more) > 0 && more[0] < less[0]:
			v, more = more[0], more[1:]
		case len(more) == 0 || less[0] < more[0]:
			v, less = less[0], less[1:]
		default:
			more, less = more[1:], less[1:]
			continue
		}
		if !visit(v) {
			return
		}
	}
}

// cost is what putting one family in the place of another would hide, or most
// if it is as much: large counts weigh more than small ones, and totals most.
func (w *search) cost(more, less []int, most int) int {
	n := 0
	differ(more, less, func(v int) bool {
		if !w.hidden[v] {
			size := int(w.s.values[v]) + 1
			n += size
			if w.s.whole[v] {
				n += 10 * size
			}
		}
		return n < most
	})
	return n
}

// search looks for other numbers that fit what is shown: each value that takes
// part is one more or one less.
type search struct {
	s      *system
	hidden []bool
	open   []bool // hidden values for which another number has been found to fit

	equations [][]int // of each value
	less      [][]int // of each value

	delta   []int64 // by how much a value is other than it is
	changed []int   // values that are, in the order of changing
	off     []int64 // by how much the parts of an equation exceed the sum
	steps   int     // left
	shown   int     // how many more shown values may take part
	most    int64   // the largest of them
	totals  bool    // whether totals may
}

// attempt bounds a search: how many shown values may take part, up to which
// size, whether totals may, and how many steps it may have.
type attempt struct {
	shown, steps int
	most         int64
	totals       bool
}

// far is larger than any count.
const far = int64(1) << 40

// attempts are made in this order until one succeeds.
var attempts = []attempt{
	{0, 60, 0, false}, {1, 60, 20, false}, {2, 60, 20, false}, {3, 60, 20, false}, {6, 120, 20, false},
	{1 << 20, 200, far, false}, {1 << 20, 400, far, true},
}

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

// another looks for numbers that fit and give value i one more or one less. The
// values that take part are hidden and open then, and stay so: whatever else is
// hidden takes nothing away.
func (w *search) another(i int, attempts []attempt) bool {
	for _, a := range attempts {
		for _, d := range []int64{1, -1} {
			w.shown, w.steps, w.most, w.totals = a.shown, a.steps, a.most, a.totals
			found := w.may(i, d)
			if found {
				w.change(i, d)
				found = w.repair()
			}
			for len(w.changed) > 0 {
				last := w.changed[len(w.changed)-1]
				w.undo(last)
				if found {
					w.hidden[last], w.open[last] = true, true
				}
			}
			if found {
				return true
			}
		}
	}
	return false
}

// may says whether a value may take part: it does not yet, stays 0 or more, and
// is hidden or one of the shown ones that may.
func (w *search) may(v int, d int64) bool {
	if w.delta[v] != 0 || w.s.values[v]+d < 0 {
		return false
	}
	return w.hidden[v] || w.shown > 0 && w.s.values[v] <= w.most && (w.totals || !w.s.whole[v])
}

func (w *search) change(v int, d int64) {
	if !w.hidden[v] {
		w.shown--
	}
	w.delta[v] = d
	w.changed = append(w.changed, v)
	w.shift(v, d)
}

// undo takes the latest change back.
func (w *search) undo(v int) {
	if !w.hidden[v] {
		w.shown++
	}
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
	value  int
	by     int64
	upsets bool // it would have to be followed by another
}

// repair changes values until everything fits again. It leaves what it changed
// in w.changed if it succeeds.
func (w *search) repair() bool {
	if w.steps--; w.steps < 0 {
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
		if w.steps < 0 {
			return false
		}
	}
	return false
}

// wrong is what does not fit, with what could mend it: of all that does not, that
// which the least could mend, so that a dead end shows soon.
func (w *search) wrong() (bool, []change) {
	least, equation, found := 1<<30, -1, false
	var pair [2]int
	for _, v := range w.changed {
		for _, i := range w.equations[v] {
			if w.off[i] != 0 {
				if n := w.menders(&w.s.equations[i], w.off[i], least); n < least {
					least, equation, found = n, i, true
				}
			}
		}
		for _, i := range w.less[v] {
			a, b := w.s.less[i][0], w.s.less[i][1]
			if w.s.values[a]+w.delta[a] > w.s.values[b]+w.delta[b] {
				if n := count(w.may(a, -1)) + count(w.may(b, 1)); n < least {
					least, equation, pair, found = n, -1, [2]int{a, b}, true
				}
			}
		}
	}
	switch {
	case !found || least == 0:
		return found, nil
	case equation < 0:
		return true, []change{{value: pair[0], by: -1}, {value: pair[1], by: 1}}
	}
	return true, w.mend(&w.s.equations[equation], w.off[equation])
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// menders counts what could make an equation hold that is off, up to enough.
func (w *search) menders(e *equation, off int64, enough int) int {
	d := toward(off)
	n := count(w.may(e.sum, -d))
	for _, p := range e.parts {
		if n >= enough {
			return n
		}
		n += count(w.may(p, d))
	}
	return n
}

// toward is by how much a part of an equation that is off may change.
func toward(off int64) int64 {
	if off > 0 {
		return -1
	}
	return 1
}

// maxChoices is how many ways of mending an equation are tried.
const maxChoices = 12

// mend is what could best make an equation hold that is off.
func (w *search) mend(e *equation, off int64) []change {
	d := toward(off)
	var out []change
	for _, p := range e.parts {
		if w.may(p, d) {
			out = append(out, change{value: p, by: d})
		}
	}
	if w.may(e.sum, -d) {
		out = append(out, change{value: e.sum, by: -d})
	}
	for i := range out {
		out[i].upsets = w.upsets(out[i])
	}
	slices.SortStableFunc(out, w.before)
	return out[:min(len(out), maxChoices)]
}

// upsets says whether a change would make a stage larger than the one before it.
func (w *search) upsets(c change) bool {
	for _, i := range w.less[c.value] {
		a, b := w.s.less[i][0], w.s.less[i][1]
		room := w.s.values[b] + w.delta[b] - w.s.values[a] - w.delta[a]
		if c.value == a && c.by > room || c.value == b && -c.by > room {
			return true
		}
	}
	return false
}

// before orders changes by how gladly they are made: of hidden values first, then
// those that upset nothing; of hidden ones those in the fewest equations, of shown
// ones small ones; totals last.
func (w *search) before(x, y change) int {
	a, b := x.value, y.value
	switch {
	case w.hidden[a] != w.hidden[b]:
		return yesFirst(w.hidden[a])
	case w.s.whole[a] != w.s.whole[b]:
		return yesFirst(w.s.whole[b])
	case x.upsets != y.upsets:
		return yesFirst(y.upsets)
	case w.hidden[a]:
		return cmp.Compare(len(w.equations[a]), len(w.equations[b]))
	}
	return cmp.Compare(w.s.values[a], w.s.values[b])
}

func yesFirst(yes bool) int {
	if yes {
		return -1
	}
	return 1
}
