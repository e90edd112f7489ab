package server

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/hearthmatch/hearth/family"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
	reviewpb "github.com/hearthmatch/hearth/proto/hearth/review/v1"
)

// mustAudit names the calls whose answers may leave only after an entry in the
// audit trail: every read of a person, household, row or list of candidates, all
// of casework, and every decision. The other calls of the services carry no personal value.
var mustAudit = map[string]bool{
	querypb.QueryService_GetPerson_FullMethodName:         true,
	querypb.QueryService_GetHousehold_FullMethodName:      true,
	querypb.QueryService_SearchPeople_FullMethodName:      true,
	querypb.QueryService_ExplainLink_FullMethodName:       true,
	querypb.QueryService_ExplainMembership_FullMethodName: true,
	querypb.QueryService_GetRow_FullMethodName:            true,
	querypb.QueryService_ListCandidates_FullMethodName:    true,
	querypb.QueryService_StreamCandidates_FullMethodName:  true,
	querypb.QueryService_ExportLinks_FullMethodName:       true,
	querypb.QueryService_ExportHouseholds_FullMethodName:  true,
	querypb.QueryService_DrawHousehold_FullMethodName:     true,

	reviewpb.ReviewService_Decide_FullMethodName:         true,
	reviewpb.ReviewService_ListDecisions_FullMethodName:  true,
	adminpb.AdminService_SettleDelivery_FullMethodName:   true,
	adminpb.AdminService_ListAuditEntries_FullMethodName: true,
	adminpb.AdminService_DiffFramework_FullMethodName:    true,
	adminpb.AdminService_PublishFramework_FullMethodName: true,

	caseworkpb.CaseworkService_Nominate_FullMethodName:           true,
	caseworkpb.CaseworkService_WithdrawNomination_FullMethodName: true,
	caseworkpb.CaseworkService_ListNominations_FullMethodName:    true,
	caseworkpb.CaseworkService_OpenCase_FullMethodName:           true,
	caseworkpb.CaseworkService_RecordCaseEvent_FullMethodName:    true,
	caseworkpb.CaseworkService_GetCase_FullMethodName:            true,
	caseworkpb.CaseworkService_ListCases_FullMethodName:          true,
	caseworkpb.CaseworkService_AssignArea_FullMethodName:         true,
	caseworkpb.CaseworkService_ListAreas_FullMethodName:          true,
	caseworkpb.CaseworkService_GetOutcomes_FullMethodName:        true,
	caseworkpb.CaseworkService_ListAlerts_FullMethodName:         true,
	caseworkpb.CaseworkService_ListConflicts_FullMethodName:      true,
	caseworkpb.CaseworkService_ClaimResult_FullMethodName:        true,
	caseworkpb.CaseworkService_GetClaim_FullMethodName:           true,
	caseworkpb.CaseworkService_ListClaims_FullMethodName:         true,
	caseworkpb.CaseworkService_WithdrawClaim_FullMethodName:      true,
	caseworkpb.CaseworkService_AnswerClaim_FullMethodName:        true,
	caseworkpb.CaseworkService_SampleClaims_FullMethodName:       true,
	caseworkpb.CaseworkService_AuditClaim_FullMethodName:         true,
	caseworkpb.CaseworkService_GetFunnel_FullMethodName:          true,
	caseworkpb.CaseworkService_StreamReturn_FullMethodName:       true,
}

// withProtected stands among the subjects of an entry where the caller asked for
// protected addresses too.
const withProtected = "include_protected"

// trail writes the audit trail.
type trail struct {
	index  Index
	now    func() time.Time
	health *health.Server
}

// write records that the caller reads or decides on subjects, which are
// identifiers, and whether protected addresses were asked for. It is called before anything is sent; if it fails, so must the
// call. A trail that cannot be written turns the service unhealthy until it
// can be again.
func (t *trail) write(ctx context.Context, subjects ...string) error {
	c := callOf(ctx)
	if c.protected {
		subjects = append(subjects, withProtected)
	}
	err := t.index.Audit(family.AuditEntry{
		Time: t.now(), Actor: c.actor, Method: c.method, Subjects: subjects,
	})
	if err != nil {
		t.health.SetServingStatus("", healthpb.HealthCheckResponse_NOT_SERVING)
		return fmt.Errorf("the audit trail cannot be written, so nothing is answered: %w", err)
	}
	if failed := !c.audited; failed {
		t.health.SetServingStatus("", healthpb.HealthCheckResponse_SERVING)
	}
	c.audited = true
	return nil
}
