package tablefile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Format is a file format.
type Format uint8

// The formats.
const (
	CSV Format = iota + 1
	Excel
	Parquet
)

var errFormat = errors.New("unknown format; choose csv, xlsx or parquet")

// ParseFormat finds a format by its name, csv, xlsx (or excel) or parquet; the
// error names the ones there are.
func ParseFormat(name string) (Format, error) {
	switch strings.ToLower(name) {
	case "csv":
		return CSV, nil
	case "xlsx", "excel":
		return Excel, nil
	case "parquet":
		return Parquet, nil
	}
	return 0, errFormat
}

// String is the format's name, which is also how its files' names end.
func (f Format) String() string {
	names := [...]string{"", "csv", "xlsx", "parquet"}
	if int(f) < len(names) {
		return names[f]
	}
	return ""
}

// File is a file to be put somewhere.
type File struct {
	Name string // without a directory
	Data []byte
}

// Files writes tables that belong together in one format: a workbook named
// after the title (its letters and digits), or a CSV or Parquet file a table,
// named after it. CSV has no place for notes: beside the tables' files stands
// read_me.csv, which explains tables and columns as a workbook's first sheet does.
// Errors are those of WriteCSV, WriteExcel and WriteParquet.
func Files(f Format, title, note string, tables []Table) ([]File, error) {
	if err := checkNames(tables); err != nil {
		return nil, err
	}
	if f == Excel {
		var b bytes.Buffer
		if err := WriteExcel(&b, title, note, tables); err != nil {
			return nil, err
		}
		return []File{{Name: fileName(title) + ".xlsx", Data: b.Bytes()}}, nil
	}
	if f == CSV {
		tables = append([]Table{explained(title, note, tables)}, tables...)
	}
	var out []File
	for i := range tables {
		var b bytes.Buffer
		var err error
		switch f {
		case CSV:
			err = WriteCSV(&b, &tables[i])
		case Parquet:
			t := tables[i]
			t.Note = strings.TrimSpace(title + "\n" + note + "\n" + t.Note)
			err = WriteParquet(&b, &t)
		default:
			err = errFormat
		}
		if err != nil {
			return nil, err
		}
		out = append(out, File{Name: tables[i].Name + "." + f.String(), Data: b.Bytes()})
	}
	return out, nil
}

// checkNames refuses tables that would overwrite each other.
func checkNames(tables []Table) error {
	seen := map[string]bool{"read_me": true}
	for _, t := range tables {
		if seen[t.Name] {
			return fmt.Errorf("two tables are named %.40q", t.Name)
		}
		seen[t.Name] = true
	}
	return nil
}

// explained is the table that explains tables.
func explained(title, note string, tables []Table) Table {
	out := Table{Name: "read_me", Note: title, Columns: []Column{
		{"table_name", Text, "the table"},
		{"column_name", Text, "the column; blank for the table itself"},
		{"type", Text, "what the column holds"},
		{"note", Text, "what it means"},
	}}
	out.Rows = append(out.Rows, []any{nil, nil, nil, title})
	for text := range strings.Lines(note) {
		out.Rows = append(out.Rows, []any{nil, nil, nil, strings.TrimRight(text, "\r\n")})
	}
	for _, t := range tables {
		out.Rows = append(out.Rows, []any{t.Name, nil, nil, t.Note})
		for _, c := range t.Columns {
			out.Rows = append(out.Rows, []any{t.Name, c.Name, c.Type.String(), c.Note})
		}
	}
	return out
}

// fileName keeps the letters and digits of a title, in lower case.
func fileName(title string) string {
	parts := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	if len(parts) == 0 {
		return "tables"
	}
	return strings.Join(parts, "_")
}
