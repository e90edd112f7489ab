package people

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// asAt is the year in which the tables are drawn.
const asAt = 2024

// human is one invented person.
type human struct {
	number   int32
	forename string
	middle   string
	surname  string
	former   string // the surname before marriage, "" if it never changed
	called   string // what people call them, "" if by the forename
	origin   string
	sex      byte
	year     int // of birth
	month    int
	day      int
	phone    string
	oldPhone string
	email    string
	ssn      string
}

// place is one address.
type place struct {
	flat, number, street, town, state, code string
}

// home is one household: who lives together, and where.
type home struct {
	people []human
	now    place
	before place // where they lived earlier
	moved  bool
	line   string // the telephone that they share
}

// world makes households, each from its own seed.
type world struct {
	seed    uint64
	us      bool
	origins []origin
	weights []float64
	short   map[string][]string
	streets []string
	towns   []town
	roads   int // in each town
	next    int32
}

type town struct {
	name, state, area string
}

// newWorld makes a world with room for so many records: about fifteen
// households share a postcode, as they do in Britain, however many there are.
func newWorld(seed uint64, us bool, records int) *world {
	w := &world{seed: seed, us: us}
	w.origins, w.short = readNames()
	total := 0.0
	for _, o := range w.origins {
		if us {
			total += o.usWeight
		} else {
			total += o.ukWeight
		}
		w.weights = append(w.weights, total)
	}
	w.streets, w.towns = gazetteer(us)
	households := records / 5
	w.towns = w.towns[:min(len(w.towns), max(3, households/2000))]
	w.roads = max(2, households/(len(w.towns)*4*15))
	return w
}

func (w *world) origin(r *rand.Rand) *origin {
	x := r.Float64() * w.weights[len(w.weights)-1]
	for i := range w.weights {
		if x < w.weights[i] {
			return &w.origins[i]
		}
	}
	return &w.origins[0]
}

// household makes the k-th household. It is a function of seed and k.
func (w *world) household(k int) *home {
	r := rand.New(rand.NewPCG(w.seed, uint64(k)*0x9e3779b97f4a7c15+1))
	h := &home{now: w.place(r), line: phone(r, w.us, false)}
	if h.moved = r.Float64() < 0.3; h.moved {
		h.before = w.place(r)
	}
	switch x := r.Float64(); {
	case x < 0.04:
		w.strangers(r, h)
	case x < 0.34:
		w.add(r, h, w.adult(r, w.origin(r), 0, ""))
	default:
		w.relatives(r, h)
	}
	for i := range h.people {
		h.people[i].number = w.next
		w.next++
	}
	return h
}

// strangers share a house and nothing else.
func (w *world) strangers(r *rand.Rand, h *home) {
	for range 3 + r.IntN(5) {
		w.add(r, h, w.adult(r, w.origin(r), 0, ""))
	}
}

// relatives are a couple or one parent, children, at times a grandparent.
func (w *world) relatives(r *rand.Rand, h *home) {
	o := w.origin(r)
	surname := o.family(r)
	father := w.adult(r, o, 'M', surname)
	mother := w.adult(r, o, 'F', surname)
	if r.Float64() < 0.45 {
		mother.former = o.family(r)
	} else if r.Float64() < 0.4 {
		mother.surname = o.family(r)
	}
	mother.year = father.year + r.IntN(9) - 5
	one := r.Float64() < 0.2
	if !one || r.IntN(4) == 0 {
		w.add(r, h, father)
	}
	if !one || len(h.people) == 0 {
		w.add(r, h, mother)
	}
	w.children(r, h, o, surname, &father, &mother)
	if r.Float64() < 0.05 {
		old := w.adult(r, o, 0, surname)
		old.year = father.year - 22 - r.IntN(15)
		w.add(r, h, old)
	}
}

func (w *world) children(r *rand.Rand, h *home, o *origin, surname string, father, mother *human) {
	n := []int{0, 1, 1, 2, 2, 2, 3, 3, 4, 5}[r.IntN(10)]
	if r.Float64() < 0.1 && mother.surname != surname {
		surname += "-" + mother.surname
	}
	year := mother.year + 19 + r.IntN(14)
	for i := 0; i < n && year < asAt; i++ {
		c := w.adult(r, o, 0, surname)
		c.year = year
		if c.sex == 'M' && r.Float64() < 0.04 {
			c.forename = father.forename
		}
		if c.sex == 'F' && r.Float64() < 0.02 {
			c.forename = mother.forename
		}
		if r.Float64() < 0.02 && i+1 < n { // twins
			t := w.adult(r, o, 0, surname)
			t.year, t.month, t.day = c.year, c.month, c.day
			if r.IntN(4) == 0 { // whose names begin alike
				for try := 0; try < 20 && t.forename[:1] != c.forename[:1]; try++ {
					t.forename = o.forename(r, t.sex)
				}
			}
			if t.forename != c.forename {
				w.add(r, h, t)
				i++
			}
		}
		w.add(r, h, c)
		year += 1 + r.IntN(5)
	}
}

// adult makes somebody; sex 0 is either, surname "" is drawn.
func (w *world) adult(r *rand.Rand, o *origin, sex byte, surname string) human {
	if sex == 0 {
		sex = "MF"[r.IntN(2)]
	}
	if surname == "" {
		surname = o.family(r)
	}
	p := human{sex: sex, origin: o.name, surname: surname, forename: o.forename(r, sex),
		year: asAt - 20 - r.IntN(70), month: 1 + r.IntN(12), day: 1 + r.IntN(28)}
	if r.Float64() < 0.6 {
		p.middle = o.forename(r, sex)
	}
	return p
}

