package server_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

var serverStream = &grpc.StreamDesc{ServerStreams: true}

var heldKey = &feedpb.DeliveryKey{Feed: feedpb.Feed_FEED_POLICE, Agency: "anytown-police", DeliveryId: "p1"}

// heldWorld is a world with a delivery that is held.
func heldWorld() *world {
	w := newWorld(0)
	w.deliveries = []family.DeliveryInfo{{Delivery: family.Delivery{Feed: family.Police, Agency: "anytown-police", ID: "p1"},
		Number: 3, State: family.DeliveryHeld}}
	w.decisions = nil
	return w
}

func newMessage(t *testing.T, d protoreflect.MessageDescriptor) proto.Message {
	t.Helper()
	mt, err := protoregistry.GlobalTypes.FindMessageByName(d.FullName())
	if err != nil {
		t.Fatal(err)
	}
	return mt.New().Interface()
}

// collect reads a stream to its end.
func collect[T any](t *testing.T, stream grpc.ServerStreamingClient[T], err error) []*T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var out []*T
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
}

func TestBeforeTheFirstNight(t *testing.T) {
	w := heldWorld()
	w.night = nil
	r := serve(t, w, nil, nil)
	for _, m := range methods() {
		if m.Parent().Name() != "QueryService" {
			continue
		}
		_, err := invoke(t, r, m, reads[string(m.Name())])
		if st := status.Convert(err); st.Code() != codes.FailedPrecondition || !strings.Contains(st.Message(), "hearth run") {
			t.Errorf("%s: got %v, want FAILED_PRECONDITION and what to do", m.Name(), err)
		}
	}
	if len(w.entries()) != 0 {
		t.Error("something was audited though nothing was read")
	}
}

func TestCandidatePages(t *testing.T) {
	w := newWorld(25) // with the household at home 26 that may be shown
	q := querypb.NewQueryServiceClient(serve(t, w, nil, nil))
	list := func(req *querypb.ListCandidatesRequest) *querypb.ListCandidatesResponse {
		t.Helper()
		resp, err := q.ListCandidates(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}
	var got []string
	req := &querypb.ListCandidatesRequest{Framework: "sf-2022", PageSize: 7}
	for {
		resp := list(req)
		if resp.TotalSize != 26 {
			t.Fatalf("total %d, want 26", resp.TotalSize)
		}
		for _, c := range resp.Candidates {
			got = append(got, c.HouseholdId)
		}
		if req.PageToken = resp.NextPageToken; req.PageToken == "" {
			break
		}
	}
	stream, err := q.StreamCandidates(t.Context(), &querypb.StreamCandidatesRequest{Framework: "sf-2022"})
	var want []string
	for _, m := range collect(t, stream, err) {
		want = append(want, m.Candidate.HouseholdId)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") || len(got) != 26 {
		t.Errorf("pages gave %d candidates, the stream %d, or in another order", len(got), len(want))
	}

	first := list(&querypb.ListCandidatesRequest{Framework: "sf-2022", PageSize: 7})
	for name, bad := range map[string]*querypb.ListCandidatesRequest{
		"nonsense":        {Framework: "sf-2022", PageToken: "nonsense"},
		"not base64":      {Framework: "sf-2022", PageToken: "%%%"},
		"another request": {Framework: "sf-2022", PageToken: first.NextPageToken, Filter: &querypb.CandidateFilter{Ward: "W"}},
		"negative size":   {Framework: "sf-2022", PageSize: -1},
		"framework":       {Framework: "none-such"},
		"eligibility":     {Framework: "sf-2022", Filter: &querypb.CandidateFilter{Eligibility: "perhaps"}},
	} {
		if _, err := q.ListCandidates(t.Context(), bad); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: got %v, want INVALID_ARGUMENT", name, err)
		}
	}
	next := *w.night
	next.ID = "N10"
	w.night = &next
	if _, err := q.ListCandidates(t.Context(), &querypb.ListCandidatesRequest{Framework: "sf-2022", PageSize: 7, PageToken: first.NextPageToken}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("a token of the night before: got %v, want INVALID_ARGUMENT", err)
	}
}

