package server_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

const (
	sf     = "sf-2022"
	result = "successful_outcome" // of sf-2022, which asks for a plan and a lead practitioner
)

// office is whom casework is asked of.
type office struct {
	caseworkpb.CaseworkServiceClient
	*running
	t *testing.T
}

func officeOf(t *testing.T, w *world) office {
	t.Helper()
	r := serve(t, w, nil, nil)
	return office{caseworkpb.NewCaseworkServiceClient(r), r, t}
}

// by is the context of somebody's call.
func (o office) by(name string) context.Context { return as(o.t, name) }

// open opens a case for the family of the first household, past its early help.
func (o office) open() *caseworkpb.Case {
	o.t.Helper()
	got, err := o.OpenCase(o.by("C. Ordinator"), &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 1), Framework: sf,
		Day: "2025-02-03", Reason: "meets three headlines", Agency: "early_help", AcknowledgeKnown: true})
	if err != nil {
		o.t.Fatal(err)
	}
	return got.Case
}

func (o office) record(req *caseworkpb.RecordCaseEventRequest) *caseworkpb.RecordCaseEventResponse {
	o.t.Helper()
	req.Agency = "early_help"
	got, err := o.RecordCaseEvent(o.by("K. Worker"), req)
	if err != nil {
		o.t.Fatalf("%v: %v", req.Kind, err)
	}
	return got
}

const (
	assigned   = caseworkpb.CaseEventKind_CASE_EVENT_KIND_ASSIGNED
	contacted  = caseworkpb.CaseEventKind_CASE_EVENT_KIND_CONTACTED
	agreed     = caseworkpb.CaseEventKind_CASE_EVENT_KIND_AGREED
	declined   = caseworkpb.CaseEventKind_CASE_EVENT_KIND_DECLINED
	planned    = caseworkpb.CaseEventKind_CASE_EVENT_KIND_PLANNED
	workedWith = caseworkpb.CaseEventKind_CASE_EVENT_KIND_WORKED_WITH
	noted      = caseworkpb.CaseEventKind_CASE_EVENT_KIND_NOTED
	closed     = caseworkpb.CaseEventKind_CASE_EVENT_KIND_CLOSED
	needMet    = caseworkpb.CaseEventKind_CASE_EVENT_KIND_NEED_MET
	undone     = caseworkpb.CaseEventKind_CASE_EVENT_KIND_UNDONE
)

// attach brings a case as far as support has begun.
func (o office) attach(caseID string) {
	o.t.Helper()
	for _, e := range []*caseworkpb.RecordCaseEventRequest{
		{Kind: contacted, Day: "2025-02-04"}, {Kind: agreed, Day: "2025-02-05"}, {Kind: planned, Day: "2025-02-06", Plan: "PLAN-7"},
		{Kind: workedWith, Day: "2025-02-07", LeadAgency: "early_help", LeadPractitioner: "K. Worker"},
	} {
		e.CaseId = caseID
		o.record(e)
	}
}

// claimed brings a family as far as a claim.
func (o office) claimed(w *world) (caseID, claimID string) {
	o.t.Helper()
	caseID = o.open().CaseId
	o.attach(caseID)
	w.turned = true
	got, err := o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID))
	if err != nil {
		o.t.Fatal(err)
	}
	return caseID, got.Claim.ClaimId
}

func claimOf(caseID string) *caseworkpb.ClaimResultRequest {
	return &caseworkpb.ClaimResultRequest{CaseId: caseID, Result: result, Reason: "attendance is good for two terms"}
}

