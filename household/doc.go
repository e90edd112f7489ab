// Package household puts people together into households: who lives in which
// dwelling at a date, in which role, and why.
//
// It decides from dated residence evidence (school, housing, claim and care
// rows, and a person's own address as given to the police), from declared
// relations and from reviewers' decisions. It never makes anybody a member
// because of an event: a visitor, suspect or complainant at an address is at
// most an associate. It never decides who is who (that is linkage) and never
// whether a family is eligible. It is pure: no clock, randomness, environment,
// log, store or wire, and equal input gives equal bytes whatever its order.
package household
