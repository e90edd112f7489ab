package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

// TestIndexDamage deletes, cuts, empties, overwrites and flips bits of each of
// the index's files in turn: the answers stay the same.
func TestIndexDamage(t *testing.T) {
	for _, key := range [][]byte{nil, killKey} {
		base := filepath.Join(t.TempDir(), "base")
		want, night := damageBase(t, base, key)
		var files []string
		filepath.WalkDir(filepath.Join(base, indexDir), func(path string, d fs.DirEntry, err error) error {
			if info, ierr := d.Info(); err == nil && ierr == nil && info.Mode().IsRegular() {
				files = append(files, path)
			}
			return nil
		})
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		for _, file := range files {
			for _, kind := range []string{"delete", "empty", "cut", "zero", "flip", "flip"} {
				dir := filepath.Join(t.TempDir(), "copy")
				if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
					t.Fatal(err)
				}
				rel, _ := filepath.Rel(base, file)
				what := fmt.Sprintf("%s %s", kind, rel)
				if !damage(t, filepath.Join(dir, rel), kind, random) {
					continue
				}
				checkDamaged(t, dir, key, what, want, night)
				os.RemoveAll(dir)
			}
		}
		os.RemoveAll(filepath.Join(base, indexDir))
		checkDamaged(t, base, key, "the whole index deleted", want, night)
	}
}

// damageBase makes a store with rows in several states, left as after a kill.
func damageBase(t *testing.T, dir string, key []byte) (want string, n *Night) {
	live := filepath.Join(t.TempDir(), "live")
	s, err := open(Options{Dir: live, Key: key}, roomy())
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, s, testDelivery("d1", day), councilRows(300)...)
	s.viewAtNow(t)
	n = makeNight(t, s)
	if err := s.PublishNight(n); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // so that there are tables
		t.Fatal(err)
	}
	if s, err = open(Options{Dir: live, Key: key}, roomy()); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	deliver(t, s, testDelivery("d2", day+1), testRow("h000001", "Newer"), withdrawal("h000002"))
	s.Audit(family.AuditEntry{Actor: "x", Method: "y"})
	want = answers(t, s)
	if err := os.CopyFS(dir, os.DirFS(live)); err != nil { // a kill's view
		t.Fatal(err)
	}
	return want, n
}

