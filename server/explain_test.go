package server_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// explainWorld is the new world with a mother whose school row ties her child to
// her, and a man whom only a claim puts with them.
func explainWorld() *world {
	w := newWorld(0)
	home := w.households[id('H', 1)].Address
	w.person(1, "Ada", "1990-01-31", home, row(family.Housing, "T1", home, "Ada", "1990-01-31", family.ColTenancyRef, "T1",
		family.ColPersonRole, "tenant", family.ColTenancyStart, "2020-02-02"))
	w.person(2, "Bea", "2015-06-01", home, row(family.Attendance, "A1", home, "Bea", "2015-06-01"))
	w.person(3, "Cem", "1988-07-07", home, row(family.Housing, "T3", home, "Cem", "1988-07-07", family.ColTenancyRef, "T1",
		family.ColPersonRole, "household_member", family.ColTenancyStart, "2020-02-02", family.ColMovedOut, "2023-03-03"))
	return w
}

func TestExplainWithout(t *testing.T) {
	w := explainWorld()
	q := querypb.NewQueryServiceClient(serve(t, w, nil, nil))
	ask := func(req *querypb.ExplainMembershipRequest) *querypb.ExplainMembershipResponse {
		t.Helper()
		req.HouseholdId = id('H', 1)
		resp, err := q.ExplainMembership(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if s := tellsOfRefuge(resp); s != "" {
			t.Errorf("tells of the refuge: %q", s)
		}
		return resp
	}
	bea := id('P', 2)
	if got := ask(&querypb.ExplainMembershipRequest{PersonId: bea}); got.Standing != "lives_here" || len(got.Weights) == 0 || got.Weights[0].Row != "attendance/A1" || got.Weights[0].Words == "" {
		t.Errorf("as it is: %v", got)
	}
	if got := ask(&querypb.ExplainMembershipRequest{PersonId: bea, Without: []string{"attendance/A1"}}); got.Standing != "no_word" || got.Member != nil {
		t.Errorf("without her row: %v", got)
	}
	// The day before anybody was let in.
	if got := ask(&querypb.ExplainMembershipRequest{PersonId: id('P', 1), AsAt: "2019-01-01"}); got.Standing == "lives_here" {
		t.Errorf("before the tenancy: %v", got)
	}
	got := ask(&querypb.ExplainMembershipRequest{PersonId: bea, WhatIf: true})
	if !slices.ContainsFunc(got.Counterfactuals, func(c *querypb.Counterfactual) bool {
		return slices.Equal(c.Rows, []string{"attendance/A1"}) && slices.Equal(c.Leaves, []string{bea}) && c.Words != ""
	}) {
		t.Errorf("what if: %v", got.Counterfactuals)
	}
	others := ask(&querypb.ExplainMembershipRequest{WhatIf: true})
	if len(others.Others) != 1 || others.Others[0].PersonId != id('P', 3) || others.Others[0].Standing != "left" ||
		len(others.Others[0].Weights) == 0 || len(others.Counterfactuals) == 0 {
		t.Errorf("the others, and what if: %v", others)
	}
	for _, req := range []*querypb.ExplainMembershipRequest{{PersonId: bea, Without: []string{"no row"}}, {PersonId: bea, AsAt: "31/02/2025"}, {PersonId: "Bea"}} {
		req.HouseholdId = id('H', 1)
		if _, err := q.ExplainMembership(t.Context(), req); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%v: got %v, want InvalidArgument", req, err)
		}
	}
}

// TestExplainKeepsRefuge asks of a woman in a refuge why she is not in another
// household: neither where she is nor what says so may be told.
func TestExplainKeepsRefuge(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, explainWorld(), nil, nil))
	others, err := q.ExplainMembership(t.Context(), &querypb.ExplainMembershipRequest{HouseholdId: id('H', 1), WhatIf: true})
	if err != nil || tellsOfRefuge(others) != "" || slices.ContainsFunc(others.Others, func(o *querypb.Bystander) bool { return o.PersonId == id('P', 4) }) {
		t.Errorf("the others: %v, %v", others, err)
	}
	hidden := &querypb.ExplainMembershipRequest{HouseholdId: id('H', 2)}
	if _, err := q.ExplainMembership(t.Context(), hidden); status.Code(err) != codes.NotFound {
		t.Errorf("the others of a refuge: got %v, want NotFound", err)
	}
	for _, person := range []string{id('P', 4), id('P', 5)} {
		req := &querypb.ExplainMembershipRequest{HouseholdId: id('H', 1), PersonId: person, WhatIf: true}
		resp, err := q.ExplainMembership(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if s := tellsOfRefuge(resp); s != "" || resp.HomeHouseholdId != "" || len(resp.HomeWeights) > 0 || resp.Standing == "lives_here" {
			t.Errorf("%s: %q, %v", person, s, resp)
		}
		req.IncludeProtected = true
		if resp, err = q.ExplainMembership(t.Context(), req); err != nil || len(resp.HomeWeights) == 0 {
			t.Errorf("%s, all asked for: %v, %v", person, resp, err)
		}
	}
}
