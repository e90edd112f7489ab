package synth

import (
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// streetShortNames and streetShortOrder pair long and short street words.
var (
	streetShortNames = []string{"Road", "Street", "Avenue", "Close", "Drive", "Lane", "Terrace", "Crescent", "Grove", "Court", "Gardens", "Place"}
	streetShortOrder = []string{"Rd", "St", "Ave", "Cl", "Dr", "Ln", "Terr", "Cres", "Gr", "Ct", "Gdns", "Pl"}
)

// dress writes an identity in the agency's case and abbreviations.
func (st *style) dress(id *identity) {
	if st.plain {
		id.forename, id.surname, id.middle = unaccent(id.forename), unaccent(id.surname), unaccent(id.middle)
	}
	if st.short {
		id.address1, id.address2 = shorten(id.address1), shorten(id.address2)
	}
	if st.tightPostcode {
		id.postcode = strings.ReplaceAll(id.postcode, " ", "")
	}
	if st.upperSurname || st.upperAll {
		id.surname = strings.ToUpper(id.surname)
	}
	if st.upperAll {
		id.forename, id.middle = strings.ToUpper(id.forename), strings.ToUpper(id.middle)
		id.address1, id.address2, id.town = strings.ToUpper(id.address1), strings.ToUpper(id.address2), strings.ToUpper(id.town)
	}
	if st.lowerAll {
		id.forename, id.surname = strings.ToLower(id.forename), strings.ToLower(id.surname)
	}
}

func unaccent(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return strings.Map(func(r rune) rune {
				if r < 0x80 {
					return r
				}
				return accentless(r)
			}, s)
		}
	}
	return s
}

func shorten(s string) string {
	for i, long := range streetShortNames {
		if rest, ok := strings.CutSuffix(s, long); ok {
			return rest + streetShortOrder[i]
		}
	}
	return s
}

// date writes a day as the agency does.
func (st *style) date(d family.Date) string {
	if d == 0 {
		return ""
	}
	s := d.String()
	if st.iso {
		return s
	}
	return s[8:] + "/" + s[5:7] + "/" + s[:4]
}

func (st *style) writePhone(s string) string {
	if len(s) != 11 {
		return s
	}
	switch st.phone {
	case 1:
		return s[:5] + " " + s[5:]
	case 2:
		return "+44" + s[1:]
	case 3:
		return s[:5] + " " + s[5:8] + " " + s[8:]
	}
	return s
}
