package server_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// detailsOf returns the ErrorInfo's reason and the violated fields.
func detailsOf(t *testing.T, err error) (reason string, fields []string) {
	t.Helper()
	for _, d := range status.Convert(err).Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			if d.Domain != "hearth" {
				t.Errorf("domain %q, want hearth", d.Domain)
			}
			reason = d.Reason
		case *errdetails.BadRequest:
			for _, v := range d.FieldViolations {
				fields = append(fields, v.Field)
			}
		}
	}
	return reason, fields
}

func TestErrorTable(t *testing.T) {
	for _, tc := range []struct {
		name   string
		err    error
		code   codes.Code
		reason string
		text   string
		fields string
	}{
		{"invalid", fmt.Errorf("as_at is blank; give a day: %w", family.ErrInvalid), codes.InvalidArgument, "INVALID", "as_at is blank; give a day", ""},
		{"fields", family.FieldErrors{{Field: "key.agency", Detail: "required"}, {Field: "as_at", Detail: "required"}},
			codes.InvalidArgument, "INVALID", "key.agency: required; as_at: required", "key.agency as_at"},
		{"not found", fmt.Errorf("no such delivery: %w", family.ErrNotFound), codes.NotFound, "NOT_FOUND", "no such delivery", ""},
		{"conflict", fmt.Errorf("sent before with other bytes: %w", family.ErrConflict), codes.AlreadyExists, "CONFLICT", "sent before with other bytes", ""},
		{"denied", fmt.Errorf("another agency's: %w", family.ErrDenied), codes.PermissionDenied, "DENIED", "another agency's", ""},
		{"state", fmt.Errorf("sealed already: %w", family.ErrState), codes.FailedPrecondition, "NOT_POSSIBLE_NOW", "sealed already", ""},
		{"full", fmt.Errorf("free space: %w", family.ErrFull), codes.ResourceExhausted, "STORAGE_FULL", "free space", ""},
		{"corrupt", fmt.Errorf("frame 7 fails its check: %w", family.ErrCorrupt), codes.DataLoss, "DATA_DAMAGED", "frame 7 fails its check", ""},
		{"canceled", fmt.Errorf("read: %w", context.Canceled), codes.Canceled, "CANCELED", "read", ""},
		{"deadline", context.DeadlineExceeded, codes.DeadlineExceeded, "DEADLINE_EXCEEDED", "context deadline exceeded", ""},
		{"unknown", errors.New("open /var/lib/" + canary), codes.Internal, "INTERNAL", "internal", ""},
		{"a status of another's making", status.Error(codes.Internal, canary), codes.Internal, "INTERNAL", "internal", ""},
		{"a transport's status", status.Error(codes.Unimplemented, "no such method"), codes.Unimplemented, "", "no such method", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := serve(t, newWorld(0), nil, &feedFails{err: tc.err})
			_, err := feedpb.NewFeedServiceClient(r).OpenDelivery(t.Context(), &feedpb.OpenDeliveryRequest{})
			st := status.Convert(err)
			if st.Code() != tc.code || st.Message() != tc.text {
				t.Errorf("got %v %q, want %v %q", st.Code(), st.Message(), tc.code, tc.text)
			}
			reason, fields := detailsOf(t, err)
			if reason != tc.reason || strings.Join(fields, " ") != tc.fields {
				t.Errorf("got reason %q, fields %q; want %q, %q", reason, fields, tc.reason, tc.fields)
			}
		})
	}
}

func TestPanicBecomesInternal(t *testing.T) {
	w := newWorld(0)
	w.panics = true
	r := serve(t, w, nil, nil)
	q := querypb.NewQueryServiceClient(r)
	_, err := q.GetPerson(t.Context(), &querypb.GetPersonRequest{PersonId: id('P', 1)})
	if st := status.Convert(err); st.Code() != codes.Internal || st.Message() != "internal" {
		t.Errorf("got %v, want INTERNAL and no more", err)
	}
	w.panics = false
	if _, err := q.GetPerson(t.Context(), &querypb.GetPersonRequest{PersonId: id('P', 1)}); err != nil {
		t.Errorf("after a panic: %v", err)
	}
	r.stop()
	log := r.log.String()
	if !strings.Contains(log, "call panicked") || strings.Contains(log, canary) {
		t.Errorf("log has no panic, or has its value:\n%s", log)
	}
}
