package household

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/synth"
)

// TestRelationsAreTrue compares relations of a fictional council, whose people
// are known, with the truth: of each kind nearly all have to be right, and as
// sure as is said; and of the mothers and partners who live with the other most
// have to be found.
func TestRelationsAreTrue(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a council")
	}
	dir := t.TempDir()
	if err := synth.Generate(synth.Options{People: *people, Seed: 103, AsAt: family.MustDate(*asAtFlag)}, dir, nil); err != nil {
		t.Fatal(err)
	}
	type pair struct{ a, b string }
	truth := map[pair][]string{}
	eachRow(t, filepath.Join(dir, "truth_relations.csv"), func(v []string) {
		truth[pair{v[0], v[1]}] = append(truth[pair{v[0], v[1]}], v[2])
		if v[2] == "partner" || v[2] == "sibling" {
			truth[pair{v[1], v[0]}] = append(truth[pair{v[1], v[0]}], v[2])
		}
	})
	c := readCouncil(t, dir)
	right, found := map[family.RelationKind]int{}, map[family.RelationKind]int{}
	said := map[pair]bool{}
	sure, n := 0.0, 0
	for _, h := range Form(c.in) {
		for _, r := range h.Relations {
			found[r.Kind]++
			n++
			sure += r.Confidence
			right[r.Kind] += b2i(truly(r.Kind, truth[pair{r.A, r.B}]))
			said[pair{r.A, r.B}] = true
		}
	}
	total := 0
	least := map[family.RelationKind]float64{family.Mother: 0.99, family.Father: 0.97, family.Parent: 0.95, family.Partner: 0.95, family.Sibling: 0.95, family.Carer: 0.9}
	for k := family.Mother; k <= family.Sibling; k++ {
		total += right[k]
		t.Logf("%v: %d of %d right", k, right[k], found[k])
		if found[k] < 20 && least[k] > 0 || float64(right[k]) < least[k]*float64(found[k]) {
			t.Errorf("%v: %d of %d are right, want %.2f of them", k, right[k], found[k], least[k])
		}
	}
	if sure/float64(n) > float64(total)/float64(n)+0.02 {
		t.Errorf("relations are said to be %.3f sure, and %.3f are right", sure/float64(n), float64(total)/float64(n))
	}
	together, of := 0, 0
	for p, kinds := range truth {
		if c.homes[p.a] == "" || c.homes[p.a] != c.homes[p.b] || !slices.Contains(kinds, "mother") || !c.children[c.homes[p.a]] {
			continue
		}
		of++
		together += b2i(said[p])
	}
	if t.Logf("mothers at home: %d of %d found", together, of); float64(together) < 0.7*float64(of) {
		t.Errorf("%d of %d mothers at home are found, want seven of ten", together, of)
	}
}

// truly says whether a relation's kind is one of those that are true, or says
// less than one.
func truly(k family.RelationKind, kinds []string) bool {
	return slices.ContainsFunc(kinds, func(s string) bool {
		switch {
		case s == k.String():
			return true
		case k == family.Parent:
			return s == "mother" || s == "father" || s == "step_parent"
		case k == family.Carer:
			return s != "partner" && s != "sibling"
		}
		return false
	})
}
