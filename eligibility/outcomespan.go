package eligibility

import (
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// tally is what the rows of a span of days add up to. A kind of evidence fills
// its own and leaves the others 0.
type tally struct {
	count                              int64 // rows, or the events, tenancies and episodes that they are
	possible, authorised, unauthorised int64 // sessions
	suspensions, permanentExclusions   int64
	offRoll, alternative               int64 // rows of attendance: off a roll and not educated at home; in a referral unit or alternative provision
	kept                               int64 // tenancies held on every day of the span
	workDays
}

// strand is the rows of one kind that a rule selects of one subject.
type strand interface {
	// add adds what the rows are worth in a span of days, both inclusive.
	add(s *tally, from, to family.Date)
	// seen returns the rows that count in the span.
	seen(from, to family.Date) []seen
}

// stretch is a row that is evidence on some days: an event on one, a state on
// those that it lasts.
type stretch struct {
	row      *family.Row
	from, to family.Date // both inclusive; to is endless for what goes on
	key      string      // rows of one key are one thing
	freshest family.Date
}

// stretches are in order of key.
type stretches []stretch

func (ds stretches) add(s *tally, from, to family.Date) {
	last, any := "", false
	for i := range ds {
		if d := &ds[i]; d.from <= to && d.to >= from && (!any || d.key != last) {
			s.count++
			last, any = d.key, true
		}
	}
}

func (ds stretches) seen(from, to family.Date) []seen {
	var out []seen
	for i := range ds {
		if d := &ds[i]; d.from <= to && d.to >= from {
			out = append(out, seen{d.row, min(d.freshest, to)})
		}
	}
	return out
}

// keptStrand are tenancies, by the days for which they are held.
type keptStrand []stretch

func (ks keptStrand) add(s *tally, from, to family.Date) {
	last, any := "", false
	for i := range ks {
		if d := &ks[i]; d.from <= from && d.to >= to && (!any || d.key != last) {
			s.kept++
			last, any = d.key, true
		}
	}
}

func (ks keptStrand) seen(from, to family.Date) []seen { return stretches(ks).seen(from, to) }

// sessionStrand are rows of attendance. A row counts in the windows of whole
// terms that contain it.
type sessionStrand []*session

func (ss sessionStrand) add(s *tally, from, to family.Date) {
	for _, a := range ss {
		c, part, end := a.within(from, to)
		if !part {
			continue
		}
		s.count++
		s.possible += int64(c.Possible)
		s.authorised += int64(c.Authorised)
		s.unauthorised += int64(c.Unauthorised)
		switch provision := provisions.values[a.provision]; {
		case a.offRoll && provision != "ehe":
			s.offRoll++
		case !a.offRoll && (provision == "pru" || provision == "ap"):
			s.alternative++
		}
		if end {
			s.suspensions += int64(a.suspensions)
			if a.excluded {
				s.permanentExclusions++
			}
		}
	}
}

func (ss sessionStrand) seen(from, to family.Date) []seen {
	var out []seen
	for _, a := range ss {
		if _, part, _ := a.within(from, to); part {
			out = append(out, seen{a.row, min(a.end, to)})
		}
	}
	return out
}

// workStrand is what is known of one adult's days.
type workStrand struct {
	*timeline
	rows  []stretch // all that speak of benefits
	entry stretches // the benefits that the rule is about
}

func (w *workStrand) add(s *tally, from, to family.Date) {
	w.entry.add(s, from, to)
	d := w.within(from, to)
	s.on, s.off, s.unknown, s.run = s.on+d.on, s.off+d.off, s.unknown+d.unknown, max(s.run, d.run)
}

func (w *workStrand) seen(from, to family.Date) []seen { return stretches(w.rows).seen(from, to) }

// anchor is the day that a rule's follow-up begins after.
type anchor uint8

const (
	afterAttachment anchor = iota
	afterClosure
	afterNothing // it may reach back before the work began
)

var anchors = []string{"attachment", "closure", "nothing"}

// caseDays are the days of a case that windows hang on.
type caseDays struct{ attached, closed family.Date }

// followUp is the part of a window that a rule looks at on a day. It is ripe
// where that is the whole of it: else the work has not gone on for so long.
type followUp struct {
	span // from > to: nothing of it is over yet
	ripe bool
}

// followUp returns the part of a window on the day d.
func (a anchor) followUp(w window, days caseDays, d family.Date) followUp {
	whole := w.span(d)
	start, begun := days.attached, true
	switch {
	case a == afterNothing:
		return followUp{whole, true}
	case a == afterClosure && (days.closed == 0 || days.closed > d):
		begun = false
	case a == afterClosure:
		start = days.closed
	}
	first := start + 1
	if w.terms > 0 {
		first, _ = termOf(start).span() // the term in which the work began is one of its terms
	}
	return followUp{span{max(whole.from, first), whole.to}, begun && whole.from >= first}
}

// addUp sums strands over a span.
func addUp(strands []strand, from, to family.Date) tally {
	var s tally
	if from > to {
		return s
	}
	for _, st := range strands {
		st.add(&s, from, to)
	}
	return s
}

// rowsOf returns the rows of strands in a span.
func rowsOf(strands []strand, from, to family.Date) []seen {
	var out []seen
	if from > to {
		return nil
	}
	for _, st := range strands {
		out = append(out, st.seen(from, to)...)
	}
	return out
}

// firstDay returns the first day of a run of statuses that is achieved, 0 for
// none; the run begins on the day from.
func firstDay(run []family.OutcomeStatus, from family.Date) family.Date {
	i := slices.Index(run, family.Achieved)
	if i < 0 {
		return 0
	}
	return from + family.Date(i)
}

// allAchieved combines the statuses of what must all be achieved. What is neutral
// neither helps nor hinders; nothing but neutral is neutral.
func allAchieved(of []family.OutcomeStatus) family.OutcomeStatus {
	worst := family.Neutral
	for _, s := range of {
		switch {
		case s == family.Neutral:
		case worst == family.Neutral:
			worst = s
		default:
			worst = min(worst, s)
		}
	}
	return worst
}

// anyAchieved combines the statuses of which one suffices.
func anyAchieved(of []family.OutcomeStatus) family.OutcomeStatus {
	best := family.Neutral
	for _, s := range of {
		switch {
		case s == family.Neutral:
		case best == family.Neutral:
			best = s
		default:
			best = max(best, s)
		}
	}
	return best
}
