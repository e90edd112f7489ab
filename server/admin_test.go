package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/family"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
	reviewpb "github.com/hearthmatch/hearth/proto/hearth/review/v1"
)

func TestNightStreamsProgressAndEndsWithItsSummary(t *testing.T) {
	nights := &theNights{run: func(_ context.Context, progress func(string, int64, int64)) (family.NightInfo, error) {
		for _, stage := range []string{"read", "link", "score"} {
			progress(stage, 0, 0)
			for i := range int64(1000) {
				progress(stage, i, 1000)
			}
		}
		return family.NightInfo{ID: "N12", AsAt: asAt, Persons: 4, Start: clock, End: clock,
			Frameworks: []family.FrameworkCount{{ID: "sf-2022", Scored: 3, Eligible: 2, OneShort: 1, PutForward: 2}}}, nil
	}}
	a := adminpb.NewAdminServiceClient(serve(t, newWorld(0), nights, nil))
	stream, err := a.RunNight(t.Context(), &adminpb.RunNightRequest{AsAt: "2025-03-14"})
	got := collect(t, stream, err)
	last := got[len(got)-1].Summary
	if last.GetNightId() != "N12" || last.GetPersons() != 4 || last.GetFrameworks()[0].GetOneShort() != 1 || last.GetFrameworks()[0].GetPutForward() != 2 {
		t.Errorf("summary %v", last)
	}
	for _, m := range got[:len(got)-1] {
		if m.Summary != nil {
			t.Error("a summary before the end")
		}
	}
	if len(got) > 310 {
		t.Errorf("%d messages: progress is told by the percent, not by the step", len(got))
	}
}

func TestNightFailures(t *testing.T) {
	for _, tc := range []struct {
		name string
		run  func(context.Context, func(string, int64, int64)) (family.NightInfo, error)
		asAt string
		code codes.Code
	}{
		{"one runs already", func(context.Context, func(string, int64, int64)) (family.NightInfo, error) {
			return family.NightInfo{}, fmt.Errorf("a night is running already: %w", family.ErrState)
		}, "", codes.FailedPrecondition},
		{"panic", func(context.Context, func(string, int64, int64)) (family.NightInfo, error) { panic(canary) }, "", codes.Internal},
		{"impossible day", nil, "2025-02-30", codes.InvalidArgument},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := serve(t, newWorld(0), &theNights{run: tc.run}, nil)
			stream, err := adminpb.NewAdminServiceClient(r).RunNight(t.Context(), &adminpb.RunNightRequest{AsAt: tc.asAt})
			if err == nil {
				_, err = stream.Recv()
			}
			if status.Code(err) != tc.code {
				t.Errorf("got %v, want %v", err, tc.code)
			}
			r.stop()
			if strings.Contains(r.log.String(), canary) {
				t.Error("the log has the value that a night panicked with")
			}
		})
	}
}

