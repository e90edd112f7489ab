package family

import "time"

// DecisionKind is what a reviewer settled about two records.
type DecisionKind uint8

// The decisions. Undo withdraws an earlier one.
const (
	SamePerson DecisionKind = iota + 1
	DifferentPeople
	LivesWith       // the person of A lives in the household of the person of B
	DoesNotLiveWith // and is no member of it
	Undo
)

// Decision is a reviewer's: dated, signed, reversible, and kept against
// records rather than person ids, so that it survives re-linking.
type Decision struct {
	ID      string // "D" and the journal place; given by the store
	Kind    DecisionKind
	A, B    RecordRef
	Undoes  string // the decision withdrawn by an Undo
	By      string
	At      time.Time
	Reason  string
	Expires Date // 0 = never
}

// Undone returns the ids of the decisions that a later one withdrew.
func Undone(all []Decision) map[string]bool {
	out := map[string]bool{}
	for _, d := range all {
		if d.Kind == Undo {
			out[d.Undoes] = true
		}
	}
	return out
}

// InForce returns the decisions that hold at the day at, in the order given:
// those neither undone nor expired, without the undoings themselves.
func InForce(all []Decision, at Date) []Decision {
	undone := Undone(all)
	var out []Decision
	for _, d := range all {
		if d.Kind != Undo && !undone[d.ID] && (d.Expires == 0 || d.Expires >= at) {
			out = append(out, d)
		}
	}
	return out
}

// Delivery is one sending of one feed by one agency.
type Delivery struct {
	Feed          Feed
	Agency        string
	ID            string // the supplier's delivery_id; makes re-sending harmless
	AsAt          Date
	From, To      Date     // period covered, as declared
	Organisations []string // covered; empty = all
	DeclaredRows  int64    // -1 = not declared
	ContentHash   string   // of the sender's bytes; blank = not given
}

// DeliveryState is how far a delivery has come.
type DeliveryState uint8

// The states. Only the rows of an accepted delivery take effect.
const (
	DeliveryOpen DeliveryState = iota + 1
	DeliveryAccepted
	DeliveryHeld      // too many rows refused: waits for a person's decision
	DeliveryDiscarded // by that decision
)

// String returns the state's name.
func (s DeliveryState) String() string {
	return [...]string{"unknown", "open", "accepted", "held", "discarded"}[s]
}

// Account says what became of each row of a delivery. Rows = Accepted +
// Rejected + Superseded + Held.
type Account struct {
	Rows       int64
	Accepted   int64
	Rejected   int64
	Superseded int64 // a later good copy in the same delivery took its place
	Held       int64 // good rows of a held delivery; 0 otherwise
	Withdrawn  int64 // of Accepted: rows that withdraw an earlier one
	Reported   int64 // of Accepted: rows with something amiss that refused nothing
}

// Rejection is a row refused, with every reason at once.
type Rejection struct {
	Position int64  // of the row in its delivery, from 1
	RecordID string // as supplied; may be blank
	Problems []Problem
}

// Problem is one thing wrong with a row. It never holds the value.
type Problem struct {
	Column string // blank for the row as a whole
	Reason string // a code in UPPER_SNAKE_CASE, such as DATE_IMPOSSIBLE
	Detail string // what is wrong and what would be right
}
