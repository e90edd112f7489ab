// Package people makes tables of invented people whose truth is known, for
// measuring linkage: households of relatives and of strangers, twins, a parent
// and a child of one name, movers, changed surnames, and the errors that clerks
// make. It is apart from the fictional council of synth, so that what was tuned
// on the one can be measured on the other. It never decides what a linkage is
// worth.
package people
