package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/family"
)

// inFile writes a file for a test and returns its path.
func inFile(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll reads a file's rows, a line each: column=value pairs, or the reasons
// of a line that is no row.
func readAll(t testing.TB, r *FileReader) []string {
	t.Helper()
	var out []string
	for {
		values, unreadable, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		var line []string
		for _, v := range values {
			line = append(line, fmt.Sprintf("%s=%s", v.Column, v.Text))
		}
		for _, p := range unreadable {
			line = append(line, strings.TrimSpace("! "+p.Reason+" "+p.Column))
		}
		out = append(out, strings.Join(line, "|"))
	}
}

// utf16Text writes a text in UTF-16 with a byte order mark.
func utf16Text(order binary.AppendByteOrder, text string) string {
	b := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

const schoolHeader = "urn,name,district\n"

func TestFileReader(t *testing.T) {
	plain := []string{"urn=1|name=Élan|district=North", "urn=2|name=Oak"}
	for _, tc := range []struct {
		name, content string
		want          []string
	}{
		{"plain", "urn,name,district\n1,Élan,North\n2,Oak,\n", plain},
		{"no line end at the end", "urn,name,district\n1,Élan,North\n2,Oak,", plain},
		{"byte order mark", "\ufeffurn,name,district\n1,Élan,North\n2,Oak,\n", plain},
		{"Windows line ends", "urn,name,district\r\n1,Élan,North\r\n2,Oak,\r\n", plain},
		{"old Macintosh line ends", "urn,name,district\r1,Élan,North\r2,Oak,\r", plain},
		{"semicolons", "urn;name;district\n1;Élan;North\n2;Oak;\n", plain},
		{"tabs", "urn\tname\tdistrict\n1\tÉlan\tNorth\n2\tOak\t\n", plain},
		{"UTF-16 little-endian", utf16Text(binary.LittleEndian, "urn,name,district\r\n1,Élan,North\r\n2,Oak,\r\n"), plain},
		{"UTF-16 big-endian", utf16Text(binary.BigEndian, "urn\tname\tdistrict\n1\tÉlan\tNorth\n2\tOak\t"), plain},
		{"Windows-1252", "urn,name,district\n1,\xc9lan,North\n2,Oak,\n", plain},
		{"both encodings, value by value", "urn,name,district\n1,Élan,caf\xe9\n",
			[]string{"urn=1|name=Élan|district=café"}},
		{"both encodings in one value are Windows-1252", "urn,name,district\n1,É\xe9,\n", []string{"urn=1|name=Ã‰é"}},
		{"a byte that Windows-1252 leaves undefined", "urn,name,district\n1,Caf\x81,\x9d\n2,Oak,\n",
			[]string{"urn=1|! TEXT_UNDECODABLE name|! TEXT_UNDECODABLE district", "urn=2|name=Oak"}},
		{"the euro sign of Windows-1252", "urn,name,district\n1,\x80,\n", []string{"urn=1|name=€"}},
		{"header names in any case and order, blanks around", " District ,URN,\"Name\"\nNorth,1,Élan\n,2,Oak\n",
			[]string{"district=North|urn=1|name=Élan", "urn=2|name=Oak"}},
		{"blanks around values", schoolHeader + "  1 ,  \"Oak\"  , North \n", []string{"urn=1|name=Oak|district=North"}},
		{"quoted values", schoolHeader + "1,\"Oak, Elm\",\"The \"\"North\"\"\"\n",
			[]string{`urn=1|name=Oak, Elm|district=The "North"`}},
		{"a line end within quotes", schoolHeader + "1,\"Oak\nElm\",\n", []string{"urn=1|name=Oak\nElm"}},
		{"a quote within an unquoted value", schoolHeader + "1,The \"Oak\" School,5\" North\n",
			[]string{`urn=1|name=The "Oak" School|district=5" North`}},
		{"text behind a closing quote", schoolHeader + "1,\"Oak\" School,North\n2,Elm,\n",
			[]string{"urn=1|! QUOTE_MISPLACED", "urn=2|name=Elm"}},
		{"more and fewer fields", schoolHeader + "1,Oak\n2,Oak,North,\n3\n4,Elm,\n",
			[]string{"urn=1|! FIELD_COUNT", "urn=2|! FIELD_COUNT", "urn=3|! FIELD_COUNT", "urn=4|name=Elm"}},
		{"the key of a broken row is told only from the first column", "name,urn\nOak\nElm,2\n",
			[]string{"! FIELD_COUNT", "name=Elm|urn=2"}},
		{"empty lines are passed over", "\n\n" + schoolHeader + "\n1,Oak,\n  \n\n2,Elm,\n\n", []string{"urn=1|name=Oak", "urn=2|name=Elm"}},
		{"a row of blanks is a row", schoolHeader + ",,\n", []string{""}},
		{"empty quotes are a row", "urn\n\"\"\n1\n", []string{"", "urn=1"}},
		{"a stray carriage return is part of the value", schoolHeader + "1,O\rak,\n", []string{"urn=1|name=O\rak"}},
		{"a comma within a semicolon's file", "urn;name\n1;Oak, Elm\n", []string{"urn=1|name=Oak, Elm"}},
		{"a header with no rows", schoolHeader, nil},
		{"a header alone without a line end", "urn", nil},
		{"a row too long", schoolHeader + "1," + strings.Repeat("x", maxRow) + ",\n2,Oak,\n",
			[]string{"! ROW_TOO_LONG", "urn=2|name=Oak"}},
		{"a long row is still a row", schoolHeader + "1," + strings.Repeat("x", scanBuffer) + ",\n2,Oak,\n",
			[]string{"urn=1|name=" + strings.Repeat("x", scanBuffer), "urn=2|name=Oak"}},
		{"a lone surrogate", utf16Text(binary.LittleEndian, "urn,name\n1,") + "\x00\xd8\n\x00",
			[]string{"urn=1|! TEXT_UNDECODABLE name"}},
		{"a character of two surrogates", utf16Text(binary.BigEndian, "urn,name\n1,𝕆ak"), []string{"urn=1|name=𝕆ak"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := OpenFile(inFile(t, "schools.csv", tc.content), family.Schools, FileOptions{})
			if err != nil {
				t.Fatalf("OpenFile: %v", err)
			}
			defer r.Close()
			got := readAll(t, r)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%.2000s", diff)
			}
			if r.Rows() != int64(len(tc.want)) {
				t.Errorf("Rows() = %d, want %d", r.Rows(), len(tc.want))
			}
			if err := r.Rewind(); err != nil {
				t.Fatalf("Rewind: %v", err)
			}
			if diff := cmp.Diff(got, readAll(t, r)); diff != "" {
				t.Errorf("read again (-first +second):\n%.2000s", diff)
			}
			if r.Offset() != r.Size() {
				t.Errorf("Offset() = %d at the end, want %d", r.Offset(), r.Size())
			}
		})
	}
}

func TestFileRefusedWhole(t *testing.T) {
	for _, tc := range []struct {
		name, content string
		feed          family.Feed
		want          string // part of the sentence
	}{
		{"empty", "", family.Schools, "is empty"},
		{"byte order mark alone", "\ufeff", family.Schools, "is empty"},
		{"line ends alone", "\r\n\r\n", family.Schools, "is empty"},
		{"spreadsheet", "PK\x03\x04\x14\x00", family.Schools, "is a spreadsheet"},
		{"old spreadsheet", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", family.Schools, "old Excel workbook"},
		{"parquet", "PAR1\x15\x04", family.Schools, "Parquet"},
		{"gzip", "\x1f\x8b\x08", family.Schools, "gzip"},
		{"pdf", "%PDF-1.7", family.Schools, "PDF"},
		{"NUL in a value", schoolHeader + "1,O\x00ak,\n", family.Schools, "NUL"},
		{"NUL far into the file", schoolHeader + strings.Repeat("1,Oak,North\n", 100_000) + "\x00", family.Schools, "NUL"},
		{"UTF-16 without a mark", utf16Text(binary.LittleEndian, schoolHeader)[2:], family.Schools, "byte order mark"},
		{"big-endian UTF-16 without a mark", utf16Text(binary.BigEndian, schoolHeader)[2:], family.Schools, "byte order mark"},
		{"UTF-16 cut within a character", utf16Text(binary.LittleEndian, schoolHeader) + "x", family.Schools, "ends within a character"},
		{"UTF-32", "\xff\xfe\x00\x00u\x00\x00\x00", family.Schools, "NUL"},
		{"unclosed quote", schoolHeader + "1,Oak,\n2,\"Elm,North\n3,Ash,\n", family.Schools, "line 3 has a quote that opens and never closes"},
		{"unclosed quote after a line end in quotes", schoolHeader + "\"1\n\",Oak,\"x\n", family.Schools, "line 3 has a quote"},
		{"required column missing", "name,district\nOak,North\n", family.Schools, "lacks the required column urn; add it"},
		{"required column misspelt", "record id,tenancy_ref,person_role,surname\n", family.Housing,
			`lacks the required column record_id; column 1, "record id", may be meant for it`},
		{"column twice", "urn,name,URN\n", family.Schools, "has the column urn twice"},
		{"undeclared column", "urn,name,head_teacher\n", family.Schools,
			`column 3, "head_teacher", is not declared by the schools feed; remove it`},
		{"undeclared column near a declared one", "urn,name,distrct\n", family.Schools,
			`column 3, "distrct", is not declared by the schools feed; was district meant?`},
		{"undeclared columns", "urn,name,head,phone\n", family.Schools, `column 3, "head", and 1 more are not declared`},
		{"a column without a name", "urn,name,\n", family.Schools, "column 3, which has no name, is not declared"},
		{"another feed's column", "record_id,tenancy_ref,person_role,event_ref\n", family.Housing,
			`column 4, "event_ref", is not declared by the housing feed`},
		{"no header", "7,Okafor,Ada\n8,Nowak,Jan\n", family.Schools, "the first line names no column of the schools feed"},
		{"unclosed quote in the header", "urn,\"name\n1,Oak\n", family.Schools, "line 1 has a quote"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := OpenFile(inFile(t, "delivery.csv", tc.content), tc.feed, FileOptions{})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("OpenFile: %v, want …%s…", err, tc.want)
			}
			if !errors.Is(err, family.ErrInvalid) {
				t.Errorf("not of the kind ErrInvalid: %v", err)
			}
			if !strings.HasPrefix(err.Error(), "delivery.csv: ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("not one sentence with the file's name: %q", err)
			}
		})
	}
}

