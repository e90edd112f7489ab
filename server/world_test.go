package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/test/bufconn"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/eligibility/frameworks"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/household"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	"github.com/hearthmatch/hearth/server"
)

// canary is a surname that must never stand in a log or an error.
const canary = "Zzcanaryová"

var (
	asAt  = family.MustDate("2025-03-14")
	clock = time.Date(2025, 3, 14, 22, 0, 0, 0, time.UTC)
)

// world is an index in memory: two households, the second in a refuge.
type world struct {
	mu         sync.Mutex
	night      *family.NightInfo
	rows       map[family.RowRef]*family.Row
	persons    map[string]family.Person
	households map[string]family.Household
	candidates []family.Candidate
	decisions  []family.Decision
	deliveries []family.DeliveryInfo
	audit      []family.AuditEntry
	auditErr   error
	err        error // what every read of a person answers
	panics     bool
	walked     func() // called when the candidates have been walked through
	events     []family.CaseEvent
	published  []family.PublishedFramework
	onlyOne    bool                     // nothing may be published beside what is
	turned     bool                     // every family worked with has turned round
	judges     []*eligibility.Framework // by whose rules outcomes are judged; nil: as the world says
}

func id(kind byte, n int) string { return fmt.Sprintf("%c%016x", kind, n) }

// newWorld has a mother, her child and a friend who is an associate of theirs;
// and a woman in a refuge. n further candidates fill the list.
func newWorld(n int) *world {
	w := &world{
		rows: map[family.RowRef]*family.Row{}, persons: map[string]family.Person{}, households: map[string]family.Household{},
		night: &family.NightInfo{ID: "N9", Seq: 9, AsAt: asAt, Model: "Mtest",
			Frameworks: []family.FrameworkCount{{ID: "sf-2022", Scored: int64(n + 2)}}},
	}
	home := family.Address{Line1: "1 Elm Row", Postcode: "AX1 1AA", UPRN: "100"}
	refuge := family.Address{Line1: "9 Hidden Lane", Postcode: "AX9 9ZZ", UPRN: "900"}
	w.person(1, "Ada", "1990-01-31", home,
		row(family.Housing, "T1", home, "Ada", "1990-01-31", family.ColTenancyRef, "T1", family.ColASBCaseRef, "ASB7",
			family.ColASBDate, "2025-01-02", family.ColLandlord, "Anytown Homes"),
		row(family.Involvement, "I1", home, "Ada", "1990-01-31", family.ColAgencyKind, "early_help",
			family.ColEpisodeType, "open_case", family.ColStart, "2025-02-01", family.ColLeadPractitioner, "R. Worker"))
	w.person(2, "Bea", "2015-06-01", home, row(family.Attendance, "A1", home, "Bea", "2015-06-01"))
	w.person(3, "Cem", "1988-07-07", family.Address{Line1: "5 Oak St", Postcode: "AX1 1AB"},
		row(family.Police, "E1", family.Address{Line1: "5 Oak St", Postcode: "AX1 1AB"}, "Cem", "1988-07-07"))
	w.person(4, "Dot", "1985-05-05", refuge, row(family.Housing, "T4", refuge, "Dot", "1985-05-05",
		family.ColPlacement, "refuge", family.ColLandlord, "Safe House"))
	// Eli is whom Dot fled from: met at the refuge, so an associate of hers.
	w.person(5, "Eli", "1980-08-08", family.Address{Line1: "7 Ash Way", Postcode: "AX2 2BB"},
		row(family.Police, "E5", family.Address{Line1: "7 Ash Way", Postcode: "AX2 2BB"}, "Eli", "1980-08-08",
			family.ColEventAddress1, refuge.Line1, family.ColEventPostcode, refuge.Postcode),
		row(family.Benefits, "B5", refuge, "Eli", "1980-08-08"))
	w.households[id('H', 1)] = family.Household{ID: id('H', 1), Address: home, Members: []family.Member{
		{PersonID: id('P', 1), Role: family.Adult, Confidence: 0.9, Reason: "tenant", Evidence: refs("housing/T1")},
		{PersonID: id('P', 2), Role: family.Child, Confidence: 0.8, Reason: "school gives this address", Evidence: refs("attendance/A1")},
		{PersonID: id('P', 3), Role: family.Associate, Confidence: 0.5, Reason: "met at an event only", Evidence: refs("police/E1")},
	}}
	w.households[id('H', 2)] = family.Household{ID: id('H', 2), Address: refuge, Protected: true, Members: []family.Member{
		{PersonID: id('P', 4), Role: family.Adult, Confidence: 1, Reason: "placed", Evidence: refs("housing/T4")},
		{PersonID: id('P', 5), Role: family.Associate, Confidence: 1, Reason: "met at an event", Evidence: refs("police/E5")},
	}}
	w.candidate(1, true, false)
	w.candidate(2, true, true)
	for i := range n {
		w.candidate(100+i, i%2 == 0, false)
	}
	return w
}

