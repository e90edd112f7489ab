package server

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// To the wire. Kinds of events, statuses of cases and of outcomes, and states of
// claims have the same numbers there as here; a test holds them together.

func areaMessage(a family.Area) *caseworkpb.Area {
	return &caseworkpb.Area{Ward: a.Ward, District: a.District, Cluster: a.Cluster, Lsoa: a.LSOA}
}

func eventMessage(e *family.CaseEvent) *caseworkpb.CaseEvent {
	m := &caseworkpb.CaseEvent{
		EventId: e.ID, Kind: caseworkpb.CaseEventKind(e.Kind), SubjectId: e.Subject, By: e.By, Agency: e.Agency,
		Day: e.Day.String(), Reason: e.Reason, Needs: e.Needs, NominationId: e.Nomination,
		LeadAgency: e.LeadAgency, LeadPractitioner: e.LeadPractitioner, LeadContact: e.LeadContact, Team: e.Team,
		Plan: e.Plan, Outcome: e.Outcome, AreaLevel: e.AreaLevel, AreaName: e.AreaName,
		IntoCaseId: e.Into, Acknowledged: e.Acknowledged,
	}
	if !e.At.IsZero() {
		m.RecordTime = timestamppb.New(e.At)
	}
	return m
}

func stepMessages(steps []casework.Step) []*caseworkpb.CaseEvent {
	out := make([]*caseworkpb.CaseEvent, len(steps))
	for i := range steps {
		out[i] = eventMessage(&steps[i].Event)
		out[i].Undone, out[i].Status = steps[i].Undone != "", caseworkpb.CaseStatus(steps[i].Status)
	}
	return out
}

func warningMessages(warnings []casework.Warning) []*caseworkpb.Warning {
	out := make([]*caseworkpb.Warning, len(warnings))
	for i, w := range warnings {
		out[i] = &caseworkpb.Warning{
			Code: w.Kind.String(), Text: w.Text, Key: w.Key, Agency: w.Agency, AgencyKind: w.AgencyKind,
			LeadPractitioner: w.Lead, LeadContact: w.Contact, Since: w.Since.String(), MustAcknowledge: w.Acknowledge,
		}
		if w.Kind == casework.KnownAgency {
			out[i].Evidence = w.Key
		} else {
			out[i].SubjectId = w.Key
		}
	}
	return out
}

func nominationMessage(n *casework.Nomination, at whereabouts) *caseworkpb.Nomination {
	m := &caseworkpb.Nomination{
		NominationId: n.ID, HouseholdId: n.Household, Framework: n.Framework, Needs: n.Needs, By: n.By, Agency: n.Agency,
		Day: n.Day.String(), Reason: n.Reason, State: nominationState(n), CaseId: n.Case, Area: areaMessage(n.Area),
		Households: at.households, Protected: at.protected,
	}
	return m
}

func nominationState(n *casework.Nomination) caseworkpb.NominationState {
	switch {
	case n.Withdrawn != 0:
		return caseworkpb.NominationState_NOMINATION_STATE_WITHDRAWN
	case !n.InForce:
		return caseworkpb.NominationState_NOMINATION_STATE_SPENT
	case n.Case != "":
		return caseworkpb.NominationState_NOMINATION_STATE_TAKEN_UP
	}
	return caseworkpb.NominationState_NOMINATION_STATE_OPEN
}

