package journal

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/hearthmatch/hearth/family"
)

// request is one Append under way.
type request struct {
	typ     byte
	count   uint32
	payload []byte
	applied func(at Position)
	at      Position
	done    chan error
}

// writer is the state of the one goroutine that writes.
type writer struct {
	crypt   *crypt
	aead    cipher.AEAD // of the current segment
	file    File        // the current segment; nil before the first append
	segment uint64      // number of the last segment made
	size    int64       // set aside for it
	buf     []byte

	head *os.File
	turn uint64
}

// maxBatch is how many bytes share one write and one sync.
const maxBatch = 8 << 20

// Append puts a frame of count places at the journal's end and returns the
// first of them. It blocks until the frame is on stable storage. applied, if
// not nil, is called with where the frame stands, before Append returns and
// before any later frame's: in journal order, by one goroutine; it must be
// quick and must not append.
//
// A full disk is ErrFull and leaves the journal as it was; after any other
// failure nothing can be appended until the journal is opened again, and every
// call returns the first failure.
func (j *Journal) Append(typ byte, count uint32, payload []byte, applied func(at Position)) (uint64, error) {
	if len(payload) > MaxPayload || count == 0 {
		return 0, fmt.Errorf("a journal frame has 1 place or more and at most %d bytes: %w", MaxPayload, family.ErrInvalid)
	}
	r := &request{typ: typ, count: count, payload: payload, applied: applied, done: make(chan error, 1)}
	j.mu.Lock()
	if err := j.refusal(); err != nil {
		j.mu.Unlock()
		return 0, err
	}
	j.queue = append(j.queue, r)
	j.more.Signal()
	j.mu.Unlock()
	err := <-r.done
	return r.at.Seq, err
}

func (j *Journal) refusal() error {
	if j.failed != nil {
		return j.failed
	}
	if j.closed {
		return ErrClosed
	}
	return nil
}

// Tail returns the border behind the last acknowledged frame.
func (j *Journal) Tail() Position {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.tail
}

// readable returns up to where segment n may be read.
func (j *Journal) readable(n uint64) int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.tail.Segment == n {
		return j.tail.Offset
	}
	return j.ends[n]
}

// run writes what is asked for until the journal is closed.
func (j *Journal) run() {
	defer close(j.done)
	for {
		batch := j.take()
		if batch == nil {
			return
		}
		err := j.write(batch)
		for _, r := range batch {
			if err == nil && r.applied != nil {
				r.applied(r.at)
			}
			r.done <- err
		}
	}
}

// take waits for requests and takes as many as share a sync; nil at the end.
func (j *Journal) take() []*request {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.queue) == 0 {
		if j.closed {
			return nil
		}
		j.more.Wait()
	}
	n, bytes := 0, 0
	for n < len(j.queue) && (n == 0 || bytes+len(j.queue[n].payload) <= maxBatch) {
		bytes += len(j.queue[n].payload) + frameOverhead + tagSize
		n++
	}
	batch := j.queue[:n:n]
	j.queue = j.queue[n:]
	return batch
}

// write puts a batch on disk and moves the tail.
func (j *Journal) write(batch []*request) error {
	j.mu.Lock()
	at, err := j.tail, j.failed
	j.mu.Unlock()
	if err != nil {
		return err
	}
	need := int64(0)
	for _, r := range batch {
		need += int64(len(r.payload) + frameOverhead + tagSize)
	}
	w := &j.w
	if w.file == nil || at.Offset+need > w.size {
		if at, err = j.roll(at, need); err != nil {
			return err
		}
	}
	start, synced := at.Offset, at.Seq-1
	w.buf = w.buf[:0]
	for _, r := range batch {
		r.at = at
		w.buf, at.Chain = appendFrame(w.buf, w.crypt, w.aead, at, synced, r.typ, r.count, r.payload)
		at.Offset = start + int64(len(w.buf))
		at.Seq += uint64(r.count)
	}
	if _, err := w.file.WriteAt(w.buf, start); err != nil {
		return j.failedWrite(err, start)
	}
	if err := w.file.Sync(); err != nil {
		return j.stop(fmt.Errorf("the disk failed to keep what was written (%w); nothing more is accepted until hearth is started again; check the disk", err))
	}
	if err := w.writeHead(at, false); err != nil {
		return j.stop(fmt.Errorf("the journal's HEAD cannot be written (%w); check the disk and start hearth again", err))
	}
	j.mu.Lock()
	j.tail = at
	j.mu.Unlock()
	return nil
}

