package ingest

import (
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
	// Deliveries returns every delivery, the newest first.
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
type Service struct {
	feedpb.UnimplementedFeedServiceServer
	d   Deliveries
	opt ServiceOptions
}

// NewService makes the feed service.
func NewService(d Deliveries, opt ServiceOptions) *Service {
	return &Service{d: d, opt: opt}
}
