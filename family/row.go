package family

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// RowRef names a row: its feed and the supplier's record_id (for a reference
// file, the key that Feed.Key describes).
type RowRef struct {
	Feed Feed
	ID   string
}

// String writes the reference as feed/record_id, as exports do.
func (r RowRef) String() string { return r.Feed.String() + "/" + r.ID }

// Compare orders references by feed, then by id.
func (r RowRef) Compare(o RowRef) int {
	if r.Feed != o.Feed {
		return int(r.Feed) - int(o.Feed)
	}
	return strings.Compare(r.ID, o.ID)
}

// Value is one filled column of a row.
type Value struct {
	Column Column
	Text   string
}

// Row is one row of a feed as its agency delivered it, after ingest checked
// it. Dates are in ISO form, listed values in the case of feeds.md, counts
// and money plain numbers; everything else is the supplier's text, trimmed.
// Blank columns are left out. A Row is not changed once made.
type Row struct {
	Feed     Feed
	ID       string
	Agency   string
	Delivery string // the supplier's delivery_id
	AsAt     Date   // the day that the delivery describes
	Seq      uint64 // place in the journal; orders rows of one as-at day
	Deleted  bool   // the row is withdrawn; it has no values

	// A night holds every live row at once, so the values stand in one text,
	// with four bytes each to say which column it is and where it ends.
	text  string
	cells []Cell
}

// Cell says of one filled column where its text ends in the text of its row;
// it begins where the one before ends.
type Cell uint32

// maxText is the most that the texts of one row may hold together, in bytes.
const maxText = 1<<24 - 1

// NewCell returns the cell of a column whose text ends at end, which is below
// 16 MiB.
func NewCell(c Column, end int) Cell { return Cell(c)<<24 | Cell(end) }

// Column returns the cell's column.
func (c Cell) Column() Column { return Column(c >> 24) }

// End returns where the cell's text ends.
func (c Cell) End() int { return int(c & maxText) }

// NewRow makes a row of the given values, which it sorts by column. A blank
// text is dropped; of two values of one column the last is kept.
func NewRow(feed Feed, id string, values []Value) *Row {
	slices.SortStableFunc(values, func(a, b Value) int {
		return int(a.Column) - int(b.Column)
	})
	filled, length := 0, 0
	for i := range values {
		if keeps(values, i) {
			filled++
			length += len(values[i].Text)
		}
	}
	var text strings.Builder
	text.Grow(length)
	cells := make([]Cell, 0, filled)
	for i, v := range values {
		if keeps(values, i) && text.Len()+len(v.Text) <= maxText {
			text.WriteString(v.Text)
			cells = append(cells, NewCell(v.Column, text.Len()))
		}
	}
	return &Row{Feed: feed, ID: id, text: text.String(), cells: cells}
}

// keeps says whether the i-th of values in order is its column's last and is
// not blank.
func keeps(values []Value, i int) bool {
	last := i+1 == len(values) || values[i+1].Column != values[i].Column
	return last && values[i].Text != ""
}

// RowOf returns a row whose texts stand in text one after the other as cells
// say, in the order of their columns, each column once and none blank; it
// keeps both. It is for a reader that has checked them.
func RowOf(feed Feed, id, text string, cells []Cell) Row {
	return Row{Feed: feed, ID: id, text: text, cells: cells}
}

// Ref returns the row's reference.
func (r *Row) Ref() RowRef { return RowRef{r.Feed, r.ID} }

// Values returns the filled columns in the order of their numbers. It
// allocates; to look at one column use Text.
func (r *Row) Values() []Value {
	out := make([]Value, len(r.cells))
	for i, c := range r.cells {
		out[i] = Value{c.Column(), r.at(i)}
	}
	return out
}

// Cells returns the row's text and the cells that divide it, as RowOf takes
// them. The caller must not change them.
func (r *Row) Cells() (text string, cells []Cell) { return r.text, r.cells }

// at returns the text of the i-th cell.
func (r *Row) at(i int) string {
	from := 0
	if i > 0 {
		from = r.cells[i-1].End()
	}
	return r.text[from:r.cells[i].End()]
}

// Text returns a column's text, "" where it is blank. It does not allocate.
func (r *Row) Text(c Column) string {
	lo, hi := 0, len(r.cells)
	for lo < hi {
		mid := (lo + hi) / 2
		if r.cells[mid].Column() < c {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(r.cells) && r.cells[lo].Column() == c {
		return r.at(lo)
	}
	return ""
}

// Date returns a column's date, unknown where it is blank.
func (r *Row) Date(c Column) Date {
	d, _ := ParseDate(r.Text(c))
	return d
}

// Int returns a column's whole number, and false where it is blank or not one.
func (r *Row) Int(c Column) (int, bool) {
	n, err := strconv.Atoi(r.Text(c))
	return n, err == nil
}

// Yes says whether a Y/N column says Y.
func (r *Row) Yes(c Column) bool { return r.Text(c) == "Y" }

// Later says whether r, and not o, is the live version of their record: the
// greater as-at day holds, and of one day the row that came later.
func (r *Row) Later(o *Row) bool {
	if r.AsAt != o.AsAt {
		return r.AsAt > o.AsAt
	}
	return r.Seq > o.Seq
}

// RecordRef names one person as described by one row.
type RecordRef struct {
	RowRef
	Part Part
}

// String writes the reference as feed/record_id/part.
func (r RecordRef) String() string { return r.RowRef.String() + "/" + r.Part.String() }

// Compare orders references by row, then by part.
func (r RecordRef) Compare(o RecordRef) int {
	if c := r.RowRef.Compare(o.RowRef); c != 0 {
		return c
	}
	return int(r.Part) - int(o.Part)
}

// ParseRecordRef reads feed/record_id/part; a missing part is the subject.
// The record_id may itself contain slashes.
func ParseRecordRef(s string) (RecordRef, error) {
	name, rest, ok := strings.Cut(s, "/")
	if !ok || rest == "" {
		return RecordRef{}, fmt.Errorf("a record is named feed/record_id/part: %w", ErrInvalid)
	}
	feed, err := ParseFeed(name)
	if err != nil {
		return RecordRef{}, err
	}
	ref := RecordRef{RowRef: RowRef{feed, rest}}
	for p := Subject; p <= Contact2; p++ {
		if id, ok := strings.CutSuffix(rest, "/"+p.String()); ok && id != "" {
			ref.ID, ref.Part = id, p
		}
	}
	return ref, nil
}
