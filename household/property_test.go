package household

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

var testDay = family.MustDate("2025-03-14")

// row makes a row of column, value pairs.
func row(feed family.Feed, id string, pairs ...any) *family.Row {
	var values []family.Value
	for i := 0; i < len(pairs); i += 2 {
		values = append(values, family.Value{Column: pairs[i].(family.Column), Text: pairs[i+1].(string)})
	}
	r := family.NewRow(feed, id, values)
	r.AsAt, r.Agency = testDay, feed.String()
	return r
}

// drawCouncil draws up to thirty rows about a dozen people and six addresses.
func drawCouncil(t *rapid.T) (rows []*family.Row, who map[string]string) {
	who = map[string]string{}
	person := rapid.IntRange(0, 11)
	n := rapid.IntRange(1, 30).Draw(t, "rows")
	for i := range n {
		id := fmt.Sprint("r", i)
		p, q := person.Draw(t, "person"), person.Draw(t, "other")
		var r *family.Row
		switch rapid.IntRange(0, 4).Draw(t, "feed") {
		case 0:
			r = row(family.Attendance, id, block(t, p, family.ColPeriodStart, day(t, "start", 2023), family.ColPeriodEnd, day(t, "end", 2024),
				family.ColContact1Forename, fmt.Sprint("Fore", q), family.ColContact1Surname, fmt.Sprint("Sur", q%4),
				family.ColContact1Relationship, rapid.SampledFrom([]string{"mother", "father", "carer", "grandparent", "social-worker", "other"}).Draw(t, "relationship"),
				family.ColContact1SameAddress, rapid.SampledFrom([]string{"", "Y", "N"}).Draw(t, "same"))...)
			who[r.Ref().String()+"/contact1"] = fmt.Sprint("P", q)
		case 1:
			r = row(family.Housing, id, block(t, p, family.ColTenancyRef, fmt.Sprint("T", q%5), family.ColTenancyStart, day(t, "start", 2020),
				family.ColMovedOut, rapid.SampledFrom([]string{"", "", "2024-05-05"}).Draw(t, "out"),
				family.ColPersonRole, rapid.SampledFrom([]string{"tenant", "joint_tenant", "household_member", "lodger"}).Draw(t, "role"),
				family.ColPlacement, rapid.SampledFrom([]string{"", "", "", "refuge", "hostel"}).Draw(t, "placement"))...)
		case 2:
			r = row(family.Benefits, id, block(t, p, family.ColClaimRef, fmt.Sprint("C", q%5), family.ColBenefit, "UC", family.ColSpellStart, day(t, "start", 2021),
				family.ColRole, rapid.SampledFrom([]string{"claimant", "partner", "dependant"}).Draw(t, "role"))...)
		case 3:
			r = row(family.Involvement, id, block(t, p, family.ColStart, day(t, "start", 2023),
				family.ColDateOfDeath, rapid.SampledFrom([]string{"", "", "", "2024-09-09"}).Draw(t, "died"))...)
		case 4:
			r = policeRow(t, id, p)
		}
		rows = append(rows, r)
		who[r.Ref().String()+"/subject"] = fmt.Sprint("P", p)
	}
	return rows, who
}

func policeRow(t *rapid.T, id string, p int) *family.Row {
	return row(family.Police, id, block(t, p, family.ColEventRef, "E"+id, family.ColEventType, "crime", family.ColRole,
		rapid.SampledFrom([]string{"suspect", "victim", "witness"}).Draw(t, "part"),
		family.ColOccurredFrom, day(t, "day", 2023), family.ColEventAddress1, address(t, "event"), family.ColEventPostcode, "ZE1 1AA")...)
}

func block(t *rapid.T, p int, more ...any) []any {
	return append(more, family.ColForename, fmt.Sprint("Fore", p), family.ColSurname, fmt.Sprint("Sur", p%4),
		family.ColDOB, fmt.Sprintf("%d-01-02", 1970+5*p), family.ColAddress1, address(t, "home"), family.ColPostcode, "ZE1 1AA")
}

func address(t *rapid.T, label string) string {
	return rapid.SampledFrom([]string{"1 Oak Road", "1 Oak Rd", "2 Oak Road", "Flat 1, 3 Oak Road", "Flat 2, 3 Oak Road", "3 Oak Road", "Haven House"}).Draw(t, label)
}

