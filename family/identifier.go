package family

import "strings"

// The checks below answer with the identifier in its canonical form, or ""
// where the text is blank, a placeholder or fails the identifier's own check:
// such text is kept in the row but is never a key. Sources for each rule are
// in docs/identifiers.md.

// upnLetters are the check letters of a UPN, by remainder (I, O and S are not
// used).
const upnLetters = "ABCDEFGHJKLMNPQRTUVWXYZ"

// UPN checks a unique pupil number: a check letter, three digits of authority,
// four of school, two of year, and a serial of three digits or two digits and
// a letter (a temporary number). Sum of the characters 2–13 times 2–13, modulo
// 23, gives the letter. The "unknown" codes UN1–UN5 are not numbers.
func UPN(s string) string {
	s = alnum(s)
	if len(s) != 13 {
		return ""
	}
	sum := 0
	for i := 1; i < 13; i++ {
		v := int(s[i] - '0')
		if s[i] > '9' {
			if i != 12 {
				return ""
			}
			if v = strings.IndexByte(upnLetters, s[i]); v < 0 {
				return ""
			}
		}
		sum += v * (i + 1)
	}
	if s[0] != upnLetters[sum%23] {
		return ""
	}
	return s
}

// NINO checks a National Insurance number and returns its first eight
// characters: the suffix A–D may be missing and tells nobody apart. Temporary
// and administrative prefixes are no numbers.
func NINO(s string) string {
	s = alnum(s)
	if len(s) == 9 {
		if s[8] < 'A' || s[8] > 'D' {
			return ""
		}
		s = s[:8]
	}
	if len(s) != 8 || !isLetter(s[0]) || !isLetter(s[1]) || !allDigits(s[2:]) {
		return ""
	}
	if strings.IndexByte("DFIQUV", s[0]) >= 0 || strings.IndexByte("DFIOQUV", s[1]) >= 0 {
		return ""
	}
	switch s[:2] {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ",
		"OO", "CR", "FY", "MW", "NC", "PP", "PY", "PZ":
		return ""
	}
	return s
}

// NHSNumber checks an NHS number: ten digits whose sum times 10…1 is a
// multiple of 11. A number of one repeated digit is a placeholder.
func NHSNumber(s string) string {
	s = alnum(s)
	if len(s) != 10 || !allDigits(s) || strings.Count(s, s[:1]) == 10 {
		return ""
	}
	sum := 0
	for i := range 10 {
		sum += int(s[i]-'0') * (10 - i)
	}
	if sum%11 != 0 {
		return ""
	}
	return s
}

// ULN checks a unique learner number: ten digits, the last of which is 10
// less the remainder of the sum of the first nine times 10…2 modulo 11.
func ULN(s string) string {
	s = alnum(s)
	if len(s) != 10 || !allDigits(s) || s == "9999999999" {
		return ""
	}
	sum := 0
	for i := range 9 {
		sum += int(s[i]-'0') * (10 - i)
	}
	if r := sum % 11; r == 0 || int(s[9]-'0') != 10-r {
		return ""
	}
	return s
}

// pncLetters are the check letters of a PNC identifier, by remainder.
const pncLetters = "ZABCDEFGHJKLMNPQRTUVWXY"

// PNC checks a police national computer identifier, YYYY/NNNNNNNX or its short
// form YY/NX, and returns the long form. A two-digit year over cutoff (two
// digits of the latest possible year, here fixed at 30) is of the last
// century.
func PNC(s string) string {
	s = strings.ToUpper(strings.TrimSpace(s))
	year, rest, ok := strings.Cut(s, "/")
	if !ok || len(rest) < 2 || len(rest) > 8 || !allDigits(year) || !allDigits(rest[:len(rest)-1]) {
		return ""
	}
	switch {
	case len(year) == 2 && year > "30":
		year = "19" + year
	case len(year) == 2:
		year = "20" + year
	case len(year) != 4:
		return ""
	}
	serial := strings.Repeat("0", 8-len(rest)) + rest[:len(rest)-1]
	n := 0
	for _, c := range []byte(year[2:] + serial) {
		n = n*10 + int(c-'0')
	}
	if rest[len(rest)-1] != pncLetters[n%23] {
		return ""
	}
	return year + "/" + serial + rest[len(rest)-1:]
}

// UPRN checks a unique property reference number: one to twelve digits.
// Leading zeros are dropped; zero and the placeholder of nines are no numbers.
func UPRN(s string) string {
	s = strings.TrimLeft(strings.TrimSpace(s), "0")
	if len(s) == 0 || len(s) > 12 || !allDigits(s) || strings.Count(s, "9") == len(s) && len(s) > 5 {
		return ""
	}
	return s
}

// Postcode checks the form of a UK postcode and returns it in capitals with
// one space before the inward part. "Not known" codes (ZZ99…) are no
// postcodes.
func Postcode(s string) string {
	s = alnum(s)
	if len(s) < 5 || len(s) > 7 || strings.HasPrefix(s, "ZZ99") {
		return ""
	}
	out, in := s[:len(s)-3], s[len(s)-3:]
	if s == "GIR0AA" {
		return "GIR 0AA"
	}
	if !isDigit(in[0]) || !inwardLetter(in[1]) || !inwardLetter(in[2]) || !outward(out) {
		return ""
	}
	return out + " " + in
}

func inwardLetter(c byte) bool { return isLetter(c) && strings.IndexByte("CIKMOV", c) < 0 }

func outward(s string) bool {
	shape := make([]byte, len(s))
	for i := range len(s) {
		shape[i] = 'A'
		if isDigit(s[i]) {
			shape[i] = '9'
		}
	}
	switch string(shape) {
	case "A9", "A99", "A9A":
		return strings.IndexByte("QVX", s[0]) < 0
	case "AA9", "AA99", "AA9A":
		return strings.IndexByte("QVX", s[0]) < 0 && strings.IndexByte("IJZ", s[1]) < 0
	}
	return false
}

// Phone returns the digits of a UK telephone number in national form with its
// leading 0, or "" where there are too few or too many to be one or all are
// the same.
func Phone(s string) string {
	d := make([]byte, 0, 16)
	for i := range len(s) {
		if isDigit(s[i]) {
			d = append(d, s[i])
		}
	}
	t := string(d)
	t = strings.TrimPrefix(t, "00")
	if rest, ok := strings.CutPrefix(t, "44"); ok && len(rest) >= 9 {
		t = strings.TrimLeft(rest, "0")
	}
	t = "0" + strings.TrimLeft(t, "0")
	if len(t) < 10 || len(t) > 11 || strings.Count(t[1:], t[1:2]) == len(t)-1 {
		return ""
	}
	return t
}

// Email returns an address in lower case, or "" where it has no @ within.
func Email(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if at := strings.LastIndexByte(s, '@'); at < 1 || at == len(s)-1 {
		return ""
	}
	return s
}

// alnum drops everything but ASCII letters and digits and raises the letters;
// a text with any other letter comes back blank, as no identifier has one.
func alnum(s string) string {
	b := make([]byte, 0, 16)
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c) || isLetter(c):
			b = append(b, c)
		case c >= 'a' && c <= 'z':
			b = append(b, c-'a'+'A')
		case c >= 0x80:
			return ""
		}
	}
	return string(b)
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return len(s) > 0
}
