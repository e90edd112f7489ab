package pipeline

import (
	"testing"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// TestScoreGiven: whoever the links name is scored as who they are, and rows that
// are nobody's count for nobody.
func TestScoreGiven(t *testing.T) {
	day := family.MustDate("2025-09-30")
	row := func(feed family.Feed, id string, values ...family.Value) *family.Row {
		r := family.NewRow(feed, id, append(values, family.Value{Column: family.ColSurname, Text: "Example"}))
		r.AsAt = day
		return r
	}
	text := func(c family.Column, s string) family.Value { return family.Value{Column: c, Text: s} }
	claim := func(id string) *family.Row {
		return row(family.Benefits, id, text(family.ColBenefit, "JSA"), text(family.ColRole, "claimant"), text(family.ColDOB, "1985-01-01"))
	}
	subject := func(feed family.Feed, id string) family.RecordRef {
		return family.RecordRef{RowRef: family.RowRef{Feed: feed, ID: id}, Part: family.Subject}
	}
	in := Given{
		Rows: []*family.Row{claim("b1"), claim("b2"), row(family.Involvement, "i1", text(family.ColDOB, "2012-05-05"))},
		Persons: map[family.RecordRef]string{
			subject(family.Benefits, "b1"): "P1", subject(family.Involvement, "i1"): "P2",
		},
		Households: []family.Household{
			{ID: "H2", Members: []family.Member{{PersonID: "P3", Role: family.Adult}, {PersonID: "P4", Role: family.Child}}},
			{ID: "H1", Members: []family.Member{{PersonID: "P1", Role: family.Adult}, {PersonID: "P2", Role: family.Child}}},
		},
		Frameworks: eligibility.Builtin()[:1], AsAt: day,
	}
	got, err := ScoreGiven(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	work := map[string]family.Status{}
	for _, c := range got.Candidates["tf-phase1-2012"] {
		for _, h := range c.Headlines {
			if h.ID == "work" {
				work[c.HouseholdID] = h.Status
			}
		}
	}
	if len(work) != 2 || work["H1"] != family.Met || work["H2"] != family.Unknown {
		t.Errorf("got work %v, want H1 met and H2 unknown: the row that nobody is linked to is nobody's", work)
	}
	in.Nominations = map[string][]eligibility.Nomination{"H2": {{ID: "E1", Needs: []string{"p1.oow"}, Day: day}}}
	if got, err = ScoreGiven(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	for _, c := range got.Candidates["tf-phase1-2012"] {
		for _, n := range c.Needs {
			if want := c.HouseholdID == "H2"; n.Criterion == "p1.oow" && (len(n.Nominations) == 1 && n.Status == family.Met) != want {
				t.Errorf("%s: got work %v by %v; want H2 alone put forward", c.HouseholdID, n.Status, n.Nominations)
			}
		}
	}
	in.Profiles = map[string]family.Profile{"P2": {DOB: family.MustDate("2007-09-30")}}
	if got, err = ScoreGiven(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if n := len(got.Candidates["tf-phase1-2012"]); n != 1 {
		t.Errorf("got %d families, want 1: by the profile given the child is 18", n)
	}
}
