package pipeline

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/household"
	"github.com/hearthmatch/hearth/matcher"
)

// linkage is what is kept of linking, to weigh again what households put in
// another light.
type linkage struct {
	records []*family.Record // sorted
	linked  *matcher.Linked
	cannot  [][2]int32
}

const (
	// doubtful is the least mean weight, in bits, of two persons whom a household
	// may make one: below it their own rows say that they are two.
	doubtful = -4
	// oneFrom is the weight from which two persons are one: nineteen to one, as
	// in linkage itself.
	oneFrom = 4.25
	// mostPairs bounds the pairs of records that two persons are weighed by.
	mostPairs = 256
)

// reconsider joins persons who weigh enough to be one when what households say
// of them is added, once and each person once: what comes of it is not asked
// again. It returns the persons, sorted by id, and how many were joined; those
// given are not changed.
func (l *linkage) reconsider(persons []family.Person, doubles []household.Double) ([]family.Person, int) {
	at := make(map[string]int, len(persons))
	for i := range persons {
		at[persons[i].ID] = i
	}
	view := &describer{records: l.records, linked: l.linked.Fork()}
	var proposals []proposal
	for _, d := range doubles {
		a, b := at[d.A], at[d.B]
		if p, ok := l.propose(view, &persons[a], &persons[b], d); ok {
			p.a, p.b = a, b
			proposals = append(proposals, p)
		}
	}
	slices.SortFunc(proposals, func(x, y proposal) int {
		return cmp.Or(cmp.Compare(y.link.Weight, x.link.Weight), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	out := slices.Clone(persons)
	taken := make([]bool, len(out))
	gone := 0
	for _, p := range proposals {
		if taken[p.a] || taken[p.b] {
			continue
		}
		taken[p.a], taken[p.b] = true, true
		out[p.a] = union(&persons[p.a], &persons[p.b], p.link)
		out[p.b].ID = ""
		gone++
	}
	out = slices.DeleteFunc(out, func(p family.Person) bool { return p.ID == "" })
	slices.SortFunc(out, func(a, b family.Person) int { return strings.Compare(a.ID, b.ID) })
	return out, gone
}

// proposal is two persons, by place, and the link that makes them one.
type proposal struct {
	a, b int
	link family.Link
}

// propose weighs two persons by the mean over their records, as clustering does,
// and what the household says. A decision that they are two stands.
func (l *linkage) propose(view *describer, a, b *family.Person, d household.Double) (proposal, bool) {
	if len(a.Records)*len(b.Records) > mostPairs {
		return proposal{}, false
	}
	sum, best, bestWeight := 0.0, [2]int32{}, math.Inf(-1)
	for _, x := range a.Records {
		i, okA := find(l.records, x.Ref())
		for _, y := range b.Records {
			j, okB := find(l.records, y.Ref())
			if !okA || !okB || l.parted(i, j) {
				return proposal{}, false
			}
			w := view.linked.Weigh(i, j).Bits()
			sum += w
			if w > bestWeight {
				best, bestWeight = [2]int32{min(i, j), max(i, j)}, w
			}
		}
	}
	mean := sum / float64(len(a.Records)*len(b.Records))
	if mean < doubtful || mean+d.Bits < oneFrom {
		return proposal{}, false
	}
	link := view.link(best[0], best[1])
	link.Weight = mean + d.Bits
	link.Probability = 1 / (1 + math.Exp2(-link.Weight))
	link.Reasons = append(slices.Clone(link.Reasons), family.LinkReason{Comparison: "household", Level: d.Reason, Weight: d.Bits})
	if rest := link.Weight - sumOf(link.Reasons); math.Abs(rest) > 0.001 {
		link.Reasons = append(link.Reasons, family.LinkReason{Comparison: "other records", Level: "mean over all records of both", Weight: rest})
	}
	return proposal{link: link}, true
}

func sumOf(reasons []family.LinkReason) float64 {
	sum := 0.0
	for _, r := range reasons {
		sum += r.Weight
	}
	return sum
}

func (l *linkage) parted(i, j int32) bool {
	return slices.Contains(l.cannot, [2]int32{min(i, j), max(i, j)})
}

// union makes one person of two.
func union(a, b *family.Person, link family.Link) family.Person {
	type half struct {
		record      *family.Record
		probability float64
	}
	var all []half
	for _, p := range []*family.Person{a, b} {
		for i, r := range p.Records {
			x := 1.0
			if len(p.Records) > 1 && i < len(p.Probability) {
				x = p.Probability[i]
			} else if len(p.Records) == 1 {
				x = link.Probability
			}
			all = append(all, half{r, x})
		}
	}
	slices.SortFunc(all, func(x, y half) int { return x.record.Ref().Compare(y.record.Ref()) })
	out := family.Person{ID: personID(all[0].record.Ref())}
	for _, h := range all {
		out.Records = append(out.Records, h.record)
		out.Probability = append(out.Probability, h.probability)
	}
	out.Links = append(slices.Concat(a.Links, b.Links), link)
	slices.SortFunc(out.Links, func(x, y family.Link) int { return cmp.Or(x.A.Compare(y.A), x.B.Compare(y.B)) })
	out.Profile = profile(out.Records)
	return out
}
