package matcher

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// named is records of so many invented people of each tradition, which no name
// shares with another, and the tradition of each record.
func named(t *testing.T, traditions, perTradition int) (*Linked, []int) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	var records []testRecord
	var truth []int
	for i := range traditions * perTradition {
		k := i % traditions
		records = append(records, testRecord{forename: fmt.Sprintf("F%c%c", 'A'+k, 'A'+r.IntN(12)), surname: fmt.Sprintf("S%c%c", 'A'+k, 'A'+r.IntN(15)),
			number: fmt.Sprint("N", i)})
		truth = append(truth, k)
	}
	b, err := newBase(input(records), 1)
	if err != nil {
		t.Fatal(err)
	}
	return newLinked(b, trained(t), b.node, b.n), truth
}

func TestNameGroupsAreTraditions(t *testing.T) {
	l, truth := named(t, 3, 400)
	g := l.NameGroups()
	if g == nil || len(g.Forenames) != 3 || len(g.Surnames) != 3 {
		t.Fatalf("got %+v, want three groups", g)
	}
	of := map[int]int32{}
	for i, k := range truth {
		if first, ok := of[k]; ok && g.Group[i] != first || g.Group[i] < 0 {
			t.Fatalf("record %d of tradition %d is in group %d, others in %d", i, k, g.Group[i], first)
		}
		of[k] = g.Group[i]
	}
	for k, at := range of {
		for _, name := range slices.Concat(g.Forenames[at], g.Surnames[at]) {
			if name[1] != 'A'+byte(k) {
				t.Errorf("group %d is called by %s", at, name)
			}
		}
		if len(g.Forenames[at]) != exemplary {
			t.Errorf("group %d is called by %v", at, g.Forenames[at])
		}
	}
	if again := l.NameGroups(); !slices.Equal(again.Group, g.Group) || fmt.Sprint(again.Surnames) != fmt.Sprint(g.Surnames) {
		t.Error("the same records make other groups")
	}
}

// TestNamesWithoutTraditionsMakeNoGroups has forenames that say nothing of surnames:
// the fit deals them out all the same.
func TestNamesWithoutTraditionsMakeNoGroups(t *testing.T) {
	l, _ := named(t, 1, 1500)
	if g := l.NameGroups(); g != nil {
		t.Errorf("got groups %v", g.Forenames)
	}
}

func TestNameGroupsNeedPersons(t *testing.T) {
	l, _ := named(t, 2, 30)
	if g := l.NameGroups(); g != nil {
		t.Errorf("thirty persons of each make groups %v", g.Forenames)
	}
}

func TestNamesThatDoNotTellAreInNoGroup(t *testing.T) {
	records := []testRecord{}
	for i := range 800 {
		k := i % 2
		records = append(records, testRecord{forename: fmt.Sprintf("F%c%c", 'A'+k, 'A'+i/2%12), surname: fmt.Sprintf("S%c%c", 'A'+k, 'A'+i/3%15),
			number: fmt.Sprint("N", i)})
	}
	records = append(records, testRecord{forename: "FAA", number: "1"}, testRecord{surname: "SBA", number: "2"}, testRecord{number: "3"},
		testRecord{forename: "NEVERMET", number: "4"})
	b, err := newBase(input(records), 1)
	if err != nil {
		t.Fatal(err)
	}
	g := newLinked(b, trained(t), b.node, b.n).NameGroups()
	if g == nil {
		t.Fatal("no groups")
	}
	if got, want := g.Group[800:], []int32{g.Group[0], g.Group[1], -1, -1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
