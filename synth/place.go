package synth

import (
	"fmt"
	"strconv"
	"strings"
)

// dwelling is one place to live (or, outside the council, one address that a
// feed may mention). Rooms of a shared house are one dwelling.
type dwelling struct {
	uprn     string
	parent   int32 // the building's shell, -1 if none
	sub      string
	number   string
	street   int32
	postcode string
	class    string // RD, RH, RI or P (a shell, nobody lives in it)
	social   bool
	landlord uint8
	outside  bool // in another council: not in the gazetteer
}

type street struct {
	name string
	ward int32
	town string
}

type ward struct {
	name, district, cluster string
	need                    float64 // 0–1, how deprived
	open                    int32   // the street being built, -1 at first
	left                    int     // dwellings still to be built on it
	number                  int
	social                  bool
	building                int32 // the block of flats being filled, -1 if none
	rooms                   int   // flats left in it
	postcode                string
	postLeft                int
}

var townNames = []string{"Harrowmere", "Northcote Vale", "Saltby", "Eastwick", "Millbrook Cross", "Thornhythe"}

var districtNames = []string{"Harrowmere Central", "Harrowmere North", "Harrowmere South"}

var landlordNames = []string{"Harrowmere Council", "Mereside Homes", "Pennard Housing Association", "Larkhill Trust", "Bridgegate Living"}

var streetFirst = strings.Fields(`Acacia Albert Alder Alma Ash Aspen Balmoral Bank Beech Belmont Birch Bishop Bolton
	Bridge Broad Brook Burns Byron Canal Carlton Castle Cavendish Cedar Chapel Cherry Chester Church Clarence Claremont
	Clifton Cobden Coniston Coronation Cross Crown Curzon Dale Darwin Derby Devonshire Duke Durham Eden Elm Exeter
	Factory Farm Ferndale Field Fleet Forest Garden George Gladstone Glebe Gordon Granby Grange Green Grosvenor Grove
	Hawthorn Hazel Heath High Highfield Hill Holly Hope Jubilee Kensington Keswick King Kingsway Laburnum Lake Lancaster
	Larch Laurel Lime Lincoln Linden Livingstone London Long Lord Lower Lyndhurst Manor Maple Market Marlborough Mayfield
	Meadow Mill Milton Moor Moss Nelson New Newton Norfolk North Oak Oakfield Orchard Oxford Park Parsonage Peel Pine
	Plane Poplar Priory Prospect Quarry Queen Raglan Railway Raven Rectory Regent Richmond River Rose Rowan Russell
	Salisbury School Scott Shaftesbury Silver South Spencer Spring Stanley Station Sycamore Tennyson Thorn Tower Trafalgar
	Union Upper Valley Vernon Vicarage Victoria Walnut Warwick Water Wellington Wesley West Wharf Willow Windermere
	Windsor Wood Woodland Worcester York Bramble Kestrel Heron Falcon Skylark Foxglove Primrose Bluebell Teasel Copse`)

var streetLast = []string{"Road", "Street", "Avenue", "Close", "Drive", "Lane", "Terrace", "Crescent", "Grove", "Way", "Court", "Gardens", "Place", "Walk"}

// lines writes the dwelling's two address lines in full.
func (w *world) lines(d *dwelling) (string, string) {
	s := d.number + " " + w.streets[d.street].name
	if d.sub != "" {
		return d.sub, s
	}
	return s, ""
}

const inwardLetters = "ABDEFGHJLNPQRSTUWXYZ"

func (w *world) inward(sector int) string {
	return strconv.Itoa(sector%10) + string(inwardLetters[w.d.IntN(20)]) + string(inwardLetters[w.d.IntN(20)])
}

// newPostcode gives a postcode of a ward's sector. HE and EA are no real
// postcode areas.
func (w *world) newPostcode(wi int) string {
	for {
		pc := fmt.Sprintf("HE%d %s", 1+wi/2, w.inward(wi*5%10+w.d.IntN(5)))
		if !w.postcodes[pc] {
			w.postcodes[pc] = true
			return pc
		}
		w.misses++
		if w.misses%64 == 0 { // the sector is full: lean on a neighbour's
			wi++
		}
	}
}

func (w *world) nextUPRN() string {
	w.uprn += int64(w.d.between(1, 9))
	return strconv.FormatInt(w.uprn, 10)
}

// build adds a dwelling somewhere in the ward.
func (w *world) build(wi int, social bool) int32 {
	a := &w.wards[wi]
	if a.rooms > 0 && a.social == social {
		a.rooms--
		b := w.dwellings[a.building]
		return w.addDwelling(dwelling{parent: a.building, sub: "Flat " + strconv.Itoa(w.flatNo(a)), number: b.number,
			street: b.street, postcode: b.postcode, class: "RD", social: social, landlord: b.landlord})
	}
	if a.left == 0 || a.social != social {
		w.openStreet(wi, social)
	}
	a.left--
	a.number += 1 + w.d.IntN(2)
	if a.postLeft--; a.postLeft < 0 {
		a.postcode, a.postLeft = w.newPostcode(wi), w.d.between(10, 24)
	}
	landlord := uint8(w.d.IntN(len(landlordNames)))
	if w.d.chance(0.12) {
		a.building = w.addDwelling(dwelling{parent: -1, number: strconv.Itoa(a.number), street: a.open,
			postcode: w.newPostcode(wi), class: "P", landlord: landlord})
		a.rooms = w.d.between(4, 16)
		w.flats[a.building] = 0
		return w.build(wi, social)
	}
	return w.addDwelling(dwelling{parent: -1, number: strconv.Itoa(a.number), street: a.open, postcode: a.postcode,
		class: "RD", social: social, landlord: landlord})
}

