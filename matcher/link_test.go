package matcher

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// testSpec is a small data set's: names, birth, a number, a home and a list of
// who is named together.
func testSpec() Spec {
	part := func(c string, how How) KeyPart { return KeyPart{Column: c, How: how} }
	return Spec{
		Columns: []ColumnSpec{
			{Name: "forename", Kind: Forename, Frequent: true}, {Name: "surname", Kind: Surname, Frequent: true},
			{Name: "born", Kind: Date, Frequent: true}, {Name: "sex", Kind: Code},
			{Name: "number", Kind: Identifier},
			{Name: "list", Kind: Keys, Context: true, Together: true}, {Name: "home", Kind: Keys, Context: true},
		},
		Rules: []Rule{
			{Name: "number", Parts: []KeyPart{part("number", Whole)}, Cap: 50},
			{Name: "born, surname", Parts: []KeyPart{part("born", Whole), part("surname", Sound)}, Cap: 50},
			{Name: "names", Parts: []KeyPart{part("forename", Whole), part("surname", Whole)}, Cap: 50,
				Refine: []KeyPart{part("born", Year)}},
			{Name: "home", Parts: []KeyPart{part("home", Whole)}, Cap: 50, Refine: []KeyPart{part("forename", Initial)}},
			{Name: "list", Parts: []KeyPart{part("list", Whole)}, Cap: 50},
		},
	}
}

// testRecord is one record of a test.
type testRecord struct{ forename, surname, born, sex, number, list, home string }

func input(records []testRecord) Input {
	in := Input{Spec: testSpec(), Rows: make([]int32, len(records))}
	for _, c := range in.Spec.Columns {
		in.Columns = append(in.Columns, NewBuilder(c.Kind, len(records)))
	}
	for i, r := range records {
		in.Rows[i] = int32(i)
		for c, v := range []string{r.forename, r.surname, r.born, r.sex, r.number, r.list, r.home} {
			in.Columns[c].Add(v)
		}
	}
	return in
}

// town is n fictional people of small households, each told of two or three
// times with a slip here and there, and who each record is of.
func town(n int, seed uint64) (records []testRecord, truth []int) {
	r := rand.New(rand.NewPCG(seed, 7))
	forenames := []string{"SARAH", "TOM", "AISHA", "OMAR", "PIOTR", "EWA", "GRACE", "LIAM", "NIA", "OWEN", "ZARA", "IVAN"}
	surnames := []string{"KHAN", "SMITH", "NOWAK", "EVANS", "OKORO", "PATEL", "BROWN", "WALSH", "REID", "AHMED", "GREEN", "HUNT"}
	for p := 0; p < n; {
		surname, home := surnames[r.IntN(len(surnames))]+surnames[r.IntN(len(surnames))], fmt.Sprint("home", p)
		for k := range 1 + r.IntN(4) {
			person := testRecord{forename: forenames[(p+k)%len(forenames)], surname: surname, sex: []string{"M", "F"}[r.IntN(2)],
				born:   fmt.Sprintf("%d-%02d-%02d", 1950+r.IntN(70), 1+r.IntN(12), 1+r.IntN(28)),
				number: fmt.Sprint("N", 100000+p*37), home: home, list: "list" + home}
			for range 2 + r.IntN(2) {
				t := person
				if r.IntN(4) == 0 {
					t.number = ""
				}
				if r.IntN(6) == 0 {
					t.home, t.list = "", ""
				}
				if r.IntN(10) == 0 {
					t.forename += "E"
				}
				if r.IntN(12) == 0 {
					t.born = ""
				}
				records, truth = append(records, t), append(truth, p)
			}
			p++
		}
	}
	return records, truth
}

