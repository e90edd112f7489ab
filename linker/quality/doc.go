// Package quality says how good a linkage is that nobody has checked: estimated
// precision, recall and blocking loss, each with an interval, and what would
// help most. It decides the colour of the light and nothing else: it never
// changes a pair, a cluster or a probability that it is given, and it reads and
// writes no files.
package quality
