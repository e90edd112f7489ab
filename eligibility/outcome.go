package eligibility

import (
	"slices"

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
	// Excludes are the results that cannot be claimed beside it, sorted.
	Excludes []string
	Fees     []Fee // in order of From; none where not known
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
func (f *Framework) Results() []Result { return slices.Clone([]Result(nil)) }

// Outcomes judges each result of the framework for a case at the day of fam, in
// the framework's order: each need of the case with its figures before the work
// began and now, its evidence, and the first day on which it will be achieved if
// nothing changes. Rows of after that day say nothing.
//
// fam is the case's household; its evidence is also asked of Enrollment.People.
// The order of needs, members and records does not matter.
func (f *Framework) Outcomes(e Enrollment, fam *Family) []family.Outcome {
	return nil
}

// Alerts returns what has got worse since the work began, up to the day of fam:
// the latest first, then by rule and evidence.
func (f *Framework) Alerts(e Enrollment, fam *Family) []family.Alert {
	return nil
}
