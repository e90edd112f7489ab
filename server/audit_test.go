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

	"github.com/hearthmatch/hearth/family"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
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
}

// free are the methods that carry no personal value.
var free = map[string]bool{"RunNight": true, "GetStatus": true,
	"ListFrameworks": true, "GetFramework": true, "CheckFramework": true, "DiffFramework": true, "PublishFramework": true}

func ref(feed, recordID string) *querypb.RecordRef {
	return &querypb.RecordRef{Feed: feed, RecordId: recordID}
}

// methods are those of the services that this package implements.
func methods() []protoreflect.MethodDescriptor {
	var out []protoreflect.MethodDescriptor
	for _, f := range []protoreflect.FileDescriptor{
		querypb.File_hearth_query_v1_query_proto, reviewpb.File_hearth_review_v1_review_proto, adminpb.File_hearth_admin_v1_admin_proto,
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
			w := heldWorld()
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
			w := heldWorld()
			w.auditErr = errors.New("disk gone")
			r := serve(t, w, nil, nil)
			n, err := invoke(t, r, m, reads[name])
			if n != 0 || status.Code(err) != codes.Internal {
				t.Errorf("got %d messages and %v, want none and INTERNAL", n, err)
			}
			if len(w.decisions) != 0 || w.deliveries[0].State != family.DeliveryHeld {
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
		if field == nil || reads[string(m.Name())] == nil {
			continue
		}
		asked++
		w := newWorld(0)
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
