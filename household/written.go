package household

import "github.com/hearthmatch/hearth/family"

// uses lists the distinct addresses as written, in the order in which they are
// met first, and for each person's records which of them they give (-1 none).
// What was told the police has no vote on what a dwelling is.
func (f *former) uses() (out []use, given [][]int32) {
	w := f.written()
	first, rows := w.firsts(f.parallel)
	number := make([]int32, len(w.records))
	for i, rec := range w.records {
		switch at := first[i]; {
		case at < 0:
			number[i] = -1
		case at == int32(i):
			number[i] = int32(len(out))
			out = append(out, use{address: rec.Address, rows: int(rows[i])})
		default:
			number[i] = number[at]
		}
	}
	given = make([][]int32, len(f.people))
	for i := range f.people {
		given[i] = number[w.start[i]:w.start[i+1]:w.start[i+1]]
	}
	return out, given
}

// written are the records of all people, one person after the other, with
// hashes of their addresses.
type written struct {
	start   []int32 // by person: where the person's records begin
	records []*family.Record
	hash    []uint64 // 0 for a blank address
}

func (f *former) written() *written {
	w := &written{start: make([]int32, len(f.people)+1)}
	for i, p := range f.people {
		w.start[i+1] = w.start[i] + int32(len(p.Records))
	}
	n := w.start[len(f.people)]
	w.records, w.hash = make([]*family.Record, n), make([]uint64, n)
	f.parallel(len(f.people), func(i int) {
		at := w.start[i]
		copy(w.records[at:], f.people[i].Records)
		for j, rec := range f.people[i].Records {
			w.hash[at+int32(j)] = hashOf(&rec.Address)
		}
	})
	return w
}

// firsts returns for each record the first that gives the same address, -1
// where it gives none, and for each of those first ones how many do, without
// the police's. Records are parted by their hashes, so that each part is looked
// at by one goroutine alone.
func (w *written) firsts(parallel func(n int, do func(i int))) (first, rows []int32) {
	first, rows = make([]int32, len(w.records)), make([]int32, len(w.records))
	var start [shards + 1]int32
	for _, h := range w.hash {
		start[h%shards+1]++
	}
	for i := range shards {
		start[i+1] += start[i]
	}
	order := make([]int32, len(w.records))
	next := start
	for i, h := range w.hash {
		order[next[h%shards]] = int32(i)
		next[h%shards]++
	}
	parallel(shards, func(s int) {
		part := order[start[s]:start[s+1]]
		size := 4
		for size < 2*len(part) {
			size *= 2
		}
		table := make([]int32, size) // 1 + a first record
		for _, i := range part {
			if first[i] = -1; w.hash[i] != 0 {
				first[i] = w.place(table, i)
				if w.records[i].Row.Feed != family.Police {
					rows[first[i]]++
				}
			}
		}
	})
	return first, rows
}

// place finds in table the first record that gives the address of record i, and
// puts i there where it is the first.
func (w *written) place(table []int32, i int32) int32 {
	mask := uint64(len(table) - 1)
	for slot := w.hash[i] / shards & mask; ; slot = (slot + 1) & mask {
		at := table[slot] - 1
		switch {
		case at < 0:
			table[slot] = i + 1
			return i
		case w.hash[at] == w.hash[i] && w.records[at].Address == w.records[i].Address:
			return at
		}
	}
}

// hashOf hashes an address (FNV-1a); 0 for a blank one alone.
func hashOf(a *family.Address) uint64 {
	if a.Blank() {
		return 0
	}
	h := uint64(offset64)
	for _, s := range [...]string{a.Line1, a.Line2, a.Town, a.Postcode, a.UPRN} {
		h = hashText(h, s) * prime64 // a blank between two
	}
	return max(1, h^h>>32)
}

const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
)

func hashText(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime64
	}
	return h
}
