package family

import (
	"strings"
)

// Name is a forename and a surname as written.
type Name struct{ Forename, Surname string }

// Address is where a row says that somebody lives, or where something
// happened. Postcode and UPRN are canonical or blank; the lines are text.
type Address struct {
	Line1, Line2, Town string
	Postcode           string
	UPRN               string
}

// Blank says whether the address says nothing.
func (a Address) Blank() bool { return a == Address{} }

// Record is one person as described by one row: the row's subject, or one of
// an attendance row's two contacts. Placeholders are blank, and so is every
// identifier that fails its check.
type Record struct {
	Row           *Row
	Part          Part
	Forename      string
	Middle        string
	Surname       string
	KnownAs       []string
	FormerSurname []string
	Aliases       []Name
	DOB           Date
	Sex           byte // M, F, X or 0
	Address       Address
	Phone, Email  string
	UPN           string
	FormerUPN     string
	NINO          string
	NHSNumber     string
	PNC           string
	ULN           string
	NominalID     string // the police force's own number of the person
	Relationship  string // a contact's relationship to the pupil
	Died          Date
}

// Ref names the record.
func (r *Record) Ref() RecordRef { return RecordRef{r.Row.Ref(), r.Part} }

// Records returns the people that a row describes: none for a withdrawn row,
// a reference row or an event with no person; else the subject, followed by
// the contacts that have a name.
func Records(row *Row) []Record {
	if row.Deleted || row.Feed.Reference() {
		return nil
	}
	if row.Feed == Police && row.Text(ColRole) == "none" {
		return nil
	}
	// Room for exactly as many as there are: a night holds all of them at once.
	out := make([]Record, 0, named(row, ColForename, ColSurname)+
		named(row, ColContact1Forename, ColContact1Surname)+
		named(row, ColContact2Forename, ColContact2Surname))
	if named(row, ColForename, ColSurname) == 1 {
		out = append(out, subject(row))
	}
	if row.Feed == Attendance {
		out = appendContact(out, row, Contact1, ColContact1Forename)
		out = appendContact(out, row, Contact2, ColContact2Forename)
	}
	return out
}

// named is 1 if either column holds a name, else 0.
func named(row *Row, forename, surname Column) int {
	if NameText(row.Text(forename)) == "" && NameText(row.Text(surname)) == "" {
		return 0
	}
	return 1
}

func subject(row *Row) Record {
	return Record{
		Row:      row,
		Forename: NameText(row.Text(ColForename)), Middle: NameText(row.Text(ColMiddleNames)),
		Surname: NameText(row.Text(ColSurname)), KnownAs: names(row.Text(ColKnownAs)),
		FormerSurname: names(row.Text(ColFormerSurname)), Aliases: aliases(row.Text(ColAlias)),
		DOB: birth(row.Date(ColDOB)), Sex: sexOf(row.Text(ColSex)),
		Address: Address{
			Line1: row.Text(ColAddress1), Line2: row.Text(ColAddress2), Town: row.Text(ColTown),
			Postcode: Postcode(row.Text(ColPostcode)), UPRN: UPRN(row.Text(ColUPRN)),
		},
		Phone: Phone(row.Text(ColPhone)), Email: Email(row.Text(ColEmail)),
		UPN: UPN(row.Text(ColUPN)), FormerUPN: UPN(row.Text(ColFormerUPN)),
		NINO: NINO(row.Text(ColNINO)), NHSNumber: NHSNumber(row.Text(ColNHSNumber)),
		PNC: PNC(row.Text(ColPNCID)), ULN: ULN(row.Text(ColULN)),
		NominalID: row.Text(ColNominalID), Died: row.Date(ColDateOfDeath),
	}
}

// appendContact adds the contact whose columns begin at first, if it is named.
// A contact who shares the pupil's address takes it where none is given.
func appendContact(out []Record, row *Row, part Part, first Column) []Record {
	at := func(c Column) string { return row.Text(first + c - ColContact1Forename) }
	r := Record{
		Row: row, Part: part,
		Forename: NameText(at(ColContact1Forename)), Surname: NameText(at(ColContact1Surname)),
		DOB:          birth(row.Date(first + ColContact1DOB - ColContact1Forename)),
		Relationship: at(ColContact1Relationship), Phone: Phone(at(ColContact1Phone)),
		Address: Address{
			Line1: at(ColContact1Address1), Postcode: Postcode(at(ColContact1Postcode)),
			UPRN: UPRN(at(ColContact1UPRN)),
		},
	}
	if r.Forename == "" && r.Surname == "" {
		return out
	}
	switch r.Relationship {
	case "mother":
		r.Sex = 'F'
	case "father":
		r.Sex = 'M'
	}
	if r.Address.Blank() && at(ColContact1SameAddress) == "Y" {
		r.Address = subject(row).Address
	}
	return append(out, r)
}

// NameText returns a name as written, and "" for a placeholder such as
// UNKNOWN, N/K or BABY.
func NameText(s string) string {
	switch strings.ToUpper(strings.TrimSpace(s)) {
	case "UNKNOWN", "N/K", "NK", "NOT KNOWN", "NOTKNOWN", "UNK", "BABY", "MASTER",
		"MISS", "N/A", "NA", "NONE", "NULL", "-", ".", "?", "X", "XX", "XXX":
		return ""
	}
	return strings.TrimSpace(s)
}

func names(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ";") {
		if n := NameText(part); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// aliases reads "forename surname; forename surname": the last word is the
// surname.
func aliases(s string) []Name {
	var out []Name
	for _, n := range names(s) {
		forename, surname := "", n
		if i := strings.LastIndexByte(n, ' '); i >= 0 {
			forename, surname = n[:i], n[i+1:]
		}
		out = append(out, Name{NameText(forename), NameText(surname)})
	}
	return out
}

// birth drops the placeholder date of birth, 1 January 1900.
func birth(d Date) Date {
	if d == NewDate(1900, 1, 1) {
		return 0
	}
	return d
}

func sexOf(s string) byte {
	switch s {
	case "M", "F", "X":
		return s[0]
	}
	return 0
}
