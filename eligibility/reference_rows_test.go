package eligibility_test

import (
	"slices"
	"strings"
	"time"

	"github.com/hearthmatch/hearth/family"
)

// ---- school

// sessions are a child's sums over the last n terms. Absences of both kinds
// count over two terms, unauthorised ones alone over three.
func (f *refFamily) sessions(m refMember, terms int) (possible, authorised, unauthorised int) {
	in := lastTerms(f.asAt, terms)
	from, to := in[0].first, in[terms-1].last
	for _, r := range rowsOf(m, family.Attendance) {
		p, a, u := rowSessions(r, from, to, terms == 2)
		possible, authorised, unauthorised = possible+p, authorised+a, unauthorised+u
	}
	return possible, authorised, unauthorised
}

// rowSessions are a row's sessions between two days: by its marks where it has
// them, else all of them or none by the period's end. A row without a count that
// is needed counts for nothing.
func rowSessions(r *family.Row, from, to time.Time, needAuthorised bool) (possible, authorised, unauthorised int) {
	if marks := text(r, family.ColMarks); marks != "" {
		return markSessions(marks, date(r, family.ColPeriodStart), from, to)
	}
	end := date(r, family.ColPeriodEnd)
	if end.Before(from) || end.After(to) {
		return 0, 0, 0
	}
	p, okP := number(r, family.ColSessionsPossible)
	a, okA := number(r, family.ColSessionsAuthorised)
	u, okU := number(r, family.ColSessionsUnauthorised)
	if !okP || !okU || needAuthorised && !okA {
		return 0, 0, 0
	}
	return p, a, u
}

// markSessions counts a register's marks by the table of codes.
func markSessions(marks string, start, from, to time.Time) (possible, authorised, unauthorised int) {
	var codes []string
	for i := 0; i < len(marks); i++ {
		if marks[i] == '[' {
			n := strings.IndexByte(marks[i:], ']')
			codes = append(codes, marks[i+1:i+n])
			i += n
			continue
		}
		codes = append(codes, marks[i:i+1])
	}
	d := start
	for i, code := range codes {
		if i > 0 && i%2 == 0 {
			d = nextDay(d)
		}
		for d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
			d = nextDay(d)
		}
		if d.Before(from) || d.After(to) {
			continue
		}
		switch {
		case oneOf(code, "D", "Q", "Y", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "X", "Z", "#"):
		case oneOf(code, "C", "C1", "C2", "J1", "M", "S", "T", "R", "I", "E", "H", "F"):
			possible++
			authorised++
		case oneOf(code, "G", "N", "O", "U"):
			possible++
			unauthorised++
		default: // present, or attending elsewhere
			possible++
		}
	}
	return possible, authorised, unauthorised
}

// suspensions counts those of the rows whose period ends in the last three terms.
func (f *refFamily) suspensions(m refMember) (count int, permanent bool) {
	in := lastTerms(f.asAt, 3)
	for _, r := range rowsOf(m, family.Attendance) {
		end := date(r, family.ColPeriodEnd)
		if end.Before(in[0].first) || end.After(in[2].last) {
			continue
		}
		n, _ := number(r, family.ColSuspensions)
		count += n
		permanent = permanent || text(r, family.ColPermanentExclusion) == "Y"
	}
	return count, permanent
}

func (f *refFamily) suspended() []string {
	return f.childrenOf(func(m refMember) bool { n, _ := f.suspensions(m); return n >= 3 })
}

func (f *refFamily) excluded() []string {
	return f.childrenOf(func(m refMember) bool { _, permanent := f.suspensions(m); return permanent })
}

// nowAtSchool are the rows with the latest end of period, if that is recent.
func (f *refFamily) nowAtSchool(m refMember) []*family.Row {
	var latest time.Time
	var out []*family.Row
	for _, r := range rowsOf(m, family.Attendance) {
		if !f.begun(date(r, family.ColPeriodStart)) {
			continue
		}
		end := date(r, family.ColPeriodEnd)
		if end.After(latest) {
			latest, out = end, nil
		}
		if end.Equal(latest) {
			out = append(out, r)
		}
	}
	if latest.Before(lastTerms(f.asAt, 1)[0].first) {
		return nil
	}
	return out
}

func (f *refFamily) inPRU(m refMember) bool {
	return slices.ContainsFunc(f.nowAtSchool(m), func(r *family.Row) bool {
		return text(r, family.ColOnRoll) != "N" && oneOf(text(r, family.ColProvision), "pru", "ap")
	})
}

func (f *refFamily) notOnRoll(m refMember) bool {
	rows := f.nowAtSchool(m)
	for _, r := range rows {
		if text(r, family.ColOnRoll) != "N" || text(r, family.ColProvision) == "ehe" {
			return false
		}
	}
	return len(rows) > 0
}

