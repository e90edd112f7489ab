package store

import "github.com/hearthmatch/hearth/family"

// household writes a household, and where its candidates stand.
func (e *blockEnc) household(h *family.Household, places []listed) {
	e.address(h.Address)
	e.area(h.Area)
	e.bool(h.Protected)
	e.float(h.Certainty)
	list(e, h.Members, e.member)
	list(e, h.Stays, e.stay)
	list(e, h.Relations, e.relation)
	list(e, h.Changes, e.change)
	list(e, h.Contradictions, e.contradiction)
	list(e, places, func(p *listed) {
		e.uint(p.framework)
		e.uint(p.index)
	})
	e.add(h.ID)
}

func (d *blockDec) household(id string) (*family.Household, []listed, error) {
	h := &family.Household{
		ID: id, Address: d.address(), Area: d.area(), Protected: d.bool(), Certainty: d.float(),
		Members: listOf(d, d.member), Stays: listOf(d, d.stay), Relations: listOf(d, d.relation),
		Changes: listOf(d, d.change), Contradictions: listOf(d, d.contradiction),
	}
	places := listOf(d, func() listed { return listed{d.uint(), d.uint()} })
	return h, places, d.end()
}

// list writes how many there are and each of them.
func list[T any](e *blockEnc, all []T, write func(*T)) {
	e.uint(uint64(len(all)))
	for i := range all {
		write(&all[i])
	}
}

// listOf reads what list wrote. Everything listed takes two bytes or more.
func listOf[T any](d *blockDec, read func() T) []T {
	out := some[T](d.count(2))
	for i := range out {
		out[i] = read()
	}
	return out
}

func (e *blockEnc) address(a family.Address) {
	for _, s := range []string{a.Line1, a.Line2, a.Town, a.Postcode, a.UPRN} {
		e.text(s)
	}
}

func (d *blockDec) address() family.Address {
	return family.Address{Line1: d.text(), Line2: d.text(), Town: d.text(), Postcode: d.text(), UPRN: d.text()}
}

func (e *blockEnc) area(a family.Area) {
	for _, s := range []string{a.Ward, a.District, a.Cluster, a.LSOA} {
		e.text(s)
	}
}

func (d *blockDec) area() family.Area {
	return family.Area{Ward: d.text(), District: d.text(), Cluster: d.text(), LSOA: d.text()}
}

func (e *blockEnc) member(m *family.Member) {
	e.text(m.PersonID)
	e.byte(byte(m.Role))
	e.byte(byte(m.Kind))
	e.date(m.From)
	e.date(m.To)
	e.float(m.Confidence)
	e.text(m.Reason)
	e.refList(m.Evidence)
	list(e, m.Weights, e.weight)
	e.date(m.Deceased)
}

func (d *blockDec) member() family.Member {
	return family.Member{
		PersonID: d.text(), Role: family.Role(d.byte()), Kind: family.AssociateKind(d.byte()), From: d.date(), To: d.date(),
		Confidence: d.float(), Reason: d.text(), Evidence: d.refList(), Weights: listOf(d, d.weight), Deceased: d.date(),
	}
}

// weight writes whether a single row says it before the row.
func (e *blockEnc) weight(w *family.Weight) {
	e.text(w.Fact)
	e.float(w.Bits)
	row := w.Row != family.RowRef{}
	e.bool(row)
	if row {
		e.ref(w.Row)
	}
	e.date(w.Day)
}

func (d *blockDec) weight() family.Weight {
	w := family.Weight{Fact: d.text(), Bits: d.float()}
	if d.bool() {
		w.Row = d.ref()
	}
	w.Day = d.date()
	return w
}

func (e *blockEnc) stay(s *family.Stay) {
	e.text(s.PersonID)
	e.address(s.Address)
	e.date(s.From)
	e.date(s.To)
	e.bool(s.FromStated)
	e.bool(s.ToStated)
	e.float(s.Probability)
	e.refList(s.Evidence)
	e.bool(s.Protected)
}

func (d *blockDec) stay() family.Stay {
	return family.Stay{
		PersonID: d.text(), Address: d.address(), From: d.date(), To: d.date(), FromStated: d.bool(), ToStated: d.bool(),
		Probability: d.float(), Evidence: d.refList(), Protected: d.bool(),
	}
}

func (e *blockEnc) relation(r *family.Relation) {
	e.text(r.A)
	e.text(r.B)
	e.byte(byte(r.Kind))
	e.date(r.From)
	e.date(r.To)
	e.float(r.Confidence)
	e.refList(r.Evidence)
}

func (d *blockDec) relation() family.Relation {
	return family.Relation{
		A: d.text(), B: d.text(), Kind: family.RelationKind(d.byte()), From: d.date(), To: d.date(),
		Confidence: d.float(), Evidence: d.refList(),
	}
}

func (e *blockEnc) change(c *family.Change) {
	e.date(c.Day)
	e.byte(byte(c.Kind))
	e.textList(c.Persons)
	e.refList(c.Evidence)
	e.text(c.Reason)
}

func (d *blockDec) change() family.Change {
	return family.Change{Day: d.date(), Kind: family.ChangeKind(d.byte()), Persons: d.textList(), Evidence: d.refList(), Reason: d.text()}
}

func (e *blockEnc) contradiction(c *family.Contradiction) {
	e.text(c.Kind)
	e.textList(c.Persons)
	e.refList(c.Evidence)
	e.text(c.Reason)
}

func (d *blockDec) contradiction() family.Contradiction {
	return family.Contradiction{Kind: d.text(), Persons: d.textList(), Evidence: d.refList(), Reason: d.text()}
}
