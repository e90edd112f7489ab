package quality

import (
	"math"
	"math/rand/v2"
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
}

func TestCalibrationsKeepTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var judged []Judged
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			judged = append(judged, Judged{Probability: rapid.Float64Range(0, 1).Draw(t, "p"), Same: rapid.Bool().Draw(t, "same")})
		}
		beta, last := FitBeta(judged, 1), 0.0
		for p := 0.0; p <= 1; p += 1.0 / 64 {
			x := beta.At(p)
			if !(x >= last-1e-12 && x <= 1) {
				t.Fatalf("at %.3f got %v after %v: out of order or of 0–1", p, x, last)
			}
			last = x
		}
	})
}
