package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// relatives adds those whom relations tie to the household's people and who
// do not live there: the dead, parents elsewhere, former residents, and other
// contacts as associates.
func (b *builder) relatives() {
	f := b.f
	for _, p := range b.u.people {
		for _, i := range f.kinOf[p] {
			if r := f.relationList[i]; r.child == p && f.unitOf[r.adult] != b.n && f.died[r.adult] == 0 {
				b.contact(r)
			}
		}
	}
	for _, p := range b.u.people {
		for _, i := range f.kinOf[p] {
			r := f.relationList[i]
			if q := r.adult; f.died[q] != 0 && r.kin {
				b.dead(q, r)
			}
			if q := r.child; f.died[q] != 0 && r.carer {
				b.dead(q, r)
			}
		}
		for _, i := range f.bondsOf[p] {
			o := f.bondList[i]
			q := o.a
			if q == p {
				q = o.b
			}
			if f.unitOf[q] != b.n {
				b.listed(q, o)
			}
		}
	}
}

// contact adds a living contact of a child who lives elsewhere.
func (b *builder) contact(r relation) {
	f := b.f
	m := family.Member{Evidence: []family.RowRef{r.rec.Row.Ref()}}
	day := r.seen.String()
	stayed := f.homeAt(r.adult, b.u.dwelling)
	switch {
	case r.parent && f.isChild(r.child):
		m.Role, m.Confidence = family.NonResidentParent, 0.8
		m.Reason = "parent of a child of the household as at " + day + " (attendance); lives elsewhere"
		if f.main[r.adult] < 0 {
			m.Confidence = 0.6
			m.Reason = "parent of a child of the household as at " + day + " (attendance); not known to live here"
		}
		if stayed != nil && stayed.ended != 0 {
			m.Reason += "; lived here until " + stayed.ended.String()
			_, rows := f.reasons(f.facts[r.adult][stayed.facts[0]:stayed.facts[1]])
			m.Evidence = rowsOf(append(m.Evidence, rows...))
		}
	case r.carer && stayed != nil && (stayed.ended != 0 || f.main[r.adult] >= 0):
		b.left(r.adult, stayed)
		return
	case r.voided:
		m.Role, m.Kind, m.Confidence = family.Associate, family.OtherContact, 0.5
		m.Reason = "contact of a child of the household as at " + day + " (attendance), as what cannot be true: see what contradicts itself"
	case !r.kin:
		m.Role, m.Kind, m.Confidence = family.Associate, family.OtherContact, 0.9
		if r.rec.Relationship == "social-worker" {
			m.Kind = family.Professional
		}
		m.Reason = "contact of a child of the household as at " + day + ", not as family (attendance)"
	default:
		m.Role, m.Kind, m.Confidence = family.Associate, family.Relative, 0.7
		if f.words[r.words[0]].kind == family.StepParent {
			m.Kind = family.FormerPartner
		}
		m.Reason = "contact of a child of the household as at " + day + " (attendance); not known to live here"
	}
	b.add(r.adult, m)
}

// homeAt returns what the person's rows say of the dwelling, nil for nothing.
func (f *former) homeAt(p, dwelling int32) *home {
	i, ok := slices.BinarySearchFunc(f.homes[p], dwelling, func(h home, d int32) int { return cmp.Compare(h.dwelling, d) })
	if !ok || f.homes[p][i].facts[0] == f.homes[p][i].facts[1] {
		return nil
	}
	return &f.homes[p][i]
}

// dead adds somebody who has died: a member who has ended, or a parent who
// lived elsewhere.
func (b *builder) dead(p int32, r relation) {
	m := family.Member{Role: b.role(p)}
	if r.adult == p && r.parent && r.lives == livesApart && r.together == 0 && b.f.isChild(r.child) {
		m.Role = family.NonResidentParent
	}
	b.bury(p, m, []family.RowRef{r.rec.Row.Ref()})
}

func (b *builder) bury(p int32, m family.Member, rows []family.RowRef) {
	m.To, m.Deceased, m.Confidence = b.f.died[p], b.f.died[p], 0.9
	m.Reason = "died on " + m.Deceased.String()
	if h := b.f.homeAt(p, b.u.dwelling); h != nil {
		facts := b.f.facts[p][h.facts[0]:h.facts[1]]
		why, live := b.f.reasons(facts)
		m.Reason += "; before that: " + why[0]
		if h.stated && h.start < m.To {
			m.From = h.start
		}
		rows = append(live, rows...)
		if facts[0].seen > m.To {
			m.Reason += "; rows that still name the person are out of date"
		}
	}
	m.Evidence = rowsOf(append(deathRows(b.f.people[p]), rows...))
	b.add(p, m)
}

func deathRows(p *family.Person) (out []family.RowRef) {
	for _, rec := range p.Records {
		if rec.Died != 0 {
			out = append(out, rec.Row.Ref())
		}
	}
	return out
}

// listed adds somebody whom a claim or tenancy lists with a member and who is
// not of the household.
func (b *builder) listed(q int32, o bond) {
	f := b.f
	rows := []family.RowRef{o.recA.Row.Ref(), o.recB.Row.Ref()}
	if f.died[q] != 0 {
		b.bury(q, family.Member{Role: b.role(q)}, rows)
		return
	}
	if h := f.homeAt(q, b.u.dwelling); h != nil && (h.ended != 0 || f.main[q] >= 0) {
		b.left(q, h)
		return
	}
	what := "claim (benefits)"
	if o.kind == tenancyBond {
		what = "tenancy (housing)"
	}
	m := family.Member{Role: family.Associate, Kind: family.Relative, Confidence: 0.6, Evidence: rows,
		Reason: "with a member on a " + what + " as at " + o.seen.String() + "; lives elsewhere"}
	if f.main[q] < 0 {
		m.Reason = "with a member on a " + what + " as at " + o.seen.String() + "; not known to live here"
	}
	if !o.parent && !f.isChild(q) && f.couple(o.a, o.b) >= listedTogether {
		m.Kind = family.FormerPartner
	}
	b.add(q, m)
}

