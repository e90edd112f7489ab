package report

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest texts that are shown, in characters.
const (
	longName = 120 // of a column, rule, level or cell
	longText = 400 // of a sentence
	longNote = 900 // of several
)

// clip makes a text safe to stand among others: on one line, at most n
// characters, and without those that change the direction of what follows.
func clip(s string, n int) string {
	var b strings.Builder
	for i, left := 0, n; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if left == 0 {
			b.WriteString("…")
			break
		}
		b.WriteRune(shown(r))
		i += size
		left--
	}
	return b.String()
}

// shown is what stands for a character: controls and bidirectional overrides
// would disturb the text about them.
func shown(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Bidi_Control):
		return unicode.ReplacementChar
	}
	return r
}

// name clips a name or cell, sentence a sentence.
func name(s string) string     { return clip(s, longName) }
func sentence(s string) string { return clip(s, longText) }

// label clips a text for a drawing, where wide characters take the room of two.
func label(s string, width int) string {
	s = clip(s, longName)
	used := 0
	for i, r := range s {
		used += runeWidth(r)
		if used > width {
			return s[:i] + "…"
		}
	}
	return s
}

func runeWidth(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana):
		return 2
	}
	return 1
}

// list clips the sentences of a list and its length.
func list(all []string, most int) []string {
	var out []string
	for _, s := range all[:min(len(all), most)] {
		out = append(out, sentence(s))
	}
	return out
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

const unknown = "not known"

// count writes a number with its thousands apart.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// about writes a number that need not be whole.
func about(v float64) string {
	if !finite(v) || math.Abs(v) >= 1<<62 {
		return unknown
	}
	if v != 0 && math.Abs(v) < 10 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return count(int64(math.Round(v)))
}

// percent writes a share so that neither nearly none nor nearly all is rounded
// to none or all.
func percent(v float64) string {
	switch {
	case !finite(v):
		return unknown
	case v <= 0:
		return "0%"
	case v >= 1:
		return "100%"
	case v < 1e-6:
		return "under 0.0001%"
	case v > 1-1e-6:
		return "over 99.9999%"
	}
	digits := 1
	for _, part := range []float64{0.01, 0.001, 0.0001, 0.00001} {
		if v < part || 1-v < part/10 {
			digits++
		}
	}
	s := strconv.FormatFloat(100*v, 'f', digits, 64)
	for ; digits > 1 && s[len(s)-1] == '0'; digits-- {
		s = s[:len(s)-1]
	}
	return s + "%"
}

// round writes a share that is mostly a round one, such as a threshold.
func round(v float64) string { return strings.Replace(percent(v), ".0%", "%", 1) }

// bits writes a weight with its sign.
func bits(v float64) string {
	if !finite(v) {
		return unknown
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', 1, 64)
	switch {
	case s == "0.0":
		return s
	case v < 0:
		return "−" + s
	}
	return "+" + s
}

// chance writes a probability as one in so many.
func chance(p float64) string {
	switch {
	case !finite(p) || p <= 0:
		return unknown
	case p > 0.1:
		return percent(p)
	}
	return "1 in " + about(1/p)
}

func seconds(s float64) string {
	switch {
	case !finite(s) || s < 0:
		return unknown
	case s < 0.095:
		return strconv.FormatFloat(1000*s, 'f', 0, 64) + " ms"
	case s < 100:
		return strconv.FormatFloat(s, 'f', 1, 64) + " s"
	}
	return strconv.FormatFloat(math.Floor(s/60), 'f', 0, 64) + " min " +
		strconv.FormatFloat(math.Floor(math.Mod(s, 60)), 'f', 0, 64) + " s"
}

func bytesText(n int64) string {
	const mib = 1 << 20
	if n >= 1<<30 {
		return strconv.FormatFloat(float64(n)/(1<<30), 'f', 1, 64) + " GiB"
	}
	return count((n+mib-1)/mib) + " MiB"
}

// known says whether an estimate can be shown.
func (e Estimate) known() bool { return e.Known && finite(e.Value) }

// span reports whether the estimate has an interval.
func (e Estimate) span() bool {
	return e.known() && finite(e.Low) && finite(e.High) && e.Low < e.High
}

func (e Estimate) text() string {
	if !e.known() {
		return unknown
	}
	return percent(e.Value)
}

// interval is the 95% interval in words, "" if there is none.
func (e Estimate) interval() string {
	if !e.span() {
		return ""
	}
	return percent(e.Low) + " to " + percent(e.High)
}

// plural writes a count with its noun.
func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// verdict puts a probability in words.
func verdict(p float64) string {
	switch {
	case !finite(p):
		return "not known"
	case p >= 0.999:
		return "almost certainly one person"
	case p >= 0.95:
		return "very probably one person"
	case p >= 0.7:
		return "probably one person"
	case p > 0.3:
		return "may or may not be one person"
	case p > 0.05:
		return "probably two people"
	case p > 0.001:
		return "very probably two people"
	}
	return "almost certainly two people"
}

// lines clips a text of several lines.
func lines(s string, n int) string {
	var out []string
	for line := range strings.Lines(s) {
		if n <= 0 {
			return strings.Join(append(out, "…"), "\n")
		}
		line = clip(strings.TrimRight(line, "\r\n"), min(n, longText))
		out, n = append(out, line), n-utf8.RuneCountInString(line)-1
	}
	return strings.Join(out, "\n")
}
