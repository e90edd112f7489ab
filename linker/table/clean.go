package table

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// mend says what was done to a text.
type mend uint8

const (
	asIs      mend = iota
	blankWord      // a word for nothing, taken as blank
	codePage       // was not UTF-8, read as Windows-1252
	lost           // holds bytes that are neither
)

// blankWords are what programs write for no value. They are taken as blank only
// when they are all of a cell, and in this writing: Null is a surname.
var blankWords = []string{"NULL", "null", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NaT", "None", `\N`}

// longestBlank is the length of the longest of blankWords.
const longestBlank = 4

func isBlankWord(text []byte) bool {
	if len(text) == 0 || len(text) > longestBlank {
		return false
	}
	switch text[0] {
	case 'N', 'n', '#', '<', '\\':
	default:
		return false
	}
	for _, w := range blankWords {
		if string(text) == w {
			return true
		}
	}
	return false
}

// isSpace is for the spaces of ASCII.
func isSpace(c byte) bool { return c == ' ' || c-'\t' < 5 }

// trim takes the spaces of ASCII from both ends.
func trim(text []byte) []byte {
	for len(text) > 0 && isSpace(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && isSpace(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}

// isPlain is for a text without anything but printable ASCII.
func isPlain(text []byte) bool {
	var high, low byte
	for _, c := range text {
		high |= c
		low |= (c - ' ') & ^c // the top bit: below a space
	}
	return (high|low)&0x80 == 0
}

// clean turns a cell's bytes, trimmed of ASCII space, into its text: UTF-8,
// without surrounding space of any alphabet, line ends as one line feed. What it
// returns is text itself or new; it is empty for a blank word.
func clean(text []byte) ([]byte, mend) {
	if isPlain(text) {
		if isBlankWord(text) {
			return nil, blankWord
		}
		return text, asIs
	}
	what := asIs
	if !utf8.Valid(text) {
		text, what = from1252(text)
	}
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	}
	return bytes.TrimSpace(text), what
}

// from1252 reads bytes as Windows-1252; the five that it leaves undefined become
// the replacement character.
func from1252(text []byte) ([]byte, mend) {
	out, what := make([]byte, 0, len(text)+len(text)/2), codePage
	for _, c := range text {
		r := charmap.Windows1252.DecodeByte(c)
		if r == utf8.RuneError {
			what = lost
		}
		out = utf8.AppendRune(out, r)
	}
	return out, what
}
