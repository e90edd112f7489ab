package ingest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// schoolsKey names the delivery that most tests send.
func schoolsKey(id string) *feedpb.DeliveryKey {
	return &feedpb.DeliveryKey{Feed: feedpb.Feed_FEED_SCHOOLS, Agency: "anytown", DeliveryId: id}
}

func openSchools(t testing.TB, c feedpb.FeedServiceClient, id string) {
	t.Helper()
	_, err := c.OpenDelivery(t.Context(), &feedpb.OpenDeliveryRequest{
		Delivery: &feedpb.Delivery{Key: schoolsKey(id), AsAt: "2026-03-01"},
	})
	if err != nil {
		t.Fatalf("OpenDelivery: %v", err)
	}
}

// school is a row of the schools file; a blank urn makes a row to refuse.
func school(urn string) *feedpb.Row {
	return &feedpb.Row{Row: &feedpb.Row_School{School: &feedpb.SchoolRow{Urn: urn, Name: "Oak"}}}
}

func schools(from, n int) []*feedpb.Row {
	rows := make([]*feedpb.Row, n)
	for i := range rows {
		rows[i] = school(fmt.Sprint(from + i))
	}
	return rows
}

// send sends messages on one stream, closes it and returns the last
// acknowledgement and how the stream ended.
func send(t testing.TB, c feedpb.FeedServiceClient, reqs ...*feedpb.SendRowsRequest) (int64, error) {
	t.Helper()
	stream, err := c.SendRows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, req := range reqs {
		if stream.Send(req) != nil {
			break // the reason comes with Recv
		}
	}
	if err := stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	acked := int64(-1)
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return acked, nil
		}
		if err != nil {
			return acked, err
		}
		acked = resp.GetAcknowledgedPosition()
	}
}

func TestSendRows(t *testing.T) {
	key := schoolsKey("d1")
	msg := func(first int64, rows ...*feedpb.Row) *feedpb.SendRowsRequest {
		return &feedpb.SendRowsRequest{Key: key, FirstPosition: first, Rows: rows}
	}
	police := &feedpb.Row{Row: &feedpb.Row_Police{Police: &feedpb.PoliceRow{RecordId: "1"}}}
	for _, tc := range []struct {
		name     string
		messages []*feedpb.SendRowsRequest
		wantRows int64
		wantCode codes.Code
		wantText string
	}{
		{name: "in order", messages: []*feedpb.SendRowsRequest{msg(1, schools(1, 3)...), {FirstPosition: 4, Rows: schools(4, 2)}}, wantRows: 5},
		{name: "positions on disk are passed over", messages: []*feedpb.SendRowsRequest{
			msg(1, schools(1, 3)...), msg(1, schools(1, 3)...), msg(2, schools(2, 4)...)}, wantRows: 5},
		{name: "no rows", messages: []*feedpb.SendRowsRequest{msg(0)}, wantRows: 0},
		{name: "a full message", messages: []*feedpb.SendRowsRequest{msg(1, schools(1, 5000)...)}, wantRows: 5000},
		{name: "a gap", messages: []*feedpb.SendRowsRequest{msg(1, schools(1, 2)...), msg(4, schools(4, 1)...)},
			wantRows: 2, wantCode: codes.InvalidArgument, wantText: "first_position: leaves a gap; the next position is 3"},
		{name: "a position before the first", messages: []*feedpb.SendRowsRequest{msg(0, schools(1, 1)...)},
			wantCode: codes.InvalidArgument, wantText: "first_position"},
		{name: "another feed's row", messages: []*feedpb.SendRowsRequest{msg(1, school("1"), police)},
			wantCode: codes.InvalidArgument, wantText: "rows[1]: a row of the police feed in a delivery of the schools feed"},
		{name: "no row in a row", messages: []*feedpb.SendRowsRequest{msg(1, schools(1, 2)...), msg(1, school("1"), school("2"), &feedpb.Row{})},
			wantRows: 2, wantCode: codes.InvalidArgument, wantText: "rows[2]: holds no row"},
		{name: "too many rows", messages: []*feedpb.SendRowsRequest{msg(1, schools(1, 5001)...)},
			wantCode: codes.InvalidArgument, wantText: "rows: more than 5,000"},
		{name: "no message", wantCode: codes.InvalidArgument, wantText: "key: no message"},
		{name: "no key", messages: []*feedpb.SendRowsRequest{{FirstPosition: 1, Rows: schools(1, 1)}},
			wantCode: codes.InvalidArgument, wantText: "key.feed"},
		{name: "a delivery that is not open", messages: []*feedpb.SendRowsRequest{{Key: schoolsKey("other"), FirstPosition: 1}},
			wantCode: codes.NotFound},
		{name: "two deliveries on one stream", messages: []*feedpb.SendRowsRequest{msg(1, school("1")), {Key: schoolsKey("other"), FirstPosition: 2}},
			wantRows: 1, wantCode: codes.InvalidArgument, wantText: "key: names another delivery"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := newMemory()
			c := feedpb.NewFeedServiceClient(startService(t, m, ServiceOptions{}, nil))
			openSchools(t, c, "d1")
			_, err := send(t, c, tc.messages...)
			if status.Code(err) != tc.wantCode || !strings.Contains(fmt.Sprint(err), tc.wantText) {
				t.Errorf("ended with %v, want %v …%s…", err, tc.wantCode, tc.wantText)
			}
			entries := m.entries(1)
			if int64(len(entries)) != tc.wantRows {
				t.Errorf("%d rows on disk, want %d", len(entries), tc.wantRows)
			}
			for i, e := range entries {
				if e.Row == nil || e.Row.ID != fmt.Sprint(i+1) {
					t.Fatalf("position %d holds %+v", i+1, e)
				}
			}
		})
	}
}

