// Package server is hearth's gRPC face: the query, review and admin services,
// health and reflection, and the interceptors that every call passes.
//
// It decides who is answered with what: the audit entry before a personal
// value leaves, what a protected address hides, and which status an error
// becomes on the wire (errors.go, the one place). It never decides who is who,
// who lives where or who is eligible, and it never reads files, flags or the
// environment. The feed service is passed in ready made.
//
// Who calls is taken from the metadata key hearth-actor, else from the peer's
// address. That is a statement, not a proof: transport security, sign-in and
// roles come later, and until then the service listens on the local machine.
package server
