package household

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/synth"
)

// chancesOf lists everybody's chance of every home, by person and dwelling.
func chancesOf(in Input) map[string]float64 {
	f := formed(in)
	out := map[string]float64{}
	for p := range f.people {
		for _, h := range f.judged[p] {
			out[f.people[p].ID+"@"+f.where.list[h.dwelling].order] = f.chance(int32(p), h.dwelling)
		}
	}
	return out
}

// TestChance checks that chances are chances, that they are what the weights
// add up to, and that neither order nor workers matter.
func TestChance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		in := Input{Persons: truePersons(rows, who), AsAt: testDay}
		f := formed(in)
		for p := range f.people {
			sum := 0.0
			for _, h := range f.judged[p] {
				c, bits := f.chance(int32(p), h.dwelling), 0.0
				for _, w := range f.weights(int32(p), h.dwelling) {
					bits += w.Bits
				}
				sum += c
				if odds := math.Exp2(bits); math.Abs(odds/(1+odds)-c) > 1e-6 {
					t.Fatalf("%s: chance %v, but the weights add up to odds of %v", f.people[p].ID, c, odds)
				}
			}
			if sum > 1+1e-9 {
				t.Fatalf("%s lives in %v homes", f.people[p].ID, sum)
			}
		}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		mixed := slices.Clone(in.Persons)
		rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		want := chancesOf(in)
		for key, c := range chancesOf(Input{Persons: mixed, AsAt: testDay, Workers: 3}) {
			if want[key] != c {
				t.Fatalf("%s: %v in one order, %v in another", key, want[key], c)
			}
		}
	})
}

// TestMoreEvidence checks that one more row by which somebody lives at a
// dwelling today never makes that less likely. It is a row of no claim or
// tenancy, which would say something of others too.
func TestMoreEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		g := formed(Input{Persons: truePersons(rows, who), AsAt: testDay})
		p := rapid.IntRange(0, 11).Draw(t, "person")
		today := testDay.String()
		var more *family.Row
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			more = row(family.Involvement, "more", block(t, p, family.ColStart, today)...)
		case 1:
			more = row(family.Benefits, "more", block(t, p, family.ColBenefit, "none", family.ColMatchResult, "NOT_ON_OOW_BENEFIT",
				family.ColRole, "claimant", family.ColAnsweredOn, today)...)
		case 2:
			more = row(family.Police, "more", block(t, p, family.ColEventRef, "more", family.ColRole, "victim", family.ColOccurredFrom, today)...)
		}
		more = row(more.Feed, "more", pairs(more, family.ColDOB)...) // an age says more than a home
		who[more.Ref().String()+"/subject"] = fmt.Sprint("P", p)
		in := Input{Persons: truePersons(append(rows, more), who), AsAt: testDay}
		f := formed(in)
		i := slices.IndexFunc(f.people, func(q *family.Person) bool { return q.ID == fmt.Sprint("P", p) })
		j := slices.IndexFunc(g.people, func(q *family.Person) bool { return q.ID == fmt.Sprint("P", p) })
		for _, fa := range f.facts[i] {
			if fa.rec.Row != more || j < 0 {
				continue
			}
			before, facts := chanceAt(g, int32(j), f.where.list[fa.dwelling].order)
			after, now := chanceAt(f, int32(i), f.where.list[fa.dwelling].order)
			if now == facts+1 && after < before-1e-9 { // it has not said what another row's address means
				t.Fatalf("chance %v, and with one row more %v", before, after)
			}
		}
	})
}

// chanceAt is the chance of a dwelling, and how many rows of the person name it.
func chanceAt(f *former, p int32, dwelling string) (chance float64, facts int) {
	for _, fa := range f.facts[p] {
		facts += b2i(f.where.list[fa.dwelling].order == dwelling)
	}
	for _, h := range f.judged[p] {
		if f.where.list[h.dwelling].order == dwelling {
			chance = f.chance(p, h.dwelling)
		}
	}
	return chance, facts
}

// pairs lists a row's columns and texts but for one column's.
func pairs(r *family.Row, without family.Column) (out []any) {
	for _, v := range r.Values() {
		if v.Column != without {
			out = append(out, v.Column, v.Text)
		}
	}
	return out
}

// bands are of chances that are judged together.
var bands = [...]float64{0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.01}

// TestCalibration checks on fictional councils that of those said to live
// somewhere with a chance, about so many do. The weights were judged on seeds 1
// to 5 alone; by default a council of another seed is asked.
func TestCalibration(t *testing.T) {
	for _, dir := range councilDirs(t) {
		c := readCouncil(t, dir)
		at := map[string]string{} // true person → UPRN
		eachRow(t, filepath.Join(dir, "truth_stays.csv"), func(v []string) {
			if v[4] == "" && c.homes[v[0]] != "" {
				at[v[0]] = v[2]
			}
		})
		f := formed(c.in)
		var n, truly [len(bands)]int
		var said [len(bands)]float64
		for p, homes := range f.judged {
			if f.died[p] != 0 || f.people[p].ID[0] == '?' {
				continue
			}
			for _, h := range homes {
				b, _ := slices.BinarySearchFunc(bands[1:], h.chance, func(band, c float64) int { return b2i(band > c)*2 - 1 })
				n[b]++
				said[b] += h.chance
				id, ok := f.where.byUPRN[at[f.people[p].ID]]
				truly[b] += b2i(ok && at[f.people[p].ID] != "" && f.where.join[id] == h.dwelling)
			}
		}
		for b := range len(bands) - 1 {
			mean, share := said[b]/float64(max(1, n[b])), float64(truly[b])/float64(max(1, n[b]))
			t.Logf("%s: %.2f to %.2f: %5d said %.3f true %.3f", filepath.Base(dir), bands[b], min(1, bands[b+1]), n[b], mean, share)
			if n[b] >= 100 && math.Abs(mean-share) > 0.1 {
				t.Errorf("said with chance %.3f, true of %.3f of %d", mean, share, n[b])
			}
		}
	}
}

// councilDirs are the councils to measure on: those named by flags, else one
// made for the test.
func councilDirs(t *testing.T) []string {
	if *councils != "" {
		return strings.Split(*councils, ",")
	}
	dir := t.TempDir()
	if err := synth.Generate(synth.Options{People: *people, Seed: 101, AsAt: family.MustDate(*asAtFlag)}, dir, nil); err != nil {
		t.Fatal(err)
	}
	return []string{dir}
}
