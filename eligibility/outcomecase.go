package eligibility

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// selection is what a rule or alert selects of one kind of evidence. The rows
// are the same whatever day is asked of; which days they speak of is settled
// when they are selected.
type selection struct {
	kind         *kind
	dated        dating // of tenancies
	begun        bool   // of episodes: it is the day on which they begin, not how long they last
	byCode       bool   // of episodes: those that name the need asked for
	where        *expression
	known, vague *expression // of claims
	entry        *expression
	answerDays   int
}

// caseView is one case as its rules look at it. One goroutine uses it.
type caseView struct {
	f         *Framework
	fam       *Family
	e         Enrollment
	days      caseDays
	asAt      family.Date
	needs     []string // criteria and headlines at entry, sorted
	people    *people  // current members, and those of the case who have left
	stage     *stage
	who       whoThen     // of the subject under way
	ages      [][]whoThen // by person, then by days since the attachment
	turning   []bool      // by days since the attachment: somebody's age, or what follows from it, turns
	followed  map[followUpKey][]followUp
	everyDay  bool // nothing is taken from the day before
	view      outcomeView
	then      member // the member under way, on the day asked
	farTo     family.Date
	statuses  []family.OutcomeStatus
	concerned []int
}

// newCaseView gathers the people of a case, for questions about days up to as
// many days after that of fam.
func newCaseView(f *Framework, e Enrollment, fam *Family, s *stage, ahead int) *caseView {
	members := slices.Clone(fam.residents)
	for _, id := range sorted(slices.Clone(e.People)) {
		if slices.ContainsFunc(members, func(m member) bool { return m.id == id }) {
			continue
		}
		ev := fam.evidence(id)
		if ev == nil {
			ev = nothing
		}
		if ev.died != 0 && ev.died <= fam.asAt || ev.born > fam.asAt {
			continue
		}
		m := newMember(&family.Member{PersonID: id, Role: family.Child}, ev, fam.asAt)
		members = append(members, m)
	}
	slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.id, b.id) })
	if e.Closed > fam.asAt {
		e.Closed = 0
	}
	c := &caseView{f: f, fam: fam, e: e, days: caseDays{e.Attached, e.Closed}, asAt: fam.asAt,
		needs: sorted(slices.Clone(e.Needs)), people: newPeople(members), stage: s, farTo: fam.asAt + family.Date(ahead)}
	s.fam, s.dates, s.people, s.quiet = fam, f.eventDate, c.people, true
	return c
}

// memberOn returns a person of the case as they were on a day since the
// attachment, and whether they lived then.
func (c *caseView) memberOn(i int, d family.Date) (*member, bool) {
	m := &c.people.members[i]
	c.then = *m
	w := c.whoOn(i, d)
	c.then.age, c.then.adult, c.then.school = w.age, w.adult, w.school
	c.stage.member = &c.then
	return &c.then, (m.ev.died == 0 || m.ev.died > d) && m.ev.born <= d
}

// whoOn returns what of a person changes with the day.
func (c *caseView) whoOn(i int, d family.Date) whoThen {
	c.settleAges()
	return c.ages[i][d-c.days.attached]
}

// strands selects the evidence of some people.
func (c *caseView) strands(list []selection, need string, of []int) []strand {
	var out []strand
	for i := range list {
		sel := &list[i]
		switch sel.kind {
		case sessions:
			out = append(out, c.sessions(sel, of))
		case events:
			out = append(out, c.events(sel, of))
		case episodes:
			out = append(out, c.episodes(sel, need, of))
		case tenancies:
			state, kept := c.tenancies(sel, of)
			out = append(out, state, kept)
		case claims:
			for _, m := range of {
				out = append(out, c.claims(sel, m))
			}
		}
	}
	return out
}

func (c *caseView) sessions(sel *selection, of []int) sessionStrand {
	var out sessionStrand
	for _, m := range of {
		list := c.people.members[m].ev.sessions
		for i := range list {
			c.stage.session = sessionPart{session: &list[i], counts: list[i].counts, end: true}
			if list[i].start <= c.asAt && selects(sel.where, c.stage) {
				out = append(out, &list[i])
			}
		}
	}
	return out
}

// inOrder sorts stretches by key, then by day and row.
func inOrder(ds []stretch) stretches {
	slices.SortFunc(ds, func(a, b stretch) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.from, b.from), a.row.Ref().Compare(b.row.Ref()))
	})
	return ds
}

func (c *caseView) events(sel *selection, of []int) stretches {
	var out []stretch
	for _, m := range of {
		list := c.people.members[m].ev.events
		for i := range list {
			e := &list[i]
			day := e.day(c.f.eventDate)
			c.stage.event, c.stage.eventDay = e, day
			if day != 0 && day <= c.asAt && selects(sel.where, c.stage) {
				out = append(out, stretch{e.row, day, day, e.row.Agency + "\x00" + e.row.Text(family.ColEventRef), day})
			}
		}
	}
	return inOrder(out)
}

