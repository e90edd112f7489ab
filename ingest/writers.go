package ingest

import (
	"context"
	"fmt"
	"sync"

	"github.com/hearthmatch/hearth/family"
)

// errTakenOver ends a stream whose delivery another one goes on with.
var errTakenOver = fmt.Errorf("another stream of this delivery has taken over: %w", family.ErrState)

// writers lets one stream a delivery write at a time. The one that comes last
// takes over, because an earlier one that is still there is most likely a
// broken connection which the machine has not noticed yet. The zero value is
// ready.
type writers struct {
	mu     sync.Mutex
	active map[uint64]*writer
}

// writer is a stream's right to write.
type writer struct {
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when it writes no more
}

// take gets the right to write to a delivery: it cuts off who has it and waits
// until they have ended. The context returned ends with ctx, or with
// errTakenOver as its cause. release gives the right up.
func (w *writers) take(ctx context.Context, delivery uint64) (_ context.Context, release func(), err error) {
	for {
		mine, before := w.claim(ctx, delivery)
		if mine != nil {
			return mine.ctx, mine.release, nil
		}
		before.cancel(errTakenOver)
		select {
		case <-before.done:
		case <-ctx.Done():
			return nil, nil, context.Cause(ctx)
		}
	}
}

// claimed is a right to write that was got.
type claimed struct {
	ctx     context.Context
	release func()
}

// claim gets the right if nobody has it, else it returns who does.
func (w *writers) claim(ctx context.Context, delivery uint64) (*claimed, *writer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if before := w.active[delivery]; before != nil {
		return nil, before
	}
	if w.active == nil {
		w.active = make(map[uint64]*writer)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	me := &writer{cancel: cancel, done: make(chan struct{})}
	w.active[delivery] = me
	return &claimed{ctx, func() {
		w.mu.Lock()
		delete(w.active, delivery)
		w.mu.Unlock()
		cancel(nil)
		close(me.done)
	}}, nil
}
