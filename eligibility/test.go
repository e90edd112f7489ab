package eligibility

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// test is one way to meet a criterion: it selects rows of one kind and judges
// what they add up to.
//
// What selects is separate from what judges: gather adds up the rows of one
// member over any span of days into the stage's sums, whatever `met` makes of
// them, so that outcomes can ask the same selection before the work began and
// after it.
type test struct {
	kind           *kind
	within, beside window
	dated          dating
	where, known   *expression // nil: every row; no row
	met            *expression // nil: any row selected
	unknown        *expression // nil: never
	// unknownOfAll says that unknown is the same for everybody.
	unknownOfAll bool
	whole        bool // sums of all rows are asked for
	figure       *figure
	remark       *expression
	words        words
}

// dating is which date of a tenancy's row it is evidence as of.
type dating uint8

const (
	byDelivery dating = iota
	byASB
	byNotice
	byDuty
)

var datings = []string{"delivered", "asb_date", "notice_date", "homeless_since"}

// day is the day that a tenancy's row speaks of.
func (d dating) day(s *tenancyState) family.Date {
	switch d {
	case byASB:
		return s.asbDate
	case byNotice:
		return s.noticeDate
	case byDuty:
		return s.duty
	}
	return s.row.AsAt
}

// gather adds up what the member's rows over the span say, into the stage's
// sums, and adds the rows selected to the stage's. The span of a test of states
// (claims, episodes) selects nothing by itself. Tenancies are gathered by
// gatherTenancy, for they are several members'.
func (t *test) gather(s *stage, m *member, w span) {
	s.member, s.window = m, w
	s.sums[total] = sums{}
	if t.whole {
		s.sums[all] = sums{}
	}
	if t.known != nil {
		s.sums[known] = sums{}
	}
	switch t.kind {
	case sessions:
		t.gatherSessions(s, m, w)
	case events:
		t.gatherEvents(s, m, w)
	case claims:
		t.gatherClaims(s, m)
	case episodes:
		t.gatherEpisodes(s, m)
	case nominations:
		t.gatherNominations(s, m)
	}
}

// select asks whether the row on the stage is evidence. A condition that cannot
// be computed selects nothing.
func selects(e *expression, s *stage) bool {
	if e == nil {
		return true
	}
	yes, ok := e.holds(s)
	return yes && ok
}

func (t *test) gatherSessions(s *stage, m *member, w span) {
	list := m.ev.sessions
	if t.within.now {
		w.from = latestEnd(list, w)
	}
	for i := range list {
		if !s.enter(&list[i], w, t.within.now) {
			continue
		}
		day := min(list[i].end, w.to)
		if t.whole {
			s.sums[all].addSession(&s.session, day)
		}
		if t.known != nil && selects(t.known, s) {
			s.sums[known].addSession(&s.session, day)
		}
		if selects(t.where, s) {
			s.sums[total].addSession(&s.session, day)
			s.keep(list[i].row, day)
		}
	}
	if !t.beside.none() {
		t.gatherBeside(s, list)
	}
}

// gatherBeside adds up all rows of the window beside the test's own.
func (t *test) gatherBeside(s *stage, list []session) {
	s.sums[beside] = sums{}
	w := t.beside.span(s.fam.asAt)
	for i := range list {
		if s.enter(&list[i], w, false) {
			s.sums[beside].addSession(&s.session, min(list[i].end, w.to))
		}
	}
}

// enter puts a row of attendance on the stage, as far as it lies in the window;
// false if no part of it does. Of now it is the rows that end on the window's
// first day, whole.
func (s *stage) enter(row *session, w span, now bool) bool {
	p := sessionPart{session: row}
	if now {
		if row.end != w.from || row.start > w.to {
			return false
		}
		p.counts, p.end = row.counts, true
	} else {
		var part bool
		if p.counts, part, p.end = row.within(w.from, w.to); !part {
			return false
		}
	}
	s.session = p
	return true
}

