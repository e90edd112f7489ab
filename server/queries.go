package server

import (
	"context"
	"errors"
	"fmt"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// queries answers from the last finished night.
type queries struct {
	querypb.UnimplementedQueryServiceServer
	index  Index
	nights Nights
	trail  *trail
}

// night returns the last finished night; family.ErrState before the first.
func (q *queries) night() (family.NightInfo, error) {
	info, ok := q.index.LastNight()
	if !ok {
		return info, fmt.Errorf("no night has been run yet; push the feeds, then run one with `hearth run`: %w", family.ErrState)
	}
	return info, nil
}

// sameNight refuses an answer that two nights had a part in.
func (q *queries) sameNight(info family.NightInfo) error {
	if now, ok := q.index.LastNight(); !ok || now.ID != info.ID {
		return fmt.Errorf("a night was finished while this was read; ask again: %w", family.ErrState)
	}
	return nil
}

// GetPerson implements the query service.
func (q *queries) GetPerson(ctx context.Context, req *querypb.GetPersonRequest) (*querypb.GetPersonResponse, error) {
	info, err := q.night()
	if err != nil {
		return nil, err
	}
	id, err := q.personID(req)
	if err != nil {
		return nil, err
	}
	p, households, err := q.index.Person(id)
	if err != nil {
		return nil, absent(err, "no such person in the last night; persons change their identifiers when records join them")
	}
	home, err := q.homeOf(p.ID, households)
	if err != nil {
		return nil, err
	}
	out := personMessage(&p, info.AsAt)
	out.HouseholdIds = home.open
	if req.IncludeProtected {
		out.HouseholdIds = households
	}
	out.Records, err = q.recordMessages(&p, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	out.Links = linkMessages(p.Links)
	if err := q.trail.write(ctx, p.ID); err != nil {
		return nil, err
	}
	return &querypb.GetPersonResponse{Person: out}, nil
}

// personID takes the person from the request, by identifier or by record.
func (q *queries) personID(req *querypb.GetPersonRequest) (string, error) {
	if req.PersonId != "" {
		return req.PersonId, checkID("person_id", req.PersonId, 'P')
	}
	if req.Record == nil {
		return "", invalid("person_id", "name a person, or one of the person's records")
	}
	ref, err := recordRef("record", req.Record)
	if err != nil {
		return "", err
	}
	id, err := q.index.PersonOfRecord(ref)
	return id, absent(err, "no such record in the last night")
}

// absent gives an error of the kind ErrNotFound a text for the caller.
func absent(err error, text string) error {
	if errors.Is(err, family.ErrNotFound) {
		return fmt.Errorf("%s: %w", text, family.ErrNotFound)
	}
	return err
}

// ExplainLink implements the query service.
func (q *queries) ExplainLink(ctx context.Context, req *querypb.ExplainLinkRequest) (*querypb.ExplainLinkResponse, error) {
	if _, err := q.night(); err != nil {
		return nil, err
	}
	a, errA := recordRef("a", req.A)
	b, errB := recordRef("b", req.B)
	if err := joined(errA, errB); err != nil {
		return nil, err
	}
	if a == b {
		return nil, invalid("b", "the two records are the same one")
	}
	personA, errA := q.index.PersonOfRecord(a)
	personB, errB := q.index.PersonOfRecord(b)
	if err := errors.Join(errA, errB); err != nil {
		return nil, absent(err, "one of the records is not in the last night")
	}
	if err := q.trail.write(ctx, personA, personB); err != nil {
		return nil, err
	}
	link, model, err := q.nights.ExplainLink(ctx, a, b)
	if err != nil {
		return nil, err
	}
	same := personA == personB
	return &querypb.ExplainLinkResponse{
		Link: linkMessage(link), SamePerson: same, Model: model,
		Verdict: linkVerdict(link, same, q.decided(a, b)),
	}, nil
}

// decided returns the standing decision on the two records, if there is one.
func (q *queries) decided(a, b family.RecordRef) family.DecisionKind {
	info, _ := q.index.LastNight()
	var kind family.DecisionKind
	for _, d := range family.InForce(q.index.Decisions(info.Seq), info.AsAt) {
		pair := d.A == a && d.B == b || d.A == b && d.B == a
		if pair && (d.Kind == family.SamePerson || d.Kind == family.DifferentPeople) {
			kind = d.Kind
		}
	}
	return kind
}

// likely is the probability from which two records speak for one person.
const likely = 0.5

func linkVerdict(l family.Link, same bool, decided family.DecisionKind) string {
	switch {
	case decided == family.SamePerson && same:
		return "One person: a reviewer has decided so."
	case decided == family.DifferentPeople && !same:
		return "Two people: a reviewer has decided so."
	case same && l.Probability >= likely:
		return "One person: the two records agree well enough by themselves."
	case same:
		return "One person: the two records say little by themselves, but others link to both."
	case l.Probability >= likely:
		return "Two people although the two records agree: a contradiction elsewhere, such as two identifiers of one kind, keeps them apart."
	}
	return "Two people: what agrees does not outweigh what differs or is missing."
}

// GetRow implements the query service. It knows no include_protected: the
// addresses on a row about somebody at a protected address are left out.
func (q *queries) GetRow(ctx context.Context, req *querypb.GetRowRequest) (*querypb.GetRowResponse, error) {
	info, err := q.night()
	if err != nil {
		return nil, err
	}
	ref, err := rowRef("", req.Feed, req.RecordId)
	if err != nil {
		return nil, err
	}
	row, err := q.index.LiveRow(info.Seq, ref)
	if err != nil {
		return nil, absent(err, "no such row in the last night; it was never delivered, or is withdrawn")
	}
	hide, err := q.watch().hides(row)
	if err != nil {
		return nil, err
	}
	if err := q.trail.write(ctx, row.Ref().String()); err != nil {
		return nil, err
	}
	return &querypb.GetRowResponse{Row: rowMessage(row, hide)}, nil
}