func TestTheWholeWay(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	nominated, err := o.Nominate(o.by("T. Eacher"), &caseworkpb.NominateRequest{Record: ref("attendance", "A1"), Framework: sf,
		Needs: []string{"1.1"}, Agency: "anytown school", Reason: "often away", Day: "2025-02-01", AcknowledgeKnown: true})
	if err != nil {
		t.Fatal(err)
	}
	n := nominated.Nomination
	if n.HouseholdId != id('H', 1) || n.By != "T. Eacher" || n.State != caseworkpb.NominationState_NOMINATION_STATE_OPEN ||
		len(n.Households) != 1 || len(n.Households[0].PersonIds) != 2 {
		t.Errorf("nomination %v", n)
	}
	opened, err := o.OpenCase(o.by("C. Ordinator"), &caseworkpb.OpenCaseRequest{NominationId: n.NominationId, Day: "2025-02-03",
		Reason: "agreed at the panel", Agency: "early_help"})
	if err != nil {
		t.Fatal(err)
	}
	caseID := opened.Case.CaseId
	if got := opened.Case; got.Status != caseworkpb.CaseStatus_CASE_STATUS_IDENTIFIED || got.Framework != sf || got.Needs[0].Criterion != "1.1" ||
		!slices.Contains(got.NominationIds, n.NominationId) {
		t.Errorf("case %v", got)
	}
	o.attach(caseID)
	outcomes, err := o.GetOutcomes(o.by("K. Worker"), &caseworkpb.GetOutcomesRequest{CaseId: caseID})
	if err != nil || outcomes.Outcomes[0].Claimable || !strings.Contains(outcomes.Outcomes[0].NotClaimable, "not achieved") || len(outcomes.Alerts) != 1 {
		t.Errorf("before: got %v, %v", outcomes, err)
	}
	w.turned = true
	outcomes, err = o.GetOutcomes(o.by("K. Worker"), &caseworkpb.GetOutcomesRequest{CaseId: caseID})
	if err != nil || !outcomes.Outcomes[0].Claimable || outcomes.Outcomes[0].Status != caseworkpb.OutcomeStatus_OUTCOME_STATUS_ACHIEVED {
		t.Errorf("after: got %v, %v", outcomes, err)
	}
	o.record(&caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: closed, Ending: "completed", Day: "2025-03-01", Reason: "the plan is done"})
	claim, err := o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID))
	if err != nil {
		t.Fatal(err)
	}
	claimID := claim.Claim.ClaimId
	if _, err := o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID)); status.Code(err) != codes.AlreadyExists {
		t.Errorf("claimed again: got %v, want ALREADY_EXISTS", err)
	}
	o.audit(w, claimID)
	o.correct(w, claimID)
}

// audit draws the claim, queries it, has the query answered and signs it off.
func (o office) audit(w *world, claimID string) {
	t := o.t
	t.Helper()
	draw := &caseworkpb.SampleClaimsRequest{Framework: sf, From: "2025-01-01", To: "2025-03-14", Percent: 10, Seed: 4711, Reason: "spring audit"}
	sample, err := o.SampleClaims(o.by("A. Uditor"), draw)
	if err != nil || !slices.Equal(sample.ClaimIds, []string{claimID}) || sample.Of != 1 || sample.SampleId == "" {
		t.Fatalf("sample %v, %v", sample, err)
	}
	verdict := func(v caseworkpb.AuditVerdict, reason string) *caseworkpb.Claim {
		got, err := o.AuditClaim(o.by("A. Uditor"), &caseworkpb.AuditClaimRequest{ClaimId: claimID, Verdict: v, Reason: reason})
		if err != nil {
			t.Fatal(err)
		}
		return got.Claim
	}
	if got := verdict(caseworkpb.AuditVerdict_AUDIT_VERDICT_QUERY, "which school?"); got.State != caseworkpb.ClaimState_CLAIM_STATE_QUERIED {
		t.Errorf("queried: %v", got.State)
	}
	if _, err := o.AnswerClaim(o.by("K. Worker"), &caseworkpb.AnswerClaimRequest{ClaimId: claimID, Reason: "the first one"}); err != nil {
		t.Fatal(err)
	}
	if got := verdict(caseworkpb.AuditVerdict_AUDIT_VERDICT_VALID, "seen"); got.State != caseworkpb.ClaimState_CLAIM_STATE_VALID {
		t.Errorf("signed off: %v", got.State)
	}
	_, err = o.AuditClaim(o.by("C. Ordinator"), &caseworkpb.AuditClaimRequest{ClaimId: claimID, Verdict: caseworkpb.AuditVerdict_AUDIT_VERDICT_VALID})
	if status.Code(err) != codes.PermissionDenied {
		t.Errorf("the claimant signs off: got %v, want PERMISSION_DENIED", err)
	}
}

