package settings

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher/names"
)

// sign is something that a cell's text can look like; a text may have several.
type sign uint8

const (
	isDigits sign = iota
	isDecimal
	isLetters
	isOneWord
	isFewWords // two to five
	isLongText
	hasComma
	hasSpace
	isMixed // letters and digits in one word
	isEmail
	isPostcode
	isPhone
	isNHS
	isNINO
	isUPN
	isULN
	isDate
	isYear
	upTo31
	upTo12
	upTo120
	isSex
	isTitle
	isRegion
	isCountry
	isStreet
	isNumbered // number, then words
	isFirm
	endsInPostcode
	forenameFirst
	forenameLast
	surnameFirstWord
	surnameLast
	isLatitude
	isLongitude
	isPointText
	isZIP // five digits and four
	signs
)

// facts are what the contents of a column look like. Shares are of the filled
// cells of the values looked at, each value counting as often as it occurs.
type facts struct {
	rows, filled, distinct int
	most                   int // cells of the commonest value
	once                   int // values that occur once
	share                  [signs]float64
	length                 float64 // mean, in bytes
	width                  int     // commonest number of digits of texts of digits
	widthShare             float64
	low, high              int64 // of whole numbers
	whole                  bool  // all filled cells are whole numbers
	rising                 bool  // whole numbers that rise from row to row
	date                   dateFacts
	counts                 []uint32 // cells of each value
}

// maxLooked is how many distinct values of a column are looked at.
const maxLooked = 6000

// look gathers the facts of a column.
func look(c *table.Column, rows int) *facts {
	f := &facts{rows: rows, counts: make([]uint32, len(c.Values)), low: 1 << 62, high: -1 << 62, whole: true, rising: true}
	for _, id := range c.Cells {
		f.counts[id]++
	}
	looked := f.sample(c.Values)
	f.date = lookDates(c.Values, f.counts, looked)
	var total, lengths float64
	var widths [20]float64
	for _, id := range looked {
		n := float64(f.counts[id])
		v := c.Values[id]
		total += n
		lengths += n * float64(len(v))
		f.see(v, n)
		if digits(v) && len(v) < len(widths) {
			widths[len(v)] += n
		}
	}
	if total > 0 {
		for i := range f.share {
			f.share[i] /= total
		}
		f.length = lengths / total
		f.width = slices.Index(widths[:], slices.Max(widths[:]))
		f.widthShare = widths[f.width] / total
	}
	f.order(c)
	return f
}

// sample counts the values and chooses which are looked at: all, or as many as
// the limit allows at even distances.
func (f *facts) sample(values []string) []int {
	var occur []int
	for id, n := range f.counts {
		if id == 0 || n == 0 || len(values[id]) <= maxNothing && blank(strings.ToUpper(values[id])) {
			continue
		}
		f.filled += int(n)
		f.distinct++
		f.most = max(f.most, int(n))
		if n == 1 {
			f.once++
		}
		occur = append(occur, id)
	}
	if len(occur) <= maxLooked {
		return occur
	}
	out := make([]int, maxLooked)
	for i := range out {
		out[i] = occur[i*len(occur)/maxLooked]
	}
	return out
}

// order finds whether whole numbers rise with the rows, as serials do.
func (f *facts) order(c *table.Column) {
	last := int64(-1 << 62)
	for row, id := range c.Cells {
		if row > 2000 || !f.rising {
			return
		}
		n, err := strconv.ParseInt(c.Values[id], 10, 64)
		f.rising = err == nil && n > last
		last = n
	}
}

// see counts the signs of a value that n cells have.
func (f *facts) see(v string, n float64) {
	put := func(s sign, ok bool) {
		if ok {
			f.share[s] += n
		}
	}
	w := words(v)
	parts := strings.Fields(w)
	letters, numbers := 0, 0
	for i := range len(v) {
		switch c := v[i]; {
		case c >= '0' && c <= '9':
			numbers++
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= 0x80:
			letters++
		}
	}
	f.seeNumber(v, put)
	put(isLetters, letters > 0 && numbers == 0 && !strings.ContainsAny(v, "@_=<>{}"))
	put(isOneWord, len(parts) == 1)
	put(isFewWords, len(parts) >= 2 && len(parts) <= 5)
	put(isLongText, len(parts) > 9 || len(v) > 80)
	put(hasComma, strings.Contains(v, ","))
	put(hasSpace, strings.Contains(v, " "))
	put(isMixed, letters > 0 && numbers > 0 && !strings.Contains(v, " ") && len(v) >= 4)
	at := strings.IndexByte(v, '@')
	put(isEmail, at > 0 && strings.Contains(v[at:], ".") && !strings.Contains(v, " "))
	put(isPostcode, letters > 0 && family.Postcode(v) != "")
	_, code := splitAddress(v)
	put(endsInPostcode, numbers >= 2 && letters >= 2 && code != "")
	put(isPhone, letters == 0 && phoneLike(v, numbers))
	put(isNHS, numbers == 10 && letters == 0 && family.NHSNumber(v) != "")
	put(isULN, numbers == 10 && letters == 0 && family.ULN(v) != "")
	put(isNINO, letters > 1 && family.NINO(v) != "")
	put(isUPN, letters > 0 && family.UPN(v) != "")
	lat, long, ok := strings.Cut(strings.Trim(v, "()[] "), ",")
	put(isPointText, ok && numbers >= 4 && readPoint(lat, long) != "")
	f.seeWords(w, parts, put)
}

