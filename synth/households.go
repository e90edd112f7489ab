package synth

import (
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// populate fills the council, one household at a time, until it has the
// people asked for.
func (w *world) populate(progress func(done, total int)) {
	if w.opt.People >= 400 {
		w.hardCases()
	}
	for range max(3, w.opt.People/4000) {
		pi := w.newPerson('F', w.agedBetween(25, 60), w.drawOrigin(), "")
		p := &w.people[pi]
		p.surname, p.professional = w.names.surname(w.d, p.origin), true
		w.workers = append(w.workers, pi)
	}
	for n := 0; len(w.people) < w.opt.People-len(w.loose)/8; n++ {
		w.household()
		if progress != nil && n%2000 == 0 {
			progress(min(len(w.people), w.opt.People), w.opt.People)
		}
	}
	w.settleLeftovers()
	w.main = part{len(w.homes), len(w.people), len(w.dwellings)}
	if w.opt.People >= 400 && !w.opt.bare {
		w.hardHomes()
	}
}

// household adds one household of a kind drawn as in an English town with many
// families.
func (w *world) household() {
	switch w.d.weighted(14, 9, 7, 12, 29, 11, 4, 3, 1.7, 4, 0.35, 0.1, 0.02, 1.2) {
	case 0:
		w.single()
	case 1:
		w.pensioners(1)
	case 2:
		w.pensioners(2)
	case 3:
		w.childlessCouple()
	case 4:
		w.couple(familyOptions{})
	case 5:
		w.loneParent(familyOptions{})
	case 6:
		w.couple(familyOptions{grown: true})
	case 7:
		w.blended()
	case 8:
		w.multigeneration(false)
	case 9:
		w.sharedHouse()
	case 10:
		w.careHome()
	case 11:
		w.hostel()
	case 12:
		w.refuge()
	case 13:
		w.fosterHome()
	}
}

// familyOptions asks for a hard case.
type familyOptions struct {
	grown, twins, namesake, widowed, separated, looked, origin bool
	want                                                       origin
}

func (w *world) single() {
	if pi, since, ok := w.takeLoose(0, 18, 75); ok {
		h := w.newHousehold(w.drawTrouble(0.2), since)
		w.join(h, pi, relSelf, since)
		return
	}
	o := w.drawOrigin()
	h := w.newHousehold(w.drawTrouble(0.2), w.since(12))
	pi := w.newPerson(w.sex(), w.agedBetween(20, 64), o, w.names.surname(w.d, o))
	w.join(h, pi, relSelf, 1)
}

func (w *world) sex() byte { return pick(w.d, byte('F'), byte('M')) }

// since is a day up to so many years ago.
func (w *world) since(years int) family.Date {
	return w.d.day(w.asAt.AddYears(-years), w.asAt-40)
}

func (w *world) pensioners(n int) {
	o := w.drawOrigin()
	surname := w.names.surname(w.d, o)
	kin := none
	if len(w.seeking) > 0 && w.d.chance(0.85) { // a parent in the council whose own parents these are
		i := w.d.IntN(len(w.seeking))
		kin = w.seeking[i]
		w.seeking[i] = w.seeking[len(w.seeking)-1]
		w.seeking = w.seeking[:len(w.seeking)-1]
		k := &w.people[kin]
		o, surname = k.origin, k.surname
		if k.maiden != "" {
			surname = k.maiden
		}
	}
	dob := w.agedBetween(62, 90)
	if kin != none {
		dob = w.people[kin].dob - family.Date(w.d.between(20*365, 34*365))
	}
	h := w.newHousehold(w.drawTrouble(0.06), w.d.day(w.asAt.AddYears(-30), w.asAt.AddYears(-1)))
	sex := byte('F')
	if n == 1 && w.d.chance(0.3) {
		sex = 'M'
	}
	a := w.newPerson(sex, dob, o, surname)
	w.join(h, a, relSelf, 1)
	w.setParent(kin, a)
	if n == 2 || w.d.chance(0.12) { // the second may have died
		b := w.newPerson('M', dob-family.Date(w.d.between(-1500, 2200)), o, surname)
		if w.people[a].sex == 'M' {
			w.people[b].sex = 'F'
			w.people[b].first = w.names.forename(w.d, o, 'F', w.people[b].dob.Year())
		}
		w.join(h, b, relPartner, 1)
		w.setParent(kin, b)
		if n == 1 {
			w.die(h, b, w.since(3))
		}
	}
	if n == 1 && w.d.chance(0.05) {
		w.die(h, a, w.since(2))
		w.homes[h].ended = true
	}
	if pi, since, ok := w.takeLoose(0, 19, 45); ok && w.d.chance(0.25) {
		w.join(h, pi, relChild, since)
	} else if ok {
		w.loose = append(w.loose, loose{pi, since})
	}
}

func (w *world) setParent(child, parent int32) {
	if child == none {
		return
	}
	if w.people[parent].sex == 'F' {
		w.people[child].mother = parent
	} else {
		w.people[child].father = parent
	}
}

// takeLoose gives an adult who waits for a home, of the sex (0 = any) and age.
func (w *world) takeLoose(sex byte, lo, hi int) (int32, family.Date, bool) {
	for i := 0; i < len(w.loose) && i < 30; i++ {
		l := w.loose[i]
		p := &w.people[l.person]
		if a := p.age(w.asAt); a < lo || a > hi || sex != 0 && p.sex != sex {
			continue
		}
		w.loose = append(w.loose[:i], w.loose[i+1:]...)
		return l.person, l.since, true
	}
	return none, 0, false
}

func (w *world) childlessCouple() {
	a, since, ok := w.takeLoose('M', 19, 60)
	o := w.drawOrigin()
	if !ok {
		since = w.since(12)
		a = w.newPerson('M', w.agedBetween(21, 61), o, w.names.surname(w.d, o))
	} else if w.d.chance(0.8) {
		o = w.people[a].origin
	}
	h := w.newHousehold(w.drawTrouble(0.12), since)
	w.join(h, a, relSelf, since)
	p := &w.people[a]
	if w.d.chance(0.02) { // two men
		b := w.newPerson('M', p.dob+family.Date(w.d.between(-2500, 2500)), o, w.names.surname(w.d, o))
		w.join(h, b, relPartner, since)
		return
	}
	b := w.wife(a, p.dob+family.Date(w.d.between(-1000, 2500)), o, since)
	w.join(h, b, relPartner, since)
}

// wife makes a woman who lives with a man, with the surname that such couples
// of her origin have.
func (w *world) wife(man int32, dob family.Date, o origin, since family.Date) int32 {
	dob = min(dob, w.asAt.AddYears(-19))
	own := w.names.surname(w.d, o)
	pi := w.newPerson('F', dob, o, own)
	p, m := &w.people[pi], &w.people[man]
	share := [numOrigins]float64{0.66, 0.66, 0.38, 0.6, 0.1, 0.72, 0.7, 0.45, 0.2}[o]
	switch {
	case w.d.chance(share):
		p.maiden, p.surname = p.surname, gendered(m.surname, o, 'F')
		p.changed = max(since, p.dob.AddYears(19))
		if w.d.chance(0.8) { // years ago
			p.changed = p.dob.AddYears(19)
		}
		if o == english && w.d.chance(0.03) {
			p.surname = p.maiden + "-" + m.surname
		}
	case o == southAsian && w.d.chance(0.5):
		p.surname = pick(w.d, "Begum", "Bibi", "Akhtar", "Parveen", "Kausar", "Khatun")
	case o == indian && w.d.chance(0.4):
		p.surname = "Kaur"
	}
	return pi
}

// couple adds a family with two parents.
func (w *world) couple(f familyOptions) int32 {
	o := w.drawOrigin()
	if f.origin {
		o = f.want
	}
	base := 0.15
	if f.separated || f.looked {
		base = 1
	}
	trouble := w.drawTrouble(base)
	kids := w.childDates(f, o)
	h := w.newHousehold(trouble, max(kids[0]-family.Date(w.d.between(200, 2000)), w.asAt.AddYears(-24)))
	begin := w.homes[h].homes[0].from
	mDob := kids[0] - family.Date(w.motherAge(trouble)*365.25)
	father := w.newPerson('M', mDob-family.Date(w.d.between(-900, 2400)), o, w.names.surname(w.d, o))
	mother := w.wife(father, mDob, w.mixed(o), begin)
	w.join(h, mother, relSelf, begin)
	w.join(h, father, relPartner, begin)
	children := w.addChildren(h, mother, father, kids, f)
	w.maybeSeek(mother, father)
	switch {
	case f.widowed || w.d.chance(0.012):
		w.die(h, father, w.since(3))
	case w.d.chance(0.002):
		w.die(h, mother, w.since(3))
	}
	w.departures(h, children)
	if trouble > 0.6 && w.d.chance(0.05) || f.looked {
		w.takeIntoCare(h, children)
	}
	if w.d.chance(0.006) {
		w.lodger(h)
	}
	return h
}

func (w *world) mixed(o origin) origin {
	if w.d.chance(0.08) {
		return w.drawOrigin()
	}
	return o
}

func (w *world) motherAge(trouble float64) float64 {
	a := 28 - 6*trouble + 4.5*w.d.NormFloat64()
	return min(max(a, 16.5), 42)
}

// childDates gives the births of a family's children, the eldest first.
func (w *world) childDates(f familyOptions, o origin) []family.Date {
	lo, hi := 0, 17
	if f.grown {
		lo, hi = 17, 27
	}
	n := 1 + w.d.weighted(40, 38, 15, 5, 2)
	if (o == southAsian || o == arabic) && w.d.chance(0.5) {
		n += 1 + w.d.IntN(2)
	}
	out := []family.Date{w.agedBetween(lo, hi)}
	for len(out) < n {
		last := out[len(out)-1]
		next := last + family.Date(w.d.between(400, 1700))
		if w.d.chance(0.016) || f.twins && len(out) == 1 {
			next = last
		}
		if next >= w.asAt-20 {
			break
		}
		out = append(out, next)
	}
	if f.twins && len(out) == 1 {
		out = append(out, out[0])
	}
	return out
}

// addChildren makes the children of two people (father may be none) in their
// household.
func (w *world) addChildren(h, mother, father int32, dates []family.Date, f familyOptions) []int32 {
	var out []int32
	surname := w.childSurname(mother, father)
	used := map[string]bool{w.people[mother].first: true}
	for i, dob := range dates {
		o := w.people[mother].origin
		if father != none && w.d.chance(0.6) {
			o = w.people[father].origin
		}
		c := w.newPerson(w.sex(), dob, o, surname)
		p := &w.people[c]
		p.mother, p.father = mother, father
		for try := 0; used[p.first] && try < 8; try++ {
			p.first, p.pet = w.names.forename(w.d, o, p.sex, dob.Year()), ""
		}
		if father != none && i == 0 && (f.namesake || p.sex == 'M' && w.d.chance(0.025)) {
			p.sex, p.first, p.pet = 'M', w.people[father].first, ""
			p.surname = w.people[father].surname
		}
		used[p.first] = true
		if p.origin == arabic && father != none && w.d.chance(0.3) { // the father's name as surname
			p.surname = w.people[father].first
		}
		w.join(h, c, relChild, dob)
		out = append(out, c)
	}
	return out
}

func (w *world) childSurname(mother, father int32) string {
	m := &w.people[mother]
	if father == none {
		return m.surname
	}
	f := &w.people[father]
	switch {
	case m.surname != f.surname && w.d.chance(0.05) && !strings.Contains(m.surname+f.surname, "-"):
		return m.surname + "-" + f.surname
	case m.surname != f.surname && w.d.chance(0.12):
		return m.surname
	}
	return f.surname
}

func (w *world) maybeSeek(parents ...int32) {
	for _, p := range parents {
		if p != none && w.d.chance(0.4) {
			w.seeking = append(w.seeking, p)
		}
	}
}

// departures sends some grown children into homes of their own.
func (w *world) departures(h int32, children []int32) {
	for _, c := range children {
		age := w.people[c].age(w.asAt)
		if age >= 18 && w.d.chance(0.1*float64(age-17)) {
			on := w.d.day(max(w.people[c].dob.AddYears(18), w.asAt.AddYears(-4)), w.asAt-10)
			w.leave(h, c, on)
			w.loose = append(w.loose, loose{c, on})
		}
	}
}

func (w *world) takeIntoCare(h int32, children []int32) {
	on := w.since(3)
	for _, c := range children {
		if p := &w.people[c]; p.age(w.asAt) < 17 && p.dob < on-10 && w.d.chance(0.7) {
			w.leave(h, c, on)
			w.fostered = append(w.fostered, loose{c, on})
		}
	}
}