func TestCandidateFilters(t *testing.T) {
	w := newWorld(4)
	w.candidates[0].PutForward, w.candidates[0].Certainty, w.candidates[0].RestsOn = true, 0.995, []string{id('P', 2)}
	q := querypb.NewQueryServiceClient(serve(t, w, nil, nil))
	for _, tc := range []struct {
		filter *querypb.CandidateFilter
		want   int
	}{
		{nil, 5},
		{&querypb.CandidateFilter{Eligibility: "all"}, 5},
		{&querypb.CandidateFilter{Eligibility: "eligible"}, 3},
		{&querypb.CandidateFilter{Eligibility: "not_eligible"}, 2},
		{&querypb.CandidateFilter{Eligibility: "one_short"}, 2},
		{&querypb.CandidateFilter{Eligibility: "put_forward"}, 1},
		{&querypb.CandidateFilter{Eligibility: "to_check"}, 2},
		{&querypb.CandidateFilter{District: "D1"}, 3},
		{&querypb.CandidateFilter{Ward: "nowhere"}, 0},
		{&querypb.CandidateFilter{Headline: "education"}, 3},
		{&querypb.CandidateFilter{Criterion: "1.1", District: "D0"}, 2},
		{&querypb.CandidateFilter{MinHeadlines: 2}, 0},
	} {
		resp, err := q.ListCandidates(t.Context(), &querypb.ListCandidatesRequest{Framework: "sf-2022", Filter: tc.filter})
		if err != nil || len(resp.Candidates) != tc.want || resp.TotalSize != int64(tc.want) {
			t.Errorf("%v: got %d of %d, %v; want %d", tc.filter, len(resp.GetCandidates()), resp.GetTotalSize(), err, tc.want)
		}
	}
}

func TestFiltersNameWhatTheFrameworkHas(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, newWorld(2), nil, nil))
	for _, tc := range []struct {
		filter *querypb.CandidateFilter
		say    string
	}{
		{&querypb.CandidateFilter{Headline: "schooling"}, "filter.headline: the headlines of sf-2022 are education"},
		{&querypb.CandidateFilter{Criterion: "99.9"}, "filter.criterion: the criteria of sf-2022 are 1.1"},
		{&querypb.CandidateFilter{MinHeadlines: -1}, "filter.min_headlines"},
		{&querypb.CandidateFilter{Eligibility: "some"}, "filter.eligibility"},
	} {
		_, err := q.ListCandidates(t.Context(), &querypb.ListCandidatesRequest{Framework: "sf-2022", Filter: tc.filter})
		if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), tc.say) {
			t.Errorf("list, %v: got %v, want INVALID_ARGUMENT and %q", tc.filter, err, tc.say)
		}
		stream, err := q.StreamCandidates(t.Context(), &querypb.StreamCandidatesRequest{Framework: "sf-2022", Filter: tc.filter})
		if err == nil {
			_, err = stream.Recv()
		}
		if status.Code(err) != codes.InvalidArgument || !strings.Contains(err.Error(), tc.say) {
			t.Errorf("stream, %v: got %v, want INVALID_ARGUMENT and %q", tc.filter, err, tc.say)
		}
	}
}

func TestAnotherDayIsComputed(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, newWorld(3), nil, nil))
	stream, err := q.StreamCandidates(t.Context(), &querypb.StreamCandidatesRequest{Framework: "sf-2022", AsAt: "2024-12-31"})
	got := collect(t, stream, err)
	if len(got) != 1 || got[0].Candidate.AsAt != "2024-12-31" {
		t.Errorf("got %v, want the one candidate of that day", got)
	}
	links, err := q.ExportLinks(t.Context(), &querypb.ExportLinksRequest{AsAt: "2024-12-31"})
	if n := len(collect(t, links, err)); n != 7 {
		t.Errorf("got %d links, want 7", n)
	}
}

// hidden are the texts that would tell of the refuge.
var hidden = []string{"Hidden Lane", "AX9 9ZZ", id('H', 2), "Safe House"}

func tellsOfRefuge(m proto.Message) string {
	text := prototext.Format(m)
	for _, s := range append(hidden, `uprn: "900"`, `text: "900"`) {
		if strings.Contains(text, s) {
			return s
		}
	}
	return ""
}

