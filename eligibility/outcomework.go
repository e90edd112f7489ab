package eligibility

import "github.com/hearthmatch/hearth/family"

// dayState is what is known of one adult's one day.
type dayState uint8

const (
	dayUnknown dayState = iota
	dayOff              // known, and on no out-of-work benefit
	dayOn
)

// claimSpan is one row about benefits as far as it speaks of days.
type claimSpan struct {
	from, to  family.Date // inclusive; to is endless while the spell is open
	delivered family.Date // the day that the delivery describes, or of the answer
	on        bool        // an out-of-work benefit
	vague     bool        // it does not say whether the claimant works
}

// claimAnswer is an answer to a match request.
type claimAnswer struct {
	day family.Date
	on  bool
	to  family.Date // the last day of a yes that says so, else endless
}

// endless is after every day that is looked at.
const endless = family.Date(1 << 30)

// timeline is each day of one adult, on a benefit, off or unknown. It is
// causal: what it says of a day follows from what was so on that day or before.
type timeline struct {
	from family.Date
	days []dayState
	off  []int32 // how many days before the i-th are off
	on   []int32
	run  []int32 // how many days up to and including the i-th are off without a break
}

// newTimeline settles the days from..to.
//
// A spell counts on its days. A day on which no spell runs is off from the
// first spell on, because a feed of dated spells tells of those that end. A yes
// stands until the next no, or its own end. A no ends every spell and yes
// delivered or answered before it, and stands itself for the given number of
// days where no spell tells more; a day that nothing tells of is unknown.
func newTimeline(spans []claimSpan, answers []claimAnswer, stands int, from, to family.Date) *timeline {
	t := &timeline{from: from}
	if to < from {
		return t
	}
	t.days = make([]dayState, int(to-from)+1)
	first := endless
	for _, s := range spans {
		first = min(first, s.from)
	}
	t.fill(first, endless, dayOff)
	for _, a := range answers {
		if !a.on {
			t.fillUnknown(a.day, a.day+family.Date(stands))
		}
	}
	for _, s := range spans {
		if s.vague {
			t.fill(s.from, lastDay(s.to, s.delivered, answers), dayUnknown)
		}
	}
	for _, s := range spans {
		if s.on {
			t.fill(s.from, lastDay(s.to, s.delivered, answers), dayOn)
		}
	}
	for _, a := range answers {
		if a.on {
			t.fill(a.day, lastDay(a.to, a.day, answers), dayOn)
		}
	}
	t.sum()
	return t
}

// lastDay is the last day that a spell or yes holds for: its own, or the day
// before the first no that is later than what it was known by.
func lastDay(to, known family.Date, answers []claimAnswer) family.Date {
	for _, a := range answers {
		if !a.on && a.day > known {
			to = min(to, a.day-1)
		}
	}
	return to
}

func (t *timeline) fill(from, to family.Date, s dayState) {
	from, to = max(from, t.from), min(to, t.from+family.Date(len(t.days))-1)
	for d := from; d <= to; d++ {
		t.days[d-t.from] = s
	}
}

// fillUnknown makes off what is not known.
func (t *timeline) fillUnknown(from, to family.Date) {
	from, to = max(from, t.from), min(to, t.from+family.Date(len(t.days))-1)
	for d := from; d <= to; d++ {
		if t.days[d-t.from] == dayUnknown {
			t.days[d-t.from] = dayOff
		}
	}
}

func (t *timeline) sum() {
	n := len(t.days)
	t.off, t.on, t.run = make([]int32, n+1), make([]int32, n+1), make([]int32, n)
	run := int32(0)
	for i, s := range t.days {
		t.off[i+1], t.on[i+1] = t.off[i], t.on[i]
		run++
		switch s {
		case dayOff:
			t.off[i+1]++
		case dayOn:
			t.on[i+1]++
			run = 0
		default:
			run = 0
		}
		t.run[i] = run
	}
}

// workDays is what a span of days holds.
type workDays struct {
	on, off, unknown int64
	run              int64 // the days off without a break that end on the last day
}

// within counts the days of a span, both inclusive. Days outside of the
// timeline are unknown.
func (t *timeline) within(from, to family.Date) workDays {
	if to < from {
		return workDays{}
	}
	w := workDays{unknown: int64(to-from) + 1}
	a, b := max(from, t.from), min(to, t.from+family.Date(len(t.days))-1)
	if b < a {
		return w
	}
	i, j := int(a-t.from), int(b-t.from)
	w.on = int64(t.on[j+1] - t.on[i])
	w.off = int64(t.off[j+1] - t.off[i])
	w.unknown -= w.on + w.off
	if b == to {
		w.run = min(int64(t.run[j]), int64(j-i)+1)
	}
	return w
}
