package matcher

import (
	"cmp"
	"math"
	"slices"
)

// mostTogether is how many nodes are judged together at once: all the ways of
// parting six nodes into persons are 203.
const mostTogether = 6

// partings sums over all ways in which a few nodes can be of one person or of
// several. A way is as likely as the pairs that it puts together: its odds are
// the product of theirs (a Gibbs distribution over partitions, whose most likely
// one is the correlation clustering of Bansal, Blum and Chawla 2004).
type partings struct {
	n      int
	odds   [mostTogether][mostTogether]float64 // 0 for a pair that is out of the question
	block  [mostTogether]int
	total  float64
	joined [mostTogether][mostTogether]float64
}

// set says what two of the nodes weigh.
func (p *partings) set(i, j int, w Weight) {
	o := math.Exp2(min(max(w, leastWeight), mostWeight).Bits())
	if w <= never {
		o = 0
	}
	p.odds[i][j], p.odds[j][i] = o, o
}

// run gives each pair of n nodes the probability of being one person, which
// together then finds.
func (p *partings) run(n int) {
	p.n, p.total, p.joined = n, 0, [mostTogether][mostTogether]float64{}
	p.place(0, 0, 1)
}

// place puts node i into each of the blocks so far, and into one of its own.
func (p *partings) place(i, blocks int, odds float64) {
	if i == p.n {
		p.total += odds
		for a := range p.n {
			for b := range a {
				if p.block[a] == p.block[b] {
					p.joined[a][b] += odds
				}
			}
		}
		return
	}
	for k := range blocks {
		o := odds
		for j := range i {
			if p.block[j] == k {
				o *= p.odds[i][j]
			}
		}
		if o > 0 {
			p.block[i] = k
			p.place(i+1, blocks, o)
		}
	}
	p.block[i] = blocks
	p.place(i+1, blocks+1, odds)
}

// together is the probability that nodes i and j are one person.
func (p *partings) together(i, j int) float64 {
	return p.joined[max(i, j)][min(i, j)] / p.total
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
	l           *Linked
	at, members []int32 // nodes of each person
	person      []int32 // of each node
	rival       []int32 // of each node, the likeliest of those left apart, or -1
	p           *partings
}

// likely is the least weight that makes a rival worth considering.
const likely = -3000

// Evidence prepares judging pairs. Not for use by several goroutines at once; see
// Fork. It takes memory for four numbers a record.
func (l *Linked) Evidence() *Evidence {
	e := &Evidence{l: l, person: make([]int32, l.base.n), rival: make([]int32, l.base.n), p: &partings{}}
	best := make([]Weight, l.base.n)
	for i, first := range l.first {
		e.person[i], e.rival[i], best[i] = l.Person[first], -1, likely
	}
	e.at, e.members = index(e.person, l.Persons)
	for _, s := range l.Pairs {
		a, b := l.base.node[s.A], l.base.node[s.B]
		if e.person[a] == e.person[b] {
			continue
		}
		for _, x := range [2][2]int32{{a, b}, {b, a}} {
			if w := s.Weight; w > best[x[0]] || w == best[x[0]] && x[1] < e.rival[x[0]] {
				best[x[0]], e.rival[x[0]] = w, x[1]
			}
		}
	}
	return e
}

// Fork returns evidence for use by another goroutine.
func (e *Evidence) Fork() *Evidence {
	f := *e
	f.l, f.p = e.l.Fork(), &partings{}
	return &f
}

// Probability is that of two records being one person, 0–1, given all that is
// known; for records of two clusters too. It allocates nothing, and looks at a
// bounded number of other records.
func (e *Evidence) Probability(i, j int32) float64 {
	a, b := e.l.base.node[i], e.l.base.node[j]
	if a == b {
		return 1
	}
	if e.l.t.parted(a, b) {
		return 0
	}
	var set [mostTogether]int32
	set[0], set[1] = min(a, b), max(a, b)
	n := e.company(&set)
	for x := range n {
		for y := range x {
			e.p.set(x, y, e.weigh(set[x], set[y]))
		}
	}
	e.p.run(n)
	p := e.p.together(0, 1)
	if e.person[a] != e.person[b] {
		p = min(p, e.between(a, b).Probability())
	}
	return p
}

// Weight is that of two records by themselves, such as Linked.Weigh gives.
func (e *Evidence) Weight(i, j int32) Weight { return e.l.Weigh(i, j) }

// glanced is how many nodes of each of two clusters are compared.
const glanced = 7

// between is the mean weight of the pairs between the clusters of two nodes, or
// of an even choice of them. A pair that was left apart was chosen for it by
// others that spoke against, and is no likelier than they are on the whole.
func (e *Evidence) between(a, b int32) Weight {
	x, y := e.of(a), e.of(b)
	sum, n := int64(0), int64(0)
	for i := 0; i < len(x); i += (len(x)-1)/glanced + 1 {
		for j := 0; j < len(y); j += (len(y)-1)/glanced + 1 {
			w := e.weigh(x[i], y[j])
			sum += int64(min(max(w, leastWeight), mostWeight))
			n++
		}
	}
	return Weight(sum / n)
}

func (e *Evidence) weigh(a, b int32) Weight {
	if e.l.t.parted(a, b) {
		return never
	}
	return e.l.s.weight(e.l.c.pattern(a, b), a, b)
}

// looked is how many of a cluster's nodes are looked at for those most like two.
const looked = 24

// company adds to two nodes those that say most of them, and returns how many
// there are then.
func (e *Evidence) company(set *[mostTogether]int32) int {
	a, b := set[0], set[1]
	n := 2
	for _, x := range [2]int32{a, b} {
		r := e.rival[x]
		if r >= 0 && r != a && r != b && !slices.Contains(set[:n], r) {
			set[n] = r
			n++
		}
	}
	var best [mostTogether]witness
	k := 0
	for i, x := range [2]int32{a, b} {
		if i == 1 && e.person[a] == e.person[b] {
			break
		}
		m := e.members[e.at[e.person[x]]:e.at[e.person[x]+1]]
		for at := 0; at < len(m); at += len(m)/looked + 1 {
			if slices.Contains(set[:n], m[at]) {
				continue
			}
			w := witness{m[at], max(e.weigh(x, m[at]), leastWeight)}
			if e.person[a] == e.person[b] {
				w.weight = min(w.weight, max(e.weigh(b, m[at]), leastWeight))
			}
			k = w.into(&best, k, mostTogether-n)
		}
	}
	for _, w := range best[:k] {
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

// into keeps the most best witnesses in order, of k so far.
func (w witness) into(best *[mostTogether]witness, k, most int) int {
	at, _ := slices.BinarySearchFunc(best[:k], w, func(x, y witness) int {
		return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.node, y.node))
	})
	if at >= most {
		return k
	}
	k = min(k+1, most)
	copy(best[at+1:k], best[at:k-1])
	best[at] = w
	return k
}
