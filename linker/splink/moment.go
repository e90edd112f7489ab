package splink

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// clock is a moment in parts, as it is read from text.
type clock struct {
	year, month, day     int
	hour, minute, second int
	fraction             float64 // of a second
	offset               int     // seconds east of Greenwich
	yearDay              int     // 0 where not given
	half                 int     // 1 in the morning, 2 in the afternoon, 0 not given
}

// seconds counts from the beginning of 1970; ok is false where there is no such day.
func (c *clock) seconds() (_ float64, ok bool) {
	if c.half != 0 {
		if c.hour < 1 || c.hour > 12 {
			return 0, false
		}
		c.hour = c.hour%12 + 12*(c.half-1)
	}
	if c.yearDay > 0 {
		c.month, c.day = 1, 1
	}
	t := time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, 0, time.UTC)
	if c.month < 1 || c.month > 12 || c.day < 1 || t.Day() != c.day || c.hour > 23 || c.minute > 59 || c.second > 59 {
		return 0, false
	}
	if c.yearDay > 0 {
		year := t.Year()
		if t = t.AddDate(0, 0, c.yearDay-1); t.Year() != year {
			return 0, false
		}
	}
	return float64(t.Unix()-int64(c.offset)) + c.fraction, true
}

// formatItem is a piece of a date format: literal text, or a field with the
// fewest and the most digits that it takes.
type formatItem struct {
	literal string
	field   byte
	low     int
	high    int
}

// dateFormat is a format of strptime, of Java or of Postgres, parsed.
type dateFormat []formatItem

// parseFormat reads a format; kind is 'd' for strptime as DuckDB has it, 'j' for
// Java's (Spark), 'p' for Postgres's.
func parseFormat(s string, kind byte) (dateFormat, error) {
	switch kind {
	case 'j':
		return javaFormat(s)
	case 'p':
		return postgresFormat(s)
	}
	return strptimeFormat(s)
}

// strptimeWidths are the fields of strptime and how many digits they take at most.
var strptimeWidths = map[byte]int{'Y': 4, 'm': 2, 'd': 2, 'H': 2, 'I': 2, 'M': 2, 'S': 2, 'y': 2, 'j': 3, 'f': 6, 'g': 3, 'n': 9,
	'b': 0, 'B': 0, 'p': 0, 'a': 0, 'A': 0, 'z': 0}

func strptimeFormat(s string) (dateFormat, error) {
	s = strings.NewReplacer("%c", "%Y-%m-%d %H:%M:%S", "%x", "%Y-%m-%d", "%X", "%H:%M:%S").Replace(s)
	var f dateFormat
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			f = f.add(s[i : i+1])
			continue
		}
		i++
		if i < len(s) && s[i] == '-' {
			i++
		}
		if i == len(s) {
			return nil, fmt.Errorf("the date format ends in %%")
		}
		if s[i] == '%' {
			f = f.add("%")
			continue
		}
		width, ok := strptimeWidths[s[i]]
		if !ok {
			return nil, fmt.Errorf("the date format's %%%c is not understood", s[i])
		}
		f = append(f, formatItem{field: s[i], low: 1, high: width})
	}
	return f, nil
}

// add appends literal text.
func (f dateFormat) add(text string) dateFormat {
	if n := len(f); n > 0 && f[n-1].field == 0 {
		f[n-1].literal += text
		return f
	}
	return append(f, formatItem{literal: text})
}

