package eligibility

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// TestOnlyTheCertainArePutForward: an eligible family of which somebody may
// wrongly be a member is to be checked first, and nobody else is.
func TestOnlyTheCertainArePutForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := randomCouncil(rapidPick(t))
		c.household.Certainty = rapid.SampledFrom([]float64{0, 0.5, 0.99, 0.995, 1}).Draw(t, "certainty")
		for _, f := range Builtin() {
			got, ok := c.scoreBy(f)
			if !ok {
				continue
			}
			if want := got.Eligible && c.household.Certainty >= 0.995; got.PutForward != want {
				t.Fatalf("%s: got put forward %v of a family eligible %v, certain to %v", f.ID(), got.PutForward, got.Eligible, c.household.Certainty)
			}
			if got.Certainty != c.household.Certainty {
				t.Fatalf("got certainty %v, want %v", got.Certainty, c.household.Certainty)
			}
		}
	})
}

// TestWhatACandidateRestsOn: without any of the people that it rests on a family
// is not eligible, and without any other it still is.
func TestWhatACandidateRestsOn(t *testing.T) {
	rested := 0
	rapid.Check(t, func(t *rapid.T) {
		c := randomCouncil(rapidPick(t))
		all := slices.Clone(c.household.Members)
		for _, f := range Builtin() {
			c.household.Members = all
			whole, ok := c.scoreBy(f)
			if !ok || !whole.Eligible {
				if len(whole.RestsOn) > 0 {
					t.Fatalf("%s: got %v to rest on, want none", f.ID(), whole.RestsOn)
				}
				continue
			}
			for i, m := range all {
				c.household.Members = slices.Delete(slices.Clone(all), i, i+1)
				rest, ok := c.scoreBy(f)
				want := !ok || !rest.Eligible
				if got := slices.Contains(whole.RestsOn, m.PersonID); got != want {
					t.Fatalf("%s: got %v that it rests on %s, want %v", f.ID(), got, m.PersonID, want)
				}
				rested += len(whole.RestsOn)
			}
		}
	})
	if rested == 0 {
		t.Error("no candidate rests on anybody")
	}
}

func TestThePutForwardComeFirst(t *testing.T) {
	cs := []family.Candidate{
		{HouseholdID: "H1", Eligible: true}, {HouseholdID: "H2", Eligible: true, PutForward: true}, {HouseholdID: "H3"},
	}
	Sort(cs)
	if cs[0].HouseholdID != "H2" || cs[1].HouseholdID != "H1" {
		t.Errorf("got %s before %s, want the one put forward first", cs[0].HouseholdID, cs[1].HouseholdID)
	}
}
