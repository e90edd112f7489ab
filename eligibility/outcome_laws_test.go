package eligibility_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// life is a fictional family that is worked with, and the rows about it.
type life struct {
	enrollment eligibility.Enrollment
	members    []family.Member
	born       map[string]family.Date
	rows       map[string][]*family.Row
	asAt       family.Date
	cov        eligibility.Coverage
	n          int
}

// began is the day on which the work begins, near a term's edge as often as not.
var began = family.MustDate("2024-03-31")

func newLife(t *rapid.T) *life {
	l := &life{born: map[string]family.Date{}, rows: map[string][]*family.Row{}}
	day := func(label string, from, to int) family.Date {
		return began + family.Date(rapid.IntRange(from, to).Draw(t, label))
	}
	l.asAt = day("as-at", 0, 700)
	l.enrollment = eligibility.Enrollment{Case: "E1", Attached: began, Plan: true, LeadPractitioner: true}
	if rapid.Bool().Draw(t, "closed") {
		l.enrollment.Closed = day("closed on", 1, 400)
	}
	for i, years := range rapid.SliceOfN(rapid.IntRange(1, 40), 1, 3).Draw(t, "ages") {
		id := fmt.Sprintf("P%d", i)
		role := family.Child
		if years >= 18 {
			role = family.Adult
		}
		l.members = append(l.members, family.Member{PersonID: id, Role: role})
		l.born[id] = began.AddYears(-years) + family.Date(i)
	}
	var deliveries []family.Delivery
	for _, feed := range family.Feeds() {
		if rapid.IntRange(0, 5).Draw(t, "delivered") > 0 {
			deliveries = append(deliveries, family.Delivery{Feed: feed})
		}
	}
	l.cov = eligibility.NewCoverage(deliveries, nil)
	for range rapid.IntRange(0, 12).Draw(t, "rows") {
		l.randomRow(t)
	}
	return l
}

func (l *life) who(t *rapid.T) string {
	return l.members[rapid.IntRange(0, len(l.members)-1).Draw(t, "who")].PersonID
}

// randomRow adds a row of any feed about anybody, of nothing after as-at.
func (l *life) randomRow(t *rapid.T) {
	who := l.who(t)
	day := func() string {
		d := began + family.Date(rapid.IntRange(-400, 700).Draw(t, "day"))
		return min(d, l.asAt).String()
	}
	one := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "value") }
	switch rapid.IntRange(0, 4).Draw(t, "feed") {
	case 0:
		end := day()
		possible := rapid.IntRange(0, 60).Draw(t, "possible")
		l.add(who, family.Attendance, family.ColPeriodStart, end, family.ColPeriodEnd, end, family.ColOnRoll, one("Y", "Y", "N"),
			family.ColSessionsPossible, fmt.Sprint(possible), family.ColSessionsAuthorised, "0",
			family.ColSessionsUnauthorised, fmt.Sprint(rapid.IntRange(0, possible).Draw(t, "missed")), family.ColSuspensions, one("", "0", "1", "2"))
	case 1:
		l.add(who, family.Police, family.ColEventRef, one("A", "B", "C", "D"), family.ColEventType, one("asb", "crime", "missing", "domestic_abuse"),
			family.ColRole, one("offender", "victim", "missing_person", "child_present"), family.ColOutcomeType, one("", "1", "3"), family.ColOccurredFrom, day())
	case 2:
		a, b := day(), day()
		if b < a {
			a, b = b, a
		}
		l.add(who, family.Benefits, family.ColBenefit, one("JSA", "ESA", "UC", "PIP"), family.ColRole, "claimant", family.ColInWork, one("", "Y", "N"),
			family.ColSpellStart, a, family.ColSpellEnd, one("", b), family.ColMatchResult, one("", "", "ON_OOW_BENEFIT", "NOT_ON_OOW_BENEFIT"), family.ColAnsweredOn, one("", b))
	case 3:
		l.add(who, family.Housing, family.ColTenancyRef, one("T1", "T2"), family.ColPersonRole, one("tenant", "household_member"), family.ColTenancyStart, day(),
			family.ColTenure, one("secure", "temporary"), family.ColNoticeType, one("", "nsp"), family.ColNoticeGround, one("arrears", "asb"), family.ColNoticeDate, day(),
			family.ColArrearsWeeks, one("", "3", "9"), family.ColASBRole, one("", "perpetrator"), family.ColASBDate, day(), family.ColHomelessDuty, one("", "", "relief"))
	default:
		a, b := day(), day()
		if b < a {
			a, b = b, a
		}
		l.add(who, family.Involvement, family.ColAgencyKind, one("social_care", "health", "neet", "early_help"), family.ColEpisodeType, one("cin", "neet", "assessment"),
			family.ColNeedCode, one("", "5.1", "8.1", "10.1"), family.ColStart, a, family.ColEnd, one("", b), family.ColStatus, one("", "open", "closed"))
	}
}

