package store

import (
	"time"

	"github.com/hearthmatch/hearth/family"
)

// The types of the journal's frames. They are written to disk.
const (
	frameOpen     = 1 // a delivery is opened
	frameRows     = 2 // rows and rejections of a delivery
	frameSeal     = 3 // a delivery is accepted or held
	frameSettle   = 4 // a held delivery is released or discarded
	frameDecision = 5
	frameAudit    = 6
	frameNight    = 7
	frameCase     = 8 // a casework event, with its snapshot
	// framePublished is a framework's file, in force from the next night.
	framePublished = 9
)

func encodeDelivery(d *family.Delivery) []byte {
	var e enc
	e.version()
	e.byte(byte(d.Feed))
	e.str(d.Agency)
	e.str(d.ID)
	e.date(d.AsAt)
	e.date(d.From)
	e.date(d.To)
	e.strs(d.Organisations)
	e.int(d.DeclaredRows)
	e.str(d.ContentHash)
	return e.b
}

func decodeDelivery(b []byte) (family.Delivery, error) {
	d := dec{s: string(b)}
	d.version()
	out := family.Delivery{
		Feed: d.feed(), Agency: d.str(), ID: d.str(),
		AsAt: d.date(), From: d.date(), To: d.date(),
		Organisations: d.strs(), DeclaredRows: d.int(), ContentHash: d.str(),
	}
	return out, d.end()
}

// seal is the payload of frameSeal.
type seal struct {
	number   uint64
	state    family.DeliveryState
	warnings []string
	tally    tally
}

func (s *seal) encode() []byte {
	var e enc
	e.version()
	e.uint(s.number)
	e.byte(byte(s.state))
	e.strs(s.warnings)
	s.tally.encode(&e)
	return e.b
}

func decodeSeal(b []byte) (seal, error) {
	d := dec{s: string(b)}
	d.version()
	out := seal{number: d.uint(), state: family.DeliveryState(d.byte()), warnings: d.strs()}
	out.tally.decode(&d)
	if out.state != family.DeliveryAccepted && out.state != family.DeliveryHeld {
		d.fail()
	}
	return out, d.end()
}

// settle is the payload of frameSettle.
type settle struct {
	number  uint64
	release bool
	by      string
	reason  string
	at      time.Time
}

func (s *settle) encode() []byte {
	var e enc
	e.version()
	e.uint(s.number)
	e.bool(s.release)
	e.str(s.by)
	e.str(s.reason)
	e.time(s.at)
	return e.b
}

func decodeSettle(b []byte) (settle, error) {
	d := dec{s: string(b)}
	d.version()
	out := settle{number: d.uint(), release: d.bool(), by: d.str(), reason: d.str(), at: d.time()}
	return out, d.end()
}

func encodeDecision(x *family.Decision) []byte {
	var e enc
	e.version()
	e.byte(byte(x.Kind))
	e.maybeRef(x.A)
	e.maybeRef(x.B)
	e.str(x.Undoes)
	e.str(x.By)
	e.time(x.At)
	e.str(x.Reason)
	e.date(x.Expires)
	return e.b
}

// decodeDecision reads a decision; its ID is the journal place.
func decodeDecision(b []byte) (family.Decision, error) {
	d := dec{s: string(b)}
	d.version()
	out := family.Decision{
		Kind: family.DecisionKind(d.byte()), A: d.maybeRef(), B: d.maybeRef(), Undoes: d.str(),
		By: d.str(), At: d.time(), Reason: d.str(), Expires: d.date(),
	}
	return out, d.end()
}

// maybeRef writes a reference that may be none, as an Undo's are.
func (e *enc) maybeRef(r family.RecordRef) {
	e.bool(r != family.RecordRef{})
	if r != (family.RecordRef{}) {
		e.recordRef(r)
	}
}

func (d *dec) maybeRef() (r family.RecordRef) {
	if d.bool() {
		r = d.recordRef()
	}
	return r
}

func encodeAudit(x *family.AuditEntry) []byte {
	var e enc
	e.version()
	e.time(x.Time)
	e.str(x.Actor)
	e.str(x.Method)
	e.strs(x.Subjects)
	return e.b
}

func decodeAudit(s string) (family.AuditEntry, error) {
	d := dec{s: s}
	d.version()
	out := family.AuditEntry{Time: d.time(), Actor: d.str(), Method: d.str(), Subjects: d.strs()}
	return out, d.end()
}

// night is the payload of frameNight.
type night struct {
	info  family.NightInfo
	model []byte // of a night that trained
}

func (n *night) encode() []byte {
	var e enc
	e.version()
	e.str(n.info.ID)
	e.uint(n.info.Seq)
	e.date(n.info.AsAt)
	e.str(n.info.Model)
	e.bool(n.info.Trained)
	for _, x := range []int64{n.info.Rows, n.info.Records, n.info.Persons, n.info.Households, n.info.Families} {
		e.int(x)
	}
	e.uint(uint64(len(n.info.Frameworks)))
	for _, f := range n.info.Frameworks {
		e.str(f.ID)
		e.int(f.Scored)
		e.int(f.Eligible)
		e.int(f.OneShort)
	}
	e.time(n.info.Start)
	e.time(n.info.End)
	e.uint(uint64(len(n.info.Stages)))
	for _, s := range n.info.Stages {
		e.str(s.Stage)
		e.float(s.Seconds)
	}
	e.str(string(pack(n.model)))
	for _, f := range n.info.Frameworks { // added later, so at the end
		e.int(f.PutForward)
	}
	return e.b
}

func decodeNight(b []byte) (night, error) {
	d := dec{s: string(b)}
	d.version()
	n := night{info: family.NightInfo{ID: d.str(), Seq: d.uint(), AsAt: d.date(), Model: d.str(), Trained: d.bool()}}
	for _, x := range []*int64{&n.info.Rows, &n.info.Records, &n.info.Persons, &n.info.Households, &n.info.Families} {
		*x = d.int()
	}
	n.info.Frameworks = some[family.FrameworkCount](d.count(4))
	for i := range n.info.Frameworks {
		n.info.Frameworks[i] = family.FrameworkCount{ID: d.str(), Scored: d.int(), Eligible: d.int(), OneShort: d.int()}
	}
	n.info.Start, n.info.End = d.time(), d.time()
	n.info.Stages = some[family.StageTime](d.count(9))
	for i := range n.info.Stages {
		n.info.Stages[i] = family.StageTime{Stage: d.str(), Seconds: d.float()}
	}
	packed := d.str()
	if d.s != "" { // not in a journal of before
		for i := range n.info.Frameworks {
			n.info.Frameworks[i].PutForward = d.int()
		}
	}
	if err := d.end(); err != nil {
		return n, err
	}
	model, err := unpack(nil, []byte(packed))
	n.model = model
	return n, err
}
