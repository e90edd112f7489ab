package funnel_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/family"
)

// figure is one count of one report.
type figure struct {
	framework string
	by        funnel.Dimension
	id        string
	measure   string
}

// sums are what whoever reads all reports knows of the withheld figures: each
// equation is coefficients of some of them, whose sum is what it is.
type sums struct {
	t      *rapid.T
	shown  map[figure]int64 // those that are not withheld
	hidden []figure
	place  map[figure]int
	rows   [][]int64 // coefficients of hidden, modulo prime
}

const prime = int64(1)<<31 - 1

func (s *sums) read(framework string, r *funnel.Report) {
	for _, g := range r.Groups {
		for m, c := range g.Counts {
			f := figure{framework, g.By, g.ID, r.Measures[m].ID}
			switch {
			case c.Hidden:
				s.place[f] = len(s.hidden)
				s.hidden = append(s.hidden, f)
			case c.Known:
				s.shown[f] = c.N
			}
		}
	}
}

// add says that the parts make up the whole.
func (s *sums) add(whole figure, parts []figure) {
	row := make([]int64, len(s.hidden))
	if i, ok := s.place[whole]; ok {
		row[i] = prime - 1
	}
	for _, p := range parts {
		if i, ok := s.place[p]; ok {
			row[i]++
		} else if _, ok := s.shown[p]; !ok {
			s.t.Fatalf("%v is not in the reports", p)
		}
	}
	s.rows = append(s.rows, row)
}

// solve returns the withheld figures that the equations determine.
func (s *sums) solve() []figure {
	var reduced [][]int64
	var pivots []int
	for _, row := range s.rows {
		for i, p := range pivots {
			takeAway(row, reduced[i], row[p])
		}
		p := slices.IndexFunc(row, func(x int64) bool { return x != 0 })
		if p < 0 {
			continue
		}
		inverse := power(row[p], prime-2)
		for j := range row {
			row[j] = row[j] * inverse % prime
		}
		for i := range reduced {
			takeAway(reduced[i], row, reduced[i][p])
		}
		reduced, pivots = append(reduced, row), append(pivots, p)
	}
	var out []figure
	for i, row := range reduced {
		alone := true
		for j, x := range row {
			alone = alone && (j == pivots[i] || x == 0)
		}
		if alone {
			out = append(out, s.hidden[pivots[i]])
		}
	}
	return out
}

func takeAway(row, other []int64, times int64) {
	if times == 0 {
		return
	}
	for j, x := range other {
		if x != 0 {
			row[j] = (row[j] + (prime-times)*x) % prime
		}
	}
}

func power(x, n int64) int64 {
	out := int64(1)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			out = out * x % prime
		}
		x = x * x % prime
	}
	return out
}

// Whoever has the reports of everything that can be asked for, knows which ward
// lies in which district and solves all the equations together finds no small
// figure. This reads nothing but reports, and is by another way than the one by
// which the figures are withheld.
func TestSolvingFindsNothingSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := town(t, 30)
		s := &sums{t: t, shown: map[figure]int64{}, place: map[figure]int{}}
		truth := map[figure]int64{}
		plain := &sums{shown: truth, place: map[figure]int{}}
		frameworks := []string{"", "tf", "sf"}
		for _, framework := range frameworks {
			o := funnel.Options{AsAt: asAt, By: everything, Framework: framework, IncludeProtected: true}
			plain.read(framework, report(t, in, o))
			o.Threshold = funnel.DefaultThreshold
			s.read(framework, report(t, in, o))
		}
		s.know(in, truth, frameworks)
		for _, f := range s.solve() {
			if n := truth[f]; n < funnel.DefaultThreshold {
				t.Fatalf("%v is found to be %d", f, n)
			}
		}
	})
}

// know adds what is known of how figures make each other up. Groups without
// families have no line in a framework's report and are 0.
func (s *sums) know(in *funnel.Input, truth map[figure]int64, frameworks []string) {
	districts := map[string]string{}
	for _, f := range in.Families {
		districts[f.Area.Ward] = f.Area.District
	}
	order := sorted(truth)
	for _, f := range order {
		in := func(by funnel.Dimension, within func(id string) bool) []figure {
			var out []figure
			for _, g := range order {
				if g.framework == f.framework && g.by == by && g.measure == f.measure && within(g.id) {
					out = append(out, g)
				}
			}
			return out
		}
		all := func(string) bool { return true }
		switch {
		case f.by == funnel.Authority:
			for _, by := range []funnel.Dimension{funnel.District, funnel.Ward, funnel.Cluster, funnel.LeadAgency, funnel.Month, funnel.Quarter, funnel.Framework} {
				if parts := in(by, all); parts != nil {
					s.add(f, parts)
				}
			}
		case f.by == funnel.District && f.measure != "eligible":
			s.add(f, in(funnel.Ward, func(id string) bool { return districts[id] == f.id }))
		case f.by == funnel.Quarter:
			s.add(f, in(funnel.Month, func(id string) bool { return funnel.QuarterOf(family.MustDate(id+"-01")) == f.id }))
		}
		if f.framework == "" {
			var parts []figure
			for _, framework := range frameworks[1:] {
				p := f
				p.framework = framework
				if _, ok := truth[p]; ok {
					parts = append(parts, p)
				}
			}
			s.add(f, parts)
		}
		if f.measure == "turned_round" {
			var parts []figure
			for _, result := range []string{"cae", "job"} {
				p := f
				p.measure = "turned_round." + result
				if _, ok := truth[p]; ok {
					parts = append(parts, p)
				}
			}
			s.add(f, parts)
		}
	}
}

func sorted(figures map[figure]int64) []figure {
	return slices.SortedFunc(maps.Keys(figures), func(a, b figure) int {
		switch {
		case a.framework != b.framework:
			return compare(a.framework < b.framework)
		case a.by != b.by:
			return compare(a.by < b.by)
		case a.id != b.id:
			return compare(a.id < b.id)
		}
		return compare(a.measure < b.measure)
	})
}

func compare(less bool) int {
	if less {
		return -1
	}
	return 1
}
