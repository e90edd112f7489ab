package casework

import (
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// Case is the work with one family under one framework, as its events make it
// in some View. Its slices are the book's; the caller must not change them.
type Case struct {
	ID     string // of the event that opened it
	Status Status

	// Household is the household's id on the day of opening; ids change, so use
	// HouseholdOf to find it now.
	Household string
	Records   []family.RecordRef // one of each member on that day, sorted
	Area      family.Area
	Schools   []string // URNs
	Protected bool     // the family was in a protected household on that day
	Framework string
	Needs     []Need // in the order in which they were found, then by id
	// Confirmed are the needs that a professional has confirmed to be met, each
	// once, in the order of their events, then by id.
	Confirmed []Confirmation

	// The days of its steps, 0 for those that have not been.
	Identified family.Date // it was opened
	Contacted  family.Date // first
	Agreed     family.Date // of the agreement that stands; 0 while declined
	Declined   family.Date // 0 unless the family has declined and not been contacted again
	Planned    family.Date // of the latest plan
	// Attached is the day on which support began: the programme counts the
	// family as worked with from it, also after the case has closed.
	Attached family.Date
	Closed   family.Date // 0 unless it is closed now
	Reopened family.Date // latest

	Plan string // the single family plan's reference
	// Ended is how the work ended, as family.CaseEvent.Outcome spells it; "" while
	// the case is open. A case that ended as "duplicate" is not a family of its own:
	// counts leave it out (see Counts), and Into is the case that goes on.
	Ended, Into string

	// The lead, from the case's own events, else from the assignment of its area
	// (FromArea). Once support has begun, or somebody is named, it is the case's own.
	LeadAgency, LeadPractitioner, LeadContact, Team string
	FromArea                                        bool

	Nomination  string   // that it was opened on; "" for none
	Nominations []string // every nomination that has joined it; of Case and CaseAt only
	Claims      []string // ids of its claims, withdrawn ones too, the oldest first
	// Latest is the day of the latest step but notes, claims and confirmations; no
	// later one may be dated before it.
	Latest family.Date
	// History is every event of the case, the oldest first; of Case, CaseAt and
	// CaseIn only.
	History []Step

	before Status // that CaseClosed ended
}

// Need is one need of a case.
type Need struct {
	ID    string      // of the framework's criterion
	Found family.Date // with the opening, or added later
}

// Confirmation is a professional's word that a need is met.
type Confirmation struct {
	Need  string      // the id of one of the case's
	Day   family.Date // the first from which it has held
	Event string      // id of the CaseNeedMet
	By    string      // who says so
}

// Step is one event in the history of a case.
type Step struct {
	Event  family.CaseEvent // without the snapshot's bytes
	Status Status           // of the case after it; 0 if it was undone at once
	Undone string           // id of the event that undid it; "" while it stands
}

// Open says whether the work goes on.
func (c *Case) Open() bool { return c.Status.Open() }

// Counts says whether the case is a family of its own: any but one that ended
// as the duplicate of another.
func (c *Case) Counts() bool { return c.Ended != EndedDuplicate }

// NeedIDs returns the ids of the case's needs, sorted.
func (c *Case) NeedIDs() []string {
	out := make([]string, len(c.Needs))
	for i, n := range c.Needs {
		out[i] = n.ID
	}
	slices.Sort(out)
	return out
}

// HasNeed says whether the need of the given id is among the case's.
func (c *Case) HasNeed(id string) bool {
	return slices.ContainsFunc(c.Needs, func(n Need) bool { return n.ID == id })
}

// Confirmation returns the confirmation of a need; false if there is none.
func (c *Case) Confirmation(need string) (Confirmation, bool) {
	i := slices.IndexFunc(c.Confirmed, func(x Confirmation) bool { return x.Need == need })
	if i < 0 {
		return Confirmation{}, false
	}
	return c.Confirmed[i], true
}

// How the work with a family can end: the Outcome of a CaseClosed.
const (
	EndedCompleted  = "completed"  // the plan was carried out
	EndedMovedAway  = "moved_away" // out of the council's area
	EndedDisengaged = "disengaged" // the family took no further part
	EndedSteppedUp  = "stepped_up" // to statutory social care
	EndedDuplicate  = "duplicate"  // the family has another case, which goes on
	EndedOther      = "other"      // with a reason
)

var endings = []string{EndedCompleted, EndedMovedAway, EndedDisengaged, EndedSteppedUp, EndedDuplicate, EndedOther}

// step takes an event into the case. area gives the area's assignment on the
// event's day as it was known when the event was recorded.
func (c *Case) step(e *entry, area func() Assignment) {
	ev := &e.event
	switch ev.Kind {
	case family.CaseIdentified:
		c.open(ev)
	case family.CaseContacted:
		c.Declined = 0
		if c.Contacted == 0 {
			c.Contacted = ev.Day
		}
	case family.CaseAgreed:
		c.Agreed = ev.Day
	case family.CaseDeclined:
		c.Declined, c.Agreed = ev.Day, 0
	case family.CaseAssigned:
		if ev.LeadAgency == "" {
			c.settle(area) // who names a person leaves the agency as it is
		}
		c.lead(ev)
	case family.CasePlanned:
		c.Planned, c.Plan = ev.Day, ev.Plan
	case family.CaseWorkedWith:
		c.attach(ev, area)
	case family.CaseNeedsAdded:
		c.find(ev.Needs, ev.Day)
	case family.CaseNeedMet:
		c.Confirmed = slices.Clip(c.Confirmed)
		for _, id := range ev.Needs {
			c.Confirmed = append(c.Confirmed, Confirmation{Need: id, Day: ev.Day, Event: ev.ID, By: ev.By})
		}
	case family.CaseClosed:
		c.Closed, c.Ended, c.Into, c.before = ev.Day, ev.Outcome, ev.Into, c.Status
	case family.CaseReopened:
		c.Reopened, c.Closed, c.Ended, c.Into, c.Status = ev.Day, 0, "", "", c.before
	case family.CaseClaimed:
		c.Claims = append(slices.Clip(c.Claims), ev.ID)
	default:
	}
	if to := moves[ev.Kind].to; to != 0 {
		c.Status = to
	}
	if dated(ev.Kind) {
		c.Latest = ev.Day
	}
}

// dated says whether a kind of event is a step that later ones may not be
// dated before.
func dated(kind family.CaseEventKind) bool {
	return kind >= family.CaseIdentified && kind <= family.CaseReopened && kind != family.CaseNoted
}

func (c *Case) open(ev *family.CaseEvent) {
	*c = Case{
		ID: ev.ID, Status: Identified, Household: ev.Household, Records: ev.Records, Area: ev.Area, Schools: ev.Schools,
		Protected: ev.Protected, Framework: ev.Framework, Identified: ev.Day, Nomination: ev.Nomination,
	}
	c.find(ev.Needs, ev.Day)
	c.lead(ev)
}

func (c *Case) find(needs []string, day family.Date) {
	c.Needs = slices.Clip(c.Needs)
	for _, id := range needs {
		if !c.HasNeed(id) {
			c.Needs = append(c.Needs, Need{ID: id, Found: day})
		}
	}
}

// lead takes over what the event says of the lead. Another agency brings its
// own people, so those of the agency before go.
func (c *Case) lead(ev *family.CaseEvent) {
	if ev.LeadAgency != "" && ev.LeadAgency != c.LeadAgency {
		c.LeadAgency, c.LeadPractitioner, c.LeadContact, c.Team = ev.LeadAgency, "", "", ""
	}
	if ev.LeadPractitioner != "" && ev.LeadPractitioner != c.LeadPractitioner {
		c.LeadPractitioner, c.LeadContact = ev.LeadPractitioner, ""
	}
	if ev.LeadContact != "" {
		c.LeadContact = ev.LeadContact
	}
	if ev.Team != "" {
		c.Team = ev.Team
	}
}

func (c *Case) attach(ev *family.CaseEvent, area func() Assignment) {
	c.lead(ev)
	if c.Attached == 0 {
		c.Attached = ev.Day
	}
	c.settle(area)
}

// settle makes the lead of the case's area its own, if it has none.
func (c *Case) settle(area func() Assignment) {
	if c.LeadAgency == "" {
		a := area()
		c.LeadAgency, c.LeadPractitioner, c.LeadContact, c.Team = a.LeadAgency, a.LeadPractitioner, a.LeadContact, a.Team
	}
}

// led returns the case with the lead of its area, which has none of its own.
func (c Case) led(a Assignment) Case {
	if a.LeadAgency == "" || c.LeadAgency != "" || c.Attached != 0 {
		return c
	}
	c.FromArea, c.LeadAgency, c.LeadPractitioner, c.LeadContact, c.Team = true, a.LeadAgency, a.LeadPractitioner, a.LeadContact, a.Team
	return c
}
