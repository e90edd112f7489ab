package quality

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// bent draws n judged claims whose truth is a Beta of the claim.
func bent(f Beta, n int, seed uint64) []Judged {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]Judged, n)
	for i := range out {
		p := r.Float64()
		out[i] = Judged{Probability: p, Same: r.Float64() < f.At(p)}
	}
	return out
}

func TestFitBetaRecovers(t *testing.T) {
	for _, want := range []Beta{Unchanged, {0.5, 0.5, 1}, {1.5, 0.7, -0.5}} {
		got := FitBeta(bent(want, 20_000, 1), 1)
		for p := 0.05; p < 1; p += 0.1 {
			if math.Abs(got.At(p)-want.At(p)) > 0.02 {
				t.Errorf("%+v: at %.2f got %.3f, want %.3f", want, p, got.At(p), want.At(p))
			}
		}
	}
	want := Beta{0.6, 0.6, 0.8}
	if got := FitPlatt(bent(want, 20_000, 2), 1); got.A != got.B || math.Abs(got.A-0.6) > 0.05 || math.Abs(got.C-0.8) > 0.08 {
		t.Errorf("got %+v, want about %+v", got, want)
	}
}

func TestFewLabelsChangeLittle(t *testing.T) {
	same := []Judged{{Probability: 0.6, Same: true}, {Probability: 0.7, Same: true}}
	for _, f := range []Beta{FitBeta(same, 1), FitPlatt(same, 1), FitBeta(nil, 1)} {
		if got := f.At(0.5); got < 0.45 || got > 0.75 {
			t.Errorf("two labels move 0.5 to %.2f, want little", got)
		}
	}
	if got := FitIsotonic(same, 5).At(0.65); got > 0.85 {
		t.Errorf("two labels move 0.65 to %.2f, want little", got)
	}
}

func TestIsotonicRecovers(t *testing.T) {
	want := Beta{0.5, 0.9, 0.3}
	f := FitIsotonic(bent(want, 50_000, 3), 5)
	for p := 0.05; p < 1; p += 0.1 {
		if math.Abs(f.At(p)-want.At(p)) > 0.04 {
			t.Errorf("at %.2f got %.3f, want %.3f", p, f.At(p), want.At(p))
		}
	}
}

func TestCalibrationsKeepTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var judged []Judged
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			judged = append(judged, Judged{Probability: rapid.Float64Range(0, 1).Draw(t, "p"), Same: rapid.Bool().Draw(t, "same")})
		}
		iso, beta := FitIsotonic(judged, rapid.Float64Range(0, 9).Draw(t, "prior")), FitBeta(judged, 1)
		lastIso, lastBeta := 0.0, 0.0
		for p := 0.0; p <= 1; p += 1.0 / 64 {
			x, y := iso.At(p), beta.At(p)
			if !(x >= lastIso-1e-12 && y >= lastBeta-1e-12 && x <= 1+1e-12 && y <= 1) {
				t.Fatalf("at %.3f got %v and %v after %v and %v: out of order or of 0–1", p, x, y, lastIso, lastBeta)
			}
			lastIso, lastBeta = x, y
		}
	})
}

// Pool adjacent violators against the minimax form of the same function.
func TestIsotonicIsLeastSquares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		judged := make([]Judged, n)
		for i := range judged {
			judged[i] = Judged{Probability: float64(i+1) / 20, Same: rapid.Bool().Draw(t, "same")}
		}
		f := FitIsotonic(judged, 0)
		got := make([]float64, n)
		for i, at := 0, 0; i < n; i++ { // each claim takes the step whose mean is its own block's
			want := minimax(judged, i)
			for at < len(f.True) && f.True[at] < want-1e-9 {
				at++
			}
			if at < len(f.True) {
				got[i] = f.True[at]
			}
			if math.Abs(got[i]-want) > 1e-9 {
				t.Fatalf("claim %d: no step at %v among %v", i, want, f.True)
			}
		}
		if !slices.IsSorted(got) {
			t.Fatalf("steps %v are not ascending", got)
		}
	})
}

// minimax is the value of the isotonic regression at i: the greatest over a ≤ i
// of the least over b ≥ i of the mean of a to b.
func minimax(judged []Judged, i int) float64 {
	out := 0.0
	for a := 0; a <= i; a++ {
		least := 1.0
		for b := i; b < len(judged); b++ {
			sum := 0.0
			for _, j := range judged[a : b+1] {
				if j.Same {
					sum++
				}
			}
			least = min(least, sum/float64(b-a+1))
		}
		out = max(out, least)
	}
	return out
}
