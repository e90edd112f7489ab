package family

import "errors"

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