// latestEnd is the latest period_end of rows that have begun, if that is in the
// window; else a day that no row ends on.
func latestEnd(list []session, w span) family.Date {
	latest := family.Date(0)
	for i := range list {
		if list[i].end >= w.from && list[i].start <= w.to {
			latest = max(latest, list[i].end)
		}
	}
	return latest
}

// keep notes a row selected.
func (s *stage) keep(row *family.Row, day family.Date) {
	s.rows = append(s.rows, seen{row, day})
}

func (t *test) gatherEvents(s *stage, m *member, w span) {
	first := len(s.rows)
	for i := range m.ev.events {
		e := &m.ev.events[i]
		s.event, s.eventDay = e, e.day(s.dates)
		if !w.holds(s.eventDay) {
			continue
		}
		if t.whole {
			s.sums[all].add(s.eventDay)
			if !slices.ContainsFunc(m.ev.events[:i], func(o event) bool { return w.holds(o.day(s.dates)) && sameEvent(o.row, e.row) }) {
				s.sums[all].events++
			}
		}
		if !selects(t.where, s) {
			continue
		}
		s.sums[total].add(s.eventDay)
		if !slices.ContainsFunc(s.rows[first:], func(o seen) bool { return sameEvent(o.row, e.row) }) {
			s.sums[total].events++
		}
		s.keep(e.row, s.eventDay)
	}
}

// day is the first of the event's dates that is known.
func (e *event) day(order []int) family.Date {
	for _, i := range order {
		if e.days[i] != 0 {
			return e.days[i]
		}
	}
	return 0
}

// sameEvent says whether two rows are about one event: however many rows it
// has, it is one.
func sameEvent(a, b *family.Row) bool {
	return a.Agency == b.Agency && a.Text(family.ColEventRef) == b.Text(family.ColEventRef)
}

func (t *test) gatherClaims(s *stage, m *member) {
	list := m.ev.claims
	said := lastNo(list, s.fam.asAt)
	for i := range list {
		c := &list[i]
		if c.said > s.fam.asAt {
			continue
		}
		s.claim, s.overruled = c, c.answered < said
		if t.whole {
			s.sums[all].add(c.answered)
		}
		if t.known != nil && selects(t.known, s) {
			s.sums[known].add(c.answered)
		}
		if selects(t.where, s) {
			s.sums[total].add(c.answered)
			s.keep(c.row, c.answered)
		}
	}
}

// lastNo is the day of the last answer that says that the person, as claimant or
// partner, is on no out-of-work benefit. Of two answers the later holds; on one
// day the one that says yes.
func lastNo(list []claim, asAt family.Date) family.Date {
	var said family.Date
	for i := range list {
		c := &list[i]
		role := claimRoles.values[c.role]
		if c.said <= asAt && matchResults.values[c.result] == notOnBenefit && (role == "claimant" || role == "partner") {
			said = max(said, c.answered)
		}
	}
	return said
}

func (t *test) gatherEpisodes(s *stage, m *member) {
	for i := range m.ev.episodes {
		e := &m.ev.episodes[i]
		s.episode = e
		day := e.day(s.fam.asAt)
		if t.whole {
			s.sums[all].add(day)
		}
		if t.known != nil && selects(t.known, s) {
			s.sums[known].add(day)
		}
		if selects(t.where, s) {
			s.sums[total].add(day)
			s.keep(e.row, day)
		}
	}
}

func (t *test) gatherNominations(s *stage, m *member) {
	for i := range s.fam.nominations {
		n := &s.fam.nominations[i]
		if len(n.Persons) > 0 && !slices.Contains(n.Persons, m.id) {
			continue
		}
		s.nomination = n
		if t.whole {
			s.sums[all].add(n.Day)
		}
		if selects(t.where, s) {
			s.sums[total].add(n.Day)
			s.named = append(s.named, n.ID)
		}
	}
}

