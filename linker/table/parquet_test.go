package table

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

// person has a column of each type that is read.
type person struct {
	ID      int64            `parquet:"id"`
	Name    *string          `parquet:"name,optional,dict"`
	Town    string           `parquet:"town,dict"`
	Note    *string          `parquet:"note,optional"`
	Born    int32            `parquet:"born,date"`
	Seen    time.Time        `parquet:"seen,timestamp(microsecond)"`
	Moved   int64            `parquet:"moved,timestamp(millisecond)"`
	Phone   float64          `parquet:"phone"`
	Small   float32          `parquet:"small"`
	Alive   bool             `parquet:"alive"`
	Money   int64            `parquet:"money,decimal(2:18)"`
	Count   uint32           `parquet:"count"`
	Key     [16]byte         `parquet:"key,uuid"`
	Old     deprecated.Int96 `parquet:"old"`
	Aliases []string         `parquet:"aliases,list"`
	Repeats []string         `parquet:"repeats"`
}

func ptr[T any](v T) *T { return &v }

var people = []person{
	{
		ID: 1, Name: ptr("Zoë"), Town: " A, B ", Note: ptr("x"), Born: -3653, Seen: time.Date(2020, 1, 2, 3, 4, 5, 6000, time.UTC),
		Moved: 86400000, Phone: 6988048, Small: 1.5, Alive: true, Money: -1205, Count: math.MaxUint32,
		Key: [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, Old: deprecated.Int96{0, 0, 2440589},
		Aliases: []string{"Zo", "Z"}, Repeats: []string{"r"},
	},
	{ID: -2, Town: "C", Phone: math.NaN(), Money: 5, Old: deprecated.Int96{0, 0, 2440588}},
	{ID: 3, Name: ptr("NULL"), Town: "C", Note: ptr("Zo\xeb"), Old: deprecated.Int96{0, 0, 2440588}, Seen: time.Unix(0, 0), Aliases: []string{"Q"}},
}

// parquetText is a Parquet file of rows, so many in a group.
func parquetText[T any](t testing.TB, rows []T, group int, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	for len(rows) > 0 {
		n := min(group, len(rows))
		if _, err := w.Write(rows[:n]); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		rows = rows[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestParquet(t *testing.T) {
	want := [][]string{
		{"id", "name", "town", "note", "born", "seen", "moved", "phone", "small", "alive", "money", "count", "key", "old", "aliases", "repeats"},
		{"1", "Zoë", "A, B", "x", "1960-01-01", "2020-01-02T03:04:05.000006", "1970-01-02", "6988048", "1.5", "true", "-12.05",
			"4294967295", "01020304-0506-0708-090a-0b0c0d0e0f10", "1970-01-02", "Zo|Z", "r"},
		{"-2", "", "C", "", "1970-01-01", "1754-08-30T22:43:41.128654848", "1970-01-01", "", "0", "false", "0.05", "0",
			"00000000-0000-0000-0000-000000000000", "1970-01-01", "", ""},
		{"3", "", "C", "Zoë", "1970-01-01", "1970-01-01", "1970-01-01", "0", "0", "false", "0", "0",
			"00000000-0000-0000-0000-000000000000", "1970-01-01", "Q", ""},
	}
	for _, group := range []int{1, 2, 3} {
		for _, codec := range []parquet.WriterOption{parquet.Compression(&parquet.Snappy), parquet.Compression(&parquet.Zstd), parquet.DataPageVersion(1)} {
			text := parquetText(t, people, group, codec)
			for _, workers := range []int{1, 3} {
				got, err := Read(t.Context(), write(t, "people.data", string(text)), workers, nil)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want[0], rowsOf(got)[0]); diff != "" {
					t.Error(diff)
				}
				for i := range want {
					for j := range want[i] {
						if g, w := rowsOf(got)[i][j], want[i][j]; g != w && want[0][j] != "seen" {
							t.Errorf("groups of %d: row %d, %s: got %q, want %q", group, i, want[0][j], g, w)
						}
					}
				}
				notes := `column "name": 1 cell of NULL, NA, nan or the like taken as blank, the first in row 3; ` +
					`column "note": 1 cell not in UTF-8 and read as Windows-1252, the first in row 3`
				if s := strings.Join(got.Notes, "; "); s != notes {
					t.Errorf("notes: got %q", s)
				}
			}
		}
	}
}

func TestParquetRefused(t *testing.T) {
	good := parquetText(t, people, 2)
	broken := bytes.Clone(good)
	for i := 4; i < 400; i++ {
		broken[i] ^= 0x5a
	}
	footer := bytes.Clone(good)
	binary.LittleEndian.PutUint32(footer[len(footer)-8:], math.MaxUint32)
	type deep struct {
		ID int64 `parquet:"id"`
		At struct{ X, Y float64 }
	}
	type deeper struct {
		ID int64 `parquet:"id"`
		At []struct {
			In []string `parquet:"in,list"`
		} `parquet:"at"`
	}
	for _, tc := range []struct {
		name string
		text []byte
		want string
	}{
		{"magic alone", []byte("PAR1"), "cut short"},
		{"cut short", good[:len(good)-9], "cut short"},
		{"cut in the middle", good[:len(good)/2], "cut short"},
		{"encrypted", append(bytes.Clone(good[:len(good)-4]), "PARE"...), "encrypted"},
		{"footer too long", footer, "cut short"},
		{"pages damaged", broken, "damaged"},
		{"nested", parquetText(t, []deep{{}}, 1), `column "At" is nested`},
		{"lists of lists", parquetText(t, []deeper{{ID: 1}}, 1), `column "at" is nested`},
		{"no rows", parquetText(t, []person{}, 1), "no rows"},
	} {
		_, err := Read(t.Context(), write(t, "f.parquet", string(tc.text)), 2, nil)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", tc.name, err, tc.want)
		}
	}
}

// FuzzParquet: whatever a file holds, it is read or refused.
func FuzzParquet(f *testing.F) {
	type small struct {
		ID   int64    `parquet:"id"`
		Name *string  `parquet:"name,optional,dict"`
		More []string `parquet:"more,list"`
		Born int32    `parquet:"born,date"`
	}
	rows := []small{{ID: 1, Name: ptr("a"), More: []string{"b", "c"}}, {ID: 2}, {ID: 3, Name: ptr("a")}}
	f.Add(parquetText(f, rows, 3))
	f.Add(parquetText(f, rows, 1, parquet.Compression(&parquet.Snappy)))
	f.Add(parquetText(f, rows, 3, parquet.DataPageVersion(1)))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(dir, t.Name()+".parquet")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Read(t.Context(), path, 1, nil)
		if err != nil || !bytes.HasPrefix(text, []byte("PAR1")) {
			return
		}
		for _, c := range got.Columns {
			if len(c.Cells) != got.Rows {
				t.Fatalf("%d cells in %d rows", len(c.Cells), got.Rows)
			}
		}
	})
}
