package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// pushed is what most tests push.
func pushed(file string) PushOptions {
	return PushOptions{Feed: family.Schools, File: file, Agency: "anytown", AsAt: family.MustDate("2026-03-01")}
}

// schoolsFile writes n schools to a file.
func schoolsFile(t testing.TB, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(schoolHeader)
	for i := range n {
		fmt.Fprintf(&b, "%d,Oak %d,North\n", i+1, i)
	}
	return inFile(t, "schools.csv", b.String())
}

func TestPushTwice(t *testing.T) {
	m := newMemory()
	conn := startService(t, m, ServiceOptions{}, nil)
	var done []int64
	opt := pushed(schoolsFile(t, 2500))
	opt.Progress = func(d, total int64) { done = append(done, d, total) }
	first, err := Push(t.Context(), conn, opt)
	if err != nil {
		t.Fatal(err)
	}
	want := PushResult{
		DeliveryID: first.DeliveryID, State: family.DeliveryAccepted, Account: family.Account{Rows: 2500, Accepted: 2500},
	}
	if diff := cmp.Diff(want, first); diff != "" || first.DeliveryID == "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	info, err := os.Stat(opt.File)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(done); n < 2 || done[n-2] != info.Size() || done[n-1] != info.Size() {
		t.Errorf("progress %v does not end at %d", done, info.Size())
	}
	appends := m.appends
	again, err := Push(t.Context(), conn, opt)
	if err != nil {
		t.Fatal(err)
	}
	want.AlreadyDelivered = true
	if diff := cmp.Diff(want, again); diff != "" || m.appends != appends || len(m.all) != 1 {
		t.Errorf("pushed again: %d writes more, %d deliveries (-want +got):\n%s", m.appends-appends, len(m.all), diff)
	}
	opt.AsAt++
	if other, err := Push(t.Context(), conn, opt); err != nil || other.DeliveryID == first.DeliveryID {
		t.Errorf("another day has the same delivery_id %s (%v)", other.DeliveryID, err)
	}
}

func TestPushOtherContentUnderTheSameID(t *testing.T) {
	conn := startService(t, newMemory(), ServiceOptions{}, nil)
	opt := pushed(schoolsFile(t, 1))
	opt.DeliveryID = "d1"
	if _, err := Push(t.Context(), conn, opt); err != nil {
		t.Fatal(err)
	}
	opt.File = schoolsFile(t, 2)
	if _, err := Push(t.Context(), conn, opt); status.Code(err) != codes.AlreadyExists {
		t.Errorf("got %v, want AlreadyExists", err)
	}
}

func TestPushFileFaultLeavesNothing(t *testing.T) {
	m := newMemory()
	conn := startService(t, m, ServiceOptions{}, nil)
	for _, content := range []string{"", "urn,name\n1,\"Oak\n", "urn\n1\x00\n", "name\nOak\n"} {
		if _, err := Push(t.Context(), conn, pushed(inFile(t, "f.csv", content))); !errors.Is(err, family.ErrInvalid) {
			t.Errorf("got %v, want ErrInvalid", err)
		}
	}
	if len(m.all) != 0 {
		t.Errorf("%d deliveries were opened", len(m.all))
	}
}

func TestPushNothing(t *testing.T) {
	conn := startService(t, newMemory(), ServiceOptions{}, nil)
	res, err := Push(t.Context(), conn, pushed(inFile(t, "f.csv", schoolHeader)))
	if err != nil {
		t.Fatal(err)
	}
	if res.State != family.DeliveryAccepted || res.Account != (family.Account{}) || len(res.Warnings) != 1 {
		t.Errorf("got %+v, want an accepted delivery of nothing with a warning", res)
	}
}

func TestPushHeld(t *testing.T) {
	m := newMemory()
	conn := startService(t, m, ServiceOptions{MaxRefusedShare: 0.5}, nil)
	res, err := Push(t.Context(), conn, pushed(inFile(t, "f.csv", "urn,name\n1,Oak\n,\n2\n")))
	if err != nil {
		t.Fatal(err)
	}
	if want := (family.Account{Rows: 3, Rejected: 2, Held: 1}); res.State != family.DeliveryHeld || res.Account != want {
		t.Errorf("got %+v, want held with %+v", res, want)
	}
	if len(m.rows) != 0 {
		t.Errorf("%d rows took effect", len(m.rows))
	}
}

