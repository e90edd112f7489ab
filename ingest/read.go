package ingest

import (
	"cmp"
	"errors"
	"io"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Whole is a delivery file read at once, by the rules by which the service takes
// one.
type Whole struct {
	// Rows are the last good copy of each record, in the order of the file; a row
	// that withdraws its record is among them, Deleted.
	Rows    []*family.Row
	Account family.Account
	// Refused counts why rows were refused, the most frequent first.
	Refused []RefusalCount
	// Held says that more of the rows are refused than a service lets pass without
	// asking.
	Held bool
}

// RefusalCount is how many rows have a problem.
type RefusalCount struct {
	family.Problem
	Rows int64
}

// ReadWhole reads a delivery file without a service. asAt is the day that the
// rows describe; days of birth are held against today. Progress, if given, hears
// of the bytes read. Faults of the file as a whole are of the kind
// family.ErrInvalid; rows that are refused are no error.
func ReadWhole(path string, feed family.Feed, asAt, today family.Date, progress func(done, total int64)) (Whole, error) {
	file, err := OpenFile(path, feed, FileOptions{})
	if err != nil {
		return Whole{}, err
	}
	defer file.Close()
	w := wholeReader{at: map[string]int{}, refused: map[family.Problem]int64{}}
	for {
		values, unreadable, err := file.Next()
		if errors.Is(err, io.EOF) {
			return w.end(), nil
		}
		if err != nil {
			return Whole{}, err
		}
		if w.Account.Rows%progressRows == 0 && progress != nil {
			progress(file.Offset(), file.Size())
		}
		w.Account.Rows++
		if len(unreadable) > 0 {
			w.refuse(unreadable)
			continue
		}
		row, refused, reported := Check(feed, values, today)
		if row == nil {
			w.refuse(refused)
			continue
		}
		if len(reported) > 0 {
			w.Account.Reported++
		}
		row.Agency, row.AsAt, row.Seq = feed.String(), asAt, uint64(w.Account.Rows)
		w.accept(row)
	}
}

// progressRows are read between two words of progress.
const progressRows = 4096

// wholeReader gathers a file's rows.
type wholeReader struct {
	Whole
	at      map[string]int // places in Rows, by record
	refused map[family.Problem]int64
}

func (w *wholeReader) refuse(why []family.Problem) {
	w.Account.Rejected++
	for _, p := range why {
		w.refused[p]++
	}
}

// accept keeps a good copy; the last of a record is the one that counts.
func (w *wholeReader) accept(row *family.Row) {
	w.Account.Accepted++
	if i, ok := w.at[row.ID]; ok {
		w.Account.Accepted--
		w.Account.Superseded++
		w.Rows[i] = row
		return
	}
	w.at[row.ID] = len(w.Rows)
	w.Rows = append(w.Rows, row)
}

func (w *wholeReader) end() Whole {
	for p, n := range w.refused {
		w.Refused = append(w.Refused, RefusalCount{p, n})
	}
	slices.SortFunc(w.Refused, func(a, b RefusalCount) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Reason, b.Reason),
			cmp.Compare(a.Detail, b.Detail))
	})
	for _, r := range w.Rows {
		if r.Deleted {
			w.Account.Withdrawn++
		}
	}
	w.Held = float64(w.Account.Rejected) > DefaultMaxRefusedShare*float64(w.Account.Rows)
	return w.Whole
}