// answers is everything that the rows say, as text.
func answers(t *testing.T, s *Store) string {
	t.Helper()
	audit, _, err := s.AuditEntries(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	owner, _ := s.Owner(family.RowRef{Feed: family.Housing, ID: "h000002"})
	return fmt.Sprintln(live(t, s, 0), len(audit), owner)
}

func damage(t *testing.T, path, kind string, random *rand.Rand) bool {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	used := len(bytes.TrimRight(b, "\x00"))
	switch kind {
	case "delete":
		err = os.Remove(path)
	case "empty":
		err = os.Truncate(path, 0)
	case "cut":
		err = os.Truncate(path, int64(used/2))
	case "zero":
		err = os.WriteFile(path, make([]byte, len(b)), 0o600)
	case "flip":
		if used == 0 {
			return false
		}
		b[random.IntN(used)] ^= 1 << random.IntN(8)
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return true
}

func checkDamaged(t *testing.T, dir string, key []byte, what, want string, n *Night) {
	t.Helper()
	s, err := open(Options{Dir: dir, Key: key}, roomy())
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	defer s.Close()
	if got := answers(t, s); got != want {
		t.Errorf("%s: the answers differ", what)
	}
	if s.NightMissing() {
		if err := s.RestoreNight(n); err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
	}
	if _, err := s.Household(n.Households[3].ID); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// TestIndexFailsWhileOpen has badger report an error while the store serves:
// the index is rebuilt, and nothing is lost.
func TestIndexFailsWhileOpen(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	deliver(t, s, testDelivery("d1", day), councilRows(50)...)
	want := answers(t, s)
	n := makeNight(t, s)
	if err := s.PublishNight(n); err != nil {
		t.Fatal(err)
	}
	for range maxRebuilds {
		ix, err := s.use()
		if err != nil {
			t.Fatal(err)
		}
		ix.release()
		ix.db.Opts().Logger.Errorf("Failure while flushing memtable to disk: %v", "x")
		if _, err := s.use(); !errors.Is(err, family.ErrState) {
			t.Errorf("while it is being rebuilt: %v", err)
		}
		s.tasks.Wait()
		if got := answers(t, s); got != want {
			t.Error("the answers differ after the rebuild")
		}
		if !s.NightMissing() {
			t.Error("the night is not missing")
		}
		if err := s.RestoreNight(n); err != nil {
			t.Fatal(err)
		}
	}
	ix, err := s.use()
	if err != nil {
		t.Fatal(err)
	}
	ix.release()
	ix.fail(errIndex)
	s.tasks.Wait()
	if err := s.LiveRows(0, family.Housing, func(*family.Row) error { return nil }); !errors.Is(err, family.ErrCorrupt) {
		t.Errorf("after too many failures: %v", err)
	}
	if _, err := s.OpenDelivery(testDelivery("d2", day)); err != nil {
		t.Errorf("the journal still takes deliveries: %v", err)
	}
}

// TestJournalLostItsEnd takes acknowledged frames and HEAD away; the index
// knows better.
func TestJournalLostItsEnd(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	deliver(t, s, testDelivery("d1", day), councilRows(10)...)
	s.Close()
	s = mustOpen(t, dir) // a second segment
	deliver(t, s, testDelivery("d2", day), councilRows(10)...)
	answers(t, s)
	s.Close()
	os.Remove(filepath.Join(dir, journalDir, "HEAD"))
	os.Remove(filepath.Join(dir, journalDir, fmt.Sprintf("%016d.seg", 2)))
	if _, err := open(Options{Dir: dir}, roomy()); !errors.Is(err, family.ErrCorrupt) {
		t.Errorf("got %v, want ErrCorrupt", err)
	}
	s, err := open(Options{Dir: dir, RebuildIndex: true}, roomy())
	if err != nil {
		t.Fatalf("accepting the loss: %v", err)
	}
	s.Close()
}

// TestRefusedBeforeWriting opens what must not be opened: each has its own
// sentence, and no byte of the directory changes.
func TestRefusedBeforeWriting(t *testing.T) {
	key, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	sealed, plain := filepath.Join(t.TempDir(), "s"), filepath.Join(t.TempDir(), "p")
	for dir, k := range map[string][]byte{sealed: key, plain: nil} {
		s, err := open(Options{Dir: dir, Key: k}, roomy())
		if err != nil {
			t.Fatal(err)
		}
		deliver(t, s, testDelivery("d1", day), testRow("a", "Ann"))
		if s.Sealed() != (k != nil) {
			t.Errorf("sealed: %t", s.Sealed())
		}
		s.Close()
	}
	change := func(edit func(dir string)) string {
		dir := filepath.Join(t.TempDir(), "c")
		if err := os.CopyFS(dir, os.DirFS(plain)); err != nil {
			t.Fatal(err)
		}
		edit(dir)
		return dir
	}
	marker := func(old, text string) func(string) {
		return func(dir string) {
			b, _ := os.ReadFile(filepath.Join(dir, markerFile))
			os.WriteFile(filepath.Join(dir, markerFile), bytes.Replace(b, []byte(old), []byte(text), 1), 0o600)
		}
	}
	for _, tc := range []struct {
		name, dir string
		key       []byte
		want      error
		says      string
	}{
		{"wrong key", sealed, other, family.ErrDenied, "not the key"},
		{"missing key", sealed, nil, family.ErrDenied, "give the key file"},
		{"key too many", plain, key, family.ErrState, "not sealed"},
		{"short key", plain, key[:5], family.ErrInvalid, "32 bytes"},
		{"not a store", change(func(d string) { os.Remove(filepath.Join(d, markerFile)); os.RemoveAll(filepath.Join(d, journalDir)) }), nil, family.ErrState, "not a hearth data directory"},
		{"marker lost", change(func(d string) { os.Remove(filepath.Join(d, markerFile)) }), nil, family.ErrCorrupt, "HEARTH is missing"},
		{"marker damaged", change(marker("sealed no", "sealed nO")), nil, family.ErrCorrupt, "damaged"},
		{"marker of another store", change(marker("store ", "store 0")), nil, family.ErrCorrupt, "damaged"},
		{"newer format", change(func(d string) {
			os.WriteFile(filepath.Join(d, markerFile), newerMarker(), 0o600)
		}), nil, family.ErrState, "newer hearth"},
	} {
		before := contents(t, tc.dir)
		_, err := open(Options{Dir: tc.dir, Key: tc.key}, roomy())
		if !errors.Is(err, tc.want) || !strings.Contains(fmt.Sprint(err), tc.says) {
			t.Errorf("%s: got %v, want %v", tc.name, err, tc.want)
		}
		if contents(t, tc.dir) != before {
			t.Errorf("%s: the directory has changed", tc.name)
		}
	}
	s := mustOpen(t, plain)
	if _, err := open(Options{Dir: plain}, roomy()); !errors.Is(err, family.ErrState) || !strings.Contains(err.Error(), "another hearth") {
		t.Errorf("locked: %v", err)
	}
	if got := fmt.Sprint(live(t, s, 0)); got != "[a=Ann]" {
		t.Errorf("after all: %s", got)
	}
}

func newerMarker() []byte {
	m := marker{}
	b := bytes.Replace(m.encode(nil), []byte("format 1"), []byte("format 2"), 1)
	text := b[:bytes.LastIndex(b, []byte("check "))]
	return fmt.Appendf(nil, "%scheck %08x\n", text, crcOf(text))
}

// contents is every file of a directory with its bytes.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var out strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			b, err := os.ReadFile(path)
			fmt.Fprintf(&out, "%s %d %x\n", path, len(b), crcOf(b))
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestFullDisk has little space left: rows are refused before anything is
// written, reads are served, and all goes on once there is space.
func TestFullDisk(t *testing.T) {
	var free atomic.Uint64
	free.Store(10 << 20)
	with := roomy()
	with.free = func(string) (uint64, error) { return free.Load(), nil }
	dir := t.TempDir()
	s, err := open(Options{Dir: dir}, with)
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, s, testDelivery("d1", day), testRow("a", "Ann"))
	want := answers(t, s)
	n := makeNight(t, s)
	info, err := s.OpenDelivery(testDelivery("d2", day))
	if err != nil {
		t.Fatal(err)
	}
	free.Store(1000)
	entries := []family.DeliveryEntry{{Position: 1, Row: testRow("b", "Bob")}}
	if _, err := s.AppendRows(info.Number, entries); !errors.Is(err, family.ErrFull) {
		t.Errorf("rows: %v", err)
	}
	if err := s.PublishNight(n); !errors.Is(err, family.ErrFull) {
		t.Errorf("a night: %v", err)
	}
	if _, ok := s.LastNight(); ok {
		t.Error("a night was published")
	}
	if err := s.Audit(family.AuditEntry{Actor: "x"}); err != nil {
		t.Errorf("the journal has its space: %v", err)
	}
	if _, _, err := s.AuditEntries(0, 0); !errors.Is(err, family.ErrFull) {
		t.Errorf("a read of what cannot be indexed: %v", err)
	}
	if _, err := s.LiveRow(2, family.RowRef{Feed: family.Housing, ID: "a"}); errors.Is(err, family.ErrFull) {
		t.Errorf("a read of what is indexed: %v", err)
	}
	free.Store(10 << 20)
	if _, err := s.AppendRows(info.Number, entries); err != nil {
		t.Errorf("rows again: %v", err)
	}
	if err := s.PublishNight(n); err != nil {
		t.Errorf("a night again: %v", err)
	}
	if entries, _, err := s.AuditEntries(0, 0); err != nil || len(entries) != 1 {
		t.Errorf("audit again: %v %v", entries, err)
	}
	s.Close()
	free.Store(1000)
	if _, err := open(Options{Dir: dir}, with); !errors.Is(err, family.ErrFull) {
		t.Errorf("opening: %v", err)
	}
	free.Store(10 << 20)
	s, err = open(Options{Dir: dir}, with)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := answers(t, s); strings.Split(got, "]")[0] != strings.Split(want, "]")[0] {
		t.Errorf("got %s, want %s", got, want)
	}
}

// brokenDisk fails every sync, or has no space, once told to.
type brokenDisk struct{ broken, full atomic.Bool }

type brokenFile struct {
	*os.File
	disk *brokenDisk
}

func (d *brokenDisk) Create(path string, size int64) (journal.File, error) {
	if d.full.Load() {
		return nil, syscall.ENOSPC
	}
	f, err := os.Create(path)
	return &brokenFile{f, d}, err
}

func (d *brokenDisk) SyncDir(string) error { return nil }

func (f *brokenFile) Sync() error {
	if f.disk.broken.Load() {
		return syscall.EIO
	}
	return nil
}

// TestFailedSync: after the disk fails to keep a write, every write says so,
// nothing that failed shows, and reads go on.
func TestFailedSync(t *testing.T) {
	disk := &brokenDisk{}
	with := roomy()
	with.disk = disk
	s, err := open(Options{Dir: t.TempDir()}, with)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	deliver(t, s, testDelivery("d1", day), testRow("a", "Ann"))
	info := send(t, s, testDelivery("d2", day), testRow("b", "Bob"))
	disk.broken.Store(true)
	row := family.DeliveryEntry{Position: 2, Row: testRow("c", "Cy")}
	first, err := s.AppendRows(info.Number, []family.DeliveryEntry{row})
	if !errors.Is(err, syscall.EIO) || first.Acknowledged != 1 {
		t.Fatalf("got %d, %v", first.Acknowledged, err)
	}
	disk.broken.Store(false)
	if _, err := s.AppendRows(info.Number, []family.DeliveryEntry{row}); !errors.Is(err, syscall.EIO) {
		t.Errorf("rows: %v", err)
	}
	if err := s.Audit(family.AuditEntry{Actor: "x"}); !errors.Is(err, syscall.EIO) {
		t.Errorf("audit: %v", err)
	}
	if _, err := s.SealDelivery(info.Number, family.DeliveryAccepted, nil); !errors.Is(err, syscall.EIO) {
		t.Errorf("seal: %v", err)
	}
	if got, want := fmt.Sprint(live(t, s, 0)), "[a=Ann]"; got != want {
		t.Errorf("live rows: got %s, want %s", got, want)
	}
}

// TestFailedAppendIsNotCounted: what a failed append had counted does not
// show once the same rows have been sent again.
func TestFailedAppendIsNotCounted(t *testing.T) {
	disk := &brokenDisk{}
	with := roomy()
	with.disk, with.segmentBytes = disk, 4096
	s, err := open(Options{Dir: t.TempDir()}, with)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	info := send(t, s, testDelivery("d1", day), testRow("a", "Ann"))
	entry := func(p int64, id string) family.DeliveryEntry {
		return family.DeliveryEntry{Position: p, Row: testRow(id, "Same")}
	}
	gap := []family.DeliveryEntry{entry(2, "a"), entry(3, "b"), entry(5, "c")}
	if _, err := s.AppendRows(info.Number, gap); !errors.Is(err, family.ErrInvalid) {
		t.Errorf("a gap: %v", err)
	}
	wrong := []family.DeliveryEntry{entry(2, "b"), {Position: 3, Row: family.NewRow(family.Police, "p", nil)}}
	if _, err := s.AppendRows(info.Number, wrong); !errors.Is(err, family.ErrInvalid) {
		t.Errorf("another feed's row: %v", err)
	}
	var many []family.DeliveryEntry
	for p := int64(2); p < 200; p++ {
		many = append(many, entry(p, fmt.Sprintf("r%d%x%x%x", p, rand.Uint64(), rand.Uint64(), rand.Uint64())))
	}
	disk.full.Store(true)
	if _, err := s.AppendRows(info.Number, many); !errors.Is(err, family.ErrFull) {
		t.Errorf("a full disk: %v", err)
	}
	disk.full.Store(false)
	if _, err := s.AppendRows(info.Number, many); err != nil {
		t.Fatal(err)
	}
	info, err = s.SealDelivery(info.Number, family.DeliveryAccepted, nil)
	if want := (family.Account{Rows: 199, Accepted: 199}); err != nil || info.Account != want {
		t.Errorf("got %+v, %v; want %+v", info.Account, err, want)
	}
}

// TestRowMissingFromIndex takes a row out of the index behind the store's
// back: the next reading notices, and the rebuilt index has it.
func TestRowMissingFromIndex(t *testing.T) {
	for _, how := range []string{"missing", "moved", "changed"} {
		s := mustOpen(t, t.TempDir())
		deliver(t, s, testDelivery("d1", day), testRow("a", "Ann"), testRow("b", "Bob"))
		want := answers(t, s)
		err := s.index.db.Update(func(txn *badger.Txn) error {
			a := appendRowTail(rowPrefix(family.RowRef{Feed: family.Housing, ID: "a"}), day, 2)
			b := appendRowTail(rowPrefix(family.RowRef{Feed: family.Housing, ID: "b"}), day, 3)
			item, err := txn.Get(a)
			if err != nil {
				return err
			}
			v, _ := item.ValueCopy(nil)
			switch how {
			case "missing":
				return txn.Delete(b)
			case "changed":
				v[len(v)-8] ^= 1
				return txn.Set(a, v)
			}
			return txn.Set(b, v)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.LiveRows(0, family.Housing, func(*family.Row) error { return nil })
		if !errors.Is(err, family.ErrState) || !strings.Contains(err.Error(), "rebuilt") {
			t.Errorf("%s: %v", how, err)
		}
		s.tasks.Wait()
		if got := answers(t, s); got != want {
			t.Errorf("%s: got %s, want %s", how, got, want)
		}
	}
}

// TestEmptyMemFile leaves what a kill at the wrong moment leaves: badger's
// first Open fails and the second works, so that nothing need be rebuilt.
func TestEmptyMemFile(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	deliver(t, s, testDelivery("d1", day), councilRows(9)...)
	if err := s.PublishNight(makeNight(t, s)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := os.WriteFile(filepath.Join(dir, indexDir, "00099.mem"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s = mustOpen(t, dir); s.NightMissing() {
		t.Error("the index was rebuilt")
	}
}

// TestCrashWhileOpening: an opening of the index that ended the process is
// not tried again on the same index.
func TestCrashWhileOpening(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	deliver(t, s, testDelivery("d1", day), councilRows(9)...)
	want := answers(t, s)
	if err := s.PublishNight(makeNight(t, s)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := os.WriteFile(filepath.Join(dir, openingFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if s = mustOpen(t, dir); !s.NightMissing() || answers(t, s) != want {
		t.Error("the index was not rebuilt, or the answers differ")
	}
	s.Close()
	if s = mustOpen(t, dir); answers(t, s) != want {
		t.Error("the answers differ")
	}
}
