package matcher

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Input is what is to be linked. Record numbers run from 0; for answers that do
// not depend on the order of supply, number the records by a key of theirs.
type Input struct {
	Spec Spec
	// Columns are in the order of the spec, each with a cell for every record.
	Columns []*Builder
	// Rows numbers the row that each record stands in. Records of one row are
	// different people.
	Rows []int32
	// Must and Cannot are pairs that a person has decided.
	Must, Cannot [][2]int32
	// Sources numbers the table that each record comes from; nil for one.
	Sources []uint8
	// Exclusive says of each source, by its number, that no two of its records
	// are of one person; nil if nothing is known. At most 64 may be exclusive.
	Exclusive []bool
	// Between says that only records of different sources are compared.
	Between bool
}

// base is an input made ready: equal records are one node.
type base struct {
	*layout
	in   Input
	cols []column
	node []int32 // of each record
	n    int
	// only has a bit for each record whose source is exclusive, one for each
	// source; nil for none.
	only []uint64

	workers int
}

func newBase(in Input, workers int) (*base, error) {
	if err := in.Spec.check(); err != nil {
		return nil, err
	}
	b := &base{layout: newLayout(in.Spec), in: in, workers: workers}
	b.cols = make([]column, len(in.Columns))
	var g errgroup.Group
	g.SetLimit(max(1, workers))
	for i, c := range in.Columns {
		g.Go(func() error {
			b.cols[i] = c.column(in.Spec.Columns[i].Name)
			return nil
		})
	}
	_ = g.Wait()       // no column fails
	b.in.Columns = nil // the dictionaries have served
	if err := b.exclude(); err != nil {
		return nil, err
	}
	b.collapse()
	return b, nil
}

// collapse makes one node of records that are equal in every column, if they
// say enough to be one person's, and of records that must be linked.
func (b *base) collapse() {
	n := len(b.in.Rows)
	f := newForest(n)
	first := make(map[uint64][]int32, n)
	for i := range int32(n) {
		if !b.telling(i) {
			continue
		}
		h := b.hash(i)
		at := slices.IndexFunc(first[h], func(j int32) bool { return b.equal(i, j) && b.mayShare(i, j) })
		if at < 0 && len(first[h]) < manyEqual {
			first[h] = append(first[h], i)
		} else if at >= 0 {
			f.join(first[h][at], i)
		}
	}
	for _, p := range b.in.Must {
		f.join(p[0], p[1])
	}
	b.node = make([]int32, n)
	for i := range int32(n) {
		if root := f.find(i); root < i {
			b.node[i] = b.node[root]
		} else {
			b.node[i] = int32(b.n)
			b.n++
		}
	}
}

// telling says whether a record has both names and something beside them that
// strangers of the name do not share.
func (b *base) telling(i int32) bool {
	names, more := 0, false
	for c := range b.cols {
		if b.cols[c].cells[i] == 0 {
			continue
		}
		switch b.cols[c].kind {
		case Forename, Surname:
			names++
		case Date, Identifier, Keys:
			more = true
		}
	}
	return names >= 2 && more
}

func (b *base) hash(i int32) uint64 {
	h := uint64(0)
	for c := range b.cols {
		h = mix(h + uint64(b.cols[c].cells[i]) + 1)
	}
	return h
}

func (b *base) equal(i, j int32) bool {
	for c := range b.cols {
		if b.cols[c].cells[i] != b.cols[c].cells[j] {
			return false
		}
	}
	return true
}

// nodes joins the records by label (numbered from 0 without gaps in the order
// of their least records).
func (b *base) nodes(label []int32, n int, relations bool) *nodes {
	at, members := index(label, n)
	cols := make([]column, len(b.cols))
	var g errgroup.Group
	g.SetLimit(max(1, b.workers))
	for c := range b.cols {
		g.Go(func() error {
			cols[c] = b.cols[c].merged(at, members)
			return nil
		})
	}
	_ = g.Wait() // no column fails
	if relations && b.together >= 0 {
		itself := make([]int32, n)
		for i := range itself {
			itself[i] = int32(i)
		}
		cols[b.together] = related(&cols[b.together], itself, n)
	}
	t := newNodes(b.layout, cols, b.apart(label, n))
	t.source = b.sources(label, n)
	t.exclusive = b.exclusives(label, n)
	return t
}

// index lists the members of each label.
func index(label []int32, n int) (at, members []int32) {
	at = make([]int32, n+1)
	for _, l := range label {
		at[l+1]++
	}
	for i := range n {
		at[i+1] += at[i]
	}
	next := slices.Clone(at)
	members = make([]int32, len(label))
	for i, l := range label {
		members[next[l]] = int32(i)
		next[l]++
	}
	return at, members
}

