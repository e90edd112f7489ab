package matcher

import (
	"math"
	"testing"
)

// A context that no pair showed says nothing, and one that many show what they
// say.
func TestTemper(t *testing.T) {
	const prior = 0.25
	m, u := []float64{0, 2000, 0, 3}, []float64{0, 1000, 5000, 0}
	temper(m, u, prior)
	pm, pu := normalise(m, false), normalise(u, false)
	weight := func(l int) float64 { return math.Log2(pm[l] / pu[l]) }
	if got := weight(0); math.Abs(got) > 0.1 {
		t.Errorf("a level never met weighs %.2f bits, want 0", got)
	}
	if got, want := weight(1), math.Log2(2000.0/2003*6000/1000); math.Abs(got-want) > 0.1 {
		t.Errorf("a level often met weighs %.2f bits, want %.2f", got, want)
	}
	if got := weight(2); got > -5 {
		t.Errorf("a level of no match weighs %.2f bits, want -5 or less", got)
	}
	if got := weight(3); got <= 0 || got > 3 {
		t.Errorf("a level met three times weighs %.2f bits, want a little", got)
	}
}

func TestCodesThatDifferSpeakForNobody(t *testing.T) {
	for _, tc := range []struct{ m, u, want float64 }{{0.02, 0.001, 0.001}, {0.02, 0.5, 0.02}} {
		m, u := []float64{1, 1 - tc.m, tc.m}, []float64{1, 1 - tc.u, tc.u}
		unlikelyCodes(m, u)
		if got := m[Differs]; math.Abs(got-tc.want) > 1e-12 || math.Abs(m[Agrees]+m[Differs]-1) > 1e-12 {
			t.Errorf("m of %v, u of %v: differ with %v, agree with %v; want %v, and the rest", tc.m, tc.u, got, m[Agrees], tc.want)
		}
	}
}