// javaFormat reads the letters of Java's DateTimeFormatter that dates need.
func javaFormat(s string) (dateFormat, error) {
	var f dateFormat
	for i := 0; i < len(s); {
		c := s[i]
		n := 1
		for i+n < len(s) && s[i+n] == c {
			n++
		}
		switch {
		case c == '\'':
			end := strings.IndexByte(s[i+1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("the date format has a quote that does not close")
			}
			f = f.add(s[i+1 : i+1+end])
			n = end + 2
		case c == 'M' && n > 2:
			f = append(f, formatItem{field: map[bool]byte{true: 'b', false: 'B'}[n == 3]})
		case c == 'X':
			f = append(f, formatItem{field: 'z'})
		case c == 'S':
			f = append(f, formatItem{field: 'f', low: n, high: n})
		case strings.IndexByte("yuMdHms", c) >= 0:
			field := map[byte]byte{'y': 'Y', 'u': 'Y', 'M': 'm', 'd': 'd', 'H': 'H', 'm': 'M', 's': 'S'}[c]
			item := formatItem{field: field, low: n, high: n}
			if n == 1 {
				item.high = map[bool]int{true: 4, false: 2}[field == 'Y']
			} else if field == 'Y' && n == 2 {
				item.field = 'y'
			}
			f = append(f, item)
		case isLetter(c) || c == '%':
			return nil, fmt.Errorf("the date format's %q is not understood", s[i:i+n])
		default:
			f = f.add(s[i : i+n])
		}
		i += n
	}
	return f, nil
}

// postgresFields are the patterns of Postgres, longest first.
var postgresFields = []struct {
	pattern string
	item    formatItem
}{
	{"YYYY", formatItem{field: 'Y', low: 1, high: 4}},
	{"HH24", formatItem{field: 'H', low: 1, high: 2}},
	{"MONTH", formatItem{field: 'B'}},
	{"MON", formatItem{field: 'b'}},
	{"YY", formatItem{field: 'y', low: 1, high: 2}},
	{"MM", formatItem{field: 'm', low: 1, high: 2}},
	{"DD", formatItem{field: 'd', low: 1, high: 2}},
	{"MI", formatItem{field: 'M', low: 1, high: 2}},
	{"SS", formatItem{field: 'S', low: 1, high: 2}},
}

func postgresFormat(s string) (dateFormat, error) {
	var f dateFormat
next:
	for i := 0; i < len(s); {
		for _, p := range postgresFields {
			if len(s)-i >= len(p.pattern) && strings.EqualFold(s[i:i+len(p.pattern)], p.pattern) {
				f = append(f, p.item)
				i += len(p.pattern)
				continue next
			}
		}
		if s[i] == '%' || isLetter(s[i]) && s[i] != 'T' {
			return nil, fmt.Errorf("the date format %q is not understood", s)
		}
		f = f.add(s[i : i+1])
		i++
	}
	return f, nil
}

// parse reads a moment, in seconds from 1970. Space around it is let pass. What
// the format leaves out is as in 1900-01-01 00:00.
func (f dateFormat) parse(s string) (float64, bool) {
	s = strings.Trim(s, " \t\n\r\v\f")
	c := clock{year: 1900, month: 1, day: 1}
	for i := range f {
		item := &f[i]
		if item.field == 0 {
			if !strings.HasPrefix(s, item.literal) {
				return 0, false
			}
			s = s[len(item.literal):]
			continue
		}
		n := 0
		if item.high > 0 {
			n = c.number(item, s)
		} else {
			n = c.word(item.field, s)
		}
		if n == 0 {
			return 0, false
		}
		s = s[n:]
	}
	if s != "" {
		return 0, false
	}
	return c.seconds()
}

// number reads a field of digits and returns how many bytes it took, 0 for none.
func (c *clock) number(item *formatItem, s string) int {
	n, v := 0, 0
	for n < len(s) && n < item.high && isDigit(s[n]) {
		v = v*10 + int(s[n]-'0')
		n++
	}
	if n < item.low {
		return 0
	}
	switch item.field {
	case 'Y':
		c.year = v
	case 'y':
		c.year = 1900 + v
		if v < 69 {
			c.year += 100
		}
	case 'm':
		c.month = v
	case 'd':
		c.day = v
	case 'H', 'I':
		c.hour = v
		if item.field == 'I' && c.half == 0 {
			c.half = 1
		}
	case 'M':
		c.minute = v
	case 'S':
		c.second = v
	case 'j':
		if v == 0 {
			return 0
		}
		c.yearDay = v
	case 'f', 'g', 'n':
		c.fraction = float64(v) / math.Pow10(n)
	}
	return n
}

var (
	monthNames = [...]string{"january", "february", "march", "april", "may", "june", "july", "august",
		"september", "october", "november", "december"}
	dayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
)

// word reads a field that is not a number and returns how many bytes it took.
func (c *clock) word(field byte, s string) int {
	begins := func(name string) bool { return len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) }
	switch field {
	case 'b', 'B':
		for i, name := range monthNames {
			if field == 'b' {
				name = name[:3]
			}
			if begins(name) {
				c.month = i + 1
				return len(name)
			}
		}
	case 'a', 'A':
		for _, name := range dayNames {
			if field == 'a' {
				name = name[:3]
			}
			if begins(name) {
				return len(name)
			}
		}
	case 'p':
		for i, name := range [...]string{"am", "pm"} {
			if begins(name) {
				c.half = i + 1
				return 2
			}
		}
	case 'z':
		return c.zone(s)
	}
	return 0
}

