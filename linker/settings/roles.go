package settings

import (
	"slices"

	"github.com/hearthmatch/hearth/matcher"
)

// Role is something that a column can be.
type Role struct {
	// Name is the word in the settings file.
	Name string
	// Means says what the cells hold and what becomes of them.
	Means string
	// Kind is how cells compare; 0 where the column feeds another role's field
	// or is left out.
	Kind matcher.Kind
	// Frequent, Shared and Group are as in matcher.ColumnSpec.
	Frequent, Shared bool
	Group            string
	// Several says that a person has several of them: each column name is a
	// field of its own.
	Several bool
	// Out says that the column is not compared.
	Out bool
}

// The names of roles.
const (
	forename      = "forename"
	middleName    = "middle name"
	surname       = "surname"
	formerSurname = "former surname"
	alias         = "alias"
	fullName      = "full name"
	title         = "title"
	dateOfBirth   = "date of birth"
	dayOfBirth    = "day of birth"
	monthOfBirth  = "month of birth"
	yearOfBirth   = "year of birth"
	age           = "age"
	dateOfDeath   = "date of death"
	sex           = "sex"
	postcode      = "postcode"
	property      = "property number"
	addressLine   = "address line"
	addressRest   = "address line 2"
	fullAddress   = "full address"
	flat          = "flat"
	houseNumber   = "house number"
	street        = "street"
	town          = "town"
	region        = "region"
	country       = "country"
	latitude      = "latitude"
	longitude     = "longitude"
	point         = "point"
	birthPlace    = "birth place"
	phone         = "phone"
	email         = "email"
	nhsNumber     = "nhs number"
	nino          = "nino"
	upn           = "upn"
	uln           = "uln"
	identifier    = "identifier"
	serial        = "serial number"
	organisation  = "organisation"
	occupation    = "occupation"
	category      = "category"
	number        = "number"
	text          = "text"
	otherDate     = "other date"
	amount        = "amount"
	freeText      = "free text"
)

// The groups of columns that say much the same.
const (
	groupPlace = "place"
	groupGiven = "given"
)

