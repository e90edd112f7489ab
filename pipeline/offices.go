package pipeline

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// offices lists the addresses that are nobody's home: the schools, of which
// the feeds say the name alone, by the list of schools and by pupils' rows. A
// school that fills its own address in for a pupil names itself there.
func offices(rows []*family.Row) []family.Address {
	names := map[string]bool{}
	for _, r := range rows {
		switch r.Feed {
		case family.Schools:
			names[r.Text(family.ColName)] = true
		case family.Attendance:
			names[r.Text(family.ColSchoolName)] = true
		}
	}
	delete(names, "")
	out := make([]family.Address, 0, len(names))
	for name := range names {
		out = append(out, family.Address{Line1: name})
	}
	slices.SortFunc(out, func(a, b family.Address) int { return cmp.Compare(a.Line1, b.Line1) })
	return out
}
