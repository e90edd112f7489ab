package linker

import (
	"sync"
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

// pairs lists the pairs that may be of one person, in the order of their
// records. Records that are equal in every column stand for each other: each of
// them is paired with the first of them, and that one with all others.
func (r *Result) pairs() []Pair {
	l := r.Linked
	given := r.given()
	same := l.Nodes()
	out := make([]Pair, 0, len(l.Pairs))
	for i, n := range same {
		if n != int32(i) {
			w := l.Weigh(n, int32(i))
			out = append(out, Pair{A: n, B: int32(i), Probability: w.Probability(), Weight: w.Bits(), Equal: true})
		}
	}
	for i, p := range l.Pairs {
		out = append(out, Pair{A: p.A, B: p.B, Probability: given[i], Weight: p.Weight.Bits()})
	}
	return out
}

// part is how many pairs are judged at a time.
const part = 4096

// given judges each of the scored pairs by all that is known.
func (r *Result) given() []float64 {
	pairs := r.Linked.Pairs
	out := make([]float64, len(pairs))
	first := r.Linked.Evidence()
	each(len(pairs), r.Job.Workers, func() func(from, to int) {
		e := first.Fork()
		return func(from, to int) {
			for i := from; i < to; i++ {
				out[i] = e.Probability(pairs[i].A, pairs[i].B)
			}
		}
	})
	return out
}

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
