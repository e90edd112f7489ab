package server

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hearthmatch/hearth/family"
	reviewpb "github.com/hearthmatch/hearth/proto/hearth/review/v1"
)

// maxReason bounds a reviewer's reason, in bytes.
const maxReason = 2000

// reviews records reviewers' decisions.
type reviews struct {
	reviewpb.UnimplementedReviewServiceServer
	index Index
	trail *trail
}

// Decide implements the review service. Who decides is the caller, and when is
// the store's to say, whatever the message holds.
func (r *reviews) Decide(ctx context.Context, req *reviewpb.DecideRequest) (*reviewpb.DecideResponse, error) {
	d, err := r.read(req.Decision)
	if err != nil {
		return nil, err
	}
	d.By = callOf(ctx).actor
	subjects := []string{d.A.String(), d.B.String()}
	if d.Kind == family.Undo {
		subjects = []string{d.Undoes}
	}
	if err := r.trail.write(ctx, subjects...); err != nil {
		return nil, err
	}
	kept, err := r.index.Decide(d)
	if err != nil {
		return nil, err
	}
	return &reviewpb.DecideResponse{Decision: decisionMessage(kept, false)}, nil
}

// read checks a decision: all its faults at once.
func (r *reviews) read(m *reviewpb.Decision) (family.Decision, error) {
	if m == nil {
		return family.Decision{}, invalid("decision", "required")
	}
	d := family.Decision{Kind: family.DecisionKind(m.Kind), Undoes: m.Undoes, Reason: strings.TrimSpace(m.Reason)}
	faults := []error{wanted("decision.reason", m.Reason, "say why")}
	if len(m.Reason) > maxReason {
		faults = append(faults, invalid("decision.reason", "at most %d bytes", maxReason))
	}
	var err error
	d.Expires, err = parseDate("decision.expires", m.Expires)
	faults = append(faults, err)
	switch d.Kind {
	case family.SamePerson, family.DifferentPeople, family.LivesWith, family.DoesNotLiveWith:
		d.A, err = recordRef("decision.a", m.A)
		faults = append(faults, err, r.exists("decision.a", d.A, err))
		d.B, err = recordRef("decision.b", m.B)
		faults = append(faults, err, r.exists("decision.b", d.B, err))
		if d.A == d.B && d.A.ID != "" {
			faults = append(faults, invalid("decision.b", "the two records are the same one"))
		}
		if m.Undoes != "" {
			faults = append(faults, invalid("decision.undoes", "for an undo only"))
		}
	case family.Undo:
		if m.A != nil || m.B != nil {
			faults = append(faults, invalid("decision.a", "an undo names a decision, no records"))
		}
		faults = append(faults, r.undoable(m.Undoes))
	default:
		faults = append(faults, invalid("decision.kind", "choose one of the decision kinds"))
	}
	return d, joined(faults...)
}

// exists says whether a live row describes the record. A record that could not
// be read has been complained of already.
func (r *reviews) exists(field string, ref family.RecordRef, unread error) error {
	if unread != nil {
		return nil
	}
	row, err := r.index.LiveRow(0, ref.RowRef)
	if err != nil && !errors.Is(err, family.ErrNotFound) {
		return err
	}
	if err == nil {
		for _, rec := range family.Records(row) {
			if rec.Part == ref.Part {
				return nil
			}
		}
	}
	return invalid(field, "no live row describes such a record")
}

// undoable says whether a decision may be withdrawn: it is there, and has not
// been.
func (r *reviews) undoable(id string) error {
	all := r.index.Decisions(0)
	i := slices.IndexFunc(all, func(d family.Decision) bool { return d.ID == id })
	switch {
	case i < 0 || all[i].Kind == family.Undo:
		return invalid("decision.undoes", "no such decision to withdraw")
	case family.Undone(all)[id]:
		return invalid("decision.undoes", "that decision has been withdrawn already")
	}
	return nil
}

// ListDecisions implements the review service.
func (r *reviews) ListDecisions(ctx context.Context, req *reviewpb.ListDecisionsRequest) (*reviewpb.ListDecisionsResponse, error) {
	size, err := pageSize(req.PageSize)
	if err != nil {
		return nil, err
	}
	place, err := parsePageToken(req.PageToken, "", req)
	if err != nil {
		return nil, err
	}
	from, _ := strconv.Atoi(place) // blank on the first page
	all := r.index.Decisions(0)
	undone := family.Undone(all)
	from = min(from, len(all))
	to := min(from+size, len(all))
	out, subjects := &reviewpb.ListDecisionsResponse{}, []string{"decisions"}
	for _, d := range all[from:to] {
		out.Decisions = append(out.Decisions, decisionMessage(d, undone[d.ID]))
		subjects = append(subjects, d.ID)
	}
	if to < len(all) {
		out.NextPageToken = pageToken("", req, strconv.Itoa(to))
	}
	return out, r.trail.write(ctx, subjects...)
}

func decisionMessage(d family.Decision, undone bool) *reviewpb.Decision {
	m := &reviewpb.Decision{
		DecisionId: d.ID, Kind: reviewpb.DecisionKind(d.Kind), Undoes: d.Undoes, By: d.By,
		DecideTime: timestamppb.New(d.At), Reason: d.Reason, Expires: d.Expires.String(), Undone: undone,
	}
	if d.Kind != family.Undo {
		m.A, m.B = refMessage(d.A), refMessage(d.B)
	}
	return m
}
