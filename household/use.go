package household

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

const (
	// crowd is the number of apparent residents of one address without flats
	// from which strangers are assumed: larger families are rarer than
	// unclassified houses in multiple occupation.
	crowd = 12
	// throng is the number from which an address without a residential class
	// is a school's, an office's or a misused default.
	throng = 25
	// legion is the number from which an address without flats is nobody's home
	// whatever its class, unless landlords let it: no house holds so many.
	legion = 100
	// sharers is how many unrelated adults without a child, at one address at
	// one time, share a house rather than live as one household.
	sharers = 3
	// elders is how many unrelated old people at one address without a
	// tenancy or claim there are an institution's residents.
	elders = 3
	// class is how many pupils of different names, without an adult, are a
	// school's address or a children's home.
	class = 5
	// largest is the largest household that undoes a classification by itself.
	largest = 10
	// recent is how far back, in days, an address counts as in use, and lately
	// how far back an institution's old residents are counted, of whom rows are
	// few.
	recent = 550
	lately = 5 * 365
)

// occupant is one living person whose rows name a dwelling.
type occupant struct {
	person int32
	facts  [2]int32 // the person's facts of it, from and to
}

// settleKinds corrects the dwellings' kinds by what is known beside their
// classes: whose offices they are, what they are called and how they are used.
func (f *former) settleKinds() {
	f.markOffices()
	f.markRefuges()
	at, all := f.occupants()
	rooms := f.rooms()
	f.parallel(len(f.where.list), func(i int) {
		if who := all[at[i]:at[i+1]]; len(who) > 0 && f.house(int32(i)) < 0 {
			f.settleKind(&f.where.list[i], f.usageOf(who), who)
		}
	})
	for lo := 0; lo < len(rooms); {
		hi := lo + 1
		for hi < len(rooms) && rooms[hi].building == rooms[lo].building {
			hi++
		}
		f.settleRooms(rooms[lo:hi], at, all)
		lo = hi
	}
	f.shelter(at)
	f.parallel(len(f.people), func(i int) {
		f.facts[i] = slices.DeleteFunc(f.facts[i], func(fa fact) bool {
			w := &f.where.list[fa.dwelling]
			return w.kind == nowhere && fa.source != fromTenancy && (fa.source != fromClaim || w.void)
		})
	})
}

// occupants lists the living by dwelling: those of dwelling d are
// all[at[d]:at[d+1]], sorted by person.
func (f *former) occupants() (at []int32, all []occupant) {
	each := func(do func(d int32, o occupant)) {
		for i, facts := range f.facts {
			if f.died[i] != 0 {
				continue
			}
			for lo := 0; lo < len(facts); {
				hi := lo + 1
				for hi < len(facts) && facts[hi].dwelling == facts[lo].dwelling {
					hi++
				}
				do(facts[lo].dwelling, occupant{int32(i), [2]int32{int32(lo), int32(hi)}})
				lo = hi
			}
		}
	}
	at = make([]int32, len(f.where.list)+1)
	each(func(d int32, _ occupant) { at[d+1]++ })
	for d := range f.where.list {
		at[d+1] += at[d]
	}
	all = make([]occupant, at[len(f.where.list)])
	next := slices.Clone(at)
	each(func(d int32, o occupant) {
		all[next[d]] = o
		next[d]++
	})
	return at, all
}

// room is a room of a house that only texts name.
type room struct {
	building lines // with its name
	dwelling int32
}

// rooms lists the rooms, sorted by building.
func (f *former) rooms() (out []room) {
	for i := range f.where.list {
		w, house := &f.where.list[i], f.house(int32(i))
		if house < 0 && (w.place != nil || w.text.unit == "" || !w.text.room) {
			continue
		}
		b := w.text.building()
		b.name = w.text.name
		if house >= 0 {
			b = f.where.list[house].text // however the room spells it
		}
		out = append(out, room{b, int32(i)})
	}
	slices.SortFunc(out, func(a, b room) int {
		x, y := a.building, b.building
		return cmp.Or(strings.Compare(x.postcode, y.postcode), strings.Compare(x.street, y.street), strings.Compare(x.number, y.number),
			strings.Compare(x.name, y.name), strings.Compare(x.town, y.town), cmp.Compare(a.dwelling, b.dwelling))
	})
	return out
}