// roles are listed in the order in which their fields are compared.
var roles = []Role{
	{Name: forename, Means: "given name; middle names count as alternatives", Kind: matcher.Forename, Frequent: true, Group: groupGiven},
	{Name: middleName, Means: "further given names or initials", Kind: matcher.Forename},
	{Name: surname, Means: "family name", Kind: matcher.Surname, Frequent: true, Shared: true},
	{Name: formerSurname, Means: "maiden or earlier family name: an alternative of the surname"},
	{Name: alias, Means: "another name the person goes by: an alternative of forename and surname"},
	{Name: fullName, Means: "forename and surname in one, in either order: split"},
	{Name: title, Means: "Mr, Mrs, Dr: tells the sex where no column does"},
	{Name: dateOfBirth, Means: "in any common form; the order of day and month is that of the whole column", Kind: matcher.Date},
	{Name: dayOfBirth, Means: "1 to 31, joined with month and year"},
	{Name: monthOfBirth, Means: "1 to 12 or a name, joined with day and year"},
	{Name: yearOfBirth, Means: "a year; used where there is no whole date", Kind: matcher.Number},
	{Name: age, Means: "whole years; used where there is neither date nor year", Kind: matcher.Number},
	{Name: dateOfDeath, Means: "a date of the person, not of an event", Kind: matcher.Date},
	{Name: sex, Means: "M, F or X however written", Kind: matcher.Code, Group: groupGiven},
	{Name: postcode, Means: "postcode or ZIP code of the home", Kind: matcher.Postcode, Frequent: true, Shared: true, Group: groupPlace},
	{Name: property, Means: "UPRN or another number of the dwelling", Kind: matcher.Code, Frequent: true, Shared: true, Group: groupPlace},
	{Name: addressLine, Means: "house number and street in one", Kind: matcher.Address, Frequent: true, Shared: true, Group: groupPlace},
	{Name: street, Means: "street without number", Kind: matcher.Address, Frequent: true, Shared: true, Group: groupPlace},
	{Name: houseNumber, Means: "number of the house", Kind: matcher.Number, Shared: true, Group: groupPlace},
	{Name: fullAddress, Means: "address and postcode in one: the postcode, which stands last, is split off"},
	{Name: flat, Means: "flat, unit or apartment: joined to the address line"},
	{Name: addressRest, Means: "a further line: house name, locality", Kind: matcher.Address, Frequent: true, Shared: true, Group: groupPlace},
	{Name: town, Means: "town, city, suburb or village", Kind: matcher.Text, Frequent: true, Shared: true, Group: groupPlace},
	{Name: region, Means: "county, state or province", Kind: matcher.Code, Shared: true, Group: groupPlace},
	{Name: country, Means: "country of residence", Kind: matcher.Code, Shared: true, Group: groupPlace},
	{Name: latitude, Means: "decimal degrees, joined with longitude"},
	{Name: longitude, Means: "decimal degrees, joined with latitude"},
	{Name: point, Means: "latitude and longitude in one", Kind: matcher.Point, Shared: true, Group: groupPlace},
	{Name: phone, Means: "telephone number, with or without country code", Kind: matcher.Phone, Shared: true},
	{Name: email, Means: "e-mail address", Kind: matcher.Email, Shared: true},
	{Name: nhsNumber, Means: "NHS number", Kind: matcher.Identifier},
	{Name: nino, Means: "National Insurance number; the last letter does not count", Kind: matcher.Identifier},
	{Name: upn, Means: "unique pupil number", Kind: matcher.Identifier},
	{Name: uln, Means: "unique learner number", Kind: matcher.Identifier},
	{Name: identifier, Means: "another number that one person has and keeps", Kind: matcher.Identifier, Several: true},
	{Name: serial, Means: "a number that one person has, given out in order: only equal ones agree", Kind: matcher.Code, Several: true},
	{Name: birthPlace, Means: "place or country of birth", Kind: matcher.Text, Frequent: true},
	{Name: organisation, Means: "firm, school or employer", Kind: matcher.Text, Frequent: true, Several: true},
	{Name: occupation, Means: "what the person does", Kind: matcher.Text, Frequent: true},
	{Name: category, Means: "one of few values, such as ethnicity", Kind: matcher.Code, Frequent: true, Several: true},
	{Name: number, Means: "a number that stays with the person", Kind: matcher.Number, Several: true},
	{Name: text, Means: "a few words that stay with the person", Kind: matcher.Text, Frequent: true, Several: true},
	{Name: otherDate, Means: "date of an event; proposals leave it out of tables of people", Kind: matcher.Date, Several: true},
	{Name: amount, Means: "money or a measurement; proposals leave it out of tables of people", Kind: matcher.Number, Several: true},
	{Name: freeText, Means: "notes and sentences: not compared", Out: true},
	{Name: RecordID, Means: "names the row: not compared", Out: true},
	{Name: AnswerKey, Means: "says who is who (cluster, label): not compared", Out: true},
}

// Roles returns every role, in the order in which fields are compared.
func Roles() []Role { return slices.Clone(roles) }

// role returns the role of a name, nil for none.
func role(name string) *Role {
	for i := range roles {
		if roles[i].Name == name {
			return &roles[i]
		}
	}
	return nil
}

// The formats of columns.
const (
	dayFirst     = "day first"     // 12/03/1990 is 12 March
	monthFirst   = "month first"   // 12/03/1990 is 3 December
	yearFirst    = "year first"    // 90-12-03 is 3 December 1990
	serialDays   = "serial days"   // days since 30 December 1899, as spreadsheets count
	surnameFirst = "surname first" // SMITH John
)

// Formats returns the words that Column.Format may be.
func Formats() []string {
	return []string{dayFirst, monthFirst, yearFirst, serialDays, surnameFirst}
}
