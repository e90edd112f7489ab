package household

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Double is two persons whom a household gives reason to take for one: they have
// a part in it that only one person can have. Whether they are one is not
// decided here: it is linkage's, which weighs what their own rows say as well.
type Double struct {
	A, B string // persons, A before B
	// Bits are what the part speaks for one person, log2 of the odds.
	Bits float64
	// Reason names the part: "both are given as the mother of one child".
	Reason string
	// Evidence are the rows that give each of them the part.
	Evidence []family.RowRef
}

// What it says for one person that two have a part in a household which one
// person has. A child has one mother, and rows seldom call a stepmother so; they
// call a stepfather father more often; and of two partners one mostly came after
// the other, whom a row has not forgotten yet.
const (
	oneMother  = 7
	oneFather  = 3
	onePartner = 1
)

// Doubles lists the pairs of persons who have one and the same part in a
// household, each once with the part that says most, sorted. It reads relations
// only, which rows state of each person apart, and forms no household: none that a
// link between the two would make is among the reasons for it. Two whom one row
// names are two people, and are no double. It blocks for a part of the time that
// Form takes.
func Doubles(in Input) []Double {
	f := newFormer(in)
	f.gatherKin()
	var out []Double
	for _, c := range f.contradictions {
		if c.kind == twoMothers {
			out = f.doubles(out, onePart{oneMother, "both are given as the mother of one child", c.people, c.evidence})
		}
	}
	for p := range f.people {
		out = f.doubles(out, f.fathers(int32(p)))
		out = f.doubles(out, f.partners(int32(p)))
	}
	slices.SortFunc(out, func(a, b Double) int {
		return cmp.Or(strings.Compare(a.A, b.A), strings.Compare(a.B, b.B), cmp.Compare(b.Bits, a.Bits),
			strings.Compare(a.Reason, b.Reason), slices.CompareFunc(a.Evidence, b.Evidence, family.RowRef.Compare))
	})
	return slices.CompactFunc(out, func(a, b Double) bool { return a.A == b.A && a.B == b.B })
}

// onePart is a part that one person has, and those who are said to have it.
type onePart struct {
	bits     float64
	reason   string
	people   []int32
	evidence []family.RowRef
}

// maxDoubles bounds who is asked about one part: more have it by mistake.
const maxDoubles = 6

// doubles appends the pairs of those who have a part.
func (f *former) doubles(out []Double, d onePart) []Double {
	if len(d.people) > maxDoubles {
		return out
	}
	for i, p := range d.people {
		for _, q := range d.people[:i] {
			a, b := min(p, q), max(p, q) // people are sorted by id
			if a != b && !together(f.people[a], f.people[b]) {
				out = append(out, Double{f.people[a].ID, f.people[b].ID, d.bits, d.reason, rowsOf(d.evidence)})
			}
		}
	}
	return out
}

// fathers are those whom the latest rows that name them give as the child's
// father.
func (f *former) fathers(child int32) onePart {
	d := onePart{bits: oneFather, reason: "both are given as the father of one child"}
	for _, i := range f.kinOf[child] {
		r := &f.relationList[i]
		if r.child == child && !r.voided && !f.stale(*r) && f.words[r.words[0]].kind == family.Father {
			d.people, d.evidence = append(d.people, r.adult), append(d.evidence, r.rec.Row.Ref())
		}
	}
	return d
}

// partners are those whom claims and tenancies give as the person's partner now.
func (f *former) partners(p int32) onePart {
	d := onePart{bits: onePartner, reason: "both are given as the partner of one person"}
	for _, i := range f.tiesOf[p] {
		t := &f.tieList[i]
		if other := t.a + t.b - p; t.kind == family.Partner && t.to == 0 && !slices.Contains(d.people, other) {
			d.people, d.evidence = append(d.people, other), append(d.evidence, t.recA.Row.Ref(), t.recB.Row.Ref())
		}
	}
	return d
}

// together says whether a row names both.
func together(a, b *family.Person) bool {
	rows := make(map[family.RowRef]bool, len(a.Records))
	for _, r := range a.Records {
		rows[r.Row.Ref()] = true
	}
	return slices.ContainsFunc(b.Records, func(r *family.Record) bool { return rows[r.Row.Ref()] })
}
