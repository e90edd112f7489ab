package synth

import (
	"github.com/hearthmatch/hearth/family"
)

// loneParent adds a mother or father alone with children, and settles where
// the other parent is.
func (w *world) loneParent(f familyOptions) int32 {
	o := w.drawOrigin()
	base := 0.42
	if f.looked {
		base = 1
	}
	trouble := w.drawTrouble(base)
	if f.looked {
		trouble = 0.7 + 0.3*w.d.Float64()
	}
	kids := w.childDates(f, o)
	h := w.newHousehold(trouble, max(kids[0]-family.Date(w.d.between(-200, 1500)), w.asAt.AddYears(-20)))
	mother := w.newPerson('F', kids[0]-family.Date(w.motherAge(trouble)*365.25), o, w.names.surname(w.d, o))
	father := none
	if f.separated || !w.d.chance(0.14) {
		father = w.newPerson('M', w.people[mother].dob-family.Date(w.d.between(-900, 2600)), w.mixed(o), "")
		w.people[father].surname = w.names.surname(w.d, w.people[father].origin)
		w.marryName(mother, father)
	}
	stays, goes := mother, father
	if father != none && w.d.chance(0.09) { // the father has the children
		stays, goes = father, mother
	}
	begin := w.homes[h].homes[0].from
	w.join(h, stays, relSelf, begin)
	children := w.addChildren(h, mother, father, kids, f)
	if goes != none {
		w.partWays(h, goes, begin, kids[len(kids)-1], f)
	}
	w.maybeSeek(stays)
	w.departures(h, children)
	if trouble > 0.6 && w.d.chance(0.08) || f.looked {
		w.takeIntoCare(h, children)
	}
	return h
}

// marryName gives the mother the father's surname where they were married.
func (w *world) marryName(mother, father int32) {
	m, f := &w.people[mother], &w.people[father]
	if (m.origin == southAsian || m.origin == arabic || m.origin == chinese) || !w.d.chance(0.4) {
		return
	}
	m.maiden, m.surname, m.changed = m.surname, gendered(f.surname, m.origin, 'F'), m.dob.AddYears(20)
	if w.d.chance(0.12) { // she took her own name again lately
		m.maiden, m.surname, m.changed = m.surname, m.maiden, w.since(3)
	}
}

// partWays lets a parent leave: most lived with the family once, and live
// somewhere else now.
func (w *world) partWays(h, goes int32, begin, youngest family.Date, f familyOptions) {
	on := w.d.day(max(youngest, w.asAt.AddYears(-9)), w.asAt-20)
	if f.separated || w.d.chance(0.42) {
		on = w.d.day(max(w.asAt.AddYears(-3), min(youngest, w.asAt-40)), w.asAt-20)
	}
	if f.separated || f.widowed || w.d.chance(0.75) {
		w.join(h, goes, relPartner, begin)
		if p := &w.people[goes]; len(p.stays) > 0 && p.stays[0].from < on {
			w.leave(h, goes, on)
		} else {
			w.leave(h, goes, w.people[goes].stays[0].from+1)
		}
	}
	switch w.d.weighted(57, 28, 7, 8) {
	case 1:
		w.moveAway(goes, on)
	case 2:
		w.people[goes].died = w.d.day(on, w.asAt-5)
	case 3: // back with the father's own parents, or a friend: no word where
		w.moveAway(goes, on)
	default:
		w.loose = append(w.loose, loose{goes, on})
	}
	if f.widowed {
		w.people[goes].died = on
	}
}

// moveAway gives somebody a home in another council.
func (w *world) moveAway(pi int32, on family.Date) {
	if n := len(w.loose); n > 0 && w.loose[n-1].person == pi {
		w.loose = w.loose[:n-1]
	}
	w.homes = append(w.homes, household{trouble: 0.3, homes: []residence{{w.elsewhere(), on, 0}}})
	w.join(int32(len(w.homes)-1), pi, relSelf, on)
}

// blended adds a lone parent's family that a new partner has joined, some with
// a child of both.
func (w *world) blended() {
	h := w.loneParent(familyOptions{})
	m := w.homes[h].members[0]
	head := &w.people[m.person]
	if head.sex != 'F' {
		return
	}
	partner, since, ok := w.takeLoose('M', 20, 60)
	if !ok {
		partner = w.newPerson('M', min(head.dob+family.Date(w.d.between(-2500, 1500)), w.asAt.AddYears(-19)), head.origin, "")
		w.people[partner].surname = w.names.surname(w.d, w.people[partner].origin)
		since = w.since(3)
	}
	head = &w.people[m.person]
	since = max(since, w.homes[h].homes[0].from)
	w.join(h, partner, relPartner, since)
	if w.d.chance(0.3) { // she takes his name
		p := &w.people[partner]
		head.maiden, head.surname, head.changed = head.surname, gendered(p.surname, head.origin, 'F'), w.d.day(since, w.asAt)
	}
	if age := head.age(w.asAt); age < 43 && w.asAt-since > 400 && w.d.chance(0.4) {
		baby := w.d.day(since+250, w.asAt-20)
		w.addChildren(h, m.person, partner, []family.Date{baby}, familyOptions{})
	}
}

