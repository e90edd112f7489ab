package household

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// kind is what living at a dwelling says about living together.
type kind uint8

const (
	ordinary kind = iota
	// shared houses strangers: an HMO, a hostel, a refuge, a building whose flat
	// is not known. Relations alone make a household there.
	shared
	// communal is an institution (a care home, hospital, prison, barracks, hall):
	// nobody there is of a household.
	communal
	// nowhere is no home at all, such as a school's address given for pupils.
	nowhere
)

// dwelling is one place where people may live.
type dwelling struct {
	place    *place // nil where the gazetteer does not know it
	text     lines
	address  family.Address
	kind     kind
	refuge   bool
	veiled   bool   // its address could be a refuge's, said in part
	office   bool   // a school's or another office's
	void     bool   // nobody's home, whoever claims there
	vague    bool   // it may be another dwelling of which less is said: see means
	building int32  // the dwelling that stands for the whole building; -1 none
	doubt    string // why its class and its use disagree; blank where they do not
	order    string
}

// dwellings resolves addresses as written to dwellings.
type dwellings struct {
	gaz  *Gazetteer
	list []dwelling
	at   map[family.Address]int32

	exact  map[lines]int32
	also   map[lines][]int32   // further sites of one key, which names tell apart
	blocks map[lines]*numbered // numbers of flats, where a name may be a part
	bucket map[lines][]int32   // street left out
	street map[lines][]int32   // postcode left out
	names  map[lines][]int32   // named buildings, by flat and postcode alone
	flats  map[lines][]int32   // by flat and postcode alone
	postal map[string]int      // sites that use a postcode
	byUPRN map[string]int32
	join   []int32 // union-find over list
}

// use is one distinct address as written and how many rows say it.
type use struct {
	address family.Address
	text    lines
	rows    int
	number  int32 // in the list given
}

// maxBucket bounds how many spellings one address is compared with.
const maxBucket = 64

// newDwellings resolves every address of uses, whose order does not matter to
// what comes out, and returns for each the dwelling, -1 for none. parallel
// calls a function for 0 … n-1, in no order.
func newDwellings(gaz *Gazetteer, uses []use, parallel func(n int, do func(i int))) (*dwellings, []int32) {
	known := 0
	if gaz != nil {
		known = len(gaz.places)
	}
	d := &dwellings{
		gaz: gaz, at: make(map[family.Address]int32, len(uses)),
		list: make([]dwelling, 0, known+known/8), join: make([]int32, 0, known+known/8),
		exact: make(map[lines]int32, known), bucket: make(map[lines][]int32, known), street: make(map[lines][]int32, known),
		also: map[lines][]int32{}, blocks: map[lines]*numbered{}, names: map[lines][]int32{}, flats: map[lines][]int32{},
		postal: map[string]int{}, byUPRN: make(map[string]int32, known),
	}
	if gaz != nil {
		for i := range gaz.places {
			d.add(&gaz.places[i], gaz.places[i].text, gaz.places[i].address)
		}
	}
	parallel(len(uses), func(i int) {
		uses[i].number, uses[i].text = int32(i), parseAddress(uses[i].address)
	})
	d.noteBlocks(uses)
	site := make([]int32, len(uses))
	parallel(len(uses), func(i int) {
		id, ok := d.known(uses[i])
		if site[i] = id; !ok {
			site[i] = -1
		}
	})
	var rest []*use
	for i := range uses {
		if site[i] < 0 {
			rest = append(rest, &uses[i])
		}
	}
	d.found(rest, site)
	d.reconcile(rest, site)
	d.buildings()
	for i := range d.join {
		d.join[i] = d.root(int32(i)) // from here on read by several goroutines
	}
	for i, id := range site {
		if id >= 0 {
			site[i] = d.join[id]
			d.at[uses[i].address] = d.join[id]
		}
	}
	return d, site
}

