package casework

import (
	"strconv"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// journal is a county's events: cases of two to five people with some five
// events each, nominations, claims and draws.
func journal(cases int) []family.CaseEvent {
	var out []family.CaseEvent
	add := func(e family.CaseEvent) string {
		e.ID, e.By = eventID(uint64(len(out)+1)), "Ann Example"
		out = append(out, e)
		return e.ID
	}
	wards := []string{"Hill", "Dale", "Mill", "Oak", "Quay"}
	for i := range cases {
		day := opened + family.Date(i*700/cases)
		var records []family.RecordRef
		for m := range 2 + i%4 {
			records = append(records, family.RecordRef{RowRef: family.RowRef{Feed: family.Attendance, ID: strconv.Itoa(1_000_000 + i*5 + m)}})
		}
		area := family.Area{Ward: wards[i%5], District: "North"}
		nomination := ""
		if i%3 == 0 {
			nomination = add(family.CaseEvent{Kind: family.Nominated, Day: day, Agency: "School", Reason: "late", Records: records, Area: area,
				Framework: "sf-2022", Needs: []string{"5.1"}})
		}
		id := add(family.CaseEvent{Kind: family.CaseIdentified, Day: day, Records: records, Area: area, Framework: "sf-2022",
			Needs: []string{"1.1", "5.1", "7.1"}, Nomination: nomination})
		add(family.CaseEvent{Kind: family.CaseContacted, Subject: id, Day: day + 7})
		add(family.CaseEvent{Kind: family.CaseAgreed, Subject: id, Day: day + 14})
		add(family.CaseEvent{Kind: family.CaseWorkedWith, Subject: id, Day: day + 20, LeadAgency: "Oak"})
		if i%2 == 0 {
			add(family.CaseEvent{Kind: family.CaseClosed, Subject: id, Day: day + 200, Outcome: EndedCompleted})
			add(family.CaseEvent{Kind: family.CaseClaimed, Subject: id, Day: day + 210, Framework: "sf-2022", Outcome: "progress",
				SnapshotHash: SnapshotHash(nil)})
		}
	}
	return out
}

func built(b *testing.B, events []family.CaseEvent) *Book {
	b.Helper()
	book := NewBook()
	for _, e := range events {
		if err := book.Apply(e); err != nil {
			b.Fatal(err)
		}
	}
	return book
}

// BenchmarkApply replays 100,000 events, as a start of the service does.
func BenchmarkApply(b *testing.B) {
	events := journal(18_750)[:100_000]
	b.ReportAllocs()
	for b.Loop() {
		built(b, events)
	}
}

func BenchmarkCases(b *testing.B) {
	book := built(b, journal(50_000))
	late := opened + 400
	for _, c := range []struct {
		name string
		f    Filter
	}{
		{"all", Filter{}}, {"open in a ward", Filter{Ward: "Hill", Open: true}}, {"as at a day", Filter{View: View{Day: late}}},
		{"as at a day, open in a ward", Filter{View: View{Day: late}, Ward: "Hill", Open: true}},
		{"of a record", Filter{Records: []family.RecordRef{{RowRef: family.RowRef{Feed: family.Attendance, ID: "1000500"}}}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				n = len(book.Cases(c.f))
			}
			b.ReportMetric(float64(n), "cases")
		})
	}
	b.Run("nominations in force at a day", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n = len(book.NominationsInForce(View{Day: late}))
		}
		b.ReportMetric(float64(n), "nominations")
	})
	b.Run("claims", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n = len(book.Claims(Filter{InForce: true, Ward: "Hill"}))
		}
		b.ReportMetric(float64(n), "claims")
	})
	b.Run("relink", func(b *testing.B) {
		for b.Loop() {
			book.Relink(func(r family.RecordRef) string { return "H" + r.ID[:6] })
			book.Conflicts()
		}
	})
}
