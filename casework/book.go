package casework

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/hearthmatch/hearth/family"
)

// Book is what the events of casework make. It is not safe for use while
// Apply runs; between calls of Apply any number of goroutines may read it.
type Book struct {
	place   uint64 // of the latest event
	entries map[string]*entry

	files       map[string]*file
	order       []*file // by opening
	caseRecords map[family.RecordRef][]*file

	nominations []*nominated // by place
	nominatedBy map[string]*nominated
	nomRecords  map[family.RecordRef][]*nominated

	claims   []*claimed // by place
	claimsBy map[string]*claimed
	draws    []*entry
	areas    map[areaKey][]*entry // by place

	where       func(family.RecordRef) string // as Relink was told; nil if it was not
	casesAt     map[string][]*file            // by household now, then opening
	nominatedAt map[string][]*nominated       // by household now, then place
}

// entry is one event as the book keeps it.
type entry struct {
	event  family.CaseEvent // without the snapshot's bytes
	place  uint64
	undone uint64 // place of the event that undid it; 0 while it stands
}

// file is a case with its events.
type file struct {
	entries []*entry // in the order of the journal: the case's own and its claims
	now     Case     // as the whole book makes it, without its area's lead

	until       family.Date  // greatest day of its entries
	changed     uint64       // place of the latest event that changed it
	nominations []*nominated // that were ever with it
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{
		entries: map[string]*entry{}, files: map[string]*file{}, caseRecords: map[family.RecordRef][]*file{},
		nominatedBy: map[string]*nominated{}, nomRecords: map[family.RecordRef][]*nominated{},
		claimsBy: map[string]*claimed{}, areas: map[areaKey][]*entry{},
		casesAt: map[string][]*file{}, nominatedAt: map[string][]*nominated{},
	}
}

// View bounds what of the book is seen; the zero value sees all of it. The
// package comment says what the two senses mean.
type View struct {
	Day   family.Date // what had happened by the end of it; 0 = everything
	Place uint64      // what was known at this place of the journal; 0 = everything
}

// sees says whether an event is in view and stands there.
func (v View) sees(e *entry) bool {
	return v.knows(e) && (v.Day == 0 || e.event.Day <= v.Day) && (e.undone == 0 || v.Place != 0 && e.undone > v.Place)
}

// knows says whether the event had been recorded.
func (v View) knows(e *entry) bool { return v.Place == 0 || e.place <= v.Place }

// Place returns the journal place of the latest event; 0 for an empty book.
func (b *Book) Place() uint64 { return b.place }

// Event returns a recorded event, without the snapshot's bytes, and the id of
// the one that undid it, if any.
func (b *Book) Event(id string) (e family.CaseEvent, undone string, ok bool) {
	en := b.entries[id]
	if en == nil {
		return family.CaseEvent{}, "", false
	}
	return en.event, eventID(en.undone), true
}

