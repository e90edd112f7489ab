package web_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
	"github.com/hearthmatch/hearth/web"
)

// hostile is a name that would break a page which did not escape it.
const hostile = `<script>alert("x")</script> & 'Sons'`

// services answer with little; err, if set, is every answer.
type services struct {
	adminpb.UnimplementedAdminServiceServer
	feedpb.UnimplementedFeedServiceServer
	querypb.UnimplementedQueryServiceServer
	night   bool
	undrawn bool // as a service that does not draw
	err     error
	actors  []string
	asked   []*querypb.ListCandidatesRequest
}

func (s *services) GetStatus(context.Context, *adminpb.GetStatusRequest) (*adminpb.GetStatusResponse, error) {
	out := &adminpb.GetStatusResponse{}
	if s.night {
		out.LastNight = &adminpb.NightSummary{AsAt: "2025-03-14", Persons: 4, Frameworks: []*adminpb.FrameworkSummary{
			{Framework: "sf-2022", Scored: 3, Eligible: 53, OneShort: 1, PutForward: 52}, {Framework: "tf-phase1-2012", Scored: 3},
		}}
	}
	return out, s.err
}

func (s *services) ListDeliveries(context.Context, *feedpb.ListDeliveriesRequest) (*feedpb.ListDeliveriesResponse, error) {
	if !s.night {
		return &feedpb.ListDeliveriesResponse{}, s.err
	}
	return &feedpb.ListDeliveriesResponse{Deliveries: []*feedpb.DeliveryInfo{{
		Delivery: &feedpb.Delivery{Key: &feedpb.DeliveryKey{Feed: feedpb.Feed_FEED_POLICE, Agency: hostile}, AsAt: "2025-03-14"},
		State:    feedpb.DeliveryState_DELIVERY_STATE_ACCEPTED, Account: &feedpb.Account{Rows: 12, Accepted: 12},
	}}}, s.err
}

func (s *services) ListCandidates(ctx context.Context, req *querypb.ListCandidatesRequest) (*querypb.ListCandidatesResponse, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	s.actors = append(s.actors, md.Get("hearth-actor")...)
	s.asked = append(s.asked, req)
	return &querypb.ListCandidatesResponse{TotalSize: 51, NextPageToken: "next", Candidates: []*querypb.Candidate{candidate()}}, s.err
}

func candidate() *querypb.Candidate {
	return &querypb.Candidate{
		HouseholdId: "H0000000000000001", Framework: "sf-2022", Eligible: true, Certainty: 0.91, RestsOn: []string{"P0000000000000001"}, Reason: "3 headlines met, 3 needed: early_years",
		Headlines: []*querypb.Headline{{Id: "early_years", Status: "met"}, {Id: "crime", Status: "not_met"}},
		Needs: []*querypb.Need{{Criterion: "1.1", Headline: "education", Status: "unknown", PersonIds: []string{"P0000000000000001"},
			Evidence: []string{"attendance/A1", "attendance/A2", "attendance/A3", "attendance/A4", "attendance/A5"}, Reason: "no register"}},
	}
}

func (s *services) GetHousehold(_ context.Context, req *querypb.GetHouseholdRequest) (*querypb.GetHouseholdResponse, error) {
	if s.err != nil {
		return nil, s.err
	}
	if req.HouseholdId != "H0000000000000001" || req.IncludeProtected {
		return nil, status.Error(codes.NotFound, "no such household")
	}
	return &querypb.GetHouseholdResponse{Household: &querypb.Household{
		HouseholdId: req.HouseholdId, Address: "1 Elm Row", Postcode: "AX1 1AA",
		Members: []*querypb.Member{
			{PersonId: "P0000000000000001", Forename: "Ada", Surname: hostile, Age: 9, Role: "child", Current: true, Reason: "pupil's address",
				Weights: []*querypb.Weight{{Fact: "school_address", Bits: 2.5, Row: "attendance/A7", Day: "2025-03-14", Words: "the school has this address for the pupil"},
					{Fact: "stated_end", Bits: -3, Words: "a row states the end"}}},
			{PersonId: "P0000000000000002", Forename: "Bo", Age: -1, Role: "adult", Deceased: "2024-01-02"},
			{PersonId: "P0000000000000003", Forename: "Cy", Age: 40, Role: "associate", Kind: "possible_member"},
			{PersonId: "P0000000000000004", Forename: "Di", Age: 7, Role: "dual_resident_child"},
		},
		Certainty: 0.973,
		Stays:     []*querypb.Stay{{PersonId: "P0000000000000001"}},
		Changes: []*querypb.Change{{Day: "2025-01-02", Kind: "new_partner", PersonIds: []string{"P0000000000000001", "P0000000000000009"},
			Reason: "somebody joined"}},
		Contradictions: []*querypb.Contradiction{{Kind: "two_birth_mothers", PersonIds: []string{"P0000000000000001"}, Reason: "two are named"}},
		Involvements:   []*querypb.Involvement{{PersonId: "P0000000000000001", AgencyKind: "social_care", EpisodeType: "cin", Open: true}},
		Candidates:     []*querypb.Candidate{candidate()},
	}}, nil
}

