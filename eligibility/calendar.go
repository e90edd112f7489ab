package eligibility

import "github.com/hearthmatch/hearth/family"

// term counts school terms from year 0 on: three a year, spring, summer and
// autumn of the calendar year. Terms leave no day out, so that consecutive
// terms are one unbroken span.
type term int

const (
	spring = iota // 1 January to Easter Sunday
	summer        // Easter Monday to 31 July
	autumn        // 1 August to 31 December
)

// termOf returns the term that a known day lies in.
func termOf(d family.Date) term {
	y, m, _ := d.Civil()
	switch {
	case m >= 8:
		return term(y*3 + autumn)
	case m <= 4 && d <= easter(y): // Easter is never later than 25 April
		return term(y*3 + spring)
	}
	return term(y*3 + summer)
}

// span returns the term's first and last day.
func (t term) span() (first, last family.Date) {
	y := int(t) / 3
	switch int(t) % 3 {
	case spring:
		return family.NewDate(y, 1, 1), easter(y)
	case summer:
		return easter(y) + 1, family.NewDate(y, 7, 31)
	}
	return family.NewDate(y, 8, 1), family.NewDate(y, 12, 31)
}

// lastTerms returns the span of the last n terms that ended before asAt. The
// term that asAt lies in has not ended before it, whichever day it is.
func lastTerms(asAt family.Date, n int) (first, last family.Date) {
	now := termOf(asAt)
	first, _ = (now - term(n)).span()
	_, last = (now - 1).span()
	return first, last
}

// easter returns Easter Sunday of a Gregorian year, by the computus of the
// anonymous correspondent of Nature, 20 April 1876.
func easter(year int) family.Date {
	a := year % 19
	b, c := year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return family.NewDate(year, n/31, n%31+1)
}

// compulsorySchoolAge says whether somebody born on dob is of compulsory
// school age in the school year of asAt: born from 1 September sixteen years
// to 31 August five years before the September in which that year began. Of an
// unknown date of birth it says yes, because nothing rules it out.
func compulsorySchoolAge(dob, asAt family.Date) bool {
	if dob == 0 {
		return true
	}
	year, month, _ := asAt.Civil()
	if month < 9 {
		year--
	}
	return dob >= family.NewDate(year-16, 9, 1) && dob <= family.NewDate(year-5, 8, 31)
}
