package household

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/fold"
)

// unit is the people of one household at as-at.
type unit struct {
	dwelling int32
	people   []int32 // sorted
}

// minFirm is what other feeds than the police must say of a person before the
// person counts as living somewhere without being tied to anybody there.
const minFirm = 0.2

// group parts the residents of one dwelling into households.
type group struct {
	f        *former
	dwelling int32
	kind     kind
	people   []int32
	index    map[int32]int
	join     []int
}

// partition makes the units: dwelling by dwelling, those who belong together.
func (f *former) partition() {
	var residents []int32
	for i := range f.people {
		if f.main[i] >= 0 {
			residents = append(residents, int32(i))
		}
	}
	slices.SortFunc(residents, func(a, b int32) int {
		return cmp.Or(cmp.Compare(f.dwellingOf(a), f.dwellingOf(b)), cmp.Compare(a, b))
	})
	var homes [][]int32
	for lo := 0; lo < len(residents); {
		hi := lo
		for hi < len(residents) && f.dwellingOf(residents[hi]) == f.dwellingOf(residents[lo]) {
			hi++
		}
		homes = append(homes, residents[lo:hi])
		lo = hi
	}
	parts := make([][]unit, len(homes))
	f.parallel(len(homes), func(i int) { parts[i] = f.divide(f.dwellingOf(homes[i][0]), homes[i]) })
	f.units = slices.Concat(parts...)
	f.unitOf = make([]int32, len(f.people))
	for i := range f.unitOf {
		f.unitOf[i] = -1
	}
	for i, u := range f.units {
		for _, p := range u.people {
			f.unitOf[p] = int32(i)
		}
	}
}

// divide parts the residents of dwelling d into units.
func (f *former) divide(d int32, people []int32) (out []unit) {
	g := &group{f: f, dwelling: d, kind: f.where.list[d].kind, people: people,
		index: make(map[int32]int, len(people)), join: make([]int, len(people))}
	for i, p := range people {
		g.index[p], g.join[i] = i, i
	}
	g.byBonds()
	if g.kind != communal {
		g.byContacts()
		g.bySiblings()
	}
	if g.kind == ordinary {
		g.bySurname()
		g.children()
		g.single()
	}
	g.byRuling()
	for _, u := range g.units() {
		if g.keep(u) {
			out = append(out, unit{dwelling: d, people: u})
		}
	}
	return out
}

func (g *group) root(i int) int {
	for g.join[i] != i {
		g.join[i] = g.join[g.join[i]]
		i = g.join[i]
	}
	return i
}

func (g *group) union(a, b int) {
	a, b = g.root(a), g.root(b)
	if a != b {
		g.join[max(a, b)] = min(a, b)
	}
}

// units returns the parts, each sorted, in the order of their first person.
func (g *group) units() [][]int32 {
	at := make([]int, len(g.people))
	var out [][]int32
	for i, p := range g.people {
		if r := g.root(i); r == i {
			at[i] = len(out)
			out = append(out, []int32{p})
		} else {
			out[at[r]] = append(out[at[r]], p)
		}
	}
	return out
}

// byBonds joins those whom a claim or tenancy lists together. One that has
// ended still joins a carer and its child.
func (g *group) byBonds() {
	for i, p := range g.people {
		for _, n := range g.f.bondsOf[p] {
			b := g.f.bondList[n]
			if j, ok := g.index[b.b]; ok && b.a == p && (b.current || b.parent || g.kind == ordinary) {
				g.union(i, j)
			}
		}
	}
}

// byContacts joins pupils with the contacts who live with them.
func (g *group) byContacts() {
	for i, p := range g.people {
		for _, n := range g.f.kinOf[p] {
			r := g.f.relationList[n]
			if j, ok := g.index[r.adult]; ok && r.child == p && g.livesWith(r) {
				g.union(i, j)
			}
		}
	}
}

