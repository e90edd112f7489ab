package household

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/hearthmatch/hearth/family"
)

// Input is all that households are formed from.
type Input struct {
	// Persons are everybody known; their order does not matter. They are not
	// changed.
	Persons []family.Person
	// AsAt is the day for which households are wanted; evidence of later days
	// is left aside.
	AsAt family.Date
	// Gazetteer is the council's address file; nil without one.
	Gazetteer *Gazetteer
	// Offices are addresses that are nobody's home: schools', agencies'. One of
	// which only the name is known has it in Line1.
	Offices []family.Address
	// Decisions are the reviewers', oldest first, undone ones too.
	Decisions []family.Decision
	// Practice is that of the whole council where Persons are a few of its people;
	// nil otherwise.
	Practice *Practice
	// Workers is how many goroutines may run; 0 or less means one. It never
	// changes the result.
	Workers int
}

// Form returns the households at in.AsAt, sorted by id. Everybody is a current
// resident (adult or child) of at most one of them.
//
// A household's id is made from the person id of its eldest child, grown or not,
// even of one who has left or died while nobody has a better claim; without
// children from that of its oldest adult. So it stays whichever adult comes or
// goes and whichever dwelling they move to together, and no two share one.
func Form(in Input) []family.Household { return formed(in).households() }

// formed takes every step up to who belongs together.
func formed(in Input) *former {
	f := newFormer(in)
	f.gather()
	f.settleKinds()
	f.denials()
	f.parallel(len(f.people), func(i int) { f.homes[i] = f.weigh(int32(i)) })
	f.lean()
	f.judge()
	f.choose()
	f.partition()
	f.part()
	f.ids = f.nameUnits()
	return f
}

// former is the state of one run. Everything is indexed by person (f.people)
// or by dwelling (f.where.list).
type former struct {
	in     Input
	asAt   family.Date
	people []*family.Person // sorted by id
	died   []family.Date    // 0 for the living at as-at
	minor  []bool           // under 18 at as-at
	names  [][]string       // every surname, folded
	where  *dwellings
	facts  [][]fact // by person, sorted by sortFacts
	homes  [][]home // by person, sorted by dwelling

	relationList  []relation
	bondList      []bond
	newestContact []family.Date // by person: the pupil's newest row with contacts
	deniedAt      [][]int32     // by person: where pupils' rows say that they do not live

	main    []int32 // by person: index of the main home among homes, -1 none
	ruled   rulings
	units   []unit
	unitOf  []int32 // by person, -1 outside
	kinOf   [][]int32
	bondsOf [][]int32

	// relation.go, bond.go, kinship.go, contradiction.go
	pupils  map[*family.Row]pupil
	words   []word // by child, contact, the latest first
	tieList []tie
	tiesOf  [][]int32     // by person
	born    []family.Date // by person: 0 where not known or not believed
	// contradiction.go
	oddAge           []bool            // by person: something contradicts the date of birth
	bothParents      []bool            // by person: named as mother and as father
	ownWords         [][]family.RowRef // by person: rows that name the pupil as the pupil's parent
	contradictions   []contradiction
	contradictionsOf map[int32][]int32
	unheard          map[*family.Record]bool // contacts who cannot be what rows say
	residentsAt      []int32                 // by dwelling

	// chance.go, ties.go, silence.go
	judged      [][]home // by person: homes as weighed, before anybody is settled elsewhere
	ties        [][]tied
	listings    [][]listed // by person: places on claims and tenancies
	registers   []register
	registersOf [][]int32
	series      []series
	registersAt [][]int32          // by dwelling
	limits      map[agency]float64 // the most that a word of a stale agency weighs
	beyond      []bool             // by dwelling: in no district of the gazetteer

	// use.go, refuge.go
	sheltered []bool // by person: a refuge has them
	havened   []bool // by person: some row of theirs could lead to a refuge

	// certain.go, roles.go
	belonging []float64 // by person of a unit: the probability of belonging to it
	possible  [][]int32 // by unit: adults who may belong to it, and are not counted
	ids       []string  // by unit
}

func newFormer(in Input) *former {
	f := &former{in: in, asAt: in.AsAt, people: make([]*family.Person, len(in.Persons))}
	for i := range in.Persons {
		f.people[i] = &in.Persons[i]
	}
	slices.SortFunc(f.people, func(a, b *family.Person) int { return strings.Compare(a.ID, b.ID) })
	n := len(f.people)
	f.died = make([]family.Date, n)
	f.facts, f.homes = make([][]fact, n), make([][]home, n)
	for i, p := range f.people {
		f.died[i] = death(p, f.asAt)
	}
	return f
}

// death returns the day on which the person died, 0 for the living at as-at.
func death(p *family.Person, asAt family.Date) family.Date {
	died := p.Profile.Died
	for _, rec := range p.Records {
		if p.Profile.Died == 0 {
			died = earliest(died, rec.Died)
		}
	}
	if died > asAt {
		return 0
	}
	return died
}

// gatherKin resolves the addresses and reads relations. It returns where a record
// of a person's is, -1 for nowhere.
func (f *former) gatherKin() (place func(person, record int32) int32) {
	uses, given := f.uses()
	var site []int32
	f.where, site = newDwellings(f.in.Gazetteer, uses, f.parallel)
	place = func(person, record int32) int32 {
		if n := given[person][record]; n >= 0 {
			return site[n]
		}
		return -1
	}
	f.findPupils(place)
	f.relate(place)
	return place
}

