package household

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDoubles: who have a part that one person has, by rows of their own.
func TestDoubles(t *testing.T) {
	const home = "address_1=1 Oak Road; postcode=ZE1 1AA; "
	pupil := func(id, people, contacts string) string {
		return "attendance " + id + " girl " + people + ": forename=Bea; surname=Vale; dob=2012-03-04; " + home +
			"period_start=2025-01-06; period_end=2025-03-14" + contacts + "\n"
	}
	contact := func(n int, name, is string) string {
		return fmt.Sprintf("; contact%d_forename=%s; contact%d_surname=Vale; contact%d_relationship=%s; contact%d_same_address=Y", n, name, n, n, is, n)
	}
	claim := func(id, who, ref, role string) string {
		return "benefits " + id + " " + who + ": forename=Ana; surname=Vale; dob=1985-01-02; " + home + "claim_ref=" + ref +
			"; benefit=UC; role=" + role + "; spell_start=2024-02-01\n"
	}
	const mother, father, partner = "both are given as the mother of one child", "both are given as the father of one child",
		"both are given as the partner of one person"
	for _, tc := range []struct {
		name, rows string
		want       []string
	}{
		{"two mothers", pupil("a1", "p1", contact(1, "Ana", "mother")) + pupil("a2", "p2", contact(1, "Anna", "mother")),
			[]string{fmt.Sprint("p1 p2 7 ", mother)}},
		{"two fathers", pupil("a1", "p1", contact(1, "Col", "father")) + pupil("a2", "p2", contact(1, "Colin", "father")),
			[]string{fmt.Sprint("p1 p2 3 ", father)}},
		{"mother and father", pupil("a1", "p1", contact(1, "Ana", "mother")) + pupil("a2", "p2", contact(1, "Col", "father")), nil},
		{"one row names both", pupil("a1", "p1 p2", contact(1, "Ana", "mother")+contact(2, "Anna", "mother")), nil},
		{"two partners of one", claim("b1", "p3", "C1", "claimant") + claim("b2", "p1", "C1", "partner") +
			claim("b3", "p3", "C2", "claimant") + claim("b4", "p2", "C2", "partner"),
			[]string{fmt.Sprint("p1 p2 1 ", partner)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := readStory(t, "asat 2025-03-14\n"+tc.rows)
			var got []string
			for _, d := range Doubles(in) {
				got = append(got, fmt.Sprint(d.A, " ", d.B, " ", d.Bits, " ", d.Reason))
				if len(d.Evidence) == 0 {
					t.Errorf("%s and %s are doubles by no row", d.A, d.B)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("doubles (-want +got):\n%s", diff)
			}
			slices.Reverse(in.Persons)
			if again := Doubles(in); len(again) != len(got) {
				t.Errorf("another order gives %d doubles, want %d", len(again), len(got))
			}
		})
	}
}