func trained(t testing.TB) *Model {
	t.Helper()
	records, _ := town(300, 1)
	m, err := Train(context.Background(), input(records), Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func linked(t testing.TB, in Input, m *Model, workers int) *Linked {
	t.Helper()
	l, err := Link(context.Background(), in, m, Options{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLinkFindsTheTown(t *testing.T) {
	records, truth := town(300, 2)
	l := linked(t, input(records), trained(t), 2)
	both, found, actual := 0, 0, 0
	for i := range records {
		for j := range i {
			f, a := l.Person[i] == l.Person[j], truth[i] == truth[j]
			if f {
				found++
			}
			if a {
				actual++
			}
			if f && a {
				both++
			}
		}
	}
	if f1 := 2 * float64(both) / float64(found+actual); f1 < 0.95 {
		t.Errorf("pairwise F1 %.3f, want 0.95 or more", f1)
	}
}

func TestWorkersDoNotMatter(t *testing.T) {
	records, _ := town(200, 3)
	var models [][]byte
	var persons [][]int32
	for _, workers := range []int{1, 2, 4} {
		m, err := Train(context.Background(), input(records), Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		b, _ := m.Marshal()
		models = append(models, b)
		persons = append(persons, linked(t, input(records), m, workers).Person)
	}
	for i := range models {
		if string(models[i]) != string(models[0]) || !slices.Equal(persons[i], persons[0]) {
			t.Errorf("run %d differs from the run with one worker", i)
		}
	}
}

func TestWeightIsSymmetric(t *testing.T) {
	records, _ := town(100, 4)
	l := linked(t, input(records), trained(t), 1)
	for i := range int32(len(records)) {
		for j := range i {
			if v, w := l.Weigh(i, j), l.Weigh(j, i); v != w {
				t.Fatalf("records %d and %d: %d one way, %d the other", i, j, v, w)
			}
		}
	}
}

func TestUnrelatedRecordChangesNothing(t *testing.T) {
	records, _ := town(100, 5)
	m := trained(t)
	before := linked(t, input(records), m, 1).Person
	stranger := testRecord{forename: "XERXES", surname: "QUIRKE", born: "1931-02-03", sex: "M", number: "N999", home: "far"}
	after := linked(t, input(append(records, stranger)), m, 1).Person
	if !slices.Equal(before, after[:len(before)]) {
		t.Error("a record that nobody resembles changed others' persons")
	}
}

func TestReasonsAddUp(t *testing.T) {
	records, _ := town(60, 6)
	l := linked(t, input(records), trained(t), 1)
	for i := range int32(len(records)) {
		for j := range i {
			sum, guard := Weight(0), false
			for _, r := range l.Explain(nil, i, j) {
				if r.Comparison == "guard" {
					guard = true
					continue
				}
				sum += r.Weight
			}
			if w := l.Weigh(i, j); !guard && w != sum || guard && w > sum {
				t.Fatalf("records %d and %d: weight %d, reasons add up to %d", i, j, w, sum)
			}
		}
	}
}

func TestDecisionsHold(t *testing.T) {
	records := []testRecord{
		{forename: "SARAH", surname: "KHAN", born: "1980-05-06", sex: "F", number: "N1", home: "a"},
		{forename: "SARAH", surname: "KHAN", born: "1980-05-06", sex: "F", number: "N1", home: "b"},
		{forename: "OWEN", surname: "REID", born: "1950-01-07", sex: "M", home: "c"},
		{forename: "ZARA", surname: "HUNT", born: "2001-08-07", sex: "F", home: "d"},
	}
	in := input(records)
	in.Cannot, in.Must = [][2]int32{{0, 1}}, [][2]int32{{2, 3}}
	got := linked(t, in, trained(t), 1).Person
	if got[0] == got[1] || got[2] != got[3] {
		t.Errorf("got persons %v, want the first two apart and the last two together", got)
	}
}

func TestGuards(t *testing.T) {
	m := trained(t)
	records := []testRecord{
		{forename: "TOM", surname: "KHANREID", born: "2012-05-06", sex: "M", home: "a", list: "x"},
		{forename: "OMAR", surname: "KHANREID", born: "2012-05-06", sex: "M", home: "a", list: "x"},
		{forename: "IVAN", surname: "NOWAKREID", born: "1975-05-06", sex: "M", home: "b", list: "y"},
		{forename: "IVAN", surname: "NOWAKREID", born: "2008-11-26", sex: "M", home: "b", list: "y"},
	}
	got := linked(t, input(records), m, 1).Person
	if got[0] == got[1] {
		t.Error("twins were made one person")
	}
	if got[2] == got[3] {
		t.Error("father and son of one name were made one person")
	}
}

func TestNoAllocationPerPair(t *testing.T) {
	records, _ := town(200, 8)
	m := trained(t)
	b, err := newBase(input(records), 1)
	if err != nil {
		t.Fatal(err)
	}
	n := b.nodes(b.node, b.n, false)
	s, c := newScorer(n, m, 0), n.comparer()
	i := int32(0)
	allocs := testing.AllocsPerRun(2000, func() {
		i = (i + 7) % int32(n.n-1)
		if !s.hopeless(c, i, i+1, 0) {
			_ = s.weight(c.pattern(i, i+1), i, i+1)
		}
		_ = c.pattern(0, i)
	})
	if allocs != 0 {
		t.Errorf("%v allocations a pair, want none", allocs)
	}
}

func BenchmarkLink(b *testing.B) {
	records, _ := town(20_000, 9)
	m := trained(b)
	for b.Loop() {
		linked(b, input(records), m, 2)
	}
	b.ReportMetric(float64(len(records)), "records")
}
