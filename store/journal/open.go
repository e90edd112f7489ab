package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/hearthmatch/hearth/family"
)

// Options say where a journal lives and how it is sealed.
type Options struct {
	Dir   string   // must exist
	Store [16]byte // the identity that every segment bears
	Key   []byte   // nil, or 32 bytes: payloads are sealed, chains are keyed
	Disk  Disk     // nil: the machine's
	// SegmentBytes is how much is set aside at a time; 0 is 64 MiB.
	SegmentBytes int64
}

// Recovered says what Open found and put right.
type Recovered struct {
	// CutBytes is the length of a tail that was cut: a write that was under
	// way, and was never acknowledged, when the process or the machine stopped.
	CutBytes int64
	// HeadLost is true if HEAD was missing or damaged. Everything that is
	// there was checked, but a journal that lacks its end would not show.
	HeadLost bool
}

// Journal is an open journal. Its methods may be called concurrently.
type Journal struct {
	opt       Options
	disk      Disk
	recovered Recovered

	mu     sync.Mutex
	more   sync.Cond // a request came, or closing
	queue  []*request
	tail   Position         // everything before it is acknowledged
	ends   map[uint64]int64 // lengths of ended segments
	failed error            // set once, for good
	closed bool
	done   chan struct{} // the writer has ended

	w writer
}

// Open opens the journal in opt.Dir, or begins one, and calls visit for each
// frame that it holds, in order. It reads and checks the whole journal. The
// caller makes sure that no other process has it.
func Open(opt Options, visit func(f *Frame) error) (*Journal, error) {
	if opt.SegmentBytes == 0 {
		opt.SegmentBytes = 64 << 20
	}
	j := &Journal{opt: opt, disk: opt.Disk, ends: map[uint64]int64{}, done: make(chan struct{})}
	j.more.L = &j.mu
	if j.disk == nil {
		j.disk = machine{}
	}
	c, err := newCrypt(opt.Key)
	if err != nil {
		return nil, err
	}
	j.w = writer{crypt: c}
	if err := j.recover(visit); err != nil {
		return nil, err
	}
	go j.run()
	return j, nil
}

// Recovered says what Open put right.
func (j *Journal) Recovered() Recovered { return j.recovered }

// recover reads all segments, cuts a torn tail and opens HEAD.
func (j *Journal) recover(visit func(*Frame) error) error {
	last, err := lastSegment(j.opt.Dir)
	if err != nil {
		return err
	}
	head, err := j.openHead(last)
	if err != nil {
		return err
	}
	sc := scanner{opt: &j.opt, crypt: j.w.crypt, head: head, visit: visit, at: Position{Seq: 1}}
	for n := uint64(1); n <= last; n++ {
		if err := sc.segment(n, n == last); err != nil {
			return err
		}
		j.ends[n] = sc.end
	}
	if sc.at.Seq < head.Seq {
		return corrupt(last, sc.end, fmt.Sprintf("the journal ends at place %d, but place %d was acknowledged", sc.at.Seq-1, head.Seq-1))
	}
	j.recovered.CutBytes = sc.cut
	j.tail = sc.at
	j.w.segment = last
	if last > 0 {
		if err := j.trim(last, &sc); err != nil {
			return err
		}
	}
	if head.Seq != sc.at.Seq || j.recovered.HeadLost {
		return j.w.writeHead(j.tail, true)
	}
	return nil
}

// trim cuts the last segment to what holds frames, and makes sure that these
// are on disk: the process that wrote them may have ended before its sync.
func (j *Journal) trim(last uint64, sc *scanner) error {
	path := filepath.Join(j.opt.Dir, segmentName(last))
	if sc.end == 0 {
		delete(j.ends, last)
		j.w.segment--
		if err := os.Remove(path); err != nil {
			return err
		}
		return j.disk.SyncDir(j.opt.Dir)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() != sc.end {
		if err := f.Truncate(sc.end); err != nil {
			return err
		}
	}
	return f.Sync()
}

// lastSegment returns the number of the last segment, 0 if there is none, and
// refuses a gap.
func lastSegment(dir string) (uint64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	var numbers []uint64
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".seg")
		if n, err := strconv.ParseUint(name, 10, 64); ok && err == nil && n > 0 && segmentName(n) == e.Name() {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != uint64(i)+1 {
			return 0, corrupt(uint64(i)+1, 0, "the segment is missing")
		}
	}
	return uint64(len(numbers)), nil
}

