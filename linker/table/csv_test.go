package table

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// write makes a file of a text.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// rowsOf are a table's cells row by row, the header first.
func rowsOf(t *Table) [][]string {
	out := make([][]string, t.Rows+1)
	for i := range t.Columns {
		c := &t.Columns[i]
		out[0] = append(out[0], c.Name)
		for row := range t.Rows {
			out[row+1] = append(out[row+1], c.Text(row))
		}
	}
	return out
}

func utf16Text(text string, big bool) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return string(out)
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func TestWhatIsRead(t *testing.T) {
	want := [][]string{{"id", "name", "town"}, {"1", "Zoë", "A, B"}, {"2", "", "C"}}
	plain := "id,name,town\n1,Zoë,\"A, B\"\n2,,C\n"
	for name, text := range map[string]string{
		"plain":                     plain,
		"no last line end":          strings.TrimSuffix(plain, "\n"),
		"carriage returns":          strings.ReplaceAll(plain, "\n", "\r\n"),
		"carriage returns alone":    strings.ReplaceAll(plain, "\n", "\r"),
		"byte order mark":           "\ufeff" + plain,
		"semicolons":                "id;name;town\n1;Zoë;A, B\n2;;C\n",
		"tabs":                      "id\tname\ttown\n1\tZoë\tA, B\n2\t\tC\n",
		"bars":                      "id|name|town\n1|Zoë|A, B\n2||C\n",
		"declared":                  "sep=;\nid;name;town\n1;Zoë;A, B\n2;;C\n",
		"Windows-1252":              strings.ReplaceAll(plain, "ë", "\xeb"),
		"UTF-16 little":             utf16Text("\ufeff"+plain, false),
		"UTF-16 big":                utf16Text("\ufeff"+plain, true),
		"UTF-16 little, no mark":    utf16Text(plain, false),
		"UTF-16 big, no mark":       utf16Text(plain, true),
		"compressed":                zipped(plain),
		"compressed in parts":       zipped(plain[:20]) + zipped(plain[20:]),
		"spaces":                    "id , name,town\n 1, Zoë , \"A, B\" \n2,  ,\tC\u00a0\n",
		"blank lines":               "\nid,name,town\n\n1,Zoë,\"A, B\"\n  \n2,,C\n\n",
		"everything quoted":         "\"id\",\"name\",\"town\"\n\"1\",\"Zoë\",\"A, B\"\n\"2\",\"\",\"C\"\n",
		"blank words":               "id,name,town\n1,Zoë,\"A, B\"\n2,NULL,C\n",
		"blank rows at the end":     plain + ",,\n,,\n",
		"blank values past the end": "id,name,town\n1,Zoë,\"A, B\",,\n2,,C,\n",
	} {
		got, err := Read(t.Context(), write(t, "people.csv", text), 2, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, rowsOf(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if got.Name != "people" {
			t.Errorf("%s: called %q", name, got.Name)
		}
	}
}

func TestNotes(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"id,name\n1,Ann\n", ""},
		{"id;name\n1;Ann\n", "values are separated by semicolons"},
		{"id,name\n1,NULL\n2,NULL\n3,Null\n", `column "name": 2 cells of NULL, NA, nan or the like taken as blank, the first in row 1`},
		{"id,name\n1,Ann\n2,Zo\xeb\n", `column "name": 1 cell not in UTF-8 and read as Windows-1252, the first in row 2`},
		{"id,name\n1,Zo\x8f\n", `column "name": 1 cell not in UTF-8 and read as Windows-1252, the first in row 1; ` +
			`column "name": 1 cell with characters that could not be read`},
		{"id,name\n1,\"Ann\" B\n", "values that go on after their closing quote: 1; the rest was kept"},
		{"id,name\n1,Ann,\n", "rows with blank values beyond the last column: 1; those were left out"},
		{"id,name\n1,Ann\n,\n", "blank rows at the end: 1; they were left out"},
		{",name\n1,Ann\n", `column 1 has no name and is called "column 1"`},
		{utf16Text("\ufeffid,name\n1,Ann\n", false), "the file is UTF-16 and was read as such"},
	} {
		got, err := Read(t.Context(), write(t, "f.csv", tc.text), 1, nil)
		if err != nil {
			t.Errorf("%q: %v", tc.text, err)
			continue
		}
		if notes := strings.Join(got.Notes, "; "); notes != tc.want {
			t.Errorf("%q: got %q, want %q", tc.text, notes, tc.want)
		}
	}
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("x", maxCell+1)
	for _, tc := range []struct{ name, text, want string }{
		{"empty", "", "is empty"},
		{"mark alone", "\ufeff", "is empty"},
		{"blank", "\n \n\n", "is blank"},
		{"header alone", "id,name\n", "no rows"},
		{"header and blank rows", "id,name\n,\n,\n", "no rows"},
		{"same name", "id,name,id\n1,a,2\n", "columns 1 and 3 have the same name"},
		{"no header", "1,Ann,1990-01-02\n2,Bob,1991-01-02\n", "looks like a record"},
		{"no header, mail", "1,ann@example.org\n", "looks like a record"},
		{"short", "id,name\n1,a\n2\n", "row 2 (line 3) has 1 values, but the header names 2 columns"},
		{"long", "id,name\n\"1\n\",a\n2,b,c,d\n", "row 2 (line 4) has 4 values"},
		{"quote", "id,name\n1,a\n2,\"b\n3,c\n", "row 2 (line 3) has a quote that opens and never closes"},
		{"quote in the header", "id,\"name\n1,a\n", "quote"},
		{"nul", "id,name\n1,a\x00b\n", "NUL"},
		{"binary", "\x7fELF\x02\x01\x01\x00\x00\x00", "NUL"},
		{"spreadsheet", "PK\x03\x04rest", "save the sheet as CSV"},
		{"gzip cut short", zipped(strings.Repeat("id,name\n1,a\n", 10000))[:60], "cut short"},
		{"gzip damaged", "\x1f\x8bnothing of the kind", "damaged"},
		{"long cell", "id,name\n1," + long + "\n", "row 1 (line 2) has a value of over 1 MiB in column 2"},
		{"long quoted cell", "id,name\n1,a\n1,\"" + strings.Repeat(long, 20), "row 2 (line 3) is over 16 MiB long"},
		{"long header", long + ",b\n1,2\n", "the name of column 1"},
		{"many columns", strings.Repeat("a,", maxColumns) + "b\n", "at most 4096"},
	} {
		for _, workers := range []int{1, 3} {
			_, err := Read(t.Context(), write(t, "f.csv", tc.text), workers, nil)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s: got %v, want %q", tc.name, err, tc.want)
			}
		}
	}
	if _, err := Read(t.Context(), t.TempDir(), 1, nil); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a directory: got %v", err)
	}
	if _, err := Read(t.Context(), "no/such.csv", 1, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: got %v", err)
	}
}

func TestStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	text := "id,name\n" + strings.Repeat("1,a\n", 1<<20)
	if _, err := Read(ctx, write(t, "f.csv", text), 2, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was stopped", err)
	}
}

func TestAMillionIdenticalRows(t *testing.T) {
	text := "id,name\n" + strings.Repeat("7,Ann\n", 1_000_000)
	var last, total int64
	got, err := Read(t.Context(), write(t, "f.csv", text), 2, func(d, n int64) {
		if d < last {
			t.Errorf("progress went from %d back to %d", last, d)
		}
		last, total = d, n
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows != 1_000_000 || len(got.Columns[1].Values) != 2 || got.Columns[1].Text(got.Rows-1) != "Ann" {
		t.Errorf("got %d rows and %d values", got.Rows, len(got.Columns[1].Values))
	}
	if last != int64(len(text)) || total != last {
		t.Errorf("progress ended with %d of %d, want %d", last, total, len(text))
	}
}

// inChunks reads a text with chunks of a size.
func inChunks(t interface{ Context() context.Context }, text string, chunk, workers int) (*Table, error) {
	return readChunks(t.Context(), strings.NewReader(text), int64(len(text)), chunk, workers, func(int64, int64) {})
}

// field draws a value that a CSV file may hold.
var field = rapid.OneOf(
	rapid.StringMatching(`[a-z]{0,3}`),
	rapid.StringMatching(`[ab, "\n;|\t]{0,6}`),
	rapid.SampledFrom([]string{"", "Zoë", "\xeb", "NULL", "a\r\nb", "日本", " a ", "a\u00a0"}),
)

// texts draws a file that encoding/csv writes.
func texts(t *rapid.T) string {
	columns := rapid.IntRange(2, 5).Draw(t, "columns")
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.UseCRLF = rapid.Bool().Draw(t, "crlf")
	header := make([]string, columns)
	for i := range header {
		header[i] = fmt.Sprintf("c%d", i)
	}
	_ = w.Write(header)
	for range rapid.IntRange(1, 30).Draw(t, "rows") {
		_ = w.Write(rapid.SliceOfN(field, columns, columns).Draw(t, "row"))
	}
	w.Flush()
	return b.String()
}

func TestChunksAndWorkersDoNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := texts(rt)
		want, err := inChunks(t, text, chunkSize, 1)
		if err != nil {
			if strings.Contains(err.Error(), "no rows") {
				return
			}
			rt.Fatal(err)
		}
		got, err := inChunks(t, text, rapid.IntRange(1, 60).Draw(rt, "chunk"), rapid.IntRange(1, 4).Draw(rt, "workers"))
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// byLibrary reads a text with encoding/csv, and cleans what it gives.
func byLibrary(text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace = false
	rows, err := r.ReadAll()
	for i, row := range rows {
		for j, v := range row {
			cleaned, _ := clean(trim([]byte(v)))
			if i == 0 {
				name := cleanName(trim([]byte(v)))
				cleaned = []byte(name)
			}
			rows[i][j] = string(cleaned)
		}
	}
	for len(rows) > 1 && strings.Join(rows[len(rows)-1], "") == "" {
		rows = rows[:len(rows)-1]
	}
	return rows, err
}

func TestReadsAsTheLibraryDoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := texts(rt)
		got, err := inChunks(t, text, 64, 2)
		want, _ := byLibrary(text)
		if len(want) < 2 {
			return
		}
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, rowsOf(got)); diff != "" {
			rt.Fatalf("%q: %s", text, diff)
		}
	})
}

