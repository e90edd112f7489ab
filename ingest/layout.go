package ingest

import (
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// kind is how a column's value is to be read.
type kind uint8

const (
	kindText     kind = iota // any text
	kindDate                 // a day
	kindBirth                // a day of birth: neither in the future nor too long ago
	kindListed               // one of a listed set
	kindCount                // a whole number of at most six digits
	kindMoney                // pounds; may bear a sign and separators
	kindMarks                // an attendance register
	kindNeed                 // an sf-2022 need number, h.n
	kindUPN                  // the identifiers: kept as text whatever their check says
	kindNINO                 //
	kindNHS                  //
	kindPNC                  //
	kindULN                  //
	kindPostcode             //
	kindUPRN                 //
)

// Limits of feeds.md, in characters.
const (
	maxText     = 2000
	maxRecordID = 200
	maxMarks    = 5000
)

// field is what a feed says of one of its columns.
type field struct {
	declared bool
	required bool
	person   bool // describes the row's person: dropped from an event without one
	kind     kind
	limit    int      // characters
	listed   []string // kindListed: the values in canonical spelling
	choose   string   // kindListed: the sentence that names them
}

// layout is one feed's columns and the pairs of days of which the second may
// not be before the first.
type layout struct {
	feed     family.Feed
	fields   [family.NumColumns]field
	required []family.Column
	spans    [][2]family.Column
}

// kinds is the kind of every column that is not plain text, where it is the
// same in every feed.
var kinds = map[kind][]family.Column{
	kindDate: {
		family.ColPeriodStart, family.ColPeriodEnd, family.ColOccurredFrom, family.ColOccurredTo,
		family.ColRecordedDate, family.ColOutcomeDate, family.ColTenancyStart, family.ColTenancyEnd,
		family.ColMovedIn, family.ColMovedOut, family.ColNoticeDate, family.ColASBDate,
		family.ColHomelessSince, family.ColSpellStart, family.ColSpellEnd, family.ColAnsweredOn,
		family.ColStart, family.ColEnd, family.ColDateOfDeath, family.ColFrom, family.ColTo,
	},
	kindBirth: {family.ColDOB, family.ColContact1DOB, family.ColContact2DOB},
	kindCount: {
		family.ColSessionsPossible, family.ColSessionsAuthorised, family.ColSessionsUnauthorised,
		family.ColSuspensions, family.ColArrearsWeeks, family.ColPopulation, family.ColTargetFamilies,
	},
	kindMoney: {family.ColArrearsAmount},
	kindMarks: {family.ColMarks},
	kindNeed:  {family.ColNeedCode},
	kindUPN:   {family.ColUPN, family.ColFormerUPN},
	kindNINO:  {family.ColNINO},
	kindNHS:   {family.ColNHSNumber},
	kindPNC:   {family.ColPNCID},
	kindULN:   {family.ColULN},
	kindPostcode: {
		family.ColPostcode, family.ColContact1Postcode, family.ColContact2Postcode, family.ColEventPostcode,
	},
	kindUPRN: {
		family.ColUPRN, family.ColContact1UPRN, family.ColContact2UPRN, family.ColEventUPRN, family.ColParentUPRN,
	},
}

// Lists that several columns share.
const (
	yesNo        = "Y|N"
	relationship = "mother|father|parent|step-parent|carer|grandparent|sibling|social-worker|other"
)

// lists holds the listed sets that are the same in every feed, in the
// canonical spelling of feeds.md.
var lists = map[family.Column]string{
	family.ColDeleted:                        "Y",
	family.ColSex:                            "M|F|X",
	family.ColEnrolmentStatus:                "C|M|S",
	family.ColOnRoll:                         yesNo,
	family.ColProvision:                      "mainstream|special|pru|ap|ehe|none",
	family.ColPermanentExclusion:             yesNo,
	family.ColContact1Relationship:           relationship,
	family.ColContact1ParentalResponsibility: yesNo,
	family.ColContact1SameAddress:            yesNo,
	family.ColContact2Relationship:           relationship,
	family.ColContact2ParentalResponsibility: yesNo,
	family.ColContact2SameAddress:            yesNo,
	family.ColEventType:                      "crime|asb|domestic_abuse|missing|callout",
	family.ColCategory:                       "personal|nuisance|environmental",
	family.ColOutcomeType:                    "1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20|21|22",
	family.ColOrderType:                      "abc|cpn|injunction|cbo|asbo",
	family.ColRisk:                           "standard|medium|high",
	family.ColTenure:                         "secure|introductory|flexible|assured|ast|licence|temporary|owner|other",
	family.ColPersonRole:                     "tenant|joint_tenant|household_member|lodger|other",
	family.ColRelationshipToTenant:           "self|partner|child|parent|sibling|other-relative|not-related",
	family.ColNoticeType:                     "nsp|noi|section21|possession-order|warrant|eviction",
	family.ColNoticeGround:                   "arrears|asb|other",
	family.ColASBRole:                        "perpetrator|complainant",
	family.ColASBStage:                       "warning|abc|injunction|notice|demotion|closed",
	family.ColHomelessDuty:                   "prevention|relief|main",
	family.ColPlacement:                      "none|bb|hostel|refuge|leased|other",
	family.ColBenefit:                        "UC|JSA|ESA|IS|IB|SDA|CA|PIP|DLA|HB|CTR|none",
	family.ColInWork:                         yesNo,
	family.ColConditionality:                 "searching|planning|preparing|working|none",
	family.ColMatchResult:                    "ON_OOW_BENEFIT|NOT_ON_OOW_BENEFIT|NO_MATCH|AMBIGUOUS",
	family.ColAgencyKind: "social_care|early_help|youth_offending|probation|health|fire|" +
		"voluntary|prison|neet|schools|other",
	family.ColEpisodeType: "open_case|assessment|cin|s47|cp_plan|licence|community_order|" +
		"suspended_sentence|release_due|treatment|referral|visit|nomination|neet|death|other",
	family.ColStatus:      "open|closed",
	family.ColContributes: yesNo,
}

// roles is the one listed set that differs between feeds.
var roles = map[family.Feed]string{
	family.Police: "offender|suspect|victim|witness|complainant|missing_person|child_present|" +
		"subject|other|none",
	family.Benefits: "claimant|partner|dependant",
}

// required holds the columns that must be in the header and filled in every
// row, beside the feed's key. A population or a target without its figure
// says nothing, so that the figure is required as well.
var required = map[family.Feed][]family.Column{
	family.Attendance:  {family.ColPeriodStart, family.ColPeriodEnd},
	family.Police:      {family.ColEventRef, family.ColEventType, family.ColRole},
	family.Housing:     {family.ColTenancyRef, family.ColPersonRole},
	family.Benefits:    {family.ColBenefit, family.ColRole},
	family.Involvement: {family.ColAgencyKind, family.ColEpisodeType},
	family.Population:  {family.ColPopulation},
	family.Targets:     {family.ColTargetFamilies},
}

// spans holds the pairs of first and last days, by feed.
var spans = map[family.Feed][][2]family.Column{
	family.Attendance: {{family.ColPeriodStart, family.ColPeriodEnd}},
	family.Police:     {{family.ColOccurredFrom, family.ColOccurredTo}},
	family.Housing: {
		{family.ColTenancyStart, family.ColTenancyEnd},
		{family.ColMovedIn, family.ColMovedOut},
	},
	family.Benefits:    {{family.ColSpellStart, family.ColSpellEnd}},
	family.Involvement: {{family.ColStart, family.ColEnd}},
	family.Targets:     {{family.ColFrom, family.ColTo}},
}

// layouts is indexed by feed.
var layouts = func() []*layout {
	all := make([]*layout, family.Targets+1)
	for _, feed := range family.Feeds() {
		all[feed] = newLayout(feed)
	}
	return all
}()

func newLayout(feed family.Feed) *layout {
	l := &layout{feed: feed, spans: spans[feed]}
	for _, c := range feed.Columns() {
		l.fields[c] = field{declared: true, limit: maxText, person: personal(c)}
	}
	for k, columns := range kinds {
		for _, c := range columns {
			l.fields[c].kind = k
		}
	}
	for c, list := range lists {
		l.fields[c].list(list)
	}
	if list := roles[feed]; list != "" {
		l.fields[family.ColRole].list(list)
	}
	l.fields[family.ColMarks].limit = maxMarks
	l.fields[feed.Key()].limit = maxRecordID
	l.required = append([]family.Column{feed.Key()}, required[feed]...)
	for _, c := range l.required {
		l.fields[c].required = true
	}
	return l
}

func (f *field) list(values string) {
	f.kind = kindListed
	f.listed = strings.Split(values, "|")
	f.choose = "the value is not in the column's list; write one of " + strings.Join(f.listed, ", ")
	if len(f.listed) == 1 {
		f.choose = "the value is not in the column's list; write " + values + " or leave it blank"
	}
}

// personal says whether the column tells of the row's person: the person
// block, and the police force's own number and aliases of the person.
func personal(c family.Column) bool {
	return c >= family.ColForename && c <= family.ColULN || c == family.ColNominalID || c == family.ColAlias
}

// has says whether the feed declares the column.
func (l *layout) has(c family.Column) bool { return int(c) < len(l.fields) && l.fields[c].declared }

// tooLong is the sentence for a value over the column's limit.
func (f *field) tooLong() string {
	return "the value is longer than " + strconv.Itoa(f.limit) + " characters; shorten it"
}
