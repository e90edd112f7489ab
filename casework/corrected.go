package casework

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// RowHash is the SHA-256, in lower-case hexadecimal, of what a row says: its
// feed's name, its record_id, and the name and text of each filled column in the
// order of Row.Values, every text with its length before it (8 bytes, the
// greatest first). When and by whom it was delivered does not enter, so a row
// delivered again unchanged has the same hash.
func RowHash(r *family.Row) string {
	h := sha256.New()
	put := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	put(r.Feed.String())
	put(r.ID)
	for _, v := range r.Values() {
		put(v.Column.String())
		put(v.Text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// EvidenceOf freezes a row with the columns that prove a need, those of them
// that are filled.
func EvidenceOf(r *family.Row, columns []family.Column) EvidenceRow {
	out := EvidenceRow{
		Feed: r.Feed.String(), ID: r.ID, Agency: r.Agency, Delivery: r.Delivery, AsAt: Day(r.AsAt), Place: r.Seq, Hash: RowHash(r),
	}
	for _, v := range r.Values() {
		if slices.Contains(columns, v.Column) {
			out.Columns = append(out.Columns, ColumnRow{Name: v.Column.String(), Text: v.Text})
		}
	}
	return out
}

// Ref returns the row's reference; the zero value where the feed is unknown.
func (e EvidenceRow) Ref() family.RowRef {
	feed, err := family.ParseFeed(e.Feed)
	if err != nil {
		return family.RowRef{}
	}
	return family.RowRef{Feed: feed, ID: e.ID}
}

// Correction is a row of a claim's evidence that its agency has since changed.
type Correction struct {
	Row family.RowRef
	// Withdrawn: the agency took the row back; else it sent another version.
	Withdrawn bool
	// Columns are the frozen ones whose text is another now, in the snapshot's
	// order. None of them differs where only other columns of the row do.
	Columns []string
	Needs   []string // criteria, or rules without one, that rest on the row; in order
	// Agency, Delivery and AsAt are of the version that holds now; blank for a row
	// that is gone.
	Agency, Delivery string
	AsAt             family.Date
}

// Corrected returns the rows of a snapshot that now say something else or have
// been withdrawn, in the snapshot's order. live returns the version of a row that
// holds now, nil if there is none. A row that was delivered again and says the
// same is no correction.
func Corrected(s *Snapshot, live func(family.RowRef) *family.Row) []Correction {
	var out []Correction
	for i := range s.Rows {
		if c, ok := s.corrected(&s.Rows[i], live); ok {
			out = append(out, c)
		}
	}
	return out
}

func (s *Snapshot) corrected(e *EvidenceRow, live func(family.RowRef) *family.Row) (Correction, bool) {
	c := Correction{Row: e.Ref()}
	now := live(c.Row)
	if now != nil {
		c.Agency, c.Delivery, c.AsAt = now.Agency, now.Delivery, now.AsAt
	}
	if now == nil || now.Deleted {
		c.Withdrawn = true
	} else if RowHash(now) == e.Hash {
		return Correction{}, false
	} else {
		for _, col := range e.Columns {
			if now.Text(family.ParseColumn(col.Name)) != col.Text {
				c.Columns = append(c.Columns, col.Name)
			}
		}
	}
	name := e.Feed + "/" + e.ID
	for _, n := range s.Needs {
		id := n.Criterion
		if id == "" {
			id = n.Rule
		}
		if slices.Contains(n.Evidence, name) && !slices.Contains(c.Needs, id) {
			c.Needs = append(c.Needs, id)
		}
	}
	return c, true
}
