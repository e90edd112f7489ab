package store

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

const (
	// maxEvent is the longest that a casework event may be without its snapshot.
	maxEvent = 1 << 20
	// maxSnapshot is the longest snapshot in bytes, before it is packed.
	maxSnapshot = 32 << 20
)

// AppendCaseEvent records a casework event and returns it as CaseEvents does:
// with its ID ("E" and the journal place), the present time where it has none,
// the snapshot's hash, and without the snapshot. It is on disk when it returns.
//
// Whether the event is possible is the caller's to check; here an event without
// a kind or a name, too long, or with a hash that is not its snapshot's is
// ErrInvalid.
func (s *Store) AppendCaseEvent(e family.CaseEvent) (family.CaseEvent, error) {
	if err := sealSnapshot(&e); err != nil {
		return e, err
	}
	if e.At.IsZero() {
		e.At = s.opt.Now()
	}
	e.At = e.At.UTC()
	event := encodeEvent(&e)
	switch {
	case e.Kind.String() == "" || strings.TrimSpace(e.By) == "":
		return e, fmt.Errorf("a casework event needs a kind and who says so: %w", family.ErrInvalid)
	case len(event) > maxEvent || len(e.Snapshot) > maxSnapshot:
		return e, fmt.Errorf("a casework event has at most %d bytes and a snapshot %d; shorten it: %w", maxEvent, maxSnapshot, family.ErrInvalid)
	}
	payload, frozen := encodeCase(&e), len(e.Snapshot) > 0
	e.Snapshot = nil
	_, err := s.append(frameCase, 1, payload, func(at journal.Position) {
		e.ID = caseEventID(at.Seq)
		s.state.cases.add(at, string(event), frozen)
	})
	return e, err
}

// sealSnapshot gives an event its snapshot's hash, or compares the one it has.
func sealSnapshot(e *family.CaseEvent) error {
	if len(e.Snapshot) == 0 {
		if e.SnapshotHash != "" {
			return fmt.Errorf("the event has the hash of a snapshot and no snapshot: %w", family.ErrInvalid)
		}
		return nil
	}
	sum := sha256.Sum256(e.Snapshot)
	hash := hex.EncodeToString(sum[:])
	if cmp.Or(e.SnapshotHash, hash) != hash {
		return fmt.Errorf("the hash is not the snapshot's: %w", family.ErrInvalid)
	}
	e.SnapshotHash = hash
	return nil
}

func caseEventID(seq uint64) string { return "E" + strconv.FormatUint(seq, 10) }

// CaseEvents yields the casework events up to the journal place seq (0 = now),
// the oldest first, without their snapshots. An error of yield ends it and is
// returned. Events may be appended meanwhile; they are not seen.
func (s *Store) CaseEvents(seq uint64, yield func(family.CaseEvent) error) error {
	if seq == 0 {
		seq = math.MaxUint64
	}
	s.state.mu.RLock()
	log := s.state.cases
	s.state.mu.RUnlock()
	return log.each(seq, yield)
}

// CaseSnapshot returns the snapshot that came with an event, read from the
// journal and compared with its hash. ErrNotFound where there is no such event,
// or it has none.
func (s *Store) CaseSnapshot(eventID string) ([]byte, error) {
	at, ok := s.state.snapshotAt(eventID)
	if !ok {
		return nil, fmt.Errorf("no casework event of that id has a snapshot: %w", family.ErrNotFound)
	}
	b, err := s.payloadAt(at)
	if err != nil {
		return nil, err
	}
	event, packed, err := splitCase(b)
	if err != nil {
		return nil, err
	}
	e, err := decodeEvent(event)
	if err != nil {
		return nil, err
	}
	snapshot, err := unpack(nil, []byte(packed))
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(snapshot); hex.EncodeToString(sum[:]) != e.SnapshotHash {
		return nil, fmt.Errorf("the snapshot kept is not the one that was signed: %w", family.ErrCorrupt)
	}
	return snapshot, nil
}

func (st *state) snapshotAt(eventID string) (journal.Position, bool) {
	digits, isEvent := strings.CutPrefix(eventID, "E")
	seq, err := strconv.ParseUint(digits, 10, 64)
	if !isEvent || err != nil || caseEventID(seq) != eventID {
		return journal.Position{}, false
	}
	st.mu.RLock()
	defer st.mu.RUnlock()
	i, ok := slices.BinarySearchFunc(st.cases.snapshots, seq, func(at journal.Position, seq uint64) int {
		return cmp.Compare(at.Seq, seq)
	})
	if !ok {
		return journal.Position{}, false
	}
	return st.cases.snapshots[i], true
}

// caseLog is the casework events in the order of the journal, without their
// snapshots: packed in blocks, since a council's hundred thousands would
// otherwise be most of the service's memory. It only grows, so that a copy of
// it stays as it is while events are added.
type caseLog struct {
	full      [][]byte           // packed
	tail      []byte             // the block being filled
	snapshots []journal.Position // of the events that came with one, in order
}

// caseBlock is the length from which a block is packed.
const caseBlock = 64 << 10

// add takes an encoded event: its place, its length and itself.
func (l *caseLog) add(at journal.Position, event string, frozen bool) {
	l.tail = binary.AppendUvarint(l.tail, at.Seq)
	l.tail = binary.AppendUvarint(l.tail, uint64(len(event)))
	l.tail = append(l.tail, event...)
	if frozen {
		l.snapshots = append(l.snapshots, at)
	}
	if len(l.tail) >= caseBlock {
		l.full = append(l.full, bytes.Clone(pack(l.tail)))
		l.tail = nil
	}
}

// each yields the events up to the place seq.
func (l caseLog) each(seq uint64, yield func(family.CaseEvent) error) error {
	var block []byte
	var err error
	for i := range len(l.full) + 1 {
		b := l.tail
		if i < len(l.full) {
			if block, err = unpack(block, l.full[i]); err != nil {
				return err
			}
			b = block
		}
		if past, err := eachOf(b, seq, yield); past || err != nil {
			return err
		}
	}
	return nil
}

// eachOf yields the events of one block; past says that one lies beyond seq.
func eachOf(b []byte, seq uint64, yield func(family.CaseEvent) error) (past bool, err error) {
	for len(b) > 0 {
		at, n := binary.Uvarint(b)
		length, m := binary.Uvarint(b[max(n, 0):])
		if n <= 0 || m <= 0 || length > uint64(len(b)-n-m) {
			return false, errCodec
		}
		if at > seq {
			return true, nil
		}
		event := b[n+m:][:length]
		b = b[n+m+int(length):]
		e, err := decodeEvent(string(event))
		if err != nil {
			return false, err
		}
		e.ID = caseEventID(at)
		if err := yield(e); err != nil {
			return false, err
		}
	}
	return false, nil
}
