package matcher

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// people is rows of blockSpec: n invented people, told of once or twice, the
// second time with gaps and slips.
func people(n int, seed uint64) (rows [][]string, truth []int) {
	r := rand.New(rand.NewPCG(seed, 11))
	word := func(least int) string {
		b := make([]byte, least+r.IntN(4))
		for i := range b {
			b[i] = "AEIOULNRSTKMDB"[r.IntN(14)]
		}
		return string(b)
	}
	forenames, surnames, places := make([]string, 60), make([]string, 400), make([]string, 40)
	for _, list := range [][]string{forenames, surnames, places} {
		for i := range list {
			list[i] = word(4)
		}
	}
	for p := range n {
		row := []string{forenames[r.IntN(60)], surnames[r.IntN(400)],
			fmt.Sprintf("%d-%02d-%02d", 1930+r.IntN(90), 1+r.IntN(12), 1+r.IntN(28)),
			places[r.IntN(40)] + " " + places[r.IntN(40)]}
		rows, truth = append(rows, row), append(truth, p)
		if r.IntN(2) == 0 {
			continue
		}
		again := slices.Clone(row)
		for i := range again {
			switch c := chance(r.Uint64()); {
			case r.IntN(8) == 0:
				again[i] = ""
			case r.IntN(8) == 0:
				again[i] = penSlip(again[i], &c)
			}
		}
		rows, truth = append(rows, again), append(truth, p)
	}
	return rows, truth
}

func completeness(pairs []uint64, truth []int) float64 {
	all, found := 0, 0
	seen := map[int]int{}
	for _, p := range truth {
		all += seen[p]
		seen[p]++
	}
	for _, w := range pairs {
		if a, b, _ := pairOf(w); truth[a] == truth[b] {
			found++
		}
	}
	return float64(found) / float64(max(all, 1))
}

// TestDerivedRulesFindPeople: with every column, with names alone and without
// names, the rules derived find nearly all that can be found for few pairs.
func TestDerivedRulesFindPeople(t *testing.T) {
	rows, truth := people(4000, 1)
	for _, tc := range []struct {
		name string
		keep []int
		want float64
	}{
		{"all columns", []int{0, 1, 2, 3}, 0.98}, {"no date", []int{0, 1, 3}, 0.95},
		{"no name", []int{2, 3}, 0.93}, {"full name only", []int{4}, 0.7}, {"date only", []int{2}, 0.7},
	} {
		columns := append(slices.Clone(blockSpec.Columns), ColumnSpec{Name: "name", Kind: Text})
		spec, some := Spec{}, make([][]string, len(rows))
		for _, c := range tc.keep {
			spec.Columns = append(spec.Columns, columns[c])
			for i, r := range rows {
				some[i] = append(some[i], append(slices.Clone(r), r[0]+" "+r[1])[c])
			}
		}
		n := blockNodes(spec, some, nil)
		n.spec.Rules = n.deriveRules(2)
		pairs := n.candidates(2)
		if got := completeness(pairs, truth); got < tc.want {
			t.Errorf("%s: rules %v find %.3f of the pairs, want %.2f", tc.name, n.spec.Rules, got, tc.want)
		}
		if most := budget(len(rows)) * float64(len(rows)) * 1.5; float64(len(pairs)) > most {
			t.Errorf("%s: %d pairs, want %.0f at most", tc.name, len(pairs), most)
		}
	}
}

func TestDerivedRulesDoNotDependOnWorkers(t *testing.T) {
	rows, _ := people(3000, 2)
	n := blockNodes(blockSpec, rows, nil)
	want := n.deriveRules(1)
	for _, workers := range []int{2, 5} {
		if got := n.deriveRules(workers); !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers derive %v, one derives %v", workers, got, want)
		}
	}
	if len(want) == 0 || len(want) > maxRules {
		t.Errorf("%d rules, want 1 to %d", len(want), maxRules)
	}
}

// TestRulesOfPoorTables: whatever the table, there are rules if there are
// records, and they make few pairs.
func TestRulesOfPoorTables(t *testing.T) {
	same := func(n int, row ...string) [][]string {
		rows := make([][]string, n)
		for i := range rows {
			rows[i] = row
		}
		return rows
	}
	for _, tc := range []struct {
		name string
		rows [][]string
	}{
		{"no rows", nil}, {"one row", same(1, "ANN", "SMITH", "1980-05-06", "HIGH TOWN")},
		{"two rows", same(2, "ANN", "SMITH", "1980-05-06", "HIGH TOWN")},
		{"all blank", same(5000, "", "", "", "")}, {"all the same", same(50_000, "ANN", "SMITH", "", "")},
		{"one letter", append(same(5000, "A", "B", "1", "C"), same(5000, "D", "B", "2", "E F")...)},
	} {
		n := blockNodes(blockSpec, tc.rows, nil)
		n.spec.Rules = n.deriveRules(2)
		if (len(n.spec.Rules) > 0) != (len(tc.rows) > 0) {
			t.Errorf("%s: rules %v", tc.name, n.spec.Rules)
		}
		if got, most := len(n.candidates(2)), maxRules*2*window*len(tc.rows)+compareAll*compareAll; got > most {
			t.Errorf("%s: %d pairs, want %d at most", tc.name, got, most)
		}
	}
}

func TestRuleWords(t *testing.T) {
	r := Rule{Parts: []KeyPart{{"forename", Sound}, {"surname", Sound}, {"date of birth", Year}}, Either: true}
	const want = "forename sounds alike, surname sounds alike (either way round), year of date of birth"
	if got := r.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
