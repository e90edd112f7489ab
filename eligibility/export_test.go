package eligibility

import "github.com/hearthmatch/hearth/family"

// OutcomesDayByDay is Outcomes by asking every rule of every day, with nothing
// taken from another day.
func (f *Framework) OutcomesDayByDay(e Enrollment, fam *Family) []family.Outcome {
	return f.outcomes(e, fam, farthest, true)
}
