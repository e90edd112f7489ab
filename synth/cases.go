package synth

// cases labels what is hard, or at least particular, about a household as it is
// now; second are the children with a second home, by that home's household,
// and sharing the households of each dwelling with several.
func (w *world) cases(hi int32, members []truePerson, second map[int32][]int32, sharing map[int32][]int32) []string {
	var out []string
	add := func(name string, is bool) {
		if is {
			out = append(out, name)
		}
	}
	adults, children := countRoles(members)
	if adults+children == 0 {
		return nil
	}
	h := &w.homes[hi]
	add("one_adult", adults == 1 && children > 0)
	add("two_adults", adults == 2 && children > 0)
	add("three_or_more_adults", adults > 2 && children > 0)
	add("six_or_more", adults+children > 5)
	w.moved(h, add)
	w.happened(hi, add)
	add("refuge", h.kind == kindRefuge)
	add("communal", h.kind == kindCare)
	add("shared_house", h.kind == kindShared)
	add("hostel", h.kind == kindHostel)
	if h.kind == kindPrivate || h.kind == kindFoster {
		w.shares(sharing[w.dwellingNow(hi)], add)
	}
	add("second_home", len(second[hi]) > 0)
	for _, m := range members {
		if home, ok := w.dualHome(m.person); ok && home != hi {
			add("dual_resident", true)
			break
		}
	}
	if len(out) == 0 {
		out = []string{"plain"}
	}
	return out
}

func countRoles(members []truePerson) (adults, children int) {
	for _, m := range members {
		switch m.role.String() {
		case "adult":
			adults++
		case "child":
			children++
		}
	}
	return adults, children
}

// moved says how long ago the household moved.
func (w *world) moved(h *household, add func(string, bool)) {
	if len(h.homes) < 2 {
		return
	}
	days := w.asAt - h.homes[len(h.homes)-1].from
	add("moved_6_months", days < 183)
	add("moved_12_months", days >= 183 && days < 365)
	add("moved_3_years", days >= 365 && days < 1096)
}

// happened labels who came, left, was born, died and came of age.
func (w *world) happened(hi int32, add func(string, bool)) {
	var separated, joined, birth, death, ofAge, foster, lookedAfter, elder, kinship bool
	lately, lastYear := w.asAt.AddYears(-3), w.asAt.AddYears(-1)
	begin := w.homes[hi].homes[0].from
	for _, m := range w.homes[hi].members {
		p := &w.people[m.person]
		adult := m.rel == relSelf || m.rel == relPartner
		left := m.to != 0 && m.to > m.from
		switch {
		case left && p.died != 0 && p.died == m.to:
			death = death || p.died > lately
		case left && adult:
			separated = separated || m.to > lately
		case left && p.age(w.asAt) < 18:
			lookedAfter = lookedAfter || w.relationNow(m.person) == relFoster
		case m.to == 0:
			joined = joined || adult && m.from > begin+60 && m.from > lately
			birth = birth || p.dob > lastYear
			ofAge = ofAge || p.age(w.asAt) == 18
			foster = foster || m.rel == relFoster
			elder = elder || m.rel == relParent
			kinship = kinship || m.rel == relOther && p.age(w.asAt) < 18
		}
	}
	add("separated", separated)
	add("new_partner", joined)
	add("birth", birth)
	add("death", death)
	add("came_of_age", ofAge)
	add("fostered", foster)
	add("looked_after", lookedAfter)
	add("grandparent", elder)
	add("kinship", kinship)
	add("left_for_refuge", w.leftFor(hi))
}

// relationNow is what somebody is in the household that they live in now.
func (w *world) relationNow(pi int32) relation {
	st, ok := w.people[pi].now()
	if !ok {
		return relOther
	}
	return w.relationOf(st.home, pi)
}

// leftFor says whether a family fled from this household to a refuge.
func (w *world) leftFor(hi int32) bool {
	for _, old := range w.fleeing {
		if old == hi {
			return true
		}
	}
	return false
}

// shares labels a dwelling with several households in it.
func (w *world) shares(others []int32, add func(string, bool)) {
	if len(others) < 2 {
		return
	}
	families := 0
	for _, o := range others {
		for _, m := range w.current(o) {
			if w.people[m.person].age(w.asAt) < 18 {
				families++
				break
			}
		}
	}
	add("shares_dwelling", families < 2)
	add("two_families", families > 1)
}

// sharing lists the households of each dwelling that people live in now.
func (w *world) sharing() map[int32][]int32 {
	out := map[int32][]int32{}
	for hi := range w.homes {
		if len(w.current(int32(hi))) > 0 {
			di := w.dwellingNow(int32(hi))
			out[di] = append(out[di], int32(hi))
		}
	}
	return out
}
