package server

import (
	"errors"

	"github.com/hearthmatch/hearth/family"
)

// home is where a person lives or lived, seen by what may be shown.
type home struct {
	open      []string         // households that are not protected, in order
	protected bool             // the person lives or lived in a protected household
	secret    []family.Address // of the protected households the person has any part in
}

// homeOf sorts a person's households. Somebody who is only an associate or a
// non-resident parent of a protected household keeps the own address, but is
// not told of that household or of its address.
func (q *queries) homeOf(personID string, households []string) (home, error) {
	var h home
	for _, id := range households {
		hh, err := q.index.Household(id)
		if err != nil {
			return home{}, err
		}
		if !hh.Protected {
			h.open = append(h.open, id)
			continue
		}
		h.secret = append(h.secret, hh.Address)
		for _, m := range hh.Members {
			h.protected = h.protected || m.PersonID == personID && m.Role.Resident()
		}
	}
	return h, nil
}

// secretAddress says whether an address is that of a protected household which
// the person has a part in.
func (h home) secretAddress(a family.Address) bool {
	for _, s := range h.secret {
		if s.UPRN != "" && s.UPRN == a.UPRN || s.Postcode != "" && s.Postcode == a.Postcode {
			return true
		}
	}
	return false
}

// watcher looks up once for a call what each person's rows may show.
type watcher struct {
	q     *queries
	homes map[string]home // by person
}

func (q *queries) watch() *watcher { return &watcher{q, make(map[string]home)} }

func (w *watcher) homeOfRecord(ref family.RecordRef) (home, error) {
	id, err := w.q.index.PersonOfRecord(ref)
	if errors.Is(err, family.ErrNotFound) {
		return home{}, nil
	}
	if err != nil {
		return home{}, err
	}
	if h, ok := w.homes[id]; ok {
		return h, nil
	}
	_, households, err := w.q.index.Person(id)
	if err != nil {
		return home{}, err
	}
	h, err := w.q.homeOf(id, households)
	w.homes[id] = h
	return h, err
}

// hides says whether the places on a row are withheld: it speaks of somebody
// who has a part in a protected household, who may live there, have been
// met there, or be whom it is kept from.
func (w *watcher) hides(row *family.Row) (bool, error) {
	if row.Text(family.ColPlacement) == refuge {
		return true, nil
	}
	for _, r := range family.Records(row) {
		h, err := w.homeOfRecord(r.Ref())
		if err != nil || len(h.secret) > 0 {
			return true, err
		}
	}
	return false, nil
}

// hidesRecord says whether a record's own address is withheld: where the
// person, or anybody named on the row, lives or lived in a protected
// household, and where it is the address of one.
func (w *watcher) hidesRecord(r *family.Record) (bool, error) {
	if r.Row.Text(family.ColPlacement) == refuge {
		return true, nil
	}
	for _, other := range family.Records(r.Row) {
		h, err := w.homeOfRecord(other.Ref())
		if err != nil || h.protected || h.secretAddress(r.Address) {
			return true, err
		}
	}
	return false, nil
}

// refuge is the placement that protects an address.
const refuge = "refuge"

// placeColumns tell where a dwelling is, or could lead there.
var placeColumns = map[family.Column]bool{
	family.ColAddress1: true, family.ColAddress2: true, family.ColTown: true,
	family.ColPostcode: true, family.ColUPRN: true,
	family.ColContact1Address1: true, family.ColContact1Postcode: true, family.ColContact1UPRN: true,
	family.ColContact2Address1: true, family.ColContact2Postcode: true, family.ColContact2UPRN: true,
	family.ColEventAddress1: true, family.ColEventPostcode: true, family.ColEventUPRN: true,
	family.ColLandlord: true,
}
