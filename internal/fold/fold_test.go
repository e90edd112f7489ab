package fold

import (
	"testing"

	"pgregory.net/rapid"
)

func TestASCII(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"José", "JOSE"}, {"Łukasz", "LUKASZ"}, {"O’Neil", "ONEIL"}, {"O'Neil", "ONEIL"},
		{"Smith-Jones", "SMITH JONES"}, {"  de  la Cruz ", "DE LA CRUZ"}, {"Groß", "GROSS"},
		{"Flat 2, 14A High St.", "FLAT 2 14A HIGH ST"}, {"", ""}, {"李", ""}, {"ÆTHELSTAN", "AETHELSTAN"},
	} {
		if got := ASCII(tc.in); got != tc.want {
			t.Errorf("ASCII(%q) = %q, want %q", tc.in, got, tc.want)
		}
	}
}

func TestASCIIIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := ASCII(rapid.String().Draw(t, "s"))
		if twice := ASCII(once); twice != once {
			t.Fatalf("ASCII of %q = %q", once, twice)
		}
	})
}
