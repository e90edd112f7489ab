package scenario

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
	"github.com/hearthmatch/hearth/server"
)

// The family of the test: Orla Fenwick and her son Tam, who was away for two
// fifths of the school year 2023 to 2024 and hardly at all in the next one.
const (
	pupil = "record_id,forename,surname,dob,sex,address_1,town,postcode,uprn,upn,school_urn,nc_year,on_roll,provision,period_start,period_end," +
		"sessions_possible,sessions_authorised,sessions_unauthorised,suspensions,permanent_exclusion," +
		"contact1_forename,contact1_surname,contact1_relationship,contact1_parental_responsibility,contact1_same_address\n"
	tam       = ",Tam,Fenwick,2012-02-11,M,14 Quarry Bank,Ashmere,AX4 4QB,100099000414,M899203012004,999102,"
	tamMother = ",0,N,Orla,Fenwick,mother,Y,Y\n"

	homes = "record_id,tenancy_ref,landlord,tenure,tenancy_start,person_role,relationship_to_tenant,moved_in,forename,surname,dob,sex,address_1,town,postcode,uprn,nino\n" +
		"HO-1,TN-1,ashmere-homes,secure,2018-05-01,tenant,self,2018-05-01,Orla,Fenwick,1986-09-30,F,14 Quarry Bank,Ashmere,AX4 4QB,100099000414,JE000414B\n" +
		"HO-2,TN-1,ashmere-homes,secure,2018-05-01,household_member,child,2018-05-01,Tam,Fenwick,2012-02-11,M,14 Quarry Bank,Ashmere,AX4 4QB,100099000414,\n"
	claims = "record_id,claim_ref,benefit,spell_start,spell_end,in_work,conditionality,role,forename,surname,dob,sex,address_1,town,postcode,nino\n" +
		"BE-1,ES-1,ESA,2021-03-01,,N,,claimant,Orla,Fenwick,1986-09-30,F,14 Quarry Bank,Ashmere,AX4 4QB,JE000414B\n"
	events = "record_id,event_ref,event_type,category,occurred_from,recorded_date,role,forename,surname,dob,sex,address_1,town,postcode,uprn,nominal_id\n" +
		"PO-1,EV-1,asb,nuisance,2024-05-02,2024-05-02,offender,Tam,Fenwick,2012-02-11,M,14 Quarry Bank,Ashmere,AX4 4QB,100099000414,N7001\n"
)

func terms(rows ...string) string {
	text := pupil
	for _, r := range rows {
		id, rest, _ := strings.Cut(r, " ")
		text += id + tam + rest + tamMother
	}
	return text
}

// deliver pushes one file's text as a delivery that describes the day asAt.
func (s *service) deliver(feed family.Feed, id, text string, asAt string) {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), feed.String()+".csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	got := s.push(ingest.PushOptions{Feed: feed, File: file, Agency: "ashmere-" + feed.String(), DeliveryID: id,
		AsAt: family.MustDate(asAt), From: family.MustDate("2022-08-01"), To: family.MustDate(asAt)})
	if got.Account.Rejected != 0 {
		s.t.Fatalf("%v: %d rows rejected", feed, got.Account.Rejected)
	}
}

func named(t *testing.T, who string) context.Context {
	return metadata.AppendToOutgoingContext(t.Context(), server.ActorKey, who)
}