// gather resolves the addresses and reads evidence, relations and decisions.
func (f *former) gather() {
	place := f.gatherKin()
	f.names = make([][]string, len(f.people))
	f.parallel(len(f.people), func(i int) {
		f.names[i] = surnames(f.people[i])
		for j, rec := range f.people[i].Records {
			if f.unheard[rec] {
				continue
			}
			if fa, ok := f.factOf(rec, place(int32(i), int32(j))); ok {
				f.facts[i] = append(f.facts[i], fa)
			}
		}
		sortFacts(f.facts[i])
		f.refine(f.facts[i])
		sortFacts(f.facts[i])
	})
	f.list(f.scattered())
	f.ruled = f.rulings()
}

// refine moves a person's facts of a dwelling said in part to the one said in
// full that another of the person's facts names: of several, the latest.
func (f *former) refine(facts []fact) {
	for i := range facts {
		if !f.where.list[facts[i].dwelling].vague {
			continue
		}
		full := int32(-1)
		var seen family.Date
		for _, o := range facts[:min(len(facts), maxRefine)] {
			if f.where.means(facts[i].dwelling, o.dwelling) && (o.seen > seen || o.seen == seen && o.dwelling > full) {
				full, seen = o.dwelling, o.seen
			}
		}
		if full >= 0 {
			facts[i].dwelling = full
		}
	}
}

// maxRefine bounds how many of a person's rows are asked what a partial
// address means.
const maxRefine = 64

// parallel calls do(0) … do(n-1), each once, in no order; each call may write
// only what belongs to its own number.
func (f *former) parallel(n int, do func(i int)) {
	workers := max(1, min(f.in.Workers, n/256+1))
	if workers == 1 {
		for i := range n {
			do(i)
		}
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := n * w / workers; i < n*(w+1)/workers; i++ {
				do(i)
			}
		})
	}
	wg.Wait()
}

// choose settles each living person's main home.
func (f *former) choose() {
	f.main = make([]int32, len(f.people))
	for i := range f.people {
		f.main[i] = -1
		if f.died[i] == 0 {
			f.main[i] = int32(f.mainHome(f.homes[i]))
		}
	}
	f.rejoin()
	f.followCarers()
	f.place()
	f.obey()
}

// dwellingOf returns the person's main dwelling, -1 without one.
func (f *former) dwellingOf(p int32) int32 {
	if f.main[p] < 0 {
		return -1
	}
	return f.homes[p][f.main[p]].dwelling
}

// mainOf returns the person's main home; the person must have one.
func (f *former) mainOf(p int32) *home { return &f.homes[p][f.main[p]] }

// settle makes dwelling the person's main home.
func (f *former) settle(p, dwelling int32) {
	i, ok := slices.BinarySearchFunc(f.homes[p], dwelling, func(h home, d int32) int { return cmp.Compare(h.dwelling, d) })
	if !ok {
		f.homes[p] = slices.Insert(slices.Clone(f.homes[p]), i, home{dwelling: dwelling})
	}
	f.main[p] = int32(i)
}

// followCarers moves a child to the carer that it is said to live with, where
// no such carer is at the child's own dwelling: that they live together outlasts
// an address. A child of whom no carer is said stays, unless no adult does.
func (f *former) followCarers() {
	adults := map[int32]bool{}
	for i := range f.people {
		if d := f.dwellingOf(int32(i)); d >= 0 && !f.isChild(int32(i)) {
			adults[d] = true
		}
	}
	to := make([]int32, len(f.people))
	f.parallel(len(f.people), func(i int) {
		to[i] = -1
		if p := int32(i); f.isChild(p) && f.died[i] == 0 {
			to[i] = f.carerHome(p, f.main[p] < 0 || !adults[f.dwellingOf(p)])
		}
	})
	for i, d := range to {
		if d >= 0 {
			f.settle(int32(i), d)
		}
	}
}

// carerHome returns where the carer lives whom the child's rows say it lives
// with, of several the latest said; -1 without one, or where one lives with
// the child already. Alone, the child goes to a carer less surely said, too.
func (f *former) carerHome(child int32, alone bool) int32 {
	best, seen := int32(-1), family.Date(0)
	here := false
	try := func(adult int32, at family.Date) {
		d := f.dwellingOf(adult)
		if d < 0 || f.isChild(adult) {
			return
		}
		here = here || d == f.dwellingOf(child)
		if at > seen || at == seen && f.where.list[d].order < f.where.list[best].order {
			best, seen = d, at
		}
	}
	for _, i := range f.bondsOf[child] {
		if b := f.bondList[i]; b.b == child && b.parent && (b.current || alone) {
			try(b.a, b.seen)
		}
	}
	for _, i := range f.kinOf[child] {
		r := f.relationList[i]
		if r.child == child && r.carer && !f.stale(r) && (r.lives == livesHere || alone && r.lives == livesUnsaid) {
			try(r.adult, r.seen)
		}
	}
	if here {
		return -1
	}
	return best
}

// isChild says whether the person is under 18 at as-at.
func (f *former) isChild(p int32) bool { return f.minor[p] }
