package household

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// TestUses checks the addresses as written against a map of them.
func TestUses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, who := drawCouncil(t)
		f := newFormer(Input{Persons: truePersons(rows, who), AsAt: testDay})
		out, given := f.uses()
		var want []use
		at := map[family.Address]int32{}
		for i, p := range f.people {
			for j, rec := range p.Records {
				n, ok := at[rec.Address]
				if !ok && !rec.Address.Blank() {
					n = int32(len(want))
					at[rec.Address] = n
					want = append(want, use{address: rec.Address})
				}
				if rec.Address.Blank() {
					n = -1
				} else if rec.Row.Feed != family.Police {
					want[n].rows++
				}
				if given[i][j] != n {
					t.Fatalf("record %d of person %d gives address %d, want %d", j, i, given[i][j], n)
				}
			}
		}
		if !slices.Equal(out, want) {
			t.Fatalf("addresses %v, want %v", out, want)
		}
	})
}

// TestFirsts checks that addresses of one hash are told apart.
func TestFirsts(t *testing.T) {
	w := &written{}
	for i := range 40 {
		w.records = append(w.records, &family.Record{Row: row(family.Housing, "h"), Address: family.Address{Line1: fmt.Sprint(i % 20)}})
		w.hash = append(w.hash, uint64(1+i%2)*shards)
	}
	first, rows := w.firsts(newFormer(Input{}).parallel)
	for i := range 40 {
		if first[i] != int32(i%20) || i < 20 && rows[i] != 2 {
			t.Errorf("record %d: first %d of %d rows, want %d of 2", i, first[i], rows[i], i%20)
		}
	}
}
