package funnel

import "github.com/hearthmatch/hearth/family"

// Place is by what a family is grouped.
type Place struct {
	Framework  string
	Area       family.Area
	Schools    []string // URNs of its children's schools, without repetition; none if not known
	LeadAgency string
	Headlines  []string // ids of the headlines of its needs, without repetition
	// Protected families count in the authority and its districts, but are in no
	// ward, cluster or school unless the report asks for it.
	Protected bool
}

// Family is one family in the programme under one framework. Days that are 0
// have not been. It is what a case was as at the report's day; days after that
// are not counted.
type Family struct {
	Case string // its id; not counted by
	Place
	Identified, Contacted, Agreed, WorkedWith family.Date
	Results                                   []Result
}

// Result is one result of the framework that a family has reached.
type Result struct {
	ID    string // of the framework, such as crime_asb_education
	Claim string // id of its claim; blank if it has not been claimed; not counted by
	// Partial results do not turn a family round by themselves.
	Partial bool
	Day     family.Date // on which it was reached, or claimed
	Claimed family.Date // 0 if it has not been
	// Withdrawn is the day on which the claim was taken back, 0 if it was not.
	Withdrawn family.Date
	// Audited is the day of an auditor's verdict, valid or not; 0 for none.
	Audited family.Date
	Invalid bool // the verdict
}

// Target is how many families an area is to turn round. An area without one has
// no row. Of several rows for an area, those in force at the day are added up.
type Target struct {
	Area     string // a ward, cluster or district, or the authority
	Families int64
	From, To family.Date // inclusive; 0 is open
}

// Population is how many people live in an area.
type Population struct {
	Area   string
	People int64
}

// School is a school, and whether it sends its data.
type School struct {
	URN, Name   string
	Contributes bool
}

// Input is all that is counted.
type Input struct {
	Families []Family
	// Eligible are the families that the data shows to be eligible at the day,
	// in the programme already or not.
	Eligible   []Place
	Targets    []Target
	Population []Population
	Schools    []School
	// Areas are those that there are, such as from the gazetteer: with them an
	// area without a family has a line of zeros, and its target is not taken for
	// the authority's.
	Areas []family.Area
}

// Dimension is what families are grouped by.
type Dimension uint8

// The dimensions.
const (
	Authority Dimension = iota + 1 // one group of all
	District
	Ward
	Cluster
	SchoolURN
	LeadAgency
	Month     // YYYY-MM, in which a stage was reached
	Quarter   // of the financial year, YYYY-YY Qn: Q1 is April to June
	Framework // of the case
	Headline  // of a need
	// HeadlineQuarter is both, as HEADLINE YYYY-YY Qn.
	HeadlineQuarter
)

var dimensionNames = [...]string{"", "authority", "district", "ward", "cluster", "school", "lead_agency", "month",
	"quarter", "framework", "headline", "headline_quarter"}

// String names the dimension as the wire and the command line do.
func (d Dimension) String() string {
	if int(d) < len(dimensionNames) {
		return dimensionNames[d]
	}
	return ""
}

// ParseDimension finds a dimension by its name; blank is the authority.
func ParseDimension(name string) (Dimension, error) {
	if name == "" {
		return Authority, nil
	}
	for d, n := range dimensionNames {
		if n == name {
			return Dimension(d), nil
		}
	}
	return 0, errDimension
}

// timed dimensions group by the day of a stage, not by the family.
func (d Dimension) timed() bool { return d == Month || d == Quarter || d == HeadlineQuarter }

// Options say what a report shows.
type Options struct {
	AsAt family.Date // required
	// Authority is its name, for headings and to find its target and
	// population; see Report for what is taken if blank.
	Authority string
	Framework string      // only families of this one; blank counts all
	By        []Dimension // beside the authority, in this order
	// Results are the framework's results, in order, so that one that nobody has
	// reached is shown as 0. Others that families have come after them.
	Results []ResultName
	// Threshold withholds counts from 1 up to below it; 0 withholds none.
	// DefaultThreshold is usual.
	Threshold int64
	// Round rounds counts to the nearest multiple of it; 0 and 1 leave them.
	Round int64
	// IncludeProtected counts protected families in wards, clusters and schools.
	IncludeProtected bool
}

// ResultName is a result as a report shows it.
type ResultName struct {
	ID, Name string
	Partial  bool
}

// DefaultThreshold is below which counts are small, as official statistics
// usually have it.
const DefaultThreshold = 5
