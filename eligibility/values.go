package eligibility

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// The small languages of a framework file: bounds ("at least 15 %"), windows
// ("12 months", "3 terms") and ages ("under 18"). Reading never fails; what is
// wrong is kept and reported by the file's check, with its line.

// readText reads a value of one of the languages from its node of the file.
func readText[T any](v *T, parse func(string) T, unmarshal func(any) error) error {
	var s string
	if err := unmarshal(&s); err != nil {
		return err
	}
	*v = parse(s)
	return nil
}

// bound is a threshold with its comparison, kept as a fraction so that no
// boundary is ever rounded.
type bound struct {
	text     string
	inclined string // "at least" or "more than"
	num, den int64  // num/den; a percentage has a den of 100 or more
	percent  bool
	fault    string
}

// UnmarshalYAML reads the bound's text.
func (b *bound) UnmarshalYAML(unmarshal func(any) error) error {
	return readText(b, parseBound, unmarshal)
}

func parseBound(s string) bound {
	b := bound{text: s, den: 1}
	rest := ""
	for _, op := range []string{"at least", "more than"} {
		if r, ok := strings.CutPrefix(s, op+" "); ok {
			b.inclined, rest = op, strings.TrimSpace(r)
		}
	}
	if r, ok := strings.CutSuffix(rest, "%"); ok {
		b.percent, b.den, rest = true, 100, strings.TrimSpace(r)
	}
	whole, fraction, _ := strings.Cut(rest, ".")
	n, err := strconv.ParseUint(whole+fraction, 10, 31)
	if b.inclined == "" || err != nil || len(fraction) > 6 {
		b.fault = `write "at least" or "more than" and a number, such as "at least 15 %"`
		return b
	}
	b.num = int64(n)
	for range fraction {
		b.den *= 10
	}
	return b
}

// meets says whether part of whole reaches the bound; of a plain count the
// whole is 1.
func (b bound) meets(part, whole int64) bool {
	if b.inclined == "more than" {
		return part*b.den > b.num*whole
	}
	return part*b.den >= b.num*whole
}

// window is how far back from as-at a test looks.
type window struct {
	text          string
	months, terms int
	fault         string
}

// UnmarshalYAML reads the window's text.
func (w *window) UnmarshalYAML(unmarshal func(any) error) error {
	return readText(w, parseWindow, unmarshal)
}

// The longest windows that a framework may look back. Registers are kept six
// years; nobody's programme looks further.
const (
	maxMonths = 72
	maxTerms  = 18
)

func parseWindow(s string) window {
	w := window{text: s}
	count, unit, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(count)
	switch {
	case err != nil:
		w.fault = `write a number and "months" or "terms", such as "12 months"`
	case strings.TrimSuffix(unit, "s") == "month" && n >= 1 && n <= maxMonths:
		w.months = n
	case strings.TrimSuffix(unit, "s") == "term" && n >= 1 && n <= maxTerms:
		w.terms = n
	default:
		w.fault = fmt.Sprintf("a window is 1 to %d months or 1 to %d terms", maxMonths, maxTerms)
	}
	return w
}

// none says whether no window was given.
func (w window) none() bool { return w == window{} }

// span returns the window's days at asAt, both inclusive: whole completed
// terms, or the days after asAt less the months up to asAt itself.
func (w window) span(asAt family.Date) (from, to family.Date) {
	if w.terms > 0 {
		return lastTerms(asAt, w.terms)
	}
	return asAt.AddMonths(-w.months) + 1, asAt
}

// ages is whom a criterion concerns, in whole years at as-at, both inclusive.
type ages struct {
	text     string
	from, to int
	fault    string
}

const (
	adultAge = 18
	noAge    = 1 << 30 // no upper limit
)

// anybody is every member.
var anybody = parseAges("any")

// UnmarshalYAML reads the ages' text.
func (a *ages) UnmarshalYAML(unmarshal func(any) error) error {
	return readText(a, parseAges, unmarshal)
}

func parseAges(s string) ages {
	switch s {
	case "any":
		return ages{text: s, to: noAge}
	case "adult":
		return ages{text: s, from: adultAge, to: noAge}
	case "under 18":
		return ages{text: s, to: adultAge - 1}
	}
	low, high, ok := strings.Cut(s, " to ")
	from, errFrom := strconv.Atoi(low)
	to, errTo := strconv.Atoi(high)
	if !ok || errFrom != nil || errTo != nil || from < 0 || from > to || to > 120 {
		return ages{text: s, fault: `write any, adult, under 18, or ages such as "16 to 18"`}
	}
	return ages{text: s, from: from, to: to}
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
