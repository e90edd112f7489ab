package household

import (
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/fold"
)

// lines is an address taken apart: what tells one dwelling from the next.
type lines struct {
	unit     string // flat, room or floor; blank for a house
	number   string // house number with its letter; blank for a named house
	street   string // canonical street, or the whole text where no number is
	postcode string
	name     string // of the building, where a number and street follow it
	town     string
	room     bool // the unit is a room of a house, and no flat
}

// titled says how the text names its building, blank where it does not.
func (l lines) titled() string {
	if l.name == "" && l.number == "" {
		return l.street
	}
	return l.name
}

// blank says whether the text names no dwelling: a bare postcode does not.
func (l lines) blank() bool {
	return l.street == "" && l.number == "" && (l.unit == "" || l.postcode == "")
}

// key is what tells dwellings apart: the rest is for choosing among them.
func (l lines) key() lines { l.name, l.town, l.room = "", "", false; return l }

// partial says whether the text lacks what would tell its dwelling from
// others: the postcode, or everything but the flat.
func (l lines) partial() bool { return l.postcode == "" || l.street == "" && l.number == "" }

// fits says whether a partial text can mean o.
func (l lines) fits(o lines) bool {
	return (l.postcode == "" || l.postcode == o.postcode) && (l.unit == "" || l.unit == o.unit) &&
		(l.number == "" || l.number == o.number) && (l.street == "" || alike(l.street, o.street))
}

// building is the same address without its flat.
func (l lines) building() lines { l.unit = ""; return l.key() }

// unitWords begin the name of a part of a building.
var unitWords = map[string]bool{
	"FLAT": true, "FLT": true, "FL": true, "APARTMENT": true, "APT": true, "APPT": true, "UNIT": true,
	"ROOM": true, "RM": true, "BEDSIT": true, "STUDIO": true, "MAISONETTE": true,
	"CARAVAN": true, "PITCH": true, "CHALET": true, "SUITE": true,
}

// floorWords name a flat by where it lies.
var floorWords = map[string]bool{
	"BASEMENT": true, "GROUND": true, "FIRST": true, "SECOND": true, "THIRD": true, "TOP": true,
	"UPPER": true, "LOWER": true, "GARDEN": true, "1ST": true, "2ND": true, "3RD": true,
	"REAR": true, "FRONT": true,
}

// streetWords spells out the usual abbreviations of kinds of street.
var streetWords = map[string]string{
	"RD": "ROAD", "AVE": "AVENUE", "AV": "AVENUE", "CL": "CLOSE", "CLS": "CLOSE", "CT": "COURT",
	"CRT": "COURT", "DR": "DRIVE", "DRV": "DRIVE", "LN": "LANE", "LA": "LANE", "PL": "PLACE",
	"GDNS": "GARDENS", "GDN": "GARDENS", "GRDNS": "GARDENS", "CRES": "CRESCENT", "CR": "CRESCENT",
	"CRESC": "CRESCENT", "TER": "TERRACE", "TERR": "TERRACE", "TCE": "TERRACE", "SQ": "SQUARE",
	"GR": "GROVE", "GRV": "GROVE", "GRO": "GROVE", "PK": "PARK", "HSE": "HOUSE", "WK": "WALK",
	"WLK": "WALK", "WY": "WAY", "BLVD": "BOULEVARD", "BVD": "BOULEVARD", "YD": "YARD",
	"STR": "STREET", "ST": "STREET", "GN": "GREEN", "GRN": "GREEN", "HL": "HILL", "PDE": "PARADE",
	"MT": "MOUNT", "NTH": "NORTH", "STH": "SOUTH", "VW": "VIEW", "VLLS": "VILLAS",
}

