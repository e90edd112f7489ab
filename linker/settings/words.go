package settings

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/hearthmatch/hearth/internal/fold"
	"github.com/hearthmatch/hearth/internal/nearest"
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

// suggest names the word of the list that is spelled most like w, "" where none
// is near.
func suggest(w string, list []string) string {
	if at := nearest.Word(strings.ToLower(w), list, len(w)/2); at != "" {
		return fmt.Sprintf("; did you mean %q?", at)
	}
	return ""
}
