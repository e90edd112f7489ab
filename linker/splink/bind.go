package splink

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// tri is a truth of three: yes, no, or null.
type tri int8

const (
	null tri = -1
	no   tri = 0
	yes  tri = 1
)

func triOf(b bool) tri {
	if b {
		return yes
	}
	return no
}

// env is where expressions are evaluated: a pair of rows, and memory that one
// goroutine uses again and again.
type env struct {
	l, r    int32
	words   *words
	scratch scratch
	// pair counts the pairs, so that a memo knows which it holds.
	pair  uint64
	memos []memo
	// caches hold the results of text kernels by the two texts' numbers.
	caches [][]cached
	// args are the arguments of the functions that are being called, a stack.
	args     []cell
	patterns map[string]*regexp.Regexp
	formats  map[string]dateFormat
	// others are for the frames of rules that explode lists.
	others map[*binder]*env
	// levels has room for the levels of a pair.
	levels []int8
	// fault is the first thing that DuckDB would have stopped at.
	fault error
}

type memo struct {
	pair uint64
	n    float64
	ok   bool
}

type cached struct {
	key uint64
	n   float64
}

// cacheSize is how many pairs of texts a kernel remembers, a power of two.
const cacheSize = 1 << 12

func newEnv(w *words, memos, caches int) *env {
	e := &env{words: w, memos: make([]memo, memos), caches: make([][]cached, caches)}
	for i := range e.caches {
		e.caches[i] = make([]cached, cacheSize)
	}
	return e
}

// set looks at another pair.
func (e *env) set(l, r int32) {
	e.l, e.r = l, r
	e.pair++
}

func (e *env) failed(err error) cell {
	if e.fault == nil {
		e.fault = err
	}
	return cell{null: true}
}

// pattern compiles a regular expression once.
func (e *env) pattern(s string) (*regexp.Regexp, error) {
	if re, ok := e.patterns[s]; ok {
		return re, nil
	}
	re, err := regexp.Compile(s)
	if err != nil {
		return nil, err
	}
	if e.patterns == nil {
		e.patterns = map[string]*regexp.Regexp{}
	}
	e.patterns[s] = re
	return re, nil
}

func (e *env) formatOf(s string, kind byte) (dateFormat, error) {
	if f, ok := e.formats[s]; ok {
		return f, nil
	}
	f, err := parseFormat(s, kind)
	if err != nil {
		return nil, err
	}
	if e.formats == nil {
		e.formats = map[string]dateFormat{}
	}
	e.formats[s] = f
	return f, nil
}

// expr is SQL that can be evaluated. Which function is set follows the type.
type expr struct {
	typ  typ
	mask side
	leaf bool
	b    func(*env) tri
	n    func(*env) (float64, bool)
	t    func(*env) (string, bool)
	id   func(*env) uint32 // a text's number, where it is known
	l    func(*env) ([]uint32, bool)
	v    func(*env) ([]float64, bool)
}

// series is what an expression of one record is for every row.
type series struct {
	typ   typ
	ids   []uint32
	nums  []float64
	ok    []bool
	truth []tri
	lists [][]uint32
	vecs  [][]float64
}

// binder turns checked SQL into expressions over a frame.
type binder struct {
	f         *frame
	base      *frame // what f was exploded from, or f
	separator string
	series    map[string]*series
	memos     map[string]int
	caches    map[string]int
}

func newBinder(f, base *frame, separator string) *binder {
	return &binder{f: f, base: base, separator: separator,
		series: map[string]*series{}, memos: map[string]int{}, caches: map[string]int{}}
}

func (b *binder) env() *env { return newEnv(b.f.words, len(b.memos), len(b.caches)) }

// slot numbers a name once.
func slot(of map[string]int, name string) int {
	n, ok := of[name]
	if !ok {
		n = len(of)
		of[name] = n
	}
	return n
}

// signature is a node's SQL in one writing; the sides are left out where sided
// is false, so that both records' share one series.
func (n *node) signature(sided bool) string {
	var b strings.Builder
	n.write(&b, sided)
	return b.String()
}

func (n *node) write(b *strings.Builder, sided bool) {
	fmt.Fprintf(b, "%d:%d:%q", n.kind, n.typ, n.name)
	if n.kind == nodeColumn && sided {
		fmt.Fprintf(b, "@%d", n.mask)
	}
	if n.call != nil && n.call.kernel != nil {
		fmt.Fprintf(b, "#%p", n.call)
	}
	for _, a := range n.args {
		b.WriteByte('(')
		a.write(b, sided)
		b.WriteByte(')')
	}
}

// settled builds a node and, where it looks at one record only, works it out for
// every row.
func (b *binder) settled(n *node) (*expr, error) {
	x, err := b.build(n)
	if err != nil || x.leaf || n.mask == 0 || n.mask == both {
		return x, err
	}
	s, err := b.workOut(n, x)
	if err != nil {
		return nil, err
	}
	return s.on(n.mask, b.f.words), nil
}

// workOut evaluates an expression of one record for every row, once for each
// distinct text where it looks at one column.
func (b *binder) workOut(n *node, x *expr) (*series, error) {
	key := n.signature(false)
	if s, ok := b.series[key]; ok {
		return s, nil
	}
	s := newSeries(x.typ, b.f.rows)
	e := b.env()
	var cells []uint32
	if c := onlyColumn(n); c != "" {
		cells = b.f.cells[c]
	}
	first := map[uint32]int{}
	for row := range b.f.rows {
		if cells != nil {
			if from, ok := first[cells[row]]; ok {
				s.copyRow(row, from)
				continue
			}
			first[cells[row]] = row
		}
		e.set(int32(row), int32(row))
		s.put(row, x, e)
		if e.fault != nil {
			return nil, fmt.Errorf("%s: %w", b.f.place(row), e.fault)
		}
	}
	b.series[key] = s
	return s, nil
}

