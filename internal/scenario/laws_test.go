package scenario

import (
	"bytes"
	"context"
	"encoding/csv"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
	reviewpb "github.com/hearthmatch/hearth/proto/hearth/review/v1"
)

// asAt is the day that the fictional council's files describe.
var asAt = family.MustDate("2025-11-14")

// A council is the folder of a fictional council's files and what a service
// exported after it was given them once, in the order of the feeds, undisturbed.
type council struct {
	dir     string
	exports map[string]string
}

var undisturbed council

// want returns the council, made on first use. Tests of this file do not run
// side by side.
func want(t *testing.T) council {
	t.Helper()
	if testing.Short() {
		t.Skip("runs nights on a council of 1,500 people")
	}
	if undisturbed.exports != nil {
		return undisturbed
	}
	c := council{dir: filepath.Join(scratch, "council")}
	hearth(t, "synth", "--people", "1500", "--seed", "2718", "--as-at", asAt.String(), "--out", c.dir)
	s := serve(t, t.TempDir())
	for _, feed := range family.Feeds() {
		s.push(c.whole(feed))
	}
	s.night(0)
	c.exports = s.exports()
	for name, text := range c.exports {
		if strings.Count(text, "\n") < 50 {
			t.Fatalf("%s has hardly a line: the laws would hold of nothing", name)
		}
	}
	s.stop()
	undisturbed = c
	return c
}

// whole is the delivery of a feed's file as it is.
func (c council) whole(feed family.Feed) ingest.PushOptions {
	return ingest.PushOptions{
		Feed: feed, File: filepath.Join(c.dir, feed.String()+".csv"),
		Agency: "anytown-" + feed.String(), DeliveryID: "night-1", AsAt: asAt,
	}
}

// same fails the test where the service's exports are not those wanted.
func (c council) same(t *testing.T, s *service) {
	t.Helper()
	got := s.exports()
	for _, name := range slices.Sorted(maps.Keys(c.exports)) {
		if got[name] == c.exports[name] {
			continue
		}
		diff := cmp.Diff(strings.Split(c.exports[name], "\n"), strings.Split(got[name], "\n"))
		t.Errorf("%s differs from the undisturbed run (-want +got):\n%.2000s", name, diff)
	}
}

func TestOrderAndBatchesDoNotMatter(t *testing.T) {
	c := want(t)
	s := serve(t, t.TempDir())
	feeds := family.Feeds()
	slices.Reverse(feeds)
	for _, feed := range feeds {
		for i, file := range c.batches(t, feed, 3) {
			opt := c.whole(feed)
			opt.File, opt.DeliveryID = file, "batch-"+string(rune('a'+i))
			s.push(opt)
		}
	}
	s.night(0)
	c.same(t, s)
}

