package eligibility

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// window is how far a test looks back from as-at, or ahead of it.
type window struct {
	text                        string
	months, weeks, terms, ahead int
	now                         bool // the rows of now, of a test of sessions
}

// The longest windows. Registers are kept six years; nobody's programme looks
// further.
const (
	maxMonths = 72
	maxTerms  = 18
	maxWeeks  = 104
)

// parseWindow reads "12 months", "next 12 months" or "3 terms"; the fault says
// what is wrong, and is blank where nothing is.
func parseWindow(s string) (w window, fault string) {
	w.text = s
	count, unit, _ := strings.Cut(strings.TrimPrefix(s, "next "), " ")
	n, err := strconv.Atoi(count)
	unit = strings.TrimSuffix(unit, "s")
	switch {
	case err != nil || unit != "month" && unit != "term" && unit != "week":
		return w, `write a number and "months", "terms" or "weeks", such as "12 months"`
	case unit == "week" && (n < 1 || n > maxWeeks || strings.HasPrefix(s, "next ")):
		return w, fmt.Sprintf("a window of weeks is 1 to %d weeks back", maxWeeks)
	case unit == "month" && (n < 1 || n > maxMonths) || unit == "term" && (n < 1 || n > maxTerms):
		return w, fmt.Sprintf("a window is 1 to %d months or 1 to %d terms", maxMonths, maxTerms)
	case strings.HasPrefix(s, "next ") && unit == "term":
		return w, `a window ahead is of months, such as "next 12 months"`
	case strings.HasPrefix(s, "next "):
		w.ahead = n
	case unit == "term":
		w.terms = n
	case unit == "week":
		w.weeks = n
	default:
		w.months = n
	}
	return w, ""
}

// looksLikeWindow says whether text means to be a window.
func looksLikeWindow(s string) bool {
	return strings.HasSuffix(s, " month") || strings.HasSuffix(s, " months") || strings.HasSuffix(s, " term") || strings.HasSuffix(s, " terms") ||
		strings.HasSuffix(s, " week") || strings.HasSuffix(s, " weeks")
}

// none says whether no window was given.
func (w window) none() bool { return w == window{} }

// span returns the window's days at asAt: whole completed terms, the days after
// asAt less the months up to asAt itself, or the days after asAt up to asAt and
// the months. Now is from the first day of the last completed term.
func (w window) span(asAt family.Date) span {
	switch {
	case w.now:
		from, _ := lastTerms(asAt, 1)
		return span{from, asAt}
	case w.terms > 0:
		from, to := lastTerms(asAt, w.terms)
		return span{from, to}
	case w.ahead > 0:
		return span{asAt + 1, asAt.AddMonths(w.ahead)}
	case w.months > 0:
		return span{asAt.AddMonths(-w.months) + 1, asAt}
	case w.weeks > 0:
		return span{asAt - family.Date(7*w.weeks) + 1, asAt}
	}
	return span{}
}

// ages is whom a criterion concerns, in whole years at as-at, both inclusive.
type ages struct{ from, to int }

const noAge = 1 << 30 // no upper limit

// parseAges reads any, adult, under 18, or ages such as "16 to 18"; ok says
// whether the text is one of these.
func parseAges(s string) (a ages, ok bool) {
	switch s {
	case "any":
		return ages{0, noAge}, true
	case "adult":
		return ages{adultAge, noAge}, true
	case "under 18":
		return ages{0, adultAge - 1}, true
	}
	low, high, ok := strings.Cut(s, " to ")
	from, errFrom := strconv.Atoi(low)
	to, errTo := strconv.Atoi(high)
	return ages{from, to}, ok && errFrom == nil && errTo == nil && from >= 0 && from <= to && to <= 120
}

// include says whether a member is concerned. One whose age is not known is
// by the role that the household gives them.
func (a ages) include(m *member) bool {
	if m.age >= 0 {
		return m.age >= a.from && m.age <= a.to
	}
	if m.adult {
		return a.from <= adultAge && a.to == noAge
	}
	return a.from == 0 && a.to >= adultAge-1
}
