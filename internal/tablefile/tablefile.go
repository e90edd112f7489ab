// Package tablefile writes tables as CSV, Excel and Parquet files that
// spreadsheets, Power BI, SQL Server and notebooks read without being told
// anything. The rows are the same in all three, and the bytes depend on the
// tables alone: no clock, no machine. It knows nothing of what the tables hold,
// and never decides what may be shown to whom.
package tablefile

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"
)

// Type is what a column holds.
type Type uint8

// The types. A cell is nil or of the Go type named.
const (
	Text    Type = iota + 1 // string
	Integer                 // int64
	Number                  // float64
	Date                    // string, YYYY-MM-DD
	Boolean                 // bool
)

// String names the type as the sheet that explains a workbook does.
func (t Type) String() string {
	names := [...]string{"", "text", "whole number", "number", "date", "yes or no"}
	if int(t) < len(names) {
		return names[t]
	}
	return ""
}

// Column is one column of a table.
type Column struct {
	Name string // in snake_case
	Type Type
	Note string // what it holds, for the sheet that explains the file
}

// Table is a table to be written. Each row has one cell a column.
type Table struct {
	Name    string // in snake_case; names the sheet and the file
	Note    string
	Columns []Column
	Rows    [][]any
}

// maxName is how long the name of an Excel sheet may be.
const maxName = 31

// Check says everything that keeps the table from being written the same way in
// each format: names that are not snake_case, are too long or come twice; rows
// of the wrong length; cells that are not of their column's type; text that is
// not UTF-8 or has control characters other than tab and line ends. Errors name
// the table, column and row (counted from 1), never the value. Of the rows, the
// first fault alone is told.
func (t *Table) Check() error {
	var faults []error
	fault := func(format string, a ...any) {
		faults = append(faults, fmt.Errorf("table %.40q: %s", t.Name, fmt.Sprintf(format, a...)))
	}
	if !snake(t.Name) {
		fault("the name has to be snake_case, with %d characters at most", maxName)
	}
	if len(t.Columns) == 0 {
		fault("it has no columns")
	}
	seen := map[string]bool{}
	for i, c := range t.Columns {
		switch {
		case !snake(c.Name):
			fault("the name of column %d has to be snake_case, with %d characters at most", i+1, maxName)
		case seen[c.Name]:
			fault("two columns are named %s", c.Name)
		case c.Type.String() == "":
			fault("column %s has no type", c.Name)
		}
		seen[c.Name] = true
	}
	for i, row := range t.Rows {
		if err := t.checkRow(row); err != nil {
			fault("row %d: %v", i+1, err)
			break
		}
	}
	return errors.Join(faults...)
}

func (t *Table) checkRow(row []any) error {
	if len(row) != len(t.Columns) {
		return fmt.Errorf("it has %d cells for %d columns", len(row), len(t.Columns))
	}
	for i, cell := range row {
		if cell == nil {
			continue
		}
		if err := checkCell(t.Columns[i].Type, cell); err != nil {
			return fmt.Errorf("column %s: %w", t.Columns[i].Name, err)
		}
	}
	return nil
}

var (
	errType  = errors.New("the cell is not of the column's type")
	errText  = errors.New("text has to be UTF-8, without control characters but tab and line ends")
	errFloat = errors.New("a number has to be finite")
)

func checkCell(t Type, cell any) error {
	switch v := cell.(type) {
	case string:
		switch {
		case t == Date:
			if _, err := time.Parse(time.DateOnly, v); err != nil {
				return errors.New("a date has to be written YYYY-MM-DD, and nil where there is none")
			}
		case t != Text:
			return errType
		case !plain(v):
			return errText
		}
		return nil
	case int64:
		if t == Integer {
			return nil
		}
	case float64:
		if t == Number && (math.IsNaN(v) || math.IsInf(v, 0)) {
			return errFloat
		}
		if t == Number {
			return nil
		}
	case bool:
		if t == Boolean {
			return nil
		}
	}
	return errType
}

// plain says whether text survives in each format: XML has no control characters.
func plain(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		switch {
		case r == '\t', r == '\n', r == '\r':
		case r < 0x20, r == 0xFFFE, r == 0xFFFF:
			return false
		}
	}
	return true
}

func snake(s string) bool {
	if s == "" || len(s) > maxName || strings.Trim(s, "_") != s {
		return false
	}
	for _, c := range []byte(s) {
		if c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s[0] >= 'a'
}

// days is how many days a date of a checked cell lies after from.
func days(date string, from time.Time) int {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0
	}
	return int((t.Unix() - from.Unix()) / (24 * 60 * 60))
}
