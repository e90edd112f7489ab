package synth

import (
	"strconv"

	"github.com/hearthmatch/hearth/family"
)

// relation is what a member is to the household's first adult.
type relation uint8

const (
	relSelf relation = iota
	relPartner
	relChild
	relStepChild
	relParent
	relSibling
	relOther
	relFoster
	relGuest  // a lodger: lives in the dwelling, in a household of their own
	relShared // a child who lives here for part of the week, and mainly elsewhere
)

// member is one person's time in a household.
type member struct {
	person   int32
	rel      relation
	from, to family.Date
}

// residence is a household's time in a dwelling.
type residence struct {
	dwelling int32
	from, to family.Date
}

// kind says how a household came about; only the feeds' writers look at it.
type kind uint8

const (
	kindPrivate kind = iota
	kindShared       // one room of a shared house
	kindHostel
	kindRefuge
	kindCare
	kindFoster
)

// household is people who live together, now or once.
type household struct {
	kind    kind
	homes   []residence // oldest first
	members []member
	trouble float64 // 0–1: how much goes wrong, in every feed at once
	social  bool
	ended   bool // nobody lives there any more
}

// loose is somebody who left one household and waits for the next.
type loose struct {
	person int32
	since  family.Date
}

// world is the council with its whole truth.
type world struct {
	opt       Options
	asAt      family.Date
	d         dice
	names     *nameBook
	wards     []ward
	streets   []street
	dwellings []dwelling
	schools   []school
	people    []person
	homes     []household
	errors    clerks
	flats     map[int32]int
	postcodes map[string]bool
	misses    int
	uprn      int64
	loose     []loose // adults
	fostered  []loose // children looked after
	seeking   []int32 // parents whose own parents live somewhere in the council
	vacated   []residence
	workers   []int32         // social workers
	shared    map[int32]bool  // children of parents who tell everybody of both homes
	fleeing   map[int32]int32 // by household in a refuge: the one that it left
	main      part            // all that came about before the hard cases of homes
}

// part is a council, or its beginning, by how many there are of each.
type part struct{ homes, people, dwellings int }

func newWorld(opt Options) *world {
	w := &world{opt: opt, asAt: opt.AsAt, d: newDice(opt.Seed, 1), names: newNameBook(), errors: opt.Noise.clerks(), uprn: 10090000000,
		flats: map[int32]int{}, postcodes: map[string]bool{}, shared: map[int32]bool{}, fleeing: map[int32]int32{}}
	n := max(3, opt.People/6000)
	for i := range n {
		name := pick(w.d, "Abbey", "Bankside", "Castle", "Deanfield", "Eastmoor", "Fernhill", "Gorse", "Hollins", "Kirkgate",
			"Lowfield", "Moorgate", "Netherton", "Overdale", "Priory", "Quayside", "Ridge", "Spring", "Tarnside", "Underwood", "Westmere")
		w.wards = append(w.wards, ward{name: name + " " + strconv.Itoa(i+1), district: districtNames[i%3],
			cluster: districtNames[i%3] + " " + string(rune('A'+i/3%4)), need: w.d.Float64(), open: -1, building: -1})
	}
	w.buildSchools()
	return w
}

// newHousehold settles a private household in a dwelling, with a move in the last
// three years for some. since is the day it began.
func (w *world) newHousehold(trouble float64, since family.Date) int32 {
	wi := w.drawWard(trouble)
	social := w.d.chance(0.07 + 0.25*w.wards[wi].need + 0.45*trouble)
	h := household{trouble: trouble, social: social}
	movable := w.asAt - since
	if p := 0.24 + 0.2*trouble; w.d.chance(p) && movable > 60 {
		moved := w.d.day(w.asAt-min(movable-30, 1095), w.asAt-7)
		to, ok := w.vacancy(moved)
		if !ok {
			to = w.build(wi, social)
		}
		from := w.previous(wi, social)
		if !w.dwellings[from].outside {
			w.vacated = append(w.vacated, residence{dwelling: from, from: moved})
		}
		h.homes = []residence{{from, since, moved}, {to, moved, 0}}
	} else {
		h.homes = []residence{{w.build(wi, social), since, 0}}
	}
	h.social = w.dwellings[h.homes[len(h.homes)-1].dwelling].social
	w.homes = append(w.homes, h)
	return int32(len(w.homes) - 1)
}

