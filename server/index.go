package server

import (
	"context"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/household"
)

// Index is what the services read and record: the store, as they see it. Its
// errors are of the kinds of family.
type Index interface {
	// Sealed says whether stored data is sealed with a key.
	Sealed() bool
	// LastNight returns the last published night; false before the first.
	LastNight() (family.NightInfo, bool)

	// Person returns a person of the last night with the records resolved,
	// and the ids of the person's households.
	Person(id string) (family.Person, []string, error)
	// HouseholdsOf returns the ids of a person's households, as Person does
	// without reading rows.
	HouseholdsOf(person string) ([]string, error)
	// PersonOfRecord returns the id of the person whom a record describes.
	PersonOfRecord(ref family.RecordRef) (string, error)
	// FindPersons returns up to limit ids, ascending and after the given one,
	// of persons who have a search token, or one that begins with it.
	FindPersons(token string, prefix bool, after string, limit int) ([]string, error)
	// Persons yields every person in the order of the ids.
	Persons(yield func(*family.StoredPerson) error) error
	// Household returns a household of the last night.
	Household(id string) (family.Household, error)
	// Households yields every household in the order of the ids.
	Households(yield func(*family.Household) error) error
	// HouseholdCandidates returns a household's candidates, one a framework.
	HouseholdCandidates(id string) ([]family.Candidate, error)
	// Candidates yields a framework's candidates in list order, from the
	// given place (the first is 0).
	Candidates(framework string, from int, yield func(index int, c *family.Candidate) error) error
	// LiveRow returns a row as live at journal place seq; 0 is now.
	LiveRow(seq uint64, ref family.RowRef) (*family.Row, error)

	// Deliveries returns every delivery, the newest first.
	Deliveries() []family.DeliveryInfo
	// Delivery returns one delivery.
	Delivery(feed family.Feed, agency, id string) (family.DeliveryInfo, error)
	// SettleDelivery releases or discards a held delivery.
	SettleDelivery(number uint64, release bool, by, reason string) (family.DeliveryInfo, error)

	// Decide records a decision and returns it with its identifier and time.
	Decide(d family.Decision) (family.Decision, error)
	// Decisions returns those taken up to journal place seq (0 is now), the
	// oldest first, undone ones too.
	Decisions(seq uint64) []family.Decision

	// AppendCaseEvent records an event of casework and returns it with its
	// identifier and time; on disk when it returns. Whether the event may be is
	// the caller's to check.
	AppendCaseEvent(e family.CaseEvent) (family.CaseEvent, error)
	// CaseEvents yields the events of casework up to journal place seq (0 is
	// now), the oldest first, without their snapshots.
	CaseEvents(seq uint64, yield func(family.CaseEvent) error) error
	// CaseSnapshot returns the snapshot of an event, as it was recorded.
	CaseSnapshot(eventID string) ([]byte, error)
	// PublishFramework keeps a framework's file; on disk when it returns. It
	// takes effect with the next night. Whether the file may be published is the
	// caller's to check.
	PublishFramework(f family.PublishedFramework) (family.PublishedFramework, error)
	// LiveRows yields the rows of a feed as live at journal place seq; 0 is now.
	LiveRows(seq uint64, feed family.Feed, yield func(*family.Row) error) error

	// Audit writes an entry to the audit trail; on disk when it returns.
	Audit(e family.AuditEntry) error
	// AuditEntries returns up to limit entries before a place (0 is the end),
	// the newest first, and the place to go on from; 0 when there are no more.
	AuditEntries(before uint64, limit int) ([]family.AuditEntry, uint64, error)
}

// Nights runs nights and answers what only the linkage and the frameworks
// know.
type Nights interface {
	// Run computes a night and publishes it. It blocks until done or ctx ends;
	// family.ErrState if one is running already. Progress may be called from
	// any goroutine, one at a time, and must return at once.
	Run(ctx context.Context, asAt family.Date, retrain bool, progress func(stage string, done, total int64)) (family.NightInfo, error)
	// At computes the last night as it would be at another day, publishing
	// nothing.
	At(ctx context.Context, asAt family.Date) (*Derived, error)
	// Around gathers those who bear on where some people live: enough to form
	// their households again, at asAt (0 is the last night's day), in far less
	// time than a night.
	Around(ctx context.Context, asAt family.Date, persons []string) (household.Input, error)
	// NearAt forms and scores the households of such people as At does those of
	// all.
	NearAt(ctx context.Context, in household.Input) (*Derived, error)
	// ExplainLink compares two records by the model of the last night, whose
	// name it returns.
	ExplainLink(ctx context.Context, a, b family.RecordRef) (link family.Link, model string, err error)
	// Frameworks returns the ids of the frameworks in use, sorted.
	Frameworks() []string
	// OneShort says whether a candidate is one headline short of eligible.
	OneShort(c *family.Candidate) bool
	// UnknownTips says whether a candidate is not eligible and would be if what
	// is unknown were met.
	UnknownTips(c *family.Candidate) bool
	// Programmes returns the frameworks of the last night, or those that the
	// next one will use. Nothing of what it returns is to be changed.
	Programmes(next bool) Programmes
	// TryFramework loads a framework's file as the next night would if it were
	// published, and refuses it with every fault: its own, and those of
	// frameworks that could not be loaded any more. ErrInvalid; nothing changes.
	TryFramework(f family.PublishedFramework) (Framework, error)
	// Try scores the families of the last night by a framework that need not be
	// in use, publishing nothing. It waits for a computation that is under way.
	Try(ctx context.Context, f *eligibility.Framework) ([]family.Candidate, error)
	// Outcomes judges each result of a case's framework, in the framework's order,
	// by the rows of the last night; ErrState if the framework is not in use.
	Outcomes(ctx context.Context, of Judging) ([]family.Outcome, error)
	// Alerts tells what has got worse in a case, the latest first, in a fraction
	// of the time that Outcomes takes.
	Alerts(ctx context.Context, of Judging) ([]family.Alert, error)
}

// Judging is a case to be judged.
type Judging struct {
	Framework  string // id of one in use
	Enrollment eligibility.Enrollment
	Household  *family.Household // where most of its people live at AsAt
	Evidence   func(person string) *eligibility.Evidence
	AsAt       family.Date
	// Today asks for no day to come: outcomes without predictions, which take far
	// less time.
	Today bool
}

// Derived is what a night makes of the live rows.
type Derived struct {
	Info       family.NightInfo
	Persons    []family.Person               // by ID
	Households []family.Household            // by ID
	Candidates map[string][]family.Candidate // by framework, in list order
}
