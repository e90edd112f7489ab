package store

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"sync"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store/journal"
)

// state is what the journal says, rows and audit entries aside: it is folded
// from the frames at opening and kept current after each append, in journal
// order.
type state struct {
	mu         sync.RWMutex
	deliveries []*delivery // by number, which begins at 1
	byKey      map[deliveryKey]*delivery
	decisions  []placed
	undone     map[string]bool // decisions that an Undo withdrew
	last       *nightRef       // the last night
	trained    *nightRef       // the last that trained
	owners     owners
	cases      caseLog
	published  []family.PublishedFramework // the oldest first
}

type deliveryKey struct {
	feed       family.Feed
	agency, id string
}

// delivery is a delivery's part of the state.
type delivery struct {
	// busy is held by the one call that appends to, seals or settles the
	// delivery.
	busy sync.Mutex
	// good holds, while the delivery is open, the flags of the last good copy
	// of each record id. It is nil until needed after an opening of the store,
	// and after a failed append. Guarded by busy.
	good map[string]byte

	// Guarded by state.mu.
	info    family.DeliveryInfo
	tally   tally
	wasHeld bool               // and then settled
	frames  []journal.Position // of the rows, while it is open
}

// placed is a decision and its place in the journal.
type placed struct {
	family.Decision
	seq uint64
}

// nightRef is a night and where the journal has it.
type nightRef struct {
	info family.NightInfo
	at   journal.Position
}

func newState() *state {
	return &state{byKey: map[deliveryKey]*delivery{}, undone: map[string]bool{}, owners: newOwners()}
}

// visit folds one frame read at opening.
func (st *state) visit(f *journal.Frame) error {
	b, err := f.Payload()
	if err != nil {
		return err
	}
	switch f.Type {
	case frameOpen:
		d, err := decodeDelivery(b)
		if err != nil {
			return err
		}
		st.opened(d)
	case frameRows:
		h, _, err := decodeRowsHead(b)
		if err != nil {
			return err
		}
		return st.withDelivery(h.number, func(d *delivery) { d.appended(&h, f.Start) })
	case frameSeal:
		s, err := decodeSeal(b)
		if err != nil {
			return err
		}
		return st.withDelivery(s.number, func(d *delivery) { d.sealed(&s, f.Seq) })
	case frameSettle:
		s, err := decodeSettle(b)
		if err != nil {
			return err
		}
		return st.withDelivery(s.number, func(d *delivery) { d.settled(s.release, f.Seq) })
	case frameDecision:
		d, err := decodeDecision(b)
		if err != nil {
			return err
		}
		st.decided(d, f.Seq)
	case frameNight:
		n, err := decodeNight(b)
		if err != nil {
			return err
		}
		st.nightEnded(n.info, f.Start)
	case frameCase:
		return st.caseEvent(b, f.Start)
	case framePublished:
		p, err := decodePublished(b)
		if err != nil {
			return err
		}
		p.Seq = f.Seq
		st.published = append(st.published, p)
	case frameAudit:
	default:
		return fmt.Errorf("the journal holds a kind of entry that this hearth does not know; use a newer hearth: %w", family.ErrState)
	}
	return nil
}

func (st *state) withDelivery(number uint64, do func(*delivery)) error {
	if number == 0 || number > uint64(len(st.deliveries)) {
		return errCodec
	}
	do(st.deliveries[number-1])
	return nil
}

// The following apply what a frame says. Callers hold st.mu, or have the state
// to themselves.

func (st *state) opened(d family.Delivery) *delivery {
	x := &delivery{info: family.DeliveryInfo{Delivery: d, State: family.DeliveryOpen, Number: uint64(len(st.deliveries)) + 1}}
	st.deliveries = append(st.deliveries, x)
	st.byKey[deliveryKey{d.Feed, d.Agency, d.ID}] = x
	return x
}

