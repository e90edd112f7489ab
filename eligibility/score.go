package eligibility

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/hearthmatch/hearth/family"
)

// Score judges a family: each criterion with its evidence, each headline, and
// whether the family is eligible. It returns false if the household is not a
// family of the framework, for want of current members. Only current members
// count: the dead, former residents and associates do not, and non-resident
// parents as far as the framework lets them.
//
// An eligible family is put forward if it is certain enough that nobody in it
// is wrongly so: one person too many can be all that makes it eligible, and a
// wrong family is worse than one that is looked at first. RestsOn names those
// people.
func (f *Framework) Score(fam *Family) (family.Candidate, bool) {
	s := stages.Get().(*stage)
	defer s.leave()
	s.fam, s.dates, s.quiet = fam, f.eventDate, false
	c, ok := f.score(s, fam.residents, fam.parents)
	if !ok {
		return family.Candidate{}, false
	}
	s.settle(&c)
	h := fam.household
	c.HouseholdID, c.Protected, c.Area, c.Certainty = h.ID, h.Protected, h.Area, h.Certainty
	if c.Eligible {
		c.PutForward = h.Certainty >= leastCertainty
		c.RestsOn = f.restsOn(s, &c)
	}
	return c, true
}

// stages are kept for the next family.
var stages = sync.Pool{New: func() any { return newStage() }}

// leave gives the stage back, with nothing of the family left on it.
func (s *stage) leave() {
	s.fam, s.people, s.member = nil, nil, nil
	stages.Put(s)
}

// leastCertainty is the certainty from which an eligible family is put forward: of
// each of them the chance that somebody is wrongly in it is one in two hundred at
// most. It holds back half of the eligible, to be checked first.
const leastCertainty = 0.995

// restsOn lists the people without any one of whom the family would not be
// eligible, sorted.
func (f *Framework) restsOn(s *stage, whole *family.Candidate) []string {
	s.quiet = true
	adults := s.people.adults
	var out []string
	without := func(id string, residents, parents []member) {
		if c, ok := f.score(s, residents, parents); !ok || !c.Eligible {
			out = append(out, id)
		}
	}
	for i, m := range s.fam.residents {
		if !f.matters(&m, whole, adults, len(s.fam.residents)-adults) {
			continue
		}
		without(m.id, slices.Delete(slices.Clone(s.fam.residents), i, i+1), s.fam.parents)
	}
	if f.awayMost > 0 {
		for i, m := range s.fam.parents {
			without(m.id, s.fam.residents, slices.Delete(slices.Clone(s.fam.parents), i, i+1))
		}
	}
	slices.Sort(out)
	return out
}

// matters says whether a candidate could come out otherwise without a member: of
// anybody else what is met stays met, for rows prove it of each person alone, but
// for a tenancy's, which stand on several people's rows.
func (f *Framework) matters(m *member, whole *family.Candidate, adults, children int) bool {
	if m.adult {
		adults--
	} else {
		children--
	}
	if f.asksHousehold || adults < f.adults || children < f.children || len(m.ev.tenancies) > 0 {
		return true
	}
	return slices.ContainsFunc(whole.Needs, func(n *family.Need) bool {
		return n.Status == family.Met && !n.NotCounted && slices.Contains(n.Persons, m.id)
	})
}

// score judges some members as a family.
func (f *Framework) score(s *stage, members, parents []member) (family.Candidate, bool) {
	s.people = newPeople(members)
	adults := s.people.adults
	short := len(members)-adults < f.children
	if s.fam.asAt == 0 || adults < f.adults || short && !f.expects(s) {
		return family.Candidate{}, false
	}
	criteria := f.on(s.fam.asAt).criteria
	c := family.Candidate{Framework: f.id, AsAt: s.fam.asAt}
	c.Headlines, c.Needs = s.lists(len(f.headlines), len(criteria))
	for i, hl := range f.headlines {
		c.Headlines[i] = family.HeadlineResult{ID: hl.ID, Status: family.NotMet}
	}
	for i := range criteria {
		cr := &criteria[i]
		cr.judge(s, c.Needs[i])
		f.nominated(s, cr, c.Needs[i])
		if cr.headline >= 0 && cr.Counts {
			hl := &c.Headlines[cr.headline]
			hl.Status = max(hl.Status, c.Needs[i].Status)
		}
	}
	f.headlinesNominated(s, &c)
	if f.awayMost > 0 && len(parents) > 0 {
		f.addParents(s, criteria, parents, &c)
	}
	c.Eligible, c.Reason = f.decide(&c, s.quiet)
	return c, true
}

// lists returns room for an answer, that of the needs the same each time: settle
// puts them where they may stay.
func (s *stage) lists(headlines, needs int) ([]family.HeadlineResult, []*family.Need) {
	s.needs = slices.Grow(s.needs[:0], needs)[:needs]
	s.pointers = s.pointers[:0]
	for i := range s.needs {
		s.pointers = append(s.pointers, &s.needs[i])
	}
	if !s.quiet {
		return make([]family.HeadlineResult, headlines), s.pointers
	}
	s.headlines = slices.Grow(s.headlines[:0], headlines)[:headlines]
	return s.headlines, s.pointers
}

