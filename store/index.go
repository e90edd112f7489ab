package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"go.uber.org/zap"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

const (
	memTableSize = 16 << 20
	maxValue     = 256 << 10 // of a part of a block; well below the value threshold
)

// applied says how far the index has followed the journal, and how many
// entries it must hold for that.
type applied struct {
	next     journal.Position // the frame to be read next
	seq      uint64           // the last place that is in; may lie within that frame
	rows     [16]uint64       // by feed
	rejected uint64
	audits   uint64
}

func (a *applied) encode(store [16]byte) []byte {
	var e enc
	e.version()
	e.b = append(e.b, store[:]...)
	e.uint(a.next.Segment)
	e.uint(uint64(a.next.Offset))
	e.uint(a.next.Seq)
	e.b = append(e.b, a.next.Chain[:]...)
	e.uint(a.seq)
	for _, n := range a.rows {
		e.uint(n)
	}
	e.uint(a.rejected)
	e.uint(a.audits)
	return e.b
}

func decodeApplied(s string, store [16]byte) (a applied, err error) {
	d := dec{s: s}
	d.version()
	if d.take(16) != string(store[:]) {
		d.fail()
	}
	a.next.Segment, a.next.Offset, a.next.Seq = d.uint(), int64(d.uint()), d.uint()
	copy(a.next.Chain[:], d.take(uint64(len(a.next.Chain))))
	a.seq = d.uint()
	for i := range a.rows {
		a.rows[i] = d.uint()
	}
	a.rejected, a.audits = d.uint(), d.uint()
	return a, d.end()
}

// index is badger, opened with every guard that its known faults call for.
// Whatever goes wrong with it makes it failed; the store then throws it away
// and builds another from the journal.
type index struct {
	db      *badger.DB
	check   *checker
	dir     string
	free    func(dir string) (uint64, error)
	reserve uint64

	// writes is held shared by whoever commits, and alone by DropPrefix, which
	// loses writes that run beside it.
	writes sync.RWMutex

	lastGeneration atomic.Uint32 // number of the last night's results written

	mu      sync.Mutex
	cond    sync.Cond
	seq     uint64 // applied up to here
	refs    int
	failure error // set once
	full    error // set while the applier waits for space
	onFail  func(error)
	stop    bool
	wake    chan struct{} // the journal has more
	hurry   chan struct{} // somebody waits for it, or the index is to stop
	done    chan struct{} // the applier has ended
}

// reserveFree is how many bytes must stay free beside the index: badger dies of
// a full disk. It is many times what badger writes between two checks with the
// sizes above: the memtables' logs, and the tables of one compaction.
const reserveFree = 512 << 20

// indexOptions are badger's options with the guards; reliability of the store
// rests on each of them, and a test holds every one.
func indexOptions(dir string, key []byte, memTable int64, log badger.Logger) badger.Options {
	o := badger.DefaultOptions(dir).
		// Acknowledged means on disk, for the index too: without it a power
		// cut leaves stores that cannot be opened.
		WithSyncWrites(true).
		// A damaged table is reported when it is opened, not read as absent.
		WithChecksumVerificationMode(options.OnTableRead).
		// No value in the value log, whose read errors become empty values.
		WithValueThreshold(min(1<<20, memTable/8)).
		WithValueLogFileSize(16 << 20).
		// One writer, which never reads what it writes.
		WithDetectConflicts(false).
		WithMemTableSize(memTable).
		WithNumMemtables(2).
		WithNumCompactors(2).
		WithBlockCacheSize(16 << 20).
		WithIndexCacheSize(16 << 20).
		WithMetricsEnabled(false).
		WithLogger(log)
	if key != nil {
		o = o.WithEncryptionKey(key)
	}
	return o
}

// indexLog is badger's logger. Every ERROR makes the index failed. Only the
// message's form is kept: its arguments may be keys, and thus personal.
type indexLog struct {
	log *zap.Logger
	mu  sync.Mutex
	ix  *index // nil until open
	err error
}

// Errorf implements badger.Logger: it makes the index failed.
func (l *indexLog) Errorf(form string, args ...any) {
	err := fmt.Errorf("the index reports: %q", clip(form))
	l.log.Warn("index error", zap.String("message", clip(form)))
	l.mu.Lock()
	ix := l.ix
	if l.err == nil {
		l.err = err
	}
	l.mu.Unlock()
	if ix != nil {
		ix.fail(err)
	}
}

// Warningf implements badger.Logger.
func (l *indexLog) Warningf(form string, args ...any) {
	l.log.Debug("index warning", zap.String("message", clip(form)))
}