func TestProtectedAddressesAreShownToNobody(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, newWorld(0), nil, nil))
	ctx := t.Context()
	var shown []proto.Message
	keep := func(m proto.Message, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		shown = append(shown, m)
	}
	m, err := q.GetPerson(ctx, &querypb.GetPersonRequest{PersonId: id('P', 4)})
	keep(m, err)
	m, err = q.GetPerson(ctx, &querypb.GetPersonRequest{PersonId: id('P', 5)})
	keep(m, err)
	if !strings.Contains(prototext.Format(m), "7 Ash Way") {
		t.Error("an associate's own address is withheld")
	}
	for _, r := range []string{"housing/T4", "police/E5", "benefits/B5"} {
		feed, recordID, _ := strings.Cut(r, "/")
		row, err := q.GetRow(ctx, &querypb.GetRowRequest{Feed: feed, RecordId: recordID})
		keep(row, err)
	}
	list, err := q.ListCandidates(ctx, &querypb.ListCandidatesRequest{Framework: "sf-2022"})
	keep(list, err)
	found, err := q.SearchPeople(ctx, &querypb.SearchPeopleRequest{Surname: canary})
	keep(found, err)
	if len(found.GetPersons()) != 4 {
		t.Errorf("search found %d, want the 4 who are not at a protected address", len(found.GetPersons()))
	}
	links, err := q.ExportLinks(ctx, &querypb.ExportLinksRequest{})
	blank := 0
	for _, l := range collect(t, links, err) {
		shown = append(shown, l)
		if l.PersonId == id('P', 4) && l.HouseholdId == "" && l.HouseholdRole == "" {
			blank++
		}
	}
	if blank != 1 {
		t.Errorf("%d links with a blank household for the person in the refuge, want 1", blank)
	}
	households, err := q.ExportHouseholds(ctx, &querypb.ExportHouseholdsRequest{})
	for _, l := range collect(t, households, err) {
		shown = append(shown, l)
	}
	for _, m := range shown {
		if s := tellsOfRefuge(m); s != "" {
			t.Errorf("%T tells of the refuge: %q", m, s)
		}
	}
	_, there := q.GetHousehold(ctx, &querypb.GetHouseholdRequest{HouseholdId: id('H', 2)})
	_, absent := q.GetHousehold(ctx, &querypb.GetHouseholdRequest{HouseholdId: id('H', 77)})
	if status.Code(there) != codes.NotFound || there.Error() != absent.Error() {
		t.Errorf("a protected household (%v) can be told from none (%v)", there, absent)
	}
	_, there = q.ExplainMembership(ctx, &querypb.ExplainMembershipRequest{HouseholdId: id('H', 2), PersonId: id('P', 4)})
	if status.Code(there) != codes.NotFound {
		t.Errorf("membership of a protected household: %v", there)
	}
}

func TestProtectedAddressesAreShownWhereAskedFor(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, newWorld(0), nil, nil))
	ctx := t.Context()
	p, err := q.GetPerson(ctx, &querypb.GetPersonRequest{PersonId: id('P', 4), IncludeProtected: true})
	if err != nil || len(p.Person.HouseholdIds) != 1 {
		t.Errorf("got %v, %v", p, err)
	}
	h, err := q.GetHousehold(ctx, &querypb.GetHouseholdRequest{HouseholdId: id('H', 2), IncludeProtected: true})
	if err != nil || !h.Household.Protected || h.Household.Postcode != "AX9 9ZZ" {
		t.Errorf("got %v, %v", h, err)
	}
	list, err := q.ListCandidates(ctx, &querypb.ListCandidatesRequest{Framework: "sf-2022", IncludeProtected: true})
	if err != nil || list.TotalSize != 2 {
		t.Errorf("got %v, %v", list, err)
	}
	found, err := q.SearchPeople(ctx, &querypb.SearchPeopleRequest{Surname: canary, IncludeProtected: true})
	if err != nil || len(found.Persons) != 5 {
		t.Errorf("got %v, %v", found, err)
	}
}

func TestHouseholdTellsWhoIsInvolved(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, newWorld(0), nil, nil))
	resp, err := q.GetHousehold(t.Context(), &querypb.GetHouseholdRequest{HouseholdId: id('H', 1)})
	if err != nil {
		t.Fatal(err)
	}
	h := resp.Household
	var got []string
	for _, i := range h.Involvements {
		got = append(got, fmt.Sprintf("%s %s %s %t %s", i.AgencyKind, i.EpisodeType, i.Start, i.Open, i.Evidence))
	}
	want := "early_help open_case 2025-02-01 true involvement/I1|housing asb_case 2025-01-02 true housing/T1"
	if strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(h.Members) != 3 || h.Members[0].Age != 35 || !h.Members[0].Current || h.Members[2].Current {
		t.Errorf("members: %v", h.Members)
	}
	if len(h.Candidates) != 1 || len(h.Candidates[0].Needs) != 1 {
		t.Errorf("candidates: %v", h.Candidates)
	}
}

func TestExplainMembership(t *testing.T) {
	w := newWorld(0)
	q := querypb.NewQueryServiceClient(serve(t, w, nil, nil))
	for _, tc := range []struct {
		person  int
		verdict string
		member  bool
		rows    int
	}{
		{1, "A member (adult): tenant", true, 2},
		{3, "Not a member, an associate only: met at an event only", true, 1},
		{4, "Not a member: no row places the person", false, 0},
	} {
		resp, err := q.ExplainMembership(t.Context(), &querypb.ExplainMembershipRequest{HouseholdId: id('H', 1), PersonId: id('P', tc.person)})
		if err != nil {
			t.Error(err)
			continue
		}
		if !strings.HasPrefix(resp.Verdict, tc.verdict) || (resp.Member != nil) != tc.member || len(resp.Rows) != tc.rows {
			t.Errorf("person %d: got %v", tc.person, resp)
		}
		if s := tellsOfRefuge(resp); s != "" {
			t.Errorf("person %d: tells of the refuge: %q", tc.person, s)
		}
	}
}