// seeNumber counts what numbers can be.
func (f *facts) seeNumber(v string, put func(sign, bool)) {
	t := strings.TrimSuffix(v, ".0")
	n, err := strconv.ParseInt(t, 10, 64)
	if err == nil {
		f.low, f.high = min(f.low, n), max(f.high, n)
	} else {
		f.whole = false
	}
	put(isDigits, digits(t))
	put(isYear, err == nil && len(t) == 4 && n >= 1700 && n <= 2030)
	put(upTo12, err == nil && n >= 1 && n <= 12)
	put(upTo31, err == nil && n >= 1 && n <= 31)
	put(upTo120, err == nil && n >= 0 && n <= 120)
	put(isZIP, len(v) == 10 && v[5] == '-' && digits(v[:5]) && digits(v[6:]))
	if err != nil && strings.IndexByte(t, '.') >= 0 {
		x, err := strconv.ParseFloat(t, 64)
		put(isDecimal, err == nil)
		put(isLatitude, err == nil && x >= -90 && x <= 90 && len(t)-strings.IndexByte(t, '.') > 3)
		put(isLongitude, err == nil && x >= -180 && x <= 180 && len(t)-strings.IndexByte(t, '.') > 3)
	}
}

// seeWords counts what words can be.
func (f *facts) seeWords(w string, parts []string, put func(sign, bool)) {
	_, sexed := sexes[w]
	put(isSex, sexed)
	put(isTitle, titles[w] && w != "FATHER" && w != "SISTER")
	put(isRegion, stateCodes[w] != "" || homeAreas[strings.ReplaceAll(w, " ", "_")])
	put(isCountry, countryCodes[w] != "" && len(w) > 1)
	if len(parts) == 0 {
		return
	}
	first, last := parts[0], parts[len(parts)-1]
	put(isStreet, len(parts) > 1 && slices.ContainsFunc(parts[1:], func(p string) bool { return streetEnds[p] }))
	put(isNumbered, len(parts) > 1 && first[0] >= '0' && first[0] <= '9' && last[0] >= 'A')
	put(isFirm, len(parts) > 1 && slices.ContainsFunc(parts[1:], func(p string) bool { return firmWords[p] }))
	put(forenameFirst, knownForename(first))
	put(surnameLast, knownSurname(last))
	put(forenameLast, len(parts) > 1 && knownForename(last))
	put(surnameFirstWord, len(parts) > 1 && knownSurname(first))
}

// phoneLike says that a text without letters is written as telephone numbers
// are: with a country code, a leading 0 or the usual signs between the digits.
func phoneLike(v string, numbers int) bool {
	if numbers < 7 || numbers > 15 || strings.Contains(v, ":") {
		return false
	}
	if v[0] == '+' || v[0] == '(' || v[0] == '0' && numbers >= 9 && len(v) >= 10 {
		return true
	}
	if f := strings.FieldsFunc(v, func(r rune) bool { return r == '-' || r == ' ' || r == '.' || r == '/' }); len(f) == 3 {
		return len(f[0]) == 3 && len(f[1]) == 3 && len(f[2]) == 4
	}
	return false
}

// streetEnds are the words that streets are called by.
var streetEnds = set("STREET ST ROAD RD AVENUE AVE AV LANE LN DRIVE DR COURT CT PLACE PL CRESCENT CRES CLOSE CL GARDENS TERRACE TCE SQUARE " +
	"BOULEVARD BLVD WAY HIGHWAY HWY PARADE GROVE CIRCUIT CCT WALK ROW HILL RISE MEWS STRASSE RUE CALLE WEG ULICA STRAAT PARKWAY PKWY CIRCLE CIR " +
	"TRAIL PIKE VIEW GREEN")

// firmWords are the words that firms are called by.
var firmWords = set("LTD LIMITED PLC INC LLC LLP CORP CORPORATION COMPANY CO GMBH AG SA SARL BV NV SPA SRL OY AB AS GROUP HOLDINGS PTY SERVICES " +
	"TRUST ASSOCIATION UNIVERSITY BANK PARTNERS SOLUTIONS INSTITUTE FOUNDATION")

// knownForename says that a folded word is a common forename.
func knownForename(w string) bool {
	return commonForenames[w] || names.Forenames().Spellings(w) != nil || names.Forenames().ShortForms(w) != nil
}

// knownSurname says that a folded word is a common surname.
func knownSurname(w string) bool {
	return commonSurnames[w] || names.Surnames().Spellings(w) != nil || names.Surnames().ShortForms(w) != nil
}

// fill is the share of rows that are filled.
func (f *facts) fill() float64 { return float64(f.filled) / float64(max(f.rows, 1)) }

// unique is the number of distinct values to each filled cell.
func (f *facts) unique() float64 { return float64(f.distinct) / float64(max(f.filled, 1)) }

// dense says that whole numbers fill most of their range, as serials do and
// numbers that say something do not.
func (f *facts) dense() bool {
	return f.whole && f.filled > 0 && float64(f.distinct) > 0.4*float64(f.high-f.low+1)
}