// settle takes a candidate's needs out of the room that the next one will use. What
// is said of nobody and rests on no row is the same of nearly every family, nine
// needs in ten: it is kept once.
func (s *stage) settle(c *family.Candidate) {
	kept := make([]*family.Need, len(c.Needs))
	for i, n := range c.Needs {
		if len(n.Persons)+len(n.Evidence)+len(n.Nominations) == 0 {
			kept[i] = s.bare(n)
			continue
		}
		own := *n
		kept[i] = &own
	}
	c.Needs = kept
}

// bareNeed is a need that is said of nobody.
type bareNeed struct {
	criterion, headline, reason string
	status                      family.Status
	from, to, freshest          family.Date
	notCounted                  bool
}

// mostBare bounds how many needs a stage keeps to be shared.
const mostBare = 10_000

func (s *stage) bare(n *family.Need) *family.Need {
	key := bareNeed{n.Criterion, n.Headline, n.Reason, n.Status, n.From, n.To, n.Freshest, n.NotCounted}
	if kept, ok := s.bares[key]; ok {
		return kept
	}
	if len(s.bares) >= mostBare {
		clear(s.bares)
	}
	kept := &family.Need{Criterion: n.Criterion, Headline: n.Headline, Reason: n.Reason, Status: n.Status,
		From: n.From, To: n.To, Freshest: n.Freshest, NotCounted: n.NotCounted}
	s.bares[key] = kept
	return kept
}

