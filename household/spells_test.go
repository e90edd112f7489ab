package household

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// TestStays reads testdata/stays/stays.txt: stories as TestScenarios reads, and
// where each member has lived. An end or a start in brackets is when a feed
// was last or first seen to say so.
func TestStays(t *testing.T) {
	stories(t, "testdata/stays/*.txt", func(t *testing.T, body string) string { return history(Form(readStory(t, body))) })
}

// TestStaysHold checks what holds of all stays: every member has one home today,
// that of the household; no stay ends before it began; and each is told by rows.
func TestStaysHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		for _, h := range Form(Input{Persons: truePersons(rows, who), AsAt: testDay}) {
			today := map[string]int{}
			for i, s := range h.Stays {
				if s.Probability < 0 || s.Probability > 1 || s.To != 0 && s.From > s.To || s.From > testDay || s.To > testDay {
					t.Fatalf("no stay: %+v", s)
				}
				if i > 0 && h.Stays[i-1].PersonID > s.PersonID || i > 0 && h.Stays[i-1].PersonID == s.PersonID && h.Stays[i-1].From > s.From {
					t.Fatalf("out of order: %+v, %+v", h.Stays[i-1], s)
				}
				if s.To == 0 {
					today[s.PersonID]++
					if s.Address != h.Address {
						t.Fatalf("lives elsewhere than the household: %+v", s)
					}
				} else if len(s.Evidence) == 0 {
					t.Fatalf("nothing says so: %+v", s)
				}
			}
			for _, m := range h.Members {
				if m.Current(testDay) && today[m.PersonID] != 1 {
					t.Fatalf("%s has %d homes today", m.PersonID, today[m.PersonID])
				}
			}
		}
	})
}

// TestManyStays checks that of a person of many addresses the home today and
// the latest stays are told.
func TestManyStays(t *testing.T) {
	var rows []*family.Row
	who := map[string]string{}
	add := func(r *family.Row) { rows, who[r.Ref().String()+"/subject"] = append(rows, r), "mover" }
	for i := range 20 {
		add(row(family.Housing, fmt.Sprint("h", i), family.ColForename, "Al", family.ColSurname, "Ames", family.ColTenancyRef, fmt.Sprint("T", i),
			family.ColPersonRole, "tenant", family.ColTenancyStart, testDay.AddMonths(i-40).String(), family.ColTenancyEnd, testDay.AddMonths(i-39).String(),
			family.ColAddress1, fmt.Sprint(i+1, " Oak Road"), family.ColPostcode, "ZE1 1AA"))
	}
	add(row(family.Benefits, "b", family.ColForename, "Al", family.ColSurname, "Ames", family.ColClaimRef, "C", family.ColBenefit, "UC",
		family.ColRole, "claimant", family.ColAddress1, "9 Elm Close", family.ColPostcode, "ZE1 2BB"))
	hs := Form(Input{Persons: truePersons(rows, who), AsAt: testDay})
	if len(hs) != 1 || len(hs[0].Stays) != maxStays {
		t.Fatalf("households %+v", hs)
	}
	stays := hs[0].Stays
	if last := stays[maxStays-1]; last.To != 0 || last.Address.Line1 != "9 Elm Close" || stays[maxStays-2].Address.Line1 != "20 Oak Road" {
		t.Errorf("stays %+v", stays)
	}
}

// history writes the stays of households as text.
func history(hs []family.Household) string {
	var b strings.Builder
	day := func(d family.Date, stated bool) string {
		if d == 0 || stated {
			return d.String()
		}
		return "(" + d.String() + ")"
	}
	for _, h := range hs {
		for _, s := range h.Stays {
			fmt.Fprintf(&b, "%s %s %s..%s %.2f %v", s.PersonID, s.Address.Line1, day(s.From, s.FromStated), day(s.To, s.ToStated), s.Probability, s.Evidence)
			if s.Protected {
				b.WriteString(" protected")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
