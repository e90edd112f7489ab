package web

import (
	"strings"
	"testing"

	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

func TestPackTellsTheWholeClaim(t *testing.T) {
	claim := &caseworkpb.GetClaimResponse{
		Claim: &caseworkpb.Claim{ClaimId: "E9", Framework: "sf-2022", Result: "sustained_progress", Day: "2026-06-01",
			By: "A. Example", Reason: "<b>all met</b>", SnapshotHash: "ab12", State: caseworkpb.ClaimState_CLAIM_STATE_SAMPLED},
		Snapshot: &caseworkpb.ClaimSnapshot{CaseId: "E5", Plan: "FP-1", Attached: "2025-11-01", AsAt: "2026-06-01",
			Members: []*caseworkpb.SnapshotMember{{PersonId: "P1", Role: "child"}},
			Outcome: &caseworkpb.Outcome{Name: "Sustained progress", Status: caseworkpb.OutcomeStatus_OUTCOME_STATUS_ACHIEVED,
				Needs: []*caseworkpb.NeedOutcome{{Criterion: "1.1", Status: caseworkpb.OutcomeStatus_OUTCOME_STATUS_ON_TRACK,
					Evidence: []string{"attendance/A1"}}, {Rule: "no_rows"}, {Rule: "said", Confirmed: "E7"}}},
			Rows: []*caseworkpb.SnapshotRow{{Feed: "attendance", RecordId: "A1", Agency: "school",
				Cells: []*querypb.Cell{{Column: "sessions_possible", Text: "120"}}}}},
		Corrections: []*caseworkpb.Correction{{Row: "attendance/A1", Columns: []string{"sessions_possible"}}},
		History: []*caseworkpb.CaseEvent{{Kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_CLAIM_AUDITED, Day: "2026-07-01",
			By: "B. Auditor", Outcome: "query"}},
	}
	var b strings.Builder
	if err := WritePack(&b, claim); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		"Claim E9: Sustained progress", "<title>Claim E9: sustained progress", "&lt;b&gt;all met&lt;/b&gt;", "1 of the rows behind this claim was corrected",
		"on track", "achieved", "no_rows", "not known", `href="#row-attendance-A1"`, `id="row-attendance-A1"`,
		"sessions possible: 120", "claim audited: query", "ab12", "sampled", "goes on",
		"confirmed by a professional: E7",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, never := range []string{"<script", "http://", "https://", "<b>all"} {
		if strings.Contains(page, never) {
			t.Errorf("the page holds %q", never)
		}
	}
}
