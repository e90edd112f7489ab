package server

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// fieldsOf says which fields of a request each kind of event takes, beside
// those that all take. Kinds that are not here have calls of their own.
var fieldsOf = map[family.CaseEventKind][]string{
	family.CaseAssigned:    {"lead_agency", "lead_practitioner", "lead_contact", "team"},
	family.CaseContacted:   {},
	family.CaseAgreed:      {},
	family.CaseDeclined:    {},
	family.CasePlanned:     {"plan"},
	family.CaseWorkedWith:  {"lead_agency", "lead_practitioner", "lead_contact", "team"},
	family.CaseNeedsAdded:  {"needs"},
	family.CaseNoted:       {},
	family.CaseClosed:      {"ending", "into_case_id"},
	family.CaseReopened:    {},
	family.CaseEventUndone: {"undoes"},
	family.CaseNeedMet:     {"needs"},
}

// caseEvent reads an event of a case: all its faults at once.
func caseEvent(req *caseworkpb.RecordCaseEventRequest, fw *Framework) (family.CaseEvent, error) {
	e := family.CaseEvent{
		Kind: family.CaseEventKind(req.Kind), Subject: req.CaseId, Agency: req.Agency, Reason: req.Reason,
		LeadAgency: strings.TrimSpace(req.LeadAgency), LeadPractitioner: strings.TrimSpace(req.LeadPractitioner),
		LeadContact: strings.TrimSpace(req.LeadContact), Team: strings.TrimSpace(req.Team), Plan: strings.TrimSpace(req.Plan),
		Needs: ordered(req.Needs), Outcome: req.Ending, Into: req.IntoCaseId,
	}
	takes, known := fieldsOf[e.Kind]
	if !known {
		return e, invalid("kind", "choose an event of a case; nominations, the opening of a case, claims and areas have calls of their own")
	}
	var faults []error
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"lead_agency", e.LeadAgency != ""}, {"lead_practitioner", e.LeadPractitioner != ""}, {"lead_contact", e.LeadContact != ""},
		{"team", e.Team != ""}, {"plan", e.Plan != ""}, {"needs", len(e.Needs) > 0}, {"ending", e.Outcome != ""},
		{"into_case_id", e.Into != ""}, {"undoes", req.Undoes != ""},
	} {
		if f.given && !slices.Contains(takes, f.name) {
			faults = append(faults, invalid(f.name, "an event of the kind %s has none; leave it out", e.Kind))
		}
	}
	day, err := dayOf(req.Day)
	e.Day = day
	faults = append(faults, err)
	switch e.Kind {
	case family.CaseNeedsAdded:
		if fw != nil {
			faults = append(faults, checkNeeds("needs", fw, req.Needs, false))
		}
	case family.CaseEventUndone:
		e.Subject = req.Undoes
		faults = append(faults, wanted("undoes", req.Undoes, "name the event to withdraw"))
	default:
	}
	return e, joined(faults...)
}

// RecordCaseEvent implements the casework service.
func (c *caseworks) RecordCaseEvent(ctx context.Context, req *caseworkpb.RecordCaseEventRequest) (*caseworkpb.RecordCaseEventResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	if err := wanted("case_id", req.CaseId, "name the case"); err != nil {
		return nil, err
	}
	v, err := c.caseIn(info, req.CaseId, casework.View{}, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	e, err := caseEvent(req, v.fw)
	if err != nil {
		return nil, err
	}
	if e.Kind == family.CaseEventUndone && !c.isOf(e.Subject, v.ID) {
		return nil, invalid("undoes", "no event of the case; its history names those there are")
	}
	if err := c.mayName(info, "into_case_id", req.IntoCaseId, req.IncludeProtected); err != nil {
		return nil, err
	}
	_, known, err := c.involvedWithCase(info, &v)
	if err != nil {
		return nil, err
	}
	d := draft{
		includeProtected: req.IncludeProtected,
		event:            e, known: known, acknowledge: req.AcknowledgeKnown, validateOnly: req.ValidateOnly, subjects: subjectsOfCase(&v),
		fields: map[string]string{"subject": "case_id", "outcome": "ending", "into": "into_case_id"},
	}
	made, err := c.record(ctx, info, &d)
	if err != nil {
		return nil, err
	}
	out := &caseworkpb.RecordCaseEventResponse{Event: eventMessage(&made.event), Warnings: warningMessages(made.warnings)}
	after, err := c.after(info, &v, &made, req.ValidateOnly)
	if err != nil {
		return nil, err
	}
	out.Case = after.message()
	out.Event.Status = out.Case.Status
	return out, nil
}

// isOf says whether an event is of a case.
func (c *caseworks) isOf(event, id string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, _, ok := c.book.Event(event)
	return ok && caseOf(&e) == id
}

// after is the case as an event has made it. One whose opening was undone is
// shown as it was.
func (c *caseworks) after(info family.NightInfo, before *caseView, made *recorded, validateOnly bool) (caseView, error) {
	if validateOnly {
		v := *before
		if made.is.Status != 0 {
			v.Case = made.is
		}
		return v, nil
	}
	v, err := c.caseIn(info, before.ID, casework.View{}, true)
	if errors.Is(err, family.ErrNotFound) {
		return *before, nil
	}
	return v, err
}