func (d *delivery) appended(h *rowsHead, at journal.Position) {
	d.info.Acknowledged = h.first + int64(h.count) - 1
	d.tally = h.after
	d.frames = append(d.frames, at)
	d.recount()
}

func (d *delivery) sealed(s *seal, seq uint64) {
	d.info.State = s.state
	d.info.Warnings = s.warnings
	if s.state == family.DeliveryAccepted {
		d.info.SealSeq = seq
	}
	d.frames = nil
	d.recount()
}

func (d *delivery) settled(release bool, seq uint64) {
	d.wasHeld = true
	d.info.State = family.DeliveryDiscarded
	if release {
		d.info.State = family.DeliveryAccepted
		d.info.SealSeq = seq
	}
	d.recount()
}

// recount works out the account from the tally and the state.
func (d *delivery) recount() {
	a := family.Account{Rows: d.info.Acknowledged, Rejected: d.tally.rejected}
	a.Superseded = a.Rows - a.Rejected - d.tally.distinct
	switch d.info.State {
	case family.DeliveryHeld, family.DeliveryDiscarded:
		a.Held = d.tally.distinct
	default:
		a.Accepted, a.Withdrawn, a.Reported = d.tally.distinct, d.tally.withdrawn, d.tally.reported
	}
	d.info.Account = a
}

func (st *state) decided(d family.Decision, seq uint64) family.Decision {
	d.ID = "D" + strconv.FormatUint(seq, 10)
	st.decisions = append(st.decisions, placed{d, seq})
	if d.Kind == family.Undo {
		st.undone[d.Undoes] = true
	}
	return d
}

func (st *state) caseEvent(payload []byte, at journal.Position) error {
	event, snapshot, err := splitCase(payload)
	if err != nil {
		return err
	}
	if _, err := decodeEvent(event); err != nil {
		return err
	}
	st.cases.add(at, event, snapshot != "")
	return nil
}

func (st *state) nightEnded(info family.NightInfo, at journal.Position) {
	st.last = &nightRef{info, at}
	if info.Trained {
		st.trained = st.last
	}
}

// copyInfo returns a delivery's info that the caller may keep and change.
func (d *delivery) copyInfo() family.DeliveryInfo {
	out := d.info
	out.Organisations = slices.Clone(out.Organisations)
	out.Warnings = slices.Clone(out.Warnings)
	return out
}

// since returns, by delivery number, the journal place from which a delivery's
// rows take effect, if that is at or before seq; 0 for none.
func (st *state) since(seq uint64) []uint64 {
	st.mu.RLock()
	defer st.mu.RUnlock()
	out := make([]uint64, len(st.deliveries)+1)
	for i, d := range st.deliveries {
		if d.info.State == family.DeliveryAccepted && d.info.SealSeq <= seq {
			out[i+1] = d.info.SealSeq
		}
	}
	return out
}

// owners says which delivery first sent each record. Record ids are kept as
// two independent 64-bit hashes with seeds of this process.
type owners struct {
	a, b maphash.Seed
	of   []map[ownerKey]uint32 // by feed
}

type ownerKey [2]uint64

func newOwners() owners {
	o := owners{a: maphash.MakeSeed(), b: maphash.MakeSeed()}
	for range len(family.Feeds()) + 1 {
		o.of = append(o.of, map[ownerKey]uint32{})
	}
	return o
}

func (o *owners) key(id string) ownerKey {
	return ownerKey{maphash.String(o.a, id), maphash.String(o.b, id)}
}

func (o *owners) keyBytes(id []byte) ownerKey {
	return ownerKey{maphash.Bytes(o.a, id), maphash.Bytes(o.b, id)}
}

// claim makes the delivery the owner of a record that has none. Claims come in
// journal order.
func (o *owners) claim(feed family.Feed, key ownerKey, number uint64) {
	m := o.of[feed]
	if _, ok := m[key]; !ok {
		m[key] = uint32(number)
	}
}
