package journal

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hearthmatch/hearth/family"
)

// Frame is one frame as read. It is valid until the next frame is read.
type Frame struct {
	Type  byte
	Count uint32 // places taken
	Seq   uint64 // the first of them
	Start Position
	End   Position

	stored []byte // the payload as on disk
	head   []byte
	aead   cipher.AEAD
	plain  []byte
}

// Last returns the last place that the frame takes.
func (f *Frame) Last() uint64 { return f.Seq + uint64(f.Count) - 1 }

// Payload returns the frame's bytes; the slice is valid until the next frame
// is read. A sealed frame is opened on the first call.
func (f *Frame) Payload() ([]byte, error) {
	if f.aead == nil {
		return f.stored, nil
	}
	plain, err := f.aead.Open(f.plain[:0], nonce(f.Start.Offset), f.stored, f.head)
	if err != nil {
		return nil, corrupt(f.Start.Segment, f.Start.Offset, "the frame cannot be unsealed")
	}
	f.plain, f.aead, f.stored = plain, nil, plain
	return plain, nil
}

// corrupt says where the journal is damaged and what to do.
func corrupt(segment uint64, off int64, what string) error {
	return fmt.Errorf("journal segment %s, offset %d: %s; bring the journal folder back from a backup and start again: %w",
		segmentName(segment), off, what, family.ErrCorrupt)
}

func segmentName(n uint64) string { return fmt.Sprintf("%016d.seg", n) }

// damageError is damage within a segment, before it is known whether it matters.
type damageError struct {
	off  int64
	what string
}

// Error implements error.
func (e *damageError) Error() string { return e.what }

// segment reads the frames of one segment forward.
type segment struct {
	file  *os.File
	head  *header
	crypt *crypt
	aead  cipher.AEAD
	size  int64 // end of what may be read
	at    Position
	frame Frame

	buf      []byte // bytes of the file from bufStart
	bufStart int64
}

// openSegment opens segment n and reads its header. The header's damage is an
// *damageError; the segment is then nil.
func openSegment(dir string, n uint64, c *crypt, size int64) (*segment, error) {
	file, err := os.Open(filepath.Join(dir, segmentName(n)))
	if err != nil {
		return nil, err
	}
	if size < 0 {
		info, err := file.Stat()
		if err != nil {
			file.Close()
			return nil, err
		}
		size = info.Size()
	}
	s := &segment{file: file, crypt: c, size: size}
	if err := s.readHeader(n); err != nil {
		file.Close()
		return nil, err
	}
	return s, nil
}

func (s *segment) readHeader(n uint64) error {
	b, err := s.bytes(0, headerSize)
	if err != nil {
		return err
	}
	if b == nil {
		return &damageError{0, "the segment is cut in its header"}
	}
	if s.head, err = decodeHeader(b, s.crypt); err != nil {
		if errors.Is(err, errVersion) {
			return fmt.Errorf("journal segment %s: %w: %w", segmentName(n), err, family.ErrState)
		}
		return &damageError{0, err.Error()}
	}
	if s.head.segment != n || s.head.sealed != s.crypt.sealed() {
		return &damageError{0, "the segment is not the one its name says"}
	}
	if s.aead, err = s.crypt.aead(s.head.salt[:]); err != nil {
		return err
	}
	s.at = Position{Segment: n, Offset: headerSize, Seq: s.head.first,
		Chain: s.crypt.sum([]byte("begin"), b)}
	return nil
}

// readAhead is how much of a segment is read at a time.
const readAhead = 1 << 20

// bytes returns n bytes from off, or nil if the segment ends before. They are
// valid until the next call.
func (s *segment) bytes(off int64, n int) ([]byte, error) {
	if off+int64(n) > s.size {
		return nil, nil
	}
	have := s.bufStart + int64(len(s.buf)) - off
	if off < s.bufStart || have < int64(n) {
		want := min(max(int64(n), readAhead), s.size-off)
		if int64(cap(s.buf)) < want {
			s.buf = make([]byte, want)
		}
		s.buf, s.bufStart = s.buf[:want], off
		if _, err := s.file.ReadAt(s.buf, off); err != nil {
			s.buf = s.buf[:0]
			return nil, fmt.Errorf("reading the journal: %w", err)
		}
	}
	i := off - s.bufStart
	return s.buf[i : i+int64(n) : i+int64(n)], nil
}

