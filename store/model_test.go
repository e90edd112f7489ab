package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// model is a naive store: all in memory, everything worked out anew each time.
type model struct {
	deliveries []*modelDelivery
	seals      int // how many deliveries have taken effect
	events     []family.CaseEvent
	snapshots  map[string]string
	published  []family.PublishedFramework
}

type modelDelivery struct {
	d       family.Delivery
	state   family.DeliveryState
	rows    []modelRow
	live    int // the seals at which it took effect, from 1
	refused int64
}

type modelRow struct {
	id, text string
	deleted  bool
	order    int // among all rows of all deliveries
}

// liveRows works out the live rows after the first seals seals.
func (m *model) liveRows(seals int) []string {
	type version struct {
		row  modelRow
		asAt family.Date
	}
	best := map[string]version{}
	for _, d := range m.deliveries {
		if d.state != family.DeliveryAccepted || d.live > seals {
			continue
		}
		for _, r := range d.rows {
			b, ok := best[r.id]
			if !ok || d.d.AsAt > b.asAt || d.d.AsAt == b.asAt && r.order > b.row.order {
				best[r.id] = version{r, d.d.AsAt}
			}
		}
	}
	var out []string
	for id, v := range best {
		if !v.row.deleted {
			out = append(out, id+"="+v.row.text)
		}
	}
	slices.Sort(out)
	return out
}

func (d *modelDelivery) account() family.Account {
	a := family.Account{Rows: int64(len(d.rows)) + d.refused, Rejected: d.refused}
	last := map[string]modelRow{}
	for _, r := range d.rows {
		last[r.id] = r
	}
	a.Superseded = int64(len(d.rows) - len(last))
	if d.state == family.DeliveryHeld || d.state == family.DeliveryDiscarded {
		a.Held = int64(len(last))
		return a
	}
	a.Accepted = int64(len(last))
	for _, r := range last {
		if r.deleted {
			a.Withdrawn++
		}
	}
	return a
}

// machine drives a store and the model through the same calls.
type machine struct {
	t     *rapid.T
	dir   string
	store *Store
	model model
	rows  int
	seqs  []uint64 // journal place after each seal
}

func (m *machine) open(rebuild bool) {
	s, err := open(Options{Dir: m.dir, RebuildIndex: rebuild}, roomy())
	if err != nil {
		m.t.Fatal(err)
	}
	m.store = s
}

func (m *machine) pick(states ...family.DeliveryState) *modelDelivery {
	var can []*modelDelivery
	for _, d := range m.model.deliveries {
		if slices.Contains(states, d.state) {
			can = append(can, d)
		}
	}
	if len(can) == 0 {
		m.t.Skip()
	}
	return can[rapid.IntRange(0, len(can)-1).Draw(m.t, "delivery")]
}

func (m *machine) info(d *modelDelivery) family.DeliveryInfo {
	info, err := m.store.Delivery(d.d.Feed, d.d.Agency, d.d.ID)
	if err != nil {
		m.t.Fatal(err)
	}
	return info
}

func (m *machine) deliver(t *rapid.T) {
	d := testDelivery(fmt.Sprintf("d%d", len(m.model.deliveries)), day+family.Date(rapid.IntRange(0, 3).Draw(t, "day")))
	if _, err := m.store.OpenDelivery(d); err != nil {
		t.Fatal(err)
	}
	m.model.deliveries = append(m.model.deliveries, &modelDelivery{d: d, state: family.DeliveryOpen})
}

func (m *machine) send(t *rapid.T) {
	d := m.pick(family.DeliveryOpen)
	info := m.info(d)
	var entries []family.DeliveryEntry
	position := info.Acknowledged + 1 - int64(rapid.IntRange(0, int(min(info.Acknowledged, 2))).Draw(t, "again"))
	for ; position <= info.Acknowledged; position++ { // sent again: changes nothing
		entries = append(entries, family.DeliveryEntry{Position: position, Row: testRow("again", "must not show")})
	}
	for range rapid.IntRange(1, 6).Draw(t, "rows") {
		id := fmt.Sprintf("r%d", rapid.IntRange(0, 5).Draw(t, "id"))
		m.rows++
		e := family.DeliveryEntry{Position: position}
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			e.Row = withdrawal(id)
			d.rows = append(d.rows, modelRow{id: id, deleted: true, order: m.rows})
		case 1:
			e.Rejection = &family.Rejection{Position: position, RecordID: id}
			d.refused++
		default:
			text := fmt.Sprintf("v%d", m.rows)
			e.Row = testRow(id, text)
			d.rows = append(d.rows, modelRow{id: id, text: text, order: m.rows})
		}
		entries = append(entries, e)
		position++
	}
	if _, err := m.store.AppendRows(info.Number, entries); err != nil {
		t.Fatal(err)
	}
}