// batches writes a feed's rows into n files in another order, and returns the
// files. The copies of one record_id stay in one file and in their order,
// because the last good copy counts.
func (c council) batches(t *testing.T, feed family.Feed, n int) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, feed.String()+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	head, lines := lines[0], lines[1:]
	if bytes.IndexByte(head, ',') < 0 || feed <= family.Involvement && !bytes.HasPrefix(head, []byte("record_id,")) {
		t.Fatalf("%v: want record_id as the first column, and commas", feed)
	}
	place := func(line []byte) uint64 {
		id, _, _ := bytes.Cut(line, []byte(","))
		h := fnv.New64a()
		_, _ = h.Write(bytes.TrimSpace(id)) // never fails
		return h.Sum64()
	}
	slices.SortStableFunc(lines, func(a, b []byte) int {
		x, y := place(a), place(b)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	parts := make([]bytes.Buffer, n)
	for i := range parts {
		parts[i].Write(head)
	}
	for _, line := range lines {
		parts[place(line)%uint64(n)].Write(line)
	}
	files := make([]string, n)
	for i := range parts {
		files[i] = filepath.Join(t.TempDir(), feed.String()+".csv")
		if err := os.WriteFile(files[i], parts[i].Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestSameDeliveryAgain(t *testing.T) {
	c := want(t)
	s := serve(t, t.TempDir())
	accounts := make(map[family.Feed]family.Account)
	for _, feed := range family.Feeds() {
		accounts[feed] = s.push(c.whole(feed)).Account
	}
	for _, feed := range family.Feeds() {
		got := s.push(c.whole(feed))
		if !got.AlreadyDelivered || got.Account != accounts[feed] {
			t.Errorf("%v again: already delivered %v, account %+v; want true, %+v",
				feed, got.AlreadyDelivered, got.Account, accounts[feed])
		}
	}
	s.night(0)
	c.same(t, s)

	// The same rows under another id are another delivery, and change nothing.
	for _, feed := range family.Feeds() {
		opt := c.whole(feed)
		opt.DeliveryID = "night-1-again"
		if got := s.push(opt); got.AlreadyDelivered {
			t.Errorf("%v under a new id: already delivered", feed)
		}
	}
	s.night(0)
	c.same(t, s)
}

func TestKilledDuringPush(t *testing.T) {
	c := want(t)
	kills := map[family.Feed][]moment{
		family.Attendance: {{sent: 2}, {acknowledged: 1}, {sent: 1}},
		family.Police:     {{sent: 1}},
		family.Housing:    {{acknowledged: 1}},
	}
	dir := t.TempDir()
	for _, feed := range family.Feeds() {
		for _, at := range kills[feed] {
			killedPush(t, serve(t, dir), c.whole(feed), at)
		}
		s := serve(t, dir)
		s.push(c.whole(feed))
		s.stop()
	}
	s := serve(t, dir)
	s.night(0)
	s.kill() // after a night nothing is left to lose either
	c.same(t, serve(t, dir))
}

// moment is when to kill a service: as message number sent of a delivery goes
// out, or as answer number acknowledged comes in.
type moment struct{ sent, acknowledged int64 }

// killedPush pushes a file and kills the service at a moment of it, at the
// latest when the push has ended.
func killedPush(t *testing.T, s *service, opt ingest.PushOptions, at moment) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &watch{at: at, act: func() {
		s.kill()
		cancel() // do not wait for a service that stays away
	}}
	conn := s.dial(grpc.WithStreamInterceptor(func(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn,
		method string, streamer grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
		stream, err := streamer(ctx, desc, cc, method, opts...)
		return &watched{ClientStream: stream, watch: w}, err
	}))
	_, err := ingest.Push(ctx, conn, opt)
	w.once.Do(func() {
		t.Logf("%v: the push ended before the moment %+v", opt.Feed, at)
		if err != nil {
			t.Errorf("push of %v: %v", opt.Feed, err)
		}
		s.kill()
	})
}

// watch acts once, at its moment.
type watch struct {
	at                 moment
	act                func()
	once               sync.Once
	sent, acknowledged atomic.Int64
}

// watched is a stream whose messages are counted.
type watched struct {
	grpc.ClientStream
	watch *watch
}

func (w *watched) SendMsg(m any) error {
	err := w.ClientStream.SendMsg(m)
	if w.watch.sent.Add(1) == w.watch.at.sent {
		w.watch.once.Do(w.watch.act)
	}
	return err
}

func (w *watched) RecvMsg(m any) error {
	err := w.ClientStream.RecvMsg(m)
	if err == nil && w.watch.acknowledged.Add(1) == w.watch.at.acknowledged {
		w.watch.once.Do(w.watch.act)
	}
	return err
}

func TestRebuild(t *testing.T) {
	c := want(t)
	dir := t.TempDir()
	s := serve(t, dir)
	for _, feed := range family.Feeds() {
		s.push(c.whole(feed))
	}
	s.night(0)
	s.stop()
	if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
		t.Fatal(err)
	}
	hearth(t, "rebuild", "--data", dir)
	c.same(t, serve(t, dir))
}

func TestWithdrawnRowsVanish(t *testing.T) {
	c := want(t)
	s := serve(t, t.TempDir())
	for _, feed := range family.Feeds() {
		s.push(c.whole(feed))
	}
	gone := firstIDs(t, filepath.Join(c.dir, "housing.csv"), 20)
	file := filepath.Join(t.TempDir(), "housing.csv")
	text := "record_id,tenancy_ref,person_role,deleted\n" + strings.Join(gone, ",,,Y\n") + ",,,Y\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	opt := c.whole(family.Housing)
	opt.File, opt.DeliveryID = file, "too-late"
	opt.AsAt = asAt - 1
	s.push(opt) // describes an earlier day than the rows it withdraws
	s.night(0)
	c.same(t, s)

	opt.DeliveryID, opt.AsAt = "withdrawal", asAt
	if got := s.push(opt).Account; got.Withdrawn != int64(len(gone)) {
		t.Errorf("withdrawn %d rows, want %d", got.Withdrawn, len(gone))
	}
	s.night(0)
	got := s.exports()
	for _, id := range gone {
		for name, text := range got {
			if strings.Contains(text, "housing,"+id+",") || strings.Contains(text, "housing/"+id+";") {
				t.Errorf("%s still names a withdrawn row", name)
			}
		}
	}
}

// TestAPersonDecides parts a person of two records and a couple of residents by
// decisions, wants the next night to follow both, and wants the exports of the
// undisturbed run again once they are withdrawn.
func TestAPersonDecides(t *testing.T) {
	c := want(t)
	s := serve(t, t.TempDir())
	for _, feed := range family.Feeds() {
		s.push(c.whole(feed))
	}
	links := linkLines(t, c.exports["links.csv"])
	one := firstPair(links, func(a, b linkLine) bool {
		return a.person == b.person && a.record.RowRef != b.record.RowRef
	})
	home := firstPair(links, func(a, b linkLine) bool {
		return a.person != b.person && a.person != one[0].person && b.person != one[0].person &&
			a.household == b.household && a.role == "adult" && b.role == "adult"
	})
	s.night(0)
	c.same(t, s)

	parted := s.decide(&reviewpb.Decision{
		Kind: reviewpb.DecisionKind_DECISION_KIND_DIFFERENT_PEOPLE, A: one[0].message(), B: one[1].message()})
	away := s.decide(&reviewpb.Decision{
		Kind: reviewpb.DecisionKind_DECISION_KIND_DOES_NOT_LIVE_WITH, A: home[0].message(), B: home[1].message()})
	s.night(0)
	after := make(map[family.RecordRef]linkLine)
	for _, l := range linkLines(t, s.exports()["links.csv"]) {
		after[l.record] = l
	}
	if after[one[0].record].person == after[one[1].record].person {
		t.Error("two records are one person although somebody decided otherwise")
	}
	a, b := after[home[0].record], after[home[1].record]
	if a.household == b.household && a.role == "adult" && b.role == "adult" {
		t.Error("two people live together although somebody decided otherwise")
	}

	for _, id := range []string{parted, away} {
		s.decide(&reviewpb.Decision{Kind: reviewpb.DecisionKind_DECISION_KIND_UNDO, Undoes: id})
	}
	s.night(0)
	c.same(t, s)
}

// linkLine is a line of an export of links.
type linkLine struct {
	record                  family.RecordRef
	person, household, role string
}

func (l linkLine) message() *querypb.RecordRef {
	return &querypb.RecordRef{Feed: l.record.Feed.String(), RecordId: l.record.ID, Part: l.record.Part.String()}
}

func linkLines(t *testing.T, text string) []linkLine {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []linkLine
	for _, f := range lines[1:] {
		ref, err := family.ParseRecordRef(strings.Join(f[:3], "/"))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, linkLine{ref, f[3], f[4], f[5]})
	}
	return out
}

// firstPair returns the first two lines of which fits holds; of a council, some
// two always do.
func firstPair(lines []linkLine, fits func(a, b linkLine) bool) [2]linkLine {
	for i, a := range lines {
		for _, b := range lines[i+1:] {
			if fits(a, b) {
				return [2]linkLine{a, b}
			}
		}
	}
	return [2]linkLine{}
}

// firstIDs reads the record_id of n rows of a file, each once.
func firstIDs(t *testing.T, file string, n int) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i, line := range strings.Split(string(text), "\n") {
		id, _, _ := strings.Cut(line, ",")
		if i > 0 && id != "" && len(out) < n && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
