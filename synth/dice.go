package synth

import (
	"math/rand/v2"
	"sort"

	"github.com/hearthmatch/hearth/family"
)

// dice is the one source of chance. Each stage has its own stream, so that a
// change in one leaves the others' draws alone.
type dice struct {
	*rand.Rand
	noise Noise // which slips are made
}

func newDice(seed, stream uint64) dice {
	return dice{Rand: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15^stream))}
}

// chance is true with probability p.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// between returns a whole number from lo to hi, both inclusive.
func (d dice) between(lo, hi int) int {
	if hi <= lo {
		return lo
	}
	return lo + d.IntN(hi-lo+1)
}

// day returns a day from lo to hi, both inclusive.
func (d dice) day(lo, hi family.Date) family.Date {
	return family.Date(d.between(int(lo), int(hi)))
}

// pick returns one of the choices, all alike.
func pick[T any](d dice, choices ...T) T { return choices[d.IntN(len(choices))] }

// weighted returns the index of one of the weights in proportion to them.
func (d dice) weighted(weights ...float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := d.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// digits returns n decimal digits.
func (d dice) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + d.IntN(10))
	}
	return string(b)
}

// table draws words with frequencies that fall like those of real names: a few
// are very common and most are rare.
type table struct {
	words []string
	cum   []float64
}

// newTable weighs words by rank as 1/(rank+flat)^steep.
func newTable(words []string, flat, steep float64) table {
	t := table{words: words, cum: make([]float64, len(words))}
	sum := 0.0
	for i := range words {
		sum += rankWeight(float64(i)+flat, steep)
		t.cum[i] = sum
	}
	return t
}

func (t table) draw(d dice) string {
	x := d.Float64() * t.cum[len(t.cum)-1]
	return t.words[min(sort.SearchFloat64s(t.cum, x), len(t.words)-1)]
}