// takeEffect notes that a delivery's rows are live from here on.
func (m *machine) takeEffect(d *modelDelivery, seq uint64) {
	d.state = family.DeliveryAccepted
	m.model.seals++
	d.live = m.model.seals
	m.seqs = append(m.seqs, seq)
}

func (m *machine) seal(t *rapid.T) {
	d := m.pick(family.DeliveryOpen)
	as := family.DeliveryAccepted
	if rapid.Bool().Draw(t, "hold") && rapid.Bool().Draw(t, "hold really") {
		as = family.DeliveryHeld
	}
	info, err := m.store.SealDelivery(m.info(d).Number, as, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d.state = as; as == family.DeliveryAccepted {
		m.takeEffect(d, info.SealSeq)
	}
}

func (m *machine) settle(t *rapid.T) {
	d := m.pick(family.DeliveryHeld)
	release := rapid.Bool().Draw(t, "release")
	info, err := m.store.SettleDelivery(m.info(d).Number, release, "boss", "looked at it")
	if err != nil {
		t.Fatal(err)
	}
	if d.state = family.DeliveryDiscarded; release {
		m.takeEffect(d, info.SealSeq)
	}
}

func (m *machine) redeliver(t *rapid.T) {
	d := m.pick(family.DeliveryAccepted, family.DeliveryHeld, family.DeliveryDiscarded)
	before := m.store.Seq()
	info, err := m.store.OpenDelivery(d.d)
	if err != nil || info.State != d.state {
		t.Fatalf("delivered again: %v, %v", info.State, err)
	}
	if _, err := m.store.SealDelivery(info.Number, family.DeliveryAccepted, nil); err != nil {
		t.Fatal(err)
	}
	if m.store.Seq() != before {
		t.Fatal("delivering again wrote to the journal")
	}
}

func (m *machine) record(t *rapid.T) {
	e := testEvent(len(m.model.events))
	if rapid.Bool().Draw(t, "claim") {
		e = claimEvent(len(m.model.events), text.Draw(t, "evidence")+".")
	}
	got, err := m.store.AppendCaseEvent(e)
	if err != nil {
		t.Fatal(err)
	}
	if e.Snapshot != nil {
		m.model.snapshots[got.ID] = string(e.Snapshot)
	}
	m.model.events = append(m.model.events, got)
}

func (m *machine) publish(t *rapid.T) {
	f, err := m.store.PublishFramework(family.PublishedFramework{ID: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "id"),
		File: []byte(text.Draw(t, "file") + "."), By: "boss", Reason: "because"})
	if err != nil {
		t.Fatal(err)
	}
	m.model.published = append(m.model.published, f)
}

// checkCasework compares events and frameworks as at a random place.
func (m *machine) checkCasework(t *rapid.T) {
	seq := rapid.Uint64Range(0, m.store.Seq()).Draw(t, "place")
	known := func(place uint64) bool { return seq == 0 || place <= seq }
	var events []family.CaseEvent
	for _, e := range m.model.events {
		if place, _ := strconv.ParseUint(e.ID[1:], 10, 64); known(place) {
			events = append(events, e)
		}
	}
	var got []family.CaseEvent
	err := m.store.CaseEvents(seq, func(e family.CaseEvent) error { got = append(got, e); return nil })
	same(t, events, got, err)
	var published []family.PublishedFramework
	for _, f := range m.model.published {
		if known(f.Seq) {
			published = append(published, f)
		}
	}
	same(t, published, m.store.Frameworks(seq), nil)
	for id, want := range m.model.snapshots {
		if got, err := m.store.CaseSnapshot(id); err != nil || string(got) != want {
			t.Fatalf("snapshot of %s: %q, %v", id, got, err)
		}
	}
}

