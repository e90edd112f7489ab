package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/xrash/smetrics"

	"github.com/hearthmatch/hearth/family"
)

// header is what the first line of a file says of the rest.
type header struct {
	sep     byte
	crEnds  bool
	columns []family.Column // by place; 0 is dropped
	dropped []string
}

// readHeader reads the first line, tells the separator and the line ends from
// it, and checks the column names against the feed.
func readHeader(s *scanner, feed family.Feed, opt FileOptions) (header, error) {
	names, err := firstLine(s, feed)
	if err != nil {
		return header{}, err
	}
	h := header{sep: s.sep, crEnds: s.crEnds}
	if err := h.place(names, feed, opt); err != nil {
		return header{}, err
	}
	return h, nil
}

// firstLine returns the names in the first line and leaves the scanner behind
// it, set to the separator and the line ends of that line.
func firstLine(s *scanner, feed family.Feed) ([]string, error) {
	line, err := s.peekLine()
	if err != nil {
		return nil, err
	}
	s.sep = separator(line, feed)
	if err := s.scan(); err != nil {
		return nil, err
	}
	return s.names(), nil
}

// separator returns the separator that makes the most column names of a
// header, and of equals the one that makes the most names.
func separator(line string, feed family.Feed) byte {
	best, most := byte(','), 0
	for _, sep := range []string{",", ";", "\t"} {
		names := strings.Split(line, sep)
		score := len(names)
		for _, n := range names {
			n = strings.ToLower(strings.Trim(n, "\" \t"))
			if layouts[feed].has(family.ParseColumn(n)) {
				score += 1000
			}
		}
		if score > most {
			best, most = sep[0], score
		}
	}
	return best
}

// errEmpty is the sentence for a file without a header.
var errEmpty = faultf("the file is empty; it needs at least a header with the feed's columns")

// peekLine returns the first line that is not empty, without passing over it,
// and tells from its end whether a carriage return alone ends a line.
func (s *scanner) peekLine() (string, error) {
	for {
		text := bytes.TrimLeft(s.buf, " \r\n")
		i := bytes.IndexAny(text, "\r\n")
		if i >= 0 && (i+1 < len(text) || s.inDone != nil) {
			s.crEnds = text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n')
			return string(text[:i]), nil
		}
		if s.inDone != nil {
			if blank(string(text)) {
				return "", errEmpty
			}
			return string(text), nil
		}
		if err := s.fill(); err != nil {
			return "", err
		}
	}
}

// names returns the record's fields as header names: in lower case, without
// blanks around them.
func (s *scanner) names() []string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		text := string(s.record[f.from:f.to])
		names[i] = strings.ToLower(strings.TrimSpace(strings.ReplaceAll(text, `""`, `"`)))
	}
	return names
}

// place gives each name its column, or says in one sentence what is wrong with
// the header.
func (h *header) place(names []string, feed family.Feed, opt FileOptions) error {
	l := layouts[feed]
	var seen [family.NumColumns]bool
	known, unknown := 0, []int(nil)
	h.columns = make([]family.Column, len(names))
	for i, n := range names {
		c := family.ParseColumn(n)
		if !l.has(c) {
			unknown = append(unknown, i)
			continue
		}
		if seen[c] {
			return faultf("the header has the column %s twice; leave one out", c)
		}
		seen[c], h.columns[i] = true, c
		known++
	}
	if known == 0 {
		return faultf("the first line names no column of the %s feed; it must be a header such as %s,…",
			feed, l.required[0])
	}
	for _, c := range l.required {
		if !seen[c] {
			return faultf("the header lacks the required column %s%s", c, l.perhaps(c, names, unknown))
		}
	}
	if len(unknown) > 0 && !opt.DropUndeclared {
		return l.undeclared(names, unknown, known)
	}
	for _, i := range unknown {
		h.dropped = append(h.dropped, names[i])
	}
	return nil
}

// perhaps points at the unknown name that a missing column's may have been
// meant to be.
func (l *layout) perhaps(missing family.Column, names []string, unknown []int) string {
	for _, i := range unknown {
		if near(names[i], missing.String()) {
			return fmt.Sprintf("; column %d, %q, may be meant for it", i+1, names[i])
		}
	}
	return "; add it"
}

// undeclared is the sentence for columns that the feed does not declare. It
// repeats a name only if most of the line is a header, so that a line of data
// is never repeated, and only the first, with the declared name nearest to it.
func (l *layout) undeclared(names []string, unknown []int, known int) error {
	i := unknown[0]
	nearest := l.nearest(names[i])
	what := fmt.Sprintf("column %d", i+1)
	if nearest != 0 || known >= len(unknown) && nameLike(names[i]) {
		what += fmt.Sprintf(", %q,", names[i])
	}
	if names[i] == "" {
		what += ", which has no name,"
	}
	if n := len(unknown) - 1; n > 0 {
		what += fmt.Sprintf(" and %d more", n)
	}
	meant := "remove it, or have undeclared columns dropped (--drop-undeclared)"
	if nearest != 0 {
		meant = "was " + nearest.String() + " meant? Else " + meant
	}
	verb := " is"
	if len(unknown) > 1 {
		verb = " are"
	}
	return faultf("%s%s not declared by the %s feed; %s", what, verb, l.feed, meant)
}

// nearest returns the declared column whose name is most like the given one,
// 0 if none is.
func (l *layout) nearest(name string) family.Column {
	best, least := family.Column(0), len(name)
	for _, c := range l.feed.Columns() {
		if d := distance(name, c.String()); near(name, c.String()) && d < least {
			best, least = c, d
		}
	}
	return best
}

// near says whether a name may be a slip for a declared one: at most a third
// of it differs, or it is the same but for signs.
func near(name, declared string) bool {
	return distance(name, declared)*3 <= len(declared)
}

// distance counts the letters that differ; signs and blanks do not count.
func distance(a, b string) int {
	bare := strings.NewReplacer("_", "", "-", "", " ", "", ".", "")
	a, b = bare.Replace(a), bare.Replace(b)
	if len(a) > 2*len(b) {
		return len(a)
	}
	return smetrics.WagnerFischer(a, b, 1, 1, 1)
}

// nameLike says whether a text could be a column's name.
func nameLike(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > 60 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("_- .()/", r))
	}) < 0
}
