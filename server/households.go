package server

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// noHousehold is the one answer for a household that is not there and for one
// that may not be shown, so that the two cannot be told apart.
const noHousehold = "no such household in the last night, or it is at a protected address"

// household reads a household that may be shown.
func (q *queries) household(id string, includeProtected bool) (family.Household, error) {
	if err := checkID("household_id", id, 'H'); err != nil {
		return family.Household{}, err
	}
	h, err := q.index.Household(id)
	if err == nil && h.Protected && !includeProtected {
		err = family.ErrNotFound
	}
	return h, absent(err, noHousehold)
}

// GetHousehold implements the query service.
func (q *queries) GetHousehold(ctx context.Context, req *querypb.GetHouseholdRequest) (*querypb.GetHouseholdResponse, error) {
	info, err := q.night()
	if err != nil {
		return nil, err
	}
	h, err := q.household(req.HouseholdId, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	out := householdMessage(&h)
	people, err := q.people(&h)
	if err != nil {
		return nil, err
	}
	for _, m := range h.Members {
		out.Members = append(out.Members, memberMessage(m, people[m.PersonID], info.AsAt))
	}
	out.Involvements = involvements(&h, people, info.AsAt)
	candidates, err := q.index.HouseholdCandidates(h.ID)
	if err != nil && !errors.Is(err, family.ErrNotFound) {
		return nil, err
	}
	for i := range candidates {
		out.Candidates = append(out.Candidates, candidateMessage(&candidates[i]))
	}
	if err := q.trail.write(ctx, subjectsOf(&h)...); err != nil {
		return nil, err
	}
	return &querypb.GetHouseholdResponse{Household: out}, nil
}

// subjectsOf are the household and everybody whose particulars are shown with
// it.
func subjectsOf(h *family.Household) []string {
	out := []string{h.ID}
	for _, m := range h.Members {
		out = append(out, m.PersonID)
	}
	slices.Sort(out[1:])
	return slices.Compact(out)
}

// people reads the persons who have a part in a household.
func (q *queries) people(h *family.Household) (map[string]*family.Person, error) {
	out := make(map[string]*family.Person, len(h.Members))
	for _, m := range h.Members {
		if out[m.PersonID] != nil {
			continue
		}
		p, _, err := q.index.Person(m.PersonID)
		if err != nil {
			return nil, err
		}
		out[m.PersonID] = &p
	}
	return out, nil
}

// ExplainMembership implements the query service.
func (q *queries) ExplainMembership(ctx context.Context, req *querypb.ExplainMembershipRequest) (*querypb.ExplainMembershipResponse, error) {
	info, err := q.night()
	if err != nil {
		return nil, err
	}
	if err := checkID("person_id", req.PersonId, 'P'); err != nil {
		return nil, err
	}
	h, err := q.household(req.HouseholdId, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	p, households, err := q.index.Person(req.PersonId)
	if err != nil {
		return nil, absent(err, "no such person in the last night")
	}
	where, err := q.homeOf(p.ID, households)
	if err != nil {
		return nil, err
	}
	if err := q.trail.write(ctx, h.ID, p.ID); err != nil {
		return nil, err
	}
	out := &querypb.ExplainMembershipResponse{}
	rows := evidenceAt(&h, &p)
	if m, ok := partIn(&h, p.ID, info.AsAt); ok {
		out.Member, out.Verdict = memberMessage(m, &p, info.AsAt), memberVerdict(m, info.AsAt)
		rows = m.Evidence
	} else {
		out.Verdict = strangerVerdict(len(rows), len(where.open) > 0)
	}
	watch := q.watch()
	for _, ref := range rows {
		row, err := q.index.LiveRow(info.Seq, ref)
		if err != nil {
			return nil, err
		}
		hide, err := watch.hides(row)
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, rowMessage(row, hide && !req.IncludeProtected))
	}
	return out, nil
}

// partIn returns a person's part in a household: the current one, else the
// latest.
func partIn(h *family.Household, personID string, asAt family.Date) (part family.Member, ok bool) {
	for _, m := range h.Members {
		if m.PersonID != personID {
			continue
		}
		if m.Current(asAt) {
			return m, true
		}
		if !ok || m.To > part.To {
			part, ok = m, true
		}
	}
	return part, ok
}

func memberVerdict(m family.Member, asAt family.Date) string {
	switch {
	case m.Current(asAt):
		return fmt.Sprintf("A member (%s): %s", m.Role, m.Reason)
	case m.Deceased != 0:
		return fmt.Sprintf("No longer a member: died on %s. %s", m.Deceased, m.Reason)
	case m.Role == family.Associate:
		return "Not a member, an associate only: " + m.Reason
	case m.Role == family.NonResidentParent:
		return "Not a member, a parent who lives elsewhere: " + m.Reason
	case m.To != 0 && m.To <= asAt:
		return fmt.Sprintf("No longer a member: left by %s. %s", m.To, m.Reason)
	}
	return fmt.Sprintf("Not yet a member: from %s. %s", m.From, m.Reason)
}

func strangerVerdict(rows int, livesElsewhere bool) string {
	text := "Not a member: no row places the person at this household's dwelling."
	if rows > 0 {
		text = "Not a member: rows name the dwelling, but none is evidence that the person lives there with these people."
	}
	if livesElsewhere {
		text += " The person stands in another household."
	}
	return text
}

// evidenceAt are the person's rows that name the household's dwelling, by
// UPRN, or by postcode and first line, as the person's own address.
func evidenceAt(h *family.Household, p *family.Person) []family.RowRef {
	var out []family.RowRef
	for _, r := range p.Records {
		a := r.Address
		sameUPRN := a.UPRN != "" && a.UPRN == h.Address.UPRN
		sameText := a.Postcode != "" && a.Postcode == h.Address.Postcode && a.Line1 == h.Address.Line1
		if sameUPRN || sameText {
			out = append(out, r.Row.Ref())
		}
	}
	return slices.Compact(out)
}
