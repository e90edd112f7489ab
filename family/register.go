package family

import (
	"fmt"
	"time"
)

// SessionCounts are a pupil's half-day sessions. Authorised + Unauthorised is
// never more than Possible.
type SessionCounts struct{ Possible, Authorised, Unauthorised int }

// Absent returns the sessions missed, authorised or not.
func (c SessionCounts) Absent() int { return c.Authorised + c.Unauthorised }

// Plus returns the counts of both.
func (c SessionCounts) Plus(o SessionCounts) SessionCounts {
	return SessionCounts{
		Possible:     c.Possible + o.Possible,
		Authorised:   c.Authorised + o.Authorised,
		Unauthorised: c.Unauthorised + o.Unauthorised,
	}
}

// Register is an attendance register: what each session's mark counts as, two
// sessions a day from Monday to Friday. The zero Register has no sessions.
type Register struct {
	start    Date // the day of the first session, never a Saturday or Sunday
	sessions []markClass
}

// markClass is what a mark counts as.
type markClass uint8

const (
	notPossible markClass = iota + 1
	present
	presentElsewhere
	authorised
	unauthorised
)

// markRule is one code's class on the days on which it is in force, both
// inclusive and 0 for without end.
type markRule struct {
	class    markClass
	from, to Date
}

// The days on which the list of codes changed.
var (
	codesOf2013 = NewDate(2013, 9, 1)  // F, extended family holiday agreed, ended
	codesOf2024 = NewDate(2024, 8, 19) // SI 2024/208: H, J, Y ended; K, Q and the digits came
)

// markRules is the table of attendance codes, by letter and digit. A code is
// in the table once; none has yet come back with another meaning.
var markRules = func() map[string]markRule {
	m := map[string]markRule{}
	add := func(class markClass, from, to Date, codes ...string) {
		for _, c := range codes {
			m[c] = markRule{class, from, to}
		}
	}
	add(present, 0, 0, "/", `\`, "L")
	add(presentElsewhere, 0, 0, "V", "P", "W", "B")
	add(authorised, 0, 0, "C", "M", "S", "T", "R", "I", "E")
	add(unauthorised, 0, 0, "G", "N", "O", "U")
	// D is the other school's to count; X, Z and # are not required to attend.
	add(notPossible, 0, 0, "D", "X", "Z", "#")

	add(presentElsewhere, codesOf2024, 0, "K")
	add(authorised, codesOf2024, 0, "C1", "C2", "J1")
	add(notPossible, codesOf2024, 0, "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7")

	add(authorised, 0, codesOf2024-1, "H")
	add(presentElsewhere, 0, codesOf2024-1, "J")
	add(notPossible, 0, codesOf2024-1, "Y")
	add(authorised, 0, codesOf2013-1, "F")
	return m
}()

// ParseRegister reads marks, one code a session, two sessions a school day
// from start, Saturdays and Sundays passed over; a code of two letters stands
// in brackets. Letters may be in either case. A code that does not exist or
// was not in force on its day, and an unknown start, are ErrInvalid; the error
// gives the session's place, never its mark. Blank marks are no sessions.
func ParseRegister(marks string, start Date) (Register, error) {
	if start == 0 {
		return Register{}, fmt.Errorf("marks need the day they start on: %w", ErrInvalid)
	}
	r := Register{start: schoolDay(start), sessions: make([]markClass, 0, len(marks))}
	day := r.start
	for i := 0; i < len(marks); {
		place := len(r.sessions) + 1
		code, width := nextMark(marks[i:])
		if width == 0 {
			return Register{}, fmt.Errorf("session %d of the marks: a bracket holds a code of one or two letters: %w",
				place, ErrInvalid)
		}
		class, err := classify(code, day)
		if err != nil {
			return Register{}, fmt.Errorf("session %d of the marks: %w", place, err)
		}
		r.sessions = append(r.sessions, class)
		i += width
		if len(r.sessions)%2 == 0 {
			day = schoolDay(day + 1)
		}
	}
	return r, nil
}

// nextMark returns the first code of s in capitals, and how many bytes it
// takes; no bytes if a bracket does not hold one.
func nextMark(s string) (code string, width int) {
	if s[0] != '[' {
		return upperMark(s[:1]), 1
	}
	for n := 1; n <= 2 && n+1 < len(s); n++ {
		if s[n+1] == ']' {
			return upperMark(s[1 : n+1]), n + 2
		}
	}
	return "", 0
}

// upperMark capitalises ASCII letters; nearly every mark needs no change.
func upperMark(s string) string {
	b := []byte(s)
	changed := false
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
			changed = true
		}
	}
	if !changed {
		return s
	}
	return string(b)
}

func classify(code string, day Date) (markClass, error) {
	rule, ok := markRules[code]
	if !ok {
		return 0, fmt.Errorf("not an attendance code: %w", ErrInvalid)
	}
	if (rule.from != 0 && day < rule.from) || (rule.to != 0 && day > rule.to) {
		return 0, fmt.Errorf("the attendance code was not in force on its day: %w", ErrInvalid)
	}
	return rule.class, nil
}

// schoolDay returns d, or the Monday after if d is a Saturday or Sunday.
func schoolDay(d Date) Date {
	switch d.Weekday() {
	case time.Saturday:
		return d + 2
	case time.Sunday:
		return d + 1
	}
	return d
}

// Counts adds up the sessions from one day to another, both inclusive; 0 is
// unbounded.
func (r Register) Counts(from, to Date) SessionCounts {
	var c SessionCounts
	day := r.start
	for i, class := range r.sessions {
		if i > 0 && i%2 == 0 {
			day = schoolDay(day + 1)
		}
		if day < from || (to != 0 && day > to) {
			continue
		}
		switch class {
		case present, presentElsewhere:
			c.Possible++
		case authorised:
			c.Possible++
			c.Authorised++
		case unauthorised:
			c.Possible++
			c.Unauthorised++
		}
	}
	return c
}

// Sessions returns the number of sessions marked, possible or not.
func (r Register) Sessions() int { return len(r.sessions) }

// End returns the day of the last session; unknown if there is none.
func (r Register) End() Date {
	if len(r.sessions) == 0 {
		return 0
	}
	days := (len(r.sessions) - 1) / 2 // school days after the first
	end := r.start + Date(days/5*7)
	for range days % 5 {
		end = schoolDay(end + 1)
	}
	return end
}