// correct changes the row that proves the claim, which then says so.
func (o office) correct(w *world, claimID string) {
	t := o.t
	t.Helper()
	before, err := o.GetClaim(o.by("A. Uditor"), &caseworkpb.GetClaimRequest{ClaimId: claimID})
	if err != nil || before.Claim.Corrected || len(before.Corrections) != 0 {
		t.Fatalf("got %v, %v", before, err)
	}
	if casework.SnapshotHash(before.SnapshotData) != before.Claim.SnapshotHash || len(before.Snapshot.Rows) != 1 || len(before.Snapshot.Members) != 2 {
		t.Errorf("snapshot %v", before.Snapshot)
	}
	if data := string(before.SnapshotData); strings.Contains(data, canary) || strings.Contains(data, "Elm Row") || strings.Contains(data, "2015-06-01") {
		t.Error("the snapshot names somebody")
	}
	var kinds []string
	for _, h := range before.History {
		kinds = append(kinds, strings.TrimPrefix(h.Kind.String(), "CASE_EVENT_KIND_"))
	}
	if got, want := strings.Join(kinds, " "), "CLAIMED CLAIMS_SAMPLED CLAIM_AUDITED CLAIM_ANSWERED CLAIM_AUDITED"; got != want {
		t.Errorf("history %s, want %s", got, want)
	}
	was := w.rows[refs("attendance/A1")[0]]
	w.rows[was.Ref()] = row(family.Attendance, "A1", family.Address{}, "Bea", "2015-06-01", family.ColSessionsPossible, "100", family.ColSessionsUnauthorised, "50")
	after, err := o.GetClaim(o.by("A. Uditor"), &caseworkpb.GetClaimRequest{ClaimId: claimID})
	if err != nil || !after.Claim.Corrected || after.Corrections[0].Row != "attendance/A1" || after.Corrections[0].Needs[0] != "1.1" {
		t.Errorf("corrected: got %v, %v", after, err)
	}
	if diff := cmp.Diff(before.SnapshotData, after.SnapshotData); diff != "" {
		t.Errorf("the snapshot has changed: %s", diff)
	}
	delete(w.rows, was.Ref())
	list, err := o.ListClaims(o.by("A. Uditor"), &caseworkpb.ListClaimsRequest{Corrected: true})
	if err != nil || len(list.Claims) != 1 || !list.Claims[0].Corrected {
		t.Errorf("withdrawn: got %v, %v", list, err)
	}
}

func TestHistoryStatesAndUndoing(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	caseID := o.open().CaseId
	o.record(&caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: contacted, Day: "2025-02-04"})
	wrong := o.record(&caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: declined, Day: "2025-02-05", Reason: "said no"})
	if wrong.Case.Status != caseworkpb.CaseStatus_CASE_STATUS_DECLINED {
		t.Errorf("got %v", wrong.Case.Status)
	}
	back := o.record(&caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: undone, Undoes: wrong.Event.EventId, Reason: "another family"})
	if back.Case.Status != caseworkpb.CaseStatus_CASE_STATUS_CONTACTED {
		t.Errorf("undone: got %v", back.Case.Status)
	}
	got, err := o.GetCase(o.by("R. Eader"), &caseworkpb.GetCaseRequest{CaseId: caseID})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.History) != 3 || !got.History[2].Undone || got.History[2].By != "K. Worker" {
		t.Errorf("history %v", got.History)
	}
	if len(got.Involvements) == 0 || got.Involvements[0].Start != "2025-02-01" {
		t.Errorf("who else is involved: %v", got.Involvements)
	}
	then, err := o.GetCase(o.by("R. Eader"), &caseworkpb.GetCaseRequest{CaseId: caseID, AsAt: "2025-02-03"})
	if err != nil || then.Case.Status != caseworkpb.CaseStatus_CASE_STATUS_IDENTIFIED || len(then.History) != 1 {
		t.Errorf("as at the first day: got %v, %v", then, err)
	}
	if _, err := o.GetCase(o.by("R. Eader"), &caseworkpb.GetCaseRequest{CaseId: caseID, AsAt: "2025-02-02"}); status.Code(err) != codes.NotFound {
		t.Errorf("before it was opened: got %v, want NOT_FOUND", err)
	}
}

