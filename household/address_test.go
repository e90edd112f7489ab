package household

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hearthmatch/hearth/family"
)

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]lines{
		"12 High St":                        {number: "12", street: "HIGH STREET"},
		"12A High Street":                   {number: "12A", street: "HIGH STREET"},
		"Flat A, 12 High Street":            {number: "12A", street: "HIGH STREET"},
		"Flat 3, 12 High Street":            {unit: "3", number: "12", street: "HIGH STREET"},
		"Flat, 3, 12 High Street":           {unit: "3", number: "12", street: "HIGH STREET"},
		"12 High Street Flat 3":             {unit: "3", number: "12", street: "HIGH STREET"},
		"Falt 3 12 High Street":             {unit: "3", number: "12", street: "HIGH STREET"},
		"Fllat 3|12 High Street":            {unit: "3", number: "12", street: "HIGH STREET"},
		"Ground Floor Flat, 12 High Street": {unit: "GROUND", number: "12", street: "HIGH STREET"},
		"1st Floor, 12 High Street":         {unit: "FIRST", number: "12", street: "HIGH STREET"},
		"First Floor Flat|12 High Street":   {unit: "FIRST", number: "12", street: "HIGH STREET"},
		"Flat 1st Floor, 12 High Street":    {unit: "FIRST", number: "12", street: "HIGH STREET"},
		"12-14 High Street":                 {number: "12", street: "HIGH STREET"},
		"Elm Court, 6 Plane Cres":           {number: "6", street: "PLANE CRESCENT", name: "ELM COURT"},
		"Elm Court 6 Plane Crescent":        {number: "6", street: "PLANE CRESCENT", name: "ELM COURT"},
		"The, Limes|6 Plane Crescent":       {number: "6", street: "PLANE CRESCENT", name: "LIMES"},
		"Room 2, Elm Court, 6 Plane Cres":   {unit: "2", number: "6", street: "PLANE CRESCENT", name: "ELM COURT", room: true},
		"Haven House":                       {street: "HAVEN HOUSE"},
		"Caravan 5, Seaview Park":           {unit: "5", street: "SEAVIEW PARK"},
		"St Mary's Road|":                   {street: "ST MARYS ROAD"},
		"No fixed abode":                    {},
		"c/o Social Services":               {},
		"C/O Mrs Smith, 12 High Street":     {number: "12", street: "HIGH STREET"},
		"c/o 12 High Street":                {number: "12", street: "HIGH STREET"},
		"Care of Smith|12 High Street":      {number: "12", street: "HIGH STREET"},
		"Corner House":                      {street: "CORNER HOUSE"},
		"NFA|12 High Street":                {number: "12", street: "HIGH STREET"},
	} {
		a := family.Address{}
		a.Line1, a.Line2, _ = strings.Cut(text, "|")
		if got := parseAddress(a); got != want {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}

// FuzzParseAddress checks what holds of every text: only capitals, digits and
// single spaces come out; neither case nor spaces matter; and what comes out,
// written as an address again, is read as the same dwelling.
func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{
		"12 High St", "Flat 3, 12 High Street", "Flat A 12-14 High St", "First Floor", "1st Floor Flat 12a The Street", "12/3 Queen Street",
		"Elm Court, 6 Plane Crescent", "The, Limes", "Rear of 00 12 High St", "FLAT FLAT 3 3", ", , ,", "Ünit 4, Straße 5", "c/o 7", "Flat 3 4 5 6",
	} {
		f.Add(s, "", "ZE1 1AA")
		f.Add("", s, "")
	}
	f.Fuzz(func(t *testing.T, line1, line2, postcode string) {
		if !utf8.ValidString(line1 + line2) {
			t.Skip()
		}
		a := family.Address{Line1: line1, Line2: line2, Postcode: family.Postcode(postcode)}
		got := parseAddress(a)
		for _, s := range []string{got.unit, got.number, got.street, got.name} {
			if s != strings.Join(strings.Fields(s), " ") || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ") != "" {
				t.Fatalf("%q of %q, %q", s, line1, line2)
			}
		}
		spaced := family.Address{Line1: "  " + strings.ReplaceAll(line1, " ", "  "), Line2: line2 + " ", Postcode: a.Postcode}
		if again := parseAddress(spaced); again != got {
			t.Fatalf("%q, %q is %+v, with more spaces %+v", line1, line2, got, again)
		}
		if !alike(got.street, got.street) || !within(got.street, got.street, 0) && len(got.street) <= 64 {
			t.Fatalf("%q is not like itself", got.street)
		}
	})
}

// TestSpellings checks that one dwelling written in many ways is one, with a
// gazetteer and without, and that its neighbours stay others.
func TestSpellings(t *testing.T) {
	write := []string{"Flat %d, %d Mill Street", "FLAT %d %d MILL ST", "Apt %d|%d Mill Street", "flat %d %d mill str", "Flat, %d, %d Mill St", "Falt %d|%d Mill Street"}
	for _, gaz := range []bool{true, false} {
		var uses []use
		var want []string
		var rows []*family.Row
		for n := 1; n <= 3; n++ {
			for u := 1; u <= 4; u++ {
				rows = append(rows, row(family.Addresses, fmt.Sprint(n*10+u), family.ColUPRN, fmt.Sprint(n*10+u), family.ColAddress1, fmt.Sprintf("Flat %d", u),
					family.ColAddress2, fmt.Sprintf("%d Mill Street", n), family.ColPostcode, "ZE1 5EE", family.ColClassification, "RD06"))
				for _, w := range write {
					l1, l2, _ := strings.Cut(fmt.Sprintf(w, u, n), "|")
					uses = append(uses, use{address: family.Address{Line1: l1, Line2: l2, Postcode: "ZE1 5EE"}, rows: 1})
					want = append(want, fmt.Sprint(n, u))
				}
			}
		}
		var g *Gazetteer
		if gaz {
			g = NewGazetteer(rows)
		}
		_, site := newDwellings(g, uses, func(n int, do func(int)) {
			for i := range n {
				do(i)
			}
		})
		for i := range uses {
			for j := range uses {
				if (site[i] == site[j]) != (want[i] == want[j]) || site[i] < 0 {
					t.Errorf("gazetteer %t: %v and %v at %d and %d", gaz, uses[i].address, uses[j].address, site[i], site[j])
				}
			}
		}
	}
}