// zone reads Z, +01 or +01:00.
func (c *clock) zone(s string) int {
	if strings.HasPrefix(s, "Z") {
		return 1
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' || !isDigit(s[1]) || !isDigit(s[2]) {
		return 0
	}
	c.offset = (int(s[1]-'0')*10 + int(s[2]-'0')) * 3600
	n := 3
	rest := strings.TrimPrefix(s[n:], ":")
	if len(rest) >= 2 && isDigit(rest[0]) && isDigit(rest[1]) {
		c.offset += (int(rest[0]-'0')*10 + int(rest[1]-'0')) * 60
		n = len(s) - len(rest) + 2
	}
	if s[0] == '-' {
		c.offset = -c.offset
	}
	return n
}

// parseMoment reads a date, or a date and a time, as DuckDB casts text to one:
// 1990-01-05, 1990-1-5, 1990-01-05 10:11:12.5, 1990-01-05T10:11Z.
func parseMoment(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	sep := byte('-')
	if strings.IndexByte(s, '/') > 0 {
		sep = '/'
	}
	c := clock{}
	at := 0
	take := func(to *int, before byte, most int) bool {
		if before != 0 {
			if at >= len(s) || s[at] != before {
				return false
			}
			at++
		}
		start := at
		for at < len(s) && at-start < most && isDigit(s[at]) {
			*to = *to*10 + int(s[at]-'0')
			at++
		}
		return at > start
	}
	if !take(&c.year, 0, 6) || !take(&c.month, sep, 2) || !take(&c.day, sep, 2) {
		return 0, false
	}
	if at < len(s) && (s[at] == ' ' || s[at] == 'T') {
		at++
		if !take(&c.hour, 0, 2) || !take(&c.minute, ':', 2) {
			return 0, false
		}
		take(&c.second, ':', 2)
		if at < len(s) && s[at] == '.' {
			frac, start := 0, at+1
			take(&frac, '.', 9)
			c.fraction = float64(frac) / math.Pow10(at-start)
		}
		at += c.zone(strings.TrimLeft(s[at:], " ")) // DuckDB writes +00 after a zoned time.
	}
	if at != len(s) {
		return 0, false
	}
	return c.seconds()
}

// datePart checks the name of a part of a date.
func datePart(s string) (string, error) {
	p := strings.TrimSuffix(strings.ToLower(s), "s")
	switch p {
	case "year", "month", "day", "hour", "minute", "second", "week", "quarter":
		return p, nil
	}
	return "", fmt.Errorf("the part %q of a date is not understood", s)
}

// moment turns seconds from 1970 into a time.
func moment(seconds float64) time.Time {
	whole := math.Floor(seconds)
	return time.Unix(int64(whole), int64((seconds-whole)*1e9)).UTC()
}

// dateDiff counts the boundaries of a part between two moments.
func dateDiff(part string, from, to float64) float64 {
	a, b := moment(from), moment(to)
	months := float64((b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month()))
	floorOf := func(unit float64) float64 { return math.Floor(to/unit) - math.Floor(from/unit) }
	switch part {
	case "year":
		return float64(b.Year() - a.Year())
	case "quarter":
		return float64((b.Year()*4 + (int(b.Month())-1)/3) - (a.Year()*4 + (int(a.Month())-1)/3))
	case "month":
		return months
	case "week":
		return math.Trunc(floorOf(86400) / 7) // DuckDB counts whole weeks between.
	case "day":
		return floorOf(86400)
	case "hour":
		return floorOf(3600)
	case "minute":
		return floorOf(60)
	}
	return floorOf(1)
}