// livesWith says whether a contact whose main home is the pupil's belongs to
// the pupil's household.
func (g *group) livesWith(r relation) bool {
	own := g.f.mainOf(r.adult)
	switch {
	case !r.kin:
		return false
	case r.lives == livesHere:
		return true
	case r.lives == livesApart:
		return own.firm >= 0.5 && g.kind == ordinary
	case own.own > 0:
		return true
	}
	return r.carer && (r.first || g.f.shareSurname(r.adult, r.child))
}

// bySiblings joins children of one parent, wherever the parent lives.
func (g *group) bySiblings() {
	first := map[int32]int{}
	for i, p := range g.people {
		for _, n := range g.f.kinOf[p] {
			r := g.f.relationList[n]
			if r.child != p || !r.parent {
				continue
			}
			if j, ok := first[r.adult]; ok {
				g.union(i, j)
			} else {
				first[r.adult] = i
			}
		}
	}
}

// bySurname joins those of one surname: in an ordinary dwelling they are
// relatives.
func (g *group) bySurname() {
	if len(g.people) < 2 {
		return
	}
	first := map[string]int{}
	for i, p := range g.people {
		if !g.f.mainOf(p).said() {
			continue // only others' rows put the person here
		}
		for _, s := range g.f.names[p] {
			if j, ok := first[s]; ok {
				g.union(i, j)
			} else {
				first[s] = i
			}
		}
	}
	g.bySpelling(first)
}

// maxSpellings bounds how many surnames of one dwelling are compared.
const maxSpellings = 16

// bySpelling joins those whose surnames differ by one slip.
func (g *group) bySpelling(first map[string]int) {
	names := slices.Sorted(maps.Keys(first))
	if len(names) > maxSpellings {
		return
	}
	for i, a := range names {
		for _, b := range names[i+1:] {
			if len(a) >= 5 && len(b) >= 5 && within(a, b, 1) {
				g.union(first[a], first[b])
			}
		}
	}
}

