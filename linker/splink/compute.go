package splink

import (
	"fmt"
	"math"
)

// nearest rounds to a whole number, halves to the even one.
func nearest(v float64) float64 { return math.RoundToEven(v) }

// arithmetic makes a sum, difference, product, quotient or remainder.
func arithmetic(x *expr, op string, a, c *expr) {
	if a.typ == typNull || c.typ == typNull {
		*x = *nothing(x.typ)
		return
	}
	calc := map[string]func(v, w float64) float64{
		"+": func(v, w float64) float64 { return v + w },
		"-": func(v, w float64) float64 { return v - w },
		"*": func(v, w float64) float64 { return v * w },
		"/": func(v, w float64) float64 { return v / w },
		"%": math.Mod,
	}[op]
	to := func(v float64) float64 { return v }
	if x.typ == typFloat {
		to = single
	}
	days := a.typ.moment()
	x.n = func(e *env) (float64, bool) {
		v, okA := a.n(e)
		w, okB := c.n(e)
		if !okA || !okB || op == "%" && w == 0 {
			return 0, false
		}
		if days {
			return (v - w) / 86400, true
		}
		return to(calc(v, w)), true
	}
}

// extreme makes greatest and least, which pass over nulls.
func (b *binder) extreme(x *expr, greatest bool, args []*expr) {
	better := func(o int) bool { return greatest == (o > 0) && o != 0 }
	switch x.typ {
	case typText:
		x.t = func(e *env) (best string, found bool) {
			for _, a := range args {
				v, ok := "", false
				if a.typ == typText {
					v, ok = a.t(e)
				}
				if ok && (!found || greatest && v > best || !greatest && v < best) {
					best, found = v, true
				}
			}
			return best, found
		}
	case typBool, typNull:
		*x = *nothing(x.typ)
	default:
		x.n = func(e *env) (best float64, found bool) {
			for _, a := range args {
				if a.typ == typNull {
					continue
				}
				if v, ok := a.n(e); ok && (!found || better(order(v, best))) {
					best, found = v, true
				}
			}
			return best, found
		}
	}
}

// elementOf makes list[i], which counts from 1, or from the end below 0; null
// where there is none.
func elementOf(x *expr, a, at *expr, w *words) {
	place := func(e *env, length int) (int, bool) {
		f, ok := at.n(e)
		if !ok || f == 0 || math.Abs(f) > float64(length) {
			return 0, false
		}
		if f < 0 {
			return length + int(f), true
		}
		return int(f) - 1, true
	}
	if a.typ == typNull || at.typ == typNull {
		*x = *nothing(x.typ)
		return
	}
	if a.typ == typNumbers {
		x.n = func(e *env) (float64, bool) {
			v, _ := a.v(e)
			i, ok := place(e, len(v))
			if !ok {
				return 0, false
			}
			return v[i], true
		}
		return
	}
	x.id = func(e *env) uint32 {
		l, _ := a.l(e)
		i, ok := place(e, len(l))
		if !ok {
			return 0
		}
		return l[i]
	}
	x.t = func(e *env) (string, bool) {
		id := x.id(e)
		return w.text(id), id != 0
	}
}

// buildBuiltin makes a call of a function of the table.
func (b *binder) buildBuiltin(n *node, x *expr, args []*expr) (*expr, error) {
	for _, a := range args {
		if a.typ == typNull {
			return nothing(n.typ), nil
		}
	}
	f := n.call
	switch {
	case f.kernel != nil:
		b.kernelCall(n, x, args[0], args[1])
	case f.number != nil:
		a := args[0]
		x.n = func(e *env) (float64, bool) {
			v, ok := a.n(e)
			if !ok {
				return 0, false
			}
			return f.number(v), true
		}
	default:
		if n.typ == typTexts && n.mask == both && n.name != "list_intersect" && n.name != "array_intersect" {
			return nil, fmt.Errorf("%q of both records at once is not understood", n.name)
		}
		generalCall(x, f, args)
	}
	return b.remember(n, x), nil
}

// kernelCall compares two texts; what both records make is remembered by the
// texts' numbers.
func (b *binder) kernelCall(n *node, x, a, c *expr) {
	kernel := n.call.kernel
	plain := func(e *env) (float64, bool) {
		v, okA := a.t(e)
		w, okB := c.t(e)
		if !okA || !okB {
			return 0, false
		}
		return kernel(&e.scratch, v, w), true
	}
	if n.mask != both || a.id == nil || c.id == nil {
		x.n = plain
		return
	}
	at := slot(b.caches, fmt.Sprintf("%p", n.call))
	words := b.f.words
	x.n = func(e *env) (float64, bool) {
		v, w := a.id(e), c.id(e)
		if v == 0 || w == 0 {
			return 0, false
		}
		key := uint64(v)<<32 | uint64(w)
		kept := &e.caches[at][(key*0x9e3779b97f4a7c15)>>52]
		if kept.key != key {
			*kept = cached{key, kernel(&e.scratch, words.texts[v], words.texts[w])}
		}
		return kept.n, true
	}
}

// generalCall evaluates the arguments into cells and hands them over.
func generalCall(x *expr, f *builtin, args []*expr) {
	run := func(e *env) cell {
		base := len(e.args)
		for _, a := range args {
			c := cellOf(a, e)
			if c.null {
				e.args = e.args[:base]
				return c
			}
			e.args = append(e.args, c)
		}
		out := f.general(e, e.args[base:])
		e.args = e.args[:base]
		return out
	}
	switch x.typ {
	case typText:
		x.t = func(e *env) (string, bool) { c := run(e); return c.s, !c.null }
	case typBool:
		x.b = func(e *env) tri {
			c := run(e)
			if c.null {
				return null
			}
			return triOf(c.n != 0)
		}
	case typTexts:
		x.l = func(e *env) ([]uint32, bool) { c := run(e); return c.ids, !c.null }
	default:
		x.n = func(e *env) (float64, bool) { c := run(e); return c.n, !c.null }
	}
}

// cellOf evaluates an expression of any type.
func cellOf(a *expr, e *env) (c cell) {
	ok := false
	switch a.typ {
	case typText:
		c.s, ok = a.t(e)
	case typBool:
		v := a.b(e)
		c.n, ok = float64(v), v != null
	case typTexts:
		c.ids, ok = a.l(e)
	case typNumbers:
		c.nums, ok = a.v(e)
	default:
		c.n, ok = a.n(e)
	}
	c.null = !ok
	return c
}
