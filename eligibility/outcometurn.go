package eligibility

import (
	"slices"
	"sort"

	"github.com/hearthmatch/hearth/family"
)

// A rule is asked of a day only where its answer can differ from that of the
// day before: where somebody's age turns, a row enters or leaves a window, or
// the days off a benefit add up to another figure, or what a professional
// confirmed has lasted. On every other day it says what it said.

// turns says whether what a rule says of the day d can differ from what it says
// of the day before, which is not before the attachment.
func (c *caseView) turns(t *track, d family.Date) bool {
	if c.everyDay {
		return true
	}
	i := d - c.days.attached
	c.settleAges()
	if c.turning[i] {
		return true
	}
	if t.followUps == nil {
		t.followUps = c.followUps(t.rule)
	}
	was, at := t.followUps[i-1], t.followUps[i]
	if was.ripe != at.ripe || (was.from > was.to) != (at.from > at.to) {
		return true
	}
	if word := t.word.Day; word != 0 && (d == word || (was.from >= word) != (at.from >= word)) {
		return true
	}
	for i := range t.subjects {
		if t.subjects[i].turns(t.rule, was.span, at.span, d) {
			return true
		}
	}
	return false
}

// turns says whether a tally of the subject differs between two days, or may.
func (s *subject) turns(r *outcomeRule, was, at span, d family.Date) bool {
	daily := r.sustained || r.everAsked
	if s.moves(was.from, at.from) || s.moves(was.to, at.to) || daily && s.moves(d-1, d) {
		return true
	}
	return slices.ContainsFunc(s.work, func(w *timeline) bool {
		return w.within(was.from, was.to) != w.within(at.from, at.to) || r.sustained && w.within(d-1, d-1) != w.within(d, d) ||
			r.everAsked && w.within(1, d-1) != w.within(1, d)
	})
}

// moves says whether a row enters or leaves a span as one of its edges moves
// from one day to another.
func (s *subject) moves(from, to family.Date) bool {
	i, _ := slices.BinarySearch(s.edges, from+1)
	return i < len(s.edges) && s.edges[i] <= to
}

// settleEdges finds the days on which the rows of the subject's strands enter or
// leave a span, and its days on benefits.
func (c *caseView) settleEdges(s *subject) {
	s.edges, s.work = s.edges[:0], nil
	for _, st := range s.strands {
		switch st := st.(type) {
		case stretches:
			s.edges = st.edges(s.edges)
		case keptStrand:
			s.edges = stretches(st).edges(s.edges)
		case sessionStrand:
			for _, a := range st {
				last := a.end
				if a.register != nil {
					last = max(last, a.register.End())
				}
				for d := a.start; d <= last+1; d++ { // a register is split at any day
					s.edges = append(s.edges, d)
				}
			}
		case *workStrand:
			s.edges = st.entry.edges(s.edges)
			s.work = append(s.work, st.timeline)
		}
	}
	for _, feed := range []family.Feed{family.Police, family.Attendance} {
		s.edges = append(s.edges, c.fam.cov.feeds[feed].from)
	}
	slices.Sort(s.edges)
	s.edges = slices.Compact(s.edges)
}

// edges adds the first days of the stretches and those after their last.
func (ds stretches) edges(out []family.Date) []family.Date {
	for i := range ds {
		out = append(out, ds[i].from, ds[i].to+1)
	}
	return out
}

// followUpKey is what the follow-up of a day hangs on within a case.
type followUpKey struct {
	after anchor
	now   window
}

// followUps returns the follow-ups of a rule on the days since the attachment.
func (c *caseView) followUps(r *outcomeRule) []followUp {
	key := followUpKey{r.after, r.now}
	if out := c.followed[key]; out != nil {
		return out
	}
	out := make([]followUp, int(c.farTo-c.days.attached)+1)
	same := family.Date(0) // a window of terms stays where it is up to this day
	for i := range out {
		d := c.days.attached + family.Date(i)
		if d <= same && d != c.days.closed {
			out[i] = out[i-1]
			continue
		}
		out[i] = r.after.followUp(r.now, c.days, d)
		if r.now.terms > 0 {
			_, same = termOf(d).span()
		}
	}
	if c.followed == nil {
		c.followed = map[followUpKey][]followUp{}
	}
	c.followed[key] = out
	return out
}

// settleAges settles what of each person changes with the day, and the days on
// which it does, once for all rules.
func (c *caseView) settleAges() {
	if c.ages != nil {
		return
	}
	c.ages = make([][]whoThen, len(c.people.members))
	c.turning = make([]bool, int(c.farTo-c.days.attached)+1)
	for i := range c.ages {
		m := &c.people.members[i]
		c.ages[i] = make([]whoThen, len(c.turning))
		for d := c.days.attached; d <= c.farTo; {
			w, until := m.on(d)
			c.turning[d-c.days.attached] = true
			for ; d < until && d <= c.farTo; d++ {
				c.ages[i][d-c.days.attached] = w
			}
		}
		for _, d := range []family.Date{m.ev.born, m.ev.died} {
			if d >= c.days.attached && d <= c.farTo {
				c.turning[d-c.days.attached] = true
			}
		}
	}
}

// on returns what of a person changes with the day, and a later day before
// which it does not.
func (m *member) on(d family.Date) (w whoThen, until family.Date) {
	w = whoThen{m.age, m.adult, compulsorySchoolAge(m.ev.born, d)}
	year, month, _ := d.Civil()
	if month >= 9 {
		year++
	}
	until = family.NewDate(year, 9, 1) // the next school year
	if m.ev.born != 0 {
		w.age = m.ev.born.AgeAt(d)
		w.adult = w.age >= adultAge
		until = d + 1 + family.Date(sort.Search(int(until-d)-1, func(n int) bool { return m.ev.born.AgeAt(d+1+family.Date(n)) != w.age }))
	}
	return w, until
}