func (w *world) person(n int, forename, dob string, at family.Address, rows ...*family.Row) {
	p := family.Person{ID: id('P', n), Profile: family.Profile{Forename: forename, Surname: canary, DOB: family.MustDate(dob)}}
	for _, r := range rows {
		w.rows[r.Ref()] = r
		recs := family.Records(r)
		for i := range recs {
			p.Records, p.Probability = append(p.Records, &recs[i]), append(p.Probability, 1)
		}
	}
	w.persons[p.ID] = p
}

func (w *world) candidate(n int, eligible, protected bool) {
	status := family.NotMet
	if eligible {
		status = family.Met
	}
	w.candidates = append(w.candidates, family.Candidate{
		HouseholdID: id('H', n), Framework: "sf-2022", AsAt: asAt, Eligible: eligible, Protected: protected,
		Headlines: []family.HeadlineResult{{ID: "education", Status: status}},
		Needs: []*family.Need{{Criterion: "1.1", Headline: "education", Status: status,
			Persons: []string{id('P', 2)}, Evidence: refs("attendance/A1"), Reason: "12 of 100 sessions missed"}},
		Area: family.Area{District: fmt.Sprintf("D%d", n%2)},
	})
}

func row(feed family.Feed, recordID string, at family.Address, forename, dob string, more ...any) *family.Row {
	values := []family.Value{
		{Column: family.ColForename, Text: forename}, {Column: family.ColSurname, Text: canary},
		{Column: family.ColDOB, Text: dob}, {Column: family.ColAddress1, Text: at.Line1},
		{Column: family.ColPostcode, Text: at.Postcode}, {Column: family.ColUPRN, Text: at.UPRN},
	}
	for i := 0; i+1 < len(more); i += 2 {
		values = append(values, family.Value{Column: more[i].(family.Column), Text: more[i+1].(string)})
	}
	r := family.NewRow(feed, recordID, values)
	r.Agency, r.Delivery, r.AsAt, r.Seq = "anytown", "d1", asAt, 5
	return r
}

func refs(texts ...string) []family.RowRef {
	var out []family.RowRef
	for _, s := range texts {
		r, err := family.ParseRecordRef(s)
		if err != nil {
			panic(err)
		}
		out = append(out, r.RowRef)
	}
	return out
}

func (w *world) Sealed() bool { return true }

func (w *world) LastNight() (family.NightInfo, bool) {
	if w.night == nil {
		return family.NightInfo{}, false
	}
	return *w.night, true
}

func (w *world) Person(id string) (family.Person, []string, error) {
	if w.panics {
		panic("a value: " + canary)
	}
	if w.err != nil {
		return family.Person{}, nil, w.err
	}
	p, ok := w.persons[id]
	if !ok {
		return p, nil, fmt.Errorf("person: %w", family.ErrNotFound)
	}
	var in []string
	for _, hid := range w.householdIDs() {
		for _, m := range w.households[hid].Members {
			if m.PersonID == id {
				in = append(in, hid)
			}
		}
	}
	return p, in, nil
}

func (w *world) HouseholdsOf(id string) ([]string, error) {
	_, in, err := w.Person(id)
	return in, err
}

func (w *world) PersonOfRecord(ref family.RecordRef) (string, error) {
	for _, pid := range w.personIDs() {
		for _, r := range w.persons[pid].Records {
			if r.Ref() == ref {
				return pid, nil
			}
		}
	}
	return "", fmt.Errorf("record: %w", family.ErrNotFound)
}