func (s *services) DrawHousehold(_ context.Context, req *querypb.DrawHouseholdRequest) (*querypb.DrawHouseholdResponse, error) {
	if s.undrawn {
		return nil, status.Error(codes.Unimplemented, "not drawn yet")
	}
	if req.IncludeProtected {
		return nil, status.Error(codes.Internal, "a page asks for protected households")
	}
	return &querypb.DrawHouseholdResponse{Svg: []byte(`<svg xmlns="http://www.w3.org/2000/svg"><title>` + req.Kind.String() + `</title></svg>`),
		Text: []string{"Ada, 9", "  daughter of Bo"}}, nil
}

func open(t *testing.T, s *services, opt web.Options) (http.Handler, *health.Server) {
	t.Helper()
	g := grpc.NewServer()
	adminpb.RegisterAdminServiceServer(g, s)
	feedpb.RegisterFeedServiceServer(g, s)
	querypb.RegisterQueryServiceServer(g, s)
	h := health.NewServer()
	healthpb.RegisterHealthServer(g, h)
	l := bufconn.Listen(1 << 16)
	go func() { _ = g.Serve(l) }() // ends with Stop
	t.Cleanup(g.Stop)
	conn, err := grpc.NewClient("passthrough:///x", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if opt.Log == nil {
		opt.Log = zap.NewNop()
	}
	app, err := web.New(conn, opt)
	if err != nil {
		t.Fatal(err)
	}
	return app.Handler(), h
}

func get(h http.Handler, url string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
	return w
}

// wellFormed fails where a page's tags do not nest, or carry what the policy
// would block.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!DOCTYPE html>")))
	d.Entity = xml.HTMLEntity
	d.AutoClose = []string{"meta", "link"}
	d.Strict = false
	headings := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("page is not well formed: %v", err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if e.Name.Local == "h1" {
			headings++
		}
		if e.Name.Local == "script" || e.Name.Local == "style" {
			t.Errorf("the page has a %s element", e.Name.Local)
		}
		for _, a := range e.Attr {
			if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || strings.HasPrefix(a.Value, "http") && a.Name.Local != "xmlns" {
				t.Errorf("%s has %s=%q", e.Name.Local, a.Name.Local, a.Value)
			}
		}
	}
	if headings != 1 {
		t.Errorf("%d main headings, want 1", headings)
	}
}