// gatherTenancy adds up what the live rows of one tenancy say.
func (t *test) gatherTenancy(s *stage, ten *tenancy, w span) {
	s.window = w
	s.sums[total], s.sums[all] = sums{}, sums{}
	for i := range ten.states {
		st := ten.states[i].tenancyState
		s.tenancy = st
		day := t.dated.day(st)
		s.sums[all].addState(st, day)
		if selects(t.where, s) {
			s.sums[total].addState(st, day)
			s.keep(st.row, day)
		}
	}
}

// addState adds a tenancy's state: rows repeat it, so that of numbers the
// greatest counts.
func (s *sums) addState(st *tenancyState, day family.Date) {
	first := s.count == 0
	s.add(day)
	s.arrearsWeeks = max(s.arrearsWeeks, int64(st.arrearsWeeks))
	if first || st.arrearsPence > s.arrearsPence {
		s.arrearsPence = st.arrearsPence
	}
}

// judgement says whether the rows gathered meet the test. Without a row selected
// nothing is met; what cannot be computed is unknown.
func (t *test) judgement(s *stage) (met, fails bool) {
	if s.sums[total].count == 0 {
		return false, false
	}
	if t.met == nil {
		return true, false
	}
	yes, ok := t.met.holds(s)
	return yes && ok, !ok
}

// isUnknown asks of a person who does not meet the test whether it is unknown.
func (t *test) isUnknown(s *stage) bool {
	if t.unknown == nil {
		return false
	}
	yes, ok := t.unknown.holds(s)
	return yes || !ok
}

// judge looks at the people that the criterion concerns.
func (t *test) judge(s *stage, cr *criterion) answer {
	f := found{w: t.within.span(s.fam.asAt)}
	s.rows, s.named = s.rows[:0], s.named[:0]
	if t.kind == tenancies {
		t.judgeTenancies(s, cr, &f)
	} else {
		t.judgePeople(s, cr, &f)
	}
	if len(f.met) == 0 && t.unknown != nil && t.unknownOfAll && len(s.people.members) > 0 {
		s.window = f.w
		if t.isUnknown(s) {
			f.unknown = cr.concerned(s)
		}
	}
	return t.answer(s, &f)
}

// judgePeople asks the test of each person. Rows of those who meet it stand
// before the rest.
func (t *test) judgePeople(s *stage, cr *criterion, f *found) {
	for i := range s.people.members {
		m := &s.people.members[i]
		if !cr.concerns(s, m) {
			continue
		}
		start, named := len(s.rows), len(s.named)
		t.gather(s, m, f.w)
		met, fails := t.judgement(s)
		unknown := !met && (fails || !t.unknownOfAll && t.isUnknown(s))
		if !s.quiet && !unknown {
			t.note(s, f)
		}
		switch {
		case met:
			f.met = append(f.met, m.id)
			f.proof = append(f.proof, s.rows[start:]...)
			f.events += s.sums[total].events
		case unknown:
			f.unknown = append(f.unknown, m.id)
			f.insufficient = append(f.insufficient, t.lacking(s, m, start)...)
		}
		if s.rows = s.rows[:start]; !met {
			s.named = s.named[:named]
		}
	}
}

// lacking are the rows shown for an answer that is unknown: of claims every row,
// of the rest those selected.
func (t *test) lacking(s *stage, m *member, start int) []seen {
	if t.kind != claims {
		return s.rows[start:]
	}
	for i := range m.ev.claims {
		s.keep(m.ev.claims[i].row, m.ev.claims[i].answered)
	}
	all := s.rows[start:]
	slices.SortFunc(all, func(a, b seen) int { return a.row.Ref().Compare(b.row.Ref()) })
	return slices.CompactFunc(all, func(a, b seen) bool { return a.row == b.row })
}

// note keeps what the reason should tell of a person.
func (t *test) note(s *stage, f *found) {
	if t.figure != nil && s.sums[total].count > 0 {
		f.worst = worse(f.worst, t.figure.of(s))
	}
	if t.remark != nil {
		if yes, ok := t.remark.holds(s); yes && ok {
			f.remarked++
		}
	}
}