// episodes last from their start to the day before their end. One that is closed,
// and does not say when, has lasted until the delivery that says so.
func (c *caseView) episodes(sel *selection, need string, of []int) stretches {
	var out []stretch
	for _, m := range of {
		list := c.people.members[m].ev.episodes
		for i := range list {
			e := &list[i]
			c.stage.episode = e
			if e.start > c.asAt || sel.byCode && e.row.Text(family.ColNeedCode) != need || !selects(sel.where, c.stage) {
				continue
			}
			d := stretch{e.row, e.start, endless, e.row.Ref().String(), e.day(c.asAt)}
			switch {
			case sel.begun:
				d.to, d.freshest = e.start, e.start
			case e.end != 0:
				d.to = e.end - 1
			case episodeStatuses.values[e.status] == "closed":
				d.to = e.row.AsAt - 1
			}
			if !sel.begun || e.start != 0 {
				out = append(out, d)
			}
		}
	}
	return inOrder(out)
}

// tenancies are what the live rows of the people's tenancies say. A notice or a
// case of antisocial behaviour is of its day; a duty lasts from the day since
// which it is owed, and any other state from the day that the delivery describes,
// for the feed does not say what was before; the tenancy's newest rows alone say
// it, so that an older one of another record_id is none that lasts.
func (c *caseView) tenancies(sel *selection, of []int) (state stretches, kept keptStrand) {
	var states, held []stretch
	for i := range c.people.tenancies {
		ten := &c.people.tenancies[i]
		if !slices.ContainsFunc(ten.holders, func(h int) bool { return slices.Contains(of, h) }) {
			continue
		}
		key := ten.agency + "\x00" + ten.reference
		newest := ten.newest(c.asAt)
		for j := range ten.states {
			st := ten.states[j].tenancyState
			c.stage.tenancy = st
			if !selects(sel.where, c.stage) {
				continue
			}
			day := sel.dated.day(st)
			if day == 0 && sel.dated == byDuty {
				day = st.row.AsAt // it is owed, and since when is not said
			}
			d := stretch{st.row, day, endless, key, min(day, c.asAt)}
			if sel.dated == byASB || sel.dated == byNotice {
				d.to = day
			}
			if sel.dated == byDelivery && day != newest {
				day = 0 // a newer row says how it is now
			}
			if day != 0 && day <= c.asAt {
				states = append(states, d)
			}
			since := st.row.Date(family.ColTenancyStart)
			if since == 0 {
				since = st.row.AsAt
			}
			held = append(held, stretch{st.row, since, endless, key, min(st.row.AsAt, c.asAt)})
		}
	}
	return inOrder(states), keptStrand(inOrder(held))
}

// newest is the latest day, up to as-at, that a row of the tenancy describes.
func (t *tenancy) newest(asAt family.Date) family.Date {
	var last family.Date
	for i := range t.states {
		if day := t.states[i].row.AsAt; day <= asAt {
			last = max(last, day)
		}
	}
	return last
}

// claims settles one adult's days.
func (c *caseView) claims(sel *selection, m int) *workStrand {
	w := &workStrand{}
	var spans []claimSpan
	var answers []claimAnswer
	var rows, entry []stretch
	list := c.people.members[m].ev.claims
	for i := range list {
		cl := &list[i]
		c.stage.claim = cl
		if cl.said > c.asAt || cl.start > c.asAt || !selects(sel.known, c.stage) {
			continue
		}
		on, last := selects(sel.where, c.stage), endless
		if cl.end != 0 {
			last = cl.end - 1
		}
		d := stretch{cl.row, cl.start, last, cl.row.Ref().String(), min(cl.answered, c.asAt)}
		switch matchResults.values[cl.result] {
		case "":
			spans = append(spans, claimSpan{cl.start, last, cl.answered, on, sel.vague != nil && selects(sel.vague, c.stage)})
		case onBenefit:
			d.from, on = cl.answered, true
			answers = append(answers, claimAnswer{cl.answered, true, last})
		case notOnBenefit:
			d.from, d.to, on = cl.answered, cl.answered, false
			answers = append(answers, claimAnswer{cl.answered, false, last})
		default:
			continue
		}
		rows = append(rows, d)
		if on && selects(sel.entry, c.stage) {
			entry = append(entry, d)
		}
	}
	w.timeline = newTimeline(spans, answers, sel.answerDays, c.days.attached-baselineDays, c.farTo)
	w.rows, w.entry = inOrder(rows), inOrder(entry)
	return w
}

// baselineDays is how long before the attachment an adult's days are settled:
// longer than any window.
const baselineDays = maxMonths * 31
