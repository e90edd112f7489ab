package splink

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// errCast is what a cast of a text that cannot be read comes to.
var errCast = errors.New("a text cannot be cast as the model asks")

// build turns a node into something that can be evaluated; what looks at no
// record is worked out now.
func (b *binder) build(n *node) (*expr, error) {
	x, err := b.buildNode(n)
	if err != nil || x.leaf || n.mask != 0 {
		return x, err
	}
	e, s := b.env(), newSeries(x.typ, 1)
	s.put(0, x, e)
	if e.fault != nil {
		return nil, e.fault
	}
	return s.on(0, b.f.words), nil
}

func (b *binder) buildNode(n *node) (*expr, error) {
	switch n.kind {
	case nodeColumn:
		s, err := b.columnSeries(n)
		if err != nil {
			return nil, err
		}
		return s.on(n.mask, b.f.words), nil
	case nodeCast:
		return b.buildCast(n)
	case nodeCase:
		return b.buildCase(n)
	case nodeCall:
		return b.buildCall(n)
	}
	return b.constant(n), nil
}

// constant makes a literal; null is every type at once.
func (b *binder) constant(n *node) *expr {
	x := &expr{typ: n.typ, leaf: true}
	switch n.kind {
	case nodeString:
		id, s := b.f.words.add(n.name), n.name
		x.id = func(*env) uint32 { return id }
		x.t = func(*env) (string, bool) { return s, true }
	case nodeNumber:
		v, _ := strconv.ParseFloat(n.name, 64)
		x.n = func(*env) (float64, bool) { return v, true }
	case nodeBool:
		v := triOf(n.name == "true")
		x.b = func(*env) tri { return v }
	default:
		return nothing(n.typ)
	}
	return x
}

// nothing is null, of any type.
func nothing(t typ) *expr {
	return &expr{typ: t, leaf: true,
		b:  func(*env) tri { return null },
		n:  func(*env) (float64, bool) { return 0, false },
		t:  func(*env) (string, bool) { return "", false },
		id: func(*env) uint32 { return 0 },
		l:  func(*env) ([]uint32, bool) { return nil, false },
		v:  func(*env) ([]float64, bool) { return nil, false },
	}
}

