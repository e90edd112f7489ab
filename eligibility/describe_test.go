package eligibility

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func shippedBy(id string) *Framework {
	for _, f := range Builtin() {
		if f.ID() == id {
			return f
		}
	}
	return nil
}

func overlayed(t *testing.T, changes string) *Framework {
	t.Helper()
	f, err := LoadOverlay("own.yaml", []byte("extends: tf-phase2-2015\nid: own-2026\nversion: 1\nname: Own\nsource: cabinet\nchanges:\n"+changes), shippedBy)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDifferences(t *testing.T) {
	own := overlayed(t, `
  parameters:
    absence_share: {value: 12.5 %, verified: true, source: cabinet}
  criteria:
    - {id: p2.prison, counts: true}
    - {id: p2.health, remove: true}
    - {id: own.fire, headline: health, name: Fire, who: any, verified: true, source: cabinet, any: [{of: episodes, where: episode.agency_kind == "fire" && episode.open}]}
  eligible: {at_least: 3}
`)
	var got []string
	for _, d := range Differences(shippedBy("tf-phase2-2015"), own) {
		got = append(got, fmt.Sprintf("%s/%s/%s: %s → %s %v", d.Part, d.ID, d.Key, d.Before, d.After, d.Words))
	}
	want := []string{
		"eligible//at least: 2 → 3 false",
		"parameter/absence_share/value: 10 % → 12.5 % false",
		"parameter/absence_share/source: Derby, Supporting Families criteria → cabinet true",
		"criterion/p2.prison/counts: false → true false",
		"criterion/p2.health/: A health service involved, or a disability benefit →  false",
		"rule/p2.r.health/: No health service involved for six months →  false",
		"criterion/own.fire/:  → Fire false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if same := Differences(own, own); len(same) != 0 {
		t.Errorf("of itself: got %v, want none", same)
	}
}

func TestAffected(t *testing.T) {
	base := shippedBy("tf-phase2-2015")
	for _, tc := range []struct {
		changes string
		want    string
	}{
		{"  parameters: {absence_share: {value: 12 %, verified: true, source: cabinet}}", "p2.absence10"},
		{"  parameters: {absence_share: {value: 10 %, verified: true, source: cabinet}}", ""},
		{"  parameters: {education_window: {value: 2 terms, verified: true, source: cabinet}}",
			"p2.absence10 p2.susp p2.perm p2.ap_or_missing"},
		{"  criteria: [{id: p2.debt, name: Debt, source: cabinet, verified: true}]", ""},
		{"  criteria: [{id: p2.debt, who: adult}]", "p2.debt"},
		{"  eligible: {at_least: 3}", ""},
	} {
		if got := strings.Join(Affected(base, overlayed(t, tc.changes)), " "); got != tc.want {
			t.Errorf("%s: got %q affected, want %q", tc.changes, got, tc.want)
		}
	}
}

// TestFactsAreAll: nothing that a file says about judging is left out, so that two
// frameworks that differ are never taken for alike.
func TestFactsAreAll(t *testing.T) {
	for _, f := range Builtin() {
		seen := map[[3]string]bool{}
		for _, x := range f.Facts() {
			k := [3]string{x.Part, x.ID, x.Key}
			if seen[k] || x.Value == "" || strings.Contains(x.Value, "\n") {
				t.Errorf("%s: %v: twice, blank or of several lines", f.ID(), x)
			}
			seen[k] = true
		}
		for _, c := range f.Criteria() {
			if !seen[[3]string{"criterion", c.ID, "name"}] {
				t.Errorf("%s: criterion %s is not told", f.ID(), c.ID)
			}
		}
		for _, p := range f.Parameters() {
			if !seen[[3]string{"parameter", p.Name, "value"}] {
				t.Errorf("%s: parameter %s is not told", f.ID(), p.Name)
			}
		}
	}
}
