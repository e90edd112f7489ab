package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

// numbered returns the delivery with the store's number, or ErrNotFound.
func (st *state) numbered(number uint64) (*delivery, error) {
	st.mu.RLock()
	defer st.mu.RUnlock()
	if number == 0 || number > uint64(len(st.deliveries)) {
		return nil, fmt.Errorf("no delivery has that number: %w", family.ErrNotFound)
	}
	return st.deliveries[number-1], nil
}

// infoOf returns a copy of what is known of d.
func (st *state) infoOf(d *delivery) family.DeliveryInfo {
	st.mu.RLock()
	defer st.mu.RUnlock()
	return d.copyInfo()
}

// OpenDelivery opens a delivery, or finds the one of the same feed, agency and
// id, whatever its state. It is on disk when it returns. A content hash that
// differs from the one declared before is ErrConflict; a delivery without
// feed, agency, id or day is ErrInvalid.
func (s *Store) OpenDelivery(d family.Delivery) (family.DeliveryInfo, error) {
	if !d.Feed.Valid() || d.Agency == "" || d.ID == "" || d.AsAt == 0 {
		return family.DeliveryInfo{}, fmt.Errorf("a delivery needs a feed, an agency, a delivery_id and an as_at day: %w", family.ErrInvalid)
	}
	s.opening.Lock()
	defer s.opening.Unlock()
	s.state.mu.RLock()
	known := s.state.byKey[deliveryKey{d.Feed, d.Agency, d.ID}]
	s.state.mu.RUnlock()
	if known != nil {
		info := s.state.infoOf(known)
		if d.ContentHash != "" && info.ContentHash != "" && d.ContentHash != info.ContentHash {
			return info, fmt.Errorf("this delivery_id was used for other content; give the new content a new delivery_id: %w", family.ErrConflict)
		}
		return info, nil
	}
	d.Organisations = slices.Clone(d.Organisations)
	_, err := s.append(frameOpen, 1, encodeDelivery(&d), func(journal.Position) { known = s.state.opened(d) })
	if err != nil {
		return family.DeliveryInfo{}, err
	}
	return s.state.infoOf(known), nil
}

// AppendRows puts entries of a delivery on disk; they are there when it
// returns nil. It sets each row's place, day, agency and delivery. Entries at
// positions acknowledged before are passed over; a gap is ErrInvalid, a
// delivery that is sealed ErrState, too little space ErrFull. After an error
// none of the entries is acknowledged, and sending them again is safe.
func (s *Store) AppendRows(number uint64, entries []family.DeliveryEntry) (family.DeliveryInfo, error) {
	d, err := s.state.numbered(number)
	if err != nil {
		return family.DeliveryInfo{}, err
	}
	d.busy.Lock()
	defer d.busy.Unlock()
	info := s.state.infoOf(d)
	if info.State != family.DeliveryOpen {
		return info, fmt.Errorf("the delivery is %s and takes no more rows; open another: %w", info.State, family.ErrState)
	}
	for len(entries) > 0 && entries[0].Position <= info.Acknowledged {
		entries = entries[1:]
	}
	if len(entries) == 0 {
		return info, nil
	}
	if err := s.enoughSpace(s.opt.Dir); err != nil {
		return info, err
	}
	if err := s.loadGood(d); err != nil {
		return info, err
	}
	for len(entries) > 0 {
		n, err := s.appendFrame(d, &info, entries)
		if err != nil {
			return s.state.infoOf(d), err
		}
		entries = entries[n:]
		info = s.state.infoOf(d)
	}
	return info, nil
}

const (
	maxFrameRows  = 5000
	maxFrameBytes = 16 << 20
)

// appendFrame puts as many of the entries on disk as one frame takes.
func (s *Store) appendFrame(d *delivery, info *family.DeliveryInfo, entries []family.DeliveryEntry) (n int, err error) {
	after := d.tally
	done := false
	defer func() {
		if !done {
			d.good = nil // counts what is not on disk: read it anew
		}
	}()
	body := make([]byte, 0, min(len(entries), maxFrameRows)*320)
	var entry []byte
	for n < len(entries) && n < maxFrameRows && len(body) < maxFrameBytes {
		e := &entries[n]
		if e.Position != info.Acknowledged+int64(n)+1 {
			return 0, fmt.Errorf("rows are missing: position %d was expected; send on from there: %w", info.Acknowledged+int64(n)+1, family.ErrInvalid)
		}
		if entry, err = encodeEntry(entry[:0], e, info.Feed); err != nil {
			return 0, err
		}
		body = binary.AppendUvarint(body, uint64(len(entry)))
		body = append(body, entry...)
		d.count(&after, e)
		n++
	}
	head := rowsHead{number: info.Number, first: info.Acknowledged + 1, count: n, after: after}
	claims := s.claims(entries[:n])
	first, err := s.append(frameRows, n, encodeRows(&head, body), func(at journal.Position) {
		d.appended(&head, at)
		for _, k := range claims {
			s.state.owners.claim(info.Feed, k, info.Number)
		}
	})
	if err != nil {
		return 0, err
	}
	done = true
	for i := range entries[:n] {
		if r := entries[i].Row; r != nil {
			r.Seq, r.AsAt, r.Agency, r.Delivery = first+uint64(i), info.AsAt, info.Agency, info.ID
		}
	}
	return n, nil
}

