package matcher

import (
	"fmt"
	"math"
	"testing"
)

// TestTrainingRecoversTheVillage knows how often each slip was made, how many
// people there are and who lives together, and asks the model for it.
func TestTrainingRecoversTheVillage(t *testing.T) {
	s := usual
	s.households = 2500
	rows, truth := village(s, 1)
	got := learned(t, jobOf(villageSpec(), rows)).Rounds[0].Apart
	within := func(what string, got, least, most float64) {
		t.Helper()
		if !(got >= least && got <= most) {
			t.Errorf("%s: got %.6f, want %.6f to %.6f", what, got, least, most)
		}
	}
	pairs, n := 0.0, float64(len(rows))
	for i := 1; i < len(truth); i++ {
		if truth[i] == truth[i-1] {
			pairs++
		}
	}
	prior := pairs / (n * (n - 1) / 2)
	within("prior", got.Prior, prior*0.93, prior*1.07)
	m := []float64{1 - s.forename, 1 - s.surname, 1 - s.born, 1, 1 - s.move, 1 - s.move, 1, 1}
	for i, c := range got.Comparisons {
		within("m of "+c.Name, c.M[1], m[i]-0.02, m[i]+0.02)
		u := agreeing(rows, truth, i)
		within("u of "+c.Name, c.U[1], u*0.85-1e-6, u*1.05+1e-6)
	}
	kin := func(i int) float64 { return got.Comparisons[i].Kin[relatives][1] }
	within("relatives of one surname", kin(1), 0.85, 1)
	within("relatives of one postcode", kin(4), 0.7, 1)
	within("relatives of one phone", kin(6), s.sharedPhone-0.15, s.sharedPhone+0.05)
	within("relatives of one forename", kin(0), 0, 0.04)
	within("relatives of one birthday", kin(2), 0, 0.03)
}

// agreeing is how often two different people's first records agree.
func agreeing(rows [][]string, truth []int, column int) float64 {
	counts := make(map[string]float64)
	total := 0.0
	for i, r := range rows {
		if i > 0 && truth[i] == truth[i-1] {
			continue
		}
		counts[r[column]]++
		total++
	}
	same := 0.0
	for _, n := range counts {
		same += n * (n - 1)
	}
	return same / (total * (total - 1))
}

// likelihood is the logarithm of how likely the counted patterns are, and of how
// far the parameters are from the belief.
func (e *mixture) likelihood() float64 {
	sum := 0.0
	for _, c := range e.counts {
		match, u := e.s.Prior, 1-e.s.Prior
		kin := [kinds]float64{}
		for k, x := range e.s.Kin {
			kin[k] = x
			u -= x
		}
		for i, x := range e.s.Comparisons {
			if c.p.level(i) == 0 {
				continue
			}
			l := e.levelAt(c.p, i)
			match *= x.M[l]
			u *= x.U[l]
			for k := range x.Kin {
				kin[k] *= x.Kin[k][l]
			}
		}
		for _, x := range kin {
			u += x
		}
		sum += float64(c.n) * math.Log(match+u)
	}
	for i, x := range e.s.Comparisons {
		for l := 1; l < e.levels(i); l++ { // rows, of a forename, are all one
			sum += beliefPairs * e.belief[i][l] * math.Log(x.M[l])
		}
	}
	return sum
}

// mixing begins EM on a village, all pairs that were counted being those there are.
func mixing(spec Spec, seed uint64) *mixture {
	rows, _ := village(usual, seed)
	j := jobOf(spec, rows)
	l := newTableLearner(j.t, j.pairs, 2)
	e := l.mixture(l.counts)
	e.total = 0
	for i := range e.counts {
		e.counts[i].held = 0
		e.total += float64(e.counts[i].n)
	}
	e.begin(j.t.survey(j.pairs).alone(2).comparisons(), j.t.n)
	e.s.Prior = 0.05
	for k := range e.s.Kin {
		e.s.Kin[k] = 0.05
	}
	return e
}

// ungrouped is villageSpec with neither groups, whose rows lean on each other,
// nor e-mail, of which U is learnt too.
func ungrouped() Spec {
	spec := villageSpec()
	spec.Columns = spec.Columns[:7]
	for i := range spec.Columns {
		spec.Columns[i].Group = ""
	}
	return spec
}