// add adds a row of columns and values.
func (l *life) add(who string, feed family.Feed, cells ...any) {
	var values []family.Value
	for i := 0; i < len(cells); i += 2 {
		values = append(values, family.Value{Column: cells[i].(family.Column), Text: cells[i+1].(string)})
	}
	l.n++
	row := family.NewRow(feed, fmt.Sprintf("r%d", l.n), values)
	row.Agency, row.AsAt, row.Seq = "agency", l.asAt, uint64(l.n)
	l.rows[who] = append(l.rows[who], row)
}

func (l *life) family(asAt family.Date) *eligibility.Family {
	h := &family.Household{ID: "H1", Members: l.members}
	return eligibility.NewFamily(h, func(id string) *eligibility.Evidence {
		p := &family.Person{ID: id, Profile: family.Profile{DOB: l.born[id]}}
		for _, row := range l.rows[id] {
			p.Records = append(p.Records, &family.Record{Row: row})
		}
		return eligibility.NewEvidence(p)
	}, nil, l.cov, asAt)
}

// framework draws one that ships, and some of its criteria as the case's needs.
func (l *life) framework(t *rapid.T) *eligibility.Framework {
	f := rapid.SampledFrom(eligibility.Builtin()).Draw(t, "framework")
	for _, c := range f.Criteria() {
		if rapid.IntRange(0, 3).Draw(t, "need") == 0 {
			l.enrollment.Needs = append(l.enrollment.Needs, c.ID)
		}
		if rapid.IntRange(0, 7).Draw(t, "confirmed") == 0 {
			day := began + family.Date(rapid.IntRange(-200, 700).Draw(t, "met since"))
			l.enrollment.Confirmed = append(l.enrollment.Confirmed, eligibility.Confirmation{Need: c.ID, Event: "E" + c.ID, Day: day})
		}
	}
	return f
}

// verdicts are the outcomes of needs by rule and need.
func verdicts(of []family.Outcome) map[string]family.NeedOutcome {
	out := map[string]family.NeedOutcome{}
	for _, o := range of {
		for _, n := range o.Needs {
			out[o.Result+" "+n.Rule+" "+n.Criterion] = n
		}
	}
	return out
}

func TestOutcomesOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		f := l.framework(t)
		outcomes, alerts := f.Outcomes(l.enrollment, l.family(l.asAt)), f.Alerts(l.enrollment, l.family(l.asAt))
		l.members = rapid.Permutation(l.members).Draw(t, "members")
		l.enrollment.Needs = rapid.Permutation(l.enrollment.Needs).Draw(t, "needs")
		l.enrollment.Confirmed = rapid.Permutation(l.enrollment.Confirmed).Draw(t, "confirmations")
		for _, m := range l.members {
			l.rows[m.PersonID] = rapid.Permutation(l.rows[m.PersonID]).Draw(t, "rows")
		}
		if diff := cmp.Diff(outcomes, f.Outcomes(l.enrollment, l.family(l.asAt))); diff != "" {
			t.Errorf("outcomes differ by order:\n%s", diff)
		}
		if diff := cmp.Diff(alerts, f.Alerts(l.enrollment, l.family(l.asAt))); diff != "" {
			t.Errorf("alerts differ by order:\n%s", diff)
		}
	})
}

// TestMoreOffencesAreNoBetter: an offence of after the work began never makes an
// outcome better, and gives an alert.
func TestMoreOffencesAreNoBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		l.asAt = max(l.asAt, began+1)
		f := l.framework(t)
		then := verdicts(f.Outcomes(l.enrollment, l.family(l.asAt)))
		day := began + family.Date(rapid.IntRange(1, int(l.asAt-began)).Draw(t, "offence"))
		l.add(l.who(t), family.Police, family.ColEventRef, "new", family.ColEventType, rapid.SampledFrom([]string{"crime", "asb"}).Draw(t, "type"),
			family.ColRole, "offender", family.ColOutcomeType, "1", family.ColOccurredFrom, day.String())
		for key, now := range verdicts(f.Outcomes(l.enrollment, l.family(l.asAt))) {
			if was, ok := then[key]; ok && now.Status > was.Status {
				t.Errorf("%s: was %s (%s), and is %s with an offence more (%s)", key, was.Status, was.Reason, now.Status, now.Reason)
			}
		}
		alerts := f.Alerts(l.enrollment, l.family(l.asAt))
		if !slices.ContainsFunc(alerts, func(a family.Alert) bool { return strings.HasSuffix(a.Rule, ".a.offence") && a.Day == day }) {
			t.Errorf("no alert of the offence of %s: %v", day, alerts)
		}
	})
}

