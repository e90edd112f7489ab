package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"unicode/utf8"

	"google.golang.org/grpc"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

const (
	// maxMessageRows is the most rows that one message may carry.
	maxMessageRows = 5000
	// maxAppend is about how many waiting rows are put on disk at once.
	maxAppend = 20000
	// checkAlone is the fewest rows for which another worker is worth it.
	checkAlone = 200
	// batchesAhead is how many messages may wait between two steps.
	batchesAhead = 2
)

// rowStream is one stream of rows on its way to disk: messages are received,
// their rows checked, and written, in three steps that run side by side and
// keep the order.
type rowStream struct {
	service  *Service
	delivery family.Delivery
	today    family.Date
	stream   grpc.BidiStreamingServer[feedpb.SendRowsRequest, feedpb.SendRowsResponse]
	next     int64               // position of the next row; only the checking step's
	written  family.DeliveryInfo // how far it is on disk; only the writing step's
}

// message is what Recv returned.
type message struct {
	req *feedpb.SendRowsRequest
	err error
}

// batch is one or several messages checked.
type batch struct {
	messages int
	entries  []family.DeliveryEntry
	err      error // io.EOF after the last message
}

// SendRows takes the rows of one open delivery and acknowledges them when
// they are on disk. If the stream is cut, or fails on a message, the rows
// acknowledged before are kept and no others.
func (s *Service) SendRows(stream grpc.BidiStreamingServer[feedpb.SendRowsRequest, feedpb.SendRowsResponse]) error {
	first, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		return invalid("key", "no message came; send the delivery's key and its rows")
	}
	if err != nil {
		return err
	}
	info, err := s.find(first.GetKey())
	if err != nil {
		return err
	}
	ctx, release, err := s.writers.take(stream.Context(), info.Number)
	if err != nil {
		return err
	}
	defer release()
	if info, err = s.find(first.GetKey()); err != nil {
		return err
	}
	if info.State != family.DeliveryOpen {
		return fmt.Errorf("the delivery is sealed and takes no more rows: %w", family.ErrState)
	}
	r := &rowStream{
		service: s, delivery: info.Delivery, stream: stream, written: info,
		today: max(s.opt.Today(), info.AsAt), next: info.Acknowledged + 1,
	}
	return r.run(ctx, first)
}

// run moves the messages through the three steps. The receiving goroutine ends
// with the stream's context, at the latest when the handler returns.
func (r *rowStream) run(ctx context.Context, first *feedpb.SendRowsRequest) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	received := make(chan message, batchesAhead)
	checked := make(chan batch, batchesAhead)
	go r.receive(ctx, first, received)
	go r.checkAll(ctx, received, checked)
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case b := <-checked:
			b = gather(b, checked)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := r.write(b); err != nil {
				return err
			}
			if errors.Is(b.err, io.EOF) {
				return nil
			}
			if b.err != nil {
				return b.err
			}
		}
	}
}

// receive passes messages on until the stream ends.
func (r *rowStream) receive(ctx context.Context, first *feedpb.SendRowsRequest, to chan<- message) {
	for m := (message{req: first}); ; m.req, m.err = r.stream.Recv() {
		select {
		case to <- m:
		case <-ctx.Done():
			return
		}
		if m.err != nil {
			return
		}
	}
}

// checkAll checks messages in their order until one fails.
func (r *rowStream) checkAll(ctx context.Context, from <-chan message, to chan<- batch) {
	for {
		var b batch
		select {
		case m := <-from:
			if b.err = m.err; b.err == nil {
				b.messages = 1
				b.entries, b.err = r.check(m.req)
			}
		case <-ctx.Done():
			return
		}
		select {
		case to <- b:
		case <-ctx.Done():
			return
		}
		if b.err != nil {
			return
		}
	}
}

// gather adds the batches that wait already, so that they share one write to
// the disk.
func gather(b batch, waiting <-chan batch) batch {
	for b.err == nil && len(b.entries) < maxAppend {
		select {
		case more := <-waiting:
			b.messages += more.messages
			b.entries, b.err = append(b.entries, more.entries...), more.err
		default:
			return b
		}
	}
	return b
}

// write puts a batch on disk and acknowledges it.
func (r *rowStream) write(b batch) error {
	if b.messages == 0 {
		return nil
	}
	if len(b.entries) > 0 {
		info, err := r.service.d.AppendRows(r.written.Number, b.entries)
		if err != nil {
			return fmt.Errorf("store rows: %w", err)
		}
		r.written = info
	}
	return r.stream.Send(&feedpb.SendRowsResponse{
		AcknowledgedPosition: r.written.Acknowledged, Account: accountToWire(r.written.Account),
	})
}

