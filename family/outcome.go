package family

// OutcomeStatus is how far a need, or a result, has come.
type OutcomeStatus uint8

// The statuses. OutcomeUnknown is never folded into NotAchieved.
const (
	NotAchieved OutcomeStatus = iota + 1
	// OutcomeUnknown: the feeds cannot say.
	OutcomeUnknown
	// Regressed: it was achieved at an earlier day and no longer is.
	Regressed
	// OnTrack: the measure is reached, but not for as long as it must hold.
	OnTrack
	// Neutral: it does not apply, such as a reduction from nothing or the
	// attendance of a child who has left school. It neither helps nor hinders.
	Neutral
	Achieved
)

// String returns the status as exports spell it.
func (s OutcomeStatus) String() string {
	names := [...]string{"", "not_achieved", "unknown", "regressed", "on_track", "neutral", "achieved"}
	if int(s) < len(names) {
		return names[s]
	}
	return ""
}

// Measure is what was counted over a window.
type Measure struct {
	From, To Date // inclusive; zeros for a state on a day
	Text     string
	// Value and Of are the figure as a fraction: 12 of 280 sessions; Of is 1 for
	// a plain count and 0 where nothing could be counted.
	Value, Of int64
}

// NeedOutcome is what has become of one need of a case.
type NeedOutcome struct {
	Rule      string // id of the framework's outcome rule
	Criterion string // the need; blank for a rule about the whole family
	Headline  string
	Status    OutcomeStatus
	Persons   []string // whom it is about, sorted
	Baseline  Measure  // before the work began
	Now       Measure  // in the follow-up window
	Evidence  []RowRef // sorted
	Freshest  Date     // the latest day that the evidence speaks of
	Since     Date     // first day of the state that must be sustained; 0 for none
	// Predicted is the first day on which it can be achieved if nothing
	// changes; 0 where none can be said.
	Predicted Date
	Reason    string // a sentence with the figures, without a personal value
	// Confirmed is the event by which a professional confirmed that the need is
	// met, where the status rests on that because no feed shows it; else blank.
	Confirmed string
}

// Outcome is one result of a framework judged for one case.
type Outcome struct {
	Framework string
	Result    string // id of the result, such as crime_asb_education
	Name      string
	AsAt      Date
	Status    OutcomeStatus
	Needs     []NeedOutcome // in the framework's order
	Predicted Date
	Reason    string
	// Excludes are the results that cannot be claimed beside it.
	Excludes []string
}

// Alert is something that has got worse in a case.
type Alert struct {
	Case      string
	Rule      string
	Criterion string
	Day       Date
	Evidence  []RowRef
	Reason    string // without a personal value
}
