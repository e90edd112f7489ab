package server

import (
	"errors"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// home is where a person lives or lived, seen by what may be shown.
type home struct {
	open      []string         // households that are not protected, in order
	protected bool             // the person lives or lived in a protected household, or may
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
			h.protected = h.protected || m.PersonID == personID && (m.Role.Resident() || m.Kind == family.PossibleMember)
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

// withhold takes out of an open household what may not be shown: stays at
// addresses that are protected, and the relations, changes, contradictions and
// weights of people who live or lived at one. What is left names them as former
// members or associates at most.
func (q *queries) withhold(v *householdView) error {
	homes := make(map[string]home)
	v.secret = make(map[string]bool)
	for _, id := range mentioned(&v.household) {
		_, households, err := q.index.Person(id)
		if errors.Is(err, family.ErrNotFound) { // of another day: nobody knows where they live now
			v.secret[id] = true
			continue
		}
		if err != nil {
			return err
		}
		if homes[id], err = q.homeOf(id, households); err != nil {
			return err
		}
		v.secret[id] = homes[id].protected
	}
	anySecret := func(persons []string) bool {
		return slices.ContainsFunc(persons, func(id string) bool { return v.secret[id] })
	}
	h := &v.household
	h.Stays = without(h.Stays, func(s family.Stay) bool {
		return s.Protected || v.secret[s.PersonID] && !isCurrent(h, s.PersonID, v.info.AsAt) || homes[s.PersonID].secretAddress(s.Address)
	})
	h.Relations = without(h.Relations, func(r family.Relation) bool { return v.secret[r.A] || v.secret[r.B] })
	h.Changes = without(h.Changes, func(c family.Change) bool { return anySecret(c.Persons) })
	h.Contradictions = without(h.Contradictions, func(c family.Contradiction) bool { return anySecret(c.Persons) })
	h.Members = slices.Clone(h.Members)
	for i := range h.Members {
		if m := &h.Members[i]; v.secret[m.PersonID] {
			m.Weights = nil
		}
	}
	return nil
}

// without leaves out what must not be shown, and the slice that it is given as
// it is.
func without[T any](list []T, hide func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), hide)
}

func isCurrent(h *family.Household, personID string, asAt family.Date) bool {
	return slices.ContainsFunc(h.Members, func(m family.Member) bool { return m.PersonID == personID && m.Current(asAt) })
}

// mentioned are all people of whom a household's parts speak, sorted.
func mentioned(h *family.Household) []string {
	var out []string
	for _, m := range h.Members {
		out = append(out, m.PersonID)
	}
	for _, s := range h.Stays {
		out = append(out, s.PersonID)
	}
	for _, r := range h.Relations {
		out = append(out, r.A, r.B)
	}
	for _, c := range h.Changes {
		out = append(out, c.Persons...)
	}
	for _, c := range h.Contradictions {
		out = append(out, c.Persons...)
	}
	slices.Sort(out)
	return slices.Compact(out)
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
