// Package evaluate says how good a linkage is when the truth is known: of its
// clusters, of its scored pairs, of each group of people, and whether its
// probabilities mean what they say. It decides nothing about who is who, tunes
// nothing, and takes linear time in records and pairs.
package evaluate
