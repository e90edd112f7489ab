package splink

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/hearthmatch/hearth/linker/table"
)

// Options say how a model is laid over tables. The zero value serves.
type Options struct {
	// Workers is how many goroutines score; 0 means one per processor. The
	// answer does not depend on it.
	Workers int
	// MinWeight, in bits, leaves out pairs of a lower match weight if HasMin is set.
	MinWeight float64
	HasMin    bool
	// MaxPairs bounds how many pairs the blocking rules may put forward, counted
	// before anything is compared; 0 means DefaultMaxPairs.
	MaxPairs int64
	// ID is the column that names a record, "" for the model's own. RowIDs counts
	// rows instead, for tables that have none.
	ID     string
	RowIDs bool
	// TextIDs compares ids as text even where all are whole numbers. It only
	// matters to which record of a pair is the left one.
	TextIDs bool
	// ListSeparator stands between the elements of a list that is not written
	// [a, b]; "" means table.Alternatives.
	ListSeparator string
}

// DefaultMaxPairs is how many pairs blocking may put forward where Options do not
// say: about half an hour of one processor.
const DefaultMaxPairs = 1_000_000_000

// Pair is two records that the model compared.
type Pair struct {
	// A and B are row numbers counted through the tables in order. A is Splink's
	// left record, of the lower id; it may be the higher row.
	A, B int32
	// Weight is the match weight in bits, prior included. Where no level of a
	// comparison holds it is -Inf in Splink 5's models, and the least of all in 4's.
	Weight float64
	// Probability is the model's probability that the two are one.
	Probability float64
	// Levels are the comparison vector values, one per comparison: -1 is null,
	// NoLevel that no level holds.
	Levels []int8
	// Rule is the number, from 0, of the first blocking rule that finds the pair;
	// -1 where none does. A model without rules finds all pairs by rule 0.
	Rule int16
}

// NoLevel is the vector value where no level of a comparison holds.
const NoLevel int8 = -2

// Scorer is a model laid over tables. Its methods may be called by several
// goroutines at once.
type Scorer struct {
	model       *Model
	opts        Options
	frame       *frame
	binder      *binder
	comparisons []bound
	priorOdds   float64
	rules       []boundRule
	order       *ordering
	envs        sync.Pool
}

// bound is a comparison over the frame.
type bound struct {
	levels []boundLevel
}

type boundLevel struct {
	when   func(*env) tri // nil for ELSE
	vector int8
	factor float64 // the Bayes factor
	// terms are the column's term frequencies by text number, nil for none.
	terms   []float64
	cells   []uint32
	u       float64
	weight  float64
	minimum float64
}

// ErrNoRecords is returned where the tables have no records at all.
var ErrNoRecords = errors.New("the tables have no records to compare")

// maxRows is how many records fit row numbers.
const maxRows = math.MaxInt32

// Bind lays the model over tables. It reads every column that the model needs
// and works out what it says of single records, so it takes time and memory in
// proportion to the rows. A column that is missing, a cell that cannot be read as
// the model uses it, and ids that are not unique are errors.
func (m *Model) Bind(tables []*table.Table, opts Options) (*Scorer, error) {
	if opts.ListSeparator == "" {
		opts.ListSeparator = table.Alternatives
	}
	if opts.ID == "" {
		opts.ID = m.ID
	}
	s := &Scorer{model: m, opts: opts, frame: newFrame(tables)}
	if s.frame.rows == 0 {
		return nil, ErrNoRecords
	}
	if s.frame.rows > maxRows {
		return nil, fmt.Errorf("there are more than %d records", maxRows)
	}
	if err := s.missing(tables); err != nil {
		return nil, err
	}
	var err error
	if s.order, err = s.rank(); err != nil {
		return nil, err
	}
	s.binder = newBinder(s.frame, s.frame, opts.ListSeparator)
	s.priorOdds = m.Prior / (1 - m.Prior)
	for i := range m.Comparisons {
		b, err := s.bindComparison(&m.Comparisons[i])
		if err != nil {
			return nil, fmt.Errorf("comparison %q: %w", m.Comparisons[i].Name, err)
		}
		s.comparisons = append(s.comparisons, b)
	}
	if err := s.bindRules(); err != nil {
		return nil, err
	}
	memos, caches := len(s.binder.memos), len(s.binder.caches)
	s.envs.New = func() any {
		e := newEnv(s.frame.words, memos, caches)
		e.levels = make([]int8, len(s.comparisons))
		return e
	}
	return s, nil
}

