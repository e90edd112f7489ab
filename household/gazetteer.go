package household

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Gazetteer is the council's address file, indexed by UPRN and by text. It is
// not changed once made and may be read from several goroutines.
type Gazetteer struct {
	places []place        // sorted by UPRN
	byUPRN map[string]int // into places
}

// place is one row of the address file.
type place struct {
	uprn, parent string
	address      family.Address
	class        string
	area         family.Area
	text         lines
	isParent     bool // other places name it as theirs
}

// NewGazetteer indexes the rows of the addresses feed; other rows, withdrawn
// rows and rows without a valid UPRN are ignored. Of two rows of one UPRN the
// later holds.
func NewGazetteer(rows []*family.Row) *Gazetteer {
	live := map[string]*family.Row{}
	for _, row := range rows {
		u := family.UPRN(row.Text(family.ColUPRN))
		if row.Feed != family.Addresses || row.Deleted || u == "" {
			continue
		}
		if o := live[u]; o == nil || row.Later(o) {
			live[u] = row
		}
	}
	g := &Gazetteer{places: make([]place, 0, len(live)), byUPRN: make(map[string]int, len(live))}
	for u, row := range live {
		g.places = append(g.places, newPlace(u, row))
	}
	slices.SortFunc(g.places, func(a, b place) int { return strings.Compare(a.uprn, b.uprn) })
	for i := range g.places {
		g.byUPRN[g.places[i].uprn] = i
	}
	for i := range g.places {
		if j, ok := g.byUPRN[g.places[i].parent]; ok && j != i {
			g.places[j].isParent = true
		}
	}
	return g
}

func newPlace(uprn string, row *family.Row) place {
	p := place{
		uprn: uprn, parent: family.UPRN(row.Text(family.ColParentUPRN)),
		address: family.Address{
			Line1: row.Text(family.ColAddress1), Line2: row.Text(family.ColAddress2),
			Town:     row.Text(family.ColTown),
			Postcode: family.Postcode(row.Text(family.ColPostcode)), UPRN: uprn,
		},
		class: strings.ToUpper(row.Text(family.ColClassification)),
		area: family.Area{
			Ward: row.Text(family.ColWard), District: row.Text(family.ColDistrict),
			Cluster: row.Text(family.ColCluster), LSOA: row.Text(family.ColLSOA),
		},
	}
	p.text = parseAddress(p.address)
	return p
}

// find returns the place of a UPRN, or nil.
func (g *Gazetteer) find(uprn string) *place {
	if g == nil || uprn == "" {
		return nil
	}
	if i, ok := g.byUPRN[uprn]; ok {
		return &g.places[i]
	}
	return nil
}
