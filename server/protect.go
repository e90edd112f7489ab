package server

import (
	"errors"

	"github.com/hearthmatch/hearth/family"
)

// home is where a person lives or lived, seen by what may be shown.
type home struct {
	open      []string // households that are not protected, in order
	protected bool     // the person lives or lived in a protected household
}

// hidden says whether the person's addresses are withheld.
func (h home) hidden(includeProtected bool) bool { return h.protected && !includeProtected }

// homeOf sorts a person's households. Somebody who is only an associate or a
// non-resident parent of a protected household keeps the own address, but is
// not told of that household.
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
		for _, m := range hh.Members {
			h.protected = h.protected || m.PersonID == personID && m.Role.Resident()
		}
	}
	return h, nil
}

// rowHidden says whether a row speaks of somebody at a protected address, or
// of the protected address itself.
func (q *queries) rowHidden(row *family.Row) (bool, error) {
	if row.Text(family.ColPlacement) == "refuge" {
		return true, nil
	}
	for _, r := range family.Records(row) {
		id, err := q.index.PersonOfRecord(r.Ref())
		if errors.Is(err, family.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		_, households, err := q.index.Person(id)
		if err != nil {
			return false, err
		}
		h, err := q.homeOf(id, households)
		if err != nil || h.protected {
			return true, err
		}
	}
	return false, nil
}

// placeColumns tell where a dwelling is, or could lead there.
var placeColumns = map[family.Column]bool{
	family.ColAddress1: true, family.ColAddress2: true, family.ColTown: true,
	family.ColPostcode: true, family.ColUPRN: true,
	family.ColContact1Address1: true, family.ColContact1Postcode: true, family.ColContact1UPRN: true,
	family.ColContact2Address1: true, family.ColContact2Postcode: true, family.ColContact2UPRN: true,
	family.ColEventAddress1: true, family.ColEventPostcode: true, family.ColEventUPRN: true,
	family.ColLandlord: true,
}
