package server

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/household"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// question is what ExplainMembership asks, read.
type question struct {
	info      family.NightInfo
	asAt      family.Date
	without   []family.RowRef
	household family.Household
	person    family.Person
	home      home
	watch     *watcher
	all       bool // what is protected may be shown
}

// published says whether the question is of the last night as it is.
func (k *question) published() bool { return k.asAt == k.info.AsAt && len(k.without) == 0 }

// ExplainMembership implements the query service.
func (q *queries) ExplainMembership(ctx context.Context, req *querypb.ExplainMembershipRequest) (*querypb.ExplainMembershipResponse, error) {
	k, err := q.question(req)
	if err != nil {
		return nil, err
	}
	if req.PersonId == "" {
		return q.explainOthers(ctx, &k, req.WhatIf)
	}
	in, err := q.nights.Around(ctx, k.asAt, append(membersOf(&k.household), k.person.ID))
	if err != nil {
		return nil, err
	}
	in = in.Without(k.without, "")
	e := household.Explain(in, &k.household, k.person.ID)
	if e.Household.Protected && !k.all {
		return nil, absent(family.ErrNotFound, noHousehold)
	}
	out := k.verdict(&e)
	if err := q.elsewhere(out, &k, &e); err != nil {
		return nil, err
	}
	subjects := []string{k.household.ID, k.person.ID}
	if req.WhatIf {
		if err := q.whatIf(ctx, out, &k, in); err != nil {
			return nil, err
		}
		for _, c := range out.Counterfactuals {
			subjects = append(append(subjects, c.Leaves...), c.Joins...)
		}
	}
	slices.Sort(subjects[1:])
	if err := q.trail.write(ctx, slices.Compact(subjects)...); err != nil {
		return nil, err
	}
	return out, q.explainedRows(out, &k, &e)
}

// question reads a request.
func (q *queries) question(req *querypb.ExplainMembershipRequest) (k question, err error) {
	if k.info, err = q.night(); err != nil {
		return k, err
	}
	k.all, k.watch = req.IncludeProtected, q.watch()
	if req.PersonId != "" {
		err = checkID("person_id", req.PersonId, 'P')
	}
	if err != nil {
		return k, err
	}
	if k.asAt, err = parseDate("as_at", req.AsAt); err != nil {
		return k, err
	}
	if k.asAt == 0 {
		k.asAt = k.info.AsAt
	}
	for _, text := range req.Without {
		ref, err := family.ParseRecordRef(text)
		if err != nil {
			return k, invalid("without", "write each row as feed/record_id")
		}
		k.without = append(k.without, ref.RowRef)
	}
	if k.household, err = q.household(req.HouseholdId, req.IncludeProtected); err != nil {
		return k, err
	}
	if req.PersonId == "" {
		return k, nil
	}
	var households []string
	if k.person, households, err = q.index.Person(req.PersonId); err != nil {
		return k, absent(err, "no such person in the last night")
	}
	k.home, err = q.homeOf(k.person.ID, households)
	return k, err
}

// explainOthers says of everybody who has to do with a household, and does not
// live there, why not.
func (q *queries) explainOthers(ctx context.Context, k *question, whatIf bool) (*querypb.ExplainMembershipResponse, error) {
	in, err := q.nights.Around(ctx, k.asAt, membersOf(&k.household))
	if err != nil {
		return nil, err
	}
	in = in.Without(k.without, "")
	out := &querypb.ExplainMembershipResponse{}
	subjects := []string{k.household.ID}
	for _, o := range household.Others(in, &k.household) {
		p, households, err := q.index.Person(o.PersonID)
		if err != nil {
			return nil, err
		}
		home, err := q.homeOf(o.PersonID, households)
		if err != nil {
			return nil, err
		}
		if home.protected && !k.all {
			continue
		}
		subjects = append(subjects, o.PersonID)
		out.Others = append(out.Others, &querypb.Bystander{
			PersonId: o.PersonID, Forename: p.Profile.Forename, Surname: p.Profile.Surname,
			Standing: o.Standing.String(), Words: o.Standing.Words(), Weights: weightMessages(o.Weights),
		})
	}
	out.Verdict = fmt.Sprintf("%d others have to do with this household and do not live here.", len(out.Others))
	if whatIf {
		if err := q.whatIf(ctx, out, k, in); err != nil {
			return nil, err
		}
		for _, c := range out.Counterfactuals {
			subjects = append(append(subjects, c.Leaves...), c.Joins...)
		}
	}
	slices.Sort(subjects[1:])
	return out, q.trail.write(ctx, slices.Compact(subjects)...)
}

