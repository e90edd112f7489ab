package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Standing says how a person stands to a household.
type Standing uint8

// The standings, from a member to somebody of whom no row says anything there.
const (
	LivesHere        Standing = iota + 1 // a current member
	SecondHome                           // a child whose main home is another's
	PossibleHere                         // may live there; not counted
	RuledOut                             // a reviewer decided against it
	HasDied                              // before the day
	LeftHere                             // a stated end, and nothing after it that outweighs it
	ElsewhereNow                         // the weight of evidence is for another dwelling
	AnotherHousehold                     // lives in the dwelling, with other people
	Unsettled                            // named there, by nothing that makes a resident
	NotWithChild                         // a school says that the person does not live there
	ContactOnly                          // a relative or contact of a member, and no row gives the address
	MetOnly                              // was only met there
	NoHome                               // the dwelling is nobody's home
	NoWord                               // no row says anything of the person there
)

// String returns the standing's code.
func (s Standing) String() string {
	names := [...]string{"", "lives_here", "second_home", "possible", "ruled_out", "died", "left", "lives_elsewhere",
		"another_household", "unsettled", "not_with_child", "contact_only", "met_only", "no_home", "no_word"}
	if int(s) < len(names) {
		return names[s]
	}
	return ""
}

// Words says the standing in a sentence.
func (s Standing) Words() string {
	switch s {
	case LivesHere:
		return "lives here: what speaks for it outweighs every other dwelling, and ties or the address itself put the person with the others"
	case SecondHome:
		return "a child that lives here too, and whose main home is with another parent"
	case PossibleHere:
		return "the person may live here: too little is said to count the person, and too much to say nothing"
	case RuledOut:
		return "a reviewer decided that the person does not live here"
	case HasDied:
		return "the person has died"
	case LeftHere:
		return "a row states the end of living here, and nothing said since outweighs it"
	case ElsewhereNow:
		return "rows speak for living here, and those for another dwelling outweigh them"
	case AnotherHousehold:
		return "lives in this dwelling, but nothing ties the person to this household: no claim, tenancy, contact or surname"
	case Unsettled:
		return "a row names the dwelling, but too little stands behind it for anybody to be taken as living here"
	case NotWithChild:
		return "a school says that the person does not live with the child"
	case ContactOnly:
		return "a row names the person with a member, and none says that the person lives here"
	case MetOnly:
		return "an event here names the person, which makes nobody a resident"
	case NoHome:
		return "the address is used by many and is not taken for anybody's home"
	case NoWord:
		return "no row places the person at this dwelling or names the person with a member"
	}
	return ""
}

// Explanation says why somebody is, or is not, of a household.
type Explanation struct {
	// Household as formed again; without an ID where nothing is left of it.
	Household family.Household
	// Member is the person's part in it; without a PersonID where there is none.
	Member   family.Member
	Standing Standing
	// Weights are what speaks for and against living at the household's
	// dwelling, the weightiest first.
	Weights []family.Weight
	// Home is the household that the person lives in, blank for none, and
	// HomeWeights what speaks for living there, where that is another dwelling:
	// what outweighed.
	Home          string
	HomeProtected bool
	HomeWeights   []family.Weight
	// Rows are those behind the answer, each once, the weightiest first.
	Rows []family.RowRef
}

// Explain forms the households of in again and says how the person stands to
// the one that is h, or is most of it at in.AsAt. The people of in may be a
// whole council's or, for an answer at once, those who bear on the household:
// who lives or lived around it, and who stands on a row with one of them. It
// does not block and changes nothing.
func Explain(in Input, h *family.Household, personID string) Explanation {
	f := formed(in)
	all := f.households()
	out := Explanation{}
	if i := sameHousehold(all, h, in.AsAt); i >= 0 {
		out.Household = all[i]
	}
	for _, m := range out.Household.Members {
		if m.PersonID == personID && (out.Member.PersonID == "" || m.Current(in.AsAt)) {
			out.Member = m
		}
	}
	p := f.numberOf(personID)
	if p < 0 {
		out.Standing = NoWord
		return out
	}
	f.explain(&out, all, h, p)
	return out
}

