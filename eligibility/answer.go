package eligibility

import (
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/hearthmatch/hearth/family"
)

// test is one way to meet a criterion. The set is closed: a file gives a test
// its figures, and cannot add another kind.
type test interface {
	// check reports what is impossible about the file's figures.
	check(c *checker)
	// judge looks at the members that the criterion concerns.
	judge(fs *facts, who ages) answer
}

// answer is what one test found.
type answer struct {
	status   family.Status
	persons  []string // who meets it, or for whom it is unknown
	evidence []seen
	from, to family.Date // window; zeros for a test of the present state
	note     string      // the figures, without a personal value
}

// seen is a row that proves something, and the day that it speaks of.
type seen struct {
	row *family.Row
	day family.Date
}

// found is what a test gathers before it answers.
type found struct {
	met, unknown        []string
	proof, insufficient []seen
}

// answer is met if anybody meets it, else unknown if it matters to somebody of
// whom nothing is known. Only the note of the status that came out is written.
func (f *found) answer(from, to family.Date, note func(family.Status) string) answer {
	a := answer{status: family.NotMet, from: from, to: to}
	switch {
	case len(f.met) > 0:
		a.status, a.persons, a.evidence = family.Met, f.met, f.proof
	case len(f.unknown) > 0:
		a.status, a.persons, a.evidence = family.Unknown, f.unknown, f.insufficient
	}
	a.note = note(a.status)
	return a
}

// concerned goes through the members that a criterion concerns.
func (fs *facts) concerned(who ages) iter.Seq[*member] {
	return func(yield func(*member) bool) {
		for i := range fs.members {
			if m := &fs.members[i]; who.include(m) && !yield(m) {
				return
			}
		}
	}
}

// concernedIDs returns the ids of the members that a criterion concerns.
func (fs *facts) concernedIDs(who ages) []string {
	var ids []string
	for m := range fs.concerned(who) {
		ids = append(ids, m.id)
	}
	return ids
}

// plural writes a count with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// percentage writes part of whole to two places, cut off rather than rounded,
// so that a share below a bound never reads as one that reaches it.
func percentage(part, whole int64) string {
	if whole == 0 {
		return "no share"
	}
	h := part * 10000 / whole
	return fmt.Sprintf("%d.%02d %%", h/100, h%100)
}

// within says whether the day lies in the span.
func within(d, from, to family.Date) bool { return d >= from && d <= to }

// listed says whether a list allows a value; a list that is not given allows
// every value.
func listed[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }
