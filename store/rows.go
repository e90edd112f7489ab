package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"github.com/hearthmatch/hearth/family"
)

// errNoRow is the answer where no live row has the reference.
var errNoRow = fmt.Errorf("no live row has that reference: %w", family.ErrNotFound)

// view is one call's sight of the rows as at a journal place.
type view struct {
	store *Store
	ix    *index
	txn   *badger.Txn
	since []uint64 // by delivery: from when its rows are live; 0 for never
	mem   slab
}

// viewAt waits until the index holds the rows up to seq (0 = now) and returns
// a view of them, to be closed.
func (s *Store) viewAt(seq uint64) (*view, error) {
	ix, err := s.use()
	if err != nil {
		return nil, err
	}
	now := s.Seq()
	if seq == 0 {
		seq = now
	}
	since := s.state.since(seq)
	if err := ix.wait(min(seq, now)); err != nil {
		ix.release()
		return nil, err
	}
	return &view{store: s, ix: ix, txn: ix.db.NewTransaction(false), since: since}, nil
}

func (v *view) close() {
	v.txn.Discard()
	v.ix.release()
}

// number returns the delivery of a stored row version.
func number(stored []byte) (uint64, int) {
	if len(stored) < 2 || stored[0] != codecVersion {
		return 0, 0
	}
	n, k := binary.Uvarint(stored[1:])
	if k <= 0 {
		return 0, 0
	}
	return n, 1 + k
}

// live says whether a stored row version takes part in the view.
func (v *view) live(stored []byte) bool {
	n, _ := number(stored)
	return n > 0 && n < uint64(len(v.since)) && v.since[n] > 0
}

// row decodes a stored row version.
func (v *view) row(key, stored []byte) (*family.Row, error) {
	value, err := v.ix.check.open(key, stored)
	if err != nil {
		return nil, err
	}
	n, k := number(value)
	if k == 0 {
		return nil, errCodec
	}
	row, err := decodeRow(value[k:], family.Feed(key[1]), &v.mem)
	if err != nil {
		return nil, err
	}
	d, err := v.store.deliveryOf(n)
	if err != nil {
		return nil, err
	}
	row.Agency, row.Delivery = d.Agency, d.ID
	row.AsAt, row.Seq = rowTailOf(key[len(key)-rowTail:])
	return row, nil
}

// LiveRows yields the rows of a feed that are live as at the journal place seq
// (0 = now), in the order of their ids: of each record the version of the
// latest day, and of one day the one that came last, among the deliveries
// accepted at or before seq; a record whose version is a withdrawal is left
// out. It waits for the index to catch up with what was acknowledged before
// the call. An error of yield ends it and is returned.
func (s *Store) LiveRows(seq uint64, feed family.Feed, yield func(*family.Row) error) error {
	if !feed.Valid() {
		return fmt.Errorf("there is no such feed: %w", family.ErrInvalid)
	}
	v, err := s.viewAt(seq)
	if err != nil {
		return err
	}
	defer v.close()
	n := uint64(0)
	var done []byte // prefix of the record that has been settled
	var yielded error
	err = v.ix.each(v.txn, []byte{keyRow, byte(feed)}, nil, func(item *badger.Item) error {
		n++
		key := item.Key()
		if len(key) < rowTail {
			return errCheck
		}
		prefix := key[:len(key)-rowTail]
		if string(prefix) == string(done) {
			return nil
		}
		return item.Value(func(stored []byte) error {
			if !v.live(stored) {
				return nil
			}
			row, err := v.row(key, stored)
			if err != nil {
				return err
			}
			done = append(done[:0], prefix...)
			if row.Deleted {
				return nil
			}
			yielded = yield(row)
			return yielded
		})
	})
	if yielded != nil {
		return yielded
	}
	if err == nil {
		err = v.complete(feed, n)
	}
	return v.ix.noted(err)
}

// complete checks that an iteration met every version that there must be.
func (v *view) complete(feed family.Feed, n uint64) error {
	at, err := v.ix.applied(v.txn, v.store.id)
	if err == nil && at.rows[feed] != n {
		err = fmt.Errorf("%w: it holds %d rows of feed %d, not %d", errIndex, n, feed, at.rows[feed])
	}
	return err
}

// LiveRow returns the live row of a reference as at the journal place seq (0 =
// now), or ErrNotFound.
func (s *Store) LiveRow(seq uint64, ref family.RowRef) (*family.Row, error) {
	v, err := s.viewAt(seq)
	if err != nil {
		return nil, err
	}
	defer v.close()
	row, err := v.liveRow(ref)
	return row, v.ix.noted(err)
}

func (v *view) liveRow(ref family.RowRef) (row *family.Row, err error) {
	err = v.ix.each(v.txn, rowPrefix(ref), nil, func(item *badger.Item) error {
		return item.Value(func(stored []byte) error {
			if !v.live(stored) {
				return nil
			}
			row, err = v.row(item.Key(), stored)
			if err == nil {
				err = errEnough
			}
			return err
		})
	})
	switch {
	case err != nil && !errors.Is(err, errEnough):
		return nil, err
	case row == nil || row.Deleted:
		return nil, errNoRow
	}
	return row, nil
}

// Owner returns the agency whose delivery first sent the record; only
// discarded deliveries do not count. It does not wait for the index.
func (s *Store) Owner(ref family.RowRef) (agency string, ok bool) {
	if !ref.Feed.Valid() {
		return "", false
	}
	st := s.state
	key := st.owners.key(ref.ID)
	st.mu.RLock()
	number, ok := st.owners.of[ref.Feed][key]
	if !ok {
		st.mu.RUnlock()
		return "", false
	}
	d := &st.deliveries[number-1].info
	agency, ok = d.Agency, d.State != family.DeliveryDiscarded
	st.mu.RUnlock()
	if ok {
		return agency, true
	}
	return s.nextOwner(ref)
}

// nextOwner finds, in the index, the owner of a record whose first delivery
// was discarded.
func (s *Store) nextOwner(ref family.RowRef) (agency string, ok bool) {
	v, err := s.viewAt(0)
	if err != nil {
		return "", false
	}
	defer v.close()
	first := uint64(0)
	err = v.ix.each(v.txn, rowPrefix(ref), nil, func(item *badger.Item) error {
		return item.Value(func(stored []byte) error {
			n, _ := number(stored)
			d, err := s.state.numbered(n)
			if err != nil {
				return errCheck
			}
			key := item.Key()
			_, seq := rowTailOf(key[len(key)-rowTail:])
			if info := s.state.infoOf(d); info.State != family.DeliveryDiscarded && (first == 0 || seq < first) {
				first, agency, ok = seq, info.Agency, true
			}
			return nil
		})
	})
	if v.ix.noted(err) != nil {
		return "", false
	}
	return agency, ok
}
