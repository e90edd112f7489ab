package pipeline

import (
	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// nominated returns the nominations of each household, in the order of the
// input: those whose people live there now, most of them; or those given.
func (n *night) nominated() map[string][]eligibility.Nomination {
	if len(n.Nominations) == 0 {
		return n.given
	}
	where := n.homes()
	out := map[string][]eligibility.Nomination{}
	for i := range n.Nominations {
		x := &n.Nominations[i]
		if h := casework.HouseholdOf(x.Records, func(r family.RecordRef) string { return where[r] }); h != "" {
			about := eligibility.Nomination{ID: x.ID, Framework: x.Framework, Needs: x.Needs, Agency: x.Agency}
			if x.Day <= n.out.AsAt { // else it is in force as the input says, and speaks of no day
				about.Day = x.Day
			}
			out[h] = append(out[h], about)
		}
	}
	return out
}

// homes returns the households where the people whom nominations are about
// live, by the nominations' records. Somebody whom two households have lives in
// the first of them by id.
func (n *night) homes() map[family.RecordRef]string {
	out := map[family.RecordRef]string{}
	for i := range n.Nominations {
		for _, r := range n.Nominations[i].Records {
			out[r] = ""
		}
	}
	of := map[string][]family.RecordRef{} // of each person
	for i := range n.out.Persons {
		for _, r := range n.out.Persons[i].Records {
			if _, asked := out[r.Ref()]; asked {
				id := n.out.Persons[i].ID
				of[id] = append(of[id], r.Ref())
			}
		}
	}
	for i := range n.out.Households {
		h := &n.out.Households[i]
		for _, m := range h.Members {
			if !m.Current(n.out.AsAt) {
				continue
			}
			for _, r := range of[m.PersonID] {
				if out[r] == "" {
					out[r] = h.ID
				}
			}
		}
	}
	return out
}