func TestPages(t *testing.T) {
	for _, tc := range []struct {
		name, url string
		s         *services
		code      int
		want      []string
	}{
		{"empty", "/", &services{}, 200, []string{"No night has been run yet", "None yet."}},
		{"full", "/", &services{night: true}, 200, []string{"Eligible families for sf-2022", "51 listed; 2 more at protected addresses", "/households/H0000000000000001", "early years", "page=next"}},
		{"all", "/?show=all&framework=tf-phase1-2012", &services{night: true}, 200, []string{"All families scored for tf-phase1-2012"}},
		{"put forward", "/?show=put_forward", &services{night: true}, 200, []string{"Families put forward for sf-2022", "51 listed; 1 more at protected", "show=to_check", "show=put_forward&amp;page=next"}},
		{"undrawn", "/households/H0000000000000001", &services{night: true, undrawn: true}, 200, []string{"1 Elm Row", "Lives here"}},
		{"groups", "/households/H0000000000000001", &services{night: true}, 200, []string{"97 in 100 that nobody", "Lives here", "What weighs", "the school has this address", "attendance/A7", "-3.0", "Second home", "Possible, not counted",
			"Others", "possible member", "new partner", "P0000000000000009", "two birth mothers", "DRAWING_KIND_GENOGRAM", "DRAWING_KIND_TIMELINE", "daughter of Bo",
			"eligible, to be checked first", ", without whom it would"}},
		{"household", "/households/H0000000000000001", &services{night: true}, 200, []string{"1 Elm Row", "died 2024-01-02", "not known", "social care", "attendance/A1", "2 more", "attendance/A5", "unknown"}},
		{"no household", "/households/H0000000000000009", &services{}, 404, []string{"There is no such page"}},
		{"no page", "/people", &services{}, 404, []string{"There is no such page"}},
		{"service away", "/", &services{err: status.Error(codes.Unavailable, "gone")}, 503, []string{"cannot answer just now"}},
		{"failure", "/households/H0000000000000001", &services{err: status.Error(codes.Internal, "internal")}, 500, []string{"Something went wrong"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h, _ := open(t, tc.s, web.Options{Invented: true})
			got := get(h, tc.url)
			page := got.Body.String()
			if got.Code != tc.code {
				t.Errorf("code %d, want %d", got.Code, tc.code)
			}
			for _, want := range append(tc.want, "Invented people", `lang="en-GB"`) {
				if !strings.Contains(page, want) {
					t.Errorf("the page lacks %q:\n%s", want, page)
				}
			}
			wellFormed(t, page)
			csp := got.Header().Get("Content-Security-Policy")
			if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || got.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("headers %v", got.Header())
			}
		})
	}
}

func TestInventedIsSaidOnlyWhereItIsTrue(t *testing.T) {
	h, _ := open(t, &services{}, web.Options{})
	if strings.Contains(get(h, "/").Body.String(), "Invented") {
		t.Error("a real service says that its people are invented")
	}
}

func TestReadsAreSignedAndLeaveProtectedHouseholdsOut(t *testing.T) {
	s := &services{night: true}
	h, _ := open(t, s, web.Options{})
	get(h, "/")
	if len(s.actors) != 1 || !strings.HasPrefix(s.actors[0], "web ") || s.asked[0].IncludeProtected {
		t.Errorf("asked %v as %v", s.asked, s.actors)
	}
}

func TestHealth(t *testing.T) {
	h, health := open(t, &services{}, web.Options{})
	if got := get(h, "/healthz"); got.Code != 200 {
		t.Errorf("healthz %d", got.Code)
	}
	if got := get(h, "/readyz"); got.Code != 200 {
		t.Errorf("readyz %d", got.Code)
	}
	health.SetServingStatus("", healthpb.HealthCheckResponse_NOT_SERVING)
	if got := get(h, "/readyz"); got.Code != 503 {
		t.Errorf("readyz %d while not serving", got.Code)
	}
	if got := get(h, "/style.css"); got.Code != 200 || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/css") {
		t.Errorf("style %d", got.Code)
	}
}

func TestForeignHostsAreRefused(t *testing.T) {
	h, _ := open(t, &services{}, web.Options{LocalOnly: true})
	for host, code := range map[string]int{
		"127.0.0.1:7480": 200, "localhost:7480": 200, "[::1]:7480": 200, "127.0.0.1": 200,
		"evil.example": 421, "evil.example:7480": 421, "10.0.0.1:7480": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != code {
			t.Errorf("%s: %d, want %d", host, w.Code, code)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code == 200 {
		t.Error("the page takes a POST")
	}
}

func TestLogNamesNobody(t *testing.T) {
	var log bytes.Buffer
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(&log), zapcore.DebugLevel)
	h, _ := open(t, &services{err: status.Error(codes.Internal, "internal")}, web.Options{Log: zap.New(core)})
	get(h, "/households/Zzcanary?name=Zzcanary")
	if log.Len() == 0 || strings.Contains(log.String(), "Zzcanary") {
		t.Errorf("log: %s", log.String())
	}
}
