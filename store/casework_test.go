package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

func drawEvent(t *rapid.T) family.CaseEvent {
	short := rapid.SliceOfN(text, 0, 3)
	x := family.CaseEvent{
		Kind: family.CaseEventKind(rapid.IntRange(1, int(family.AreaAssigned)).Draw(t, "kind")), Subject: text.Draw(t, "subject"),
		By: text.Draw(t, "by"), Agency: text.Draw(t, "agency"), At: time.Unix(rapid.Int64Range(0, 1<<36).Draw(t, "at"), 5).UTC(),
		Day: dates.Draw(t, "day"), Reason: text.Draw(t, "reason"), Household: text.Draw(t, "household"),
		Records: rapid.SliceOfN(records, 0, 4).Draw(t, "records"), Area: family.Area{Ward: text.Draw(t, "ward"), LSOA: text.Draw(t, "lsoa")},
		Schools: short.Draw(t, "schools"), Framework: text.Draw(t, "framework"), Needs: short.Draw(t, "needs"), Nomination: text.Draw(t, "nomination"),
		LeadAgency: text.Draw(t, "lead"), Plan: text.Draw(t, "plan"), Outcome: text.Draw(t, "outcome"),
		Seed: rapid.Uint64().Draw(t, "seed"), Percent: rapid.Int().Draw(t, "percent"), From: dates.Draw(t, "from"), To: dates.Draw(t, "to"),
		Drawn: short.Draw(t, "drawn"),
	}
	if rapid.Bool().Draw(t, "frozen") {
		x.Snapshot = rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "snapshot")
		x.SnapshotHash = hashOf(x.Snapshot)
	}
	return x
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func TestCaseRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawEvent(t)
		b := encodeCase(&want)
		event, packed, err := splitCase(b)
		if err != nil {
			t.Fatal(err)
		}
		if want.Snapshot != nil {
			snapshot, err := unpack(nil, []byte(packed))
			same(t, want.Snapshot, snapshot, err)
		} else if packed != "" {
			t.Fatal("a snapshot out of nothing")
		}
		want.Snapshot = nil
		got, err := decodeEvent(event)
		same(t, want, got, err)
		if cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut"); cut < len(b) {
			if _, _, err := splitCase(b[:cut]); err == nil {
				t.Fatalf("cut to %d of %d bytes it passes", cut, len(b))
			}
			if cut = min(cut, len(event)-1); !fails(decodeEvent, event[:cut]) {
				t.Fatalf("an event cut to %d of %d bytes passes", cut, len(event))
			}
		}
		p := family.PublishedFramework{ID: text.Draw(t, "id"), Version: text.Draw(t, "version"), Base: text.Draw(t, "base"), File: []byte(text.Draw(t, "file")),
			Cases: []byte(text.Draw(t, "cases")), By: text.Draw(t, "publisher"), At: want.At, Reason: text.Draw(t, "why")}
		gotP, err := decodePublished(encodePublished(&p))
		same(t, p, gotP, err)
	})
}

func fails(decode func(string) (family.CaseEvent, error), s string) bool {
	_, err := decode(s)
	return err != nil
}

// TestEveryFieldIsKept fails when a field is added to what is kept and its
// codec does not write it.
func TestEveryFieldIsKept(t *testing.T) {
	var e family.CaseEvent
	fillFields(reflect.ValueOf(&e).Elem())
	e.ID, e.Snapshot = "", nil
	got, err := decodeEvent(string(encodeEvent(&e)))
	if diff := cmp.Diff(e, got); diff != "" || err != nil {
		t.Errorf("event: %v (-want +got):\n%s", err, diff)
	}
	var p family.PublishedFramework
	fillFields(reflect.ValueOf(&p).Elem())
	p.Seq = 0
	gotP, err := decodePublished(encodePublished(&p))
	if diff := cmp.Diff(p, gotP); diff != "" || err != nil {
		t.Errorf("framework: %v (-want +got):\n%s", err, diff)
	}
	c := family.Candidate{Headlines: make([]family.HeadlineResult, 1), Needs: []*family.Need{{}}}
	fillFields(reflect.ValueOf(&c).Elem())
	b := newBlockEnc()
	b.candidate(&c)
	x, err := decodeBlock(b.bytes())
	if err != nil {
		t.Fatal(err)
	}
	gotC, err := x.entry(0).candidate()
	if diff := cmp.Diff(&c, gotC); diff != "" || err != nil {
		t.Errorf("candidate: %v (-want +got):\n%s", err, diff)
	}
}