func (w *world) flatNo(a *ward) int {
	w.flats[a.building]++
	return w.flats[a.building]
}

func (w *world) openStreet(wi int, social bool) {
	a := &w.wards[wi]
	name := pick(w.d, streetFirst...) + " " + streetLast[w.d.weighted(22, 16, 14, 12, 10, 8, 5, 5, 4, 4, 3, 3, 2, 2)]
	w.streets = append(w.streets, street{name, int32(wi), townNames[wi%len(townNames)]})
	a.open, a.left, a.social, a.rooms = int32(len(w.streets)-1), w.d.between(12, 60), social, 0
	a.number, a.postcode, a.postLeft = 0, w.newPostcode(wi), w.d.between(10, 24)
}

func (w *world) addDwelling(d dwelling) int32 {
	d.uprn = w.nextUPRN()
	w.dwellings = append(w.dwellings, d)
	return int32(len(w.dwellings) - 1)
}

// elsewhere adds an address in another council.
func (w *world) elsewhere() int32 {
	w.streets = append(w.streets, street{pick(w.d, streetFirst...) + " " + pick(w.d, streetLast...), -1,
		pick(w.d, "Ashbeck", "Cranfold", "Wexmouth", "Durley", "Holmstead")})
	w.uprn += 1000003 * int64(w.d.between(1, 9))
	i := w.addDwelling(dwelling{parent: -1, number: strconv.Itoa(w.d.between(1, 180)), street: int32(len(w.streets) - 1),
		postcode: fmt.Sprintf("EA%d %s", w.d.between(1, 30), w.inward(w.d.IntN(10))), class: "RD", outside: true,
		landlord: uint8(w.d.IntN(len(landlordNames)))})
	return i
}

// special adds a building of its own kind: a shared house, hostel or home.
func (w *world) special(wi int, class, name string) int32 {
	i := w.build(wi, false)
	d := &w.dwellings[i]
	d.class, d.sub, d.parent = class, name, -1
	return i
}

func (w *world) wardOf(di int32) *ward {
	s := w.streets[w.dwellings[di].street]
	if s.ward < 0 {
		return nil
	}
	return &w.wards[s.ward]
}

// school is one school, unit or college.
type school struct {
	urn, name   string
	low, high   int // National Curriculum years, reception = 0
	kind        string
	ward        int
	contributes bool
	phone       string
	address     string
	postcode    string
	style       style
	halfTerms   bool // delivers by half term instead of by term
	marks       bool // delivers the register itself
	contacts    int  // 0 on every row, 1 on the newest row only, 2 the first contact only
}

func (w *world) buildSchools() {
	n := w.opt.People
	add := func(count, low, high int, kind, suffix string) {
		for range count {
			w.addSchool(low, high, kind, suffix)
		}
	}
	add(max(2, n/2600), 0, 6, "mainstream", "Primary School")
	add(max(1, n/9000), 7, 11, "mainstream", "Academy")
	add(max(1, n/30000), 0, 11, "special", "School (special)")
	add(max(1, n/60000), 7, 11, "pru", "Pupil Referral Unit")
}

func (w *world) addSchool(low, high int, kind, suffix string) {
	wi := len(w.schools) % len(w.wards)
	s := school{urn: strconv.Itoa(130001 + 7*len(w.schools)), low: low, high: high, kind: kind, ward: wi,
		name: pick(w.d, "St Anne's", "Hillside", "Meadow Lane", "Parkfield", "Oakwood", "Riverside", "St Oswald's", "Whitegate",
			"Larkrise", "Beacon", "Highcroft", "Foxhill", "Kingsmere", "Norbrook", "All Saints", "Ferncliffe") + " " + suffix,
		contributes: kind == "pru" || len(w.schools)%14 == 1 || w.d.chance(0.95), phone: "01" + w.d.digits(9), postcode: w.newPostcode(wi),
		address:   pick(w.d, streetFirst...) + " " + pick(w.d, streetLast...),
		style:     w.newStyle(),
		halfTerms: len(w.schools)%12 == 3, marks: len(w.schools)%14 == 1, contacts: w.d.weighted(6, 3, 1)}
	w.schools = append(w.schools, s)
}

// schoolFor finds a school of the kind with the year group, near the ward.
func (w *world) schoolFor(d dice, wi, year int, kind string) int {
	best, bestScore := -1, 0.0
	for i := range w.schools {
		s := &w.schools[i]
		if s.kind != kind || year < s.low || year > s.high {
			continue
		}
		away := (s.ward - wi + len(w.wards)) % len(w.wards)
		if score := (d.Float64() + 0.05) / float64(1+away*away); score > bestScore {
			best, bestScore = i, score
		}
	}
	return best
}