func TestPushToNobody(t *testing.T) {
	conn := startService(t, newMemory(), ServiceOptions{}, nil)
	conn.Close()
	if _, err := Push(t.Context(), conn, pushed(schoolsFile(t, 1))); err == nil {
		t.Error("pushed through a closed connection")
	}
}

// cutStream is a stream on which Recv or Send fails after some messages.
type cutStream struct {
	grpc.ServerStream
	recvs, sends int // how many still succeed; negative is all
}

var errCut = status.Error(codes.Unavailable, "cut")

func (c *cutStream) RecvMsg(m any) error {
	if c.recvs == 0 {
		return errCut
	}
	c.recvs--
	return c.ServerStream.RecvMsg(m)
}

func (c *cutStream) SendMsg(m any) error {
	if c.sends == 0 {
		return errCut
	}
	c.sends--
	return c.ServerStream.SendMsg(m)
}

// TestPushResumes cuts the stream after every message, on its way there or
// back, and holds that every row arrives once and in its place.
func TestPushResumes(t *testing.T) {
	file := schoolsFile(t, 5*batchRows+1)
	for _, tc := range []struct {
		name         string
		recvs, sends int
	}{{"no message arrives after the second", 2, -1}, {"acknowledgements are lost", -1, 0}, {"after one acknowledgement", -1, 1}} {
		t.Run(tc.name, func(t *testing.T) {
			m := newMemory()
			var cuts atomic.Int64
			conn := startService(t, m, ServiceOptions{}, func(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, h grpc.StreamHandler) error {
				recvs, sends := tc.recvs, tc.sends
				if cuts.Add(1) > 3 {
					recvs, sends = -1, -1
				}
				return h(srv, &cutStream{ss, recvs, sends})
			})
			res, err := Push(t.Context(), conn, pushed(file))
			if err != nil {
				t.Fatal(err)
			}
			if n := int64(5*batchRows + 1); res.Account.Rows != n || res.Account.Accepted != n || res.AlreadyDelivered {
				t.Errorf("got %+v", res)
			}
			for i, e := range m.entries(1) {
				if e.Row.ID != fmt.Sprint(i+1) {
					t.Fatalf("position %d holds row %s", i+1, e.Row.ID)
				}
			}
			if cuts.Load() < 2 {
				t.Error("the stream was never cut")
			}
		})
	}
}

