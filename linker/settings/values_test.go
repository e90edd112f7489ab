package settings

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadDate(t *testing.T) {
	for _, tc := range []struct{ in, format, want string }{
		{"1990-03-12", "", "1990-03-12"}, {"12/03/1990", dayFirst, "1990-03-12"}, {"12/03/1990", monthFirst, "1990-12-03"},
		{"25/03/1990", monthFirst, "1990-03-25"}, {"03/25/1990", dayFirst, "1990-03-25"}, {"12.3.1990", dayFirst, "1990-03-12"},
		{"19900312", "", "1990-03-12"}, {"19900312.0", "", "1990-03-12"}, {"12031990", dayFirst, "1990-03-12"},
		{"12 Mar 1990", "", "1990-03-12"}, {"12th of March, 1990", "", "1990-03-12"}, {"March 12 1990", "", "1990-03-12"},
		{"Mon 12 Mar 1990", "", "1990-03-12"}, {"12-MAR-90", "", "1990-03-12"}, {"12-MAR-05", "", "2005-03-12"},
		{"12 août 1990", "", "1990-08-12"}, {"3. Mai 1990", "", "1990-05-03"}, {"12 mayo 1990", "", "1990-05-12"},
		{"12/03/90", dayFirst, "1990-03-12"}, {"90-03-12", yearFirst, "1990-03-12"},
		{"1990-03-12T00:00:00Z", "", "1990-03-12"}, {"1990-03-12 00:00:00.000", "", "1990-03-12"},
		{"12/03/1990 14:05", dayFirst, "1990-03-12"}, {"32944", serialDays, "1990-03-12"}, {"61", serialDays, "1900-03-01"},
		{"1990", "", "1990"}, {"1990-03", "", "1990-03"}, {"03/1990", "", "1990-03"}, {"Mar 1990", "", "1990-03"},
		{"1990-00-00", "", "1990"}, {"1990-03-00", "", "1990-03"}, {"19081345", "", "1908-13-45"},
		{"", "", ""}, {"unknown", "", ""}, {"0000-00-00", "", ""}, {"9999-12-31", "", ""}, {"12", "", ""}, {"1/2/3/4", "", ""},
		{"32944", "", ""},
	} {
		if got := readDate(tc.in, tc.format); got != tc.want {
			t.Errorf("readDate(%q, %q) = %q, want %q", tc.in, tc.format, got, tc.want)
		}
	}
}

func TestReadName(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want []string
	}{
		{"Ann", []string{"ANN"}}, {"Dr. Ann Marie", []string{"ANN MARIE"}}, {"Susan (Sue)", []string{"SUSAN", "SUE"}},
		{"Jones (née Smith)", []string{"JONES", "SMITH"}}, {"Jones; Smith", []string{"JONES", "SMITH"}},
		{"unknown", nil}, {"Baby Boy", nil}, {"N/K", nil}, {"-", nil}, {"O'Neil", []string{"ONEIL"}}, {"Иванов", []string{"IVANOV"}},
		{"Παππας", []string{"PAPPAS"}}, {"Mr", nil},
	} {
		if got := readName(nil, tc.in); !slices.Equal(got, tc.want) {
			t.Errorf("readName(%q) = %q, want %q", tc.in, got, tc.want)
		}
	}
	if a, b := words("王伟"), words("王芳"); a == b || a == "" || a[:3] != b[:3] {
		t.Errorf("words of other scripts are %q and %q, want a common beginning and a difference", a, b)
	}
}

func TestReadFull(t *testing.T) {
	for _, tc := range []struct {
		in, format string
		want       person
	}{
		{"John Smith", "", person{[]string{"JOHN"}, []string{"SMITH"}}},
		{"Mr John Paul Smith Jr", "", person{[]string{"JOHN", "PAUL"}, []string{"SMITH"}}},
		{"SMITH, John P.", "", person{[]string{"JOHN", "P"}, []string{"SMITH"}}},
		{"Ludwig van der Berg", "", person{[]string{"LUDWIG"}, []string{"VAN DER BERG"}}},
		{"Smith John", surnameFirst, person{[]string{"JOHN"}, []string{"SMITH"}}},
		{"John Brown, 1st Baron Brown of Combe", "", person{[]string{"JOHN"}, []string{"BROWN"}}},
		{"John of Combe", "", person{[]string{"JOHN"}, []string{"COMBE"}}},
		{`Robert "Bob" Hill`, "", person{[]string{"ROBERT", "BOB"}, []string{"HILL"}}},
		{"Mary Hill (née Wood)", "", person{[]string{"MARY"}, []string{"HILL", "WOOD"}}},
		{"Cher", "", person{nil, []string{"CHER"}}}, {"", "", person{}}, {"unknown", "", person{}},
	} {
		if got := readFull(tc.in, tc.format); cmp.Diff(tc.want, got, cmp.AllowUnexported(person{})) != "" {
			t.Errorf("readFull(%q): %s", tc.in, cmp.Diff(tc.want, got, cmp.AllowUnexported(person{})))
		}
	}
}

