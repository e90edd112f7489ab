// Package casework is the work with families as a book of dated, signed
// events: nominations, cases from identified to outcome, claims with frozen
// evidence, and their audit. It decides which event may follow which, what a
// case is at any day, and who is known already. It never scores a family, never
// changes an event, and is pure: no clock, store, wire or log.
package casework
