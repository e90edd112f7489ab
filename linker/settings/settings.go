// Package settings decides what the columns of a table are and how they are
// compared: it proposes, from names and contents, or reads what a person wrote.
// It never reads files and links nothing.
//
// A column has a role (see Roles), such as forename or postcode. Columns of one
// role feed one field of the comparison, whatever they are called and whichever
// table they stand in: the first that is filled leads, and what the others add
// are alternatives. A full name feeds forename and surname, and three columns of
// day, month and year one date of birth. Roles of which a person has several
// (identifier, category, text) feed a field for each name of column.
package settings

import (
	"github.com/hearthmatch/hearth/linker/table"
)

// Mode says which records are compared.
type Mode uint8

// The modes.
const (
	Dedupe   Mode = iota + 1 // all tables as one
	LinkOnly                 // records of different tables only
	Both                     // all records, of one table or several
)

// DefaultThreshold is the probability from which records are one person where
// nobody has chosen another.
const DefaultThreshold = 0.95

// Settings say what each column is, and how to link.
type Settings struct {
	// ID is the column that names a record, in the tables that have it. Where it
	// is "" or a table lacks it, the column whose role is RecordID serves, and
	// after that the row's number; see IDColumn.
	ID string
	// Columns say what each column is, in the order of the tables.
	Columns []Column
	// Threshold is the probability, between 0 and 1, from which records are one
	// person.
	Threshold float64
	// Rules are blocking rules in words, such as "surname + year of date of
	// birth"; none lets the matcher find its own. See RuleWords.
	Rules []string
	// Notes say in plain words what the proposal was unsure of or left out. They
	// hold no value of any cell.
	Notes []string
}

// Column says what one column is.
type Column struct {
	Name string
	// Table limits the choice to the table of that name; "" is any table.
	Table string
	// As is the role, for example "forename"; "" leaves the column out.
	As string
	// Into names the field that the column feeds; "" is the role's own.
	Into string
	// Format says how cells are read where that is not plain: one of Formats.
	Format string
	// Missing are values that stand for nothing, as they are written in the
	// table, beside the usual words such as "unknown".
	Missing []string
	// Group names the factor that the column belongs to; "" is the role's own,
	// "none" is none.
	Group string
	// Frequent and Shared replace what the role says; nil leaves it.
	Frequent, Shared *bool
	// Why says what the role was chosen by, or why the column is left out.
	Why string
	// Confidence is how sure the choice is, from 0 to 1.
	Confidence float64
}

// The roles that leave a column out of the comparison.
const (
	RecordID  = "record id"  // names the row
	AnswerKey = "answer key" // says who is who: never used
)

// IDColumn returns the column that names a table's records, nil where the row's
// number has to serve.
func (s *Settings) IDColumn(t *table.Table) *table.Column {
	if c := t.Column(s.ID); s.ID != "" && c != nil {
		return c
	}
	for _, c := range s.Columns {
		if c.As == RecordID && (c.Table == "" || c.Table == t.Name) {
			if found := t.Column(c.Name); found != nil {
				return found
			}
		}
	}
	return nil
}

// column returns what the settings say of a table's column, nil for nothing.
func (s *Settings) column(t *table.Table, name string) *Column {
	var found *Column
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Name != name {
			continue
		}
		if c.Table == t.Name {
			return c
		}
		if c.Table == "" && found == nil {
			found = c
		}
	}
	return found
}
