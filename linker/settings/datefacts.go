package settings

import (
	"strings"
)

// dateFacts are what a column's dates look like, as a whole.
type dateFacts struct {
	share     float64 // of the cells that are dates with a day
	format    string  // "" where the text leaves nothing open
	open      bool    // day and month could be either way in every cell
	twoDigits bool    // most years have two digits
	low, mid  int     // the years that a twentieth, and half, of the dates are before
	high      int     // and nineteen twentieths
	years     int     // distinct years
	serials   float64 // share of numbers that may count days
	newYear   float64 // share of 1 January
	future    int     // cells of years that are further from the rest than half its spread
}

// lookDates reads the values looked at as dates.
func lookDates(values []string, counts []uint32, looked []int) dateFacts {
	var f dateFacts
	total := 0.0
	var votes votes
	for _, id := range looked {
		n := float64(counts[id])
		total += n
		votes.see(values[id], n)
		if v := values[id]; len(v) == 5 && digits(v) && v >= "02000" && v <= "55000" {
			f.serials += n
		}
	}
	if total == 0 {
		return f
	}
	f.serials /= total
	f.format, f.open = votes.format()
	f.twoDigits = votes.short*2 > total
	f.spread(values, counts, looked, total)
	return f
}

// spread finds which years the dates are of, once their format is known.
func (f *dateFacts) spread(values []string, counts []uint32, looked []int, total float64) {
	var years [2200]float64
	dated, first := 0.0, 0.0
	for _, id := range looked {
		d := readDate(values[id], f.format)
		if len(d) != 10 || !possible(d) {
			continue
		}
		n := float64(counts[id])
		dated += n
		if strings.HasSuffix(d, "-01-01") {
			first += n
		}
		if y := number4(d); y < len(years) {
			years[y] += n
		}
	}
	f.share = dated / total
	if dated == 0 {
		return
	}
	f.newYear = first / dated
	sum := 0.0
	for y, n := range years {
		if n == 0 {
			continue
		}
		f.years++
		if sum < dated/20 {
			f.low = y
		}
		if sum < dated/2 {
			f.mid = y
		}
		if sum < dated*0.95 {
			f.high = y
		}
		sum += n
	}
	for y := f.high + 1 + (f.high-f.low)/2; y < len(years); y++ {
		f.future += int(years[y])
	}
}

func number4(s string) int {
	return int(s[0]-'0')*1000 + int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0')
}

// possible says that a canonical date has a month and a day that there are.
func possible(d string) bool {
	return d[5:7] >= "01" && d[5:7] <= "12" && d[8:] >= "01" && d[8:] <= "31"
}

// votes are the cells that speak for each order of day, month and year.
type votes struct {
	dayFirst, monthFirst, yearFirst, open, short float64
	eightYear, eightDay, eightMonth              float64
}

func (v *votes) see(s string, n float64) {
	s = withoutTime(strings.TrimSuffix(s, ".0"))
	p, ok := dateParts(s)
	if !ok {
		return
	}
	if len(p) == 1 && p[0].digits == 8 {
		v.seeEight(p[0].n, n)
		return
	}
	if len(p) != 3 || p[0].digits > 2 || p[1].month || p[0].month || p[2].month {
		return
	}
	if p[2].digits <= 2 {
		v.short += n
	}
	switch a, b, c := p[0].n, p[1].n, p[2]; {
	case a > 31 || a == 0 && c.digits <= 2:
		v.yearFirst += n
	case b > 31:
	case a > 12 && b <= 12:
		v.dayFirst += n
	case b > 12 && a <= 12:
		v.monthFirst += n
	case a != b:
		v.open += n
	}
}

// seeEight votes on eight digits without signs.
func (v *votes) seeEight(d int, n float64) {
	y, a, b, z := d/10000, d/1000000, d/10000%100, d%10000
	switch {
	case plausibleYear(y) && d/100%100 >= 1 && d/100%100 <= 12 && d%100 <= 31:
		v.eightYear += n
	case plausibleYear(z) && a >= 13 && a <= 31 && b >= 1 && b <= 12:
		v.eightDay += n
	case plausibleYear(z) && b >= 13 && b <= 31 && a >= 1 && a <= 12:
		v.eightMonth += n
	}
}

// format decides the order for the whole column. A few cells against the rest
// are slips. Where nothing decides, the day stands first.
func (v *votes) format() (format string, open bool) {
	switch {
	case v.eightDay > v.eightYear && v.eightDay >= v.eightMonth:
		return dayFirst, false
	case v.eightMonth > v.eightYear:
		return monthFirst, false
	case v.yearFirst > v.dayFirst && v.yearFirst > v.monthFirst:
		return yearFirst, false
	case v.monthFirst > v.dayFirst:
		return monthFirst, false
	case v.dayFirst > 0:
		return dayFirst, false
	case v.open > 0:
		return dayFirst, true
	}
	return "", false
}
