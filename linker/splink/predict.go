package splink

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/hearthmatch/hearth/linker/table"
)

// Predict lays the model over tables and weighs the pairs that its blocking rules
// find: see Bind and Scorer.Predict.
func (m *Model) Predict(ctx context.Context, tables []*table.Table, opts Options) ([]Pair, error) {
	s, err := m.Bind(tables, opts)
	if err != nil {
		return nil, err
	}
	return s.Predict(ctx)
}

// task is some blocks, or some left rows of one block.
type task struct {
	rule     int
	blocks   []block
	from, to int
}

// taskPairs is about how many pairs a task has.
const taskPairs = 1 << 14

// Predict weighs the pairs that the blocking rules find, each once, by the first
// rule that finds it. They come by rule, then by block. It blocks until done or
// the context is. More pairs than Options.MaxPairs are an error, found before
// anything is compared.
func (s *Scorer) Predict(ctx context.Context) ([]Pair, error) {
	tasks, err := s.tasks()
	if err != nil {
		return nil, err
	}
	workers := s.opts.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	results := make([][]Pair, len(tasks))
	errs := make([]error, len(tasks))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(workers, len(tasks)) {
		wait.Go(func() {
			e := s.envs.Get().(*env)
			defer s.envs.Put(e)
			for i := int(next.Add(1)) - 1; i < len(tasks) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				results[i], errs[i] = s.run(e, &tasks[i])
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return s.join(tasks, results), nil
}

// Count says how many pairs the blocking rules put forward, rule by rule, before
// any filter: pairs that several rules find are counted by each.
func (s *Scorer) Count() []int64 {
	n := max(1, len(s.model.rules))
	out := make([]int64, n)
	for i := range s.rules {
		for _, b := range s.rules[i].blocks(s.order) {
			out[s.rules[i].number] += b.pairs()
		}
	}
	return out
}

// same says whether the block compares its rows with each other.
func (b *block) same() bool { return &b.l[0] == &b.r[0] }

// pairs is how many pairs a block puts forward, at most.
func (b *block) pairs() int64 {
	if b.same() {
		return int64(len(b.l)) * int64(len(b.l)-1) / 2
	}
	return int64(len(b.l)) * int64(len(b.r))
}

// tasks cuts the blocks of all rules into parts of like size.
func (s *Scorer) tasks() ([]task, error) {
	limit := s.opts.MaxPairs
	if limit <= 0 {
		limit = DefaultMaxPairs
	}
	var out []task
	total := int64(0)
	for i := range s.rules {
		rule := int64(0)
		blocks := s.rules[i].blocks(s.order)
		for j := range blocks {
			rule += blocks[j].pairs()
		}
		if total += rule; total > limit {
			return nil, fmt.Errorf("blocking rule %d puts forward %d pairs, %d with the rules before it, and %d are allowed: "+
				"give it another column to agree on, or allow more", s.rules[i].number+1, rule, total, limit)
		}
		out = cut(out, i, blocks)
	}
	return out, nil
}

// cut makes tasks of a rule's blocks: small ones together, large ones in parts.
func cut(out []task, rule int, blocks []block) []task {
	start, held := 0, int64(0)
	for i := range blocks {
		n := blocks[i].pairs()
		if n <= taskPairs {
			if held += n; held > taskPairs {
				out = append(out, task{rule: rule, blocks: blocks[start : i+1], to: -1})
				start, held = i+1, 0
			}
			continue
		}
		if start < i {
			out = append(out, task{rule: rule, blocks: blocks[start:i], to: -1})
		}
		start, held = i+1, 0
		step := max(1, taskPairs/len(blocks[i].r))
		for from := 0; from < len(blocks[i].l); from += step {
			out = append(out, task{rule, blocks[i : i+1], from, min(from+step, len(blocks[i].l))})
		}
	}
	if start < len(blocks) {
		out = append(out, task{rule: rule, blocks: blocks[start:], to: -1})
	}
	return out
}

// run weighs the pairs of a task.
func (s *Scorer) run(e *env, t *task) ([]Pair, error) {
	r := &s.rules[t.rule]
	w := weigher{s: s, e: e, at: t.rule, levels: make([]int8, len(s.comparisons))}
	for i := range t.blocks {
		b := &t.blocks[i]
		to := t.to
		if to < 0 {
			to = len(b.l)
		}
		for j := t.from; j < to; j++ {
			begin := 0
			if b.same() {
				begin = j + 1
			}
			for _, other := range b.r[begin:] {
				w.pair(r, b.l[j], other)
			}
			if e.fault != nil {
				err := e.fault
				e.fault = nil
				return nil, fmt.Errorf("%s and another record: %w", s.frame.place(int(r.row(b.l[j]))), err)
			}
		}
	}
	return w.out, nil
}

// weigher gathers the pairs of one task; their levels lie in one piece of memory.
type weigher struct {
	s      *Scorer
	e      *env
	at     int
	levels []int8
	flat   []int8
	out    []Pair
}

// pair weighs two rows of a rule's frame, if the rule holds, none before it does
// and the weight suffices.
func (w *weigher) pair(r *boundRule, a, b int32) {
	s, e := w.s, w.e
	l, rr := r.row(a), r.row(b)
	if !s.order.compared(l, rr) || !r.truth(r.env(e), a, b) {
		return
	}
	for i := range w.at {
		if s.rules[i].finds(e, l, rr) {
			return
		}
	}
	e.set(l, rr)
	p := Pair{A: l, B: rr, Rule: int16(r.number)}
	p.Weight, p.Probability = s.weigh(e, w.levels)
	if s.opts.HasMin && !(p.Weight >= s.opts.MinWeight) {
		return
	}
	w.flat = append(w.flat, w.levels...)
	end := len(w.flat)
	p.Levels = w.flat[end-len(w.levels) : end : end]
	w.out = append(w.out, p)
}

// join puts the tasks' pairs one after another. A rule that explodes lists may
// find a pair several times; the first stays.
func (s *Scorer) join(tasks []task, results [][]Pair) []Pair {
	total := 0
	for _, r := range results {
		total += len(r)
	}
	out := make([]Pair, 0, total)
	rule, seen := -1, map[[2]int32]bool{}
	for i, r := range results {
		if tasks[i].rule != rule {
			rule = tasks[i].rule
			clear(seen)
		}
		for _, p := range r {
			if s.rules[rule].rows != nil {
				k := [2]int32{p.A, p.B}
				if seen[k] {
					continue
				}
				seen[k] = true
			}
			out = append(out, p)
		}
	}
	return out
}