// house returns the institution that a room is of by its class, -1 for a
// dwelling that is no such room.
func (f *former) house(d int32) int32 {
	w := &f.where.list[d]
	if w.place == nil && w.text.unit != "" && w.building >= 0 && f.where.list[w.building].class() == communal {
		return w.building
	}
	return -1
}

// settleRooms corrects the kinds of the rooms of one house, which are what the
// house is: its use is that of all its rooms. Where only use says that it is an
// institution, rooms with a claim, a tenancy or a child are left out.
func (f *former) settleRooms(rooms []room, at []int32, all []occupant) {
	house := f.house(rooms[0].dwelling)
	var who []occupant
	if house >= 0 {
		who = append(who, all[at[house]:at[house+1]]...)
	}
	for _, r := range rooms {
		who = append(who, all[at[r.dwelling]:at[r.dwelling+1]]...)
	}
	u := f.usageOf(who)
	if house >= 0 {
		w := &f.where.list[house]
		w.kind, w.doubt = communal, ""
		f.settleKind(w, u, who)
	}
	for _, r := range rooms {
		w, own := &f.where.list[r.dwelling], all[at[r.dwelling]:at[r.dwelling+1]]
		switch ur := f.usageOf(own); {
		case w.refuge:
		case ur.families() && f.oneFamily(own):
			w.lift()
		case house >= 0:
			w.kind = f.where.list[house].kind
		case u.institution() && ur.registered+ur.minors == 0:
			w.kind = communal
		}
	}
}

// usage is how a dwelling is used.
type usage struct {
	persons    int // in recent use, on more than the police's word
	registered int // of those, on a tenancy or claim
	tenants    int // of those, on a tenancy
	minors     int
	pupils     int // of those, known by a school alone
	placed     int // by a landlord, in a hostel or in bed and breakfast
	sources    int // how many kinds of agency name it
	old        int // people of pensionable age not registered here, on anybody's word
	names      distinct
	oldNames   distinct
	pupilNames distinct
}

// distinct counts different surnames, up to throng.
type distinct struct{ list []string }

func (n *distinct) add(s string) {
	if len(n.list) < throng && !slices.Contains(n.list, s) {
		n.list = append(n.list, s)
	}
}

func (n *distinct) count() int { return len(n.list) }

// usageOf sums up what the occupants' rows say.
func (f *former) usageOf(who []occupant) (u usage) {
	var agencies [len(sources)]bool
	for _, o := range who {
		p := f.people[o.person]
		current, registered, tenant, school, seen := false, false, false, true, family.Date(0)
		for _, fa := range f.facts[o.person][o.facts[0]:o.facts[1]] {
			if fa.source == fromTenancy && (fa.to == 0 || fa.to+lately > f.asAt) {
				p := fa.rec.Row.Text(family.ColPlacement)
				u.placed += b2i(p == "hostel" || p == "bb")
			}
			if fa.to != 0 {
				continue
			}
			seen = max(seen, fa.seen)
			if fa.source == fromPolice || fa.seen+recent < f.asAt {
				continue
			}
			current = true
			tenant = tenant || fa.source == fromTenancy
			registered = registered || fa.source == fromTenancy || fa.source == fromClaim
			school = school && fa.source == fromSchool
			agencies[fa.source] = true
		}
		surname := foldName(p.Profile.Surname)
		if dob := p.Profile.DOB; dob != 0 && dob.AgeAt(f.asAt) >= pensionable && !registered && seen+lately > f.asAt {
			u.old++
			u.oldNames.add(surname)
		}
		if !current {
			continue
		}
		u.persons++
		u.registered += b2i(registered)
		u.tenants += b2i(tenant)
		u.names.add(surname)
		if f.isChild(o.person) {
			u.minors++
			if school {
				u.pupils++
				u.pupilNames.add(surname)
			}
		}
	}
	u.sources = b2i(agencies[fromSchool] || agencies[fromContact]) + b2i(agencies[fromTenancy]) +
		b2i(agencies[fromClaim] || agencies[fromAnswer]) + b2i(agencies[fromCare])
	return u
}

// pensionable is the age from which somebody may live in a home for the old.
const pensionable = 65

