// Package eligibility holds programme frameworks as versioned data and scores
// households against them: each criterion met, not met or unknown, with the
// rows that prove it, the window looked at and the figures; each headline from
// its criteria; and whether the family is eligible.
//
// What a threshold, window, list, measure or headline rule is stands in the
// framework's file (frameworks/*.yaml, or a council's own or overlay), with its
// source; conditions stand there too, as CEL expressions over the evidence that
// docs/frameworks.md describes. The code holds what evidence is, and how rows are
// selected, added up and judged. The package never decides anything about a
// family, never links people or forms households, and never counts what is
// unknown as not met. It is pure: values in, values out, with no clock,
// randomness, environment, log or store.
//
// # How a file becomes a framework
//
//	file (file.go, document.go)      YAML, strict; each part knows where it stands
//	  │ overlay (overlay.go)         what a council says otherwise takes its place
//	  ▼
//	parameters (parameter.go)        typed values, by the day from which they hold
//	  ▼
//	editions (compile.go)            the criteria, once for each stretch of days on
//	  │                              which no parameter changes
//	  ▼ vocabulary (language.go)     names and their types, by where they may stand
//	expressions (expression.go)      parsed, checked, compiled; a fault has its line
//
// # How a household is scored
//
// NewEvidence reads a person's rows once, for every framework and day. NewFamily
// takes the current members; Score asks each test of each criterion and applies
// the rule of the framework (decide). A test gathers the rows that it selects into
// sums (gather) and judges these (judge) for each person whom it concerns, or for
// each tenancy. It answers for the household: met if any member meets it, else
// unknown if it matters to somebody of whom nothing is known, else not met. A
// criterion is met if any of its tests is, or if a professional has put it forward,
// and a headline if any of its criteria that count is; unknown goes before not met
// in both.
//
// A condition is asked on a stage, which holds one row or the sums of one person
// and is filled anew from question to question, so that asking allocates nothing.
//
// # Where the published rules leave room
//
//   - Age comes from the date of birth, or from the member's role in the
//     household where that is not known.
//   - A row from after as-at (an event, answer, notice, spell or episode that
//     had not begun, a school period to come) says nothing.
//   - A blank number of suspensions is none and a blank permanent_exclusion is
//     no; a blank count of sessions is not nought, and such a row is left out of
//     the measures that need it. A blank on_roll is on roll.
//   - A child without recent rows, but with sessions enough in the window, is
//     not unknown; the note says that the rows stop.
//   - Police data are complete if a delivery for all organisations covers the
//     window's first day. A family on no tenancy is unknown to housing unless
//     housing data are complete; with a tenancy it is known.
//   - A tenancy's state is its tenants', or everybody's on it if no member is
//     its tenant.
//   - An answer "not on an out-of-work benefit" overrules every answer and spell
//     delivered or answered before it, and none of the same day or later.
package eligibility
