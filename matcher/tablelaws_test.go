package matcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// hamlet is a smaller village, for what takes several trainings.
func hamlet(seed uint64) (rows [][]string, truth []int) {
	s := usual
	s.households = 250
	return village(s, seed)
}

func modelBytes(t *testing.T, m *Model) []byte {
	t.Helper()
	b, err := m.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTableWorkersDoNotMatter(t *testing.T) {
	rows, _ := hamlet(21)
	var first []byte
	var persons []int32
	for _, workers := range []int{1, 2, 7} {
		m, l := found(t, tableInput(villageSpec(), rows), Options{Workers: workers})
		if first == nil {
			first, persons = modelBytes(t, m), l.Person
		}
		if !bytes.Equal(modelBytes(t, m), first) || !slices.Equal(l.Person, persons) {
			t.Errorf("%d workers: the model or the clusters are not those of one worker", workers)
		}
	}
}

// shuffled are the rows in another order; at says where each stands now.
func shuffled(rows [][]string, seed uint64) (out [][]string, at []int) {
	at = rand.New(rand.NewPCG(seed, 1)).Perm(len(rows))
	out = make([][]string, len(rows))
	for i, to := range at {
		out[to] = rows[i]
	}
	return out, at
}

// TestTableOrderHardlyMatters: with one model the order of records changes no
// cluster. Training looks at an even sample of records, which is another in
// another order, and so may move a pair at the threshold.
func TestTableOrderHardlyMatters(t *testing.T) {
	rows, truth := hamlet(22)
	m, first := found(t, tableInput(villageSpec(), rows), Options{})
	for seed := range uint64(3) {
		mixed, at := shuffled(rows, seed)
		l, err := Link(context.Background(), tableInput(villageSpec(), mixed), m, Options{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		back := make([]int32, len(rows))
		whose := make([]int, len(rows))
		for i := range rows {
			back[i], whose[i] = l.Person[at[i]], int(first.Person[i])
		}
		if p, r := agreement(back, whose); p != 1 || r != 1 {
			t.Errorf("order %d: of the pairs linked %.4f are as before, and %.4f of those before are linked, want all", seed, p, r)
		}
		_, anew := found(t, tableInput(villageSpec(), mixed), Options{})
		for i := range rows {
			back[i] = anew.Person[at[i]]
		}
		if p, r := agreement(back, whose); min(p, r) < 0.99 {
			t.Errorf("order %d, trained anew: %.4f and %.4f of the pairs as before, want 0.99", seed, p, r)
		}
		if p, r := agreement(back, truth); p < 0.98 || r < 0.93 {
			t.Errorf("order %d, trained anew: precision %.4f, recall %.4f, want 0.98 and 0.93", seed, p, r)
		}
	}
}

func TestTableFindsTheVillage(t *testing.T) {
	for seed := range uint64(4) {
		rows, truth := village(usual, 30+seed)
		_, l := found(t, tableInput(villageSpec(), rows), Options{})
		if p, r := agreement(l.Person, truth); p < 0.98 || r < 0.93 {
			t.Errorf("village %d: precision %.4f, recall %.4f, want 0.98 and 0.93", seed, p, r)
		}
	}
}

// TestFamiliesAreNotPersons: a table in which nobody stands twice has families,
// twins and namesakes all the same.
func TestFamiliesAreNotPersons(t *testing.T) {
	s := usual
	s.again = 0
	s.twins, s.namesakes = 0.2, 0.2
	for seed := range uint64(3) {
		rows, _ := village(s, 40+seed)
		_, l := found(t, tableInput(villageSpec(), rows), Options{})
		if wrong := len(rows) - l.Persons; wrong > len(rows)/500 {
			t.Errorf("village %d: %d of %d records are linked, none is anybody's second", seed, wrong, len(rows))
		}
	}
}

func TestThresholds(t *testing.T) {
	rows, truth := hamlet(50)
	m, _ := found(t, tableInput(villageSpec(), rows), Options{})
	persons, precision := 0, 0.0
	for _, p := range []float64{1e-9, 0.05, 0.5, 0.95, 0.999, 1} {
		l, err := Link(context.Background(), tableInput(villageSpec(), rows), m, Options{Workers: 2, Threshold: p})
		if err != nil {
			t.Fatal(err)
		}
		right, _ := agreement(l.Person, truth)
		if l.Persons < persons || right < precision-0.005 {
			t.Errorf("threshold %v: %d persons of precision %.3f, want no fewer than %d, nor less than %.3f",
				p, l.Persons, right, persons, precision)
		}
		persons, precision = l.Persons, right
	}
}

// TestPoorTables: what there is too little of makes no person and no fault.
func TestPoorTables(t *testing.T) {
	one, _ := village(usual, 51)
	blank := make([][]string, 300)
	for i := range blank {
		blank[i] = make([]string, 8)
	}
	half := slices.Clone(one)
	for i := range half {
		half[i] = slices.Clone(half[i])
		half[i][2], half[i][6] = "", ""
	}
	for _, tc := range []struct {
		name string
		rows [][]string
		want int // persons, -1 for any
	}{
		{"no row", nil, 0}, {"one row", one[:1], 1}, {"two strangers", [][]string{one[0], one[len(one)-1]}, 2},
		{"every cell blank", blank, len(blank)}, {"one blank row", blank[:1], 1}, {"columns blank", half, -1},
	} {
		m, l := found(t, tableInput(villageSpec(), tc.rows), Options{})
		if len(l.Person) != len(tc.rows) || tc.want >= 0 && l.Persons != tc.want {
			t.Errorf("%s: got %d persons of %d records, want %d", tc.name, l.Persons, len(l.Person), tc.want)
		}
		if _, err := ParseModel(modelBytes(t, m)); err != nil {
			t.Errorf("%s: the model is refused: %v", tc.name, err)
		}
		if _, err := Link(context.Background(), tableInput(villageSpec(), one), m, Options{Workers: 2}); err != nil {
			t.Errorf("%s: its model does not link another table: %v", tc.name, err)
		}
	}
}

// TestSameRowsWithoutEnd: a row that stands 200,000 times is one person if it
// says enough, and is not compared pair by pair if it does not.
func TestSameRowsWithoutEnd(t *testing.T) {
	rows, _ := village(usual, 52)
	for _, tc := range []struct {
		name string
		row  []string
		want int // persons
	}{
		{"telling", rows[0], 1},
		{"a surname", []string{"", "HOLT", "", "", "", "", "", ""}, -1},
		{"a place", []string{"", "", "", "", rows[0][4], rows[0][5], "", ""}, -1},
	} {
		n := 200_000
		_, l := found(t, tableInput(villageSpec(), slices.Repeat([][]string{tc.row}, n)), Options{Workers: 2})
		if tc.want > 0 && l.Persons != tc.want {
			t.Errorf("%s: got %d persons, want %d", tc.name, l.Persons, tc.want)
		}
		if l.Compared > int64(20*n) {
			t.Errorf("%s: %d pairs compared of %d records, want 20 a record at most", tc.name, l.Compared, n)
		}
	}
}

// TestModelForOtherColumns: the model's first column that is not there is named,
// and what the cells hold is not.
func TestModelForOtherColumns(t *testing.T) {
	rows, _ := village(usual, 53)
	rows = rows[:400]
	m, _ := found(t, tableInput(villageSpec(), rows), Options{})
	changed := func(change func(*Spec)) Spec {
		s := villageSpec()
		change(&s)
		return s
	}
	for _, tc := range []struct {
		name, want string
		spec       Spec
	}{
		{"another name", `"phone"`, changed(func(s *Spec) { s.Columns[6].Name = "mobile" })},
		{"another kind", `"phone"`, changed(func(s *Spec) { s.Columns[6].Kind = Code })},
		{"another order", `"forename"`, changed(func(s *Spec) { slices.Reverse(s.Columns) })},
		{"one fewer", `"email"`, changed(func(s *Spec) { s.Columns = s.Columns[:7] })},
		{"one more", `"shoe"`, changed(func(s *Spec) { s.Columns = append(s.Columns, ColumnSpec{Name: "shoe", Kind: Number}) })},
	} {
		wide := make([][]string, len(rows))
		for i, r := range rows {
			wide[i] = append(slices.Clone(r), "9")[:len(tc.spec.Columns)]
		}
		_, err := Link(context.Background(), tableInput(tc.spec, wide), m, Options{Workers: 1})
		if !errors.Is(err, ErrModel) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want ErrModel that names %s", tc.name, err, tc.want)
		}
	}
}

// TestDamagedTableModels: a model that was changed by hand is refused or linked
// with, and never a fault.
func TestDamagedTableModels(t *testing.T) {
	rows, _ := village(usual, 54)
	rows = rows[:300]
	m, _ := found(t, tableInput(villageSpec(), rows), Options{})
	whole := string(modelBytes(t, m))
	again, err := ParseModel([]byte(whole))
	if err != nil || !bytes.Equal(modelBytes(t, again), []byte(whole)) {
		t.Fatalf("a model read back differs from the one written (%v)", err)
	}
	for _, tc := range []struct{ name, old, new string }{
		{"no prior", `"prior":`, `"later":`}, {"no m", `"m":[1,`, `"m":[`}, {"no rounds", `"rounds":[`, `"rounds":[],"old":[`},
		{"m of 0", `"m":[1,`, `"m":[0,`}, {"no kin", `"kin":[[`, `"kin":[],"old":[[`}, {"another group", `"group":"place"`, `"group":"x"`},
		{"counts short", `"counts":[`, `"counts":[],"old":[`}, {"total of 0", `"total":`, `"total":0,"old":`},
		{"column of no kind", `"kind":1`, `"kind":99`}, {"rule over nothing", `"column":"born"`, `"column":"died"`},
		{"another version", `"version":3`, `"version":2`},
	} {
		bad := strings.Replace(whole, tc.old, tc.new, 1)
		if bad == whole {
			t.Errorf("%s: nothing to change", tc.name)
			continue
		}
		if _, err := ParseModel([]byte(bad)); !errors.Is(err, ErrModel) {
			t.Errorf("%s: got %v, want ErrModel", tc.name, err)
		}
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 300 {
		bad := []byte(whole)
		bad[r.IntN(len(bad))] = "0123456789[]{},\"-e"[r.IntN(18)]
		m, err := ParseModel(bad)
		if err != nil {
			continue
		}
		if _, err := Link(context.Background(), tableInput(villageSpec(), rows[:40]), m, Options{Workers: 1}); err != nil && !errors.Is(err, ErrModel) {
			t.Fatalf("got %v, want ErrModel or an answer", err)
		}
	}
}

// TestStoppedTable: training and linking end when they are told to.
func TestStoppedTable(t *testing.T) {
	rows, _ := village(usual, 55)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := TrainAndLink(ctx, tableInput(villageSpec(), rows), Options{Workers: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// TestStrangersAgreeAsOftenAsCounted holds the exact U of each column, and of two
// columns together, against all pairs.
func TestStrangersAgreeAsOftenAsCounted(t *testing.T) {
	s := usual
	s.households, s.again = 300, 0
	rows, _ := village(s, 56)
	j := jobOf(villageSpec(), rows)
	among := j.t.survey(j.pairs).alone(2)
	u := among.comparisons()
	pairs := func(columns ...int) (n, all float64) {
		for a := range rows {
			for b := range a {
				same := true
				for _, c := range columns {
					same = same && rows[a][c] == rows[b][c]
				}
				all++
				if same {
					n++
				}
			}
		}
		return n, all
	}
	for i, c := range u {
		n, all := pairs(i)
		if want := (n + 0.5) / all; c.U[1] < want*0.99 || c.U[1] > want*1.01 {
			t.Errorf("%s: got u %.7f, want %.7f", c.Name, c.U[1], want)
		}
	}
	joint := newJointly(among)
	both, _ := pairs(4, 5)
	one, _ := pairs(4)
	if got, want := joint.given(5, []int{4}, u[5].U[1], 0.9), (both+27)/(one+30); fmt.Sprintf("%.6f", got) != fmt.Sprintf("%.6f", want) {
		t.Errorf("address given the postcode: got %.6f, want %.6f", got, want)
	}
}

// TestPersonsCountOnce: a person with many records is one person to strangers.
func TestPersonsCountOnce(t *testing.T) {
	s := usual
	s.households, s.again = 200, 0
	rows, _ := village(s, 57)
	once := jobOf(villageSpec(), rows)
	want := once.t.survey(once.pairs).alone(1).frequencies()
	var many [][]string
	var label []int32
	for i, r := range rows {
		for range 1 + i%4 {
			many, label = append(many, r), append(label, int32(i))
		}
	}
	at, members := index(label, len(rows))
	among := &strangers{t: blockNodes(villageSpec(), many, nil), at: at, members: members, workers: 1}
	got := among.frequencies()
	for i, f := range got {
		if f.Total != want[i].Total || f.Once != want[i].Once || !slices.Equal(f.Counts, want[i].Counts) {
			t.Errorf("%s: got total %d, once %g, want %d, %g", f.Column, f.Total, f.Once, want[i].Total, want[i].Once)
		}
	}
}