func TestRefusals(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	caseID := o.open().CaseId
	record := func(req *caseworkpb.RecordCaseEventRequest) error {
		if req.CaseId == "" {
			req.CaseId = caseID
		}
		_, err := o.RecordCaseEvent(o.by("K. Worker"), req)
		return err
	}
	nominate := func(change func(*caseworkpb.NominateRequest)) error {
		req := &caseworkpb.NominateRequest{HouseholdId: id('H', 1), Framework: sf, Needs: []string{"education"}, Agency: "school", Reason: "away"}
		change(req)
		_, err := o.Nominate(o.by("T. Eacher"), req)
		return err
	}
	open := func(change func(*caseworkpb.OpenCaseRequest)) error {
		req := &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 1), Framework: sf, Reason: "known to us", Agency: "housing", AcknowledgeKnown: true}
		change(req)
		_, err := o.OpenCase(o.by("C. Ordinator"), req)
		return err
	}
	_, unsigned := o.RecordCaseEvent(t.Context(), &caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: noted, Reason: "rang"})
	_, early := o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID))
	_, later := o.ListCases(t.Context(), &caseworkpb.ListCasesRequest{AsAt: "2025-03-15"})
	_, counted := o.GetFunnel(t.Context(), &caseworkpb.GetFunnelRequest{AsAt: "2999-01-01"})
	_, future := o.ClaimResult(o.by("C. Ordinator"), &caseworkpb.ClaimResultRequest{CaseId: caseID, Result: result, Reason: "x", Day: "2025-03-15"})
	_, draw := o.SampleClaims(o.by("A. Uditor"), &caseworkpb.SampleClaimsRequest{Framework: sf, From: "2025-01-01", To: "2025-03-01", Percent: 0, Seed: 1, Reason: "x"})
	_, none := o.SampleClaims(o.by("A. Uditor"), &caseworkpb.SampleClaimsRequest{Framework: sf, From: "2025-01-01", To: "2025-03-01", Percent: 10, Seed: 1, Reason: "x"})
	for _, tc := range []struct {
		name   string
		err    error
		code   codes.Code
		fields string // of the violations; "" for none
		says   string
	}{
		{"without a name", unsigned, codes.InvalidArgument, "hearth-actor", "a decision without a name"},
		{"worked with before it agreed", record(&caseworkpb.RecordCaseEventRequest{Kind: workedWith, LeadAgency: "x"}), codes.FailedPrecondition, "", "record first that the family agreed"},
		{"in the future", record(&caseworkpb.RecordCaseEventRequest{Kind: noted, Reason: "rang", Day: "2025-03-15"}), codes.InvalidArgument, "day", "future"},
		{"before the case", record(&caseworkpb.RecordCaseEventRequest{Kind: contacted, Day: "2025-02-02"}), codes.InvalidArgument, "day", "later one"},
		{"no such day", record(&caseworkpb.RecordCaseEventRequest{Kind: contacted, Day: "2025-02-30"}), codes.InvalidArgument, "day", ""},
		{"no kind", record(&caseworkpb.RecordCaseEventRequest{}), codes.InvalidArgument, "kind", ""},
		{"a kind with a call of its own", record(&caseworkpb.RecordCaseEventRequest{Kind: 14}), codes.InvalidArgument, "kind", ""},
		{"fields of another kind", record(&caseworkpb.RecordCaseEventRequest{Kind: contacted, Plan: "P", Ending: "other"}), codes.InvalidArgument, "plan ending", ""},
		{"a note without words", record(&caseworkpb.RecordCaseEventRequest{Kind: noted}), codes.InvalidArgument, "reason", ""},
		{"closed without an ending", record(&caseworkpb.RecordCaseEventRequest{Kind: closed, Reason: "x"}), codes.InvalidArgument, "ending", "moved_away"},
		{"completed before it began", record(&caseworkpb.RecordCaseEventRequest{Kind: closed, Reason: "x", Ending: "completed"}), codes.FailedPrecondition, "", "only work that has begun"},
		{"undoing nothing", record(&caseworkpb.RecordCaseEventRequest{Kind: undone, Reason: "x", Undoes: "E99"}), codes.InvalidArgument, "undoes", ""},
		{"no such case", record(&caseworkpb.RecordCaseEventRequest{CaseId: "E99", Kind: noted, Reason: "x"}), codes.NotFound, "", ""},
		{"claim without work", early, codes.FailedPrecondition, "", "claim once the family has been worked with"},
		{"claim in the future", future, codes.InvalidArgument, "day", "future"},
		{"listed as at the future", later, codes.InvalidArgument, "as_at", "future"},
		{"counted as at the future", counted, codes.InvalidArgument, "as_at", "future"},
		{"no such framework", nominate(func(r *caseworkpb.NominateRequest) { r.Framework = "sf-2099" }), codes.InvalidArgument, "framework", "sf-2022"},
		{"no such need", nominate(func(r *caseworkpb.NominateRequest) { r.Needs = []string{"99"} }), codes.InvalidArgument, "needs", "education"},
		{"whom?", nominate(func(r *caseworkpb.NominateRequest) { r.PersonId = id('P', 1) }), codes.InvalidArgument, "household_id", "one of the three"},
		{"no reason, no agency", nominate(func(r *caseworkpb.NominateRequest) { r.Reason, r.Agency = " ", "" }), codes.InvalidArgument, "agency reason", ""},
		{"known already", open(func(r *caseworkpb.OpenCaseRequest) { r.AcknowledgeKnown = false }), codes.FailedPrecondition, "", caseID},
		{"the same agency again", open(func(r *caseworkpb.OpenCaseRequest) { r.Agency = "early_help" }), codes.AlreadyExists, "", "go on with that one"},
		{"a need that is none", open(func(r *caseworkpb.OpenCaseRequest) { r.Needs = []string{"education"} }), codes.InvalidArgument, "needs", ""},
		{"no household", open(func(r *caseworkpb.OpenCaseRequest) { r.HouseholdId = id('H', 99) }), codes.NotFound, "", ""},
		{"no such nomination", open(func(r *caseworkpb.OpenCaseRequest) { r.NominationId = "E77" }), codes.NotFound, "", ""},
		{"nought per cent", draw, codes.InvalidArgument, "percent", ""},
		{"nothing to draw", none, codes.FailedPrecondition, "", "no claim of the period"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, fields := detailsOf(t, tc.err)
			if status.Code(tc.err) != tc.code || strings.Join(fields, " ") != tc.fields || !strings.Contains(status.Convert(tc.err).Message(), tc.says) {
				t.Errorf("got %v with fields %v, want %v with %q and %q", tc.err, fields, tc.code, tc.fields, tc.says)
			}
			if m := status.Convert(tc.err).Message(); strings.Contains(m, canary) || strings.Contains(m, ": not possible now") {
				t.Errorf("the error says %q", m)
			}
		})
	}
	if len(w.events) != 1 {
		t.Errorf("%d events were recorded, want the opening only", len(w.events))
	}
}

