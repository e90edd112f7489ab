package server_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// toldWorld is a world whose open household has all that a household holds, Dot
// among its former members, who is in the refuge now, and Bea once at it too.
func toldWorld() *world {
	w := newWorld(0)
	h := w.households[id('H', 1)]
	h.Certainty = 0.97
	h.Members = append(h.Members[:2:2],
		family.Member{PersonID: id('P', 3), Role: family.Associate, Kind: family.PossibleMember, Confidence: 0.4, Reason: "too little"},
		family.Member{PersonID: id('P', 4), Role: family.Adult, To: asAt - 30, Confidence: 0.9, Reason: "left",
			Weights: []family.Weight{{Fact: "placed_elsewhere", Bits: -6}}})
	h.Members[0].Weights = []family.Weight{{Fact: "tenancy_open", Bits: 4.5, Row: refs("housing/T1")[0], Day: asAt - 3}}
	refuge := family.Address{Line1: "9 Hidden Lane", Postcode: "AX9 9ZZ", UPRN: "900"}
	h.Stays = []family.Stay{
		{PersonID: id('P', 1), Address: h.Address, From: asAt - 900, FromStated: true, Probability: 0.98, Evidence: refs("housing/T1")},
		{PersonID: id('P', 2), Address: refuge, From: asAt - 60, To: asAt - 50, Probability: 0.9, Protected: true},
		{PersonID: id('P', 4), Address: h.Address, From: asAt - 900, To: asAt - 30, Probability: 0.9},
	}
	h.Relations = []family.Relation{
		{A: id('P', 1), B: id('P', 2), Kind: family.Mother, From: asAt - 3000, Confidence: 0.99, Evidence: refs("attendance/A1")},
		{A: id('P', 1), B: id('P', 4), Kind: family.Partner, From: asAt - 900, To: asAt - 30, Confidence: 0.8},
	}
	h.Changes = []family.Change{
		{Day: asAt - 30, Kind: family.Separated, Persons: []string{id('P', 4)}, Reason: "a partner left"},
		{Day: asAt - 900, Kind: family.Moved, Persons: []string{id('P', 1), id('P', 2)}, Evidence: refs("housing/T1"), Reason: "the household moved"},
	}
	h.Contradictions = []family.Contradiction{
		{Kind: "two_birth_mothers", Persons: []string{id('P', 2), id('P', 4)}, Reason: "two people are named as mother"},
		{Kind: "many_addresses", Persons: []string{id('P', 1)}, Evidence: refs("housing/T1"), Reason: "fifty addresses"},
	}
	w.households[h.ID] = h
	hidden := w.households[id('H', 2)]
	hidden.Members = append(hidden.Members, family.Member{PersonID: id('P', 9), Role: family.Associate})
	w.households[hidden.ID] = hidden
	w.person(9, "Fay", "1999-09-09", h.Address)
	return w
}

func TestHouseholdTellsWhatHappenedAndHowSure(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, toldWorld(), nil, nil))
	resp, err := q.GetHousehold(t.Context(), &querypb.GetHouseholdRequest{HouseholdId: id('H', 1), IncludeProtected: true})
	if err != nil {
		t.Fatal(err)
	}
	h := resp.Household
	if h.Certainty != 0.97 || len(h.Stays) != 3 || len(h.Relations) != 2 || len(h.Changes) != 2 || len(h.Contradictions) != 2 {
		t.Errorf("asked for all: got %v", h)
	}
	if m := h.Members[0]; len(m.Weights) != 1 || m.Weights[0].Row != "housing/T1" || m.Weights[0].Bits != 4.5 || m.Weights[0].Day != "2025-03-11" {
		t.Errorf("weights: %v", h.Members[0].Weights)
	}
	if m := h.Members[2]; m.Kind != "possible_member" || m.Current || m.Role != "associate" {
		t.Errorf("a possible member: %v", m)
	}
	if s := h.Stays[0]; !s.FromStated || s.From != "2022-09-26" || s.To != "" || s.Uprn != "100" {
		t.Errorf("a stay: %v", s)
	}
	if r := h.Relations[0]; r.Kind != "mother" || r.A != id('P', 1) || len(r.Evidence) != 1 {
		t.Errorf("a relation: %v", r)
	}
	if c := h.Changes[0]; c.Kind != "separated" || c.Day != "2025-02-12" || c.PersonIds[0] != id('P', 4) {
		t.Errorf("a change: %v", c)
	}
}

