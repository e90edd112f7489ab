package settings

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/fold"
)

// nothing are folded texts that stand for no value in any column.
var nothing = map[string]bool{
	"UNKNOWN": true, "NOT KNOWN": true, "N K": true, "NK": true, "N A": true, "NONE": true, "NULL": true, "NIL": true,
	"NAN": true, "NOT AVAILABLE": true, "NOT APPLICABLE": true, "NOT STATED": true, "NOT GIVEN": true, "MISSING": true,
	"UNSPECIFIED": true, "UNDEFINED": true, "TBC": true, "TBA": true, "TEST": true, "XX": true, "XXX": true, "XXXX": true,
	"NO FIXED ABODE": true, "NFA": true, "ANONYMOUS": true, "REDACTED": true, "REFUSED": true, "DECLINED": true,
	"DONT KNOW": true, "UNK": true, "#N A": true, "NAT": true, "INCONNU": true, "UNBEKANNT": true, "DESCONOCIDO": true,
	"NO DATA": true, "BLANK": true, "EMPTY": true, "NONE GIVEN": true, "NOT PROVIDED": true, "NOT RECORDED": true,
	"NO ADDRESS": true, "SAME AS ABOVE": true, "AS ABOVE": true, "DUMMY": true, "UNNAMED": true, "NO NAME": true,
}

// blank says that a folded text stands for no value.
func blank(s string) bool { return len(s) <= maxNothing && nothing[s] }

// maxNothing is the length of the longest of them: most texts need no look-up.
const maxNothing = 15

// noName are folded texts that stand where a name is not known yet.
var noName = map[string]bool{
	"BABY": true, "BABY BOY": true, "BABY GIRL": true, "BOY": true, "GIRL": true, "INFANT": true, "INFANT OF": true,
	"MALE": true, "FEMALE": true, "MASTER": true, "MISS": true, "MR": true, "MRS": true, "MS": true, "DR": true,
	"TWIN": true, "TWIN 1": true, "TWIN 2": true, "CHILD": true, "NA": true, "FNU": true, "LNU": true, "NMN": true,
	"STILLBORN": true, "NEWBORN": true, "SURNAME": true, "FORENAME": true,
}

// readWords returns folded words, "" for those that say nothing.
func readWords(s string) string {
	w := words(s)
	if blank(w) {
		return ""
	}
	return w
}

// digitsOf returns the ASCII digits of a text.
func digitsOf(s string) string {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	if n == len(s) {
		return s
	}
	b := make([]byte, 0, n)
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			b = append(b, s[i])
		}
	}
	return string(b)
}

// alnum drops everything but ASCII letters and digits and raises the letters.
func alnum(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.ReplaceAll(fold.ASCII(s), " ", "")
}

// repeated says that a text is one sign over and over.
func repeated(s string) bool { return len(s) > 0 && strings.Count(s, s[:1]) == len(s) }

// readPostcode reads a postcode: a British or Irish or Canadian one with one
// space before its inward part, a ZIP code without its extension, any other as
// folded. Digits alone are filled with zeros to the width of the column's.
func readPostcode(s string, width int) string {
	s = strings.TrimSuffix(s, ".0")
	if p := family.Postcode(s); p != "" {
		return p
	}
	w := words(s)
	a := strings.ReplaceAll(w, " ", "")
	switch {
	case blank(w) || repeated(a) || strings.HasPrefix(a, "ZZ99"):
		return ""
	case digits(a):
		return readZIP(a, width)
	case len(a) >= 5 && len(a) <= 7 && a[0] >= 'A':
		return a[:len(a)-3] + " " + a[len(a)-3:]
	}
	return w
}