// found makes dwellings of the addresses that the gazetteer does not know: the
// spellings of most rows first, so that others are found to be like them.
func (d *dwellings) found(rest []*use, site []int32) {
	slices.SortFunc(rest, func(a, b *use) int {
		return cmp.Or(cmp.Compare(b2i(a.text.partial()), b2i(b.text.partial())), cmp.Compare(b.rows, a.rows),
			compareAddress(a.address, b.address))
	})
	for _, u := range rest {
		if u.text.blank() {
			continue
		}
		id := d.locate(u.text)
		if id < 0 {
			id = d.add(nil, u.text, u.address)
		}
		site[u.number] = id
	}
}

// add makes a new site and indexes its text.
func (d *dwellings) add(p *place, t lines, a family.Address) int32 {
	id := int32(len(d.list))
	d.list = append(d.list, dwelling{place: p, text: t, address: a, building: -1})
	d.join = append(d.join, id)
	if p != nil {
		d.byUPRN[p.uprn] = id
	}
	if t.blank() {
		return id
	}
	k := t.key()
	if _, ok := d.exact[k]; !ok {
		d.exact[k] = id
	} else {
		d.also[k] = append(d.also[k], id)
	}
	if t.partial() {
		return id
	}
	b, s := k, k
	b.street, s.postcode = "", ""
	d.bucket[b] = append(d.bucket[b], id)
	d.street[s] = append(d.street[s], id)
	if t.unit != "" {
		f := lines{unit: t.unit, postcode: t.postcode}
		d.flats[f] = append(d.flats[f], id)
	}
	if t.name != "" {
		n := lines{unit: t.unit, postcode: t.postcode}
		d.names[n] = append(d.names[n], id)
	}
	d.postal[t.postcode]++
	return id
}

// known resolves an address by the gazetteer: by its UPRN where the text does
// not contradict it, else by its text.
func (d *dwellings) known(u use) (int32, bool) {
	if d.gaz == nil {
		return 0, false
	}
	t, byText := u.text, int32(-1)
	p := d.gaz.find(u.address.UPRN)
	if p != nil && (t.blank() || agree(t, p.text) && (t.unit == "" || p.text.unit != "")) {
		if !t.blank() && (!near(t.postcode, p.text.postcode) || t.name != "" && !alikeName(t.name, p.text.name)) {
			byText = d.locate(t) // the same number and street elsewhere, or another name there
		}
		if byText < 0 || byText == d.byUPRN[p.uprn] || !d.says(byText, t) {
			return d.byUPRN[p.uprn], true
		}
		return byText, true
	}
	if !t.blank() {
		if id := d.locate(t); id >= 0 {
			return id, true
		}
	}
	// Text that is nowhere, beside a UPRN of its own street or building, is
	// misspelt; beside one of another street it is its own.
	if p != nil && (agree(t, p.text) || t.postcode != "" && t.postcode == p.text.postcode && d.slip(t, p.text)) {
		return d.byUPRN[p.uprn], true
	}
	return 0, false
}

// says whether a site bears out every part of the text: it is no guess.
func (d *dwellings) says(id int32, t lines) bool {
	s := d.list[id].text
	return s.key() == t.key() && (t.name == "" || s.name == "" || alikeName(s.name, t.name)) &&
		(s.name != "" || d.list[id].place == nil || !d.list[id].place.isParent)
}

// slip says whether t may be p's text with its numbers miswritten. A flat of
// another number than p's is none, nor a flat where p has none.
func (d *dwellings) slip(t, p lines) bool {
	return alike(t.street, p.street) && (t.unit == p.unit || t.number == p.number || t.unit == "")
}

// agree says whether two texts may name one dwelling when a UPRN says they do.
func agree(a, b lines) bool {
	if a.number != "" && b.number != "" && a.number != b.number ||
		a.unit != "" && b.unit != "" && a.unit != b.unit {
		return false
	}
	return alike(a.street, b.street) || a.postcode != "" && a.postcode == b.postcode
}

