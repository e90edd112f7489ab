package eligibility

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Score judges a family: each criterion with its evidence, each headline, and
// whether the family is eligible. It returns false if the household is not a
// family of the framework, for want of current members. Only current members
// count: the dead, former residents, non-resident parents and associates do not.
//
// An eligible family is put forward if it is certain enough that nobody in it
// is wrongly so: one person too many can be all that makes it eligible, and a
// wrong family is worse than one that is looked at first. RestsOn names those
// people.
func (f *Framework) Score(fam *Family) (family.Candidate, bool) {
	h, cov, asAt := fam.household, fam.cov, fam.asAt
	person := func(id string) *family.Person {
		if e := fam.evidence(id); e != nil {
			return e.person
		}
		return nil
	}
	members := membersOf(h, person, asAt)
	c, ok := f.score(slices.Clone(members), cov, asAt)
	if !ok {
		return family.Candidate{}, false
	}
	c.HouseholdID, c.Protected, c.Area, c.Certainty = h.ID, h.Protected, h.Area, h.Certainty
	if c.Eligible {
		c.PutForward = h.Certainty >= leastCertainty
		c.RestsOn = f.restsOn(members, cov, asAt)
	}
	return c, true
}

// leastCertainty is the certainty from which an eligible family is put forward: of
// each of them the chance that somebody is wrongly in it is one in two hundred at
// most. It holds back half of the eligible, to be checked first.
const leastCertainty = 0.995

// restsOn lists the members without any one of whom the family would not be
// eligible, sorted.
func (f *Framework) restsOn(members []member, cov Coverage, asAt family.Date) []string {
	var out []string
	for i := range members {
		rest := slices.Delete(slices.Clone(members), i, i+1)
		if c, ok := f.score(rest, cov, asAt); !ok || !c.Eligible {
			out = append(out, members[i].id)
		}
	}
	slices.Sort(out)
	return out
}

// score judges some members, which it fills with what their rows say, as a
// family.
func (f *Framework) score(members []member, cov Coverage, asAt family.Date) (family.Candidate, bool) {
	fs := &facts{asAt: asAt, cov: cov, members: members}
	adults, children := fs.count()
	short := children < f.children
	if asAt == 0 || adults < f.adults || short && f.expectant == nil {
		return family.Candidate{}, false
	}
	fs.readRows(f.eventDate)
	if short && f.expectant.judge(fs, anybody).status != family.Met {
		return family.Candidate{}, false // no expectant parent stands for the children
	}
	c := family.Candidate{
		Framework: f.id, AsAt: asAt,
		Headlines: make([]family.HeadlineResult, len(f.headlines)),
		Needs:     make([]family.Need, len(f.criteria)),
	}
	for i, hl := range f.headlines {
		c.Headlines[i] = family.HeadlineResult{ID: hl.ID, Status: family.NotMet}
	}
	for i := range f.criteria {
		cr := &f.criteria[i]
		c.Needs[i] = cr.judge(fs)
		if cr.headline >= 0 {
			hl := &c.Headlines[cr.headline]
			hl.Status = max(hl.Status, c.Needs[i].Status)
		}
	}
	c.Eligible, c.Reason = f.decide(&c)
	return c, true
}

func (fs *facts) count() (adults, children int) {
	for i := range fs.members {
		if fs.members[i].adult {
			adults++
		}
	}
	return adults, len(fs.members) - adults
}

// judge asks each test of the criterion: one that is met is enough, and unless
// every one is not met, it is not known that the criterion is not.
func (cr *criterion) judge(fs *facts) family.Need {
	n := family.Need{Criterion: cr.ID, Headline: cr.Headline, Status: family.NotMet}
	answers := make([]answer, 0, len(cr.tests)+1)
	for _, t := range cr.tests {
		answers = append(answers, t.judge(fs, cr.who))
	}
	if cr.byCode != nil {
		if a := cr.byCode.judge(fs, anybody); a.status == family.Met || len(cr.tests) == 0 {
			a.note = "no open involvement names this need"
			if a.status == family.Met {
				a.note = plural(len(a.persons), "member", "members") + " with an open involvement that names this need"
			}
			answers = append(answers, a)
		}
	}
	for _, a := range answers {
		n.Status = max(n.Status, a.status)
	}
	var rows []seen
	var notes []string
	for _, a := range answers {
		if a.from != 0 && (n.From == 0 || a.from < n.From) {
			n.From = a.from
		}
		n.To = max(n.To, a.to)
		if a.status == n.Status {
			n.Persons = append(n.Persons, a.persons...)
			rows = append(rows, a.evidence...)
			notes = append(notes, a.note)
		}
	}
	slices.Sort(n.Persons)
	n.Persons = slices.Compact(n.Persons)
	n.Evidence, n.Freshest = evidence(rows, fs.asAt)
	n.Reason = strings.Join(notes, "; ")
	return n
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
func (f *Framework) decide(c *family.Candidate) (eligible bool, reason string) {
	met := f.met(c)
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
	reason = fmt.Sprintf("%s met, %d needed", count, f.atLeast)
	if len(names) > 0 {
		reason += ": " + strings.Join(names, ", ")
	}
	if eligible = met >= f.atLeast; !eligible && f.local > 0 && met >= f.local {
		if eligible = f.localMet(c); eligible {
			reason += "; a local criterion is met"
		} else {
			reason += "; " + f.localReason
		}
	}
	if len(unknown) > 0 {
		reason += "; unknown: " + strings.Join(unknown, ", ")
	}
	return eligible, reason
}

// met counts what the framework's rule counts.
func (f *Framework) met(c *family.Candidate) int {
	n := 0
	if f.byNeed {
		for i := range c.Needs {
			if h := f.criteria[i].headline; h >= 0 && f.of[h] && c.Needs[i].Status == family.Met {
				n++
			}
		}
		return n
	}
	for i, h := range c.Headlines {
		if f.of[i] && h.Status == family.Met {
			n++
		}
	}
	return n
}

func (f *Framework) localMet(c *family.Candidate) bool {
	return slices.ContainsFunc(c.Needs, func(n family.Need) bool {
		return n.Headline == localHeadline && n.Status == family.Met
	})
}

// OneShort says whether a candidate of this framework is not eligible and
// would be with one headline (or need, where those are counted) more.
func (f *Framework) OneShort(c *family.Candidate) bool {
	return !c.Eligible && c.Framework == f.id && f.met(c) == f.atLeast-1
}

// UnknownTips says whether a candidate of this framework is not eligible and
// would be if every headline (or need) of which it is unknown were met.
func (f *Framework) UnknownTips(c *family.Candidate) bool {
	if c.Eligible || c.Framework != f.id {
		return false
	}
	best := *c
	best.Headlines, best.Needs = slices.Clone(c.Headlines), slices.Clone(c.Needs)
	for i := range best.Headlines {
		best.Headlines[i].Status = ifKnown(best.Headlines[i].Status)
	}
	for i := range best.Needs {
		best.Needs[i].Status = ifKnown(best.Needs[i].Status)
	}
	eligible, _ := f.decide(&best)
	return eligible
}

func ifKnown(s family.Status) family.Status {
	if s == family.Unknown {
		return family.Met
	}
	return s
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