// caseMessage gives a case as its framework words its needs; fw may be nil.
func caseMessage(c *casework.Case, at whereabouts, fw *Framework) *caseworkpb.Case {
	m := &caseworkpb.Case{
		CaseId: c.ID, Status: caseworkpb.CaseStatus(c.Status), Framework: c.Framework, HouseholdId: c.Household,
		Area: areaMessage(c.Area), Schools: c.Schools, Needs: needMessages(c, fw), NominationIds: c.Nominations,
		LeadAgency: c.LeadAgency, LeadPractitioner: c.LeadPractitioner, LeadContact: c.LeadContact, Team: c.Team,
		AssignedByArea: c.FromArea, Plan: c.Plan, Planned: c.Planned.String(), Identified: c.Identified.String(),
		Contacted: c.Contacted.String(), Agreed: c.Agreed.String(), Declined: c.Declined.String(),
		Attached: c.Attached.String(), Closed: c.Closed.String(), Ending: c.Ended, IntoCaseId: c.Into,
		ClaimIds: c.Claims, Households: at.households, Protected: at.protected,
	}
	for _, x := range c.Confirmed {
		m.Confirmations = append(m.Confirmations, &caseworkpb.NeedConfirmation{
			Criterion: x.Need, Day: x.Day.String(), EventId: x.Event, By: x.By})
	}
	for _, kind := range casework.Moves(c.Status) {
		m.Next = append(m.Next, caseworkpb.CaseEventKind(kind))
	}
	return m
}

func needMessages(c *casework.Case, fw *Framework) []*caseworkpb.CaseNeed {
	out := make([]*caseworkpb.CaseNeed, len(c.Needs))
	for i, n := range c.Needs {
		out[i] = &caseworkpb.CaseNeed{Criterion: n.ID, Since: n.Found.String(), AtEntry: n.Found == c.Identified}
		if fw == nil {
			continue
		}
		for _, known := range fw.Rules.Criteria() {
			if known.ID == n.ID {
				out[i].Headline, out[i].Name = known.Headline, known.Name
			}
		}
	}
	return out
}

func measureMessage(m family.Measure) *caseworkpb.Measure {
	if m == (family.Measure{}) {
		return nil
	}
	return &caseworkpb.Measure{From: m.From.String(), To: m.To.String(), Text: m.Text, Value: m.Value, Of: m.Of}
}

func outcomeMessage(o *family.Outcome) *caseworkpb.Outcome {
	m := &caseworkpb.Outcome{
		Framework: o.Framework, Result: o.Result, Name: o.Name, AsAt: o.AsAt.String(), Status: caseworkpb.OutcomeStatus(o.Status),
		Predicted: o.Predicted.String(), Reason: o.Reason, Excludes: o.Excludes,
	}
	for _, n := range o.Needs {
		m.Needs = append(m.Needs, &caseworkpb.NeedOutcome{
			Rule: n.Rule, Criterion: n.Criterion, Headline: n.Headline, Status: caseworkpb.OutcomeStatus(n.Status),
			PersonIds: n.Persons, Baseline: measureMessage(n.Baseline), Now: measureMessage(n.Now),
			Evidence: evidenceTexts(n.Evidence), Freshest: n.Freshest.String(), Since: n.Since.String(),
			Predicted: n.Predicted.String(), Reason: n.Reason, Confirmed: n.Confirmed,
		})
	}
	return m
}

func alertMessage(a *family.Alert) *caseworkpb.Alert {
	return &caseworkpb.Alert{
		CaseId: a.Case, Rule: a.Rule, Criterion: a.Criterion, Day: a.Day.String(), Evidence: evidenceTexts(a.Evidence), Reason: a.Reason,
	}
}

func claimMessage(c *casework.Claim, of *casework.Case, corrected bool) *caseworkpb.Claim {
	return &caseworkpb.Claim{
		ClaimId: c.ID, CaseId: c.Case, Framework: c.Framework, Result: c.Result, Day: c.Day.String(), By: c.By, Agency: c.Agency,
		Needs: c.Needs, SnapshotHash: c.SnapshotHash, State: caseworkpb.ClaimState(c.State), Withdrawn: c.Withdrawn.String(),
		Excludes: c.Excludes, SampleIds: c.Draws, Area: areaMessage(of.Area), LeadAgency: of.LeadAgency, Corrected: corrected,
	}
}

func assignmentMessage(a *casework.Assignment) *caseworkpb.AreaAssignment {
	return &caseworkpb.AreaAssignment{
		AreaLevel: a.Level, AreaName: a.Name, LeadAgency: a.LeadAgency, LeadPractitioner: a.LeadPractitioner,
		LeadContact: a.LeadContact, Team: a.Team, Since: a.Since.String(), By: a.By, EventId: a.Event,
	}
}

