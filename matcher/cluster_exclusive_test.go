package matcher

import (
	"slices"
	"testing"
)

func TestEqualRecordsOfAnExclusiveSourceStayTwo(t *testing.T) {
	one := testRecord{forename: "SARAH", surname: "KHAN", born: "1980-05-06", sex: "F", number: "N1", home: "a"}
	in := input([]testRecord{one, one, one, one})
	in.Sources, in.Exclusive = []uint8{0, 0, 1, 1}, []bool{true, false}
	got := linked(t, in, trained(t), 1).Person
	if got[0] == got[1] || got[2] != got[3] || got[2] != got[0] && got[2] != got[1] {
		t.Errorf("got persons %v, want the first two apart and the last two with one of them", got)
	}
}

func TestContradictions(t *testing.T) {
	in := Input{
		Rows:    []int32{0, 1, 2, 3, 3, 5, 6, 7},
		Sources: []uint8{0, 1, 1, 1, 1, 0, 0, 1}, Exclusive: []bool{true},
		Must:   [][2]int32{{0, 1}, {1, 2}, {3, 7}, {7, 4}, {5, 6}},
		Cannot: [][2]int32{{2, 0}, {0, 3}},
	}
	want := []Contradiction{
		{0, 2, []int32{0, 1, 2}, partedByDecision},
		{3, 4, []int32{3, 7, 4}, partedByRow},
		{5, 6, []int32{5, 6}, partedBySource},
	}
	got := Contradictions(in)
	if !slices.EqualFunc(got, want, func(x, y Contradiction) bool {
		return x.A == y.A && x.B == y.B && x.Why == y.Why && slices.Equal(x.Chain, y.Chain)
	}) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := Contradictions(Input{Rows: in.Rows, Must: in.Must[:2]}); len(got) != 0 {
		t.Errorf("got %+v of decisions that agree, want none", got)
	}
}
