package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

func TestHouseholdInGroups(t *testing.T) {
	var out bytes.Buffer
	newProgram(nil, &out, io.Discard).printHousehold(&querypb.Household{
		HouseholdId: "H0000000000000001", Address: "1 Elm Row", Certainty: 0.9962,
		Members: []*querypb.Member{
			{PersonId: "P1", Forename: "Ada", Age: 35, Role: "adult", Current: true, Confidence: 1, Reason: "tenant"},
			{PersonId: "P2", Forename: "Bea", Age: 9, Role: "dual_resident_child", Confidence: 0.9, Reason: "two homes"},
			{PersonId: "P3", Forename: "Cem", Age: -1, Role: "associate", Kind: "possible_member", Confidence: 0.4, Reason: "too little"},
			{PersonId: "P4", Forename: "Dan", Age: 41, Role: "adult", To: "2024-01-01", Confidence: 0.9, Reason: "left"},
			{PersonId: "P5", Forename: "Eve", Age: 50, Role: "associate", Kind: "professional", Reason: "social worker"},
		},
		Changes: []*querypb.Change{
			{Day: "2024-01-01", Kind: "separated", PersonIds: []string{"P4"}, Reason: "a partner left"},
			{Kind: "joined", PersonIds: []string{"P1", "P9"}, Reason: "somebody joined"},
		},
		Contradictions: []*querypb.Contradiction{{Kind: "parent_too_young", PersonIds: []string{"P1"}, Reason: "nine years older"}},
		Candidates: []*querypb.Candidate{
			{Framework: "sf-2022", Eligible: true, Certainty: 0.9962, PutForward: true, Reason: "3 headlines met.", RestsOn: []string{"P1", "P2"}},
			{Framework: "tf", Eligible: true, Certainty: 0.9962, Reason: "2 headlines met.", RestsOn: []string{"P2"}},
		},
	})
	rest := out.String()
	for _, want := range []string{"how sure: 99.6 %", "\nlives here\n", "Ada", "99.9 %", "\nsecond home\n", "Bea", "\npossible, not counted\n", "Cem",
		"possible", "\nothers\n", "Dan", "adult, not", "Eve", "professional", "what happened, the latest first", "separated", "Dan", "Ada, P9",
		"what cannot all be true", "parent too young", "sf-2022: eligible, put forward.", "It rests on Ada, Bea: without any one", "tf: eligible, to be checked first.", "It rests on Bea, without whom"} {
		_, after, ok := strings.Cut(rest, want)
		if !ok {
			t.Fatalf("no %q where it belongs in:\n%s", want, out.String())
		}
		rest = after
	}
}

func TestCandidatesSayHowFar(t *testing.T) {
	var out bytes.Buffer
	newProgram(nil, &out, io.Discard).printCandidates([]*querypb.Candidate{
		{HouseholdId: "H1", Eligible: true, PutForward: true, Certainty: 0.9999}, {HouseholdId: "H2", Eligible: true, Certainty: 0.8},
		{HouseholdId: "H3", Eligible: true}, {HouseholdId: "H4"},
	})
	for i, want := range []string{"put forward", "to be", "yes", "no"} {
		_, line, _ := strings.Cut(out.String(), "H"+string(rune('1'+i)))
		if line, _, _ = strings.Cut(line, "H"); !strings.Contains(line, want) {
			t.Errorf("H%d: %q, want %q in it", i+1, line, want)
		}
	}
	if strings.Contains(out.String(), "100 %") {
		t.Errorf("something is said to be certain:\n%s", out.String())
	}
}

// TestMembershipInWords compares what explain prints of a fictional answer.
func TestMembershipInWords(t *testing.T) {
	var out bytes.Buffer
	newProgram(nil, &out, io.Discard).printMembership(&querypb.ExplainMembershipResponse{
		Verdict:         "Not a member, a parent who lives elsewhere: parent of a child of the household",
		Weights:         []*querypb.Weight{{Bits: -5, Words: "what speaks for another dwelling"}, {Bits: -3, Words: "a row states the end of living here", Day: "2023-08-01", Row: "housing/T1"}},
		HomeHouseholdId: "H0000000000000002",
		HomeWeights:     []*querypb.Weight{{Bits: 5, Words: "tenant here", Day: "2025-03-14", Row: "housing/T2"}},
		Counterfactuals: []*querypb.Counterfactual{{Words: "without housing/T2 one person more would live here", Joins: []string{"P0000000000000003"}}},
	}, true)
	const want = `Not a member, a parent who lives elsewhere: parent of a child of the household

what speaks for and against living here
bits  what                                 as at       row
───────────────────────────────────────────────────────────────────
-5.0  what speaks for another dwelling
-3.0  a row states the end of living here  2023-08-01  housing/T1

what outweighs it: the same of where the person lives, household H0000000000000002
bits  what         as at       row
───────────────────────────────────────────
+5.0  tenant here  2025-03-14  housing/T2

what would change who lives here
what                                                not here  here too
─────────────────────────────────────────────────────────────────────────────────
without housing/T2 one person more would live here            P0000000000000003
`
	if got := out.String(); got != want {
		t.Errorf("got\n%s", got)
	}
}
