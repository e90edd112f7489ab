package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

func TestProtectedFamiliesAreShownToNobody(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	_, err := o.OpenCase(o.by("C. Ordinator"), &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 2), Framework: sf, Reason: "x"})
	if status.Code(err) != codes.NotFound {
		t.Errorf("opened for a refuge: got %v, want NOT_FOUND", err)
	}
	opened, err := o.OpenCase(o.by("C. Ordinator"), &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 2), Framework: sf, Reason: "x", Agency: "refuge",
		IncludeProtected: true})
	if err != nil {
		t.Fatal(err)
	}
	caseID := opened.Case.CaseId
	hidden := func(name string) {
		t.Helper()
		if _, err := o.GetCase(o.by("R. Eader"), &caseworkpb.GetCaseRequest{CaseId: caseID}); status.Code(err) != codes.NotFound {
			t.Errorf("%s: got %v, want NOT_FOUND", name, err)
		}
		if list, err := o.ListCases(o.by("R. Eader"), &caseworkpb.ListCasesRequest{}); err != nil || len(list.Cases) != 0 || list.TotalSize != 0 {
			t.Errorf("%s: listed %v, %v", name, list, err)
		}
	}
	hidden("while they are there")
	list, err := o.ListCases(o.by("R. Eader"), &caseworkpb.ListCasesRequest{IncludeProtected: true})
	if err != nil || len(list.Cases) != 1 || !list.Cases[0].Protected {
		t.Errorf("asked for: %v, %v", list, err)
	}
	h := w.households[id('H', 2)]
	h.Protected = false
	w.households[h.ID] = h
	w.night.ID = "N10"
	hidden("when the feeds have forgotten")
}

// Somebody who has left a refuge joins another family: nobody is told there of
// the case from the time in the refuge, nor asked to acknowledge it.
func TestWarningsDoNotTellOfProtectedCases(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	opened, err := o.OpenCase(o.by("C. Ordinator"), &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 2), Framework: sf, Reason: "x", Agency: "refuge",
		IncludeProtected: true})
	if err != nil {
		t.Fatal(err)
	}
	refuge, home := w.households[id('H', 2)], w.households[id('H', 1)]
	refuge.Protected = false
	refuge.Members[0].To = asAt - 10
	home.Members = append(home.Members, family.Member{PersonID: id('P', 4), Role: family.Adult, From: asAt - 10, Confidence: 1})
	w.households[refuge.ID], w.households[home.ID] = refuge, home
	w.night.ID = "N10"
	req := &caseworkpb.OpenCaseRequest{HouseholdId: home.ID, Framework: sf, Reason: "x", Agency: "early_help"}
	seen, err := o.OpenCase(o.by("C. Ordinator"), req)
	if err != nil || len(seen.Warnings) != 0 {
		t.Errorf("got %v, %v; want nothing said of it", seen.GetWarnings(), err)
	}
	got, err := o.GetCase(o.by("C. Ordinator"), &caseworkpb.GetCaseRequest{CaseId: seen.GetCase().GetCaseId()})
	if err != nil || slices.ContainsFunc(got.Warnings, func(x *caseworkpb.Warning) bool { return x.SubjectId == opened.Case.CaseId }) {
		t.Errorf("got %v, %v; want nothing said of it", got, err)
	}
	got, err = o.GetCase(o.by("C. Ordinator"), &caseworkpb.GetCaseRequest{CaseId: seen.GetCase().GetCaseId(), IncludeProtected: true})
	if err != nil || !slices.ContainsFunc(got.Warnings, func(x *caseworkpb.Warning) bool { return x.SubjectId == opened.Case.CaseId }) {
		t.Errorf("asked for: got %v, %v; want a warning", got.GetWarnings(), err)
	}
}