func (m *machine) reopen(t *rapid.T) {
	if err := m.store.Close(); err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "delete the index") {
		os.RemoveAll(filepath.Join(m.dir, indexDir))
	}
	m.open(rapid.Bool().Draw(t, "rebuild"))
}

// check compares everything with the model.
func (m *machine) check(t *rapid.T) {
	for seals := range m.model.seals + 1 {
		seq := uint64(0)
		if seals < m.model.seals {
			seq = m.seqs[seals] - 1 // just before the next took effect
		}
		got, want := liveOf(m.store, seq), m.model.liveRows(seals)
		if !slices.Equal(got, want) {
			t.Fatalf("after %d seals: got %v, want %v", seals, got, want)
		}
	}
	for _, d := range m.model.deliveries {
		if got, want := m.info(d), d.account(); got.Account != want || got.State != d.state {
			t.Fatalf("account: got %v %+v, want %v %+v", got.State, got.Account, d.state, want)
		}
	}
}

func liveOf(s *Store, seq uint64) []string {
	if seq == 0 && s.Seq() == 0 {
		return nil
	}
	var out []string
	err := s.LiveRows(seq, family.Housing, func(r *family.Row) error {
		out = append(out, r.ID+"="+r.Text(family.ColForename))
		return nil
	})
	if err != nil {
		return []string{err.Error()}
	}
	return out
}

// TestModel drives the store and a naive model through the same random calls.
func TestModel(t *testing.T) {
	root, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		dir := filepath.Join(root, strconv.Itoa(n))
		defer os.RemoveAll(dir)
		m := &machine{t: rt, dir: dir, model: model{snapshots: map[string]string{}}}
		m.open(false)
		defer func() { m.store.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"deliver": m.with(m.deliver), "send": m.with(m.send), "send more": m.with(m.send), "seal": m.with(m.seal),
			"settle": m.with(m.settle), "redeliver": m.with(m.redeliver), "reopen": m.with(m.reopen),
			"record": m.with(m.record), "publish": m.with(m.publish), "casework": m.with(m.checkCasework), "": m.with(m.check),
		})
	})
}

func (m *machine) with(do func(*rapid.T)) func(*rapid.T) {
	return func(t *rapid.T) { m.t = t; do(t) }
}

// TestOrderDoesNotMatter sends the same deliveries of different days in
// another order and in other batches: the live rows are the same.
func TestOrderDoesNotMatter(t *testing.T) {
	type batch struct {
		d    family.Delivery
		rows []*family.Row
	}
	build := func() []batch {
		var out []batch
		for n := range 6 {
			b := batch{d: testDelivery(fmt.Sprintf("d%d", n), day+family.Date(n))}
			for k := range 20 {
				id := fmt.Sprintf("r%d", (k*7+n*3)%25)
				if (k+n)%6 == 0 {
					b.rows = append(b.rows, withdrawal(id))
				} else {
					b.rows = append(b.rows, testRow(id, fmt.Sprintf("v%d-%d", n, k)))
				}
			}
			out = append(out, b)
		}
		return out
	}
	var want string
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 4 {
		s := mustOpen(t, t.TempDir())
		batches := build()
		if round > 0 {
			random.Shuffle(len(batches), func(i, j int) { batches[i], batches[j] = batches[j], batches[i] })
		}
		for _, b := range batches {
			for len(b.rows) > 0 {
				n := min(len(b.rows), 1+random.IntN(7))
				send(t, s, b.d, b.rows[:n]...)
				b.rows = b.rows[n:]
			}
			info, _ := s.OpenDelivery(b.d)
			if _, err := s.SealDelivery(info.Number, family.DeliveryAccepted, nil); err != nil {
				t.Fatal(err)
			}
		}
		got := strings.Join(live(t, s, 0), " ")
		if round == 0 {
			want = got
		}
		if got != want || got == "" {
			t.Errorf("round %d:\ngot  %s\nwant %s", round, got, want)
		}
	}
}
