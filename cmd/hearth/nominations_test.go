package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/server"
)

// storyDay is the day that the story's feeds describe.
var storyDay = family.MustDate("2025-11-14")

// nominate records a nomination of a candidate's family for a headline.
func nominate(t *testing.T, n *nights, c *family.Candidate, headline string, day family.Date) family.CaseEvent {
	t.Helper()
	h, err := n.store.Household(c.HouseholdID)
	if err != nil {
		t.Fatal(err)
	}
	e := family.CaseEvent{Kind: family.Nominated, By: "n.head", Agency: "Ashmere Primary", Day: day, Reason: "worried about the children",
		Household: c.HouseholdID, Framework: c.Framework, Needs: []string{headline}}
	for _, m := range h.Members {
		if m.Current(c.AsAt) {
			p, _, err := n.store.Person(m.PersonID)
			if err != nil {
				t.Fatal(err)
			}
			e.Records = append(e.Records, p.Records[0].Ref())
		}
	}
	slices.SortFunc(e.Records, family.RecordRef.Compare)
	if e, err = n.store.AppendCaseEvent(e); err != nil {
		t.Fatal(err)
	}
	return e
}

// byHousehold are a framework's candidates of the last night.
func byHousehold(t *testing.T, n *nights, framework string) map[string]family.Candidate {
	t.Helper()
	out := map[string]family.Candidate{}
	for _, c := range candidatesOf(t, n, framework) {
		out[c.HouseholdID] = c
	}
	return out
}

// lacking is a candidate of the framework that one more headline would make
// eligible, and that headline.
func lacking(t *testing.T, n *nights, framework string) (family.Candidate, string) {
	t.Helper()
	for _, c := range candidatesOf(t, n, framework) {
		if n.OneShort(&c) {
			for _, h := range c.Headlines {
				if h.Status != family.Met {
					return c, h.ID
				}
			}
		}
	}
	t.Fatal("nobody is one short")
	return family.Candidate{}, ""
}

// TestNominationCounts: a nomination makes a family eligible in the next night,
// changes nobody else, survives a rebuild, and ends when it is withdrawn.
func TestNominationCounts(t *testing.T) {
	const framework = "tf-phase2-2015"
	dir := storyStore(t)
	n, _ := nightsOn(t, dir, false)
	before := byHousehold(t, n, framework)
	c, headline := lacking(t, n, framework)
	e := nominate(t, n, &c, headline, storyDay+9)
	if diff := cmp.Diff(before, byHousehold(t, n, framework)); diff != "" {
		t.Errorf("the last night has changed (-was +is):\n%s", diff)
	}
	runNight(t, n)
	after := byHousehold(t, n, framework)
	got := after[c.HouseholdID]
	i := slices.IndexFunc(got.Needs, func(x *family.Need) bool { return slices.Equal(x.Nominations, []string{e.ID}) })
	if !got.Eligible || i < 0 || got.Needs[i].Status != family.Met || got.Needs[i].Headline != headline || len(got.Needs[i].Evidence) > 0 {
		t.Errorf("nominated: %+v", got)
	}
	delete(before, c.HouseholdID)
	delete(after, c.HouseholdID)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("others have changed (-was +is):\n%s", diff)
	}
	for day, want := range map[family.Date]bool{0: true, storyDay: true, storyDay + 1: true, storyDay - 1: false} {
		if got := scoredAt(t, n, day, &c); got.Eligible != want {
			t.Errorf("at %v: eligible %t, want %t", day, got.Eligible, want)
		}
	}
	withdrawn, err := n.store.AppendCaseEvent(family.CaseEvent{Kind: family.NominationWithdrawn, Subject: e.ID, By: "n.head", Day: storyDay + 10, Reason: "mistaken"})
	if err != nil {
		t.Fatal(err)
	}
	if got := scoredAt(t, n, 0, &c); !got.Eligible {
		t.Errorf("withdrawn after the night by %s, and the night forgets it", withdrawn.ID)
	}
	if err := n.store.Close(); err != nil {
		t.Fatal(err)
	}

	n, _ = nightsOn(t, dir, true)
	if again, err := n.Restore(t.Context()); err != nil || !again {
		t.Fatalf("restored: %t, %v", again, err)
	}
	if diff := cmp.Diff(got, byHousehold(t, n, framework)[c.HouseholdID]); diff != "" {
		t.Errorf("the rebuilt night differs (-want +got):\n%s", diff)
	}
	runNight(t, n)
	if got := byHousehold(t, n, framework)[c.HouseholdID]; got.Eligible || cmp.Diff(c, got) != "" {
		t.Errorf("withdrawn (-want +got):\n%s", cmp.Diff(c, got))
	}
}

// scoredAt is a candidate as the whole night gives it at a day, which is as the
// people around the household give it.
func scoredAt(t *testing.T, n *nights, day family.Date, c *family.Candidate) family.Candidate {
	t.Helper()
	all, err := n.At(t.Context(), day)
	if err != nil {
		t.Fatal(err)
	}
	h, err := n.store.Household(c.HouseholdID)
	if err != nil {
		t.Fatal(err)
	}
	var people []string
	for _, m := range h.Members {
		people = append(people, m.PersonID)
	}
	in, err := n.Around(t.Context(), day, people)
	if err != nil {
		t.Fatal(err)
	}
	near, err := n.NearAt(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	find := func(d *server.Derived) family.Candidate {
		i := slices.IndexFunc(d.Candidates[c.Framework], func(x family.Candidate) bool { return x.HouseholdID == c.HouseholdID })
		if i < 0 {
			t.Fatalf("at %v the household is not there", day)
		}
		return d.Candidates[c.Framework][i]
	}
	if diff := cmp.Diff(find(all), find(near)); diff != "" {
		t.Errorf("at %v, from the people around (-whole +near):\n%s", day, diff)
	}
	return find(all)
}
