package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// claimed holds a claim to the rules of every framework and, where its terms
// are given, to those of its own.
func (j *judging) claimed() {
	j.need(j.Outcome, "outcome", "name the framework's result that is claimed")
	j.ordered(j.Needs, "needs")
	j.ordered(j.Excludes, "excludes")
	if b, err := hex.DecodeString(j.SnapshotHash); err != nil || len(b) != sha256.Size || j.SnapshotHash != strings.ToLower(j.SnapshotHash) {
		j.field("snapshot_hash", "give the SHA-256 of the snapshot in 64 lower-case hexadecimal digits")
	} else if j.live != nil {
		j.frozen()
	}
	f := j.file()
	if f == nil {
		return
	}
	c := &f.now
	if j.Framework == "" || j.Framework != c.Framework && j.Programme != c.Framework {
		j.field("framework", "the case is worked under "+c.Framework+"; claim under that, or under an overlay of it")
	}
	if j.Outcome == "" {
		return
	}
	j.worthy(c)
	j.ofCaseNeeds(c)
	if j.live != nil && j.live.terms != nil {
		j.required(j.b.in(f, View{}))
		j.achieved()
	}
	j.once(f)
}

// worthy reports a case for which nothing can be claimed.
func (j *judging) worthy(c *Case) {
	switch {
	case c.Ended == EndedDuplicate:
		j.refuse(family.ErrState, "case %s is closed as a duplicate; claim for %s, in which it goes on", c.ID, c.Into)
	case c.Agreed == 0 || c.Attached == 0:
		j.refuse(family.ErrState, "case %s was closed before the family was worked with, and nothing can be claimed for it; reopen it first", c.ID)
	}
}

func (j *judging) ofCaseNeeds(c *Case) {
	for _, id := range j.Needs {
		if !c.HasNeed(id) {
			j.refuse(family.ErrConflict, "%s is no need of case %s; record it as found first, or leave it out", id, c.ID)
		}
	}
}

// required reports what the framework asks and the case lacks.
func (j *judging) required(c *Case) {
	r := j.live.terms.Requires
	if r.Plan && c.Plan == "" {
		j.refuse(family.ErrState, "case %s has no plan; record the assessment and the single family plan (planned) before claiming", c.ID)
	}
	if r.Lead && c.LeadPractitioner == "" {
		j.refuse(family.ErrState, "case %s has no lead practitioner; record who it is (assigned) before claiming", c.ID)
	}
}

// achieved reports a result that has not been reached.
func (j *judging) achieved() {
	o := &j.live.terms.Outcome
	switch {
	case o.Result != j.Outcome || o.Framework != j.Framework:
		j.refuse(family.ErrState, "the result has not been judged for the case; ask for its outcomes and claim one of them")
	case o.Status != family.Achieved:
		text := fmt.Sprintf("result %s is %s", o.Result, strings.ReplaceAll(o.Status.String(), "_", " "))
		if o.Status != family.NotAchieved {
			text += ", not achieved"
		}
		if o.Predicted != 0 {
			text += fmt.Sprintf("; it can be on %s if nothing changes", o.Predicted)
		}
		j.refuse(family.ErrState, "%s", text)
	case o.AsAt > j.Day:
		j.refuse(family.ErrState, "the result was judged as at %s, after the day of the claim; judge it as at the claim's day", o.AsAt)
	}
}

// once reports a claim that has been made for the family.
func (j *judging) once(f *file) {
	cl := j.b.claimedBefore(j.CaseEvent, f, j.live != nil)
	if cl == nil {
		return
	}
	ev := &cl.event
	what := "the result is claimed for this family already"
	if ev.Outcome != j.Outcome {
		what = "result " + ev.Outcome + ", beside which this one cannot be claimed, is claimed for this family"
	}
	j.refuse(family.ErrConflict, "%s: claim %s of %s for case %s; withdraw that one before claiming anew", what, ev.ID, ev.Day, ev.Subject)
}

// frozen reports a snapshot that is not what the event says.
func (j *judging) frozen() {
	if len(j.Snapshot) == 0 {
		j.field("snapshot", "a claim freezes its evidence; give the snapshot")
		return
	}
	if SnapshotHash(j.Snapshot) != j.SnapshotHash {
		j.field("snapshot_hash", "it is not the SHA-256 of the snapshot")
		return
	}
	s, err := DecodeSnapshot(j.Snapshot)
	if err != nil {
		j.refuse(family.ErrInvalid, "snapshot: %v", err)
		return
	}
	if s.Case.ID != j.Subject || s.Framework.ID != j.Framework || s.Result.ID != j.Outcome {
		j.field("snapshot", "it is of another case, framework or result than the claim")
	}
}

// standing finds the claim that the event is about, and reports if there is
// none or it has been withdrawn.
func (j *judging) standing() (*claimed, ClaimState) {
	cl := j.b.claimsBy[j.Subject]
	if cl == nil {
		j.refuse(family.ErrNotFound, "no claim%s; list the claims for those there are", named(j.Subject))
		return nil, 0
	}
	c := cl.claim(View{})
	if c.State == ClaimTakenBack {
		j.refuse(family.ErrState, "claim %s was withdrawn on %s; nothing more is recorded about it", c.ID, c.Withdrawn)
		return nil, 0
	}
	latest, what := c.Day, "the claim was made"
	for _, s := range c.Audit {
		if s.Event.Day > latest {
			latest, what = s.Event.Day, "the latest of its audit was"
		}
	}
	j.notBefore(latest, what)
	return cl, c.State
}

func (j *judging) claimWithdrawn() {
	j.need(j.Reason, "reason", "say why the claim is withdrawn")
	j.standing()
}

func (j *judging) audited() {
	j.oneOf(j.Outcome, "outcome", verdicts)
	if j.Outcome == VerdictInvalid || j.Outcome == VerdictQuery {
		j.need(j.Reason, "reason", "say what is wrong or asked")
	}
	cl, _ := j.standing()
	if cl != nil && j.By != "" && sameName(j.By, cl.event.By) {
		j.refuse(family.ErrDenied, "claim %s was made by the same person; somebody else has to audit it", cl.event.ID)
	}
}

func (j *judging) answered() {
	j.need(j.Reason, "reason", "write the answer")
	cl, state := j.standing()
	if cl != nil && state != ClaimQueried {
		j.refuse(family.ErrState, "claim %s is %s: only an auditor's query is answered", cl.event.ID, state)
	}
}

// sampled holds a draw to what its seed draws.
func (j *judging) sampled() {
	if j.Percent < 1 || j.Percent > 100 {
		j.field("percent", "draw 1 to 100 per cent of the claims")
	}
	if j.From <= 0 || j.To < j.From {
		j.field("from", "give the first and the last day of the claims drawn from")
	}
	if j.Day > 0 && j.To > j.Day {
		j.field("to", "the period of the claims ends after the day of the draw; end it on that day at the latest")
	}
	if len(j.fields) > 0 {
		return
	}
	pool := j.b.Pool(j.Framework, j.From, j.To, View{})
	switch drawn := Sample(pool, j.Seed, j.Percent); {
	case len(pool) == 0:
		j.refuse(family.ErrState, "no claim of the period is left to draw: each is withdrawn, has been drawn before or has been audited")
	case !slices.Equal(drawn, j.Drawn):
		j.field("drawn", "these are not the claims that the seed draws; leave the choice to it")
	}
}