func TestSendRowsAcknowledgesWhatIsThere(t *testing.T) {
	m := newMemory()
	c := feedpb.NewFeedServiceClient(startService(t, m, ServiceOptions{}, nil))
	openSchools(t, c, "d1")
	req := &feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 1, Rows: schools(1, 7)}
	for range 2 {
		if acked, err := send(t, c, req); acked != 7 || err != nil {
			t.Errorf("acknowledged %d, %v; want 7", acked, err)
		}
	}
	if m.appends != 1 {
		t.Errorf("%d writes, want 1: rows already there are not written", m.appends)
	}
}

func TestSendRowsToASealedDelivery(t *testing.T) {
	c := feedpb.NewFeedServiceClient(startService(t, newMemory(), ServiceOptions{}, nil))
	openSchools(t, c, "d1")
	seal := &feedpb.SealDeliveryRequest{Key: schoolsKey("d1")}
	first, err := c.SealDelivery(t.Context(), seal)
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.SealDelivery(t.Context(), seal)
	if err != nil || !proto.Equal(first, again) {
		t.Errorf("sealed again: %v, %v; want %v", again, err, first)
	}
	_, err = send(t, c, &feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 1, Rows: schools(1, 1)})
	if status.Code(err) != codes.FailedPrecondition {
		t.Errorf("rows for a sealed delivery: %v, want FailedPrecondition", err)
	}
}

func TestUndeclaredFieldOnTheWireRefusesItsRow(t *testing.T) {
	m := newMemory()
	c := feedpb.NewFeedServiceClient(startService(t, m, ServiceOptions{}, nil))
	openSchools(t, c, "d1")
	row := school("1")
	extra := protowire.AppendTag(nil, 500, protowire.BytesType)
	row.GetSchool().ProtoReflect().SetUnknown(protowire.AppendString(extra, "Canary"))
	if _, err := send(t, c, &feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 1, Rows: []*feedpb.Row{row}}); err != nil {
		t.Fatal(err)
	}
	e := m.entries(1)[0]
	want := &family.Rejection{Position: 1, RecordID: "1", Problems: []family.Problem{problem(0, reasonUndeclared)}}
	if diff := cmp.Diff(want, e.Rejection); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if strings.Contains(fmt.Sprint(e), "Canary") {
		t.Errorf("the undeclared value was kept: %v", e)
	}
}

