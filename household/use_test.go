package household

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// homeAddress are the ways in which rows spell the care home of the tests.
var homeAddress = [][]any{
	{family.ColAddress1, "Elm Court", family.ColAddress2, "3 Oak Road"},
	{family.ColAddress1, "Elm Court, 3 Oak Rd"},
	{family.ColAddress1, "ELM CT 3 OAK ROAD"},
	{family.ColAddress1, "Room 4, Elm Court, 3 Oak Road"},
}

// lodge is the address of a home that no gazetteer classes.
var lodge = []any{family.ColAddress1, "Rosedale Lodge, 9 Beech Road"}

// atHome makes a row of the person p at the care home, as the feed would.
func atHome(t *rapid.T, feed family.Feed, id string, p int, born int) *family.Row {
	pairs := append([]any{
		family.ColForename, fmt.Sprint("Care", p), family.ColSurname, fmt.Sprint("Resident", string(rune('A'+p))),
		family.ColDOB, fmt.Sprintf("%d-01-02", born), family.ColPostcode, "ZE1 1AA",
	}, rapid.SampledFrom(homeAddress).Draw(t, "spelling")...)
	switch feed {
	case family.Involvement:
		pairs = append(pairs, family.ColStart, "2024-02-01")
	case family.Benefits:
		pairs = append(pairs, family.ColClaimRef, fmt.Sprint("CARE", p), family.ColBenefit, "PIP", family.ColRole, "claimant", family.ColSpellStart, "2023-01-01")
	case family.Housing:
		pairs = append(pairs, family.ColTenancyRef, "TH"+id, family.ColPersonRole, "tenant", family.ColTenancyStart, "2024-01-01",
			family.ColPlacement, rapid.SampledFrom([]string{"", "hostel", "bb"}).Draw(t, "placement"))
	case family.Police:
		pairs = append(pairs, family.ColEventRef, "E"+id, family.ColEventType, "missing", family.ColRole, "missing", family.ColOccurredFrom, "2024-03-01")
	case family.Attendance:
		pairs = append(pairs, family.ColPeriodStart, "2025-01-06", family.ColPeriodEnd, "2025-03-14")
	}
	return row(feed, id, pairs...)
}

// TestCommunal checks that another resident of an institution, whoever it is
// and whatever feed says so, is of no household, as the others are not: with
// a gazetteer that classes the home, beside a block of flats of its number,
// and without one, where its residents show what it is.
func TestCommunal(t *testing.T) {
	gazetteer := NewGazetteer([]*family.Row{
		row(family.Addresses, "1", family.ColUPRN, "1", family.ColAddress1, "3 Oak Road", family.ColPostcode, "ZE1 1AA", family.ColClassification, "PP"),
		row(family.Addresses, "2", family.ColUPRN, "2", family.ColParentUPRN, "1", family.ColAddress1, "Flat 1, 3 Oak Road", family.ColPostcode, "ZE1 1AA", family.ColClassification, "RD06"),
		row(family.Addresses, "3", family.ColUPRN, "3", family.ColParentUPRN, "1", family.ColAddress1, "Flat 2, 3 Oak Road", family.ColPostcode, "ZE1 1AA", family.ColClassification, "RD06"),
		row(family.Addresses, "4", family.ColUPRN, "4", family.ColAddress1, "Elm Court", family.ColAddress2, "3 Oak Road", family.ColPostcode, "ZE1 1AA", family.ColClassification, "RI01"),
	})
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		known := rapid.Bool().Draw(t, "gazetteer")
		in := Input{AsAt: testDay}
		if known {
			in.Gazetteer = gazetteer
		}
		for i := range 8 {
			r := atHome(t, rapid.SampledFrom([]family.Feed{family.Involvement, family.Police}).Draw(t, "resident's feed"), fmt.Sprint("care", i), i, 1925+3*i)
			if !known {
				r = row(r.Feed, r.ID, append(pairsOf(r), lodge...)...)
			}
			rows = append(rows, r)
			who[r.Ref().String()+"/subject"] = fmt.Sprint("care", i)
		}
		in.Persons = truePersons(rows, who)
		before := residents(Form(in))
		feeds, born := []family.Feed{family.Involvement, family.Police, family.Benefits, family.Housing}, rapid.IntRange(1930, 1999).Draw(t, "born")
		if known && rapid.Bool().Draw(t, "child") {
			feeds, born = []family.Feed{family.Attendance}, 2013
		}
		more := atHome(t, rapid.SampledFrom(feeds).Draw(t, "feed"), "more", 20, born)
		if !known {
			more = row(more.Feed, more.ID, append(pairsOf(more), lodge...)...)
		}
		who[more.Ref().String()+"/subject"] = "more"
		in.Persons = truePersons(append(rows, more), who)
		after := Form(in)
		// What claims and tenancies leave unsaid is weighed by what the others of
		// their agency say, so one more of those may speak of other dwellings.
		if diff := cmp.Diff(before, residents(after)); diff != "" && more.Feed != family.Housing && more.Feed != family.Benefits {
			t.Fatalf("another resident of the home changed who lives where:\n%s", diff)
		}
		for _, people := range residents(after) {
			if slices.ContainsFunc(people, func(p string) bool { return p == "more" || strings.HasPrefix(p, "care") }) {
				t.Fatalf("a resident of the home is of a household: %v", people)
			}
		}
	})
}

