package eligibility

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Enrollment is what casework knows of one case that outcomes are judged by.
type Enrollment struct {
	Case string
	// Attached is the day on which the work with the family began, 0 before it
	// has: nothing is achieved before that day. Closed is the day on which it
	// ended, 0 while it goes on.
	Attached, Closed family.Date
	// Needs are the needs at entry or added later: ids of criteria, or of
	// headlines where a professional named no more than that. Their order does
	// not matter, and one named twice is one.
	Needs []string
	// People are the persons of the family at entry. They stay of the case
	// though they leave the household, so that nobody's troubles are resolved by
	// their moving out. The household's current members are of it in any case.
	People []string
	// Plan says that the whole family has been assessed and has a single plan
	// with a reference; LeadPractitioner that somebody is named as leading.
	Plan, LeadPractitioner bool
	// Confirmed are needs that a professional has confirmed to be met. They speak
	// where the feeds cannot, and nowhere else. Their order does not matter.
	Confirmed []Confirmation
}

// Confirmation is a professional's word that a need of a case is met.
type Confirmation struct {
	Need  string      // the id as Enrollment.Needs has it
	Event string      // the event of casework that says so
	Day   family.Date // the first from which it has held; never 0
}

// confirmation returns what a professional confirmed of a need by a day, the
// zero value where nothing was. Of several the latest counts.
func (e *Enrollment) confirmation(need string, by family.Date) Confirmation {
	var out Confirmation
	for _, x := range e.Confirmed {
		if x.Need == need && x.Day <= by && cmp.Or(cmp.Compare(x.Day, out.Day), cmp.Compare(x.Event, out.Event)) > 0 {
			out = x
		}
	}
	return out
}

// Result is one result of a framework, for display.
type Result struct {
	ID, Name string
	Source   string
	Verified bool // false: a number or rule has not been read in its source
	// Needs are the headlines and criteria that it is about; none means every
	// need of the case.
	Needs []string
	// Requires are what casework must hold: "plan", "lead_practitioner".
	Requires []string
	// Partial: it turns no family round by itself; the funnel counts it beside
	// those that do.
	Partial bool
	// Excludes are the results that cannot be claimed beside it, sorted.
	Excludes []string
	Fees     []Fee // in order of From; none where not known
	Rules    []ResultRule
}

// ResultRule is one thing that has to come about, for display.
type ResultRule struct {
	ID, Name string
	For      []string // the criteria and headlines whose needs bring it in
}

// Fee is what was paid for a result claimed in a period.
type Fee struct {
	From, To family.Date // of the claim, both inclusive; To is 0 without end
	Pounds   int
	Verified bool
	Source   string
}

// Results returns the framework's results in its order; none where it pays for
// none.
func (f *Framework) Results() []Result {
	var out []Result
	for _, r := range f.editions[0].results {
		out = append(out, r.Result)
	}
	return out
}

// headlineOf returns the headline of a criterion; blank where there is none.
func (f *Framework) headlineOf(id string) string {
	for i := range f.editions[0].criteria {
		if cr := &f.editions[0].criteria[i]; cr.ID == id {
			return cr.Headline
		}
	}
	return ""
}

// Outcomes judges each result of the framework for a case at the day of fam, in
// the framework's order: each need of the case with its figures before the work
// began and now, its evidence, and the first day on which it will be achieved if
// nothing changes. Rows of after that day say nothing.
//
// fam is the case's household; its evidence is also asked of Enrollment.People.
// The order of needs, members and records does not matter.
func (f *Framework) Outcomes(e Enrollment, fam *Family) []family.Outcome {
	return f.outcomes(e, fam, farthest, false)
}

// OutcomesToday is Outcomes without the days to come, which take most of its
// time: nothing is Predicted, and no reason speaks of it.
func (f *Framework) OutcomesToday(e Enrollment, fam *Family) []family.Outcome {
	return f.outcomes(e, fam, 0, false)
}