func day(t *rapid.T, label string, year int) string {
	return family.NewDate(year, 1, 1).AddMonths(rapid.IntRange(0, 14).Draw(t, label)).String()
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		in := Input{Persons: truePersons(rows, who), AsAt: testDay}
		want := Form(in)
		checkSound(t, want)

		// Neither order nor workers matter.
		mixed := slices.Clone(in.Persons)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if diff := cmp.Diff(want, Form(Input{Persons: mixed, AsAt: testDay, Workers: 3})); diff != "" {
			t.Fatalf("another order gives other households:\n%s", diff)
		}

		// An event makes nobody a resident.
		p := rapid.IntRange(0, 11).Draw(t, "visitor")
		bare := policeRow(t, "extra", p).Values()
		visit := family.NewRow(family.Police, "extra", slices.DeleteFunc(slices.Clone(bare), func(v family.Value) bool {
			return v.Column == family.ColAddress1 || v.Column == family.ColPostcode || v.Column == family.ColDOB
		}))
		visit.AsAt, visit.Agency = testDay, "police"
		who[visit.Ref().String()+"/subject"] = fmt.Sprint("P", p)
		after := Form(Input{Persons: truePersons(append(rows, visit), who), AsAt: testDay})
		if diff := cmp.Diff(residents(want), residents(after)); diff != "" {
			t.Fatalf("an event changed who lives where:\n%s", diff)
		}
	})
}

// checkSound checks what holds of all households.
func checkSound(t *rapid.T, hs []family.Household) {
	ids, home := map[string]bool{}, map[string]string{}
	for _, h := range hs {
		if ids[h.ID] {
			t.Fatalf("two households have one id")
		}
		ids[h.ID] = true
		in := map[string]bool{}
		for _, m := range h.Members {
			if in[m.PersonID] {
				t.Fatalf("%s is twice in a household", m.PersonID)
			}
			in[m.PersonID] = true
			if m.Reason == "" || len(m.Evidence) == 0 {
				t.Fatalf("no reason or no rows for %s: %+v", m.PersonID, m)
			}
			if m.Deceased != 0 && m.To == 0 {
				t.Fatalf("%s is dead and current", m.PersonID)
			}
			if m.Current(testDay) {
				if home[m.PersonID] != "" {
					t.Fatalf("%s lives in two households", m.PersonID)
				}
				home[m.PersonID] = h.ID
			}
		}
	}
}

// residents lists who lives together.
func residents(hs []family.Household) map[string][]string {
	out := map[string][]string{}
	for _, h := range hs {
		for _, m := range h.Members {
			if m.Current(testDay) {
				out[h.ID] = append(out[h.ID], m.PersonID)
			}
		}
	}
	return out
}

// TestCrowds checks that an address with thousands of people, a person at
// fifty addresses and a claim number that thousands share make no family.
func TestCrowds(t *testing.T) {
	var rows []*family.Row
	who := map[string]string{}
	for i := range 5000 {
		r := row(family.Benefits, fmt.Sprint("b", i), family.ColForename, "A", family.ColSurname, fmt.Sprint("Sur", i%900),
			family.ColDOB, "1980-01-01", family.ColAddress1, "Civic Centre", family.ColPostcode, "ZE1 1AA",
			family.ColClaimRef, "NA", family.ColBenefit, "UC", family.ColRole, "claimant")
		rows = append(rows, r)
		who[r.Ref().String()+"/subject"] = fmt.Sprint("P", i)
		e := row(family.Police, fmt.Sprint("p", i), family.ColForename, "A", family.ColSurname, "B", family.ColRole, "suspect",
			family.ColEventAddress1, "1 Oak Road", family.ColEventPostcode, "ZE1 1AA", family.ColOccurredFrom, "2025-01-01")
		rows = append(rows, e)
		who[e.Ref().String()+"/subject"] = fmt.Sprint("V", i)
	}
	for i := range 50 {
		r := row(family.Involvement, fmt.Sprint("i", i), family.ColForename, "A", family.ColSurname, "Mover",
			family.ColAddress1, fmt.Sprintf("%d Oak Road", i+1), family.ColPostcode, "ZE1 1AA", family.ColStart, "2024-01-01")
		rows = append(rows, r)
		who[r.Ref().String()+"/subject"] = "mover"
	}
	for _, h := range Form(Input{Persons: truePersons(rows, who), AsAt: testDay, Workers: 2}) {
		n := 0
		for _, m := range h.Members {
			if m.Current(testDay) {
				n++
			}
		}
		if n > 1 || len(h.Members) > 1+maxAssociates {
			t.Fatalf("a household of %d residents and %d members", n, len(h.Members))
		}
	}
}