func readZIP(a string, width int) string {
	if len(a) == 9 && (width == 5 || width == 9 || width == 0) {
		a = a[:5]
	}
	if width <= 9 && len(a) < width && len(a) >= width-2 {
		a = "000"[:width-len(a)] + a
	}
	if repeated(a) {
		return ""
	}
	return a
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// shortCountryCodes are the country calling codes of one and two digits; all
// others have three (ITU-T E.164, list of assigned codes).
var shortCountryCodes = set("1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 " +
	"65 66 81 82 84 86 90 91 92 93 94 95 98")

// readPhone returns the digits of the national number: no country code, no
// leading 0, no extension; "" for what cannot be a number.
func readPhone(s string) string {
	if s == "" {
		return ""
	}
	for i := range len(s) {
		if c := s[i] | 0x20; (c == 'x' || c == 'e') && i > 6 { // extension
			s = s[:i]
			break
		}
	}
	s = strings.TrimSuffix(strings.TrimSpace(s), ".0")
	s = strings.Replace(s, "(0)", "", 1)
	d := digitsOf(s)
	if international := strings.HasPrefix(s, "+") || strings.HasPrefix(s, "00"); international {
		d = strings.TrimLeft(d, "0")
		for n := 1; n <= 3 && len(d) > n+6; n++ {
			if n == 3 || shortCountryCodes[d[:n]] {
				d = d[n:]
				break
			}
		}
	}
	for {
		t := national(d)
		if t == d {
			break
		}
		d = t
	}
	if len(d) < 6 || len(d) > 14 || repeated(d) || d == "123456789" || d == "1234567890" || d == "123456" {
		return ""
	}
	return d
}

// national drops a leading 0 and a country code written without its sign.
func national(d string) string {
	d = strings.TrimLeft(d, "0")
	switch {
	case len(d) == 12 && strings.HasPrefix(d, "44"): // United Kingdom
		return d[2:]
	case len(d) == 11 && d[0] == '1' && d[1] >= '2' && d[4] >= '2': // North America
		return d[1:]
	case len(d) == 11 && strings.HasPrefix(d, "61"): // Australia
		return d[2:]
	case len(d) == 12 && (strings.HasPrefix(d, "91") || strings.HasPrefix(d, "353")): // India, Ireland
		return d[2+b2i(d[0] == '3'):]
	}
	return d
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// readEmail returns an address in lower case, "" for one that is nobody's.
func readEmail(s string) string {
	s = strings.ToLower(strings.Trim(s, ".,;<> \t"))
	for strings.HasPrefix(s, "mailto:") {
		s = strings.Trim(s[len("mailto:"):], ".,;<> \t")
	}
	local, _, ok := strings.Cut(s, "@")
	switch {
	case len(s) < 5:
		return ""
	case ok && (local == "" || blank(strings.ToUpper(local)) || local == "noemail" || local == "noreply"):
		return ""
	case !ok && blank(fold.ASCII(s)):
		return ""
	}
	return s
}

// readIdentifier folds a number that a person has; leading zeros do not count
// where it is all digits, as spreadsheets lose them.
func readIdentifier(s string) string {
	a := alnum(strings.TrimSuffix(s, ".0"))
	if digits(a) {
		a = strings.TrimLeft(a, "0")
	}
	switch {
	case len(a) < 3, repeated(a), blank(a):
		return ""
	case a == "123456789", a == "1234567890", a == "12345678", a == "1234567", a == "123456", a == "12345",
		a == "78051120": // printed on a specimen card of 1938
		return ""
	}
	return a
}

// readChecked reads an identifier with a check of its own. One that fails is
// kept as it is folded: a slip leaves the other digits right.
func readChecked(s string, check func(string) string) string {
	if id := check(s); id != "" {
		return id
	}
	return readIdentifier(s)
}

// readNINO drops the last letter also of a number that fails its check.
func readNINO(s string) string {
	if id := family.NINO(s); id != "" {
		return id
	}
	id := readIdentifier(s)
	if len(id) == 9 && id[0] >= 'A' && id[1] >= 'A' && id[8] >= 'A' && digits(id[2:8]) {
		id = id[:8]
	}
	if strings.HasPrefix(id, "TN") { // temporary: made of the date of birth
		return ""
	}
	return id
}

// sexes gives the sex of the words for it in several languages.
var sexes = map[string]string{
	"M": "M", "MALE": "M", "MAN": "M", "BOY": "M", "1": "M", "HOMME": "M", "HOMBRE": "M", "MASCULINO": "M", "MASCULIN": "M",
	"MANNLICH": "M", "MASCHIO": "M", "MEZCZYZNA": "M", "MAENNLICH": "M", "MALES": "M", "MASC": "M", "GARCON": "M",
	"F": "F", "FEMALE": "F", "WOMAN": "F", "GIRL": "F", "2": "F", "W": "F", "FEMME": "F", "MUJER": "F", "FEMENINO": "F",
	"FEMININ": "F", "FEMININO": "F", "WEIBLICH": "F", "FEMMINA": "F", "KOBIETA": "F", "K": "F", "V": "F", "VROUW": "F",
	"FEM": "F", "FEMALES": "F", "FILLE": "F",
	"X": "X", "OTHER": "X", "NON BINARY": "X", "NONBINARY": "X", "INDETERMINATE": "X", "INTERSEX": "X", "DIVERS": "X", "D": "X",
	"U": "", "0": "", "9": "", "UNKNOWN": "", "NOT KNOWN": "", "NOT SPECIFIED": "", "NOT STATED": "", "I": "X",
}

// readSex returns M, F or X; a code that is none of the usual words stays.
func readSex(s string) string {
	w := readWords(strings.TrimSuffix(s, ".0"))
	if x, ok := sexes[w]; ok {
		return x
	}
	return w
}

// titleSexes gives the sex that a title tells.
var titleSexes = map[string]string{
	"MR": "M", "MASTER": "M", "SIR": "M", "LORD": "M", "HERR": "M", "MONSIEUR": "M", "SR": "M", "SENOR": "M",
	"MRS": "F", "MISS": "F", "MS": "F", "LADY": "F", "DAME": "F", "FRAU": "F", "MME": "F", "MLLE": "F", "SRA": "F",
	"SENORA": "F", "MADAME": "F",
}

// readCode folds a code; 7.0 is 7.
func readCode(s string) string { return readWords(strings.TrimSuffix(s, ".0")) }

// readNumber returns a whole number's digits, those that lead a house number
// such as 12a; "" where there are none.
func readNumber(s string) string {
	s = strings.TrimSpace(s)
	if at := strings.IndexByte(s, '.'); at > 0 {
		s = s[:at]
	}
	begin := strings.IndexAny(s, "0123456789")
	if begin < 0 {
		return ""
	}
	end := begin
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n := strings.TrimLeft(s[begin:end], "0")
	if len(n) > 9 {
		return ""
	}
	return n
}

// readYear returns a year of four digits, "" for none that people are born in.
func readYear(s string) string {
	n := readNumber(s)
	if len(n) == 2 || len(n) == 1 {
		y, _ := strconv.Atoi(n)
		return strconv.Itoa(year(datePart{n: y, digits: 2}))
	}
	if len(n) != 4 || n < "1500" || n > "2100" {
		return ""
	}
	return n
}

// streetWords are the short forms of address words and what they stand for.
var streetWords = map[string]string{
	"RD": "ROAD", "AVE": "AVENUE", "AV": "AVENUE", "LN": "LANE", "DR": "DRIVE", "CT": "COURT", "PL": "PLACE",
	"CRES": "CRESCENT", "CR": "CRESCENT", "CL": "CLOSE", "GDNS": "GARDENS", "TCE": "TERRACE", "TERR": "TERRACE", "SQ": "SQUARE",
	"BLVD": "BOULEVARD", "HWY": "HIGHWAY", "PDE": "PARADE", "GR": "GROVE", "GRV": "GROVE", "CCT": "CIRCUIT",
	"ST": "STREET", "STR": "STREET", "APT": "FLAT", "APARTMENT": "FLAT", "UNIT": "FLAT", "HSE": "HOUSE", "PKWY": "PARKWAY",
	"CIR": "CIRCLE", "N": "NORTH", "S": "SOUTH", "E": "EAST", "W": "WEST", "FLT": "FLAT",
}

// readAddress folds an address line and writes the usual short forms out. ST is
// a saint unless another word stands before it and none or a direction follows.
func readAddress(s string) string {
	w := readWords(s)
	if w == "" || strings.IndexByte(w, ' ') < 0 {
		return w
	}
	f := strings.Fields(w)
	for i, t := range f {
		long := streetWords[t]
		switch {
		case long == "":
		case t == "ST" && (i == 0 || i+1 < len(f) && !direction(f[i+1]) || digits(f[i-1])):
		case i == 0 && long != "FLAT":
		case len(t) == 1 && i > 0 && digits(f[i-1]): // 12 E is a house number
		default:
			f[i] = long
		}
	}
	return strings.Join(f, " ")
}

// splitAddress splits off the postcode that an address ends in: a British one of
// one or two words, or, after a comma or a state's letters, a ZIP code.
func splitAddress(s string) (line, code string) {
	f := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' })
	n := len(f)
	cut := func(words int) string {
		at := len(s)
		for _, w := range slices.Backward(f[n-words:]) {
			at = strings.LastIndex(s[:at], w)
		}
		return strings.TrimRight(s[:at], " ,")
	}
	switch {
	case n < 3:
	case family.Postcode(f[n-2]+f[n-1]) != "" && len(f[n-1]) == 3:
		return cut(2), f[n-2] + " " + f[n-1]
	case family.Postcode(f[n-1]) != "":
		return cut(1), f[n-1]
	case len(f[n-1]) >= 5 && len(f[n-1]) <= 10 && digits(f[n-1][:5]) && stateCodes[strings.ToUpper(f[n-2])] != "":
		return cut(1), f[n-1]
	}
	return s, ""
}

func direction(w string) bool {
	return len(w) == 1 || w == "NORTH" || w == "SOUTH" || w == "EAST" || w == "WEST" || w == "NE" || w == "NW" || w == "SE" || w == "SW"
}

// readPoint returns a place as LATITUDE,LONGITUDE with four decimals (11 m), ""
// where there is none: 0,0 is the sea, and stands for nothing.
func readPoint(lat, long string) string {
	a, errA := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	b, errB := strconv.ParseFloat(strings.TrimSpace(long), 64)
	a, b = math.Round(a*1e4)/1e4, math.Round(b*1e4)/1e4
	if errA != nil || errB != nil || !(math.Abs(a) <= 90 && math.Abs(b) <= 180) || a == 0 && b == 0 {
		return ""
	}
	out := strconv.AppendFloat(nil, a, 'f', 4, 64)
	out = append(out, ',')
	return string(strconv.AppendFloat(out, b, 'f', 4, 64))
}