// args builds the arguments of a node; where it looks at both records, those of
// one record are worked out beforehand.
func (b *binder) args(n *node) ([]*expr, error) {
	out := make([]*expr, len(n.args))
	for i, a := range n.args {
		var err error
		if n.mask == both {
			out[i], err = b.settled(a)
		} else {
			out[i], err = b.build(a)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *binder) buildCase(n *node) (*expr, error) {
	args, err := b.args(n)
	if err != nil {
		return nil, err
	}
	choose := func(e *env) *expr {
		for i := 0; i+1 < len(args); i += 2 {
			if args[i].b(e) == yes {
				return args[i+1]
			}
		}
		return args[len(args)-1]
	}
	x := &expr{typ: n.typ, mask: n.mask}
	b.choice(x, choose)
	return b.remember(n, x), nil
}

// choice evaluates whichever expression is chosen.
func (b *binder) choice(x *expr, choose func(*env) *expr) {
	switch x.typ {
	case typText:
		x.t = func(e *env) (string, bool) { return choose(e).t(e) }
	case typBool:
		x.b = func(e *env) tri { return choose(e).b(e) }
	case typTexts:
		x.l = func(e *env) ([]uint32, bool) { return choose(e).l(e) }
	case typNumbers:
		x.v = func(e *env) ([]float64, bool) { return choose(e).v(e) }
	case typNull:
		*x = *nothing(typNull)
	default:
		x.n = func(e *env) (float64, bool) { return choose(e).n(e) }
	}
}

// remember keeps a number that both records make, so that the levels of one pair
// work it out once.
func (b *binder) remember(n *node, x *expr) *expr {
	if n.mask != both || x.n == nil || x.typ == typNull {
		return x
	}
	at := slot(b.memos, n.signature(true))
	inner := x.n
	x.n = func(e *env) (float64, bool) {
		m := &e.memos[at]
		if m.pair != e.pair {
			m.n, m.ok = inner(e)
			m.pair = e.pair
		}
		return m.n, m.ok
	}
	return x
}

func (b *binder) buildCast(n *node) (*expr, error) {
	if n.name == "implicit" && n.typ == typText { // A column that has another class.
		column := *n.args[0]
		column.typ = typText
		return b.build(&column)
	}
	args, err := b.args(n)
	if err != nil {
		return nil, err
	}
	a := args[0]
	x := &expr{typ: n.typ, mask: n.mask}
	strict := !strings.HasPrefix(n.name, "try ")
	switch {
	case a.typ == typNull:
		return nothing(n.typ), nil
	case a.typ == n.typ:
		return a, nil
	case n.typ == typText:
		if n.args[0].kind == nodeColumn {
			column := *n.args[0]
			column.typ = typText
			return b.build(&column)
		}
		x.t = textFrom(a)
	case a.typ == typText:
		castText(x, a, strict)
	case n.typ == typBool:
		x.b = func(e *env) tri {
			v, ok := a.n(e)
			if !ok {
				return null
			}
			return triOf(v != 0)
		}
	case a.typ == typBool:
		x.n = func(e *env) (float64, bool) { v := a.b(e); return float64(v), v != null }
	default:
		to := roundTo(n.typ)
		x.n = func(e *env) (float64, bool) { v, ok := a.n(e); return to(v), ok }
	}
	return x, nil
}

// roundTo says what a number becomes in a type.
func roundTo(t typ) func(float64) float64 {
	switch t {
	case typInt:
		return nearest
	case typFloat:
		return single
	case typDate:
		return day
	}
	return func(v float64) float64 { return v }
}

// castText reads a text as a number, a moment or a truth.
func castText(x, a *expr, strict bool) {
	read := func(s string) (float64, bool) {
		v, ok := parseNumber(s)
		return roundTo(x.typ)(v), ok
	}
	if x.typ.moment() {
		read = func(s string) (float64, bool) {
			v, ok := parseMoment(s)
			return roundTo(x.typ)(v), ok
		}
	}
	if x.typ == typBool {
		read = parseTruth
	}
	x.n = func(e *env) (float64, bool) {
		s, ok := a.t(e)
		if !ok {
			return 0, false
		}
		v, ok := read(s)
		if !ok && strict {
			e.failed(errCast)
		}
		return v, ok
	}
	if x.typ == typBool {
		inner := x.n
		x.b = func(e *env) tri {
			v, ok := inner(e)
			if !ok {
				return null
			}
			return triOf(v != 0)
		}
	}
}

func parseTruth(s string) (float64, bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "t", "1", "yes", "y":
		return 1, true
	case "false", "f", "0", "no", "n":
		return 0, true
	}
	return 0, false
}

// textFrom writes a value as DuckDB casts it to text.
func textFrom(a *expr) func(*env) (string, bool) {
	switch {
	case a.typ == typBool:
		return func(e *env) (string, bool) {
			v := a.b(e)
			return strconv.FormatBool(v == yes), v != null
		}
	case a.typ == typDate:
		return func(e *env) (string, bool) {
			v, ok := a.n(e)
			return moment(v).Format("2006-01-02"), ok
		}
	case a.typ == typTime:
		return func(e *env) (string, bool) {
			v, ok := a.n(e)
			return moment(v).Format("2006-01-02 15:04:05.999999"), ok
		}
	case a.typ == typInt:
		return func(e *env) (string, bool) {
			v, ok := a.n(e)
			return strconv.FormatFloat(v, 'f', -1, 64), ok
		}
	}
	return func(e *env) (string, bool) {
		v, ok := a.n(e)
		s := strconv.FormatFloat(v, 'g', 17, 64)
		if short := strconv.FormatFloat(v, 'f', -1, 64); len(short) <= 17 {
			s = short
			if !strings.Contains(s, ".") {
				s += ".0"
			}
		}
		return s, ok
	}
}

func (b *binder) buildCall(n *node) (*expr, error) {
	if n.name == "pairwise" {
		return b.buildPairwise(n)
	}
	args, err := b.args(n)
	if err != nil {
		return nil, err
	}
	x := &expr{typ: n.typ, mask: n.mask}
	switch n.name {
	case "and", "or", "not", "is true", "is false", "is null":
		logic(x, n.name, args)
	case "=", "<>", "<", "<=", ">", ">=", "is distinct from":
		compare(x, n.name, args[0], args[1])
	case "nullif":
		nullIf(x, args[0], args[1])
	case "+", "-", "*", "/", "%":
		arithmetic(x, n.name, args[0], args[1])
		return b.remember(n, x), nil
	case "coalesce", "ifnull":
		b.choice(x, func(e *env) *expr {
			for _, a := range args {
				if present(a, e) {
					return a
				}
			}
			return args[0]
		})
	case "greatest", "least", "min", "max":
		b.extreme(x, n.name == "greatest" || n.name == "max", args)
	case "[]", "list_extract", "array_extract", "element_at", "list_element":
		elementOf(x, args[0], args[1], b.f.words)
	case "concat":
		x.t = func(e *env) (string, bool) {
			var s strings.Builder
			for _, a := range args {
				t, _ := a.t(e) // Nulls are passed over.
				s.WriteString(t)
			}
			return s.String(), true
		}
	default:
		return b.buildBuiltin(n, x, args)
	}
	return x, nil
}

// present says whether an expression is not null.
func present(a *expr, e *env) bool {
	ok := false
	switch a.typ {
	case typText:
		_, ok = a.t(e)
	case typBool:
		ok = a.b(e) != null
	case typTexts:
		_, ok = a.l(e)
	case typNumbers:
		_, ok = a.v(e)
	case typNull:
	default:
		_, ok = a.n(e)
	}
	return ok
}

// logic makes the connectives, where null is neither yes nor no.
func logic(x *expr, name string, args []*expr) {
	a := args[0]
	switch name {
	case "and":
		c := args[1]
		x.b = func(e *env) tri {
			v := a.b(e)
			if v == no {
				return no
			}
			w := c.b(e)
			if w == no || v == yes {
				return w
			}
			return null
		}
	case "or":
		c := args[1]
		x.b = func(e *env) tri {
			v := a.b(e)
			if v == yes {
				return yes
			}
			w := c.b(e)
			if w == yes || v == no {
				return w
			}
			return null
		}
	case "not":
		x.b = func(e *env) tri {
			if v := a.b(e); v != null {
				return 1 - v
			}
			return null
		}
	case "is true":
		x.b = func(e *env) tri { return triOf(a.b(e) == yes) }
	case "is false":
		x.b = func(e *env) tri { return triOf(a.b(e) == no) }
	default:
		x.b = func(e *env) tri { return triOf(!present(a, e)) }
	}
}

// accepts says which outcomes of a comparison an operator takes.
func accepts(op string) (below, same, above bool) {
	switch op {
	case "=":
		return false, true, false
	case "<>", "is distinct from":
		return true, false, true
	case "<":
		return true, false, false
	case "<=":
		return true, true, false
	case ">":
		return false, false, true
	}
	return false, true, true
}

// compare makes a comparison of two values of one type.
func compare(x *expr, op string, a, c *expr) {
	below, same, above := accepts(op)
	verdict := func(o int) tri { return triOf(o < 0 && below || o == 0 && same || o > 0 && above) }
	known := comparison(a, c, verdict, same, below == above)
	x.b = known
	if op == "is distinct from" {
		x.b = func(e *env) tri {
			if v := known(e); v != null {
				return v
			}
			return triOf(present(a, e) != present(c, e))
		}
	}
}

// comparison compares by the type of the two; equality says that only equal or
// not matters, so that numbers of texts do.
func comparison(a, c *expr, verdict func(int) tri, same, equality bool) func(*env) tri {
	switch {
	case a.typ == typNull || c.typ == typNull:
		return func(*env) tri { return null }
	case a.typ == typText && equality && a.id != nil && c.id != nil:
		return func(e *env) tri {
			v, w := a.id(e), c.id(e)
			if v == 0 || w == 0 {
				return null
			}
			return triOf((v == w) == same)
		}
	case a.typ == typText:
		return func(e *env) tri {
			v, okA := a.t(e)
			w, okB := c.t(e)
			if !okA || !okB {
				return null
			}
			return verdict(strings.Compare(v, w))
		}
	case a.typ == typBool:
		return func(e *env) tri {
			v, w := a.b(e), c.b(e)
			if v == null || w == null {
				return null
			}
			return verdict(int(v) - int(w))
		}
	case a.typ == typTexts || a.typ == typNumbers:
		return compareLists(a, c, verdict)
	}
	to := func(v float64) float64 { return v }
	if wider(a.typ, c.typ) == typFloat {
		to = single
	}
	return func(e *env) tri {
		v, okA := a.n(e)
		w, okB := c.n(e)
		if !okA || !okB {
			return null
		}
		return verdict(order(to(v), to(w)))
	}
}

// compareLists compares element by element, a shorter list first.
func compareLists(a, c *expr, verdict func(int) tri) func(*env) tri {
	if a.typ == typNumbers {
		return func(e *env) tri {
			v, okA := a.v(e)
			w, okB := c.v(e)
			if !okA || !okB {
				return null
			}
			for i := range min(len(v), len(w)) {
				if o := order(v[i], w[i]); o != 0 {
					return verdict(o)
				}
			}
			return verdict(len(v) - len(w))
		}
	}
	return func(e *env) tri {
		v, okA := a.l(e)
		w, okB := c.l(e)
		if !okA || !okB {
			return null
		}
		for i := range min(len(v), len(w)) {
			if v[i] != w[i] {
				return verdict(strings.Compare(e.words.text(v[i]), e.words.text(w[i])))
			}
		}
		return verdict(len(v) - len(w))
	}
}

// nullIf is null where the two are equal, otherwise the first.
func nullIf(x, a, c *expr) {
	equal := comparison(a, c, func(o int) tri { return triOf(o == 0) }, true, true)
	x.typ = a.typ
	switch a.typ {
	case typText:
		x.t = func(e *env) (string, bool) {
			if equal(e) == yes {
				return "", false
			}
			return a.t(e)
		}
	case typBool:
		x.b = func(e *env) tri {
			if equal(e) == yes {
				return null
			}
			return a.b(e)
		}
	default:
		if a.n == nil {
			*x = *nothing(a.typ)
			return
		}
		x.n = func(e *env) (float64, bool) {
			if equal(e) == yes {
				return 0, false
			}
			return a.n(e)
		}
	}
}

// fault says where an evaluation stopped.
func (e *env) faultAt(f *frame, l, r int32) error {
	if e.fault == nil {
		return nil
	}
	return fmt.Errorf("%s and %s: %w", f.place(int(l)), f.place(int(r)), e.fault)
}
