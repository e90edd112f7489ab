package scenario

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"

	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// teller writes down what the query service says of a story. Persons and
// households are named as people would name them; identifiers, which are
// digests, and figures that tuning moves (weights, probabilities, confidence)
// are left out.
type teller struct {
	t     *testing.T
	ctx   context.Context
	query querypb.QueryServiceClient
	text  strings.Builder
	names map[string]string // of persons, by id
}

// render tells the whole story: persons, households with their candidates.
func render(t *testing.T, conn *grpc.ClientConn) string {
	t.Helper()
	r := &teller{t: t, ctx: t.Context(), query: querypb.NewQueryServiceClient(conn), names: make(map[string]string)}
	r.persons()
	r.households()
	return r.text.String()
}

func (r *teller) say(format string, args ...any) {
	fmt.Fprintf(&r.text, format, args...)
	r.text.WriteByte('\n')
}

func (r *teller) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// all reads a stream to its end.
func all[T any](r *teller, stream grpc.ServerStreamingClient[T], err error) []*T {
	r.t.Helper()
	r.must(err)
	var out []*T
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return out
		}
		r.must(err)
		out = append(out, m)
	}
}

// persons tells who there is and which records describe each.
func (r *teller) persons() {
	stream, err := r.query.ExportLinks(r.ctx, &querypb.ExportLinksRequest{IncludeProtected: true})
	var persons []*querypb.Person
	for _, l := range all(r, stream, err) {
		if r.names[l.GetPersonId()] != "" {
			continue
		}
		got, err := r.query.GetPerson(r.ctx, &querypb.GetPersonRequest{PersonId: l.GetPersonId(), IncludeProtected: true})
		r.must(err)
		p := got.GetPerson()
		r.names[p.GetPersonId()] = p.GetForename() + " " + p.GetSurname()
		persons = append(persons, p)
	}
	slices.SortFunc(persons, func(a, b *querypb.Person) int {
		return cmp.Or(strings.Compare(r.names[a.GetPersonId()], r.names[b.GetPersonId()]), strings.Compare(a.GetPersonId(), b.GetPersonId()))
	})
	for _, p := range persons {
		died := ""
		if p.GetDied() != "" {
			died = ", died " + p.GetDied()
		}
		r.say("person %s, born %s, %s%s", r.names[p.GetPersonId()], orDash(p.GetDob()), orDash(p.GetSex()), died)
		for _, rec := range p.GetRecords() {
			r.say("  %s/%s/%s", rec.GetRef().GetFeed(), rec.GetRef().GetRecordId(), rec.GetRef().GetPart())
		}
		if n := len(p.GetRecords()); n > 1 {
			r.link(p.GetRecords()[0].GetRef(), p.GetRecords()[n-1].GetRef())
		}
	}
}

// link tells how the first and the last record of a person compare.
func (r *teller) link(a, b *querypb.RecordRef) {
	got, err := r.query.ExplainLink(r.ctx, &querypb.ExplainLinkRequest{A: a, B: b})
	r.must(err)
	if !got.GetSamePerson() {
		r.t.Errorf("ExplainLink(%v, %v) says two people, GetPerson one", a, b)
	}
	var levels []string
	for _, reason := range got.GetLink().GetReasons() {
		switch word, _, _ := strings.Cut(reason.GetComparison(), " "); word {
		case "before", "context": // what is thought before the fields are read
			continue
		}
		levels = append(levels, reason.GetComparison()+" "+reason.GetLevel())
	}
	slices.Sort(levels)
	r.say("  the first and the last compared: %s", strings.Join(levels, "; "))
}

// households tells each household, by address.
func (r *teller) households() {
	stream, err := r.query.ExportHouseholds(r.ctx, &querypb.ExportHouseholdsRequest{IncludeProtected: true})
	seen := make(map[string]bool)
	var households []*querypb.Household
	for _, l := range all(r, stream, err) {
		if seen[l.GetHouseholdId()] {
			continue
		}
		seen[l.GetHouseholdId()] = true
		got, err := r.query.GetHousehold(r.ctx,
			&querypb.GetHouseholdRequest{HouseholdId: l.GetHouseholdId(), IncludeProtected: true})
		r.must(err)
		households = append(households, got.GetHousehold())
	}
	slices.SortFunc(households, func(a, b *querypb.Household) int {
		return cmp.Or(strings.Compare(a.GetPostcode()+a.GetAddress(), b.GetPostcode()+b.GetAddress()),
			strings.Compare(a.GetHouseholdId(), b.GetHouseholdId()))
	})
	for _, h := range households {
		r.household(h)
	}
}

func (r *teller) household(h *querypb.Household) {
	r.say("\nhousehold %s", h.GetAddress())
	for _, m := range h.GetMembers() {
		r.member(m)
		if m.GetRole() == "associate" {
			got, err := r.query.ExplainMembership(r.ctx, &querypb.ExplainMembershipRequest{
				HouseholdId: h.GetHouseholdId(), PersonId: m.GetPersonId(), IncludeProtected: true})
			r.must(err)
			r.say("    asked whether a member: %s", got.GetVerdict())
		}
	}
	for _, i := range h.GetInvolvements() {
		state := "ended"
		if i.GetOpen() {
			state = "open"
		}
		r.say("  involved: %s %s from %s, %s, %s %s, for %s [%s]", i.GetAgencyKind(), i.GetEpisodeType(),
			orDash(i.GetStart()), state, orDash(i.GetLeadPractitioner()), orDash(i.GetLeadPractitionerContact()),
			r.names[i.GetPersonId()], i.GetEvidence())
	}
	for _, c := range h.GetCandidates() {
		r.candidate(c)
	}
}

func (r *teller) member(m *querypb.Member) {
	now := "not now"
	if m.GetCurrent() {
		now = "now"
	}
	if m.GetDeceased() != "" {
		now += ", died " + m.GetDeceased()
	}
	r.say("  %s %s (%d), %s to %s, %s", m.GetRole(), r.names[m.GetPersonId()], m.GetAge(),
		orDash(m.GetFrom()), orDash(m.GetTo()), now)
	r.say("    %s [%s]", m.GetReason(), strings.Join(m.GetEvidence(), ", "))
}

func (r *teller) candidate(c *querypb.Candidate) {
	verdict := "not eligible"
	if c.GetEligible() {
		verdict = "eligible"
	}
	r.say("  %s as at %s: %s: %s", c.GetFramework(), c.GetAsAt(), verdict, c.GetReason())
	for _, h := range c.GetHeadlines() {
		r.say("    %s %s", h.GetId(), h.GetStatus())
		for _, n := range c.GetNeeds() {
			if n.GetHeadline() == h.GetId() {
				r.need(n)
			}
		}
	}
}

// need tells a criterion, unless it is not met for want of any row.
func (r *teller) need(n *querypb.Need) {
	if n.GetStatus() == "not_met" && strings.HasPrefix(n.GetReason(), "no ") {
		return
	}
	var who []string
	for _, id := range n.GetPersonIds() {
		who = append(who, r.names[id])
	}
	slices.Sort(who)
	r.say("      %s %s: %s", n.GetCriterion(), n.GetStatus(), n.GetReason())
	if len(who) > 0 || len(n.GetEvidence()) > 0 {
		r.say("        %s [%s]", orDash(strings.Join(who, ", ")), strings.Join(n.GetEvidence(), ", "))
	}
}

func orDash(s string) string { return cmp.Or(s, "-") }