// left adds a former resident.
func (b *builder) left(q int32, h *home) {
	f := b.f
	why, rows := f.reasons(f.facts[q][h.facts[0]:h.facts[1]])
	m := family.Member{Role: b.role(q), Confidence: 0.7, To: h.ended, Evidence: rowsOf(rows)}
	if h.stated {
		m.From = h.start
	}
	m.Reason = "lived here until " + m.To.String() + ": " + why[0]
	if m.To == 0 {
		m.To = h.last
		if f.main[q] >= 0 && f.mainOf(q).start > h.start {
			m.To = min(f.mainOf(q).start, f.asAt) // a row that repeats the old address since is out of date
		}
		m.Reason = "last known here on " + h.last.String() + ": " + why[0] + "; later evidence is elsewhere"
	}
	if m.From >= m.To {
		m.From = 0
	}
	b.add(q, m)
}

// neighbours adds those whom evidence puts at the dwelling without making them
// of the household.
func (b *builder) neighbours(around []presence) {
	if len(around) == 0 {
		return
	}
	f := b.f
	sorted := slices.Clone(around)
	slices.SortFunc(sorted, func(x, y presence) int {
		return cmp.Or(cmp.Compare(y.day, x.day), cmp.Compare(x.person, y.person), cmp.Compare(x.home, y.home), compareRecords(x.rec, y.rec))
	})
	start := b.start()
	before := len(b.members)
	for _, s := range sorted {
		if len(b.members)-before >= maxAssociates {
			return
		}
		if b.seen[s.person] {
			continue
		}
		if s.home >= 0 {
			b.stayer(s.person, &f.homes[s.person][s.home])
		} else if s.day >= start && !b.together(s.person) {
			b.met(s)
		}
	}
}

func compareRecords(a, b *family.Record) int {
	if a == nil || b == nil {
		return b2i(a != nil) - b2i(b != nil)
	}
	return a.Ref().Compare(b.Ref())
}

// start is the earliest day from which a member is known to live there, 0 if
// any member's start is not known.
func (b *builder) start() family.Date {
	var at family.Date
	for _, p := range b.u.people {
		s := b.f.mainOf(p).start
		if s == 0 {
			return 0
		}
		at = earliest(at, s)
	}
	return at
}

// together says whether the person is of another family at the same dwelling:
// at home there, not met there.
func (b *builder) together(p int32) bool {
	n := b.f.unitOf[p]
	return n >= 0 && b.f.units[n].dwelling == b.u.dwelling
}

// stayer adds somebody with residence evidence at the dwelling who is not of
// the household: its former resident if a relative, else an associate where
// the evidence still stands.
func (b *builder) stayer(p int32, h *home) {
	f := b.f
	facts := f.facts[p][h.facts[0]:h.facts[1]]
	if f.died[p] != 0 {
		if b.related(p) && f.where.list[b.u.dwelling].kind == ordinary {
			b.bury(p, family.Member{Role: b.role(p)}, nil)
		}
		return
	}
	why, rows := f.reasons(facts)
	m := family.Member{Role: family.Associate, Kind: family.SharesAddress, Confidence: 0.5, Evidence: rowsOf(rows)}
	switch {
	case b.together(p):
		if len(f.units[f.unitOf[p]].people) > 1 || f.where.list[b.u.dwelling].kind != ordinary {
			return // another household of the same house
		}
		m.Reason = why[0] + "; shares the address, but nothing says that they are of this household"
	case b.related(p) && h.own < least && f.where.list[b.u.dwelling].kind == ordinary:
		b.left(p, h)
		return
	case h.ended != 0 || h.own < least/2:
		return // somebody who lived here before
	case f.main[p] >= 0 && f.dwellingOf(p) != b.u.dwelling:
		m.Kind = family.OtherContact
		if b.related(p) {
			m.Kind = family.Relative
		}
		m.Reason = why[0] + "; the weight of evidence is that they live elsewhere"
	default:
		m.Kind = family.PossibleMember
		m.Reason = why[0] + "; nothing else says that they live here"
	}
	b.add(p, m)
}

// related says whether the person shares a surname with a member.
func (b *builder) related(p int32) bool {
	for _, q := range b.u.people {
		if b.f.shareSurname(p, q) {
			return true
		}
	}
	return false
}

// met adds somebody whom an event at the address names, as an associate and
// never as more.
func (b *builder) met(s presence) {
	row := s.rec.Row
	m := family.Member{
		Role: family.Associate, Kind: family.EventContact, Confidence: 0.9, Evidence: []family.RowRef{row.Ref()},
		Reason: "named as " + row.Text(family.ColRole) + " in an event (" + row.Text(family.ColEventType) +
			") at the address on " + s.day.String() + " (police); lives elsewhere",
	}
	if b.f.main[s.person] < 0 {
		m.Reason = "named as " + row.Text(family.ColRole) + " in an event (" + row.Text(family.ColEventType) +
			") at the address on " + s.day.String() + " (police); home not known"
	}
	b.add(s.person, m)
}