func TestSearchPages(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, newWorld(0), nil, nil))
	var got []string
	req := &querypb.SearchPeopleRequest{Surname: "zzCANÁRY", PageSize: 2}
	for {
		resp, err := q.SearchPeople(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range resp.Persons {
			got = append(got, p.Forename)
		}
		if req.PageToken = resp.NextPageToken; req.PageToken == "" {
			break
		}
	}
	if strings.Join(got, " ") != "Ada Bea Cem Eli" {
		t.Errorf("got %v", got)
	}
	for _, tc := range []struct {
		req  *querypb.SearchPeopleRequest
		want string
	}{
		{&querypb.SearchPeopleRequest{Dob: "01/06/2015", Forename: "b"}, "Bea"},
		{&querypb.SearchPeopleRequest{Dob: "2015-06-01", Forename: "a"}, ""},
		{&querypb.SearchPeopleRequest{Surname: "z", Postcode: "ax11ab"}, "Cem"},
	} {
		resp, err := q.SearchPeople(t.Context(), tc.req)
		if err != nil {
			t.Error(err)
			continue
		}
		got := ""
		for _, p := range resp.Persons {
			got += p.Forename
		}
		if got != tc.want {
			t.Errorf("%v: got %q, want %q", tc.req, got, tc.want)
		}
	}
	for _, bad := range []*querypb.SearchPeopleRequest{
		{}, {Dob: "31/02/2015"}, {Postcode: "nowhere"}, {Identifier: "1"}, {Surname: "!!"}, {Surname: "a", PageToken: "x"},
	} {
		if _, err := q.SearchPeople(t.Context(), bad); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%v: got %v, want INVALID_ARGUMENT", bad, err)
		} else if strings.Contains(err.Error(), "nowhere") || strings.Contains(err.Error(), "31/02") {
			t.Errorf("%v: the error repeats the value", bad)
		}
	}
}

func TestGetPersonByRecord(t *testing.T) {
	q := querypb.NewQueryServiceClient(serve(t, newWorld(0), nil, nil))
	for _, tc := range []struct {
		req  *querypb.GetPersonRequest
		want codes.Code
	}{
		{&querypb.GetPersonRequest{Record: ref("involvement", "I1")}, codes.OK},
		{&querypb.GetPersonRequest{Record: ref("involvement", "I9")}, codes.NotFound},
		{&querypb.GetPersonRequest{Record: &querypb.RecordRef{Feed: "housing", RecordId: "T1", Part: "tenant"}}, codes.InvalidArgument},
		{&querypb.GetPersonRequest{}, codes.InvalidArgument},
		{&querypb.GetPersonRequest{PersonId: "P1"}, codes.InvalidArgument},
		{&querypb.GetPersonRequest{PersonId: id('P', 99)}, codes.NotFound},
	} {
		resp, err := q.GetPerson(t.Context(), tc.req)
		if status.Code(err) != tc.want {
			t.Errorf("%v: got %v, want %v", tc.req, err, tc.want)
		}
		if err == nil && (resp.Person.PersonId != id('P', 1) || len(resp.Person.Records) != 2 || resp.Person.Records[0].Uprn != "100") {
			t.Errorf("%v: got %v", tc.req, resp)
		}
	}
}

func TestNoAnswerMixesTwoNights(t *testing.T) {
	w := newWorld(3)
	w.walked = func() {
		next := *w.night
		next.ID = "N10"
		w.night = &next
	}
	q := querypb.NewQueryServiceClient(serve(t, w, nil, nil))
	if _, err := q.ListCandidates(t.Context(), &querypb.ListCandidatesRequest{Framework: "sf-2022"}); status.Code(err) != codes.FailedPrecondition {
		t.Errorf("list: got %v, want FAILED_PRECONDITION", err)
	}
	w.walked = func() { w.night = nil }
	stream, err := q.StreamCandidates(t.Context(), &querypb.StreamCandidatesRequest{Framework: "sf-2022"})
	for err == nil {
		_, err = stream.Recv()
	}
	if status.Code(err) != codes.FailedPrecondition {
		t.Errorf("stream: got %v, want FAILED_PRECONDITION", err)
	}
}
