package household

import (
	"testing"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/synth"
)

// TestCertainty checks on a fictional council that a family of which it is
// said to be certain that nobody is wrongly in it hardly ever has anybody, that
// others do, and that enough are certain to work with.
func TestCertainty(t *testing.T) {
	dir := t.TempDir()
	if err := synth.Generate(synth.Options{People: 6000, Seed: 2, AsAt: testDay}, dir, nil); err != nil {
		t.Fatal(err)
	}
	c := readCouncil(t, dir)
	var families, certain, wrong, wrongOfCertain int
	for _, h := range Form(c.in) {
		if h.Certainty < 0 || h.Certainty > 1 {
			t.Fatalf("a certainty of %v", h.Certainty)
		}
		roles, homes := map[family.Role]bool{}, map[string]bool{}
		for _, m := range h.Members {
			if m.Current(testDay) {
				roles[m.Role], homes[c.homes[m.PersonID]] = true, true
			}
		}
		if !roles[family.Adult] || !roles[family.Child] {
			continue
		}
		families++
		bad := b2i(len(homes) > 1 || homes[""])
		wrong += bad
		if h.Certainty >= 0.99 {
			certain++
			wrongOfCertain += bad
		}
	}
	t.Logf("%d families, %d wrong; %d certain, %d of them wrong", families, wrong, certain, wrongOfCertain)
	if certain*10 < families*3 || wrongOfCertain*100 > certain || wrong*100 < families {
		t.Errorf("of %d families %d are certain and %d of those wrong; of all %d", families, certain, wrongOfCertain, wrong)
	}
}

// TestAssured checks that the doubt of a household is that of all but its
// surest member.
func TestAssured(t *testing.T) {
	f := &former{units: []unit{{people: []int32{0, 1, 2}}, {people: []int32{3}}}, belonging: []float64{0.9, 0.99, 0.5, 0.2}}
	if got := f.assured(0); got < 0.4499 || got > 0.4501 {
		t.Errorf("three members: %v", got)
	}
	if got := f.assured(1); got != 1 {
		t.Errorf("one member is wrongly of nobody's household: %v", got)
	}
}
