package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

const (
	// txnEntries is how many entries share a commit and its sync, which costs
	// as much as adding a thousand entries.
	txnEntries = 8000
	// inFlight is how many commits may be under way.
	inFlight = 4
	// lag is how long entries may wait for company while nobody asks for them
	// and more come, each within quiet of the one before: the index's syncs
	// hold up the journal's on the same disk.
	lag   = 2 * time.Second
	quiet = 50 * time.Millisecond
)

// errRebuilding is a read's answer while the index is being rebuilt.
var errRebuilding = fmt.Errorf("the index is being rebuilt from the journal; try again shortly: %w", family.ErrState)

// applier follows the journal and brings its rows, rejections and audit
// entries into the index, in order.
type applier struct {
	ix      *index
	store   *Store
	reader  *journal.Reader
	at      applied
	txn     *badger.Txn
	entries int
	bytes   int    // of keys and values
	most    int    // bytes that end a transaction; badger takes twice as many
	arena   []byte // memory for the transaction's rows
	body    []byte
	pending []pending
}

// pending is a commit under way, up to the place seq.
type pending struct {
	seq  uint64
	done chan error
}

func (s *Store) newApplier(ix *index, at applied) (*applier, error) {
	r, err := s.journal.NewReader(at.next)
	if err != nil {
		return nil, err
	}
	return &applier{ix: ix, store: s, reader: r, at: at, most: int(s.memTable / 16)}, nil
}

// run applies what comes until the index stops or fails.
func (a *applier) run() {
	defer close(a.ix.done)
	defer func() { a.reader.Close() }()
	for range a.ix.wake {
		a.gather()
		err := a.catchUp()
		for errors.Is(err, family.ErrFull) && a.pause(err) {
			err = a.catchUp()
		}
		a.ix.mu.Lock()
		stop := a.ix.stop || a.ix.failure != nil
		a.ix.mu.Unlock()
		if stop {
			return
		}
		if err != nil {
			a.ix.fail(err)
			return
		}
	}
}

// gather lets more come before the next commits: until somebody waits for
// them, until the journal has been quiet for a moment, or for lag at most.
func (a *applier) gather() {
	enough, pause := time.NewTimer(lag), time.NewTimer(quiet)
	defer enough.Stop()
	defer pause.Stop()
	for {
		select {
		case <-a.ix.wake:
			pause.Reset(quiet)
			continue
		case <-pause.C:
		case <-enough.C:
		case <-a.ix.hurry:
		}
		return
	}
}

// pause waits for space: until a reader asks, or a second has passed. It
// returns false if the index is to stop.
func (a *applier) pause(err error) bool {
	ix := a.ix
	ix.mu.Lock()
	ix.full = err
	ix.cond.Broadcast()
	ix.mu.Unlock()
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case <-ix.hurry:
	case <-timer.C:
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.stop || ix.failure != nil {
		return false
	}
	if spaceCheck(ix.free, ix.dir, ix.reserve) == nil {
		ix.full = nil
	}
	return true
}

// catchUp applies everything that the journal has now. After an error it
// stands where the index stands, so that it can be tried again.
func (a *applier) catchUp() error {
	a.ix.writes.RLock()
	defer a.ix.writes.RUnlock()
	err := a.follow()
	if err != nil {
		a.rewind()
		return err
	}
	return a.settle(0)
}

func (a *applier) follow() error {
	for {
		f, err := a.reader.Next()
		if errors.Is(err, io.EOF) {
			return a.commit()
		}
		if err != nil {
			return err
		}
		if err := a.frame(f); err != nil {
			return err
		}
		a.begin()
		a.at.next, a.at.seq = f.End, f.Last()
		a.entries++ // so that frames without rows move the index on as well
		if err := a.commitIfLong(); err != nil {
			return err
		}
	}
}

// begin makes sure that there is a transaction.
func (a *applier) begin() {
	if a.txn == nil {
		a.txn = a.ix.db.NewTransaction(true)
		a.arena = make([]byte, 0, a.most/4)
	}
}

// rewind gives up what is not committed and goes back to where the index
// stands.
func (a *applier) rewind() {
	if a.txn != nil {
		a.txn.Discard()
		a.txn, a.entries, a.bytes = nil, 0, 0
	}
	if a.settle(0) != nil {
		return
	}
	txn := a.ix.db.NewTransaction(false)
	defer txn.Discard()
	at, err := a.ix.applied(txn, a.store.id)
	if err != nil {
		a.ix.fail(err)
		return
	}
	a.reader.Close()
	a.at = at
	if a.reader, err = a.store.journal.NewReader(at.next); err != nil {
		a.ix.fail(err)
	}
}

