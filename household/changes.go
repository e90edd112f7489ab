package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

const (
	// maxChanges bounds the changes listed for one household, the latest first.
	maxChanges = 12
	// changeYears is how far back changes are listed.
	changeYears = 5
	// oneMove is how many days apart people of one move may be said to have
	// moved: a landlord and a school hear of it at different times.
	oneMove = 62
)

// changes lists what has happened to the household in the last years, the
// latest first. Its members are known already.
func (b *builder) changes() []family.Change {
	c := &changer{builder: b, since: b.f.asAt.AddYears(-changeYears)}
	c.arrivals()
	c.ages()
	c.departures()
	c.placements()
	slices.SortStableFunc(c.out, func(x, y family.Change) int {
		return cmp.Or(cmp.Compare(y.Day, x.Day), cmp.Compare(x.Kind, y.Kind), slices.Compare(x.Persons, y.Persons))
	})
	return c.out[:min(len(c.out), maxChanges):min(len(c.out), maxChanges)]
}

type changer struct {
	*builder
	since family.Date
	out   []family.Change
}

// add lists a change of people on a day, if it is lately and rows say it.
func (c *changer) add(day family.Date, kind family.ChangeKind, reason string, rows []family.RowRef, people ...int32) {
	if !c.lately(day) || len(people) == 0 || len(rows) == 0 {
		return
	}
	ch := family.Change{Day: day, Kind: kind, Evidence: rowsOf(rows), Reason: reason}
	for _, p := range people {
		ch.Persons = append(ch.Persons, c.f.people[p].ID)
	}
	slices.Sort(ch.Persons)
	c.out = append(c.out, ch)
}

func (c *changer) lately(day family.Date) bool { return day > c.since && day <= c.f.asAt }

// arrivals finds who came when: the first to come moved, if they lived
// elsewhere before; who came later joined them.
func (c *changer) arrivals() {
	start := func(p int32) family.Date { return c.f.mainOf(p).start }
	if !slices.ContainsFunc(c.u.people, func(p int32) bool { return c.lately(start(p)) }) {
		return
	}
	dated := slices.DeleteFunc(slices.Clone(c.u.people), func(p int32) bool { return start(p) == 0 })
	slices.SortStableFunc(dated, func(p, q int32) int { return cmp.Compare(start(p), start(q)) })
	for lo := 0; lo < len(dated); {
		hi := lo + 1
		for hi < len(dated) && start(dated[hi]) <= start(dated[hi-1])+oneMove {
			hi++
		}
		if c.lately(start(dated[hi-1])) {
			c.arrived(start(dated[lo]), dated[lo:hi])
		}
		lo = hi
	}
}

// arrived says of people who came about one day whether they moved or joined
// others.
func (c *changer) arrived(day family.Date, people []int32) {
	var before, with []int32
	for _, q := range c.u.people {
		switch {
		case slices.Contains(people, q):
		case c.wasHere(q, day):
			before = append(before, q)
		case c.f.mainOf(q).start == 0 && c.f.people[q].Profile.DOB <= day:
			with = append(with, q)
		}
	}
	if len(before) == 0 {
		if slices.ContainsFunc(people, func(p int32) bool { return c.cameFrom(p, day) }) {
			rows := c.rowsFrom(people)
			c.add(day, family.Moved, "moved here"+c.source(people), rows, append(slices.Clone(people), with...)...)
		}
		return
	}
	for _, p := range people {
		if dob := c.f.people[p].Profile.DOB; dob != 0 && day <= dob+oneMove {
			continue // born here
		}
		kind, reason := family.Joined, "came to live here"
		if !c.f.isChild(p) && slices.ContainsFunc(before, func(q int32) bool { return c.partners(p, q) }) {
			kind, reason = family.NewPartner, "came to live here, a partner by a claim, a tenancy or a child's school"
		}
		c.add(c.f.mainOf(p).start, kind, reason+c.source([]int32{p}), c.rowsFrom([]int32{p}), p)
	}
}

// wasHere says whether the person lived here well before the day.
func (c *changer) wasHere(p int32, day family.Date) bool {
	h := c.f.mainOf(p)
	if h.start != 0 {
		return h.start+oneMove < day
	}
	return slices.ContainsFunc(c.f.facts[p][h.facts[0]:h.facts[1]], func(fa fact) bool { return fa.first != 0 && fa.first+oneMove < day })
}

// cameFrom says whether the person's rows name another dwelling before the day.
func (c *changer) cameFrom(p int32, day family.Date) bool {
	return slices.ContainsFunc(c.f.facts[p], func(fa fact) bool {
		return fa.dwelling != c.u.dwelling && fa.first != 0 && fa.first < day && fa.source != fromPolice
	})
}

