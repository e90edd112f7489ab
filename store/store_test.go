package store

import (
	"errors"
	"fmt"
	"hash/crc32"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hearthmatch/hearth/family"
)

var day = family.MustDate("2026-03-01")

// roomy are seams that let a test run where little space is free.
func roomy() seams { return seams{reserve: 1 << 20, segmentBytes: 1 << 20, memTable: 4 << 20} }

func mustOpen(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := open(Options{Dir: dir}, roomy())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// delivery is a test's delivery of housing rows.
func testDelivery(id string, asAt family.Date) family.Delivery {
	return family.Delivery{Feed: family.Housing, Agency: "landlord", ID: id, AsAt: asAt, DeclaredRows: -1}
}

func testRow(id, text string) *family.Row {
	return family.NewRow(family.Housing, id, []family.Value{
		{Column: family.ColForename, Text: text}, {Column: family.ColSurname, Text: "Testperson"},
		{Column: family.ColPostcode, Text: "ZZ1 1ZZ"}, {Column: family.ColTenancyRef, Text: "T" + id},
	})
}

func withdrawal(id string) *family.Row {
	r := family.NewRow(family.Housing, id, nil)
	r.Deleted = true
	return r
}

// deliver sends rows as one accepted delivery.
func deliver(t testing.TB, s *Store, d family.Delivery, rows ...*family.Row) family.DeliveryInfo {
	t.Helper()
	return deliverAs(t, s, d, family.DeliveryAccepted, rows...)
}

func deliverAs(t testing.TB, s *Store, d family.Delivery, as family.DeliveryState, rows ...*family.Row) family.DeliveryInfo {
	t.Helper()
	info := send(t, s, d, rows...)
	info, err := s.SealDelivery(info.Number, as, nil)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func send(t testing.TB, s *Store, d family.Delivery, rows ...*family.Row) family.DeliveryInfo {
	t.Helper()
	info, err := s.OpenDelivery(d)
	if err != nil {
		t.Fatal(err)
	}
	var entries []family.DeliveryEntry
	for i, r := range rows {
		entries = append(entries, family.DeliveryEntry{Position: info.Acknowledged + int64(i) + 1, Row: r})
	}
	if info, err = s.AppendRows(info.Number, entries); err != nil {
		t.Fatal(err)
	}
	return info
}

// live lists a feed's live rows as id=forename.
func live(t testing.TB, s *Store, seq uint64) []string {
	t.Helper()
	var out []string
	err := s.LiveRows(seq, family.Housing, func(r *family.Row) error {
		out = append(out, r.ID+"="+r.Text(family.ColForename))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDeliveryLife(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	d := testDelivery("d1", day)
	info, err := s.OpenDelivery(d)
	if err != nil {
		t.Fatal(err)
	}
	rejected := family.Rejection{Position: 3, RecordID: "x", Problems: []family.Problem{{Column: "dob", Reason: "DATE_IMPOSSIBLE", Detail: "write YYYY-MM-DD"}}}
	info, err = s.AppendRows(info.Number, []family.DeliveryEntry{
		{Position: 1, Row: testRow("a", "Ann")},
		{Position: 2, Row: testRow("b", "Bob"), Reported: true},
		{Position: 3, Rejection: &rejected, Raw: []family.Value{{Column: family.ColDOB, Text: "31/02/2020"}}},
		{Position: 4, Row: testRow("a", "Anna")},
		{Position: 5, Row: withdrawal("c")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := live(t, s, 0); len(got) != 0 {
		t.Errorf("rows of an open delivery are live: %v", got)
	}
	info, err = s.SealDelivery(info.Number, family.DeliveryAccepted, []string{"careful"})
	if err != nil {
		t.Fatal(err)
	}
	want := family.Account{Rows: 5, Accepted: 3, Rejected: 1, Superseded: 1, Withdrawn: 1, Reported: 1}
	if diff := cmp.Diff(want, info.Account); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	if got, want := fmt.Sprint(live(t, s, 0)), "[a=Anna b=Bob]"; got != want {
		t.Errorf("live rows: got %s, want %s", got, want)
	}
	if got := live(t, s, info.SealSeq-1); len(got) != 0 {
		t.Errorf("live before the seal: %v", got)
	}
	rejections, err := s.Rejections(info.Number, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]family.Rejection{rejected}, rejections); diff != "" {
		t.Errorf("rejections (-want +got):\n%s", diff)
	}
	if agency, ok := s.Owner(family.RowRef{Feed: family.Housing, ID: "c"}); !ok || agency != "landlord" {
		t.Errorf("owner: got %q, %t", agency, ok)
	}
	again, err := s.OpenDelivery(d)
	if err != nil || again.State != family.DeliveryAccepted {
		t.Errorf("opening it again: %v, %v", again.State, err)
	}
	if _, err := s.AppendRows(info.Number, []family.DeliveryEntry{{Position: 6, Row: testRow("d", "Dan")}}); !errors.Is(err, family.ErrState) {
		t.Errorf("rows after the seal: %v", err)
	}
	row, err := s.LiveRow(0, family.RowRef{Feed: family.Housing, ID: "b"})
	if err != nil {
		t.Fatal(err)
	}
	wantRow := testRow("b", "Bob")
	wantRow.Agency, wantRow.Delivery, wantRow.AsAt, wantRow.Seq = "landlord", "d1", day, 3
	if diff := cmp.Diff(wantRow, row, cmp.AllowUnexported(family.Row{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
	if _, err := s.LiveRow(0, family.RowRef{Feed: family.Housing, ID: "c"}); !errors.Is(err, family.ErrNotFound) {
		t.Errorf("a withdrawn row: %v", err)
	}
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	deliver(t, s, testDelivery("d1", day), testRow("a", "Ann"), testRow("b", "Bob"))
	open := send(t, s, testDelivery("d2", day+1), testRow("a", "Anna"), testRow("c", "Cy"))
	held := deliverAs(t, s, testDelivery("d3", day+2), family.DeliveryHeld, testRow("a", "Annabel"))
	dec, err := s.Decide(family.Decision{Kind: family.SamePerson, By: "someone",
		A: family.RecordRef{RowRef: family.RowRef{Feed: family.Housing, ID: "a"}}, B: family.RecordRef{RowRef: family.RowRef{Feed: family.Housing, ID: "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Audit(family.AuditEntry{Actor: "someone", Method: "Person", Subjects: []string{"P1"}}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = mustOpen(t, dir)
		if got, want := fmt.Sprint(live(t, s, 0)), "[a=Ann b=Bob]"; got != want {
			t.Errorf("live rows: got %s, want %s", got, want)
		}
		if diff := cmp.Diff([]family.Decision{dec}, s.Decisions(0)); diff != "" {
			t.Errorf("decisions (-want +got):\n%s", diff)
		}
		entries, next, err := s.AuditEntries(0, 0)
		if err != nil || next != 0 || len(entries) != 1 || entries[0].Actor != "someone" {
			t.Errorf("audit: %v, %d, %v", entries, next, err)
		}
	}
	again, err := s.AppendRows(open.Number, []family.DeliveryEntry{{Position: 3, Row: testRow("c", "Cyril")}})
	if err != nil {
		t.Fatal(err)
	}
	if want := (family.Account{Rows: 3, Accepted: 2, Superseded: 1}); again.Account != want {
		t.Errorf("account: got %+v, want %+v", again.Account, want)
	}
	if _, err := s.SettleDelivery(held.Number, true, "boss", "checked"); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(live(t, s, 0)), "[a=Annabel b=Bob]"; got != want {
		t.Errorf("live rows: got %s, want %s", got, want)
	}
}

func crcOf(b []byte) uint32 { return crc32.ChecksumIEEE(b) }
