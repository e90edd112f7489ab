package family

import (
	"errors"
	"fmt"
	"time"
)

// Date is a calendar day, counted from 1 January of year 1 (= day 1) in the
// proleptic Gregorian calendar. The zero value means "not known". Dates are
// ordered by <, and a difference of two known dates is a number of days.
type Date int32

// epochDays is the day number of 1 January 1970.
const epochDays = 719163

// ErrDate reports text that is not a possible date in a layout of feeds.md.
var ErrDate = errors.New("not a possible date; write YYYY-MM-DD or DD/MM/YYYY")

// NewDate returns the day y-m-d, or the unknown date if there is no such day
// or the year is outside 1–9999.
func NewDate(y, m, d int) Date {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0
	}
	return fromCivil(y, m, d)
}

// DateOf returns the calendar day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return NewDate(y, int(m), d)
}

// ParseDate reads YYYY-MM-DD or DD/MM/YYYY. Blank text is the unknown date.
// Any other text, and a day that the calendar does not have, is ErrDate; the
// error never repeats the text. It does not allocate.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return 0, nil
	}
	if len(s) != 10 {
		return 0, ErrDate
	}
	var y, m, d int
	var ok bool
	switch {
	case s[4] == '-' && s[7] == '-':
		y, m, d, ok = threeNumbers(s[0:4], s[5:7], s[8:10])
	case s[2] == '/' && s[5] == '/':
		y, m, d, ok = threeNumbers(s[6:10], s[3:5], s[0:2])
	}
	if !ok {
		return 0, ErrDate
	}
	if date := NewDate(y, m, d); date != 0 {
		return date, nil
	}
	return 0, ErrDate
}

// MustDate is ParseDate for constants and tests; it panics on a bad date.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(fmt.Sprintf("family.MustDate: %v", err))
	}
	return d
}

func threeNumbers(a, b, c string) (x, y, z int, ok bool) {
	x, okX := digits(a)
	y, okY := digits(b)
	z, okZ := digits(c)
	return x, y, z, okX && okY && okZ
}

func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// String writes the date as YYYY-MM-DD, and the unknown date as "".
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.Civil()
	var b [10]byte
	put := func(at, width, n int) {
		for i := at + width - 1; i >= at; i-- {
			b[i] = byte('0' + n%10)
			n /= 10
		}
	}
	put(0, 4, y)
	b[4], b[7] = '-', '-'
	put(5, 2, m)
	put(8, 2, day)
	return string(b[:])
}

// Civil returns the year, month (1–12) and day (1–31); zeros for an unknown
// date. The algorithm is Howard Hinnant's civil_from_days.
func (d Date) Civil() (y, m, day int) {
	if d == 0 {
		return 0, 0, 0
	}
	z := int(d) + 305 // days since 1 March of year 0
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, day
}

func fromCivil(y, m, d int) Date {
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Date(era*146097 + doe - 305)
}

// Year returns the calendar year, 0 for an unknown date.
func (d Date) Year() int { y, _, _ := d.Civil(); return y }

// Weekday returns the day of the week of a known date.
func (d Date) Weekday() time.Weekday { return time.Weekday(int(d) % 7) }

// Time returns midnight UTC of a known date, and the zero time otherwise.
func (d Date) Time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d-epochDays)*86400, 0).UTC()
}

// AddMonths moves the date by n months (n may be negative). Where the month
// arrived at is too short, the last day of that month is meant: 31 March less
// one month is 28 or 29 February, and 29 February falls back to 28.
func (d Date) AddMonths(n int) Date {
	if d == 0 {
		return 0
	}
	y, m, day := d.Civil()
	months := y*12 + m - 1 + n
	y, m = months/12, months%12+1
	return NewDate(y, m, min(day, daysIn(y, m)))
}

// AddYears is AddMonths(12n).
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// AgeAt returns the whole years of somebody born on d at the day at, where
// somebody born on 29 February comes of age on 1 March of a common year. It
// returns -1 if either day is unknown or at is before d.
func (d Date) AgeAt(at Date) int {
	if d == 0 || at == 0 || at < d {
		return -1
	}
	by, bm, bd := d.Civil()
	y, m, day := at.Civil()
	age := y - by
	if m < bm || (m == bm && day < bd) {
		age--
	}
	return age
}

func daysIn(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