// openHead opens HEAD, making it if need be, and returns what it remembers:
// the zero Position if that is lost.
func (j *Journal) openHead(last uint64) (Position, error) {
	path := filepath.Join(j.opt.Dir, headFile)
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Position{}, err
	}
	turn, at, ok, damaged := readHead(b, j.w.crypt)
	j.recovered.HeadLost = damaged || !ok && last > 0
	if !ok {
		at = Position{}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return at, err
	}
	j.w.head, j.w.turn = f, turn
	if len(b) != 2*headSlot {
		if err := errors.Join(f.Truncate(2*headSlot), f.Sync(), j.disk.SyncDir(j.opt.Dir)); err != nil {
			return at, err
		}
	}
	if !ok && last == 0 {
		at.Seq = 1
		return at, j.w.writeHead(at, true)
	}
	return at, nil
}

// scanner walks the segments at opening.
type scanner struct {
	opt   *Options
	crypt *crypt
	head  Position
	visit func(*Frame) error
	at    Position
	end   int64 // length of the segment last read
	cut   int64
}

// segment reads segment n and leaves its length in sc.end.
func (sc *scanner) segment(n uint64, last bool) error {
	seg, err := openSegment(sc.opt.Dir, n, sc.crypt, -1)
	if err != nil {
		return sc.judge(n, last, err)
	}
	defer seg.close()
	if seg.head.store != sc.opt.Store {
		return corrupt(n, 0, "the segment belongs to another store")
	}
	if seg.head.before != sc.at.Chain || seg.head.first != sc.at.Seq {
		return corrupt(n, 0, "the segment does not follow the one before")
	}
	sc.at, sc.end = seg.at, headerSize
	for {
		f, err := seg.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return sc.judge(n, last, err)
		}
		sc.at, sc.end = f.End, f.End.Offset
		if f.End.Seq == sc.head.Seq && f.End.Chain != sc.head.Chain {
			return corrupt(n, f.Start.Offset, "the frame is not the one that was acknowledged")
		}
		if err := sc.visit(f); err != nil {
			return err
		}
	}
}

// judge decides whether damage is a tail that was never acknowledged. If so
// the segment ends before it.
func (sc *scanner) judge(n uint64, last bool, err error) error {
	var bad *damageError
	if !errors.As(err, &bad) {
		return err
	}
	if !last || sc.head.Seq > sc.at.Seq {
		return corrupt(n, bad.off, bad.what)
	}
	rest, err := readFrom(filepath.Join(sc.opt.Dir, segmentName(n)), bad.off)
	if err != nil {
		return err
	}
	torn := bytes.TrimRight(rest, "\x00")
	switch {
	case len(torn) > 0 && sc.head.Seq == 0:
		return corrupt(n, bad.off, bad.what+", and HEAD, which would tell whether that matters, is lost")
	case provesSync(torn, n, bad.off, sc.at.Seq):
		return corrupt(n, bad.off, bad.what)
	}
	if bad.off == 0 {
		sc.end = 0
	}
	sc.cut = int64(len(torn))
	return nil
}

func readFrom(path string, off int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b := make([]byte, max(0, info.Size()-off))
	_, err = io.ReadFull(io.NewSectionReader(f, off, int64(len(b))), b)
	return b, err
}

// provesSync says whether some frame header in rest, which begins at off, was
// written with the knowledge that the place seq was on disk.
func provesSync(rest []byte, segment uint64, off int64, seq uint64) bool {
	magic := []byte("hjf1")
	for i := 0; ; i++ {
		k := bytes.Index(rest[i:], magic)
		if k < 0 {
			return false
		}
		i += k
		if h, ok := decodeFrameHeader(rest[i:], segment, off+int64(i)); ok && h.synced >= seq {
			return true
		}
	}
}

// ErrClosed is every call's answer after Close.
var ErrClosed = fmt.Errorf("the journal is closed: %w", family.ErrState)
