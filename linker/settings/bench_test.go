package settings

import (
	"fmt"
	"testing"

	"github.com/hearthmatch/hearth/linker/table"
)

// crowd makes a table of people with as many distinct values as real ones have.
func crowd(rows int) *table.Table {
	t := &table.Table{Name: "people", Rows: rows}
	put := func(name string, distinct int, value func(i int) string) {
		c := table.Column{Name: name, Values: make([]string, 1, distinct+1), Cells: make([]uint32, rows)}
		for i := range distinct {
			c.Values = append(c.Values, value(i))
		}
		h := uint64(len(name)) * 0x9e3779b97f4a7c15
		for i := range c.Cells {
			h ^= h << 13
			h ^= h >> 7
			h ^= h << 17
			c.Cells[i] = uint32(h % uint64(distinct+1))
		}
		t.Columns = append(t.Columns, c)
	}
	letters := func(i int) string {
		b := []byte("abcdef")
		for k := range b {
			b[k] = byte('a' + i%26)
			i /= 26
		}
		return "X" + string(b)
	}
	put("forename", 40000, letters)
	put("surname", 100000, letters)
	put("dob", 36000, func(i int) string { return fmt.Sprintf("%d-%02d-%02d", 1920+i/372, 1+i/31%12, 1+i%31) })
	put("sex", 2, func(i int) string { return []string{"female", "male"}[i] })
	put("postcode", rows/4, func(i int) string {
		return fmt.Sprintf("%c%c%d %d%c%c", 'A'+i%20, 'A'+i/20%8, 1+i/160%30, i/4800%10, "ABDEFGHJLN"[i/48000%10], "PQRSTUWXYZ"[i/480000%10])
	})
	put("address", rows/3, func(i int) string { return fmt.Sprintf("%d %s Road", 1+i%200, letters(i/200)) })
	put("phone", rows/2, func(i int) string { return fmt.Sprintf("07700 %06d", i) })
	put("email", rows/2, func(i int) string { return fmt.Sprintf("%s%d@example.com", letters(i), i%100) })
	return t
}

func BenchmarkPropose(b *testing.B) {
	t := []*table.Table{crowd(200000)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Propose(t); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInput(b *testing.B) {
	for _, rows := range []int{100000, 1000000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			t := []*table.Table{crowd(rows)}
			s, err := Propose(t)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Input(t, Dedupe, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
