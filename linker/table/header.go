package table

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// separators are what may stand between values, the likeliest first.
var separators = []struct {
	sep  byte
	name string
}{{',', "commas"}, {';', "semicolons"}, {'\t', "tabs"}, {'|', "vertical bars"}}

// sampled is how many records are looked at to tell the separator.
const sampled = 200

// separator tells what stands between values from the first bytes of a text:
// that by which most records have as many values as the header; among equals,
// that which makes the most columns. whole says that the text ends there.
func separator(head []byte, whole bool) byte {
	best, bestShare, bestColumns := byte(','), 0.0, 1
	for _, s := range separators {
		columns, share := regularity(head, whole, s.sep)
		if columns > 1 && (share > bestShare || share == bestShare && columns > bestColumns) {
			best, bestShare, bestColumns = s.sep, share, columns
		}
	}
	return best
}

// regularity returns how many values the first record has by a separator, and
// the share of records that have as many.
func regularity(head []byte, whole bool, sep byte) (columns int, share float64) {
	if end := lastRecordEnd(head, sep); !whole && end > 0 {
		head = head[:end]
	}
	s := newSplitter(bytes.Clone(head), sep)
	same, all := 0, 0
	for i := 0; i >= 0 && i < len(s.b) && all < sampled; {
		if next := s.blankLine(i); next > i {
			i = next
			continue
		}
		values, next := s.record(i)
		if i = next; all == 0 {
			columns = len(values)
		}
		if all++; len(values) == columns {
			same++
		}
	}
	return columns, float64(same) / float64(max(all, 1))
}

// record returns the values of the record at i and the place after it, -1 if a
// quote never closes.
func (s *splitter) record(i int) (values [][]byte, after int) {
	for {
		from, to, next, ok := s.value(i)
		if !ok {
			return values, -1
		}
		values = append(values, s.b[from:to])
		if next == len(s.b) || s.b[next] == '\n' {
			return values, next + 1
		}
		i = next + 1
	}
}

// declared reads Excel's own line sep=; before the header.
func declared(head []byte) (sep byte, length int) {
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	text := bytes.ToLower(bytes.Trim(line, "\"\r "))
	if rest, ok := bytes.CutPrefix(text, []byte("sep=")); ok && len(rest) == 1 {
		for _, s := range separators {
			if s.sep == rest[0] {
				return s.sep, min(len(line)+1, len(head))
			}
		}
	}
	return 0, 0
}

var errNoHeader = errors.New("the first row looks like a record, not like the names of columns; " +
	"put a row of names first")

// aDate is what a record's first cells may hold, and no column is called.
var aDate = regexp.MustCompile(`^(\d{4}-\d\d-\d\d|\d\d?[/.]\d\d?[/.]\d{4})`)

// names makes the columns' names of the header's values, and says what was
// mended.
func names(values [][]byte) (names, notes []string, err error) {
	if len(values) > maxColumns {
		return nil, nil, fmt.Errorf("has %d columns; at most %d can be read", len(values), maxColumns)
	}
	first := make(map[string]int)
	for i, v := range values {
		text := cleanName(v)
		if strings.Contains(text, "@") || aDate.MatchString(text) {
			return nil, nil, errNoHeader
		}
		if len(text) > maxName {
			return nil, nil, fmt.Errorf("the name of column %d is over %d bytes long; shorten it", i+1, maxName)
		}
		if before, ok := first[text]; ok && text != "" {
			return nil, nil, fmt.Errorf("columns %d and %d have the same name; rename one of them", before+1, i+1)
		}
		first[text] = i
		names = append(names, text)
	}
	for i, name := range names {
		if name != "" {
			continue
		}
		name = fmt.Sprintf("column %d", i+1)
		for _, taken := first[name]; taken; _, taken = first[name] {
			name += "'"
		}
		first[name], names[i] = i, name
		notes = append(notes, fmt.Sprintf("column %d has no name and is called %q", i+1, name))
	}
	return names, notes, nil
}

// maxName is how long a column's name may be, in bytes.
const maxName = 1024

// cleanName is the text of a header's cell, in which blank words are names.
func cleanName(v []byte) string {
	if isBlankWord(v) {
		return string(v)
	}
	text, _ := clean(v)
	return string(text)
}
