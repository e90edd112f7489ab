package matcher

import "strings"

// prepared holds what comparisons and blocking need of each value of a column,
// worked out once. Of the parts after hash, a kind has those that it needs.
type prepared struct {
	hash    []uint64
	names   *nameTable
	texts   *textTable
	lines   []line
	mails   []mail
	date    []civil
	span    [][2]int32
	event   []uint64     // roles: hash of the occasion
	compass [][3]float64 // points on a sphere of radius 1; zero for no point
}

func prepare(kind Kind, text []string) *prepared {
	p := &prepared{hash: make([]uint64, len(text))}
	for i, s := range text {
		p.hash[i] = hashText(s)
	}
	switch kind {
	case Forename, Surname:
		p.names = newNameTable(kind, text)
	case Date:
		p.date = each(text, parseCivil)
	case Role:
		p.event = each(text, func(s string) uint64 {
			event, _, _ := strings.Cut(s, "=")
			return hashText(event)
		})
	case Span:
		p.span = each(text, parseSpan)
	case Text:
		p.texts = newTextTable(text)
	case Address:
		p.lines = newLines(text)
	case Email:
		p.mails = each(text, newMail)
	case Point:
		p.compass = each(text, parsePoint)
	}
	return p
}

func each[T any](text []string, of func(string) T) []T {
	out := make([]T, len(text))
	for i, s := range text {
		out[i] = of(s)
	}
	return out
}

// parseSpan reads FROM/TO; anything else spans nothing that a life could be in.
func parseSpan(s string) [2]int32 {
	if len(s) != 21 {
		return [2]int32{}
	}
	return [2]int32{parseCivil(s[:10]).days, parseCivil(s[11:]).days}
}
