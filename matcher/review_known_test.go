package matcher

import (
	"context"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// What is remembered of a pair is what was said of it, or nothing.
func TestLatelyNeverMistakesAPair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, said := newLately(0), make(map[[2]int32]Weight)
		node := rapid.OneOf(rapid.Int32Range(0, 40), rapid.Int32Range(0, MaxNodes-1))
		for range rapid.IntRange(1, 60).Draw(t, "pairs") {
			a, b := node.Draw(t, "a"), node.Draw(t, "b")
			w := Weight(rapid.IntRange(-20_000, 20_000).Draw(t, "weight"))
			if old, ok := said[[2]int32{a, b}]; ok {
				w = old
			}
			said[[2]int32{a, b}] = w
			l.set(a, b, w)
			if got, ok := l.get(a, b); ok != (w <= mostWeight) || ok && got != max(w, leastWeight) {
				t.Fatalf("%d and %d of weight %d: got %d, %v", a, b, w, got, ok)
			}
		}
		for p, w := range said {
			if got, ok := l.get(p[0], p[1]); ok && got != max(w, leastWeight) {
				t.Fatalf("%v of weight %d: got %d", p, w, got)
			}
		}
	})
}

// Evidence of what is known must be what weighing every pair anew would say, and
// the same to all who ask at once.
func TestWhatIsKnownIsWhatWeighingSays(t *testing.T) {
	in, _ := table(150, 12)
	m, err := Train(context.Background(), in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	in, _ = table(150, 12)
	l, err := Link(context.Background(), in, m, Options{Workers: 2, Threshold: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	e := l.Evidence()
	var wait sync.WaitGroup
	said := make([][]float64, 3)
	for k := range said {
		f := e.Fork()
		wait.Go(func() {
			for _, s := range l.Pairs {
				said[k] = append(said[k], f.Probability(s.A, s.B))
			}
		})
	}
	wait.Wait()
	inner := 0
	for i, s := range l.Pairs {
		if p := e.Probability(s.A, s.B); p != said[0][i] || p != said[1][i] || p != said[2][i] {
			t.Fatalf("records %d and %d: %v, and %v, %v and %v by others", s.A, s.B, p, said[0][i], said[1][i], said[2][i])
		}
	}
	for a := range int32(l.base.n) {
		for b := range a {
			want := l.Weigh(l.first[b], l.first[a])
			if e.nodes[a].person == e.nodes[b].person {
				inner++
			}
			if got := e.weigh(a, b); max(got, leastWeight) != max(want, leastWeight) {
				t.Fatalf("nodes %d and %d weigh %d, known as %d", b, a, want, got)
			}
			if got := e.Weight(l.first[a], l.first[b]); got != want {
				t.Fatalf("nodes %d and %d weigh %d, said to be %d", b, a, want, got)
			}
		}
	}
	if inner == 0 {
		t.Error("no two nodes are of one person: the test tests little")
	}
}