// missing names every column that a table lacks.
func (s *Scorer) missing(tables []*table.Table) error {
	var errs []error
	for _, t := range tables {
		for _, name := range s.model.columns {
			if name == s.model.ID && s.opts.RowIDs {
				continue
			}
			if name == s.model.ID {
				name = s.opts.ID
			}
			if findColumn(t, name) == nil {
				errs = append(errs, fmt.Errorf("table %q has no column %q, which the Splink model needs", t.Name, name))
			}
		}
	}
	return errors.Join(errs...)
}

func (s *Scorer) bindComparison(c *Comparison) (bound, error) {
	var out bound
	for i := range c.Levels {
		l := &c.Levels[i]
		b := boundLevel{vector: l.Vector, factor: 1}
		if !l.Null {
			b.factor = l.M / l.U
		}
		if l.when != nil {
			x, err := s.binder.condition(l.when)
			if err != nil {
				return out, fmt.Errorf("level %q: %w", l.Label, err)
			}
			b.when = x
		}
		if l.termU != 0 && l.when != nil && l.TermWeight != 0 {
			cells, err := s.frame.column(l.Term)
			if err != nil {
				return out, err
			}
			b.cells, b.terms = cells, s.terms(cells)
			b.u, b.weight, b.minimum = l.termU, l.TermWeight, l.TermMinimum
		}
		out.levels = append(out.levels, b)
	}
	return out, nil
}

// condition builds what must say yes or no.
func (b *binder) condition(n *node) (func(*env) tri, error) {
	x, err := b.settled(n)
	if err != nil {
		return nil, err
	}
	if x.typ == typNull {
		return func(*env) tri { return null }, nil
	}
	return x.b, nil
}

// terms counts the share of each text among the cells that are not null.
func (s *Scorer) terms(cells []uint32) []float64 {
	out := make([]float64, len(s.frame.words.texts))
	total := 0.0
	for _, w := range cells {
		if w != 0 {
			out[w]++
			total++
		}
	}
	for i := range out {
		out[i] /= total
	}
	return out
}

// term is the factor by which term frequencies adjust the level's weight: the
// greater frequency of the two records' texts counts.
func (l *boundLevel) term(e *env) float64 {
	if l.terms == nil {
		return 1
	}
	a, b := l.cells[e.l], l.cells[e.r]
	if a == 0 && b == 0 {
		return 1
	}
	frequency := l.minimum
	if a != 0 {
		frequency = max(frequency, l.terms[a])
	}
	if b != 0 {
		frequency = max(frequency, l.terms[b])
	}
	return math.Pow(l.u/frequency, l.weight)
}

// level finds the first level that holds, nil if none does.
func (c *bound) level(e *env) *boundLevel {
	for i := range c.levels {
		if l := &c.levels[i]; l.when == nil || l.when(e) == yes {
			return l
		}
	}
	return nil
}

// Splink 4 holds the odds within these.
const leastOdds, mostOdds = 1e-300, 1e300

// weigh compares the pair that the env looks at; it fills levels, one per
// comparison.
func (s *Scorer) weigh(e *env, levels []int8) (weight, probability float64) {
	odds, bits, certain := s.priorOdds, math.Log2(s.priorOdds), math.IsInf(s.priorOdds, 1)
	for i := range s.comparisons {
		l := s.comparisons[i].level(e)
		if l == nil {
			levels[i] = NoLevel
			odds, bits = math.NaN(), math.Inf(-1)
			continue
		}
		levels[i] = l.vector
		term := l.term(e)
		odds = odds * l.factor * term
		bits += math.Log2(l.factor) + math.Log2(term)
	}
	if certain {
		return math.Inf(1), 1
	}
	if s.model.Version >= 5 {
		return bits, 1 / (1 + math.Exp2(-bits))
	}
	if math.IsNaN(odds) {
		odds = leastOdds
	}
	odds = min(max(odds, leastOdds), mostOdds)
	return math.Log2(odds), odds / (1 + odds)
}

