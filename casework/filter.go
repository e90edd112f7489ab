package casework

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Filter chooses cases, nominations or claims. What is left blank does not
// choose; what is given must all hold. Names of agencies and people are compared
// without regard to capitals.
type Filter struct {
	View // in which they are looked at

	Framework string
	Status    []Status     // cases: any of these
	States    []ClaimState // claims: any of these
	Open      bool         // cases: those not closed
	InForce   bool         // nominations and claims: those in force
	// From and To bound, both inclusive, the day on which the case was opened, the
	// nomination or the claim made.
	From, To family.Date

	// LeadAgency and Team are the case's (claims: of their case); Agency is the
	// nominating or claiming one.
	LeadAgency, LeadPractitioner, Team, Agency string
	Ward, District, Cluster                    string
	School                                     string             // URN of a child's
	Case                                       string             // the case itself, or that of the nomination or claim
	Need                                       string             // one of its needs
	Result                                     string             // claims
	Records                                    []family.RecordRef // any of them is one of its
}

// Cases returns the cases that the filter chooses, in the order of their
// opening, without history and nominations.
func (b *Book) Cases(f Filter) []Case {
	var chosen []*Case
	for _, file := range b.among(f) {
		first := &file.entries[0].event
		if !f.frame(first.Framework, first.Day) || !f.place(first.Area, first.Schools) {
			continue // an event is never changed, so no view can make it another
		}
		if c := b.in(file, f.View); c.Status != 0 && f.choosesCase(c) {
			chosen = append(chosen, c)
		}
	}
	if chosen == nil {
		return nil
	}
	out := make([]Case, len(chosen))
	for i, c := range chosen {
		out[i] = *c
	}
	return out
}

// among returns the cases that the filter has to look at.
func (b *Book) among(f Filter) []*file {
	switch {
	case f.Case != "":
		if one := b.files[f.Case]; one != nil && (len(f.Records) == 0 || overlap(f.Records, one.entries[0].event.Records)) {
			return []*file{one}
		}
		return nil
	case len(f.Records) > 0:
		var out []*file
		for _, r := range f.Records {
			out = append(out, b.caseRecords[r]...)
		}
		slices.SortFunc(out, func(x, y *file) int { return cmp.Compare(x.entries[0].place, y.entries[0].place) })
		return slices.Compact(out)
	}
	return b.order
}

func (f *Filter) choosesCase(c *Case) bool {
	return (len(f.Status) == 0 || slices.Contains(f.Status, c.Status)) && (!f.Open || c.Open()) && f.lead(c) && (f.Need == "" || c.HasNeed(f.Need))
}

func (f *Filter) lead(c *Case) bool {
	return same(f.LeadAgency, c.LeadAgency) && same(f.LeadPractitioner, c.LeadPractitioner) && same(f.Team, c.Team)
}

func (f *Filter) frame(framework string, day family.Date) bool {
	return (f.Framework == "" || f.Framework == framework) && (f.From == 0 || day >= f.From) && (f.To == 0 || day <= f.To)
}

func (f *Filter) place(a family.Area, schools []string) bool {
	return same(f.Ward, a.Ward) && same(f.District, a.District) && same(f.Cluster, a.Cluster) &&
		(f.School == "" || slices.Contains(schools, f.School))
}

func same(want, got string) bool { return want == "" || want == got || sameName(want, got) }

// Nominations returns the nominations that the filter chooses, the oldest
// first.
func (b *Book) Nominations(f Filter) []Nomination {
	var out []Nomination
	for _, n := range b.nominations {
		ev := &n.event
		if !f.sees(n.entry) || !f.frame(ev.Framework, ev.Day) || !f.place(ev.Area, ev.Schools) || !same(f.Agency, ev.Agency) ||
			f.Need != "" && !slices.Contains(ev.Needs, f.Need) || len(f.Records) > 0 && !overlap(f.Records, ev.Records) ||
			f.InForce && !b.inForce(n, f.View) {
			continue
		}
		if nom := b.nomination(n, f.View); f.Case == "" || f.Case == nom.Case {
			out = append(out, nom)
		}
	}
	return out
}

func overlap(a, b []family.RecordRef) bool {
	return slices.ContainsFunc(a, func(r family.RecordRef) bool { return slices.Contains(b, r) })
}

// Claims returns the claims that the filter chooses, the oldest first.
func (b *Book) Claims(f Filter) []Claim {
	var out []Claim
	for _, cl := range b.claims {
		ev := &cl.event
		if !f.sees(cl.entry) || !f.frame(ev.Framework, ev.Day) || !same(f.Agency, ev.Agency) || f.Case != "" && f.Case != ev.Subject ||
			f.Result != "" && f.Result != ev.Outcome || f.Need != "" && !slices.Contains(ev.Needs, f.Need) || !b.ofCase(&f, cl) {
			continue
		}
		c := cl.claim(f.View)
		if (len(f.States) == 0 || slices.Contains(f.States, c.State)) && (!f.InForce || c.InForce()) {
			out = append(out, c)
		}
	}
	return out
}

// ofCase says whether the filter chooses a claim by what its case is.
func (b *Book) ofCase(f *Filter, cl *claimed) bool {
	c := b.in(cl.file, f.View)
	return f.place(c.Area, c.Schools) && f.lead(c) && (len(f.Records) == 0 || overlap(f.Records, c.Records))
}
