package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

// Options say where a store lives and how it is sealed.
type Options struct {
	Dir          string           // made if there is none
	Key          []byte           // nil, or 32 bytes: everything on disk is sealed
	Log          *zap.Logger      // nil: nothing is logged
	Now          func() time.Time // nil: the machine's clock
	RebuildIndex bool             // throw the index away and build it anew from the journal
}

// Store is an open data directory. Its methods may be called concurrently.
type Store struct {
	opt     Options
	id      [16]byte
	check   *checker
	lock    *os.File
	journal *journal.Journal
	state   *state

	// Seams for tests of faults.
	free     func(dir string) (uint64, error)
	reserve  uint64
	disk     journal.Disk
	memTable int64

	opening sync.Mutex // held while a delivery is opened
	decide  sync.Mutex // held while a decision is made
	nightly sync.Mutex // held while a night is published

	mu       sync.Mutex
	seq      uint64 // last journal place that state has
	index    *index // nil while it is being rebuilt
	idle     sync.Cond
	results  *generation // the published night; nil if there is none or it is missing
	rebuilds int
	broken   error // the index cannot be rebuilt
	closed   bool
	tasks    sync.WaitGroup
}

// Open opens the store at opt.Dir, making it if there is none, and returns
// when its index holds all that the journal has. It reads and checks the whole
// journal.
//
// A directory that another process has open, that is no store, that a newer
// hearth wrote, or that is not sealed though a key is given is ErrState; a
// wrong or missing key ErrDenied; both before anything is written. Damage to
// the journal is ErrCorrupt; a damaged or missing index is rebuilt. Too little
// free space is ErrFull.
func Open(opt Options) (*Store, error) {
	return open(opt, seams{})
}

// seams are what tests of faults put in place of the machine's.
type seams struct {
	free         func(dir string) (uint64, error)
	reserve      uint64
	disk         journal.Disk
	segmentBytes int64
	memTable     int64
}

