package splink

import (
	"fmt"
	"math"
	"slices"
)

// boundRule is one alternative of a blocking rule over the frame: the equalities
// between the two records make keys, by which records are put into blocks, and
// what is left over filters the pairs.
type boundRule struct {
	number int // of the rule in the model
	keysL  []uint32
	keysR  []uint32
	filter []func(*env) tri
	// rows are where a row of the tables stands in the rule's own frame, nil where
	// the two are the same.
	rows   [][]int32
	origin []int32
	// memos and caches are those of the rule's own frame.
	binder *binder
}

// bindRules lays the blocking rules over the tables. A model without rules
// compares all with all.
func (s *Scorer) bindRules() error {
	rules := s.model.rules
	if len(rules) == 0 {
		rules = []rule{{alternatives: []*node{{kind: nodeBool, name: "true", typ: typBool}}}}
	}
	for i, r := range rules {
		b, err := s.ruleBinder(r)
		if err != nil {
			return fmt.Errorf("blocking rule %d: %w", i+1, err)
		}
		for _, a := range r.alternatives {
			bound, err := bindRule(b, a)
			if err != nil {
				return fmt.Errorf("blocking rule %d: %w", i+1, err)
			}
			bound.number = i
			bound.place(s.frame.rows)
			s.rules = append(s.rules, bound)
		}
	}
	return nil
}

// ruleBinder is the model's own, or one over lists that the rule explodes.
func (s *Scorer) ruleBinder(r rule) (*binder, error) {
	if len(r.explode) == 0 {
		return s.binder, nil
	}
	f, err := s.frame.explode(r.explode, s.opts.ListSeparator)
	if err != nil {
		return nil, err
	}
	if f.rows > maxRows {
		return nil, fmt.Errorf("the lists that it explodes have more than %d elements", maxRows)
	}
	return newBinder(f, s.frame, s.opts.ListSeparator), nil
}

// place notes where the rows of the tables stand among the exploded ones.
func (r *boundRule) place(rows int) {
	r.origin = r.binder.f.origin
	if r.origin == nil {
		return
	}
	r.rows = make([][]int32, rows)
	for at, row := range r.origin {
		r.rows[row] = append(r.rows[row], int32(at))
	}
}

// bindRule takes a condition apart into keys and filters.
func bindRule(b *binder, n *node) (boundRule, error) {
	r := boundRule{binder: b}
	var l, rr []*expr
	for _, c := range split(n, "and") {
		kl, kr, err := keysOf(b, c)
		if err != nil {
			return r, err
		}
		if kl != nil {
			l, rr = append(l, kl), append(rr, kr)
			continue
		}
		f, err := b.condition(c)
		if err != nil {
			return r, err
		}
		r.filter = append(r.filter, f)
	}
	number := newNumbers()
	var err error
	if r.keysL, err = b.keys(l, number); err != nil {
		return r, err
	}
	r.keysR = r.keysL
	if !sameKeys(n) {
		r.keysR, err = b.keys(rr, number)
	}
	return r, err
}

// sameKeys says whether both sides of every equality are the same SQL of either record.
func sameKeys(n *node) bool {
	for _, c := range split(n, "and") {
		if isKey(c) && c.args[0].signature(false) != c.args[1].signature(false) {
			return false
		}
	}
	return true
}

// isKey says whether a condition equates what is of one record with what is of the other.
func isKey(n *node) bool {
	return n.kind == nodeCall && n.name == "=" && n.args[0].mask|n.args[1].mask == both &&
		n.args[0].mask != both && n.args[1].mask != both && n.args[0].mask != 0 && n.args[1].mask != 0 &&
		n.args[0].typ != typTexts && n.args[0].typ != typNumbers && n.args[0].typ != typNull && n.args[1].typ != typNull
}

// keysOf builds the two sides of an equality; nil where the condition is none.
func keysOf(b *binder, n *node) (l, r *expr, err error) {
	if !isKey(n) {
		return nil, nil, nil
	}
	if l, err = b.settled(n.args[0]); err != nil {
		return nil, nil, err
	}
	if r, err = b.settled(n.args[1]); err != nil {
		return nil, nil, err
	}
	if n.args[0].mask == right {
		l, r = r, l
	}
	return l, r, nil
}

// numbers gives a number to every combination of two numbers, from 1.
type numbers struct {
	of   map[[2]uint64]uint32
	next uint32
}

func newNumbers() *numbers { return &numbers{of: map[[2]uint64]uint32{}} }

func (n *numbers) get(a, b uint64) uint32 {
	k := [2]uint64{a, b}
	v, ok := n.of[k]
	if !ok {
		n.next++
		v = n.next
		n.of[k] = v
	}
	return v
}