// Rows is how many records the tables have together.
func (s *Scorer) Rows() int { return s.frame.rows }

// Score compares two records, given by row numbers, whether or not blocking finds
// them. The rule is the first that does, -1 if none. It is an error if the two are
// one row or lie outside the tables.
func (s *Scorer) Score(a, b int) (Pair, error) {
	p := Pair{Levels: make([]int8, len(s.comparisons)), Rule: -1}
	if err := s.between(a, b); err != nil {
		return p, err
	}
	p.A, p.B = s.order.sides(int32(a), int32(b))
	e := s.envs.Get().(*env)
	defer s.envs.Put(e)
	e.set(p.A, p.B)
	p.Weight, p.Probability = s.weigh(e, p.Levels)
	for i := range s.rules {
		if s.order.compared(p.A, p.B) && s.rules[i].finds(e, p.A, p.B) {
			p.Rule = int16(s.rules[i].number)
			break
		}
	}
	err := e.faultAt(s.frame, p.A, p.B)
	e.fault = nil
	return p, err
}

// Weigh returns the match weight of two records in bits, whether or not blocking
// finds them; 0, which says nothing, where a cell cannot be read as the model uses
// it. It takes row numbers, different ones, and does not allocate.
func (s *Scorer) Weigh(a, b int32) float64 {
	e := s.envs.Get().(*env)
	defer s.envs.Put(e)
	e.set(s.order.sides(a, b))
	weight, _ := s.weigh(e, e.levels)
	if e.fault != nil {
		e.fault, weight = nil, 0
	}
	return weight
}

func (s *Scorer) between(a, b int) error {
	if a == b || min(a, b) < 0 || max(a, b) >= s.frame.rows {
		return fmt.Errorf("records %d and %d are not two rows of the %d that there are", a, b, s.frame.rows)
	}
	return nil
}

// Explanation says how a pair's weight comes about: the prior and the parts of
// the comparisons add up to it, in bits, but for what Splink 4 cuts off.
type Explanation struct {
	// Prior is the weight of two records drawn at random.
	Prior float64
	// Parts are one per comparison, in the model's order.
	Parts []Part
	// Weight and Probability are the pair's.
	Weight, Probability float64
}

// Part is what one comparison adds.
type Part struct {
	// Comparison and Level are the model's names. Level is "" where none holds.
	Comparison, Level string
	// Vector is the comparison vector value.
	Vector int8
	// Weight is the log2 of the level's Bayes factor, and Term that of the
	// adjustment for how frequent the value is.
	Weight, Term float64
}

// Explain says how the weight of two records comes about. Errors are as in Score.
func (s *Scorer) Explain(a, b int) (Explanation, error) {
	x := Explanation{Prior: math.Log2(s.priorOdds)}
	p, err := s.Score(a, b)
	if err != nil {
		return x, err
	}
	x.Weight, x.Probability = p.Weight, p.Probability
	e := s.envs.Get().(*env)
	defer s.envs.Put(e)
	e.set(p.A, p.B)
	for i := range s.comparisons {
		part := Part{Comparison: s.model.Comparisons[i].Name, Vector: NoLevel}
		for j := range s.comparisons[i].levels {
			l := &s.comparisons[i].levels[j]
			if l.when == nil || l.when(e) == yes {
				part.Level, part.Vector = s.model.Comparisons[i].Levels[j].Label, l.vector
				part.Weight, part.Term = math.Log2(l.factor), math.Log2(l.term(e))
				break
			}
		}
		x.Parts = append(x.Parts, part)
	}
	return x, nil
}