// pairsOf lists a row's values without its address lines.
func pairsOf(r *family.Row) (out []any) {
	for _, v := range r.Values() {
		if v.Column != family.ColAddress1 && v.Column != family.ColAddress2 {
			out = append(out, v.Column, v.Text)
		}
	}
	return out
}

// TestStrangers checks that a house classed as a dwelling with forty strangers
// is no family, and that an address with hundreds of claims is nobody's home.
func TestStrangers(t *testing.T) {
	home := NewGazetteer([]*family.Row{row(family.Addresses, "1", family.ColUPRN, "1", family.ColAddress1, "3 Park Avenue", family.ColPostcode, "ZE1 1AA", family.ColClassification, "RD02")})
	for _, c := range []struct {
		people, households int
		gaz                *Gazetteer
	}{
		{40, 40, home}, {40, 40, nil}, {400, 0, home}, {400, 0, nil},
	} {
		var rows []*family.Row
		who := map[string]string{}
		for i := range c.people {
			r := row(family.Benefits, fmt.Sprint("b", i), family.ColForename, "A", family.ColSurname, "Sur"+string(rune('a'+i%26))+string(rune('a'+i/26)),
				family.ColDOB, "1980-01-01", family.ColAddress1, "3 Park Avenue", family.ColPostcode, "ZE1 1AA",
				family.ColClaimRef, fmt.Sprint("C", i), family.ColBenefit, "UC", family.ColRole, "claimant")
			rows = append(rows, r)
			who[r.Ref().String()+"/subject"] = fmt.Sprint("P", i)
		}
		found := residents(Form(Input{Persons: truePersons(rows, who), AsAt: testDay, Gazetteer: c.gaz}))
		if len(found) != c.households {
			t.Errorf("%d people, gazetteer %t: %d households, want %d", c.people, c.gaz != nil, len(found), c.households)
		}
		for _, people := range found {
			if len(people) > 1 {
				t.Errorf("%d people, gazetteer %t: %v live together", c.people, c.gaz != nil, people)
			}
		}
	}
}

// TestRefuge checks that whoever an open row places in a refuge makes the
// household protected, and that no open household stands where one is or tells
// of a stay at one.
func TestRefuge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		in := Input{Persons: truePersons(rows, who), AsAt: testDay}
		placed, secret, refuges := map[string]bool{}, map[lines]bool{}, map[family.RowRef]bool{}
		for _, p := range in.Persons {
			for _, rec := range p.Records {
				r := rec.Row
				refuges[r.Ref()] = r.Feed == family.Housing && r.Text(family.ColPlacement) == "refuge"
				if r.Feed == family.Housing && r.Text(family.ColPlacement) == "refuge" && r.Date(family.ColMovedOut) == 0 && r.Date(family.ColTenancyStart) <= testDay {
					placed[p.ID], secret[parseAddress(rec.Address).key()] = true, true
				}
			}
		}
		found, housed := Form(in), map[string]bool{}
		for _, people := range residents(found) {
			for _, p := range people {
				housed[p] = true
			}
		}
		for _, h := range found {
			if h.Protected {
				continue
			}
			if secret[parseAddress(h.Address).key()] {
				t.Fatalf("an open household stands at a refuge: %+v", h)
			}
			for _, m := range h.Members {
				if placed[m.PersonID] && (m.Current(testDay) || m.Kind == family.PossibleMember && !housed[m.PersonID]) {
					t.Fatalf("%s is placed in a refuge and the household is open: %+v", m.PersonID, h)
				}
			}
			told := slices.Concat(evidenceOf(h.Relations), evidenceOf(h.Changes), evidenceOf(h.Contradictions))
			for _, m := range h.Members {
				for _, w := range m.Weights {
					told = append(told, w.Row)
				}
			}
			for _, r := range told {
				if refuges[r] {
					t.Fatalf("an open household names %v, which places somebody in a refuge: %+v", r, h)
				}
			}
			for _, s := range h.Stays {
				if secret[parseAddress(s.Address).key()] && !s.Protected {
					t.Fatalf("an open household tells of a stay at a refuge: %+v", s)
				}
			}
		}
	})
}

// evidenceOf lists the rows that relations, changes or contradictions name.
func evidenceOf[T family.Relation | family.Change | family.Contradiction](list []T) (out []family.RowRef) {
	for _, x := range list {
		switch x := any(x).(type) {
		case family.Relation:
			out = append(out, x.Evidence...)
		case family.Change:
			out = append(out, x.Evidence...)
		case family.Contradiction:
			out = append(out, x.Evidence...)
		}
	}
	return out
}

func TestTitleKind(t *testing.T) {
	for title, want := range map[string]kind{
		"SUNRISE CARE HOME": communal, "HMP NORTHSEA": communal, "ST ANNES HOSPITAL": communal, "QUAY STREET HOSTEL": shared,
		"OAKWOOD PRIMARY SCHOOL": nowhere, "CIVIC CENTRE": nowhere, "OLD POLICE STATION": ordinary, "SCHOOL": ordinary,
		"SCHOOL HOUSE": ordinary, "ELM COURT": ordinary, "WELLINGTON BARRACKS": communal, "NONSCHOOL": ordinary, "BACKOFFICE": ordinary,
	} {
		if got := titleKind(title); got != want {
			t.Errorf("%s is %d, want %d", title, got, want)
		}
	}
}
