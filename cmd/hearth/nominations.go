package main

import (
	"errors"
	"slices"
	"sync"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/pipeline"
	"github.com/hearthmatch/hearth/store"
)

// nominated is the nominations in force at a day, as known at a place of the
// journal.
type nominated struct {
	seq  uint64
	asAt family.Date
	all  []casework.Nomination // the oldest first

	reading sync.Mutex
	about   [][]string       // of each nomination, the persons of the last night
	of      map[string][]int // of each person, the nominations; nil until read
}

// nominationsAt returns the nominations that a night reads: in force at its day
// as known at its place. A night at the latest day that deliveries describe, or
// after it, is one about now: a nomination since then counts in it, rather than
// from the next delivery on.
func (n *nights) nominationsAt(seq uint64, asAt family.Date) (*nominated, error) {
	n.nominating.Lock()
	defer n.nominating.Unlock()
	if x := n.nominated; x != nil && x.seq == seq && x.asAt == asAt {
		return x, nil
	}
	book := casework.NewBook()
	if err := n.store.CaseEvents(seq, book.Apply); err != nil {
		return nil, err
	}
	view := casework.View{Place: seq}
	if asAt != 0 && asAt < pipeline.LatestDay(n.deliveries(seq)) {
		view.Day = asAt
	}
	n.nominated = &nominated{seq: seq, asAt: asAt, all: book.NominationsInForce(view)}
	return n.nominated, nil
}

// deliveries are those in effect at a place of the journal.
func (n *nights) deliveries(seq uint64) []family.Delivery {
	var out []family.Delivery
	for _, d := range n.store.Deliveries() {
		if d.State == family.DeliveryAccepted && d.SealSeq != 0 && d.SealSeq <= seq {
			out = append(out, d.Delivery)
		}
	}
	return out
}

// with adds to persons of the last night those nominated with one of them: only
// with all of them it is seen where most live.
func (x *nominated) with(s *store.Store, persons []string) ([]string, error) {
	if err := x.read(s); err != nil {
		return nil, err
	}
	out := slices.Clone(persons)
	for _, id := range persons {
		for _, i := range x.of[id] {
			out = append(out, x.about[i]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// read looks up, once, whom the nominations are about.
func (x *nominated) read(s *store.Store) error {
	x.reading.Lock()
	defer x.reading.Unlock()
	if x.of != nil {
		return nil
	}
	about, of := make([][]string, len(x.all)), map[string][]int{}
	for i := range x.all {
		for _, r := range x.all[i].Records {
			id, err := s.PersonOfRecord(r)
			if errors.Is(err, family.ErrNotFound) {
				continue // the row is not live any more
			}
			if err != nil {
				return err
			}
			about[i] = append(about[i], id)
			of[id] = append(of[id], i)
		}
	}
	x.about, x.of = about, of
	return nil
}