// previous is where a household that moved came from.
func (w *world) previous(wi int, social bool) int32 {
	if w.d.chance(0.22) {
		return w.elsewhere()
	}
	if w.d.chance(0.5) {
		wi = w.d.IntN(len(w.wards))
	}
	return w.build(wi, social)
}

// vacancy finds a dwelling that was left shortly before the day.
func (w *world) vacancy(day family.Date) (int32, bool) {
	for i, v := range w.vacated {
		if v.from < day && v.from > day-240 {
			w.vacated[i] = w.vacated[len(w.vacated)-1]
			w.vacated = w.vacated[:len(w.vacated)-1]
			return v.dwelling, true
		}
		if i > 40 {
			break
		}
	}
	return 0, false
}

func (w *world) drawWard(trouble float64) int {
	a, b := w.d.IntN(len(w.wards)), w.d.IntN(len(w.wards))
	if w.wards[b].need > w.wards[a].need && w.d.chance(0.35+0.5*trouble) {
		return b
	}
	return a
}

// join makes a person a member from a day, and gives them the stays.
func (w *world) join(hi, pi int32, rel relation, from family.Date) {
	h, p := &w.homes[hi], &w.people[pi]
	if from < p.dob {
		from = p.dob
	}
	if len(h.homes) > 0 && from < h.homes[0].from {
		from = max(h.homes[0].from, p.dob)
	}
	h.members = append(h.members, member{person: pi, rel: rel, from: from})
	if n := len(p.stays); n > 0 && p.stays[n-1].to == 0 {
		p.stays[n-1].to = from
	}
	for _, r := range h.homes {
		if r.to != 0 && r.to <= from {
			continue
		}
		p.stays = append(p.stays, stay{hi, r.dwelling, max(r.from, from), r.to})
	}
}

// leave ends a membership on a day; a death does too.
func (w *world) leave(hi, pi int32, on family.Date) {
	h, p := &w.homes[hi], &w.people[pi]
	for i := range h.members {
		if m := &h.members[i]; m.person == pi && m.to == 0 {
			m.to = max(on, m.from)
		}
	}
	kept := p.stays[:0]
	for _, s := range p.stays {
		if s.home == hi && s.from >= on && len(kept) > 0 {
			continue
		}
		if s.home == hi && (s.to == 0 || s.to > on) {
			s.to = max(on, s.from)
		}
		kept = append(kept, s)
	}
	p.stays = kept
}

func (w *world) die(hi, pi int32, on family.Date) {
	w.people[pi].died = on
	w.leave(hi, pi, on)
}

// current lists who lives in the household now.
func (w *world) current(hi int32) []member {
	var out []member
	for _, m := range w.homes[hi].members {
		if m.to == 0 && m.from <= w.asAt && w.people[m.person].died == 0 {
			out = append(out, m)
		}
	}
	return out
}

// dwellingAt is where a household was on a day.
func (w *world) dwellingAt(hi int32, at family.Date) int32 {
	h := &w.homes[hi]
	d := h.homes[0].dwelling
	for _, r := range h.homes {
		if r.from <= at {
			d = r.dwelling
		}
	}
	return d
}

func (w *world) dwellingNow(hi int32) int32 {
	h := &w.homes[hi]
	return h.homes[len(h.homes)-1].dwelling
}

// drawTrouble spreads difficulty: most families have little.
func (w *world) drawTrouble(base float64) float64 {
	switch x := w.d.Float64(); {
	case x < base*0.35:
		return 0.65 + 0.35*w.d.Float64()
	case x < base:
		return 0.3 + 0.35*w.d.Float64()
	}
	return 0.2 * w.d.Float64()
}

func (w *world) drawOrigin() origin { return origin(w.d.weighted(originShare[:]...)) }

// agedBetween gives a date of birth for an age between lo and hi whole years.
func (w *world) agedBetween(lo, hi int) family.Date {
	return w.d.day(w.asAt.AddYears(-hi-1)+1, w.asAt.AddYears(-lo))
}