// outcomes looks so many days ahead.
func (f *Framework) outcomes(e Enrollment, fam *Family, ahead int, everyDay bool) []family.Outcome {
	s := stages.Get().(*stage)
	defer s.leave()
	ed := f.on(fam.asAt)
	var found []string
	if slices.ContainsFunc(ed.results, func(r result) bool { return r.foundLater }) {
		found = f.foundLater(e, fam, nil)
	}
	c := newCaseView(f, e, fam, s, ahead)
	c.everyDay = everyDay
	out := make([]family.Outcome, 0, len(ed.results))
	for i := range ed.results {
		out = append(out, c.outcome(&ed.results[i], found))
	}
	return out
}

// foundLater returns the criteria that are met, count, and are no need of the
// case, by themselves or by their headline. cand is what Score says of fam; it
// is asked where cand is nil.
func (f *Framework) foundLater(e Enrollment, fam *Family, cand *family.Candidate) []string {
	if e.Attached == 0 || e.Attached > fam.asAt {
		return nil
	}
	var out []string
	if cand == nil {
		scored, _ := f.Score(fam)
		cand = &scored
	}
	for _, n := range cand.Needs {
		if n.Status == family.Met && !n.NotCounted && n.Headline != localHeadline && n.Criterion != n.Headline &&
			!slices.Contains(e.Needs, n.Criterion) && !slices.Contains(e.Needs, n.Headline) {
			out = append(out, n.Criterion)
		}
	}
	return out
}

// outcome judges one result.
func (c *caseView) outcome(r *result, found []string) family.Outcome {
	o := family.Outcome{Framework: c.f.id, Result: r.ID, Name: r.Name, AsAt: c.asAt, Excludes: slices.Clone(r.Excludes)}
	if c.days.attached == 0 || c.days.attached > c.asAt {
		o.Status, o.Reason = family.NotAchieved, "the work with the family has not begun"
		return o
	}
	needs := slices.Clone(c.needs)
	if r.foundLater {
		needs = sorted(append(needs, found...))
	}
	needs = slices.DeleteFunc(needs, func(n string) bool { return !r.about(n, c.f) })
	tracks, asked := c.tracks(r, needs)
	for _, t := range tracks {
		c.follow(t)
		if c.farTo > c.asAt && (t.today == family.NotAchieved || t.today == family.OnTrack || t.today == family.Regressed || t.today == family.OutcomeUnknown) {
			c.lookAhead(t)
		}
	}
	for _, a := range asked {
		if !a.idle(asked) {
			o.Needs = append(o.Needs, c.needOutcome(a.track, a.need))
		}
	}
	o.Needs = append(o.Needs, c.unruled(r, needs)...)
	c.conclude(r, tracks, &o)
	return o
}

// about says whether the result is about a need.
func (r *result) about(need string, f *Framework) bool {
	return len(r.Needs) == 0 || slices.ContainsFunc(r.Needs, func(n string) bool {
		return n == need || n == f.headlineOf(need) || f.headlineOf(n) == need
	})
}

// askedOf is a rule asked because of a need.
type askedOf struct {
	track *track
	need  string
}

// idle says that no episode names the need, and another rule speaks of it: there
// is nothing to tell.
func (a askedOf) idle(asked []askedOf) bool {
	return a.track.rule.byCode && a.track.today == family.Neutral &&
		slices.ContainsFunc(asked, func(o askedOf) bool { return o.need == a.need && o.track != a.track })
}

// tracks makes the tracks of the rules that the needs bring in: one of a rule, but
// for needs that are asked for, were confirmed, or were found later, each by itself.
func (c *caseView) tracks(r *result, needs []string) (tracks []*track, asked []askedOf) {
	for _, rule := range r.rules {
		first := len(tracks)
		for _, n := range needs {
			if !rule.bringsIn(n, c.f) {
				continue
			}
			word, found := c.e.confirmation(n, c.asAt), !slices.Contains(c.needs, n)
			i := slices.IndexFunc(tracks[first:], func(t *track) bool { return !rule.byCode && t.word == word && t.found == found })
			if i < 0 {
				i = len(tracks) - first
				tracks = append(tracks, &track{rule: rule, need: n, found: found, word: word, subjects: c.subjects(rule)})
			}
			asked = append(asked, askedOf{tracks[first+i], n})
		}
	}
	return tracks, asked
}

