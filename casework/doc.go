// Package casework is the work with families as a book of dated, signed
// events: nominations, cases from identified to outcome, claims with frozen
// evidence, and their audit. It decides which event may follow which, what a
// case is at any day, who is known already, which claims an audit draws and
// whether a claim's evidence has since been corrected. It never scores a
// family, never judges an outcome, never changes an event, and is pure: no
// clock, store, wire or log.
//
// A Book is what the events of the journal make. Events go through it twice:
// Check (for claims CheckClaim) says whether one would be legal, with every
// fault in words; Apply takes it in once it is on disk, and again at each
// start. Apply keeps to the rules of Check but for those about today, the
// length of texts and the snapshot's bytes, so that a journal replays for ever:
// a rule that is made later has to be one of Check alone.
//
// # Two senses of "as at"
//
// A View bounds what is seen. Its Day is the sense of what had happened: events
// of that day or earlier, as far as they are known now. What was recorded late
// is seen on its own day, and what was undone never happened. Its Place is the
// sense of what was known: events up to that place of the journal, and only the
// undoings up to it. Both together say what the book said on some evening about
// some day, which is what a replayed night or an auditor asks. A return for a
// past quarter goes by Day alone.
//
// # One family
//
// Cases and nominations are about records, one of each member, not about
// person or household ids, which linkage may change. Two of them are of one
// family if more than half of the records of the smaller are in both
// (SameFamily); fewer make a warning. Which household a case is at now follows
// from its records (HouseholdOf). A book that is told where people live now
// (Relink) also takes those at one household for one family when an event is
// checked, and reports open cases at one household as a Conflict for somebody to
// settle: nothing is merged by itself.
package casework