// roll ends the current segment and begins a new one with room for need bytes.
func (j *Journal) roll(at Position, need int64) (Position, error) {
	w := &j.w
	if w.file != nil {
		if err := j.endSegment(at.Offset); err != nil {
			return at, j.stop(err)
		}
	}
	h := header{sealed: w.crypt.sealed(), segment: w.segment + 1, first: at.Seq, store: j.opt.Store, before: at.Chain}
	rand.Read(h.salt[:])
	aead, err := w.crypt.aead(h.salt[:])
	if err != nil {
		return at, err
	}
	size := max(j.opt.SegmentBytes, headerSize+need)
	file, err := j.begin(&h, size)
	if err != nil {
		return at, err
	}
	w.file, w.aead, w.size, w.segment = file, aead, size, h.segment
	b := h.encode(w.crypt)
	next := Position{Segment: h.segment, Offset: headerSize, Seq: at.Seq, Chain: w.crypt.sum([]byte("begin"), b)}
	j.mu.Lock()
	j.tail = next
	j.mu.Unlock()
	return next, nil
}

// begin makes the file of a segment and writes its header. Where it fails no
// segment is left.
func (j *Journal) begin(h *header, size int64) (File, error) {
	path := filepath.Join(j.opt.Dir, segmentName(h.segment))
	file, err := j.disk.Create(path, size)
	if err == nil {
		if _, err = file.WriteAt(h.encode(j.w.crypt), 0); err == nil {
			if err = file.Sync(); err == nil {
				err = j.disk.SyncDir(j.opt.Dir)
			}
			if err != nil {
				file.Close()
				return nil, j.stop(fmt.Errorf("the disk failed to keep a new journal segment (%w); check the disk and start hearth again", err))
			}
			return file, nil
		}
		file.Close()
	}
	if rerr := os.Remove(path); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
		return nil, j.stop(fmt.Errorf("a new journal segment cannot be made (%w) nor taken away (%w); check the disk and start hearth again", err, rerr))
	}
	if isFull(err) {
		return nil, fullError(j.opt.Dir)
	}
	return nil, j.stop(fmt.Errorf("a new journal segment cannot be made (%w); check the disk and start hearth again", err))
}

// endSegment cuts the current segment to its length.
func (j *Journal) endSegment(length int64) error {
	w := &j.w
	err := w.file.Truncate(length)
	if err == nil {
		err = w.file.Sync()
	}
	if err == nil {
		err = w.head.Sync()
	}
	if err = errors.Join(err, w.file.Close()); err != nil {
		return fmt.Errorf("a journal segment cannot be ended (%w); check the disk and start hearth again", err)
	}
	w.file, w.aead = nil, nil
	j.mu.Lock()
	j.ends[w.segment] = length
	j.mu.Unlock()
	return nil
}

// failedWrite ends the segment before what may be half written. The journal
// goes on in a new one if it was only a want of space.
func (j *Journal) failedWrite(err error, end int64) error {
	if !isFull(err) {
		return j.stop(fmt.Errorf("the journal cannot be written (%w); check the disk and start hearth again", err))
	}
	if err := j.endSegment(end); err != nil {
		return j.stop(err)
	}
	return fullError(j.opt.Dir)
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

func fullError(dir string) error {
	return fmt.Errorf("no space for the journal in %s; free some and send again: %w", dir, family.ErrFull)
}

// stop remembers the failure that ends all appending.
func (j *Journal) stop(err error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed == nil {
		j.failed = err
	}
	return j.failed
}

// writeHead remembers that everything before at is on disk.
func (w *writer) writeHead(at Position, sync bool) error {
	var slot [headSlot]byte
	w.turn++
	putHead(slot[:], w.crypt, w.turn, at)
	if _, err := w.head.WriteAt(slot[:], int64(w.turn%2)*headSlot); err != nil {
		return err
	}
	if sync {
		return w.head.Sync()
	}
	return nil
}

// Close ends the journal after the appends under way. It may be called again.
func (j *Journal) Close() error {
	j.mu.Lock()
	again := j.closed
	j.closed = true
	j.more.Broadcast()
	j.mu.Unlock()
	<-j.done
	if again {
		return nil
	}
	j.mu.Lock()
	tail, failed := j.tail, j.failed
	j.mu.Unlock()
	var err error
	if j.w.file != nil && failed == nil {
		err = j.endSegment(tail.Offset)
	} else if j.w.file != nil {
		j.w.file.Close()
	}
	return errors.Join(err, j.w.head.Sync(), j.w.head.Close())
}
