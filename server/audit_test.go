package server_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/hearthmatch/hearth/eligibility/frameworks"
	"github.com/hearthmatch/hearth/family"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
	reviewpb "github.com/hearthmatch/hearth/proto/hearth/review/v1"
)

// reads has a good request for every method that answers with something about
// people, or records a decision.
var reads = map[string]proto.Message{
	"GetPerson":         &querypb.GetPersonRequest{PersonId: id('P', 1)},
	"GetHousehold":      &querypb.GetHouseholdRequest{HouseholdId: id('H', 1)},
	"DrawHousehold":     &querypb.DrawHouseholdRequest{HouseholdId: id('H', 1)},
	"SearchPeople":      &querypb.SearchPeopleRequest{Surname: "zzcan"},
	"ExplainLink":       &querypb.ExplainLinkRequest{A: ref("housing", "T1"), B: ref("attendance", "A1")},
	"ExplainMembership": &querypb.ExplainMembershipRequest{HouseholdId: id('H', 1), PersonId: id('P', 3)},
	"GetRow":            &querypb.GetRowRequest{Feed: "housing", RecordId: "T1"},
	"ListCandidates":    &querypb.ListCandidatesRequest{Framework: "sf-2022"},
	"StreamCandidates":  &querypb.StreamCandidatesRequest{Framework: "sf-2022"},
	"ExportLinks":       &querypb.ExportLinksRequest{},
	"ExportHouseholds":  &querypb.ExportHouseholdsRequest{},
	"Decide": &reviewpb.DecideRequest{Decision: &reviewpb.Decision{Kind: reviewpb.DecisionKind_DECISION_KIND_DIFFERENT_PEOPLE,
		A: ref("housing", "T1"), B: ref("attendance", "A1"), Reason: "mother and child"}},
	"ListDecisions":    &reviewpb.ListDecisionsRequest{},
	"SettleDelivery":   &adminpb.SettleDeliveryRequest{Key: heldKey, Release: true, Reason: "checked by telephone"},
	"ListAuditEntries": &adminpb.ListAuditEntriesRequest{},
	"DiffFramework":    &adminpb.DiffFrameworkRequest{File: shipped("sf-2022.yaml")},
	"PublishFramework": &adminpb.PublishFrameworkRequest{File: shipped("tf-phase1-2012.yaml"), Cases: shipped("tf-phase1-2012.cases.txt"), Reason: "as it is"},

	// Of the world of busyWorld, in which E1 is a nomination, E2 a case of that
	// family that is worked with, E7 a claim for it, and E8 an auditor's query.
	"Nominate": &caseworkpb.NominateRequest{HouseholdId: id('H', 1), Framework: sf, Needs: []string{"7.1"}, Agency: "police",
		Reason: "seen", AcknowledgeKnown: true},
	"WithdrawNomination": &caseworkpb.WithdrawNominationRequest{NominationId: "E1", Reason: "a mistake"},
	"ListNominations":    &caseworkpb.ListNominationsRequest{},
	"OpenCase": &caseworkpb.OpenCaseRequest{HouseholdId: id('H', 1), Framework: "tf-phase2-2015", Needs: []string{"p2.proven"},
		Reason: "another programme", Agency: "police", AcknowledgeKnown: true},
	"RecordCaseEvent": &caseworkpb.RecordCaseEventRequest{CaseId: "E2", Kind: noted, Reason: "rang"},
	"GetCase":         &caseworkpb.GetCaseRequest{CaseId: "E2"},
	"ListCases":       &caseworkpb.ListCasesRequest{},
	"AssignArea":      &caseworkpb.AssignAreaRequest{AreaLevel: "ward", AreaName: "Elm", LeadAgency: "early_help", Reason: "so agreed"},
	"ListAreas":       &caseworkpb.ListAreasRequest{},
	"GetOutcomes":     &caseworkpb.GetOutcomesRequest{CaseId: "E2"},
	"ListAlerts":      &caseworkpb.ListAlertsRequest{},
	"ListConflicts":   &caseworkpb.ListConflictsRequest{},
	"ClaimResult":     &caseworkpb.ClaimResultRequest{CaseId: "E2", Result: "other", Reason: "reached"},
	"GetClaim":        &caseworkpb.GetClaimRequest{ClaimId: "E7"},
	"ListClaims":      &caseworkpb.ListClaimsRequest{},
	"WithdrawClaim":   &caseworkpb.WithdrawClaimRequest{ClaimId: "E7", Reason: "a mistake"},
	"AnswerClaim":     &caseworkpb.AnswerClaimRequest{ClaimId: "E7", Reason: "the first school"},
	"SampleClaims": &caseworkpb.SampleClaimsRequest{Framework: sf, From: "2025-01-01", To: "2025-03-14", Percent: 10, Seed: 4711,
		Reason: "spring audit"},
	"AuditClaim":   &caseworkpb.AuditClaimRequest{ClaimId: "E7", Verdict: caseworkpb.AuditVerdict_AUDIT_VERDICT_VALID},
	"GetFunnel":    &caseworkpb.GetFunnelRequest{},
	"StreamReturn": &caseworkpb.StreamReturnRequest{From: "2025-01-01", To: "2025-03-14"},
}

