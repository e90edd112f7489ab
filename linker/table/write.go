package table

import "strings"

// AppendField appends a value as a field of a CSV file with commas: quoted where
// it has to be for the same text to be read again, and otherwise as it is. It
// does nothing about spreadsheets that take text for formulas: identifiers have
// to come back as they went.
func AppendField(out []byte, text string) []byte {
	if !strings.ContainsAny(text, ",\"\r\n") && (text == "" || !isSpace(text[0]) && !isSpace(text[len(text)-1])) {
		return append(out, text...)
	}
	out = append(out, '"')
	for {
		before, after, more := strings.Cut(text, `"`)
		if out = append(out, before...); !more {
			return append(out, '"')
		}
		out, text = append(out, `""`...), after
	}
}
