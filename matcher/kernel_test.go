package matcher

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/xrash/smetrics"
	"pgregory.net/rapid"
)

// editsReference is levenshtein or osa straight from the definition.
func editsReference(a, b string, swaps bool) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			step := 1
			if a[i-1] == b[j-1] {
				step = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+step)
			if swaps && i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestEditsAreThoseOfTheDefinition(t *testing.T) {
	text := rapid.StringMatching(`[A-C]{0,9}|[A-C ]{60,70}|[a-zé]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		if got, want := levenshtein(a, b), editsReference(a, b, false); got != want {
			t.Errorf("levenshtein(%q, %q) = %d, want %d", a, b, got, want)
		}
		if got, want := osa(a, b), editsReference(a, b, true); got != want {
			t.Errorf("osa(%q, %q) = %d, want %d", a, b, got, want)
		}
		if got, want := levenshtein(a, b), smetrics.WagnerFischer(a, b, 1, 1, 1); got != want {
			t.Errorf("levenshtein(%q, %q) = %d, smetrics %d", a, b, got, want)
		}
	})
}

func FuzzEdits(f *testing.F) {
	f.Add("KITTEN", "SITTING")
	f.Add("CA", "ABC")
	f.Add("\xff\x00", "é")
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = a[:min(len(a), 100)], b[:min(len(b), 100)]
		if got, want := levenshtein(a, b), editsReference(a, b, false); got != want {
			t.Errorf("levenshtein(%q, %q) = %d, want %d", a, b, got, want)
		}
		if got, want := osa(a, b), editsReference(a, b, true); got != want {
			t.Errorf("osa(%q, %q) = %d, want %d", a, b, got, want)
		}
		x, y := jaroWinkler(a, b), jaroWinkler(b, a)
		if math.Abs(x-y) > 1e-12 || x < 0 || x > 1 {
			t.Errorf("jaroWinkler(%q, %q) = %v, the other way %v", a, b, x, y)
		}
	})
}

func TestJaroByBitsIsJaroBySearch(t *testing.T) {
	name := rapid.StringMatching(`[A-D]{1,14}|[A-Z0-9 ]{1,64}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		x, y := jaroMatches(a, b)
		v, w := jaroPlain(a, b, max(0, max(len(a), len(b))/2-1))
		if x != v || y != w {
			t.Errorf("%q and %q: matched %b %b, want %b %b", a, b, x, y, v, w)
		}
	})
}

func TestDice(t *testing.T) {
	for _, tc := range []struct {
		a, b []uint16
		want float64
	}{
		{nil, nil, 0}, {[]uint16{1}, nil, 0}, {[]uint16{1, 2}, []uint16{1, 2}, 1},
		{[]uint16{1, 1, 2}, []uint16{1, 3, 4}, 1. / 3}, {[]uint16{1, 1}, []uint16{1, 1, 1, 1}, 2. / 3},
	} {
		if got := dice(tc.a, tc.b); math.Abs(got-tc.want) > 1e-12 {
			t.Errorf("dice(%v, %v) = %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
}

func TestKernelsDoNotAllocate(t *testing.T) {
	long := "A LONG TEXT OF SEVERAL WORDS THAT DOES NOT FIT INTO ONE WORD OF SIXTY FOUR BITS"
	longer := "X" + long + "Y"
	for name, do := range map[string]func(){
		"jaroWinkler": func() { jaroWinkler("KATHERINE", "CATHRYN") },
		"levenshtein": func() { levenshtein("KATHERINE", "CATHRYN"); levenshtein(long, longer[:70]) },
		"osa":         func() { osa("KATHERINE", "CATHRYN"); osa(long[1:], longer) },
		"dice":        func() { dice([]uint16{1, 2}, []uint16{2, 3}) },
	} {
		if n := testing.AllocsPerRun(100, do); n != 0 {
			t.Errorf("%s: got %v allocations, want none", name, n)
		}
	}
}

// benchNames are made-up names of the lengths that names have.
func benchNames() []string {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]string, 1024)
	for i := range out {
		b := make([]byte, 4+r.IntN(7))
		for j := range b {
			b[j] = "EARIOTNSLCUDPMHGBFYWKVXZJQ"[min(r.IntN(26), r.IntN(26))]
		}
		out[i] = string(b)
	}
	return out
}

func benchKernel(b *testing.B, do func(x, y string)) {
	names := benchNames()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		do(names[i&1023], names[(i*7+13)&1023])
	}
}

var sink float64

func BenchmarkJaroWinkler(b *testing.B) {
	benchKernel(b, func(x, y string) { sink = jaroWinkler(x, y) })
}

func BenchmarkJaroWinklerOfSmetrics(b *testing.B) {
	benchKernel(b, func(x, y string) { sink = smetrics.JaroWinkler(x, y, 0.7, 4) })
}

func BenchmarkLevenshtein(b *testing.B) {
	benchKernel(b, func(x, y string) { sink = float64(levenshtein(x, y)) })
}

func BenchmarkOSA(b *testing.B) {
	benchKernel(b, func(x, y string) { sink = float64(osa(x, y)) })
}