// settleKind corrects one dwelling's kind. Placements say refuge and hostel;
// one family that several agencies or a landlord know undoes a class; and
// strangers are no family: old ones without a tenancy or claim live in a home, others share.
func (f *former) settleKind(w *dwelling, u usage, who []occupant) {
	if w.office {
		w.kind = nowhere
	}
	institution := u.institution()
	switch {
	case w.refuge:
		w.kind = shared
	case u.placed > 0 && !institution && w.kind != nowhere && (w.kind != communal || u.placed*2 >= u.persons):
		w.kind = shared
	case w.kind != ordinary && w.kind != shared && u.families() && f.oneFamily(who):
		w.lift()
	case w.kind == communal && !institution && u.registered >= sharers && u.registered*2 >= u.persons:
		w.kind = shared // people with claims and tenancies of their own: a hostel
	case w.kind == communal || w.kind == nowhere:
	case institution && !w.lodgings() && (!w.vague || w.text.name != "" || u.registered+u.minors == 0):
		w.kind = communal
	case !w.vague && u.persons >= legion && u.tenants*5 < u.persons && !w.lodgings():
		w.kind, w.void = nowhere, true
	case w.kind != ordinary:
	case !w.residential() && u.persons >= throng && u.names.count() > crowd/2 && u.registered*5 < u.persons,
		!w.residential() && u.pupils >= class && u.pupilNames.count() >= class && u.pupils*4 >= u.persons*3 && u.registered == 0:
		w.kind = nowhere
	case u.persons >= crowd && u.names.count() > crowd/2:
		w.kind = shared
		if w.residential() && !w.vague {
			w.doubt = "the address is classed as one dwelling, and many people of different names share it"
		}
	case u.persons >= sharers && u.minors == 0 && u.names.count() >= sharers && f.strangers(who) >= sharers:
		w.kind = shared
	}
}

// lift makes a family's home of what is classed as none.
func (w *dwelling) lift() {
	w.kind = ordinary
	w.doubt = "the address is classed or called an institution or no home, and one family lives there"
}

// institution says whether most of those known there are old people of
// different names without a claim or tenancy.
func (u usage) institution() bool {
	return u.old >= elders && u.oldNames.count() >= elders && u.old > u.registered && u.old*2 > u.persons
}

// families says whether the dwelling is used by few enough, and known well
// enough, for one family to undo its class: by a landlord, or with a child and
// by two kinds of agency.
func (u usage) families() bool {
	return u.persons >= 2 && u.persons <= largest && (u.sources > 1 && u.minors > 0 || u.tenants > 0)
}

// residential says whether the gazetteer classes the dwelling as one, or as
// the building of some.
func (w *dwelling) residential() bool {
	return w.place != nil && (strings.HasPrefix(w.place.class, "R") || strings.HasPrefix(w.place.class, "P"))
}

// class says what the gazetteer classes it as, ordinary where it does not.
func (w *dwelling) class() kind {
	if w.place == nil {
		return ordinary
	}
	return classKind(w.place.class)
}

// lodgings says whether the gazetteer classes it as a place for many.
func (w *dwelling) lodgings() bool { return w.class() == shared }

// parts divides the current occupants, known on more than the police's word, by
// claims, tenancies, schools' contacts and surnames, and returns of each part
// how many adults and children it has.
func (f *former) parts(who []occupant) (adults, children []int) {
	var people []int32
	for _, o := range who {
		if len(people) < legion && slices.ContainsFunc(f.facts[o.person][o.facts[0]:o.facts[1]], func(fa fact) bool {
			return fa.to == 0 && fa.source != fromPolice && fa.seen+recent >= f.asAt
		}) {
			people = append(people, o.person)
		}
	}
	g := &group{f: f, people: people, join: make([]int, len(people)), index: make(map[int32]int, len(people))}
	for i, p := range people {
		g.index[p], g.join[i] = i, i
	}
	for i, p := range people {
		for _, n := range f.bondsOf[p] {
			if b := f.bondList[n]; b.a == p {
				g.tie(i, b.b)
			}
		}
		for _, n := range f.kinOf[p] {
			if r := f.relationList[n]; r.child == p && r.kin {
				g.tie(i, r.adult)
			}
		}
		for j := range i {
			if f.shareSurname(p, people[j]) {
				g.union(i, j)
			}
		}
	}
	for _, part := range g.units() {
		a, c := 0, 0
		for _, p := range part {
			if f.isChild(p) {
				c++
			} else {
				a++
			}
		}
		adults, children = append(adults, a), append(children, c)
	}
	return adults, children
}

