package family

import (
	"errors"
	"strings"
)

// The kinds of error that cross rooms and the wire. Wrap them with %w; the
// server alone translates them to gRPC codes. No error carries a personal
// value.
var (
	// ErrInvalid is input that breaks a published rule; sending it again
	// unchanged cannot help.
	ErrInvalid = errors.New("invalid")
	// ErrNotFound is something asked for that is not there.
	ErrNotFound = errors.New("not found")
	// ErrConflict is a request that contradicts what is already recorded.
	ErrConflict = errors.New("conflict")
	// ErrDenied is a request that the caller has no right to make.
	ErrDenied = errors.New("denied")
	// ErrState is a request that the present state refuses, such as rows for
	// a sealed delivery or a query before the first night.
	ErrState = errors.New("not possible now")
	// ErrFull is storage that cannot take more; free space and try again.
	ErrFull = errors.New("storage full")
	// ErrCorrupt is stored data that fails its check.
	ErrCorrupt = errors.New("stored data damaged")
)

// FieldError is one field of a request that breaks a rule.
type FieldError struct {
	Field  string // path in the request, such as delivery.key.agency
	Detail string // what is wrong and what to do; never the value
}

// FieldErrors is everything wrong with a request's fields at once. It is of
// the kind ErrInvalid.
type FieldErrors []FieldError

// Error joins the fields and details into one line.
func (e FieldErrors) Error() string {
	parts := make([]string, len(e))
	for i, f := range e {
		parts[i] = f.Field + ": " + f.Detail
	}
	return strings.Join(parts, "; ")
}

// Unwrap gives the kind.
func (e FieldErrors) Unwrap() error { return ErrInvalid }