// placeholders are written where an address is not known, or there is none.
var placeholders = map[string]bool{
	"NO FIXED ABODE": true, "OF NO FIXED ABODE": true, "NFA": true, "N F A": true, "NO FIXED ADDRESS": true, "HOMELESS": true,
	"UNKNOWN": true, "ADDRESS UNKNOWN": true, "NOT KNOWN": true, "ADDRESS NOT KNOWN": true, "NOT GIVEN": true, "NONE": true, "NA": true,
	"N A": true, "TBC": true, "SOCIAL SERVICES": true, "CHILDRENS SERVICES": true, "SOCIAL CARE": true, "WITHHELD": true, "REFUSED": true, "REDACTED": true, "NO ADDRESS": true, "SAME": true, "AS ABOVE": true,
}

// withoutCareOf takes from an address line in whose care its post is sent: that
// is an office's name or another person's, and where no more is said, nobody's
// home.
func withoutCareOf(line string) string {
	line = strings.TrimSpace(line)
	if len(line) < 3 || line[0] != 'c' && line[0] != 'C' {
		return line
	}
	first, rest, _ := strings.Cut(line, ",")
	words := strings.Fields(fold.ASCII(first))
	if len(words) < 2 || (words[0] != "C" || words[1] != "O") && (words[0] != "CARE" || words[1] != "OF") {
		return line
	}
	for i, w := range words[2:] {
		if startsWithDigit(w) {
			return strings.Join(words[2+i:], " ") + "," + rest
		}
	}
	return rest
}

// parseAddress takes an address apart. Line 2 is read only for what line 1
// lacks: it may hold the street, but often holds a locality.
func parseAddress(a family.Address) lines {
	out := lines{postcode: a.Postcode, town: fold.ASCII(a.Town)}
	a.Line1 = withoutCareOf(a.Line1)
	if a.Line1 == "" || placeholders[fold.ASCII(a.Line1)] {
		a.Line1, a.Line2 = a.Line2, ""
	}
	var name, held string
	for _, text := range [2]string{a.Line1, a.Line2} {
		for seg := range strings.SplitSeq(text, ",") {
			if unitWords[fold.ASCII(seg)] { // Flat, 3, …
				held = seg + " "
				continue
			}
			name = out.read(held+seg, name)
			held = ""
			if out.number != "" && out.street != "" {
				if name != out.street {
					out.name = name
				}
				return out.canonical()
			}
		}
	}
	if out.street == "" {
		out.street = name
	}
	return out.canonical()
}

// maxWords bounds how much of one part of an address is read.
const maxWords = 32

// read takes one comma-separated part into l and returns the text seen so far
// that is neither flat, number nor the street after a number.
func (l *lines) read(seg, name string) string {
	words := strings.Fields(fold.ASCII(strings.ReplaceAll(seg, "/", " / ")))
	words = l.takeUnit(words[:min(len(words), maxWords)])
	for i, w := range words {
		if l.number != "" || !startsWithDigit(w) || floorWords[w] {
			continue
		}
		l.number = strings.TrimLeft(w, "0")
		rest := words[i+1:]
		if len(rest) > 0 && len(rest[0]) == 1 && rest[0] >= "A" && len(rest) > 2 && isDigits(l.number) {
			l.number, rest = l.number+rest[0], rest[1:] // 12 A High Street
		}
		for len(rest) > 0 && isDigits(rest[0]) {
			rest = rest[1:] // 12-14 High Street is number 12
		}
		words = words[:i]
		l.street = street(rest)
		break
	}
	if len(words) == 0 {
		return name
	}
	if l.number != "" && l.street == "" {
		l.street = street(words) // the number stood alone before the comma
		return name
	}
	if name == "" || name == "THE" { // The, Limes
		return street(words)
	}
	return name
}

