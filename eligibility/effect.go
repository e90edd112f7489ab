package eligibility

import (
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Effect is what it means for families to be judged by one framework rather than
// by another.
type Effect struct {
	Before, After int      // families eligible by the one and by the other
	Gained, Lost  []string // households that become eligible, or are no longer; sorted
	// Criteria are those that either framework has, in the order of the first and
	// then of the second.
	Criteria []CriterionEffect
}

// CriterionEffect is what it means for one criterion.
type CriterionEffect struct {
	Criterion                   string
	Before, After               int      // families that meet it
	UnknownBefore, UnknownAfter int      // families of whom it is not known
	Gained, Lost                []string // households that come to meet it, or no longer do; sorted
}

// Compare says what changes between two scorings of the same households on the
// same day. The order of either does not matter. A household that is no family of
// a framework is not eligible by it and meets nothing of it.
func Compare(before, after []family.Candidate) Effect {
	var e Effect
	at := map[string]int{}
	of := func(id string) *CriterionEffect {
		i, ok := at[id]
		if !ok {
			i = len(e.Criteria)
			at[id], e.Criteria = i, append(e.Criteria, CriterionEffect{Criterion: id})
		}
		return &e.Criteria[i]
	}
	was, is := holdings(before), holdings(after)
	for i := range before {
		for _, n := range before[i].Needs {
			c := of(n.Criterion)
			count(n.Status, &c.Before, &c.UnknownBefore)
		}
	}
	for i := range after {
		for _, n := range after[i].Needs {
			c := of(n.Criterion)
			count(n.Status, &c.After, &c.UnknownAfter)
		}
	}
	e.Before, e.After = len(was[""]), len(is[""])
	e.Lost, e.Gained = beyond(was[""], is[""]), beyond(is[""], was[""])
	for i := range e.Criteria {
		c := &e.Criteria[i]
		c.Lost, c.Gained = beyond(was[c.Criterion], is[c.Criterion]), beyond(is[c.Criterion], was[c.Criterion])
	}
	return e
}

func count(s family.Status, met, unknown *int) {
	switch s {
	case family.Met:
		*met++
	case family.Unknown:
		*unknown++
	}
}

// holdings lists, sorted, the households that meet each criterion, and under ""
// those that are eligible.
func holdings(cs []family.Candidate) map[string][]string {
	out := map[string][]string{}
	for i := range cs {
		c := &cs[i]
		if c.Eligible {
			out[""] = append(out[""], c.HouseholdID)
		}
		for _, n := range c.Needs {
			if n.Status == family.Met {
				out[n.Criterion] = append(out[n.Criterion], c.HouseholdID)
			}
		}
	}
	for _, ids := range out {
		slices.Sort(ids)
	}
	return out
}

// beyond returns what a holds and b does not; both are sorted.
func beyond(a, b []string) []string {
	var out []string
	for _, id := range a {
		if _, ok := slices.BinarySearch(b, id); !ok {
			out = append(out, id)
		}
	}
	return out
}