// apart gives each node the sorted numbers of the rows that name it together
// with others, and a number for each decision that parts it from another.
// It is nil where nothing parts any.
func (b *base) apart(label []int32, n int) [][]int32 {
	rows := int32(0)
	for _, r := range b.in.Rows {
		rows = max(rows, r+1)
	}
	several := make([]bool, rows) // rows that name several
	seen, some := make([]bool, rows), len(b.in.Cannot) > 0
	for _, r := range b.in.Rows {
		several[r], some = seen[r], some || seen[r]
		seen[r] = true
	}
	if !some {
		return nil
	}
	out := make([][]int32, n)
	for i, r := range b.in.Rows {
		if several[r] {
			out[label[i]] = append(out[label[i]], r)
		}
	}
	for i, p := range b.in.Cannot {
		for _, r := range p {
			out[label[r]] = append(out[label[r]], rows+int32(i))
		}
	}
	for i := range out {
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out
}

// manyTogether is how many nodes may be named together and still count as each
// other's relatives: beyond it the occasion is a hostel, not a family.
const manyTogether = 24

// related adds to each node's occasions the other persons that are named on
// them; person gives each node its person, of which there are persons.
func related(c *column, person []int32, persons int) column {
	named := make([][]int32, len(c.text))
	for i, p := range person {
		for _, v := range c.of(int32(i)) {
			if !slices.Contains(named[v], p) {
				named[v] = append(named[v], p)
			}
		}
	}
	out := *c
	out.text = slices.Grow(slices.Clone(c.text), persons)
	out.prep = &prepared{hash: slices.Grow(slices.Clone(c.prep.hash), persons)}
	for i := range persons {
		out.text = append(out.text, "#")
		out.prep.hash = append(out.prep.hash, mix(uint64(i)+1))
	}
	out.cells = make([]uint32, len(person))
	out.start, out.parts, out.direct = []uint32{0, 0}, nil, false
	for i, p := range person {
		begin := len(out.parts)
		out.parts = appendRelated(out.parts, c.of(int32(i)), named, p, uint32(len(c.text)))
		if len(out.parts) > begin {
			out.cells[i] = uint32(len(out.start) - 1)
			out.start = append(out.start, uint32(len(out.parts)))
		}
	}
	return out
}

// appendRelated appends the sorted occasions and the persons on them but for
// the one who is meant.
func appendRelated(parts, occasions []uint32, named [][]int32, self int32, first uint32) []uint32 {
	begin := len(parts)
	for _, v := range occasions {
		parts = append(parts, v)
		if len(named[v]) > manyTogether {
			continue
		}
		for _, o := range named[v] {
			if o != self {
				parts = append(parts, first+uint32(o))
			}
		}
	}
	slices.Sort(parts[begin:])
	return parts[:begin+len(slices.Compact(parts[begin:]))]
}

// thresholds are the mean weights from which clusters join, round by round. The
// first rounds take what is nearly certain, so that the relatives that later
// rounds go by are right. The last takes what is likelier than not: where the
// expected F1 is F, its greatest value is reached by taking pairs of
// probability F/2 and more.
var thresholds = []Weight{3170, 3170, 0, 0}

// cautiousRounds is how many rounds leave pairs alone that only share a name.
const cautiousRounds = 2

// Options say how to train or link.
type Options struct {
	// Workers is how many goroutines work at once; the answer is the same for
	// any number.
	Workers int
	// Threshold is the probability from which records count as one person,
	// between 0 and 1, for a Spec without context; 0 stands for 0.95.
	Threshold float64
	// Labels are judged pairs of records to train with; there may be none.
	Labels []Label
	// Progress, if set, hears of the work done, stage by stage.
	Progress func(stage string, done, total int64)
	// Planned, if set, is told what the blocking rules found before any pair is
	// compared, without a belief of their recall; for a Spec without context.
	Planned func(*Plan)
}

func (o Options) progress(stage string, done, total int64) {
	if o.Progress != nil {
		o.Progress(stage, done, total)
	}
}

// threshold is the weight that the probability stands for.
func (o Options) threshold() Weight {
	p := o.Threshold
	if p == 0 {
		p = 0.95
	}
	return weigh(p, max(1-p, 1e-9))
}

// TrainAndLink is Train and Link in one, without doing twice what both need. It
// blocks until done and fails as they do.
func TrainAndLink(ctx context.Context, in Input, opt Options) (*Model, *Linked, error) {
	if in.Spec.hasContext() {
		m, err := Train(ctx, in, opt)
		if err != nil {
			return nil, nil, err
		}
		l, err := Link(ctx, in, m, opt)
		return m, l, err
	}
	b, err := newBase(in, opt.Workers)
	if err != nil {
		return nil, nil, err
	}
	j := newTableJob(b, opt)
	m, err := j.train(ctx, opt)
	if err != nil {
		return nil, nil, err
	}
	l, err := j.link(ctx, m, opt)
	return m, l, err
}

// Link gives each record its person, named by the person's least record, by a
// model of Train's or one read back: its columns have to be in's, by name, kind
// and order. It blocks until done; cells are not to be added to in meanwhile. It
// fails with ErrModel, naming the first column that is not the model's, where the
// two do not go together, and with ctx's error once ctx ends.
func Link(ctx context.Context, in Input, m *Model, opt Options) (*Linked, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	if err := m.Spec.sameColumns(in.Spec); err != nil {
		return nil, err
	}
	in.Spec = m.Spec
	b, err := newBase(in, opt.Workers)
	if err != nil {
		return nil, err
	}
	if len(b.context) == 0 {
		return newTableJob(b, opt).link(ctx, m, opt)
	}
	label, n := b.node, b.n
	var t *nodes
	for round, threshold := range thresholds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t = b.nodes(label, n, round > 0)
		s := newScorer(t, m, round)
		s.cautious = round < cautiousRounds
		edges := s.score(t.candidates(opt.Workers), threshold, opt.Workers)
		label, n = relabel(label, s.cluster(edges, threshold, opt.Workers))
		opt.progress("link", int64(round+1), int64(len(thresholds)))
	}
	return newLinked(b, m, label, n), nil
}

// relabel numbers the clusters of nodes by their least member, without gaps.
func relabel(label []int32, f forest) ([]int32, int) {
	number := make([]int32, len(f))
	n := 0
	for i := range f {
		if root := f.find(int32(i)); int(root) == i {
			number[i] = int32(n)
			n++
		} else {
			number[i] = number[root]
		}
	}
	out := make([]int32, len(label))
	for i, l := range label {
		out[i] = number[l]
	}
	return out, n
}