// takeUnit takes a flat, room or floor from the front or the end of words.
func (l *lines) takeUnit(words []string) []string {
	for i, w := range words {
		if l.unit != "" || !unitWords[w] && (i > 0 || !misspeltFlat(w)) {
			continue
		}
		switch {
		case i > 0 && allFloor(words[:i]):
			l.unit = floorName(words[0])
			return words[i+1:]
		case i+1 < len(words) && isUnitName(words[i+1]) && (unitWords[w] || misspeltHere(words[1:])):
			l.unit = floorName(strings.TrimLeft(words[i+1], "0"))
			l.room = w == "ROOM" || w == "RM" || w == "BEDSIT"
			words = append(words[:i:i], words[i+2:]...)
			if len(words) > i && words[i] == "FLOOR" {
				words = append(words[:i:i], words[i+1:]...) // Flat 1st Floor
			}
			return words
		}
	}
	if l.unit == "" && len(words) > 0 && allFloor(words) && words[0] != "FLOOR" {
		l.unit = floorName(words[0]) // First Floor, 12 High Street
		return nil
	}
	return words
}

// floorName spells a floor in one way.
func floorName(w string) string {
	switch w {
	case "1ST":
		return "FIRST"
	case "2ND":
		return "SECOND"
	case "3RD":
		return "THIRD"
	}
	return w
}

// misspeltHere says whether what follows a misspelt FLAT leaves no doubt: two
// numbers, or one and no more before the comma.
func misspeltHere(after []string) bool {
	return startsWithDigit(after[0]) && (len(after) == 1 || startsWithDigit(after[1]))
}

// misspeltFlat says whether w is FLAT with one slip.
func misspeltFlat(w string) bool {
	return len(w) >= 3 && len(w) <= 5 && !startsWithDigit(w) && within(w, "FLAT", 1)
}

func allFloor(words []string) bool {
	for _, w := range words {
		if !floorWords[w] && w != "FLOOR" {
			return false
		}
	}
	return true
}

// isUnitName says whether w can name a flat: 3, 3B, B or B3.
func isUnitName(w string) bool {
	if len(w) > 4 {
		return false
	}
	return len(w) == 1 || startsWithDigit(w) || isDigits(w[1:])
}

// canonical gives Flat A of number 12 and number 12A the same form.
func (l lines) canonical() lines {
	if len(l.unit) == 1 && l.unit >= "A" && isDigits(l.number) {
		l.number, l.unit = l.number+l.unit, ""
	}
	return l
}

// street joins words in canonical form. ST at the front is Saint, elsewhere
// Street; a leading THE says nothing.
func street(words []string) string {
	if len(words) > 1 && words[0] == "THE" {
		words = words[1:]
	}
	var b strings.Builder
	for i, w := range words {
		if full, ok := streetWords[w]; ok && i > 0 {
			w = full
		} else if w == "SAINT" && i == 0 {
			w = "ST"
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// alike says whether two canonical streets may be one, misspelt: equal, one
// the beginning of the other, or within one edit in six letters.
func alike(a, b string) bool {
	if a == b {
		return true
	}
	if a == "" || b == "" {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) >= 5 && strings.HasPrefix(b, a) {
		return true
	}
	return within(a, b, max(1, min(3, len(a)/6)))
}

// alikeName says whether two names of buildings may be one, misspelt or cut
// short.
func alikeName(a, b string) bool {
	return alike(a, b) || a != "" && strings.HasPrefix(b, a+" ") || b != "" && strings.HasPrefix(a, b+" ")
}

// within says whether a and b differ by at most k insertions, deletions,
// replacements or swaps of neighbours. Its work is bounded by k times the
// length.
func within(a, b string, k int) bool {
	const longest = 64
	if len(b)-len(a) > k || len(a)-len(b) > k || len(a) > longest || len(b) > longest {
		return false
	}
	var rows [3][longest + 1]int
	for j := 0; j <= len(b); j++ {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		prev2, prev, cur := &rows[(i+2)%3], &rows[i%3], &rows[(i+1)%3]
		cur[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, prev2[j-2]+1)
			}
			cur[j] = d
			best = min(best, d)
		}
		if best > k {
			return false
		}
	}
	return rows[(len(a)+1)%3][len(b)] <= k
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