// multigeneration adds three generations under one roof; cousins asks for two
// brothers' families with two cousins of one name.
func (w *world) multigeneration(cousins bool) {
	o := w.drawOrigin()
	if w.d.chance(0.5) {
		o = pick(w.d, southAsian, indian, southAsian, eastEurope, english)
	}
	surname := w.names.surname(w.d, o)
	elder := w.agedBetween(56, 76)
	h := w.newHousehold(w.drawTrouble(0.15), w.d.day(w.asAt.AddYears(-25), w.asAt.AddYears(-4)))
	begin := w.homes[h].homes[0].from
	grandpa := w.newPerson('M', elder, o, surname)
	grandma := w.wife(grandpa, elder+family.Date(w.d.between(0, 2000)), o, begin)
	sons := 1
	if cousins || w.d.chance(0.35) {
		sons = 2
	}
	var all [][]int32
	for i := range sons {
		son := w.newPerson('M', elder+family.Date(w.d.between(21*365, 31*365)), o, surname)
		w.people[son].father, w.people[son].mother = grandpa, grandma
		rel := relSelf
		if i > 0 {
			rel = relSibling
		}
		w.join(h, son, rel, begin)
		mother := w.wife(son, w.people[son].dob+family.Date(w.d.between(-500, 1800)), o, begin)
		w.join(h, mother, relPartner, begin)
		first := max(w.people[mother].dob.AddYears(19), w.asAt.AddYears(-16))
		dates := []family.Date{w.d.day(first, max(first, w.asAt-100))}
		if next := dates[0] + family.Date(w.d.between(420, 1500)); next < w.asAt-30 {
			dates = append(dates, next)
		}
		all = append(all, w.addChildren(h, mother, son, dates, familyOptions{}))
	}
	if sons == 2 && (cousins || w.d.chance(0.12)) {
		w.nameCousins(all[0][0], all[1][0])
	}
	w.join(h, grandpa, relParent, begin)
	w.join(h, grandma, relParent, begin)
	if w.d.chance(0.15) {
		w.die(h, grandpa, w.since(3))
	}
}

// nameCousins gives two cousins one full name.
func (w *world) nameCousins(a, b int32) {
	p, q := &w.people[a], &w.people[b]
	q.sex, q.first, q.surname, q.pet, q.usesMiddle = p.sex, p.first, p.surname, p.pet, p.usesMiddle
	if q.middle == p.middle {
		q.middle = ""
	}
}

// sharedHouse adds a house of strangers, each with a room.
func (w *world) sharedHouse() {
	wi := w.drawWard(0.4)
	di := w.special(wi, "RH", "")
	for range w.d.between(3, 7) {
		since := w.since(4)
		pi, left, ok := w.takeLoose(0, 18, 50)
		if ok {
			since = left
		} else {
			o := w.drawOrigin()
			pi = w.newPerson(w.sex(), w.agedBetween(18, 48), o, w.names.surname(w.d, o))
		}
		w.roomIn(kindShared, di, pi, since, 0.35)
	}
}

// roomIn gives somebody a room, which is a household of its own.
func (w *world) roomIn(k kind, di, pi int32, since family.Date, base float64) int32 {
	w.homes = append(w.homes, household{kind: k, trouble: w.drawTrouble(base), social: k != kindShared,
		homes: []residence{{di, since, 0}}})
	h := int32(len(w.homes) - 1)
	w.join(h, pi, relSelf, since)
	return h
}

func (w *world) careHome() {
	di := w.special(w.d.IntN(len(w.wards)), "RI", pick(w.d, "The Limes", "Ashgrove House", "Elm Court", "Rosedale Lodge"))
	for range w.d.between(15, 35) {
		o := w.drawOrigin()
		pi := w.newPerson(pick(w.d, byte('F'), 'F', 'M'), w.agedBetween(74, 97), o, w.names.surname(w.d, o))
		h := w.roomIn(kindCare, di, pi, w.since(5), 0)
		if w.d.chance(0.15) {
			w.die(h, pi, w.since(1))
			w.homes[h].ended = true
		}
	}
}

