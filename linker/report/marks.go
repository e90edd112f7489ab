package report

import "unicode"

// piece is a stretch of a cell; Odd ones are not in the other cell.
type piece struct {
	Text string
	Odd  bool
}

// marked splits two texts into what they share and what they do not. Texts of
// like parts, as two dates are, are set against each other part by part; others
// as a whole, and left alone if they have little in common.
func marked(left, right string) (l, r []piece) {
	a, b := parts(left), parts(right)
	if len(a) == 1 || !alike(a, b) {
		l, r, ok := aligned([]rune(left), []rune(right))
		if !ok {
			return []piece{{Text: left}}, []piece{{Text: right}}
		}
		return l, r
	}
	for i := range a {
		x, y, ok := aligned([]rune(a[i]), []rune(b[i]))
		if !ok {
			x, y = []piece{{a[i], true}}, []piece{{b[i], true}}
		}
		l, r = join(l, x), join(r, y)
	}
	return l, r
}

// parts splits a text into its words and numbers and what stands between them.
func parts(s string) (out []string) {
	inWord := false
	for i, c := range s {
		word := unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c)
		if i == 0 || word != inWord {
			out = append(out, "")
		}
		out[len(out)-1] += string(c)
		inWord = word
	}
	return out
}

// alike says that two texts have as many parts, with the same between them.
func alike(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := []rune(a[i])[0], []rune(b[i])[0]
		if (!unicode.IsLetter(x) && !unicode.IsDigit(x) || !unicode.IsLetter(y) && !unicode.IsDigit(y)) && a[i] != b[i] {
			return false
		}
	}
	return true
}

// aligned sets two texts against each other by their longest common
// subsequence, so that one letter left out marks one letter. Not ok if that is
// less than half of the longer one.
func aligned(a, b []rune) (l, r []piece, ok bool) {
	common := longest(a, b)
	if 2*common[0][0] < max(len(a), len(b)) {
		return nil, nil, false
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			l, r = grow(l, string(a[i]), false), grow(r, string(b[j]), false)
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			l = grow(l, string(a[i]), true)
			i++
		default:
			r = grow(r, string(b[j]), true)
			j++
		}
	}
	return l, r, true
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

func join(pieces, more []piece) []piece {
	for _, p := range more {
		pieces = grow(pieces, p.Text, p.Odd)
	}
	return pieces
}

func grow(pieces []piece, text string, odd bool) []piece {
	if n := len(pieces); n > 0 && pieces[n-1].Odd == odd {
		pieces[n-1].Text += text
		return pieces
	}
	return append(pieces, piece{text, odd})
}
