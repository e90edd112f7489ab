package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/fold"
	"github.com/hearthmatch/hearth/matcher"
)

// describer makes persons of their records.
type describer struct {
	records []*family.Record
	linked  *matcher.Linked
	best    []bestLink
	reasons []matcher.Reason
	// equal are the reasons given last for a record and one equal to it.
	equal   []family.LinkReason
	equalTo int32
}

// link describes a pair of records.
func (d *describer) link(i, j int32) family.Link {
	w := d.linked.Weigh(i, j)
	out := family.Link{A: d.records[i].Ref(), B: d.records[j].Ref(), Weight: w.Bits(), Probability: w.Probability()}
	alike := d.linked.Equal(i, j)
	if alike && d.equal != nil && d.linked.Equal(i, d.equalTo) {
		out.Reasons = d.equal
		return out
	}
	d.reasons = d.linked.Explain(d.reasons[:0], i, j)
	out.Reasons = make([]family.LinkReason, len(d.reasons))
	for k, r := range d.reasons {
		out.Reasons[k] = family.LinkReason{Comparison: r.Comparison, Level: r.Level, Weight: r.Weight.Bits()}
	}
	if alike {
		d.equal, d.equalTo = out.Reasons, i
	}
	return out
}

func (d *describer) person(members []int32) family.Person {
	p := family.Person{ID: personID(d.records[members[0]].Ref())}
	p.Records = make([]*family.Record, len(members))
	p.Probability = make([]float64, len(members))
	for i, m := range members {
		p.Records[i] = d.records[m]
		p.Probability[i] = 1
	}
	if len(members) > 1 {
		d.links(&p, members)
	}
	p.Profile = profile(p.Records)
	return p
}

// personID is "P" and 16 hexadecimal digits of a hash (FNV-1a, finished as in
// SplitMix64) of the person's least record.
func personID(least family.RecordRef) string {
	h := uint64(14695981039346656037)
	for _, c := range []byte(least.String()) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return fmt.Sprintf("P%016x", h^h>>31)
}

// bestLink is the strongest link of a member to those already in the tree.
type bestLink struct {
	to     int32
	weight matcher.Weight
	in     bool
}

// links grows the tree of greatest weights that holds the person together: one
// link for every record but one. A record's probability is that of its
// strongest link.
func (d *describer) links(p *family.Person, members []int32) {
	strongest := make([]matcher.Weight, len(members))
	for i := range strongest {
		strongest[i] = -1 << 30
	}
	add := func(x, y int, w matcher.Weight) {
		strongest[x], strongest[y] = max(strongest[x], w), max(strongest[y], w)
		p.Links = append(p.Links, d.link(min(members[x], members[y]), max(members[x], members[y])))
	}
	p.Links = make([]family.Link, 0, len(members)-1)
	d.tree(members, d.unlike(members, add), add)
	for i, w := range strongest {
		p.Probability[i] = w.Probability()
	}
	slices.SortFunc(p.Links, func(a, b family.Link) int {
		return cmp.Or(a.A.Compare(b.A), a.B.Compare(b.B))
	})
}

// unlike links each member that is equal to an earlier one to it, and returns
// the places of the others.
func (d *describer) unlike(members []int32, add func(x, y int, w matcher.Weight)) []int {
	var out []int
	for i, m := range members {
		at := slices.IndexFunc(out, func(j int) bool { return d.linked.Equal(members[j], m) })
		if at < 0 {
			out = append(out, i)
			continue
		}
		add(out[at], i, d.linked.Weigh(members[out[at]], m))
	}
	return out
}

// tree links the members at the places by Prim's algorithm.
func (d *describer) tree(members []int32, places []int, add func(x, y int, w matcher.Weight)) {
	d.best = slices.Grow(d.best[:0], len(places))[:len(places)]
	for i := range d.best {
		d.best[i] = bestLink{to: -1}
	}
	at := 0
	for range len(places) - 1 {
		d.best[at].in = true
		next := -1
		for i := range d.best {
			if d.best[i].in {
				continue
			}
			w := d.linked.Weigh(members[places[at]], members[places[i]])
			if b := &d.best[i]; b.to < 0 || w > b.weight {
				b.to, b.weight = int32(at), w
			}
			if next < 0 || d.best[i].weight > d.best[next].weight {
				next = i
			}
		}
		add(places[next], places[d.best[next].to], d.best[next].weight)
		at = next
	}
}

