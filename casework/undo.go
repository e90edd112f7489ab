package casework

import (
	"cmp"

	"github.com/hearthmatch/hearth/family"
)

// undone says whether an event may be withdrawn as made in error: the latest
// step of its case, a note, a confirmation that a need is met, a nomination that
// has led to nothing, a withdrawal of one, or an area's assignment. Claims and what follows them are never undone:
// a claim is withdrawn, a verdict is followed by another.
func (j *judging) undone() {
	j.need(j.Reason, "reason", "say what was wrong with it")
	en := j.b.entries[j.Subject]
	if en == nil {
		j.refuse(family.ErrNotFound, "no event%s; the history of the case names those there are", named(j.Subject))
		return
	}
	if en.undone != 0 {
		j.refuse(family.ErrState, "event %s was undone by %s already", en.event.ID, eventID(en.undone))
		return
	}
	j.notBefore(en.event.Day, "what is undone happened")
	switch en.event.Kind {
	case family.CaseClaimed:
		j.refuse(family.ErrState, "a claim is not undone but withdrawn (claim_withdrawn)")
	case family.ClaimWithdrawn:
		j.refuse(family.ErrState, "a claim once withdrawn is made anew, with its evidence as it is now")
	case family.ClaimsSampled, family.ClaimAnswered:
		j.refuse(family.ErrState, "what was recorded of an audit stands; it cannot be undone")
	case family.ClaimAudited:
		j.refuse(family.ErrState, "a verdict is not undone; record the right one after it")
	case family.CaseEventUndone:
		j.refuse(family.ErrState, "an undoing is not undone; record again what happened")
	case family.Nominated:
		j.undoNomination(en)
	case family.NominationWithdrawn:
		j.notTwice(&j.b.nominatedBy[en.event.Subject].event, en.event.Subject)
	case family.CaseNeedMet:
		j.undoNeedMet(en)
	case family.CaseNoted, family.AreaAssigned:
	default:
		j.undoStep(en)
	}
}

func (j *judging) undoNomination(en *entry) {
	n := j.b.nominatedBy[en.event.ID]
	if w := n.withdrawal(View{}); w != nil {
		j.refuse(family.ErrState, "nomination %s was withdrawn by %s; undo that first", en.event.ID, w.event.ID)
	}
	if f := j.b.caseOf(n, View{}); f != nil && f.entries[0].event.Nomination == en.event.ID {
		j.refuse(family.ErrState, "case %s was opened on nomination %s; withdraw it, or undo the opening first", f.now.ID, en.event.ID)
	}
}

// undoStep reports a step of a case that is not its latest, or on which a
// claim rests.
func (j *judging) undoStep(en *entry) {
	f := j.b.fileOf(&en.event)
	for _, later := range f.entries {
		if later.place > en.place && later.undone == 0 && dated(later.event.Kind) {
			j.refuse(family.ErrState, "event %s is not the latest step of case %s; undo %s (%s) first",
				en.event.ID, f.now.ID, f.latest().event.ID, f.latest().event.Kind)
			return
		}
	}
	if en.event.Kind == family.CaseIdentified {
		j.nobodysDuplicate(f)
	}
	if en.event.Kind == family.CaseClosed {
		j.alone(f.now.Records, f.now.Framework, cmp.Or(f.now.LeadAgency, f.entries[0].event.Agency))
	}
	j.confirmed(f, en)
	j.claimedAfter(f, en)
}

// claimedAfter reports a claim that was made after an event of its case.
func (j *judging) claimedAfter(f *file, en *entry) {
	if cl := j.b.claimOf(f); cl != nil && cl.place > en.place {
		j.refuse(family.ErrState, "claim %s rests on event %s; withdraw the claim first", cl.event.ID, en.event.ID)
	}
}

// nobodysDuplicate reports that a case goes on for another, which was closed
// as its duplicate.
func (j *judging) nobodysDuplicate(f *file) {
	for _, other := range j.b.order {
		if other.now.Into == f.entries[0].event.ID {
			j.refuse(family.ErrState, "case %s was closed as a duplicate of case %s; reopen it first", other.now.ID, other.now.Into)
			return
		}
	}
}

// latest returns the latest step of a case that stands.
func (f *file) latest() *entry {
	var last *entry
	for _, en := range f.entries {
		if en.undone == 0 && dated(en.event.Kind) {
			last = en
		}
	}
	return last
}