// onlyColumn is the one column that a node looks at, "" if there are several.
func onlyColumn(n *node) string {
	if n.kind == nodeColumn {
		return n.name
	}
	name := ""
	for _, a := range n.args {
		if a.mask == 0 {
			continue
		}
		c := onlyColumn(a)
		if c == "" || name != "" && c != name {
			return ""
		}
		name = c
	}
	return name
}

func newSeries(t typ, rows int) *series {
	s := &series{typ: t}
	switch t {
	case typText, typNull:
		s.ids = make([]uint32, rows)
	case typBool:
		s.truth = make([]tri, rows)
	case typTexts:
		s.lists = make([][]uint32, rows)
	case typNumbers:
		s.vecs = make([][]float64, rows)
	default:
		s.nums, s.ok = make([]float64, rows), make([]bool, rows)
	}
	return s
}

// put evaluates an expression for a row.
func (s *series) put(row int, x *expr, e *env) {
	switch s.typ {
	case typNull:
	case typText:
		if t, ok := x.t(e); ok {
			s.ids[row] = e.words.add(t)
		}
	case typBool:
		s.truth[row] = x.b(e)
	case typTexts:
		if l, ok := x.l(e); ok {
			s.lists[row] = append(make([]uint32, 0, len(l)), l...)
		}
	case typNumbers:
		if v, ok := x.v(e); ok {
			s.vecs[row] = v
		}
	default:
		s.nums[row], s.ok[row] = x.n(e)
	}
}

// copyRow makes a row like another.
func (s *series) copyRow(to, from int) {
	switch s.typ {
	case typText, typNull:
		s.ids[to] = s.ids[from]
	case typBool:
		s.truth[to] = s.truth[from]
	case typTexts:
		s.lists[to] = s.lists[from]
	case typNumbers:
		s.vecs[to] = s.vecs[from]
	default:
		s.nums[to], s.ok[to] = s.nums[from], s.ok[from]
	}
}

// on reads a series for one of the two records, or for none.
func (s *series) on(of side, w *words) *expr {
	x := &expr{typ: s.typ, mask: of, leaf: true}
	row := func(e *env) int32 { return e.l }
	switch of {
	case right:
		row = func(e *env) int32 { return e.r }
	case 0: // A constant has one row.
		row = func(*env) int32 { return 0 }
	}
	switch s.typ {
	case typText, typNull:
		x.id = func(e *env) uint32 { return s.ids[row(e)] }
		x.t = func(e *env) (string, bool) {
			id := s.ids[row(e)]
			return w.texts[id], id != 0
		}
	case typBool:
		x.b = func(e *env) tri { return s.truth[row(e)] }
	case typTexts:
		x.l = func(e *env) ([]uint32, bool) {
			l := s.lists[row(e)]
			return l, l != nil
		}
	case typNumbers:
		x.v = func(e *env) ([]float64, bool) {
			v := s.vecs[row(e)]
			return v, v != nil
		}
	default:
		x.n = func(e *env) (float64, bool) {
			i := row(e)
			return s.nums[i], s.ok[i]
		}
	}
	return x
}

// columnSeries reads a column as its class asks.
func (b *binder) columnSeries(n *node) (*series, error) {
	key := "column:" + strconv.Itoa(int(n.typ)) + n.name
	if s, ok := b.series[key]; ok {
		return s, nil
	}
	if err := b.f.carry(b.base, n.name); err != nil {
		return nil, err
	}
	cells, err := b.f.column(n.name)
	if err != nil {
		return nil, err
	}
	s := newSeries(n.typ, b.f.rows)
	switch n.typ {
	case typText:
		s.ids = cells
	case typTexts:
		s.lists, err = b.f.lists(cells, n.name, b.separator)
	case typNumbers:
		err = b.vectors(s, cells, n.name)
	default:
		err = b.numbers(s, cells, n)
	}
	b.series[key] = s
	return s, err
}

// numbers reads a column of numbers or moments.
func (b *binder) numbers(s *series, cells []uint32, n *node) error {
	first := map[uint32]int{}
	for row, w := range cells {
		if w == 0 {
			continue
		}
		if from, ok := first[w]; ok {
			s.copyRow(row, from)
			continue
		}
		first[w] = row
		read := parseNumber
		if n.typ.moment() {
			read = parseMoment
		}
		if s.nums[row], s.ok[row] = read(b.f.words.text(w)); !s.ok[row] {
			return fmt.Errorf("%s, column %q: the model uses it as %s, and the cell is not one", b.f.place(row), n.name, n.typ)
		}
	}
	return nil
}

// vectors reads a column of lists of numbers.
func (b *binder) vectors(s *series, cells []uint32, name string) error {
	lists, err := b.f.lists(cells, name, b.separator)
	if err != nil {
		return err
	}
	for row, list := range lists {
		if list == nil {
			continue
		}
		v := make([]float64, len(list))
		for i, w := range list {
			var ok bool
			if v[i], ok = parseNumber(b.f.words.text(w)); !ok {
				return fmt.Errorf("%s, column %q: an element of the list is not a number", b.f.place(row), name)
			}
		}
		s.vecs[row] = v
	}
	return nil
}

// single rounds to 32 bits, as DuckDB's FLOAT.
func single(n float64) float64 { return float64(float32(n)) }

// order compares as DuckDB does: what is not a number is above all and equal to
// itself.
func order(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b, math.IsNaN(a) && math.IsNaN(b):
		return 0
	case math.IsNaN(a):
		return 1
	}
	return -1
}
