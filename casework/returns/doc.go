// Package returns lays out what a council returns to central government:
// families, members, needs and the funnel, in an aggregate profile without
// identifiers and an identified one. It shapes tables and writes no files. It
// is pure.
package returns
