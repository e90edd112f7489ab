// Package tablefile writes tables as CSV, Excel and Parquet files that
// spreadsheets, Power BI, SQL Server and notebooks read without being told
// anything. It knows nothing of what the tables hold.
package tablefile

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
