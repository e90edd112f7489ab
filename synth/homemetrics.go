package synth

import (
	"encoding/binary"
	"slices"
	"sort"
)

// groupsOf lists the current members of each household.
func groupsOf(homes []home) [][]int32 {
	out := make([][]int32, len(homes))
	for i, h := range homes {
		for _, m := range h.members {
			if m.person != none {
				out[i] = append(out[i], m.person)
			}
		}
	}
	return out
}

func groupKey(g []int32) string {
	b := make([]byte, 0, 4*len(g))
	for _, p := range g {
		b = binary.BigEndian.AppendUint32(b, uint32(p))
	}
	return string(b)
}

// people is a truth beside an export of households.
type people struct {
	t                      *truth
	p                      *predicted
	trueGroups, predGroups [][]int32
	livesIn, foundIn       [][]int32           // by person: the true households, the predicted ones
	main                   []int32             // by predicted household: the one meant, none if nobody lives anywhere
	roles                  map[[2]int32]string // by true household and person
	wrong                  []int               // by predicted household: members who are none of the one meant
}

func matchPeople(t *truth, p *predicted) *people {
	for i := range t.homes {
		t.homes[i].members, t.homes[i].others = once(t.homes[i].members), once(t.homes[i].others)
	}
	m := &people{t: t, p: p, trueGroups: groupsOf(t.homes), predGroups: groupsOf(p.homes), roles: map[[2]int32]string{}}
	n := len(t.persons.names)
	m.livesIn, m.foundIn = homesOf(m.trueGroups, n), homesOf(m.predGroups, n)
	for hi, h := range t.homes {
		for _, list := range [][]resident{h.others, h.members} {
			for _, r := range list {
				m.roles[[2]int32{int32(hi), r.person}] = r.role
			}
		}
	}
	m.main, m.wrong = make([]int32, len(p.homes)), make([]int, len(p.homes))
	for i, g := range m.predGroups {
		m.main[i] = plurality(g, m.livesIn)
		for _, r := range p.homes[i].members {
			m.wrong[i] += btoi(!m.belongs(int32(i), r.person))
		}
	}
	return m
}

// role is what somebody truly is in the household that a predicted one means.
func (m *people) role(i, person int32) string {
	if m.main[i] != none {
		if role, ok := m.roles[[2]int32{m.main[i], person}]; ok {
			return role
		}
	}
	return "none"
}

// belongs says whether somebody truly lives with the most of a predicted
// household.
func (m *people) belongs(i, person int32) bool {
	role := m.role(i, person)
	return role == "adult" || role == "child"
}

// householdMetrics compares the households.
func householdMetrics(m *people) HouseholdReport {
	r := HouseholdReport{Unknown: m.p.lost, CoResidence: coResidence(m.trueGroups, m.predGroups, len(m.t.persons.names))}
	found := map[string]bool{}
	for _, g := range m.predGroups {
		if len(g) > 0 {
			found[groupKey(g)] = true
			r.PredictedHouseholds++
		}
	}
	exactRates(&r, m.t, m.trueGroups, found)
	m.wrongMembers(&r)
	splits(&r, m.trueGroups, m.foundIn)
	m.confusion(&r)
	m.safety(&r)
	m.calibrate(&r)
	m.byCase(&r, found)
	return r
}

// homesOf lists, by person, the households that they live in.
func homesOf(groups [][]int32, people int) [][]int32 {
	out := make([][]int32, people)
	for i, g := range groups {
		for _, p := range g {
			out[p] = append(out[p], int32(i))
		}
	}
	return out
}

func exactRates(r *HouseholdReport, t *truth, groups [][]int32, found map[string]bool) {
	exact, exactChildren, children := 0, 0, 0
	for i, g := range groups {
		if len(g) == 0 {
			continue
		}
		r.TrueHouseholds++
		hit := found[groupKey(g)]
		exact += btoi(hit)
		if hasChild(t.homes[i]) {
			children++
			exactChildren += btoi(hit)
		}
	}
	r.ExactRate, r.ExactRateChildren = ratio(exact, r.TrueHouseholds), ratio(exactChildren, children)
}

func hasChild(h home) bool {
	for _, m := range h.members {
		if m.role == "child" {
			return true
		}
	}
	return false
}

// wrongMembers counts the predicted members who do not live with the rest.
func (m *people) wrongMembers(r *HouseholdReport) {
	several, mixed := 0, 0
	for i, g := range m.predGroups {
		if len(g) > 1 {
			several++
			r.Visitors += m.wrong[i]
			mixed += btoi(m.wrong[i] > 0)
		}
		if isFamily(m.p.homes[i]) {
			r.FalseFamilies.Of++
			r.FalseFamilies.N += btoi(m.wrong[i] > 0)
		}
	}
	r.FalseRate = ratio(mixed, several)
	r.FalseFamilies.Rate = ratio(r.FalseFamilies.N, r.FalseFamilies.Of)
}

// isFamily says whether an adult and a child live in a household.
func isFamily(h home) bool {
	adult := slices.ContainsFunc(h.members, func(r resident) bool { return r.role == "adult" })
	return adult && hasChild(h)
}

// confusion counts who is taken for what, those among them whom a household
// that was found lacks.
func (m *people) confusion(r *HouseholdReport) {
	count := map[[2]string]int{}
	meant := map[[2]int32]bool{} // true household and person: said to be something there
	found := map[int32]bool{}
	for i := range m.p.homes {
		h := m.main[i]
		if h != none {
			found[h] = true
		}
		for _, list := range [][]resident{m.p.homes[i].members, m.p.homes[i].others} {
			for _, q := range list {
				count[[2]string{m.role(int32(i), q.person), q.role}]++
				meant[[2]int32{h, q.person}] = true
			}
		}
	}
	for key, role := range m.roles {
		if found[key[0]] && !meant[key] {
			count[[2]string{role, "none"}]++
		}
	}
	for k, n := range count {
		r.Roles = append(r.Roles, RoleCount{True: k[0], Predicted: k[1], People: n})
	}
	sort.Slice(r.Roles, func(a, b int) bool {
		x, y := r.Roles[a], r.Roles[b]
		return x.True < y.True || x.True == y.True && x.Predicted < y.Predicted
	})
}

// plurality is the household that most of a group lives in, the first of
// equals; none if nobody lives anywhere.
func plurality(g []int32, livesIn [][]int32) int32 {
	count := map[int32]int{}
	best := none
	for _, p := range g {
		for _, h := range livesIn[p] {
			count[h]++
		}
	}
	for h, n := range count {
		if best == none || n > count[best] || n == count[best] && h < best {
			best = h
		}
	}
	return best
}

// splits counts the true households of several people whose people are not
// all in one predicted household.
func splits(r *HouseholdReport, groups [][]int32, predIn [][]int32) {
	several, split := 0, 0
	for _, g := range groups {
		if len(g) < 2 {
			continue
		}
		several++
		count, whole := map[int32]int{}, false
		for _, p := range g {
			for _, h := range predIn[p] {
				count[h]++
				whole = whole || count[h] == len(g)
			}
		}
		split += btoi(!whole)
	}
	r.SplitRate = ratio(split, several)
}