// next reads the next frame and checks it against the chain: io.EOF at the
// segment's end, an *damageError where what stands there is no frame.
func (s *segment) next() (*Frame, error) {
	if s.at.Offset == s.size {
		return nil, io.EOF
	}
	off := s.at.Offset
	b, err := s.bytes(off, frameHead)
	if err != nil {
		return nil, err
	}
	h, ok := decodeFrameHeader(b, s.at.Segment, off)
	switch {
	case b == nil || !ok:
		return nil, &damageError{off, "the frame's header is damaged"}
	case h.seq != s.at.Seq:
		return nil, &damageError{off, "the frame does not follow the one before"}
	case h.length > MaxPayload+tagSize:
		return nil, &damageError{off, "the frame's length is impossible"}
	}
	whole := frameOverhead + int(h.length)
	if b, err = s.bytes(off, whole); err != nil {
		return nil, err
	}
	if b == nil {
		return nil, &damageError{off, "the frame is cut"}
	}
	body := b[:whole-chainSize]
	chain := s.crypt.sum(s.at.Chain[:], body)
	if string(chain[:]) != string(b[len(body):]) {
		return nil, &damageError{off, "the frame fails its check"}
	}
	s.frame = Frame{Type: h.typ, Count: h.count, Seq: h.seq, Start: s.at,
		head: body[:frameHead], stored: body[frameHead:], aead: s.aead, plain: s.frame.plain}
	s.at.Offset += int64(whole)
	s.at.Seq += uint64(h.count)
	s.at.Chain = chain
	s.frame.End = s.at
	return &s.frame, nil
}

func (s *segment) close() { s.file.Close() }

// Reader reads an open journal forward. It is used by one goroutine at a time.
type Reader struct {
	journal *Journal
	crypt   *crypt
	at      Position
	seg     *segment
}

// NewReader returns a reader that begins at from; the zero Position is the
// journal's beginning.
func (j *Journal) NewReader(from Position) (*Reader, error) {
	c, err := newCrypt(j.opt.Key)
	if err != nil {
		return nil, err
	}
	if from.Segment == 0 {
		from = Position{Seq: 1}
	}
	return &Reader{journal: j, crypt: c, at: from}, nil
}

// Position returns the border that the reader stands at.
func (r *Reader) Position() Position { return r.at }

// Next returns the next frame that is on disk, or io.EOF where there is none
// yet; more may come. Damage is ErrCorrupt. Reading does not wait for appends.
func (r *Reader) Next() (*Frame, error) {
	for {
		if r.at.Seq >= r.journal.Tail().Seq {
			return nil, io.EOF
		}
		if r.seg == nil {
			if err := r.open(); err != nil {
				return nil, r.bad(err)
			}
		}
		r.seg.size = r.journal.readable(r.at.Segment)
		f, err := r.seg.next()
		if errors.Is(err, io.EOF) {
			r.at.Segment++
			r.seg.close()
			r.seg = nil
			r.at.Offset = 0
			continue
		}
		if err != nil {
			return nil, r.bad(err)
		}
		r.at = r.seg.at
		return f, nil
	}
}

// open opens the segment that the reader stands in.
func (r *Reader) open() error {
	if r.at.Segment == 0 {
		r.at.Segment, r.at.Offset = 1, 0
	}
	seg, err := openSegment(r.journal.opt.Dir, r.at.Segment, r.crypt, r.journal.readable(r.at.Segment))
	if err != nil {
		return err
	}
	switch {
	case r.at.Offset == 0 && seg.head.before != r.at.Chain, seg.head.store != r.journal.opt.Store:
		seg.close()
		return &damageError{0, "the segment does not follow the one before"}
	case r.at.Offset == 0:
		r.at = seg.at
	}
	seg.at = r.at
	r.seg = seg
	return nil
}

func (r *Reader) bad(err error) error {
	var bad *damageError
	if errors.As(err, &bad) {
		return corrupt(r.at.Segment, bad.off, bad.what)
	}
	return err
}

// Close gives up the reader's file.
func (r *Reader) Close() {
	if r.seg != nil {
		r.seg.close()
		r.seg = nil
	}
}
