package store

import (
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// listed is a candidate's place: its framework's number and its index in the
// framework's list.
type listed struct{ framework, index uint64 }

// person writes a person by the references of its records.
func (e *blockEnc) person(p *family.StoredPerson) {
	e.uint(uint64(len(p.Refs)))
	for _, r := range p.Refs {
		e.ref(r.RowRef)
		e.byte(byte(r.Part))
	}
	e.uint(uint64(len(p.Probability)))
	for _, x := range p.Probability {
		e.float(x)
	}
	e.uint(uint64(len(p.Links)))
	for i := range p.Links {
		e.link(p.Refs, &p.Links[i])
	}
	e.text(p.Profile.Forename)
	e.text(p.Profile.Surname)
	e.date(p.Profile.DOB)
	e.byte(p.Profile.Sex)
	e.date(p.Profile.Died)
	e.textList(p.HouseholdIDs)
	e.add(p.ID)
}

// link names its records by their number among the person's.
func (e *blockEnc) link(refs []family.RecordRef, l *family.Link) {
	for _, r := range []family.RecordRef{l.A, l.B} {
		i, ok := slices.BinarySearchFunc(refs, r, family.RecordRef.Compare)
		if !ok {
			e.uint(0)
			e.ref(r.RowRef)
			e.byte(byte(r.Part))
			continue
		}
		e.uint(uint64(i) + 1)
	}
	e.float(l.Weight)
	e.float(l.Probability)
	e.uint(uint64(len(l.Reasons)))
	for _, r := range l.Reasons {
		e.reason(r)
	}
}

func (d *blockDec) recordRef() family.RecordRef {
	r := family.RecordRef{RowRef: d.ref(), Part: family.Part(d.byte())}
	if r.Part > family.Contact2 {
		d.fail()
	}
	return r
}

func (d *blockDec) person(id string) (*family.StoredPerson, error) {
	p := &family.StoredPerson{ID: id, Refs: some[family.RecordRef](d.count(3))}
	for i := range p.Refs {
		p.Refs[i] = d.recordRef()
	}
	p.Probability = some[float64](d.count(8))
	for i := range p.Probability {
		p.Probability[i] = d.float()
	}
	p.Links = some[family.Link](d.count(19))
	for i := range p.Links {
		p.Links[i] = d.link(p.Refs)
	}
	p.Profile = family.Profile{Forename: d.text(), Surname: d.text(), DOB: d.date(), Sex: d.byte(), Died: d.date()}
	p.HouseholdIDs = d.textList()
	return p, d.end()
}

func (d *blockDec) link(refs []family.RecordRef) family.Link {
	var ends [2]family.RecordRef
	for i := range ends {
		switch n := d.uint(); {
		case n == 0:
			ends[i] = d.recordRef()
		case n <= uint64(len(refs)):
			ends[i] = refs[n-1]
		default:
			d.fail()
		}
	}
	l := family.Link{A: ends[0], B: ends[1], Weight: d.float(), Probability: d.float()}
	l.Reasons = some[family.LinkReason](d.count(1))
	for i := range l.Reasons {
		l.Reasons[i] = d.reason()
	}
	return l
}

// candidate writes a candidate; its framework is the table's.
func (e *blockEnc) candidate(c *family.Candidate) {
	e.text(c.HouseholdID)
	e.text(c.Framework)
	e.date(c.AsAt)
	e.bool(c.Eligible)
	e.uint(uint64(len(c.Headlines)))
	for _, h := range c.Headlines {
		e.text(h.ID)
		e.byte(byte(h.Status))
	}
	e.uint(uint64(len(c.Needs)))
	for i := range c.Needs {
		n := c.Needs[i]
		e.text(n.Criterion)
		e.text(n.Headline)
		e.byte(byte(n.Status))
		e.textList(n.Persons)
		e.refList(n.Evidence)
		e.date(n.From)
		e.date(n.To)
		e.text(n.Reason)
		e.date(n.Freshest)
		e.textList(n.Nominations)
		e.bool(n.NotCounted)
	}
	e.text(c.Reason)
	e.bool(c.Protected)
	e.area(c.Area)
	e.float(c.Certainty)
	e.bool(c.PutForward)
	e.textList(c.RestsOn)
	e.add("")
}

func (d *blockDec) candidate() (*family.Candidate, error) {
	c := &family.Candidate{HouseholdID: d.text(), Framework: d.text(), AsAt: d.date(), Eligible: d.bool()}
	c.Headlines = some[family.HeadlineResult](d.count(2))
	for i := range c.Headlines {
		c.Headlines[i] = family.HeadlineResult{ID: d.text(), Status: family.Status(d.byte())}
	}
	c.Needs = some[*family.Need](d.count(11))
	for i := range c.Needs {
		c.Needs[i] = &family.Need{
			Criterion: d.text(), Headline: d.text(), Status: family.Status(d.byte()), Persons: d.textList(),
			Evidence: d.refList(), From: d.date(), To: d.date(), Reason: d.text(), Freshest: d.date(),
			Nominations: d.textList(), NotCounted: d.bool(),
		}
	}
	c.Reason, c.Protected, c.Area = d.text(), d.bool(), d.area()
	c.Certainty, c.PutForward, c.RestsOn = d.float(), d.bool(), d.textList()
	return c, d.end()
}