// TestUnknownIsNotAchievedByLosingRows: where the feeds cannot say, fewer rows
// never make a need achieved. Days on a benefit are left out, for a row less can
// be a benefit less.
func TestUnknownIsNotAchievedByLosingRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		f := l.framework(t)
		then := verdicts(f.Outcomes(l.enrollment, l.family(l.asAt)))
		for _, m := range l.members {
			l.rows[m.PersonID] = slices.DeleteFunc(slices.Clone(l.rows[m.PersonID]), func(r *family.Row) bool {
				return r.Feed != family.Benefits && rapid.Bool().Draw(t, "lost")
			})
		}
		for key, now := range verdicts(f.Outcomes(l.enrollment, l.family(l.asAt))) {
			if was, ok := then[key]; ok && was.Status == family.OutcomeUnknown && now.Status == family.Achieved {
				t.Errorf("%s: was unknown (%s), and is achieved with rows less (%s)", key, was.Reason, now.Reason)
			}
		}
	})
}

// TestAWordOverridesNoFeed: what the feeds show stays as it is whatever was
// confirmed; of what they cannot say a confirmation makes no more than on track
// before it has lasted, and nothing of another need or of a day to come.
func TestAWordOverridesNoFeed(t *testing.T) {
	spoke := map[family.OutcomeStatus]int{}
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		l.asAt += 300 // so long that what was confirmed can have lasted
		if l.enrollment.Closed != 0 {
			l.enrollment.Closed = began + 90
		}
		f := l.framework(t)
		l.enrollment.Confirmed = nil
		for _, need := range l.enrollment.Needs {
			day := began + family.Date(rapid.IntRange(0, 400).Draw(t, "met since"))
			l.enrollment.Confirmed = append(l.enrollment.Confirmed, eligibility.Confirmation{Need: need, Event: "E" + need, Day: day})
		}
		with := verdicts(f.Outcomes(l.enrollment, l.family(l.asAt)))
		words := map[string]family.Date{}
		for _, x := range l.enrollment.Confirmed {
			words[x.Need] = x.Day
		}
		l.enrollment.Confirmed = nil
		for key, feeds := range verdicts(f.Outcomes(l.enrollment, l.family(l.asAt))) {
			got, day := with[key], words[feeds.Criterion]
			if said := day != 0 && day <= l.asAt && feeds.Status == family.OutcomeUnknown && feeds.Rule != ""; said {
				spoke[got.Status]++
				if got.Status != family.OnTrack && got.Status != family.Achieved || got.Confirmed != "E"+feeds.Criterion {
					t.Errorf("%s: unknown, and confirmed since %s: got %s by %q (%s)", key, day, got.Status, got.Confirmed, got.Reason)
				}
				if got.Status == family.Achieved && day > max(got.Now.From, began) && got.Now.From != 0 {
					t.Errorf("%s: achieved over %s.., and confirmed since %s only", key, got.Now.From, day)
				}
				continue
			}
			got.Predicted, feeds.Predicted, got.Reason, feeds.Reason = 0, 0, "", "" // the word may tell of days to come
			if diff := cmp.Diff(feeds, got); diff != "" {
				t.Errorf("%s: a confirmation changed what the feeds show (-without +with):\n%s", key, diff)
			}
		}
	})
	t.Logf("a word made %v", spoke)
	if spoke[family.OnTrack] == 0 || spoke[family.Achieved] == 0 {
		t.Errorf("a word made %v: the law was not tried", spoke)
	}
}

// TestNothingIsAchievedOfNobodyKnown: without a row, and with no feed delivered,
// no result that asks for evidence is achieved.
func TestNothingIsAchievedOfNobodyKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		f := l.framework(t)
		l.rows, l.cov = map[string][]*family.Row{}, eligibility.Coverage{}
		for key, n := range verdicts(f.Outcomes(l.enrollment, l.family(l.asAt))) {
			episodes := strings.Contains(key, ".r.help ") || strings.Contains(key, ".r.neet ")
			if n.Status == family.Achieved && !episodes && n.Confirmed == "" { // the involvement feed is optional
				t.Errorf("%s: achieved without a row: %s", key, n.Reason)
			}
		}
	})
}