// expects says whether an expectant parent stands for the children: an open
// involvement or a nomination names the need.
func (f *Framework) expects(s *stage) bool {
	if f.expectant == "" {
		return false
	}
	for i := range s.people.members {
		for j := range s.people.members[i].ev.episodes {
			if e := &s.people.members[i].ev.episodes[j]; e.names(f.expectant, s.fam.asAt) {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.fam.nominations, func(n Nomination) bool {
		return f.concernedBy(&n, s.people) && slices.Contains(n.Needs, f.expectant)
	})
}

// names says whether the episode is open and names a need.
func (e *episode) names(need string, asAt family.Date) bool {
	return e.open(asAt) && e.row.Text(family.ColNeedCode) == need
}

// judge asks each test of the criterion: one that is met is enough, and unless
// every one is not met, it is not known that the criterion is not.
func (cr *criterion) judge(s *stage, n *family.Need) {
	*n = family.Need{Criterion: cr.ID, Headline: cr.Headline, Status: family.NotMet, NotCounted: !cr.Counts}
	s.of = cr.ID
	answers := s.answers[:0]
	for _, t := range cr.tests {
		answers = append(answers, t.judge(s, cr))
	}
	if cr.byCode {
		if a := cr.judgeCode(s); a.status == family.Met || len(cr.tests) == 0 {
			answers = append(answers, a)
		}
	}
	s.answers = answers
	for i := range answers {
		n.Status = max(n.Status, answers[i].status)
	}
	together(answers, s, n)
	if len(answers) == 0 && !s.quiet {
		n.Reason = notNominated
	}
}

const notNominated = "no professional has put this forward"

// together puts the answers that made the need's status into it.
func together(answers []answer, s *stage, n *family.Need) {
	notes := 0
	var rows []seen
	for i := range answers {
		a := &answers[i]
		if a.from != 0 && (n.From == 0 || a.from < n.From) {
			n.From = a.from
		}
		n.To = max(n.To, a.to)
		if a.status != n.Status {
			continue
		}
		if notes++; notes == 1 {
			n.Persons, rows, n.Reason, n.Nominations = a.persons, a.evidence, a.note, a.nominations
			continue
		}
		n.Persons = append(slices.Clip(n.Persons), a.persons...)
		rows = append(slices.Clip(rows), a.evidence...)
		n.Nominations = append(slices.Clip(n.Nominations), a.nominations...)
		if !s.quiet {
			n.Reason = s.join(n.Reason, a.note)
		}
	}
	if s.quiet {
		return
	}
	n.Persons = sorted(n.Persons)
	n.Nominations = sorted(n.Nominations)
	n.Evidence, n.Freshest = evidence(rows, s.fam.asAt)
}

// sorted puts a list in order, each once; nil stays nil.
func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// join joins two reasons; most families are told the same two.
func (s *stage) join(a, b string) string {
	key := [2]string{a, b}
	if both, ok := s.joined[key]; ok {
		return both
	}
	if len(s.joined) > 10_000 {
		clear(s.joined)
	}
	s.joined[key] = a + "; " + b
	return s.joined[key]
}

// judgeCode looks for open involvement rows that name the need, of any member.
func (cr *criterion) judgeCode(s *stage) answer {
	a := answer{status: family.NotMet, note: "no open involvement names this need"}
	for i := range s.people.members {
		m := &s.people.members[i]
		met := false
		for j := range m.ev.episodes {
			if e := &m.ev.episodes[j]; e.names(cr.ID, s.fam.asAt) {
				met = true
				a.evidence = append(a.evidence, seen{e.row, e.day(s.fam.asAt)})
			}
		}
		if met {
			a.persons = append(a.persons, m.id)
		}
	}
	if len(a.persons) > 0 {
		a.status = family.Met
		a.note = plural(len(a.persons), "member", "members") + " with an open involvement that names this need"
	}
	return a
}

// evidence returns the rows in order, each once, and the latest day that they
// speak of, which is never after as-at.
func evidence(rows []seen, asAt family.Date) ([]family.RowRef, family.Date) {
	if len(rows) == 0 {
		return nil, 0
	}
	refs := make([]family.RowRef, 0, len(rows))
	var freshest family.Date
	for _, r := range rows {
		refs = append(refs, r.row.Ref())
		freshest = max(freshest, min(r.day, asAt))
	}
	slices.SortFunc(refs, family.RowRef.Compare)
	return slices.Compact(refs), freshest
}

// decide applies the framework's rule to the statuses.
func (f *Framework) decide(c *family.Candidate, quiet bool) (eligible bool, reason string) {
	met := f.met(c, isMet)
	eligible = met >= f.atLeast
	filtered := !eligible && f.local > 0 && met >= f.local
	byFilter := filtered && f.localMet(c, isMet)
	if eligible = eligible || byFilter; quiet {
		return eligible, ""
	}
	var names, unknown []string
	for i, hl := range c.Headlines {
		switch {
		case !f.of[i]:
		case hl.Status == family.Met:
			names = append(names, hl.ID)
		case hl.Status == family.Unknown:
			unknown = append(unknown, hl.ID)
		}
	}
	count := plural(met, "headline", "headlines")
	if f.byNeed {
		count = plural(met, "need", "needs")
	}
	reason = count + " met, " + strconv.Itoa(f.atLeast) + " needed"
	if len(names) > 0 {
		reason += ": " + strings.Join(names, ", ")
	}
	switch {
	case byFilter:
		reason += "; a local criterion is met"
	case filtered:
		reason += "; " + f.localReason
	}
	if len(unknown) > 0 {
		reason += "; unknown: " + strings.Join(unknown, ", ")
	}
	return eligible, reason
}

// isMet and mayBeMet are what is counted: what is met, or what could be.
func isMet(s family.Status) bool    { return s == family.Met }
func mayBeMet(s family.Status) bool { return s != family.NotMet }

// met counts what the framework's rule counts.
func (f *Framework) met(c *family.Candidate, counts func(family.Status) bool) int {
	n := 0
	if f.byNeed {
		for _, need := range c.Needs {
			h := slices.IndexFunc(f.headlines, func(h Headline) bool { return h.ID == need.Headline })
			if h >= 0 && f.of[h] && !need.NotCounted && counts(need.Status) {
				n++
			}
		}
		return n
	}
	for i, h := range c.Headlines {
		if f.of[i] && counts(h.Status) {
			n++
		}
	}
	return n
}

func (f *Framework) localMet(c *family.Candidate, counts func(family.Status) bool) bool {
	return slices.ContainsFunc(c.Needs, func(n *family.Need) bool {
		return n.Headline == localHeadline && counts(n.Status) && !n.NotCounted
	})
}

// OneShort says whether a candidate of this framework is not eligible and
// would be with one headline (or need, where those are counted) more.
func (f *Framework) OneShort(c *family.Candidate) bool {
	return !c.Eligible && c.Framework == f.id && f.met(c, isMet) == f.atLeast-1
}

// UnknownTips says whether a candidate of this framework is not eligible and
// would be if every headline (or need) of which it is unknown were met.
func (f *Framework) UnknownTips(c *family.Candidate) bool {
	if c.Eligible || c.Framework != f.id {
		return false
	}
	met := f.met(c, mayBeMet)
	return met >= f.atLeast || f.local > 0 && met >= f.local && f.localMet(c, mayBeMet)
}

// Sort puts candidates in list order: the eligible first, of these the ones put
// forward, then those that meet more headlines, then by household and framework.
func Sort(cs []family.Candidate) {
	slices.SortFunc(cs, func(a, b family.Candidate) int {
		return cmp.Or(
			first(a.Eligible, b.Eligible),
			first(a.PutForward, b.PutForward),
			cmp.Compare(headlinesMet(&b), headlinesMet(&a)),
			cmp.Compare(a.HouseholdID, b.HouseholdID),
			cmp.Compare(a.Framework, b.Framework),
		)
	})
}

// first orders a true before a false.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func headlinesMet(c *family.Candidate) int {
	n := 0
	for _, h := range c.Headlines {
		if h.Status == family.Met {
			n++
		}
	}
	return n
}
