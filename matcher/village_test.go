package matcher

import (
	"context"
	"fmt"
	"slices"
	"testing"
)

// villageSpec is a table of people as it comes, without context.
func villageSpec() Spec {
	return Spec{Columns: []ColumnSpec{
		{Name: "forename", Kind: Forename, Frequent: true, Group: "given"},
		{Name: "surname", Kind: Surname, Frequent: true, Shared: true},
		{Name: "born", Kind: Date},
		{Name: "sex", Kind: Code, Group: "given"},
		{Name: "postcode", Kind: Postcode, Frequent: true, Shared: true, Group: placeGroup},
		{Name: "address", Kind: Address, Frequent: true, Shared: true, Group: placeGroup},
		{Name: "phone", Kind: Phone, Shared: true},
		{Name: "email", Kind: Email, Shared: true},
	}}
}

// customs say how the records of a village are made. Rates are of a person's second
// record, the first being as things are.
type customs struct {
	households                    int
	again                         float64 // people with a second record
	forename, surname, born, move float64
	blank                         float64 // of each cell but the names
	twins, namesakes              float64 // of households with children
	sharedPhone, office           float64 // of households; of people, an office's number
}

// usual are the slips of most tests.
var usual = customs{households: 700, again: 0.5, forename: 0.1, surname: 0.06, born: 0.08, move: 0.15, blank: 0.05,
	twins: 0.04, namesakes: 0.05, sharedPhone: 0.5}

// village is an invented place: households of a surname, an address and mostly a
// phone, of one to five people, with twins and children who are named after a
// parent. It gives the rows of villageSpec and whose each one is.
func village(s customs, seed uint64) (rows [][]string, truth []int) {
	v := &villagers{customs: s, c: chance(seed)}
	for len(v.names) < 300 {
		v.names = append(v.names, v.word(4+v.c.below(5)))
	}
	for range s.households {
		v.household()
	}
	return v.rows, v.truth
}

type villagers struct {
	customs
	c     chance
	names []string
	rows  [][]string
	truth []int
	n     int
}

func (v *villagers) happens(p float64) bool { return v.c.float() < p }

func (v *villagers) word(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = [2]string{"BDFGHLMNPRSTVW", "AEIOU"}[i%2][v.c.below([2]int{14, 5}[i%2])]
	}
	return string(b)
}

// common is a number below n, low ones far likelier than high ones.
func (v *villagers) common(n int) int { return int(float64(n) * v.c.float() * v.c.float()) }

func (v *villagers) date(from, years int) string {
	return fmt.Sprintf("%d-%02d-%02d", from+v.c.below(years), 1+v.c.below(12), 1+v.c.below(28))
}

func (v *villagers) place() (postcode, address string) {
	street := v.c.below(150)
	return fmt.Sprintf("HX%d %dAB", 1+street%9, street/9), fmt.Sprintf("%d %s STREET", 1+v.c.below(60), v.names[street])
}

func (v *villagers) phone() string { return fmt.Sprintf("1632%06d", v.c.below(1e6)) }

func (v *villagers) household() {
	postcode, address := v.place()
	surname := v.names[v.common(len(v.names))]
	home := v.phone()
	shared := v.happens(v.sharedPhone)
	var first, child string // the eldest's forename, a child's date of birth
	for k := range 1 + v.c.below(5) {
		forename, born, phone := v.names[v.common(len(v.names))], v.date(1945, 35), home
		if k >= 2 {
			born = v.date(1990, 28)
		}
		switch {
		case k == 3 && v.happens(v.twins):
			born = child
		case k == 2 && v.happens(v.namesakes):
			forename = first
		}
		if !shared {
			phone = v.phone()
		}
		if v.happens(v.office) {
			phone = "1632000001"
		}
		v.person([]string{forename, surname, born, "MF"[k%2 : k%2+1], postcode, address, phone,
			fmt.Sprintf("%s.%s%d@post%d.example", forename, surname, v.c.below(90), v.c.below(6))})
		switch k {
		case 0:
			first = forename
		case 2:
			child = born
		}
	}
}

// person adds a person's records.
func (v *villagers) person(row []string) {
	v.add(row)
	if v.happens(v.again) {
		again := slices.Clone(row)
		for i, rate := range []float64{v.customs.forename, v.customs.surname, v.customs.born} {
			if v.happens(rate) {
				again[i] = v.wrong(i, again[i])
			}
		}
		if v.happens(v.move) {
			again[4], again[5] = v.place()
		}
		for i := 2; i < 8; i++ {
			if v.happens(v.blank) {
				again[i] = ""
			}
		}
		v.add(again)
	}
	v.n++
}

// wrong is a value that is not the one given: a slip of the pen, and of names
// sometimes another name.
func (v *villagers) wrong(i int, text string) string {
	if i < 2 && v.happens(0.3) {
		return v.names[v.c.below(len(v.names))]
	}
	for {
		if s := penSlip(text, &v.c); s != text {
			return s
		}
	}
}

func (v *villagers) add(row []string) {
	v.rows, v.truth = append(v.rows, row), append(v.truth, v.n)
}

// tableInput makes rows an input of the spec; cells hold alternatives after a
// slash.
func tableInput(spec Spec, rows [][]string) Input {
	in := Input{Spec: spec, Rows: itself(len(rows))}
	for i, c := range spec.Columns {
		b := NewBuilder(c.Kind, len(rows))
		for _, r := range rows {
			b.Add(splitCell(r[i])...)
		}
		in.Columns = append(in.Columns, b)
	}
	return in
}

// jobOf makes rows ready as they are, each a node, equal ones too.
func jobOf(spec Spec, rows [][]string) *tableJob {
	t := blockNodes(spec, rows, nil)
	t.spec.Rules = t.deriveRules(2)
	b := &base{layout: t.layout, node: itself(len(rows)), n: len(rows), workers: 2}
	return &tableJob{b: b, t: t, pairs: t.candidates(2)}
}

// learned trains on a job.
func learned(t testing.TB, j *tableJob, labels ...Label) *Model {
	t.Helper()
	m, err := j.train(context.Background(), Options{Workers: 2, Labels: labels})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// found trains on rows, links them, and says how well.
func found(t testing.TB, in Input, opt Options) (*Model, *Linked) {
	t.Helper()
	opt.Workers = max(opt.Workers, 1)
	m, l, err := TrainAndLink(context.Background(), in, opt)
	if err != nil {
		t.Fatal(err)
	}
	return m, l
}

// agreement is pairwise precision and recall.
func agreement(person []int32, truth []int) (precision, recall float64) {
	of := func(key func(i int) [2]int) float64 {
		n := make(map[[2]int]int)
		for i := range person {
			n[key(i)]++
		}
		pairs := 0
		for _, k := range n {
			pairs += k * (k - 1) / 2
		}
		return float64(pairs)
	}
	both := of(func(i int) [2]int { return [2]int{int(person[i]), truth[i]} })
	claimed := of(func(i int) [2]int { return [2]int{int(person[i]), 0} })
	actual := of(func(i int) [2]int { return [2]int{0, truth[i]} })
	return both / max(claimed, 1), both / max(actual, 1)
}
