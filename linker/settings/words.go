package settings

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/hearthmatch/hearth/internal/fold"
)

// headerWords takes a column's name apart into small words: first_name,
// firstName and "First Name" are all first, name.
func headerWords(s string) []string {
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) ||
			i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	f := strings.Fields(strings.ToLower(fold.ASCII(b.String())))
	if len(f) == 0 {
		return []string{strings.ToLower(strings.TrimSpace(s))}
	}
	return f
}

func roleNames() []string {
	out := make([]string, 0, len(roles))
	for _, r := range roles {
		out = append(out, r.Name)
	}
	return out
}

// nearest suggests the word of the list that is spelled most like w, "" where
// none is near.
func nearest(w string, list []string) string {
	best, at := len(w)/2+1, ""
	for _, l := range list {
		if d := editDistance(strings.ToLower(w), l); d < best {
			best, at = d, l
		}
	}
	if at == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", at)
}

// editDistance is the number of letters to put in, take out or change
// (Levenshtein 1966).
func editDistance(a, b string) int {
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
