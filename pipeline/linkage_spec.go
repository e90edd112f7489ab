package pipeline

import "github.com/hearthmatch/hearth/matcher"

// The columns that records are compared by, in the order of the specification.
const (
	colForename = iota
	colSurname
	colBorn
	colSex
	colPostcode
	colSpan
	colUPN
	colNINO
	colNHS
	colPNC
	colULN
	colNominal
	colCapacity
	colRole
	colTogether
	colDwelling
	colPhone
)

const (
	nameForename = "forename"
	nameSurname  = "surname"
	nameBorn     = "date of birth"
	nameSex      = "sex"
	namePostcode = "postcode"
	nameTogether = "people named together"
	nameDwelling = "dwelling"
	namePhone    = "phone or e-mail"
)

var linkageColumns = []matcher.ColumnSpec{
	colForename: {Name: nameForename, Kind: matcher.Forename, Frequent: true},
	colSurname:  {Name: nameSurname, Kind: matcher.Surname, Frequent: true},
	colBorn:     {Name: nameBorn, Kind: matcher.Date, Frequent: true},
	colSex:      {Name: nameSex, Kind: matcher.Code},
	colPostcode: {Name: namePostcode, Kind: matcher.Postcode},
	colSpan:     {Name: "possible years of birth", Kind: matcher.Span, Unless: nameBorn, With: nameSex},
	colUPN:      {Name: "pupil number", Kind: matcher.Identifier},
	colNINO:     {Name: "national insurance number", Kind: matcher.Identifier},
	colNHS:      {Name: "NHS number", Kind: matcher.Identifier},
	colPNC:      {Name: "PNC identifier", Kind: matcher.Identifier},
	colULN:      {Name: "learner number", Kind: matcher.Identifier},
	colNominal:  {Name: "police nominal number", Kind: matcher.Identifier},
	// There are few social workers: two of a name are likelier one than two
	// parents of a name are.
	colCapacity: {Name: "kind of contact", Kind: matcher.Code, Frequent: true},
	colRole:     {Name: "part in the same tenancy, claim or family", Kind: matcher.Role},
	colTogether: {Name: nameTogether, Kind: matcher.Keys, Context: true, Together: true},
	colDwelling: {Name: nameDwelling, Kind: matcher.Keys, Context: true},
	colPhone:    {Name: namePhone, Kind: matcher.Keys, Context: true},
}

// linkageSpec says how records are compared and blocked.
func linkageSpec() matcher.Spec {
	s := matcher.Spec{Columns: linkageColumns}
	for c := colUPN; c <= colNominal; c++ {
		s.Rules = append(s.Rules, matcher.Rule{Name: linkageColumns[c].Name, Cap: 200,
			Parts:  []matcher.KeyPart{whole(linkageColumns[c].Name)},
			Refine: []matcher.KeyPart{whole(nameForename)}})
	}
	forename3 := matcher.KeyPart{Column: nameForename, How: matcher.Prefix3}
	initial := matcher.KeyPart{Column: nameForename, How: matcher.Initial}
	sound := matcher.KeyPart{Column: nameSurname, How: matcher.Sound}
	outward := matcher.KeyPart{Column: namePostcode, How: matcher.Outward}
	year := matcher.KeyPart{Column: nameBorn, How: matcher.Year}
	s.Rules = append(s.Rules,
		matcher.Rule{Name: "born, surname", Cap: 80, Refine: []matcher.KeyPart{initial, outward},
			Parts: []matcher.KeyPart{whole(nameBorn), sound}},
		matcher.Rule{Name: "born, forename", Cap: 80, Refine: []matcher.KeyPart{sound, outward},
			Parts: []matcher.KeyPart{whole(nameBorn), forename3}},
		matcher.Rule{Name: "names either way, year", Cap: 80, Either: true,
			Refine: []matcher.KeyPart{outward, whole(nameForename)},
			Parts:  []matcher.KeyPart{{Column: nameForename, How: matcher.Sound}, sound, year}},
		matcher.Rule{Name: "born, postcode", Cap: 80, Refine: []matcher.KeyPart{initial},
			Parts: []matcher.KeyPart{whole(nameBorn), whole(namePostcode)}},
		matcher.Rule{Name: "names, postcode", Cap: 80, Refine: []matcher.KeyPart{whole(nameForename)},
			Parts: []matcher.KeyPart{sound, forename3, whole(namePostcode)}},
		matcher.Rule{Name: "names", Cap: 60, Refine: []matcher.KeyPart{outward, year},
			Parts: []matcher.KeyPart{whole(nameForename), whole(nameSurname)}},
		matcher.Rule{Name: nameTogether, Cap: 80, Refine: []matcher.KeyPart{initial, sound},
			Parts: []matcher.KeyPart{whole(nameTogether)}},
		matcher.Rule{Name: nameDwelling, Cap: 80, Refine: []matcher.KeyPart{initial, sound},
			Parts: []matcher.KeyPart{whole(nameDwelling)}},
		matcher.Rule{Name: namePhone, Cap: 80, Refine: []matcher.KeyPart{initial, sound},
			Parts: []matcher.KeyPart{whole(namePhone)}},
	)
	return s
}

func whole(column string) matcher.KeyPart {
	return matcher.KeyPart{Column: column, How: matcher.Whole}
}
