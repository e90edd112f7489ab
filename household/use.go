package household

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

const (
	// crowd is the number of apparent residents of one address without flats
	// from which strangers are assumed: larger families are rarer than
	// unclassified houses in multiple occupation.
	crowd = 12
	// throng is the number from which an address without a residential class
	// is a school's, an office's or a misused default.
	throng = 25
	// recent is how far back, in days, an address counts as in use.
	recent = 550
)

// settleKinds corrects the dwellings' kinds by how they are used: placements
// say hostel and refuge, and a crowd of unrelated people is no family.
func (f *former) settleKinds() {
	type tally struct {
		persons, registered int
		surnames            map[string]bool
	}
	used := make([]tally, len(f.where.list))
	for i, p := range f.people {
		for j, fa := range f.facts[i] {
			f.placement(fa)
			if j > 0 && f.facts[i][j-1].dwelling == fa.dwelling || fa.source == fromPolice ||
				fa.to != 0 || fa.seen+recent < f.asAt || f.died[i] != 0 {
				continue
			}
			t := &used[fa.dwelling]
			t.persons++
			if fa.source == fromTenancy || fa.source == fromClaim {
				t.registered++
			}
			if t.surnames == nil {
				t.surnames = map[string]bool{}
			}
			if len(t.surnames) < throng {
				t.surnames[foldName(p.Profile.Surname)] = true
			}
		}
	}
	for i, t := range used {
		w := &f.where.list[i]
		strangers := len(t.surnames) > crowd/2
		switch {
		case w.kind != ordinary || w.refuge || !strangers:
		case t.persons >= throng && t.registered*5 < t.persons && (w.place == nil || !strings.HasPrefix(w.place.class, "R") && !strings.HasPrefix(w.place.class, "P")):
			w.kind = nowhere
		case t.persons >= crowd:
			w.kind = shared
		}
	}
	f.parallel(len(f.people), func(i int) {
		f.facts[i] = slices.DeleteFunc(f.facts[i], func(fa fact) bool {
			return f.where.list[fa.dwelling].kind == nowhere && fa.source != fromTenancy && fa.source != fromClaim
		})
	})
}

// placement classes a dwelling by a housing row's temporary placement.
func (f *former) placement(fa fact) {
	if fa.source != fromTenancy {
		return
	}
	w := &f.where.list[fa.dwelling]
	switch fa.rec.Row.Text(family.ColPlacement) {
	case "refuge":
		w.refuge, w.kind = true, shared
	case "hostel", "bb":
		if w.kind == ordinary {
			w.kind = shared
		}
	}
}
