package tablefile

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// What an Excel sheet can hold.
const (
	excelRows  = 1_048_576 - 1 // and the header
	excelChars = 32_767        // in UTF-16 units
	excelWhole = 1 << 53       // beyond it whole numbers are not exact
)

// readMe is the first sheet of every workbook.
const readMe = "Read me"

// Excel counts days from excelZero, but believes in 29 February 1900: days before
// excelFirst, 1 March, are written as text.
var excelZero = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

const excelFirst = 61

// WriteExcel writes one workbook: a first sheet "Read me" with the title, the
// note (blank for none), and each table and column explained, then a sheet a
// table with a header that stays in sight and can be filtered. Text is text
// even if it looks like a number or a date, so that identifiers keep their
// zeros; dates are dates, whole numbers whole. A cell that is nil does not
// exist; text that is blank does.
//
// Errors are those of Table.Check, two tables
// of one name, and what Excel cannot hold: over 1,048,575 rows, text over 32,767
// characters, whole numbers beyond 2^53. CSV and Parquet can hold all of these.
//
// Sheets over 16 MB pass through a file in the directory for temporary files,
// readable by this user alone and removed before WriteExcel returns.
func WriteExcel(w io.Writer, title, note string, tables []Table) (err error) {
	if err := checkWorkbook(title, note, tables); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	f.SetZipWriter(newSortedZip)
	styles, err := newStyles(f)
	if err != nil {
		return err
	}
	if err := f.SetSheetName("Sheet1", readMe); err != nil {
		return err
	}
	if err := styles.explain(f, title, note, tables); err != nil {
		return err
	}
	for i := range tables {
		if err := styles.sheet(f, &tables[i]); err != nil {
			return fmt.Errorf("table %s: %w", tables[i].Name, err)
		}
	}
	return f.Write(w)
}

func checkWorkbook(title, note string, tables []Table) error {
	var faults []error
	if !plain(title + note) {
		faults = append(faults, fmt.Errorf("title and note: %w", errText))
	}
	seen := map[string]bool{}
	for i := range tables {
		t := &tables[i]
		if seen[t.Name] {
			faults = append(faults, fmt.Errorf("two tables are named %.40q", t.Name))
		}
		seen[t.Name] = true
		if err := t.Check(); err != nil {
			faults = append(faults, err)
		} else if err := t.checkExcel(); err != nil {
			faults = append(faults, fmt.Errorf("table %s: %w; write CSV or Parquet instead", t.Name, err))
		}
	}
	return errors.Join(faults...)
}

func (t *Table) checkExcel() error {
	if len(t.Rows) > excelRows {
		return fmt.Errorf("an Excel sheet holds %d rows, this has %d", excelRows, len(t.Rows))
	}
	for i, row := range t.Rows {
		for c, cell := range row {
			switch v := cell.(type) {
			case string:
				if len(v) > excelChars && len(utf16.Encode([]rune(v))) > excelChars {
					return fmt.Errorf("row %d: column %s: an Excel cell holds %d characters", i+1, t.Columns[c].Name, excelChars)
				}
			case int64:
				if v > excelWhole || v < -excelWhole {
					return fmt.Errorf("row %d: column %s: Excel holds whole numbers up to 2^53", i+1, t.Columns[c].Name)
				}
			}
		}
	}
	return nil
}

// styles are the numbers of a workbook's styles.
type styles struct {
	title, header, wrapped int
	column                 [Boolean + 1]int
}

