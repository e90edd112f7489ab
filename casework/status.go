package casework

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Status is how far the work with a family has come. What follows Closed, the
// outcome, is said by the case's claims.
type Status uint8

// The statuses, in the order of the work. A family that declined may be
// contacted again, and a case that is closed may be reopened.
const (
	Identified Status = iota + 1
	Contacted
	Agreed
	Declined
	WorkedWith
	Closed
)

var statusNames = [...]string{"", "identified", "contacted", "agreed", "declined", "worked_with", "closed"}

// String returns the status as exports spell it, "" for none.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return ""
}

// said is the status in a sentence.
func (s Status) said() string { return strings.ReplaceAll(s.String(), "_", " ") }

// Open says whether the work goes on: any status but Closed.
func (s Status) Open() bool { return s >= Identified && s < Closed }

// move says from which statuses a kind of event may be recorded and to which it
// leads.
type move struct {
	from []Status
	to   Status // 0: it stays as it is
}

// moves is the life of a case. CaseIdentified begins it; CaseReopened gives
// back the status that CaseClosed ended.
var moves = map[family.CaseEventKind]move{
	family.CaseAssigned:   {from: []Status{Identified, Contacted, Agreed, Declined, WorkedWith}},
	family.CaseContacted:  {from: []Status{Identified, Declined}, to: Contacted},
	family.CaseAgreed:     {from: []Status{Contacted}, to: Agreed},
	family.CaseDeclined:   {from: []Status{Contacted, Agreed}, to: Declined},
	family.CasePlanned:    {from: []Status{Agreed, WorkedWith}},
	family.CaseWorkedWith: {from: []Status{Agreed}, to: WorkedWith},
	family.CaseNeedsAdded: {from: []Status{Identified, Contacted, Agreed, Declined, WorkedWith}},
	family.CaseNoted:      {from: []Status{Identified, Contacted, Agreed, Declined, WorkedWith, Closed}},
	family.CaseClosed:     {from: []Status{Identified, Contacted, Agreed, Declined, WorkedWith}, to: Closed},
	family.CaseReopened:   {from: []Status{Closed}},
	family.CaseClaimed:    {from: []Status{WorkedWith, Closed}},
	family.CaseNeedMet:    {from: []Status{WorkedWith, Closed}},
}

// Moves returns the kinds of event that a case of the given status may have
// next, in the order of their numbers, for a screen that offers them.
func Moves(from Status) []family.CaseEventKind {
	var out []family.CaseEventKind
	for kind := family.CaseIdentified; kind <= family.CaseNeedMet; kind++ {
		if slices.Contains(moves[kind].from, from) {
			out = append(out, kind)
		}
	}
	return out
}

// instead says what to do where a kind of event cannot be recorded for a case
// of the given status.
func instead(kind family.CaseEventKind, s Status) string {
	switch {
	case kind == family.CaseReopened:
		return "it is not closed, so go on with it"
	case kind == family.CaseClaimed:
		return "claim once the family has been worked with"
	case kind == family.CaseNeedMet:
		return "confirm once the family has been worked with"
	case s == Closed:
		return "reopen it first"
	case kind == family.CaseContacted:
		return "the family has been contacted; record a note of a further contact"
	case kind == family.CaseAgreed && s == Identified, kind == family.CaseDeclined && s == Identified:
		return "record first that the family was contacted"
	case kind == family.CaseAgreed && s == Declined:
		return "record first that the family was contacted again"
	case kind == family.CaseAgreed:
		return "the family has agreed; record a note"
	case kind == family.CaseDeclined && s == Declined:
		return "the family has declined; record a note"
	case kind == family.CaseDeclined:
		return "a family that ends the work is closed as disengaged"
	case kind == family.CaseWorkedWith && s == WorkedWith:
		return "support has begun; a new lead is recorded as assigned"
	}
	return "record first that the family agreed"
}
