package server

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
)

// errorDomain stands in every ErrorInfo that the service sends.
const errorDomain = "hearth"

// errorTable is what each kind of error becomes on the wire. The first kind
// that fits holds. Nothing else in hearth chooses a status.
var errorTable = []struct {
	kind   error
	code   codes.Code
	reason string
}{
	{family.ErrInvalid, codes.InvalidArgument, "INVALID"},
	{family.ErrNotFound, codes.NotFound, "NOT_FOUND"},
	{family.ErrConflict, codes.AlreadyExists, "CONFLICT"},
	{family.ErrDenied, codes.PermissionDenied, "DENIED"},
	{family.ErrState, codes.FailedPrecondition, "NOT_POSSIBLE_NOW"},
	{family.ErrFull, codes.ResourceExhausted, "STORAGE_FULL"},
	{family.ErrCorrupt, codes.DataLoss, "DATA_DAMAGED"},
	{context.Canceled, codes.Canceled, "CANCELED"},
	{context.DeadlineExceeded, codes.DeadlineExceeded, "DEADLINE_EXCEEDED"},
}

// statusOf turns an error into the status that the caller sees. An error of a
// known kind keeps its text, which by the rule of package family holds no
// personal value; a status made by gRPC itself passes; anything else is
// "internal" and says no more. known is false for that last case.
func statusOf(err error) (st *status.Status, known bool) {
	for _, row := range errorTable {
		if errors.Is(err, row.kind) {
			return detailed(row.code, row.reason, err), true
		}
	}
	if st, ok := status.FromError(err); ok && st.Code() != codes.Unknown && st.Code() != codes.Internal {
		return st, true
	}
	return withDetails(status.New(codes.Internal, "internal"), "INTERNAL", nil), false
}

func detailed(code codes.Code, reason string, err error) *status.Status {
	return withDetails(status.New(code, textOf(err)), reason, violations(err))
}

// textOf is what an error says, without the words of its kind.
func textOf(err error) string {
	var parts casework.Refusal
	if !errors.As(err, &parts) {
		parts = casework.Refusal{err}
	}
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.Error()
		for _, row := range errorTable {
			texts[i] = strings.TrimSuffix(texts[i], ": "+row.kind.Error())
		}
	}
	return strings.Join(texts, "; ")
}

func withDetails(st *status.Status, reason string, fields []*errdetails.BadRequest_FieldViolation) *status.Status {
	full, err := st.WithDetails(&errdetails.ErrorInfo{Reason: reason, Domain: errorDomain})
	if err == nil && len(fields) > 0 {
		full, err = full.WithDetails(&errdetails.BadRequest{FieldViolations: fields})
	}
	if err != nil { // unreachable but for a status of code OK
		return st
	}
	return full
}

// violations lists the fields that an error complains of.
func violations(err error) []*errdetails.BadRequest_FieldViolation {
	var fields family.FieldErrors
	if !errors.As(err, &fields) {
		return nil
	}
	out := make([]*errdetails.BadRequest_FieldViolation, len(fields))
	for i, f := range fields {
		out[i] = &errdetails.BadRequest_FieldViolation{Field: f.Field, Description: f.Detail}
	}
	return out
}

// invalid is a request of which one field breaks a rule.
func invalid(field, format string, args ...any) error {
	return family.FieldErrors{{Field: field, Detail: fmt.Sprintf(format, args...)}}
}