// From a candidate to a family whose life has turned round, on the built
// service with its own frameworks and store, killed and rebuilt on the way.
func TestFromCandidateToAuditedClaim(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	s.deliver(family.Attendance, "year-1", terms("AT-1 7,Y,mainstream,2023-09-04,2023-12-20,140,3,60", "AT-2 7,Y,mainstream,2024-01-08,2024-03-28,110,3,45",
		"AT-3 7,Y,mainstream,2024-04-15,2024-07-19,120,3,50"), "2024-09-01")
	s.deliver(family.Housing, "year-1", homes, "2024-09-01")
	s.deliver(family.Benefits, "year-1", claims, "2024-09-01")
	s.deliver(family.Police, "year-1", events, "2024-09-01")
	s.night(0)
	home := s.candidate("tf-phase1-2012")
	caseID := s.workWith(home)

	s.deliver(family.Attendance, "year-2", terms("AT-4 8,Y,mainstream,2024-09-02,2024-12-20,140,3,5", "AT-5 8,Y,mainstream,2025-01-06,2025-04-04,116,3,5",
		"AT-6 8,Y,mainstream,2025-04-22,2025-07-22,120,3,5"), "2025-09-01")
	for _, feed := range []family.Feed{family.Housing, family.Benefits, family.Police} {
		s.deliver(feed, "year-2", map[family.Feed]string{family.Housing: homes, family.Benefits: claims, family.Police: events}[feed], "2025-09-01")
	}
	s.night(0)
	const result = "crime_asb_education"
	book := caseworkpb.NewCaseworkServiceClient(s.conn)
	outcomes, err := book.GetOutcomes(named(t, "K. Worker"), &caseworkpb.GetOutcomesRequest{CaseId: caseID})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(outcomes.Outcomes, func(o *caseworkpb.Outcome) bool { return o.Result == result })
	if at < 0 || outcomes.Outcomes[at].Status != caseworkpb.OutcomeStatus_OUTCOME_STATUS_ACHIEVED || !outcomes.Outcomes[at].Claimable {
		t.Fatalf("outcomes %v", outcomes.Outcomes)
	}
	claim, err := book.ClaimResult(named(t, "C. Ordinator"), &caseworkpb.ClaimResultRequest{CaseId: caseID, Result: result, Reason: "three good terms"})
	if err != nil {
		t.Fatal(err)
	}
	s.kill()
	s = serve(t, dir)
	claimID := claim.Claim.ClaimId
	s.auditClaim(caseID, claimID, result)
	before := s.claim(claimID)
	if before.Claim.Corrected || before.Claim.State != caseworkpb.ClaimState_CLAIM_STATE_VALID || len(before.Snapshot.Rows) == 0 {
		t.Errorf("before the correction: %v", before.Claim)
	}
	if data := string(before.SnapshotData); strings.Contains(data, "Fenwick") || strings.Contains(data, "Quarry") || strings.Contains(data, "M899203012004") {
		t.Error("the snapshot says who they are")
	}
	s.deliver(family.Attendance, "year-2-corrected", terms("AT-5 8,Y,mainstream,2025-01-06,2025-04-04,116,3,15"), "2025-10-01")
	corrected := s.claim(claimID)
	if c := corrected.Corrections; !corrected.Claim.Corrected || len(c) != 1 || c[0].Row != "attendance/AT-5" ||
		!slices.Equal(c[0].Columns, []string{"sessions_unauthorised"}) {
		t.Errorf("corrections %v", c)
	}
	s.stop()
	hearth(t, "rebuild", "--data", dir)
	s = serve(t, dir)
	if after := s.claim(claimID); string(after.SnapshotData) != string(before.SnapshotData) || !after.Claim.Corrected || len(after.History) != len(before.History) {
		t.Errorf("after a rebuild: %v", after.Claim)
	}
}

// candidate returns the only household that a framework finds eligible.
func (s *service) candidate(framework string) string {
	s.t.Helper()
	got, err := querypb.NewQueryServiceClient(s.conn).ListCandidates(named(s.t, "C. Ordinator"), &querypb.ListCandidatesRequest{
		Framework: framework, Filter: &querypb.CandidateFilter{Eligibility: "eligible"}})
	if err != nil || len(got.Candidates) != 1 {
		s.t.Fatalf("candidates %v, %v; want one", got, err)
	}
	return got.Candidates[0].HouseholdId
}

// workWith nominates a family, opens a case for it and brings it as far as
// support, in the autumn of 2024.
func (s *service) workWith(home string) string {
	s.t.Helper()
	book := caseworkpb.NewCaseworkServiceClient(s.conn)
	nominated, err := book.Nominate(named(s.t, "T. Eacher"), &caseworkpb.NominateRequest{HouseholdId: home, Framework: "tf-phase1-2012",
		Needs: []string{"education"}, Agency: "millrace school", Reason: "often away", Day: "2024-09-03"})
	if err != nil {
		s.t.Fatal(err)
	}
	opened, err := book.OpenCase(named(s.t, "C. Ordinator"), &caseworkpb.OpenCaseRequest{HouseholdId: home, Framework: "tf-phase1-2012",
		NominationId: nominated.Nomination.NominationId, Day: "2024-09-05", Reason: "agreed at the panel", Agency: "early help"})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range []*caseworkpb.RecordCaseEventRequest{
		{Kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_CONTACTED, Day: "2024-09-06"},
		{Kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_AGREED, Day: "2024-09-10"},
		{Kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_PLANNED, Day: "2024-09-12", Plan: "PLAN-1"},
		{Kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_WORKED_WITH, Day: "2024-09-16", LeadAgency: "early help", LeadPractitioner: "K. Worker"},
	} {
		e.CaseId, e.Agency = opened.Case.CaseId, "early help"
		if _, err := book.RecordCaseEvent(named(s.t, "K. Worker"), e); err != nil {
			s.t.Fatalf("%v: %v", e.Kind, err)
		}
	}
	return opened.Case.CaseId
}