// TestLikelihoodNeverFalls: where nothing bounds a parameter, as nobody is
// related and dates are plain codes, each step of EM makes what was seen likelier,
// as theory has it.
func TestLikelihoodNeverFalls(t *testing.T) {
	spec := ungrouped()
	for i := range spec.Columns {
		spec.Columns[i].Shared = false
	}
	spec.Columns[2].Kind = Code
	for seed := range uint64(3) {
		e := mixing(spec, seed+10)
		before := e.likelihood()
		for step := range 25 {
			e.step()
			after := e.likelihood()
			if after < before-1e-9*math.Abs(before) {
				t.Errorf("seed %d, step %d: likelihood fell from %.4f to %.4f", seed, step, before, after)
			}
			before = after
		}
	}
}

// TestRelativesMakeThePairsLikelier: with relatives the steps are bounded by what
// is believed of families, so that one may fall; they settle, and on something
// likelier than they began with and than strangers alone are.
func TestRelativesMakeThePairsLikelier(t *testing.T) {
	alone := ungrouped()
	for i := range alone.Columns {
		alone.Columns[i].Shared = false
	}
	for seed := range uint64(3) {
		bare := mixing(alone, seed+20)
		bare.run()
		e := mixing(ungrouped(), seed+20)
		first := e.likelihood()
		e.run()
		if got := e.likelihood(); !(got > first && got > bare.likelihood()) {
			t.Errorf("seed %d: likelihood got %.1f, want more than %.1f at first and %.1f without relatives",
				seed, got, first, bare.likelihood())
		}
		if moved := e.step(); moved > 0.01 {
			t.Errorf("seed %d: after all steps the prior still moves by %.4f", seed, moved)
		}
	}
}

// TestPosteriorSharesOutAPair: what a pair may be adds up to no more than it.
func TestPosteriorSharesOutAPair(t *testing.T) {
	rows, _ := village(usual, 5)
	j := jobOf(villageSpec(), rows)
	l := newTableLearner(j.t, j.pairs, 2)
	e := l.mixture(l.counts)
	e.begin(j.t.survey(j.pairs).alone(2).comparisons(), j.t.n)
	e.run()
	for _, c := range e.counts {
		sum, kin := e.posterior(c.p)
		least := sum
		for _, x := range kin {
			sum += x
			least = min(least, x)
		}
		if !(least >= 0 && sum <= 1+1e-9) {
			t.Fatalf("pattern %x: match and kin %v make %v", c.p, kin, sum)
		}
	}
}

// TestLabelsMoveM: pairs that a person called the same, all with another surname,
// make another surname likelier among records of one person.
func TestLabelsMoveM(t *testing.T) {
	rows, truth := village(usual, 6)
	j := jobOf(villageSpec(), rows)
	before := learned(t, j).Rounds[0].Apart.Comparisons[1].M
	var labels []Label
	for i := 1; i < len(rows); i++ {
		if truth[i] == truth[i-1] && rows[i][1] != rows[i-1][1] {
			labels = append(labels, Label{A: int32(i - 1), B: int32(i), Same: true})
		}
	}
	after := learned(t, j, labels...).Rounds[0].Apart.Comparisons[1].M
	if len(labels) < 10 || !(after[1] < before[1]) {
		t.Errorf("%d labels: m of one surname got %.4f, want less than %.4f", len(labels), after[1], before[1])
	}
	var same []Label
	for i := 1; i < len(rows); i++ {
		if truth[i] == truth[i-1] && rows[i][1] == rows[i-1][1] {
			same = append(same, Label{A: int32(i - 1), B: int32(i), Same: true})
		}
	}
	if more := learned(t, j, same...).Rounds[0].Apart.Comparisons[1].M; !(more[1] > before[1]) {
		t.Errorf("m of one surname got %.4f, want more than %.4f", more[1], before[1])
	}
}

// TestBlendIsADistribution: with whatever counts, the levels' probabilities add
// up to 1 and none is 0.
func TestBlendIsADistribution(t *testing.T) {
	for _, n := range [][]float64{{0, 0, 0, 0}, {9, 0, 0, 7}, {0, 1e9, 0, 0}, {5, 1e-9, 3, 2}} {
		got := blend(nil, n, []float64{1, 0.7, 0.2, 0.1})
		sum := got[1] + got[2] + got[3]
		if math.Abs(sum-1) > 1e-6 || min(got[1], got[2], got[3]) <= 0 || got[0] != 1 {
			t.Errorf("%v: got %v", n, fmt.Sprint(got))
		}
	}
}
