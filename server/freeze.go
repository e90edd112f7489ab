package server

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// claimDraft is the event that claims a result, with its evidence frozen.
func (c *caseworks) claimDraft(ctx context.Context, info family.NightInfo, v *caseView, j *judged, o *family.Outcome, day family.Date, agency string,
) (*draft, error) {
	agency = strings.TrimSpace(agency)
	s := casework.Snapshot{
		AsAt: casework.Day(j.asAt), By: callOf(ctx).actor, Agency: agency, Made: casework.Day(day), Place: info.Seq,
		Framework: frameworkFrozen(v.fw), Case: c.caseFrozen(v, j), Members: membersFrozen(j),
		Result: casework.ResultRow{ID: o.Result, Name: o.Name, Status: o.Status.String(), Reason: o.Reason},
	}
	var refs []family.RowRef
	for i := range o.Needs {
		s.Needs = append(s.Needs, needFrozen(&o.Needs[i]))
		refs = append(refs, o.Needs[i].Evidence...)
	}
	slices.SortFunc(refs, family.RowRef.Compare)
	for _, ref := range slices.Compact(refs) {
		row, err := c.index.LiveRow(info.Seq, ref)
		if errors.Is(err, family.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		s.Rows = append(s.Rows, casework.EvidenceOf(row, proving))
	}
	data, err := casework.EncodeSnapshot(s)
	if err != nil {
		return nil, err
	}
	requires, err := required(v.fw, o.Result)
	if err != nil {
		return nil, err
	}
	return &draft{
		event: family.CaseEvent{
			Kind: family.CaseClaimed, Subject: v.ID, By: s.By, Agency: agency, Day: day, Framework: v.Framework, Outcome: o.Result,
			Programme: s.Framework.Programme, Excludes: ordered(o.Excludes), Needs: needsClaimed(v, o),
			Snapshot: data, SnapshotHash: casework.SnapshotHash(data),
		},
		subjects: subjectsOfCase(v), terms: &casework.Terms{Requires: requires, Outcome: *o},
		fields: map[string]string{"subject": "case_id", "outcome": "result"},
	}, nil
}

// needsClaimed are the needs of the case that a result was judged by; all of
// them where it was judged by none alone.
func needsClaimed(v *caseView, o *family.Outcome) []string {
	var out []string
	for _, n := range o.Needs {
		if v.HasNeed(n.Criterion) {
			out = append(out, n.Criterion)
		}
	}
	if len(out) == 0 {
		return v.NeedIDs()
	}
	return ordered(out)
}

// required is what a framework asks of the work before it pays for a result.
func required(fw *Framework, result string) (casework.Requirements, error) {
	all := fw.Rules.Results()
	i := slices.IndexFunc(all, func(r eligibility.Result) bool { return r.ID == result })
	if i < 0 {
		return casework.Requirements{}, nil
	}
	return casework.RequirementsOf(all[i].Requires)
}

func frameworkFrozen(fw *Framework) casework.FrameworkAt {
	sum := sha256.Sum256(fw.File)
	out := casework.FrameworkAt{ID: fw.Rules.ID(), Version: fw.Rules.Version(), Hash: hex.EncodeToString(sum[:])}
	if p := fw.Rules.Programme(); p != out.ID {
		out.Programme = p
	}
	return out
}

func (c *caseworks) caseFrozen(v *caseView, j *judged) casework.CaseFrozen {
	out := casework.CaseFrozen{
		ID: v.ID, Household: j.household.ID, Identified: casework.Day(v.Identified), Agreed: casework.Day(v.Agreed),
		Attached: casework.Day(v.Attached), Planned: casework.Day(v.Planned), Closed: casework.Day(v.Closed), Ended: v.Ended,
		Plan: v.Plan, LeadAgency: v.LeadAgency, LeadPractitioner: v.LeadPractitioner, Team: v.Team,
		Ward: v.Area.Ward, District: v.Area.District, Cluster: v.Area.Cluster,
	}
	for _, s := range v.History {
		if s.Undone == "" {
			out.Events = append(out.Events, s.Event.ID)
		}
	}
	return out
}

// membersFrozen are the members of the family's household on the day judged at.
func membersFrozen(j *judged) []casework.MemberRow {
	var out []casework.MemberRow
	for _, m := range j.household.Members {
		if !m.Current(j.asAt) {
			continue
		}
		row := casework.MemberRow{Person: m.PersonID, Role: m.Role.String(), From: casework.Day(m.From), To: casework.Day(m.To)}
		if p := j.people[m.PersonID]; p != nil {
			for _, r := range p.Records {
				row.Rows = append(row.Rows, r.Ref().String())
			}
			slices.Sort(row.Rows)
		}
		out = append(out, row)
	}
	slices.SortStableFunc(out, func(a, b casework.MemberRow) int { return cmp.Compare(a.Person, b.Person) })
	return out
}

func needFrozen(n *family.NeedOutcome) casework.NeedRow {
	measure := func(m family.Measure) *casework.MeasureRow {
		if m == (family.Measure{}) {
			return nil
		}
		return &casework.MeasureRow{From: casework.Day(m.From), To: casework.Day(m.To), Text: m.Text, Value: m.Value, Of: m.Of}
	}
	return casework.NeedRow{
		Rule: n.Rule, Criterion: n.Criterion, Headline: n.Headline, Status: n.Status.String(), Persons: n.Persons,
		Baseline: measure(n.Baseline), Now: measure(n.Now), Since: casework.Day(n.Since), Reason: n.Reason,
		Evidence: evidenceTexts(n.Evidence), Confirmed: n.Confirmed,
	}
}

// proving are the columns that can prove a need. None of them says who somebody
// is or where somebody lives: an auditor finds that, where it is needed, by the
// row's record_id at its agency.
var proving = []family.Column{
	family.ColSchoolURN, family.ColEnrolmentStatus, family.ColNCYear, family.ColOnRoll, family.ColProvision,
	family.ColPeriodStart, family.ColPeriodEnd, family.ColSessionsPossible, family.ColSessionsAuthorised,
	family.ColSessionsUnauthorised, family.ColMarks, family.ColSuspensions, family.ColPermanentExclusion,
	family.ColEventType, family.ColCategory, family.ColOffenceCode, family.ColOccurredFrom, family.ColOccurredTo,
	family.ColRecordedDate, family.ColOutcomeType, family.ColOutcomeDate, family.ColOrderType, family.ColRisk, family.ColRole,
	family.ColTenure, family.ColTenancyStart, family.ColTenancyEnd, family.ColPersonRole, family.ColMovedIn, family.ColMovedOut,
	family.ColArrearsAmount, family.ColArrearsWeeks, family.ColNoticeType, family.ColNoticeGround, family.ColNoticeDate,
	family.ColASBRole, family.ColASBStage, family.ColASBDate, family.ColHomelessDuty, family.ColHomelessSince,
	family.ColBenefit, family.ColSpellStart, family.ColSpellEnd, family.ColInWork, family.ColConditionality,
	family.ColMatchResult, family.ColAnsweredOn,
	family.ColAgencyKind, family.ColEpisodeType, family.ColNeedCode, family.ColStart, family.ColEnd, family.ColStatus,
}