// sameHousehold finds the household that is h: by its id, else the one of the
// most of its residents; -1 for none.
func sameHousehold(all []family.Household, h *family.Household, asAt family.Date) int {
	if i := slices.IndexFunc(all, func(x family.Household) bool { return x.ID == h.ID }); i >= 0 {
		return i
	}
	lived := map[string]bool{}
	for _, m := range h.Members {
		lived[m.PersonID] = lived[m.PersonID] || m.Role.Resident()
	}
	best, most := -1, 0
	for i := range all {
		n := 0
		for _, m := range all[i].Members {
			n += b2i(lived[m.PersonID] && m.Current(asAt))
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

// explain fills in how person p stands to the household.
func (f *former) explain(out *Explanation, all []family.Household, h *family.Household, p int32) {
	unit := f.unitOfMembers(&out.Household)
	dwelling := f.where.look(h.Address)
	if unit >= 0 {
		dwelling = f.units[unit].dwelling
	}
	if dwelling >= 0 {
		out.Weights = f.reasonsFor(p, dwelling)
	}
	out.Standing = f.standing(out.Member, p, unit, dwelling)
	personID := f.people[p].ID
	if n := f.unitOf[p]; n >= 0 && n != unit {
		for i := range all {
			if livesIn(&all[i], personID, f.asAt) {
				out.Home, out.HomeProtected = all[i].ID, all[i].Protected
			}
		}
	}
	if d := f.dwellingOf(p); d >= 0 && d != dwelling {
		out.HomeWeights = f.reasonsFor(p, d)
	}
	rows := slices.Clone(out.Member.Evidence)
	for _, w := range slices.Concat(out.Weights, out.HomeWeights) {
		if w.Row != (family.RowRef{}) {
			rows = append(rows, w.Row)
		}
	}
	out.Rows = rowsOf(rows)
}

// numberOf finds a person by id, -1 for none.
func (f *former) numberOf(personID string) int32 {
	i, ok := slices.BinarySearchFunc(f.people, personID, func(p *family.Person, id string) int { return cmp.Compare(p.ID, id) })
	if !ok {
		return -1
	}
	return int32(i)
}

// unitOfMembers is the unit whose people are a household's, -1 for none.
func (f *former) unitOfMembers(h *family.Household) int32 {
	for _, m := range h.Members {
		if m.Current(f.asAt) {
			if p := f.numberOf(m.PersonID); p >= 0 {
				return f.unitOf[p]
			}
		}
	}
	return -1
}

func livesIn(h *family.Household, personID string, asAt family.Date) bool {
	return slices.ContainsFunc(h.Members, func(m family.Member) bool { return m.PersonID == personID && m.Current(asAt) })
}

// standing says how person p, who has part m in the household, stands to it.
func (f *former) standing(m family.Member, p, unit, dwelling int32) Standing {
	var h *home
	if dwelling >= 0 {
		h = f.homeAt(p, dwelling)
	}
	settled := f.dwellingOf(p)
	switch {
	case m.PersonID != "" && m.Current(f.asAt):
		return LivesHere
	case f.died[p] != 0:
		return HasDied
	case m.Role == family.DualResidentChild:
		return SecondHome
	case f.ruledFrom(p, unit):
		return RuledOut
	case m.Kind == family.PossibleMember:
		return PossibleHere
	case h != nil && f.where.list[dwelling].kind == nowhere:
		return NoHome
	case settled >= 0 && settled == dwelling && f.unitOf[p] >= 0:
		return AnotherHousehold
	case settled >= 0 && settled == dwelling:
		return Unsettled
	case h != nil && h.ended != 0:
		return LeftHere
	case h != nil && h.denied:
		return NotWithChild
	case h != nil && settled >= 0:
		return ElsewhereNow
	case h != nil:
		return Unsettled
	}
	return f.acquaintance(m, p, dwelling)
}

// acquaintance is how somebody stands to a household who has no row that gives
// its dwelling as the person's own.
func (f *former) acquaintance(m family.Member, p, dwelling int32) Standing {
	met := dwelling >= 0 && slices.ContainsFunc(f.people[p].Records, func(rec *family.Record) bool {
		return rec.Row.Feed == family.Police && eventDay(rec.Row) <= f.asAt && f.eventDwelling(rec.Row) == dwelling
	})
	switch {
	case m.Role == family.NonResidentParent, m.PersonID != "" && !met:
		return ContactOnly
	case met:
		return MetOnly
	}
	return NoWord
}

// ruledFrom says whether a reviewer decided that the person does not live with
// somebody of the unit.
func (f *former) ruledFrom(p, unit int32) bool {
	return slices.ContainsFunc(f.ruled.list, func(r ruling) bool {
		return r.Kind == family.DoesNotLiveWith && r.a == p && unit >= 0 && f.unitOf[r.b] == unit
	})
}

// Other is somebody who has to do with a household and does not live there.
type Other struct {
	PersonID string
	Standing Standing
	Weights  []family.Weight // as of an Explanation
}

// maxOthers bounds who is listed beside a household.
const maxOthers = 100

// Others forms the households of in again and lists how everybody stands to h
// who has a part in it or a row that names its dwelling, and does not live there:
// those first who are nearest to it. It does not block.
func Others(in Input, h *family.Household) []Other {
	f := formed(in)
	all := f.households()
	var again family.Household
	if i := sameHousehold(all, h, in.AsAt); i >= 0 {
		again = all[i]
	}
	parts := make(map[string]family.Member, len(again.Members))
	for _, m := range again.Members {
		if _, ok := parts[m.PersonID]; !ok || m.Current(in.AsAt) {
			parts[m.PersonID] = m
		}
	}
	unit, dwelling := f.unitOfMembers(&again), f.where.look(h.Address)
	if unit >= 0 {
		dwelling = f.units[unit].dwelling
	}
	var out []Other
	for i, person := range f.people {
		p := int32(i)
		m := parts[person.ID]
		o := Other{PersonID: person.ID, Standing: f.standing(m, p, unit, dwelling)}
		if o.Standing == LivesHere || o.Standing == NoWord && m.PersonID == "" {
			continue
		}
		if dwelling >= 0 {
			o.Weights = f.reasonsFor(p, dwelling)
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b Other) int { return cmp.Compare(a.Standing, b.Standing) })
	return out[:min(len(out), maxOthers)]
}