func open(opt Options, with seams) (*Store, error) {
	if opt.Key != nil && len(opt.Key) != 32 {
		return nil, fmt.Errorf("a store's key has 32 bytes, this one has %d: %w", len(opt.Key), family.ErrInvalid)
	}
	if opt.Log == nil {
		opt.Log = zap.NewNop()
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	s := &Store{opt: opt, state: newState(), free: with.free, reserve: with.reserve, disk: with.disk}
	s.idle.L = &s.mu
	if s.free == nil {
		s.free = freeSpace
	}
	if s.reserve == 0 {
		s.reserve = reserveFree
	}
	if s.memTable = with.memTable; s.memTable == 0 {
		s.memTable = memTableSize
	}
	if err := s.open(with.segmentBytes); err != nil {
		s.abandon()
		return nil, err
	}
	return s, nil
}

func (s *Store) open(segmentBytes int64) error {
	if err := s.claimDirectory(); err != nil {
		return err
	}
	dir := filepath.Join(s.opt.Dir, journalDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := syncDir(s.opt.Dir); err != nil {
		return err
	}
	var err error
	s.journal, err = journal.Open(journal.Options{Dir: dir, Store: s.id, Disk: s.disk, SegmentBytes: segmentBytes,
		Key: subkey(s.opt.Key, s.id[:], "hearth journal")}, s.state.visit)
	if err != nil {
		return err
	}
	s.seq = s.journal.Tail().Seq - 1
	r := s.journal.Recovered()
	if r.CutBytes > 0 {
		s.opt.Log.Info("cut an unfinished write, never acknowledged, off the journal", zap.Int64("bytes", r.CutBytes))
	}
	if r.HeadLost {
		s.opt.Log.Warn("the journal's HEAD was missing or damaged; all that the journal holds was checked and is whole")
	}
	return s.startIndex()
}

// claimDirectory locks the directory and reads or writes its marker.
func (s *Store) claimDirectory() error {
	if _, err := readMarker(s.opt.Dir, s.opt.Key); err != nil {
		return err
	}
	if err := os.MkdirAll(s.opt.Dir, 0o700); err != nil {
		return err
	}
	var err error
	if s.lock, err = lock(filepath.Join(s.opt.Dir, lockFile)); err != nil {
		return err
	}
	m, err := readMarker(s.opt.Dir, s.opt.Key)
	if err != nil {
		return err
	}
	if m == nil {
		if m, err = writeMarker(s.opt.Dir, s.opt.Key); err != nil {
			return err
		}
	}
	s.id = m.store
	s.check = newChecker(subkey(s.opt.Key, s.id[:], "hearth index check"))
	return nil
}

// startIndex opens the index and brings it up to the journal; if anything is
// amiss with it, it is thrown away and built from the journal.
func (s *Store) startIndex() error {
	dir := filepath.Join(s.opt.Dir, indexDir)
	flag := filepath.Join(s.opt.Dir, openingFile)
	_, err := os.Stat(flag)
	anew := s.opt.RebuildIndex || err == nil
	if err == nil {
		s.opt.Log.Warn("the process ended while it opened the index; the index is rebuilt from the journal")
	}
	if !anew {
		err := s.tryIndex(flag)
		if err == nil || !rebuildable(err) {
			return err
		}
		s.opt.Log.Warn("the index is rebuilt from the journal; nothing is lost", zap.Error(err))
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return s.tryIndex(flag)
}

// rebuildable says whether an error of the index is put right by rebuilding.
func rebuildable(err error) bool {
	return errors.Is(err, errIndex) || errors.Is(err, errCheck) || errors.Is(err, errCodec)
}

// tryIndex opens the index once. The file flag stands while badger opens: if
// that ends the process, the next opening knows.
func (s *Store) tryIndex(flag string) error {
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		return err
	}
	ix, err := s.openIndex()
	if rerr := os.Remove(flag); err == nil && rerr != nil {
		err = errors.Join(rerr, ix.closeDB())
	}
	if err != nil {
		return err
	}
	results, err := s.loadIndex(ix)
	if err != nil {
		ix.mu.Lock()
		ix.stop = true
		ix.mu.Unlock()
		return errors.Join(err, ix.closeDB())
	}
	s.mu.Lock()
	s.index, s.results = ix, results
	s.mu.Unlock()
	return nil
}

// loadIndex brings an index up to the journal, verifies it, and starts its
// applier.
func (s *Store) loadIndex(ix *index) (*generation, error) {
	txn := ix.db.NewTransaction(false)
	at, err := ix.applied(txn, s.id)
	txn.Discard()
	if err != nil {
		return nil, err
	}
	if err := s.fits(&at); err != nil {
		return nil, err
	}
	a, err := s.newApplier(ix, at)
	if err != nil {
		return nil, err
	}
	ix.seq = at.seq
	if err := a.catchUp(); err != nil {
		a.reader.Close()
		return nil, err
	}
	if err := s.verifyIndex(ix, &a.at); err != nil {
		a.reader.Close()
		return nil, err
	}
	results, err := s.loadNight(ix)
	if err != nil {
		a.reader.Close()
		return nil, err
	}
	go a.run()
	poke(ix.wake)
	return results, nil
}

// fits checks that the index followed this very journal.
func (s *Store) fits(at *applied) error {
	tail := s.journal.Tail()
	if at.seq >= tail.Seq {
		return fmt.Errorf("the journal ends at place %d, but place %d was on disk once: its end is lost; bring the journal folder back from a backup, or accept the loss by `hearth rebuild`: %w",
			tail.Seq-1, at.seq, family.ErrCorrupt)
	}
	if at.next == tail || at.next.Segment == 0 && at.seq == 0 {
		return nil
	}
	r, err := s.journal.NewReader(at.next)
	if err != nil {
		return err
	}
	defer r.Close()
	f, err := r.Next()
	if err == nil && at.next.Seq <= at.seq+1 && at.seq < f.Last() {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, family.ErrCorrupt) {
		return fmt.Errorf("%w: it did not follow this journal", errIndex)
	}
	return err
}

// verifyIndex compares the index with its own count of what it holds, and
// learns from it who owns each record.
func (s *Store) verifyIndex(ix *index, at *applied) error {
	owners := newOwners()
	s.state.mu.RLock()
	discarded := make([]bool, len(s.state.deliveries)+1)
	for i, d := range s.state.deliveries {
		discarded[i+1] = d.info.State == family.DeliveryDiscarded
	}
	s.state.mu.RUnlock()
	var key ownerKey
	var first uint64 // place of the owner's version of the row at hand
	err := ix.verify(at, func(feed family.Feed, id []byte, seq, number uint64) error {
		if number == 0 || number >= uint64(len(discarded)) {
			return errCheck
		}
		if discarded[number] {
			return nil
		}
		k := s.state.owners.keyBytes(id)
		if k != key || seq < first {
			key, first = k, seq
			owners.of[feed][k] = uint32(number)
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	opening := s.rebuilds == 0
	s.mu.Unlock()
	if opening {
		s.state.owners.of = owners.of
	}
	return nil
}

// abandon closes what a failed Open had opened.
func (s *Store) abandon() {
	if s.journal != nil {
		s.journal.Close()
	}
	if s.lock != nil {
		s.lock.Close()
	}
}

// Close ends the store once the calls under way have ended. It may be called
// again.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.idle.Broadcast()
	s.mu.Unlock()
	s.tasks.Wait()
	err := s.journal.Close()
	s.mu.Lock()
	ix := s.index
	s.index = nil
	s.mu.Unlock()
	if ix != nil {
		err = errors.Join(err, s.closeIndex(ix))
	}
	return errors.Join(err, s.lock.Close())
}

// closeIndex stops the applier, waits for readers, and closes badger.
func (s *Store) closeIndex(ix *index) error {
	ix.mu.Lock()
	ix.stop = true
	ix.cond.Broadcast()
	ix.mu.Unlock()
	poke(ix.wake)
	poke(ix.hurry)
	<-ix.done
	ix.mu.Lock()
	for ix.refs > 0 {
		ix.cond.Wait()
	}
	ix.mu.Unlock()
	return ix.closeDB()
}

// errClosed is every call's answer after Close.
var errClosed = fmt.Errorf("the store is closed: %w", family.ErrState)

// use returns the index for one call, which releases it at its end.
func (s *Store) use() (*index, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, errClosed
	case s.broken != nil:
		return nil, s.broken
	case s.index == nil:
		return nil, errRebuilding
	}
	s.index.mu.Lock()
	defer s.index.mu.Unlock()
	if s.index.failure != nil {
		return nil, errRebuilding
	}
	s.index.refs++
	return s.index, nil
}

func (ix *index) release() {
	ix.mu.Lock()
	ix.refs--
	if ix.refs == 0 {
		ix.cond.Broadcast()
	}
	ix.mu.Unlock()
}

// maxRebuilds is how often one process rebuilds its index before it concludes
// that the disk or the memory is at fault.
const maxRebuilds = 3

// indexFailed rebuilds the index in the background.
func (s *Store) indexFailed(cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.index == nil {
		return
	}
	ix := s.index
	s.index, s.results = nil, nil
	s.rebuilds++
	if s.rebuilds > maxRebuilds {
		s.broken = fmt.Errorf("the index failed again and again (%w); check the disk and the memory, and start hearth again: %w", cause, family.ErrCorrupt)
	}
	broken := s.broken
	s.opt.Log.Warn("the index failed; it is rebuilt from the journal and nothing is lost", zap.Error(cause))
	s.tasks.Go(func() {
		if err := s.closeIndex(ix); err != nil {
			s.opt.Log.Warn("closing the failed index", zap.Error(err))
		}
		if broken != nil {
			return
		}
		err := os.RemoveAll(ix.dir)
		if err == nil {
			err = s.tryIndex(filepath.Join(s.opt.Dir, openingFile))
		}
		if err != nil {
			s.mu.Lock()
			s.broken = fmt.Errorf("the index could not be rebuilt; start hearth again: %w", err)
			s.mu.Unlock()
		}
	})
}

// Sealed says whether the store is sealed at rest with a key.
func (s *Store) Sealed() bool { return s.opt.Key != nil }

// Seq returns the last place in the journal: what is there has taken effect.
func (s *Store) Seq() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seq
}

// append puts a frame in the journal and, once it is on disk, applies it to
// the state; later frames' appliers run after it.
func (s *Store) append(typ byte, count int, payload []byte, apply func(at journal.Position)) (uint64, error) {
	return s.journal.Append(typ, uint32(count), payload, func(at journal.Position) {
		if apply != nil {
			s.state.mu.Lock()
			apply(at)
			s.state.mu.Unlock()
		}
		s.mu.Lock()
		s.seq = at.Seq + uint64(count) - 1
		ix := s.index
		s.mu.Unlock()
		if ix != nil {
			poke(ix.wake)
		}
	})
}

// deliveryOf returns what was declared of a delivery; it never changes.
func (s *Store) deliveryOf(number uint64) (*family.Delivery, error) {
	d, err := s.state.numbered(number)
	if err != nil {
		return nil, errCodec
	}
	return &d.info.Delivery, nil
}
