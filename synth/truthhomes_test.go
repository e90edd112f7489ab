package synth

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// TestHardHomesLeaveTheRestAlone makes a council with and without the hard
// cases of homes: what agencies say of everybody else is the same, to the byte.
func TestHardHomesLeaveTheRestAlone(t *testing.T) {
	dir := t.TempDir()
	if err := Generate(Options{People: 3000, Seed: 7, bare: true}, dir, nil); err != nil {
		t.Fatal(err)
	}
	bare, whole := readAll(t, dir), readAll(t, generate(t, 3000, 7))
	for _, feed := range family.Feeds() {
		name := feed.String() + ".csv"
		if feed == family.Population { // counts everybody
			continue
		}
		if !bytes.HasPrefix(whole[name], bare[name]) {
			t.Errorf("%s: the rows of the other people differ", name)
		}
	}
	if a, b := len(bare[truthRecords]), len(whole[truthRecords]); a >= b {
		t.Errorf("records with the hard cases: got %d bytes, want more than %d", b, a)
	}
}

// truthLines reads columns of a truth file.
func truthLines(t *testing.T, dir, name string, columns ...string) [][]string {
	t.Helper()
	var out [][]string
	err := readTable(filepath.Join(dir, name), columns, func(f []string) error {
		out = append(out, append([]string(nil), f...))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryHardCaseOfHomesIsLabelled(t *testing.T) {
	dir := generate(t, 12000, 4)
	n := map[string]int{}
	for _, l := range truthLines(t, dir, truthCases, "household_id", "case") {
		n[l[1]]++
	}
	for _, want := range []string{"one_adult", "two_adults", "three_or_more_adults", "six_or_more", "moved_6_months", "moved_12_months",
		"moved_3_years", "separated", "new_partner", "birth", "death", "came_of_age", "fostered", "looked_after", "grandparent", "kinship",
		"left_for_refuge", "refuge", "communal", "shared_house", "hostel", "shares_dwelling", "two_families", "dual_resident",
		"second_home", "plain"} {
		if n[want] == 0 {
			t.Errorf("no household labelled %s", want)
		}
	}
}

func TestTruthOfHomesHoldsTogether(t *testing.T) {
	dir := generate(t, 6000, 3)
	born := map[string]string{}
	for _, l := range truthLines(t, dir, truthPersons, "person_id", "dob") {
		born[l[0]] = l[1]
	}
	open := map[string]string{}
	for _, l := range truthLines(t, dir, truthStays, "person_id", "household_id", "from", "to", "kind", "uprn") {
		if l[3] != "" && l[3] < l[2] {
			t.Errorf("a stay ends before it begins: %v", l)
		}
		if l[3] == "" {
			open[l[0]+" "+l[1]] = l[4]
		}
		if l[2] < born[l[0]] || l[5] == "" {
			t.Errorf("a stay before birth, or nowhere: %v", l)
		}
	}
	roles := map[string]int{}
	for _, l := range truthLines(t, dir, truthHouseholds, "household_id", "person_id", "role") {
		kind, lives := open[l[1]+" "+l[0]]
		roles[l[2]]++
		switch l[2] {
		case "adult", "child":
			if !lives || kind == "care_home" || kind == "second_home" {
				t.Errorf("a member by the truth whose stay is %q", kind)
			}
		case roleCommunal:
			if kind != "care_home" {
				t.Errorf("a communal resident whose stay is %q", kind)
			}
		case "dual_resident_child":
			if kind != "second_home" {
				t.Errorf("a child of two homes whose stay in the second is %q", kind)
			}
		}
	}
	for _, want := range []string{"adult", "child", "non_resident_parent", "dual_resident_child", roleCommunal} {
		if roles[want] == 0 {
			t.Errorf("nobody is a %s", want)
		}
	}
	kinds, mothers := map[string]int{}, map[string]string{}
	for _, l := range truthLines(t, dir, truthRelations, "a", "b", "kind") {
		kinds[l[2]]++
		switch l[2] {
		case "mother":
			if old := mothers[l[1]]; old != "" {
				t.Errorf("two mothers: %s and %s", old, l[0])
			}
			mothers[l[1]] = l[0]
			fallthrough
		case "father", "grandparent":
			if born[l[0]] >= born[l[1]] {
				t.Errorf("a %s born after the child", l[2])
			}
		case "partner":
			if l[0] >= l[1] {
				t.Errorf("partners out of order: %v", l)
			}
		}
	}
	for _, want := range []string{"mother", "father", "step_parent", "foster_carer", "grandparent", "partner", "sibling"} {
		if kinds[want] == 0 {
			t.Errorf("no relation %s", want)
		}
	}
}

// TestVisitsAreNoHomes checks that nobody is a visitor where they live.
func TestVisitsAreNoHomes(t *testing.T) {
	dir := generate(t, 6000, 3)
	stays := map[string]bool{}
	for _, l := range truthLines(t, dir, truthStays, "person_id", "household_id") {
		stays[strings.Join(l, " ")] = true
	}
	visits := truthLines(t, dir, truthVisits, "person_id", "household_id")
	for _, l := range visits {
		if stays[strings.Join(l, " ")] {
			t.Errorf("a visitor who has lived there")
		}
	}
	if len(visits) < 100 {
		t.Errorf("visits: got %d, want some hundreds", len(visits))
	}
}