func (w *world) personIDs() []string {
	var ids []string
	for id := range w.persons {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (w *world) householdIDs() []string {
	var ids []string
	for id := range w.households {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// FindPersons knows surnames (everybody has the same) and dates of birth.
func (w *world) FindPersons(token string, prefix bool, after string, limit int) ([]string, error) {
	var out []string
	for _, id := range w.personIDs() {
		p := w.persons[id]
		has := []string{"sn:ZZCANARYOVA", "dob:" + p.Profile.DOB.String(), "fn:" + strings.ToUpper(p.Profile.Forename)}
		for _, r := range p.Records {
			has = append(has, "pc:"+r.Address.Postcode)
		}
		if id > after && len(out) < limit && slices.ContainsFunc(has, func(s string) bool {
			return s == token || prefix && strings.HasPrefix(s, token)
		}) {
			out = append(out, id)
		}
	}
	return out, nil
}

func (w *world) Persons(yield func(*family.StoredPerson) error) error {
	for _, id := range w.personIDs() {
		p := w.persons[id]
		s := &family.StoredPerson{ID: id, Probability: p.Probability, Profile: p.Profile}
		var err error
		if s.HouseholdIDs, err = w.HouseholdsOf(id); err != nil {
			return err
		}
		for _, r := range p.Records {
			s.Refs = append(s.Refs, r.Ref())
		}
		if err := yield(s); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) Household(id string) (family.Household, error) {
	h, ok := w.households[id]
	if !ok {
		return h, fmt.Errorf("household: %w", family.ErrNotFound)
	}
	return h, nil
}

func (w *world) Households(yield func(*family.Household) error) error {
	for _, id := range w.householdIDs() {
		h := w.households[id]
		if err := yield(&h); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) HouseholdCandidates(id string) ([]family.Candidate, error) {
	var out []family.Candidate
	for _, c := range w.candidates {
		if c.HouseholdID == id {
			out = append(out, c)
		}
	}
	return out, nil
}

func (w *world) Candidates(framework string, from int, yield func(int, *family.Candidate) error) error {
	for i := from; i < len(w.candidates); i++ {
		if err := yield(i, &w.candidates[i]); err != nil {
			return err
		}
	}
	if w.walked != nil {
		w.walked()
	}
	return nil
}

func (w *world) LiveRow(_ uint64, ref family.RowRef) (*family.Row, error) {
	if r, ok := w.rows[ref]; ok {
		return r, nil
	}
	return nil, fmt.Errorf("row: %w", family.ErrNotFound)
}

func (w *world) Deliveries() []family.DeliveryInfo { return w.deliveries }

func (w *world) Delivery(feed family.Feed, agency, id string) (family.DeliveryInfo, error) {
	for _, d := range w.deliveries {
		if d.Feed == feed && d.Agency == agency && d.ID == id {
			return d, nil
		}
	}
	return family.DeliveryInfo{}, fmt.Errorf("delivery: %w", family.ErrNotFound)
}

func (w *world) SettleDelivery(number uint64, release bool, by, reason string) (family.DeliveryInfo, error) {
	for i := range w.deliveries {
		if d := &w.deliveries[i]; d.Number == number && d.State == family.DeliveryHeld {
			d.State = family.DeliveryDiscarded
			if release {
				d.State = family.DeliveryAccepted
			}
			return *d, nil
		}
	}
	return family.DeliveryInfo{}, fmt.Errorf("the delivery is not held: %w", family.ErrState)
}

func (w *world) Decide(d family.Decision) (family.Decision, error) {
	d.ID, d.At = fmt.Sprintf("D%d", len(w.decisions)+1), clock
	w.decisions = append(w.decisions, d)
	return d, nil
}

func (w *world) Decisions(uint64) []family.Decision { return slices.Clone(w.decisions) }

// AppendCaseEvent names an event by its place among them.
func (w *world) AppendCaseEvent(e family.CaseEvent) (family.CaseEvent, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e.ID, e.At = fmt.Sprintf("E%d", len(w.events)+1), clock
	w.events = append(w.events, e)
	e.Snapshot = nil
	return e, nil
}

func (w *world) CaseEvents(_ uint64, yield func(family.CaseEvent) error) error {
	for _, e := range w.events {
		e.Snapshot = nil
		if err := yield(e); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) CaseSnapshot(id string) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.events {
		if e.ID == id && len(e.Snapshot) > 0 {
			return e.Snapshot, nil
		}
	}
	return nil, fmt.Errorf("snapshot: %w", family.ErrNotFound)
}

func (w *world) PublishFramework(f family.PublishedFramework) (family.PublishedFramework, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f.Seq, f.At = uint64(len(w.published)+10), clock
	w.published = append(w.published, f)
	return f, nil
}

func (w *world) LiveRows(_ uint64, feed family.Feed, yield func(*family.Row) error) error {
	for _, ref := range slices.SortedFunc(maps.Keys(w.rows), family.RowRef.Compare) {
		if ref.Feed != feed {
			continue
		}
		if err := yield(w.rows[ref]); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) Audit(e family.AuditEntry) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.auditErr != nil {
		return w.auditErr
	}
	w.audit = append(w.audit, e)
	return nil
}

func (w *world) AuditEntries(before uint64, limit int) ([]family.AuditEntry, uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if before == 0 {
		before = uint64(len(w.audit)) + 1
	}
	var out []family.AuditEntry
	for before > 1 && len(out) < limit {
		before--
		out = append(out, w.audit[before-1])
	}
	if before <= 1 {
		before = 0
	}
	return out, before, nil
}

func (w *world) entries() []family.AuditEntry {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.audit)
}

// theNights is the Nights of a world.
type theNights struct {
	w    *world
	run  func(ctx context.Context, progress func(string, int64, int64)) (family.NightInfo, error)
	link family.Link
}

func (n *theNights) Run(ctx context.Context, _ family.Date, _ bool, progress func(string, int64, int64)) (family.NightInfo, error) {
	return n.run(ctx, progress)
}

func (n *theNights) At(_ context.Context, asAt family.Date) (*server.Derived, error) {
	info := *n.w.night
	info.AsAt = asAt
	d := &server.Derived{Info: info, Candidates: map[string][]family.Candidate{"sf-2022": slices.Clone(n.w.candidates[:1])}}
	for i := range d.Candidates["sf-2022"] {
		d.Candidates["sf-2022"][i].AsAt = asAt
	}
	for _, id := range n.w.personIDs() {
		d.Persons = append(d.Persons, n.w.persons[id])
	}
	for _, id := range n.w.householdIDs() {
		d.Households = append(d.Households, n.w.households[id])
	}
	return d, nil
}

// Around says that everybody bears on everybody.
func (n *theNights) Around(_ context.Context, asAt family.Date, _ []string) (household.Input, error) {
	in := household.Input{AsAt: asAt}
	for _, id := range n.w.personIDs() {
		in.Persons = append(in.Persons, n.w.persons[id])
	}
	return in, nil
}

func (n *theNights) NearAt(ctx context.Context, in household.Input) (*server.Derived, error) {
	return n.At(ctx, in.AsAt)
}

func (n *theNights) ExplainLink(context.Context, family.RecordRef, family.RecordRef) (family.Link, string, error) {
	return n.link, "Mtest", nil
}

func (n *theNights) Frameworks() []string              { return []string{"sf-2022"} }
func (n *theNights) OneShort(c *family.Candidate) bool { return !c.Eligible }

func (n *theNights) UnknownTips(c *family.Candidate) bool {
	return !c.Eligible && slices.ContainsFunc(c.Headlines, func(h family.HeadlineResult) bool { return h.Status == family.Unknown })
}

func (n *theNights) Programmes(next bool) server.Programmes {
	var out server.Programmes
	for _, f := range eligibility.Builtin() {
		data, err := frameworks.Files.ReadFile(f.ID() + ".yaml")
		if err != nil {
			panic(err)
		}
		out.Frameworks = append(out.Frameworks, server.Framework{Rules: f, Source: server.ShippedFramework, File: data})
	}
	if next {
		for _, p := range n.w.published {
			f, err := eligibility.Load(p.ID+".yaml", p.File)
			if err != nil {
				panic(err)
			}
			out.Frameworks = slices.DeleteFunc(out.Frameworks, func(old server.Framework) bool { return old.Rules.ID() == p.ID })
			out.Frameworks = append(out.Frameworks, server.Framework{
				Rules: f, Source: server.PublishedFramework, File: p.File, Cases: p.Cases, Published: p})
		}
	}
	return out
}

func (n *theNights) TryFramework(p family.PublishedFramework) (server.Framework, error) {
	n.w.mu.Lock()
	full := n.w.onlyOne && len(n.w.published) > 0
	n.w.mu.Unlock()
	if full {
		return server.Framework{}, fmt.Errorf("line 1: another is published: %w", family.ErrInvalid)
	}
	f, err := eligibility.Load("framework.yaml", p.File)
	return server.Framework{Rules: f, Source: server.PublishedFramework, File: p.File, Cases: p.Cases, Published: p}, err
}

func (n *theNights) Try(_ context.Context, f *eligibility.Framework) ([]family.Candidate, error) {
	out := slices.Clone(n.w.candidates)
	for i := range out {
		out[i].Framework, out[i].Eligible = f.ID(), !out[i].Eligible
	}
	return out, nil
}

// Outcomes says that a family has turned round as soon as it is worked with, if
// the world says so, and that its child's attendance proves it.
func (n *theNights) Outcomes(_ context.Context, of server.Judging) ([]family.Outcome, error) {
	for _, f := range n.w.judges {
		if f.ID() == of.Framework {
			return f.Outcomes(of.Enrollment, eligibility.NewFamily(of.Household, of.Evidence, nil, eligibility.CompleteCoverage(), of.AsAt)), nil
		}
	}
	o := family.Outcome{
		Framework: of.Framework, Result: result, Name: "Successful outcome", AsAt: of.AsAt, Status: family.NotAchieved,
		Reason: "attendance is not yet good",
	}
	need := family.NeedOutcome{Rule: "attendance", Criterion: "1.1", Headline: "education", Status: family.NotAchieved,
		Persons: []string{id('P', 2)}, Evidence: refs("attendance/A1"), Reason: "88 of 100 sessions attended",
		Baseline: family.Measure{From: of.AsAt - 400, To: of.AsAt - 200, Text: "sessions missed", Value: 40, Of: 100},
		Now:      family.Measure{From: of.AsAt - 200, To: of.AsAt, Text: "sessions missed", Value: 12, Of: 100}}
	if of.Enrollment.Attached != 0 && n.w.turned {
		o.Status, need.Status, o.Reason = family.Achieved, family.Achieved, "attendance is good"
	}
	if slices.Contains(of.Enrollment.People, id('P', 2)) && of.Evidence(id('P', 2)) == nil {
		return nil, errors.New("the child's rows were not given")
	}
	if of.Household.ID == "" {
		o.Status = family.OutcomeUnknown
	}
	o.Needs = []family.NeedOutcome{need}
	other := o
	other.Result, other.Name = "other", "Another result"
	return []family.Outcome{o, other}, nil
}

// Alerts has one of every family that is worked with and has not turned round.
func (n *theNights) Alerts(_ context.Context, of server.Judging) ([]family.Alert, error) {
	if of.Enrollment.Attached == 0 || n.w.turned {
		return nil, nil
	}
	return []family.Alert{{Case: of.Enrollment.Case, Rule: "attendance", Criterion: "1.1", Day: of.AsAt,
		Evidence: refs("attendance/A1"), Reason: "more sessions missed than before"}}, nil
}

// feedFails answers OpenDelivery with an error.
type feedFails struct {
	feedpb.UnimplementedFeedServiceServer
	err error
}

func (f *feedFails) OpenDelivery(context.Context, *feedpb.OpenDeliveryRequest) (*feedpb.OpenDeliveryResponse, error) {
	return nil, f.err
}

// running is a service over a world.
type running struct {
	*grpc.ClientConn
	log    *bytes.Buffer // read it after stop
	stop   func()
	server *server.Server
}

func serve(t *testing.T, w *world, nights *theNights, feed feedpb.FeedServiceServer) *running {
	t.Helper()
	if nights == nil {
		nights = &theNights{w: w}
	}
	nights.w = w
	if feed == nil {
		feed = &feedFails{err: errors.New("no feed here")}
	}
	log := &bytes.Buffer{}
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.Lock(zapcore.AddSync(log)), zapcore.DebugLevel)
	s, err := server.New(server.Deps{Index: w, Nights: nights, Feed: feed, Log: zap.New(core), Now: func() time.Time { return clock }, Version: "test",
		ReferenceKey: func() ([]byte, error) { return []byte("a secret that nobody else has"), nil }})
	if err != nil {
		t.Fatal(err)
	}
	l := bufconn.Listen(1 << 16)
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	s.SetServing(true)
	conn, err := grpc.NewClient("passthrough:///world", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	r := &running{ClientConn: conn, log: log, server: s}
	r.stop = sync.OnceFunc(func() {
		_ = conn.Close()
		s.Stop(t.Context())
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	t.Cleanup(func() { r.stop() })
	return r
}

// as says who calls.
func as(t *testing.T, actor string) context.Context {
	return metadata.AppendToOutgoingContext(t.Context(), server.ActorKey, actor)
}
