// Package scenario tests hearth whole: the built binary serves a fresh data
// directory, files go in over gRPC as an agency would send them, a night runs,
// and what comes out is compared.
//
// The stories in testdata/scenarios are families in small files with the
// persons, households, needs and reasons that have to come out, as text. The
// laws are what must hold of any input: order and batches do not matter,
// nothing is lost by a kill, nothing is counted twice, the index can be made
// again. It holds tests alone and decides nothing.
package scenario
