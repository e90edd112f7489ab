package funnel

import (
	"slices"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
)

// Terms are what frameworks and households say of cases. Each may be nil.
type Terms struct {
	// Headlines are the headlines of needs under a framework, without repetition.
	Headlines func(framework string, needs []string) []string
	// Partial says whether a result turns no family round by itself.
	Partial func(framework, result string) bool
	// Protected says whether the family of a case lives at a protected address.
	Protected func(c *casework.Case) bool
}

// FromBook makes the families of a book's cases in a view, in the order in which
// the cases were opened; the view's day is the report's. Cases that were closed
// as duplicates of others are left out with their claims. A result is reached on
// the day of its claim; where outcomes show one that has not been claimed, the
// caller may add it.
func FromBook(b *casework.Book, v casework.View, terms Terms) []Family {
	results := map[string][]Result{}
	for _, c := range b.Claims(casework.Filter{View: v}) {
		r := resultOf(&c)
		r.Partial = terms.Partial != nil && terms.Partial(c.Framework, c.Result)
		results[c.Case] = append(results[c.Case], r)
	}
	cases := b.Cases(casework.Filter{View: v})
	out := make([]Family, 0, len(cases))
	for i := range cases {
		c := &cases[i]
		if !c.Counts() {
			continue
		}
		f := Family{
			Case: c.ID,
			Place: Place{Framework: c.Framework, Area: c.Area, Schools: distinct(c.Schools), LeadAgency: c.LeadAgency,
				Protected: terms.Protected != nil && terms.Protected(c)},
			Identified: c.Identified, Contacted: c.Contacted, Agreed: c.Agreed, WorkedWith: c.Attached,
			Results: results[c.ID],
		}
		if terms.Headlines != nil {
			f.Headlines = distinct(terms.Headlines(c.Framework, c.NeedIDs()))
		}
		out = append(out, f)
	}
	return out
}

func resultOf(c *casework.Claim) Result {
	r := Result{ID: c.Result, Claim: c.ID, Day: c.Day, Claimed: c.Day, Withdrawn: c.Withdrawn, Invalid: c.State == casework.ClaimInvalid}
	if c.State == casework.ClaimValid || r.Invalid {
		for _, s := range c.Audit {
			if s.Event.Kind == family.ClaimAudited {
				r.Audited = s.Event.Day
			}
		}
	}
	return r
}

// distinct drops repetitions and keeps the order.
func distinct(ids []string) []string {
	var out []string
	for _, id := range ids {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
