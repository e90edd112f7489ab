package main

import (
	"io"
	"math"
	"strconv"

	"github.com/hearthmatch/hearth/linker/table"
)

// writeClusters writes a row for each record, in the order of the tables.
// Clusters are numbered from 1 in the order of their first records.
func writeClusters(w io.Writer, ids *recordIDs, cluster []int32, workers int) error {
	several := len(ids.tables) > 1
	head := "record_id,cluster_id"
	if several {
		head += ",source"
	}
	return writeRows(w, head, len(cluster), workers, func(row []byte, record int) []byte {
		source, id := ids.of(int32(record))
		row = append(table.AppendField(row, id), ',')
		row = strconv.AppendInt(row, int64(cluster[record])+1, 10)
		if several {
			row = table.AppendField(append(row, ','), source)
		}
		return row
	})
}

// writePairs writes the pairs that may be of one person, whether or not they are
// linked.
func writePairs(w io.Writer, ids *recordIDs, a *linkAnswer, workers int) error {
	several := len(ids.tables) > 1
	head := "record_id_l,record_id_r,match_probability,match_weight,same_cluster"
	if several {
		head = "source_l,source_r," + head
	}
	return writeRows(w, head, len(a.pairs), workers, func(row []byte, i int) []byte {
		p := &a.pairs[i]
		sourceA, idA := ids.of(p.A)
		sourceB, idB := ids.of(p.B)
		if several {
			row = append(table.AppendField(append(table.AppendField(row, sourceA), ','), sourceB), ',')
		}
		row = append(table.AppendField(append(table.AppendField(row, idA), ','), idB), ',')
		row = append(appendFixed(row, p.Probability, 6), ',')
		row = append(appendFixed(row, p.Weight, 3), ',')
		return strconv.AppendBool(row, a.cluster[p.A] == a.cluster[p.B])
	})
}

// rowsAtOnce is how many rows a goroutine makes at a time.
const rowsAtOnce = 4096

// writeRows writes a head and n rows, each on a line of its own; add appends a
// row. Several goroutines make rows, part by part; the parts are written in
// their order.
func writeRows(w io.Writer, head string, n, workers int, add func(out []byte, row int) []byte) error {
	if _, err := io.WriteString(w, head+"\n"); err != nil {
		return err
	}
	parts := (n + rowsAtOnce - 1) / rowsAtOnce
	workers = min(max(1, workers), max(1, parts))
	makers := make([]rowMaker, workers)
	stop := make(chan struct{})
	defer close(stop)
	for i := range makers {
		makers[i] = rowMaker{full: make(chan []byte, 2), empty: make(chan []byte, 2)}
		makers[i].empty <- nil // one to be filled while the other is written
		makers[i].empty <- nil
		go makers[i].run(i*rowsAtOnce, workers*rowsAtOnce, n, add, stop)
	}
	for part := range parts {
		m := &makers[part%workers]
		text := <-m.full
		if _, err := w.Write(text); err != nil {
			return err
		}
		m.empty <- text
	}
	return nil
}

// rowMaker is one goroutine's rows on their way to the file and its buffers on
// their way back.
type rowMaker struct{ full, empty chan []byte }

// run makes the parts that begin every step rows.
func (m *rowMaker) run(from, step, n int, add func(out []byte, row int) []byte, stop <-chan struct{}) {
	for ; from < n; from += step {
		var text []byte
		select {
		case text = <-m.empty:
		case <-stop:
			return
		}
		text = text[:0]
		for row := from; row < min(from+rowsAtOnce, n); row++ {
			text = append(add(text, row), '\n')
		}
		m.full <- text // never waits: there are two
	}
}

// appendFixed appends a number with so many decimals, three or six, as
// strconv.AppendFloat does, in a tenth of the time.
func appendFixed(out []byte, x float64, decimals int) []byte {
	unit := uint64(1000)
	if decimals == 6 {
		unit = 1_000_000
	}
	y := math.Abs(x) * float64(unit)
	whole := math.Floor(y)
	// Where the product's own rounding may have crossed the middle, or to say
	// what is no number, it takes more care.
	if rest := y - whole; !(y < 1<<40) || math.Abs(rest-0.5) < 1e-3 {
		return strconv.AppendFloat(out, x, 'f', decimals, 64)
	} else if rest > 0.5 {
		whole++
	}
	if math.Signbit(x) {
		out = append(out, '-')
	}
	v := uint64(whole)
	out = append(strconv.AppendUint(out, v/unit, 10), '.')
	for v, unit = v%unit, unit/10; unit > 0; unit /= 10 {
		out = append(out, byte('0'+v/unit%10))
	}
	return out
}
