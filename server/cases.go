package server

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// noCase is the one answer for a case that is not there and for one that may
// not be shown, so that the two cannot be told apart.
const noCase = "no such case on that day, or it is of a protected household"

// OpenCase implements the casework service.
func (c *caseworks) OpenCase(ctx context.Context, req *caseworkpb.OpenCaseRequest) (*caseworkpb.OpenCaseResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	id, framework, nominated, err := c.opened(info, req)
	if err != nil {
		return nil, err
	}
	day, errDay := dayOf(req.Day)
	fw, errFramework := c.framework(framework)
	if err := joined(errDay, errFramework, wanted("reason", req.Reason, "say why")); err != nil {
		return nil, err
	}
	s, err := c.family(info, id, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	needs, err := c.needsAtEntry(fw, id, req.Needs, nominated)
	if err != nil {
		return nil, err
	}
	d := draft{
		includeProtected: req.IncludeProtected,
		event: family.CaseEvent{Kind: family.CaseIdentified, Day: day, Agency: req.Agency, Reason: req.Reason,
			Framework: framework, Needs: needs, Nomination: req.NominationId},
		known: s.known, acknowledge: req.AcknowledgeKnown, validateOnly: req.ValidateOnly,
		fields: map[string]string{"records": "household_id", "nomination": "nomination_id"}, subjects: subjectsOf(&s.household),
	}
	s.into(&d.event)
	made, err := c.record(ctx, info, &d)
	if err != nil {
		return nil, err
	}
	at, err := c.whereabouts(info, made.is.Records, made.is.Household, s.protected)
	if err != nil {
		return nil, err
	}
	return &caseworkpb.OpenCaseResponse{Case: caseMessage(&made.is, at, fw), Warnings: warningMessages(made.warnings)}, nil
}

// opened says for which household and framework a case is to be opened, and
// for what the family was nominated.
func (c *caseworks) opened(info family.NightInfo, req *caseworkpb.OpenCaseRequest) (household, framework string, nominated []string, err error) {
	household, framework = req.HouseholdId, req.Framework
	if req.NominationId != "" {
		n, ok := c.nomination(req.NominationId)
		if !ok {
			return "", "", nil, absent(family.ErrNotFound, noNomination)
		}
		at, err := c.whereabouts(info, n.Records, n.Household, c.event(n.ID).Protected)
		if err != nil {
			return "", "", nil, err
		}
		if at.protected && !req.IncludeProtected {
			return "", "", nil, absent(family.ErrNotFound, noNomination)
		}
		household, framework, nominated = cmp.Or(household, at.home()), cmp.Or(framework, n.Framework), n.Needs
	}
	return household, framework, nominated, joined(
		wanted("household_id", household, "name the household, or a nomination of one that is still known"),
		wanted("framework", framework, "name the framework"))
}

// needsAtEntry are the criteria given or, where none are, those that count and
// that the household meets, and those for which it was nominated.
func (c *caseworks) needsAtEntry(fw *Framework, household string, given, nominated []string) ([]string, error) {
	if len(given) > 0 {
		return ordered(given), checkNeeds("needs", fw, given, false)
	}
	candidates, err := c.index.HouseholdCandidates(household)
	if err != nil && !errors.Is(err, family.ErrNotFound) {
		return nil, err
	}
	var out []string
	for i := range candidates {
		if candidates[i].Framework != fw.Rules.ID() {
			continue
		}
		for _, n := range candidates[i].Needs {
			if n.Status == family.Met && !n.NotCounted {
				out = append(out, n.Criterion)
			}
		}
	}
	for _, x := range fw.Rules.Criteria() {
		if slices.Contains(nominated, x.ID) {
			out = append(out, x.ID)
		}
	}
	if len(out) == 0 {
		return nil, invalid("needs", "the household meets none of the criteria of %s; name the needs that it has", fw.Rules.ID())
	}
	return ordered(out), nil
}

// caseView is a case that may be shown, and where its people are.
type caseView struct {
	casework.Case
	at     whereabouts
	fw     *Framework // nil where it is in use no more
	opened family.CaseEvent
}

func (v *caseView) message() *caseworkpb.Case { return caseMessage(&v.Case, v.at, v.fw) }

// shown completes a case; false if it may not be shown.
func (c *caseworks) shown(info family.NightInfo, one casework.Case, includeProtected bool) (caseView, bool, error) {
	v := caseView{Case: one, opened: c.event(one.ID)}
	var err error
	v.at, err = c.whereabouts(info, one.Records, one.Household, v.opened.Protected)
	v.fw, _ = c.framework(one.Framework) // nil if it is not in use
	return v, err == nil && (includeProtected || !v.at.protected), err
}

// caseIn reads a case that may be shown, in a view of the book.
func (c *caseworks) caseIn(info family.NightInfo, id string, in casework.View, includeProtected bool) (caseView, error) {
	book, done, err := c.read(info)
	if err != nil {
		return caseView{}, err
	}
	one, ok := book.CaseIn(id, in)
	done()
	if !ok {
		return caseView{}, absent(family.ErrNotFound, noCase)
	}
	v, ok, err := c.shown(info, one, includeProtected)
	if err == nil && !ok {
		err = absent(family.ErrNotFound, noCase)
	}
	return v, err
}

// mayName refuses a case named in a request that may not be shown.
func (c *caseworks) mayName(info family.NightInfo, field, id string, includeProtected bool) error {
	if id == "" {
		return nil
	}
	_, err := c.caseIn(info, id, casework.View{}, includeProtected)
	if errors.Is(err, family.ErrNotFound) {
		return invalid(field, "%s", noCase)
	}
	return err
}

// subjectsOfCase are the case and its people.
func subjectsOfCase(v *caseView) []string {
	return append([]string{"case/" + v.ID}, v.at.people...)
}

// GetCase implements the casework service.
func (c *caseworks) GetCase(ctx context.Context, req *caseworkpb.GetCaseRequest) (*caseworkpb.GetCaseResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	in, err := c.asAt(req.AsAt)
	if err := joined(err, wanted("case_id", req.CaseId, "name the case")); err != nil {
		return nil, err
	}
	v, err := c.caseIn(info, req.CaseId, in, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	out := &caseworkpb.GetCaseResponse{Case: v.message(), History: stepMessages(v.History)}
	var known []casework.Involvement
	if out.Involvements, known, err = c.involvedWithCase(info, &v); err != nil {
		return nil, err
	}
	book, done, err := c.read(info)
	if err != nil {
		return nil, err
	}
	var warnings []casework.Warning
	if v.Open() {
		warnings, err = c.warnings(info, book, family.CaseEvent{Kind: family.CaseContacted, Subject: v.ID}, known, req.IncludeProtected)
	}
	claims := book.Claims(casework.Filter{View: in, Case: v.ID})
	done()
	if err != nil {
		return nil, err
	}
	out.Warnings = warningMessages(warnings)
	for i := range claims {
		corrections, err := c.corrections(&claims[i])
		if err != nil {
			return nil, err
		}
		out.Claims = append(out.Claims, c.claimMessage(&claims[i], &v.Case, len(corrections) > 0))
	}
	return out, c.trail.write(ctx, subjectsOfCase(&v)...)
}

// involvedWithCase are the agencies that work with the people of a case, as
// rows say.
func (c *caseworks) involvedWithCase(info family.NightInfo, v *caseView) ([]*querypb.Involvement, []casework.Involvement, error) {
	var rows []*querypb.Involvement
	var known []casework.Involvement
	for _, at := range v.at.households {
		if at.HouseholdId == "" {
			continue
		}
		h, err := c.index.Household(at.HouseholdId)
		if err != nil {
			return nil, nil, err
		}
		h.Members = slices.DeleteFunc(slices.Clone(h.Members), func(m family.Member) bool {
			return at.HouseholdId != v.at.home() && !slices.Contains(at.PersonIds, m.PersonID)
		})
		people, err := c.people(&h)
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, involvements(&h, people, info.AsAt)...)
		for _, m := range h.Members {
			if m.Current(info.AsAt) {
				known = append(known, involvedWith(people[m.PersonID], info.AsAt)...)
			}
		}
	}
	slices.SortStableFunc(rows, compareInvolvements)
	return rows, known, nil
}

// ListCases implements the casework service.
func (c *caseworks) ListCases(ctx context.Context, req *caseworkpb.ListCasesRequest) (*caseworkpb.ListCasesResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	in, errDay := c.asAt(req.AsAt)
	p, errPage := c.page(info, req)
	errHousehold := error(nil)
	if req.HouseholdId != "" {
		errHousehold = checkID("household_id", req.HouseholdId, 'H')
	}
	if err := joined(errDay, errPage, errHousehold); err != nil {
		return nil, err
	}
	f := casework.Filter{View: in, Framework: req.Framework, District: req.District, Ward: req.Ward, Cluster: req.Cluster,
		Team: req.Team, LeadAgency: req.LeadAgency}
	if req.Status != 0 {
		f.Status = []casework.Status{casework.Status(req.Status)}
	}
	out, subjects := &caseworkpb.ListCasesResponse{}, []string{"cases"}
	err = c.eachCase(info, f, req.IncludeProtected, func(v *caseView) error {
		if req.HouseholdId != "" && !v.ofHousehold(req.HouseholdId) {
			return ctx.Err()
		}
		if p.takes() {
			out.Cases = append(out.Cases, v.message())
			subjects = append(subjects, "case/"+v.ID)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	out.TotalSize, out.NextPageToken = p.total, p.next()
	return out, c.trail.write(ctx, subjects...)
}

// ofHousehold says whether a case is of a household, then or now.
func (v *caseView) ofHousehold(id string) bool {
	return v.Household == id || slices.ContainsFunc(v.at.households, func(h *caseworkpb.PresentHousehold) bool { return h.HouseholdId == id })
}

// eachCase yields the cases that a filter chooses and that may be shown, in
// the order of their opening.
func (c *caseworks) eachCase(info family.NightInfo, f casework.Filter, includeProtected bool, yield func(*caseView) error) error {
	book, done, err := c.read(info)
	if err != nil {
		return err
	}
	all := book.Cases(f)
	done()
	for _, one := range all {
		v, ok, err := c.shown(info, one, includeProtected)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := yield(&v); err != nil {
			return err
		}
	}
	return nil
}

// AssignArea implements the casework service.
func (c *caseworks) AssignArea(ctx context.Context, req *caseworkpb.AssignAreaRequest) (*caseworkpb.AssignAreaResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	day, errDay := dayOf(req.Day)
	if err := joined(errDay, wanted("reason", req.Reason, "say why")); err != nil {
		return nil, err
	}
	d := draft{
		event: family.CaseEvent{
			Kind: family.AreaAssigned, Day: day, Reason: req.Reason, Agency: req.Agency, AreaLevel: req.AreaLevel,
			AreaName: strings.TrimSpace(req.AreaName), LeadAgency: strings.TrimSpace(req.LeadAgency), Team: strings.TrimSpace(req.Team),
			LeadPractitioner: strings.TrimSpace(req.LeadPractitioner), LeadContact: strings.TrimSpace(req.LeadContact),
		},
		validateOnly: req.ValidateOnly, subjects: []string{"area/" + clip(req.AreaLevel+"/"+req.AreaName)},
	}
	made, err := c.record(ctx, info, &d)
	if err != nil {
		return nil, err
	}
	out := &caseworkpb.AssignAreaResponse{Event: eventMessage(&made.event)}
	f := casework.Filter{Open: true}
	switch made.event.AreaLevel {
	case casework.LevelWard:
		f.Ward = made.event.AreaName
	case casework.LevelCluster:
		f.Cluster = made.event.AreaName
	default:
		f.District = made.event.AreaName
	}
	err = c.eachCase(info, f, false, func(*caseView) error {
		out.Cases++
		return ctx.Err()
	})
	return out, err
}

// ListAreas implements the casework service.
func (c *caseworks) ListAreas(ctx context.Context, req *caseworkpb.ListAreasRequest) (*caseworkpb.ListAreasResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	in, errDay := c.asAt(req.AsAt)
	p, errPage := c.page(info, req)
	if err := joined(errDay, errPage); err != nil {
		return nil, err
	}
	book, done, err := c.read(info)
	if err != nil {
		return nil, err
	}
	all := book.Teams(in)
	done()
	out := &caseworkpb.ListAreasResponse{}
	for i := range all {
		if p.takes() {
			out.Areas = append(out.Areas, assignmentMessage(&all[i]))
		}
	}
	out.TotalSize, out.NextPageToken = p.total, p.next()
	return out, c.trail.write(ctx, "areas")
}
