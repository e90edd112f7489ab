package casework

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

// TestInvolvementOf: which rows say that an agency works with somebody.
func TestInvolvementOf(t *testing.T) {
	at := family.MustDate("2025-06-30")
	row := func(pairs ...string) *family.Row {
		values := []family.Value{
			{Column: family.ColAgencyKind, Text: "social_care"}, {Column: family.ColEpisodeType, Text: "cin"},
			{Column: family.ColStart, Text: "2025-01-10"}, {Column: family.ColStatus, Text: "open"},
			{Column: family.ColLeadPractitioner, Text: "Pat Sample"}, {Column: family.ColLeadPractitionerContact, Text: "01632 960001"},
		}
		for i := 0; i < len(pairs); i += 2 {
			values = append(values, family.Value{Column: family.ParseColumn(pairs[i]), Text: pairs[i+1]})
		}
		r := family.NewRow(family.Involvement, "7", values)
		r.Agency = "Council CSC"
		return r
	}
	open := Involvement{Kind: "social_care", Agency: "Council CSC", Episode: "cin", Lead: "Pat Sample", Contact: "01632 960001",
		Since: family.MustDate("2025-01-10"), Open: true, Row: family.RowRef{Feed: family.Involvement, ID: "7"}}
	with := func(change func(*Involvement)) *Involvement {
		out := open
		change(&out)
		return &out
	}
	withdrawn := row()
	withdrawn.Deleted = true
	cases := map[string]struct {
		row  *family.Row
		want *Involvement
	}{
		"open":                 {row(), &open},
		"closed by its status": {row("status", "closed"), with(func(i *Involvement) { i.Open = false })},
		"ends today":           {row("end", "2025-06-30"), with(func(i *Involvement) { i.Open, i.Until = false, at })},
		"ends tomorrow":        {row("end", "2025-07-01"), with(func(i *Involvement) { i.Until = at + 1 })},
		"begins tomorrow":      {row("start", "2025-07-01"), nil},
		"begins today":         {row("start", "2025-06-30"), with(func(i *Involvement) { i.Since = at })},
		"a death":              {row("episode_type", "death"), nil},
		"a nomination":         {row("episode_type", "nomination"), nil},
		"NEET":                 {row("episode_type", "neet"), nil},
		"withdrawn":            {withdrawn, nil},
		"another feed":         {family.NewRow(family.Police, "7", nil), nil},
		"no row":               {nil, nil},
	}
	for name, c := range cases {
		got, ok := InvolvementOf(c.row, at)
		switch {
		case ok != (c.want != nil):
			t.Errorf("%s: InvolvementOf says %v", name, ok)
		case ok:
			if diff := cmp.Diff(*c.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

// TestWarningsAreInOrder: by kind, then since when; and each row warns once.
func TestWarningsAreInOrder(t *testing.T) {
	b := NewBook()
	nomination := full(family.Nominated)
	nomination.Agency = "School"
	apply(t, b, nomination)
	other := full(family.CaseIdentified)
	other.LeadAgency = "Elm"
	apply(t, b, other)
	in := func(id, since string) Involvement {
		return Involvement{Kind: "health", Agency: "Clinic", Open: true, Since: family.MustDate(since),
			Row: family.RowRef{Feed: family.Involvement, ID: id}}
	}
	known := []Involvement{in("2", "2025-02-01"), in("9", "2024-01-01"), in("2", "2025-02-01"), in("1", "2025-02-01")}
	warnings := b.Warnings(full(family.CaseIdentified), known)
	var got []string
	for _, w := range warnings {
		got = append(got, w.Kind.String()+" "+w.Key)
	}
	want := []string{"known_case E2", "known_agency involvement/9", "known_agency involvement/1", "known_agency involvement/2", "known_nomination E1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Warnings (-want +got):\n%s", diff)
	}
	e := full(family.CaseIdentified)
	e.Acknowledged = []string{"E1", "E2", "involvement/1", "involvement/9"}
	if diff := cmp.Diff([]string{"involvement/2"}, Unacknowledged(e, b.Warnings(e, known))); diff != "" {
		t.Errorf("Unacknowledged (-want +got):\n%s", diff)
	}
}