// check places a message's rows and checks those that are new.
func (r *rowStream) check(req *feedpb.SendRowsRequest) ([]family.DeliveryEntry, error) {
	first, rows := req.GetFirstPosition(), req.GetRows()
	if err := r.sameDelivery(req.GetKey()); err != nil {
		return nil, err
	}
	switch {
	case len(rows) > maxMessageRows:
		return nil, invalid("rows", "more than 5,000 rows in a message; send fewer")
	case len(rows) == 0:
		return nil, nil
	case first < 1:
		return nil, invalid("first_position", "positions count from 1")
	case first > r.next:
		return nil, invalid("first_position", fmt.Sprintf("leaves a gap; the next position is %d", r.next))
	case first+int64(len(rows)) <= r.next:
		return nil, nil
	}
	skip := int(r.next - first)
	entries := make([]family.DeliveryEntry, len(rows)-skip)
	for i := range entries {
		entries[i].Position = r.next + int64(i)
	}
	if err := r.checkRows(rows[skip:], entries, skip); err != nil {
		return nil, err
	}
	r.next += int64(len(entries))
	return entries, nil
}

// sameDelivery refuses a later message of a stream that names another
// delivery; it need not name any.
func (r *rowStream) sameDelivery(key *feedpb.DeliveryKey) error {
	d := r.delivery
	if key == nil || int64(key.GetFeed()) == int64(d.Feed) && key.GetAgency() == d.Agency && key.GetDeliveryId() == d.ID {
		return nil
	}
	var f faults
	if feed, agency, id := f.key("key", key); f.err() == nil && feed == d.Feed && agency == d.Agency && id == d.ID {
		return nil
	}
	return invalid("key", "names another delivery than the stream's first message; use a stream for each")
}

// checkRows checks rows into the entries of the same places; the first of
// them is rows[at] in the message. Large messages are shared among workers.
func (r *rowStream) checkRows(rows []*feedpb.Row, entries []family.DeliveryEntry, at int) error {
	workers := max(1, min(runtime.GOMAXPROCS(0), len(rows)/checkAlone))
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		from, to := w*len(rows)/workers, (w+1)*len(rows)/workers
		wait.Go(func() { errs[w] = r.checkSome(rows[from:to], entries[from:to], at+from) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkSome checks rows one after the other. Should a row make it panic, the
// stream fails and the service goes on.
func (r *rowStream) checkSome(rows []*feedpb.Row, entries []family.DeliveryEntry, at int) (err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("checking one of rows[%d:%d] failed; please report it", at, at+len(rows))
		}
	}()
	scratch := make([]family.Value, 0, len(r.delivery.Feed.Columns()))
	for i, row := range rows {
		if err := r.checkRow(row, &entries[i], scratch); err != nil {
			return invalid(fmt.Sprintf("rows[%d]", at+i), err.Error())
		}
	}
	return nil
}

// checkRow checks one row into e. It fails only if the message is not of the
// delivery's feed.
func (r *rowStream) checkRow(wire *feedpb.Row, e *family.DeliveryEntry, scratch []family.Value) error {
	feed := r.delivery.Feed
	if u := wire.GetUnreadable(); u != nil {
		e.Rejection = &family.Rejection{
			Position: e.Position, RecordID: recordID(u.GetRecordId()), Problems: problemsFromWire(u.GetProblems()),
		}
		return nil
	}
	of, m := messageOf(wire)
	if of == 0 {
		return errors.New("holds no row; fill in the row of the delivery's feed")
	}
	if of != feed {
		return fmt.Errorf("a row of the %s feed in a delivery of the %s feed; send it under its own", of, feed)
	}
	values, undeclared := fromWire(feed, m, scratch)
	row, refused, reported := Check(feed, values, r.today)
	if undeclared {
		refused = append(refused, problem(0, reasonUndeclared))
	}
	if row != nil {
		if owner, ok := r.service.d.Owner(row.Ref()); ok && owner != r.delivery.Agency {
			refused = append(refused, problem(feed.Key(), reasonOwner))
		}
	}
	if len(refused) == 0 {
		e.Row, e.Reported = row, len(reported) > 0
		return nil
	}
	e.Rejection = &family.Rejection{Position: e.Position, RecordID: keyOf(feed, values), Problems: refused}
	e.Raw = quarantined(feed, values)
	return nil
}

// keyOf returns the key of a row as supplied.
func keyOf(feed family.Feed, values []family.Value) string {
	for _, v := range values {
		if v.Column == feed.Key() {
			return recordID(v.Text)
		}
	}
	return ""
}

// recordID makes a supplied record_id fit to be kept and shown.
func recordID(text string) string {
	text, _ = clean(text)
	return cut(text, maxRecordID)
}

// cut returns at most limit characters of a text.
func cut(text string, limit int) string {
	if len(text) <= limit || utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit])
}

// quarantined copies a refused row's values as they are to be kept: as sent,
// but no longer than a column may be, and without a person whom the role says
// is not there.
func quarantined(feed family.Feed, values []family.Value) []family.Value {
	l := layouts[feed]
	nobody := feed == family.Police && nobodyInvolved(values)
	out := make([]family.Value, 0, len(values))
	for _, v := range values {
		if f := &l.fields[v.Column]; !nobody || !f.person {
			v.Text = cut(v.Text, f.limit)
			out = append(out, v)
		}
	}
	return out
}