// A family that has moved on is found by its records.
func TestCaseFollowsItsPeople(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	caseID := o.open().CaseId
	home := w.households[id('H', 1)]
	left, moved := home, family.Household{ID: id('H', 7), Address: family.Address{Line1: "3 Fir Close", Postcode: "AX5 5ZZ"}}
	left.Members = slices.Clone(home.Members)
	for i := range left.Members[:2] {
		left.Members[i].To = asAt - 5
		m := left.Members[i]
		m.From, m.To = asAt-5, 0
		moved.Members = append(moved.Members, m)
	}
	w.households[left.ID], w.households[moved.ID] = left, moved
	w.night.ID = "N10"
	got, err := o.GetCase(o.by("R. Eader"), &caseworkpb.GetCaseRequest{CaseId: caseID})
	if err != nil {
		t.Fatal(err)
	}
	if at := got.Case.Households; len(at) != 1 || at[0].HouseholdId != moved.ID || at[0].Original || got.Case.HouseholdId != home.ID {
		t.Errorf("where they live: %v", got.Case.Households)
	}
	if len(got.Involvements) == 0 {
		t.Error("early help is not seen any more")
	}
	_, err = o.OpenCase(o.by("C. Ordinator"), &caseworkpb.OpenCaseRequest{HouseholdId: moved.ID, Framework: sf, Needs: []string{"1.1"}, Reason: "new here",
		Agency: "early_help", AcknowledgeKnown: true})
	if status.Code(err) != codes.AlreadyExists {
		t.Errorf("opened again where they moved: got %v, want ALREADY_EXISTS", err)
	}
	list, err := o.ListCases(o.by("R. Eader"), &caseworkpb.ListCasesRequest{HouseholdId: moved.ID})
	if err != nil || list.TotalSize != 1 {
		t.Errorf("by the new household: %v, %v", list, err)
	}
}

