package matcher

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestAgainstIsTheSumOfOdds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for range 20_000 {
		a, b := Weight(r.IntN(60_000)-30_000), Weight(r.IntN(60_000)-30_000)
		want := -1000 * math.Log2(math.Exp2(-a.Bits())+math.Exp2(-b.Bits()))
		if got := against(a, b); math.Abs(float64(got)-want) > 2 || got != against(b, a) {
			t.Fatalf("against(%d, %d): got %d, want %.1f either way", a, b, got, want)
		}
	}
}

// drawSpec is any columns of a table, in any order, in groups or not.
func drawSpec(t *rapid.T) (Spec, []int) {
	all := villageSpec().Columns
	order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(t, "order")
	order = order[:rapid.IntRange(2, 8).Draw(t, "columns")]
	var spec Spec
	for _, i := range order {
		c := all[i]
		c.Group = rapid.SampledFrom([]string{"", "", c.Group, "given", placeGroup}).Draw(t, "group")
		c.Shared = rapid.Bool().Draw(t, "shared")
		c.Frequent = rapid.Bool().Draw(t, "frequent")
		spec.Columns = append(spec.Columns, c)
	}
	return spec, order
}

// pick takes columns of rows.
func pick(rows [][]string, columns []int) [][]string {
	out := make([][]string, len(rows))
	for i, r := range rows {
		for _, c := range columns {
			out[i] = append(out[i], r[c])
		}
	}
	return out
}