func (c *caseView) subjects(r *outcomeRule) []subject {
	if r.breadth == wholeFamily {
		every := make([]int, len(c.people.members))
		for i := range every {
			every[i] = i
		}
		return []subject{{of: every}}
	}
	out := make([]subject, len(c.people.members))
	for i := range out {
		out[i].of = []int{i}
	}
	return out
}

// unruled are the needs of which no rule says what has to come about.
func (c *caseView) unruled(r *result, needs []string) []family.NeedOutcome {
	var out []family.NeedOutcome
	for _, n := range needs {
		if slices.ContainsFunc(r.rules, func(rule *outcomeRule) bool { return rule.bringsIn(n, c.f) }) {
			continue
		}
		out = append(out, family.NeedOutcome{Criterion: n, Headline: c.headline(n), Status: family.OutcomeUnknown,
			Reason: "no rule of the framework says what has to come about"})
	}
	return out
}

// headline is that of a criterion, or the need itself where it is a headline.
func (c *caseView) headline(need string) string {
	if h := c.f.headlineOf(need); h != "" {
		return h
	}
	if slices.ContainsFunc(c.f.headlines, func(h Headline) bool { return h.ID == need }) {
		return need
	}
	return ""
}

// conclude settles the result from its rules.
func (c *caseView) conclude(r *result, tracks []*track, o *family.Outcome) {
	combine := allAchieved
	if r.suffices {
		combine = anyAchieved
	}
	statuses := make([]family.OutcomeStatus, 0, len(o.Needs))
	for i := range o.Needs {
		statuses = append(statuses, o.Needs[i].Status)
	}
	o.Status = combine(statuses)
	lacking := r.lacking(c.e)
	switch {
	case len(o.Needs) == 0:
		o.Reason = "the case has no need that this result is about"
	case lacking != "" && o.Status != family.Neutral:
		o.Reason = standings(o.Needs) + "; " + lacking
		if o.Status == family.Achieved || o.Status == family.OnTrack {
			o.Status = family.NotAchieved
		}
	default:
		o.Reason = standings(o.Needs)
		o.Predicted = c.predicted(tracks, len(o.Needs) > 0 && unruledAmong(o.Needs), combine, o.Status)
	}
	if o.Predicted != 0 {
		o.Reason += "; " + o.Predicted.String() + " if nothing changes"
	}
}

func unruledAmong(needs []family.NeedOutcome) bool {
	return slices.ContainsFunc(needs, func(n family.NeedOutcome) bool { return n.Rule == "" })
}

// predicted is the first day to come on which the result is achieved.
func (c *caseView) predicted(tracks []*track, unruled bool, combine func([]family.OutcomeStatus) family.OutcomeStatus, now family.OutcomeStatus) family.Date {
	if now == family.Achieved || now == family.Neutral || unruled || c.farTo == c.asAt {
		return 0
	}
	for _, t := range tracks {
		if t.ahead == nil {
			c.lookAhead(t)
		}
	}
	then := make([]family.OutcomeStatus, len(tracks))
	for i := range farthest {
		turns := i == 0
		for j, t := range tracks {
			turns = turns || then[j] != t.ahead[i]
			then[j] = t.ahead[i]
		}
		if turns && combine(then) == family.Achieved {
			return c.asAt + 1 + family.Date(i)
		}
	}
	return 0
}

// lacking says what casework does not hold that the result requires.
func (r *result) lacking(e Enrollment) string {
	var out []string
	for _, q := range r.Requires {
		switch {
		case q == "plan" && !e.Plan:
			out = append(out, "no single family plan is recorded")
		case q == "lead_practitioner" && !e.LeadPractitioner:
			out = append(out, "no lead practitioner is named")
		}
	}
	return strings.Join(out, "; ")
}