// claims returns the owner keys of the rows among entries.
func (s *Store) claims(entries []family.DeliveryEntry) []ownerKey {
	out := make([]ownerKey, 0, len(entries))
	for i := range entries {
		if r := entries[i].Row; r != nil {
			out = append(out, s.state.owners.key(r.ID))
		}
	}
	return out
}

// encodeEntry appends an entry's bytes, or refuses what the store cannot keep.
func encodeEntry(b []byte, e *family.DeliveryEntry, feed family.Feed) ([]byte, error) {
	switch {
	case (e.Row == nil) == (e.Rejection == nil):
		return nil, fmt.Errorf("an entry is a row or a rejection: %w", family.ErrInvalid)
	case e.Rejection != nil:
		b = appendRejection(b, e.Rejection, e.Raw)
	case e.Row.Feed != feed || e.Row.ID == "":
		return nil, fmt.Errorf("a row is of another feed than its delivery, or has no record_id: %w", family.ErrInvalid)
	default:
		b = appendRow(b, e.Row, e.Reported)
	}
	if len(b) > maxEntry || e.Row != nil && len(e.Row.ID) > maxID {
		return nil, fmt.Errorf("the row at position %d is longer than %d bytes, or its record_id than %d: %w", e.Position, maxEntry, maxID, family.ErrInvalid)
	}
	return b, nil
}

// maxID is the longest record id; badger's keys end at 65,000 bytes, and each
// byte of an id may take two.
const maxID = 16_000

// count adds an entry to the tally, and to the copies seen.
func (d *delivery) count(t *tally, e *family.DeliveryEntry) {
	if e.Row == nil {
		t.rejected++
		return
	}
	flags := byte(0)
	if e.Row.Deleted {
		flags |= entryDeleted
	}
	if e.Reported {
		flags |= entryReported
	}
	d.countCopy(t, e.Row.ID, flags)
}

func (d *delivery) countCopy(t *tally, id string, flags byte) {
	old, seen := d.good[id]
	if !seen {
		t.distinct++
		old = 0
		id = string(append([]byte(nil), id...)) // not the whole row's text
	}
	d.good[id] = flags
	t.withdrawn += bit(flags, entryDeleted) - bit(old, entryDeleted)
	t.reported += bit(flags, entryReported) - bit(old, entryReported)
}

func bit(flags, mask byte) int64 {
	if flags&mask != 0 {
		return 1
	}
	return 0
}

// loadGood reads an open delivery's record ids back from the journal.
func (s *Store) loadGood(d *delivery) error {
	if d.good != nil {
		return nil
	}
	s.state.mu.RLock()
	frames, want := slices.Clone(d.frames), d.tally
	s.state.mu.RUnlock()
	d.good = map[string]byte{}
	got := tally{rejected: want.rejected}
	var body []byte
	for _, at := range frames {
		err := s.eachEntry(at, &body, func(entry []byte) error {
			if len(entry) > 0 && entry[0] == entryRejected {
				return nil
			}
			id, flags, err := entryID(entry)
			if err == nil {
				d.countCopy(&got, string(id), flags)
			}
			return err
		})
		if err != nil {
			d.good = nil
			return err
		}
	}
	if got != want {
		d.good = nil
		return errCodec
	}
	return nil
}

// eachEntry visits the entries of the frame of rows at a place.
func (s *Store) eachEntry(at journal.Position, body *[]byte, visit func(entry []byte) error) error {
	payload, err := s.payloadAt(at)
	if err != nil {
		return err
	}
	_, packed, err := decodeRowsHead(payload)
	if err != nil {
		return err
	}
	if *body, err = unpack(*body, packed); err != nil {
		return err
	}
	for rest := *body; len(rest) > 0; {
		var entry []byte
		if entry, rest, err = nextEntry(rest); err != nil {
			return err
		}
		if err := visit(entry); err != nil {
			return err
		}
	}
	return nil
}

