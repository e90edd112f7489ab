package evaluate

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func near(t rapid.TB, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func nearScore(t rapid.TB, what string, got, want Score) {
	t.Helper()
	near(t, what+" precision", got.Precision, want.Precision)
	near(t, what+" recall", got.Recall, want.Recall)
	near(t, what+" F1", got.F1, want.F1)
}

// clustering draws a clustering of n records.
func clustering(n int) *rapid.Generator[[]int32] {
	return rapid.SliceOfN(rapid.Int32Range(0, 6), n, n)
}

// brutePairs counts over all pairs of records.
func brutePairs(found, truth []int32) (right, claimed, actual float64) {
	for i := range found {
		for j := range i {
			f, t := found[i] == found[j], truth[i] == truth[j]
			if f {
				claimed++
			}
			if t {
				actual++
			}
			if f && t {
				right++
			}
		}
	}
	return right, claimed, actual
}

func bruteBCubed(found, truth []int32) Score {
	var p, r float64
	for i := range found {
		var both, f, t float64
		for j := range found {
			if found[i] == found[j] {
				f++
			}
			if truth[i] == truth[j] {
				t++
			}
			if found[i] == found[j] && truth[i] == truth[j] {
				both++
			}
		}
		p += both / f
		r += both / t
	}
	n := float64(len(found))
	return harmonic(p/n, r/n)
}

// bruteExact counts the clusters that are the same set on both sides.
func bruteExact(found, truth []int32) float64 {
	sets := func(of []int32) map[string]bool {
		members := make(map[int32]string)
		for i, c := range of {
			members[c] += fmt.Sprint(i, " ")
		}
		out := make(map[string]bool)
		for _, m := range members {
			out[m] = true
		}
		return out
	}
	a, b, n := sets(found), sets(truth), 0.0
	for s := range a {
		if b[s] {
			n++
		}
	}
	return n
}

func TestMeasureAgreesWithBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		found, truth := clustering(n).Draw(t, "found"), clustering(n).Draw(t, "truth")
		m := Measure(found, truth)
		right, claimed, actual := brutePairs(found, truth)
		nearScore(t, "pairwise", m.Pairwise, score(right, claimed, actual))
		nearScore(t, "B3", m.BCubed, bruteBCubed(found, truth))
		nearScore(t, "exact", m.Exact, score(bruteExact(found, truth), float64(m.Found), float64(m.True)))
		back := Measure(truth, found)
		near(t, "mirrored homogeneity", m.Homogeneity, back.Completeness)
		near(t, "mirrored V", m.V, back.V)
		near(t, "mirrored Rand", m.AdjustedRand, back.AdjustedRand)
		if got, want := m.OverMerged, back.UnderMerged; got != want {
			t.Errorf("mirrored merges: got %d, want %d", got, want)
		}
		same := Measure(truth, truth)
		for _, x := range []float64{same.Pairwise.F1, same.BCubed.F1, same.Exact.F1, same.V, same.AdjustedRand} {
			near(t, "of the truth itself", x, 1)
		}
	})
}

// TestMeasureByHand uses the example of Manning, Raghavan & Schütze 2008, §16.3.
func TestMeasureByHand(t *testing.T) {
	found := []int32{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2}
	truth := []int32{0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 2, 0, 0, 2, 2, 2}
	m := Measure(found, truth)
	if got, want := [3]int64{m.RightPairs, m.FoundPairs, m.TruePairs}, [3]int64{20, 40, 44}; got != want {
		t.Errorf("pairs: got %v, want %v", got, want)
	}
	if got, want := m.OverMerged, 3; got != want {
		t.Errorf("over-merged: got %d, want %d", got, want)
	}
	if got, want := math.Round(m.V*1000)/1000, 0.365; math.Abs(got-want) > 0.01 {
		t.Errorf("V: got %v, want %v", got, want)
	}
}

// components connects the pairs at or above a threshold, the slow way.
func components(n int, scored []Pair, threshold float64) []int32 {
	of := make([]int32, n)
	for i := range of {
		of[i] = int32(i)
	}
	for range n {
		for _, p := range scored {
			if p.Probability >= threshold {
				low := min(of[p.A], of[p.B])
				of[p.A], of[p.B] = low, low
			}
		}
	}
	return of
}

func drawPairs(t *rapid.T, n int) []Pair {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Pair {
		a, b := rapid.Int32Range(0, int32(n-1)).Draw(t, "a"), rapid.Int32Range(0, int32(n-2)).Draw(t, "b")
		if b >= a {
			b++
		}
		return Pair{A: min(a, b), B: max(a, b), Probability: float64(rapid.IntRange(0, 20).Draw(t, "p")) / 20}
	}), 0, 40).Draw(t, "pairs")
}

