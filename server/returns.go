package server

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/casework/returns"
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/tablefile"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// returned is a return being made.
type returned struct {
	c      *caseworks
	ctx    context.Context
	info   family.NightInfo
	in     *returns.Input
	book   casework.View
	views  map[string]*caseView // by case
	judged map[string]*judged   // by case
}

// StreamReturn implements the casework service.
func (c *caseworks) StreamReturn(req *caseworkpb.StreamReturnRequest, stream grpc.ServerStreamingServer[caseworkpb.StreamReturnResponse]) error {
	ctx := stream.Context()
	info, err := c.night()
	if err != nil {
		return err
	}
	in, err := c.returnAsked(ctx, req)
	if err != nil {
		return err
	}
	r := &returned{c: c, ctx: ctx, info: info, in: in, book: casework.View{Day: in.To},
		views: make(map[string]*caseView), judged: make(map[string]*judged)}
	if err := c.trail.write(ctx, returnSubjects(req)...); err != nil {
		return err
	}
	if err := r.gather(); err != nil {
		return err
	}
	out, err := returns.Make(in)
	if err != nil {
		return err
	}
	for _, t := range out.Tables {
		if len(req.Tables) > 0 && !slices.Contains(req.Tables, t.Name) {
			continue
		}
		if err := sendTable(stream, &t); err != nil {
			return err
		}
	}
	return nil
}

// tables are those of a return.
var tables = []string{"family", "member", "need", "funnel", "tf1_quarterly", "sf_quarterly"}

// returnAsked reads a request: all its faults at once.
func (c *caseworks) returnAsked(ctx context.Context, req *caseworkpb.StreamReturnRequest) (*returns.Input, error) {
	in := &returns.Input{
		LegalBasis: strings.TrimSpace(req.LegalBasis), Framework: req.Framework, LACode: strings.TrimSpace(req.LaCode),
		Authority: req.Authority, Threshold: int64(req.SuppressBelow), IncludeProtected: req.IncludeProtected,
	}
	var faults []error
	switch req.Profile {
	case caseworkpb.ReturnProfile_RETURN_PROFILE_IDENTIFIED:
		in.Profile = returns.Identified
		_, err := signed(ctx)
		faults = append(faults, err, wanted("legal_basis", req.LegalBasis, "name the law that allows identifiers to be sent"))
	case caseworkpb.ReturnProfile_RETURN_PROFILE_AGGREGATE, caseworkpb.ReturnProfile_RETURN_PROFILE_UNSPECIFIED:
	default:
		faults = append(faults, invalid("profile", "choose RETURN_PROFILE_AGGREGATE or RETURN_PROFILE_IDENTIFIED"))
	}
	var err error
	in.From, err = parseDate("from", req.From)
	faults = append(faults, err)
	in.To, err = parseDate("to", req.To)
	faults = append(faults, err)
	switch {
	case in.From == 0 || in.To == 0 || in.To < in.From:
		faults = append(faults, invalid("to", "give the first and the last day of the period"))
	case in.To > c.today():
		faults = append(faults, invalid("to", "in the future; give %s at the latest", c.today()))
	}
	if in.Threshold < 0 {
		faults = append(faults, invalid("suppress_below", "give 0 or more"))
	}
	if req.Framework != "" {
		fw, err := c.framework(req.Framework)
		faults = append(faults, err)
		if err == nil {
			in.Results = resultNames(fw)
		}
	}
	for _, t := range req.Tables {
		if !slices.Contains(tables, t) {
			faults = append(faults, invalid("tables", "choose from %s", strings.Join(tables, ", ")))
			break
		}
	}
	if err := joined(faults...); err != nil {
		return nil, err
	}
	in.Key, err = c.referenceKey()
	return in, err
}

// returnSubjects say in the audit trail what was sent, and by which law.
func returnSubjects(req *caseworkpb.StreamReturnRequest) []string {
	if req.Profile != caseworkpb.ReturnProfile_RETURN_PROFILE_IDENTIFIED {
		return []string{"return/aggregate"}
	}
	return []string{"return/identified", "all", "legal basis: " + printable(req.LegalBasis)}
}

// gather fills in what the return is made from.
func (r *returned) gather() error {
	counts, err := r.c.funnelInput(r.ctx, r.info, r.book)
	if err != nil {
		return err
	}
	r.in.Counts = *counts
	if err := r.families(); err != nil {
		return err
	}
	for i := range r.in.Families {
		if err := r.complete(&r.in.Families[i]); err != nil {
			return err
		}
	}
	r.in.Members = r.members
	return nil
}

// families takes the families of the book.
func (r *returned) families() error {
	book, done, err := r.c.read(r.info)
	if err != nil {
		return err
	}
	defer done()
	terms, failed := r.c.funnelTerms(r.info, book)
	r.in.Families = returns.FromBook(book, r.book, terms, func(framework, criterion string) string {
		if of := r.c.headlines(framework, []string{criterion}); len(of) > 0 {
			return of[0]
		}
		return ""
	})
	for i := range r.in.Families {
		id := r.in.Families[i].Case
		one, _ := book.CaseIn(id, r.book)
		opened, _, _ := book.Event(id)
		r.views[id] = &caseView{Case: one, opened: opened}
		for _, n := range one.Nominations {
			nominated, _ := book.Nomination(n)
			needs := r.in.Families[i].Needs
			for j := range needs {
				needs[j].Nominated = needs[j].Nominated || slices.Contains(nominated.Needs, needs[j].Criterion)
			}
		}
	}
	return *failed
}

