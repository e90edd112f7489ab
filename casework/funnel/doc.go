// Package funnel counts the programme: target, identified, worked with and
// turned round, by area, school, lead agency and month, as at any day, with
// small numbers suppressed on request. It counts cases as package casework
// has them and decides nothing about any of them. It is pure.
package funnel