func TestSweepAgreesWithMeasure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 20).Draw(t, "n")
		truth := clustering(n).Draw(t, "truth")
		scored := once(drawPairs(t, n))
		thresholds := []float64{0.5, 0, 1, 0.95, 0.3}
		curve := Sweep(scored, truth, thresholds)
		for i, th := range thresholds {
			want := Measure(components(n, scored, th), truth)
			got := curve.Points[i]
			nearScore(t, "pairwise", got.Pairwise, want.Pairwise)
			nearScore(t, "B3", got.BCubed, want.BCubed)
			if got.Largest != int64(want.Largest) {
				t.Errorf("largest: got %d, want %d", got.Largest, want.Largest)
			}
			if got.Pairwise.F1 > curve.BestPairwise.Pairwise.F1+1e-12 && got.Edges > 0 {
				t.Errorf("the best of %v is worse than %v", curve.BestPairwise, got)
			}
		}
	})
}

func TestGroupsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 25).Draw(t, "n")
		found, truth := clustering(n).Draw(t, "found"), clustering(n).Draw(t, "truth")
		group := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), n, n).Draw(t, "group")
		names := []string{"0", "1", "2", "3", "4", "5", "6"}
		g := ByGroup("g", group, found, truth, names, 1)
		records, actual := 0, 0.0
		for _, one := range g.Groups {
			records += one.Records
			actual += one.TruePairs
			if one.F1.Low > one.F1.High {
				t.Errorf("interval %v is the wrong way round", one.F1)
			}
		}
		_, _, want := brutePairs(found, truth)
		near(t, "true pairs", actual, want)
		if records != n {
			t.Errorf("records: got %d, want %d", records, n)
		}
		// turning the records round changes nothing
		slices.Reverse(found)
		slices.Reverse(truth)
		slices.Reverse(group)
		if diff := gocmp.Diff(g, ByGroup("g", group, found, truth, names, 1)); diff != "" {
			t.Errorf("the order of records matters: %s", diff)
		}
	})
}

func TestOneGroupIsAll(t *testing.T) {
	found, truth := []int32{0, 0, 0, 1, 2}, []int32{0, 0, 1, 1, 2}
	g := ByGroup("g", make([]string, 5), found, truth, []string{"x", "y", "z"}, 1)
	want := Measure(found, truth).Pairwise
	near(t, "F1", g.Groups[0].F1.Value, want.F1)
	near(t, "precision", g.Groups[0].Precision.Value, want.Precision)
}

func TestCalibrate(t *testing.T) {
	truth := []int32{0, 0, 1, 1}
	scored := []Pair{{0, 1, 0.75}, {0, 2, 0.75}, {2, 3, 1}, {1, 2, 0}}
	c := Calibrate(scored, truth)
	near(t, "ECE", c.ECE, 0.5/4)
	near(t, "band ECE", c.BandECE, 0.25)
	near(t, "Brier", c.Brier, (0.0625+0.5625)/4)
	if got, want := c.BandPairs, 2; got != want {
		t.Errorf("pairs in the band: got %d, want %d", got, want)
	}
	n := 0
	for _, b := range c.Bins {
		n += b.Pairs
		if b.Low > b.True || b.High < b.True {
			t.Errorf("the share is outside its interval: %+v", b)
		}
	}
	if n != len(scored) {
		t.Errorf("pairs in bins: got %d, want %d", n, len(scored))
	}
}

