package quality

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// guessed is a linkage of which the truth is known: clusters of two and three
// records whose pairs are true with the probabilities drawn, bent by factor on
// the odds, and pairs left apart.
func guessed(r *rand.Rand, factor float64) (in Input, precision, recall float64) {
	var pairs []Pair
	record := func(cluster int32) int32 {
		in.Cluster = append(in.Cluster, cluster)
		return int32(len(in.Cluster) - 1)
	}
	cluster := int32(0)
	linked, right, all := 0.0, 0.0, 0.0
	claim := func(p float64) bool {
		odds := p / (1 - p) * factor
		return r.Float64() < odds/(1+odds)
	}
	for range 2000 {
		a, b := record(cluster), record(cluster)
		p := 1 - 0.15*r.Float64()*r.Float64()
		rules := 1 + uint32(r.IntN(3)) // by either rule or both
		pairs = append(pairs, Pair{A: a, B: b, Probability: p, Rules: rules})
		linked++
		if claim(min(p, 0.9985)) {
			right, all = right+1, all+1
		}
		cluster++
		if r.IntN(3) == 0 { // a pair left apart
			a, b := record(cluster), record(cluster+1)
			p := 0.8 * r.Float64() * r.Float64()
			pairs = append(pairs, Pair{A: a, B: b, Probability: p, Rules: rules})
			if claim(p) {
				all++
			}
			cluster += 2
		}
	}
	in.Pairs = slices.Values(pairs)
	// Three parts of which two agree in most true pairs: nothing is lost.
	in.Rules = []Rule{{Name: "x", Parts: []Part{{Name: "a", Column: "a"}}}, {Name: "y", Parts: []Part{{Name: "b", Column: "b"}}}}
	return in, right / linked, right / all
}

func TestIntervalsHoldTheTruth(t *testing.T) {
	for _, factor := range []float64{0.6, 1, 1.7} {
		r := rand.New(rand.NewPCG(11, 3))
		const worlds = 60
		held := 0
		for range worlds {
			in, precision, _ := guessed(r, factor)
			if v := Judge(in); v.Precision.Low <= precision && precision <= v.Precision.High {
				held++
			}
		}
		if held < 54 {
			t.Errorf("odds out by %.1f: %d of %d intervals hold the precision, want 54", factor, held, worlds)
		}
	}
}

func TestLabelsCorrectTheClaims(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	in, precision, _ := guessed(r, 0.1) // claims are far too bold
	var labels []Label
	for p := range in.Pairs {
		if in.Cluster[p.A] == in.Cluster[p.B] && r.IntN(4) == 0 {
			odds := min(p.Probability, 0.9985) / (1 - min(p.Probability, 0.9985)) * 0.1
			labels = append(labels, Label{p.A, p.B, r.Float64() < odds/(1+odds)})
		}
	}
	before := Judge(in)
	in.Labels = labels
	after := Judge(in)
	if before.Precision.Low <= precision {
		t.Errorf("without labels the interval begins at %.3f, not above the truth %.3f: the test tests nothing", before.Precision.Low, precision)
	}
	if after.Precision.Low > precision || after.Precision.High < precision {
		t.Errorf("with %d labels got %+v, want an interval that holds %.3f", len(labels), after.Precision, precision)
	}
	if c := after.Calibration; c.ECE < 0.05 || c.Labels != int64(len(labels)) {
		t.Errorf("got calibration error %.3f of %d labels, want one of 0.05 or more of %d", c.ECE, c.Labels, len(labels))
	}
}

func TestLight(t *testing.T) {
	b := DefaultBar
	for _, c := range []struct {
		precision, recall Interval
		want              Light
		below             bool
	}{
		{Interval{0.97, 0.98, 0.99}, Interval{0.9, 0.95, 0.99}, Green, false},
		{Interval{0.97, 0.98, 0.99}, Interval{0.8, 0.95, 0.99}, Amber, false},
		{Interval{0.97, 0.98, 0.99}, Interval{0.8, 0.88, 0.99}, Amber, true},
		{Interval{0.97, 0.98, 0.99}, Interval{0.2, 0.37, 0.6}, Red, true},
		{Interval{0.3, 0.5, 0.6}, Interval{0.9, 0.95, 0.99}, Red, true},
	} {
		v := &Verdict{Precision: c.precision, Recall: c.recall}
		if got := light(v, b); got != c.want || v.Below(b) != c.below {
			t.Errorf("%+v: got %s, below %v; want %s, %v", c, got, v.Below(b), c.want, c.below)
		}
	}
}

// A table with nothing to say must get an answer all the same.
func TestNothing(t *testing.T) {
	none := slices.Values([]Pair(nil))
	for _, in := range []Input{
		{Pairs: none},
		{Pairs: none, Cluster: []int32{0}},
		{Pairs: none, Cluster: []int32{0, 0, 0}, Node: []int32{0, 0, 0}, Rules: []Rule{{Name: "a"}}},
		{Pairs: slices.Values([]Pair{{A: 0, B: 1, Probability: 1, Rules: 1}}), Cluster: []int32{0, 0}, Rules: []Rule{{Name: "a"}}},
	} {
		v := Judge(in)
		for _, x := range []Interval{v.Precision, v.Recall, v.BlockingLoss} {
			if !(0 <= x.Low && x.Low <= x.Estimate && x.Estimate <= x.High && x.High <= 1) {
				t.Errorf("got %+v, want three ascending numbers within 0–1", x)
			}
		}
		if len(v.Sentences) == 0 || v.Light == "" {
			t.Errorf("got %+v, want a light and sentences", v)
		}
	}
}

func TestQuestionsAreSpread(t *testing.T) {
	var pairs []Pair
	in := Input{}
	for i := range int32(200) {
		in.Cluster = append(in.Cluster, 2*i, 2*i+1)
		p := Pair{A: 2 * i, B: 2*i + 1, Probability: 0.5, Rules: 1, Pattern: 7}
		if i >= 100 {
			p.Probability, p.Pattern = 0.3, uint64(i%10)
		}
		pairs = append(pairs, p)
	}
	in.Pairs = slices.Values(pairs)
	v := Judge(in)
	patterns := map[uint64]int{}
	for _, q := range v.Ask {
		patterns[pairs[q[0]/2].Pattern]++
	}
	if len(v.Ask) != 20 || len(patterns) < 8 {
		t.Errorf("got %d questions of %d patterns, want 20 of 8 or more", len(v.Ask), len(patterns))
	}
}
