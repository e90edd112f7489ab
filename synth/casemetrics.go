package synth

import (
	"slices"
	"strings"
)

// safety counts what must not happen: people of events taken for residents,
// residents of communal establishments standing in a household, and families in
// a refuge whose household is not protected.
func (m *people) safety(r *HouseholdReport) {
	if m.t.told[truthVisits] {
		v := m.visitors()
		r.VisitorsIncluded = &v
	}
	communal := Share{}
	for _, h := range m.t.homes {
		for _, q := range h.others {
			if q.role == roleCommunal {
				communal.Of++
				communal.N += btoi(len(m.foundIn[q.person]) > 0)
			}
		}
	}
	if communal.Of > 0 {
		communal.Rate = ratio(communal.N, communal.Of)
		r.CommunalLeakage = &communal
	}
	r.RefugeUnprotected = m.refuges()
}

// visitors counts the people whom the police met at the home of a household that
// was found, and those of them who are said to live in it.
func (m *people) visitors() Share {
	found := map[int32][]int32{} // by true household: the predicted ones that mean it
	for i, h := range m.main {
		if h != none {
			found[h] = append(found[h], int32(i))
		}
	}
	var v Share
	for _, visit := range m.t.visits {
		if len(found[visit[1]]) == 0 {
			continue
		}
		v.Of++
		v.N += btoi(slices.ContainsFunc(found[visit[1]], func(i int32) bool { return slices.Contains(m.predGroups[i], visit[0]) }))
	}
	v.Rate = ratio(v.N, v.Of)
	return v
}

// refuges counts the true households in refuges of whom somebody stands in a
// household that is not protected; nil where the export does not say which are.
func (m *people) refuges() *Share {
	if !slices.ContainsFunc(m.p.homes, func(h home) bool { return h.protected != "" }) {
		return nil
	}
	var s Share
	for hi, cases := range m.t.cases {
		if !slices.Contains(cases, "refuge") || len(m.trueGroups[hi]) == 0 {
			continue
		}
		s.Of++
		s.N += btoi(slices.ContainsFunc(m.trueGroups[hi], func(p int32) bool {
			return slices.ContainsFunc(m.foundIn[p], func(i int32) bool { return m.p.homes[i].protected != "Y" })
		}))
	}
	if s.Of == 0 {
		return nil
	}
	s.Rate = ratio(s.N, s.Of)
	return &s
}

// byCase measures the households of each hard case.
func (m *people) byCase(r *HouseholdReport, found map[string]bool) {
	by := map[string]*CaseReport{}
	mixed, whole := m.mixed(), m.whole()
	for hi, cases := range m.t.cases {
		g := m.trueGroups[hi]
		if len(g) == 0 {
			continue
		}
		for _, name := range cases {
			c := by[name]
			if c == nil {
				c = &CaseReport{Case: name}
				by[name] = c
			}
			hit := found[groupKey(g)]
			c.Households++
			c.exact += btoi(hit)
			c.mixed += btoi(mixed[int32(hi)])
			c.split += btoi(!whole[int32(hi)])
			if hasChild(m.t.homes[hi]) {
				c.Families++
				c.exactFamilies += btoi(hit)
			}
		}
	}
	for _, c := range by {
		c.ExactRate, c.ExactRateChildren = ratio(c.exact, c.Households), ratio(c.exactFamilies, c.Families)
		c.FalseRate, c.SplitRate = ratio(c.mixed, c.Households), ratio(c.split, c.Households)
		r.Cases = append(r.Cases, *c)
	}
	slices.SortFunc(r.Cases, func(a, b CaseReport) int { return strings.Compare(a.Case, b.Case) })
}

// mixed are the true households that a predicted one means which has somebody
// wrongly in it.
func (m *people) mixed() map[int32]bool {
	out := map[int32]bool{}
	for i, h := range m.main {
		if h != none && m.wrong[i] > 0 {
			out[h] = true
		}
	}
	return out
}

// whole are the true households whose people all stand in one predicted one.
func (m *people) whole() map[int32]bool {
	out := map[int32]bool{}
	for hi, g := range m.trueGroups {
		if len(g) == 0 {
			continue
		}
		for _, i := range m.foundIn[g[0]] {
			all := !slices.ContainsFunc(g, func(p int32) bool { return !slices.Contains(m.foundIn[p], i) })
			out[int32(hi)] = out[int32(hi)] || all
		}
	}
	return out
}