// shipped is a file of the frameworks that hearth ships.
func shipped(name string) *adminpb.FrameworkFile {
	data, err := frameworks.Files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return &adminpb.FrameworkFile{Name: name, Data: data}
}

// free are the methods that carry no personal value.
var free = map[string]bool{"RunNight": true, "GetStatus": true,
	"ListFrameworks": true, "GetFramework": true, "CheckFramework": true}

func ref(feed, recordID string) *querypb.RecordRef {
	return &querypb.RecordRef{Feed: feed, RecordId: recordID}
}

// methods are those of the services that this package implements.
func methods() []protoreflect.MethodDescriptor {
	var out []protoreflect.MethodDescriptor
	for _, f := range []protoreflect.FileDescriptor{
		querypb.File_hearth_query_v1_query_proto, reviewpb.File_hearth_review_v1_review_proto, adminpb.File_hearth_admin_v1_admin_proto,
		caseworkpb.File_hearth_casework_v1_casework_proto,
	} {
		m := f.Services().Get(0).Methods()
		for i := range m.Len() {
			out = append(out, m.Get(i))
		}
	}
	return out
}

// invoke calls a method and reads its answer to the end; it returns how many
// messages came.
func invoke(t *testing.T, r *running, m protoreflect.MethodDescriptor, req proto.Message) (int, error) {
	t.Helper()
	name := "/" + string(m.Parent().FullName()) + "/" + string(m.Name())
	if !m.IsStreamingServer() {
		err := r.Invoke(as(t, "R. Reviewer"), name, req, newMessage(t, m.Output()))
		if err != nil {
			return 0, err
		}
		return 1, nil
	}
	return drain(t, r, name, m, req)
}

// busyWorld is heldWorld with some casework for a method to be about, and an
// audit trail that begins after it.
func busyWorld(t *testing.T, method string) *world {
	t.Helper()
	w := heldWorld()
	o := officeOf(t, w)
	_, err := o.Nominate(o.by("R. Reviewer"), &caseworkpb.NominateRequest{HouseholdId: id('H', 1), Framework: sf, Needs: []string{"1.1"},
		Agency: "anytown school", Reason: "often away", Day: "2025-02-01", AcknowledgeKnown: true})
	if err != nil {
		t.Fatal(err)
	}
	_, claimID := o.claimed(w)
	if method != "SampleClaims" { // what an auditor has queried is not drawn
		_, err = o.AuditClaim(o.by("A. Uditor"), &caseworkpb.AuditClaimRequest{ClaimId: claimID, Reason: "which school?",
			Verdict: caseworkpb.AuditVerdict_AUDIT_VERDICT_QUERY})
		if err != nil {
			t.Fatal(err)
		}
	}
	o.stop()
	w.audit = nil
	return w
}

func TestEveryReadIsAuditedBeforeItsAnswer(t *testing.T) {
	for _, m := range methods() {
		name := string(m.Name())
		t.Run(name, func(t *testing.T) {
			if free[name] {
				t.Skip("carries no personal value")
			}
			req, ok := reads[name]
			if !ok {
				t.Fatal("a method that this test does not know: decide whether it is a read")
			}
			w := busyWorld(t, name)
			r := serve(t, w, nil, nil)
			if n, err := invoke(t, r, m, req); err != nil || n == 0 {
				t.Fatalf("got %d messages and %v, want an answer", n, err)
			}
			entries := w.entries()
			if len(entries) != 1 {
				t.Fatalf("got %d audit entries, want 1", len(entries))
			}
			e := entries[0]
			if e.Actor != "R. Reviewer" || !strings.HasSuffix(e.Method, "/"+name) || len(e.Subjects) == 0 || !e.Time.Equal(clock) {
				t.Errorf("entry %+v does not say who read what and when", e)
			}
			if strings.Contains(strings.Join(e.Subjects, " "), canary) {
				t.Error("the entry names somebody")
			}
		})
		t.Run(name+" fails closed", func(t *testing.T) {
			if free[name] {
				t.Skip("carries no personal value")
			}
			w := busyWorld(t, name)
			before := len(w.events)
			w.auditErr = errors.New("disk gone")
			r := serve(t, w, nil, nil)
			n, err := invoke(t, r, m, reads[name])
			if n != 0 || status.Code(err) != codes.Internal {
				t.Errorf("got %d messages and %v, want none and INTERNAL", n, err)
			}
			if len(w.decisions) != 0 || w.deliveries[0].State != family.DeliveryHeld || len(w.events) != before || len(w.published) != 0 {
				t.Error("a decision was taken that nobody can trace")
			}
		})
	}
}

