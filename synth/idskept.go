package synth

import (
	"slices"
	"strings"
)

// IDsReport is how far households keep their ids from one export to the next.
type IDsReport struct {
	Before int `json:"households_before"`
	After  int `json:"households_after"`
	// Same are the households of the same people in both exports, and N those
	// of them that kept their id.
	Same Share `json:"same_people"`
	// Going are the households of which most stayed together, though somebody
	// came or went.
	Going Share `json:"most_of_the_people"`
	// Reused are ids that mean other people after than before: nobody of the
	// one is in the other.
	Reused int `json:"ids_reused"`
}

// KeptIDs compares two exports of households, by the ids of their people: the
// people themselves must keep their ids, or the household counts as gone.
func KeptIDs(before, after string) (IDsReport, error) {
	a, err := readMembers(before)
	if err != nil {
		return IDsReport{}, err
	}
	b, err := readMembers(after)
	if err != nil {
		return IDsReport{}, err
	}
	r := IDsReport{Before: len(a), After: len(b)}
	sets, homes := map[string][]string{}, map[string][]string{}
	for id, people := range b {
		key := strings.Join(people, "\x00")
		sets[key] = append(sets[key], id)
		for _, p := range people {
			homes[p] = append(homes[p], id)
		}
	}
	for id, people := range a {
		if same := sets[strings.Join(people, "\x00")]; len(same) > 0 {
			r.Same.Of++
			r.Same.N += btoi(slices.Contains(same, id))
		} else if next := mostOf(people, homes, b); next != nil {
			r.Going.Of++
			r.Going.N += btoi(slices.Contains(next, id))
		}
		if now, ok := b[id]; ok && !slices.ContainsFunc(now, func(p string) bool { return slices.Contains(people, p) }) {
			r.Reused++
		}
	}
	r.Same.Rate, r.Going.Rate = ratio(r.Same.N, r.Same.Of), ratio(r.Going.N, r.Going.Of)
	return r, nil
}

// mostOf are the later households that have more than half of the people, and
// of whom more than half are these.
func mostOf(people []string, homes map[string][]string, after map[string][]string) []string {
	count := map[string]int{}
	for _, p := range people {
		for _, h := range homes[p] {
			count[h]++
		}
	}
	var out []string
	for h, n := range count {
		if 2*n > len(people) && 2*n > len(after[h]) {
			out = append(out, h)
		}
	}
	return out
}

// readMembers lists the present members of each household, sorted.
func readMembers(path string) (map[string][]string, error) {
	out := map[string][]string{}
	err := readTable(path, []string{"household_id", "person_id", "role", "to"}, func(f []string) error {
		if f[3] == "" && (f[2] == "adult" || f[2] == "child") {
			out[f[0]] = append(out[f[0]], f[1])
		}
		return nil
	})
	for id := range out {
		slices.Sort(out[id])
		out[id] = slices.Compact(out[id])
	}
	return out, err
}
