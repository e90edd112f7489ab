package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// PushOptions say which file to push and what to declare of it.
type PushOptions struct {
	Feed           family.Feed
	File           string
	Agency         string
	DeliveryID     string // blank: a digest of feed, agency, dates and content
	AsAt, From, To family.Date
	Organisations  []string // covered; empty = all
	DropUndeclared bool
	// Progress, if given, is called with the bytes of the file whose rows are
	// safely delivered. Calls do not overlap.
	Progress func(doneBytes, totalBytes int64)
}

// PushResult is what became of a pushed delivery.
type PushResult struct {
	DeliveryID       string
	State            family.DeliveryState
	Account          family.Account
	Warnings         []string
	Dropped          []string // undeclared columns that were dropped
	AlreadyDelivered bool     // it had been sealed before; nothing was sent
}

const (
	// batchRows and batchBytes end a message, whichever comes first. A
	// message is then far below gRPC's usual limit of 4 MiB.
	batchRows  = 1000
	batchBytes = 512 << 10
	// tries is how often a push goes on after a cut connection without a row
	// more having been acknowledged.
	tries = 7
	// firstPause is how long it waits then, doubled each time.
	firstPause = 250 * time.Millisecond
)

// Push delivers a file to the feed service at the other end of conn: it opens
// the delivery, sends the rows that the service does not have yet, and seals
// it. If the connection is cut it opens the delivery again and goes on after
// the last acknowledged row, a few times. It blocks until the delivery is
// sealed.
//
// The same file pushed again with the same options is the same delivery and
// changes nothing. Faults of the file are of the kind family.ErrInvalid and
// leave nothing behind; the service's errors are gRPC status errors. A held
// delivery is no error: see PushResult.State.
func Push(ctx context.Context, conn grpc.ClientConnInterface, opt PushOptions) (PushResult, error) {
	file, err := OpenFile(opt.File, opt.Feed, FileOptions{DropUndeclared: opt.DropUndeclared})
	if err != nil {
		return PushResult{}, err
	}
	defer file.Close()
	if opt.DeliveryID == "" {
		opt.DeliveryID = defaultID(opt, file.ContentHash())
	}
	if opt.Progress == nil {
		opt.Progress = func(int64, int64) {}
	}
	p := &pusher{client: feedpb.NewFeedServiceClient(conn), file: file, opt: opt, pause: pause}
	res, err := p.deliver(ctx)
	res.DeliveryID, res.Dropped = opt.DeliveryID, file.Dropped()
	return res, err
}

// defaultID names a delivery after what it holds and declares, so that the
// same file sent again is the same delivery. It is short enough to be typed; the
// service still compares the content of deliveries of the same id.
func defaultID(opt PushOptions, contentHash string) string {
	declared := strings.Join(append([]string{
		opt.Feed.String(), opt.Agency, opt.AsAt.String(), opt.From.String(), opt.To.String(), contentHash,
	}, opt.Organisations...), "\x00")
	sum := sha256.Sum256([]byte(declared))
	return hex.EncodeToString(sum[:8])
}

// pusher delivers one file.
type pusher struct {
	client feedpb.FeedServiceClient
	file   *FileReader
	opt    PushOptions
	pause  func(context.Context, time.Duration) error
	opened bool  // the service has answered
	acked  int64 // position of the last row known to be on disk
}

// deliver opens, sends and seals, again after each cut. A service that cannot
// be reached at all is not tried again.
func (p *pusher) deliver(ctx context.Context) (PushResult, error) {
	for failed := 0; ; {
		before := p.acked
		res, err := p.attempt(ctx)
		if err == nil || status.Code(err) != codes.Unavailable || !p.opened {
			return res, err
		}
		if p.acked > before {
			failed = 0
			continue
		}
		if failed++; failed == tries {
			return res, fmt.Errorf("the connection was cut %d times without progress; push again to go on: %w", failed, err)
		}
		if err := p.pause(ctx, firstPause<<(failed-1)); err != nil {
			return res, err
		}
	}
}

// pause waits for a while, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// attempt opens the delivery, sends what is missing and seals it.
func (p *pusher) attempt(ctx context.Context) (PushResult, error) {
	opened, err := p.client.OpenDelivery(ctx, &feedpb.OpenDeliveryRequest{Delivery: deliveryToWire(p.delivery())})
	if err != nil {
		return PushResult{}, err
	}
	// Found sealed after a cut, it was sealed by this push.
	already := !p.opened
	p.opened = true
	if opened.GetState() == feedpb.DeliveryState_DELIVERY_STATE_OPEN {
		already = false
		p.acked = max(p.acked, opened.GetAcknowledgedPosition())
		if err := p.send(ctx, opened.GetAcknowledgedPosition()); err != nil {
			return PushResult{}, err
		}
		seal := &feedpb.SealDeliveryRequest{Key: p.key(), Rows: p.file.Rows()}
		if _, err := p.client.SealDelivery(ctx, seal); err != nil {
			return PushResult{}, err
		}
	}
	p.opt.Progress(p.file.Size(), p.file.Size())
	res, err := p.result(ctx)
	res.AlreadyDelivered = already
	return res, err
}