func TestClaimWithoutAPlan(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	caseID := o.open().CaseId
	w.turned = true
	for _, e := range []*caseworkpb.RecordCaseEventRequest{
		{Kind: contacted, Day: "2025-02-04"}, {Kind: agreed, Day: "2025-02-05"}, {Kind: workedWith, Day: "2025-02-07", LeadAgency: "early_help"},
	} {
		e.CaseId = caseID
		o.record(e)
	}
	_, err := o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID))
	if m := status.Convert(err).Message(); status.Code(err) != codes.FailedPrecondition || !strings.Contains(m, "has no plan") ||
		!strings.Contains(m, "has no lead practitioner") {
		t.Errorf("got %v, want FAILED_PRECONDITION for plan and lead", err)
	}
	o.record(&caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: planned, Plan: "PLAN-8"})
	o.record(&caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: assigned, LeadPractitioner: "K. Worker"})
	if _, err := o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID)); err != nil {
		t.Errorf("with both: %v", err)
	}
}

func TestClosedBeforeWorkIsNotClaimed(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	caseID := o.open().CaseId
	w.turned = true
	o.record(&caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: closed, Ending: "moved_away", Reason: "to another council"})
	if _, err := o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID)); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("got %v, want FAILED_PRECONDITION", err)
	}
}

