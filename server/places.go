package server

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// places finds where the people of cases live in the last night. It remembers
// what it found until the next one.
type places struct {
	*queries
	mu      sync.Mutex
	nightID string                      // that it remembers
	seen    map[family.RecordRef]placed // guarded by mu
	homes   map[string][]part           // households, by id; guarded by mu
}

// placed is where the person of a record lives; blank where nobody knows.
type placed struct {
	person, household string
	// protected: the person lives or lived in a protected household, or may.
	protected bool
}

// part is somebody's part in a household, as far as it says where people live.
type part struct {
	person     string
	current    bool
	protected  bool // as that of placed
	confidence float64
}

func newPlaces(q *queries) *places { return &places{queries: q} }

// of returns where the person of a record lives.
func (p *places) of(info family.NightInfo, ref family.RecordRef) (placed, error) {
	p.mu.Lock()
	if p.nightID != info.ID {
		p.nightID, p.seen, p.homes = info.ID, make(map[family.RecordRef]placed), make(map[string][]part)
	}
	found, ok := p.seen[ref]
	p.mu.Unlock()
	if ok {
		return found, nil
	}
	found, err := p.find(info, ref)
	if err != nil {
		return found, err
	}
	p.mu.Lock()
	if p.nightID == info.ID {
		p.seen[ref] = found
	}
	p.mu.Unlock()
	return found, nil
}

// learn finds the people of many records at once.
func (p *places) learn(info family.NightInfo, refs []family.RecordRef) error {
	const asLong = 100 // people are read through in the time in which one is looked up
	if int64(len(refs)) > info.Persons/asLong {
		return p.readThrough(info, refs)
	}
	for _, r := range refs {
		if _, err := p.of(info, r); err != nil {
			return err
		}
	}
	return nil
}

