package returns

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/family"
)

// shown is what the rows of an aggregate return may say, so that counting them
// tells nothing that the funnel withholds. A nil one lets everything be said.
type shown struct {
	// withheld are the groups of which some count is withheld, with the measures.
	withheld map[group]map[string]bool
	results  map[string]bool // withheld
	criteria map[criterion]bool
}

type group struct {
	by funnel.Dimension
	id string
}

// criterion is a need's place in its framework.
type criterion struct{ framework, headline, id string }

// shown gathers what any funnel withholds, and the criteria that few families
// have.
func (c *counts) shown(threshold int64, families []*sent) *shown {
	s := &shown{withheld: map[group]map[string]bool{}, results: map[string]bool{}, criteria: rare(threshold, families)}
	for _, r := range c.all {
		for _, g := range r.Groups {
			for m, count := range g.Counts {
				if count.Hidden {
					s.withhold(r, group{g.By, g.ID}, r.Measures[m])
				}
			}
		}
	}
	for s.fewWithout(threshold, families) {
	}
	return s
}

// fewWithout withholds one more headline, the rarest, if there are families of
// which every headline is withheld, but fewer than the threshold: how many they
// are would tell of the headlines. It says whether it did.
func (s *shown) fewWithout(threshold int64, families []*sent) bool {
	n := map[string]int{}
	var without int64
	for _, f := range families {
		left := s.each(funnel.Headline, f.Headlines)
		if len(left) == 0 && len(f.Headlines) > 0 {
			without++
		}
		for _, h := range left {
			n[h]++
		}
	}
	rarest := ""
	for h := range n {
		if rarest == "" || n[h] < n[rarest] || n[h] == n[rarest] && h < rarest {
			rarest = h
		}
	}
	if without == 0 || without >= threshold || rarest == "" {
		return false
	}
	s.withheld[group{funnel.Headline, rarest}] = map[string]bool{"identified": true}
	return true
}

// withhold notes a count. That of a framework's whole is one of the framework.
// The rows say nothing of families that are merely eligible.
func (s *shown) withhold(r *funnel.Report, g group, measure funnel.Measure) {
	if measure.ID == "eligible" {
		return
	}
	if g.by == funnel.Authority {
		if measure.Result != "" {
			s.results[measure.Result] = true
		}
		if r.Framework == "" {
			return
		}
		g = group{funnel.Framework, r.Framework}
	}
	if s.withheld[g] == nil {
		s.withheld[g] = map[string]bool{}
	}
	s.withheld[g][measure.ID] = true
}

// text is the id of a group, nil if some count of the group is withheld.
func (s *shown) text(by funnel.Dimension, id string) any {
	if s != nil && len(s.withheld[group{by, id}]) > 0 {
		return nil
	}
	return text(id)
}

// each are the ids of groups of which no count is withheld.
func (s *shown) each(by funnel.Dimension, ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return s.text(by, id) == nil })
}

// headline says whether needs under a headline may have rows. Rows with a blank
// in its place could be counted.
func (s *shown) headline(id string) bool {
	return s == nil || len(s.withheld[group{funnel.Headline, id}]) == 0
}

// quarter is the quarter of a day on which a stage was reached, nil if how many
// reached it then is withheld.
func (s *shown) quarter(day family.Date, measure string) any {
	if day == 0 {
		return nil
	}
	q := funnel.QuarterOf(day)
	if s != nil && s.withheld[group{funnel.Quarter, q}][measure] {
		return nil
	}
	return q
}

// of are the ids of results of which no count is withheld.
func (s *shown) of(results []funnel.Result) []string {
	var out []string
	for _, r := range results {
		if s == nil || !s.results[r.ID] {
			out = append(out, r.ID)
		}
	}
	return out
}

// framework says whether rows may tell the framework of their family.
func (s *shown) framework(id string) bool {
	return s == nil || len(s.withheld[group{funnel.Framework, id}]) == 0
}

// criterion is a need's id, nil if few families have it or if it would tell a
// framework that is withheld.
func (s *shown) criterion(framework, headline, id string) any {
	if s != nil && (s.criteria[criterion{framework, headline, id}] || !s.framework(framework)) {
		return nil
	}
	return text(id)
}

// rare are the criteria that fewer families have than the threshold. Where
// these are a headline's only ones left blank and are few together, the next
// rarest is with them, as otherwise all that is blank would be known to be theirs.
func rare(threshold int64, families []*sent) map[criterion]bool {
	n := map[criterion]int64{}
	for _, f := range families {
		seen := map[criterion]bool{}
		for _, need := range f.Needs {
			c := criterion{f.Framework, need.Headline, need.Criterion}
			if !seen[c] {
				seen[c] = true
				n[c]++
			}
		}
	}
	all := make([]criterion, 0, len(n))
	for c := range n {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b criterion) int {
		return cmp.Or(cmp.Compare(a.framework, b.framework), cmp.Compare(a.headline, b.headline), cmp.Compare(n[a], n[b]), cmp.Compare(a.id, b.id))
	})
	out := map[criterion]bool{}
	blank := map[criterion]int64{} // of each headline
	for _, c := range all {
		headline := criterion{framework: c.framework, headline: c.headline}
		if n[c] < threshold || blank[headline] > 0 && blank[headline] < threshold {
			out[c] = true
			blank[headline] += n[c]
		}
	}
	return out
}