// Infof implements badger.Logger; what it says is not kept.
func (l *indexLog) Infof(string, ...any) {}

// Debugf implements badger.Logger; what it says is not kept.
func (l *indexLog) Debugf(string, ...any) {}

// clip keeps a message short; badger's own have no personal value in the form.
func clip(form string) string { return strings.TrimSpace(form[:min(len(form), 120)]) }

// openIndex opens badger in dir. A nil error means that badger found nothing
// amiss; it may still lack data, which verify finds.
func (s *Store) openIndex() (ix *index, err error) {
	dir := filepath.Join(s.opt.Dir, indexDir)
	if err := s.enoughSpace(s.opt.Dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			ix, err = nil, fmt.Errorf("opening the index failed: %w", errIndex)
		}
	}()
	log := &indexLog{log: s.opt.Log}
	o := indexOptions(dir, subkey(s.opt.Key, s.id[:], "hearth index"), s.memTable, log)
	if err := tryTables(o); err != nil {
		return nil, fmt.Errorf("%w: %w", errIndex, err)
	}
	db, err := openBadger(o)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errIndex, err)
	}
	ix = &index{db: db, dir: dir, check: s.check, free: s.free, reserve: s.reserve,
		onFail: s.indexFailed, wake: make(chan struct{}, 1),
		hurry: make(chan struct{}, 1), done: make(chan struct{})}
	ix.cond.L = &ix.mu
	log.mu.Lock()
	log.ix, err = ix, log.err
	log.mu.Unlock()
	if err != nil {
		return nil, errors.Join(errIndex, err, ix.closeDB())
	}
	return ix, nil
}

// openBadger opens badger, once more if a kill left one of its files empty:
// the first Open then fails with "Create a new file" and removes the cause.
func openBadger(o badger.Options) (*badger.DB, error) {
	db, err := badger.Open(o)
	if err != nil && strings.Contains(err.Error(), "Create a new file") {
		db, err = badger.Open(o)
	}
	return db, err
}

// errIndex marks what rebuilding the index puts right.
var errIndex = errors.New("the index is damaged")

// enoughSpace refuses to go on where a commit might meet a full disk, which
// kills the process: badger writes to mapped memory.
func (s *Store) enoughSpace(dir string) error {
	return spaceCheck(s.free, dir, s.reserve)
}

func spaceCheck(free func(string) (uint64, error), dir string, reserve uint64) error {
	n, err := free(dir)
	if err != nil {
		return err
	}
	if n < reserve {
		return fmt.Errorf("only %d MiB are free at %s and hearth keeps %d MiB in reserve; free some space and try again: %w",
			n>>20, dir, reserve>>20, family.ErrFull)
	}
	return nil
}

// fail makes the index failed and tells the store, once.
func (ix *index) fail(err error) {
	ix.mu.Lock()
	first := ix.failure == nil && !ix.stop
	if first {
		ix.failure = err
	}
	ix.cond.Broadcast()
	ix.mu.Unlock()
	if first && ix.onFail != nil {
		ix.onFail(err)
	}
}

// noted passes an error on; one that shows the index to be damaged also makes
// it failed.
func (ix *index) noted(err error) error {
	if errors.Is(err, errCheck) || errors.Is(err, errCodec) || errors.Is(err, errIndex) {
		ix.fail(err)
		return fmt.Errorf("the index was found damaged and is being rebuilt from the journal, where nothing is lost; try again shortly (%w): %w", err, family.ErrState)
	}
	return err
}

// wait blocks until the index holds everything up to the place seq.
func (ix *index) wait(seq uint64) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for ix.seq < seq {
		switch {
		case ix.failure != nil || ix.stop:
			return errRebuilding
		case ix.full != nil:
			if err := spaceCheck(ix.free, ix.dir, ix.reserve); err != nil {
				return err
			}
		}
		poke(ix.wake)
		poke(ix.hurry)
		ix.cond.Wait()
	}
	return nil
}

// poke leaves word on a channel of length 1.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// get reads one value and its check within txn; errNotFound if there is none.
func (ix *index) get(txn *badger.Txn, key []byte) ([]byte, error) {
	item, err := txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, errNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errIndex, err)
	}
	return ix.value(item)
}

// value copies an item's value out and checks it.
func (ix *index) value(item *badger.Item) ([]byte, error) {
	stored, err := item.ValueCopy(nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errIndex, err)
	}
	return ix.check.open(item.Key(), stored)
}

