package server

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

const noNomination = "no such nomination, or it is of a protected household"

// Nominate implements the casework service.
func (c *caseworks) Nominate(ctx context.Context, req *caseworkpb.NominateRequest) (*caseworkpb.NominateResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	day, errDay := dayOf(req.Day)
	fw, errFramework := c.framework(req.Framework)
	errNeeds := error(nil)
	if errFramework == nil {
		errNeeds = checkNeeds("needs", fw, req.Needs, true)
	}
	id, errHousehold := c.nominee(info, req)
	if err := joined(errDay, errFramework, errNeeds, errHousehold,
		wanted("agency", req.Agency, "say which agency nominates"), wanted("reason", req.Reason, "say why")); err != nil {
		return nil, err
	}
	if err := c.mayName(info, "into_case_id", req.IntoCaseId, req.IncludeProtected); err != nil {
		return nil, err
	}
	s, err := c.family(info, id, req.IncludeProtected)
	if err != nil {
		return nil, err
	}
	d := draft{
		includeProtected: req.IncludeProtected,
		event: family.CaseEvent{Kind: family.Nominated, Day: day, Agency: req.Agency, Reason: req.Reason,
			Framework: req.Framework, Needs: ordered(req.Needs), Into: req.IntoCaseId},
		known: s.known, acknowledge: req.AcknowledgeKnown, validateOnly: req.ValidateOnly, subjects: subjectsOf(&s.household),
		fields: map[string]string{"records": "household_id", "into": "into_case_id"},
		prepare: func(b *casework.Book, e *family.CaseEvent) {
			if e.Into == "" {
				e.Into = b.Joins(*e)
			}
		},
	}
	s.into(&d.event)
	made, err := c.record(ctx, info, &d)
	if err != nil {
		return nil, err
	}
	out := &caseworkpb.NominateResponse{Warnings: warningMessages(made.warnings)}
	n, ok := c.nomination(made.event.ID)
	if !ok { // under validate_only
		e := &made.event
		n = casework.Nomination{By: e.By, Agency: e.Agency, Day: e.Day, Reason: e.Reason, Household: e.Household,
			Records: e.Records, Area: e.Area, Framework: e.Framework, Needs: e.Needs, Case: e.Into, InForce: true}
	}
	out.Nomination, err = c.nominationMessage(info, &n)
	return out, err
}

// nominee names the household that a nomination is about.
func (c *caseworks) nominee(info family.NightInfo, req *caseworkpb.NominateRequest) (string, error) {
	given := 0
	for _, ok := range []bool{req.HouseholdId != "", req.PersonId != "", req.Record != nil} {
		if ok {
			given++
		}
	}
	if given != 1 {
		return "", invalid("household_id", "name the household, one of its people, or a record of one of them: one of the three")
	}
	if req.HouseholdId != "" {
		return req.HouseholdId, checkID("household_id", req.HouseholdId, 'H')
	}
	field := "record"
	var ref family.RecordRef
	if req.PersonId != "" {
		field = "person_id"
		if err := checkID(field, req.PersonId, 'P'); err != nil {
			return "", err
		}
		p, _, err := c.index.Person(req.PersonId)
		if err != nil {
			return "", absent(err, "no such person in the last night; persons change their identifiers when records join them")
		}
		ref = p.Records[0].Ref()
	} else {
		var err error
		if ref, err = recordRef(field, req.Record); err != nil {
			return "", err
		}
	}
	found, err := c.of(info, ref)
	switch {
	case err != nil:
		return "", err
	case found.person == "":
		return "", invalid(field, "no such record in the last night")
	case found.household == "" || found.protected && !req.IncludeProtected:
		return "", invalid(field, "of no household that may be shown; name the household")
	}
	return found.household, nil
}

// family reads the people of a household that may be shown.
func (c *caseworks) family(info family.NightInfo, id string, includeProtected bool) (*someone, error) {
	h, err := c.household(id, includeProtected)
	if err != nil {
		return nil, err
	}
	s, err := c.someone(info, h, func(r family.RecordRef) bool {
		c.mu.RLock()
		defer c.mu.RUnlock()
		return c.used[r]
	})
	if err != nil {
		return nil, err
	}
	if len(s.records) == 0 {
		return nil, invalid("household_id", "nobody lives there now; name the household where they live")
	}
	if s.protected && !includeProtected {
		return nil, absent(family.ErrNotFound, noHousehold)
	}
	return s, nil
}

// into writes the family into an event that begins something.
func (s *someone) into(e *family.CaseEvent) {
	e.Household, e.Records, e.Area, e.Schools, e.Protected = s.household.ID, s.records, s.household.Area, s.schools, s.protected
}

// framework finds a framework in use.
func (c *caseworks) framework(id string) (*Framework, error) {
	all := c.nights.Programmes(false).Frameworks
	ids := make([]string, len(all))
	for i := range all {
		if ids[i] = all[i].Rules.ID(); ids[i] == id {
			return &all[i], nil
		}
	}
	return nil, invalid("framework", "choose one of those in use: %s", strings.Join(ids, ", "))
}