func TestAuditSubjectsNameWhatWasShown(t *testing.T) {
	w := newWorld(0)
	r := serve(t, w, nil, nil)
	q := querypb.NewQueryServiceClient(r)
	if _, err := q.GetHousehold(as(t, "a"), &querypb.GetHouseholdRequest{HouseholdId: id('H', 1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := q.ListCandidates(as(t, "a"), &querypb.ListCandidatesRequest{Framework: "sf-2022"}); err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, e := range w.entries() {
		got = append(got, e.Subjects)
	}
	want := [][]string{
		{id('H', 1), id('P', 1), id('P', 2), id('P', 3)},
		{"framework/sf-2022", id('H', 1)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("subjects (-want +got):\n%s", diff)
	}
}

// Who asked for protected addresses stands in the trail, whichever way they
// asked.
func TestAskingForProtectedAddressesIsAudited(t *testing.T) {
	asked := 0
	for _, m := range methods() {
		field := m.Input().Fields().ByName("include_protected")
		if field == nil {
			continue
		}
		asked++
		w := busyWorld(t, string(m.Name()))
		req := proto.Clone(reads[string(m.Name())])
		req.ProtoReflect().Set(field, protoreflect.ValueOfBool(true))
		if _, err := invoke(t, serve(t, w, nil, nil), m, req); err != nil {
			t.Errorf("%s: %v", m.Name(), err)
		}
		if got := w.entries(); len(got) != 1 || !slices.Contains(got[0].Subjects, "include_protected") {
			t.Errorf("%s: got entries %v, want one with include_protected", m.Name(), got)
		}
	}
	if asked < 5 {
		t.Errorf("%d methods can be asked for protected addresses, want more", asked)
	}
}

func TestHealthFollowsTheAuditTrail(t *testing.T) {
	w := newWorld(0)
	r := serve(t, w, nil, nil)
	q, health := querypb.NewQueryServiceClient(r), healthpb.NewHealthClient(r)
	check := func(want healthpb.HealthCheckResponse_ServingStatus) {
		t.Helper()
		got, err := health.Check(t.Context(), &healthpb.HealthCheckRequest{})
		if err != nil || got.Status != want {
			t.Errorf("health %v, %v; want %v", got.GetStatus(), err, want)
		}
	}
	read := func() error {
		_, err := q.GetPerson(t.Context(), &querypb.GetPersonRequest{PersonId: id('P', 1)})
		return err
	}
	check(healthpb.HealthCheckResponse_SERVING)
	w.auditErr = family.ErrFull
	if err := read(); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("got %v, want RESOURCE_EXHAUSTED", err)
	}
	check(healthpb.HealthCheckResponse_NOT_SERVING)
	w.auditErr = nil
	if err := read(); err != nil {
		t.Error(err)
	}
	check(healthpb.HealthCheckResponse_SERVING)
}

func TestActorIsOneCleanLine(t *testing.T) {
	w := newWorld(0)
	r := serve(t, w, nil, nil)
	q := querypb.NewQueryServiceClient(r)
	for _, said := range []string{strings.Repeat("x", 500), "", "   "} {
		if _, err := q.GetPerson(as(t, said), &querypb.GetPersonRequest{PersonId: id('P', 1)}); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []string{strings.Repeat("x", 200), "bufconn", "bufconn"} {
		if got := w.entries()[i].Actor; got != want {
			t.Errorf("actor %q, want %q", got, want)
		}
	}
}

func drain(t *testing.T, r *running, name string, m protoreflect.MethodDescriptor, req proto.Message) (int, error) {
	t.Helper()
	stream, err := r.NewStream(as(t, "R. Reviewer"), serverStream, name)
	if err != nil {
		return 0, err
	}
	if err := errors.Join(stream.SendMsg(req), stream.CloseSend()); err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		err := stream.RecvMsg(newMessage(t, m.Output()))
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

func TestNoReadIsLostInACrowd(t *testing.T) {
	const callers, each = 8, 250
	w := newWorld(0)
	r := serve(t, w, nil, nil)
	q := querypb.NewQueryServiceClient(r)
	var group errgroup.Group
	for range callers {
		group.Go(func() error {
			for i := range each {
				var err error
				if i%2 == 0 {
					_, err = q.GetPerson(t.Context(), &querypb.GetPersonRequest{PersonId: id('P', 1)})
				} else {
					_, err = q.GetHousehold(t.Context(), &querypb.GetHouseholdRequest{HouseholdId: id('H', 1)})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if got := len(w.entries()); got != callers*each {
		t.Errorf("%d entries for %d reads", got, callers*each)
	}
}
