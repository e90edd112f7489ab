package server_test

import (
	"slices"
	"strings"
	"testing"

	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// TestListConflicts: two agencies with a case of one household are told of, page
// by page, at a protected address only to who asks for it.
func TestListConflicts(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	list := func(req *caseworkpb.ListConflictsRequest) *caseworkpb.ListConflictsResponse {
		t.Helper()
		got, err := o.ListConflicts(o.by("R. Eader"), req)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	var cases []string
	for _, home := range []int{1, 2} {
		for _, agency := range []string{"early_help", "police"} {
			if len(cases) == 1 {
				if got := list(&caseworkpb.ListConflictsRequest{}); got.TotalSize != 0 {
					t.Errorf("one case: %v", got)
				}
			}
			got, err := o.OpenCase(o.by("C. Ordinator"), &caseworkpb.OpenCaseRequest{HouseholdId: id('H', home), Framework: sf, Needs: []string{"5.1"},
				Reason: "meets three headlines", Agency: agency, AcknowledgeKnown: true, IncludeProtected: true})
			if err != nil {
				t.Fatal(err)
			}
			cases = append(cases, got.Case.CaseId)
		}
	}
	got := list(&caseworkpb.ListConflictsRequest{})
	if len(got.Conflicts) != 1 || got.TotalSize != 1 || got.Conflicts[0].HouseholdId != id('H', 1) || !slices.Equal(got.Conflicts[0].CaseIds, cases[:2]) ||
		len(got.Conflicts[0].ClaimIds) != 0 || !strings.Contains(got.Conflicts[0].Text, "duplicate") {
		t.Errorf("got %v, want cases %v of the first household", got, cases[:2])
	}
	first := list(&caseworkpb.ListConflictsRequest{IncludeProtected: true, PageSize: 1})
	if first.TotalSize != 2 || len(first.Conflicts) != 1 || first.NextPageToken == "" {
		t.Fatalf("first page: %v", first)
	}
	next := list(&caseworkpb.ListConflictsRequest{IncludeProtected: true, PageSize: 1, PageToken: first.NextPageToken})
	if len(next.Conflicts) != 1 || !slices.Equal(next.Conflicts[0].CaseIds, cases[2:]) || next.NextPageToken != "" {
		t.Errorf("second page: %v", next)
	}
	last := w.audit[len(w.audit)-1]
	if want := []string{"conflicts", "case/" + cases[2], "case/" + cases[3]}; !slices.Equal(last.Subjects[:3], want) || last.Actor != "R. Eader" {
		t.Errorf("audited %v by %q, want %v", last.Subjects, last.Actor, want)
	}
	o.record(&caseworkpb.RecordCaseEventRequest{CaseId: cases[0], Kind: closed, Ending: "duplicate", IntoCaseId: cases[1], Reason: "one family"})
	if got := list(&caseworkpb.ListConflictsRequest{}); got.TotalSize != 0 {
		t.Errorf("once settled: %v", got)
	}
}
