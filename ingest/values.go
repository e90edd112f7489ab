package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hearthmatch/hearth/family"
)

// found is what clean met in a text.
type found uint8

const (
	foundControl     found = 1 << iota // control characters, removed
	foundNUL                           // a NUL character
	foundUndecodable                   // bytes that are no UTF-8
)

// clean trims a text and removes its control characters; those that separate
// words (tab, line end) leave a space. It allocates only if it removes any.
func clean(s string) (string, found) {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return trimSpaces(s), 0
	}
	return cleanSlow(s)
}

func cleanSlow(s string) (string, found) {
	if !utf8.ValidString(s) {
		return "", foundUndecodable
	}
	if strings.IndexByte(s, 0) >= 0 {
		return "", foundNUL
	}
	s = strings.TrimSpace(s)
	if strings.IndexFunc(s, unicode.IsControl) < 0 {
		return s, 0
	}
	kept := strings.Map(func(r rune) rune {
		switch {
		case !unicode.IsControl(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, s)
	return strings.TrimSpace(strings.ReplaceAll(kept, "  ", " ")), foundControl
}

// trimSpaces is strings.TrimSpace for text without any other white space.
func trimSpaces(s string) string {
	for len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}

// blank says whether a text is nothing but white space.
func blank(s string) bool { return strings.TrimSpace(s) == "" }

// longer says whether a text has more than limit characters.
func longer(s string, limit int) bool { return utf8.RuneCountInString(s) > limit }

// equalFold compares with a text in lower-case ASCII, of which most others
// differ in their first letter.
func equalFold(s, lower string) bool {
	return len(s) == len(lower) && strings.EqualFold(s, lower)
}

// canonical reads a text by its column's kind; not ok if it is refused.
func (c *checker) canonical(f *field, column family.Column, text string) (_ string, ok bool) {
	switch f.kind {
	case kindText, kindMarks:
		return text, true
	case kindDate:
		return c.day(column, text)
	case kindBirth:
		return c.birth(column, text)
	case kindListed:
		return c.listed(f, column, text)
	case kindCount:
		return c.count(column, text)
	case kindMoney:
		if amount, ok := money(text); ok {
			return amount, true
		}
		c.refuse(column, reasonMoney)
		return "", false
	case kindNeed:
		if needNumber(text) {
			return text, true
		}
		c.refuse(column, reasonNeed)
		return "", false
	}
	c.identifier(f.kind, column, text)
	return text, true
}

// day reads a date and returns it in ISO form.
func (c *checker) day(column family.Column, text string) (string, bool) {
	d, err := family.ParseDate(text)
	if err != nil {
		c.refuse(column, reasonDate)
		return "", false
	}
	if text[4] == '-' {
		return text, true
	}
	return d.String(), true
}

// noBirth is the placeholder for a day of birth that is not known.
var noBirth = family.NewDate(1900, 1, 1)

// birth reads a day of birth; a placeholder is absent.
func (c *checker) birth(column family.Column, text string) (string, bool) {
	d, err := family.ParseDate(text)
	switch {
	case err != nil && placeholder(text), err == nil && d == noBirth:
		return "", true
	case err != nil:
		c.refuse(column, reasonDate)
		return "", false
	case c.today != 0 && d > c.today:
		c.refuse(column, reasonUnborn)
		return "", false
	case c.today != 0 && d < c.today.AddYears(-maxAge):
		c.refuse(column, reasonTooOld)
		return "", false
	case text[4] == '-':
		return text, true
	}
	return d.String(), true
}

// maxAge is how many years ago anybody in a delivery may have been born.
const maxAge = 120

// placeholder says whether a text of the person block stands for nothing.
func placeholder(text string) bool { return family.NameText(text) == "" }

// listed finds a value of a listed set without regard to case.
func (c *checker) listed(f *field, column family.Column, text string) (string, bool) {
	for _, v := range f.listed {
		if v == text {
			return v, true
		}
	}
	for _, v := range f.listed {
		if len(v) == len(text) && strings.EqualFold(v, text) {
			return v, true
		}
	}
	if column == family.ColSex && placeholder(text) {
		return "", true
	}
	c.refuseWith(column, reasonUnlisted, f.choose)
	return "", false
}

// count reads a whole number of at most six digits.
func (c *checker) count(column family.Column, text string) (string, bool) {
	if len(text) > 6 || !allDigits(text) {
		c.refuse(column, reasonCount)
		return "", false
	}
	return plainDigits(text), true
}

// plainDigits drops leading zeros.
func plainDigits(s string) string {
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	return s
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0
}

// maxPounds is the most digits of an amount before its point.
const maxPounds = 12

// money reads an amount of pounds: a sign before or after the £, separators
// between groups of three digits, pence after a point. It returns a plain
// number with at most a leading minus.
func money(text string) (string, bool) {
	sign, rest := signOf(text)
	rest, pounds := strings.CutPrefix(rest, "£")
	rest = strings.TrimLeft(rest, " ")
	if pounds && sign == "" {
		sign, rest = signOf(rest)
	}
	whole, pence, point := strings.Cut(rest, ".")
	whole, ok := ungroup(whole)
	switch {
	case !ok, len(whole) > maxPounds, len(pence) > maxPounds:
		return "", false
	case whole == "" && pence == "", point && pence != "" && !allDigits(pence):
		return "", false
	}
	whole, pence = plainDigits("0"+whole), strings.TrimRight(pence, "0")
	if sign == "-" && (whole != "0" || pence != "") {
		whole = "-" + whole
	}
	if pence == "" {
		return whole, true
	}
	if len(pence) == 1 {
		pence += "0"
	}
	return whole + "." + pence, true
}

// signOf cuts a leading sign off; the typeset minus is one as well.
func signOf(s string) (sign, rest string) {
	for _, minus := range []string{"-", "−"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return "-", strings.TrimLeft(rest, " ")
		}
	}
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		return "+", strings.TrimLeft(rest, " ")
	}
	return "", s
}

// ungroup removes the separators of a whole number: commas between groups of
// three digits, as in 1,234,567.
func ungroup(s string) (string, bool) {
	if strings.IndexByte(s, ',') < 0 {
		return s, s == "" || allDigits(s)
	}
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if !allDigits(g) || i > 0 && len(g) != 3 || len(g) > 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// needNumber says whether a text is headline 1–10, a point, and a number.
func needNumber(text string) bool {
	headline, number, ok := strings.Cut(text, ".")
	if !ok || len(number) != 1 || number[0] < '1' || number[0] > '9' {
		return false
	}
	return headline == "10" || len(headline) == 1 && headline[0] >= '1' && headline[0] <= '9'
}

// identifier reports a text that fails its identifier's check. Placeholders
// are absent rather than wrong, and so are not reported.
func (c *checker) identifier(k kind, column family.Column, text string) {
	if identifierChecks[k](text) != "" || placeholder(text) || placeholderOf(k, text) {
		return
	}
	switch k {
	case kindPostcode:
		c.report(column, reportPostcode)
	case kindUPRN:
		c.report(column, reportUPRN)
	default:
		c.report(column, reportIdentifier)
	}
}

var identifierChecks = [...]func(string) string{
	kindUPN: family.UPN, kindNINO: family.NINO, kindNHS: family.NHSNumber, kindPNC: family.PNC,
	kindULN: family.ULN, kindPostcode: family.Postcode, kindUPRN: family.UPRN,
}

// placeholderOf says whether a text is the identifier's own sign for "not
// known": a temporary NINO, a UPN UN1–UN5, a postcode of ZZ99.
func placeholderOf(k kind, text string) bool {
	switch k {
	case kindUPN:
		return len(text) == 3 && equalFold(text[:2], "un") && text[2] >= '1' && text[2] <= '5'
	case kindNINO:
		return len(text) > 2 && equalFold(text[:2], "tn")
	case kindPostcode:
		return len(text) >= 4 && equalFold(text[:4], "zz99")
	}
	return false
}
