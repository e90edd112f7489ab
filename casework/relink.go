package casework

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// SameFamily says whether two lists of records, one of each member, are of one
// family: more than half of the smaller is in both. A child that changed homes
// or an adult who left alone does not make two families one.
func SameFamily(a, b []family.RecordRef) bool {
	return 2*shared(a, b) > min(len(a), len(b))
}

// shared counts the records that two sorted lists have in common.
func shared(a, b []family.RecordRef) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := a[i].Compare(b[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// CasesOf returns the ids of the cases over any of the records, given in any
// order: the one with the most of them first, then the oldest. Cases whose
// opening was undone are left out, closed ones are not.
func (b *Book) CasesOf(records []family.RecordRef) []string {
	files := b.filesOver(records)
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.now.ID
	}
	return out
}

// filesOver is CasesOf.
func (b *Book) filesOver(records []family.RecordRef) []*file {
	hits := map[*file]int{}
	var out []*file
	for i, r := range records {
		if slices.Contains(records[:i], r) {
			continue
		}
		for _, f := range b.caseRecords[r] {
			if hits[f]++; hits[f] == 1 && f.now.Status != 0 {
				out = append(out, f)
			}
		}
	}
	slices.SortFunc(out, func(x, y *file) int {
		return cmp.Or(cmp.Compare(hits[y], hits[x]), cmp.Compare(x.entries[0].place, y.entries[0].place))
	})
	return out
}

// HouseholdOf returns the household that most of the records now live in, ""
// if they live in none. Of two with as many, the one of the least record (the
// first by feed, record_id and part) holds, so that the answer hangs on nothing
// else. where returns the household of a record's person, "" for none.
func HouseholdOf(records []family.RecordRef, where func(family.RecordRef) string) string {
	sorted := slices.SortedFunc(slices.Values(records), family.RecordRef.Compare)
	count := map[string]int{}
	best := ""
	for _, r := range sorted {
		if h := where(r); h != "" {
			count[h]++
		}
	}
	for _, r := range sorted {
		if h := where(r); count[h] > count[best] {
			best = h
		}
	}
	return best
}

// Conflict is two or more cases that turn out to be of one family. Somebody
// settles it: by closing all but one as duplicates, or by parting the people
// again.
type Conflict struct {
	Household string
	Cases     []string // the oldest first
	Reason    string
}

// Conflicts returns the open cases that are at one household now, by
// household. where is that of HouseholdOf.
func (b *Book) Conflicts(where func(family.RecordRef) string) []Conflict {
	at := map[string][]string{}
	for _, f := range b.order {
		if f.now.Open() {
			if h := HouseholdOf(f.now.Records, where); h != "" {
				at[h] = append(at[h], f.now.ID)
			}
		}
	}
	var out []Conflict
	for h, ids := range at {
		if len(ids) > 1 {
			out = append(out, Conflict{Household: h, Cases: ids, Reason: "cases " + strings.Join(ids, ", ") +
				" are of one household now; close all but one as duplicate, or decide that they are different families"})
		}
	}
	slices.SortFunc(out, func(x, y Conflict) int { return strings.Compare(x.Household, y.Household) })
	return out
}