// applied reads how far the index has come; the zero value for a new one.
func (ix *index) applied(txn *badger.Txn, store [16]byte) (applied, error) {
	b, err := ix.get(txn, appliedKey)
	if errors.Is(err, errNotFound) {
		return applied{next: journal.Position{Seq: 1}}, nil
	}
	if err != nil {
		return applied{}, err
	}
	return decodeApplied(string(b), store)
}

// verify counts what the index holds against what it must hold, checks the
// length of every value, and has claim called for each row version with the
// number of its delivery, the versions of one row together.
func (ix *index) verify(a *applied, claim func(feed family.Feed, id []byte, seq, number uint64) error) error {
	txn := ix.db.NewTransaction(false)
	defer txn.Discard()
	for f, want := range a.rows {
		n, err := ix.countRows(txn, family.Feed(f), claim)
		if err != nil {
			return err
		}
		if n != want {
			return fmt.Errorf("%w: it holds %d rows of feed %d, not %d", errIndex, n, f, want)
		}
	}
	for _, c := range []struct {
		prefix byte
		want   uint64
	}{{keyRejected, a.rejected}, {keyAudit, a.audits}} {
		n := uint64(0)
		err := ix.each(txn, []byte{c.prefix}, nil, func(*badger.Item) error { n++; return nil })
		if err == nil && n != c.want {
			err = fmt.Errorf("%w: it holds %d entries of kind %c, not %d", errIndex, n, c.prefix, c.want)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (ix *index) countRows(txn *badger.Txn, feed family.Feed, claim func(family.Feed, []byte, uint64, uint64) error) (n uint64, err error) {
	err = ix.each(txn, []byte{keyRow, byte(feed)}, nil, func(item *badger.Item) error {
		n++
		return item.Value(func(v []byte) error {
			key := item.Key()
			id, ok := rowKeyID(key)
			if !ok || len(v) < 2+ix.check.size() {
				return errCheck
			}
			number, k := binary.Uvarint(v[1:])
			if k <= 0 {
				return errCheck
			}
			_, seq := rowTailOf(key[len(key)-rowTail:])
			return claim(feed, id, seq, number)
		})
	})
	return n, err
}

// each visits the keys with a prefix in order, from the key from if not nil.
func (ix *index) each(txn *badger.Txn, prefix, from []byte, visit func(*badger.Item) error) (err error) {
	o := badger.DefaultIteratorOptions
	o.PrefetchValues = false // values stand beside their keys
	o.Prefix = prefix
	it := txn.NewIterator(o)
	defer it.Close()
	if from == nil {
		from = prefix
	}
	for it.Seek(from); it.Valid(); it.Next() {
		if err := visit(it.Item()); err != nil {
			return err
		}
	}
	return nil
}

// dropGenerations removes every night's results but those of keep.
func (ix *index) dropGenerations(keep uint32) error {
	stale := map[uint32]bool{}
	txn := ix.db.NewTransaction(false)
	from := []byte{keyNight}
	for from != nil {
		next := []byte(nil)
		err := ix.each(txn, []byte{keyNight}, from, func(item *badger.Item) error {
			key := item.Key()
			if len(key) < 5 {
				return errCheck
			}
			g := binary.BigEndian.Uint32(key[1:])
			if g != keep {
				stale[g] = true
			}
			next = generationPrefix(g + 1)
			return errEnough
		})
		if err != nil && !errors.Is(err, errEnough) {
			txn.Discard()
			return err
		}
		if bytes.Compare(next, from) <= 0 {
			next = nil
		}
		from = next
	}
	txn.Discard()
	for g := range stale {
		if err := ix.drop(g); err != nil {
			return err
		}
	}
	return nil
}

// errEnough ends an iteration early.
var errEnough = errors.New("enough")

// drop removes one night's results from the disk, not only from view.
func (ix *index) drop(generation uint32) error {
	ix.writes.Lock()
	defer ix.writes.Unlock()
	if err := ix.db.DropPrefix(generationPrefix(generation)); err != nil {
		return fmt.Errorf("%w: %w", errIndex, err)
	}
	return nil
}

// closeDeadline is how long badger may take to close: it loops for ever if its
// directory has vanished.
const closeDeadline = time.Minute

func (ix *index) closeDB() error {
	ended := make(chan error, 1)
	go func() { ended <- ix.db.Close() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(closeDeadline):
		return fmt.Errorf("the index did not close within %v; the journal is safe and the index will be rebuilt if need be", closeDeadline)
	}
}