// placeOf reads the journal place out of an event's id, 0 if it is none.
func placeOf(id string) uint64 {
	if len(id) < 2 || id[0] != 'E' || id[1] == '0' || id[1] == '+' {
		return 0
	}
	n, err := strconv.ParseUint(id[1:], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func eventID(place uint64) string {
	if place == 0 {
		return ""
	}
	return "E" + strconv.FormatUint(place, 10)
}

// Apply takes in a recorded event, in the order of the journal. One that the
// rules of the book make impossible is refused by an error that names its id
// and is of the kind that Check would give; the book is then as before.
func (b *Book) Apply(e family.CaseEvent) error {
	place := placeOf(e.ID)
	if place <= b.place {
		return fmt.Errorf("casework event %q is not named E and a journal place after E%d: %w", e.ID, b.place, family.ErrCorrupt)
	}
	if err := b.judge(&e, nil); err != nil {
		return fmt.Errorf("casework event %s: %w", e.ID, err)
	}
	e.Snapshot = nil
	en := &entry{event: e, place: place}
	b.place, b.entries[e.ID] = place, en
	b.take(en)
	return nil
}

// take puts an event that is legal where it belongs.
func (b *Book) take(en *entry) {
	ev := &en.event
	switch ev.Kind {
	case family.Nominated:
		b.nominate(en)
	case family.NominationWithdrawn:
		n := b.nominatedBy[ev.Subject]
		n.withdrawals = append(n.withdrawals, en)
	case family.CaseIdentified:
		b.identify(en)
	case family.CaseClaimed:
		f := b.files[ev.Subject]
		cl := &claimed{entry: en, file: f}
		b.claims, b.claimsBy[ev.ID] = append(b.claims, cl), cl
		b.step(f, en)
	case family.ClaimWithdrawn, family.ClaimAudited, family.ClaimAnswered:
		cl := b.claimsBy[ev.Subject]
		cl.later = append(cl.later, en)
	case family.ClaimsSampled:
		b.draws = append(b.draws, en)
		for _, id := range ev.Drawn {
			cl := b.claimsBy[id]
			cl.later = append(cl.later, en)
		}
	case family.CaseEventUndone:
		b.undo(en)
	case family.AreaAssigned:
		key := areaKey{ev.AreaLevel, ev.AreaName}
		b.areas[key] = append(b.areas[key], en)
	default:
		f := b.files[ev.Subject]
		b.step(f, en)
		b.passOn(f, en)
		if ev.Kind == family.CaseReopened {
			b.gather(f, en)
		}
	}
}

// identify opens a case and gives it the nominations of its family.
func (b *Book) identify(en *entry) {
	f := &file{}
	b.files[en.event.ID] = f
	b.order = append(b.order, f)
	b.step(f, en)
	for _, r := range en.event.Records {
		b.caseRecords[r] = append(b.caseRecords[r], f)
	}
	b.settle(f)
	b.gather(f, en)
}

func (b *Book) step(f *file, en *entry) {
	f.entries = append(f.entries, en)
	f.until, f.changed = max(f.until, en.event.Day), en.place
	f.now.step(en, func() Assignment { return b.assigned(f.now.Area, View{en.event.Day, en.place}) })
}

// undo takes the event named out of what the book sees.
func (b *Book) undo(en *entry) {
	gone := b.entries[en.event.Subject]
	gone.undone = en.place
	if f := b.fileOf(&gone.event); f != nil {
		f.now, f.changed = b.fold(f, View{}), en.place
	}
}

// fileOf returns the case whose event e is, nil if it is of none.
func (b *Book) fileOf(e *family.CaseEvent) *file {
	if e.Kind == family.CaseIdentified {
		return b.files[e.ID]
	}
	return b.files[e.Subject]
}

// fold makes the case of the events in view; its Status is 0 if it had not
// been opened.
func (b *Book) fold(f *file, v View) Case {
	var c Case
	for _, en := range f.entries {
		if v.sees(en) {
			c.step(en, func() Assignment { return b.assigned(c.Area, View{en.event.Day, en.place}) })
		}
	}
	return c
}

// in returns the case in view, with the lead of its area; its Status is 0 if
// it had not been opened. The case is the book's: it is not to be changed.
func (b *Book) in(f *file, v View) *Case {
	c := &f.now
	if !f.current(v) {
		made := b.fold(f, v)
		c = &made
	}
	if c.Status == 0 || c.LeadAgency != "" || c.Attached != 0 || len(b.areas) == 0 {
		return c
	}
	led := c.led(b.assigned(c.Area, v))
	return &led
}

// current says whether the view sees all that the case is now.
func (f *file) current(v View) bool {
	return (v.Day == 0 || v.Day >= f.until) && (v.Place == 0 || v.Place >= f.changed)
}

// Case returns the case as the whole book makes it, with its history; false
// if there is none of that id, or its opening was undone.
func (b *Book) Case(id string) (Case, bool) { return b.CaseIn(id, View{}) }

// CaseAt returns the case as it was at the end of a day, as known now; false
// if it had not been opened.
func (b *Book) CaseAt(id string, day family.Date) (Case, bool) { return b.CaseIn(id, View{Day: day}) }

// CaseIn returns the case in view; false if it had not been opened there.
func (b *Book) CaseIn(id string, v View) (Case, bool) {
	f := b.files[id]
	if f == nil {
		return Case{}, false
	}
	c := *b.in(f, v)
	if c.Status == 0 {
		return Case{}, false
	}
	c.History = b.history(f, v)
	for _, n := range f.nominations {
		if v.sees(n.entry) && b.caseOf(n, v) == f {
			c.Nominations = append(c.Nominations, n.event.ID)
		}
	}
	slices.SortFunc(c.Nominations, func(x, y string) int { return cmp.Compare(placeOf(x), placeOf(y)) })
	return c, true
}

// History returns every event of a case that the whole book has, the oldest
// first, also of one whose opening was undone.
func (b *Book) History(id string) []Step {
	f := b.files[id]
	if f == nil {
		return nil
	}
	return b.history(f, View{})
}

func (b *Book) history(f *file, v View) []Step {
	var out []Step
	var c Case
	for _, en := range f.entries {
		if !v.knows(en) || v.Day != 0 && en.event.Day > v.Day {
			continue
		}
		s := Step{Event: en.event}
		if v.sees(en) {
			c.step(en, func() Assignment { return Assignment{} })
			s.Status = c.Status
		} else {
			s.Undone = eventID(en.undone)
		}
		out = append(out, s)
	}
	return out
}
