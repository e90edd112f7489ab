package household

import (
	"cmp"
	"slices"
	"strings"
)

// numbered is what is known of a number in a street that has flats, or a
// building of a name.
type numbered struct {
	unit  string   // one of its flats
	many  bool     // there are more
	names []string // that go with flats
	apart []string // of buildings with UPRNs of their own
}

// maxBlockNames bounds how many names of one block are remembered.
const maxBlockNames = 8

// noteBlocks finds the numbers that have flats, and the names that go with
// flats there: another name at such a number is a part of the building. So is a
// name whose UPRNs are others than those of the number alone.
func (d *dwellings) noteBlocks(uses []use) {
	at := func(t lines) *numbered {
		b := d.blocks[t.building()]
		if b == nil {
			b = &numbered{}
			d.blocks[t.building()] = b
		}
		return b
	}
	note := func(t lines) {
		if t.number == "" || t.partial() || t.unit == "" && t.name == "" {
			return
		}
		b := at(t)
		if t.unit == "" {
			return
		}
		b.many = b.many || b.unit != "" && b.unit != t.unit
		b.unit = cmp.Or(b.unit, t.unit)
		if at, ok := slices.BinarySearch(b.names, t.name); t.name != "" && !ok {
			b.names = slices.Insert(b.names, at, t.name)
			b.names = b.names[:min(len(b.names), maxBlockNames)] // whatever order they come in
		}
	}
	if d.gaz != nil {
		for i := range d.gaz.places {
			note(d.gaz.places[i].text)
		}
	}
	for i := range uses {
		note(uses[i].text)
	}
	d.noteApart(uses)
}

// minApart is how many rows must agree on a UPRN before it tells a named
// building from the number alone: one row's may be miswritten.
const minApart = 2

// told is a UPRN that rows give beside a number in a street, with or without a
// building's name.
type told struct {
	at   lines // with the name
	uprn string
	rows int
}

// noteApart finds the names whose rows agree on a UPRN, those of the number
// alone on another, and none says both.
func (d *dwellings) noteApart(uses []use) {
	var all []told
	for i := range uses {
		t, uprn := uses[i].text, uses[i].address.UPRN
		if t.unit == "" && t.number != "" && uprn != "" && !t.partial() && d.blocks[t.building()] != nil {
			k := t.key()
			k.name = t.name
			all = append(all, told{k, uprn, uses[i].rows})
		}
	}
	slices.SortFunc(all, func(a, b told) int {
		return cmp.Or(strings.Compare(a.at.postcode, b.at.postcode), strings.Compare(a.at.street, b.at.street),
			strings.Compare(a.at.number, b.at.number), strings.Compare(a.at.name, b.at.name), strings.Compare(a.uprn, b.uprn))
	})
	for lo := 0; lo < len(all); {
		hi, k := lo, all[lo].at.key()
		for hi < len(all) && all[hi].at.key() == k {
			hi++
		}
		d.blocks[k].apart = apartFrom(all[lo:hi])
		lo = hi
	}
}

// apartFrom returns the names of one number that are apart; all is sorted by
// name, then UPRN.
func apartFrom(all []told) (names []string) {
	plain := ofName(all, "")
	for i, t := range all {
		if t.at.name == "" || i > 0 && all[i-1].at.name == t.at.name || len(names) == maxBlockNames {
			continue
		}
		own := ofName(all, t.at.name)
		shares := slices.ContainsFunc(own, func(t told) bool {
			return slices.ContainsFunc(plain, func(o told) bool { return o.uprn == t.uprn })
		})
		if !shares && agreed(own) && agreed(plain) {
			names = append(names, t.at.name)
		}
	}
	return names
}

// ofName returns the UPRNs told beside a name, each once.
func ofName(all []told, name string) (list []told) {
	for _, t := range all {
		if n := len(list); t.at.name == name && n > 0 && list[n-1].uprn == t.uprn {
			list[n-1].rows += t.rows
		} else if t.at.name == name {
			list = append(list, t)
		}
	}
	return list
}

func agreed(list []told) bool {
	return slices.ContainsFunc(list, func(t told) bool { return t.rows >= minApart })
}

// partOf says whether t names a part of a building of flats which is not one
// of them, or a building apart: a home or hostel at another's number.
func (d *dwellings) partOf(t lines) bool {
	if t.name == "" || t.unit != "" || t.number == "" {
		return false
	}
	b := d.blocks[t.building()]
	return b != nil && (slices.ContainsFunc(b.apart, func(n string) bool { return alikeName(n, t.name) }) || b.houses(t))
}

// inBlock says whether t names a part of a building of flats.
func (d *dwellings) inBlock(t lines) bool {
	b := d.blocks[t.building()]
	return b != nil && b.houses(t)
}

// houses says whether the number has flats that go by no such name.
func (b *numbered) houses(t lines) bool {
	return b.many && !slices.ContainsFunc(b.names, func(n string) bool { return alikeName(n, t.name) })
}