// standings tells how many verdicts there are of each status.
func standings(needs []family.NeedOutcome) string {
	var out []string
	for _, s := range []family.OutcomeStatus{family.Achieved, family.OnTrack, family.Regressed, family.NotAchieved, family.OutcomeUnknown, family.Neutral} {
		n := 0
		for i := range needs {
			if needs[i].Status == s {
				n++
			}
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, strings.ReplaceAll(s.String(), "_", " ")))
		}
	}
	return strings.Join(out, ", ")
}

// needOutcome is what a rule says of a need.
func (c *caseView) needOutcome(t *track, need string) family.NeedOutcome {
	r := t.rule
	n := family.NeedOutcome{Rule: r.id, Criterion: need, Headline: c.headline(need), Status: t.today}
	if t.ahead != nil {
		n.Predicted = firstDay(t.ahead, c.asAt+1)
	}
	n.Since = c.since(t)
	if t.confirmed {
		n.Since, n.Confirmed = t.word.Day, t.word.Event
	}
	var rows, background []seen
	var now, before measured
	var at followUp
	early := false
	for i := range t.subjects {
		s := &t.subjects[i]
		v, ok := c.judge(t, s, c.asAt)
		if !ok || v.status != t.raw {
			continue
		}
		for _, m := range s.builtFor {
			n.Persons = append(n.Persons, c.people.members[m].id)
		}
		at, early = v.followUp, v.early
		now, before = worse(now, r.figure.of(&v.now)), worse(before, r.figure.of(&v.before))
		rows = append(rows, rowsOf(s.strands, v.from, v.to)...)
		if b := r.baseline; !b.none() {
			w := b.span(c.days.attached)
			rows = append(rows, rowsOf(s.strands, w.from, w.to)...)
		}
		background = append(background, rowsOf(s.strands, 1, c.asAt)...)
	}
	if len(rows) == 0 {
		rows = background
	}
	n.Persons = sorted(n.Persons)
	n.Evidence, n.Freshest = evidence(rows, c.asAt)
	n.Now = r.measure(now, at.span, early)
	if b := r.baseline; !b.none() {
		n.Baseline = r.measure(before, b.span(c.days.attached), false)
	}
	n.Reason = c.reason(t, &n, now, before, early)
	return n
}

// measure writes a figure of a span; one of no span is of nothing.
func (r *outcomeRule) measure(m measured, w span, early bool) family.Measure {
	if early || !m.known || w.from > w.to {
		return family.Measure{}
	}
	return family.Measure{From: w.from, To: w.to, Value: m.part, Of: m.whole, Text: r.figure.text(m)}
}

// reason says why, in a sentence with the figures.
func (c *caseView) reason(t *track, n *family.NeedOutcome, now, before measured, early bool) string {
	r := t.rule
	if len(n.Persons) == 0 {
		return "it concerns nobody of the family today"
	}
	switch {
	case n.Status == family.Neutral:
		return r.neutralSays
	case n.Status == family.OutcomeUnknown:
		return r.unknownSays
	case early:
		return "no part of the time that is looked at is over yet"
	}
	said := strings.NewReplacer("{now}", r.figure.text(now), "{before}", r.figure.text(before)).Replace(r.says)
	if t.confirmed {
		said = "a professional confirmed that it is met since " + t.word.Day.String() + ", which no feed shows (" + r.unknownSays + ")"
	}
	switch {
	case t.lost != 0:
		said += "; it was achieved, and is no longer since " + t.lost.String()
	case n.Status == family.OnTrack && r.after == afterClosure && (c.days.closed == 0 || c.days.closed > c.asAt):
		said += "; it has to last " + r.now.text + " after the case is closed"
	case n.Status == family.OnTrack && t.confirmed:
		said += "; it has to last " + r.now.text
	case n.Status == family.OnTrack && n.Since != 0:
		said += "; so since " + n.Since.String() + ", and it has to last " + r.now.text
	}
	if n.Predicted != 0 && n.Status != family.Achieved {
		said += "; " + n.Predicted.String() + " if nothing changes"
	}
	return said
}

