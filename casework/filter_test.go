package casework

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

// council is a book with three cases, two nominations and two claims.
func council(t *testing.T) *Book {
	t.Helper()
	b := NewBook()
	open := func(record, ward, school, lead string, day family.Date) string {
		e := full(family.CaseIdentified)
		e.Records, e.Area, e.Schools, e.LeadAgency, e.Day = refs(t, record), family.Area{Ward: ward, District: "North", Cluster: "C1"}, []string{school}, lead, day
		apply(t, b, e)
		return eventID(b.Place())
	}
	step := func(kind family.CaseEventKind, id string, day family.Date) {
		e := full(kind)
		e.Subject, e.LeadAgency, e.Day = id, "", day
		if kind == family.CaseClaimed {
			if err := freeze(&e); err != nil {
				t.Fatal(err)
			}
		}
		apply(t, b, e)
	}
	a := open("attendance/1", "Hill", "100001", "Oak", opened)    // E1
	c := open("attendance/2", "Dale", "100002", "Elm", opened+10) // E2
	open("attendance/3", "Hill", "100001", "Elm", opened+20)      // E3
	for _, id := range []string{a, c} {
		step(family.CaseContacted, id, opened+21)
		step(family.CaseAgreed, id, opened+22)
		step(family.CaseWorkedWith, id, opened+23)
		step(family.CaseClaimed, id, opened+30) // E7, E11
	}
	step(family.CaseClosed, a, opened+40)
	step(family.ClaimWithdrawn, "E11", opened+41)
	n := full(family.Nominated)
	n.Records, n.Agency, n.Day = refs(t, "attendance/1"), "School", opened+42 // E14
	apply(t, b, n)
	n.Records, n.Agency, n.Area.Ward = refs(t, "attendance/2"), "Clinic", "Dale" // E15
	apply(t, b, n)
	return b
}

func TestFilters(t *testing.T) {
	b := council(t)
	cases := []struct {
		name                       string
		f                          Filter
		cases, nominations, claims string
	}{
		{"everything", Filter{}, "E1 E2 E3", "E14 E15", "E7 E11"},
		{"a ward", Filter{Ward: "hill"}, "E1 E3", "", "E7"},
		{"another", Filter{Ward: "Dale"}, "E2", "E15", "E11"},
		{"a district and a cluster", Filter{District: "North", Cluster: "C1"}, "E1 E2 E3", "", "E7 E11"},
		{"a school", Filter{School: "100001"}, "E1 E3", "", "E7"},
		{"a lead agency", Filter{LeadAgency: "ELM "}, "E2 E3", "E14 E15", "E11"},
		{"an agency", Filter{Agency: "Clinic"}, "E1 E2 E3", "E15", ""},
		{"open", Filter{Open: true}, "E2 E3", "E14 E15", "E7 E11"},
		{"in force", Filter{InForce: true}, "E1 E2 E3", "E14 E15", "E7"},
		{"statuses", Filter{Status: []Status{Closed, Identified}}, "E1 E3", "E14 E15", "E7 E11"},
		{"states", Filter{States: []ClaimState{ClaimTakenBack}}, "E1 E2 E3", "E14 E15", "E11"},
		{"opened or made from a day", Filter{From: opened + 10}, "E2 E3", "E14 E15", "E7 E11"},
		{"up to a day", Filter{To: opened + 10}, "E1 E2", "", ""},
		{"a case", Filter{Case: "E2"}, "E2", "E15", "E11"},
		{"no such case", Filter{Case: "E99"}, "", "", ""},
		{"a need", Filter{Need: "1.1"}, "E1 E2 E3", "E14 E15", "E7 E11"},
		{"another need", Filter{Need: "7.1"}, "", "", ""},
		{"a result", Filter{Result: "progress"}, "E1 E2 E3", "E14 E15", "E7 E11"},
		{"a framework", Filter{Framework: "tf-phase1-2012"}, "", "", ""},
		{"records", Filter{Records: refs(t, "attendance/3 attendance/1")}, "E1 E3", "E14", "E7"},
		{"a case of other records", Filter{Case: "E2", Records: refs(t, "attendance/1")}, "", "", ""},
		{"as at a day", Filter{View: View{Day: opened + 15}}, "E1 E2", "", ""},
		{"open as at a day", Filter{View: View{Day: opened + 39}, Open: true}, "E1 E2 E3", "", "E7 E11"},
		{"as known", Filter{View: View{Place: 7}}, "E1 E2 E3", "", "E7"},
		{"in force as at a day", Filter{View: View{Day: opened + 40}, InForce: true}, "E1 E2 E3", "", "E7 E11"},
	}
	for _, c := range cases {
		var got [3][]string
		for _, x := range b.Cases(c.f) {
			got[0] = append(got[0], x.ID)
		}
		for _, x := range b.Nominations(c.f) {
			got[1] = append(got[1], x.ID)
		}
		for _, x := range b.Claims(c.f) {
			got[2] = append(got[2], x.ID)
		}
		want := [3][]string{fields(c.cases), fields(c.nominations), fields(c.claims)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func fields(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Fields(s)
}

// TestRequirements: what a framework's file may ask for is read, and nothing else.
func TestRequirements(t *testing.T) {
	if r, err := RequirementsOf([]string{"plan", "lead_practitioner"}); err != nil || r != (Requirements{Lead: true, Plan: true}) {
		t.Errorf("RequirementsOf(both) = %v, %v", r, err)
	}
	if _, err := RequirementsOf([]string{"money"}); err == nil {
		t.Error("RequirementsOf(money) is taken")
	}
}