func newStyles(f *excelize.File) (*styles, error) {
	day := "yyyy-mm-dd"
	bold := &excelize.Font{Bold: true}
	s := &styles{}
	for _, want := range []struct {
		id    *int
		style excelize.Style
	}{
		{&s.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
		{&s.header, excelize.Style{Font: bold, Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&s.wrapped, excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&s.column[Text], excelize.Style{NumFmt: 49}}, // "@": stays text when edited
		{&s.column[Integer], excelize.Style{NumFmt: 1}},
		{&s.column[Date], excelize.Style{CustomNumFmt: &day}},
	} {
		id, err := f.NewStyle(&want.style)
		if err != nil {
			return nil, err
		}
		*want.id = id
	}
	return s, nil
}

// explain writes the sheet that says what the workbook holds.
func (s *styles) explain(f *excelize.File, title, note string, tables []Table) error {
	sw, err := f.NewStreamWriter(readMe)
	if err != nil {
		return err
	}
	for i, width := range []float64{24, 28, 14, 90} {
		if err := sw.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	line := 0
	write := func(style int, texts ...string) {
		line++
		cells := make([]any, len(texts))
		for i, text := range texts {
			if text != "" {
				cells[i] = excelize.Cell{StyleID: style, Value: text}
			}
		}
		err = errors.Join(err, sw.SetRow(fmt.Sprintf("A%d", line), cells))
	}
	write(s.title, title)
	for text := range strings.Lines(note) {
		write(0, strings.TrimRight(text, "\r\n"))
	}
	write(0, "")
	write(s.header, "Sheet", "Column", "Type", "What it holds")
	for _, t := range tables {
		write(s.wrapped, t.Name, "", fmt.Sprintf("%d rows", len(t.Rows)), t.Note)
		for _, c := range t.Columns {
			write(s.wrapped, t.Name, c.Name, c.Type.String(), c.Note)
		}
	}
	return errors.Join(err, sw.Flush())
}

func (s *styles) sheet(f *excelize.File, t *Table) error {
	if _, err := f.NewSheet(t.Name); err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	if err := s.layOut(sw, t); err != nil {
		return err
	}
	cells := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		cells[i] = excelize.Cell{StyleID: s.header, Value: c.Name}
	}
	if err := sw.SetRow("A1", cells); err != nil {
		return err
	}
	for i, row := range t.Rows {
		for c, cell := range row {
			cells[c] = s.cell(t.Columns[c].Type, cell)
		}
		if err := sw.SetRow(fmt.Sprintf("A%d", i+2), cells); err != nil {
			return err
		}
	}
	last, err := excelize.CoordinatesToCellName(len(t.Columns), len(t.Rows)+1)
	if err != nil {
		return err
	}
	// An Excel table: filters, and a name by which other programs find it.
	if err := sw.AddTable(&excelize.Table{Range: "A1:" + last, Name: "t_" + t.Name, StyleName: "TableStyleLight1"}); err != nil {
		return err
	}
	return sw.Flush()
}

// layOut freezes the header and gives each column its style and width.
func (s *styles) layOut(sw *excelize.StreamWriter, t *Table) error {
	err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	for i, c := range t.Columns {
		err = errors.Join(err, sw.SetColWidth(i+1, i+1, t.width(i)))
		if style := s.column[c.Type]; style != 0 {
			err = errors.Join(err, sw.SetColStyle(i+1, i+1, style))
		}
	}
	return err
}

// width is a column's width in characters, from its name and first rows.
func (t *Table) width(column int) float64 {
	const sample, least, most = 100, 8, 60
	n := len(t.Columns[column].Name) + 4 // the filter's button
	for _, row := range t.Rows[:min(len(t.Rows), sample)] {
		if text, ok := row[column].(string); ok {
			n = max(n, len(text)+1)
		}
	}
	return float64(min(max(n, least), most))
}

func (s *styles) cell(t Type, cell any) any {
	if cell == nil {
		return nil
	}
	style := s.column[t]
	if t == Date {
		if n := days(cell.(string), excelZero); n >= excelFirst {
			return excelize.Cell{StyleID: style, Value: n}
		}
	}
	return excelize.Cell{StyleID: style, Value: cell}
}

// sortedZip writes the parts of a workbook in the order of their names, but
// the list of parts first, as Excel does itself: excelize goes through a map.
type sortedZip struct {
	out   io.Writer
	parts map[string]*bytes.Buffer
}

func newSortedZip(w io.Writer) excelize.ZipWriter {
	return &sortedZip{out: w, parts: map[string]*bytes.Buffer{}}
}

// Create returns where a part is to be written.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	z.parts[name] = &bytes.Buffer{}
	return z.parts[name], nil
}

// AddFS is part of the interface; nothing that writes a workbook calls it.
func (z *sortedZip) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the archive.
func (z *sortedZip) Close() error {
	const contents = "[Content_Types].xml"
	names := make([]string, 0, len(z.parts))
	for name := range z.parts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		switch {
		case a == contents:
			return -1
		case b == contents:
			return 1
		}
		return strings.Compare(a, b)
	})
	out := zip.NewWriter(z.out)
	for _, name := range names {
		w, err := out.Create(name)
		if err != nil {
			return err
		}
		if _, err := w.Write(z.parts[name].Bytes()); err != nil {
			return err
		}
	}
	return out.Close()
}
