package report

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// near compares what was drawn, to a tenth of a unit, with what it should be.
func near(got num, want float64) bool { return math.Abs(float64(got)-want) <= 0.11 }

func ofClass(d *drawing, class string) (out []shape) {
	for _, s := range d.Shapes {
		if s.Class == class {
			out = append(out, s)
		}
	}
	return out
}

func TestHistogramDrawsTheCounts(t *testing.T) {
	bins := []Bin{{-10, -5, 99_999, 0.4}, {-5, 0, 0, -1}, {0, 5, 9, 4}, {5, 10, 99, 98.5}}
	d := histogram(bins, 4.25)
	const base, unit = 185.0, (185.0 - 34) / 5 // the axis reaches 10⁵
	var got, want []float64
	for _, s := range ofClass(d, "rest") {
		got = append(got, math.Round((base-float64(s.Y))/unit*100)/100)
	}
	for _, b := range bins {
		if b.Pairs > 0 {
			want = append(want, math.Log10(1+float64(b.Pairs)))
		}
	}
	for i := range want {
		if i >= len(got) || math.Abs(got[i]-want[i]) > 0.02 {
			t.Fatalf("bars reach 10 to the power of %v, want %v", got, want)
		}
	}
	if one := ofClass(d, "one"); len(one) != 3 {
		t.Errorf("%d bars of expected pairs, want 3", len(one))
	}
	if at := ofClass(d, "threshold"); len(at) != 1 || !near(at[0].X, 46+304*14.25/20) {
		t.Errorf("threshold drawn at %v", at)
	}
}

func TestReliabilityDrawsTheShares(t *testing.T) {
	bins := []CalibrationBin{{0, 0.5, 10, 0.25, Estimate{true, 0.5, 0.2, 0.8}}, {0.5, 1, 10, 0.75, Estimate{true, 1, 1, 1}}}
	d := reliability(bins)
	dots := ofClass(d, "point")
	if len(dots) != 2 || !near(dots[0].X, 46+300*0.25) || !near(dots[0].Y, 255-221*0.5) || !near(dots[1].Y, 34) {
		t.Errorf("points drawn at %v", dots)
	}
	if w := ofClass(d, "whisker"); len(w) != 3 || !near(w[0].Y, 255-221*0.2) || !near(w[0].H, 255-221*0.8) {
		t.Errorf("interval drawn as %v, want one, from 0.2 to 0.8", w)
	}
}

func TestThresholdChartDrawsTheRates(t *testing.T) {
	lines := []series{{"precision", "s1", []point{{0, 0.6}, {10, 1}}}, {"recall", "s2", []point{{0, 0.9}, {10, 0.7}}}}
	d := thresholdChart("id", "title", lines, 5)
	want := map[string]string{
		"s1": "M46 " + at(205-171*0.2) + "L350 34",
		"s2": "M46 " + at(205-171*0.8) + "L350 " + at(205-171*0.4),
	}
	for class, path := range want {
		if got := ofClass(d, class); len(got) != 1 || got[0].D != path {
			t.Errorf("%s is drawn as %v, want %s", class, got, path)
		}
	}
}

func at(v float64) string { return num(v).String() }

func TestWaterfallAddsUp(t *testing.T) {
	p := &Pair{Prior: -10, Parts: []Part{{"a", "same", 12}, {"b", "near", 6}, {"c", "different", -3}}, Weight: 5, Probability: 0.97}
	d := waterfall("id", p, 4, 10)
	x := scale{-11, 9, 4, 306}
	widths := map[string][]float64{}
	for _, class := range []string{"for", "against", "total"} {
		for _, s := range ofClass(d, class) {
			widths[class] = append(widths[class], math.Round(float64(s.W)/(x.at(1)-x.at(0))*10)/10)
		}
	}
	if !slices.Equal(widths["for"], []float64{12, 6}) || !slices.Equal(widths["against"], []float64{10, 3}) || !slices.Equal(widths["total"], []float64{5}) {
		t.Errorf("bars are wide %v bits", widths)
	}
	var values []string
	for _, s := range ofClass(d, "value") {
		values = append(values, s.Text)
	}
	if got, want := strings.Join(values, " "), "−10.0 +12.0 +6.0 −3.0 +5.0"; got != want {
		t.Errorf("values %s, want %s", got, want)
	}
	short := steps(p, 1)
	if got := short[2]; got.name != "2 more" || got.to != 5 {
		t.Errorf("parts left out are drawn as %+v, want 2 more up to 5", got)
	}
}

func TestGraphKeepsWithinItsFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 30).Draw(t, "records")
		var c Cluster
		for range rapid.IntRange(0, 60).Draw(t, "pairs") {
			c.Edges = append(c.Edges, Edge{A: rapid.IntRange(-1, 31).Draw(t, "a"), B: rapid.IntRange(-1, 31).Draw(t, "b"),
				Weight: rapid.Float64Range(-30, 30).Draw(t, "weight")})
		}
		places := arrange(n, c.Edges)
		if !slices.Equal(places, arrange(n, c.Edges)) {
			t.Fatal("equal clusters are drawn differently")
		}
		for _, p := range places {
			if !(p.x >= 24 && p.x <= 336 && p.y >= 24 && p.y <= 236) {
				t.Fatalf("record drawn at %v", p)
			}
		}
		nodes := 0
		for _, s := range graph("id", &c, n, 4).Shapes {
			if s.Class == "node" {
				nodes++
			}
		}
		if nodes != n {
			t.Fatalf("%d records drawn, want %d", nodes, n)
		}
	})
}

func TestGraphSaysWhichPairsHold(t *testing.T) {
	for _, c := range []struct {
		edge Edge
		want string
	}{
		{Edge{Weight: 3.9}, "edge weak"}, {Edge{Weight: 4}, "edge"}, {Edge{Weight: 14}, "edge strong"}, {Edge{Weight: 5, Bridge: true}, "edge bridge"},
	} {
		if got := edgeClass(c.edge, 4); got != c.want {
			t.Errorf("pair of weight %v: %q, want %q", c.edge.Weight, got, c.want)
		}
	}
	all := []Edge{{A: 0, B: 1, Weight: 9}, {A: 1, B: 2, Weight: 2, Bridge: true}, {A: 0, B: 9, Weight: 99}, {A: 0, B: 2, Weight: math.NaN()}, {A: 3, B: 2, Weight: 11}}
	got := strongest(all, 4, 2)
	if len(got) != 2 || !got[0].Bridge || got[1].Weight != 11 {
		t.Errorf("strongest: %v, want the bridge, then that of 11", got)
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		s    scale
		n    int
		want string
	}{
		{scale{lo: 0, hi: 1}, 5, "0 0.2 0.4 0.6 0.8 1"}, {scale{lo: -28, hi: 34}, 6, "-20 0 20"}, {scale{lo: 0.95, hi: 1}, 5, "0.95 0.96 0.97 0.98 0.99 1"},
		{scale{lo: 3, hi: 3}, 5, "3"}, {scale{lo: 0, hi: math.Inf(1)}, 5, "0"},
	} {
		var got []string
		for _, v := range c.s.ticks(c.n) {
			got = append(got, strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("ticks of %v: %v, want %s", c.s, got, c.want)
		}
	}
}

func TestBlockingBarsFollowTheRules(t *testing.T) {
	b := &Blocking{Rules: []Rule{{Name: "a", Pairs: 30, New: 30}, {Name: "b", Pairs: 50, New: 10}}}
	got := rules(b, usual)
	if got[1].Sum != "40" || got[1].Bar[1].W != 75 || got[1].Bar[2].X != 75 || got[1].Bar[2].W != 25 {
		t.Errorf("second rule: sum %s, bar %v; want 40, and a quarter after three", got[1].Sum, got[1].Bar)
	}
}

func TestWeightBarFollowsTheWeight(t *testing.T) {
	s := scale{-5, 15, 0, 100}
	if got := weightBar(s, 10)[1]; got != (mark{"for", 25, 2, 50, 6}) {
		t.Errorf("bar of +10: %v", got)
	}
	if got := weightBar(s, -5)[1]; got != (mark{"against", 0, 2, 25, 6}) {
		t.Errorf("bar of -5: %v", got)
	}
}
