package linker

import (
	"sync"

	"github.com/hearthmatch/hearth/matcher"
)

// Pair is two records that may be one person's.
type Pair struct {
	A, B int32
	// Probability is that of the two being one person, 0–1, given all that is
	// known: their own values, the other records of their clusters, and their
	// nearest rivals.
	Probability float64
	// Weight is the log2 of the odds, in bits, by the values of the two alone.
	Weight float64
	// Equal says that the two are the same in every column that is compared.
	Equal bool
}

// Pairs lists the pairs that may be of one person, in an order of their own.
// Records that are equal in every column stand for each other: each is paired
// with the first of them, and that one with the others. It takes time in
// proportion to the pairs, about what comparing them took.
func (r *Result) Pairs() []Pair {
	if r.pairs != nil {
		return r.pairs
	}
	if r.foreign != nil {
		for _, p := range r.foreign.pairs {
			r.pairs = append(r.pairs, Pair{A: p.A, B: p.B, Probability: p.Probability, Weight: p.Weight})
		}
		return r.pairs
	}
	l := r.Linked
	var equal []int32 // records that have one before them
	for i := range r.Cluster {
		if r.node(int32(i)) != int32(i) {
			equal = append(equal, int32(i))
		}
	}
	out, first := make([]Pair, len(equal)+len(l.Pairs)), r.evidenceOf()
	each(len(out), r.Job.Workers, func() func(from, to int) {
		e := first.Fork()
		given := r.given(e)
		return func(from, to int) {
			for i := from; i < to; i++ {
				if i < len(equal) {
					a, b := r.node(equal[i]), equal[i]
					w := e.Weight(a, b)
					out[i] = Pair{A: a, B: b, Probability: w.Probability(), Weight: w.Bits(), Equal: true}
					continue
				}
				p := l.Pairs[i-len(equal)]
				out[i] = Pair{A: p.A, B: p.B, Probability: given(p.A, p.B), Weight: p.Weight.Bits()}
			}
		}
	})
	r.pairs = out
	return out
}

// byItself is how much a pair that was left apart is believed for itself, and
// not for what its clusters say. What they say rests on the same values: where
// the clusters are wrong, it is. On five tables of three kinds a tenth to three
// tenths made probabilities truest.
const byItself = 0.2

// given is the probability of two records by all that is known.
func (r *Result) given(e *matcher.Evidence) func(a, b int32) float64 {
	return func(a, b int32) float64 {
		q := e.Probability(a, b)
		if r.Cluster[a] != r.Cluster[b] {
			q += byItself * (e.Weight(a, b).Probability() - q)
		}
		return q
	}
}

// part is how many numbers a goroutine takes at a time.
const part = 4096

// each does the numbers below n part by part, in several goroutines, each with
// what worker makes for it.
func each(n, workers int, worker func() func(from, to int)) {
	var wait sync.WaitGroup
	parts := make(chan int, n/part+1)
	for from := 0; from < n; from += part {
		parts <- from
	}
	close(parts)
	for range min(max(1, workers), n/part+1) {
		wait.Go(func() {
			do := worker()
			for from := range parts {
				do(from, min(from+part, n))
			}
		})
	}
	wait.Wait()
}