// fillFields gives every field of a struct a value that is not its zero.
func fillFields(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1_700_000_000, 7).UTC()))
			return
		}
		for i := range v.NumField() {
			fillFields(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillFields(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fillFields(v.Index(i))
		}
	case reflect.String:
		v.SetString("x" + v.Type().Name())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(0.5)
	default:
		if v.CanInt() {
			v.SetInt(1)
		} else {
			v.SetUint(1)
		}
	}
}

func testEvent(n int) family.CaseEvent {
	return family.CaseEvent{
		Kind: family.Nominated, By: "a.worker", Agency: "school", Day: day + family.Date(n), Reason: fmt.Sprintf("reason %d", n),
		Household: fmt.Sprintf("H%016x", n), Framework: "tf-phase2-2015", Needs: []string{"p2.local"},
		Records: []family.RecordRef{
			{RowRef: family.RowRef{Feed: family.Housing, ID: fmt.Sprintf("r%d", n)}},
			{RowRef: family.RowRef{Feed: family.Police, ID: fmt.Sprintf("e%d", n)}},
		},
		Area: family.Area{Ward: "Northgate", District: "Anytown", Cluster: "North", LSOA: fmt.Sprintf("E010%05d", n%300)}, Schools: []string{"100001"},
	}
}

func claimEvent(n int, snapshot string) family.CaseEvent {
	e := testEvent(n)
	e.Kind, e.Snapshot = family.CaseClaimed, []byte(snapshot)
	return e
}

