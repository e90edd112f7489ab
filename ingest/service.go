package ingest

import (
	"context"
	"fmt"

	"go.uber.org/zap"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// Deliveries keeps deliveries and their rows; the store implements it.
type Deliveries interface {
	// OpenDelivery creates the delivery, or finds the one of the same feed,
	// agency and id; family.ErrConflict if its content hash differs.
	OpenDelivery(d family.Delivery) (family.DeliveryInfo, error)
	// AppendRows puts entries on disk; they are when it returns. Positions
	// go on from the delivery's Acknowledged without a gap.
	AppendRows(number uint64, entries []family.DeliveryEntry) (family.DeliveryInfo, error)
	// SealDelivery ends a delivery as accepted or held and works out its
	// final account.
	SealDelivery(number uint64, state family.DeliveryState, warnings []string) (family.DeliveryInfo, error)
	// Delivery finds a delivery; family.ErrNotFound if there is none.
	Delivery(feed family.Feed, agency, id string) (family.DeliveryInfo, error)
	// Deliveries returns every delivery, the newest (greatest Number) first.
	Deliveries() []family.DeliveryInfo
	// Rejections returns at most limit refused rows of a delivery whose
	// positions are greater than after, in the order of their positions.
	Rejections(number uint64, after int64, limit int) ([]family.Rejection, error)
	// Owner returns the agency whose row the reference names, if any does.
	Owner(ref family.RowRef) (agency string, ok bool)
}

// ServiceOptions are the feed service's settings.
type ServiceOptions struct {
	// MaxRefusedShare is the share of refused rows (0–1) above which a
	// delivery is held as a whole. 0 means DefaultMaxRefusedShare.
	MaxRefusedShare float64
	// Today returns the present day. Required.
	Today func() family.Date
	// Log receives one line for each delivery opened and sealed; nil is none.
	Log *zap.Logger
}

// DefaultMaxRefusedShare is the share of feeds.md.
const DefaultMaxRefusedShare = 0.20

// Service implements the feed service over Deliveries. Its errors are of the
// kinds of package family; faults of request fields are family.FieldErrors.
// It is safe for concurrent use.
type Service struct {
	feedpb.UnimplementedFeedServiceServer
	d       Deliveries
	opt     ServiceOptions
	writers writers
}

// NewService makes the feed service.
func NewService(d Deliveries, opt ServiceOptions) *Service {
	if opt.MaxRefusedShare == 0 {
		opt.MaxRefusedShare = DefaultMaxRefusedShare
	}
	if opt.Log == nil {
		opt.Log = zap.NewNop()
	}
	return &Service{d: d, opt: opt}
}

// OpenDelivery opens a delivery or finds the one of the same key.
func (s *Service) OpenDelivery(
	_ context.Context, req *feedpb.OpenDeliveryRequest,
) (*feedpb.OpenDeliveryResponse, error) {
	delivery, err := readDelivery(req.GetDelivery())
	if err != nil {
		return nil, err
	}
	info, err := s.d.OpenDelivery(delivery)
	if err != nil {
		return nil, fmt.Errorf("open delivery: %w", err)
	}
	return &feedpb.OpenDeliveryResponse{
		State:                feedpb.DeliveryState(info.State),
		AcknowledgedPosition: info.Acknowledged,
		Account:              accountToWire(info.Account),
	}, nil
}

// SealDelivery ends a delivery, which must have as many rows on disk as the
// sender says that it sent. A stream that still sends its rows is cut off.
func (s *Service) SealDelivery(
	ctx context.Context, req *feedpb.SealDeliveryRequest,
) (*feedpb.SealDeliveryResponse, error) {
	info, err := s.find(req.GetKey())
	if err != nil {
		return nil, err
	}
	_, release, err := s.writers.take(ctx, info.Number)
	if err != nil {
		return nil, err
	}
	defer release()
	if info, err = s.find(req.GetKey()); err != nil {
		return nil, err
	}
	if info.State == family.DeliveryOpen {
		if req.GetRows() != info.Acknowledged {
			return nil, invalid("rows", fmt.Sprintf("%d rows are on disk; send the rest, then seal with the number sent",
				info.Acknowledged))
		}
		if info, err = s.seal(info); err != nil {
			return nil, err
		}
	}
	return &feedpb.SealDeliveryResponse{
		State: feedpb.DeliveryState(info.State), Account: accountToWire(info.Account),
	}, nil
}

// seal decides whether the delivery takes effect, and what to warn of.
func (s *Service) seal(info family.DeliveryInfo) (family.DeliveryInfo, error) {
	state, warnings := family.DeliveryAccepted, []string(nil)
	a := info.Account
	if a.Rows == 0 {
		warnings = append(warnings, "the delivery has no rows; if that is not meant, send the rows under another delivery_id")
	}
	if n := info.DeclaredRows; n >= 0 && n != a.Rows {
		warnings = append(warnings, fmt.Sprintf("%d rows were declared and %d came", n, a.Rows))
	}
	if info.AsAt > s.opt.Today() {
		warnings = append(warnings, "as_at is in the future; rows of deliveries of an earlier day will not replace these")
	}
	if a.Rows > 0 && float64(a.Rejected)/float64(a.Rows) > s.opt.MaxRefusedShare {
		state = family.DeliveryHeld
		warnings = append(warnings, fmt.Sprintf(
			"held: %d of %d rows were refused, more than %g %%; nothing takes effect until somebody decides",
			a.Rejected, a.Rows, 100*s.opt.MaxRefusedShare))
	}
	sealed, err := s.d.SealDelivery(info.Number, state, warnings)
	if err != nil {
		return info, fmt.Errorf("seal delivery: %w", err)
	}
	a = sealed.Account
	s.opt.Log.Info("delivery sealed", zap.Stringer("feed", sealed.Feed), zap.Stringer("state", sealed.State),
		zap.Uint64("delivery", sealed.Number), zap.Int64("rows", a.Rows), zap.Int64("accepted", a.Accepted),
		zap.Int64("rejected", a.Rejected), zap.Int64("superseded", a.Superseded), zap.Int64("held", a.Held))
	return sealed, nil
}

// GetDelivery reads a delivery's state and account.
func (s *Service) GetDelivery(_ context.Context, req *feedpb.GetDeliveryRequest) (*feedpb.GetDeliveryResponse, error) {
	info, err := s.find(req.GetKey())
	if err != nil {
		return nil, err
	}
	return &feedpb.GetDeliveryResponse{Delivery: infoToWire(info)}, nil
}

// find reads a request's key and finds its delivery.
func (s *Service) find(key *feedpb.DeliveryKey) (family.DeliveryInfo, error) {
	var f faults
	feed, agency, id := f.key("key", key)
	if err := f.err(); err != nil {
		return family.DeliveryInfo{}, err
	}
	info, err := s.d.Delivery(feed, agency, id)
	if err != nil {
		return info, fmt.Errorf("find delivery: %w", err)
	}
	return info, nil
}

// The kinds of listings that page tokens tell apart.
const (
	listDeliveries byte = iota + 1
	listRejections
)

// ListDeliveries lists deliveries, the newest first.
func (s *Service) ListDeliveries(
	_ context.Context, req *feedpb.ListDeliveriesRequest,
) (*feedpb.ListDeliveriesResponse, error) {
	var f faults
	var feed family.Feed
	if req.GetFeed() != feedpb.Feed_FEED_UNSPECIFIED {
		feed = f.feed("feed", req.GetFeed())
	}
	size := f.pageSize(req.GetPageSize())
	after := f.pageAfter(req.GetPageToken(), listDeliveries, uint64(feed))
	if err := f.err(); err != nil {
		return nil, err
	}
	out := &feedpb.ListDeliveriesResponse{}
	last := uint64(0)
	for _, d := range s.d.Deliveries() {
		if feed != 0 && d.Feed != feed || after != 0 && d.Number >= after {
			continue
		}
		if len(out.Deliveries) == size {
			out.NextPageToken = pageToken(listDeliveries, uint64(feed), last)
			break
		}
		out.Deliveries = append(out.Deliveries, infoToWire(d))
		last = d.Number
	}
	return out, nil
}

// ListRejections lists the refused rows of a delivery with every reason.
func (s *Service) ListRejections(
	_ context.Context, req *feedpb.ListRejectionsRequest,
) (*feedpb.ListRejectionsResponse, error) {
	info, err := s.find(req.GetKey())
	if err != nil {
		return nil, err
	}
	var f faults
	size := f.pageSize(req.GetPageSize())
	after := f.pageAfter(req.GetPageToken(), listRejections, info.Number)
	if err := f.err(); err != nil {
		return nil, err
	}
	// One more than the page tells whether there is another.
	found, err := s.d.Rejections(info.Number, int64(after), size+1)
	if err != nil {
		return nil, fmt.Errorf("list rejections: %w", err)
	}
	out := &feedpb.ListRejectionsResponse{}
	if len(found) > size {
		found = found[:size]
		out.NextPageToken = pageToken(listRejections, info.Number, uint64(found[size-1].Position))
	}
	for _, r := range found {
		out.Rejections = append(out.Rejections, &feedpb.Rejection{
			Position: r.Position, RecordId: r.RecordID, Problems: problemsToWire(r.Problems),
		})
	}
	return out, nil
}
