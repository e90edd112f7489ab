package casework

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// refs reads records such as "attendance/1 police/2".
func refs(t testing.TB, text string) []family.RecordRef {
	t.Helper()
	out, err := records(strings.Join(strings.Fields(text), ","))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameFamily(t *testing.T) {
	cases := []struct {
		a, b string
		want bool
	}{
		{"attendance/1", "attendance/1", true},
		{"attendance/1", "attendance/2", false},
		{"attendance/1 attendance/2", "attendance/2", true},
		{"attendance/1 attendance/2", "attendance/2 attendance/3", false},
		{"attendance/1 attendance/2 attendance/3", "attendance/2 attendance/3", true},
		{"attendance/1 attendance/2 attendance/3", "attendance/2 attendance/3 attendance/4", true},
		{"attendance/1 attendance/2 attendance/3 attendance/4", "attendance/3 attendance/4 attendance/5 attendance/6", false},
		// The parts of a row are people of their own.
		{"attendance/1/contact1", "attendance/1", false},
		{"", "attendance/1", false},
		{"", "", false},
	}
	for _, c := range cases {
		a, b := refs(t, c.a), refs(t, c.b)
		if got := SameFamily(a, b); got != c.want {
			t.Errorf("SameFamily(%s; %s) = %v, want %v", c.a, c.b, got, c.want)
		}
		if SameFamily(a, b) != SameFamily(b, a) {
			t.Errorf("SameFamily(%s; %s) depends on the order", c.a, c.b)
		}
	}
}

func TestHouseholdOf(t *testing.T) {
	cases := []struct {
		name, records string
		lives         map[string]string
		want          string
	}{
		{"nobody lives anywhere", "attendance/1 attendance/2", nil, ""},
		{"one of many does", "attendance/1 attendance/2 attendance/3", map[string]string{"3": "H9"}, "H9"},
		{"the most", "attendance/1 attendance/2 attendance/3", map[string]string{"1": "H9", "2": "H1", "3": "H1"}, "H1"},
		{"as many: the least record's", "attendance/1 attendance/2", map[string]string{"1": "H9", "2": "H1"}, "H9"},
		{"as many, and two each", "attendance/1 attendance/2 attendance/3 attendance/4",
			map[string]string{"1": "H1", "2": "H9", "3": "H9", "4": "H1"}, "H1"},
		{"no records", "", nil, ""},
	}
	for _, c := range cases {
		records := refs(t, c.records)
		where := func(r family.RecordRef) string { return c.lives[r.ID] }
		if got := HouseholdOf(records, where); got != c.want {
			t.Errorf("%s: HouseholdOf = %q, want %q", c.name, got, c.want)
		}
		slices.Reverse(records)
		if got := HouseholdOf(records, where); got != c.want {
			t.Errorf("%s, backwards: HouseholdOf = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHouseholdOfLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lives := map[family.RecordRef]string{}
		var all []family.RecordRef
		for i, h := range rapid.SliceOfN(rapid.SampledFrom([]string{"", "H1", "H2", "H3"}), 1, 9).Draw(t, "lives") {
			r := family.RecordRef{RowRef: family.RowRef{Feed: family.Housing, ID: string(rune('a' + i))}}
			lives[r] = h
			all = append(all, r)
		}
		where := func(r family.RecordRef) string { return lives[r] }
		got := HouseholdOf(all, where)
		count := map[string]int{}
		for _, r := range all {
			count[lives[r]]++
		}
		for _, h := range []string{"H1", "H2", "H3"} {
			if count[h] > count[got] && got != "" || count[h] > 0 && got == "" {
				t.Fatalf("%q with %d records, although %s has %d", got, count[got], h, count[h])
			}
		}
		if again := HouseholdOf(rapid.Permutation(all).Draw(t, "order"), where); again != got {
			t.Fatalf("another order gives %q, not %q", again, got)
		}
	})
}

// TestCasesAreFoundAgain: by any of their records, and by where people live.
func TestCasesAreFoundAgain(t *testing.T) {
	b := NewBook()
	for _, of := range []string{"attendance/1 attendance/2", "attendance/2 attendance/3 attendance/4", "police/1 police/2"} {
		e := full(family.CaseIdentified)
		e.Records, e.LeadAgency = refs(t, of), eventID(b.Place()+1)
		apply(t, b, e)
	}
	for of, want := range map[string][]string{
		"attendance/2":                           {"E1", "E2"},
		"attendance/4 attendance/3 attendance/2": {"E2", "E1"},
		"attendance/2 attendance/2 attendance/1": {"E1", "E2"},
		"police/2":                               {"E3"},
		"housing/1":                              nil,
	} {
		if diff := cmp.Diff(want, append([]string(nil), b.CasesOf(refs(t, of))...)); diff != "" {
			t.Errorf("CasesOf(%s) (-want +got):\n%s", of, diff)
		}
	}
	if got := b.Household("E1"); got != "" {
		t.Errorf("Household before Relink = %q, want none", got)
	}
	b.Relink(func(r family.RecordRef) string {
		return map[string]string{"attendance/1": "H1", "attendance/2": "H1", "police/1": "H1", "police/2": "H2", "attendance/3": "H3"}[r.RowRef.String()]
	})
	for id, want := range map[string]string{"E1": "H1", "E2": "H1", "E3": "H1", "E9": ""} {
		if got := b.Household(id); got != want {
			t.Errorf("Household(%s) = %q, want %q", id, got, want)
		}
	}
	if diff := cmp.Diff([]string{"E1", "E2", "E3"}, b.CasesAt("H1")); diff != "" {
		t.Errorf("CasesAt(H1) (-want +got):\n%s", diff)
	}
	if conflicts := b.Conflicts(); len(conflicts) != 1 || !slices.Equal(conflicts[0].Cases, []string{"E1", "E2", "E3"}) {
		t.Errorf("Conflicts = %v, want one of the three cases", conflicts)
	}
	b.Relink(nil)
	if got := b.Conflicts(); got != nil || b.Household("E1") != "" || b.CasesAt("H1") != nil {
		t.Errorf("after Relink(nil) the book still knows where people live: %v", got)
	}
}

// TestJoins: a nomination finds the open case of its family by its records or
// by its household.
func TestJoins(t *testing.T) {
	b := at(t, Contacted)
	nomination := full(family.Nominated)
	if got := b.Joins(nomination); got != "E1" {
		t.Errorf("Joins by its record = %q, want E1", got)
	}
	nomination.Records = refs(t, "police/7")
	if got := b.Joins(nomination); got != "" {
		t.Errorf("Joins of strangers = %q, want none", got)
	}
	b.Relink(func(family.RecordRef) string { return "H1" })
	if got := b.Joins(nomination); got != "E1" {
		t.Errorf("Joins by its household = %q, want E1", got)
	}
	nomination.Into = "E1"
	apply(t, b, nomination)
	if n, ok := b.Nomination("E3"); !ok || n.Case != "E1" || n.CaseWasOpened {
		t.Errorf("the nomination is with %q, want E1, which was not opened on it", n.Case)
	}
}
