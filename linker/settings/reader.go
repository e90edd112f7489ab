package settings

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// reader makes the canonical values of a column's texts for a field.
type reader struct {
	as, field string
	format    string
	missing   map[string]bool
	width     int  // postcodes of digits: how many most have
	beside    bool // full names: forename or surname stand in columns of their own
	raw       bool // sex: the codes mean something else than the usual ones
}

func newReader(c planned, field string) reader {
	r := reader{as: c.set.As, field: field, format: c.set.Format}
	if len(c.set.Missing) > 0 {
		r.missing = make(map[string]bool, len(c.set.Missing))
		for _, m := range c.set.Missing {
			r.missing[m] = true
		}
	}
	switch r.as {
	case postcode:
		r.width = usualWidth(c.column.Values)
	case sex:
		r.raw = ownCodes(c.column.Values)
	}
	return r
}

// usualWidth is how many digits most texts of digits have, 0 where few have
// only digits.
func usualWidth(values []string) int {
	var widths [10]int
	n := 0
	for _, v := range values[1:] {
		if v = strings.TrimSuffix(v, ".0"); digits(v) && len(v) < len(widths) {
			widths[len(v)]++
			n++
		}
	}
	most := slices.Max(widths[:])
	if n*2 < len(values)-1 || most*2 < n {
		return 0
	}
	return slices.Index(widths[:], most)
}

// ownCodes says that the codes of sex are not the usual ones: 0 and 1, or H and
// M (hombre and mujer, homme and madame).
func ownCodes(values []string) bool {
	var zero, one, two, h, m, f bool
	for _, v := range values {
		switch strings.ToUpper(strings.TrimSuffix(v, ".0")) {
		case "0":
			zero = true
		case "1":
			one = true
		case "2":
			two = true
		case "H":
			h = true
		case "M":
			m = true
		case "F":
			f = true
		}
	}
	return zero && one && !two || h && m && !f
}

// read appends the values that a text stands for. It gives nothing for a text
// that says nothing.
func (r *reader) read(out []string, s string) []string {
	switch r.as {
	case forename, middleName, surname, formerSurname:
		return readName(out, s)
	case alias, fullName:
		return r.readFull(out, s)
	}
	if v := r.value(s); v != "" {
		out = append(out, v)
	}
	return out
}

func (r *reader) readFull(out []string, s string) []string {
	p := readFull(s, r.format)
	if r.beside && (len(p.given) == 0 || len(p.family) == 0) {
		return out // one word: which of the two it is the other columns know better
	}
	names := p.given
	if r.field == surname {
		names = p.family
		if r.as == alias && len(p.given) == 0 { // one word: another forename
			names = nil
		}
	} else if r.as == alias && len(p.given) == 0 {
		names = p.family
	}
	for _, n := range names {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// value is read for the roles that have one value.
func (r *reader) value(s string) string {
	switch r.as {
	case dateOfBirth, dateOfDeath, otherDate:
		return readDate(s, r.format)
	case sex:
		if r.raw {
			return readCode(s)
		}
		return readSex(s)
	case title:
		return titleSexes[words(s)]
	case fullAddress:
		line, code := splitAddress(s)
		if r.field == postcode {
			return readPostcode(code, r.width)
		}
		return readAddress(line)
	case postcode:
		return readPostcode(s, r.width)
	case phone:
		return readPhone(s)
	case email:
		return readEmail(s)
	case nhsNumber:
		return readChecked(s, family.NHSNumber)
	case upn:
		return readChecked(s, family.UPN)
	case uln:
		return readChecked(s, family.ULN)
	case nino:
		return readNINO(s)
	case identifier, serial:
		return readIdentifier(s)
	case property:
		return readIdentifier(s)
	case addressLine, addressRest, street:
		return readAddress(s)
	case houseNumber, number, age, amount:
		return readNumber(s)
	case yearOfBirth:
		return readYear(s)
	case category:
		return readCode(s)
	case region:
		return readRegion(s)
	case country:
		return readCountry(s)
	case point:
		lat, long, _ := strings.Cut(strings.Trim(s, "()[] "), ",")
		return readPoint(lat, long)
	}
	return readWords(s)
}

// joinBirth makes a date of day, month and year; what is not known is left out.
func joinBirth(f *feed, ids []uint32) string {
	y, _ := strconv.Atoi(readYear(f.role(yearOfBirth, ids)))
	if y == 0 {
		return ""
	}
	month := strings.TrimSpace(f.role(monthOfBirth, ids))
	m, _ := strconv.Atoi(readNumber(month))
	if m == 0 && month != "" {
		m, _ = monthWord(month)
	}
	d, _ := strconv.Atoi(readNumber(f.role(dayOfBirth, ids)))
	return known(writeDate(y, m, d))
}

// joinAddress makes one line of flat, number and street; what the line has
// already is not said twice.
func joinAddress(f *feed, ids []uint32) string {
	line := readAddress(strings.TrimSpace(f.role(addressLine, ids) + " " + f.role(street, ids)))
	if n := readWords(f.role(houseNumber, ids)); n != "" && !hasWord(line, n) {
		line = strings.TrimSpace(n + " " + line)
	}
	if n := readAddress(f.role(flat, ids)); n != "" {
		if last := n[strings.LastIndexByte(n, ' ')+1:]; !strings.HasPrefix(line, "FLAT "+last+" ") {
			line = strings.TrimSpace("FLAT " + last + " " + line)
		}
	}
	return line
}

func hasWord(line, w string) bool { return strings.Contains(" "+line+" ", " "+w+" ") }

func joinPoint(f *feed, ids []uint32) string {
	return readPoint(f.role(latitude, ids), f.role(longitude, ids))
}
