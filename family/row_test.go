package family

import (
	"testing"

	"pgregory.net/rapid"
)

// A row keeps the last text of each column, drops blanks, and gives back the
// same whether it was made of values or of what Cells returned.
func TestRowKeepsItsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[Column]string{}
		var values []Value
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			v := Value{
				Column: Column(rapid.IntRange(1, NumColumns-1).Draw(t, "column")),
				Text:   rapid.StringN(0, 12, 40).Draw(t, "text"),
			}
			values = append(values, v)
			want[v.Column] = v.Text
		}
		row := NewRow(Police, "r", values)
		text, cells := row.Cells()
		again := RowOf(Police, "r", text, cells)
		for c := Column(1); c < columnEnd; c++ {
			if got := row.Text(c); got != want[c] {
				t.Fatalf("Text(%v) = %q, want %q", c, got, want[c])
			}
			if got := again.Text(c); got != want[c] {
				t.Fatalf("made of cells, Text(%v) = %q, want %q", c, got, want[c])
			}
		}
		last := Column(0)
		for _, v := range row.Values() {
			if v.Column <= last || v.Text == "" || v.Text != want[v.Column] {
				t.Fatalf("Values holds %v after column %v, want %q", v, last, want[v.Column])
			}
			last = v.Column
		}
	})
}

func TestParseRecordRef(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want RecordRef
		ok   bool
	}{
		{"housing/a/b/contact2", RecordRef{RowRef{Housing, "a/b"}, Contact2}, true},
		{"attendance/7", RecordRef{RowRef{Attendance, "7"}, Subject}, true},
		{"attendance/7/subject", RecordRef{RowRef{Attendance, "7"}, Subject}, true},
		{"attendance/", RecordRef{}, false},
		{"nothing/7", RecordRef{}, false},
	} {
		got, err := ParseRecordRef(tc.in)
		if got != tc.want || (err == nil) != tc.ok {
			t.Errorf("ParseRecordRef(%q) = %v, %v, want %v, ok %v", tc.in, got, err, tc.want, tc.ok)
		}
	}
}
