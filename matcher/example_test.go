package matcher_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/hearthmatch/hearth/matcher"
)

// people are invented: forename, surname, date of birth, postcode.
const people = `TAMSIN,HEXT,1984-03-09,TQ13 8DF
NYE,FURZE,1979-11-30,EX4 4QJ
MERRYN,HEXT,2011-06-21,TQ13 8DF
OTTOLINE,PASK,1990-01-17,PL20 6SG
BRANOK,TREGEAR,1968-08-02,TR1 2LL
IDRIS,VOWLES,1957-05-14,EX4 4QJ
TAMSYN,HEXT,1984-03-09,TQ13 8DF
PERRAN,TREGEAR,2009-12-27,TR1 2LL
OTTOLINE,PASK,1990-01-17,EX20 1AB
NYE,FURZE,1979-11-03,EX4 4QJ
SUNNIVA,HOLT,1995-09-23,PL4 8AA
ZELAH,ROWSE,1973-02-11,TQ9 5QN`

// A table is linked: nothing is said but what its columns are.
func Example() {
	rows := strings.Split(people, "\n")
	in := matcher.Input{Rows: make([]int32, len(rows)), Spec: matcher.Spec{Columns: []matcher.ColumnSpec{
		{Name: "forename", Kind: matcher.Forename, Frequent: true},
		{Name: "surname", Kind: matcher.Surname, Frequent: true, Shared: true},
		{Name: "born", Kind: matcher.Date},
		{Name: "postcode", Kind: matcher.Postcode, Frequent: true, Shared: true, Group: "place"},
	}}}
	for i, c := range in.Spec.Columns {
		in.Columns = append(in.Columns, matcher.NewBuilder(c.Kind, len(rows)))
		for row, cells := range rows {
			in.Rows[row] = int32(row) // each record stands in a row of its own
			in.Columns[i].Add(strings.Split(cells, ",")[i])
		}
	}
	_, linked, err := matcher.TrainAndLink(context.Background(), in, matcher.Options{Workers: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("person of each record:", linked.Person)
	fmt.Println("Tamsin and her daughter:", linked.Weigh(0, 2) > 0)
	for _, r := range linked.Explain(nil, 0, 6) {
		fmt.Println(r.Comparison+":", r.Level)
	}
	// Output:
	// person of each record: [0 1 2 3 4 5 0 6 3 1 7 8]
	// Tamsin and her daughter: false
	// born: same
	// surname: same
	// postcode: same
	// forename: another spelling
	// household: may be two relatives
	// before any comparison: two records at random
}