// near says whether two postcodes may be one, miswritten; a blank one may be
// any.
func near(a, b string) bool { return a == "" || b == "" || within(a, b, 2) }

// locate finds the site of a text: as written; else of the same postcode and
// numbers with a street spelt alike; else of the building's name; else, where
// the postcode is missing or used by nobody else, the only site of the same
// street and numbers. It returns -1 where none or several fit.
func (d *dwellings) locate(t lines) int32 {
	k := t.key()
	if t.partial() {
		if id := d.locatePart(t); id >= 0 {
			return id
		}
	}
	if id, ok := d.exact[k]; ok {
		return d.named(id, k, t)
	}
	if t.partial() {
		return -1
	}
	b := k
	b.street = ""
	if id := d.only(d.bucket[b], t); id >= 0 {
		return id
	}
	if id := d.byName(t); id >= 0 {
		return id
	}
	if t.number == "" || d.postal[t.postcode] > 1 {
		return -1
	}
	k.postcode = ""
	found := int32(-1)
	for i, id := range d.street[k] {
		o := &d.list[id].text
		if i >= maxBucket || !within(o.postcode, t.postcode, 2) || t.name != "" && !alikeName(o.name, t.name) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = id
	}
	return found
}

// named chooses by the building's name among the sites of one key, of which id
// is the first: the one of a name alike, else the one without a name. A name
// that is a part of a block, or another building's flat, is none of them; nor
// is the number alone a named part.
func (d *dwellings) named(id int32, k, t lines) int32 {
	also := d.also[k]
	if t.name == "" {
		for i := -1; i < min(len(also), maxBucket); i++ {
			o := id
			if i >= 0 {
				o = also[i]
			}
			if !d.partOf(d.list[o].text) {
				return o
			}
		}
		return -1
	}
	plain := id
	for i := -1; i < min(len(also), maxBucket); i++ {
		o := id
		if i >= 0 {
			o = also[i]
		}
		if alikeName(d.list[o].text.name, t.name) {
			return o
		}
		if d.list[o].text.name == "" && d.list[plain].text.name != "" {
			plain = o
		}
	}
	if d.partOf(t) || t.unit != "" && d.otherBuilding(k, t.name) {
		return -1
	}
	return plain
}

// otherBuilding says whether the name is that of a building at the flat's
// number which is a site of its own beside the one of the number alone.
func (d *dwellings) otherBuilding(k lines, name string) bool {
	b := k.building()
	id, ok := d.exact[b]
	if !ok || len(d.also[b]) == 0 {
		return false
	}
	for _, o := range append(d.also[b][:min(len(d.also[b]), maxBucket):len(d.also[b])], id) {
		if alikeName(d.list[o].text.name, name) {
			return true
		}
	}
	return false
}

