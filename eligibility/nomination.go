package eligibility

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// concernedBy says whether a nomination is of this framework, or of one that it
// is an overlay of, and about anybody among the people.
func (f *Framework) concernedBy(n *Nomination, p *people) bool {
	if n.Framework != "" && n.Framework != f.id && !slices.Contains(f.bases, n.Framework) {
		return false
	}
	return len(n.Persons) == 0 || slices.ContainsFunc(p.members, func(m member) bool { return slices.Contains(n.Persons, m.id) })
}

// nominated adds to a need the nominations that name its criterion: a
// professional's word meets it, whatever the rows show.
func (f *Framework) nominated(s *stage, cr *criterion, n *family.Need) {
	if len(s.fam.nominations) > 0 {
		f.putForward(s, cr.ID, n)
	}
}

// headlinesNominated gives a headline, or the local filter, that is nominated as
// such a need of its own, for nobody said which criterion.
func (f *Framework) headlinesNominated(s *stage, c *family.Candidate) {
	if len(s.fam.nominations) == 0 {
		return
	}
	for i, hl := range f.headlines {
		n := family.Need{Criterion: hl.ID, Headline: hl.ID, Status: family.NotMet}
		if f.putForward(s, hl.ID, &n); n.Status == family.Met {
			c.Needs = append(c.Needs, &n)
			c.Headlines[i].Status = family.Met
		}
	}
	if f.local > 0 {
		n := family.Need{Criterion: localHeadline, Headline: localHeadline, Status: family.NotMet}
		if f.putForward(s, localHeadline, &n); n.Status == family.Met {
			c.Needs = append(c.Needs, &n)
		}
	}
}

// putForward adds the nominations that name an id to a need.
func (f *Framework) putForward(s *stage, id string, n *family.Need) {
	var by []*Nomination
	for i := range s.fam.nominations {
		if nom := &s.fam.nominations[i]; f.concernedBy(nom, s.people) && slices.Contains(nom.Needs, id) {
			by = append(by, nom)
		}
	}
	if len(by) == 0 {
		return
	}
	latest := slices.MaxFunc(by, func(a, b *Nomination) int { return cmp.Compare(a.Day, b.Day) }).Day
	if n.Status != family.Met {
		*n = family.Need{Criterion: n.Criterion, Headline: n.Headline, Status: family.Met, NotCounted: n.NotCounted}
	}
	for _, nom := range by {
		n.Nominations = append(n.Nominations, nom.ID)
		n.Persons = append(slices.Clip(n.Persons), whom(nom, s.people)...)
	}
	n.Nominations, n.Persons = sorted(n.Nominations), sorted(n.Persons)
	n.Freshest = max(n.Freshest, latest)
	if s.quiet {
		return
	}
	note := "put forward by a professional"
	if latest != 0 {
		note += " on " + latest.String()
	}
	if n.Reason == "" {
		n.Reason = note
	} else {
		n.Reason += "; " + note
	}
}

// whom returns the people that a nomination is about: those it names, or all.
func whom(n *Nomination, p *people) []string {
	var ids []string
	for i := range p.members {
		if id := p.members[i].id; len(n.Persons) == 0 || slices.Contains(n.Persons, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// addParents lets each non-resident parent's problems meet headlines that no
// resident meets, at most as many of each parent as the framework says.
func (f *Framework) addParents(s *stage, criteria []criterion, parents []member, c *family.Candidate) {
	// meets holds, for each parent, the needs that they meet by headline.
	meets := make([]map[int][]int, len(parents))
	needs := make([][]family.Need, len(parents))
	residents := s.people
	for p := range parents {
		s.people = newPeople(parents[p : p+1])
		meets[p], needs[p] = map[int][]int{}, make([]family.Need, len(criteria))
		for i := range criteria {
			h := criteria[i].headline
			if h < 0 || !criteria[i].Counts || !f.of[h] || c.Headlines[h].Status == family.Met {
				continue
			}
			if criteria[i].judge(s, &needs[p][i]); needs[p][i].Status == family.Met {
				meets[p][h] = append(meets[p][h], i)
			}
		}
	}
	s.people = residents
	given := f.share(meets, len(c.Headlines))
	for h, p := range given {
		if p < 0 {
			continue
		}
		c.Headlines[h].Status = family.Met
		for _, i := range meets[p][h] {
			c.Needs[i] = &needs[p][i]
			if !s.quiet {
				c.Needs[i].Reason += "; counted of a non-resident parent"
			}
		}
	}
}

// share gives as many headlines as can be to parents who meet them, each parent
// at most as many as the framework says; it returns the parent of each headline,
// or -1.
func (f *Framework) share(meets []map[int][]int, headlines int) []int {
	given := make([]int, headlines)
	for h := range given {
		given[h] = -1
	}
	held := make([]int, len(meets))
	var give func(h int, asked []bool) bool
	give = func(h int, asked []bool) bool {
		for p := range meets {
			if len(meets[p][h]) == 0 || asked[p] {
				continue
			}
			asked[p] = true
			if held[p] < f.awayMost {
				given[h], held[p] = p, held[p]+1
				return true
			}
			for other := range given {
				if given[other] != p {
					continue
				}
				if given[other] = -1; give(other, asked) {
					given[h] = p
					return true
				}
				given[other] = p
			}
		}
		return false
	}
	for h := range given {
		give(h, make([]bool, len(meets)))
	}
	return given
}
