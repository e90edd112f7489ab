package eligibility

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// facts are what the rows say of one household's current members: the
// evidence that tests read. Dates and numbers are read once.
type facts struct {
	asAt    family.Date
	cov     Coverage
	members []member // sorted by id
	// tenancies hold the live rows of each tenancy together, so that a state
	// repeated on every row of it counts once.
	tenancies []tenancy
}

// member is one current member with what the rows say of them as their
// subject. A pupil's row says nothing of the contacts named on it.
type member struct {
	id         string
	person     *family.Person // nil if not known
	age        int            // whole years at as-at; -1 if not known
	adult      bool
	dob        family.Date
	attendance []attendance
	events     []event
	spells     []spell
	episodes   []episode
}

// attendance is one pupil, school and period.
type attendance struct {
	row             *family.Row
	start, end      family.Date
	register        family.Register // of a row that straddles terms
	splits          bool            // the row straddles terms and has a register
	counts          family.SessionCounts
	possible        bool // whether each count is there
	authorised      bool
	unauthorised    bool
	suspensions     int
	excluded        bool
	offRoll, onRoll bool // neither where the row does not say
	provision       string
}

// event is one person's part in one police event.
type event struct {
	row              *family.Row
	kind, role       string
	order, reference string
	outcome          int // 0 = none
	day              family.Date
}

// spell is one person's part in a benefit claim, or DWP's answer about them.
type spell struct {
	row              *family.Row
	benefit, role    string
	start, end       family.Date
	inWork, result   string
	answered         family.Date // answered_on, else the day that the delivery describes
	answeredInFuture bool
}

// episode is one person's episode with an agency.
type episode struct {
	row        *family.Row
	agency     string
	kind, need string
	start, end family.Date
	open       bool // at as-at
}

// tenancy is one tenancy's live rows among the members.
type tenancy struct {
	reference string // with the agency's name
	holders   []int  // tenants, else everybody on the tenancy; indexes of members
	states    []tenancyState
}

// tenancyState is the tenancy's state as one live row repeats it.
type tenancyState struct {
	row               *family.Row
	member            int
	tenant, temporary bool
	arrearsWeeks      int
	notice, ground    string
	noticeDate        family.Date
	asbRole, asbStage string
	asbDate           family.Date
	duty              string
	dutySince         family.Date
}

// membersOf returns the household's current members. Somebody who is listed
// twice is one member; the dead, the not yet born, former residents,
// non-resident parents and associates are none.
func membersOf(h *family.Household, person func(string) *family.Person, asAt family.Date) []member {
	current := make([]family.Member, 0, len(h.Members))
	for _, m := range h.Members {
		if m.Current(asAt) {
			current = append(current, m)
		}
	}
	slices.SortFunc(current, func(a, b family.Member) int {
		return cmp.Or(cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.Role, b.Role))
	})
	members := make([]member, 0, len(current))
	for i, m := range current {
		p := person(m.PersonID)
		if i > 0 && current[i-1].PersonID == m.PersonID || p != nil && !livesAt(p.Profile, asAt) {
			continue
		}
		members = append(members, newMember(m, p, asAt))
	}
	return members
}

// readRows reads what the members' rows say.
func (fs *facts) readRows(eventDate []family.Column) {
	for i := range fs.members {
		p := fs.members[i].person
		if p == nil {
			continue
		}
		for _, r := range p.Records {
			if r.Part == family.Subject {
				fs.add(eventDate, i, r.Row)
			}
		}
	}
	fs.groupTenancies()
}

// livesAt says whether somebody is neither dead nor not yet born.
func livesAt(p family.Profile, at family.Date) bool {
	return (p.Died == 0 || p.Died > at) && p.DOB <= at
}

func newMember(m family.Member, p *family.Person, asAt family.Date) member {
	out := member{id: m.PersonID, person: p, age: -1, adult: m.Role == family.Adult}
	if p == nil {
		return out
	}
	out.dob = p.Profile.DOB
	if out.age = p.Profile.DOB.AgeAt(asAt); out.age >= 0 {
		out.adult = out.age >= adultAge
	}
	return out
}

func (fs *facts) add(eventDate []family.Column, i int, row *family.Row) {
	m := &fs.members[i]
	switch row.Feed {
	case family.Attendance:
		if a, ok := newAttendance(row); ok {
			m.attendance = append(m.attendance, a)
		}
	case family.Police:
		m.events = append(m.events, newEvent(row, eventDate))
	case family.Benefits:
		m.spells = append(m.spells, newSpell(row, fs.asAt))
	case family.Involvement:
		m.episodes = append(m.episodes, newEpisode(row, fs.asAt))
	case family.Housing:
		fs.addTenancyState(i, row)
	}
}

