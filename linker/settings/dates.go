package settings

import (
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/internal/fold"
)

// readDate reads a date in any common form and returns it as YYYY-MM-DD, as
// YYYY-MM or YYYY where no more is known, and "" where it is none. A date that
// the calendar does not have, such as a thirteenth month, stays as it is: it is
// a slip, and the other digits still tell. The format decides what the text
// leaves open.
func readDate(s, format string) string {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".0")
	s = withoutTime(s)
	if canonicalDate(s) {
		return known(s)
	}
	parts, ok := dateParts(s)
	if !ok {
		return ""
	}
	y, m, d := arrange(parts, format)
	return known(writeDate(y, m, d))
}

// canonicalDate is the common case: YYYY-MM-DD.
func canonicalDate(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	for i := range len(s) {
		if i != 4 && i != 7 && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

// known drops what is not known of a canonical date: a day or month of 00, and
// the whole where the year is one that systems write for nothing.
func known(s string) string {
	if len(s) < 4 {
		return ""
	}
	switch s {
	case "1753-01-01", "1111-11-11", "2222-02-22", "3000-01-01", "2999-12-31":
		return ""
	}
	if y := s[:4]; y < "1000" || y == "9999" {
		return ""
	}
	if len(s) >= 7 && s[5:7] == "00" {
		return s[:4]
	}
	if len(s) == 10 && s[8:] == "00" {
		return s[:7]
	}
	return s
}

// withoutTime cuts the time of day off a timestamp.
func withoutTime(s string) string {
	colon := strings.IndexByte(s, ':')
	if colon < 0 {
		return s
	}
	if at := strings.LastIndexAny(s[:colon], " T"); at > 0 {
		return strings.TrimSpace(s[:at])
	}
	return s
}

// datePart is a number or the name of a month.
type datePart struct {
	n, digits int
	month     bool
}

// dateParts takes a text apart into numbers and one month's name; false if
// there is anything else in it.
func dateParts(s string) ([]datePart, bool) {
	var buf [4]datePart
	parts := buf[:0]
	for i := 0; i < len(s); {
		begin := i
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			for i < len(s) && s[i] >= '0' && s[i] <= '9' {
				i++
			}
			if i-begin > 8 || len(parts) == 3 {
				return nil, false
			}
			n, _ := strconv.Atoi(s[begin:i])
			parts = append(parts, datePart{n: n, digits: i - begin})
		case strings.IndexByte(" -/.,", c) >= 0:
			i++
		default:
			for i < len(s) && strings.IndexByte(" -/.,0123456789", s[i]) < 0 {
				i++
			}
			m, ok := monthWord(s[begin:i])
			if !ok || len(parts) == 3 {
				return nil, false
			}
			if m > 0 {
				parts = append(parts, datePart{n: m, month: true})
			}
		}
	}
	return parts, len(parts) > 0
}

// months are the beginnings of the months' names in the languages of western
// Europe and Polish, folded; of several that fit the first listed counts.
var months = []struct {
	begins string
	n      int
}{
	{"JAN", 1}, {"GEN", 1}, {"ENE", 1}, {"STY", 1}, {"FE", 2}, {"LUT", 2}, {"MARZ", 3}, {"MARC", 3}, {"MAR", 3},
	{"MRT", 3}, {"MAE", 3}, {"MRZ", 3}, {"MAA", 3}, {"AP", 4}, {"AV", 4}, {"AB", 4}, {"KWI", 4}, {"MA", 5}, {"MEI", 5},
	{"JUN", 6}, {"JUIN", 6}, {"GIU", 6}, {"CZE", 6}, {"JUI", 7}, {"JUL", 7}, {"LUG", 7}, {"LIP", 7}, {"AU", 8},
	{"AOU", 8}, {"AGO", 8}, {"SIE", 8}, {"SE", 9}, {"WRZ", 9}, {"OC", 10}, {"OK", 10}, {"OT", 10}, {"OUT", 10},
	{"PAZ", 10}, {"NO", 11}, {"LIS", 11}, {"DE", 12}, {"DI", 12}, {"DZ", 12}, {"GRU", 12},
}

// monthWord returns the month of a name, or 0 for a word that dates may have
// beside it.
func monthWord(s string) (int, bool) {
	w := fold.ASCII(s)
	switch w {
	case "ST", "ND", "RD", "TH", "OF", "THE", "DE", "DER", "DEL", "E", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN",
		"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY":
		return 0, true
	}
	if len(w) < 3 || len(w) > 12 {
		return 0, false
	}
	for _, m := range months {
		if strings.HasPrefix(w, m.begins) {
			return m.n, true
		}
	}
	return 0, false
}

// arrange says which part is the year, the month and the day; 0 is not known.
func arrange(p []datePart, format string) (y, m, d int) {
	switch len(p) {
	case 1:
		return arrangeOne(p[0], format)
	case 2:
		switch {
		case p[0].month || p[1].digits == 4 && p[0].digits <= 2:
			return year(p[1]), p[0].n, 0
		case p[1].month || p[0].digits == 4 && p[1].digits <= 2:
			return year(p[0]), p[1].n, 0
		}
		return 0, 0, 0
	}
	for i, q := range p {
		if q.month {
			a, b := p[(i+1)%3], p[(i+2)%3]
			if i == 1 {
				a, b = p[0], p[2]
			}
			if a.digits > 2 || a.n > 31 {
				a, b = b, a
			}
			return year(b), q.n, a.n
		}
	}
	return arrangeThree(p[0], p[1], p[2], format)
}

func arrangeThree(a, b, c datePart, format string) (y, m, d int) {
	switch {
	case a.digits == 4 && b.digits <= 2 && c.digits <= 2:
		return a.n, b.n, c.n
	case a.digits > 2 || b.digits > 2 || c.digits == 3 || c.digits > 4:
		return 0, 0, 0
	case c.digits < 4 && (format == yearFirst || a.n > 31):
		return year(a), b.n, c.n
	case format == monthFirst && (a.n <= 12 || b.n > 12):
		return year(c), a.n, b.n
	case b.n > 12 && a.n <= 12:
		return year(c), a.n, b.n
	}
	return year(c), b.n, a.n
}

// arrangeOne reads a number without signs.
func arrangeOne(p datePart, format string) (y, m, d int) {
	n := p.n
	switch {
	case p.month:
	case format == serialDays && p.digits <= 5:
		return serialDate(n)
	case p.digits == 8:
		return arrangeEight(n, format)
	case p.digits == 7 && format != "": // a day whose leading zero was lost
		return arrangeEight(n, format)
	case p.digits == 6 && n/100 >= 1500 && n/100 < 2100 && n%100 <= 12:
		return n / 100, n % 100, 0
	case p.digits == 6:
		return arrangeThree(datePart{n: n / 10000, digits: 2}, datePart{n: n / 100 % 100, digits: 2},
			datePart{n: n % 100, digits: 2}, format)
	case p.digits == 4:
		return n, 0, 0
	}
	return 0, 0, 0
}

// arrangeEight reads YYYYMMDD, or, where the format or the numbers say so,
// DDMMYYYY or MMDDYYYY.
func arrangeEight(n int, format string) (y, m, d int) {
	if format != dayFirst && format != monthFirst {
		if plausibleYear(n/10000) || !plausibleYear(n%10000) {
			return n / 10000, n / 100 % 100, n % 100
		}
	}
	a, b, y := n/1000000, n/10000%100, n%10000
	if format == monthFirst && (a <= 12 || b > 12) {
		return y, a, b
	}
	return y, b, a
}

func plausibleYear(y int) bool { return y >= 1500 && y < 2100 }

// lastTwoDigitYear is the latest year of this century that two digits mean;
// greater ones are of the last.
const lastTwoDigitYear = 30

// year completes a year of two digits.
func year(p datePart) int {
	switch {
	case p.digits == 4:
		return p.n
	case p.digits > 2:
		return 0
	case p.n > lastTwoDigitYear:
		return 1900 + p.n
	}
	return 2000 + p.n
}

// serialDate turns a spreadsheet's count of days into a date: day 1 is 1
// January 1900, and 29 February 1900, which never was, is day 60.
func serialDate(n int) (y, m, d int) {
	if n < 61 || n > 80000 {
		return 0, 0, 0
	}
	const march1900 = 1900*365 + 460 // days from 1 March of the year 0
	return civilFromMarch(march1900 + n - 61)
}

// civilFromMarch gives the date that is z days after 1 March of the year 0; the
// algorithm is Howard Hinnant's civil_from_days.
func civilFromMarch(z int) (y, m, d int) {
	era := z / 146097
	doe := z % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	m = (mp+2)%12 + 1
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

// writeDate writes what is known of a date.
func writeDate(y, m, d int) string {
	if y < 1 || y > 9999 || m < 0 || m > 99 || d < 0 || d > 99 {
		return ""
	}
	b := [10]byte{4: '-', 7: '-'}
	for i := 3; i >= 0; i-- {
		b[i] = byte('0' + y%10)
		y /= 10
	}
	b[5], b[6] = byte('0'+m/10), byte('0'+m%10)
	b[8], b[9] = byte('0'+d/10), byte('0'+d%10)
	return string(b[:])
}
