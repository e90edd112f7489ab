package matcher

import (
	"math"
	"math/bits"
	"slices"
	"sync"
)

// mostTogether is how many nodes are judged together at once: all the ways of
// parting six nodes into persons are 203.
const mostTogether = 6

// partings sums over all ways in which a few nodes can be of one person or of
// several. A way is as likely as the pairs that it puts together: its odds are
// the product of theirs (a Gibbs distribution over partitions, whose most likely
// one is the correlation clustering of Bansal, Blum and Chawla 2004).
type partings struct {
	n     int
	odds  [mostTogether][mostTogether]float64 // of a node and one before it; 0 for a pair that is out of the question
	block [mostTogether]uint8                 // the nodes of each block, by bit
	total float64
}

// oddsOf are the odds of each weight that counts in full.
var oddsOf = sync.OnceValue(func() *[mostWeight - leastWeight + 1]float64 {
	var out [mostWeight - leastWeight + 1]float64
	for i := range out {
		out[i] = math.Exp2((leastWeight + Weight(i)).Bits())
	}
	return &out
})

// set says what two of the nodes weigh, i being the later one.
func (p *partings) set(i, j int, w Weight) {
	if w <= never {
		p.odds[i][j] = 0
		return
	}
	p.odds[i][j] = oddsOf()[min(max(w, leastWeight), mostWeight)-leastWeight]
}

// together is the probability that the first two of n nodes are one person.
func (p *partings) together(n int) float64 {
	p.n, p.total = n, 0
	o := p.odds[1][0]
	if n == 2 {
		return o / (o + 1)
	}
	if o > 0 {
		p.block[0] = 1<<0 | 1<<1
		p.place(2, 1, o)
	}
	joined := p.total
	p.block[0], p.block[1] = 1<<0, 1<<1
	p.place(2, 2, 1)
	return joined / p.total
}

// place puts node i into each of the blocks so far, and into one of its own.
func (p *partings) place(i, blocks int, odds float64) {
	last, row := i == p.n-1, &p.odds[i]
	for k := range blocks {
		o, was := odds, p.block[k]
		for m := was; m != 0; m &= m - 1 {
			o *= row[bits.TrailingZeros8(m)]
		}
		switch {
		case last:
			p.total += o
		case o > 0:
			p.block[k] = was | 1<<i
			p.place(i+1, blocks, o)
			p.block[k] = was
		}
	}
	if last {
		p.total += odds
		return
	}
	p.block[blocks] = 1 << i
	p.place(i+1, blocks+1, odds)
}

// Evidence judges pairs of records by all that speaks for and against them: their
// own fields, the other records of their clusters, and their nearest rivals.
//
// A pair that is joined through others may by itself look like two people, and
// of two equally good partners at most one can be right where a source has no
// duplicates. So the two nodes are judged together with up to four others, those
// of their clusters that are most like both, and the best partner of each that
// was left apart: of all the ways of parting them into persons, in how many, by
// odds, are the two together?
//
// This takes each pair's comparison for independent of the others', given who
// is who. Two records that err alike (a copied mistake) break that, and make
// the answer too sure, as do weights that are not calibrated; that each weight
// counts at most nine bits bounds it. In simulations where records err by
// themselves the claims of joined pairs were out by about a hundredth in the
// mean, those of the pairs' own weights by five. A pair of two clusters is held
// to be no likelier than the pairs between them are in the mean.
type Evidence struct {
	*known
	l *Linked
	p partings
	// ask are the pairs that are not known, to be compared together in the lot.
	ask []uint64
	lot *lot
	// at says of each where its weight goes, to two of those judged together, and
	// answer what it is.
	at     [lotSize][2]uint8
	answer [lotSize]Weight
}

// Evidence prepares judging pairs. Not for use by several goroutines at once; see
// Fork. It takes memory for seven numbers a record, two for each pair kept, and
// one for each pair of nodes of a person.
func (l *Linked) Evidence() *Evidence {
	return newEvidence(l, newKnown(l))
}

// Fork returns evidence for use by another goroutine.
func (e *Evidence) Fork() *Evidence {
	return newEvidence(e.l.Fork(), e.known)
}

func newEvidence(l *Linked, k *known) *Evidence {
	return &Evidence{l: l, known: k, ask: make([]uint64, 0, lotSize), lot: l.s.lot(l.c, leastWeight)}
}

// Probability is that of two records being one person, 0–1, given all that is
// known; for records of two clusters too. It allocates nothing, and looks at a
// bounded number of other records.
func (e *Evidence) Probability(i, j int32) float64 {
	a, b := e.l.base.node[i], e.l.base.node[j]
	if a == b {
		return 1
	}
	if e.parted(a, b) {
		return 0
	}
	var set [mostTogether]int32
	set[0], set[1] = min(a, b), max(a, b)
	n := e.company(&set)
	e.ask = e.ask[:0]
	for x := range n {
		for y := range x {
			w, ok := e.find(set[x], set[y])
			if !ok {
				e.at[len(e.ask)-1] = [2]uint8{uint8(x), uint8(y)}
				continue
			}
			e.p.set(x, y, w)
		}
	}
	for k, w := range e.answers() {
		e.p.set(int(e.at[k][0]), int(e.at[k][1]), w)
	}
	p := e.p.together(n)
	if e.nodes[a].person != e.nodes[b].person {
		p = min(p, e.between(a, b).Probability())
	}
	return p
}

