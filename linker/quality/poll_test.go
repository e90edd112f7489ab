package quality

import (
	"math/rand/v2"
	"reflect"
	"sync/atomic"
	"testing"
)

// Whoever is asked, the verdict is the same to the last bit, and nobody is asked
// by two goroutines at once.
func TestVerdictIsTheSameWhoeverAsks(t *testing.T) {
	var want *Verdict
	for _, workers := range []int{0, 1, 3, 40} {
		in, _, _ := guessed(rand.New(rand.NewPCG(4, 4)), 1)
		in.Workers = workers
		in.Given = func() func(a, b int32) float64 {
			busy := new(atomic.Bool)
			return func(a, b int32) float64 {
				if !busy.CompareAndSwap(false, true) {
					t.Error("asked by two at once")
				}
				defer busy.Store(false)
				return float64((a*31+b*17)%97) / 97
			}
		}
		v := Judge(in)
		if want == nil {
			want = v
		}
		if !reflect.DeepEqual(v, want) {
			t.Errorf("%d workers: got %+v, want %+v", workers, v, want)
		}
	}
}

func TestCaught(t *testing.T) {
	var c caught
	for i, rules := range []uint32{1, 1 << 15, 1<<16 | 1, 1, 1 << 31} {
		c.add(rules, float64(i+1))
	}
	want := captures{1: 5, 1 << 15: 2, 1<<16 | 1: 3, 1 << 31: 5}
	if got := c.captures(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