// byName finds the only named building of the text's postcode that is called
// as the text's name, or as its street where it has no number.
func (d *dwellings) byName(t lines) int32 {
	name := t.titled()
	found := int32(-1)
	ids := d.names[lines{unit: t.unit, postcode: t.postcode}]
	for _, id := range ids[:min(len(ids), maxBucket)] {
		s := d.list[id].text
		if !alikeName(s.name, name) || t.number != "" && t.number != s.number {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = id
	}
	return found
}

// locatePart finds the only site that a partial text can mean, of several the
// only one in its town; -1 where none or several are left.
func (d *dwellings) locatePart(t lines) int32 {
	k := t.key()
	ids := d.street[k]
	if t.postcode != "" {
		ids = d.flats[k]
	}
	if len(ids) == 1 {
		return ids[0]
	}
	same := func(id int32) bool { return t.town != "" && d.list[id].text.town == t.town }
	if t.name != "" {
		same = func(id int32) bool { return alikeName(d.list[id].text.name, t.name) }
	}
	found := int32(-1)
	for _, id := range ids[:min(len(ids), maxBucket)] {
		if !same(id) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = id
	}
	return found
}

// only returns the one site among ids whose street is like t's, or -1.
func (d *dwellings) only(ids []int32, t lines) int32 {
	found := int32(-1)
	for _, id := range ids[:min(len(ids), maxBucket)] {
		if !alike(d.list[id].text.street, t.street) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = id
	}
	return found
}

// reconcile lets UPRNs that the gazetteer does not know speak: a UPRN belongs
// to the site that most of its rows name; a row without text goes there, and
// another spelling that does not contradict it is the same site. A row whose
// text contradicts stays where its text says.
func (d *dwellings) reconcile(rest []*use, site []int32) {
	type vote struct {
		uprn string
		site int32
		rows int
	}
	tally := map[vote]int{}
	for _, u := range rest {
		if id := site[u.number]; id >= 0 && u.address.UPRN != "" {
			tally[vote{uprn: u.address.UPRN, site: id}] += u.rows
		}
	}
	votes := make([]vote, 0, len(tally))
	for v, n := range tally {
		v.rows = n
		votes = append(votes, v)
	}
	slices.SortFunc(votes, func(a, b vote) int {
		return cmp.Or(strings.Compare(a.uprn, b.uprn), cmp.Compare(b.rows, a.rows), cmp.Compare(a.site, b.site))
	})
	for i, v := range votes {
		if i == 0 || votes[i-1].uprn != v.uprn {
			if _, ok := d.byUPRN[v.uprn]; !ok {
				d.byUPRN[v.uprn] = v.site
			}
			continue
		}
		if owner := d.byUPRN[v.uprn]; agree(d.list[v.site].text, d.list[owner].text) &&
			near(d.list[v.site].text.postcode, d.list[owner].text.postcode) {
			d.union(owner, v.site)
		}
	}
	for _, u := range rest {
		if !u.text.blank() || u.address.UPRN == "" {
			continue
		}
		id, ok := d.byUPRN[u.address.UPRN]
		if !ok {
			id = d.add(nil, u.text, u.address)
			d.byUPRN[u.address.UPRN] = id
		}
		site[u.number] = id
	}
}

// union makes b a spelling of a. A site that says more (a flat) is kept.
func (d *dwellings) union(a, b int32) {
	a, b = d.root(a), d.root(b)
	if a == b || d.list[a].text.unit != d.list[b].text.unit {
		return
	}
	d.join[b] = a
}

func (d *dwellings) root(i int32) int32 {
	for d.join[i] != i {
		d.join[i] = d.join[d.join[i]]
		i = d.join[i]
	}
	return i
}

// buildings marks the sites that stand for a whole building of flats, and
// classes every site.
func (d *dwellings) buildings() {
	whole, named := d.wholes()
	flats := make([]int32, len(d.list)) // by building
	for i := range d.list {
		w := &d.list[i]
		w.order = w.address.UPRN + "|" + w.text.postcode + "|" + w.text.street + "|" + w.text.number + "|" + w.text.unit
		if w.text.blank() {
			continue
		}
		if b := wholeOf(w.text, whole, named); b >= 0 && b != int32(i) {
			w.building = b
			flats[b] += int32(b2i(w.text.unit != ""))
		}
		if w.place != nil {
			w.kind = classKind(w.place.class)
			if parent, ok := d.byUPRN[w.place.parent]; ok && parent != int32(i) {
				w.building = parent
			}
		}
	}
	for i := range d.list {
		w := &d.list[i]
		if w.text.unit == "" && !w.text.blank() && w.kind != communal &&
			(flats[i] > 1 || flats[i] == 1 && w.place == nil || w.place != nil && w.place.isParent || w.place == nil && w.text.name != "" && d.inBlock(w.text)) {
			w.vague = true
		}
		if w.place == nil && w.building >= 0 && w.text.unit != "" && w.kind == ordinary {
			w.kind = d.list[w.building].kind // a room that only its text names
		}
	}
	for i := range d.list {
		if d.list[i].text.partial() && d.list[i].place == nil {
			d.list[i].vague = true
		} else if d.list[i].vague && d.list[i].kind == ordinary {
			d.list[i].kind = shared
		}
	}
}

// wholes finds the sites without a flat: by number and street, those without a
// name first, and the named ones with their name.
func (d *dwellings) wholes() (whole, named map[lines]int32) {
	whole, named = map[lines]int32{}, map[lines]int32{}
	for i := range d.list {
		t := d.list[i].text
		if t.unit != "" || t.blank() {
			continue
		}
		k := t.key()
		if o, ok := whole[k]; !d.partOf(t) && (!ok || d.list[o].text.name != "" && t.name == "") {
			whole[k] = int32(i)
		}
		if t.name != "" {
			k.name = t.name
			if _, ok := named[k]; !ok {
				named[k] = int32(i)
			}
		}
	}
	return whole, named
}

// wholeOf returns the site of the building that t is in, -1 without one: for a
// named building that has a site of its own, that; for such a building itself,
// the one of the number alone.
func wholeOf(t lines, whole, named map[lines]int32) int32 {
	b := t.building()
	if t.unit != "" && t.name != "" {
		b.name = t.name
		if id, ok := named[b]; ok {
			return id
		}
		b.name = ""
	}
	if t.unit == "" && t.name == "" {
		return -1
	}
	if id, ok := whole[b]; ok {
		return id
	}
	return -1
}

// means says whether the vague dwelling a can be b, of which more is said: a
// flat of the building or a named part of it, or a place that the partial text
// fits.
func (d *dwellings) means(a, b int32) bool {
	if a == b || !d.list[a].vague || d.list[b].vague {
		return false
	}
	x, y := &d.list[a], &d.list[b]
	return y.building == a || x.text.partial() && x.text.fits(y.text) ||
		x.place == nil && x.building >= 0 && x.text.name != "" && x.building == y.building && y.text.unit != ""
}

// classKind reads a gazetteer classification: RI is an institution, so are
// prisons (CC03), hospitals (CM03) and what is military (M); RH is a house in
// multiple occupation, CH lodgings; other commercial classes, garages (RG) and
// car parks (RC) are no homes.
func classKind(class string) kind {
	for _, prefix := range [...]struct {
		class string
		kind  kind
	}{
		{"RI", communal}, {"CC03", communal}, {"CM03", communal}, {"M", communal},
		{"RH", shared}, {"CH", shared}, {"C", nowhere}, {"RG", nowhere}, {"RC", nowhere},
	} {
		if strings.HasPrefix(class, prefix.class) {
			return prefix.kind
		}
	}
	return ordinary
}

// of returns the dwelling of an address, -1 where it names none.
func (d *dwellings) of(a family.Address) int32 {
	if id, ok := d.at[a]; ok {
		return d.join[id]
	}
	return -1
}

// look resolves an address that had no part in making the dwellings, such as
// where an event happened; it never makes a new one.
func (d *dwellings) look(a family.Address) int32 {
	if id, ok := d.at[a]; ok {
		return d.join[id]
	}
	u := use{address: a, text: parseAddress(a)}
	if id, ok := d.known(u); ok {
		return d.join[id]
	}
	if !u.text.blank() {
		if id := d.locate(u.text); id >= 0 {
			return d.join[id]
		}
	}
	if id, ok := d.byUPRN[a.UPRN]; ok && a.UPRN != "" && (u.text.blank() || agree(u.text, d.list[id].text)) {
		return d.join[id]
	}
	return -1
}

func compareAddress(a, b family.Address) int {
	return cmp.Or(strings.Compare(a.Postcode, b.Postcode), strings.Compare(a.Line1, b.Line1),
		strings.Compare(a.Line2, b.Line2), strings.Compare(a.Town, b.Town), strings.Compare(a.UPRN, b.UPRN))
}
