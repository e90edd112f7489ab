// Package pipeline is one night: live rows become records, records become
// persons, persons become households, and households become candidates.
//
// It decides the order of the stages and how the rooms below fit together,
// and how records are presented to the matcher. It is a pure function of its
// input: it never reads a clock, a store, a file or the wire, so that the same
// live rows, decisions, nominations, model, frameworks and as-at day give the
// same result, byte for byte, whatever the order of the rows and however many
// workers run.
package pipeline
