package matcher

import "math/bits"

// A rule of a large table that finds next to nothing which others do not is not
// worth its pairs.
const (
	// largeTable is from how many nodes on rules are weighed so.
	largeTable = personsSampled
	// worthLoss is the share of matches that may be lost by it.
	worthLoss = 0.0025
)

// worth is what the rules of a large table find in a survey.
type worth struct {
	rules   int
	found   []finding
	dropped uint16
}

// finding is what exactly one set of rules finds: so many pairs, of which so many
// are expected to be of one person.
type finding struct {
	set     uint16
	pairs   int64
	matches float64
}

func (s *survey) worth(by *scorer, rules, workers int) *worth {
	all := make([]finding, 1<<rules)
	for _, p := range s.pairs {
		all[uint16(p)].pairs++
	}
	for _, p := range by.scored(s.pairs, keptWeight, Options{Workers: workers}) {
		all[p.Rules].matches += p.Weight.Probability()
	}
	w := &worth{rules: rules}
	for set, f := range all {
		if f.pairs > 0 {
			f.set = uint16(set)
			w.found = append(w.found, f)
		}
	}
	return w
}

// lost is what dropping a set of rules saves in pairs and costs in matches.
func (w *worth) lost(dropped uint16) (pairs int64, matches float64) {
	for _, f := range w.found {
		if f.set&^dropped == 0 {
			pairs += f.pairs
			matches += f.matches
		}
	}
	return pairs, matches
}

// drop chooses the rules to do without: one after the other the one that saves
// most pairs for each match, as long as few matches are lost in all.
func (w *worth) drop() uint16 {
	all := uint16(1<<w.rules - 1)
	_, total := w.lost(all)
	for bits.OnesCount16(w.dropped) < w.rules-1 {
		best, most := -1, 0.0
		before, _ := w.lost(w.dropped)
		for r := range w.rules {
			if w.dropped&(1<<r) != 0 {
				continue
			}
			pairs, matches := w.lost(w.dropped | 1<<r)
			gain := float64(pairs-before) / (matches + 1)
			if matches <= worthLoss*total && gain > most {
				best, most = r, gain
			}
		}
		if best < 0 {
			break
		}
		w.dropped |= 1 << best
	}
	return w.dropped
}

// without takes rules from a job, and the pairs that only they find.
func (j *tableJob) without(dropped uint16) {
	if dropped == 0 {
		return
	}
	rules := j.t.spec.Rules
	var kept []Rule
	var place [16]int
	for r := range rules {
		place[r] = len(kept)
		if dropped&(1<<r) == 0 {
			kept = append(kept, rules[r])
		}
	}
	j.b.spec.Rules = kept
	out := j.pairs[:0]
	for _, w := range j.pairs {
		old, set := uint16(w)&^dropped, uint64(0)
		if old == 0 {
			continue
		}
		for ; old != 0; old &= old - 1 {
			set |= 1 << place[bits.TrailingZeros16(old)]
		}
		out = append(out, w>>ruleBits<<ruleBits|set)
	}
	j.pairs = out
}
