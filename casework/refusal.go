package casework

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Refusal is everything that is wrong with an event. Its parts say what to do;
// errors.Is finds the kinds of all of them, errors.As the family.FieldErrors
// among them, which come first.
type Refusal []error //nolint:errname // a Refusal is what its reader is told; its parts are the errors

// Error joins the parts into one line.
func (r Refusal) Error() string {
	parts := make([]string, len(r))
	for i, err := range r {
		parts[i] = err.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap gives the parts.
func (r Refusal) Unwrap() []error { return r }

// judging collects what is wrong with one event.
type judging struct {
	*family.CaseEvent
	b      *Book
	live   *live
	fields family.FieldErrors
	others []error
}

// live is what is known only while an event is being recorded; nil while the
// journal is replayed.
type live struct {
	today family.Date
	terms *Terms // of a claim; nil where they were not given
}

func (j *judging) field(name, detail string) {
	j.fields = append(j.fields, family.FieldError{Field: name, Detail: detail})
}

// refuse adds a fault of a kind of family/errors.go.
func (j *judging) refuse(kind error, format string, args ...any) {
	j.others = append(j.others, fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), kind))
}

func (j *judging) err() error {
	var all Refusal
	if len(j.fields) > 0 {
		all = append(all, j.fields)
	}
	all = append(all, j.others...)
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return all
}

// need reports a text that has to be given.
func (j *judging) need(text, field, why string) {
	if strings.TrimSpace(text) == "" {
		j.field(field, why)
	}
}

// oneOf reports a text that is none of a list.
func (j *judging) oneOf(text, field string, choices []string) {
	if !slices.Contains(choices, text) {
		j.field(field, "choose one of "+strings.Join(choices, ", "))
	}
}

// ordered reports a list of ids that is not sorted, or holds blanks or one id
// twice.
func (j *judging) ordered(ids []string, field string) {
	for i, id := range ids {
		if id == "" || i > 0 && ids[i-1] >= id {
			j.field(field, "list each id once, sorted, none of them blank")
			return
		}
	}
}

// named repeats an id that has the form of one, and nothing else: whatever
// somebody wrote into its place is no part of an error.
func named(id string) string {
	if placeOf(id) == 0 {
		return " of that id"
	}
	return " " + id
}
