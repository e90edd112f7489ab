// Package server is hearth's gRPC face: the query, review, casework and admin
// services, health and reflection, and the interceptors that every call passes.
//
// It decides who is answered with what: the audit entry before a personal
// value leaves, what a protected address hides, and which status an error
// becomes on the wire (errors.go, the one place). It never decides who is who,
// who lives where, who is eligible, what has become of a family or which event
// of casework may follow which, and it never reads files, flags or the
// environment. The feed service is passed in ready made.
//
// The book of casework is in memory, as the journal's events make it. An event
// is checked against it, audited, put on disk and taken into it under one lock,
// so that of two events that exclude each other exactly one is recorded. A
// claim's evidence is gathered before the lock is taken. What the book says of a
// family is hidden with it: a case, nomination, claim or warning is shown only
// to whoever asked for protected households if any of its people live or lived
// in one, now or when it was recorded.
//
// Who calls is taken from the metadata key hearth-actor, else from the peer's
// address. That is a statement, not a proof: transport security, sign-in and
// roles come later, and until then the service listens on the local machine.
package server