// payloadAt reads one frame of the journal.
func (s *Store) payloadAt(at journal.Position) ([]byte, error) {
	r, err := s.journal.NewReader(at)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := r.Next()
	if err != nil {
		return nil, err
	}
	return f.Payload()
}

// SealDelivery ends a delivery as accepted, whereupon its rows are live, or as
// held. Sealing a sealed one changes nothing and answers with its account.
func (s *Store) SealDelivery(number uint64, as family.DeliveryState, warnings []string) (family.DeliveryInfo, error) {
	d, err := s.state.numbered(number)
	if err != nil {
		return family.DeliveryInfo{}, err
	}
	if as != family.DeliveryAccepted && as != family.DeliveryHeld {
		return family.DeliveryInfo{}, fmt.Errorf("a delivery is sealed as accepted or held: %w", family.ErrInvalid)
	}
	d.busy.Lock()
	defer d.busy.Unlock()
	if info := s.state.infoOf(d); info.State != family.DeliveryOpen {
		return info, nil
	}
	x := seal{number: number, state: as, warnings: slices.Clone(warnings), tally: d.tally}
	_, err = s.append(frameSeal, 1, x.encode(), func(at journal.Position) { d.sealed(&x, at.Seq) })
	if err == nil {
		d.good = nil
	}
	return s.state.infoOf(d), err
}

// SettleDelivery releases a held delivery, whereupon its rows are live, or
// discards it, as by decided and for the reason given. One that was settled in
// the same way is left as it is; any other that is not held is ErrState.
func (s *Store) SettleDelivery(number uint64, release bool, by, reason string) (family.DeliveryInfo, error) {
	d, err := s.state.numbered(number)
	if err != nil {
		return family.DeliveryInfo{}, err
	}
	d.busy.Lock()
	defer d.busy.Unlock()
	info := s.state.infoOf(d)
	switch {
	case info.State == family.DeliveryHeld:
	case d.wasHeld && release == (info.State == family.DeliveryAccepted):
		return info, nil
	default:
		return info, fmt.Errorf("the delivery is %s; only a held one can be released or discarded: %w", info.State, family.ErrState)
	}
	x := settle{number: number, release: release, by: by, reason: reason, at: s.opt.Now()}
	_, err = s.append(frameSettle, 1, x.encode(), func(at journal.Position) { d.settled(release, at.Seq) })
	return s.state.infoOf(d), err
}

// Delivery finds a delivery by its feed, agency and id, or ErrNotFound.
func (s *Store) Delivery(feed family.Feed, agency, id string) (family.DeliveryInfo, error) {
	s.state.mu.RLock()
	defer s.state.mu.RUnlock()
	d := s.state.byKey[deliveryKey{feed, agency, id}]
	if d == nil {
		return family.DeliveryInfo{}, fmt.Errorf("no such delivery; open it first: %w", family.ErrNotFound)
	}
	return d.copyInfo(), nil
}

// Deliveries lists all deliveries, the newest first.
func (s *Store) Deliveries() []family.DeliveryInfo {
	s.state.mu.RLock()
	defer s.state.mu.RUnlock()
	out := make([]family.DeliveryInfo, 0, len(s.state.deliveries))
	for _, d := range slices.Backward(s.state.deliveries) {
		out = append(out, d.copyInfo())
	}
	return out
}

// Rejections lists a delivery's refused rows behind a position, in the order
// of their positions; a limit of 0 or less is none.
func (s *Store) Rejections(number uint64, afterPosition int64, limit int) ([]family.Rejection, error) {
	if _, err := s.state.numbered(number); err != nil {
		return nil, err
	}
	ix, err := s.use()
	if err != nil {
		return nil, err
	}
	defer ix.release()
	if err := ix.wait(s.Seq()); err != nil {
		return nil, err
	}
	txn := ix.db.NewTransaction(false)
	defer txn.Discard()
	var out []family.Rejection
	prefix := rejectedKey(number, 0)[:9]
	err = ix.each(txn, prefix, rejectedKey(number, max(0, afterPosition)+1), func(item *badger.Item) error {
		if limit > 0 && len(out) == limit {
			return errEnough
		}
		v, err := ix.value(item)
		if err != nil {
			return err
		}
		d := dec{s: string(v)}
		d.version()
		r := decodeRejection(&d)
		r.Position = int64(binary.BigEndian.Uint64(item.Key()[9:]))
		out = append(out, r)
		return d.end()
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, ix.noted(err)
	}
	return out, nil
}
