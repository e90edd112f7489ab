package eligibility

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/family"
)

func TestCompare(t *testing.T) {
	candidate := func(id string, eligible bool, needs ...any) family.Candidate {
		c := family.Candidate{HouseholdID: id, Eligible: eligible}
		for i := 0; i < len(needs); i += 2 {
			c.Needs = append(c.Needs, &family.Need{Criterion: needs[i].(string), Status: needs[i+1].(family.Status)})
		}
		return c
	}
	got := Compare([]family.Candidate{
		candidate("H3", true, "a", family.Met, "b", family.Unknown),
		candidate("H1", true, "a", family.Met, "b", family.Met),
		candidate("H2", false, "a", family.NotMet, "b", family.Unknown),
	}, []family.Candidate{
		candidate("H1", true, "a", family.Met, "c", family.Met),
		candidate("H2", true, "a", family.Met, "c", family.NotMet),
		candidate("H4", true, "a", family.Unknown, "c", family.Met), // no family of the first
	})
	want := Effect{Before: 2, After: 3, Gained: []string{"H2", "H4"}, Lost: []string{"H3"}, Criteria: []CriterionEffect{
		{Criterion: "a", Before: 2, After: 2, UnknownAfter: 1, Gained: []string{"H2"}, Lost: []string{"H3"}},
		{Criterion: "b", Before: 1, UnknownBefore: 2, Lost: []string{"H1"}},
		{Criterion: "c", After: 2, Gained: []string{"H1", "H4"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("effect (-want +got):\n%s", diff)
	}
	if got := Compare(nil, nil); got.Before != 0 || len(got.Criteria) != 0 {
		t.Errorf("of nobody: got %+v", got)
	}
}