// readThrough finds the people of records by reading everybody once.
func (p *places) readThrough(info family.NightInfo, refs []family.RecordRef) error {
	persons, homes := make(map[family.RecordRef]string, len(refs)), make(map[string][]part)
	for _, r := range refs {
		persons[r] = ""
	}
	in := make(map[string][]string) // the households of each person found
	err := p.index.Persons(func(s *family.StoredPerson) error {
		for _, r := range s.Refs {
			if _, ok := persons[r]; ok {
				persons[r], in[s.ID] = s.ID, s.HouseholdIDs
			}
		}
		for _, id := range in[s.ID] {
			homes[id] = nil
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = p.index.Households(func(h *family.Household) error {
		if _, ok := homes[h.ID]; ok {
			homes[h.ID] = partsOf(h, info.AsAt)
		}
		return nil
	})
	if err := cmp.Or(err, p.sameNight(info)); err != nil {
		return err
	}
	seen := make(map[family.RecordRef]placed, len(persons))
	for r, id := range persons {
		seen[r] = place(id, in[id], func(id string) []part { return homes[id] })
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nightID, p.seen, p.homes = info.ID, seen, homes
	return nil
}

// place says where a person lives: of several households in the surest, then
// in that of the least id.
func place(person string, households []string, parts func(string) []part) placed {
	out := placed{person: person}
	var confidence float64
	for _, id := range households {
		for _, x := range parts(id) {
			if x.person != person {
				continue
			}
			out.protected = out.protected || x.protected
			if x.current && (out.household == "" || x.confidence > confidence) {
				out.household, confidence = id, x.confidence
			}
		}
	}
	return out
}

func partsOf(h *family.Household, asAt family.Date) []part {
	out := make([]part, len(h.Members))
	for i, m := range h.Members {
		out[i] = part{m.PersonID, m.Current(asAt), h.Protected && (m.Role.Resident() || m.Kind == family.PossibleMember), m.Confidence}
	}
	return out
}

func (p *places) find(info family.NightInfo, ref family.RecordRef) (placed, error) {
	id, err := p.index.PersonOfRecord(ref)
	if errors.Is(err, family.ErrNotFound) {
		return placed{}, nil
	}
	if err != nil {
		return placed{}, err
	}
	households, err := p.index.HouseholdsOf(id)
	if err != nil {
		return placed{}, err
	}
	for _, hid := range households {
		if _, err := p.parts(info, hid); err != nil {
			return placed{}, err
		}
	}
	return place(id, households, func(hid string) []part {
		parts, _ := p.parts(info, hid) // read just now
		return parts
	}), nil
}

// parts reads a household once for each night.
func (p *places) parts(info family.NightInfo, id string) ([]part, error) {
	p.mu.Lock()
	parts, ok := p.homes[id]
	ok = ok && p.nightID == info.ID
	p.mu.Unlock()
	if ok {
		return parts, nil
	}
	h, err := p.index.Household(id)
	if err != nil {
		return nil, err
	}
	parts = partsOf(&h, info.AsAt)
	p.mu.Lock()
	if p.nightID == info.ID {
		p.homes[id] = parts
	}
	p.mu.Unlock()
	return parts, nil
}

// whereabouts is where the people of one case, nomination or claim live.
type whereabouts struct {
	people     []string // sorted
	households []*caseworkpb.PresentHousehold
	protected  bool
}

// home is the household of most of them; blank where nobody knows.
func (w *whereabouts) home() string {
	if len(w.households) == 0 {
		return ""
	}
	return w.households[0].HouseholdId
}

// whereabouts finds the people of records. protected is what was known of them
// when the records were written down; original the household of that day.
func (p *places) whereabouts(info family.NightInfo, records []family.RecordRef, original string, protected bool) (whereabouts, error) {
	out := whereabouts{protected: protected}
	at := make(map[string]*caseworkpb.PresentHousehold)
	for _, r := range records {
		found, err := p.of(info, r)
		if err != nil {
			return out, err
		}
		if found.person == "" || slices.Contains(out.people, found.person) {
			continue
		}
		out.people = append(out.people, found.person)
		out.protected = out.protected || found.protected
		h := at[found.household]
		if h == nil {
			h = &caseworkpb.PresentHousehold{HouseholdId: found.household, Original: found.household != "" && found.household == original}
			at[found.household] = h
			out.households = append(out.households, h)
		}
		h.PersonIds = append(h.PersonIds, found.person)
	}
	slices.Sort(out.people)
	for _, h := range out.households {
		slices.Sort(h.PersonIds)
	}
	slices.SortFunc(out.households, func(a, b *caseworkpb.PresentHousehold) int {
		if (a.HouseholdId == "") != (b.HouseholdId == "") {
			return -cmp.Compare(a.HouseholdId, b.HouseholdId)
		}
		return cmp.Or(cmp.Compare(len(b.PersonIds), len(a.PersonIds)), strings.Compare(a.HouseholdId, b.HouseholdId))
	})
	return out, nil
}

// where returns a function that tells of a record in which household its
// person lives, as casework.Book.Relink asks; the first error that it meets is
// left in err.
func (p *places) where(info family.NightInfo, err *error) func(family.RecordRef) string {
	var mu sync.Mutex
	return func(r family.RecordRef) string {
		found, failed := p.of(info, r)
		if failed != nil {
			mu.Lock()
			*err = cmp.Or(*err, failed)
			mu.Unlock()
		}
		return found.household
	}
}

// someone is a family as an event is to name it.
type someone struct {
	household family.Household
	people    map[string]*family.Person // of all members
	records   []family.RecordRef        // one of each current member, sorted
	schools   []string                  // URNs, sorted
	known     []casework.Involvement
	protected bool
}

// someone reads the people of a household. used tells records that earlier
// events have named: of a person who has one, that is taken again.
func (p *places) someone(info family.NightInfo, h family.Household, used func(family.RecordRef) bool) (*someone, error) {
	people, err := p.people(&h)
	if err != nil {
		return nil, err
	}
	s := &someone{household: h, people: people, protected: h.Protected}
	seen := make(map[string]bool)
	for _, m := range h.Members {
		if !m.Current(info.AsAt) || seen[m.PersonID] {
			continue
		}
		seen[m.PersonID] = true
		person := people[m.PersonID]
		ref := recordOf(person, used)
		found, err := p.of(info, ref)
		if err != nil {
			return nil, err
		}
		s.protected = s.protected || found.protected
		s.records = append(s.records, ref)
		s.known = append(s.known, involvedWith(person, info.AsAt)...)
		if m.Role == family.Child {
			s.schools = append(s.schools, schoolsOf(person)...)
		}
	}
	slices.SortFunc(s.records, family.RecordRef.Compare)
	slices.Sort(s.schools)
	s.schools = slices.Compact(s.schools)
	return s, nil
}

// recordOf chooses the record by which a person is found again: one that is
// named in the book, else one that is about the person and nobody else, else
// any; the least of them, so that the choice hangs on nothing else.
func recordOf(p *family.Person, used func(family.RecordRef) bool) family.RecordRef {
	rank := func(r family.RecordRef) int {
		switch {
		case used(r):
			return 0
		case r.Part == family.Subject:
			return 1
		}
		return 2
	}
	best := p.Records[0].Ref()
	for _, r := range p.Records[1:] {
		ref := r.Ref()
		if c := cmp.Or(cmp.Compare(rank(ref), rank(best)), ref.Compare(best)); c < 0 {
			best = ref
		}
	}
	return best
}

// involvedWith are the agencies that work with a person, as rows about the
// person say.
func involvedWith(p *family.Person, asAt family.Date) []casework.Involvement {
	var out []casework.Involvement
	for _, r := range p.Records {
		if in, ok := casework.InvolvementOf(r.Row, asAt); ok && r.Part == family.Subject {
			out = append(out, in)
		}
	}
	return out
}

// schoolsOf are the schools that a child's latest rows are of.
func schoolsOf(p *family.Person) []string {
	var latest family.Date
	var out []string
	for _, r := range p.Records {
		if r.Row.Feed != family.Attendance || r.Part != family.Subject || r.Row.Text(family.ColOnRoll) == "N" {
			continue
		}
		if end := r.Row.Date(family.ColPeriodEnd); end > latest {
			latest, out = end, nil
		}
		if urn := r.Row.Text(family.ColSchoolURN); urn != "" && r.Row.Date(family.ColPeriodEnd) == latest {
			out = append(out, urn)
		}
	}
	return out
}

// evidence returns what the rows of people say, read once for each.
func evidence(people map[string]*family.Person) func(id string) *eligibility.Evidence {
	return func(id string) *eligibility.Evidence {
		if p := people[id]; p != nil {
			return eligibility.NewEvidence(p)
		}
		return nil
	}
}
