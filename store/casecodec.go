package store

import (
	"github.com/hearthmatch/hearth/family"
)

// encodeCase is the payload of frameCase: the event without its snapshot, then
// the snapshot packed, nothing for none. The event has a length of its own, so
// that what later versions add to it stands at its end.
func encodeCase(x *family.CaseEvent) []byte {
	var e enc
	e.version()
	e.str(string(encodeEvent(x)))
	if len(x.Snapshot) == 0 {
		e.str("")
	} else {
		e.str(string(pack(x.Snapshot)))
	}
	return e.b
}

// splitCase returns an encoded event and the packed snapshot, "" for none.
func splitCase(b []byte) (event, snapshot string, err error) {
	d := dec{s: string(b)}
	d.version()
	event, snapshot = d.str(), d.str()
	return event, snapshot, d.end()
}

// encodeEvent writes all of an event but its ID, which is its place, and its
// snapshot.
func encodeEvent(x *family.CaseEvent) []byte {
	var e enc
	e.byte(byte(x.Kind))
	for _, s := range []string{x.Subject, x.By, x.Agency} {
		e.str(s)
	}
	e.time(x.At)
	e.date(x.Day)
	e.str(x.Reason)
	e.str(x.Household)
	e.uint(uint64(len(x.Records)))
	for _, r := range x.Records {
		e.recordRef(r)
	}
	for _, s := range []string{x.Area.Ward, x.Area.District, x.Area.Cluster, x.Area.LSOA} {
		e.str(s)
	}
	e.strs(x.Schools)
	e.str(x.Framework)
	e.strs(x.Needs)
	for _, s := range []string{
		x.Nomination, x.LeadAgency, x.LeadPractitioner, x.LeadContact, x.Team, x.AreaLevel, x.AreaName,
		x.Plan, x.Outcome, x.SnapshotHash,
	} {
		e.str(s)
	}
	e.uint(x.Seed)
	e.int(int64(x.Percent))
	e.date(x.From)
	e.date(x.To)
	e.strs(x.Drawn)
	e.str(x.Programme)
	e.strs(x.Excludes)
	e.str(x.Into)
	e.strs(x.Acknowledged)
	e.bool(x.Protected)
	return e.b
}

// decodeEvent reads an event; its ID is the journal place.
func decodeEvent(s string) (family.CaseEvent, error) {
	d := dec{s: s}
	x := family.CaseEvent{
		Kind: family.CaseEventKind(d.byte()), Subject: d.str(), By: d.str(), Agency: d.str(),
		At: d.time(), Day: d.date(), Reason: d.str(), Household: d.str(),
	}
	x.Records = some[family.RecordRef](d.count(3))
	for i := range x.Records {
		x.Records[i] = d.recordRef()
	}
	x.Area = family.Area{Ward: d.str(), District: d.str(), Cluster: d.str(), LSOA: d.str()}
	x.Schools, x.Framework, x.Needs = d.strs(), d.str(), d.strs()
	for _, p := range []*string{
		&x.Nomination, &x.LeadAgency, &x.LeadPractitioner, &x.LeadContact, &x.Team, &x.AreaLevel, &x.AreaName,
		&x.Plan, &x.Outcome, &x.SnapshotHash,
	} {
		*p = d.str()
	}
	x.Seed, x.Percent = d.uint(), int(d.int())
	x.From, x.To, x.Drawn = d.date(), d.date(), d.strs()
	x.Programme, x.Excludes, x.Into, x.Acknowledged = d.str(), d.strs(), d.str(), d.strs()
	x.Protected = d.bool()
	if x.Kind.String() == "" {
		d.fail()
	}
	return x, d.end()
}

// encodePublished is the payload of framePublished.
func encodePublished(x *family.PublishedFramework) []byte {
	var e enc
	e.version()
	for _, s := range []string{x.ID, x.Version, x.Base, x.By} {
		e.str(s)
	}
	e.time(x.At)
	e.str(x.Reason)
	e.str(string(pack(x.File)))
	e.str(string(pack(x.Cases)))
	return e.b
}

func decodePublished(b []byte) (family.PublishedFramework, error) {
	d := dec{s: string(b)}
	d.version()
	x := family.PublishedFramework{ID: d.str(), Version: d.str(), Base: d.str(), By: d.str(), At: d.time(), Reason: d.str()}
	file, cases := d.str(), d.str()
	if err := d.end(); err != nil {
		return x, err
	}
	var err error
	if x.File, err = unpack(nil, []byte(file)); err != nil {
		return x, err
	}
	x.Cases, err = unpack(nil, []byte(cases))
	return x, err
}
