package matcher

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// rowAt is where the level "the same" stands in the row of those states of the
// columns that comparison i is judged by.
func (l *layout) rowAt(i int, states ...int) int {
	row := 0
	for _, s := range states {
		row = row<<2 | s
	}
	return row*l.levels(i) + 1
}

// firsts are the first records of each person.
func firsts(rows [][]string, truth []int) [][]string {
	var out [][]string
	for i, r := range rows {
		if i == 0 || truth[i] != truth[i-1] {
			out = append(out, r)
		}
	}
	return out
}

// givenThat is how many of the pairs of rows that agree on some columns agree on
// another one too.
func givenThat(rows [][]string, column int, given ...int) float64 {
	pairs := func(columns []int) float64 {
		n := make(map[string]float64)
		for _, r := range rows {
			key := ""
			for _, c := range columns {
				key += r[c] + "\x00"
			}
			n[key]++
		}
		sum := 0.0
		for _, k := range n {
			sum += k * (k - 1) / 2
		}
		return sum
	}
	return pairs(append(slices.Clone(given), column)) / pairs(given)
}

// TestNamesakesShareAddresses: where e-mail addresses are made of names and of
// little else, the model knows how often namesakes have one in common, and links
// them no more often for it.
func TestNamesakesShareAddresses(t *testing.T) {
	for _, domains := range []int{2, 6} {
		rows, truth := namedAfter(domains)
		m, l := found(t, tableInput(villageSpec(), rows), Options{Workers: 2})
		at, got := newLayout(villageSpec()), m.Rounds[0].Apart.Comparisons[7]
		same := got.U[at.rowAt(7, agreed, agreed)]
		if want := 1 / float64(domains); same < want*0.7 || same > want*1.3 {
			t.Errorf("%d domains: namesakes of one address got %.4f, want %.4f", domains, same, want)
		}
		if other := got.U[at.rowAt(7, differed, differed)]; other > 1e-4 {
			t.Errorf("%d domains: strangers of other names, but of one address got %.6f, want hardly any", domains, other)
		}
		if p, r := agreement(l.Person, truth); p < 0.98 || r < 0.93 {
			t.Errorf("%d domains: precision %.4f, recall %.4f, want 0.98 and 0.93", domains, p, r)
		}
	}
}

// namedAfter is a village whose addresses are whole names at one of some domains.
func namedAfter(domains int) (rows [][]string, truth []int) {
	s := usual
	s.households = 2500
	rows, truth = village(s, 61)
	var of []string
	for i, r := range rows {
		if i == 0 || truth[i] != truth[i-1] {
			of = r
		}
		rows[i] = slices.Clone(r)
		if r[7] != "" {
			rows[i][7] = fmt.Sprintf("%s.%s@post%d.example", of[0], of[1], truth[i]%domains)
		}
	}
	return rows, truth
}

// TestAddressesOfNamesakesAreFoundByEM: where the survey has taken all who share
// a name and an address for one person, EM finds by the dates and places that
// they are not.
func TestAddressesOfNamesakesAreFoundByEM(t *testing.T) {
	rows, _ := namedAfter(2)
	j := jobOf(villageSpec(), rows)
	l := newTableLearner(j.t, j.pairs, 2)
	u := j.t.survey(j.pairs).alone(2).comparisons()
	at := j.t.rowAt(7, agreed, agreed)
	before := u[7].U[at]
	if got := l.stratum(u).Comparisons[7].U[at]; before > 0.01 || got < 0.3 || got > 0.7 {
		t.Errorf("namesakes of one address: got %.4f from %.6f, want 0.3 to 0.7", got, before)
	}
}

// TestForenamesGoWithSurnames: in a village of several tongues, each with names
// of its own, U of the forename among people of one surname is what it is, and
// names of one tongue only are no rarer there than they are at home.
func TestForenamesGoWithSurnames(t *testing.T) {
	for _, tongues := range []int{1, 6} {
		s := usual
		s.households, s.forename, s.surname = 2500, 0, 0
		rows, truth := village(s, 62)
		for i, r := range rows {
			rows[i] = slices.Clone(r)
			if tongue := int(hashText(r[1]) % uint64(tongues)); tongue > 0 {
				rows[i][0] = []string{"", "KA", "QUO", "XIN", "YEL", "ZSU"}[tongue] + r[0]
			}
		}
		j := jobOf(villageSpec(), rows)
		got := learned(t, j).Rounds[0].Apart.Comparisons[0]
		want := givenThat(firsts(rows, truth), 0, 1)
		if same := got.U[j.t.rowAt(0, unknown, agreed)]; same < want*0.7 || same > want*1.3 {
			t.Errorf("%d tongues: forename among people of one surname got %.5f, want %.5f", tongues, same, want)
		}
		left := got.Rarity[(j.t.rowAt(0, unknown, agreed)-1)/j.t.levels(0)]
		if whole := got.Rarity[0]; whole != 1 || left > 1 || left < 0 {
			t.Errorf("%d tongues: rarity left got %.2f and %.2f, want 1 and a part", tongues, whole, left)
		}
	}
}

// TestLiftIsFitted: from counts as they are for a known lift that one is found,
// and from no counts none.
func TestLiftIsFitted(t *testing.T) {
	for _, want := range []lift{{0, 0}, {1, -0.5}, {2.5, -1}, {0.3, -0.1}} {
		var met []second
		for x := -4.0; x <= 2; x++ {
			met = append(met, second{x, 1e5 * math.Exp(want.level+want.slope*x), 1e5})
		}
		if got := fitLift(met); math.Abs(got.level-want.level) > 0.01 || math.Abs(got.slope-want.slope) > 0.01 {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if got := fitLift(nil); got != (lift{}) {
		t.Errorf("without counts: got %+v, want none", got)
	}
}

// TestChildrenAreNamedAfterParents: relatives of one forename are a generation
// apart where fathers give their names to their children, and never twins.
func TestChildrenAreNamedAfterParents(t *testing.T) {
	s := usual
	s.households, s.namesakes, s.twins = 2500, 0.5, 0.3
	rows, _ := village(s, 63)
	j := jobOf(villageSpec(), rows)
	c := learned(t, j).Rounds[0].Apart.Comparisons[0]
	above := func(state int) float64 {
		at := j.t.rowAt(0, state, unknown)
		return c.Kin[relatives][at] - c.U[at]
	}
	if twins, named := above(agreed), above(differed); !(named > 0.05 && twins < named/3) {
		t.Errorf("relatives of one forename, beyond chance: got %.4f of one birthday and %.4f a generation apart", twins, named)
	}
}

// TestLeaningHasNoCircle: whatever columns a person puts into one group, none is
// judged by itself.
func TestLeaningHasNoCircle(t *testing.T) {
	spec := villageSpec()
	for mask := range 1 << len(spec.Columns) {
		s := Spec{Columns: slices.Clone(spec.Columns)}
		for i := range s.Columns {
			s.Columns[i].Group = ""
			if mask>>i&1 != 0 {
				s.Columns[i].Group = "one"
			}
		}
		l := newLayout(s)
		for i := range l.plain {
			if slices.ContainsFunc(l.given[i], func(g int) bool { return l.leansOn(g, i) }) {
				t.Fatalf("grouped %b: column %d is judged by %v", mask, i, l.given[i])
			}
		}
	}
}