// FuzzCSV: nothing is a crash, and what encoding/csv reads in its strict way is
// read the same.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "a,b\n\"1\n\",\"2\"\"\"\n", "a,b\r\n1, \"x\" \r\n", "a;b\n1;2\n", "a,b\n1\n", "\"", "a,b\n\"", "a,b\n1,\"x\"y\n",
		"sep=;\na;b\n1;2\n", "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00", "a\tb\n1\t2\n", "a,b\n1,2\r3\n", zipped("a,b\n1,2\n"),
	} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, text string, chunk int) {
		whole, err := inChunks(t, text, chunkSize, 1)
		parts, errParts := inChunks(t, text, 1+(chunk&0xff), 2)
		if strings.Contains(fmt.Sprint(err, errParts), errNUL.Error()) {
			return // whichever fault comes first in the chunk
		}
		if fmt.Sprint(err) != fmt.Sprint(errParts) {
			t.Fatalf("in chunks: got %v, want %v", errParts, err)
		}
		if diff := cmp.Diff(whole, parts); diff != "" {
			t.Fatal(diff)
		}
		if err != nil || len(whole.Columns) < 2 || strings.ContainsAny(text, ";|\t\x00\ufeff") ||
			strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") ||
			strings.HasPrefix(text, "\x1f\x8b") || strings.HasPrefix(text, "sep=") || strings.HasPrefix(text, "\"sep=") {
			return
		}
		checkAgainstLibrary(t, text, whole)
	})
}

// checkAgainstLibrary compares what was read with what encoding/csv reads, where
// that reads anything, and but for the few things that are meant to differ.
func checkAgainstLibrary(t *testing.T, text string, got *Table) {
	t.Helper()
	want, err := byLibrary(text)
	if err != nil || strings.Contains(text, "\r") && !strings.Contains(text, "\n") {
		return
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" && strings.Trim(line, "\r") != "" {
			return // a line of spaces is a row of one value to encoding/csv
		}
	}
	rows := rowsOf(got)
	for i, name := range rows[0] {
		if strings.HasPrefix(name, "column ") {
			want[0][i] = name
		}
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Fatalf("%q: %s", text, diff)
	}
}

func TestFieldsComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := strings.TrimSpace(rapid.StringMatching(`[a-c,;"' \n=@+|é-]{1,12}`).Draw(rt, "value"))
		if want == "" {
			return
		}
		text := string(AppendField([]byte("id,x\n"), want)) + ",y\n"
		got, err := inChunks(t, text, chunkSize, 1)
		if err != nil {
			rt.Fatal(err)
		}
		if got.Columns[0].Text(0) != want {
			rt.Fatalf("got %q, want %q", got.Columns[0].Text(0), want)
		}
	})
}
