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

	oneMotherReason = "both are given as the mother of one child"
)

// Doubles lists the pairs of persons who have one and the same part in a
// household, each once with the part that says most, sorted. It reads relations
// only, which rows state of each person apart: no household that a link between
// the two would make is among the reasons for it. Two whom one row names are two
// people, and are no double.
func Doubles(hs []family.Household, person func(id string) *family.Person) []Double {
	var out []Double
	for i := range hs {
		for _, p := range parts(hs[i].Relations) {
			out = append(out, p.doubles(person)...)
		}
		for _, c := range hs[i].Contradictions {
			if c.Kind == twoMothers {
				out = append(out, mothers(c, person)...)
			}
		}
	}
	slices.SortFunc(out, func(a, b Double) int {
		return cmp.Or(strings.Compare(a.A, b.A), strings.Compare(a.B, b.B), cmp.Compare(b.Bits, a.Bits),
			strings.Compare(a.Reason, b.Reason), slices.CompareFunc(a.Evidence, b.Evidence, family.RowRef.Compare))
	})
	return slices.CompactFunc(out, func(a, b Double) bool { return a.A == b.A && a.B == b.B })
}

// mothers are the pairs of those who are named as one child's mother, of which a
// household keeps one. The child is on the rows that name them, and no double.
func mothers(c family.Contradiction, person func(string) *family.Person) []Double {
	var out []Double
	if len(c.Persons) > maxDoubles {
		return nil
	}
	for i, a := range c.Persons {
		for _, b := range c.Persons[:i] {
			if !together(person(a), person(b)) {
				out = append(out, Double{min(a, b), max(a, b), oneMother, oneMotherReason, c.Evidence})
			}
		}
	}
	return out
}

// part is a part that one person has, with those who are said to have it.
type part struct {
	bits   float64
	reason string
	who    []family.Relation
	id     func(family.Relation) string
}

// maxDoubles bounds who is asked about one part: more have it by mistake.
const maxDoubles = 6

// parts gathers the relations of a household by the part that they give.
func parts(relations []family.Relation) []part {
	var out []part
	at := map[string]int{}
	add := func(key string, bits float64, reason string, r family.Relation, id func(family.Relation) string) {
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, part{bits: bits, reason: reason, id: id})
		}
		out[i].who = append(out[i].who, r)
	}
	first, second := func(r family.Relation) string { return r.A }, func(r family.Relation) string { return r.B }
	for _, r := range relations {
		switch {
		case r.To != 0:
		case r.Kind == family.Mother:
			add("mother of "+r.B, oneMother, oneMotherReason, r, first)
		case r.Kind == family.Father:
			add("father of "+r.B, oneFather, "both are given as the father of one child", r, first)
		case r.Kind == family.Partner:
			add("partner of "+r.B, onePartner, "both are given as the partner of one person", r, first)
			add("partner of "+r.A, onePartner, "both are given as the partner of one person", r, second)
		}
	}
	return out
}

func (p part) doubles(person func(string) *family.Person) []Double {
	var out []Double
	if len(p.who) > maxDoubles {
		return nil
	}
	for i, x := range p.who {
		for _, y := range p.who[:i] {
			a, b := p.id(x), p.id(y)
			if a == b || together(person(a), person(b)) {
				continue
			}
			if a > b {
				a, b, x, y = b, a, y, x
			}
			out = append(out, Double{a, b, p.bits, p.reason, rowsOf(slices.Concat(x.Evidence, y.Evidence))})
		}
	}
	return out
}

// together says whether a row names both, or nothing is known of one of them.
func together(a, b *family.Person) bool {
	if a == nil || b == nil {
		return true
	}
	rows := make(map[family.RowRef]bool, len(a.Records))
	for _, r := range a.Records {
		rows[r.Row.Ref()] = true
	}
	return slices.ContainsFunc(b.Records, func(r *family.Record) bool { return rows[r.Row.Ref()] })
}
