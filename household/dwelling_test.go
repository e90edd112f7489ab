package household

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// serially calls do for 0 … n-1.
func serially(n int, do func(int)) {
	for i := range n {
		do(i)
	}
}

// drawAddress draws an address of two streets, some with a flat, a building's
// name or a UPRN, some cut short or misspelt.
func drawAddress(t *rapid.T) family.Address {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	number := pick("number", "1 ", "2 ", "3 ", "12 ", "")
	a := family.Address{
		Line1:    pick("name", "", "", "Elm Court, ", "Rose Cottage, ", "Elm Crt ") + pick("flat", "", "", "Flat 1, ", "Flat 2 ", "Falt 2 ", "Room 3, ") + number + pick("street", "Oak Road", "Oak Rd", "Oka Road", "Mill Lane", ""),
		Postcode: pick("postcode", "ZE1 1AA", "ZE1 1AA", "ZE1 1AB", "ZE9 9ZZ", ""),
		UPRN:     pick("uprn", "", "", "1", "2", "3", "4", "77"),
	}
	if a.Line1 == "" && a.UPRN == "" {
		a.UPRN = "1"
	}
	return a
}

func drawGazetteer(t *rapid.T) *Gazetteer {
	if !rapid.Bool().Draw(t, "gazetteer") {
		return nil
	}
	var rows []*family.Row
	for i, c := range []struct{ parent, line, postcode, class string }{
		{"", "1 Oak Road", "ZE1 1AA", "PP"}, {"1", "Flat 1, 1 Oak Road", "ZE1 1AA", "RD06"}, {"1", "Flat 2, 1 Oak Road", "ZE1 1AA", "RD06"},
		{"", "Elm Court, 1 Oak Road", "ZE1 1AA", "RI01"}, {"", "2 Oak Road", "ZE1 1AA", "RD02"}, {"", "1 Oak Road", "ZE9 9ZZ", "RD02"},
		{"7", "Rose Cottage, Mill Lane", "ZE1 1AB", "RD02"}, // its parent is not there
		{"8", "12 Mill Lane", "ZE1 1AB", "RH01"},            // its own parent
	} {
		rows = append(rows, row(family.Addresses, fmt.Sprint(i+1), family.ColUPRN, fmt.Sprint(i+1), family.ColParentUPRN, c.parent,
			family.ColAddress1, c.line, family.ColPostcode, c.postcode, family.ColClassification, c.class))
	}
	return NewGazetteer(rows)
}

// TestResolve checks what holds of dwellings whatever addresses are written:
// the order of the addresses does not matter, one that was resolved is found
// again, and neither its case nor its spaces matter.
func TestResolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gaz := drawGazetteer(t)
		var uses []use
		for range rapid.IntRange(1, 25).Draw(t, "addresses") {
			a := drawAddress(t)
			if !slices.ContainsFunc(uses, func(u use) bool { return u.address == a }) {
				uses = append(uses, use{address: a, rows: rapid.IntRange(0, 5).Draw(t, "rows")})
			}
		}
		mixed := slices.Clone(uses)
		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Perm(len(uses))
		for i, j := range order {
			mixed[i] = uses[j]
		}
		d, site := newDwellings(gaz, uses, serially)
		e, other := newDwellings(gaz, mixed, serially)
		for i, j := range order {
			a, b := describe(d, site[j]), describe(e, other[i])
			if a != b {
				t.Fatalf("%+v is %s, in another order %s", uses[j].address, a, b)
			}
		}
		for i, u := range uses {
			if got := d.look(u.address); got != site[i] {
				t.Fatalf("%+v is %d and found again as %d", u.address, site[i], got)
			}
			for k, v := range uses {
				if (site[i] == site[k]) != (describe(d, site[i]) == describe(d, site[k])) && site[i] >= 0 && site[k] >= 0 {
					t.Fatalf("%+v and %+v: two dwellings of one description", u.address, v.address)
				}
			}
		}
	})
}

// describe says what a dwelling is.
func describe(d *dwellings, id int32) string {
	if id < 0 {
		return "none"
	}
	w := d.list[id]
	building := ""
	if w.building >= 0 {
		building = d.list[w.building].order
	}
	return fmt.Sprintf("%s|%s in %s: kind %d, vague %t", w.order, w.text.name, building, w.kind, w.vague)
}
