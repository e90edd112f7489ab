package settings

import (
	"slices"
	"strings"
)

// maxPlaceholders bounds how many values of a column are taken for nothing.
const maxPlaceholders = 20

// placeholders finds values that stand for nothing by how often they occur: a
// number, a telephone or a date of birth that far more rows have than any other
// is what somebody types who does not know.
func (g *guess) placeholders() {
	var spikes []int
	switch g.set.As {
	case identifier, nhsNumber, nino, upn, uln, email, phone:
		spikes = g.spikes(func(int) bool { return true }, 20, 15, 0.002)
	case dateOfBirth, dateOfDeath:
		newYear := func(id int) bool {
			return strings.HasSuffix(readDate(g.column.Values[id], g.set.Format), "-01-01")
		}
		spikes = append(g.spikes(func(id int) bool { return !newYear(id) }, 15, 10, 0.005), g.newYears()...)
	default:
		return
	}
	slices.Sort(spikes)
	for _, id := range slices.Compact(spikes) {
		if len(g.set.Missing) < maxPlaceholders {
			g.set.Missing = append(g.set.Missing, g.column.Values[id])
		}
	}
	if len(spikes) > 0 {
		g.set.Why += "; values that far too many rows have are taken for nothing"
	}
}

// spikes lists the values, of those that are of a kind, that occur so many times
// as often as the others of it do on average, in so many cells and in such a
// share of them.
func (g *guess) spikes(of func(id int) bool, times, least int, share float64) []int {
	var ids []int
	cells := 0
	for id, n := range g.facts.counts {
		if id > 0 && n > 0 && of(id) {
			ids = append(ids, id)
			cells += int(n)
		}
	}
	if len(ids) < 10 {
		return nil
	}
	var out []int
	for _, id := range ids {
		n := int(g.facts.counts[id])
		mean := float64(cells-n) / float64(len(ids)-1)
		if n >= least && float64(n) >= share*float64(g.facts.filled) && float64(n) > float64(times)*mean {
			out = append(out, id)
		}
	}
	if len(out)*20 > len(ids) { // so many are no exceptions
		return nil
	}
	return out
}

// newYears lists the spellings of a 1 January that far more rows have than have
// that of the years around it. That a whole year is written so, by somebody who
// knows no more, is no placeholder: its neighbours are as common. For the days
// that systems write for nothing less will do.
func (g *guess) newYears() []int {
	years := map[int]int{} // cells of each year's 1 January
	day := map[int]int{}   // the year of each value that is one
	for id, n := range g.facts.counts {
		if id == 0 || n == 0 {
			continue
		}
		d := readDate(g.column.Values[id], g.set.Format)
		switch {
		case strings.HasSuffix(d, "-01-01"):
		case d == "1899-12-30", d == "1899-12-31":
			d = "1900"
		default:
			continue
		}
		day[id] = number4(d)
		years[number4(d)] += int(n)
	}
	var out []int
	for id, y := range day {
		around := 0
		for other := y - 5; other <= y+5; other++ {
			if other != y {
				around += years[other]
			}
		}
		n, mean := float64(years[y]), float64(around)/10
		usual := y == 1900 || y == 1901
		if usual && n > 5*mean || n > 15*max(mean, 1) && n >= 10 && n >= 0.005*float64(g.facts.filled) {
			out = append(out, id)
		}
	}
	return out
}