func TestPushGoesOnWhereAnotherStopped(t *testing.T) {
	m := newMemory()
	conn := startService(t, m, ServiceOptions{}, nil)
	opt := pushed(schoolsFile(t, 30))
	file, err := OpenFile(opt.File, opt.Feed, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	opt.DeliveryID = "d1"
	d := (&pusher{file: file, opt: opt}).delivery()
	c := feedpb.NewFeedServiceClient(conn)
	if _, err := c.OpenDelivery(t.Context(), &feedpb.OpenDeliveryRequest{Delivery: deliveryToWire(d)}); err != nil {
		t.Fatal(err)
	}
	if _, err := send(t, c, &feedpb.SendRowsRequest{Key: keyToWire(d), FirstPosition: 1, Rows: schools(1, 11)}); err != nil {
		t.Fatal(err)
	}
	res, err := Push(t.Context(), conn, opt)
	if err != nil || res.Account.Rows != 30 || m.appends != 2 || res.AlreadyDelivered {
		t.Errorf("%+v, %v, %d writes; want 30 rows in 2", res, err, m.appends)
	}
}

func TestPushGivesUpInTheEnd(t *testing.T) {
	conn := startService(t, newMemory(), ServiceOptions{}, func(any, grpc.ServerStream, *grpc.StreamServerInfo, grpc.StreamHandler) error {
		return errCut
	})
	opt := pushed(schoolsFile(t, 1))
	file, err := OpenFile(opt.File, opt.Feed, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	opt.DeliveryID, opt.Progress = "d1", func(int64, int64) {}
	var pauses []time.Duration
	p := &pusher{client: feedpb.NewFeedServiceClient(conn), file: file, opt: opt}
	p.pause = func(_ context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return nil
	}
	if _, err := p.deliver(t.Context()); status.Code(err) != codes.Unavailable {
		t.Errorf("got %v, want Unavailable", err)
	}
	if len(pauses) != tries-1 || !slices.IsSorted(pauses) {
		t.Errorf("paused %v, want %d growing pauses", pauses, tries-1)
	}
}

// TestAccountsAddUp pushes deliveries of good, reported, refused, unreadable,
// repeated and withdrawn rows and holds their accounts against a plain count.
func TestAccountsAddUp(t *testing.T) {
	m := newMemory()
	conn := startService(t, m, ServiceOptions{MaxRefusedShare: 0.4}, nil)
	deliveries := 0
	rapid.Check(t, func(rt *rapid.T) {
		deliveries++
		kinds := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 60).Draw(rt, "kinds")
		ids := rapid.SliceOfN(rapid.IntRange(1, 20), len(kinds), len(kinds)).Draw(rt, "ids")
		var b strings.Builder
		b.WriteString("record_id,tenancy_ref,person_role,surname,postcode,deleted\n")
		var want family.Account
		last := map[int]int{} // record to the kind of its last good copy
		for i, k := range kinds {
			want.Rows++
			b.WriteString(fmt.Sprintf([]string{
				"%d,T,tenant,Okafor,,\n", "%d,T,tenant,Okafor,nowhere,\n", "%d,,,,,Y\n", "%d,T,king,Okafor,,\n", "%d,T\n", "%d,T,tenant,,,\n",
			}[k], ids[i]))
			if k > 2 {
				want.Rejected++
				continue
			}
			if _, twice := last[ids[i]]; twice {
				want.Superseded++
			}
			last[ids[i]] = k
		}
		for _, k := range last {
			want.Accepted++
			if k == 1 {
				want.Reported++
			} else if k == 2 {
				want.Withdrawn++
			}
		}
		state := family.DeliveryAccepted
		if want.Rows > 0 && float64(want.Rejected)/float64(want.Rows) > 0.4 {
			state = family.DeliveryHeld
			want = family.Account{Rows: want.Rows, Rejected: want.Rejected, Superseded: want.Superseded, Held: want.Accepted}
		}
		res, err := Push(t.Context(), conn, PushOptions{
			Feed: family.Housing, File: inFile(t, "h.csv", b.String()), Agency: "anytown", AsAt: testToday,
			DeliveryID: fmt.Sprint(deliveries),
		})
		if err != nil {
			rt.Fatal(err)
		}
		if a := res.Account; res.State != state || a != want || a.Rows != a.Accepted+a.Rejected+a.Superseded+a.Held {
			rt.Fatalf("%v %+v, want %v %+v", res.State, a, state, want)
		}
	})
}

// canary is a text that no error, problem or log may repeat.
const canary = "Zxqcanary"

// TestNothingRepeatsAValue puts a marked text into every column, alone and with
// others, in files and rows, right and wrong, and looks for it in everything
// that is said about them.
func TestNothingRepeatsAValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		feed := rapid.SampledFrom(family.Feeds()).Draw(t, "feed")
		marked := rapid.SampledFrom([]string{
			canary, canary + "\x00", "\x01" + canary, canary + "\xff", strings.Repeat(canary, 300), "31/02/2015" + canary, "-" + canary, "[" + canary, " ; " + canary,
		})
		var values []family.Value
		for _, c := range feed.Columns() {
			if c != feed.Key() && rapid.Bool().Draw(t, c.String()) {
				values = append(values, family.Value{Column: c, Text: marked.Draw(t, "text")})
			}
		}
		if feed == family.Attendance {
			// A day for the marks to start on, so that they are read.
			values = append(values, family.Value{Column: family.ColPeriodStart, Text: "2025-09-01"})
		}
		_, refused, reported := Check(feed, values, testToday)
		for _, p := range slices.Concat(refused, reported) {
			if strings.Contains(fmt.Sprint(p), canary) || p.Detail == "" {
				t.Fatalf("a problem repeats the value: %v", p)
			}
		}
		// The key is named in a rejection, and nothing else of a row is.
		r := &rowStream{delivery: family.Delivery{Feed: feed}, today: testToday}
		r.service = NewService(newMemory(), ServiceOptions{})
		e := family.DeliveryEntry{Position: 1}
		if err := r.checkRow(toWire(feed, values), &e, nil); err != nil {
			t.Fatal(err)
		}
		if e.Rejection != nil && strings.Contains(fmt.Sprint(*e.Rejection), canary) {
			t.Fatalf("a rejection repeats the value: %v", *e.Rejection)
		}
	})
}
