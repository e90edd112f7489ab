package casework

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Nomination is a family put forward by a professional, in some View. Its
// slices are the book's; the caller must not change them.
type Nomination struct {
	ID            string // of its event
	By, Agency    string
	Day           family.Date
	Reason        string // free text of the professional's
	Household     string // its id on the day
	Records       []family.RecordRef
	Area          family.Area
	Schools       []string
	Protected     bool // the family was in a protected household on the day
	Framework     string
	Needs         []string // criteria, local criteria or headlines that it speaks for, sorted
	Case          string   // the case it has joined or led to; "" for none yet
	InForce       bool     // neither withdrawn nor spent: its case is not closed
	Withdrawn     family.Date
	WithdrawnBy   string
	WithdrawnWhy  string
	CaseWasOpened bool // the case was opened on this nomination, not joined by it
}

// nominated is a nomination with its events.
type nominated struct {
	*entry
	withdrawals []*entry
	joined      []joining // by place of their cause
}

// joining says which event brought a nomination to a case.
type joining struct {
	cause *entry
	file  *file
}

// nominate takes in a nomination; if its family has an open case, it joins
// that one.
func (b *Book) nominate(en *entry) {
	n := &nominated{entry: en}
	if f := b.openCaseOf(&en.event); f != nil {
		n.join(en, f)
	}
	b.settleNomination(n)
	b.nominations, b.nominatedBy[en.event.ID] = append(b.nominations, n), n
	for _, r := range en.event.Records {
		b.nomRecords[r] = append(b.nomRecords[r], n)
	}
}

// join brings the nomination to a case by the event that causes it.
func (n *nominated) join(cause *entry, f *file) {
	n.joined = append(n.joined, joining{cause, f})
	if !slices.Contains(f.nominations, n) {
		f.nominations = append(f.nominations, n)
	}
}

// gather brings the nominations of a case's family that are with no case to it:
// the one it is opened on, whatever its people, and others of the same family.
func (b *Book) gather(f *file, en *entry) {
	records := f.entries[0].event.Records
	for _, n := range b.nominatedOver(records) {
		if n.event.ID == en.event.Nomination || b.standsFree(n) && SameFamily(n.event.Records, records) {
			n.join(en, f)
		}
	}
}

// openCaseOf returns the open case of the event's family: one of its framework
// before others, then the one that shares the most records, then the oldest. A
// nomination may itself say which it is.
func (b *Book) openCaseOf(e *family.CaseEvent) *file {
	if e.Into != "" {
		return b.files[e.Into]
	}
	var best *file
	for _, f := range b.filesOver(e.Records) {
		if !f.now.Open() || !SameFamily(f.now.Records, e.Records) {
			continue
		}
		if best == nil || best.now.Framework != e.Framework && f.now.Framework == e.Framework {
			best = f
		}
	}
	return best
}

// passOn gives the nominations of a case that closes as a duplicate to the
// case that goes on.
func (b *Book) passOn(f *file, en *entry) {
	if en.event.Kind != family.CaseClosed || en.event.Outcome != EndedDuplicate {
		return
	}
	into := b.files[en.event.Into]
	for _, n := range slices.Clone(f.nominations) {
		if b.caseOf(n, View{Place: en.place - 1}) == f {
			n.join(en, into)
		}
	}
}

// nominatedOver returns the nominations over any of the records, the oldest
// first.
func (b *Book) nominatedOver(records []family.RecordRef) []*nominated {
	var out []*nominated
	seen := map[*nominated]bool{}
	for _, r := range records {
		for _, n := range b.nomRecords[r] {
			if !seen[n] {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	slices.SortFunc(out, func(x, y *nominated) int { return cmp.Compare(x.place, y.place) })
	return out
}

// caseOf returns the case that a nomination is with in view, nil for none.
func (b *Book) caseOf(n *nominated, v View) *file {
	for _, j := range slices.Backward(n.joined) {
		if v.sees(j.cause) && v.sees(j.file.entries[0]) {
			return j.file
		}
	}
	return nil
}

// withdrawal returns the event that withdrew a nomination in view, nil if
// none did.
func (n *nominated) withdrawal(v View) *entry {
	for _, en := range n.withdrawals {
		if v.sees(en) {
			return en
		}
	}
	return nil
}

// inForce says whether a nomination speaks in view: it is neither withdrawn
// nor spent on a case that has closed.
func (b *Book) inForce(n *nominated, v View) bool {
	if !v.sees(n.entry) || n.withdrawal(v) != nil {
		return false
	}
	f := b.caseOf(n, v)
	return f == nil || b.statusIn(f, v) != Closed
}

func (b *Book) statusIn(f *file, v View) Status {
	if f.current(v) {
		return f.now.Status
	}
	c := b.fold(f, v)
	return c.Status
}

// standsFree says whether a nomination is in force and with no case.
func (b *Book) standsFree(n *nominated) bool {
	return b.inForce(n, View{}) && b.caseOf(n, View{}) == nil
}

// nomination makes the nomination in view, which sees it.
func (b *Book) nomination(n *nominated, v View) Nomination {
	ev := &n.event
	out := Nomination{
		ID: ev.ID, By: ev.By, Agency: ev.Agency, Day: ev.Day, Reason: ev.Reason, Household: ev.Household, Records: ev.Records,
		Area: ev.Area, Schools: ev.Schools, Protected: ev.Protected, Framework: ev.Framework, Needs: ev.Needs, InForce: b.inForce(n, v),
	}
	if f := b.caseOf(n, v); f != nil {
		out.Case = f.entries[0].event.ID
		out.CaseWasOpened = f.entries[0].event.Nomination == ev.ID
	}
	if w := n.withdrawal(v); w != nil {
		out.Withdrawn, out.WithdrawnBy, out.WithdrawnWhy = w.event.Day, w.event.By, w.event.Reason
	}
	return out
}

// Nomination returns a nomination as the whole book makes it; false if there
// is none of that id or it was undone.
func (b *Book) Nomination(id string) (Nomination, bool) {
	n := b.nominatedBy[id]
	if n == nil || n.undone != 0 {
		return Nomination{}, false
	}
	return b.nomination(n, View{}), true
}

// NominationsInForce returns the nominations that speak in view, the oldest
// first. A night as at a day, over the journal up to a place, asks with both.
func (b *Book) NominationsInForce(v View) []Nomination {
	return b.Nominations(Filter{View: v, InForce: true})
}

// Joins returns the open case that a nomination is of the family of, "" if
// there is none. Where it is another than the records say, since linkage has
// moved the people to other records, a nomination has to name it (Into) to join
// it.
func (b *Book) Joins(e family.CaseEvent) string {
	if f := b.openCaseOf(&e); f != nil {
		return f.now.ID
	}
	k := b.kin(e.Records, true)
	for _, f := range k.files() {
		if f.now.Open() && k.is(f.now.Records) {
			return f.now.ID
		}
	}
	return ""
}

// renominated returns the first nomination in force of the same family by the
// same agency for one of the same needs of the framework, nil if there is none.
// It passes over the nomination of the id but.
func (b *Book) renominated(e *family.CaseEvent, but string, live bool) *nominated {
	k := b.kin(e.Records, live)
	for _, n := range k.nominations() {
		o := &n.event
		if o.ID != but && sameName(o.Agency, e.Agency) && o.Framework == e.Framework && len(common(o.Needs, e.Needs)) > 0 &&
			k.is(o.Records) && b.inForce(n, View{}) {
			return n
		}
	}
	return nil
}

// common returns what two lists share, in the order of the first.
func common(a, b []string) []string {
	var out []string
	for _, s := range a {
		if slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}