func caseEvents(t testing.TB, s *Store, seq uint64) []family.CaseEvent {
	t.Helper()
	var out []family.CaseEvent
	if err := s.CaseEvents(seq, func(e family.CaseEvent) error { out = append(out, e); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func mustAppend(t testing.TB, s *Store, e family.CaseEvent) family.CaseEvent {
	t.Helper()
	got, err := s.AppendCaseEvent(e)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestCasework appends events and frameworks among rows, and reads them back
// as at each place: while open, opened again, with the index rebuilt, sealed
// and not.
func TestCasework(t *testing.T) {
	for _, key := range [][]byte{nil, killKey} {
		dir := t.TempDir()
		s, err := open(Options{Dir: dir, Key: key}, roomy())
		if err != nil {
			t.Fatal(err)
		}
		snapshot := strings.Repeat("evidence ", 5000)
		var want []family.CaseEvent
		for n := range 7 {
			e := testEvent(n)
			if n == 3 {
				e = claimEvent(n, snapshot)
			}
			want = append(want, mustAppend(t, s, e))
			deliver(t, s, testDelivery(fmt.Sprint("d", n), day), testRow("a", "Ann"))
		}
		var published []family.PublishedFramework
		for n, id := range []string{"x", "y", "x"} {
			f, err := s.PublishFramework(family.PublishedFramework{ID: id, Version: fmt.Sprint(n), File: []byte("id: " + id), By: "boss", Reason: "because"})
			if err != nil {
				t.Fatal(err)
			}
			published = append(published, f)
		}
		for _, rebuild := range []bool{false, true} {
			if got := caseEvents(t, s, 0); cmp.Diff(want, got, cmpopts.EquateEmpty()) != "" {
				t.Errorf("events (-want +got):\n%s", cmp.Diff(want, got, cmpopts.EquateEmpty()))
			}
			if want[3].ID != fmt.Sprint("E", 3*4+1) || want[3].Snapshot != nil || want[3].SnapshotHash != hashOf([]byte(snapshot)) || want[3].At.IsZero() {
				t.Errorf("the claim is %+v", want[3])
			}
			if got := caseEvents(t, s, 3*4); len(got) != 3 {
				t.Errorf("before the claim's place: %d events, want 3", len(got))
			}
			if got := caseEvents(t, s, 3*4+1); len(got) != 4 {
				t.Errorf("at the claim's place: %d events, want 4", len(got))
			}
			if got, err := s.CaseSnapshot(want[3].ID); err != nil || string(got) != snapshot {
				t.Errorf("snapshot: %d bytes, %v", len(got), err)
			}
			if diff := cmp.Diff(published, s.Frameworks(0), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("frameworks (-want +got):\n%s", diff)
			}
			if got := s.Frameworks(published[2].Seq - 1); len(got) != 2 {
				t.Errorf("before the third: %d frameworks, want 2", len(got))
			}
			if got := s.Frameworks(1); len(got) != 0 {
				t.Errorf("before the first: %d frameworks", len(got))
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s, err = open(Options{Dir: dir, Key: key, RebuildIndex: rebuild}, roomy()); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
		}
		if key != nil {
			checkNoText(t, dir, "reason 3", "evidence evidence", "id: y")
		}
	}
}

// checkNoText looks for texts in every file of a sealed directory.
func checkNoText(t *testing.T, dir string, texts ...string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, journalDir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range texts {
			if bytes.Contains(b, []byte(x)) {
				t.Errorf("%s holds %q in the open", filepath.Base(name), x)
			}
		}
	}
}

func TestCaseworkRefused(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	claim := mustAppend(t, s, claimEvent(1, "evidence"))
	plain := mustAppend(t, s, testEvent(2))
	before := s.Seq()
	with := func(change func(*family.CaseEvent)) family.CaseEvent {
		e := claimEvent(1, "evidence")
		change(&e)
		return e
	}
	for name, e := range map[string]family.CaseEvent{
		"no kind":           with(func(e *family.CaseEvent) { e.Kind = 0 }),
		"no known kind":     with(func(e *family.CaseEvent) { e.Kind = 250 }),
		"no name":           with(func(e *family.CaseEvent) { e.By = " " }),
		"another hash":      with(func(e *family.CaseEvent) { e.SnapshotHash = hashOf([]byte("other")) }),
		"hash of nothing":   with(func(e *family.CaseEvent) { e.SnapshotHash, e.Snapshot = hashOf(e.Snapshot), nil }),
		"too long":          with(func(e *family.CaseEvent) { e.Reason = strings.Repeat("x", maxEvent) }),
		"too long evidence": with(func(e *family.CaseEvent) { e.Snapshot = make([]byte, maxSnapshot+1) }),
	} {
		if _, err := s.AppendCaseEvent(e); !errors.Is(err, family.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	for _, f := range []family.PublishedFramework{
		{File: []byte("x"), By: "b", Reason: "r"}, {ID: "x", By: "b", Reason: "r"}, {ID: "x", File: []byte("x"), Reason: "r"},
		{ID: "x", File: []byte("x"), By: "b"}, {ID: "x", File: make([]byte, maxFramework+1), By: "b", Reason: "r"},
	} {
		if _, err := s.PublishFramework(f); !errors.Is(err, family.ErrInvalid) {
			t.Errorf("framework %q by %q: got %v, want ErrInvalid", f.ID, f.By, err)
		}
	}
	if s.Seq() != before {
		t.Error("what was refused is in the journal")
	}
	for _, id := range []string{plain.ID, "", "E", "E0", "E99", "E01", strings.ToLower(claim.ID), claim.ID[1:]} {
		if _, err := s.CaseSnapshot(id); !errors.Is(err, family.ErrNotFound) {
			t.Errorf("snapshot of %q: got %v, want ErrNotFound", id, err)
		}
	}
	if got := caseEvents(t, s, 0); len(got) != 2 || len(s.Frameworks(0)) != 0 {
		t.Errorf("%d events and %d frameworks", len(got), len(s.Frameworks(0)))
	}
	enough := errors.New("enough")
	n := 0
	if err := s.CaseEvents(0, func(family.CaseEvent) error { n++; return enough }); !errors.Is(err, enough) || n != 1 {
		t.Errorf("ended by the caller: %v after %d", err, n)
	}
}

// TestCaseworkFailedSync: an event that is not on disk, for want of space or by
// a failed sync, shows nowhere.
func TestCaseworkFailedSync(t *testing.T) {
	disk := &brokenDisk{}
	with := roomy()
	with.disk, with.segmentBytes = disk, 4096
	dir := t.TempDir()
	s, err := open(Options{Dir: dir}, with)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	evidence := make([]byte, 10_000) // a segment of its own
	for i := range evidence {
		evidence[i] = byte(i * i >> 3)
	}
	disk.full.Store(true)
	if _, err := s.AppendCaseEvent(claimEvent(0, string(evidence))); !errors.Is(err, family.ErrFull) {
		t.Errorf("a full disk: %v", err)
	}
	disk.full.Store(false)
	if e := mustAppend(t, s, testEvent(1)); e.ID != "E1" {
		t.Errorf("with space again: %s", e.ID)
	}
	disk.broken.Store(true)
	if _, err := s.AppendCaseEvent(claimEvent(2, "evidence")); err == nil {
		t.Error("an event that is not on disk was acknowledged")
	}
	if _, err := s.PublishFramework(family.PublishedFramework{ID: "x", File: []byte("x"), By: "b", Reason: "r"}); err == nil {
		t.Error("a framework that is not on disk was acknowledged")
	}
	if got := caseEvents(t, s, 0); len(got) != 1 || len(s.Frameworks(0)) != 0 {
		t.Errorf("%d events and %d frameworks show", len(got), len(s.Frameworks(0)))
	}
}

// TestCaseworkCut damages the journal within a claim: before its end it is
// refused, as its last frame, never acknowledged, it is cut off.
func TestCaseworkCut(t *testing.T) {
	base := t.TempDir()
	s := mustOpen(t, base)
	var head []byte // as of before the third is acknowledged
	for n := range 3 {
		mustAppend(t, s, claimEvent(n, strings.Repeat(fmt.Sprint("evidence", n), 100)))
		if n == 1 {
			head, _ = os.ReadFile(filepath.Join(base, journalDir, "HEAD"))
		}
	}
	s.Close()
	segment := filepath.Join(journalDir, fmt.Sprintf("%016d.seg", 1))
	b, err := os.ReadFile(filepath.Join(base, segment))
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(b)
	flipped[len(b)/2] ^= 1
	for name, damaged := range map[string][]byte{"flipped": flipped, "cut": b[:len(b)-40]} {
		dir := filepath.Join(t.TempDir(), "c")
		if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, segment), damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := open(Options{Dir: dir}, roomy()); !errors.Is(err, family.ErrCorrupt) {
			t.Errorf("%s: got %v, want ErrCorrupt", name, err)
		}
	}
	// As a kill leaves it that comes while the third is written.
	if err := os.WriteFile(filepath.Join(base, segment), b[:len(b)-40], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(base, journalDir, "HEAD"), head, 0o600); err != nil {
		t.Fatal(err)
	}
	os.RemoveAll(filepath.Join(base, indexDir))
	s = mustOpen(t, base)
	if got := caseEvents(t, s, 0); len(got) != 2 {
		t.Fatalf("%d events after the cut, want 2", len(got))
	}
	if e := mustAppend(t, s, testEvent(9)); e.ID != "E3" {
		t.Errorf("the place of what was cut off is not taken again: %s", e.ID)
	}
}

// TestCaseworkModel appends at random and from many sides, and reads as at
// random places, over several blocks.
func TestCaseworkModel(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	var mu sync.Mutex
	snapshots := map[string]string{}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for n := range 300 {
				e := testEvent(worker*1000 + n)
				e.Reason = strings.Repeat(fmt.Sprint(worker, n, " "), 40)
				if n%20 == 0 {
					e.Snapshot = []byte(e.Reason)
				}
				got, err := s.AppendCaseEvent(e)
				if err != nil {
					t.Error(err)
					return
				}
				if e.Snapshot != nil {
					mu.Lock()
					snapshots[got.ID] = e.Reason
					mu.Unlock()
				}
				if n%50 > 0 {
					continue
				}
				if err := s.CaseEvents(0, func(family.CaseEvent) error { return nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	all := caseEvents(t, s, 0)
	if len(all) != 1200 || len(s.state.cases.full) < 3 {
		t.Fatalf("%d events in %d blocks", len(all), len(s.state.cases.full))
	}
	for i, e := range all {
		if e.ID != fmt.Sprint("E", i+1) {
			t.Fatalf("event %d is %s", i, e.ID)
		}
	}
	s.Close()
	s = mustOpen(t, dir)
	if diff := cmp.Diff(all, caseEvents(t, s, 0)); diff != "" {
		t.Errorf("after opening again (-want +got):\n%s", diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		seq := rapid.Uint64Range(1, 1300).Draw(t, "seq")
		n := uint64(0)
		if err := s.CaseEvents(seq, func(family.CaseEvent) error { n++; return nil }); err != nil || n != min(seq, 1200) {
			t.Fatalf("as at %d: %d events, %v", seq, n, err)
		}
	})
	for id, want := range snapshots {
		if got, err := s.CaseSnapshot(id); err != nil || string(got) != want {
			t.Fatalf("snapshot of %s: %d bytes, %v", id, len(got), err)
		}
	}
}

// TestCaseworkMemory: 200,000 events, each with the evidence of a claim, take
// less than 100 MiB of memory.
func TestCaseworkMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("200,000 events")
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	st := newState()
	for n := range 200_000 {
		e := claimEvent(n, "evidence")
		e.At, e.SnapshotHash = time.Unix(int64(n), 0), hashOf([]byte(e.Reason))
		e.Reason = strings.Repeat(e.Reason+" of the nomination; ", 8)
		if err := st.caseEvent(encodeCase(&e), journal.Position{Seq: uint64(n) + 1}); err != nil {
			t.Fatal(err)
		}
	}
	used := int64(heap()) - int64(before)
	t.Logf("%d MiB in %d blocks", used>>20, len(st.cases.full))
	if used > 100<<20 {
		t.Errorf("200,000 events take %d MiB", used>>20)
	}
	runtime.KeepAlive(st)
}

// TestJournalOfBefore opens a journal from before there was casework: it says
// what it said, and takes events on.
func TestJournalOfBefore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "c")
	if err := os.CopyFS(dir, os.DirFS("testdata/before-casework")); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, dir)
	want := "[h000000=Fore0 h000001=Newer h000003=Fore3 h000004=Fore4 h000005=Fore5 h000006=Fore6 h000007=Fore7 h000008=Fore8] 1 landlord\n"
	if got := answers(t, s); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	info, ok := s.LastNight()
	if name, model, _ := s.Model(); !ok || info.ID != "N1" || info.Seq != 19 || name != "m1" || string(model) != `{"u":1}` {
		t.Errorf("night %+v with model %s", info, name)
	}
	if got := s.Decisions(0); len(got) != 2 || got[1].Undoes != got[0].ID {
		t.Errorf("decisions %+v", got)
	}
	if got := caseEvents(t, s, 0); len(got) != 0 || len(s.Frameworks(0)) != 0 || s.Seq() != 20 {
		t.Errorf("%d events, place %d", len(got), s.Seq())
	}
	if e := mustAppend(t, s, claimEvent(1, "evidence")); e.ID != "E21" {
		t.Errorf("the first event is %s", e.ID)
	}
}