// ofSchoolAge says whether a child was born from 1 September sixteen years to
// 31 August five years before the September in which the school year began; one
// whose birth is not known may have been.
func (f *refFamily) ofSchoolAge(m refMember) bool {
	began := f.asAt.Year()
	if f.asAt.Month() < time.September {
		began--
	}
	from := time.Date(began-16, 9, 1, 0, 0, 0, 0, time.UTC)
	to := time.Date(began-5, 8, 31, 0, 0, 0, 0, time.UTC)
	return m.dob.IsZero() || !m.dob.Before(from) && !m.dob.After(to)
}

// childrenOf are the children of whom ok holds.
func (f *refFamily) childrenOf(ok func(refMember) bool) []string {
	return f.those(func(m refMember) bool { return f.isChild(m) && ok(m) })
}

// pupils are the children of whom ok holds, who is told the sessions of the
// last terms: none possible where they are too few to compute with.
func (f *refFamily) pupils(terms int, ok func(m refMember, possible, authorised, unauthorised int) bool) []string {
	return f.childrenOf(func(m refMember) bool {
		possible, authorised, unauthorised := f.sessions(m, terms)
		if possible < 20 {
			possible, authorised, unauthorised = 0, 0, 0
		}
		return ok(m, possible, authorised, unauthorised)
	})
}

// sessionsUnknown says whether a child of school age has too few sessions.
func (f *refFamily) sessionsUnknown(terms int) bool {
	return len(f.pupils(terms, func(m refMember, possible, _, _ int) bool { return possible == 0 && f.ofSchoolAge(m) })) > 0
}

// ---- police

// eventDay dates an event.
func eventDay(r *family.Row) time.Time {
	for _, c := range []family.Column{family.ColOutcomeDate, family.ColOccurredFrom, family.ColRecordedDate} {
		if d := date(r, c); !d.IsZero() {
			return d
		}
	}
	return time.Time{}
}

func (f *refFamily) provenOffence(_ refMember, r *family.Row) bool {
	return text(r, family.ColRole) == "offender" && oneOf(text(r, family.ColOutcomeType), "1", "2", "3") &&
		f.withinMonths(eventDay(r), 12)
}

func (f *refFamily) policeASB(_ refMember, r *family.Row) bool {
	role := text(r, family.ColRole)
	asb := text(r, family.ColEventType) == "asb" && role == "offender"
	order := text(r, family.ColOrderType) != "" && oneOf(role, "offender", "subject")
	return (asb || order) && f.withinMonths(eventDay(r), 12)
}

func (f *refFamily) missing(_ refMember, r *family.Row) bool {
	return text(r, family.ColEventType) == "missing" && text(r, family.ColRole) == "missing_person" &&
		f.withinMonths(eventDay(r), 12)
}

func (f *refFamily) abuse(roles ...string) func(refMember, *family.Row) bool {
	return func(_ refMember, r *family.Row) bool {
		return text(r, family.ColEventType) == "domestic_abuse" && oneOf(text(r, family.ColRole), roles...) &&
			f.withinMonths(eventDay(r), 12)
	}
}

// policeUnknown says whether the police data of the last 12 months are not
// declared complete for the area.
func (f *refFamily) policeUnknown() bool {
	return f.policeFrom.After(nextDay(monthsBefore(f.asAt, 12)))
}

// ---- housing

// live says whether a row tells the state of its tenancy.
func live(r *family.Row) bool {
	return text(r, family.ColMovedOut) == "" && text(r, family.ColTenancyEnd) == ""
}

func (f *refFamily) housingASB(r *family.Row) bool {
	return text(r, family.ColASBRole) == "perpetrator" && f.withinMonths(date(r, family.ColASBDate), 12)
}

func (f *refFamily) arrears(r *family.Row) bool {
	weeks, _ := number(r, family.ColArrearsWeeks)
	notice := text(r, family.ColNoticeType) == "nsp" && text(r, family.ColNoticeGround) == "arrears" &&
		f.begun(date(r, family.ColNoticeDate))
	return weeks >= 8 || notice
}

func (f *refFamily) noticeOrHomeless(r *family.Row) bool {
	homeless := text(r, family.ColHomelessDuty) != "" && f.begun(date(r, family.ColHomelessSince))
	return f.notice(r) || homeless
}

func (f *refFamily) notice(r *family.Row) bool {
	return text(r, family.ColNoticeType) != "" && f.withinMonths(date(r, family.ColNoticeDate), 6)
}

// temporary asks for a notice on temporary accommodation.
func (f *refFamily) temporary(r *family.Row) bool {
	placed := text(r, family.ColTenure) == "temporary" || !oneOf(text(r, family.ColPlacement), "", "none")
	return placed && f.notice(r)
}