func TestFileThatIsNone(t *testing.T) {
	if _, err := OpenFile(t.TempDir(), family.Schools, FileOptions{}); !errors.Is(err, family.ErrInvalid) {
		t.Errorf("a directory: %v, want ErrInvalid", err)
	}
	_, err := OpenFile(filepath.Join(t.TempDir(), "none.csv"), family.Schools, FileOptions{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v, want ErrNotExist", err)
	}
}

// failingReader is a disk that fails.
type failingReader struct{}

var errDisk = errors.New("input/output error")

func (failingReader) Read([]byte) (int, error) { return 0, errDisk }

// TestDiskFailureIsNoFault holds that a file is not blamed for the disk.
func TestDiskFailureIsNoFault(t *testing.T) {
	for _, enc := range []encoding{utf8Or1252, utf16LE} {
		in := io.MultiReader(strings.NewReader("urn,name\n1,Oak\n"), failingReader{})
		s := newScanner(&source{in: in, enc: enc})
		var err error
		for err == nil {
			err = s.scan()
		}
		if !errors.Is(err, errDisk) || errors.Is(err, family.ErrInvalid) {
			t.Errorf("encoding %d: %v, want the disk's error", enc, err)
		}
		if err := (&FileReader{name: "f.csv"}).named(err); !errors.Is(err, errDisk) || errors.Is(err, family.ErrInvalid) {
			t.Errorf("encoding %d: named %v", enc, err)
		}
	}
}

// TestUTF16IsReadAsUTF8 holds that a file in UTF-16 gives the rows of the same
// text in UTF-8, wherever its characters fall in the reader's buffers.
func TestUTF16IsReadAsUTF8(t *testing.T) {
	var b strings.Builder
	b.WriteString("urn,name\n")
	for i := range 30_000 {
		fmt.Fprintf(&b, "%d,\"%s𝕆é\"\n", i, strings.Repeat("x", i%3))
	}
	var want []string
	for i, content := range []string{
		b.String(), utf16Text(binary.LittleEndian, b.String()), utf16Text(binary.BigEndian, b.String()),
	} {
		r, err := OpenFile(inFile(t, "s.csv", content), family.Schools, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got := readAll(t, r)
		r.Close()
		if i == 0 {
			want = got
		}
		if len(got) != 30_000 || !slices.Equal(want, got) {
			t.Errorf("file %d: %d rows, not those of UTF-8", i, len(got))
		}
	}
}

// TestHeaderNeverRepeatsData holds that a file that begins with a row of data
// does not find its way into the error.
func TestHeaderNeverRepeatsData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.SampledFrom([]string{
			"Canary", "canary", "CANARY TOWN", "canary@example.org", "ward", "12/03/2015", "name", "End", "",
		}), 3, 12).Draw(t, "cells")
		feed := rapid.SampledFrom(family.Feeds()).Draw(t, "feed")
		known := 0
		for _, c := range cells {
			if layouts[feed].has(family.ParseColumn(strings.ToLower(c))) {
				known++
			}
		}
		s := newScanner(strings.NewReader(strings.Join(cells, ",") + "\n"))
		_, err := readHeader(s, feed, FileOptions{})
		if err == nil {
			t.Fatalf("a header of data was taken")
		}
		if known*2 < len(cells) && strings.Contains(strings.ToLower(err.Error()), "canary") {
			t.Fatalf("the error repeats data: %v", err)
		}
	})
}

