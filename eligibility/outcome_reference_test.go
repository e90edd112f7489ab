package eligibility_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// A second reading of phase 1's rules, from the rows and day by day, with
// nothing of the engine's.

// adult says whether somebody is 18 on a day.
func (l *life) adult(id string, d family.Date) bool { return l.born[id].AgeAt(d) >= 18 }

// incidents counts the distinct events of a span that the row test picks.
func (l *life) incidents(from, to family.Date, pick func(id string, r *family.Row) bool) int {
	seen := map[string]bool{}
	for id, rows := range l.rows {
		for _, r := range rows {
			day, key := r.Date(family.ColOccurredFrom), "event "+r.Text(family.ColEventRef)
			if r.Feed == family.Housing {
				day, key = r.Date(family.ColASBDate), "tenancy "+r.Text(family.ColTenancyRef)
			}
			if day >= from && day <= to && day <= l.asAt && pick(id, r) {
				seen[key] = true
			}
		}
	}
	return len(seen)
}

// reduced is the status of a reduction at as-at.
func (l *life) reduced(percent int, pick func(id string, r *family.Row) bool) family.OutcomeStatus {
	before := l.incidents(began.AddMonths(-12)+1, began, pick)
	from := max(l.asAt.AddMonths(-6)+1, began+1)
	now := l.incidents(from, l.asAt, pick)
	covered := l.cov.Complete(family.Police, began.AddMonths(-12)+1)
	switch whole := l.asAt.AddMonths(-6) >= began; {
	case covered && before == 0:
		return family.Neutral
	case from > l.asAt: // too early to say anything
		return family.NotAchieved
	case !covered:
		return family.OutcomeUnknown
	case 200*now > before*(100-percent):
		return family.NotAchieved
	case whole:
		return family.Achieved
	}
	return family.OnTrack
}

// workDay is what is known of an adult's day.
func (l *life) workDay(id string, d family.Date) (on, off bool) {
	text := func(r *family.Row, c family.Column) string { return r.Text(c) }
	known := func(r *family.Row) family.Date {
		if a := r.Date(family.ColAnsweredOn); a != 0 {
			return a
		}
		return r.AsAt
	}
	vague, spell, stands := false, false, false
	for _, r := range l.rows[id] {
		if r.Feed != family.Benefits || known(r) > l.asAt || r.Date(family.ColSpellStart) > l.asAt {
			continue
		}
		end := r.Date(family.ColSpellEnd)
		ended := end != 0 && end <= d
		for _, no := range l.rows[id] {
			if no.Feed == family.Benefits && text(no, family.ColMatchResult) == "NOT_ON_OOW_BENEFIT" && no.Date(family.ColSpellStart) <= l.asAt &&
				known(no) > known(r) && known(no) <= d && known(no) <= l.asAt {
				ended = true
			}
		}
		b := text(r, family.ColBenefit)
		switch text(r, family.ColMatchResult) {
		case "ON_OOW_BENEFIT":
			on = on || known(r) <= d && !ended
		case "NOT_ON_OOW_BENEFIT":
			stands = stands || known(r) <= d && d <= known(r)+35
		default:
			begun := r.Date(family.ColSpellStart) <= d
			spell = spell || begun
			on = on || begun && !ended && (b == "JSA" || b == "ESA" || b == "UC" && text(r, family.ColInWork) == "N")
			vague = vague || begun && !ended && b == "UC" && text(r, family.ColInWork) == ""
		}
	}
	return on, !on && !vague && (spell || stands)
}

func TestPhase1SecondReading(t *testing.T) {
	var f *eligibility.Framework
	for _, b := range eligibility.Builtin() {
		if b.ID() == "tf-phase1-2012" {
			f = b
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		l.enrollment.Needs = []string{"p1.asb_involved", "p1.youth_proven", "p1.oow"}
		got := verdicts(f.Outcomes(l.enrollment, l.family(l.asAt)))
		asb := l.reduced(60, func(id string, r *family.Row) bool {
			if r.Feed == family.Housing {
				return r.Text(family.ColASBRole) == "perpetrator"
			}
			return r.Feed == family.Police && r.Text(family.ColRole) == "offender" && r.Text(family.ColEventType) == "asb"
		})
		compare(t, "asb", got["crime_asb_education p1.r.asb p1.asb_involved"], asb)
		young := false
		for id := range l.born {
			young = young || !l.adult(id, l.asAt)
		}
		youth := family.Neutral
		if young {
			youth = l.reduced(33, func(id string, r *family.Row) bool {
				o := r.Text(family.ColOutcomeType)
				return !l.adult(id, l.asAt) && r.Feed == family.Police && r.Text(family.ColRole) == "offender" && (o == "1" || o == "3")
			})
		}
		compare(t, "youth", got["crime_asb_education p1.r.youth p1.youth_proven"], youth)
		for _, m := range l.members {
			l.compareWork(t, m.PersonID, got)
		}
	})
}

// compareWork counts an adult's days off day by day, where the verdict is about
// nobody else.
func (l *life) compareWork(t *rapid.T, id string, got map[string]family.NeedOutcome) {
	n := got["continuous_employment p1.r.jobseeker p1.oow"]
	if !l.adult(id, l.asAt) || len(n.Persons) != 1 || n.Persons[0] != id || n.Now.Of == 0 {
		return
	}
	off, days := 0, 0
	for d := max(l.asAt-209, began+1); d <= l.asAt; d++ {
		days++
		if _, is := l.workDay(id, d); is {
			off++
		}
	}
	if n.Now.Value != int64(off) || n.Now.Of != int64(days) {
		t.Errorf("got %d of %d days off, want %d of %d: %s", n.Now.Value, n.Now.Of, off, days, n.Reason)
	}
	on, _ := l.workDay(id, began)
	if n.Status == family.Achieved && (off < 182 || !on) {
		t.Errorf("achieved with %d days off, and on a benefit when the work began: %v", off, on)
	}
}

// compare holds a verdict against what the second reading says; what has
// regressed is not achieved, or on track again.
func compare(t *rapid.T, what string, got family.NeedOutcome, want family.OutcomeStatus) {
	if got.Status == want || got.Status == family.Regressed && (want == family.NotAchieved || want == family.OnTrack) {
		return
	}
	t.Errorf("%s: got %s (%s), want %s", what, got.Status, got.Reason, want)
}
