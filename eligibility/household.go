package eligibility

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Nomination is a professional's word that a family has a need.
type Nomination struct {
	ID        string      // of the event that recorded it, such as E12
	Framework string      // blank: of every framework
	Needs     []string    // ids of criteria or headlines, sorted
	Persons   []string    // whom it is about, sorted; all current members if none
	Agency    string      // whom the professional speaks for; blank if not said
	Day       family.Date // in force from here on
}

// Family is a household as its people's rows describe it on a day, ready to be
// scored against any number of frameworks. Any number of goroutines may use it.
type Family struct {
	household   *family.Household
	residents   []member // current, sorted by id
	parents     []member // current non-resident parents, sorted by id
	nominations []Nomination
	evidence    func(id string) *Evidence
	cov         Coverage
	asAt        family.Date
}

// NewFamily takes a household to be scored at the day asAt. evidence returns a
// member's, or nil if nothing is known of them; it is asked once of each.
// Nominations are those of this household that are not withdrawn, in any order;
// one from after asAt is not yet in force. The order of members, of records and
// of nominations does not matter.
func NewFamily(h *family.Household, evidence func(id string) *Evidence, nominations []Nomination, cov Coverage, asAt family.Date) *Family {
	f := &Family{household: h, evidence: evidence, cov: cov, asAt: asAt}
	f.residents, f.parents = membersOf(h, evidence, asAt)
	if len(nominations) > 0 {
		f.nominations = slices.Clone(nominations)
		slices.SortFunc(f.nominations, func(a, b Nomination) int { return cmp.Compare(a.ID, b.ID) })
		f.nominations = slices.DeleteFunc(f.nominations, func(n Nomination) bool { return n.Day > asAt })
	}
	return f
}

// member is one person of a household with what their rows say.
type member struct {
	id     string
	ev     *Evidence // never nil
	age    int       // whole years at as-at; -1 if not known
	adult  bool
	parent bool // of a current child member
	school bool // of compulsory school age
}

// nothing is the evidence of somebody of whom nothing is known.
var nothing = &Evidence{}

// membersOf returns the household's current members, and its non-resident
// parents. Somebody who is listed twice is one member; the dead, the not yet
// born, former residents and associates are none.
func membersOf(h *family.Household, evidence func(string) *Evidence, asAt family.Date) (residents, parents []member) {
	current := make([]family.Member, 0, len(h.Members))
	for _, m := range h.Members {
		if m.Current(asAt) || away(&m, asAt) {
			current = append(current, m)
		}
	}
	// Somebody who is both lives there.
	slices.SortFunc(current, func(a, b family.Member) int {
		return cmp.Or(cmp.Compare(a.PersonID, b.PersonID), first(a.Role.Resident(), b.Role.Resident()), cmp.Compare(a.Role, b.Role))
	})
	residents = make([]member, 0, len(current))
	for i := range current {
		m := &current[i]
		if i > 0 && current[i-1].PersonID == m.PersonID {
			continue
		}
		ev := evidence(m.PersonID)
		if ev == nil {
			ev = nothing
		}
		switch {
		case ev.died != 0 && ev.died <= asAt || ev.born > asAt:
		case m.Role == family.NonResidentParent:
			parents = append(parents, newMember(m, ev, asAt))
		default:
			residents = append(residents, newMember(m, ev, asAt))
		}
	}
	markParents(h, residents)
	markParents(h, parents)
	return residents, parents
}

// away says whether the member is a non-resident parent at the day at.
func away(m *family.Member, at family.Date) bool {
	return m.Role == family.NonResidentParent && m.Deceased == 0 && (m.From == 0 || m.From <= at) && (m.To == 0 || m.To > at)
}

func newMember(m *family.Member, ev *Evidence, asAt family.Date) member {
	out := member{id: m.PersonID, ev: ev, age: ev.born.AgeAt(asAt), adult: m.Role != family.Child}
	if out.age >= 0 {
		out.adult = out.age >= adultAge
	}
	out.school = compulsorySchoolAge(ev.born, asAt)
	return out
}

// adultAge is the age, in years, from which somebody is an adult.
const adultAge = 18

// markParents marks who is a parent or carer of a child of the household.
func markParents(h *family.Household, members []member) {
	for i := range h.Relations {
		r := &h.Relations[i]
		switch r.Kind {
		case family.Mother, family.Father, family.Parent, family.StepParent, family.FosterCarer, family.Carer:
		default:
			continue
		}
		for j := range members {
			if members[j].id == r.A && isChild(h, r.B) {
				members[j].parent = true
			}
		}
	}
}

func isChild(h *family.Household, id string) bool {
	return slices.ContainsFunc(h.Members, func(m family.Member) bool { return m.PersonID == id && m.Role == family.Child })
}

// people are some members judged together, with the tenancies that they are on.
type people struct {
	members   []member // sorted by id
	adults    int
	tenancies []tenancy
}

// tenancy is one tenancy's live rows among the members.
type tenancy struct {
	agency, reference string
	holders           []int // tenants, else everybody on the tenancy; indexes of members
	states            []heldState
}

// heldState is a tenancy's state with the member on whose row it stands.
type heldState struct {
	*tenancyState
	member int
}

func newPeople(members []member) *people {
	p := &people{members: members}
	for i := range members {
		if members[i].adult {
			p.adults++
		}
		for j := range members[i].ev.tenancies {
			p.hold(i, &members[i].ev.tenancies[j])
		}
	}
	for i := range p.tenancies {
		p.tenancies[i].settle()
	}
	slices.SortFunc(p.tenancies, func(a, b tenancy) int {
		return cmp.Or(cmp.Compare(a.agency, b.agency), cmp.Compare(a.reference, b.reference))
	})
	return p
}

// hold adds a live row to its tenancy, so that a state repeated on every row of
// it counts once.
func (p *people) hold(i int, s *tenancyState) {
	for t := range p.tenancies {
		if ten := &p.tenancies[t]; ten.reference == s.reference && ten.agency == s.row.Agency {
			ten.states = append(ten.states, heldState{s, i})
			return
		}
	}
	p.tenancies = append(p.tenancies, tenancy{agency: s.row.Agency, reference: s.reference, states: []heldState{{s, i}}})
}

// settle says who answers for the tenancy: its tenants among the members, or
// everybody on it if none of them is the tenant.
func (t *tenancy) settle() {
	slices.SortFunc(t.states, func(a, b heldState) int { return a.row.Ref().Compare(b.row.Ref()) })
	anyTenant := slices.ContainsFunc(t.states, func(s heldState) bool { return s.tenant })
	for _, s := range t.states {
		if s.tenant == anyTenant {
			t.holders = append(t.holders, s.member)
		}
	}
	slices.Sort(t.holders)
	t.holders = slices.Compact(t.holders)
}