// surnames returns every surname of a person's records, folded, the parts of
// double ones too.
func surnames(p *family.Person) (out []string) {
	var written []string
	add := func(s string) {
		if s == "" || slices.Contains(written, s) {
			return
		}
		written = append(written, s)
		s = foldName(s)
		for part := range strings.FieldsSeq(s) {
			if len(part) > 2 && !slices.Contains(out, part) {
				out = append(out, part)
			}
		}
		if len(s) > 2 && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, rec := range p.Records {
		add(rec.Surname)
		for _, s := range rec.FormerSurname {
			add(s)
		}
	}
	return out
}

func (f *former) shareSurname(a, b int32) bool {
	return slices.ContainsFunc(f.names[a], func(s string) bool { return slices.Contains(f.names[b], s) })
}

func foldName(s string) string { return fold.ASCII(s) }

// tally is what a part of a dwelling holds.
type tally struct {
	first            int // index of its first person
	adults, children int
	firm             bool // somebody is there on more than the police's word
	said             bool // somebody's own rows put them there
	lodger           bool
}

func (g *group) tallies() []tally {
	at := map[int]int{}
	var out []tally
	for i, p := range g.people {
		r := g.root(i)
		if _, ok := at[r]; !ok {
			at[r] = len(out)
			out = append(out, tally{first: r})
		}
		t := &out[at[r]]
		if g.f.isChild(p) {
			t.children++
		} else {
			t.adults++
		}
		h := g.f.mainOf(p)
		t.firm = t.firm || h.firm >= minFirm || h.score-h.own >= minFirm
		t.said = t.said || h.said()
		t.lodger = t.lodger || h.lodger
	}
	for i := range out {
		out[i].firm = out[i].firm && out[i].said
	}
	return out
}

// children gives children without an adult to the only adults there are: a
// child does not keep house alone.
func (g *group) children() {
	parts := g.tallies()
	adults := -1
	for i, t := range parts {
		if t.adults == 0 || t.lodger || !t.firm {
			continue
		}
		if adults >= 0 {
			return
		}
		adults = i
	}
	for i, t := range parts {
		if adults >= 0 && i != adults && t.adults == 0 && t.firm && g.contemporary(parts[adults].first, t.first) {
			g.union(parts[adults].first, t.first)
		}
	}
}

// single joins a lone adult, there on firm evidence, to the one family of the
// house, and two lone adults to a couple. More are strangers who share.
func (g *group) single() {
	var lone, families []tally
	for _, t := range g.tallies() {
		switch {
		case !t.firm || t.lodger:
		case t.adults == 1 && t.children == 0:
			lone = append(lone, t)
		default:
			families = append(families, t)
		}
	}
	switch {
	case len(families) == 1 && len(lone) == 1:
		if g.contemporary(families[0].first, lone[0].first) {
			g.union(families[0].first, lone[0].first)
		}
	case len(families) == 0 && len(lone) == 2:
		if g.contemporary(lone[0].first, lone[1].first) {
			g.union(lone[0].first, lone[1].first)
		}
	}
}

// contemporary says whether two parts of a dwelling may be one household in
// time: no two tenancies of their own, and neither was last heard of before
// the other began.
func (g *group) contemporary(a, b int) bool {
	x, y := g.span(a), g.span(b)
	if x.tenancy != "" && y.tenancy != "" && x.tenancy != y.tenancy {
		return false
	}
	return x.last >= y.start && y.last >= x.start && !x.before(y) && !y.before(x)
}

// before says whether x is what an earlier occupant left behind: all that
// speaks for it is one source that began before o's tenancy.
func (x stay) before(o stay) bool {
	return o.tenancy != "" && x.tenancy == "" && x.sources < 2 && x.first != 0 && x.first < o.start
}

// stay is when a part of a dwelling lived there, and on which tenancy.
type stay struct {
	start, last family.Date
	first       family.Date // the earliest day that its rows speak of
	sources     int         // how many kinds of row, at most for one person
	tenancy     string
}

func (g *group) span(root int) (out stay) {
	for i, p := range g.people {
		if g.root(i) != g.root(root) {
			continue
		}
		h := g.f.mainOf(p)
		out.start, out.last = max(out.start, h.start), max(out.last, h.last)
		var kinds [len(sources)]bool
		n := 0
		for _, fa := range g.f.facts[p][h.facts[0]:h.facts[1]] {
			out.first = earliest(out.first, fa.first)
			if !kinds[fa.source] && fa.source != fromPolice {
				kinds[fa.source] = true
				n++
			}
			out.sources = max(out.sources, n)
			if fa.party && fa.to == 0 {
				out.tenancy = max(out.tenancy, fa.rec.Row.Text(family.ColTenancyRef))
			}
		}
	}
	return out
}

// byRuling joins those whom a reviewer decided to live together.
func (g *group) byRuling() {
	for _, r := range g.f.ruled.list {
		i, ok := g.index[r.a]
		j, ok2 := g.index[r.b]
		if ok && ok2 && r.Kind == family.LivesWith {
			g.union(i, j)
		}
	}
}

// keep says whether a part is a household: somebody's own rows put them there;
// in an institution only those are of whom a reviewer decided so, and beside
// others nobody is who is there on the police's word alone.
func (g *group) keep(people []int32) bool {
	if g.kind == communal {
		return slices.ContainsFunc(people, g.f.ruledIn)
	}
	said := slices.ContainsFunc(people, func(p int32) bool { return g.f.mainOf(p).said() || g.f.ruledIn(p) })
	if !said {
		return false
	}
	for _, p := range people {
		h := g.f.mainOf(p)
		if h.firm > 0 || h.score > h.own || len(people) == len(g.people) || g.f.ruledIn(p) {
			return true
		}
	}
	return g.kind == shared
}

func (f *former) ruledIn(p int32) bool {
	return slices.ContainsFunc(f.ruled.list, func(r ruling) bool {
		return r.Kind == family.LivesWith && (r.a == p || r.b == p)
	})
}
