package household

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

// TestMothersOfOneChildAreDoubles: a household keeps one mother, and lists those
// whom rows name.
func TestMothersOfOneChildAreDoubles(t *testing.T) {
	record := func(id string) *family.Record { return &family.Record{Row: family.NewRow(family.Attendance, id, nil)} }
	people := map[string]*family.Person{
		"C":  {ID: "C", Records: []*family.Record{record("a"), record("b")}},
		"P1": {ID: "P1", Records: []*family.Record{record("a")}}, "P2": {ID: "P2", Records: []*family.Record{record("b")}},
	}
	rows := []family.RowRef{{Feed: family.Attendance, ID: "a"}, {Feed: family.Attendance, ID: "b"}}
	got := Doubles([]family.Household{{Contradictions: []family.Contradiction{
		{Kind: "two_birth_mothers", Persons: []string{"C", "P1", "P2"}, Evidence: rows},
		{Kind: "too_old", Persons: []string{"P1", "P2"}},
	}}}, func(id string) *family.Person { return people[id] })
	want := []Double{{"P1", "P2", oneMother, oneMotherReason, rows}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("doubles (-want +got):\n%s", diff)
	}
}

// TestDoubles: who has a part that one person has, in rows of their own.
func TestDoubles(t *testing.T) {
	record := func(id string) *family.Record {
		return &family.Record{Row: family.NewRow(family.Attendance, id, nil)}
	}
	people := map[string]*family.Person{
		"P1": {ID: "P1", Records: []*family.Record{record("a")}}, "P2": {ID: "P2", Records: []*family.Record{record("b")}},
		"P3": {ID: "P3", Records: []*family.Record{record("b"), record("c")}}, "C": {ID: "C"},
	}
	row := func(id string) []family.RowRef { return []family.RowRef{{Feed: family.Attendance, ID: id}} }
	rel := func(a, b string, kind family.RelationKind, to family.Date, id string) family.Relation {
		return family.Relation{A: a, B: b, Kind: kind, To: to, Evidence: row(id)}
	}
	both := append(row("a"), row("b")...)
	for _, tc := range []struct {
		name string
		in   []family.Relation
		want []Double
	}{
		{"two mothers", []family.Relation{rel("P2", "C", family.Mother, 0, "b"), rel("P1", "C", family.Mother, 0, "a")},
			[]Double{{"P1", "P2", oneMother, "both are given as the mother of one child", both}}},
		{"two fathers", []family.Relation{rel("P1", "C", family.Father, 0, "a"), rel("P2", "C", family.Father, 0, "b")},
			[]Double{{"P1", "P2", oneFather, "both are given as the father of one child", both}}},
		{"two partners of one", []family.Relation{rel("C", "P1", family.Partner, 0, "a"), rel("C", "P2", family.Partner, 0, "b")},
			[]Double{{"P1", "P2", onePartner, "both are given as the partner of one person", both}}},
		{"a former partner", []family.Relation{rel("C", "P1", family.Partner, 9, "a"), rel("C", "P2", family.Partner, 0, "b")}, nil},
		{"mother and father", []family.Relation{rel("P1", "C", family.Mother, 0, "a"), rel("P2", "C", family.Father, 0, "b")}, nil},
		{"one row names both", []family.Relation{rel("P2", "C", family.Mother, 0, "b"), rel("P3", "C", family.Mother, 0, "b")}, nil},
		{"nobody knows the one", []family.Relation{rel("P2", "C", family.Mother, 0, "b"), rel("P9", "C", family.Mother, 0, "b")}, nil},
		{"mother and partner", []family.Relation{
			rel("P1", "C", family.Mother, 0, "a"), rel("P2", "C", family.Mother, 0, "b"),
			rel("P1", "P3", family.Partner, 0, "a"), rel("P2", "P3", family.Partner, 0, "b"),
		}, []Double{{"P1", "P2", oneMother, "both are given as the mother of one child", both}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Doubles([]family.Household{{Relations: tc.in}, {Relations: tc.in}}, func(id string) *family.Person { return people[id] })
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("doubles (-want +got):\n%s", diff)
			}
		})
	}
}