// onTenancies are the people of the tenancies of which a row says what ok asks:
// the tenants, or everybody on it if no member is its tenant.
func (f *refFamily) onTenancies(ok func(*family.Row) bool) []string {
	var out []string
	for _, m := range f.members {
		for _, r := range rowsOf(m, family.Housing) {
			if !live(r) || !ok(r) {
				continue
			}
			same := func(role ...string) []string {
				return f.withRow(anybody, family.Housing, func(_ refMember, o *family.Row) bool {
					return live(o) && text(o, family.ColTenancyRef) == text(r, family.ColTenancyRef) &&
						o.Agency == r.Agency &&
						(role == nil || oneOf(text(o, family.ColPersonRole), role...))
				})
			}
			people := same("tenant", "joint_tenant")
			if people == nil {
				people = same()
			}
			out = append(out, people...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// housingUnknown says whether nobody is on a tenancy and housing data do not
// cover the area.
func (f *refFamily) housingUnknown() bool {
	onOne := f.withRow(anybody, family.Housing, func(_ refMember, r *family.Row) bool { return live(r) })
	return len(onOne) == 0 && f.housingFrom.After(f.asAt)
}

// ---- benefits

func own(r *family.Row) bool { return oneOf(text(r, family.ColRole), "claimant", "partner") }

// answerDay is when a row of benefits was answered, else delivered.
func answerDay(r *family.Row) time.Time {
	if d := date(r, family.ColAnsweredOn); !d.IsZero() {
		return d
	}
	return day(r.AsAt.String())
}

// openSpell says so of a spell; a row with a match result is an answer.
func (f *refFamily) openSpell(r *family.Row) bool {
	return text(r, family.ColMatchResult) == "" && f.begun(date(r, family.ColSpellStart)) && f.open(date(r, family.ColSpellEnd))
}

func (f *refFamily) saysOutOfWork(r *family.Row) bool {
	if !own(r) {
		return false
	}
	if text(r, family.ColMatchResult) == "ON_OOW_BENEFIT" && f.begun(date(r, family.ColAnsweredOn)) {
		return f.open(date(r, family.ColSpellEnd))
	}
	benefit := text(r, family.ColBenefit)
	counts := oneOf(benefit, "JSA", "ESA", "IS", "IB", "SDA", "CA") || benefit == "UC" && text(r, family.ColInWork) == "N"
	return counts && f.openSpell(r)
}

func (f *refFamily) saysNot(r *family.Row) bool {
	return own(r) && text(r, family.ColMatchResult) == "NOT_ON_OOW_BENEFIT" && f.begun(date(r, family.ColAnsweredOn))
}

// outOfWork says whether a row says so that no later answer denies.
func (f *refFamily) outOfWork(m refMember) bool {
	rows := rowsOf(m, family.Benefits)
	for _, r := range rows {
		denied := slices.ContainsFunc(rows, func(o *family.Row) bool {
			return f.saysNot(o) && answerDay(o).After(answerDay(r))
		})
		if f.saysOutOfWork(r) && !denied {
			return true
		}
	}
	return false
}

// answered says whether benefits say anything of a person, whatever it is.
func (f *refFamily) answered(m refMember) bool {
	return slices.ContainsFunc(rowsOf(m, family.Benefits), func(r *family.Row) bool {
		if !own(r) || oneOf(text(r, family.ColMatchResult), "NO_MATCH", "AMBIGUOUS") {
			return false
		}
		if oneOf(text(r, family.ColMatchResult), "ON_OOW_BENEFIT", "NOT_ON_OOW_BENEFIT") {
			return f.begun(date(r, family.ColAnsweredOn))
		}
		return oneOf(text(r, family.ColBenefit), "UC", "JSA", "ESA", "IS", "IB", "SDA", "CA", "PIP", "DLA")
	})
}

func (f *refFamily) outOfWorkAdults() []string {
	return f.those(func(m refMember) bool { return f.isAdult(m) && f.outOfWork(m) })
}

func (f *refFamily) adultUnanswered() bool {
	return len(f.those(func(m refMember) bool { return f.isAdult(m) && !f.answered(m) })) > 0
}

func (f *refFamily) disability(_ refMember, r *family.Row) bool {
	return oneOf(text(r, family.ColBenefit), "PIP", "DLA") && f.openSpell(r)
}

// ---- involvement

func (f *refFamily) openEpisode(r *family.Row) bool {
	return text(r, family.ColStatus) != "closed" && f.begun(date(r, family.ColStart)) && f.open(date(r, family.ColEnd))
}

func (f *refFamily) careOrHelp(_ refMember, r *family.Row) bool {
	return oneOf(text(r, family.ColAgencyKind), "social_care", "early_help") &&
		(f.openEpisode(r) || f.withinMonths(date(r, family.ColStart), 12))
}

func (f *refFamily) neet(m refMember, r *family.Row) bool {
	neet := text(r, family.ColAgencyKind) == "neet" || text(r, family.ColEpisodeType) == "neet"
	return neet && f.age(m) >= 16 && f.age(m) <= 18 && f.openEpisode(r)
}

func (f *refFamily) health(_ refMember, r *family.Row) bool {
	return text(r, family.ColAgencyKind) == "health" && f.openEpisode(r)
}

// healthAlone leaves out the rows that name a need, which are evidence of it.
func (f *refFamily) healthAlone(m refMember, r *family.Row) bool {
	return text(r, family.ColNeedCode) == "" && f.health(m, r)
}

// need asks for an open episode with a need.
func (f *refFamily) need(id string) func(refMember, *family.Row) bool {
	return func(_ refMember, r *family.Row) bool { return text(r, family.ColNeedCode) == id && f.openEpisode(r) }
}
