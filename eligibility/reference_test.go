package eligibility_test

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hearthmatch/hearth/eligibility"
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
	nominations             []eligibility.Nomination
	framework               string // that is being answered
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
	oneShort  bool // one headline more would do
	tips      bool // what is unknown would do
	headlines map[string]family.Status
	persons   map[string][]string // who meets each criterion that was asked
}

// together sums up what was asked of a family; enough headlines make it eligible.
func (f *refFamily) together(needs []refNeed, isFamily bool, enough int) refAnswer {
	needs = slices.Concat(needs, f.nominated(needs))
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
	met, unknown := 0, 0
	for _, s := range out.headlines {
		switch s {
		case family.Met:
			met++
		case family.Unknown:
			unknown++
		}
	}
	out.eligible = met >= enough
	out.oneShort = met == enough-1
	out.tips = met < enough && met+unknown >= enough
	return out
}

func (f *refFamily) hasChildAndAdult() bool {
	return f.those(f.isChild) != nil && f.those(f.isAdult) != nil
}

func (f *refFamily) phase1() refAnswer {
	police := f.policeUnknown()
	return f.together([]refNeed{
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
	return f.together([]refNeed{
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
	expectant := f.withRow(anybody, family.Involvement, f.need("2.1")) != nil ||
		slices.ContainsFunc(f.nominated([]refNeed{{headline: "early_years", id: "2.1"}}), func(n refNeed) bool { return n.id == "2.1" && n.persons != nil })
	return f.together(needs, f.hasChildAndAdult() || f.those(f.isAdult) != nil && expectant, 3)
}

func (f *refFamily) answer(framework string) refAnswer {
	f.framework = framework
	switch framework {
	case "tf-phase1-2012":
		return f.phase1()
	case "tf-phase2-2015":
		return f.phase2()
	}
	return f.supporting()
}

// nominated are the needs that a professional names: a criterion, or a headline.
func (f *refFamily) nominated(needs []refNeed) []refNeed {
	var out []refNeed
	for _, n := range f.nominations {
		if n.Framework != "" && n.Framework != f.framework || !f.begun(day(n.Day.String())) {
			continue
		}
		who := f.those(func(m refMember) bool { return n.Persons == nil || slices.Contains(n.Persons, m.id) })
		for _, asked := range needs {
			if slices.Contains(n.Needs, asked.id) || slices.Contains(n.Needs, asked.headline) {
				out = append(out, refNeed{asked.headline, "", who, false})
			}
			if asked.id != "" && slices.Contains(n.Needs, asked.id) {
				out = append(out, refNeed{asked.headline, asked.id, who, false})
			}
		}
	}
	return out
}

// restsOn are the members without any one of whom it would not be eligible.
func (f *refFamily) restsOn(framework string) []string {
	return f.those(func(one refMember) bool {
		others := *f
		others.members = slices.DeleteFunc(slices.Clone(f.members), func(m refMember) bool { return m.id == one.id })
		a := others.answer(framework)
		return !a.family || !a.eligible
	})
}

// adults and children are those among the people named.
func (f *refFamily) adults(ids []string) []string {
	return f.those(func(m refMember) bool { return f.isAdult(m) && slices.Contains(ids, m.id) })
}

func (f *refFamily) children(ids []string) []string {
	return f.those(func(m refMember) bool { return f.isChild(m) && slices.Contains(ids, m.id) })
}
