package household

import (
	"fmt"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// TestStaleAgency checks that an agency which still has people where their
// landlords have not had them for years is believed less of others, and one
// that has them where they are is believed as ever.
func TestStaleAgency(t *testing.T) {
	var rows []*family.Row
	who := map[string]string{}
	add := func(person, agency string, r *family.Row) {
		r.Agency = agency
		rows, who[r.Ref().String()+"/subject"] = append(rows, r), person
	}
	known := func(id, person, agency, address string) {
		add(person, agency, row(family.Involvement, id, family.ColForename, person, family.ColSurname, "Vale", family.ColStart, "2025-01-10",
			family.ColAddress1, address, family.ColPostcode, "ZE1 1AA"))
	}
	for i := range 60 {
		p := fmt.Sprint("p", i)
		home := fmt.Sprint(i+1, " Oak Road")
		add(p, "landlord", row(family.Housing, "h"+p, family.ColForename, p, family.ColSurname, "Vale", family.ColTenancyRef, "T"+p,
			family.ColPersonRole, "tenant", family.ColTenancyStart, "2022-05-01", family.ColAddress1, home, family.ColPostcode, "ZE1 1AA"))
		known("fresh"+p, p, "fresh", home)
		if i%2 == 0 {
			home = fmt.Sprint(i+1, " Elm Close")
		}
		known("stale"+p, p, "stale", home)
	}
	known("x", "x", "fresh", "101 Oak Road")
	known("y", "y", "stale", "102 Oak Road")
	f := formed(Input{Persons: truePersons(rows, who), AsAt: testDay})
	sure := map[string]float64{}
	for p, homes := range f.judged {
		for _, h := range homes {
			sure[f.people[p].ID] = max(sure[f.people[p].ID], f.chance(int32(p), h.dwelling))
		}
	}
	if sure["x"] < 0.8 || sure["y"] > 0.6 {
		t.Errorf("by a fresh agency's word %.2f, by a stale one's %.2f", sure["x"], sure["y"])
	}
}
