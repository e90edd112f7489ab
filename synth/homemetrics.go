package synth

import (
	"encoding/binary"
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

// householdMetrics compares the households.
func householdMetrics(t *truth, p *predicted) HouseholdReport {
	for i := range t.homes {
		t.homes[i].members, t.homes[i].others = once(t.homes[i].members), once(t.homes[i].others)
	}
	trueGroups, predGroups := groupsOf(t.homes), groupsOf(p.homes)
	r := HouseholdReport{Unknown: p.lost, CoResidence: coResidence(trueGroups, predGroups, len(t.persons.names))}
	found := map[string]bool{}
	for _, g := range predGroups {
		if len(g) > 0 {
			found[groupKey(g)] = true
			r.PredictedHouseholds++
		}
	}
	exactRates(&r, t, trueGroups, found)
	livesIn := homesOf(trueGroups, len(t.persons.names))
	wrongMembers(&r, t, p, predGroups, livesIn)
	splits(&r, trueGroups, homesOf(predGroups, len(t.persons.names)))
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

// wrongMembers counts the predicted members who do not live with the rest, and
// who is taken for what.
func wrongMembers(r *HouseholdReport, t *truth, p *predicted, groups [][]int32, livesIn [][]int32) {
	confusion := map[[2]string]int{}
	several, mixed := 0, 0
	for i, g := range groups {
		main := plurality(g, livesIn)
		roles := map[int32]string{}
		if main != none {
			for _, list := range [][]resident{t.homes[main].others, t.homes[main].members} {
				for _, m := range list {
					roles[m.person] = m.role
				}
			}
		}
		wrong := 0
		tell := func(m resident) {
			role, ok := roles[m.person]
			if !ok {
				role = "none"
			}
			confusion[[2]string{role, m.role}]++
		}
		for _, m := range p.homes[i].members {
			tell(m)
			if role := roles[m.person]; role != "adult" && role != "child" {
				wrong++
			}
		}
		for _, m := range p.homes[i].others {
			tell(m)
		}
		if len(g) > 1 {
			several++
			r.Visitors += wrong
			mixed += btoi(wrong > 0)
		}
	}
	r.FalseRate = ratio(mixed, several)
	for k, n := range confusion {
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
