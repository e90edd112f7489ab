package matcher

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// naive is average-link agglomeration as the textbook has it: means worked out
// anew from the pairs at every step; enough says whether the sum over so many
// pairs is enough to join.
func naive(w [][]int64, enough func(sum, n int64) bool) []int {
	clusters := make([][]int, len(w))
	for i := range clusters {
		clusters[i] = []int{i}
	}
	for {
		bi, bj, best := -1, -1, 0.0
		for i := range clusters {
			for j := i + 1; j < len(clusters); j++ {
				sum := int64(0)
				for _, x := range clusters[i] {
					for _, y := range clusters[j] {
						sum += w[x][y]
					}
				}
				n := int64(len(clusters[i]) * len(clusters[j]))
				if mean := float64(sum) / float64(n); enough(sum, n) && (bi < 0 || mean > best) {
					bi, bj, best = i, j, mean
				}
			}
		}
		if bi < 0 {
			break
		}
		clusters[bi] = append(clusters[bi], clusters[bj]...)
		clusters = slices.Delete(clusters, bj, bj+1)
	}
	out := make([]int, len(w))
	for _, c := range clusters {
		for _, x := range c {
			out[x] = slices.Min(c)
		}
	}
	return out
}

func TestAgglomerationIsAverageLink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "n")
		w := make([][]int64, n)
		for i := range w {
			w[i] = make([]int64, n)
		}
		g := &agglomeration{}
		g.reset(n)
		for i := range n {
			for j := range i {
				v := rapid.Int64Range(-9000, 9000).Draw(t, "w")
				w[i][j], w[j][i] = v, v
				g.set(int32(i), int32(j), v, 1)
			}
		}
		g.run(rule{threshold: 500})
		got := make([]int, n)
		for i, r := range g.root {
			got[i] = int(r)
		}
		if want := naive(w, func(sum, n int64) bool { return sum >= 500*n }); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestForestGroups(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 20).Draw(t, "n")
		f, label := newForest(n), make([]int, n)
		for i := range label {
			label[i] = i
		}
		for range rapid.IntRange(0, 20).Draw(t, "edges") {
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			f.join(int32(a), int32(b))
			from, to := label[b], label[a]
			for i := range label { // the naive way
				if label[i] == from {
					label[i] = to
				}
			}
		}
		for i := range n {
			for j := range n {
				if (f.find(int32(i)) == f.find(int32(j))) != (label[i] == label[j]) {
					t.Fatalf("nodes %d and %d: union–find and the naive way disagree", i, j)
				}
			}
		}
	})
}
