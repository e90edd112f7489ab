package matcher

import (
	"math"
	"testing"

	"github.com/xrash/smetrics"
	"pgregory.net/rapid"
)

func TestJaroWinklerIsThatOfSmetrics(t *testing.T) {
	name := rapid.StringMatching(`[A-F]{1,12}|[A-Z ]{1,64}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		got, want := jaroWinkler(a, b), smetrics.JaroWinkler(a, b, 0.7, 4)
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("jaroWinkler(%q, %q) = %v, want %v", a, b, got, want)
		}
	})
}

func TestJaroWinklerOfNothing(t *testing.T) {
	if got := jaroWinkler("", ""); got != 0 {
		t.Errorf("two blanks: got %v, want 0: a missing name agrees with none", got)
	}
}

func TestSoundex(t *testing.T) {
	for name, want := range map[string]string{
		"ROBERT": "R163", "RUPERT": "R163", "PFISTER": "P236", "ASHCRAFT": "A261",
		"JACKSON": "J250", "SCHMIDT": "S530", "TYMCZAK": "T522", "LEE": "L000",
		"ONEIL": "O540", "VAN DER BERG": "V536", "": "", "42": "",
	} {
		if got := Soundex(name); got != want {
			t.Errorf("Soundex(%q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzSoundex(f *testing.F) {
	f.Add("")
	f.Add("ŁUKASZ")
	f.Add("H")
	f.Fuzz(func(t *testing.T, s string) {
		got := Soundex(s)
		if got != "" && (len(got) != 4 || got[0] < 'A' || got[0] > 'Z') {
			t.Errorf("got %q", got)
		}
	})
}

func TestOneEdit(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"MIA", "MAI", true}, {"MIA", "MYA", true}, {"MIA", "MIAA", true}, {"", "A", true},
		{"MIA", "MIA", false}, {"MIA", "AMI", false}, {"AB", "CD", false}, {"A", "ABC", false},
	} {
		if got := oneEdit(tc.a, tc.b); got != tc.want || oneEdit(tc.b, tc.a) != tc.want {
			t.Errorf("oneEdit(%q, %q) = %v, want %v both ways", tc.a, tc.b, got, tc.want)
		}
	}
}
