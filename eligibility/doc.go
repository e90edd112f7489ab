// Package eligibility holds programme frameworks as versioned data and scores
// households against them: each criterion met, not met or unknown, with the
// rows that prove it, the window looked at and the figures; each headline from
// its criteria; and whether the family is eligible.
//
// What a threshold, window, comparison or headline rule is stands in the
// framework's file (frameworks/*.yaml, or a council's own); the code holds a
// small closed set of tests that the files give their figures to. The package
// never decides anything about a family, never links people or forms
// households, and never counts what is unknown as not met. It is pure: values
// in, values out, with no clock, randomness, environment, log or store.
package eligibility
