// Package funnel counts the programme: target, eligible by the data,
// identified, contacted, agreed, worked with, turned round (by result), claimed
// and audited, by area, school, lead agency, month, framework and headline, as
// at any day. It counts cases as package casework has them and decides nothing
// about any of them. It is pure.
//
// # What is counted
//
// Families, never claims or people. A family counts for a stage from the day on
// which it reached that stage or a later one, so that no stage is smaller than
// the next up to "worked with". It is turned round from the day of its first
// full result that stands: a claim that is withdrawn, or that an auditor finds
// invalid, stands until that day and no longer. A partial result, such as
// progress to work in tf-phase1-2012, is counted as a result and turns nobody
// round by itself. That is how the programme's own figures add up: of September
// 2014, 77,270 by crime, ASB and education and 8,033 by continuous employment
// make the 85,303 turned round; 7,347 by progress to work are beside them.
//
// By district, ward, cluster, lead agency, framework, month and quarter each
// family is in one group, and the groups add up to the authority's figure. A
// family with children at two schools, or with needs under two headlines, counts
// for each of these and once in the total. By month and quarter a family counts
// where it reached each stage, so that one line says what happened in that month.
//
// # Small numbers
//
// With a threshold, counts from 1 up to below it are withheld. So are as many
// others as keep them from being worked out, zeros among them: no withheld small
// count follows from what is shown by taking shown counts from totals, by
// knowing that wards make up districts, months quarters and results the number
// turned round, or that a stage is no larger than the one before it. What could
// be shown by any grouping, and by any framework, is considered together, so
// that asking twice does not help. Per cents and rates of a withheld count are
// withheld with it. Two reports as at different days may still be compared:
// publish the same days to everybody. Rounding to the nearest 5 may be asked for
// instead, or besides; then totals are rounded by themselves and need not add up.
package funnel