// keys numbers the rows' keys; 0 where a part is null. Without parts all rows
// have one key.
func (b *binder) keys(parts []*expr, n *numbers) ([]uint32, error) {
	out := make([]uint32, b.f.rows)
	for i := range out {
		out[i] = 1
	}
	e := b.env()
	for at, p := range parts {
		for row := range out {
			if out[row] == 0 {
				continue
			}
			e.set(int32(row), int32(row))
			v, ok := keyPart(p, e)
			if !ok {
				out[row] = 0
				continue
			}
			out[row] = n.get(uint64(out[row])<<8|uint64(at), v)
		}
	}
	return out, e.fault
}

// keyPart is a value as 64 bits that are the same for equal values only.
func keyPart(p *expr, e *env) (uint64, bool) {
	switch {
	case p.typ == typText && p.id != nil:
		id := p.id(e)
		return uint64(id), id != 0
	case p.typ == typText:
		t, ok := p.t(e)
		if !ok {
			return 0, false
		}
		return uint64(e.words.add(t)), true
	case p.typ == typBool:
		v := p.b(e)
		return uint64(v), v != null
	}
	v, ok := p.n(e)
	return math.Float64bits(v + 0), ok // -0 + 0 is 0.
}

// truth says whether the rule holds for two rows of its own frame.
func (r *boundRule) truth(e *env, l, rr int32) bool {
	if k := r.keysL[l]; k == 0 || k != r.keysR[rr] {
		return false
	}
	if len(r.filter) == 0 {
		return true
	}
	e.set(l, rr)
	for _, f := range r.filter {
		if f(e) != yes {
			return false
		}
	}
	return true
}

// finds says whether the rule holds for two records.
func (r *boundRule) finds(e *env, l, rr int32) bool {
	if r.rows == nil {
		return r.truth(e, l, rr)
	}
	own := r.env(e)
	for _, a := range r.rows[l] {
		for _, b := range r.rows[rr] {
			if r.truth(own, a, b) {
				return true
			}
		}
	}
	return false
}

// env is one for the rule's own frame. The slots of an exploded frame are other
// than the model's, so it has a memory of its own.
func (r *boundRule) env(e *env) *env {
	if r.rows == nil || len(r.filter) == 0 {
		return e
	}
	own, ok := e.others[r.binder]
	if !ok {
		own = r.binder.env()
		if e.others == nil {
			e.others = map[*binder]*env{}
		}
		e.others[r.binder] = own
	}
	return own
}

// block is the rows of one key, by rank; L and R are the same slice where both
// records' keys are.
type block struct{ l, r []int32 }

// blocks gathers the rows of each key, in the order of the keys' numbers.
func (r *boundRule) blocks(o *ordering) []block {
	if len(r.keysL) == 0 {
		return nil
	}
	l := r.gather(r.keysL, o)
	if &r.keysL[0] == &r.keysR[0] {
		out := make([]block, 0, len(l))
		for _, rows := range l {
			out = r.within(out, rows, o)
		}
		return out
	}
	rr := r.gather(r.keysR, o)
	var out []block
	for k := range min(len(l), len(rr)) {
		if len(l[k]) > 0 && len(rr[k]) > 0 {
			out = append(out, block{l[k], rr[k]})
		}
	}
	return out
}

// within makes a block of rows that have one key. Of two linked tables those of
// the one stand against those of the other.
func (r *boundRule) within(out []block, rows []int32, o *ordering) []block {
	if !o.two {
		if len(rows) > 1 {
			out = append(out, block{rows, rows})
		}
		return out
	}
	for i := 1; i < len(rows); i++ {
		if o.source[r.row(rows[i])] != o.source[r.row(rows[0])] {
			return append(out, block{rows[:i], rows[i:]})
		}
	}
	return out
}

// gather lists the rows of each key by rank.
func (r *boundRule) gather(keys []uint32, o *ordering) [][]int32 {
	counts := make([]int32, slices.Max(keys)+1)
	for _, k := range keys {
		counts[k]++
	}
	counts[0] = 0
	all := make([]int32, len(keys))
	out := make([][]int32, len(counts))
	at := int32(0)
	for k, c := range counts {
		out[k] = all[at : at : at+c]
		at += c
	}
	for row, k := range keys {
		if k != 0 {
			out[k] = append(out[k], int32(row))
		}
	}
	for _, rows := range out {
		slices.SortFunc(rows, func(a, b int32) int {
			if c := int(o.rank[r.row(a)]) - int(o.rank[r.row(b)]); c != 0 {
				return c
			}
			return int(a) - int(b)
		})
	}
	return out
}

// row is the row of the tables that a row of the rule's frame came from.
func (r *boundRule) row(at int32) int32 {
	if r.origin == nil {
		return at
	}
	return r.origin[at]
}
