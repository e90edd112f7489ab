package report

import (
	"fmt"
	"math"
)

// limits say how much of each list is shown.
type limits struct {
	tables, stages, advice, notes         int
	columns, comparisons, levels, rules   int
	points, bins                          int
	perChoice, fields, parts              int
	clusters, members, edges              int
	groupings, groups, reasons, sentences int
	settings                              int // characters
}

// usual are the limits for a page that people like to read.
var usual = limits{
	tables: 20, stages: 20, advice: 8, notes: 8,
	columns: 80, comparisons: 40, levels: 15, rules: 40,
	points: 60, bins: 120,
	perChoice: 4, fields: 30, parts: 24,
	clusters: 12, members: 30, edges: 90,
	groupings: 8, groups: 20, reasons: 15, sentences: 20,
	settings: 20_000,
}

// tighter halves the limits, for a report of which even the usual part is too
// much.
func (l limits) tighter() limits {
	for _, n := range []*int{
		&l.tables, &l.stages, &l.advice, &l.notes, &l.columns, &l.comparisons, &l.levels, &l.rules,
		&l.points, &l.bins, &l.perChoice, &l.fields, &l.parts, &l.clusters, &l.members, &l.edges,
		&l.groupings, &l.groups, &l.reasons, &l.sentences, &l.settings,
	} {
		*n = max(*n/2, 1)
	}
	return l
}

// first returns at most n of a list.
func first[T any](all []T, n int) []T { return all[:min(len(all), n)] }

// some says how many of how many are shown, "" if all are.
func some(shown int, total int64) string {
	if int64(shown) >= total {
		return ""
	}
	return fmt.Sprintf("Showing %s of %s.", count(int64(shown)), count(total))
}

// dataTable is a table of texts. The first column names the row; those from
// Left on are numbers.
type dataTable struct {
	Caption string
	Heads   []string
	Left    int
	Rows    [][]string
}

// figure is a drawing with the same in numbers.
type figure struct {
	Drawing *drawing
	Legend  []legend
	Table   dataTable
}

// legend says what a mark of a drawing means.
type legend struct {
	Class, Text string
	Line        bool
}

// bar is a small image in a table's cell: marks on a scale of 0–100, ten high.
// The cell has the number as text too.
type bar []mark

type mark struct {
	Class      string
	X, Y, W, H num
}

// shareBar draws a share from the left.
func shareBar(class string, v float64) bar {
	if !finite(v) || v <= 0 {
		return bar{{"base", 0, 9, 100, 1}}
	}
	return bar{{class, 0, 1, num(max(100*min(v, 1), 0.5)), 8}, {"base", 0, 9, 100, 1}}
}

// weightBar draws a weight left or right of the zero of its scale.
func weightBar(s scale, v float64) bar {
	zero := s.at(0)
	out := bar{{"base", num(zero - 0.2), 0, 0.4, 10}}
	if !finite(v) || v == 0 {
		return out
	}
	class, at := "for", s.at(v)
	if v < 0 {
		class = "against"
	}
	return append(out, mark{class, num(min(at, zero)), 2, num(max(math.Abs(at-zero), 0.4)), 6})
}

// estimateBar draws an estimate with its interval on lo–1.
func estimateBar(e Estimate, lo float64) bar {
	out := bar{{"base", 0, 9, 100, 1}}
	if !e.known() {
		return out
	}
	s := scale{lo, 1, 0, 99}
	if e.span() {
		from, to := s.at(e.Low), s.at(e.High)
		out = append(out, mark{"interval", num(from), 3, num(max(to-from, 0.5)), 4})
	}
	return append(out, mark{"value-mark", num(s.at(e.Value)), 0, 1, 9})
}

// least is a round floor below all estimates, for their common scale.
func least(all ...Estimate) float64 {
	lo := 1.0
	for _, e := range all {
		if e.span() {
			lo = min(lo, e.Low)
		}
		if e.known() {
			lo = min(lo, e.Value)
		}
	}
	return floorOf(lo)
}

// weightOf is the weight at which a probability stands; not finite where there
// is none.
func weightOf(p float64) float64 {
	if p <= 0 || p >= 1 {
		return math.NaN()
	}
	return math.Log2(p / (1 - p))
}

// thin picks at most n of a list's places, evenly and with both ends, and
// always the one to keep, if that is not negative.
func thin(length, n, keep int) []int {
	var out []int
	for i := range length {
		// i is taken when a new one of n-1 equal steps begins there.
		if length <= n || i == length-1 || i == 0 || i*(n-1)/(length-1) != (i-1)*(n-1)/(length-1) || i == keep {
			out = append(out, i)
		}
	}
	return out
}
