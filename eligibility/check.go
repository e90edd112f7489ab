package eligibility

import (
	"fmt"
	"slices"
	"strings"
)

// The listed values of the feeds, as feeds.md names them: a framework that
// asks for any other would wait for ever.
var (
	provisions     = []string{"mainstream", "special", "pru", "ap", "ehe", "none"}
	eventTypes     = []string{"crime", "asb", "domestic_abuse", "missing", "callout"}
	orderTypes     = []string{"abc", "cpn", "injunction", "cbo", "asbo"}
	policeRoles    = []string{"offender", "suspect", "victim", "witness", "complainant", "missing_person", "child_present", "subject", "other"}
	benefitNames   = []string{"UC", "JSA", "ESA", "IS", "IB", "SDA", "CA", "PIP", "DLA", "HB", "CTR"}
	claimRoles     = []string{"claimant", "partner", "dependant"}
	claimants      = []string{"claimant", "partner"}
	asbRoles       = []string{"perpetrator", "complainant"}
	asbStages      = []string{"warning", "abc", "injunction", "notice", "demotion", "closed"}
	noticeTypes    = []string{"nsp", "noi", "section21", "possession-order", "warrant", "eviction"}
	noticeGrounds  = []string{"arrears", "asb", "other"}
	homelessDuties = []string{"prevention", "relief", "main"}
	agencyKinds    = []string{"social_care", "early_help", "youth_offending", "probation", "health", "fire", "voluntary", "prison", "neet", "schools", "other"}
	episodeTypes   = []string{"open_case", "assessment", "cin", "s47", "cp_plan", "licence", "community_order", "suspended_sentence", "release_due", "treatment", "referral", "visit", "nomination", "neet", "death", "other"}
	eventDates     = []string{"outcome_date", "occurred_from", "occurred_to", "recorded_date"}
)

// fault is something wrong in a framework file and where it stands.
type fault struct{ path, what string }

// checker gathers everything that is wrong with a file, so that its author
// sees it at once.
type checker struct {
	path   string // such as headlines[0].criteria[2]
	faults *[]fault
}

// at returns a checker of a field, or of an item such as any[1].
func (c *checker) at(field string) *checker {
	if c.path != "" && field != "" {
		field = c.path + "." + field
	} else if field == "" {
		field = c.path
	}
	return &checker{path: field, faults: c.faults}
}

func (c *checker) fault(field, format string, args ...any) {
	*c.faults = append(*c.faults, fault{c.at(field).path, fmt.Sprintf(format, args...)})
}

func (c *checker) filled(field string, length int) {
	if length == 0 {
		c.fault(field, "needs at least one value")
	}
}

func (c *checker) text(field, s string) {
	if strings.TrimSpace(s) == "" {
		c.fault(field, "is missing")
	}
}

func (c *checker) oneOf(field, v string, allowed ...string) {
	if !slices.Contains(allowed, v) {
		c.fault(field, "write one of %s", strings.Join(allowed, ", "))
	}
}

func (c *checker) values(field string, list, allowed []string) {
	for i, v := range list {
		item := fmt.Sprintf("%s[%d]", field, i)
		c.oneOf(item, v, allowed...)
		if slices.Contains(list[:i], v) {
			c.fault(item, "stands in the list twice")
		}
	}
}

func (c *checker) between(field string, n, low, high int) {
	if n < low || n > high {
		c.fault(field, "must be %d to %d", low, high)
	}
}

// count checks a bound of whole things.
func (c *checker) count(field string, b bound) {
	switch {
	case b.fault != "" || b.text == "":
		c.fault(field, `write "at least" or "more than" and a whole number, such as "at least 3"`)
	case b.percent || b.den != 1:
		c.fault(field, "is a whole number, not a share")
	case b.num == 0 && b.inclined == "at least":
		c.fault(field, "at least 0 is met by everybody")
	}
}

// share checks a bound of a part of the whole.
func (c *checker) share(field string, b bound) {
	all := 100 * b.num // of 100 × b.den/100
	switch {
	case b.fault != "" || b.text == "":
		c.fault(field, `write "at least" or "more than" and a percentage, such as "at least 15 %%"`)
	case !b.percent:
		c.fault(field, "is a share: end it with %%")
	case b.num == 0 && b.inclined == "at least":
		c.fault(field, "at least 0 %% is met by everybody")
	case all > 100*b.den || all == 100*b.den && b.inclined == "more than":
		c.fault(field, "nobody can meet %s", b.text)
	}
}

// terms checks the window of a test of attendance, which is one of whole
// terms.
func (c *checker) terms(w window) {
	if c.window("within", w) && w.terms == 0 {
		c.fault("within", `is counted over whole terms, such as "3 terms"`)
	}
}

// months checks a window of months.
func (c *checker) months(field string, w window) {
	if c.window(field, w) && w.months == 0 {
		c.fault(field, `is counted over months, such as "12 months"`)
	}
}

func (c *checker) window(field string, w window) bool {
	switch {
	case w.none():
		c.fault(field, "is missing")
	case w.fault != "":
		c.fault(field, "%s", w.fault)
	default:
		return true
	}
	return false
}
