package matcher

import (
	"math/bits"
	"sort"
	"sync/atomic"
)

// known is what linking knows of the nodes and of what they weigh together, so
// that judging a pair need not compare again what was compared. It is for use by
// several goroutines at once.
type known struct {
	l *Linked
	// free says that nothing keeps any nodes apart.
	free  bool
	nodes []standing
	// persons says of each person where its nodes and weights begin; there is
	// one more for where the last end. members are the nodes, ascending in each.
	persons []begins
	members []int32
	// weights are those of the pairs within persons, in rows below the diagonal;
	// a person of more than looked nodes has none here.
	weights []pairWeight
	others  lately
}

// standing is where a node stands among the others.
type standing struct {
	person int32
	place  int32 // among the nodes of its person
	rival  int32 // the likeliest of those left apart, or -1
	pairs  int32 // where the scored pairs begin of which it is the lesser
}

type begins struct{ members, weights int32 }

// pairWeight is a weight that whoever needs it first works out. It is the same
// whoever that is.
type pairWeight struct{ atomic.Int32 }

// lifted makes every weight another number than that of one not worked out, 0.
const lifted = 1 << 30

func (k *pairWeight) get() (Weight, bool) {
	w := k.Load()
	return Weight(w - lifted), w != 0
}

func (k *pairWeight) set(w Weight) { k.Store(int32(w) + lifted) }

// likely is the least weight that makes a rival worth considering.
const likely = -3000

func newKnown(l *Linked) *known {
	k := &known{l: l, free: l.t.exclusive == nil && l.t.apart == nil,
		nodes: make([]standing, l.base.n), persons: make([]begins, l.Persons+1), members: make([]int32, l.base.n)}
	for i, first := range l.first {
		k.nodes[i] = standing{person: l.Person[first], rival: -1}
		k.persons[k.nodes[i].person+1].members++
	}
	for p := range l.Persons {
		x, next := &k.persons[p], &k.persons[p+1]
		next.weights = x.weights
		if n := next.members; n <= looked {
			next.weights += n * (n - 1) / 2
		}
		next.members += x.members
	}
	k.weights = make([]pairWeight, k.persons[l.Persons].weights)
	k.others = newLately(len(l.Pairs))
	met := make([]int32, l.Persons)
	for i := range k.nodes {
		x := &k.nodes[i]
		x.place = met[x.person]
		met[x.person]++
		k.members[k.persons[x.person].members+x.place] = int32(i)
	}
	k.take(l.Pairs)
	return k
}

// take keeps what the scored pairs weigh, and finds each node's rival.
func (k *known) take(pairs []Scored) {
	best := make([]Weight, len(k.nodes))
	for i := range best {
		best[i] = likely
	}
	node, next := k.l.base.node, int32(0)
	for i, s := range pairs {
		a, b, w := node[s.A], node[s.B], s.Weight
		for ; next <= a; next++ {
			k.nodes[next].pairs = int32(i)
		}
		x, y := &k.nodes[a], &k.nodes[b]
		if x.person == y.person {
			if at := k.inside(a, b); at != nil {
				at.set(w)
			}
			continue
		}
		if w < likely {
			continue
		}
		if w > best[a] || w == best[a] && b < x.rival {
			best[a], x.rival = w, b
		}
		if w > best[b] || w == best[b] && a < y.rival {
			best[b], y.rival = w, a
		}
	}
	for ; int(next) < len(k.nodes); next++ {
		k.nodes[next].pairs = int32(len(pairs))
	}
}

// of gives the nodes of a node's person.
func (k *known) of(a int32) []int32 {
	p := k.nodes[a].person
	return k.members[k.persons[p].members:k.persons[p+1].members]
}

// some gives some of them, so few that a person of a whole table takes no time.
func (k *known) some(a int32) []int32 {
	m := k.of(a)
	return m[:min(len(m), looked)]
}

// parted says whether a constraint keeps two nodes apart.
func (k *known) parted(a, b int32) bool { return !k.free && k.l.t.parted(a, b) }

// inside is where the weight of two nodes of one person is kept, a being before
// b; nil where it is not.
func (k *known) inside(a, b int32) *pairWeight {
	x, y := &k.nodes[a], &k.nodes[b]
	at := &k.persons[x.person]
	if x.person != y.person || k.persons[x.person+1].weights == at.weights {
		return nil
	}
	return &k.weights[at.weights+y.place*(y.place-1)/2+x.place]
}

// scored finds the weight of two nodes among those of the scored pairs, a being
// before b.
func (k *known) scored(a, b int32) (Weight, bool) {
	from, to := int(k.nodes[a].pairs), len(k.l.Pairs)
	if int(a)+1 < len(k.nodes) {
		to = int(k.nodes[a+1].pairs)
	}
	row, want := k.l.Pairs[from:to], k.l.first[b]
	if len(row) > fewInRow {
		row = row[sort.Search(len(row), func(i int) bool { return row[i].B >= want }):]
	}
	for i := range row {
		if row[i].B >= want {
			return row[i].Weight, row[i].B == want
		}
	}
	return 0, false
}

// fewInRow are sooner looked through than halved.
const fewInRow = 16

// lately remembers what pairs weigh that are not scored, as long as no other
// takes their place: the pairs of two persons that resemble each other are asked
// for with every pair between the two. An entry is one number, so that
// goroutines need not wait for each other.
type lately struct {
	entries []atomic.Uint64
	shift   int
}

const (
	// leastLately and mostLately bound how many are remembered, by bits.
	leastLately, mostLately = 10, 20
	weightBits              = 64 - 2*nodeBits
)

// newLately remembers about as many pairs as were scored.
func newLately(scored int) lately {
	n := min(max(bits.Len(uint(scored)), leastLately), mostLately)
	return lately{make([]atomic.Uint64, 1<<n), 64 - n}
}

// at is where two nodes are remembered, and by which number.
func (l *lately) at(a, b int32) (*atomic.Uint64, uint64) {
	key := uint64(a)<<nodeBits | uint64(b)
	return &l.entries[key*0x9e3779b97f4a7c15>>l.shift], key << weightBits
}

// get finds the weight of two nodes, a being before b.
func (l *lately) get(a, b int32) (Weight, bool) {
	e, key := l.at(a, b)
	x := e.Load()
	w := x & (1<<weightBits - 1)
	return Weight(w) + leastWeight - 1, x-w == key && w != 0
}

// set remembers a weight, but none that is too great for its bits.
func (l *lately) set(a, b int32, w Weight) {
	if w > mostWeight {
		return
	}
	e, key := l.at(a, b)
	e.Store(key | uint64(max(w, leastWeight)-leastWeight+1))
}
