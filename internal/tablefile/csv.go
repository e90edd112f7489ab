package tablefile

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// WriteCSV writes the table by RFC 4180: UTF-8 without a byte order mark, a
// header, commas, lines that end in CR LF, quotes where they are needed. A cell
// that is nil is blank, as is text that is blank; yes or no is true or false.
//
// Text is formula-safe. A spreadsheet takes a cell for a formula if it begins
// with = + - @ (or one of their full-width forms), or with a tab, CR or LF that
// it drops first; such text gets an apostrophe before it, and so does text that
// begins with an apostrophe. Whoever reads text columns by program therefore
// gets every value back exactly by taking one leading apostrophe away. Numbers
// and dates are never touched. Excel and Parquet files hold types, need no such
// thing and hold the text as it is.
func WriteCSV(w io.Writer, t *Table) error {
	if err := t.Check(); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	for i, c := range t.Columns {
		comma(out, i)
		out.WriteString(c.Name)
	}
	out.WriteString("\r\n")
	for _, row := range t.Rows {
		for i, cell := range row {
			comma(out, i)
			out.WriteString(csvCell(t.Columns[i].Type, cell))
		}
		// A line with nothing in it would be passed over by readers.
		if len(row) == 1 && csvCell(t.Columns[0].Type, row[0]) == "" {
			out.WriteString(`""`)
		}
		out.WriteString("\r\n")
	}
	return out.Flush()
}

func comma(out *bufio.Writer, column int) {
	if column > 0 {
		out.WriteByte(',')
	}
}

func csvCell(t Type, cell any) string {
	switch v := cell.(type) {
	case string:
		if t == Text {
			v = Defuse(v)
		}
		return quoted(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// Defuse puts an apostrophe before text that a spreadsheet would take for a
// formula, and before text that begins with one already. Taking one leading
// apostrophe away undoes it.
func Defuse(s string) string {
	for _, start := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, start) {
			return "'" + s
		}
	}
	return s
}

// quoted is the field as RFC 4180 has it. Blanks at the ends are quoted too, as
// some readers trim what is bare.
func quoted(s string) string {
	if !strings.ContainsAny(s, "\",\r\n") && strings.TrimSpace(s) == s {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
