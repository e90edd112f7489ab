package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/fold"
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

const (
	// mostAround bounds the people gathered around a household.
	mostAround = 2000
	// mostAtPostcode bounds those of one postcode: a block of flats has fewer,
	// and more say nothing of one household.
	mostAtPostcode = 400
	// mostPostcodes bounds the postcodes looked into.
	mostPostcodes = 24
)

// surroundings gathers the people who bear on where some live: themselves, who
// stands on a row or in a household with them, who stands on a row with one of
// those, everybody who gave a postcode that one of the first did, and of these,
// who stands on a row or in a household with one who gave the same address. All
// records of a row share it, as in a night.
type surroundings struct {
	store      *store.Store
	most       int                 // people are read
	households map[string][]string // of those read, by id
	persons    []family.Person
	rows       map[family.RowRef][]family.Record
}

func newSurroundings(s *store.Store, most int) *surroundings {
	return &surroundings{store: s, most: most, households: map[string][]string{}, rows: map[family.RowRef][]family.Record{}}
}

func aroundPersons(ctx context.Context, s *store.Store, ids []string) ([]family.Person, error) {
	a := newSurroundings(s, mostAround)
	for _, id := range ids {
		if err := a.add(id); err != nil {
			return nil, err
		}
	}
	first := len(a.persons)
	for _, from := range []int{0, first} {
		for i, n := from, len(a.persons); i < n; i++ {
			if err := a.addNamedWith(i); err != nil {
				return nil, err
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
	}
	before := len(a.persons)
	if err := a.addNeighbors(first); err != nil {
		return nil, err
	}
	if err := a.followHousemates(first, before); err != nil {
		return nil, err
	}
	slices.SortFunc(a.persons, func(x, y family.Person) int { return strings.Compare(x.ID, y.ID) })
	return a.persons, ctx.Err()
}

// add reads a person once, and everybody in the person's households.
func (a *surroundings) add(id string) error {
	if err := a.read(id); err != nil {
		return err
	}
	return a.addHouseholds(id)
}

func (a *surroundings) addHouseholds(id string) error {
	for _, hid := range a.households[id] {
		h, err := a.store.Household(hid)
		if err != nil {
			return err
		}
		for _, m := range h.Members {
			if err := a.read(m.PersonID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *surroundings) read(id string) error {
	if _, known := a.households[id]; known || len(a.persons) >= a.most {
		return nil
	}
	p, households, err := a.store.Person(id)
	if err != nil {
		return err
	}
	a.households[id] = households
	for i, r := range p.Records {
		ref := r.Row.Ref()
		if a.rows[ref] == nil {
			a.rows[ref] = family.Records(r.Row)
		}
		for j := range a.rows[ref] {
			if a.rows[ref][j].Part == r.Part {
				p.Records[i] = &a.rows[ref][j]
			}
		}
	}
	a.persons = append(a.persons, p)
	return nil
}

// addNamedWith reads those who stand on a row with person number i.
func (a *surroundings) addNamedWith(i int) error {
	for _, r := range a.persons[i].Records {
		for _, other := range a.rows[r.Row.Ref()] {
			id, err := a.store.PersonOfRecord(other.Ref())
			if errors.Is(err, family.ErrNotFound) {
				continue
			}
			if err == nil {
				err = a.read(id)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// addNeighbors reads whoever gave a postcode that one of the first n people did.
func (a *surroundings) addNeighbors(n int) error {
	var postcodes []string
	for _, p := range a.persons[:n] {
		for _, r := range p.Records {
			if pc := r.Address.Postcode; pc != "" && !slices.Contains(postcodes, pc) && len(postcodes) < mostPostcodes {
				postcodes = append(postcodes, pc)
			}
		}
	}
	for _, pc := range postcodes {
		ids, err := a.store.FindPersons("pc:"+pc, false, "", mostAtPostcode)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := a.read(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// doors names the dwellings that a person's rows give: by UPRN, and as written.
func doors(p *family.Person) (out []string) {
	for _, r := range p.Records {
		if r.Address.UPRN != "" {
			out = append(out, r.Address.UPRN)
		}
		if r.Address.Postcode != "" {
			out = append(out, r.Address.Postcode+" "+fold.ASCII(r.Address.Line1))
		}
	}
	return out
}

// followHousemates reads who stands with those of the people from number from on
// who gave an address that one of the first n did.
func (a *surroundings) followHousemates(n, from int) error {
	known := map[string]bool{}
	for i := range a.persons[:n] {
		for _, d := range doors(&a.persons[i]) {
			known[d] = true
		}
	}
	for i, end := from, len(a.persons); i < end; i++ {
		if !slices.ContainsFunc(doors(&a.persons[i]), func(d string) bool { return known[d] }) {
			continue
		}
		if err := a.addNamedWith(i); err != nil {
			return err
		}
		if err := a.addHouseholds(a.persons[i].ID); err != nil {
			return err
		}
	}
	return nil
}