func (w *world) hostel() {
	di := w.special(w.drawWard(0.6), "RI", pick(w.d, "Bridge House", "Quay House", "St Martin's Hostel", "Foundry House"))
	for range w.d.between(8, 20) {
		since := w.d.day(w.asAt-500, w.asAt-10)
		pi, left, ok := w.takeLoose(0, 18, 60)
		if ok {
			since = max(left, w.asAt-500)
		} else {
			o := w.drawOrigin()
			pi = w.newPerson(pick(w.d, byte('M'), 'M', 'F'), w.agedBetween(18, 58), o, w.names.surname(w.d, o))
		}
		w.roomIn(kindHostel, di, pi, since, 0.8)
	}
}

// refuge adds a house of mothers who fled with their children: each family is
// a household of its own.
func (w *world) refuge() {
	di := w.special(w.d.IntN(len(w.wards)), "RI", "Haven House")
	for range w.d.between(3, 7) {
		o := w.drawOrigin()
		since := w.d.day(w.asAt-300, w.asAt-10)
		kids := w.childDates(familyOptions{}, o)
		mother := w.newPerson('F', kids[0]-family.Date(w.motherAge(0.6)*365.25), o, w.names.surname(w.d, o))
		father := w.newPerson('M', w.people[mother].dob-family.Date(w.d.between(-900, 2600)), o, w.names.surname(w.d, o))
		w.marryName(mother, father)
		old := w.newHousehold(0.7+0.3*w.d.Float64(), max(kids[0]-300, w.asAt.AddYears(-12)))
		begin := w.homes[old].homes[0].from
		w.join(old, mother, relSelf, begin)
		w.join(old, father, relPartner, begin)
		children := w.addChildren(old, mother, father, kids, familyOptions{})
		w.homes = append(w.homes, household{kind: kindRefuge, trouble: 0.7 + 0.3*w.d.Float64(), homes: []residence{{di, since, 0}}})
		h := int32(len(w.homes) - 1)
		w.fleeing[h] = old
		for i, pi := range append([]int32{mother}, children...) {
			if w.people[pi].age(w.asAt) > 18 && i > 0 {
				continue
			}
			from := max(since, w.people[pi].dob)
			w.leave(old, pi, from)
			rel := relChild
			if i == 0 {
				rel = relSelf
			}
			w.join(h, pi, rel, from)
		}
	}
}

func (w *world) fosterHome() {
	if len(w.fostered) == 0 && w.opt.People >= 400 {
		w.loneParent(familyOptions{looked: true})
	}
	h := w.couple(familyOptions{})
	w.homes[h].trouble = 0.1 * w.d.Float64()
	w.takeFostered(h, w.d.between(1, 2))
}

func (w *world) takeFostered(h int32, n int) {
	for ; n > 0 && len(w.fostered) > 0; n-- {
		l := w.fostered[0]
		w.fostered = w.fostered[1:]
		w.homes[h].kind = kindFoster
		w.join(h, l.person, relFoster, max(l.since, w.homes[h].homes[0].from))
	}
}

func (w *world) lodger(h int32) {
	o := w.drawOrigin()
	since := max(w.since(2), w.homes[h].homes[0].from)
	pi := w.newPerson(w.sex(), w.agedBetween(19, 50), o, w.names.surname(w.d, o))
	w.homes = append(w.homes, household{trouble: w.drawTrouble(0.2), homes: []residence{{w.dwellingNow(h), since, 0}}})
	w.join(int32(len(w.homes)-1), pi, relSelf, since)
	w.homes[h].members = append(w.homes[h].members, member{person: pi, rel: relGuest, from: since, to: since})
}

// settleLeftovers finds homes for everybody who still waits for one.
func (w *world) settleLeftovers() {
	for len(w.fostered) > 0 {
		h := w.couple(familyOptions{})
		w.takeFostered(h, 2)
	}
	for _, l := range w.loose {
		h := w.newHousehold(w.drawTrouble(0.3), l.since)
		w.join(h, l.person, relSelf, l.since)
	}
	w.loose = nil
}

// hardCases makes sure that each hard case of linkage is there, whatever the
// size; most also come about by chance.
func (w *world) hardCases() {
	n := 1 + w.opt.People/20000
	for range n {
		w.multigeneration(true)
		w.couple(familyOptions{twins: true})
		w.couple(familyOptions{namesake: true})
		w.couple(familyOptions{widowed: true})
		w.loneParent(familyOptions{separated: true})
		w.loneParent(familyOptions{looked: true})
		w.couple(familyOptions{looked: true})
		w.loneParent(familyOptions{separated: true})
		w.blended()
		w.sharedHouse()
		w.refuge()
		w.fosterHome()
	}
	w.hostel()
}