// add gives somebody what only they have, and a place in the household.
func (w *world) add(r *rand.Rand, h *home, p human) {
	if s := w.short[p.forename]; len(s) > 0 && r.Float64() < 0.3 {
		p.called = s[r.IntN(len(s))]
	}
	age := asAt - p.year
	if age >= 12 && r.Float64() < 0.85 {
		p.phone = phone(r, w.us, true)
	} else {
		p.phone = h.line
	}
	if r.Float64() < 0.2 {
		p.oldPhone = phone(r, w.us, true)
	}
	if age >= 13 && r.Float64() < 0.75 {
		p.email = email(r, &p)
	}
	p.ssn = fmt.Sprintf("%03d-%02d-%04d", 100+r.IntN(660), 1+r.IntN(99), 1+r.IntN(9999))
	h.people = append(h.people, p)
}

func phone(r *rand.Rand, us, mobile bool) string {
	if us {
		return fmt.Sprintf("(%03d) 555-%04d", 200+r.IntN(700), r.IntN(10000))
	}
	if mobile {
		return fmt.Sprintf("07%03d %06d", r.IntN(1000), r.IntN(1000000))
	}
	return fmt.Sprintf("01%03d %06d", r.IntN(1000), r.IntN(1000000))
}

func email(r *rand.Rand, p *human) string {
	plain := strings.NewReplacer("'", "", "-", "", " ", "")
	f, s := strings.ToLower(plain.Replace(p.forename)), strings.ToLower(plain.Replace(p.surname))
	var user string
	switch r.IntN(5) {
	case 0:
		user = f + "." + s
	case 1:
		user = f[:1] + s + fmt.Sprint(r.IntN(100))
	case 2:
		user = f + fmt.Sprint(p.year)
	case 3:
		user = f + "_" + s + fmt.Sprint(r.IntN(1000))
	default:
		user = s + f[:1] + fmt.Sprint(p.year%100)
	}
	return user + "@" + []string{"mail.example", "post.example", "inbox.example", "web.example", "home.example"}[r.IntN(5)]
}

// place draws an address: streets belong to a town, codes to a stretch of a
// street.
func (w *world) place(r *rand.Rand) place {
	k := skewed(r, len(w.towns))
	t, s := w.towns[k], r.IntN(w.roads)
	street := w.streets[(s*7919+k*131)%len(w.streets)]
	number := 1 + r.IntN(120)
	p := place{number: fmt.Sprint(number), street: street, town: t.name, state: t.state}
	if r.Float64() < 0.12 {
		p.flat = fmt.Sprintf("Flat %d", 1+r.IntN(30))
		if w.us {
			p.flat = fmt.Sprintf("Apt %d", 1+r.IntN(300))
		}
	}
	if w.us {
		p.code = t.area + fmt.Sprintf("%02d", s%40)
		return p
	}
	const inner = "ABDEFGHJLNPQRSTUWXYZ"
	stretch := s*4 + number/30
	p.code = fmt.Sprintf("%s%d %d%c%c", t.area, 1+s%30, stretch%10, inner[stretch/10%20], inner[stretch/200%20])
	return p
}

// skewed draws an index, small ones oftener.
func skewed(r *rand.Rand, n int) int {
	x := r.Float64()
	return int(x * x * float64(n))
}

// gazetteer invents streets and towns.
func gazetteer(us bool) (streets []string, towns []town) {
	first := strings.Fields("High Church Mill Station Park Victoria Green Manor Kings Queens Albert School London Oak Elm Ash Cedar Maple Willow " +
		"Chapel Bridge Castle York Windsor Grange Hill North South West East New Main Orchard Meadow Water River Lake Forest Garden Rose " +
		"Lime Birch Hazel Beech Holly Laurel Nelson Wellington Clarence George Stanley Alexandra Springfield Highfield Woodland Sunny Brook " +
		"Warren Priory Abbey Market Tower Bishop Dean Cross Fair Stone Lower Upper Old Long Broad Crown Swan Lion Bell Prospect Union Field")
	last := strings.Fields("Street Road Lane Avenue Close Drive Way Gardens Place Crescent Court Terrace Grove Walk")
	if us {
		last = strings.Fields("St Ave Rd Dr Ln Blvd Ct Pl Way Ter Cir Pkwy")
	}
	for _, a := range first {
		for _, b := range last {
			streets = append(streets, a+" "+b)
		}
	}
	begin := strings.Fields("Ashby Black Brook Castle Dun East Fair Glen Hart Kings Lang Marsh New Oak Red Stone Thorn Wether Whit Wood")
	end := strings.Fields("borough bridge bury field ford gate ham haven mere mouth ton wick worth")
	states := strings.Fields("AL AZ CA CO CT FL GA IL IN KY MA MD MI MN MO NC NJ NV NY OH OR PA TN TX VA WA WI")
	for i, a := range begin {
		for j, b := range end {
			k := i*len(end) + j
			area := fmt.Sprintf("%c%c", 'A'+k*7%26, "ABDEHLNRSTUWY"[k%13])
			if us {
				area = fmt.Sprintf("%03d", 100+k*3)
			}
			towns = append(towns, town{name: a + b, state: states[k*5%len(states)], area: area})
		}
	}
	return streets, towns
}