// Alerts returns what has got worse since the work began, up to the day of fam:
// the latest first, then by rule and evidence. An alert of the rule
// "needs_found" is a criterion that is met and no need of the case; one of a
// result's rule is of what was achieved and no longer is.
func (f *Framework) Alerts(e Enrollment, fam *Family) []family.Alert {
	if e.Attached == 0 || e.Attached > fam.asAt {
		return nil
	}
	var out []family.Alert
	cand, _ := f.Score(fam)
	for _, id := range f.foundLater(e, fam, &cand) {
		i := slices.IndexFunc(cand.Needs, func(n *family.Need) bool { return n.Criterion == id })
		n := cand.Needs[i]
		out = append(out, family.Alert{Case: e.Case, Rule: needsFound, Criterion: id, Day: max(n.Freshest, e.Attached),
			Evidence: n.Evidence, Reason: "a need that is none of the case's: " + n.Reason})
	}
	s := stages.Get().(*stage)
	defer s.leave()
	c := newCaseView(f, e, fam, s, 0)
	ed := f.on(fam.asAt)
	for i := range ed.alerts {
		out = append(out, c.alerts(&ed.alerts[i])...)
	}
	for i := range ed.results {
		out = append(out, c.regressions(&ed.results[i])...)
	}
	slices.SortFunc(out, func(a, b family.Alert) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Criterion, b.Criterion),
			slices.CompareFunc(a.Evidence, b.Evidence, family.RowRef.Compare))
	})
	return out
}

// needsFound is the rule of an alert of a need that is none of the case's.
const needsFound = "needs_found"

// alerts are the rows of after the attachment that an alert selects.
func (c *caseView) alerts(a *alertRule) []family.Alert {
	var who []int
	for i := range c.people.members {
		if m, lives := c.memberOn(i, c.asAt); lives && a.who.concerns(c.stage, m) {
			who = append(who, i)
		}
	}
	var out []family.Alert
	for _, st := range c.strands(a.evidence, "", who) {
		if _, held := st.(keptStrand); held {
			continue
		}
		last := ""
		for _, row := range st.seen(c.days.attached+1, c.asAt) {
			key := sameThing(row)
			switch {
			case row.day <= c.days.attached:
			case len(out) > 0 && key != "" && key == last: // another part in the same event
				out[len(out)-1].Evidence = append(out[len(out)-1].Evidence, row.row.Ref())
			default:
				out = append(out, family.Alert{Case: c.e.Case, Rule: a.id, Criterion: a.criterion, Day: row.day,
					Evidence: []family.RowRef{row.row.Ref()}, Reason: a.name})
				last = key
			}
		}
	}
	for i := range out {
		slices.SortFunc(out[i].Evidence, family.RowRef.Compare)
	}
	return out
}

// sameThing names what several rows can be about: an event, or a tenancy's state
// of a day; blank where each row is about something of its own.
func sameThing(s seen) string {
	switch s.row.Feed {
	case family.Police:
		return s.row.Agency + "\x00" + s.row.Text(family.ColEventRef)
	case family.Housing:
		return s.row.Agency + "\x00" + s.row.Text(family.ColTenancyRef) + "\x00" + s.day.String()
	}
	return ""
}

// regressions are the rules that were achieved and are no longer.
func (c *caseView) regressions(r *result) []family.Alert {
	needs := slices.DeleteFunc(slices.Clone(c.needs), func(n string) bool { return !r.about(n, c.f) })
	tracks, asked := c.tracks(r, needs)
	for _, t := range tracks {
		c.follow(t)
	}
	var out []family.Alert
	for _, a := range asked {
		if a.track.lost != 0 {
			n := c.needOutcome(a.track, a.need)
			out = append(out, family.Alert{Case: c.e.Case, Rule: n.Rule, Criterion: n.Criterion, Day: a.track.lost, Evidence: n.Evidence, Reason: n.Reason})
		}
	}
	return out
}
