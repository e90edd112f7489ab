package household

import (
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Near returns the part of the address file that the people's addresses can
// mean: a few streets of a council's, so that households of a few people can be
// formed again in no time. It resolves these addresses as the whole file does.
func (g *Gazetteer) Near(persons []family.Person) *Gazetteer {
	if g == nil {
		return nil
	}
	type door struct{ number, street string }
	uprns, postcodes, doors := map[string]bool{}, map[string]bool{}, map[door]bool{}
	note := func(a family.Address) {
		if a.Blank() {
			return
		}
		t := parseAddress(a)
		uprns[a.UPRN], postcodes[t.postcode] = true, true
		if t.street != "" {
			doors[door{t.number, t.street}] = true
		}
	}
	for i := range persons {
		for _, r := range persons[i].Records {
			note(r.Address)
			if r.Row.Feed == family.Attendance {
				note(pupilAddress(r.Row))
			}
			if r.Row.Feed == family.Police {
				note(eventAddress(r.Row))
			}
		}
	}
	delete(uprns, "")
	delete(postcodes, "")
	for i := range g.places {
		if p := &g.places[i]; uprns[p.uprn] {
			postcodes[p.text.postcode] = true
		}
	}
	out := &Gazetteer{byUPRN: map[string]int{}}
	districts := map[string]bool{}
	for i := range g.places {
		p := &g.places[i]
		if d := district(p.text.postcode); !districts[d] { // one tells that the council reaches there
			districts[d], uprns[p.uprn] = true, true
		}
		if postcodes[p.text.postcode] || doors[door{p.text.number, p.text.street}] {
			uprns[p.uprn] = true
			uprns[p.parent] = true
		}
	}
	for i := range g.places {
		if p := g.places[i]; uprns[p.uprn] {
			out.byUPRN[p.uprn] = len(out.places)
			out.places = append(out.places, p)
		}
	}
	return out
}

// Without leaves rows out of the input, and a decision where it is not blank.
// Whoever had no other rows is not there any more; who is who stays as it is.
func (in Input) Without(rows []family.RowRef, decision string) Input {
	gone := func(r *family.Record) bool { return slices.Contains(rows, r.Row.Ref()) }
	persons := make([]family.Person, 0, len(in.Persons))
	for _, p := range in.Persons {
		if slices.ContainsFunc(p.Records, gone) {
			p = stripped(p, gone)
		}
		if len(p.Records) > 0 {
			persons = append(persons, p)
		}
	}
	in.Persons = persons
	if decision != "" {
		in.Decisions = slices.DeleteFunc(slices.Clone(in.Decisions), func(d family.Decision) bool { return d.ID == decision })
	}
	return in
}

func stripped(p family.Person, gone func(*family.Record) bool) family.Person {
	records, probability := p.Records, p.Probability
	p.Records, p.Probability = nil, nil
	for i, r := range records {
		if gone(r) {
			continue
		}
		p.Records = append(p.Records, r)
		if i < len(probability) {
			p.Probability = append(p.Probability, probability[i])
		}
	}
	return p
}