func snapshotMessage(s *casework.Snapshot) *caseworkpb.ClaimSnapshot {
	day := func(d casework.Day) string { return family.Date(d).String() }
	c := &s.Case
	m := &caseworkpb.ClaimSnapshot{
		CaseId: c.ID, Framework: s.Framework.ID, FrameworkVersion: int32(s.Framework.Version), Programme: s.Framework.Programme,
		FrameworkHash: s.Framework.Hash, JournalPlace: s.Place, AsAt: day(s.AsAt), Made: day(s.Made), By: s.By, Agency: s.Agency,
		HouseholdId: c.Household, Identified: day(c.Identified), Agreed: day(c.Agreed), Planned: day(c.Planned), Plan: c.Plan,
		Attached: day(c.Attached), Closed: day(c.Closed), Ending: c.Ended, LeadAgency: c.LeadAgency,
		LeadPractitioner: c.LeadPractitioner, Team: c.Team, EventIds: c.Events,
		Area: areaMessage(family.Area{Ward: c.Ward, District: c.District, Cluster: c.Cluster}),
	}
	for _, x := range s.Members {
		m.Members = append(m.Members, &caseworkpb.SnapshotMember{
			PersonId: x.Person, Role: x.Role, From: day(x.From), To: day(x.To), Records: x.Rows,
		})
	}
	m.Outcome = &caseworkpb.Outcome{
		Framework: s.Framework.ID, Result: s.Result.ID, Name: s.Result.Name, AsAt: day(s.AsAt),
		Status: outcomeStatus(s.Result.Status), Reason: s.Result.Reason,
	}
	for i := range s.Needs {
		m.Outcome.Needs = append(m.Outcome.Needs, frozenNeedMessage(&s.Needs[i]))
	}
	for _, r := range s.Rows {
		row := &caseworkpb.SnapshotRow{
			Feed: r.Feed, RecordId: r.ID, Agency: r.Agency, DeliveryId: r.Delivery, AsAt: day(r.AsAt), JournalPlace: r.Place, Hash: r.Hash,
		}
		for _, x := range r.Columns {
			row.Cells = append(row.Cells, &querypb.Cell{Column: x.Name, Text: x.Text})
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

func frozenNeedMessage(n *casework.NeedRow) *caseworkpb.NeedOutcome {
	measure := func(x *casework.MeasureRow) *caseworkpb.Measure {
		if x == nil {
			return nil
		}
		return &caseworkpb.Measure{From: family.Date(x.From).String(), To: family.Date(x.To).String(), Text: x.Text, Value: x.Value, Of: x.Of}
	}
	return &caseworkpb.NeedOutcome{
		Rule: n.Rule, Criterion: n.Criterion, Headline: n.Headline, Status: outcomeStatus(n.Status), PersonIds: n.Persons,
		Baseline: measure(n.Baseline), Now: measure(n.Now), Evidence: n.Evidence, Since: family.Date(n.Since).String(), Reason: n.Reason,
		Confirmed: n.Confirmed,
	}
}

// outcomeStatus finds a status by its name in a snapshot.
func outcomeStatus(name string) caseworkpb.OutcomeStatus {
	for s := family.NotAchieved; s <= family.Achieved; s++ {
		if s.String() == name {
			return caseworkpb.OutcomeStatus(s)
		}
	}
	return caseworkpb.OutcomeStatus_OUTCOME_STATUS_UNSPECIFIED
}

func correctionMessages(all []casework.Correction) []*caseworkpb.Correction {
	out := make([]*caseworkpb.Correction, len(all))
	for i, c := range all {
		out[i] = &caseworkpb.Correction{
			Row: c.Row.String(), Withdrawn: c.Withdrawn, Columns: c.Columns, DeliveryId: c.Delivery, AsAt: c.AsAt.String(),
			Needs: c.Needs, Agency: c.Agency,
		}
	}
	return out
}
