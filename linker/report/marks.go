package report

// piece is a stretch of a cell; Odd ones are not in the other cell.
type piece struct {
	Text string
	Odd  bool
}

// marked splits two texts into what they share and what they do not, aligned by
// the longest common subsequence, so that one letter left out marks one letter.
// Texts that have little in common are left whole.
func marked(left, right string) (l, r []piece) {
	a, b := []rune(left), []rune(right)
	common := longest(a, b)
	if 2*common[0][0] < max(len(a), len(b)) {
		return []piece{{Text: left}}, []piece{{Text: right}}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			l, r = grow(l, a[i], false), grow(r, b[j], false)
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			l = grow(l, a[i], true)
			i++
		default:
			r = grow(r, b[j], true)
			j++
		}
	}
	return l, r
}

// longest gives the length of the longest common subsequence of the texts from
// each pair of places on.
func longest(a, b []rune) [][]int {
	t := make([][]int, len(a)+1)
	for i := range t {
		t[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	return t
}

func grow(pieces []piece, r rune, odd bool) []piece {
	if n := len(pieces); n > 0 && pieces[n-1].Odd == odd {
		pieces[n-1].Text += string(r)
		return pieces
	}
	return append(pieces, piece{Text: string(r), Odd: odd})
}