func TestAlreadyKnown(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	req := &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 1), Framework: sf, Reason: "arrears", Agency: "housing"}
	_, err := o.OpenCase(o.by("H. Ousing"), req)
	if status.Code(err) != codes.FailedPrecondition || !strings.Contains(status.Convert(err).Message(), "acknowledge_known") {
		t.Fatalf("early help is there: got %v, want FAILED_PRECONDITION", err)
	}
	req.ValidateOnly = true
	seen, err := o.OpenCase(o.by("H. Ousing"), req)
	if err != nil || len(seen.Warnings) != 1 || !seen.Warnings[0].MustAcknowledge || seen.Warnings[0].Evidence != "involvement/I1" ||
		seen.Warnings[0].Since != "2025-02-01" || seen.Case.CaseId != "" {
		t.Fatalf("got %v, %v", seen, err)
	}
	req.ValidateOnly, req.AcknowledgeKnown = false, true
	made, err := o.OpenCase(o.by("H. Ousing"), req)
	if err != nil || made.Case.CaseId == "" {
		t.Fatal(err)
	}
	if got := w.events[0].Acknowledged; !slices.Equal(got, []string{"involvement/I1"}) {
		t.Errorf("acknowledged %v", got)
	}
	req.Agency, req.AcknowledgeKnown = "early_help", false
	_, err = o.OpenCase(o.by("C. Ordinator"), req)
	if status.Code(err) != codes.FailedPrecondition || !strings.Contains(status.Convert(err).Message(), made.Case.CaseId) {
		t.Errorf("a second agency: got %v, want FAILED_PRECONDITION", err)
	}
}