func TestReadValues(t *testing.T) {
	zip := func(s string) string { return readPostcode(s, 5) }
	for _, tc := range []struct {
		name     string
		read     func(string) string
		in, want string
	}{
		{"uk postcode", zip, "tq138df", "TQ13 8DF"}, {"uk postcode with a slip", zip, "TQI38DF", "TQI3 8DF"},
		{"not known postcode", zip, "ZZ99 3VZ", ""}, {"zip", zip, "02139-4307", "02139"}, {"zip without its zero", zip, "2139", "02139"},
		{"canadian", zip, "k1a 0b6", "K1A 0B6"}, {"dutch", zip, "1234 AB", "1234 AB"}, {"zeros", zip, "00000", ""},
		{"phone", readPhone, "+44 (0)1803 123456", "1803123456"}, {"phone", readPhone, "01803 123456", "1803123456"},
		{"phone", readPhone, "00441803123456", "1803123456"}, {"phone", readPhone, "441803123456", "1803123456"},
		{"phone", readPhone, "(212) 555-0100 x12", "2125550100"}, {"phone", readPhone, "1-212-555-0100", "2125550100"},
		{"phone", readPhone, "+353 87 123 4567", "871234567"}, {"phone", readPhone, "00000000000", ""}, {"phone", readPhone, "n/a", ""},
		{"email", readEmail, " Ann.Lee@Example.COM.", "ann.lee@example.com"}, {"email", readEmail, "none@example.com", ""},
		{"email", readEmail, "unknown", ""}, {"email", readEmail, "mailto:a@b.org", "a@b.org"},
		{"identifier", readIdentifier, "078-05-1120", ""}, {"identifier", readIdentifier, "0012345x", "0012345X"},
		{"identifier", readIdentifier, "0012345", ""}, {"identifier", readIdentifier, "0082345.0", "82345"},
		{"identifier", readIdentifier, "999999999", ""}, {"nino", readNINO, "ab 12 34 56 c", "AB123456"}, {"nino", readNINO, "TN010190M", ""},
		{"sex", readSex, "female", "F"}, {"sex", readSex, "1", "M"}, {"sex", readSex, "not known", ""}, {"sex", readSex, "weiblich", "F"},
		{"number", readNumber, "12a", "12"}, {"number", readNumber, "7.0", "7"}, {"number", readNumber, "rose cottage", ""},
		{"year", readYear, "1990.0", "1990"}, {"year", readYear, "85", "1985"}, {"year", readYear, "12345", ""},
		{"address", readAddress, "12 High St.", "12 HIGH STREET"}, {"address", readAddress, "3 St James Rd", "3 ST JAMES ROAD"},
		{"address", readAddress, "Apt 4, 10 Main St N", "FLAT 4 10 MAIN STREET NORTH"}, {"address", readAddress, "no fixed abode", ""},
		{"region", readRegion, "New South Wales", "NSW"}, {"region", readRegion, "Devon", "DEVON"}, {"country", readCountry, "UK", "GB"},
	} {
		if got := tc.read(tc.in); got != tc.want {
			t.Errorf("%s: %q is read as %q, want %q", tc.name, tc.in, got, tc.want)
		}
	}
}

func TestSplitAddress(t *testing.T) {
	for _, tc := range []struct{ in, line, code string }{
		{"12 High Street, Exeter, EX1 2AB", "12 High Street, Exeter", "EX1 2AB"},
		{"12 High Street, Exeter, EX12AB", "12 High Street, Exeter", "EX12AB"},
		{"5 Main St, Springfield, IL 62701", "5 Main St, Springfield, IL", "62701"},
		{"12 High Street", "12 High Street", ""}, {"", "", ""},
	} {
		if line, code := splitAddress(tc.in); line != tc.line || code != tc.code {
			t.Errorf("splitAddress(%q) = %q, %q, want %q, %q", tc.in, line, code, tc.line, tc.code)
		}
	}
}

// readers are all readers of one value; what they give they must leave as it is.
// (Not that of serial days: a year that it gives would be one.)
var readers = map[string]func(string) string{
	"date": func(s string) string { return readDate(s, "") }, "date, day first": func(s string) string { return readDate(s, dayFirst) },
	"date, month first": func(s string) string { return readDate(s, monthFirst) },
	"date, year first":  func(s string) string { return readDate(s, yearFirst) },
	"postcode":          func(s string) string { return readPostcode(s, 0) }, "zip": func(s string) string { return readPostcode(s, 5) },
	"phone": readPhone, "email": readEmail, "identifier": readIdentifier, "nino": readNINO, "sex": readSex, "number": readNumber,
	"year": readYear, "address": readAddress, "region": readRegion, "country": readCountry, "words": readWords, "code": readCode,
}

func FuzzReaders(f *testing.F) {
	for _, s := range []string{"1990-03-12", "12/3/90", "+44 (0)1803 123456", "tq13 8df", "Mr J. Smith (née Wood), Jr", "12 High St N",
		"a@b.c", "mailto:mailto:x@y.z", "Иванов", "王伟", "0000", "T:", "1.0.0", "00441", "٣", "\xff\xfe", "12E 5 ST"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, read := range readers {
			once := read(s)
			if twice := read(once); twice != once {
				t.Errorf("%s: %q is read as %q, and that as %q", name, s, once, twice)
			}
		}
		for _, n := range readName(nil, s) {
			if again := readName(nil, n); !slices.Equal(again, []string{n}) {
				t.Errorf("name %q of %q is read as %q", n, s, again)
			}
		}
		for _, format := range []string{"", surnameFirst} {
			p := readFull(s, format)
			for _, n := range append(p.given, p.family...) {
				if again := readName(nil, n); !slices.Equal(again, []string{n}) {
					t.Errorf("name %q of %q is read as %q", n, s, again)
				}
			}
		}
		lat, long := s, s
		if p := readPoint(lat, long); p != "" && readPoint(p[:len(p)/2], p[len(p)/2+1:]) == "" {
			t.Errorf("point %q is none when read again", p)
		}
	})
}

func TestNothingIsNoLongerThanSaid(t *testing.T) {
	for w := range nothing {
		if len(w) > maxNothing {
			t.Errorf("%q has %d letters, want at most %d", w, len(w), maxNothing)
		}
	}
}
