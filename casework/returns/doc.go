// Package returns lays out what a council returns to central government: the
// tables family, member, need, funnel, tf1_quarterly and sf_quarterly, which
// docs/returns.md describes column by column. It decides what each profile may
// hold; it reads no person, shapes tables only and writes no files. It is pure.
//
// The aggregate profile has no identifiers, names, dates of birth or places of
// people. Families have a reference made with a secret key, from which nobody
// without the key can come back to the case, and which stays the same from
// return to return while the key does. Rows are in the order of that reference.
// What could be counted from the rows about an agency, headline, result or quarter
// says nothing that the funnel withholds: where the funnel withholds a count of
// one, the rows leave that agency, headline, result or quarter blank throughout.
//
// The identified profile has identifiers and needs a legal basis, which goes into
// every row. No profile has the address of anybody at a protected address.
package returns