// TestPredictedDayHolds: on the day predicted, with nothing changed, the need is
// achieved, and on the day before it is not.
func TestPredictedDayHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		f := l.framework(t)
		if l.enrollment.Closed > l.asAt {
			l.enrollment.Closed = 0 // a closure to come is a change
		}
		l.enrollment.Confirmed = slices.DeleteFunc(l.enrollment.Confirmed, func(x eligibility.Confirmation) bool { return x.Day > l.asAt })
		outcomes := f.Outcomes(l.enrollment, l.family(l.asAt))
		for key, n := range verdicts(outcomes) {
			if n.Predicted == 0 || !slices.Contains(l.enrollment.Needs, n.Criterion) {
				continue
			}
			if then := verdicts(f.Outcomes(l.enrollment, l.family(n.Predicted)))[key]; then.Status != family.Achieved {
				t.Errorf("%s: predicted for %s, when it is %s: %s", key, n.Predicted, then.Status, then.Reason)
			}
			if before := verdicts(f.Outcomes(l.enrollment, l.family(n.Predicted-1)))[key]; before.Status == family.Achieved {
				t.Errorf("%s: predicted for %s, and achieved the day before", key, n.Predicted)
			}
		}
		for _, o := range outcomes {
			if o.Predicted == 0 || f.ID() != "tf-phase1-2012" {
				continue // elsewhere a need may be found meanwhile
			}
			for _, then := range f.Outcomes(l.enrollment, l.family(o.Predicted)) {
				if then.Result == o.Result && then.Status != family.Achieved {
					t.Errorf("%s: predicted for %s, when it is %s: %s", o.Result, o.Predicted, then.Status, then.Reason)
				}
			}
		}
	})
}

// TestReasonsNameNobody: no reason holds who it is about, or which row.
func TestReasonsNameNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		f := l.framework(t)
		var reasons []string
		for _, o := range f.Outcomes(l.enrollment, l.family(l.asAt)) {
			reasons = append(reasons, o.Reason)
			for _, n := range o.Needs {
				reasons = append(reasons, n.Reason)
			}
		}
		for _, a := range f.Alerts(l.enrollment, l.family(l.asAt)) {
			reasons = append(reasons, a.Reason)
		}
		for _, r := range reasons {
			if r == "" {
				t.Error("a verdict without a reason")
			}
			for _, m := range l.members {
				if strings.Contains(r, m.PersonID) {
					t.Errorf("a person in the reason %q", r)
				}
			}
		}
	})
}

// BenchmarkOutcomes judges a family of four with two years of rows.
func BenchmarkOutcomes(b *testing.B) {
	l := &life{born: map[string]family.Date{}, rows: map[string][]*family.Row{}, cov: eligibility.CompleteCoverage(), asAt: began + 500}
	l.enrollment = eligibility.Enrollment{Case: "E1", Attached: began, Plan: true, LeadPractitioner: true}
	for i, years := range []int{38, 36, 14, 9} {
		id := fmt.Sprintf("P%d", i)
		l.members = append(l.members, family.Member{PersonID: id, Role: family.Child})
		l.born[id] = began.AddYears(-years)
		for w := range 20 {
			day := began + family.Date(w*30-200)
			l.add(id, family.Attendance, family.ColPeriodStart, day.String(), family.ColPeriodEnd, (day + 6).String(), family.ColOnRoll, "Y",
				family.ColSessionsPossible, "10", family.ColSessionsAuthorised, "0", family.ColSessionsUnauthorised, "2")
			l.add(id, family.Police, family.ColEventRef, fmt.Sprint(i, w), family.ColEventType, "asb", family.ColRole, "offender", family.ColOccurredFrom, day.String())
		}
		l.add(id, family.Benefits, family.ColBenefit, "JSA", family.ColRole, "claimant", family.ColSpellStart, (began - 300).String(), family.ColSpellEnd, (began + 400).String())
	}
	for _, f := range eligibility.Builtin() {
		l.enrollment.Needs = nil
		for _, c := range f.Criteria() {
			l.enrollment.Needs = append(l.enrollment.Needs, c.ID)
		}
		fam := l.family(l.asAt)
		for name, judge := range map[string]func(){
			"outcomes": func() { f.Outcomes(l.enrollment, fam) }, "today": func() { f.OutcomesToday(l.enrollment, fam) },
			"alerts": func() { f.Alerts(l.enrollment, fam) },
		} {
			b.Run(f.ID()+"/"+name, func(b *testing.B) {
				for b.Loop() {
					judge()
				}
			})
		}
	}
}
