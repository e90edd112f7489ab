package eligibility_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hearthmatch/hearth/family"
)

// A second reading of the published rules, written from what the criteria are
// agreed to mean and not from this package's code, slow and obvious: no
// framework file, no windows worked out ahead, each question asked of the rows
// as they stand. TestReference compares the two.

// refFamily is a household as the reference sees it: its current members with
// the rows of which each is the subject.
type refFamily struct {
	asAt    time.Time
	members []refMember
	// policeFrom and housingFrom are the first day that each feed covers for the
	// whole area; never where it covers no such day.
	policeFrom, housingFrom time.Time
}

type refMember struct {
	id    string
	dob   time.Time // zero where not known
	child bool      // by the role in the household; used where dob is not known
	rows  []*family.Row
}

// never is later than every day.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// easterSundays are written out, so that the reference computes none.
var easterSundays = map[int]string{
	2010: "04-04", 2011: "04-24", 2012: "04-08", 2013: "03-31", 2014: "04-20", 2015: "04-05", 2016: "03-27",
	2017: "04-16", 2018: "04-01", 2019: "04-21", 2020: "04-12", 2021: "04-04", 2022: "04-17", 2023: "04-09",
	2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2028: "04-16", 2029: "04-01", 2030: "04-21",
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

func easterSunday(year int) time.Time { return day(strconv.Itoa(year) + "-" + easterSundays[year]) }

func nextDay(t time.Time) time.Time { return t.AddDate(0, 0, 1) }

// monthsBefore is the same day of an earlier month, or the month's last day
// where it is too short.
func monthsBefore(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	if t.Day() > last.Day() {
		return last
	}
	return first.AddDate(0, 0, t.Day()-1)
}

type refTerm struct{ first, last time.Time }

// allTerms are the terms of the years of easterSundays.
var allTerms = func() []refTerm {
	var all []refTerm
	for year := 2010; year <= 2030; year++ {
		at := func(monthDay string) time.Time { return day(strconv.Itoa(year) + "-" + monthDay) }
		easter := easterSunday(year)
		all = append(all,
			refTerm{at("01-01"), easter},
			refTerm{nextDay(easter), at("07-31")},
			refTerm{at("08-01"), at("12-31")})
	}
	return all
}()

// lastTerms are the last n terms that ended before asAt, the latest last.
func lastTerms(asAt time.Time, n int) []refTerm {
	ended := 0
	for ended < len(allTerms) && allTerms[ended].last.Before(asAt) {
		ended++
	}
	return allTerms[ended-n : ended]
}

func text(r *family.Row, c family.Column) string { return r.Text(c) }

func date(r *family.Row, c family.Column) time.Time { return day(r.Text(c)) }

func number(r *family.Row, c family.Column) (int, bool) {
	n, err := strconv.Atoi(r.Text(c))
	return n, err == nil
}

func oneOf(s string, of ...string) bool { return slices.Contains(of, s) }

// age is that at as-at; somebody born on 29 February grows older on 1 March of
// a common year. It is -1 where it is not known.
func (f *refFamily) age(m refMember) int {
	if m.dob.IsZero() {
		return -1
	}
	years := f.asAt.Year() - m.dob.Year()
	for years > 0 && m.dob.AddDate(years, 0, 0).After(f.asAt) {
		years--
	}
	return years
}

func (f *refFamily) isChild(m refMember) bool {
	if m.dob.IsZero() {
		return m.child
	}
	return f.age(m) < 18
}

func (f *refFamily) isAdult(m refMember) bool { return !f.isChild(m) }

// withinMonths says whether a day is after as-at less n months and not after as-at.
func (f *refFamily) withinMonths(d time.Time, n int) bool {
	return !d.IsZero() && d.After(monthsBefore(f.asAt, n)) && !d.After(f.asAt)
}

// begun says whether a day is not after as-at; a day not known is no obstacle.
func (f *refFamily) begun(d time.Time) bool { return !d.After(f.asAt) }

// open says whether an end is blank or after as-at.
func (f *refFamily) open(end time.Time) bool { return end.IsZero() || end.After(f.asAt) }

func rowsOf(m refMember, feed family.Feed) []*family.Row {
	var out []*family.Row
	for _, r := range m.rows {
		if r.Feed == feed {
			out = append(out, r)
		}
	}
	return out
}

// those are the members of whom ok holds, by id and in order.
func (f *refFamily) those(ok func(refMember) bool) []string {
	var out []string
	for _, m := range f.members {
		if ok(m) {
			out = append(out, m.id)
		}
	}
	slices.Sort(out)
	return out
}

// withRow are the members whom who takes, and who have a row for which ok holds.
func (f *refFamily) withRow(who func(refMember) bool, feed family.Feed, ok func(refMember, *family.Row) bool) []string {
	return f.those(func(m refMember) bool {
		return who(m) && slices.ContainsFunc(rowsOf(m, feed), func(r *family.Row) bool { return ok(m, r) })
	})
}

func anybody(refMember) bool { return true }

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
						text(o, family.ColLandlord) == text(r, family.ColLandlord) &&
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

// ---- frameworks

// refNeed is what is asked of a household: who of it meets it, and whether that
// is unknown if nobody does. id is the criterion's, blank where it is a part of
// one or several at once.
type refNeed struct {
	headline, id string
	persons      []string
	unknown      bool
}

// refAnswer is what the reference says of a household and one framework.
type refAnswer struct {
	family    bool
	eligible  bool
	headlines map[string]family.Status
	persons   map[string][]string // who meets each criterion that was asked
}

// together sums up what was asked of a family; enough headlines make it eligible.
func together(needs []refNeed, isFamily bool, enough int) refAnswer {
	out := refAnswer{family: isFamily, headlines: map[string]family.Status{}, persons: map[string][]string{}}
	for _, n := range needs {
		status := family.NotMet
		switch {
		case len(n.persons) > 0:
			status = family.Met
		case n.unknown:
			status = family.Unknown
		}
		out.headlines[n.headline] = max(out.headlines[n.headline], status) // not met < unknown < met
		if n.id != "" {
			out.persons[n.id] = slices.Compact(slices.Sorted(slices.Values(append(out.persons[n.id], n.persons...))))
		}
	}
	met := 0
	for _, s := range out.headlines {
		if s == family.Met {
			met++
		}
	}
	out.eligible = met >= enough
	return out
}

func (f *refFamily) hasChildAndAdult() bool {
	return f.those(f.isChild) != nil && f.those(f.isAdult) != nil
}

func (f *refFamily) phase1() refAnswer {
	police := f.policeUnknown()
	return together([]refNeed{
		{"crime_asb", "p1.youth_proven", f.withRow(f.isChild, family.Police, f.provenOffence), police},
		{"crime_asb", "", f.withRow(anybody, family.Police, f.policeASB), police},
		{"crime_asb", "", f.onTenancies(f.housingASB), police},
		{"education", "p1.suspensions", f.suspended(), f.sessionsUnknown(3)},
		{"education", "p1.perm", f.excluded(), false},
		{"education", "p1.pru_ap", f.childrenOf(f.inPRU), false},
		{"education", "p1.no_roll", f.childrenOf(f.notOnRoll), false},
		{"education", "p1.unauth15", f.pupils(3, func(_ refMember, possible, _, unauthorised int) bool {
			return possible > 0 && unauthorised*100 >= possible*15
		}), false},
		{"work", "p1.oow", f.outOfWorkAdults(), f.adultUnanswered()},
	}, f.hasChildAndAdult(), 3)
}

func (f *refFamily) phase2() refAnswer {
	police := f.policeUnknown()
	return together([]refNeed{
		{"crime_asb", "p2.proven", f.withRow(anybody, family.Police, f.provenOffence), police},
		{"crime_asb", "p2.asb", f.withRow(anybody, family.Police, f.policeASB), police},
		{"crime_asb", "p2.asb", f.onTenancies(f.housingASB), police},
		{"education", "p2.absence10", f.pupils(3, func(_ refMember, possible, _, unauthorised int) bool {
			return unauthorised*10 > possible
		}), f.sessionsUnknown(3)},
		{"education", "p2.susp", f.suspended(), false},
		{"education", "p2.perm", f.excluded(), false},
		{"education", "p2.ap_or_missing", f.childrenOf(func(m refMember) bool {
			return f.inPRU(m) || f.notOnRoll(m)
		}), false},
		{"children_need_help", "p2.cin", f.withRow(f.isChild, family.Involvement, f.careOrHelp), false},
		{"children_need_help", "p2.cin", f.withRow(f.isChild, family.Police, f.missing), police},
		{"work_finance", "p2.oow", f.outOfWorkAdults(), f.adultUnanswered()},
		{"work_finance", "p2.neet", f.withRow(anybody, family.Involvement, f.neet), false},
		{"work_finance", "p2.debt", f.onTenancies(f.arrears), f.housingUnknown()},
		{"domestic_abuse", "p2.da", f.withRow(anybody, family.Police,
			f.abuse("victim", "offender", "suspect", "child_present")), police},
		{"health", "p2.health", f.withRow(anybody, family.Involvement, f.health), false},
		{"health", "p2.health", f.withRow(anybody, family.Benefits, f.disability), f.adultUnanswered()},
	}, f.hasChildAndAdult(), 2)
}

func (f *refFamily) supporting() refAnswer {
	police, housing := f.policeUnknown(), f.housingUnknown()
	needs := []refNeed{
		{"education", "1.1", f.pupils(2, func(_ refMember, possible, authorised, unauthorised int) bool {
			return (authorised+unauthorised)*10 > possible
		}), f.sessionsUnknown(2)},
		{"education", "1.2", f.pupils(2, func(_ refMember, possible, authorised, unauthorised int) bool {
			return (authorised+unauthorised)*2 > possible
		}), false},
		{"education", "1.3", f.childrenOf(f.notOnRoll), false},
		{"health", "3.3", f.withRow(anybody, family.Involvement, f.healthAlone), false},
		{"health", "3.3", f.withRow(anybody, family.Benefits, f.disability), f.adultUnanswered()},
		{"abuse_exploitation", "6.2", f.withRow(f.isChild, family.Police, f.missing), police && f.those(f.isChild) != nil},
		{"crime", "7.1", f.withRow(f.isAdult, family.Police, f.provenOffence), police},
		{"crime", "7.1", f.withRow(f.isAdult, family.Police, f.policeASB), police},
		{"crime", "7.1", f.adults(f.onTenancies(f.housingASB)), police},
		{"crime", "7.3", f.withRow(f.isChild, family.Police, f.provenOffence), police},
		{"crime", "7.3", f.withRow(f.isChild, family.Police, f.policeASB), police},
		{"crime", "7.3", f.children(f.onTenancies(f.housingASB)), police},
		{"domestic_abuse", "8.1", f.withRow(anybody, family.Police, f.abuse("victim")), police},
		{"domestic_abuse", "8.2", f.withRow(anybody, family.Police, f.abuse("offender", "suspect")), police},
		{"domestic_abuse", "8.3", f.withRow(anybody, family.Police, f.abuse("child_present")), police},
		{"housing", "9.1", f.onTenancies(f.temporary), housing},
		{"housing", "9.2", f.onTenancies(f.noticeOrHomeless), housing},
		{"finance", "10.1", f.outOfWorkAdults(), f.adultUnanswered()},
		{"finance", "10.2", f.onTenancies(f.arrears), housing},
		{"finance", "10.3", f.withRow(anybody, family.Involvement, f.neet), false},
	}
	for h, headline := range []string{"education", "early_years", "health", "substance", "family_relationships",
		"abuse_exploitation", "crime", "domestic_abuse", "housing", "finance"} {
		for n := range 6 {
			id := fmt.Sprintf("%d.%d", h+1, n+1)
			needs = append(needs, refNeed{headline, id, f.withRow(anybody, family.Involvement, f.need(id)), false})
		}
	}
	expectant := f.withRow(anybody, family.Involvement, f.need("2.1")) != nil
	return together(needs, f.hasChildAndAdult() || f.those(f.isAdult) != nil && expectant, 3)
}

func (f *refFamily) answer(framework string) refAnswer {
	switch framework {
	case "tf-phase1-2012":
		return f.phase1()
	case "tf-phase2-2015":
		return f.phase2()
	}
	return f.supporting()
}

// adults and children are those among the people named.
func (f *refFamily) adults(ids []string) []string {
	return f.those(func(m refMember) bool { return f.isAdult(m) && slices.Contains(ids, m.id) })
}

func (f *refFamily) children(ids []string) []string {
	return f.those(func(m refMember) bool { return f.isChild(m) && slices.Contains(ids, m.id) })
}
