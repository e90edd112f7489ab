package ingest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// memory keeps deliveries in memory as the store keeps them on disk.
type memory struct {
	mu   sync.Mutex
	all  []*memoryDelivery // by number, from 1
	rows map[family.RowRef]*family.Row
	// failAppend, if given, is asked before each append.
	failAppend func(entries []family.DeliveryEntry) error
	appends    int
}

type memoryDelivery struct {
	info    family.DeliveryInfo
	entries []family.DeliveryEntry
}

func newMemory() *memory { return &memory{rows: map[family.RowRef]*family.Row{}} }

func (m *memory) OpenDelivery(d family.Delivery) (family.DeliveryInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, have := range m.all {
		if have.info.Feed == d.Feed && have.info.Agency == d.Agency && have.info.ID == d.ID {
			if have.info.ContentHash != d.ContentHash {
				return have.info, fmt.Errorf("the delivery_id was used for other content: %w", family.ErrConflict)
			}
			return have.info, nil
		}
	}
	info := family.DeliveryInfo{Delivery: d, Number: uint64(len(m.all) + 1), State: family.DeliveryOpen}
	m.all = append(m.all, &memoryDelivery{info: info})
	return info, nil
}

func (m *memory) AppendRows(number uint64, entries []family.DeliveryEntry) (family.DeliveryInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.appends++
	if m.failAppend != nil {
		if err := m.failAppend(entries); err != nil {
			return family.DeliveryInfo{}, err
		}
	}
	d := m.all[number-1]
	if d.info.State != family.DeliveryOpen {
		return d.info, fmt.Errorf("sealed: %w", family.ErrState)
	}
	for _, e := range entries {
		if e.Position != d.info.Acknowledged+1 || (e.Row == nil) == (e.Rejection == nil) {
			return d.info, fmt.Errorf("entry %d after %d: %w", e.Position, d.info.Acknowledged, family.ErrInvalid)
		}
		d.info.Acknowledged++
		d.info.Account.Rows++
		d.info.Account.Accepted++
		switch {
		case e.Rejection != nil:
			d.info.Account.Accepted--
			d.info.Account.Rejected++
		case e.Row.Deleted:
			d.info.Account.Withdrawn++
		case e.Reported:
			d.info.Account.Reported++
		}
	}
	d.entries = append(d.entries, entries...)
	return d.info, nil
}

func (m *memory) SealDelivery(number uint64, state family.DeliveryState, warnings []string) (family.DeliveryInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.all[number-1]
	d.info.State, d.info.Warnings = state, warnings
	a := &d.info.Account
	last := map[family.RowRef]family.DeliveryEntry{}
	for _, e := range d.entries {
		if e.Row == nil {
			continue
		}
		if _, twice := last[e.Row.Ref()]; twice {
			a.Superseded++
			a.Accepted--
		}
		e.Row.Agency, e.Row.Delivery, e.Row.AsAt = d.info.Agency, d.info.ID, d.info.AsAt
		last[e.Row.Ref()] = e
	}
	if state == family.DeliveryHeld {
		a.Held, a.Accepted, a.Withdrawn, a.Reported = a.Accepted, 0, 0, 0
		return d.info, nil
	}
	a.Withdrawn, a.Reported = 0, 0
	for ref, e := range last {
		m.rows[ref] = e.Row
		if e.Row.Deleted {
			a.Withdrawn++
		} else if e.Reported {
			a.Reported++
		}
	}
	return d.info, nil
}

func (m *memory) Delivery(feed family.Feed, agency, id string) (family.DeliveryInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.all {
		if d.info.Feed == feed && d.info.Agency == agency && d.info.ID == id {
			return d.info, nil
		}
	}
	return family.DeliveryInfo{}, fmt.Errorf("no such delivery: %w", family.ErrNotFound)
}

func (m *memory) Deliveries() []family.DeliveryInfo {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []family.DeliveryInfo
	for _, d := range slices.Backward(m.all) {
		out = append(out, d.info)
	}
	return out
}

func (m *memory) Rejections(number uint64, after int64, limit int) ([]family.Rejection, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []family.Rejection
	for _, e := range m.all[number-1].entries {
		if e.Rejection != nil && e.Position > after && len(out) < limit {
			out = append(out, *e.Rejection)
		}
	}
	return out, nil
}

func (m *memory) Owner(ref family.RowRef) (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := m.rows[ref]
	if !ok {
		return "", false
	}
	return row.Agency, true
}

// entries returns what a delivery's rows became.
func (m *memory) entries(number uint64) []family.DeliveryEntry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.all[number-1].entries)
}

// statusOf translates errors as the server does, as far as tests need it.
func statusOf(err error) error {
	for _, k := range []struct {
		kind error
		code codes.Code
	}{
		{family.ErrInvalid, codes.InvalidArgument}, {family.ErrNotFound, codes.NotFound},
		{family.ErrConflict, codes.AlreadyExists}, {family.ErrState, codes.FailedPrecondition},
		{family.ErrFull, codes.ResourceExhausted}, {context.Canceled, codes.Canceled},
	} {
		if errors.Is(err, k.kind) {
			return status.Error(k.code, err.Error())
		}
	}
	return err
}

// startService serves d over real gRPC and returns a connection to it.
// Streams pass through cut, if given.
func startService(t testing.TB, d Deliveries, opt ServiceOptions, cut grpc.StreamServerInterceptor) *grpc.ClientConn {
	t.Helper()
	if opt.Today == nil {
		opt.Today = func() family.Date { return testToday }
	}
	stream := func(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		if cut != nil {
			return statusOf(cut(srv, ss, info, handler))
		}
		return statusOf(handler(srv, ss))
	}
	unary := func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		resp, err := handler(ctx, req)
		return resp, statusOf(err)
	}
	server := grpc.NewServer(grpc.StreamInterceptor(stream), grpc.UnaryInterceptor(unary))
	feedpb.RegisterFeedServiceServer(server, NewService(d, opt))
	listener := bufconn.Listen(1 << 20)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	conn, err := grpc.NewClient("passthrough:///bufconn",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		server.Stop()
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return conn
}