func TestReadClusters(t *testing.T) {
	tests := []struct {
		name, text string
		want       []int32
		fails      string
	}{
		{name: "ours", text: "record_id,cluster_id\na,1\nb,1\nc,2\n", want: []int32{0, 0, 1}},
		{name: "Splink's", text: "cluster_id,source_dataset,unique_id,other\nx,t,1,\nx,u,1,\n", want: []int32{0, 0}},
		{name: "marks and semicolons", text: "\ufeffRecord ID;Person-ID\r\n1;p\r\n2;q\r\n", want: []int32{0, 1}},
		{name: "names unknown", text: "foo,bar\n1,p\n2,p\n", want: []int32{0, 0}},
		{name: "blank clusters are apart", text: "id,cluster\n1,\n2,\n", want: []int32{0, 1}},
		{name: "twice", text: "id,cluster\n1,p\n1,q\n", fails: "line 3"},
		{name: "no id", text: "id,cluster\n,p\n", fails: "line 2"},
		{name: "one column", text: "whatever\n1\n", fails: "header"},
		{name: "empty", text: " \n", fails: "empty"},
		{name: "ragged", text: "id,cluster\n1,p,3\n", fails: "line 2"},
		{name: "Parquet", text: "PAR1....", fails: "Parquet"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := ReadClusters(strings.NewReader(test.text))
			if test.fails != "" {
				if err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Errorf("got %v, want an error with %q", err, test.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(c.Of, test.want); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadPairs(t *testing.T) {
	labels := "unique_id_l,source_dataset_l,unique_id_r,source_dataset_r,clerical_match_score\n0,f,1,f,1.0\n0,f,2,g,0\n"
	got, err := ReadPairs(strings.NewReader(labels))
	want := []ScoredPair{{Key{"f", "0"}, Key{"f", "1"}, 1}, {Key{"f", "0"}, Key{"g", "2"}, 0}}
	if diff := gocmp.Diff(got, want); diff != "" || err != nil {
		t.Error(diff, err)
	}
	got, err = ReadPairs(strings.NewReader("id_1,id_2,match_weight\na,b,0\n"))
	if err != nil || len(got) != 1 || got[0].Probability != 0.5 {
		t.Errorf("weight 0: got %v %v, want 0.5", got, err)
	}
	for _, bad := range []string{"a,b\n1,2\n", "id_1,id_2,probability\n1,2,1.5\n", "id_1,id_2,probability\n1,2,NaN\n", "id_1,id_2,probability\n1,2,x\n"} {
		if _, err := ReadPairs(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func read(t *testing.T, text string, groups ...string) *Clusters {
	t.Helper()
	c, err := ReadClusters(strings.NewReader(text), groups...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEvaluate(t *testing.T) {
	found := read(t, "record_id,cluster_id\n1,a\n2,a\n3,b\n9,b\n")
	truth := read(t, "record_id,cluster_id,origin\n1,x,p\n2,x,p\n3,y,q\n4,y,q\n", "origin")
	pairs := []ScoredPair{{Key{ID: "2"}, Key{ID: "1"}, 0.99}, {Key{ID: "1"}, Key{ID: "2"}, 0.98}, {Key{ID: "3"}, Key{ID: "8"}, 0.5}, {Key{ID: "3"}, Key{ID: "4"}, 0.4}}
	labels := []ScoredPair{{Key{ID: "1"}, Key{ID: "2"}, 1}, {Key{ID: "2"}, Key{ID: "3"}, 0}, {Key{ID: "3"}, Key{ID: "77"}, 0}}
	r, err := Evaluate(Input{Found: found, Truth: truth, Pairs: pairs, Labels: labels})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := [3]int{r.OnlyFound, r.OnlyTruth, r.StrayPairs}, [3]int{1, 1, 1}; got != want {
		t.Errorf("strays: got %v, want %v", got, want)
	}
	near(t, "clusters", r.Clusters.Pairwise.F1, 1)
	near(t, "edge recall at 0.95", r.Edges.Edge.Recall, 0.5)
	near(t, "best", r.Curve.BestEdge.Threshold, 0.4)
	near(t, "labels", r.Labels.Clusters.F1, 1)
	if got, want := r.Labels.Stray, 1; got != want {
		t.Errorf("stray labels: got %d, want %d", got, want)
	}
	var b bytes.Buffer
	if err := r.Text(&b); err != nil || !strings.Contains(b.String(), "gap") {
		t.Errorf("text: %v\n%s", err, b.String())
	}
}

func TestEvaluateRefuses(t *testing.T) {
	one := read(t, "id,cluster\n1,a\n")
	other := read(t, "id,cluster\n2,a\n")
	twice := read(t, "id,cluster,source\n1,a,s\n1,a,t\n")
	tests := []struct {
		name string
		in   Input
		want string
	}{
		{"nothing", Input{}, "nothing to measure"},
		{"no truth", Input{Found: one}, "against"},
		{"strangers", Input{Found: one, Truth: other}, "no record"},
		{"empty", Input{Found: &Clusters{}, Truth: one}, "empty"},
		{"ids of two sources", Input{Found: twice, Truth: one}, "source"},
		{"threshold", Input{Found: one, Truth: one, Threshold: 2}, "threshold"},
		{"not a number", Input{Found: one, Truth: one, Thresholds: []float64{math.NaN()}}, "threshold"},
		{"across without sources", Input{Found: one, Truth: one, Across: true}, "source"},
	}
	for _, test := range tests {
		if _, err := Evaluate(test.in); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.want)
		}
	}
}

func TestAcrossSources(t *testing.T) {
	truth := read(t, "id,cluster,source\n1,a,s.csv\n2,a,s.csv\n1,a,t.csv\n")
	pairs := []ScoredPair{{Key{"s", "1"}, Key{"t", "1"}, 1}, {Key{"s", "2"}, Key{"t", "1"}, 1}}
	r, err := Evaluate(Input{Truth: truth, Pairs: pairs, Across: true})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "edge recall", r.Edges.Edge.Recall, 1)
}

func TestAddTwice(t *testing.T) {
	var c Clusters
	for i, want := range []error{nil, ErrTwice} {
		if got := c.Add(Key{ID: "1"}, "a"); !errors.Is(got, want) {
			t.Errorf("%d: got %v, want %v", i, got, want)
		}
	}
}

func FuzzReadClusters(f *testing.F) {
	f.Add("record_id,cluster_id\na,1\n")
	f.Add("a;b\n\"1;2\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ReadClusters(strings.NewReader(text))
		if err == nil && len(c.Of) != len(c.keys) {
			t.Errorf("%d clusters for %d records", len(c.Of), len(c.keys))
		}
		_, _ = ReadPairs(strings.NewReader(text))
	})
}
