package main

import (
	"context"
	"errors"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/store"
)

// neighborhood gathers the records that bear on whether two are one person:
// those of both persons, of everybody named on a row with them, and of
// everybody in their households. To compare two records among all there are
// would take as long as a night.
type neighborhood struct {
	store   *store.Store
	persons map[string]bool
	rows    map[family.RowRef]bool
	records []*family.Record
}

// gather adds what bears on each of the records.
func (n *neighborhood) gather(ctx context.Context, refs ...family.RecordRef) error {
	for _, ref := range refs {
		id, err := n.store.PersonOfRecord(ref)
		if err != nil {
			return err
		}
		households, err := n.add(id)
		if err != nil {
			return err
		}
		if err := n.addNamedWith(id); err != nil {
			return err
		}
		for _, hid := range households {
			h, err := n.store.Household(hid)
			if err != nil {
				return err
			}
			for _, m := range h.Members {
				if _, err := n.add(m.PersonID); err != nil {
					return err
				}
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// add adds every record on the rows of a person, and returns the person's
// households.
func (n *neighborhood) add(personID string) ([]string, error) {
	p, households, err := n.store.Person(personID)
	if err != nil || n.persons[personID] {
		return households, err
	}
	n.persons[personID] = true
	for _, r := range p.Records {
		if n.rows[r.Row.Ref()] {
			continue
		}
		n.rows[r.Row.Ref()] = true
		all := family.Records(r.Row)
		for i := range all {
			n.records = append(n.records, &all[i])
		}
	}
	return households, nil
}

// addNamedWith adds the persons who stand on a row with the person.
func (n *neighborhood) addNamedWith(personID string) error {
	p, _, err := n.store.Person(personID)
	if err != nil {
		return err
	}
	for _, r := range p.Records {
		for _, other := range family.Records(r.Row) {
			id, err := n.store.PersonOfRecord(other.Ref())
			if errors.Is(err, family.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if _, err := n.add(id); err != nil {
				return err
			}
		}
	}
	return nil
}
