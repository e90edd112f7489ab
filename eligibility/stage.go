package eligibility

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"github.com/hearthmatch/hearth/family"
)

// stage is what a condition sees while it is asked: one row, or the sums of one
// person or tenancy, and the family around. One goroutine uses it at a time; it
// is filled anew from question to question, so that none of them allocates.
type stage struct {
	fam    *Family
	dates  []int // the days by which events are dated, in order of preference
	people *people
	member *member
	window span
	of     string // id of the criterion

	session    sessionPart
	event      *event
	eventDay   family.Date
	claim      *claim
	overruled  bool
	tenancy    *tenancyState
	episode    *episode
	nomination *Nomination
	outcome    *outcomeView // of a condition of a result

	sums  [scopes]sums
	frame *interpreter.ExecutionFrame
	rows  []seen   // room for the rows of the test under way
	named []string // room for the nominations of the test under way
	quiet bool     // statuses alone are wanted: no reasons

	headlines []family.HeadlineResult // room for statuses alone
	needs     []family.Need
	pointers  []*family.Need // to needs
	bares     map[bareNeed]*family.Need

	answers []answer           // room for those of the criterion under way
	notes   map[onceKey]string // reasons that many families are told
	joined  map[[2]string]string
}

// sessionPart is a row of attendance as far as it lies in a window.
type sessionPart struct {
	*session
	counts family.SessionCounts
	end    bool // the row's end lies in it
}

// newStage makes a stage with room for one question at a time.
func newStage() *stage {
	s := &stage{notes: map[onceKey]string{}, joined: map[[2]string]string{}, bares: map[bareNeed]*family.Need{}}
	frame, err := interpreter.NewExecutionFrame(s)
	if err != nil {
		panic("eligibility: " + err.Error()) // unreachable: a stage is an activation
	}
	s.frame = frame
	return s
}

// ResolveName gives a condition the value of a name.
func (s *stage) ResolveName(name string) (any, bool) {
	v := variables[name]
	if v == nil {
		return nil, false
	}
	return v.get(s), true
}

// Parent says that there is nothing beyond.
func (s *stage) Parent() interpreter.Activation { return nil }

// seen is a row that proves something, and the day that it speaks of.
type seen struct {
	row *family.Row
	day family.Date
}

// span is a stretch of days, both inclusive; zeros where there is none.
type span struct{ from, to family.Date }

// holds says whether the day is known and lies in the span.
func (w span) holds(d family.Date) bool { return d != 0 && d >= w.from && d <= w.to }

// The scopes of sums: the rows that `where` selects, all rows in the window,
// those that show that the feed knows the person, and all rows of the window
// beside it.
const (
	total = iota
	all
	known
	beside
	scopes
)

var scopeNames = [scopes]string{"total", "all", "known", "beside"}

// sums are what rows add up to. Which of them a kind of evidence has is said by
// its table.
type sums struct {
	count            int64
	earliest, latest family.Date
	possible         int64
	authorised       int64
	unauthorised     int64
	suspensions      int64
	exclusions       int64
	events           int64
	arrearsWeeks     int64
	arrearsPence     int64
}

// add counts a row that speaks of a day.
func (s *sums) add(day family.Date) {
	s.count++
	if day != 0 && (s.earliest == 0 || day < s.earliest) {
		s.earliest = day
	}
	s.latest = max(s.latest, day)
}

// addSession adds a row of attendance, as far as it lies in the window.
func (s *sums) addSession(p *sessionPart, day family.Date) {
	s.add(day)
	s.possible += int64(p.counts.Possible)
	s.authorised += int64(p.counts.Authorised)
	s.unauthorised += int64(p.counts.Unauthorised)
	if p.end {
		s.suspensions += int64(p.suspensions)
		if p.excluded {
			s.exclusions++
		}
	}
}

// integer makes a number ready for a condition.
func integer[T ~int | ~int32 | ~int64 | ~uint8](n T) ref.Val { return types.Int(n) }

func text(s string) ref.Val { return types.String(s) }

func truth(b bool) ref.Val { return types.Bool(b) }
