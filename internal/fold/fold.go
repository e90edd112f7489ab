// Package fold reduces names and address lines to plain capital letters, so
// that spellings which differ by accent, case or typesetting compare equal. It
// decides nothing about who is who.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// special holds the Latin letters that Unicode does not decompose.
var special = map[rune]string{
	'Ł': "L", 'Ø': "O", 'Đ': "D", 'Ð': "D", 'Þ': "TH", 'Æ': "AE", 'Œ': "OE",
	'ẞ': "SS", 'ß': "SS", 'Ħ': "H", 'Ŧ': "T", 'İ': "I", 'ı': "I", 'Ŋ': "NG",
	'Ə': "A", 'ə': "A", 'ĸ': "K",
}

// ASCII returns s in capital ASCII letters and digits with single spaces
// between words: accents are dropped, letters such as Ł and ß spelled out,
// apostrophes removed (O'Neil is ONEIL), and every other sign is a space.
// Letters of other scripts are left out. It does not allocate for text that
// has the form already.
func ASCII(s string) string {
	if folded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	put := func(t string) {
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteString(t)
	}
	for _, r := range norm.NFKD.String(s) {
		switch u := unicode.ToUpper(r); {
		case u < 0x80 && (u >= 'A' && u <= 'Z' || u >= '0' && u <= '9'):
			put(string(u))
		case special[u] != "":
			put(special[u])
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == '‘', r == '`', r == 'ʼ':
		default:
			space = true
		}
	}
	return b.String()
}

func folded(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			c == ' ' && i > 0 && i+1 < len(s) && s[i-1] != ' ') {
			return false
		}
	}
	return true
}