// newAttendance reads a row; not ok if it has no period, which ingest refuses.
// Counts of a register go before those given.
func newAttendance(row *family.Row) (attendance, bool) {
	a := attendance{
		row: row, start: row.Date(family.ColPeriodStart), end: row.Date(family.ColPeriodEnd),
		excluded:  row.Yes(family.ColPermanentExclusion),
		onRoll:    row.Text(family.ColOnRoll) == "Y",
		offRoll:   row.Text(family.ColOnRoll) == "N",
		provision: row.Text(family.ColProvision),
	}
	if a.end == 0 {
		return a, false
	}
	if a.start == 0 || a.start > a.end {
		a.start = a.end
	}
	a.suspensions, _ = row.Int(family.ColSuspensions)
	a.counts.Possible, a.possible = row.Int(family.ColSessionsPossible)
	a.counts.Authorised, a.authorised = row.Int(family.ColSessionsAuthorised)
	a.counts.Unauthorised, a.unauthorised = row.Int(family.ColSessionsUnauthorised)
	marks := row.Text(family.ColMarks)
	if marks == "" {
		return a, true
	}
	if r, err := family.ParseRegister(marks, a.start); err == nil {
		a.register, a.counts = r, r.Counts(0, 0)
		a.possible, a.authorised, a.unauthorised = true, true, true
		a.splits = termOf(a.start) != termOf(a.end)
	}
	return a, true
}

// within returns the row's sessions in a span of whole terms, and whether any
// part of the row belongs to it. A row that straddles terms is split by its
// register, else belongs to the term of its end.
func (a *attendance) within(from, to family.Date) (family.SessionCounts, bool) {
	if a.splits {
		return a.register.Counts(from, to), a.start <= to && a.end >= from
	}
	if a.end < from || a.end > to {
		return family.SessionCounts{}, false
	}
	return a.counts, true
}

func newEvent(row *family.Row, dated []family.Column) event {
	e := event{
		row: row, kind: row.Text(family.ColEventType), role: row.Text(family.ColRole),
		order: row.Text(family.ColOrderType), reference: row.Text(family.ColEventRef),
	}
	e.outcome, _ = row.Int(family.ColOutcomeType)
	for _, c := range dated {
		if e.day == 0 {
			e.day = row.Date(c)
		}
	}
	return e
}

func newSpell(row *family.Row, asAt family.Date) spell {
	s := spell{
		row: row, benefit: row.Text(family.ColBenefit), role: row.Text(family.ColRole),
		start: row.Date(family.ColSpellStart), end: row.Date(family.ColSpellEnd),
		inWork: row.Text(family.ColInWork), result: row.Text(family.ColMatchResult),
		answered: row.Date(family.ColAnsweredOn),
	}
	s.answeredInFuture = s.answered > asAt
	if s.answered == 0 {
		s.answered = row.AsAt
	}
	return s
}

// open says whether the spell has begun and not ended.
func (s *spell) open(asAt family.Date) bool {
	return s.start <= asAt && (s.end == 0 || s.end > asAt)
}

func newEpisode(row *family.Row, asAt family.Date) episode {
	e := episode{
		row: row, agency: row.Text(family.ColAgencyKind), kind: row.Text(family.ColEpisodeType),
		need:  row.Text(family.ColNeedCode),
		start: row.Date(family.ColStart), end: row.Date(family.ColEnd),
	}
	e.open = row.Text(family.ColStatus) != "closed" && e.start <= asAt && (e.end == 0 || e.end > asAt)
	return e
}

// addTenancyState keeps the state that a live row repeats. The state on a row
// with moved_out or tenancy_end, whatever its day, is ignored.
func (fs *facts) addTenancyState(i int, row *family.Row) {
	if row.Text(family.ColMovedOut) != "" || row.Text(family.ColTenancyEnd) != "" {
		return
	}
	role, placement := row.Text(family.ColPersonRole), row.Text(family.ColPlacement)
	s := tenancyState{
		row: row, member: i, tenant: role == "tenant" || role == "joint_tenant",
		temporary: row.Text(family.ColTenure) == "temporary" || placement != "" && placement != "none",
		notice:    row.Text(family.ColNoticeType), ground: row.Text(family.ColNoticeGround),
		noticeDate: row.Date(family.ColNoticeDate),
		asbRole:    row.Text(family.ColASBRole), asbStage: row.Text(family.ColASBStage),
		asbDate: row.Date(family.ColASBDate),
		duty:    row.Text(family.ColHomelessDuty), dutySince: row.Date(family.ColHomelessSince),
	}
	s.arrearsWeeks, _ = row.Int(family.ColArrearsWeeks)
	reference := row.Agency + "\x00" + row.Text(family.ColTenancyRef)
	for t := range fs.tenancies {
		if fs.tenancies[t].reference == reference {
			fs.tenancies[t].states = append(fs.tenancies[t].states, s)
			return
		}
	}
	fs.tenancies = append(fs.tenancies, tenancy{reference: reference, states: []tenancyState{s}})
}

// groupTenancies settles who answers for each tenancy: its tenants among the
// members, or everybody on it if none of them is the tenant.
func (fs *facts) groupTenancies() {
	slices.SortFunc(fs.tenancies, func(a, b tenancy) int { return cmp.Compare(a.reference, b.reference) })
	for t := range fs.tenancies {
		ten := &fs.tenancies[t]
		slices.SortFunc(ten.states, func(a, b tenancyState) int { return a.row.Ref().Compare(b.row.Ref()) })
		anyTenant := slices.ContainsFunc(ten.states, func(s tenancyState) bool { return s.tenant })
		for _, s := range ten.states {
			if s.tenant == anyTenant {
				ten.holders = append(ten.holders, s.member)
			}
		}
		slices.Sort(ten.holders)
		ten.holders = slices.Compact(ten.holders)
	}
}