// frame applies one frame, from the first place that is not in yet.
func (a *applier) frame(f *journal.Frame) error {
	if f.Type != frameRows && f.Type != frameAudit {
		return nil
	}
	b, err := f.Payload()
	if err != nil {
		return err
	}
	if f.Type == frameAudit {
		a.at.audits++
		return a.set(auditKey(f.Seq), b)
	}
	return a.rows(f, b)
}

// rows applies a frame of rows and rejections.
func (a *applier) rows(f *journal.Frame, payload []byte) error {
	h, packed, err := decodeRowsHead(payload)
	if err != nil {
		return err
	}
	if a.body, err = unpack(a.body, packed); err != nil {
		return err
	}
	d, err := a.store.deliveryOf(h.number)
	if err != nil {
		return err
	}
	a.at.next = f.Start
	entry, rest := []byte(nil), a.body
	for i := range h.count {
		if entry, rest, err = nextEntry(rest); err != nil {
			return err
		}
		if seq := f.Seq + uint64(i); seq > a.at.seq {
			if err := a.entry(&h, d, seq, h.first+int64(i), entry); err != nil {
				return err
			}
			a.at.seq = seq
			if err := a.commitIfLong(); err != nil {
				return err
			}
		}
	}
	if len(rest) > 0 || h.count != int(f.Count) {
		return errCodec
	}
	return nil
}

// entry applies one row or rejection.
func (a *applier) entry(h *rowsHead, d *family.Delivery, seq uint64, position int64, entry []byte) error {
	a.begin()
	if len(entry) > 0 && entry[0] == entryRejected {
		r, _, err := decodeRejected(entry)
		if err != nil {
			return err
		}
		var e enc
		e.version()
		encodeRejection(&e, &r)
		a.at.rejected++
		return a.set(rejectedKey(h.number, position), e.b)
	}
	id, _, err := entryID(entry)
	if err != nil {
		return err
	}
	start := len(a.arena)
	a.arena = appendRowTail(appendRowPrefix(a.arena, d.Feed, id), d.AsAt, seq)
	key := a.arena[start:len(a.arena):len(a.arena)]
	start = len(a.arena)
	a.arena = binary.AppendUvarint(append(a.arena, codecVersion), h.number)
	a.arena = append(a.arena, entry...)
	a.arena = a.ix.check.sum(a.arena, key, a.arena[start:])
	a.at.rows[d.Feed]++
	return a.put(key, a.arena[start:len(a.arena):len(a.arena)])
}

// set stores a copy of the value with its check.
func (a *applier) set(key, value []byte) error {
	a.begin()
	value = append(make([]byte, 0, len(value)+a.ix.check.size()), value...)
	return a.put(key, a.ix.check.seal(key, value))
}

func (a *applier) put(key, value []byte) error {
	a.entries++
	a.bytes += len(key) + len(value)
	if err := a.txn.Set(key, value); err != nil {
		return fmt.Errorf("%w: %w", errIndex, err)
	}
	return nil
}

func (a *applier) commitIfLong() error {
	if a.entries >= txnEntries || a.bytes >= a.most {
		return a.commit()
	}
	return nil
}

// commit sends the transaction off, with how far the index is then.
func (a *applier) commit() error {
	if a.txn == nil {
		return nil
	}
	if err := spaceCheck(a.ix.free, a.ix.dir, a.ix.reserve); err != nil {
		return err
	}
	if err := a.set(appliedKey, a.at.encode(a.store.id)); err != nil {
		return err
	}
	p := pending{a.at.seq, make(chan error, 1)}
	a.txn.CommitWith(func(err error) { p.done <- err })
	a.txn, a.entries, a.bytes = nil, 0, 0
	a.pending = append(a.pending, p)
	return a.settle(inFlight - 1)
}

// settle waits until at most n commits are under way. A failed one leaves it
// unknown what the index holds.
func (a *applier) settle(n int) error {
	for len(a.pending) > n {
		p := a.pending[0]
		a.pending = a.pending[1:]
		if err := <-p.done; err != nil {
			err = fmt.Errorf("%w: a commit failed: %w", errIndex, err)
			a.ix.fail(err)
			return err
		}
		a.ix.mu.Lock()
		a.ix.seq = p.seq
		a.ix.cond.Broadcast()
		a.ix.mu.Unlock()
	}
	return nil
}
