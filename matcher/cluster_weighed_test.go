package matcher

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// weighedOf is records with a weight for each pair, of which those are known that
// blocking would have found.
func weighedOf(weights [][]Weight, found func(a, b int32) bool) Weighed {
	w := Weighed{Records: len(weights), Weigh: func(a, b int32) Weight { return weights[max(a, b)][min(a, b)] }}
	for b := range int32(len(weights)) {
		for a := range b {
			if found(a, b) {
				w.Pairs = append(w.Pairs, Scored{A: b, B: a, Weight: weights[b][a]}) // either order will do
			}
		}
	}
	return w
}

func clustersOf(t interface{ Fatal(...any) }, w Weighed, opt Options) []int32 {
	got, n, err := w.Cluster(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if want := int(slices.Max(got)) + 1; n != want {
		t.Fatal("says that there are", n, "clusters, and numbers", want)
	}
	return got
}

// twoFamilies is two groups of three, all alike within and none between, but for
// the pair of 2 and 3, which looks like one person.
func twoFamilies(between Weight) [][]Weight {
	w := make([][]Weight, 6)
	for b := range w {
		w[b] = make([]Weight, b)
		for a := range b {
			w[b][a] = between
			if a/3 == b/3 {
				w[b][a] = 12000
			}
		}
	}
	w[3][2] = 8000
	return w
}

func TestWeighedCutsBridges(t *testing.T) {
	const strange = -7000
	found := func(a, b int32) bool { return a/3 == b/3 || a == 2 && b == 3 }
	if got, want := clustersOf(t, weighedOf(twoFamilies(strange), found), Options{}), []int32{0, 0, 0, 1, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: one pair holds two people together", got, want)
	}
	// What was not found speaks for one person too, once it is weighed.
	if got, want := clustersOf(t, weighedOf(twoFamilies(500), found), Options{}), []int32{0, 0, 0, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	// Where a pair can say no more against than for, one outweighs the others less.
	w := weighedOf(twoFamilies(strange), found)
	w.Least = -100
	if got, want := clustersOf(t, w, Options{}), []int32{0, 0, 0, 0, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestWeighedKeepsApartWhatIsTwoPeople(t *testing.T) {
	all := func(a, b int32) bool { return true }
	w := weighedOf(twoFamilies(12000), all)
	w.Cannot = [][2]int32{{5, 0}}
	if got := clustersOf(t, w, Options{}); got[0] == got[5] || slices.Max(got) != 1 {
		t.Errorf("got %v, want two clusters that part 0 and 5", got)
	}
	w.Cannot, w.Sources, w.Exclusive = nil, []uint8{0, 1, 0, 1, 0, 1}, []bool{true, true}
	if got := clustersOf(t, w, Options{}); slices.Max(got) != 2 || got[0] == got[2] || got[1] == got[3] {
		t.Errorf("got %v, want three clusters of one record of each source", got)
	}
}

func TestWeighedHoldsLonePairsToTheThreshold(t *testing.T) {
	w := weighedOf([][]Weight{nil, {3000}}, func(a, b int32) bool { return true })
	for _, c := range []struct {
		threshold float64
		want      int32
	}{{0.5, 0}, {0.88, 0}, {0.9, 1}, {0.95, 1}} { // 3 bits are 8 to 1: 0.889
		if got := clustersOf(t, w, Options{Threshold: c.threshold}); got[1] != c.want {
			t.Errorf("threshold %v: got %v", c.threshold, got)
		}
	}
}

func TestWeighedIsJointLink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 10).Draw(t, "n")
		weights, full := make([][]Weight, n), make([][]int64, n)
		for i := range n {
			weights[i], full[i] = make([]Weight, i), make([]int64, n)
			for j := range i {
				weights[i][j] = Weight(rapid.IntRange(-9000, 9000).Draw(t, "w"))
				full[i][j], full[j][i] = int64(weights[i][j]), int64(weights[i][j])
			}
		}
		w := weighedOf(weights, func(a, b int32) bool { return weights[b][a] >= 0 })
		got, opt := clustersOf(t, w, Options{Workers: 1}), Options{}
		if again := clustersOf(t, w, Options{Workers: 3}); !slices.Equal(again, got) {
			t.Errorf("three workers find %v, one %v", again, got)
		}
		want := naive(full, func(sum, n int64) bool { return sum >= int64(opt.threshold()) })
		for i := range got {
			for j := range got {
				if (got[i] == got[j]) != (want[i] == want[j]) {
					t.Fatalf("got %v, want %v", got, want)
				}
			}
		}
	})
}

func TestWeighedRefuses(t *testing.T) {
	bad := Weighed{Records: 2, Pairs: []Scored{{A: 0, B: 2, Weight: 9000}}, Weigh: func(a, b int32) Weight { return 0 }}
	many := Weighed{Records: 1, Exclusive: slices.Repeat([]bool{true}, maxExclusive+1)}
	for _, w := range []Weighed{bad, many} {
		if _, _, err := w.Cluster(t.Context(), Options{}); !errors.Is(err, ErrModel) {
			t.Errorf("got %v", err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := (Weighed{Records: 1}).Cluster(ctx, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got, n, err := (Weighed{}).Cluster(t.Context(), Options{}); err != nil || n != 0 || len(got) != 0 {
		t.Errorf("no records: %v, %d, %v", got, n, err)
	}
}
