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
		otherDay := func(id int) bool { return !newYear(id) }
		// The first of January stands for whole years, which is no placeholder:
		// these days are measured by each other.
		spikes = append(g.spikes(otherDay, 15, 10, 0.005), g.spikes(newYear, 15, 10, 0.005)...)
		spikes = append(spikes, g.centuries()...)
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

// centuries lists the spellings of 1 January 1900 and its like, where they are
// more than the births of that day can be: other years' first of January show
// how many those are.
func (g *guess) centuries() []int {
	var ids []int
	special, others, years := 0, 0, map[string]bool{}
	near := 0
	for id, n := range g.facts.counts {
		if id == 0 || n == 0 {
			continue
		}
		d := readDate(g.column.Values[id], g.facts.date.format)
		switch {
		case d == "1900-01-01" || d == "1901-01-01" || d == "1800-01-01" || d == "1899-12-30" || d == "1899-12-31":
			ids = append(ids, id)
			special += int(n)
			continue
		case strings.HasSuffix(d, "-01-01"):
			others += int(n)
			years[d[:4]] = true
		}
		if strings.HasPrefix(d, "190") || strings.HasPrefix(d, "189") {
			near += int(n)
		}
	}
	usual := float64(others) / float64(max(len(years), 1))
	if float64(special) > 3*max(usual, 1) || near == 0 {
		return ids
	}
	return nil
}