func TestWhatConcernsAProtectedPersonIsWithheld(t *testing.T) {
	w := toldWorld()
	q := querypb.NewQueryServiceClient(serve(t, w, nil, nil))
	resp, err := q.GetHousehold(t.Context(), &querypb.GetHouseholdRequest{HouseholdId: id('H', 1)})
	if err != nil {
		t.Fatal(err)
	}
	if s := tellsOfRefuge(resp); s != "" {
		t.Errorf("tells of the refuge: %q", s)
	}
	h := resp.Household
	for name, n := range map[string][2]int{"stays": {len(h.Stays), 1}, "relations": {len(h.Relations), 1}, "changes": {len(h.Changes), 1},
		"contradictions": {len(h.Contradictions), 1}, "weights of the one in the refuge": {len(h.Members[3].Weights), 0},
		"weights of another": {len(h.Members[0].Weights), 1}} {
		if n[0] != n[1] {
			t.Errorf("%s: got %d, want %d", name, n[0], n[1])
		}
	}
	if len(h.Stays) == 1 && h.Stays[0].PersonId != id('P', 1) {
		t.Errorf("the stay that is shown is that of %s", h.Stays[0].PersonId)
	}
	if len(w.households[id('H', 1)].Relations) != 2 || len(w.households[id('H', 1)].Members[3].Weights) != 1 {
		t.Error("what is kept was changed")
	}
	member, err := q.ExplainMembership(t.Context(), &querypb.ExplainMembershipRequest{HouseholdId: id('H', 1), PersonId: id('P', 4)})
	if err != nil || len(member.Member.GetWeights()) != 0 {
		t.Errorf("explained: %v, %v", member, err)
	}
	possible, err := q.ExplainMembership(t.Context(), &querypb.ExplainMembershipRequest{HouseholdId: id('H', 1), PersonId: id('P', 3)})
	if err != nil || !strings.HasPrefix(possible.Verdict, "Perhaps a member, not counted: ") {
		t.Errorf("explained: %v, %v", possible, err)
	}
}

func TestDrawHousehold(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, toldWorld(), nil, nil))
	for _, kind := range []querypb.DrawingKind{querypb.DrawingKind_DRAWING_KIND_UNSPECIFIED, querypb.DrawingKind_DRAWING_KIND_GENOGRAM,
		querypb.DrawingKind_DRAWING_KIND_TIMELINE} {
		resp, err := q.DrawHousehold(t.Context(), &querypb.DrawHouseholdRequest{HouseholdId: id('H', 1), Kind: kind})
		if err != nil || !strings.HasPrefix(string(resp.Svg), "<svg") || len(resp.Text) == 0 {
			t.Errorf("%s: %v, %.80s", kind, err, resp.GetSvg())
			continue
		}
		all := string(resp.Svg) + strings.Join(resp.Text, "\n")
		if s := tellsOfRefuge(resp); s != "" || strings.Contains(all, "Dot Zz") || strings.Contains(all, "Hidden") {
			t.Errorf("%s: draws the one in the refuge", kind)
		}
		if !strings.Contains(all, "Ada") {
			t.Errorf("%s: no Ada in it:\n%s", kind, all)
		}
	}
	for _, tc := range []struct {
		req  *querypb.DrawHouseholdRequest
		want codes.Code
	}{
		{&querypb.DrawHouseholdRequest{HouseholdId: id('H', 2)}, codes.NotFound},
		{&querypb.DrawHouseholdRequest{HouseholdId: id('H', 2), IncludeProtected: true}, codes.OK},
		{&querypb.DrawHouseholdRequest{HouseholdId: id('H', 1), Kind: 9}, codes.InvalidArgument},
		{&querypb.DrawHouseholdRequest{HouseholdId: "H1"}, codes.InvalidArgument},
		{&querypb.DrawHouseholdRequest{HouseholdId: id('H', 1), AsAt: "31/02/2025"}, codes.InvalidArgument},
	} {
		if _, err := q.DrawHousehold(t.Context(), tc.req); status.Code(err) != tc.want {
			t.Errorf("%v: got %v, want %v", tc.req, err, tc.want)
		}
	}
}

func TestHouseholdAtAnotherDay(t *testing.T) {
	w := toldWorld()
	q := querypb.NewQueryServiceClient(serve(t, w, nil, nil))
	resp, err := q.GetHousehold(t.Context(), &querypb.GetHouseholdRequest{HouseholdId: id('H', 1), AsAt: "2024-12-31"})
	if err != nil {
		t.Fatal(err)
	}
	h := resp.Household
	if !h.Members[3].Current || h.Members[0].Age != 34 || len(h.Candidates) != 1 || h.Candidates[0].AsAt != "2024-12-31" {
		t.Errorf("of that day: %v", prototext.Format(h))
	}
	if s := tellsOfRefuge(resp); s != "" || len(h.Changes) != 1 {
		t.Errorf("another day tells of the refuge (%q), or all changes (%d)", s, len(h.Changes))
	}
	_, err = q.GetHousehold(t.Context(), &querypb.GetHouseholdRequest{HouseholdId: id('H', 2), AsAt: "2024-12-31"})
	if status.Code(err) != codes.NotFound {
		t.Errorf("a protected one: %v", err)
	}
	_, err = q.GetHousehold(t.Context(), &querypb.GetHouseholdRequest{HouseholdId: id('H', 77), AsAt: "2024-12-31"})
	if status.Code(err) != codes.NotFound {
		t.Errorf("none: %v", err)
	}
}

func TestExportTellsKindAndCertainty(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, toldWorld(), nil, nil))
	for _, all := range []bool{false, true} {
		stream, err := q.ExportHouseholds(t.Context(), &querypb.ExportHouseholdsRequest{IncludeProtected: all})
		protected := 0
		for _, l := range collect(t, stream, err) {
			if l.HouseholdId == id('H', 1) && (l.Certainty != 0.97 || (l.Kind == "possible_member") != (l.PersonId == id('P', 3))) {
				t.Errorf("line %v", l)
			}
			if l.Protected {
				protected++
			}
		}
		if (protected > 0) != all {
			t.Errorf("protected lines: got %d, asked for them: %t", protected, all)
		}
	}
}
