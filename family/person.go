package family

// Person is one individual: the records that linkage put together.
type Person struct {
	// ID is "P" and 16 hexadecimal digits, a function of the least of the
	// person's records, so that neither order nor batches change it.
	ID string
	// Records are sorted by reference.
	Records []*Record
	// Probability holds, for each of Records, the calibrated probability
	// (0–1) of its best link into the person; 1 for a person of one record.
	Probability []float64
	// Links are the links that hold the person together, sorted by A, B.
	Links []Link
	// Profile is the best reading of who the person is.
	Profile Profile
}

// Profile is a person's most credible particulars over all records.
type Profile struct {
	Forename, Surname string
	DOB               Date
	Sex               byte
	Died              Date // unknown for the living
}

// Link is a pair of records judged to be one person.
type Link struct {
	A, B        RecordRef // A before B
	Weight      float64   // log2 match weight, with the prior
	Probability float64
	// Reasons are the comparisons that made the weight, largest first.
	Reasons []LinkReason
}

// LinkReason is one comparison's part in a link's weight.
type LinkReason struct {
	Comparison string  // such as "surname"
	Level      string  // such as "one letter differs"
	Weight     float64 // log2, may be negative
}

// Role is what somebody is to a household.
type Role uint8

// The roles, as the export of households spells them.
const (
	Adult Role = iota + 1
	Child
	NonResidentParent
	Associate
)

// String returns the role's name in exports.
func (r Role) String() string {
	switch r {
	case Adult:
		return "adult"
	case Child:
		return "child"
	case NonResidentParent:
		return "non_resident_parent"
	case Associate:
		return "associate"
	}
	return ""
}

// Resident says whether the role is that of a member who lives there.
func (r Role) Resident() bool { return r == Adult || r == Child }

// Household is people living together in one dwelling, dated.
type Household struct {
	// ID is "H" and 16 hexadecimal digits.
	ID      string
	Address Address // the dwelling, as best known
	Area    Area    // from the gazetteer, blank without one
	// Protected: no list, search or export shows the household to anybody
	// without the role for it (a refuge, for one).
	Protected bool
	// Members are current and former residents, non-resident parents and
	// associates; sorted by role, then person.
	Members []Member
}

// Area places a household for reports.
type Area struct{ Ward, District, Cluster, LSOA string }

// Member is one person's part in a household.
type Member struct {
	PersonID   string
	Role       Role
	From       Date // not known if 0
	To         Date // current if 0
	Confidence float64
	// Reason says in a sentence, without a personal value, why the person is
	// in this role: "tenant since 2019-03-01; school and claim agree".
	Reason string
	// Evidence are the rows that say so, the weightiest first.
	Evidence []RowRef
	// Deceased is the day of death; such a member has ended.
	Deceased Date
}

// Current says whether the member lives there at the day at.
func (m Member) Current(at Date) bool {
	return m.Role.Resident() && m.Deceased == 0 && (m.From == 0 || m.From <= at) && (m.To == 0 || m.To > at)
}

// Status is what is known of a criterion.
type Status uint8

// The three answers. Unknown is never folded into NotMet.
const (
	NotMet Status = iota + 1
	Unknown
	Met
)

// String returns the status as exports spell it.
func (s Status) String() string {
	switch s {
	case NotMet:
		return "not_met"
	case Unknown:
		return "unknown"
	case Met:
		return "met"
	}
	return ""
}

// Need is one criterion answered for one household.
type Need struct {
	Criterion string // the framework's id, such as p1.unauth15 or 1.1
	Headline  string
	Status    Status
	// Persons are those who meet it (or for whom it is unknown), sorted.
	Persons []string
	// Evidence are the rows that prove it, sorted.
	Evidence []RowRef
	// From and To bound the window looked at; both inclusive.
	From, To Date
	// Reason is a sentence with the figures, without a personal value.
	Reason string
	// Freshest is the latest day that the evidence speaks of.
	Freshest Date
}

// HeadlineResult is a headline problem's status for one household.
type HeadlineResult struct {
	ID     string
	Status Status
}

// Candidate is a household scored against a framework.
type Candidate struct {
	HouseholdID string
	Framework   string
	AsAt        Date
	Eligible    bool
	Headlines   []HeadlineResult // in the framework's order
	Needs       []Need           // in the framework's order
	Reason      string           // why it is or is not eligible
	Protected   bool             // copied from the household
	Area        Area             // copied from the household
}

// HeadlinesMet returns the ids of the headlines that are met, in order.
func (c *Candidate) HeadlinesMet() []string {
	var out []string
	for _, h := range c.Headlines {
		if h.Status == Met {
			out = append(out, h.ID)
		}
	}
	return out
}