func TestNightEndsWhenItsCallerGoesAway(t *testing.T) {
	ended := make(chan error, 1)
	begun := make(chan struct{})
	nights := &theNights{run: func(ctx context.Context, _ func(string, int64, int64)) (family.NightInfo, error) {
		close(begun)
		<-ctx.Done()
		ended <- ctx.Err()
		return family.NightInfo{}, ctx.Err()
	}}
	a := adminpb.NewAdminServiceClient(serve(t, newWorld(0), nights, nil))
	ctx, cancel := context.WithCancel(t.Context())
	stream, err := a.RunNight(ctx, &adminpb.RunNightRequest{})
	if err != nil {
		t.Fatal(err)
	}
	<-begun
	cancel()
	if _, err := stream.Recv(); status.Code(err) != codes.Canceled {
		t.Errorf("got %v, want CANCELED", err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the night ended with %v", err)
	}
}

func TestStatus(t *testing.T) {
	w := heldWorld()
	a := adminpb.NewAdminServiceClient(serve(t, w, nil, nil))
	got, err := a.GetStatus(t.Context(), &adminpb.GetStatusRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if !got.Sealed || got.Version != "test" || got.Deliveries["held"] != 1 || got.LastNight.GetNightId() != "N9" || got.Frameworks[0] != "sf-2022" {
		t.Errorf("got %v", got)
	}
}

func TestSettle(t *testing.T) {
	w := heldWorld()
	a := adminpb.NewAdminServiceClient(serve(t, w, nil, nil))
	for _, tc := range []struct {
		req  *adminpb.SettleDeliveryRequest
		code codes.Code
	}{
		{&adminpb.SettleDeliveryRequest{}, codes.InvalidArgument},
		{&adminpb.SettleDeliveryRequest{Key: heldKey}, codes.InvalidArgument},
		{&adminpb.SettleDeliveryRequest{Key: &feedpb.DeliveryKey{Feed: 99, Agency: "a", DeliveryId: "b"}, Reason: "x"}, codes.InvalidArgument},
		{&adminpb.SettleDeliveryRequest{Key: &feedpb.DeliveryKey{Feed: 2, Agency: "a", DeliveryId: "b"}, Reason: "x"}, codes.NotFound},
		{&adminpb.SettleDeliveryRequest{Key: heldKey, Reason: "sent again"}, codes.OK},
		{&adminpb.SettleDeliveryRequest{Key: heldKey, Reason: "sent again"}, codes.FailedPrecondition},
	} {
		resp, err := a.SettleDelivery(t.Context(), tc.req)
		if status.Code(err) != tc.code {
			t.Errorf("%v: got %v, want %v", tc.req, err, tc.code)
		}
		if err == nil && resp.State != feedpb.DeliveryState_DELIVERY_STATE_DISCARDED {
			t.Errorf("state %v, want discarded", resp.State)
		}
	}
}

func TestAuditPages(t *testing.T) {
	w := newWorld(0)
	r := serve(t, w, nil, nil)
	q, a := querypb.NewQueryServiceClient(r), adminpb.NewAdminServiceClient(r)
	for i := range 5 {
		if _, err := q.GetPerson(as(t, fmt.Sprintf("reader %d", i)), &querypb.GetPersonRequest{PersonId: id('P', 1)}); err != nil {
			t.Fatal(err)
		}
	}
	req := &adminpb.ListAuditEntriesRequest{PageSize: 2}
	first, err := a.ListAuditEntries(t.Context(), req)
	if err != nil || len(first.Entries) != 2 || first.Entries[0].Actor != "reader 4" {
		t.Fatalf("got %v, %v; want the newest first", first, err)
	}
	req.PageToken = first.NextPageToken
	second, err := a.ListAuditEntries(t.Context(), req)
	if err != nil || second.Entries[0].Actor != "reader 2" {
		t.Errorf("got %v, %v", second, err)
	}
}

func TestDecisions(t *testing.T) {
	w := newWorld(0)
	r := reviewpb.NewReviewServiceClient(serve(t, w, nil, nil))
	decide := func(d *reviewpb.Decision) (*reviewpb.Decision, error) {
		resp, err := r.Decide(as(t, "R. Reviewer"), &reviewpb.DecideRequest{Decision: d})
		return resp.GetDecision(), err
	}
	good := &reviewpb.Decision{Kind: reviewpb.DecisionKind_DECISION_KIND_DIFFERENT_PEOPLE, A: ref("housing", "T1"), B: ref("attendance", "A1"),
		Reason: "mother and child", By: "somebody else", Expires: "2026-03-14"}
	made, err := decide(good)
	if err != nil || made.DecisionId == "" || made.By != "R. Reviewer" || made.Expires != "2026-03-14" || made.DecideTime == nil {
		t.Fatalf("got %v, %v", made, err)
	}
	undo := &reviewpb.Decision{Kind: reviewpb.DecisionKind_DECISION_KIND_UNDO, Undoes: made.DecisionId, Reason: "one woman after all"}
	if _, err := decide(undo); err != nil {
		t.Fatal(err)
	}
	same := reviewpb.DecisionKind_DECISION_KIND_SAME_PERSON
	for name, tc := range map[string]struct {
		d      *reviewpb.Decision
		fields string
	}{
		"nothing":       {nil, "decision"},
		"no kind":       {&reviewpb.Decision{Reason: "x"}, "decision.kind"},
		"no reason":     {&reviewpb.Decision{Kind: same, A: ref("housing", "T1"), B: ref("attendance", "A1")}, "decision.reason"},
		"no records":    {&reviewpb.Decision{Kind: same, Reason: "x"}, "decision.a decision.b"},
		"unknown":       {&reviewpb.Decision{Kind: same, Reason: "x", A: ref("housing", "T1"), B: ref("housing", "T9")}, "decision.b"},
		"no such part":  {&reviewpb.Decision{Kind: same, Reason: "x", A: ref("housing", "T1"), B: &querypb.RecordRef{Feed: "attendance", RecordId: "A1", Part: "contact2"}}, "decision.b"},
		"itself":        {&reviewpb.Decision{Kind: same, Reason: "x", A: ref("housing", "T1"), B: ref("housing", "T1")}, "decision.b"},
		"undone before": {undo, "decision.undoes"},
		"undo of undo":  {&reviewpb.Decision{Kind: undo.Kind, Undoes: "D2", Reason: "x"}, "decision.undoes"},
		"bad day":       {&reviewpb.Decision{Kind: same, Reason: "x", A: ref("housing", "T1"), B: ref("attendance", "A1"), Expires: "soon"}, "decision.expires"},
	} {
		_, err := decide(tc.d)
		_, fields := detailsOf(t, err)
		if status.Code(err) != codes.InvalidArgument || strings.Join(fields, " ") != tc.fields {
			t.Errorf("%s: got %v with fields %v, want INVALID_ARGUMENT with %s", name, err, fields, tc.fields)
		}
	}
	list, err := r.ListDecisions(t.Context(), &reviewpb.ListDecisionsRequest{PageSize: 1})
	if err != nil || len(list.Decisions) != 1 || !list.Decisions[0].Undone || list.NextPageToken == "" {
		t.Fatalf("got %v, %v", list, err)
	}
	list, err = r.ListDecisions(t.Context(), &reviewpb.ListDecisionsRequest{PageSize: 1, PageToken: list.NextPageToken})
	if err != nil || list.Decisions[0].Undoes != made.DecisionId || list.NextPageToken != "" {
		t.Errorf("got %v, %v", list, err)
	}
}

func TestExplainLinkVerdicts(t *testing.T) {
	w := newWorld(0)
	nights := &theNights{}
	q := querypb.NewQueryServiceClient(serve(t, w, nights, nil))
	ask := func(a, b *querypb.RecordRef) *querypb.ExplainLinkResponse {
		t.Helper()
		resp, err := q.ExplainLink(t.Context(), &querypb.ExplainLinkRequest{A: a, B: b})
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	same, other := ref("involvement", "I1"), ref("attendance", "A1")
	nights.link.Probability = 0.9
	if got := ask(ref("housing", "T1"), same); !got.SamePerson || !strings.HasPrefix(got.Verdict, "One person: the two") || got.Model != "Mtest" {
		t.Errorf("got %v", got)
	}
	if got := ask(ref("housing", "T1"), other); got.SamePerson || !strings.Contains(got.Verdict, "although") {
		t.Errorf("got %v", got)
	}
	nights.link.Probability = 0.1
	if got := ask(ref("housing", "T1"), other); !strings.Contains(got.Verdict, "does not outweigh") {
		t.Errorf("got %v", got)
	}
	w.decisions = []family.Decision{{ID: "D1", Kind: family.DifferentPeople,
		A: family.RecordRef{RowRef: refs("attendance/A1")[0]}, B: family.RecordRef{RowRef: refs("housing/T1")[0]}}}
	if got := ask(ref("housing", "T1"), other); !strings.Contains(got.Verdict, "reviewer") {
		t.Errorf("got %v", got)
	}
	for _, bad := range []*querypb.ExplainLinkRequest{
		{}, {A: same}, {A: same, B: same}, {A: ref("nothing", "x"), B: same}, {A: ref("housing", ""), B: same},
	} {
		if _, err := q.ExplainLink(t.Context(), bad); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%v: got %v, want INVALID_ARGUMENT", bad, err)
		}
	}
}

func TestStopWaitsForNobodyForEver(t *testing.T) {
	begun := make(chan struct{})
	nights := &theNights{run: func(ctx context.Context, _ func(string, int64, int64)) (family.NightInfo, error) {
		close(begun)
		<-ctx.Done()
		return family.NightInfo{}, ctx.Err()
	}}
	r := serve(t, newWorld(0), nights, nil)
	stream, err := adminpb.NewAdminServiceClient(r).RunNight(t.Context(), &adminpb.RunNightRequest{})
	if err != nil {
		t.Fatal(err)
	}
	<-begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.server.Stop(ctx)
	if _, err := stream.Recv(); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the call cut off", err)
	}
}

func TestLogHoldsNobody(t *testing.T) {
	w := newWorld(0)
	w.err = fmt.Errorf("person %s: damaged", "by reference")
	r := serve(t, w, nil, nil)
	q := querypb.NewQueryServiceClient(r)
	_, _ = q.SearchPeople(as(t, "Zzcanary"), &querypb.SearchPeopleRequest{Surname: canary, Forename: canary, PageToken: canary})
	_, _ = q.SearchPeople(as(t, "Zzcanary"), &querypb.SearchPeopleRequest{Surname: canary, Identifier: canary})
	_, _ = q.SearchPeople(as(t, "Zzcanary"), &querypb.SearchPeopleRequest{Surname: canary})
	_, _ = q.GetPerson(as(t, "Zzcanary"), &querypb.GetPersonRequest{PersonId: canary})
	r.stop()
	if strings.Contains(r.log.String(), "Zzcanary") {
		t.Errorf("the log names somebody:\n%s", r.log)
	}
	if !strings.Contains(r.log.String(), "call failed") {
		t.Error("the log does not tell of the failed call")
	}
}
