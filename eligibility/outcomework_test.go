package eligibility

import (
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// spell is the days on or off that a row tells of.
func spellOf(from, to string, on bool) claimSpan {
	s := claimSpan{from: family.MustDate(from), to: endless, on: on, delivered: family.MustDate("2025-09-30")}
	if to != "" {
		s.to = family.MustDate(to) - 1 // the day of the end is the first without
	}
	return s
}

func TestTimeline(t *testing.T) {
	day := family.MustDate
	no := func(d string) claimAnswer { return claimAnswer{day: day(d), to: endless} }
	yes := func(d string) claimAnswer { return claimAnswer{day: day(d), to: endless, on: true} }
	older := spellOf("2025-01-01", "", true)
	older.delivered = day("2025-06-01")
	vague := spellOf("2025-09-01", "", false)
	vague.vague = true
	for _, c := range []struct {
		name     string
		spans    []claimSpan
		answers  []claimAnswer
		from, to string
		want     workDays
	}{
		{"nothing is known", nil, nil, "2025-09-01", "2025-09-30", workDays{unknown: 30}},
		{"on all days", []claimSpan{spellOf("2025-01-01", "", true)}, nil, "2025-09-01", "2025-09-30", workDays{on: 30}},
		{"off from the day of the end", []claimSpan{spellOf("2025-01-01", "2025-09-11", true)}, nil, "2025-09-01", "2025-09-30",
			workDays{on: 10, off: 20, run: 20}},
		{"unknown before the first spell", []claimSpan{spellOf("2025-09-11", "", false)}, nil, "2025-09-01", "2025-09-30",
			workDays{unknown: 10, off: 20, run: 20}},
		{"a gap between spells breaks the run", []claimSpan{spellOf("2025-01-01", "2025-09-06", true), spellOf("2025-09-16", "2025-09-21", true)},
			nil, "2025-09-01", "2025-09-30", workDays{on: 10, off: 20, run: 10}},
		{"two spells of a day count once", []claimSpan{spellOf("2025-01-01", "2025-09-06", true), spellOf("2025-09-01", "2025-09-06", true)},
			nil, "2025-09-01", "2025-09-30", workDays{on: 5, off: 25, run: 25}},
		{"on again on the last day", []claimSpan{spellOf("2025-01-01", "2025-09-06", true), spellOf("2025-09-30", "", true)},
			nil, "2025-09-01", "2025-09-30", workDays{on: 6, off: 24}},
		{"a no stands for 35 days", nil, []claimAnswer{no("2025-08-01")}, "2025-08-01", "2025-09-30", workDays{off: 36, unknown: 25}},
		{"two noes within 35 days", nil, []claimAnswer{no("2025-08-01"), no("2025-09-05")}, "2025-08-01", "2025-09-30", workDays{off: 61, run: 61}},
		{"two noes a day too far apart", nil, []claimAnswer{no("2025-08-01"), no("2025-09-07")}, "2025-08-01", "2025-09-30",
			workDays{off: 60, unknown: 1, run: 24}},
		{"a yes stands until the next no", nil, []claimAnswer{yes("2025-09-01"), no("2025-09-21")}, "2025-09-01", "2025-09-30",
			workDays{on: 20, off: 10, run: 10}},
		{"a yes after a no", nil, []claimAnswer{no("2025-09-01"), yes("2025-09-21")}, "2025-09-01", "2025-09-30", workDays{on: 10, off: 20}},
		{"a no ends an older spell", []claimSpan{older}, []claimAnswer{no("2025-09-11")}, "2025-09-01", "2025-09-30", workDays{on: 10, off: 20, run: 20}},
		{"and not a spell delivered later", []claimSpan{spellOf("2025-01-01", "", true)}, []claimAnswer{no("2025-09-11")}, "2025-09-01", "2025-09-30",
			workDays{on: 30}},
		{"work not said", []claimSpan{vague}, nil, "2025-09-01", "2025-09-30", workDays{unknown: 30}},
		{"an empty span", []claimSpan{older}, nil, "2025-09-30", "2025-09-01", workDays{}},
		{"leap day", []claimSpan{spellOf("2024-01-01", "2024-02-29", true)}, nil, "2024-02-28", "2024-03-01", workDays{on: 1, off: 2, run: 2}},
	} {
		got := newTimeline(c.spans, c.answers, 35, day("2024-01-01"), day("2025-12-31")).within(day(c.from), day(c.to))
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestTimelineEnds(t *testing.T) {
	day := family.MustDate
	tl := newTimeline([]claimSpan{spellOf("2025-01-01", "2025-02-01", true)}, nil, 35, day("2025-01-01"), day("2025-03-31"))
	if got, want := tl.within(day("2024-12-31"), day("2025-01-01")), (workDays{on: 1, unknown: 1}); got != want {
		t.Errorf("before the first day: got %+v, want %+v", got, want)
	}
	if got, want := tl.within(day("2025-03-31"), day("2025-04-01")), (workDays{off: 1, unknown: 1}); got != want {
		t.Errorf("after the last day: got %+v, want %+v", got, want)
	}
	if got, want := newTimeline(nil, nil, 35, day("2025-01-02"), day("2025-01-01")).within(day("2025-01-01"), day("2025-01-01")), (workDays{unknown: 1}); got != want {
		t.Errorf("of no days: got %+v, want %+v", got, want)
	}
}
