package server

import (
	"context"
	"fmt"
	"net"
	"time"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
	reviewpb "github.com/hearthmatch/hearth/proto/hearth/review/v1"
)

// MaxMessageBytes is the largest message that the service takes: 5,000 rows of
// the widest feed with room to spare.
const MaxMessageBytes = 64 << 20

// Deps are what the services stand on.
type Deps struct {
	Index  Index
	Nights Nights
	// Feed takes the deliveries.
	Feed feedpb.FeedServiceServer
	Log  *zap.Logger
	// Now is the clock of audit entries.
	Now func() time.Time
	// Version of the program, for GetStatus.
	Version string
	// ReferenceKey returns the secret of at least returns.MinKey bytes that makes
	// the references of families in aggregate returns. It is asked for with each
	// return and has to stay the same, as the references do.
	ReferenceKey func() ([]byte, error)
}

// Server is the gRPC service. Its methods may be called concurrently.
type Server struct {
	grpc   *grpc.Server
	health *health.Server
}

// New reads the book of casework and registers every service. Health says
// NOT_SERVING until SetServing. An error is of the kind family.ErrCorrupt, where
// the journal holds casework that cannot be.
func New(d Deps) (*Server, error) {
	s := &Server{health: health.NewServer()}
	trail := &trail{index: d.Index, now: d.Now, health: s.health}
	queries := &queries{index: d.Index, nights: d.Nights, trail: trail}
	cases, err := newCasework(queries, d.Now, d.ReferenceKey)
	if err != nil {
		return nil, fmt.Errorf("the book of casework cannot be read: %w", err)
	}
	calls := &calls{log: d.Log}
	s.grpc = grpc.NewServer(
		grpc.MaxRecvMsgSize(MaxMessageBytes),
		grpc.ChainUnaryInterceptor(calls.unary),
		grpc.ChainStreamInterceptor(calls.stream),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
	)
	feedpb.RegisterFeedServiceServer(s.grpc, d.Feed)
	querypb.RegisterQueryServiceServer(s.grpc, queries)
	reviewpb.RegisterReviewServiceServer(s.grpc, &reviews{index: d.Index, trail: trail})
	adminpb.RegisterAdminServiceServer(s.grpc, &admin{index: d.Index, nights: d.Nights, trail: trail, version: d.Version})
	caseworkpb.RegisterCaseworkServiceServer(s.grpc, cases)
	healthpb.RegisterHealthServer(s.grpc, s.health)
	reflection.Register(s.grpc)
	s.SetServing(false)
	return s, nil
}

// Serve answers calls that come in at l until Stop. It may be called for
// several listeners.
func (s *Server) Serve(l net.Listener) error { return s.grpc.Serve(l) }

// SetServing tells the health service whether calls can be answered.
func (s *Server) SetServing(ready bool) {
	state := healthpb.HealthCheckResponse_NOT_SERVING
	if ready {
		state = healthpb.HealthCheckResponse_SERVING
	}
	s.health.SetServingStatus("", state)
}

// Stop refuses new calls and waits for those under way until ctx ends; it then
// cuts them off.
func (s *Server) Stop(ctx context.Context) {
	s.health.Shutdown()
	done := make(chan struct{})
	go func() {
		s.grpc.GracefulStop()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		s.grpc.Stop()
		<-done
	}
}
