package casework

import (
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// needMet holds a professional's confirmation to its rules: who says it speaks
// for an agency or leads the case, says on what evidence, and names needs of the
// case from a day on which they were known and the work had begun. It may be
// dated before other steps: it is about since when something has held.
func (j *judging) needMet() {
	j.ordered(j.Needs, "needs")
	if len(j.Needs) == 0 {
		j.field("needs", "name the needs that are met")
	}
	j.need(j.Reason, "reason", "say on what evidence the need is met")
	f := j.file()
	if f == nil {
		return
	}
	c := &f.now
	if c.Attached == 0 {
		j.refuse(family.ErrState, "case %s was closed before the family was worked with; a need is confirmed of work that has begun", c.ID)
		return
	}
	if j.Agency == "" && (c.LeadPractitioner == "" || !sameName(j.By, c.LeadPractitioner)) {
		j.field("agency", "say for which agency the need is confirmed; only the lead practitioner may leave it out")
	}
	j.ofCaseNeeds(c)
	for _, n := range c.Needs {
		if n.Found > c.Attached && slices.Contains(j.Needs, n.ID) {
			j.notBefore(n.Found, n.ID+" was found")
		}
	}
	for _, x := range c.Confirmed {
		if slices.Contains(j.Needs, x.Need) {
			j.refuse(family.ErrConflict, "%s is confirmed by %s since %s; undo that first, or leave it out", x.Need, x.Event, x.Day)
		}
	}
}

// undoNeedMet reports a confirmation on which a claim rests.
func (j *judging) undoNeedMet(en *entry) {
	j.claimedAfter(j.b.fileOf(&en.event), en)
}

// confirmed reports a confirmation that rests on a step which is to be undone.
func (j *judging) confirmed(f *file, en *entry) {
	for _, x := range f.now.Confirmed {
		if en.event.Kind == family.CaseWorkedWith || en.event.Kind == family.CaseNeedsAdded && slices.Contains(en.event.Needs, x.Need) {
			j.refuse(family.ErrState, "%s confirms %s, which rests on event %s; undo that first", x.Event, x.Need, en.event.ID)
		}
	}
}