// TestUnreadableRowsAreInOurWords holds that a sender's own sentences, which
// could repeat a value, go nowhere.
func TestUnreadableRowsAreInOurWords(t *testing.T) {
	m := newMemory()
	c := feedpb.NewFeedServiceClient(startService(t, m, ServiceOptions{}, nil))
	openSchools(t, c, "d1")
	row := &feedpb.Row{Row: &feedpb.Row_Unreadable{Unreadable: &feedpb.UnreadableRow{
		RecordId: "7", Problems: []*feedpb.Problem{
			{Reason: reasonFieldCount, Detail: "Canary"},
			{Column: "name", Reason: reasonUndecodable, Detail: "Canary"},
			{Column: "Canary", Reason: "CANARY", Detail: "Canary"},
		},
	}}}
	empty := &feedpb.Row{Row: &feedpb.Row_Unreadable{Unreadable: &feedpb.UnreadableRow{}}}
	req := &feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 1, Rows: []*feedpb.Row{row, empty}}
	if _, err := send(t, c, req); err != nil {
		t.Fatal(err)
	}
	got, err := c.ListRejections(t.Context(), &feedpb.ListRejectionsRequest{Key: schoolsKey("d1")})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range got.GetRejections() {
		for _, p := range r.GetProblems() {
			lines = append(lines, fmt.Sprintf("%d %s %s %s", r.GetPosition(), r.GetRecordId(), p.GetColumn(), p.GetReason()))
			if p.GetDetail() == "" || strings.Contains(p.GetDetail(), "Canary") {
				t.Errorf("detail %q", p.GetDetail())
			}
		}
	}
	want := []string{"1 7  FIELD_COUNT", "1 7 name TEXT_UNDECODABLE", "1 7  ROW_UNREADABLE", "2   ROW_UNREADABLE"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRecordIDOfAnotherAgency(t *testing.T) {
	m := newMemory()
	c := feedpb.NewFeedServiceClient(startService(t, m, ServiceOptions{}, nil))
	deliver := func(agency string, rows ...*feedpb.Row) uint64 {
		key := &feedpb.DeliveryKey{Feed: feedpb.Feed_FEED_SCHOOLS, Agency: agency, DeliveryId: fmt.Sprint(len(m.all))}
		_, err := c.OpenDelivery(t.Context(), &feedpb.OpenDeliveryRequest{Delivery: &feedpb.Delivery{Key: key, AsAt: "2026-03-01"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := send(t, c, &feedpb.SendRowsRequest{Key: key, FirstPosition: 1, Rows: rows}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.SealDelivery(t.Context(), &feedpb.SealDeliveryRequest{Key: key, Rows: int64(len(rows))}); err != nil {
			t.Fatal(err)
		}
		return uint64(len(m.all))
	}
	deliver("north", schools(1, 3)...)
	n := deliver("south", schools(3, 9)...)
	for i, e := range m.entries(n) {
		if refused := e.Rejection != nil; refused != (i == 0) {
			t.Errorf("row %d: refused %t", i+3, refused)
		}
	}
	got := m.entries(n)[0].Rejection
	if got == nil || got.Problems[0].Reason != reasonOwner || got.Problems[0].Column != "urn" {
		t.Errorf("got %+v, want %s", got, reasonOwner)
	}
	deliver("north", schools(1, 3)...)
	if a := m.all[2].info.Account; a.Accepted != 3 {
		t.Errorf("an agency's own rows again: %+v", a)
	}
}

// TestQuarantineKeepsNoPersonOfAnEventWithoutOne holds that a person whom the
// role says is not there is not stored with a refused row either, and that
// nothing longer than a column is kept.
func TestQuarantine(t *testing.T) {
	long := strings.Repeat("x", 3000)
	got := quarantined(family.Police, []family.Value{
		{Column: family.ColRecordID, Text: "1"}, {Column: family.ColRole, Text: " None "},
		{Column: family.ColSurname, Text: "Okafor"}, {Column: family.ColNominalID, Text: "N1"},
		{Column: family.ColAlias, Text: "Al"}, {Column: family.ColOffenceCode, Text: long},
	})
	want := []family.Value{
		{Column: family.ColRecordID, Text: "1"}, {Column: family.ColRole, Text: " None "},
		{Column: family.ColOffenceCode, Text: long[:2000]},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSealing(t *testing.T) {
	declared := func(n int64) *int64 { return &n }
	bad := func(n int) []*feedpb.Row {
		rows := make([]*feedpb.Row, n)
		for i := range rows {
			rows[i] = school("")
		}
		return rows
	}
	for _, tc := range []struct {
		name      string
		declared  *int64
		asAt      string // 2026-03-01 if blank
		rows      []*feedpb.Row
		wantState feedpb.DeliveryState
		want      family.Account
		warning   string
	}{
		{name: "all good", rows: schools(1, 4), wantState: feedpb.DeliveryState_DELIVERY_STATE_ACCEPTED,
			want: family.Account{Rows: 4, Accepted: 4}},
		{name: "as declared", declared: declared(4), rows: schools(1, 4), wantState: feedpb.DeliveryState_DELIVERY_STATE_ACCEPTED,
			want: family.Account{Rows: 4, Accepted: 4}},
		{name: "not as declared", declared: declared(5), rows: schools(1, 4), wantState: feedpb.DeliveryState_DELIVERY_STATE_ACCEPTED,
			want: family.Account{Rows: 4, Accepted: 4}, warning: "5 rows were declared and 4 came"},
		{name: "of tomorrow", asAt: "2026-03-03", rows: schools(1, 4), wantState: feedpb.DeliveryState_DELIVERY_STATE_ACCEPTED,
			want: family.Account{Rows: 4, Accepted: 4}, warning: "as_at is in the future"},
		{name: "nothing", wantState: feedpb.DeliveryState_DELIVERY_STATE_ACCEPTED, warning: "the delivery has no rows"},
		{name: "a fifth refused", rows: append(schools(1, 28), bad(7)...), wantState: feedpb.DeliveryState_DELIVERY_STATE_ACCEPTED,
			want: family.Account{Rows: 35, Accepted: 28, Rejected: 7}},
		{name: "more than a fifth refused", rows: append(schools(1, 27), bad(7)...), wantState: feedpb.DeliveryState_DELIVERY_STATE_HELD,
			want: family.Account{Rows: 34, Rejected: 7, Held: 27}, warning: "held: 7 of 34 rows were refused, more than 20 %"},
		{name: "the last good copy supersedes", rows: append(append(schools(1, 4), schools(2, 2)...), bad(1)...),
			wantState: feedpb.DeliveryState_DELIVERY_STATE_ACCEPTED,
			want:      family.Account{Rows: 7, Accepted: 4, Superseded: 2, Rejected: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := feedpb.NewFeedServiceClient(startService(t, newMemory(), ServiceOptions{}, nil))
			key := schoolsKey("d1")
			_, err := c.OpenDelivery(t.Context(), &feedpb.OpenDeliveryRequest{
				Delivery: &feedpb.Delivery{Key: key, AsAt: cmpOr(tc.asAt, "2026-03-01"), DeclaredRows: tc.declared},
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := send(t, c, &feedpb.SendRowsRequest{Key: key, FirstPosition: 1, Rows: tc.rows}); err != nil {
				t.Fatal(err)
			}
			n := int64(len(tc.rows))
			if _, err := c.SealDelivery(t.Context(), &feedpb.SealDeliveryRequest{Key: key, Rows: n + 1}); status.Code(err) != codes.InvalidArgument {
				t.Errorf("sealed with a row missing: %v, want InvalidArgument", err)
			}
			sealed, err := c.SealDelivery(t.Context(), &feedpb.SealDeliveryRequest{Key: key, Rows: n})
			if err != nil {
				t.Fatal(err)
			}
			if sealed.GetState() != tc.wantState {
				t.Errorf("state %v, want %v", sealed.GetState(), tc.wantState)
			}
			if diff := cmp.Diff(tc.want, accountFromWire(sealed.GetAccount())); diff != "" {
				t.Errorf("account (-want +got):\n%s", diff)
			}
			got, err := c.GetDelivery(t.Context(), &feedpb.GetDeliveryRequest{Key: key})
			if err != nil {
				t.Fatal(err)
			}
			warnings := strings.Join(got.GetDelivery().GetWarnings(), "\n")
			if !strings.Contains(warnings, tc.warning) || (tc.warning == "") != (warnings == "") {
				t.Errorf("warnings %q, want %q", warnings, tc.warning)
			}
		})
	}
}

func TestOpenDeliveryRefusals(t *testing.T) {
	negative := int64(-1)
	good := func(change func(d *feedpb.Delivery)) *feedpb.Delivery {
		d := &feedpb.Delivery{Key: schoolsKey("d1"), AsAt: "2026-03-01"}
		change(d)
		return d
	}
	for _, tc := range []struct {
		name     string
		delivery *feedpb.Delivery
		want     []string // the fields at fault
	}{
		{"nothing", nil, []string{"delivery.key.feed", "delivery.key.agency", "delivery.key.delivery_id", "delivery.as_at"}},
		{"unknown feed", good(func(d *feedpb.Delivery) { d.Key.Feed = 99 }), []string{"delivery.key.feed"}},
		{"negative feed", good(func(d *feedpb.Delivery) { d.Key.Feed = -1 }), []string{"delivery.key.feed"}},
		{"blank agency", good(func(d *feedpb.Delivery) { d.Key.Agency = " " }), []string{"delivery.key.agency"}},
		{"long agency", good(func(d *feedpb.Delivery) { d.Key.Agency = strings.Repeat("x", 101) }), []string{"delivery.key.agency"}},
		{"control characters", good(func(d *feedpb.Delivery) { d.Key.DeliveryId = "a\x00b" }), []string{"delivery.key.delivery_id"}},
		{"impossible days", good(func(d *feedpb.Delivery) { d.AsAt, d.PeriodFrom, d.PeriodTo = "x", "2026-02-30", "1" }),
			[]string{"delivery.as_at", "delivery.period_from", "delivery.period_to"}},
		{"period backwards", good(func(d *feedpb.Delivery) { d.PeriodFrom, d.PeriodTo = "2026-02-02", "01/02/2026" }), []string{"delivery.period_to"}},
		{"negative rows", good(func(d *feedpb.Delivery) { d.DeclaredRows = &negative }), []string{"delivery.declared_rows"}},
		{"no digest", good(func(d *feedpb.Delivery) { d.ContentHash = "Canary" }), []string{"delivery.content_hash"}},
		{"long organisation", good(func(d *feedpb.Delivery) { d.Organisations = []string{strings.Repeat("x", 101)} }), []string{"delivery.organisations"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := NewService(newMemory(), ServiceOptions{}).OpenDelivery(t.Context(), &feedpb.OpenDeliveryRequest{Delivery: tc.delivery})
			var fields family.FieldErrors
			if !errors.As(err, &fields) || !errors.Is(err, family.ErrInvalid) {
				t.Fatalf("got %v, want FieldErrors", err)
			}
			var got []string
			for _, f := range fields {
				got = append(got, f.Field)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOpenDelivery(t *testing.T) {
	m := newMemory()
	s := NewService(m, ServiceOptions{})
	d := &feedpb.Delivery{
		Key: &feedpb.DeliveryKey{Feed: feedpb.Feed_FEED_POLICE, Agency: " force ", DeliveryId: "d1"}, AsAt: "01/03/2026",
		PeriodFrom: "2026-02-01", PeriodTo: "2026-02-28", Organisations: []string{"ALL"}, ContentHash: "AB12",
	}
	if _, err := s.OpenDelivery(t.Context(), &feedpb.OpenDeliveryRequest{Delivery: d}); err != nil {
		t.Fatal(err)
	}
	want := family.Delivery{
		Feed: family.Police, Agency: "force", ID: "d1", AsAt: family.MustDate("2026-03-01"), From: family.MustDate("2026-02-01"),
		To: family.MustDate("2026-02-28"), DeclaredRows: -1, ContentHash: "ab12",
	}
	if diff := cmp.Diff(want, m.all[0].info.Delivery); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d.ContentHash = "cd"
	if _, err := s.OpenDelivery(t.Context(), &feedpb.OpenDeliveryRequest{Delivery: d}); !errors.Is(err, family.ErrConflict) {
		t.Errorf("the same id with other content: %v, want ErrConflict", err)
	}
}

func TestPages(t *testing.T) {
	m := newMemory()
	c := feedpb.NewFeedServiceClient(startService(t, m, ServiceOptions{}, nil))
	for i := range 7 {
		openSchools(t, c, fmt.Sprint(i))
	}
	if _, err := c.OpenDelivery(t.Context(), &feedpb.OpenDeliveryRequest{Delivery: &feedpb.Delivery{
		Key: &feedpb.DeliveryKey{Feed: feedpb.Feed_FEED_POLICE, Agency: "force", DeliveryId: "p"}, AsAt: "2026-03-01",
	}}); err != nil {
		t.Fatal(err)
	}
	var got []string
	req := &feedpb.ListDeliveriesRequest{Feed: feedpb.Feed_FEED_SCHOOLS, PageSize: 3}
	for {
		page, err := c.ListDeliveries(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.GetDeliveries() {
			got = append(got, d.GetDelivery().GetKey().GetDeliveryId())
		}
		got = append(got, "/")
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			break
		}
	}
	if want := "6 5 4 / 3 2 1 / 0 /"; strings.Join(got, " ") != want {
		t.Errorf("pages %s, want %s", strings.Join(got, " "), want)
	}

	rows := append(schools(1, 2), school(""), school(""), school("3"), school(""))
	if _, err := send(t, c, &feedpb.SendRowsRequest{Key: schoolsKey("0"), FirstPosition: 1, Rows: rows}); err != nil {
		t.Fatal(err)
	}
	got = nil
	list := &feedpb.ListRejectionsRequest{Key: schoolsKey("0"), PageSize: 2}
	var token string
	for {
		page, err := c.ListRejections(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.GetRejections() {
			got = append(got, fmt.Sprint(r.GetPosition()))
		}
		got = append(got, "/")
		if list.PageToken = page.GetNextPageToken(); list.PageToken == "" {
			break
		}
		token = list.PageToken
	}
	if want := "3 4 / 6 /"; strings.Join(got, " ") != want {
		t.Errorf("pages %s, want %s", strings.Join(got, " "), want)
	}

	for _, bad := range []*feedpb.ListDeliveriesRequest{
		{PageSize: -1}, {PageToken: "x"}, {PageToken: "AAAA"}, {PageToken: token}, {Feed: 77},
	} {
		if _, err := c.ListDeliveries(t.Context(), bad); status.Code(err) != codes.InvalidArgument {
			t.Errorf("ListDeliveries(%v): %v, want InvalidArgument", bad, err)
		}
	}
	if _, err := c.ListRejections(t.Context(), &feedpb.ListRejectionsRequest{Key: schoolsKey("1"), PageToken: token}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("another delivery's token: %v, want InvalidArgument", err)
	}
}

// TestLastStreamTakesOver holds that a stream that hangs does not keep its
// sender's next one out.
func TestLastStreamTakesOver(t *testing.T) {
	m := newMemory()
	c := feedpb.NewFeedServiceClient(startService(t, m, ServiceOptions{}, nil))
	openSchools(t, c, "d1")
	hanging, err := c.SendRows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := hanging.Send(&feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 1, Rows: schools(1, 3)}); err != nil {
		t.Fatal(err)
	}
	if _, err := hanging.Recv(); err != nil {
		t.Fatal(err)
	}
	if acked, err := send(t, c, &feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 2, Rows: schools(2, 5)}); acked != 6 || err != nil {
		t.Errorf("the second stream: %d, %v; want 6", acked, err)
	}
	if _, err := hanging.Recv(); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("the first stream ended with %v, want FailedPrecondition", err)
	}
	if _, err := c.SealDelivery(t.Context(), &feedpb.SealDeliveryRequest{Key: schoolsKey("d1"), Rows: 6}); err != nil {
		t.Errorf("SealDelivery: %v", err)
	}
}

func TestAFailedWriteAcknowledgesNothing(t *testing.T) {
	m := newMemory()
	full := false
	m.failAppend = func([]family.DeliveryEntry) error {
		if full {
			return fmt.Errorf("append: %w", family.ErrFull)
		}
		return nil
	}
	c := feedpb.NewFeedServiceClient(startService(t, m, ServiceOptions{}, nil))
	openSchools(t, c, "d1")
	if acked, err := send(t, c, &feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 1, Rows: schools(1, 3)}); acked != 3 || err != nil {
		t.Fatalf("%d, %v", acked, err)
	}
	full = true
	acked, err := send(t, c, &feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 4, Rows: schools(4, 3)})
	if acked != -1 || status.Code(err) != codes.ResourceExhausted {
		t.Errorf("%d, %v; want no acknowledgement and ResourceExhausted", acked, err)
	}
	full = false
	if acked, err := send(t, c, &feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 4, Rows: schools(4, 3)}); acked != 6 || err != nil {
		t.Errorf("sent again: %d, %v; want 6", acked, err)
	}
}

// panicking is a store whose Owner panics.
type panicking struct{ *memory }

func (panicking) Owner(family.RowRef) (string, bool) { panic("Canary") }

func TestAPanicFailsItsStreamAlone(t *testing.T) {
	m := newMemory()
	c := feedpb.NewFeedServiceClient(startService(t, panicking{m}, ServiceOptions{}, nil))
	openSchools(t, c, "d1")
	_, err := send(t, c, &feedpb.SendRowsRequest{Key: schoolsKey("d1"), FirstPosition: 1, Rows: schools(1, 3)})
	if err == nil || strings.Contains(err.Error(), "Canary") {
		t.Errorf("got %v, want an error without what was panicked", err)
	}
	if _, err := c.GetDelivery(t.Context(), &feedpb.GetDeliveryRequest{Key: schoolsKey("d1")}); err != nil {
		t.Errorf("the service is gone: %v", err)
	}
}

func TestLogHoldsNoValue(t *testing.T) {
	core, logs := observer.New(zap.DebugLevel)
	c := feedpb.NewFeedServiceClient(startService(t, newMemory(), ServiceOptions{Log: zap.New(core)}, nil))
	openSchools(t, c, "Canary")
	rows := []*feedpb.Row{school("Canary"), school("")}
	if _, err := send(t, c, &feedpb.SendRowsRequest{Key: schoolsKey("Canary"), FirstPosition: 1, Rows: rows}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.SealDelivery(t.Context(), &feedpb.SealDeliveryRequest{Key: schoolsKey("Canary"), Rows: 2}); err != nil {
		t.Fatal(err)
	}
	if logs.Len() == 0 {
		t.Error("nothing was logged")
	}
	for _, e := range logs.All() {
		if text := fmt.Sprint(e.Message, e.ContextMap()); strings.Contains(text, "Canary") {
			t.Errorf("logged %s", text)
		}
	}
}
