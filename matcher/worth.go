package matcher

import (
	"cmp"
	"slices"
)

// In a large table most pairs are found by one broad rule alone, and next to none
// of those are of one person. They are not compared: which sets of rules are worth
// the comparing is measured on a survey (meta-blocking, Papadakis et al. 2014).
const (
	// largeTable is from how many nodes on that is done.
	largeTable = 250_000
	// worthLoss is the share of matches that may be lost by it.
	worthLoss = 0.003
)

// finding is what exactly one set of rules finds: so many pairs, of which so many
// are expected to be of one person.
type finding struct {
	set     uint16
	pairs   int64
	matches float64
}

// findings are those of the sets of rules that find anything in the survey. What
// is likelier two people than one adds nothing to a cluster, and does not count.
func (s *survey) findings(by *scorer, rules, workers int) []finding {
	all := make([]finding, 1<<rules)
	for _, p := range s.pairs {
		all[uint16(p)].pairs++
	}
	for _, p := range by.scored(s.pairs, 0, Options{Workers: workers}) {
		all[p.Rules].matches += p.Weight.Probability()
	}
	var out []finding
	for set, f := range all {
		if f.pairs > 0 {
			f.set = uint16(set)
			out = append(out, f)
		}
	}
	return out
}

// worthless are the sets with the least share of matches, as many as may be done
// without, ascending.
func worthless(found []finding) []uint16 {
	total := 0.0
	for _, f := range found {
		total += f.matches
	}
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.matches/float64(a.pairs), b.matches/float64(b.pairs)), cmp.Compare(a.set, b.set))
	})
	var out []uint16
	lost := 0.0
	for _, f := range found {
		if lost += f.matches; lost > worthLoss*total {
			break
		}
		out = append(out, f.set)
	}
	slices.Sort(out)
	return out
}

// worthwhile are the pairs but for those that a worthless set of rules found, in
// their order.
func worthwhile(pairs []uint64, worthless []uint16) []uint64 {
	if len(worthless) == 0 {
		return pairs
	}
	var skip [1 << maxRules]bool
	for _, set := range worthless {
		skip[set] = true
	}
	return slices.DeleteFunc(pairs, func(w uint64) bool { return skip[uint16(w)] })
}