// complete says where a family is and what has become of its needs.
func (r *returned) complete(f *returns.Family) error {
	v := r.views[f.Case]
	shown, _, err := r.c.shown(r.info, v.Case, true)
	if err != nil {
		return err
	}
	*v = shown
	f.Household = v.at.home()
	if v.fw == nil {
		return r.ctx.Err()
	}
	j, err := r.c.judging(r.ctx, r.info, v, min(r.in.To, r.info.AsAt), false)
	if err != nil {
		return err
	}
	j.Today = true
	if j.outcomes, err = r.c.nights.Outcomes(r.ctx, j.Judging); err != nil {
		return err
	}
	r.judged[f.Case] = j
	for i := range f.Needs {
		need := &f.Needs[i]
		for _, o := range j.outcomes {
			for _, n := range o.Needs {
				if n.Criterion == need.Criterion {
					became(need, &n, j.asAt)
				}
			}
		}
	}
	return r.ctx.Err()
}

// became writes into a need what has become of it by one rule.
func became(need *returns.Need, n *family.NeedOutcome, asAt family.Date) {
	for _, e := range n.Evidence {
		if at, ok := slices.BinarySearchFunc(need.Evidence, e, family.RowRef.Compare); !ok {
			need.Evidence = slices.Insert(need.Evidence, at, e)
		}
	}
	switch n.Status {
	case family.Achieved:
		need.Sustained = asAt
		need.Achieved = asAt
	case family.OnTrack:
		need.Achieved = asAt
	default:
		return
	}
	if n.Since != 0 {
		need.Achieved = n.Since
	}
}

// members are the people of the household where a family is at the end of the
// period.
func (r *returned) members(f *returns.Family) ([]returns.Member, error) {
	v, j := r.views[f.Case], r.judged[f.Case]
	if j == nil {
		j = &judged{asAt: r.info.AsAt, people: make(map[string]*family.Person)}
		if err := r.c.publishedFamily(v, j); err != nil {
			return nil, err
		}
	}
	h := &j.household
	var out []returns.Member
	for _, m := range h.Members {
		p := j.people[m.PersonID]
		if p == nil || !m.Role.Resident() || m.To != 0 && m.To <= f.Identified {
			continue
		}
		part := returns.Member{
			Person: p.ID, Role: m.Role, Born: p.Profile.DOB, Sex: p.Profile.Sex, Joined: m.From, Left: m.To,
			Postcode: h.Address.Postcode, UPRN: h.Address.UPRN, AddressWithheld: h.Protected || v.at.protected,
		}
		part.UPN, part.NINO, part.NHS = identifier(p, family.ColUPN), identifier(p, family.ColNINO), identifier(p, family.ColNHSNumber)
		out = append(out, part)
	}
	return out, r.ctx.Err()
}

// identifier is the number that the newest row about a person has; of rows as
// new, the greatest reference's.
func identifier(p *family.Person, col family.Column) string {
	var newest *family.Row
	for _, r := range p.Records {
		if r.Part != family.Subject || r.Row.Text(col) == "" {
			continue
		}
		if newest == nil || r.Row.AsAt > newest.AsAt || r.Row.AsAt == newest.AsAt && r.Row.Ref().Compare(newest.Ref()) > 0 {
			newest = r.Row
		}
	}
	if newest == nil {
		return ""
	}
	return newest.Text(col)
}

func sendTable(stream grpc.ServerStreamingServer[caseworkpb.StreamReturnResponse], t *tablefile.Table) error {
	head := &caseworkpb.ReturnTable{Name: t.Name, Note: t.Note}
	for _, col := range t.Columns {
		head.Columns = append(head.Columns, &caseworkpb.ReturnColumn{Name: col.Name, Type: caseworkpb.ColumnType(col.Type), Note: col.Note})
	}
	if err := stream.Send(&caseworkpb.StreamReturnResponse{Part: &caseworkpb.StreamReturnResponse_Table{Table: head}}); err != nil {
		return err
	}
	for _, cells := range t.Rows {
		row := &caseworkpb.ReturnRow{Cells: make([]*caseworkpb.ReturnCell, len(cells))}
		for i, x := range cells {
			row.Cells[i] = cellMessage(x)
		}
		if err := stream.Send(&caseworkpb.StreamReturnResponse{Part: &caseworkpb.StreamReturnResponse_Row{Row: row}}); err != nil {
			return err
		}
	}
	return nil
}

func cellMessage(x any) *caseworkpb.ReturnCell {
	switch v := x.(type) {
	case string:
		return &caseworkpb.ReturnCell{Value: &caseworkpb.ReturnCell_Text{Text: v}}
	case int64:
		return &caseworkpb.ReturnCell{Value: &caseworkpb.ReturnCell_Integer{Integer: v}}
	case float64:
		return &caseworkpb.ReturnCell{Value: &caseworkpb.ReturnCell_Number{Number: v}}
	case bool:
		return &caseworkpb.ReturnCell{Value: &caseworkpb.ReturnCell_Boolean{Boolean: v}}
	}
	return &caseworkpb.ReturnCell{}
}

// funnelTerms are what the funnel asks of cases. What fails while it asks is
// left in the error.
func (c *caseworks) funnelTerms(info family.NightInfo, book *casework.Book) (funnel.Terms, *error) {
	failed := new(error)
	return funnel.Terms{
		Headlines: c.headlines,
		Partial:   c.partial,
		Protected: func(one *casework.Case) bool {
			opened, _, _ := book.Event(one.ID)
			at, err := c.whereabouts(info, one.Records, one.Household, opened.Protected)
			if err != nil {
				*failed = err
			}
			return at.protected
		},
	}, failed
}

// partial says whether a result turns no family round by itself.
func (c *caseworks) partial(framework, result string) bool {
	fw, err := c.framework(framework)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(fw.Rules.Results(), func(r eligibility.Result) bool { return r.ID == result && r.Partial })
}
