package matcher

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// plainSpec has no forename, so that no guard speaks.
var plainSpec = Spec{Columns: []ColumnSpec{
	{Name: "one", Kind: Postcode}, {Name: "two", Kind: Surname}, {Name: "three", Kind: Code},
	{Name: "home", Kind: Keys, Context: true},
}}

// TestEMRecoversParameters draws patterns of matches and of others with known
// probabilities and asks for them back.
func TestEMRecoversParameters(t *testing.T) {
	l := newLayout(plainSpec)
	const matches, others = 20_000, 60_000
	wantM, wantU := [3]float64{0.9, 0.8, 0.95}, [3]float64{0.05, 0.3, 0.02}
	far := [3]Level{PostDiffers, NameDiffers, Differs}
	r := rand.New(rand.NewPCG(1, 2))
	sums := make(map[tallyKey]int64)
	draw := func(n int, same [3]float64) {
		for range n {
			p := pattern(Agrees) << contextBit
			for i, q := range same {
				if r.Float64() < q {
					p = p.with(i, 1)
				} else {
					p = p.with(i, far[i])
				}
			}
			sums[tallyKey{p: p}]++
		}
	}
	draw(matches, wantM)
	draw(others, wantU)
	first := Stratum{Prior: 0.1, Comparisons: []Comparison{
		{M: flat(Postcode.levels(), 0.6, PostDiffers), U: flat(Postcode.levels(), 0.2, PostDiffers)},
		{M: flat(Surname.levels(), 0.6, NameDiffers), U: flat(Surname.levels(), 0.2, NameDiffers)},
		{M: flat(Code.levels(), 0.6, Differs), U: flat(Code.levels(), 0.2, Differs)},
		{M: flat(12, 1, 0), U: flat(12, 1, 0)},
	}}
	e := &em{layout: l, counts: sortedCounts(sums), s: first, first: first,
		strength: make([]float64, 4), total: matches + others}
	got := e.run()
	near(t, "prior", got.Prior, 0.25)
	for i := range wantM {
		near(t, "m", got.Comparisons[i].M[1], wantM[i])
		near(t, "u", got.Comparisons[i].U[1], wantU[i])
	}
}

func flat(n int, same float64, other Level) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1e-3
	}
	out[1], out[other] = same, max(1-same, 1e-3)
	return out
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.015 {
		t.Errorf("%s: got %.4f, want %.4f", what, got, want)
	}
}

func TestModelSurvivesWriting(t *testing.T) {
	m := trained(t)
	first, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseModel(first)
	if err != nil {
		t.Fatal(err)
	}
	second, err := again.Marshal()
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("a model read back differs from the one written (%v)", err)
	}
}

func TestParseModelRefuses(t *testing.T) {
	for _, bad := range []string{"", "{}", "null", "[1]", `{"version":99}`, `{"version":1}`, `{"version":2}`, `{"version":3}`,
		`{"version":3,"spec":{"columns":[{"name":"a","kind":77}],"rules":[]}}`} {
		if _, err := ParseModel([]byte(bad)); !errors.Is(err, ErrModel) {
			t.Errorf("%q: got %v, want ErrModel", bad, err)
		}
	}
}

func FuzzParseModel(f *testing.F) {
	f.Add([]byte(`{"version":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := ParseModel(data); err != nil && !errors.Is(err, ErrModel) {
			t.Errorf("got %v and model %v, want ErrModel", err, m)
		}
	})
}
