package eligibility

import (
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Evidence is what one person's rows say, read once: every framework and every
// day is judged from it. It is not changed once made, and any number of
// goroutines may use it. A pupil's row says nothing of the contacts named on it.
type Evidence struct {
	born, died family.Date
	sex        uint8
	sessions   []session
	events     []event
	claims     []claim
	tenancies  []tenancyState
	episodes   []episode
}

// session is one pupil, school and period.
type session struct {
	row          *family.Row
	register     *family.Register // nil without marks
	counts       family.SessionCounts
	start, end   family.Date
	suspensions  int32
	excluded     bool
	offRoll      bool
	possible     bool // whether each count is there
	authorised   bool
	unauthorised bool
	provision    uint8
	enrolment    uint8
}

// event is one person's part in one police event. Its days stand in the order
// of eventDates.
type event struct {
	row                             *family.Row
	days                            [4]family.Date
	kind, role, order, risk, nature uint8
	outcome                         uint8 // 0 = none
}

// eventDates are the columns by which an event may be dated.
var eventDates = []family.Column{family.ColOutcomeDate, family.ColOccurredFrom, family.ColOccurredTo, family.ColRecordedDate}

// claim is one person's part in a benefit claim, or DWP's answer about them.
type claim struct {
	row                                           *family.Row
	start, end                                    family.Date
	said, answered                                family.Date // answered_on; that, else the day that the delivery describes
	benefit, role, inWork, conditionality, result uint8
}

// tenancyState is a tenancy's state as one live row repeats it.
type tenancyState struct {
	row                           *family.Row
	reference                     string
	noticeDate, asbDate, duty     family.Date // duty is the day since which it is owed
	arrearsPence                  int64
	arrearsWeeks                  int32
	tenant, temporary             bool
	tenure, role, notice, ground  uint8
	asbRole, asbStage, owed, kept uint8
}

// episode is one person's episode with an agency.
type episode struct {
	row                  *family.Row
	start, end           family.Date
	agency, kind, status uint8
}

// NewEvidence reads a person's rows. It keeps the rows, not the person.
func NewEvidence(p *family.Person) *Evidence {
	e := &Evidence{born: p.Profile.DOB, died: p.Profile.Died}
	if p.Profile.Sex != 0 {
		e.sex = sexes.code[string(rune(p.Profile.Sex))]
	}
	e.makeRoom(p.Records)
	for _, r := range p.Records {
		if r.Part == family.Subject {
			e.add(r.Row)
		}
	}
	return e
}

// makeRoom allocates each list once, as long as it can be.
func (e *Evidence) makeRoom(records []*family.Record) {
	var n [family.Targets + 1]int
	for _, r := range records {
		if r.Part == family.Subject {
			n[r.Row.Feed]++
		}
	}
	e.sessions = room[session](n[family.Attendance])
	e.events = room[event](n[family.Police])
	e.claims = room[claim](n[family.Benefits])
	e.tenancies = room[tenancyState](n[family.Housing])
	e.episodes = room[episode](n[family.Involvement])
}

func room[T any](n int) []T {
	if n == 0 {
		return nil
	}
	return make([]T, 0, n)
}

func (e *Evidence) add(row *family.Row) {
	switch row.Feed {
	case family.Attendance:
		if s, ok := newSession(row); ok {
			e.sessions = append(e.sessions, s)
		}
	case family.Police:
		e.events = append(e.events, newEvent(row))
	case family.Benefits:
		e.claims = append(e.claims, newClaim(row))
	case family.Housing:
		// The state on a row with moved_out or tenancy_end, whatever its day, is
		// ignored.
		if row.Text(family.ColMovedOut) == "" && row.Text(family.ColTenancyEnd) == "" {
			e.tenancies = append(e.tenancies, newTenancyState(row))
		}
	case family.Involvement:
		e.episodes = append(e.episodes, newEpisode(row))
	}
}

// newSession reads a row; not ok if it has no period, which ingest refuses.
// Counts of a register go before those given.
func newSession(row *family.Row) (session, bool) {
	s := session{
		row: row, start: row.Date(family.ColPeriodStart), end: row.Date(family.ColPeriodEnd),
		excluded:  row.Yes(family.ColPermanentExclusion),
		offRoll:   row.Text(family.ColOnRoll) == "N",
		provision: provisions.code[row.Text(family.ColProvision)],
		enrolment: enrolments.code[row.Text(family.ColEnrolmentStatus)],
	}
	if s.end == 0 {
		return s, false
	}
	if s.start == 0 || s.start > s.end {
		s.start = s.end
	}
	suspensions, _ := row.Int(family.ColSuspensions)
	s.suspensions = int32(suspensions)
	s.counts.Possible, s.possible = row.Int(family.ColSessionsPossible)
	s.counts.Authorised, s.authorised = row.Int(family.ColSessionsAuthorised)
	s.counts.Unauthorised, s.unauthorised = row.Int(family.ColSessionsUnauthorised)
	if marks := row.Text(family.ColMarks); marks != "" {
		if r, err := family.ParseRegister(marks, s.start); err == nil {
			s.register, s.counts = &r, r.Counts(0, 0)
			s.possible, s.authorised, s.unauthorised = true, true, true
		}
	}
	return s, true
}

// within returns the row's sessions from one day to another, whether any part
// of the row belongs to them, and whether its end does. A row over the edge is
// split by its register, else belongs to the day of its end.
func (s *session) within(from, to family.Date) (c family.SessionCounts, part, end bool) {
	end = s.end >= from && s.end <= to
	switch {
	case end && s.start >= from:
		return s.counts, true, true
	case s.register != nil:
		if part = s.start <= to && s.end >= from; part {
			c = s.register.Counts(from, to)
		}
		return c, part, end
	case end:
		return s.counts, true, true
	}
	return c, false, false
}

func newEvent(row *family.Row) event {
	e := event{
		row: row, kind: eventTypes.code[row.Text(family.ColEventType)], role: policeRoles.code[row.Text(family.ColRole)],
		order: orderTypes.code[row.Text(family.ColOrderType)], risk: risks.code[row.Text(family.ColRisk)],
		nature: eventCategories.code[row.Text(family.ColCategory)],
	}
	if n, ok := row.Int(family.ColOutcomeType); ok && n >= 0 && n <= maxOutcome {
		e.outcome = uint8(n)
	}
	for i, c := range eventDates {
		e.days[i] = row.Date(c)
	}
	return e
}

// maxOutcome is the highest outcome type of the Home Office's list.
const maxOutcome = 22

func newClaim(row *family.Row) claim {
	c := claim{
		row: row, benefit: benefits.code[row.Text(family.ColBenefit)], role: claimRoles.code[row.Text(family.ColRole)],
		start: row.Date(family.ColSpellStart), end: row.Date(family.ColSpellEnd), said: row.Date(family.ColAnsweredOn),
		inWork: yesNo.code[row.Text(family.ColInWork)], result: matchResults.code[row.Text(family.ColMatchResult)],
		conditionality: conditionality.code[row.Text(family.ColConditionality)],
	}
	if c.answered = c.said; c.answered == 0 {
		c.answered = row.AsAt
	}
	return c
}

// ended says whether the spell has ended at asAt, and open whether it has begun
// and not ended.
func (c *claim) ended(asAt family.Date) bool { return c.end != 0 && c.end <= asAt }
func (c *claim) open(asAt family.Date) bool  { return c.start <= asAt && !c.ended(asAt) }

func newTenancyState(row *family.Row) tenancyState {
	s := tenancyState{
		row: row, reference: row.Text(family.ColTenancyRef),
		tenure: tenures.code[row.Text(family.ColTenure)], role: personRoles.code[row.Text(family.ColPersonRole)],
		notice: noticeTypes.code[row.Text(family.ColNoticeType)], ground: noticeGrounds.code[row.Text(family.ColNoticeGround)],
		noticeDate: row.Date(family.ColNoticeDate),
		asbRole:    asbRoles.code[row.Text(family.ColASBRole)], asbStage: asbStages.code[row.Text(family.ColASBStage)],
		asbDate: row.Date(family.ColASBDate),
		owed:    homelessDuties.code[row.Text(family.ColHomelessDuty)], duty: row.Date(family.ColHomelessSince),
		kept: placements.code[row.Text(family.ColPlacement)], arrearsPence: pence(row.Text(family.ColArrearsAmount)),
	}
	role, placement := row.Text(family.ColPersonRole), row.Text(family.ColPlacement)
	s.tenant = role == "tenant" || role == "joint_tenant"
	s.temporary = row.Text(family.ColTenure) == "temporary" || placement != "" && placement != "none"
	weeks, _ := row.Int(family.ColArrearsWeeks)
	s.arrearsWeeks = int32(weeks)
	return s
}

// pence reads pounds, such as 1234.5 or -12, and cuts off what is less than a
// penny; what is no amount is none.
func pence(text string) int64 {
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole+(fraction + "00")[:2], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func newEpisode(row *family.Row) episode {
	return episode{
		row: row, agency: agencyKinds.code[row.Text(family.ColAgencyKind)], kind: episodeTypes.code[row.Text(family.ColEpisodeType)],
		status: episodeStatuses.code[row.Text(family.ColStatus)],
		start:  row.Date(family.ColStart), end: row.Date(family.ColEnd),
	}
}

// open says whether the episode is not closed, has begun, and has not ended at
// asAt.
func (e *episode) open(asAt family.Date) bool {
	return episodeStatuses.values[e.status] != "closed" && e.start <= asAt && (e.end == 0 || e.end > asAt)
}

// day is the latest that the episode's row speaks of: its end, else the day
// that its delivery describes.
func (e *episode) day(asAt family.Date) family.Date {
	if e.end != 0 && e.end <= asAt {
		return e.end
	}
	return e.row.AsAt
}
