// Package settings decides what the columns of a table are and how they are
// compared: it proposes, from names and contents, or reads what a person wrote.
// It never reads files and links nothing.
package settings

import (
	"github.com/hearthmatch/hearth/linker/table"
	"github.com/hearthmatch/hearth/matcher"
)

// Mode says which records are compared.
type Mode uint8

// The modes.
const (
	Dedupe   Mode = iota + 1 // all tables as one
	LinkOnly                 // records of different tables only
	Both                     // all records, of one table or several
)

// Settings say what each column is, and how to link.
type Settings struct {
	// ID is the column that names a record, "" for the row's number.
	ID string
	// Columns say what each column is, in the order of the table.
	Columns []Column
	// Threshold is the probability from which records are one person.
	Threshold float64
}

// Column says what one column is.
type Column struct {
	Name string
	// As is the role, for example "forename"; "" leaves the column out.
	As string
	// Why says what the role was chosen by.
	Why string
}

// Propose looks at the columns' names and contents and says what they are.
func Propose(tables []*table.Table) (*Settings, error) { panic("not yet") }

// Parse reads settings written as YAML.
func Parse(data []byte) (*Settings, error) { panic("not yet") }

// Marshal writes the settings as YAML that a person can edit.
func (s *Settings) Marshal() ([]byte, error) { panic("not yet") }

// Input makes the matcher's columns of the tables' rows: the records are the
// rows of the first table, then of the second, and so on.
func (s *Settings) Input(tables []*table.Table, mode Mode, workers int) (matcher.Input, error) {
	panic("not yet")
}