func TestOneOfManyClaimsWins(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	caseID := o.open().CaseId
	o.attach(caseID)
	w.turned = true
	const callers = 50
	var won [callers]bool
	var g errgroup.Group
	for i := range callers {
		g.Go(func() error {
			_, err := o.ClaimResult(o.by(fmt.Sprintf("claimant %d", i)), claimOf(caseID))
			won[i] = err == nil
			if err != nil && status.Code(err) != codes.AlreadyExists {
				return err
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, ok := range won {
		if ok {
			n++
		}
	}
	claims := 0
	for _, e := range w.events {
		if e.Kind == family.CaseClaimed {
			claims++
		}
	}
	if n != 1 || claims != 1 {
		t.Errorf("%d callers won and %d claims were recorded, want one", n, claims)
	}
}

// What is only checked leaves nothing behind, and says what would be.
func TestValidateOnlyChangesNothing(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	caseID, claimID := o.claimed(w)
	before := len(w.events)
	ctx := o.by("V. Alidator")
	if got, err := o.Nominate(ctx, &caseworkpb.NominateRequest{HouseholdId: id('H', 1), Framework: sf, Needs: []string{"7.1"}, Agency: "police",
		Reason: "x", ValidateOnly: true}); err != nil || got.Nomination.NominationId != "" || got.Nomination.CaseId != caseID {
		t.Errorf("nominate: %v, %v", got, err)
	}
	if got, err := o.OpenCase(ctx, &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 1), Framework: "tf-phase2-2015", Needs: []string{"p2.proven"}, Agency: "police",
		Reason: "x", ValidateOnly: true}); err != nil || got.Case.CaseId != "" || got.Case.Status != caseworkpb.CaseStatus_CASE_STATUS_IDENTIFIED {
		t.Errorf("open: %v, %v", got, err)
	}
	if got, err := o.RecordCaseEvent(ctx, &caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: closed, Ending: "completed", Reason: "x",
		ValidateOnly: true}); err != nil || got.Case.Status != caseworkpb.CaseStatus_CASE_STATUS_CLOSED || got.Event.EventId != "" {
		t.Errorf("record: %v, %v", got, err)
	}
	if got, err := o.SampleClaims(ctx, &caseworkpb.SampleClaimsRequest{Framework: sf, From: "2025-01-01", To: "2025-03-14", Percent: 50, Seed: 3,
		Reason: "x", ValidateOnly: true}); err != nil || got.SampleId != "" || len(got.ClaimIds) != 1 {
		t.Errorf("sample: %v, %v", got, err)
	}
	if got, err := o.AuditClaim(ctx, &caseworkpb.AuditClaimRequest{ClaimId: claimID, Verdict: caseworkpb.AuditVerdict_AUDIT_VERDICT_VALID,
		ValidateOnly: true}); err != nil || got.Claim.State != caseworkpb.ClaimState_CLAIM_STATE_CLAIMED {
		t.Errorf("audit: %v, %v", got, err)
	}
	if got, err := o.WithdrawClaim(ctx, &caseworkpb.WithdrawClaimRequest{ClaimId: claimID, Reason: "x", ValidateOnly: true}); err != nil ||
		got.Claim.Withdrawn != "" {
		t.Errorf("withdraw: %v, %v", got, err)
	}
	if _, err := o.AssignArea(ctx, &caseworkpb.AssignAreaRequest{AreaLevel: "ward", AreaName: "Elm", LeadAgency: "x", Reason: "x",
		ValidateOnly: true}); err != nil {
		t.Errorf("assign: %v", err)
	}
	if len(w.events) != before {
		t.Errorf("%d events more than before", len(w.events)-before)
	}
}

func TestRestartKeepsEverything(t *testing.T) {
	w := newWorld(0)
	o := officeOf(t, w)
	caseID, claimID := o.claimed(w)
	w.night.Persons = 1 << 40 // so many that they are not read through for two records
	read := func(o office) string {
		one, err := o.GetCase(o.by("R. Eader"), &caseworkpb.GetCaseRequest{CaseId: caseID})
		if err != nil {
			t.Fatal(err)
		}
		claim, err := o.GetClaim(o.by("R. Eader"), &caseworkpb.GetClaimRequest{ClaimId: claimID})
		if err != nil {
			t.Fatal(err)
		}
		if h := one.Case.Households; len(h) != 1 || h[0].HouseholdId != id('H', 1) || !h[0].Original || len(h[0].PersonIds) != 2 {
			t.Errorf("where they live: %v", h)
		}
		return fmt.Sprint(one.Case.Status, one.Case.Attached, len(one.History), claim.Claim.State, string(claim.SnapshotData))
	}
	before := read(o)
	o.stop()
	w.night.Persons = 0 // so few that they are
	again := officeOf(t, w)
	if after := read(again); after != before {
		t.Errorf("after a restart:\n%s\nbefore:\n%s", after, before)
	}
	if _, err := again.ClaimResult(again.by("C. Ordinator"), claimOf(caseID)); status.Code(err) != codes.AlreadyExists {
		t.Errorf("claimed again after a restart: got %v, want ALREADY_EXISTS", err)
	}
}

// TestClaimOnAConfirmation: of a need that only a professional named no feed shows
// what has become; it is claimed once one confirms that it is met.
func TestClaimOnAConfirmation(t *testing.T) {
	w := newWorld(0)
	w.judges = eligibility.Builtin()
	o := officeOf(t, w)
	opened, err := o.OpenCase(o.by("C. Ordinator"), &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 1), Framework: sf, Needs: []string{"5.1"},
		Day: "2024-02-01", Reason: "put forward by the school", Agency: "early_help", AcknowledgeKnown: true})
	if err != nil {
		t.Fatal(err)
	}
	caseID := opened.Case.CaseId
	for _, e := range []*caseworkpb.RecordCaseEventRequest{
		{Kind: contacted, Day: "2024-02-04"}, {Kind: agreed, Day: "2024-02-05"}, {Kind: planned, Day: "2024-02-06", Plan: "PLAN-7"},
		{Kind: workedWith, Day: "2024-02-07", LeadAgency: "early_help", LeadPractitioner: "K. Worker"},
		{Kind: closed, Day: "2024-08-01", Ending: "completed", Reason: "the plan is done"},
	} {
		e.CaseId = caseID
		o.record(e)
	}
	_, err = o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID))
	if m := status.Convert(err).Message(); status.Code(err) != codes.FailedPrecondition || !strings.Contains(m, "is unknown, not achieved") {
		t.Fatalf("before: got %v, want FAILED_PRECONDITION for an unknown outcome", err)
	}
	confirm := func(agency, day string, needs ...string) (*caseworkpb.RecordCaseEventResponse, error) {
		return o.RecordCaseEvent(o.by("T. Eacher"), &caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: needMet, Needs: needs, Day: day,
			Reason: "parenting course finished, seen at home", Agency: agency})
	}
	if _, err := confirm("", "2024-07-01", "5.1"); status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), "agency") {
		t.Errorf("without an agency: got %v, want INVALID_ARGUMENT", err)
	}
	if _, err := confirm("school", "2024-07-01", "5.2"); status.Code(err) != codes.AlreadyExists {
		t.Errorf("of another need: got %v, want ALREADY_EXISTS", err)
	}
	late, err := confirm("school", "2025-01-01", "5.1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID))
	if m := status.Convert(err).Message(); status.Code(err) != codes.FailedPrecondition || !strings.Contains(m, "on track") {
		t.Errorf("confirmed for ten weeks: got %v, want FAILED_PRECONDITION", err)
	}
	o.record(&caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: undone, Undoes: late.Event.EventId, Reason: "since the summer, says the school"})
	met, err := confirm("school", "2024-07-01", "5.1")
	if err != nil {
		t.Fatal(err)
	}
	if x := met.Case.Confirmations; len(x) != 1 || x[0].EventId != met.Event.EventId || x[0].Criterion != "5.1" || x[0].Day != "2024-07-01" || x[0].By != "T. Eacher" {
		t.Errorf("confirmations %v", x)
	}
	claim, err := o.ClaimResult(o.by("C. Ordinator"), claimOf(caseID))
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.GetClaim(o.by("A. Uditor"), &caseworkpb.GetClaimRequest{ClaimId: claim.Claim.ClaimId})
	if err != nil {
		t.Fatal(err)
	}
	needs := got.Snapshot.Outcome.Needs
	if len(needs) != 1 || needs[0].Confirmed != met.Event.EventId || !strings.Contains(needs[0].Reason, "a professional confirmed") {
		t.Errorf("needs of the claim: %v", needs)
	}
	if want := `"confirmed":"` + met.Event.EventId + `"`; !strings.Contains(string(got.SnapshotData), want) {
		t.Errorf("the frozen evidence does not hold %s", want)
	}
	_, err = o.RecordCaseEvent(o.by("T. Eacher"), &caseworkpb.RecordCaseEventRequest{CaseId: caseID, Kind: undone, Undoes: met.Event.EventId, Reason: "a slip"})
	if status.Code(err) != codes.FailedPrecondition {
		t.Errorf("undone under a claim: got %v, want FAILED_PRECONDITION", err)
	}
}