// Weight is that of two records by themselves, such as Linked.Weigh gives.
func (e *Evidence) Weight(i, j int32) Weight {
	a, b := e.l.base.node[i], e.l.base.node[j]
	if a == b {
		return e.l.Weigh(i, j)
	}
	a, b = min(a, b), max(a, b)
	if at := e.inside(a, b); at != nil {
		return e.own(at, a, b)
	}
	if w, ok := e.scored(a, b); ok {
		return w
	}
	return e.l.Weigh(i, j)
}

// glanced is how many nodes of each of two clusters are compared.
const glanced = 7

// between is the mean weight of the pairs between the clusters of two nodes, or
// of an even choice of them. A pair that was left apart was chosen for it by
// others that spoke against, and is no likelier than they are on the whole.
func (e *Evidence) between(a, b int32) Weight {
	x, y := e.some(a), e.some(b)
	sum, n := int64(0), int64(0)
	e.ask = e.ask[:0]
	for i := 0; i < len(x); i += (len(x)-1)/glanced + 1 {
		for j := 0; j < len(y); j += (len(y)-1)/glanced + 1 {
			if w, ok := e.find(x[i], y[j]); ok {
				sum += int64(min(max(w, leastWeight), mostWeight))
			}
			n++
		}
	}
	for _, w := range e.answers() {
		sum += int64(min(w, mostWeight))
	}
	return Weight(sum / n)
}

// find gives the weight of two nodes if it is known, or some weight of at most
// leastWeight where theirs is no more. If it is not, it stands last in ask.
func (e *Evidence) find(a, b int32) (Weight, bool) {
	if e.parted(a, b) {
		return never, true
	}
	a, b = min(a, b), max(a, b)
	if at := e.inside(a, b); at != nil {
		return e.own(at, a, b), true
	}
	if w, ok := e.scored(a, b); ok {
		return w, true
	}
	if e.l.s.table == nil {
		return e.l.s.weight(e.l.c.pattern(a, b), a, b), true
	}
	if w, ok := e.others.get(a, b); ok {
		return w, true
	}
	e.ask = append(e.ask, uint64(a)<<(nodeBits+ruleBits)|uint64(b)<<ruleBits)
	return 0, false
}

// own is the weight of two nodes of one person.
func (e *Evidence) own(at *pairWeight, a, b int32) Weight {
	w, ok := at.get()
	if !ok {
		w = e.l.s.weight(e.l.c.pattern(a, b), a, b)
		at.set(w)
	}
	return w
}

// answers compares the pairs that are not known, as far as it takes to see which
// come to no more than leastWeight, and gives their weights.
func (e *Evidence) answers() []Weight {
	if len(e.ask) == 0 {
		return nil
	}
	e.lot.judge(e.ask)
	out, left := e.answer[:len(e.ask)], e.lot.left
	for k, w := range e.ask {
		out[k] = leastWeight
		if len(left) > 0 && int(left[0]) == k {
			out[k], left = e.lot.bound[k], left[1:]
		}
		a, b, _ := pairOf(w)
		e.others.set(a, b, out[k])
	}
	return out
}

// weigh gives the weight of two nodes as find does, comparing them if need be.
func (e *Evidence) weigh(a, b int32) Weight {
	e.ask = e.ask[:0]
	w, ok := e.find(a, b)
	if !ok {
		w = e.answers()[0]
	}
	return w
}

// looked is how many of a cluster's nodes are looked at for those most like two.
const looked = 24

// company adds to two nodes those that say most of them, and returns how many
// there are then.
func (e *Evidence) company(set *[mostTogether]int32) int {
	a, b := set[0], set[1]
	n := 2
	for _, x := range [2]int32{a, b} {
		r := e.nodes[x].rival
		if r >= 0 && r != a && r != b && !slices.Contains(set[:n], r) {
			set[n] = r
			n++
		}
	}
	var best witnesses
	one := e.nodes[a].person == e.nodes[b].person
	for i, x := range [2]int32{a, b} {
		if i == 1 && one {
			break
		}
		m := e.of(x)
		for at, step := 0, len(m)/looked+1; at < len(m); at += step {
			if slices.Contains(set[:n], m[at]) {
				continue
			}
			w := witness{m[at], max(e.weigh(x, m[at]), leastWeight)}
			if one {
				w.weight = min(w.weight, max(e.weigh(b, m[at]), leastWeight))
			}
			best.add(w, mostTogether-n)
		}
	}
	for _, w := range best.all[:best.n] {
		set[n] = w.node
		n++
	}
	return n
}

// witness is a node that says something of a pair.
type witness struct {
	node   int32
	weight Weight
}

// witnesses are the best of them, in order.
type witnesses struct {
	all [mostTogether]witness
	n   int
}

// add keeps the most best, of equals the first.
func (s *witnesses) add(w witness, most int) {
	at := s.n
	for at > 0 && (s.all[at-1].weight < w.weight || s.all[at-1].weight == w.weight && s.all[at-1].node > w.node) {
		at--
	}
	if at >= most {
		return
	}
	s.n = min(s.n+1, most)
	copy(s.all[at+1:s.n], s.all[at:])
	s.all[at] = w
}
