package casework

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// ClaimState is how far a claim has come.
type ClaimState uint8

// The states of a claim.
const (
	ClaimMade    ClaimState = iota + 1
	ClaimSampled            // drawn for audit, or its auditor's query is answered: waits for a verdict
	ClaimValid
	ClaimInvalid   // it no longer counts, and stands in the way of another until withdrawn
	ClaimQueried   // the auditor asks; waits for an answer
	ClaimTakenBack // withdrawn
)

var claimStates = [...]string{"", "claimed", "sampled", "valid", "invalid", "query", "withdrawn"}

// String returns the state as exports spell it, "" for none.
func (s ClaimState) String() string {
	if int(s) < len(claimStates) {
		return claimStates[s]
	}
	return ""
}

// The verdicts of an auditor: the Outcome of a ClaimAudited. They are in the
// order of the states that they lead to.
const (
	VerdictValid   = "valid"
	VerdictInvalid = "invalid"
	VerdictQuery   = "query"
)

var verdicts = []string{VerdictValid, VerdictInvalid, VerdictQuery}

// Claim is one result claimed for a case, in some View. Its slices are the
// book's; the caller must not change them.
type Claim struct {
	ID, Case     string
	State        ClaimState
	Framework    string
	Programme    string // the framework that an overlay extends; Framework where it extends none
	Result       string
	Needs        []string
	Excludes     []string // the results that cannot be claimed beside it
	By, Agency   string
	Day          family.Date
	SnapshotHash string   // SHA-256 in hexadecimal; the bytes are the store's
	Draws        []string // ids of the draws that drew it, the oldest first
	Audit        []Step   // what followed it: draws, verdicts, answers, its withdrawal
	Withdrawn    family.Date
}

// InForce says whether the claim stands: it has not been withdrawn. One found
// invalid stands until it is.
func (c *Claim) InForce() bool { return c.State != ClaimTakenBack }

// Counts says whether a report counts the claim: it stands and no auditor has
// found it invalid.
func (c *Claim) Counts() bool { return c.InForce() && c.State != ClaimInvalid }

// claimed is a claim with its events.
type claimed struct {
	*entry
	file  *file
	later []*entry // draws, verdicts, answers, withdrawals
}

// programme is what a family can be claimed for once under.
func programme(e *family.CaseEvent) string {
	if e.Programme != "" {
		return e.Programme
	}
	return e.Framework
}

// claim makes the claim in view, which sees it.
func (cl *claimed) claim(v View) Claim {
	ev := &cl.event
	c := Claim{
		ID: ev.ID, Case: ev.Subject, State: ClaimMade, Framework: ev.Framework, Programme: programme(ev), Result: ev.Outcome,
		Needs: ev.Needs, Excludes: ev.Excludes, By: ev.By, Agency: ev.Agency, Day: ev.Day, SnapshotHash: ev.SnapshotHash,
	}
	for _, en := range cl.later {
		if v.sees(en) {
			c.Audit = append(c.Audit, Step{Event: en.event})
			c.then(&en.event)
		}
	}
	return c
}

func (c *Claim) then(ev *family.CaseEvent) {
	switch ev.Kind {
	case family.ClaimsSampled:
		c.Draws = append(c.Draws, ev.ID)
		c.State = ClaimSampled
	case family.ClaimAnswered:
		c.State = ClaimSampled
	case family.ClaimAudited:
		c.State = ClaimValid + ClaimState(slices.Index(verdicts, ev.Outcome))
	case family.ClaimWithdrawn:
		c.State, c.Withdrawn = ClaimTakenBack, ev.Day
	default:
	}
}

func (cl *claimed) state() ClaimState {
	c := cl.claim(View{})
	return c.State
}

// Claim returns a claim as the whole book makes it.
func (b *Book) Claim(id string) (Claim, bool) {
	cl := b.claimsBy[id]
	if cl == nil {
		return Claim{}, false
	}
	return cl.claim(View{}), true
}

// Terms are what a framework and the outcomes say of a claim that is about to
// be made.
type Terms struct {
	Requires Requirements
	// Outcome is the claimed result as judged for the case; it has to be achieved.
	Outcome family.Outcome
}

// Requirements are what a framework asks of the work before a result may be
// claimed. The family's agreement, and that support began, are always asked.
type Requirements struct {
	Lead bool // a lead practitioner is named
	Plan bool // a whole-family assessment, and a plan with its reference
}

// The names of requirements in a framework's file.
var requirements = []string{"plan", "lead_practitioner"}

// RequirementsOf reads a framework's list; the error (family.ErrInvalid) names
// those there are.
func RequirementsOf(names []string) (Requirements, error) {
	var r Requirements
	for _, name := range names {
		switch name {
		case "lead_practitioner":
			r.Lead = true
		case "plan":
			r.Plan = true
		default:
			return Requirements{}, fmt.Errorf("unknown requirement of a claim; choose from %s: %w",
				strings.Join(requirements, ", "), family.ErrInvalid)
		}
	}
	return r, nil
}

// claimedBefore returns the claim in force that stands in the way of another
// of the event's result for the case's family, nil if none does.
func (b *Book) claimedBefore(e *family.CaseEvent, f *file, live bool) *claimed {
	k := b.kin(f.now.Records, live)
	for _, near := range append(k.files(), f) {
		for _, id := range near.now.Claims {
			cl := b.claimsBy[id]
			if bars(&cl.event, e) && cl.state() != ClaimTakenBack && (near == f || k.is(near.now.Records)) {
				return cl
			}
		}
	}
	return nil
}

// bars says whether two claims cannot both be made for one family.
func bars(a, b *family.CaseEvent) bool {
	return programme(a) == programme(b) &&
		(a.Outcome == b.Outcome || slices.Contains(a.Excludes, b.Outcome) || slices.Contains(b.Excludes, a.Outcome))
}

// sameName says whether two names of people or agencies are one, whatever
// their case and the blanks around them.
func sameName(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }
