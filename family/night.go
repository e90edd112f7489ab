package family

import "time"

// NightInfo is what one finished night made.
type NightInfo struct {
	ID         string // "N" and the journal place that it read up to
	Seq        uint64 // rows and decisions up to this journal place took part
	AsAt       Date
	Model      string // name of the linkage model used
	Trained    bool   // the model was trained in this night
	Rows       int64
	Records    int64
	Persons    int64
	Households int64 // with a current member
	Families   int64 // with a child and an adult
	Frameworks []FrameworkCount
	Start, End time.Time
	Stages     []StageTime
}

// FrameworkCount counts a framework's candidates.
type FrameworkCount struct {
	ID                         string
	Scored, Eligible, OneShort int64
	PutForward                 int64 // of the eligible
}

// StageTime is how long a stage of a night took.
type StageTime struct {
	Stage   string
	Seconds float64
}

// StoredPerson is a person as kept by the store: the records by reference.
type StoredPerson struct {
	ID           string
	Refs         []RecordRef // sorted
	Probability  []float64   // of each of Refs
	Links        []Link
	Profile      Profile
	HouseholdIDs []string // sorted
}

// AuditEntry says who read or decided what. It names people by identifier
// only.
type AuditEntry struct {
	Time     time.Time
	Actor    string
	Method   string
	Subjects []string
}
