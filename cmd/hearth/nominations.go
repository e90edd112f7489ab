package main

import (
	"errors"
	"slices"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/pipeline"
	"github.com/hearthmatch/hearth/store"
)

// nominated is the nominations in force at a day, as known at a place of the
// journal. It is not changed once made.
type nominated struct {
	seq  uint64
	asAt family.Date
	all  []casework.Nomination      // the oldest first
	of   map[family.RecordRef][]int // those that are about a record
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
	book := casework.NewReplay()
	if err := n.store.CaseEvents(seq, book.Apply); err != nil {
		return nil, err
	}
	view := casework.View{Place: seq}
	if asAt != 0 && asAt < pipeline.LatestDay(n.deliveries(seq)) {
		view.Day = asAt
	}
	x := &nominated{seq: seq, asAt: asAt, all: book.NominationsInForce(view), of: map[family.RecordRef][]int{}}
	for i := range x.all {
		for _, r := range x.all[i].Records {
			x.of[r] = append(x.of[r], i)
		}
	}
	n.nominated = x
	return x, nil
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
	out := slices.Clone(persons)
	if len(x.all) == 0 {
		return out, nil
	}
	seen := map[int]bool{}
	for _, id := range persons {
		p, _, err := s.Person(id)
		if err != nil {
			return nil, err
		}
		for _, r := range p.Records {
			for _, i := range x.of[r.Ref()] {
				if !seen[i] {
					seen[i] = true
					if out, err = appendPersons(s, out, x.all[i].Records); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// appendPersons adds the persons of records; a row may not be live any more.
func appendPersons(s *store.Store, out []string, records []family.RecordRef) ([]string, error) {
	for _, r := range records {
		id, err := s.PersonOfRecord(r)
		switch {
		case err == nil:
			out = append(out, id)
		case !errors.Is(err, family.ErrNotFound):
			return nil, err
		}
	}
	return out, nil
}
