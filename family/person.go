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
	// Nominations are the ids of the nominations in force that name the
	// criterion, sorted; a need met by nomination alone has no evidence.
	Nominations []string
	// NotCounted: the need is shown and counts neither for its headline nor for
	// eligibility.
	NotCounted bool
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
	// Needs are in the framework's order. Candidates share what is the same of
	// many families: they are not to be changed.
	Needs     []*Need
	Reason    string // why it is or is not eligible
	Protected bool   // copied from the household
	// Certainty is the household's: that nobody is wrongly a member.
	Certainty float64
	// PutForward says that the household is eligible and certain enough to be
	// worked with; an eligible one that is not is to be checked first.
	PutForward bool
	// RestsOn are the persons without any one of whom the household would not be
	// eligible, sorted.
	RestsOn []string
	Area    Area // copied from the household
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
