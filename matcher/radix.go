package matcher

import (
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// eachPart does the parts 0 to n-1 of some work. What a part is does not depend
// on the number of workers.
func eachPart(workers, n int, do func(part int)) {
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int32
	var g errgroup.Group
	for range workers {
		g.Go(func() error {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
			return nil
		})
	}
	_ = g.Wait() // no part fails
}

// radix sorts words by their bits from low upward, least digit first.
func radix(words []uint64, low int) []uint64 {
	if len(words) < 2 {
		return words
	}
	return radixWith(words, make([]uint64, len(words)), low)
}

// radixWith is radix with a buffer as long as words; the answer is in one of
// the two.
func radixWith(words, other []uint64, low int) []uint64 {
	if len(words) < 256 {
		slices.SortFunc(words, func(a, b uint64) int {
			switch a, b := a>>low, b>>low; {
			case a < b:
				return -1
			case a > b:
				return 1
			}
			return 0
		})
		return words
	}
	for shift := low; shift < 64; shift += radixBits {
		words, other = radixPass(words, other[:len(words)], shift)
	}
	return words
}

const (
	radixBits = 11
	radixSize = 1 << radixBits
)

// radixPass orders words by one digit, equals as they are.
func radixPass(words, other []uint64, shift int) (sorted, free []uint64) {
	var at [radixSize + 1]uint32
	for _, w := range words {
		at[w>>shift&(radixSize-1)+1]++
	}
	if int(at[words[0]>>shift&(radixSize-1)+1]) == len(words) {
		return words, other
	}
	for i := range radixSize {
		at[i+1] += at[i]
	}
	for _, w := range words {
		d := w >> shift & (radixSize - 1)
		other[at[d]] = w
		at[d]++
	}
	return other, words
}

// sortWords sorts a few words, such as the partners of one node.
func sortWords(w []uint64) {
	if len(w) > 24 {
		slices.Sort(w)
		return
	}
	for i := 1; i < len(w); i++ {
		x, j := w[i], i
		for ; j > 0 && w[j-1] > x; j-- {
			w[j] = w[j-1]
		}
		w[j] = x
	}
}