// auditClaim refuses the claim a second time, draws it, and signs it off.
func (s *service) auditClaim(caseID, claimID, result string) {
	s.t.Helper()
	book := caseworkpb.NewCaseworkServiceClient(s.conn)
	_, err := book.ClaimResult(named(s.t, "C. Ordinator"), &caseworkpb.ClaimResultRequest{CaseId: caseID, Result: result, Reason: "again"})
	if status.Code(err) != codes.AlreadyExists {
		s.t.Errorf("claimed again: got %v, want ALREADY_EXISTS", err)
	}
	today := family.DateOf(time.Now()).String()
	drawn, err := book.SampleClaims(named(s.t, "A. Uditor"), &caseworkpb.SampleClaimsRequest{Framework: "tf-phase1-2012", From: "2024-01-01", To: today,
		Percent: 10, Seed: 20250901, Reason: "autumn audit"})
	if err != nil || !slices.Equal(drawn.ClaimIds, []string{claimID}) {
		s.t.Fatalf("drawn %v, %v", drawn, err)
	}
	if _, err := book.AuditClaim(named(s.t, "A. Uditor"), &caseworkpb.AuditClaimRequest{ClaimId: claimID, Reason: "seen",
		Verdict: caseworkpb.AuditVerdict_AUDIT_VERDICT_VALID}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *service) claim(id string) *caseworkpb.GetClaimResponse {
	s.t.Helper()
	got, err := caseworkpb.NewCaseworkServiceClient(s.conn).GetClaim(named(s.t, "A. Uditor"), &caseworkpb.GetClaimRequest{ClaimId: id})
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// A framework published while the service runs takes effect with the next
// night; one with a fault leaves the one in force.
func TestPublishedFrameworkTakesEffectWithTheNextNight(t *testing.T) {
	s := serve(t, t.TempDir())
	s.deliver(family.Housing, "year-1", homes, "2024-09-01")
	s.night(0)
	admin := adminpb.NewAdminServiceClient(s.conn)
	shipped, err := admin.GetFramework(t.Context(), &adminpb.GetFrameworkRequest{FrameworkId: "tf-phase1-2012"})
	if err != nil {
		t.Fatal(err)
	}
	publish := func(rules string) error {
		_, err := admin.PublishFramework(named(t, "A. Nalyst"), &adminpb.PublishFrameworkRequest{
			File: &adminpb.FrameworkFile{Name: "ashmere.yaml", Data: []byte(rules)}, Cases: shipped.Cases, Reason: "our own number"})
		return err
	}
	rules := string(shipped.File.Data)
	same, err := admin.DiffFramework(named(t, "A. Nalyst"), &adminpb.DiffFrameworkRequest{File: shipped.File})
	if err != nil || same.Against != "tf-phase1-2012" || same.Before != same.After || len(same.Gained)+len(same.Lost) != 0 || len(same.Criteria) == 0 {
		t.Errorf("compared with itself: %v, %v", same, err)
	}
	for _, c := range same.GetCriteria() {
		if c.Before != c.After || c.UnknownBefore != c.UnknownAfter {
			t.Errorf("compared with itself: %v", c)
		}
	}
	err = publish(strings.Replace(rules, "headlines:", "headlights:", 1))
	if m := status.Convert(err).Message(); status.Code(err) != codes.InvalidArgument || !strings.Contains(m, "ashmere.yaml") || !strings.Contains(m, "headlights") {
		t.Errorf("a fault: got %v, want INVALID_ARGUMENT with file and line", err)
	}
	if err := publish(strings.Replace(rules, "\nname: ", "\nname: Ashmere's ", 1)); err != nil {
		t.Fatal(err)
	}
	name := func() string {
		got, err := admin.GetFramework(t.Context(), &adminpb.GetFrameworkRequest{FrameworkId: "tf-phase1-2012"})
		if err != nil {
			t.Fatal(err)
		}
		return got.Framework.Name
	}
	if strings.HasPrefix(name(), "Ashmere's") {
		t.Error("it is in force before the night")
	}
	s.night(0)
	if !strings.HasPrefix(name(), "Ashmere's") {
		t.Errorf("in force after the night: %q", name())
	}
}