func TestDropUndeclared(t *testing.T) {
	path := inFile(t, "schools.csv", "urn,Head Teacher,name,\n1,A Person,Oak,x\n")
	r, err := OpenFile(path, family.Schools, FileOptions{DropUndeclared: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if diff := cmp.Diff([]string{"urn=1|name=Oak"}, readAll(t, r)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"head teacher", ""}, r.Dropped()); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
}

func TestFileChangedWhileRead(t *testing.T) {
	path := inFile(t, "schools.csv", schoolHeader+"1,Oak,\n")
	r, err := OpenFile(path, family.Schools, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("2,Elm,\n"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	for err = nil; err == nil; {
		_, _, err = r.Next()
	}
	if !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), "changed") {
		t.Errorf("got %v, want that the file changed", err)
	}
}

func TestContentHashIsOfTheFilesBytes(t *testing.T) {
	const content = "\ufeffurn\n1\n"
	r, err := OpenFile(inFile(t, "s.csv", content), family.Schools, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte(content))); r.ContentHash() != want {
		t.Errorf("ContentHash() = %s, want %s", r.ContentHash(), want)
	}
}

// scanText cuts a text into records and fields with the scanner.
func scanText(in io.Reader, sep byte, crEnds bool) ([][]string, error) {
	s := newScanner(in)
	s.sep, s.crEnds = sep, crEnds
	var out [][]string
	for {
		err := s.scan()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		if s.badText {
			return out, errors.New("text behind a quote")
		}
		var rec []string
		for _, f := range s.fields {
			text := string(s.record[f.from:f.to])
			if f.escaped {
				text = strings.ReplaceAll(text, `""`, `"`)
			}
			rec = append(rec, text)
		}
		out = append(out, rec)
	}
}

