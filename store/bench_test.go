package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/hearthmatch/hearth/family"
)

// benchRow is of the length of a usual row of the feeds.
func benchRow(i int) *family.Row {
	return family.NewRow(family.Housing, fmt.Sprintf("HT-%07d", i), []family.Value{
		{Column: family.ColTenancyRef, Text: fmt.Sprintf("TEN%06d", i/3)}, {Column: family.ColLandlord, Text: "Anytown Homes"},
		{Column: family.ColTenure, Text: "secure"}, {Column: family.ColTenancyStart, Text: "2019-04-01"},
		{Column: family.ColPersonRole, Text: "tenant"}, {Column: family.ColRelationshipToTenant, Text: "self"},
		{Column: family.ColForename, Text: fmt.Sprintf("Forename%d", i%1500)}, {Column: family.ColSurname, Text: fmt.Sprintf("Surname%d", i%7919)},
		{Column: family.ColDOB, Text: (family.MustDate("1950-01-01") + family.Date(i%22000)).String()}, {Column: family.ColSex, Text: "F"},
		{Column: family.ColAddress1, Text: fmt.Sprintf("%d Example Road", i%300)}, {Column: family.ColTown, Text: "Anytown"},
		{Column: family.ColPostcode, Text: fmt.Sprintf("AN%d %dAB", i%90, i%10)}, {Column: family.ColUPRN, Text: fmt.Sprint(100000000000 + i*7)},
		{Column: family.ColPhone, Text: fmt.Sprintf("07700%06d", i%1000000)}, {Column: family.ColNINO, Text: fmt.Sprintf("AB%06dC", i%1000000)},
		{Column: family.ColArrearsAmount, Text: "123.45"},
	})
}

func benchStore(b *testing.B, key []byte) *Store {
	s, err := open(Options{Dir: b.TempDir(), Key: key}, seams{reserve: 1 << 20})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

func fill(b *testing.B, s *Store, rows, batch int) {
	info, err := s.OpenDelivery(testDelivery("d", day))
	if err != nil {
		b.Fatal(err)
	}
	entries := make([]family.DeliveryEntry, batch)
	for i := 0; i < rows; i += batch {
		for k := range entries {
			entries[k] = family.DeliveryEntry{Position: int64(i + k + 1), Row: benchRow(i + k)}
		}
		if _, err := s.AppendRows(info.Number, entries); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := s.SealDelivery(info.Number, family.DeliveryAccepted, nil); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkAppendRows(b *testing.B) {
	for _, sealed := range []bool{false, true} {
		for _, batch := range []int{500, 2000} {
			b.Run(fmt.Sprintf("sealed=%t/batch=%d", sealed, batch), func(b *testing.B) {
				var key []byte
				if sealed {
					key = make([]byte, 32)
				}
				s := benchStore(b, key)
				rows := make([]*family.Row, 350_000)
				for i := range rows {
					rows[i] = benchRow(i)
				}
				entries := make([]family.DeliveryEntry, batch)
				n, total := 0, 0
				var info family.DeliveryInfo
				b.ReportAllocs()
				for b.Loop() {
					if n+batch > len(rows) || n == 0 {
						info, _ = s.OpenDelivery(testDelivery(fmt.Sprint(total), day))
						n = 0
					}
					for k := range entries {
						entries[k] = family.DeliveryEntry{Position: int64(n + k + 1), Row: rows[n+k]}
					}
					if _, err := s.AppendRows(info.Number, entries); err != nil {
						b.Fatal(err)
					}
					n += batch
					total += batch
				}
				b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "rows/s")
				start := time.Now()
				s.viewAtNow(b)
				b.Logf("%d rows in, index behind by %v", total, time.Since(start))
			})
		}
	}
}

func (s *Store) viewAtNow(b testing.TB) {
	v, err := s.viewAt(0)
	if err != nil {
		b.Fatal(err)
	}
	v.close()
}

func BenchmarkLiveRows(b *testing.B) {
	for _, sealed := range []bool{false, true} {
		b.Run(fmt.Sprintf("sealed=%t", sealed), func(b *testing.B) {
			var key []byte
			if sealed {
				key = make([]byte, 32)
			}
			s := benchStore(b, key)
			start := time.Now()
			fill(b, s, 350_000, 1000)
			s.viewAtNow(b)
			b.Logf("350,000 rows in the index after %v", time.Since(start))
			b.ReportAllocs()
			for b.Loop() {
				kept := make([]*family.Row, 0, 350_000)
				err := s.LiveRows(0, family.Housing, func(r *family.Row) error { kept = append(kept, r); return nil })
				if err != nil || len(kept) != 350_000 {
					b.Fatal(len(kept), err)
				}
			}
			b.ReportMetric(350_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkPublishNight(b *testing.B) {
	s := benchStore(b, nil)
	rows := councilRows(350_000)
	info, _ := s.OpenDelivery(testDelivery("d", day))
	for i := 0; i < len(rows); i += 1000 {
		var entries []family.DeliveryEntry
		for k := i; k < i+1000; k++ {
			entries = append(entries, family.DeliveryEntry{Position: int64(k + 1), Row: rows[k]})
		}
		if _, err := s.AppendRows(info.Number, entries); err != nil {
			b.Fatal(err)
		}
	}
	s.SealDelivery(info.Number, family.DeliveryAccepted, nil)
	n := makeNight(b, s)
	b.Logf("%d persons, %d households, 2 frameworks", len(n.Persons), len(n.Households))
	for b.Loop() {
		if err := s.PublishNight(n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAudit(b *testing.B) {
	s := benchStore(b, nil)
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := s.Audit(family.AuditEntry{Actor: "analyst", Method: "GetPerson", Subjects: []string{"P0123456789abcdef"}}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
