package server

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

const noClaim = "no such claim, or it is for a protected household"

// ClaimResult implements the casework service.
func (c *caseworks) ClaimResult(ctx context.Context, req *caseworkpb.ClaimResultRequest) (*caseworkpb.ClaimResultResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	if _, err := signed(ctx); err != nil {
		return nil, err
	}
	day, errDay := dayOf(req.Day)
	day = cmp.Or(day, c.today())
	if errDay == nil && day > c.today() {
		errDay = invalid("day", "it lies in the future; give %s at the latest", c.today())
	}
	if err := joined(errDay, wanted("case_id", req.CaseId, "name the case"), wanted("result", req.Result, "name the framework's result"),
		wanted("reason", req.Reason, "say what the claim states")); err != nil {
		return nil, err
	}
	v, err := c.caseIn(info, req.CaseId, casework.View{}, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	j, err := c.judge(ctx, info, &v, min(day, info.AsAt), true)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(j.outcomes, func(o family.Outcome) bool { return o.Result == req.Result })
	if at < 0 {
		return nil, invalid("result", "choose one of those of %s: %s", v.Framework, resultsOf(j.outcomes))
	}
	d, err := c.claimDraft(ctx, info, &v, j, &j.outcomes[at], day, req.Agency)
	if err != nil {
		return nil, err
	}
	d.event.Reason, d.validateOnly, d.includeProtected = req.Reason, req.ValidateOnly, req.IncludeProtected
	// Warned of are claims for others of whom some are of this family: whether
	// they are the same claim the book decides.
	d.acknowledge = true
	made, err := c.record(ctx, info, d)
	if err != nil {
		return nil, err
	}
	frozen, err := casework.DecodeSnapshot(d.event.Snapshot)
	if err != nil {
		return nil, err
	}
	claim, _ := c.claim(made.event.ID)
	if req.ValidateOnly {
		e := &made.event
		claim = casework.Claim{Case: v.ID, State: casework.ClaimMade, Framework: e.Framework, Result: e.Outcome, Needs: e.Needs,
			Excludes: e.Excludes, By: e.By, Agency: e.Agency, Day: e.Day, SnapshotHash: e.SnapshotHash}
	}
	return &caseworkpb.ClaimResultResponse{Claim: c.claimMessage(&claim, &v.Case, false), Snapshot: snapshotMessage(&frozen)}, nil
}

func resultsOf(outcomes []family.Outcome) string {
	if len(outcomes) == 0 {
		return "it has none"
	}
	var out string
	for i, o := range outcomes {
		if i > 0 {
			out += ", "
		}
		out += o.Result
	}
	return out
}

func (c *caseworks) claim(id string) (casework.Claim, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.book.Claim(id)
}

// claimMessage completes a claim with what only its event says.
func (c *caseworks) claimMessage(claim *casework.Claim, of *casework.Case, corrected bool) *caseworkpb.Claim {
	m := claimMessage(claim, of, corrected)
	if e := c.event(claim.ID); e.ID != "" {
		m.RecordTime, m.Reason = timestamppb.New(e.At), e.Reason
	}
	return m
}

// claimView is a claim that may be shown, with its case.
type claimView struct {
	casework.Claim
	of caseView
}

func (c *caseworks) shownClaim(info family.NightInfo, claim casework.Claim, includeProtected bool) (claimView, bool, error) {
	c.mu.RLock()
	one, ok := c.book.Case(claim.Case)
	c.mu.RUnlock()
	if !ok { // unreachable: a case with a claim is not undone
		return claimView{}, false, nil
	}
	of, ok, err := c.shown(info, one, includeProtected)
	return claimView{claim, of}, ok, err
}

func (c *caseworks) claimOf(info family.NightInfo, id string, includeProtected bool) (claimView, error) {
	if err := wanted("claim_id", id, "name the claim"); err != nil {
		return claimView{}, err
	}
	claim, ok := c.claim(id)
	if !ok {
		return claimView{}, absent(family.ErrNotFound, noClaim)
	}
	v, ok, err := c.shownClaim(info, claim, includeProtected)
	if err == nil && !ok {
		err = absent(family.ErrNotFound, noClaim)
	}
	return v, err
}

func subjectsOfClaim(v *claimView) []string {
	return append([]string{"claim/" + v.ID, "case/" + v.Case}, v.of.at.people...)
}

// snapshot reads and verifies a claim's frozen evidence.
func (c *caseworks) snapshot(claim *casework.Claim) ([]byte, casework.Snapshot, error) {
	data, err := c.index.CaseSnapshot(claim.ID)
	if err != nil {
		return nil, casework.Snapshot{}, err
	}
	s, err := casework.VerifySnapshot(data, claim.SnapshotHash)
	return data, s, err
}

// corrections are the rows behind a claim that say something else by now.
func (c *caseworks) corrections(claim *casework.Claim) ([]casework.Correction, error) {
	_, s, err := c.snapshot(claim)
	if err != nil {
		return nil, err
	}
	return c.corrected(&s)
}

func (c *caseworks) corrected(s *casework.Snapshot) ([]casework.Correction, error) {
	var failed error
	out := casework.Corrected(s, func(ref family.RowRef) *family.Row {
		row, err := c.index.LiveRow(0, ref)
		if err != nil && !errors.Is(err, family.ErrNotFound) {
			failed = err
		}
		return row
	})
	return out, failed
}

// GetClaim implements the casework service.
func (c *caseworks) GetClaim(ctx context.Context, req *caseworkpb.GetClaimRequest) (*caseworkpb.GetClaimResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	v, err := c.claimOf(info, req.ClaimId, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	data, s, err := c.snapshot(&v.Claim)
	if err != nil {
		return nil, err
	}
	corrections, err := c.corrected(&s)
	if err != nil {
		return nil, err
	}
	made := c.event(v.ID)
	out := &caseworkpb.GetClaimResponse{
		Claim: c.claimMessage(&v.Claim, &v.of.Case, len(corrections) > 0), Snapshot: snapshotMessage(&s), SnapshotData: data,
		Corrections: correctionMessages(corrections),
		History:     append([]*caseworkpb.CaseEvent{eventMessage(&made)}, stepMessages(v.Audit)...),
	}
	if err := c.trail.write(ctx, subjectsOfClaim(&v)...); err != nil {
		return nil, err
	}
	return out, nil
}

// ListClaims implements the casework service.
func (c *caseworks) ListClaims(ctx context.Context, req *caseworkpb.ListClaimsRequest) (*caseworkpb.ListClaimsResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	from, errFrom := parseDate("from", req.From)
	to, errTo := parseDate("to", req.To)
	p, errPage := c.page(info, req)
	if err := joined(errFrom, errTo, errPage); err != nil {
		return nil, err
	}
	book, done, err := c.read(info)
	if err != nil {
		return nil, err
	}
	f := casework.Filter{Framework: req.Framework, Case: req.CaseId, Result: req.Result, From: from, To: to}
	if req.State != 0 {
		f.States = []casework.ClaimState{casework.ClaimState(req.State)}
	} else {
		f.InForce = !req.IncludeWithdrawn
	}
	all := book.Claims(f)
	done()
	out, subjects := &caseworkpb.ListClaimsResponse{}, []string{"claims"}
	for _, claim := range all {
		if req.SampleId != "" && !slices.Contains(claim.Draws, req.SampleId) {
			continue
		}
		v, ok, err := c.shownClaim(info, claim, req.IncludeProtected)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		var corrections []casework.Correction
		if req.Corrected || p.wants() { // reading them takes a while
			corrections, err = c.corrections(&claim)
		}
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		if (req.Corrected && len(corrections) == 0) || !p.takes() {
			continue
		}
		out.Claims = append(out.Claims, c.claimMessage(&claim, &v.of.Case, len(corrections) > 0))
		subjects = append(subjects, "claim/"+claim.ID)
	}
	out.TotalSize, out.NextPageToken = p.total, p.next()
	return out, c.trail.write(ctx, subjects...)
}

// about records an event about a claim and returns the claim as it then is.
func (c *caseworks) about(ctx context.Context, id, day, agency, reason string, includeProtected, validateOnly bool, e family.CaseEvent) (*caseworkpb.Claim, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	if _, err := signed(ctx); err != nil {
		return nil, err
	}
	v, err := c.claimOf(info, id, includeProtected)
	if err != nil {
		return nil, err
	}
	if e.Day, err = dayOf(day); err != nil {
		return nil, err
	}
	e.Subject, e.Agency, e.Reason = id, agency, reason
	d := draft{event: e, validateOnly: validateOnly, subjects: subjectsOfClaim(&v),
		fields: map[string]string{"subject": "claim_id", "outcome": "verdict"}}
	if _, err := c.record(ctx, info, &d); err != nil {
		return nil, err
	}
	corrections, err := c.corrections(&v.Claim)
	if err != nil {
		return nil, err
	}
	claim, _ := c.claim(id)
	return c.claimMessage(&claim, &v.of.Case, len(corrections) > 0), nil
}

// WithdrawClaim implements the casework service.
func (c *caseworks) WithdrawClaim(ctx context.Context, req *caseworkpb.WithdrawClaimRequest) (*caseworkpb.WithdrawClaimResponse, error) {
	m, err := c.about(ctx, req.ClaimId, req.Day, req.Agency, req.Reason, req.IncludeProtected, req.ValidateOnly,
		family.CaseEvent{Kind: family.ClaimWithdrawn})
	if err != nil {
		return nil, err
	}
	return &caseworkpb.WithdrawClaimResponse{Claim: m}, nil
}

// AnswerClaim implements the casework service.
func (c *caseworks) AnswerClaim(ctx context.Context, req *caseworkpb.AnswerClaimRequest) (*caseworkpb.AnswerClaimResponse, error) {
	m, err := c.about(ctx, req.ClaimId, req.Day, req.Agency, req.Reason, req.IncludeProtected, req.ValidateOnly,
		family.CaseEvent{Kind: family.ClaimAnswered})
	if err != nil {
		return nil, err
	}
	return &caseworkpb.AnswerClaimResponse{Claim: m}, nil
}

// AuditClaim implements the casework service.
func (c *caseworks) AuditClaim(ctx context.Context, req *caseworkpb.AuditClaimRequest) (*caseworkpb.AuditClaimResponse, error) {
	verdict := map[caseworkpb.AuditVerdict]string{
		caseworkpb.AuditVerdict_AUDIT_VERDICT_VALID:   casework.VerdictValid,
		caseworkpb.AuditVerdict_AUDIT_VERDICT_INVALID: casework.VerdictInvalid,
		caseworkpb.AuditVerdict_AUDIT_VERDICT_QUERY:   casework.VerdictQuery,
	}[req.Verdict]
	m, err := c.about(ctx, req.ClaimId, req.Day, req.Agency, req.Reason, req.IncludeProtected, req.ValidateOnly,
		family.CaseEvent{Kind: family.ClaimAudited, Outcome: verdict})
	if err != nil {
		return nil, err
	}
	return &caseworkpb.AuditClaimResponse{Claim: m}, nil
}

// SampleClaims implements the casework service.
func (c *caseworks) SampleClaims(ctx context.Context, req *caseworkpb.SampleClaimsRequest) (*caseworkpb.SampleClaimsResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	day, errDay := dayOf(req.Day)
	from, errFrom := parseDate("from", req.From)
	to, errTo := parseDate("to", req.To)
	errSeed := error(nil)
	if req.Seed == 0 {
		errSeed = invalid("seed", "required: settle a number but 0 before the draw, such as one from the minutes")
	}
	if err := joined(errDay, errFrom, errTo, errSeed, wanted("framework", req.Framework, "name the framework"),
		wanted("reason", req.Reason, "say why")); err != nil {
		return nil, err
	}
	of := 0
	d := draft{
		event: family.CaseEvent{Kind: family.ClaimsSampled, Day: day, Reason: req.Reason, Agency: req.Agency, Framework: req.Framework,
			From: from, To: to, Percent: int(req.Percent), Seed: req.Seed},
		validateOnly: req.ValidateOnly, subjects: []string{"claims", "framework/" + clip(req.Framework)},
		prepare: func(b *casework.Book, e *family.CaseEvent) {
			pool := b.Pool(e.Framework, e.From, e.To, casework.View{})
			of, e.Drawn = len(pool), casework.Sample(pool, e.Seed, e.Percent)
		},
	}
	made, err := c.record(ctx, info, &d)
	if err != nil {
		return nil, err
	}
	e := &made.event
	return &caseworkpb.SampleClaimsResponse{SampleId: e.ID, ClaimIds: e.Drawn, Of: int64(of), Seed: e.Seed}, nil
}