// result reads what became of the delivery.
func (p *pusher) result(ctx context.Context) (PushResult, error) {
	got, err := p.client.GetDelivery(ctx, &feedpb.GetDeliveryRequest{Key: p.key()})
	if err != nil {
		return PushResult{}, err
	}
	d := got.GetDelivery()
	return PushResult{
		State: family.DeliveryState(d.GetState()), Account: accountFromWire(d.GetAccount()), Warnings: d.GetWarnings(),
	}, nil
}

func (p *pusher) delivery() family.Delivery {
	return family.Delivery{
		Feed: p.opt.Feed, Agency: p.opt.Agency, ID: p.opt.DeliveryID,
		AsAt: p.opt.AsAt, From: p.opt.From, To: p.opt.To, Organisations: p.opt.Organisations,
		DeclaredRows: p.file.Rows(), ContentHash: p.file.ContentHash(),
	}
}

func (p *pusher) key() *feedpb.DeliveryKey { return keyToWire(p.delivery()) }

// flight is the messages on their way, the oldest first.
type flight struct {
	mu   sync.Mutex
	sent []sent
}

// sent is a message on its way: its last position, and how much of the file
// had been read for it.
type sent struct{ position, bytes int64 }

func (f *flight) add(s sent) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, s)
}

// landed forgets the messages up to an acknowledged position. It returns how
// much of the file they brought, not ok if there were none.
func (f *flight) landed(acked int64) (bytes int64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.sent) > 0 && f.sent[0].position <= acked {
		bytes, ok = f.sent[0].bytes, true
		f.sent = f.sent[1:]
	}
	return bytes, ok
}

// send streams the rows after position from, and returns when all of them are
// acknowledged. Acknowledgements are read beside the sending.
func (p *pusher) send(ctx context.Context, from int64) error {
	if from == p.file.Rows() {
		return nil
	}
	if err := p.skip(from); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := p.client.SendRows(ctx)
	if err != nil {
		return err
	}
	var underway flight
	ended, ackErr := make(chan struct{}), error(nil)
	go func() {
		defer close(ended)
		ackErr = p.acknowledged(stream, &underway)
	}()
	err = p.sendAll(stream, from, &underway)
	if err == nil {
		err = stream.CloseSend()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		cancel() // the file failed: nothing more is to come
		<-ended
		return err
	}
	// io.EOF means that the service ended the stream; why, Recv tells.
	if <-ended; ackErr != nil {
		return ackErr
	}
	if p.acked != p.file.Rows() {
		return status.Errorf(codes.Unavailable, "the stream ended after row %d of %d", p.acked, p.file.Rows())
	}
	return nil
}

// skip goes to the row after position from.
func (p *pusher) skip(from int64) error {
	if err := p.file.Rewind(); err != nil {
		return err
	}
	for range from {
		if _, _, err := p.file.Next(); err != nil {
			return p.short(err)
		}
	}
	return nil
}

// short turns a file's end before its time into a fault.
func (p *pusher) short(err error) error {
	if errors.Is(err, io.EOF) {
		return p.file.changed()
	}
	return err
}

// sendAll sends the rest of the file in messages.
func (p *pusher) sendAll(stream feedpb.FeedService_SendRowsClient, from int64, underway *flight) error {
	req := &feedpb.SendRowsRequest{Key: p.key(), FirstPosition: from + 1, Rows: make([]*feedpb.Row, 0, batchRows)}
	rows := &wireRows{feed: p.opt.Feed}
	for {
		err := p.fill(req, rows)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		last := req.GetFirstPosition() + int64(len(req.GetRows())) - 1
		if len(req.GetRows()) > 0 {
			underway.add(sent{last, p.file.Offset()})
			if err := stream.Send(req); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
		// A message that was sent is written out, and so can be filled again.
		rows.reset()
		req = &feedpb.SendRowsRequest{FirstPosition: last + 1, Rows: req.Rows[:0]}
	}
}

// fill puts rows into a message until it is full; io.EOF says that the file
// has no more.
func (p *pusher) fill(req *feedpb.SendRowsRequest, rows *wireRows) error {
	for size := 0; len(req.Rows) < batchRows && size < batchBytes; {
		values, unreadable, err := p.file.Next()
		if err != nil {
			return err
		}
		if len(unreadable) > 0 {
			key := keyOf(p.opt.Feed, values)
			req.Rows = append(req.Rows, unreadableToWire(key, unreadable))
			size += len(key) + 64*len(unreadable)
			continue
		}
		req.Rows = append(req.Rows, rows.row(values))
		for _, v := range values {
			size += len(v.Text) + 3
		}
	}
	return nil
}

// acknowledged reads acknowledgements until the service ends the stream, and
// reports progress by the messages that they cover.
func (p *pusher) acknowledged(stream feedpb.FeedService_SendRowsClient, underway *flight) error {
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		p.acked = max(p.acked, resp.GetAcknowledgedPosition())
		if done, ok := underway.landed(p.acked); ok {
			p.opt.Progress(min(done, p.file.Size()), p.file.Size())
		}
	}
}
