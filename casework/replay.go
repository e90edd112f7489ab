package casework

import (
	"fmt"

	"github.com/hearthmatch/hearth/family"
)

// Replay gathers the nominations of a journal, and whether the cases that they
// are with have closed: all that a night asks, in a part of the room and time
// of a Book. It takes the journal for legal, as a Book found it when it was
// recorded.
type Replay struct{ book *Book }

// NewReplay returns an empty replay.
func NewReplay() *Replay { return &Replay{NewBook()} }

// passedOver are the kinds of events that neither make a nomination nor open,
// close or reopen a case.
var passedOver = map[family.CaseEventKind]bool{
	family.CaseAssigned: true, family.CaseContacted: true, family.CaseAgreed: true, family.CaseDeclined: true, family.CasePlanned: true,
	family.CaseWorkedWith: true, family.CaseNeedsAdded: true, family.CaseNoted: true, family.CaseClaimed: true,
	family.ClaimWithdrawn: true, family.ClaimsSampled: true, family.ClaimAudited: true, family.ClaimAnswered: true, family.AreaAssigned: true,
	family.CaseNeedMet: true,
}

// Apply takes in a recorded event, in the order of the journal. One out of
// order, of an unknown kind, or about what is not there is ErrCorrupt.
func (r *Replay) Apply(e family.CaseEvent) error {
	b, place := r.book, placeOf(e.ID)
	if place <= b.place {
		return fmt.Errorf("casework event %q is not named E and a journal place after E%d: %w", e.ID, b.place, family.ErrCorrupt)
	}
	if rules[e.Kind] == nil {
		return fmt.Errorf("casework event %s is of the unknown kind %d: %w", e.ID, e.Kind, family.ErrCorrupt)
	}
	b.place = place
	if passedOver[e.Kind] || e.Kind == family.CaseEventUndone && placeOf(e.Subject) != 0 && b.entries[e.Subject] == nil {
		return nil
	}
	if !r.about(&e) {
		return fmt.Errorf("casework event %s is about what is not there: %w", e.ID, family.ErrCorrupt)
	}
	en := &entry{event: e, place: place}
	if e.Kind != family.Nominated {
		en.event = family.CaseEvent{ID: e.ID, Kind: e.Kind, Subject: e.Subject, By: e.By, Day: e.Day, Reason: e.Reason, Records: e.Records,
			Framework: e.Framework, Nomination: e.Nomination, Outcome: e.Outcome, Into: e.Into}
	}
	en.event.Snapshot = nil
	b.entries[e.ID] = en
	b.take(en)
	return nil
}

// about says whether what the event names is there.
func (r *Replay) about(e *family.CaseEvent) bool {
	b := r.book
	into := e.Into == "" || b.files[e.Into] != nil
	switch e.Kind {
	case family.Nominated:
		return into
	case family.CaseIdentified:
		return e.Nomination == "" || b.nominatedBy[e.Nomination] != nil
	case family.NominationWithdrawn:
		return b.nominatedBy[e.Subject] != nil
	case family.CaseEventUndone:
		return b.entries[e.Subject] != nil
	case family.CaseClosed:
		return b.files[e.Subject] != nil && into && (e.Outcome != EndedDuplicate || e.Into != "")
	default:
		return b.files[e.Subject] != nil
	}
}

// NominationsInForce is that of the Book of the same journal.
func (r *Replay) NominationsInForce(v View) []Nomination { return r.book.NominationsInForce(v) }
