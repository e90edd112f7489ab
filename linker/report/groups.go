package report

import (
	"fmt"
	"slices"
)

// groupingView is how the groups of one division fare.
type groupingView struct {
	By, Basis, Floor, More string
	Note                   string
	Gaps                   []string
	Heads                  []string
	Groups                 []groupView
}

type groupView struct {
	Name, Records string
	Rates         []rateView
}

type rateView struct {
	Name, Text, Interval string
	Bar                  bar
}

// rateOf names a rate of a group.
type rateOf struct {
	name string
	of   func(*Group) Estimate
	// high says that good values lie close to one, and bars may begin above
	// zero.
	high bool
}

var groupRates = []rateOf{
	{"Linked", func(g *Group) Estimate { return g.Linked }, false},
	{"Precision", func(g *Group) Estimate { return g.Precision }, true},
	{"Recall", func(g *Group) Estimate { return g.Recall }, true},
	{"Unlinkable", func(g *Group) Estimate { return g.Unlinkable }, false},
	{"Columns filled", func(g *Group) Estimate { return g.Filled }, false},
}

func newGroups(r *Report, l limits) (out []groupingView) {
	for _, g := range first(r.Groups, l.groupings) {
		if g.Values && r.HideValues {
			g.Groups = nameless(g.Groups)
		}
		v := groupingView{By: name(g.By), Note: clip(g.Note, longNote), Basis: "Precision and recall are estimated.",
			More: some(min(len(g.Groups), l.groups), int64(len(g.Groups)))}
		if g.Measured {
			v.Basis = "Precision and recall are measured."
		}
		rates := knownRates(g.Groups)
		for _, rt := range rates {
			v.Heads = append(v.Heads, rt.name)
			if rt.name != "Linked" {
				v.Gaps = append(v.Gaps, gap(rt, g.Groups)...)
			}
		}
		lo := commonFloor(g.Groups)
		if lo > 0 {
			v.Floor = fmt.Sprintf("The bars of precision and recall begin at %s.", round(lo))
		}
		for i := range first(g.Groups, l.groups) {
			v.Groups = append(v.Groups, newGroup(&g.Groups[i], rates, lo))
		}
		out = append(out, v)
	}
	return out
}

// nameless calls groups by their numbers.
func nameless(groups []Group) []Group {
	out := slices.Clone(groups)
	for i := range out {
		out[i].Name = fmt.Sprintf("group %d", i+1)
	}
	return out
}

// knownRates are those that at least one group has.
func knownRates(groups []Group) (out []rateOf) {
	for _, rt := range groupRates {
		for i := range groups {
			if rt.of(&groups[i]).known() {
				out = append(out, rt)
				break
			}
		}
	}
	return out
}

// commonFloor is where the bars of the high rates begin.
func commonFloor(groups []Group) float64 {
	var all []Estimate
	for i := range groups {
		all = append(all, groups[i].Precision, groups[i].Recall)
	}
	return least(all...)
}

func newGroup(g *Group, rates []rateOf, floor float64) groupView {
	v := groupView{Name: name(g.Name), Records: count(g.Records)}
	for _, rt := range rates {
		e, from := rt.of(g), 0.0
		if rt.high {
			from = floor
		}
		v.Rates = append(v.Rates, rateView{rt.name, e.text(), e.interval(), estimateBar(e, from)})
	}
	return v
}

// gap says how far apart the best and the worst group lie, and whether that may
// be chance.
func gap(rt rateOf, groups []Group) []string {
	lo, hi := -1, -1
	for i := range groups {
		e := rt.of(&groups[i])
		if !e.known() {
			continue
		}
		if lo < 0 || e.Value < rt.of(&groups[lo]).Value {
			lo = i
		}
		if hi < 0 || e.Value > rt.of(&groups[hi]).Value {
			hi = i
		}
	}
	if lo == hi || rt.of(&groups[lo]).Value == rt.of(&groups[hi]).Value {
		return nil
	}
	low, high := rt.of(&groups[lo]), rt.of(&groups[hi])
	s := fmt.Sprintf("%s: widest gap %s, from %s (%s) to %s (%s)", rt.name, points(high.Value-low.Value),
		low.text(), name(groups[lo].Name), high.text(), name(groups[hi].Name))
	switch {
	case !low.span() || !high.span():
		s += "."
	case low.High < high.Low:
		s += ". The intervals do not meet: this is hardly chance."
	default:
		s += ". The intervals meet: this may be chance."
	}
	return []string{s}
}
