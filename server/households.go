package server

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/draw"
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

// householdView is a household of a night, with what is shown beside it.
type householdView struct {
	info       family.NightInfo
	household  family.Household
	people     map[string]*family.Person // of its members
	candidates []family.Candidate
	secret     map[string]bool // people of whom less is told; nil where all may be shown
}

// householdAt reads a household that may be shown, of the last night or of the
// same night at another day, without what may not be shown of it.
func (q *queries) householdAt(ctx context.Context, id, asAt string, includeProtected bool) (householdView, error) {
	info, err := q.night()
	if err != nil {
		return householdView{}, err
	}
	day, err := parseDate("as_at", asAt)
	if err != nil {
		return householdView{}, err
	}
	var v householdView
	if day == 0 || day == info.AsAt {
		v, err = q.publishedHousehold(info, id, includeProtected)
	} else {
		v, err = q.computedHousehold(ctx, day, id, includeProtected)
	}
	if err != nil {
		return v, err
	}
	if !includeProtected {
		err = q.withhold(&v)
	}
	return v, err
}

func (q *queries) publishedHousehold(info family.NightInfo, id string, includeProtected bool) (householdView, error) {
	h, err := q.household(id, includeProtected)
	if err != nil {
		return householdView{}, err
	}
	v := householdView{info: info, household: h}
	if v.people, err = q.people(&h); err != nil {
		return v, err
	}
	v.candidates, err = q.index.HouseholdCandidates(h.ID)
	if errors.Is(err, family.ErrNotFound) {
		err = nil
	}
	return v, err
}

// computedHousehold reads a household as it was at another day. One that is
// protected today is not shown as it was before, either.
func (q *queries) computedHousehold(ctx context.Context, day family.Date, id string, includeProtected bool) (householdView, error) {
	if err := checkID("household_id", id, 'H'); err != nil {
		return householdView{}, err
	}
	today, err := q.index.Household(id)
	if err != nil && !errors.Is(err, family.ErrNotFound) {
		return householdView{}, err
	}
	d, err := q.derivedAround(ctx, day, &today)
	if err != nil {
		return householdView{}, err
	}
	at, ok := slices.BinarySearchFunc(d.Households, id, func(h family.Household, id string) int { return strings.Compare(h.ID, id) })
	if !ok || !includeProtected && (d.Households[at].Protected || today.Protected) {
		return householdView{}, absent(family.ErrNotFound, noHousehold)
	}
	v := householdView{info: d.Info, household: d.Households[at], people: make(map[string]*family.Person)}
	for _, m := range v.household.Members {
		p, ok := slices.BinarySearchFunc(d.Persons, m.PersonID, func(p family.Person, id string) int { return strings.Compare(p.ID, id) })
		if !ok {
			return v, fmt.Errorf("a member is no person of the night: %w", family.ErrCorrupt)
		}
		v.people[m.PersonID] = &d.Persons[p]
	}
	for _, framework := range slices.Sorted(maps.Keys(d.Candidates)) {
		for _, c := range d.Candidates[framework] {
			if c.HouseholdID == id {
				v.candidates = append(v.candidates, c)
			}
		}
	}
	return v, nil
}

// derivedAround computes the people around a household at another day; where
// the last night has no such household, everybody.
func (q *queries) derivedAround(ctx context.Context, day family.Date, today *family.Household) (*Derived, error) {
	if today.ID == "" {
		return q.nights.At(ctx, day)
	}
	in, err := q.nights.Around(ctx, day, membersOf(today))
	if err != nil {
		return nil, err
	}
	return q.nights.NearAt(ctx, in)
}

func membersOf(h *family.Household) []string {
	out := make([]string, len(h.Members))
	for i, m := range h.Members {
		out[i] = m.PersonID
	}
	return out
}

// GetHousehold implements the query service.
func (q *queries) GetHousehold(ctx context.Context, req *querypb.GetHouseholdRequest) (*querypb.GetHouseholdResponse, error) {
	v, err := q.householdAt(ctx, req.HouseholdId, req.AsAt, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	out := householdMessage(&v.household)
	for _, m := range v.household.Members {
		out.Members = append(out.Members, memberMessage(m, v.people[m.PersonID], v.info.AsAt))
	}
	out.Involvements = involvements(&v.household, v.people, v.info.AsAt)
	for i := range v.candidates {
		out.Candidates = append(out.Candidates, q.candidateMessage(&v.candidates[i]))
	}
	if err := q.trail.write(ctx, subjectsOf(&v.household)...); err != nil {
		return nil, err
	}
	return &querypb.GetHouseholdResponse{Household: out}, nil
}

// DrawHousehold implements the query service.
func (q *queries) DrawHousehold(ctx context.Context, req *querypb.DrawHouseholdRequest) (*querypb.DrawHouseholdResponse, error) {
	drawing := draw.Genogram
	switch req.Kind {
	case querypb.DrawingKind_DRAWING_KIND_UNSPECIFIED, querypb.DrawingKind_DRAWING_KIND_GENOGRAM:
	case querypb.DrawingKind_DRAWING_KIND_TIMELINE:
		drawing = draw.Timeline
	default:
		return nil, invalid("kind", "choose DRAWING_KIND_GENOGRAM or DRAWING_KIND_TIMELINE")
	}
	v, err := q.householdAt(ctx, req.HouseholdId, req.AsAt, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	v.household.Members = slices.DeleteFunc(slices.Clone(v.household.Members), func(m family.Member) bool {
		return v.secret[m.PersonID] && !m.Current(v.info.AsAt)
	})
	picture := drawing(draw.Input{Household: &v.household, AsAt: v.info.AsAt, Of: func(id string) draw.Person {
		p, ok := v.people[id]
		if !ok {
			return draw.Person{}
		}
		return draw.Person{Name: strings.TrimSpace(p.Profile.Forename + " " + p.Profile.Surname), Sex: p.Profile.Sex,
			Born: p.Profile.DOB, Died: p.Profile.Died}
	}})
	if err := q.trail.write(ctx, subjectsOf(&v.household)...); err != nil {
		return nil, err
	}
	return &querypb.DrawHouseholdResponse{Svg: picture.SVG, Text: picture.Text}, nil
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
	case m.Kind == family.PossibleMember:
		return "Perhaps a member, not counted: " + m.Reason
	case m.Role == family.Associate:
		return "Not a member, an associate only: " + m.Reason
	case m.Role == family.DualResidentChild:
		return "A child who lives here for part of the time, and mainly elsewhere: " + m.Reason
	case m.Role == family.NonResidentParent:
		return "Not a member, a parent who lives elsewhere: " + m.Reason
	case m.To != 0 && m.To <= asAt:
		return fmt.Sprintf("No longer a member: left by %s. %s", m.To, m.Reason)
	}
	return fmt.Sprintf("Not yet a member: from %s. %s", m.From, m.Reason)
}