// byteByByte gives one byte at a time, so that every place in a file is the
// end of the buffer once.
type byteByByte struct{ r io.Reader }

func (b byteByByte) Read(p []byte) (int, error) { return b.r.Read(p[:1]) }

// FuzzScanner holds the scanner against encoding/csv on what that writes and
// on what that reads strictly, and against itself in pieces.
func FuzzScanner(f *testing.F) {
	f.Add("a,b\n1,\"x\"\"y\"\n", byte(','))
	f.Add("a;b\r\n1;\"x\r\ny\"\r\n", byte(';'))
	f.Add("\"\"\n\"", byte('\t'))
	f.Add("a\r\r\n\rb", byte(','))
	f.Add("\" \n\"x,\"", byte(','))
	f.Fuzz(func(t *testing.T, text string, sep byte) {
		sep = []byte{',', ';', '\t'}[sep%3]
		got, err := scanText(strings.NewReader(text), sep, false)
		pieces, errPieces := scanText(byteByByte{strings.NewReader(text)}, sep, false)
		if (err == nil) != (errPieces == nil) || !cmp.Equal(got, pieces) {
			t.Fatalf("in pieces: %q, %v; whole: %q, %v", pieces, errPieces, got, err)
		}
		if _, errCR := scanText(strings.NewReader(text), sep, true); errCR == nil && strings.Count(text, `"`) == 1 &&
			strings.HasPrefix(text, `"`) {
			t.Fatalf("an unclosed quote was taken")
		}
		r := csv.NewReader(strings.NewReader(text))
		r.Comma, r.FieldsPerRecord = rune(sep), -1
		want, errCSV := r.ReadAll()
		// encoding/csv keeps blanks and turns carriage returns in quotes.
		if errCSV != nil || strings.ContainsAny(text, " \r") || !utf8.ValidString(text) {
			return
		}
		if err != nil || !cmp.Equal(got, want) {
			t.Fatalf("got %q, %v; encoding/csv %q", got, err, want)
		}
	})
}

