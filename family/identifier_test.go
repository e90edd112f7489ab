package family

import "testing"

func TestIdentifiers(t *testing.T) {
	for _, tc := range []struct {
		name     string
		check    func(string) string
		in, want string
	}{
		{"upn", UPN, "B801200005001", "B801200005001"},
		{"upn spaced", UPN, " b801 2000 05001", "B801200005001"},
		{"upn wrong letter", UPN, "A801200005001", ""},
		{"upn temporary", UPN, "A80120000501A", "A80120000501A"},
		{"upn unknown code", UPN, "UN1", ""},
		{"nino", NINO, "AB 12 34 56 C", "AB123456"},
		{"nino no suffix", NINO, "AB123456", "AB123456"},
		{"nino bad prefix", NINO, "BG123456A", ""},
		{"nino temporary", NINO, "TN010190M", ""},
		{"nhs", NHSNumber, "943 476 5870", "9434765870"},
		{"nhs wrong", NHSNumber, "9434765871", ""},
		{"nhs test range", NHSNumber, "9990000018", "9990000018"},
		{"nhs zeros", NHSNumber, "0000000000", ""},
		{"uln", ULN, "1234567899", "1234567899"},
		{"uln wrong", ULN, "1234567898", ""},
		{"pnc", PNC, "2001/0171310W", "2001/0171310W"},
		{"pnc short", PNC, "01/171310W", "2001/0171310W"},
		{"pnc wrong", PNC, "2001/0171310X", ""},
		{"uprn", UPRN, "000100023336956", "100023336956"},
		{"uprn zero", UPRN, "0", ""},
		{"uprn too long", UPRN, "1234567890123", ""},
		{"postcode", Postcode, "sw1a1aa", "SW1A 1AA"},
		{"postcode short", Postcode, "M1 1AE", "M1 1AE"},
		{"postcode placeholder", Postcode, "ZZ99 3VZ", ""},
		{"postcode wrong inward", Postcode, "M1 1AC", ""},
		{"phone", Phone, "+44 (0)7700 900123", "07700900123"},
		{"phone national", Phone, "07700 900123", "07700900123"},
		{"phone zeros", Phone, "00000000000", ""},
		{"email", Email, " A.B@Example.ORG ", "a.b@example.org"},
		{"email none", Email, "none", ""},
	} {
		if got := tc.check(tc.in); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func FuzzIdentifiers(f *testing.F) {
	f.Add("B801200005001")
	f.Add("01/171310W")
	f.Fuzz(func(t *testing.T, s string) {
		for i, check := range []func(string) string{UPN, NINO, NHSNumber, ULN, PNC, UPRN, Postcode, Phone, Email} {
			if got := check(s); got != "" && check(got) != got {
				t.Errorf("check %d is not idempotent", i)
			}
		}
	})
}
