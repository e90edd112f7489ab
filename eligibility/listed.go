package eligibility

import (
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// listed is the set of values that a column of the feeds may have, as feeds.md
// names them: a condition that asks for any other would wait for ever. A row
// keeps the place of its value, and the values stand ready for conditions.
type listed struct {
	values []string
	code   map[string]uint8
	ready  []ref.Val
}

// newListed makes a set; a blank is the first of every set.
func newListed(values ...string) *listed {
	l := &listed{values: append([]string{""}, values...), code: map[string]uint8{}}
	for i, v := range l.values {
		l.code[v] = uint8(i)
		l.ready = append(l.ready, types.String(v))
	}
	return l
}

// holds says whether a column may have the value.
func (l *listed) holds(v string) bool { return slices.Contains(l.values, v) }

// The listed values of the feeds.
var (
	sexes           = newListed("M", "F", "X")
	enrolments      = newListed("C", "M", "S")
	provisions      = newListed("mainstream", "special", "pru", "ap", "ehe", "none")
	eventTypes      = newListed("crime", "asb", "domestic_abuse", "missing", "callout")
	eventCategories = newListed("personal", "nuisance", "environmental")
	orderTypes      = newListed("abc", "cpn", "injunction", "cbo", "asbo")
	risks           = newListed("standard", "medium", "high")
	policeRoles     = newListed("offender", "suspect", "victim", "witness", "complainant", "missing_person", "child_present", "subject", "other")
	benefits        = newListed("UC", "JSA", "ESA", "IS", "IB", "SDA", "CA", "PIP", "DLA", "HB", "CTR", "none")
	claimRoles      = newListed("claimant", "partner", "dependant")
	yesNo           = newListed("Y", "N")
	conditionality  = newListed("searching", "planning", "preparing", "working", "none")
	matchResults    = newListed(onBenefit, notOnBenefit, "NO_MATCH", "AMBIGUOUS")
	tenures         = newListed("secure", "introductory", "flexible", "assured", "ast", "licence", "temporary", "owner", "other")
	personRoles     = newListed("tenant", "joint_tenant", "household_member", "lodger", "other")
	noticeTypes     = newListed("nsp", "noi", "section21", "possession-order", "warrant", "eviction")
	noticeGrounds   = newListed("arrears", "asb", "other")
	asbRoles        = newListed("perpetrator", "complainant")
	asbStages       = newListed("warning", "abc", "injunction", "notice", "demotion", "closed")
	homelessDuties  = newListed("prevention", "relief", "main")
	placements      = newListed("none", "bb", "hostel", "refuge", "leased", "other")
	agencyKinds     = newListed("social_care", "early_help", "youth_offending", "probation", "health", "fire", "voluntary", "prison", "neet", "schools", "other")
	episodeTypes    = newListed("open_case", "assessment", "cin", "s47", "cp_plan", "licence", "community_order", "suspended_sentence", "release_due", "treatment", "referral", "visit", "nomination", "neet", "death", "other")
	episodeStatuses = newListed("open", "closed")
)

// Answers to a match request that say something.
const (
	onBenefit    = "ON_OOW_BENEFIT"
	notOnBenefit = "NOT_ON_OOW_BENEFIT"
)
