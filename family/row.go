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
	values   []Value
}

// NewRow makes a row of the given values, which it sorts by column and keeps.
// A blank text is dropped; of two values of one column the last is kept.
func NewRow(feed Feed, id string, values []Value) *Row {
	byColumn := func(a, b Value) int { return int(a.Column) - int(b.Column) }
	if !slices.IsSortedFunc(values, byColumn) {
		slices.SortStableFunc(values, byColumn)
	}
	kept := values[:0]
	for i, v := range values {
		last := i+1 == len(values) || values[i+1].Column != v.Column
		if last && v.Text != "" {
			kept = append(kept, v)
		}
	}
	return &Row{Feed: feed, ID: id, values: kept}
}

// RowOf returns a row of values that are in the order of their columns, each
// column once and none blank, as Values returns them; it keeps the slice.
func RowOf(feed Feed, id string, values []Value) Row {
	return Row{Feed: feed, ID: id, values: values}
}

// Ref returns the row's reference.
func (r *Row) Ref() RowRef { return RowRef{r.Feed, r.ID} }

// Values returns the filled columns in the order of their numbers. The caller
// must not change them.
func (r *Row) Values() []Value { return r.values }

// Text returns a column's text, "" where it is blank. It does not allocate.
func (r *Row) Text(c Column) string {
	lo, hi := 0, len(r.values)
	for lo < hi {
		mid := (lo + hi) / 2
		if r.values[mid].Column < c {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(r.values) && r.values[lo].Column == c {
		return r.values[lo].Text
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