func (g *group) tie(i int, p int32) {
	if j, ok := g.index[p]; ok {
		g.union(i, j)
	}
}

// oneFamily says whether the occupants are one family with an adult and nobody
// else.
func (f *former) oneFamily(who []occupant) bool {
	adults, _ := f.parts(who)
	return len(adults) == 1 && adults[0] > 0
}

// strangers counts the adults whom nothing ties to anybody at the address.
func (f *former) strangers(who []occupant) (n int) {
	adults, children := f.parts(who)
	for i, a := range adults {
		if a == 1 && children[i] == 0 {
			n++
		}
	}
	return n
}

// markOffices finds the dwellings that are the offices given: by address, or
// by name where no more is known.
func (f *former) markOffices() {
	names := map[string]bool{}
	for _, a := range f.in.Offices {
		t := parseAddress(a)
		if t.number != "" || a.UPRN != "" {
			if id := f.where.look(a); id >= 0 {
				f.where.list[id].office = true
			}
		} else if name := t.titled(); strings.Contains(name, " ") {
			names[name] = true
		}
	}
	for i := range f.where.list {
		w := &f.where.list[i]
		title := w.text.titled()
		if title == "" || w.text.unit != "" || w.residential() {
			continue
		}
		w.office = w.office || names[title]
		if w.place == nil && w.kind == ordinary {
			w.kind = titleKind(title)
		}
	}
}

// titles are what institutions are called, by the last words of their names.
// Only names of two words or more count: The Prison may be a cottage.
var titles = []struct {
	words string
	kind  kind
}{
	{"CARE HOME", communal}, {"NURSING HOME", communal}, {"RESIDENTIAL HOME", communal}, {"REST HOME", communal},
	{"CHILDRENS HOME", communal}, {"CARE CENTRE", communal}, {"HOSPITAL", communal}, {"HOSPICE", communal}, {"INFIRMARY", communal},
	{"PRISON", communal}, {"BARRACKS", communal}, {"GARRISON", communal}, {"HALL OF RESIDENCE", communal},
	{"HALLS OF RESIDENCE", communal}, {"STUDENT HALLS", communal}, {"CONVENT", communal}, {"MONASTERY", communal},
	{"HOSTEL", shared}, {"FOYER", shared}, {"HOTEL", shared}, {"GUEST HOUSE", shared}, {"BED AND BREAKFAST", shared},
	{"SCHOOL", nowhere}, {"ACADEMY", nowhere}, {"UNIVERSITY", nowhere}, {"NURSERY", nowhere}, {"SURGERY", nowhere},
	{"HEALTH CENTRE", nowhere}, {"MEDICAL CENTRE", nowhere}, {"CLINIC", nowhere}, {"POLICE STATION", nowhere},
	{"FIRE STATION", nowhere}, {"TOWN HALL", nowhere}, {"CIVIC CENTRE", nowhere}, {"COUNTY HALL", nowhere},
	{"OFFICE", nowhere}, {"OFFICES", nowhere}, {"LIBRARY", nowhere}, {"CHILDRENS CENTRE", nowhere}, {"FAMILY HUB", nowhere},
	{"FAMILY CENTRE", nowhere}, {"JOBCENTRE", nowhere}, {"JOBCENTRE PLUS", nowhere}, {"JOB CENTRE", nowhere}, {"PO BOX", nowhere},
}

// titleKind says what a building is by its name alone; ordinary where the name
// does not say, and where it says what the building was once.
func titleKind(title string) kind {
	words := strings.Fields(title)
	if len(words) < 2 || slices.Contains(words, "OLD") || slices.Contains(words, "FORMER") {
		return ordinary
	}
	switch words[0] {
	case "HMP", "HMPYOI", "HMYOI", "YOI":
		return communal
	}
	for _, t := range titles {
		if rest, ok := strings.CutSuffix(title, t.words); ok && (rest == "" || rest[len(rest)-1] == ' ') {
			return t.kind
		}
	}
	return ordinary
}
