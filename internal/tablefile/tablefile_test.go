package tablefile_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/internal/tablefile"
)

func example() tablefile.Table {
	return tablefile.Table{
		Name: "member", Note: "who is in a family",
		Columns: []tablefile.Column{
			{Name: "upn", Type: tablefile.Text, Note: "the pupil's number"},
			{Name: "born", Type: tablefile.Date, Note: "day of birth"},
			{Name: "sessions", Type: tablefile.Integer, Note: "sessions missed"},
			{Name: "share", Type: tablefile.Number, Note: "of those possible"},
			{Name: "adult", Type: tablefile.Boolean, Note: "18 or over"},
		},
		Rows: [][]any{
			{"0012345678901", "2014-02-28", int64(12), 0.25, false},
			{"=HYPERLINK(\"x\")", "1899-12-31", int64(-3), -1.5, true},
			{"Siân, \"Jo\"\nO'Neill ", nil, nil, nil, nil},
			{"2024-02-03", "1900-02-28", int64(0), 1e21, nil},
			{"'quoted", "1900-03-01", int64(1) << 53, 1e-9, true},
			{"_x0041_ < & >", "9999-12-31", int64(7), 2.0, false},
			{nil, "0001-01-01", int64(7), 2.0, false},
		},
	}
}

func TestCSV(t *testing.T) {
	table := example()
	var b bytes.Buffer
	if err := tablefile.WriteCSV(&b, &table); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(b.String(), "\r\n")
	want := []string{
		`upn,born,sessions,share,adult`,
		`0012345678901,2014-02-28,12,0.25,false`,
		`"'=HYPERLINK(""x"")",1899-12-31,-3,-1.5,true`,
		"\"Siân, \"\"Jo\"\"\nO'Neill \",,,,",
		`2024-02-03,1900-02-28,0,1000000000000000000000,`,
		`''quoted,1900-03-01,9007199254740992,0.000000001,true`,
		`_x0041_ < & >,9999-12-31,7,2,false`,
		`,0001-01-01,7,2,false`,
		``,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDefuse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""}, {"plain", "plain"}, {"a=b", "a=b"}, {"5-3", "5-3"},
		{"=1+1", "'=1+1"}, {"+44", "'+44"}, {"-1", "'-1"}, {"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", "'\t=1"}, {"\r=1", "'\r=1"}, {"\n=1", "'\n=1"}, {"'=1", "''=1"}, {"＝1", "'＝1"},
	} {
		if got := tablefile.Defuse(c.text); got != c.want {
			t.Errorf("Defuse(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// Two writings of the same tables are the same file, byte for byte.
func TestSameBytes(t *testing.T) {
	second := example()
	second.Name = "another"
	tables := []tablefile.Table{example(), second}
	for _, f := range []tablefile.Format{tablefile.CSV, tablefile.Excel, tablefile.Parquet} {
		first, err := tablefile.Files(f, "Return of families", "a note", tables)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			again, err := tablefile.Files(f, "Return of families", "a note", tables)
			if err != nil {
				t.Fatal(err)
			}
			if !cmp.Equal(first, again) {
				t.Fatalf("%s: two writings differ", f)
			}
		}
	}
}

func TestFiles(t *testing.T) {
	tables := []tablefile.Table{example()}
	for _, c := range []struct {
		format string
		want   []string
	}{
		{"csv", []string{"read_me.csv", "member.csv"}},
		{"XLSX", []string{"tf1_quarterly_2013_14.xlsx"}},
		{"parquet", []string{"member.parquet"}},
	} {
		f, err := tablefile.ParseFormat(c.format)
		if err != nil {
			t.Fatal(err)
		}
		files, err := tablefile.Files(f, "TF1 quarterly, 2013/14", "", tables)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, file := range files {
			got = append(got, file.Name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := tablefile.ParseFormat("ods"); err == nil {
		t.Error("ods is no format that can be written")
	}
	if _, err := tablefile.Files(tablefile.CSV, "x", "", append(tables, example())); err == nil {
		t.Error("two tables of one name are accepted")
	}
}

func TestCheckRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*tablefile.Table)
		want   string // a part of the error
	}{
		{"name", func(t *tablefile.Table) { t.Name = "My table" }, "snake_case"},
		{"long name", func(t *tablefile.Table) { t.Name = strings.Repeat("a", 32) }, "31 characters"},
		{"no columns", func(t *tablefile.Table) { t.Columns, t.Rows = nil, nil }, "no columns"},
		{"twice", func(t *tablefile.Table) { t.Columns[1].Name = "upn" }, "two columns are named upn"},
		{"typeless", func(t *tablefile.Table) { t.Columns[1].Type = 0 }, "column born has no type"},
		{"short row", func(t *tablefile.Table) { t.Rows[2] = t.Rows[2][:3] }, "row 3: it has 3 cells for 5 columns"},
		{"wrong type", func(t *tablefile.Table) { t.Rows[1][2] = "secret" }, "row 2: column sessions: the cell is not of"},
		{"int", func(t *tablefile.Table) { t.Rows[1][2] = 3 }, "row 2: column sessions: the cell is not of"},
		{"no date", func(t *tablefile.Table) { t.Rows[0][1] = "2023-02-29" }, "row 1: column born: a date has"},
		{"blank date", func(t *tablefile.Table) { t.Rows[0][1] = "" }, "row 1: column born: a date has"},
		{"not UTF-8", func(t *tablefile.Table) { t.Rows[0][0] = "\xff" }, "row 1: column upn: text has to be UTF-8"},
		{"control", func(t *tablefile.Table) { t.Rows[0][0] = "a\x00" }, "row 1: column upn: text has to be UTF-8"},
	} {
		table := example()
		c.change(&table)
		err := table.Check()
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v, want one that says %q and no value", c.name, err, c.want)
		}
		var b bytes.Buffer
		for _, write := range []func() error{
			func() error { return tablefile.WriteCSV(&b, &table) },
			func() error { return tablefile.WriteParquet(&b, &table) },
			func() error { return tablefile.WriteExcel(&b, "title", "", []tablefile.Table{table}) },
		} {
			if err := write(); err == nil || b.Len() > 0 {
				t.Errorf("%s: it is written all the same", c.name)
			}
		}
	}
}

func TestExcelCannotHold(t *testing.T) {
	for _, c := range []struct {
		cell any
		col  int
	}{{strings.Repeat("é", 32_768), 0}, {int64(1)<<53 + 1, 2}} {
		table := example()
		table.Rows[0][c.col] = c.cell
		err := tablefile.WriteExcel(io.Discard, "x", "", []tablefile.Table{table})
		if err == nil || !strings.Contains(err.Error(), "write CSV or Parquet instead") {
			t.Errorf("column %d: error %v", c.col, err)
		}
	}
}

func TestExcelReadMe(t *testing.T) {
	table := example()
	var b bytes.Buffer
	if err := tablefile.WriteExcel(&b, "A return", "Legal basis: consent\nTo be kept safe", []tablefile.Table{table}); err != nil {
		t.Fatal(err)
	}
	f := openExcel(t, b.Bytes())
	if diff := cmp.Diff([]string{"Read me", "member"}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	rows, err := f.GetRows("Read me")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"A return"}, {"Legal basis: consent"}, {"To be kept safe"}, nil,
		{"Sheet", "Column", "Type", "What it holds"},
		{"member", "", "7 rows", "who is in a family"},
		{"member", "upn", "text", "the pupil's number"},
		{"member", "born", "date", "day of birth"},
		{"member", "sessions", "whole number", "sessions missed"},
		{"member", "share", "number", "of those possible"},
		{"member", "adult", "yes or no", "18 or over"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	panes, err := f.GetPanes("member")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header is not frozen: %+v, %v", panes, err)
	}
}

// A day looks like a day to whoever opens the workbook, and is a number to
// whoever computes with it.
func TestExcelDates(t *testing.T) {
	table := example()
	var b bytes.Buffer
	if err := tablefile.WriteExcel(&b, "x", "", []tablefile.Table{table}); err != nil {
		t.Fatal(err)
	}
	f := openExcel(t, b.Bytes())
	for _, c := range []struct{ cell, shown, raw string }{
		{"B2", "2014-02-28", "41698"}, {"B3", "1899-12-31", "1899-12-31"}, {"B6", "1900-03-01", "61"},
		{"A2", "0012345678901", "0012345678901"}, {"A5", "2024-02-03", "2024-02-03"},
	} {
		shown, err := f.GetCellValue("member", c.cell)
		if err != nil || shown != c.shown {
			t.Errorf("%s shows %q, %v, want %q", c.cell, shown, err, c.shown)
		}
		raw, err := f.GetCellValue("member", c.cell, excelize.Options{RawCellValue: true})
		if err != nil || raw != c.raw {
			t.Errorf("%s holds %q, %v, want %q", c.cell, raw, err, c.raw)
		}
	}
}

func openExcel(t interface{ Fatal(...any) }, data []byte) *excelize.File {
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The three readers below give the rows of a written table back, with the types
// of its columns: a test of the bytes as other programs see them.

func readCSV(t *rapid.T, table *tablefile.Table) [][]any {
	var b bytes.Buffer
	if err := tablefile.WriteCSV(&b, table); err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(&b)
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]any
	for _, line := range lines[1:] {
		row := make([]any, len(line))
		for i, text := range line {
			if table.Columns[i].Type == tablefile.Text {
				text = strings.TrimPrefix(text, "'")
			}
			row[i] = parsed(t, table.Columns[i].Type, text)
		}
		out = append(out, row)
	}
	return out
}

func readExcel(t *rapid.T, table *tablefile.Table) [][]any {
	var b bytes.Buffer
	if err := tablefile.WriteExcel(&b, "x", "", []tablefile.Table{*table}); err != nil {
		t.Fatal(err)
	}
	f := openExcel(t, b.Bytes())
	var out [][]any
	for r := range table.Rows {
		row := make([]any, len(table.Columns))
		for i, c := range table.Columns {
			cell, _ := excelize.CoordinatesToCellName(i+1, r+2)
			text, err := f.GetCellValue(table.Name, cell, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			kind, err := f.GetCellType(table.Name, cell)
			if err != nil {
				t.Fatal(err)
			}
			if c.Type == tablefile.Text && text != "" && kind != excelize.CellTypeInlineString {
				t.Fatalf("text has the cell type %d", kind)
			}
			if serial, err := strconv.Atoi(text); err == nil && c.Type == tablefile.Date {
				text = time.Date(1899, 12, 30+serial, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			}
			if c.Type == tablefile.Boolean && text != "" {
				text = fmt.Sprint(text == "1")
			}
			row[i] = parsed(t, c.Type, text)
		}
		out = append(out, row)
	}
	return out
}

// parsed reads a cell of CSV or Excel, neither of which can tell blank text
// from none.
func parsed(t *rapid.T, kind tablefile.Type, text string) any {
	var v any
	var err error
	switch {
	case text == "":
		return nil
	case kind == tablefile.Integer:
		v, err = strconv.ParseInt(text, 10, 64)
	case kind == tablefile.Number:
		v, err = strconv.ParseFloat(text, 64)
	case kind == tablefile.Boolean:
		v, err = strconv.ParseBool(text)
	default:
		v = text
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func readParquet(t *rapid.T, table *tablefile.Table) [][]any {
	var b bytes.Buffer
	if err := tablefile.WriteParquet(&b, table); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names, want []string
	for _, field := range f.Schema().Fields() {
		names = append(names, field.Name())
	}
	for _, c := range table.Columns {
		want = append(want, c.Name)
		if note, ok := f.Lookup("column." + c.Name); !ok || note != c.Note {
			t.Fatalf("the note of %s is %q", c.Name, note)
		}
	}
	if !slices.Equal(names, want) {
		t.Fatalf("columns %v, want %v", names, want)
	}
	rows := make([]parquet.Row, len(table.Rows)+1)
	r := parquet.NewReader(f)
	n, err := r.ReadRows(rows)
	if n != len(table.Rows) || err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("%d rows, %v", n, err)
	}
	var out [][]any
	for _, row := range rows[:n] {
		cells := make([]any, len(row))
		for i, v := range row {
			cells[i] = fromParquet(table.Columns[i].Type, v)
		}
		out = append(out, cells)
	}
	return out
}

func fromParquet(kind tablefile.Type, v parquet.Value) any {
	switch {
	case v.IsNull():
		return nil
	case kind == tablefile.Integer:
		return v.Int64()
	case kind == tablefile.Number:
		return v.Double()
	case kind == tablefile.Boolean:
		return v.Boolean()
	case kind == tablefile.Date:
		return time.Date(1970, 1, 1+int(v.Int32()), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	return string(v.ByteArray())
}

// Each format gives back the rows that were written, with their types.
func TestReadBack(t *testing.T) {
	texts := rapid.OneOf(
		rapid.SampledFrom([]string{"=1", "+44 20", "-", "'", "''x", "0012", "1e5", "TRUE", "a,b", `"`, " x ", "a\r\nb", "\r", "\n", "\t", "_x005F_x000D_", "]]>", "😀"}),
		rapid.StringMatching(`[ -~é]{1,12}`))
	cell := func(t *rapid.T, kind tablefile.Type) any {
		if rapid.IntRange(0, 5).Draw(t, "nil") == 0 {
			return nil
		}
		switch kind {
		case tablefile.Integer:
			return rapid.Int64Range(-1<<53, 1<<53).Draw(t, "whole")
		case tablefile.Number:
			return rapid.Float64Range(-1e12, 1e12).Draw(t, "number")
		case tablefile.Date:
			day := rapid.IntRange(-693_594, 2_958_465).Draw(t, "day") // years 1–9999
			return time.Date(1899, 12, 30+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		case tablefile.Boolean:
			return rapid.Bool().Draw(t, "yes")
		}
		return texts.Draw(t, "text")
	}
	rapid.Check(t, func(t *rapid.T) {
		table := tablefile.Table{Name: "drawn", Note: "n"}
		for i := range rapid.IntRange(1, 6).Draw(t, "columns") {
			kind := tablefile.Type(rapid.IntRange(1, 5).Draw(t, "type"))
			table.Columns = append(table.Columns, tablefile.Column{Name: fmt.Sprintf("%c%d", 'z'-i, i), Type: kind, Note: "of " + kind.String()})
		}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			var row []any
			for _, c := range table.Columns {
				row = append(row, cell(t, c.Type))
			}
			table.Rows = append(table.Rows, row)
		}
		for name, read := range map[string]func(*rapid.T, *tablefile.Table) [][]any{
			"parquet": readParquet, "xlsx": readExcel, "csv": readCSV,
		} {
			want := table.Rows
			if name == "csv" {
				want = lineEnds(want)
			}
			if diff := cmp.Diff(want, read(t, &table)); diff != "" {
				t.Fatalf("%s:\n%s", name, diff)
			}
		}
	})
}

// lineEnds is what Go's reader of CSV makes of CR LF within quotes. The file has
// the bytes as they were.
func lineEnds(rows [][]any) [][]any {
	var out [][]any
	for _, row := range rows {
		row = slices.Clone(row)
		for i, cell := range row {
			if text, ok := cell.(string); ok {
				row[i] = strings.ReplaceAll(text, "\r\n", "\n")
			}
		}
		out = append(out, row)
	}
	return out
}
