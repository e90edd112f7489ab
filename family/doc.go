// Package family holds the domain values that every other room of hearth
// speaks in: feeds, columns and rows as agencies deliver them, the records
// (one person as described by one row) that rows yield, and the persons,
// households, needs and candidates that are derived from them.
//
// It decides what a valid identifier, date or postcode is and what a column
// means. It never reads a file, a clock, a store or the wire, and it imports
// the standard library alone.
package family