// verdict says how the person stands to the household: as the last night
// published it, where that is asked.
func (k *question) verdict(e *household.Explanation) *querypb.ExplainMembershipResponse {
	m, ok := e.Member, e.Member.PersonID != ""
	if k.published() {
		if m, ok = partIn(&k.household, k.person.ID, k.info.AsAt); ok && m.Current(k.info.AsAt) {
			e.Standing = household.LivesHere
		}
	}
	if k.home.protected && !k.all {
		m.Weights, e.Weights = nil, nil
	}
	out := &querypb.ExplainMembershipResponse{Standing: e.Standing.String(), Weights: weightMessages(e.Weights)}
	if !ok {
		out.Verdict = "Not a member: " + e.Standing.Words() + "."
		return out
	}
	e.Member = m
	out.Member, out.Verdict = memberMessage(m, &k.person, k.asAt), memberVerdict(m, k.asAt)
	if !m.Current(k.asAt) && m.Deceased == 0 {
		out.Verdict += ". What decided: " + e.Standing.Words()
	}
	return out
}

// elsewhere tells where else the person lives and what speaks for it, where that
// may be shown.
func (q *queries) elsewhere(out *querypb.ExplainMembershipResponse, k *question, e *household.Explanation) error {
	if !k.all && (e.HomeProtected || k.home.protected || len(k.home.secret) > 0) {
		e.HomeWeights = nil
		return nil
	}
	out.HomeWeights = weightMessages(e.HomeWeights)
	if e.Home == "" {
		return nil
	}
	h, err := q.index.Household(e.Home)
	if err == nil && (k.all || !h.Protected) {
		out.HomeHouseholdId = e.Home
	}
	return present(err)
}

// whatIf tells without what other people would live in the household, but for
// what concerns somebody at a protected address.
func (q *queries) whatIf(ctx context.Context, out *querypb.ExplainMembershipResponse, k *question, in household.Input) error {
	for _, c := range household.WhatIf(in, &k.household) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if hide, err := q.hidesCounterfactual(k, &c); err != nil || hide {
			if err != nil {
				return err
			}
			continue
		}
		out.Counterfactuals = append(out.Counterfactuals, &querypb.Counterfactual{
			Rows: evidenceTexts(c.Rows), DecisionId: c.Decision, Leaves: c.Leaves, Joins: c.Joins, Gone: c.Gone, Words: c.Words(),
			PersonId: c.PersonID,
		})
	}
	return nil
}

func (q *queries) hidesCounterfactual(k *question, c *household.Counterfactual) (bool, error) {
	if k.all {
		return false, nil
	}
	concerned := slices.Concat(c.Leaves, c.Joins)
	if c.PersonID != "" {
		concerned = append(concerned, c.PersonID)
	}
	for _, id := range concerned {
		_, households, err := q.index.Person(id)
		if err != nil {
			return true, err
		}
		h, err := q.homeOf(id, households)
		if err != nil || h.protected {
			return true, err
		}
	}
	for _, ref := range c.Rows {
		row, err := q.index.LiveRow(k.info.Seq, ref)
		if err != nil {
			return true, err
		}
		if hide, err := k.watch.hides(row); err != nil || hide {
			return true, err
		}
	}
	return false, nil
}

// explainedRows adds the rows behind an answer, without the places that may not
// be shown.
func (q *queries) explainedRows(out *querypb.ExplainMembershipResponse, k *question, e *household.Explanation) error {
	rows := slices.Clone(e.Member.Evidence)
	for _, w := range slices.Concat(e.Weights, e.HomeWeights) {
		if w.Row != (family.RowRef{}) && !slices.Contains(rows, w.Row) {
			rows = append(rows, w.Row)
		}
	}
	for _, ref := range rows {
		row, err := q.index.LiveRow(k.info.Seq, ref)
		if err != nil {
			return err
		}
		hide, err := k.watch.hides(row)
		if err != nil {
			return err
		}
		out.Rows = append(out.Rows, rowMessage(row, hide && !k.all))
	}
	return nil
}

// present drops the error that something is not there.
func present(err error) error {
	if errors.Is(err, family.ErrNotFound) {
		return nil
	}
	return err
}
