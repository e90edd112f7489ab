package matcher

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// desked is a desk over records of which none are made one node beforehand.
func desked(t testing.TB, records []testRecord) *desk {
	t.Helper()
	b, err := newBase(input(records), 1)
	if err != nil {
		t.Fatal(err)
	}
	label := make([]int32, len(records))
	for i := range label {
		label[i] = int32(i)
	}
	n := b.nodes(label, len(records), false)
	l := newScorer(n, trained(t), 0).linkage(500)
	return &desk{linkage: l, weigh: l.weigher(n.comparer())}
}

// allEdges are the pairs that reach the threshold.
func (d *desk) allEdges() []edge {
	var out []edge
	for b := range int32(d.t.n) {
		for a := range b {
			if w := d.weigh(a, b); w >= d.threshold && !d.t.parted(a, b) {
				out = append(out, edge{a, b, w})
			}
		}
	}
	return out
}

func TestSparselyIsDensely(t *testing.T) {
	records, _ := town(120, 11)
	d := desked(t, records)
	edges := d.allEdges()
	p := connected(d.t.n, edges)
	full, thin := newForest(d.t.n), newForest(d.t.n)
	for i := range p.len() {
		nodes, inner := p.component(i)
		d.densely(nodes, inner, p.place, full)
		d.sparsely(nodes, inner, p.place, thin)
	}
	if p.len() < 50 || !slices.Equal(full, thin) {
		t.Errorf("%d components, clusters differ: got %v, want %v", p.len(), thin, full)
	}
}

// crowdOf is n records of one person, no two equal, and one in four without a
// date of birth.
func crowdOf(n int) []testRecord {
	out := make([]testRecord, n)
	for i := range out {
		out[i] = testRecord{forename: "ZARA", surname: "OKOROHUNT", born: "1971-03-04", sex: "F", number: "N77",
			home: fmt.Sprint("h", i), list: fmt.Sprint("l", i)}
		if i%4 == 0 {
			out[i].born = ""
		}
	}
	return out
}

func TestLargeComponentsAreWhole(t *testing.T) {
	const n = 3000
	d := desked(t, crowdOf(n))
	edges := make([]edge, 0, 2*n)
	for i := int32(1); i < n; i++ {
		edges = append(edges, edge{i - 1, i, 9000})
		if i > 10 {
			edges = append(edges, edge{i * 7 % (i - 5), i, 9000})
		}
	}
	got := d.clusters(edges, 2)
	for i := range int32(n) {
		if got.find(i) != 0 {
			t.Fatalf("node %d of one person is in cluster %d, want 0", i, got.find(i))
		}
	}
}

func TestNoNumberOfPairsOverrulesAConstraint(t *testing.T) {
	for _, n := range []int{8, 60, 300, 900} {
		d := desked(t, crowdOf(n))
		var edges []edge
		for i := range int32(n) {
			for j := max(0, i-20); j < i; j++ {
				if i != int32(n)/2 || j != 0 {
					edges = append(edges, edge{j, i, 9000})
				}
			}
		}
		d.t.apart = make([][]int32, n)
		d.t.apart[0], d.t.apart[n/2] = []int32{1}, []int32{1}
		got := d.clusters(edges, 2)
		if got.find(0) == got.find(int32(n)/2) {
			t.Errorf("%d records: two that a constraint parts are in one cluster", n)
		}
		size := map[int32]int{}
		for i := range int32(n) {
			size[got.find(i)]++
		}
		if len(size) != 2 {
			t.Errorf("%d records: %d clusters, want 2", n, len(size))
		}
	}
}

func TestExclusiveSourcesHaveOneRecordACluster(t *testing.T) {
	for _, n := range []int{9, 90, 600} {
		d := desked(t, crowdOf(n))
		d.t.exclusive = make([]uint64, n)
		for i := range d.t.exclusive {
			d.t.exclusive[i] = 1 << (i % 3)
		}
		var edges []edge
		for i := range int32(n) {
			for j := max(0, i-8); j < i; j++ {
				if !d.t.parted(i, j) {
					edges = append(edges, edge{j, i, 9000})
				}
			}
		}
		got := d.clusters(edges, 2)
		seen := map[int32]uint64{}
		for i := range int32(n) {
			c := got.find(i)
			if seen[c]&d.t.exclusive[i] != 0 {
				t.Fatalf("%d records: cluster %d holds two records of one exclusive source", n, c)
			}
			seen[c] |= d.t.exclusive[i]
		}
		if len(seen) > n/2 {
			t.Errorf("%d records of 3 sources: %d clusters, hardly any joined", n, len(seen))
		}
	}
}

func TestWorkersDoNotMatterToClusters(t *testing.T) {
	records := append(crowdOf(500), crowdOf(70)...)
	d := desked(t, records)
	var edges []edge
	for i := int32(1); int(i) < len(records); i++ {
		if i != 500 {
			edges = append(edges, edge{i - 1, i, Weight(600 + i%7)})
		}
	}
	want := d.clusters(edges, 1)
	for _, workers := range []int{2, 5} {
		if got := d.clusters(edges, workers); !slices.Equal(got, want) {
			t.Errorf("%d workers make other clusters than one", workers)
		}
	}
}

func TestAssignmentIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "n")
		m := rapid.IntRange(n, 6).Draw(t, "m")
		gain := rapid.SliceOfN(rapid.Int64Range(0, 30), n*m, n*m).Draw(t, "gain")
		got, used := int64(0), map[int]bool{}
		for i, j := range assignment(gain, n, m) {
			if used[j] {
				t.Fatalf("column %d is given twice", j)
			}
			used[j] = true
			got += gain[i*m+j]
		}
		if want := bestTotal(gain, n, m, 0, 0); got != want {
			t.Errorf("got a total of %d, want %d", got, want)
		}
	})
}

// bestTotal tries all assignments of rows from i on to columns not in used.
func bestTotal(gain []int64, n, m, i int, used uint) int64 {
	if i == n {
		return 0
	}
	best := int64(0)
	for j := range m {
		if used>>j&1 == 0 {
			best = max(best, gain[i*m+j]+bestTotal(gain, n, m, i+1, used|1<<j))
		}
	}
	return best
}
