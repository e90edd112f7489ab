package eligibility

import (
	"fmt"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// breadth is who has to achieve a rule.
type breadth uint8

const (
	eachPerson  breadth = iota // every member whom it concerns
	wholeFamily                // their evidence is added up
	onePerson                  // one of them is enough
)

var breadths = []string{"each", "family", "one"}

// outcomeRule judges one thing that has to come about.
type outcomeRule struct {
	id, name string
	needs    []string // criteria and headlines that bring it in
	breadth  breadth
	who      *criterion // whom it concerns
	evidence []selection
	byCode   bool // it is asked once for each need, of the episodes that name it
	after    anchor
	baseline window // none where nothing is compared
	now      window
	// sustained: now is for how long a state must have lasted, and it is on track
	// as soon as today's state is good.
	sustained bool
	wait      bool // it is not achieved before the whole window has passed
	// Conditions over the tallies, nil for never: neutral goes first, then
	// unknown, then achieved, then onTrack.
	achieved, neutral, unknown, onTrack *expression
	everAsked                           bool
	figure                              ruleFigure
	says, unknownSays, neutralSays      string
}

// bringsIn says whether a need of the case asks for the rule: by its id, by its
// headline's, or, of a headline named alone, by any criterion of it.
func (r *outcomeRule) bringsIn(need string, f *Framework) bool {
	return slices.ContainsFunc(r.needs, func(n string) bool {
		return n == need || !r.byCode && (n == f.headlineOf(need) || f.headlineOf(n) == need)
	})
}

// ruleFigure is the figure that a reason tells.
type ruleFigure struct {
	value, whole func(*tally) int64 // whole is nil of a plain count
	one, many    string
}

func (g *ruleFigure) of(t *tally) measured {
	m := measured{part: g.value(t), whole: 1, known: true}
	if g.whole != nil {
		m.whole = g.whole(t)
	}
	return m
}

func (g *ruleFigure) text(m measured) string {
	if g.whole == nil {
		return plural(int(m.part), g.one, g.many)
	}
	return fmt.Sprintf("%s (%d of %d %s)", percentage(m.part, m.whole), m.part, m.whole, g.many)
}

// subject is whom a rule judges: a member, or the members together.
type subject struct {
	of       []int // indexes of the case's people
	builtFor []int // whose strands these are
	strands  []strand
	edges    []family.Date // sorted: days on which a row enters or leaves a span
	work     []*timeline   // of the strands
	span     span          // of the latest tally of now
	now      tally
	before   tally
	last     verdict // the latest, and what it was given for
	lastFor  restsOnDay
}

// restsOnDay is all of a verdict that can change from day to day.
type restsOnDay struct {
	now, before, ever, today tally
	who                      whoThen
	ripe, early              bool
	covered                  [4]bool
}

// whoThen is what of a person changes with the day.
type whoThen struct {
	age           int
	adult, school bool
}

// verdict is what a rule says of one subject on one day.
type verdict struct {
	status      family.OutcomeStatus
	early       bool // no part of the follow-up is over
	now, before tally
	followUp
}

// judge asks the rule of a subject on the day d. ok is false where it concerns
// nobody then.
func (c *caseView) judge(t *track, s *subject, d family.Date) (v verdict, ok bool) {
	if d < c.days.attached || !c.build(t, s, d) {
		return verdict{}, false
	}
	r := t.rule
	at := r.after.followUp(r.now, c.days, d)
	if at.span != s.span || s.last.status == 0 {
		s.span, s.now = at.span, addUp(s.strands, at.from, at.to)
	}
	on := restsOnDay{now: s.now, before: s.before, who: c.who, ripe: at.ripe, early: at.from > at.to}
	if r.everAsked {
		on.ever = addUp(s.strands, 1, d)
	}
	if r.sustained {
		on.today = addUp(s.strands, d, d)
	}
	on.covered = c.covered(r, at.span)
	if on != s.lastFor || s.last.status == 0 || c.everyDay {
		s.last, s.lastFor = verdict{status: c.ask(r, &on, at.span), early: on.early}, on
	}
	v = s.last
	v.now, v.before, v.followUp = s.now, s.before, at
	return v, true
}

// covered says whether the feeds whose coverage hangs on the window are complete
// for it, and for its last day.
func (c *caseView) covered(r *outcomeRule, at span) [4]bool {
	from := min(at.from, c.asAt)
	if b := r.baseline; !b.none() {
		from = min(from, b.span(c.days.attached).from)
	}
	cov, last := &c.fam.cov, min(at.to, c.asAt)
	return [4]bool{cov.Complete(family.Police, from), cov.Complete(family.Attendance, from),
		cov.Complete(family.Police, last), cov.Complete(family.Attendance, last)}
}

// build makes the subject ready for the day d; false if the rule concerns
// nobody of it then.
func (c *caseView) build(t *track, s *subject, d family.Date) bool {
	concerned := c.concerned[:0]
	for _, i := range s.of {
		if m, lives := c.memberOn(i, d); lives && t.rule.who.concerns(c.stage, m) {
			concerned = append(concerned, i)
			c.who = whoThen{m.age, m.adult, m.school}
		}
	}
	if c.concerned = concerned; len(concerned) == 0 {
		return false
	}
	if t.rule.breadth == wholeFamily {
		c.who = whoThen{}
	}
	if s.last.status == 0 || !slices.Equal(concerned, s.builtFor) {
		s.builtFor, s.last = slices.Clone(concerned), verdict{}
		s.strands = c.strands(t.rule.evidence, t.need, concerned)
		c.settleEdges(s)
		from, to := c.days.attached, c.days.attached
		if b := t.rule.baseline; !b.none() {
			w := b.span(c.days.attached)
			from, to = w.from, w.to
		}
		s.before = addUp(s.strands, from, to)
	}
	return true
}

// ask puts the rule's conditions.
func (c *caseView) ask(r *outcomeRule, on *restsOnDay, at span) family.OutcomeStatus {
	view := &c.view
	*view = outcomeView{now: on.now, before: on.before, ever: on.ever, needs: c.needs,
		nowMonths: r.now.months, beforeMonths: r.baseline.months}
	s := c.stage
	s.outcome, s.window = view, at
	if !r.baseline.none() {
		s.window.from = min(at.from, r.baseline.span(c.days.attached).from)
	}
	switch {
	case holds(r.neutral, s):
		return family.Neutral
	case on.early:
		return family.NotAchieved
	case holds(r.unknown, s):
		return family.OutcomeUnknown
	case holds(r.achieved, s):
		if on.ripe || !r.wait {
			return family.Achieved
		}
		return family.OnTrack
	case holds(r.onTrack, s):
		return family.OnTrack
	}
	if r.sustained {
		view.now, s.window = on.today, span{at.to, at.to}
		if !holds(r.unknown, s) && holds(r.achieved, s) {
			return family.OnTrack
		}
	}
	return family.NotAchieved
}

// holds asks a condition; one that is not given, or cannot be computed, does
// not hold.
func holds(e *expression, s *stage) bool {
	if e == nil {
		return false
	}
	yes, ok := e.holds(s)
	return yes && ok
}

// track is one rule followed through the days of a case.
type track struct {
	rule     *outcomeRule
	need     string // that the rule is asked for, where it is asked for each
	found    bool   // only needs that the feeds found later ask for it
	subjects []subject
	word     Confirmation         // that the needs are met; zero where nobody confirmed it
	raw      family.OutcomeStatus // today by the feeds, whatever was before
	today    family.OutcomeStatus
	lost     family.Date // the first day since which it is achieved no longer
	ahead    []family.OutcomeStatus
	// confirmed: the feeds cannot say today, and what the track has come to rests on
	// the word.
	confirmed bool

	followUps []followUp // by days since the attachment, once asked for
}

// farthest is how many days ahead a prediction looks.
const farthest = 800

// status combines what the rule says of its subjects on the day d, by the feeds
// alone or, where they cannot say, by a professional's word.
func (c *caseView) status(t *track, d family.Date, word bool) family.OutcomeStatus {
	of := c.statuses[:0]
	for i := range t.subjects {
		v, ok := c.judge(t, &t.subjects[i], d)
		if !ok {
			continue
		}
		if word && v.status == family.OutcomeUnknown {
			v.status = t.byWord(v.followUp, d)
		}
		of = append(of, v.status)
	}
	c.statuses = of
	if t.rule.breadth == onePerson {
		return anyAchieved(of)
	}
	return allAchieved(of)
}

// follow judges the rule today and, where it is not achieved, on the days
// before: what was achieved once and is no longer has regressed.
func (c *caseView) follow(t *track) {
	t.raw = c.status(t, c.asAt, false)
	t.today = t.raw
	if t.raw == family.OutcomeUnknown && t.word.Day != 0 {
		t.today, t.confirmed = c.status(t, c.asAt, true), true
	}
	if t.found || t.raw != family.NotAchieved && t.raw != family.OnTrack {
		return
	}
	for d := c.asAt - 1; d >= c.days.attached; d-- {
		if c.turns(t, d+1) && c.status(t, d, false) == family.Achieved {
			t.today, t.lost = family.Regressed, d+1
			return
		}
	}
}

// byWord is what a professional's word makes of a subject of which the feeds
// cannot say anything on a day: achieved if it has held for all of the time that
// the rule looks at and that time is over, as where the feeds show it.
func (t *track) byWord(at followUp, d family.Date) family.OutcomeStatus {
	switch {
	case d < t.word.Day:
		return family.OutcomeUnknown
	case t.word.Day <= at.from && (at.ripe || !t.rule.wait):
		return family.Achieved
	}
	return family.OnTrack
}

// lookAhead judges the rule on each day to come as if nothing changed.
func (c *caseView) lookAhead(t *track) {
	t.ahead = make([]family.OutcomeStatus, farthest)
	for i := range t.ahead {
		if d := c.asAt + 1 + family.Date(i); i == 0 || c.turns(t, d) {
			t.ahead[i] = c.status(t, d, t.word.Day != 0)
		} else {
			t.ahead[i] = t.ahead[i-1]
		}
	}
}

// since returns the first day of the unbroken run of days, ending with as-at,
// on which a sustained state was good of everybody; 0 where it is not today. Of
// events that must not happen it is the day after the last.
func (c *caseView) since(t *track) family.Date {
	if t.raw != family.Achieved && t.raw != family.OnTrack {
		return 0
	}
	if !t.rule.sustained {
		return c.quietSince(t)
	}
	since := family.Date(0)
	for d := c.asAt; d >= c.days.attached; d-- {
		if (d == c.asAt || c.turns(t, d+1)) && !c.goodOn(t, d) {
			break
		}
		since = d
	}
	return since
}

// goodOn says whether the state of a single day is good of everybody concerned.
func (c *caseView) goodOn(t *track, d family.Date) bool {
	asked := 0
	for i := range t.subjects {
		s := &t.subjects[i]
		if !c.build(t, s, d) {
			continue
		}
		today := addUp(s.strands, d, d)
		on := restsOnDay{now: today, before: s.before, ever: addUp(s.strands, 1, d), today: today, ripe: true}
		if got := c.ask(t.rule, &on, span{d, d}); got != family.Achieved && got != family.Neutral {
			return false
		}
		asked++
	}
	return asked > 0
}

// quietSince is the day after the last event, or after the attachment if none
// has happened since; 0 of a rule that is not about events that must not be.
func (c *caseView) quietSince(t *track) family.Date {
	last := c.days.attached
	for i := range t.subjects {
		s := &t.subjects[i]
		if v, ok := c.judge(t, s, c.asAt); !ok || t.rule.figure.whole != nil || !t.rule.baseline.none() || t.rule.figure.value(&v.now) != 0 {
			return 0
		}
		for _, row := range rowsOf(s.strands, c.days.attached+1, c.asAt) {
			last = max(last, row.day)
		}
	}
	return last + 1
}