// TestScannerReadsWhatCSVWrites holds the round trip through encoding/csv's
// writer for any text.
func TestScannerReadsWhatCSVWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("aé \",;\t\nß")))
		want := rapid.SliceOfN(rapid.SliceOfN(text, 2, 5), 1, 6).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(t, "separator")
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.WriteAll(want); err != nil {
			t.Fatal(err)
		}
		if w.UseCRLF {
			for i := range want {
				for j := range want[i] {
					want[i][j] = strings.ReplaceAll(want[i][j], "\n", "\r\n")
				}
			}
		}
		got, err := scanText(&b, byte(w.Comma), false)
		if err != nil {
			t.Fatal(err)
		}
		trim := func(rows [][]string) (out [][]string) {
			for _, row := range rows {
				out = append(out, nil)
				for _, s := range row {
					out[len(out)-1] = append(out[len(out)-1], strings.Trim(s, " "))
				}
			}
			return out
		}
		if diff := cmp.Diff(trim(want), trim(got)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// FuzzFileReader holds that no file makes the reader fail but by a fault of
// the file, that its account of rows is right, and that what it gives is text.
func FuzzFileReader(f *testing.F) {
	f.Add([]byte("urn,name\n1,Oak\n"))
	f.Add([]byte("\xff\xfeu\x00r\x00n\x00\n\x001\x00"))
	f.Add([]byte("urn;name\r1;\x81\r\"2\r\";x\r"))
	f.Add([]byte("urn\n\"1\" x\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := OpenFile(inFile(t, "f.csv", string(content)), family.Schools, FileOptions{DropUndeclared: true})
		if err != nil {
			if !errors.Is(err, family.ErrInvalid) {
				t.Fatalf("OpenFile: %v", err)
			}
			return
		}
		defer r.Close()
		rows := int64(0)
		for ; ; rows++ {
			values, unreadable, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("Next: %v", err)
			}
			for _, v := range values {
				if !utf8.ValidString(v.Text) || v.Text == "" {
					t.Fatalf("value %q", v.Text)
				}
			}
			if slices.ContainsFunc(unreadable, func(p family.Problem) bool { return p.Detail == "" }) {
				t.Fatalf("a problem without a sentence")
			}
		}
		if rows != r.Rows() {
			t.Fatalf("%d rows, Rows() = %d", rows, r.Rows())
		}
	})
}

// FuzzCheck holds that a checked row is canonical: checked again it is the
// same, and nothing in it is a control character.
func FuzzCheck(f *testing.F) {
	f.Add(byte(1), "record_id\x1fa1\x1fsurname\x1fOkafor\x1fperiod_start\x1f01/09/2025\x1fperiod_end\x1f2025-12-19\x1fmarks\x1f/\\[Y1]")
	f.Add(byte(3), "record_id\x1fa1\x1fsurname\x1fOkafor\x1ftenancy_ref\x1ft\x1fperson_role\x1fTenant\x1farrears_amount\x1f-£1,000.5")
	f.Add(byte(2), "record_id\x1fa1\x1frole\x1fNone\x1fevent_ref\x1ft\x1fevent_type\x1fASB\x1fsurname\x1fx")
	f.Fuzz(func(t *testing.T, feed byte, text string) {
		parts := strings.Split(text, "\x1f")
		var values []family.Value
		for i := 0; i+1 < len(parts); i += 2 {
			if c := family.ParseColumn(parts[i]); c != 0 {
				values = append(values, family.Value{Column: c, Text: parts[i+1]})
			}
		}
		of := family.Feed(feed%9 + 1)
		row, refused, _ := Check(of, values, testToday)
		if row == nil {
			if len(refused) == 0 {
				t.Fatal("refused without a reason")
			}
			return
		}
		if row.Deleted {
			return
		}
		again, refused, _ := Check(of, row.Values(), testToday)
		if again == nil {
			t.Fatalf("checked again: %v", refused)
		}
		if again.ID != row.ID || !slices.Equal(again.Values(), row.Values()) {
			t.Fatalf("checked again: %q, was %q", again.Values(), row.Values())
		}
	})
}