// reliance is how far a feed's dates of birth and spellings are believed, where
// the records disagree: registers and claims are checked against documents.
var reliance = [...]int{
	family.Attendance: 4, family.Benefits: 4, family.Involvement: 3,
	family.Housing: 3, family.Police: 2,
}

// vote is a value's support.
type vote[T cmp.Ordered] struct {
	value  T
	weight int
}

// ballot finds the value with the greatest support.
type ballot[T cmp.Ordered] struct{ votes []vote[T] }

func (b *ballot[T]) add(value T, weight int) {
	for i := range b.votes {
		if b.votes[i].value == value {
			b.votes[i].weight += weight
			return
		}
	}
	b.votes = append(b.votes, vote[T]{value, weight})
}

// winner is the value of the greatest support, of equals the least; the zero
// value if there was no vote.
func (b *ballot[T]) winner() T {
	var best vote[T]
	for i, v := range b.votes {
		if i == 0 || v.weight > best.weight || v.weight == best.weight && v.value < best.value {
			best = v
		}
	}
	return best.value
}

// profile is the best reading of a person over all records.
func profile(records []*family.Record) family.Profile {
	var forename, surname ballot[string]
	var born ballot[family.Date]
	var sex ballot[byte]
	var died family.Date
	for i, r := range records {
		w := reliance[r.Row.Feed]
		if r.Part != family.Subject {
			w = 1
		}
		if r.Forename != "" {
			forename.add(r.Forename, nameWorth(r.Forename, w))
		}
		if r.Surname != "" {
			surname.add(r.Surname, nameWorth(r.Surname, w))
		}
		if r.DOB != 0 {
			born.add(r.DOB, birthWorth(r, records[:i], w))
		}
		if r.Sex != 0 {
			sex.add(r.Sex, w)
		}
		if r.Died != 0 && (died == 0 || r.Died < died) {
			died = r.Died
		}
	}
	return family.Profile{Forename: spelling(&forename), Surname: spelling(&surname),
		DOB: born.winner(), Sex: sex.winner(), Died: died}
}

// spelling is the winner as it is best shown: among the spellings that fold to
// the same, one with small letters, else one in capitals; of those the one
// with the greatest support, of equals the least.
func spelling(b *ballot[string]) string {
	names := ballot[string]{}
	for _, v := range b.votes {
		names.add(fold.ASCII(v.value), v.weight)
	}
	name := names.winner()
	var mixed, capitals ballot[string]
	for _, v := range b.votes {
		switch {
		case fold.ASCII(v.value) != name:
		case mixedCase(v.value):
			mixed.add(v.value, v.weight)
		default:
			capitals.add(v.value, v.weight)
		}
	}
	return cmp.Or(mixed.winner(), capitals.winner())
}

// mixedCase says whether a name has capitals and small letters.
func mixedCase(s string) bool {
	return s != strings.ToUpper(s) && s != strings.ToLower(s)
}

// birthWorth is what a record adds to the support of its date of birth. A feed's
// many rows count little more than one: a mistake is copied from term to term.
func birthWorth(r *family.Record, before []*family.Record, w int) int {
	copies := 0
	for _, o := range before {
		if o.DOB == r.DOB && o.Row.Feed == r.Row.Feed && (o.Part == family.Subject) == (r.Part == family.Subject) {
			copies++
		}
	}
	switch {
	case copies == 0:
		return 4 * w
	case copies <= 3:
		return 1
	}
	return 0
}

// nameWorth discounts an initial: it is no name to show.
func nameWorth(s string, w int) int {
	if len(fold.ASCII(s)) < 2 {
		return 0
	}
	return w
}
