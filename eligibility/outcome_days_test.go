package eligibility_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// restless draws a life of which more turns with the days: feeds that are
// complete from a day on, states that end after as-at, registers over the edges
// of terms, and people who come of age, are born or die.
func restless(t *rapid.T) *life {
	l := newLife(t)
	day := func(label string, from, to int) family.Date {
		return began + family.Date(rapid.IntRange(from, to).Draw(t, label))
	}
	var deliveries []family.Delivery
	for _, feed := range family.Feeds() {
		deliveries = append(deliveries, family.Delivery{Feed: feed, From: day("complete from", -800, 500)})
	}
	l.cov = eligibility.NewCoverage(deliveries, nil)
	for _, m := range l.members {
		if rapid.Bool().Draw(t, "turns") {
			l.born[m.PersonID] = day("comes of age", -100, 1500).AddYears(-rapid.SampledFrom([]int{0, 5, 16, 18, 19}).Draw(t, "age"))
		}
	}
	for range rapid.IntRange(0, 5).Draw(t, "more rows") {
		who, from, to := l.who(t), min(day("from", -400, 700), l.asAt), day("to", 0, 1500)
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			l.add(who, family.Benefits, family.ColBenefit, rapid.SampledFrom([]string{"JSA", "ESA"}).Draw(t, "benefit"), family.ColRole, "claimant",
				family.ColSpellStart, from.String(), family.ColSpellEnd, max(from+1, to).String())
		case 1:
			l.add(who, family.Involvement, family.ColAgencyKind, "social_care", family.ColEpisodeType, "cin", family.ColNeedCode,
				rapid.SampledFrom([]string{"5.1", "8.1"}).Draw(t, "code"), family.ColStart, from.String(), family.ColEnd, max(from+1, to).String(), family.ColStatus, "open")
		default:
			n := rapid.IntRange(1, 120).Draw(t, "days")
			l.add(who, family.Attendance, family.ColPeriodStart, from.String(), family.ColPeriodEnd, (from + family.Date(n)).String(), family.ColOnRoll, "Y",
				family.ColMarks, strings.Repeat("/\\O\\/ONN//", 13)[:rapid.IntRange(1, 120).Draw(t, "marks")], family.ColSessionsPossible, "60", family.ColSessionsAuthorised, "0",
				family.ColSessionsUnauthorised, "9")
		}
	}
	return l
}

// TestOutcomesAreThoseOfEveryDay: asking only the days on which something turns
// gives what asking each of them does.
func TestOutcomesAreThoseOfEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := restless(t)
		f := l.framework(t)
		got, want := f.Outcomes(l.enrollment, l.family(l.asAt)), f.OutcomesDayByDay(l.enrollment, l.family(l.asAt))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s differs from every day asked (-want +got):\n%s", f.ID(), diff)
		}
	})
}

// TestOutcomesTodayAreOutcomes: without prediction everything but the days to
// come is the same.
func TestOutcomesTodayAreOutcomes(t *testing.T) {
	const to = " if nothing changes"
	said := func(reason string, day family.Date) string { return strings.TrimSuffix(reason, "; "+day.String()+to) }
	rapid.Check(t, func(t *rapid.T) {
		l := restless(t)
		f := l.framework(t)
		want := f.Outcomes(l.enrollment, l.family(l.asAt))
		for i := range want {
			o := &want[i]
			o.Reason, o.Predicted = said(o.Reason, o.Predicted), 0
			for j := range o.Needs {
				n := &o.Needs[j]
				n.Reason, n.Predicted = said(n.Reason, n.Predicted), 0
			}
		}
		if diff := cmp.Diff(want, f.OutcomesToday(l.enrollment, l.family(l.asAt))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.ID(), diff)
		}
	})
}
