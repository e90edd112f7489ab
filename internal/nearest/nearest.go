// Package nearest finds the right word that somebody meant by a wrong one, for
// messages that name it. It decides nothing.
package nearest

// Word returns the word of the list that fewest letters part from w, at most
// as many as the given number; of several the first. It is "" where none is so
// near.
func Word(w string, list []string, most int) string {
	best, at := most+1, ""
	for _, l := range list {
		if d := distance(w, l); d < best {
			best, at = d, l
		}
	}
	return at
}

// distance is the number of letters to put in, take out or change to make a
// into b (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
