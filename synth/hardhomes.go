package synth

import "github.com/hearthmatch/hearth/family"

// hardHomes adds the hard cases of households that come about too seldom by
// chance. They are the last of the council and have a stream of chance of their
// own, so that everybody else is the same with and without them.
func (w *world) hardHomes() {
	kept := w.d
	w.d = newDice(w.opt.Seed, 2)
	for range 1 + w.opt.People/6000 {
		w.sharedCare()
		w.sharedCare()
		w.kinship()
		w.twoFamilies()
		w.quietSharedHouse()
	}
	for range 1 + w.opt.People/30000 {
		w.childrensHome()
	}
	w.d = kept
}

// brood makes a mother, a father and their children, without a home as yet.
func (w *world) brood(kids []family.Date) (mother, father int32) {
	o := w.drawOrigin()
	mother = w.newPerson('F', kids[0]-family.Date(w.motherAge(0.2)*365.25), o, w.names.surname(w.d, o))
	father = w.newPerson('M', w.people[mother].dob-family.Date(w.d.between(-900, 2600)), w.mixed(o), "")
	w.people[father].surname = w.names.surname(w.d, w.people[father].origin)
	w.marryName(mother, father)
	return mother, father
}

// someBirths are those of children young enough to live at home.
func (w *world) someBirths(lo, hi, most int) []family.Date {
	out := []family.Date{w.agedBetween(lo, hi)}
	for len(out) < most && w.d.chance(0.55) {
		if next := out[len(out)-1] + family.Date(w.d.between(420, 1500)); next < w.asAt-60 {
			out = append(out, next)
		} else {
			break
		}
	}
	return out
}

// sharedCare adds parents who parted and whose children live with both, mainly
// with the mother; either home is known to the agencies.
func (w *world) sharedCare() {
	kids := w.someBirths(5, 15, 3)
	mother, father := w.brood(kids)
	h := w.newHousehold(w.drawTrouble(0.2), max(kids[0]-300, w.asAt.AddYears(-15)))
	begin := w.homes[h].homes[0].from
	w.join(h, mother, relSelf, begin)
	w.join(h, father, relPartner, begin)
	children := w.addChildren(h, mother, father, kids, familyOptions{})
	apart := w.d.day(max(kids[len(kids)-1]+30, w.asAt.AddYears(-5), begin+30), w.asAt-90)
	w.leave(h, father, apart)
	his := w.newHousehold(w.drawTrouble(0.2), apart)
	w.join(his, father, relSelf, apart)
	for _, c := range children {
		w.shared[c] = true
		w.homes[his].members = append(w.homes[his].members, member{person: c, rel: relShared, from: apart, to: apart})
	}
}

// kinship adds a child who lives with the mother's parents, while she has a
// home of her own.
func (w *world) kinship() {
	kids := w.someBirths(1, 12, 2)
	mother, father := w.brood(kids)
	surname := w.people[mother].surnameAt(kids[0] - 9000)
	gran := w.newPerson('F', w.people[mother].dob-family.Date(w.d.between(20*365, 31*365)), w.people[mother].origin, surname)
	w.people[mother].mother = gran
	own := w.newHousehold(0.5+0.5*w.d.Float64(), max(kids[0]-200, w.asAt.AddYears(-10)))
	w.join(own, mother, relSelf, 1)
	children := w.addChildren(own, mother, father, kids, familyOptions{})
	w.people[father].died = w.d.day(kids[len(kids)-1], w.asAt-20) // he is nobody's contact
	old := w.newHousehold(0.1*w.d.Float64(), w.asAt.AddYears(-w.d.between(6, 25)))
	w.join(old, gran, relSelf, 1)
	if w.d.chance(0.5) {
		gramps := w.newPerson('M', w.people[gran].dob-family.Date(w.d.between(-900, 2200)), w.people[gran].origin, surname)
		w.people[mother].father = gramps
		w.join(old, gramps, relPartner, 1)
	}
	since := w.d.day(max(kids[len(kids)-1]+20, w.asAt.AddYears(-4)), w.asAt-40)
	for _, c := range children {
		w.leave(own, c, since)
		w.join(old, c, relOther, since)
	}
}

// twoFamilies adds two mothers with their children in one dwelling, who are
// nothing to each other: they share the door and nothing else.
func (w *world) twoFamilies() {
	first := none
	for i := range 2 {
		o := w.drawOrigin()
		surname := w.names.surname(w.d, o)
		kids := w.someBirths(1, 13, 3)
		mother := w.newPerson('F', kids[0]-family.Date(w.motherAge(0.3)*365.25), o, surname)
		since := max(kids[0]-100, w.asAt.AddYears(-w.d.between(2, 8)))
		var h int32
		if i == 0 {
			h = w.newHousehold(w.drawTrouble(0.3), since)
			first = h
		} else {
			di := w.dwellingNow(first)
			last := w.homes[first].homes[len(w.homes[first].homes)-1].from
			w.homes = append(w.homes, household{trouble: w.drawTrouble(0.3), social: w.homes[first].social,
				homes: []residence{{di, max(since, last), 0}}})
			h = int32(len(w.homes) - 1)
		}
		w.join(h, mother, relSelf, w.homes[h].homes[0].from)
		w.addChildren(h, mother, none, kids, familyOptions{})
	}
}

// quietSharedHouse adds a few strangers in a house that the gazetteer takes for
// any other.
func (w *world) quietSharedHouse() {
	di := w.build(w.drawWard(0.4), false)
	for range w.d.between(3, 5) {
		o := w.drawOrigin()
		pi := w.newPerson(w.sex(), w.agedBetween(19, 44), o, w.names.surname(w.d, o))
		w.roomIn(kindShared, di, pi, w.since(3), 0.25)
	}
}

// childrensHome adds a home for looked-after children, whose mothers have homes
// of their own.
func (w *world) childrensHome() {
	di := w.special(w.d.IntN(len(w.wards)), "RI", pick(w.d, "Lark House", "The Beeches", "Wren Lodge"))
	for range w.d.between(3, 5) {
		kids := []family.Date{w.agedBetween(9, 16)}
		mother, father := w.brood(kids)
		w.people[father].died = w.d.day(kids[0], w.asAt-20)
		own := w.newHousehold(0.6+0.4*w.d.Float64(), max(kids[0]-200, w.asAt.AddYears(-12)))
		w.join(own, mother, relSelf, 1)
		child := w.addChildren(own, mother, father, kids, familyOptions{})[0]
		since := w.since(2)
		w.leave(own, child, since)
		w.roomIn(kindCare, di, child, since, 0.6)
	}
}