// rowsFrom lists the rows that date people's coming here.
func (c *changer) rowsFrom(people []int32) (out []family.RowRef) {
	for _, p := range people {
		h := c.f.mainOf(p)
		for _, fa := range c.f.facts[p][h.facts[0]:h.facts[1]] {
			if fa.from == h.start || fa.first == h.start {
				out = append(out, fa.rec.Row.Ref())
			}
		}
	}
	return out
}

// source says how the day is known.
func (c *changer) source(people []int32) string {
	if slices.ContainsFunc(people, func(p int32) bool { return c.f.mainOf(p).stated }) {
		return ", by a stated start (housing)"
	}
	return ", by when rows began to name this address"
}

// partners says whether two adults are a couple by what lists them.
func (c *changer) partners(p, q int32) bool {
	return !c.f.isChild(p) && !c.f.isChild(q) && c.f.couple(p, q) >= listedTogether
}

// ages finds births, and who came of age with the family.
func (c *changer) ages() {
	for _, p := range c.u.people {
		dob := c.f.people[p].Profile.DOB
		if dob == 0 || !c.lately(dob) && !c.lately(dob.AddYears(18)) || c.f.claimOn(p) != (named{c.n, claimOfBoth}) {
			continue
		}
		rows := dobRows(c.f.people[p])
		c.add(dob, family.Born, "born to the family, by the date of birth", rows, p)
		c.add(dob.AddYears(18), family.CameOfAge, "turned 18, by the date of birth", rows, p)
	}
}

// departures finds who left and who died.
func (c *changer) departures() {
	f := c.f
	for i, m := range c.members {
		p := c.who[i]
		switch {
		case m.Deceased != 0:
			c.add(m.Deceased, family.Died, "died", m.Evidence, p)
		case m.Role == family.NonResidentParent:
			if h := f.homeAt(p, c.u.dwelling); h != nil && h.ended != 0 {
				c.leave(p, h.ended, "by a stated end", m.Evidence)
			} else if day, rows := c.lastTogether(p); day != 0 {
				c.leave(p, day, "by the last that schools say of one address", rows)
			}
		case f.isChild(p) && f.awayWith(p, c.n) != nil:
			// looked after: see placements
		case m.Role.Resident() && m.To != 0:
			how := "by what rows last say of living here"
			if h := f.homeAt(p, c.u.dwelling); h != nil && h.ended != 0 {
				how = "by a stated end"
			}
			c.leave(p, m.To, how, m.Evidence)
		}
	}
}

// leave says of somebody who left whether a couple parted.
func (c *changer) leave(p int32, day family.Date, how string, rows []family.RowRef) {
	if !c.lately(day) {
		return
	}
	kind, reason := family.Left, "no longer lives here, "
	if slices.ContainsFunc(c.u.people, func(q int32) bool { return c.partners(p, q) }) {
		kind, reason = family.Separated, "no longer lives here, the partner or other parent of a member, "
	}
	c.add(day, kind, reason+how, rows, p)
}

// lastTogether returns the last day for which schools said that a parent lived
// with a child of the household.
func (c *changer) lastTogether(parent int32) (day family.Date, rows []family.RowRef) {
	for _, i := range c.f.kinOf[parent] {
		r := &c.f.relationList[i]
		if r.adult == parent && c.f.unitOf[r.child] == c.n && r.together > day {
			day, rows = r.together, []family.RowRef{r.rec.Row.Ref()}
		}
	}
	return day, rows
}

// placements finds children of members who are looked after elsewhere.
func (c *changer) placements() {
	f := c.f
	var seen []int32
	look := func(child int32) {
		if f.unitOf[child] == c.n || !f.isChild(child) || f.died[child] != 0 || slices.Contains(seen, child) {
			return
		}
		seen = append(seen, child)
		if r := f.awayWith(child, c.n); r != nil {
			first := &f.words[r.words[1]-1]
			c.add(first.from, family.LookedAfter, "a child of a member lives with carers, by the school's contacts", f.rowsOfWords(r), child)
		}
	}
	for _, p := range c.u.people {
		if f.isChild(p) {
			continue
		}
		for _, i := range f.kinOf[p] {
			if r := &f.relationList[i]; r.adult == p && r.parent && !r.voided {
				look(r.child)
			}
		}
		for _, i := range f.bondsOf[p] {
			if o := &f.bondList[i]; o.a == p && o.parent {
				look(o.b)
			}
		}
	}
}