func TestListsOfCasework(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	caseID, claimID := o.claimed(w)
	h := id('H', 1)
	count := func(name string, got int64, err error, want int64) {
		t.Helper()
		if err != nil || got != want {
			t.Errorf("%s: got %d, %v; want %d", name, got, err, want)
		}
	}
	ctx := o.by("R. Eader")
	for name, tc := range map[string]struct {
		req  *caseworkpb.ListCasesRequest
		want int64
	}{
		"all":            {&caseworkpb.ListCasesRequest{}, 1},
		"worked with":    {&caseworkpb.ListCasesRequest{Status: caseworkpb.CaseStatus_CASE_STATUS_WORKED_WITH}, 1},
		"closed":         {&caseworkpb.ListCasesRequest{Status: caseworkpb.CaseStatus_CASE_STATUS_CLOSED}, 0},
		"household":      {&caseworkpb.ListCasesRequest{HouseholdId: h}, 1},
		"another's":      {&caseworkpb.ListCasesRequest{HouseholdId: id('H', 9)}, 0},
		"lead":           {&caseworkpb.ListCasesRequest{LeadAgency: "Early_Help"}, 1},
		"before":         {&caseworkpb.ListCasesRequest{AsAt: "2025-02-02"}, 0},
		"elsewhere":      {&caseworkpb.ListCasesRequest{Ward: "Oak"}, 0},
		"other programs": {&caseworkpb.ListCasesRequest{Framework: "tf-phase2-2015"}, 0},
	} {
		got, err := o.ListCases(ctx, tc.req)
		count(name, got.GetTotalSize(), err, tc.want)
	}
	claims, err := o.ListClaims(ctx, &caseworkpb.ListClaimsRequest{CaseId: caseID})
	count("claims", claims.GetTotalSize(), err, 1)
	if _, err := o.WithdrawClaim(ctx, &caseworkpb.WithdrawClaimRequest{ClaimId: claimID, Reason: "made in error"}); err != nil {
		t.Fatal(err)
	}
	claims, err = o.ListClaims(ctx, &caseworkpb.ListClaimsRequest{})
	count("withdrawn", claims.GetTotalSize(), err, 0)
	claims, err = o.ListClaims(ctx, &caseworkpb.ListClaimsRequest{IncludeWithdrawn: true})
	count("withdrawn asked for", claims.GetTotalSize(), err, 1)
	w.turned = false
	alerts, err := o.ListAlerts(ctx, &caseworkpb.ListAlertsRequest{})
	count("alerts", alerts.GetTotalSize(), err, 1)
	alerts, err = o.ListAlerts(ctx, &caseworkpb.ListAlertsRequest{AsAt: "2025-03-13", Since: "2025-03-01"})
	count("alerts of another day", alerts.GetTotalSize(), err, 1)
	for range 3 {
		if _, err := o.Nominate(ctx, &caseworkpb.NominateRequest{HouseholdId: h, Framework: sf, Needs: []string{"7.1"}, Agency: fmt.Sprint("a", len(w.events)),
			Reason: "x", AcknowledgeKnown: true}); err != nil {
			t.Fatal(err)
		}
	}
	first, err := o.ListNominations(ctx, &caseworkpb.ListNominationsRequest{PageSize: 2})
	if err != nil || len(first.Nominations) != 2 || first.NextPageToken == "" || first.TotalSize != 3 {
		t.Fatalf("got %v, %v", first, err)
	}
	second, err := o.ListNominations(ctx, &caseworkpb.ListNominationsRequest{PageSize: 2, PageToken: first.NextPageToken})
	if err != nil || len(second.Nominations) != 1 || second.NextPageToken != "" {
		t.Errorf("got %v, %v", second, err)
	}
	n := first.Nominations[0]
	if _, err := o.WithdrawNomination(ctx, &caseworkpb.WithdrawNominationRequest{NominationId: n.NominationId, Reason: "a mistake"}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.ListNominations(ctx, &caseworkpb.ListNominationsRequest{PageSize: 2, PageToken: first.NextPageToken}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("a token of another book: got %v, want INVALID_ARGUMENT", err)
	}
}

func TestAreas(t *testing.T) {
	w := newWorld(0)
	h := w.households[id('H', 1)]
	h.Area = family.Area{Ward: "Elm", District: "North"}
	w.households[h.ID] = h
	o := officeOf(t, w)
	caseID := o.open().CaseId
	got, err := o.AssignArea(o.by("M. Anager"), &caseworkpb.AssignAreaRequest{AreaLevel: "district", AreaName: "North", LeadAgency: "family help",
		Team: "north team", Reason: "from February", Day: "2025-02-03"})
	if err != nil || got.Cases != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	one, err := o.GetCase(o.by("R. Eader"), &caseworkpb.GetCaseRequest{CaseId: caseID})
	if err != nil || one.Case.LeadAgency != "family help" || one.Case.Team != "north team" || !one.Case.AssignedByArea {
		t.Errorf("got %v, %v", one, err)
	}
	o.record(&caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: assigned, LeadAgency: "school", LeadPractitioner: "T. Eacher"})
	areas, err := o.ListAreas(o.by("R. Eader"), &caseworkpb.ListAreasRequest{})
	if err != nil || len(areas.Areas) != 1 || areas.Areas[0].Team != "north team" {
		t.Errorf("got %v, %v", areas, err)
	}
}

// The numbers of kinds and states are the same in the contract as here.
func TestNumbersOfTheContract(t *testing.T) {
	for n, name := range caseworkpb.CaseEventKind_name {
		if n > 0 && strings.ToUpper(family.CaseEventKind(n).String()) != strings.TrimPrefix(name, "CASE_EVENT_KIND_") {
			t.Errorf("%s is %s here", name, family.CaseEventKind(n))
		}
	}
	for n, name := range caseworkpb.CaseStatus_name {
		if n > 0 && strings.ToUpper(casework.Status(n).String()) != strings.TrimPrefix(name, "CASE_STATUS_") {
			t.Errorf("%s is %s here", name, casework.Status(n))
		}
	}
	for n, name := range caseworkpb.OutcomeStatus_name {
		if n > 0 && strings.ToUpper(family.OutcomeStatus(n).String()) != strings.TrimPrefix(name, "OUTCOME_STATUS_") {
			t.Errorf("%s is %s here", name, family.OutcomeStatus(n))
		}
	}
	for n := casework.ClaimMade; n <= casework.ClaimTakenBack; n++ {
		name := strings.ToLower(strings.TrimPrefix(caseworkpb.ClaimState(n).String(), "CLAIM_STATE_"))
		if n.String() != name && n != casework.ClaimQueried {
			t.Errorf("%s is %s in the contract", n, name)
		}
	}
}
