package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/dgraph-io/badger/v4"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

// Decide records a reviewer's decision and returns it with its ID, and with
// the present time where it has none. It is on disk when it returns. An Undo
// names the decision that it withdraws: ErrNotFound if there is none,
// ErrConflict if it is withdrawn already or is itself an Undo.
func (s *Store) Decide(d family.Decision) (family.Decision, error) {
	s.decide.Lock()
	defer s.decide.Unlock()
	if err := s.decidable(&d); err != nil {
		return d, err
	}
	if d.At.IsZero() {
		d.At = s.opt.Now()
	}
	d.At = d.At.UTC()
	_, err := s.append(frameDecision, 1, encodeDecision(&d), func(at journal.Position) {
		d = s.state.decided(d, at.Seq)
	})
	return d, err
}

func (s *Store) decidable(d *family.Decision) error {
	switch {
	case d.Kind < family.SamePerson || d.Kind > family.Undo || d.By == "":
		return fmt.Errorf("a decision needs a kind and who made it: %w", family.ErrInvalid)
	case d.Kind != family.Undo && (!d.A.Feed.Valid() || !d.B.Feed.Valid() || d.A.Part > family.Contact2 || d.B.Part > family.Contact2):
		return fmt.Errorf("a decision is about two records: %w", family.ErrInvalid)
	case d.Kind != family.Undo:
		return nil
	}
	s.state.mu.RLock()
	defer s.state.mu.RUnlock()
	if s.state.undone[d.Undoes] {
		return fmt.Errorf("the decision has been withdrawn already: %w", family.ErrConflict)
	}
	for _, x := range s.state.decisions {
		if x.ID == d.Undoes && x.Kind == family.Undo {
			return fmt.Errorf("an undo cannot be undone; make the decision again: %w", family.ErrConflict)
		}
		if x.ID == d.Undoes {
			return nil
		}
	}
	return fmt.Errorf("no decision has that id: %w", family.ErrNotFound)
}

// Decisions returns the decisions made up to the journal place seq (0 = now),
// the oldest first, with undone ones and the Undos.
func (s *Store) Decisions(seq uint64) []family.Decision {
	if seq == 0 {
		seq = math.MaxUint64
	}
	s.state.mu.RLock()
	defer s.state.mu.RUnlock()
	var out []family.Decision
	for _, d := range s.state.decisions {
		if d.seq <= seq {
			out = append(out, d.Decision)
		}
	}
	return out
}

// Audit records who read or decided what. It is on disk when it returns; a
// caller that gets an error must not answer.
func (s *Store) Audit(e family.AuditEntry) error {
	if e.Time.IsZero() {
		e.Time = s.opt.Now()
	}
	_, err := s.append(frameAudit, 1, encodeAudit(&e), nil)
	return err
}

// AuditEntries lists entries, the newest first: those before the place before
// (0 = all), at most limit of them (0 = all). It returns the place to go on
// from, 0 at the end.
func (s *Store) AuditEntries(before uint64, limit int) ([]family.AuditEntry, uint64, error) {
	ix, err := s.use()
	if err != nil {
		return nil, 0, err
	}
	defer ix.release()
	if err := ix.wait(s.Seq()); err != nil {
		return nil, 0, err
	}
	if before == 0 {
		before = math.MaxUint64
	}
	txn := ix.db.NewTransaction(false)
	defer txn.Discard()
	var out []family.AuditEntry
	last := uint64(0)
	err = ix.each(txn, []byte{keyAudit}, auditKey(before-1), func(item *badger.Item) error {
		if limit > 0 && len(out) == limit {
			return errEnough
		}
		v, err := ix.value(item)
		if err != nil {
			return err
		}
		e, err := decodeAudit(string(v))
		out = append(out, e)
		last = math.MaxUint64 - binary.BigEndian.Uint64(item.Key()[1:])
		return err
	})
	switch {
	case err == nil:
		return out, 0, nil
	case errors.Is(err, errEnough):
		return out, last, nil
	}
	return nil, 0, ix.noted(err)
}