// judgeTenancies asks the test of each tenancy that somebody answers for whom the
// criterion concerns. Unknown is asked of each person, who has no sums.
func (t *test) judgeTenancies(s *stage, cr *criterion, f *found) {
	for i := range s.people.tenancies {
		ten := &s.people.tenancies[i]
		if !slices.ContainsFunc(ten.holders, func(h int) bool { return cr.concerns(s, &s.people.members[h]) }) {
			continue
		}
		start := len(s.rows)
		t.gatherTenancy(s, ten, f.w)
		met, fails := t.judgement(s)
		if !s.quiet {
			t.note(s, f)
		}
		if met || fails {
			t.hold(s, cr, f, ten, met, start)
		}
		s.rows = s.rows[:start]
	}
	if len(f.met) > 0 || t.unknown == nil || t.unknownOfAll {
		return
	}
	for i := range s.people.members {
		m := &s.people.members[i]
		if !cr.concerns(s, m) {
			continue
		}
		if s.member, s.window = m, f.w; t.isUnknown(s) {
			f.unknown = append(f.unknown, m.id)
		}
	}
}

// hold adds a tenancy's answer to those of its holders.
func (t *test) hold(s *stage, cr *criterion, f *found, ten *tenancy, met bool, start int) {
	for _, h := range ten.holders {
		m := &s.people.members[h]
		switch {
		case !cr.concerns(s, m):
		case met:
			f.met = append(f.met, m.id)
		default:
			f.unknown = append(f.unknown, m.id)
		}
	}
	if met {
		f.tenancies++
		f.proof = append(f.proof, s.rows[start:]...)
	}
}

// found is what a test gathers before it answers.
type found struct {
	w                   span
	met, unknown        []string
	proof, insufficient []seen
	worst               measured
	remarked            int
	tenancies           int
	events              int64
}

// figure is the figure that a reason tells.
type figure struct {
	value, whole *expression // whole is nil of a plain count
	one, many    string
}

// measured is a figure: a part of a whole, or of 1 where it is a count.
type measured struct {
	part, whole int64
	known       bool
}

func (g *figure) of(s *stage) measured {
	n := measured{part: g.value.number(s), whole: 1, known: true}
	if g.whole != nil {
		n.whole = g.whole.number(s)
	}
	return n
}

// worse returns the greater share, and of equal ones the one with more behind
// it.
func worse(a, b measured) measured {
	switch {
	case !b.known || b.whole <= 0:
		return a
	case !a.known:
		return b
	}
	if x, y := a.part*b.whole, b.part*a.whole; x != y {
		if x < y {
			return b
		}
		return a
	}
	if a.whole < b.whole {
		return b
	}
	return a
}

// concerns says whether the criterion is about the member.
func (cr *criterion) concerns(s *stage, m *member) bool {
	if cr.whom == nil {
		return cr.ages.include(m)
	}
	s.member = m
	yes, ok := cr.whom.holds(s)
	return yes && ok
}

// concerned returns the ids of the members that the criterion is about.
func (cr *criterion) concerned(s *stage) []string {
	var ids []string
	for i := range s.people.members {
		if m := &s.people.members[i]; cr.concerns(s, m) {
			ids = append(ids, m.id)
		}
	}
	return ids
}

// words are what a test says in a reason.
type words struct {
	says, unknown, remark string // blank: the kind's own words
	bar                   string // what counts, such as "at least 3"
	noun, nouns           string // of whom the criterion is about
	within                string
}

// fill writes the figures into words.
func (w *words) fill(text, figure string, since family.Date) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var out strings.Builder
	for text != "" {
		before, rest, _ := strings.Cut(text, "{")
		name, after, _ := strings.Cut(rest, "}")
		out.WriteString(before)
		switch text = after; name {
		case "figure":
			out.WriteString(figure)
		case "within":
			out.WriteString(w.within)
		case "since":
			out.WriteString(since.String())
		}
	}
	return out.String()
}
