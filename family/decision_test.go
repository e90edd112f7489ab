package family

import (
	"slices"
	"testing"
)

func TestInForce(t *testing.T) {
	all := []Decision{
		{ID: "D1", Kind: SamePerson},
		{ID: "D2", Kind: DifferentPeople},
		{ID: "D3", Kind: LivesWith, Expires: MustDate("2025-06-30")},
		{ID: "D4", Kind: Undo, Undoes: "D1"},
	}
	for _, tc := range []struct {
		at   string
		want []string
	}{
		{"2025-06-30", []string{"D2", "D3"}},
		{"2025-07-01", []string{"D2"}},
	} {
		var got []string
		for _, d := range InForce(all, MustDate(tc.at)) {
			got = append(got, d.ID)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("InForce at %s = %v, want %v", tc.at, got, tc.want)
		}
	}
}