// checkNeeds makes sure that needs are the framework's: criteria, or headlines
// too.
func checkNeeds(field string, fw *Framework, needs []string, headlines bool) error {
	var ids, all []string
	for _, c := range fw.Rules.Criteria() {
		ids = append(ids, c.ID)
	}
	all = ids
	if headlines {
		for _, h := range fw.Rules.Headlines() {
			all = append(all, h.ID)
		}
	}
	for _, n := range needs {
		if !slices.Contains(all, n) {
			return invalid(field, "%s is none of %s; choose from %s", strconv.Quote(clip(n)), fw.Rules.ID(), strings.Join(all, ", "))
		}
	}
	if len(needs) == 0 {
		return invalid(field, "required: choose from %s", strings.Join(all, ", "))
	}
	return nil
}

// clip shortens what a message repeats of a request.
func clip(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// ordered returns what is listed, each once, sorted.
func ordered(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *caseworks) nomination(id string) (casework.Nomination, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.book.Nomination(id)
}

func (c *caseworks) event(id string) family.CaseEvent {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, _, _ := c.book.Event(id)
	return e
}

func (c *caseworks) nominationMessage(info family.NightInfo, n *casework.Nomination) (*caseworkpb.Nomination, error) {
	e := c.event(n.ID)
	at, err := c.whereabouts(info, n.Records, n.Household, e.Protected)
	if err != nil {
		return nil, err
	}
	m := nominationMessage(n, at)
	if n.ID != "" {
		m.RecordTime = timestamppb.New(e.At)
	}
	return m, nil
}

// WithdrawNomination implements the casework service.
func (c *caseworks) WithdrawNomination(ctx context.Context, req *caseworkpb.WithdrawNominationRequest) (*caseworkpb.WithdrawNominationResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	day, errDay := dayOf(req.Day)
	if err := joined(errDay, wanted("nomination_id", req.NominationId, "name the nomination"), wanted("reason", req.Reason, "say why")); err != nil {
		return nil, err
	}
	n, ok := c.nomination(req.NominationId)
	if !ok {
		return nil, absent(family.ErrNotFound, noNomination)
	}
	m, err := c.nominationMessage(info, &n)
	if err != nil {
		return nil, err
	}
	if m.Protected && !req.IncludeProtected {
		return nil, absent(family.ErrNotFound, noNomination)
	}
	d := draft{
		event:        family.CaseEvent{Kind: family.NominationWithdrawn, Subject: n.ID, Day: day, Reason: req.Reason, Agency: req.Agency},
		validateOnly: req.ValidateOnly, subjects: []string{"nomination/" + n.ID}, fields: map[string]string{"subject": "nomination_id"},
	}
	if _, err := c.record(ctx, info, &d); err != nil {
		return nil, err
	}
	n, _ = c.nomination(n.ID)
	m, err = c.nominationMessage(info, &n)
	return &caseworkpb.WithdrawNominationResponse{Nomination: m}, err
}

// ListNominations implements the casework service.
func (c *caseworks) ListNominations(ctx context.Context, req *caseworkpb.ListNominationsRequest) (*caseworkpb.ListNominationsResponse, error) {
	info, err := c.night()
	if err != nil {
		return nil, err
	}
	v, errDay := c.asAt(req.AsAt)
	p, errPage := c.page(info, req)
	if err := joined(errDay, errPage); err != nil {
		return nil, err
	}
	book, done, err := c.read(info)
	if err != nil {
		return nil, err
	}
	all := book.Nominations(casework.Filter{
		View: v, Framework: req.Framework, Agency: req.Agency, District: req.District, Ward: req.Ward, Cluster: req.Cluster,
	})
	done()
	out, subjects := &caseworkpb.ListNominationsResponse{}, []string{"nominations"}
	for i := range all {
		if req.State != 0 && nominationState(&all[i]) != req.State {
			continue
		}
		m, err := c.nominationMessage(info, &all[i])
		if err != nil {
			return nil, err
		}
		if m.Protected && !req.IncludeProtected {
			continue
		}
		if p.takes() {
			out.Nominations = append(out.Nominations, m)
			subjects = append(subjects, "nomination/"+m.NominationId)
		}
	}
	out.TotalSize, out.NextPageToken = p.total, p.next()
	return out, c.trail.write(ctx, subjects...)
}

// page takes one page's worth of a list that is made anew for each. Its place
// is how many came before, and it holds for one state of the book and night.
type page struct {
	skip, total int64
	size        int
	taken       int64
	state       string
	request     proto.Message
}

type paged interface {
	proto.Message
	GetPageSize() int32
	GetPageToken() string
}

func (c *caseworks) page(info family.NightInfo, req paged) (*page, error) {
	size, errSize := pageSize(req.GetPageSize())
	c.mu.RLock()
	p := &page{size: size, request: req, state: info.ID + " " + strconv.FormatUint(c.book.Place(), 10)}
	c.mu.RUnlock()
	place, errToken := parsePageToken(req.GetPageToken(), p.state, req)
	p.skip, _ = strconv.ParseInt(place, 10, 64) // blank on the first page
	return p, cmp.Or(errSize, errToken)
}

// wants says whether the next entry is of the page.
func (p *page) wants() bool { return p.total >= p.skip && p.taken < int64(p.size) }

// takes counts one entry and says whether it is of the page.
func (p *page) takes() bool {
	of := p.wants()
	p.total++
	if of {
		p.taken++
	}
	return of
}

// next is the token of the page after; blank where there is none.
func (p *page) next() string {
	if at := p.skip + p.taken; p.taken > 0 && at < p.total {
		return pageToken(p.state, p.request, strconv.FormatInt(at, 10))
	}
	return ""
}