// TestJudgeIsTheWholeWeight: judging a pair with a floor gives what weighing it
// whole gives, and drops no pair that weighs the floor, whatever the columns.
func TestJudgeIsTheWholeWeight(t *testing.T) {
	s := usual
	s.households = 25
	s.blank = 0.2
	rows, _ := village(s, 7)
	for i, r := range rows {
		switch i % 7 {
		case 1:
			r[0], r[1] = r[1], r[0]
		case 2:
			r[1] += "/" + rows[i-1][1]
		case 3:
			r[4] += "/" + rows[i-1][4]
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		spec, columns := drawSpec(t)
		j := jobOf(spec, pick(rows, columns))
		m, err := j.train(t.Context(), Options{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		s := newScorer(j.t, m, 0)
		c := j.t.comparer()
		floors := []Weight{-20_000, keptWeight, 0, 3170, 12_000}
		var pairs []uint64
		for a := range int32(j.t.n) {
			for b := range a {
				pairs = append(pairs, uint64(b)<<(nodeBits+ruleBits)|uint64(a)<<ruleBits)
			}
		}
		for _, floor := range floors {
			want := make(map[uint64]Weight)
			for _, w := range pairs {
				a, b, _ := pairOf(w)
				if v := s.tableWeight(c.pattern(a, b), a, b); v >= floor {
					want[w] = v
				}
			}
			got := make([]map[uint64]Weight, chunks)
			s.judge(pairs, floor, 2, func(part int, w uint64, v Weight) {
				if got[part] == nil {
					got[part] = make(map[uint64]Weight)
				}
				got[part][w] = v
			})
			all := make(map[uint64]Weight)
			for _, m := range got {
				maps.Copy(all, m)
			}
			if !maps.Equal(all, want) {
				t.Fatalf("%v: floor %d: got %d pairs or other weights, want %d", spec.Columns, floor, len(all), len(want))
			}
		}
	})
}

// TestTableWeightIsSymmetric: the two records of a pair may change places, of
// several values in a cell too.
func TestTableWeightIsSymmetric(t *testing.T) {
	rows, _ := village(usual, 8)
	for i, r := range rows {
		if i > 0 && i%3 == 0 {
			r[0] += "/" + rows[i-1][0]
			r[1] = rows[i-1][1] + "/" + r[1]
			r[4] = rows[i-1][4] + "/" + r[4]
			r[5] += "/" + rows[i-1][5]
		}
	}
	j := jobOf(villageSpec(), rows)
	s := newScorer(j.t, learned(t, j), 0)
	c := j.t.comparer()
	for _, w := range j.pairs {
		a, b, _ := pairOf(w)
		x, y := s.tableWeight(c.pattern(a, b), a, b), s.tableWeight(c.pattern(b, a), b, a)
		if x != y {
			t.Fatalf("pair %d, %d (%v; %v): got %d one way and %d the other", a, b, rows[a], rows[b], x, y)
		}
	}
}

// everyKind has a column of each kind that tables use.
func everyKind() (Spec, [][]string) {
	spec := villageSpec()
	spec.Columns = append(spec.Columns, ColumnSpec{Name: "number", Kind: Identifier},
		ColumnSpec{Name: "house", Kind: Number, Group: placeGroup, Shared: true},
		ColumnSpec{Name: "town", Kind: Text, Frequent: true, Group: placeGroup, Shared: true},
		ColumnSpec{Name: "point", Kind: Point, Group: placeGroup, Shared: true},
		ColumnSpec{Name: "lists", Kind: Keys})
	s := usual
	s.households = 200
	rows, truth := village(s, 9)
	c := chance(3)
	for i, r := range rows {
		rows[i] = append(r, "N"+[]string{"A", "B"}[c.below(2)]+r[2], fmt.Sprint(1+c.below(90)), "TOWN OF "+r[1], "50.5000,-3."+[]string{"1", "2", "35"}[c.below(3)],
			"L"+r[4]+"/L"+string(rune('A'+truth[i]%20)))
	}
	return spec, rows
}

func TestJudgingDoesNotAllocate(t *testing.T) {
	spec, rows := everyKind()
	for i, r := range rows {
		if i%2 == 0 {
			r[1] += "/" + rows[i/2][1]
		}
	}
	j := jobOf(spec, rows)
	s := newScorer(j.t, learned(t, j), 0)
	c := j.t.comparer()
	for _, floor := range []Weight{-1 << 20, keptWeight, 0} {
		l := s.lot(c, floor)
		if n := testing.AllocsPerRun(2, func() {
			for some := j.pairs; len(some) > 0; some = some[min(lotSize, len(some)):] {
				l.judge(some[:min(lotSize, len(some))])
			}
		}); n != 0 {
			t.Errorf("floor %d: %v allocations in judging %d pairs, want 0", floor, n, len(j.pairs))
		}
	}
	a, b, _ := pairOf(j.pairs[0])
	p := c.pattern(a, b)
	if n := testing.AllocsPerRun(100, func() { s.tableWeight(p, a, b) }); n != 0 {
		t.Errorf("%v allocations in weighing a pair, want 0", n)
	}
}

// TestTableReasonsAddUp: the parts shown are the weight, of every kept pair.
func TestTableReasonsAddUp(t *testing.T) {
	rows, _ := village(usual, 10)
	_, l := found(t, tableInput(villageSpec(), rows), Options{})
	if len(l.Pairs) < 500 {
		t.Fatalf("%d pairs, want 500 or more", len(l.Pairs))
	}
	for _, p := range l.Pairs {
		sum := Weight(0)
		for _, r := range l.Explain(nil, p.A, p.B) {
			sum += r.Weight
		}
		if sum != p.Weight || l.Weigh(p.A, p.B) != p.Weight {
			t.Fatalf("pair %d, %d: reasons make %d and Weigh %d, want %d", p.A, p.B, sum, l.Weigh(p.A, p.B), p.Weight)
		}
	}
}

// meanWeight is how much the pairs of one person weigh against strangers.
func meanWeight(t *testing.T, spec Spec, rows [][]string, truth []int) float64 {
	t.Helper()
	j := jobOf(spec, rows)
	s := newScorer(j.t, learned(t, j), 0)
	c := j.t.comparer()
	sum, n := 0.0, 0.0
	for i := 1; i < len(rows); i++ {
		if truth[i] == truth[i-1] {
			a, b := int32(i-1), int32(i)
			p := c.pattern(a, b)
			for k, col := range j.t.plain {
				if p.level(k) != 0 {
					sum += s.table.part(j.t, p, k, j.t.cols[col].cells[a], j.t.cols[col].cells[b]).Bits()
				}
			}
			n++
		}
	}
	return sum / n
}

// TestGroupedColumnsCountOnce: the address told twice says hardly more than told
// once if the columns are of one group, and far more if they are not.
func TestGroupedColumnsCountOnce(t *testing.T) {
	rows, truth := village(usual, 11)
	twice := make([][]string, len(rows))
	for i, r := range rows {
		twice[i] = append(slices.Clone(r), r[5])
	}
	spec := villageSpec()
	once := meanWeight(t, spec, rows, truth)
	again := spec.Columns[5]
	again.Name = "address again"
	spec.Columns = append(spec.Columns, again)
	grouped := meanWeight(t, spec, twice, truth)
	spec.Columns[8].Group = ""
	apart := meanWeight(t, spec, twice, truth)
	if math.Abs(grouped-once) > 1 || apart-once < 3 {
		t.Errorf("mean weight: got %.2f bits with the address twice in one group and %.2f in none, want about %.2f, and 3 more",
			grouped, apart, once)
	}
}

// TestSharedValueTellsLittle: a telephone number that one person in five gives
// says less of two who agree on it than one that only a household gives.
func TestSharedValueTellsLittle(t *testing.T) {
	s := usual
	s.office = 0.2
	rows, _ := village(s, 12)
	for _, frequent := range []bool{true, false} {
		spec := villageSpec()
		spec.Columns[6].Frequent = frequent
		spec.Columns[6].Shared = false
		j := jobOf(spec, rows)
		sc := newScorer(j.t, learned(t, j), 0)
		part := func(office bool) float64 {
			sum, n := 0.0, 0.0
			for i, r := range rows {
				if r[6] != "" && (r[6] == "1632000001") == office {
					sum += sc.table.part(j.t, pattern(0).with(6, PhoneSame), 6, j.t.cols[6].cells[i], j.t.cols[6].cells[i]).Bits()
					n++
				}
			}
			return sum / n
		}
		got, home := part(true), part(false)
		if got > 5 || frequent && home < got+4 {
			t.Errorf("frequent %v: the office's number weighs %.2f bits and a home's %.2f, want 5 at most, and 4 less than a home's",
				frequent, got, home)
		}
	}
}
