package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

// copyDir copies a journal's files to a new directory.
func copyDir(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, e.Name()), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// tryOpen opens a journal and returns its frames as texts.
func tryOpen(opt Options) ([]string, *Journal, error) {
	var seen []string
	j, err := Open(opt, func(f *Frame) error {
		p, err := f.Payload()
		seen = append(seen, string(p))
		return err
	})
	return seen, j, err
}

// written makes a journal of frames, one an append, and returns its directory
// and where the last frame begins.
func written(t testing.TB, key []byte, frames ...string) (dir string, lastStart, lastEnd int64) {
	t.Helper()
	opt := Options{Dir: t.TempDir(), Key: key, SegmentBytes: 4096}
	j, _ := open(t, opt)
	for _, f := range frames {
		if _, err := j.Append(1, 1, []byte(f), func(at Position) { lastStart = at.Offset }); err != nil {
			t.Fatal(err)
		}
	}
	lastEnd = j.Tail().Offset
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return opt.Dir, lastStart, lastEnd
}

// TestTornTail cuts, or fills with zeros, the last frame at each of its bytes:
// one that was not acknowledged is cut off, one that was is never dropped.
func TestTornTail(t *testing.T) {
	for _, key := range [][]byte{nil, bytes.Repeat([]byte{7}, 32)} {
		_, _, end := written(t, key, "one", "two")
		whole, _, _ := written(t, key, "one", "two", "three")
		seg := filepath.Join(whole, segmentName(1))
		b, err := os.ReadFile(seg)
		if err != nil {
			t.Fatal(err)
		}
		for _, acknowledged := range []bool{false, true} {
			for cut := end; cut <= int64(len(b)); cut++ {
				for _, zeros := range []bool{false, true} {
					torn := append([]byte(nil), b[:cut]...)
					if zeros {
						torn = append(torn, make([]byte, 4096-len(torn))...)
					}
					checkTorn(t, whole, torn, key, acknowledged, cut == int64(len(b)), cut == end)
				}
			}
		}
	}
}

func checkTorn(t *testing.T, from string, torn, key []byte, acknowledged, complete, none bool) {
	t.Helper()
	dir := copyDir(t, from)
	if err := os.WriteFile(filepath.Join(dir, segmentName(1)), torn, 0o600); err != nil {
		t.Fatal(err)
	}
	if !acknowledged {
		if err := os.WriteFile(filepath.Join(dir, headFile), headOf(t, torn, key, 2), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	seen, j, err := tryOpen(Options{Dir: dir, Key: key, SegmentBytes: 4096})
	if acknowledged && !complete {
		if !errors.Is(err, family.ErrCorrupt) {
			t.Fatalf("%d bytes of an acknowledged frame left: %v %v", len(torn), seen, err)
		}
		return
	}
	want := []string{"one", "two"}
	if complete {
		want = append(want, "three")
	}
	if err != nil || fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Fatalf("length %d: got %v, %v; want %v", len(torn), seen, err, want)
	}
	if cut := j.Recovered().CutBytes; (cut > 0) != (!complete && !none) && len(bytes.TrimRight(torn, "\x00")) == len(torn) {
		t.Fatalf("length %d: cut %d", len(torn), cut)
	}
	if _, err := j.Append(1, 1, []byte("four"), nil); err != nil {
		t.Fatal(err)
	}
	if got, want := len(collect(t, j)), len(want)+1; got != want {
		t.Fatalf("after going on: %d frames, want %d", got, want)
	}
	j.Close()
}

// headOf makes the HEAD that stood when only the first n frames of a segment
// had been acknowledged.
func headOf(t *testing.T, segmentBytes, key []byte, n int) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, segmentName(1)), segmentBytes, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := newCrypt(key)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openSegment(dir, 1, c, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for range n {
		if _, err := s.next(); err != nil {
			t.Fatal(err)
		}
	}
	b := make([]byte, 2*headSlot)
	putHead(b[headSlot:], c, 1, s.at)
	return b
}

// TestBitFlips flips bits all over a journal's files: each is reported, or
// lies in what nothing depends on and changes no frame.
func TestBitFlips(t *testing.T) {
	frames := []string{"one", strings.Repeat("two", 40), "three", "four"}
	for _, key := range [][]byte{nil, bytes.Repeat([]byte{7}, 32)} {
		dir, _, _ := written(t, key, frames...)
		j, _ := open(t, Options{Dir: dir, Key: key, SegmentBytes: 4096})
		if _, err := j.Append(1, 1, []byte("five"), nil); err != nil {
			t.Fatal(err)
		}
		j.Close()
		want := fmt.Sprint(append(frames, "five"))
		for _, name := range []string{segmentName(1), segmentName(2), headFile} {
			flipAll(t, dir, name, key, want)
		}
	}
}

func flipAll(t *testing.T, dir, name string, key []byte, want string) {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	copied := copyDir(t, dir)
	for i := range b {
		flipped := bytes.Clone(b)
		flipped[i] ^= 1 << (i % 8)
		for _, n := range []string{segmentName(1), segmentName(2), headFile} {
			orig, err := os.ReadFile(filepath.Join(dir, n))
			if err != nil {
				t.Fatal(err)
			}
			if n == name {
				orig = flipped
			}
			if err := os.WriteFile(filepath.Join(copied, n), orig, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		seen, j, err := tryOpen(Options{Dir: copied, Key: key, SegmentBytes: 4096})
		switch {
		case name == headFile:
			if err != nil || fmt.Sprint(seen) != want {
				t.Fatalf("%s byte %d: %v %v", name, i, seen, err)
			}
			if used := i%headSlot < headBytes && !allZero(b[i/headSlot*headSlot:][:headSlot]); used && !j.Recovered().HeadLost {
				t.Fatalf("%s byte %d: damage went unnoticed", name, i)
			}
		case !errors.Is(err, family.ErrCorrupt):
			t.Fatalf("%s byte %d: got %v, %v; want ErrCorrupt", name, i, seen, err)
		case !strings.Contains(err.Error(), name):
			t.Fatalf("%s byte %d: the error does not name the segment: %v", name, i, err)
		}
		if j != nil {
			j.Close()
		}
	}
}

func allZero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }

// TestFilesMissing takes files away, swaps them and cuts them at frame ends.
func TestFilesMissing(t *testing.T) {
	base := t.TempDir()
	opt := Options{Dir: base, SegmentBytes: 1024}
	j, _ := open(t, opt)
	for i := range 40 {
		if _, err := j.Append(1, 1, fmt.Appendf(nil, "frame %d", i), nil); err != nil {
			t.Fatal(err)
		}
	}
	last := j.Tail()
	j.Close()
	if last.Segment < 3 {
		t.Fatalf("only %d segments", last.Segment)
	}
	at := func(n uint64) string { return segmentName(n) }
	for _, tc := range []struct {
		name   string
		damage func(dir string) error
	}{
		{"first missing", func(d string) error { return os.Remove(filepath.Join(d, at(1))) }},
		{"middle missing", func(d string) error { return os.Remove(filepath.Join(d, at(2))) }},
		{"last missing", func(d string) error { return os.Remove(filepath.Join(d, at(last.Segment))) }},
		{"all missing", func(d string) error {
			for n := range last.Segment {
				os.Remove(filepath.Join(d, at(n+1)))
			}
			return nil
		}},
		{"swapped", func(d string) error {
			return errors.Join(os.Rename(filepath.Join(d, at(1)), filepath.Join(d, "x")),
				os.Rename(filepath.Join(d, at(2)), filepath.Join(d, at(1))), os.Rename(filepath.Join(d, "x"), filepath.Join(d, at(2))))
		}},
		{"last emptied", func(d string) error { return os.Truncate(filepath.Join(d, at(last.Segment)), 0) }},
		{"last zeroed", func(d string) error {
			return os.WriteFile(filepath.Join(d, at(last.Segment)), make([]byte, last.Offset), 0o600)
		}},
		{"last cut to its header", func(d string) error { return os.Truncate(filepath.Join(d, at(last.Segment)), headerSize) }},
		{"middle cut to its header", func(d string) error { return os.Truncate(filepath.Join(d, at(2)), headerSize) }},
		{"middle grown", func(d string) error { return os.Truncate(filepath.Join(d, at(2)), 4096) }},
	} {
		dir := copyDir(t, base)
		if err := tc.damage(dir); err != nil {
			t.Fatal(err)
		}
		if seen, _, err := tryOpen(Options{Dir: dir, SegmentBytes: 1024}); !errors.Is(err, family.ErrCorrupt) {
			t.Errorf("%s: %d frames, %v", tc.name, len(seen), err)
		}
	}
	dir := copyDir(t, base)
	os.Remove(filepath.Join(dir, headFile))
	seen, j, err := tryOpen(Options{Dir: dir, SegmentBytes: 1024})
	if err != nil || len(seen) != 40 || !j.Recovered().HeadLost {
		t.Errorf("HEAD missing: %d frames, %v", len(seen), err)
	} else {
		j.Close()
	}
}

// faultyDisk is a Disk that fails on purpose.
type faultyDisk struct {
	machine
	mu     sync.Mutex
	create error
	write  error
	half   bool // a failing write writes half of it
	sync   error
	dir    error
}

func (d *faultyDisk) get(what func(*faultyDisk) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return what(d)
}

func (d *faultyDisk) Create(path string, size int64) (File, error) {
	if err := d.get(func(d *faultyDisk) error { return d.create }); err != nil {
		return nil, err
	}
	f, err := d.machine.Create(path, size)
	return &faultyFile{f, d}, err
}

func (d *faultyDisk) SyncDir(dir string) error {
	if err := d.get(func(d *faultyDisk) error { return d.dir }); err != nil {
		return err
	}
	return d.machine.SyncDir(dir)
}

type faultyFile struct {
	File
	disk *faultyDisk
}

func (f *faultyFile) WriteAt(p []byte, off int64) (int, error) {
	if err := f.disk.get(func(d *faultyDisk) error { return d.write }); err != nil {
		if f.disk.half {
			f.File.WriteAt(p[:len(p)/2], off)
		}
		return len(p) / 2, err
	}
	return f.File.WriteAt(p, off)
}

func (f *faultyFile) Sync() error {
	if err := f.disk.get(func(d *faultyDisk) error { return d.sync }); err != nil {
		return err
	}
	return f.File.Sync()
}

// TestFailedSync makes one sync fail: nothing is acknowledged from then on,
// even when the disk recovers, and a new opening has all that was.
func TestFailedSync(t *testing.T) {
	for _, what := range []string{"sync", "write", "half write", "create", "directory"} {
		t.Run(what, func(t *testing.T) {
			disk := &faultyDisk{}
			opt := Options{Dir: t.TempDir(), Disk: disk, SegmentBytes: 1024}
			j, _ := open(t, opt)
			for i := range 5 {
				if _, err := j.Append(1, 1, fmt.Appendf(nil, "frame %d", i), nil); err != nil {
					t.Fatal(err)
				}
			}
			payload := []byte("lost")
			disk.mu.Lock()
			switch what {
			case "sync":
				disk.sync = syscall.EIO
			case "half write":
				disk.half = true
				fallthrough
			case "write":
				disk.write = syscall.EIO
			case "create":
				disk.create, payload = syscall.EIO, make([]byte, 2000)
			case "directory":
				disk.dir, payload = syscall.EIO, make([]byte, 2000)
			}
			disk.mu.Unlock()
			_, err := j.Append(1, 1, payload, func(Position) { t.Error("applied") })
			if !errors.Is(err, syscall.EIO) {
				t.Fatalf("got %v, want EIO", err)
			}
			disk.mu.Lock()
			disk.create, disk.write, disk.sync, disk.dir = nil, nil, nil, nil
			disk.mu.Unlock()
			for range 3 {
				if _, again := j.Append(1, 1, []byte("after"), nil); again == nil || again.Error() != err.Error() {
					t.Fatalf("after the failure: %v", again)
				}
			}
			if got := len(collect(t, j)); got != 5 {
				t.Errorf("%d frames can be read, want 5", got)
			}
			j.Close()
			seen, j, err := tryOpen(Options{Dir: opt.Dir, SegmentBytes: 1024})
			if err != nil || len(seen) < 5 {
				t.Fatalf("opened again: %v, %v", seen, err)
			}
			j.Close()
		})
	}
}

// TestDiskFull fills the disk at the making of a segment and in the middle of
// a write: both are ErrFull, lose nothing, and pass.
func TestDiskFull(t *testing.T) {
	for _, key := range [][]byte{nil, make([]byte, 32)} {
		disk := &faultyDisk{half: true}
		opt := Options{Dir: t.TempDir(), Key: key, Disk: disk, SegmentBytes: 1024}
		j, _ := open(t, opt)
		var want []string
		add := func(text string, ok bool) {
			t.Helper()
			_, err := j.Append(1, 1, []byte(text), nil)
			if ok && err != nil || !ok && !errors.Is(err, family.ErrFull) {
				t.Fatalf("%.10s: %v", text, err)
			}
			if ok {
				want = append(want, text)
			}
		}
		add("one", true)
		disk.write = syscall.ENOSPC
		add("two", false)
		add("three", false)
		disk.write = nil
		add("four", true)
		disk.create = syscall.ENOSPC
		add(strings.Repeat("five", 500), false)
		disk.create = nil
		add(strings.Repeat("six", 500), true)
		j.Close()
		seen, j, err := tryOpen(Options{Dir: opt.Dir, Key: key, SegmentBytes: 1024})
		if err != nil || fmt.Sprint(seen) != fmt.Sprint(want) {
			t.Fatalf("got %d frames, %v; want %d", len(seen), err, len(want))
		}
		j.Close()
	}
}

// TestGroupCommit has many append at once; each frame is there once, and the
// appliers run in journal order.
func TestGroupCommit(t *testing.T) {
	opt := Options{Dir: t.TempDir(), SegmentBytes: 8192}
	j, _ := open(t, opt)
	var order []uint64
	var group sync.WaitGroup
	for w := range 16 {
		group.Go(func() {
			for i := range 50 {
				if _, err := j.Append(1, uint32(1+i%3), fmt.Appendf(nil, "%d/%d", w, i), func(at Position) { order = append(order, at.Seq) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	for i := 1; i < len(order); i++ {
		if order[i] <= order[i-1] {
			t.Fatalf("applied out of order: %v", order[i-1:i+1])
		}
	}
	if got := collect(t, j); len(got) != 800 || len(order) != 800 {
		t.Errorf("%d frames, %d applied", len(got), len(order))
	}
	j.Close()
	if _, err := j.Append(1, 1, nil, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestSealed finds no payload in a sealed journal's files, and none readable
// by another key.
func TestSealed(t *testing.T) {
	dir, _, _ := written(t, bytes.Repeat([]byte{1}, 32), "a canary in the mine", "another canary")
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil || bytes.Contains(b, []byte("canary")) {
			t.Errorf("%s: readable payload, %v", e.Name(), err)
		}
	}
	for _, key := range [][]byte{nil, bytes.Repeat([]byte{2}, 32)} {
		if seen, _, err := tryOpen(Options{Dir: dir, Key: key}); !errors.Is(err, family.ErrCorrupt) {
			t.Errorf("another key: %v, %v", seen, err)
		}
	}
}

func FuzzSegment(f *testing.F) {
	dir, _, _ := written(f, nil, "one", "two")
	b, err := os.ReadFile(filepath.Join(dir, segmentName(1)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, b[:40])
	f.Fuzz(func(t *testing.T, b, head []byte) {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, segmentName(1)), b, 0o600)
		os.WriteFile(filepath.Join(dir, headFile), head, 0o600)
		seen, j, err := tryOpen(Options{Dir: dir, SegmentBytes: 1024})
		if err != nil {
			return
		}
		defer j.Close()
		if got := len(collect(t, j)); got != len(seen) {
			t.Errorf("the opening saw %d frames and the reader %d", len(seen), got)
		}
	})
}

// TestDamageBeforeHead is a power cut that kept HEAD back: what a later frame
// proves to have been on disk is not cut, the last frame alone is.
func TestDamageBeforeHead(t *testing.T) {
	for _, key := range [][]byte{nil, bytes.Repeat([]byte{7}, 32)} {
		whole, start, _ := written(t, key, "one", "two", "three")
		b, err := os.ReadFile(filepath.Join(whole, segmentName(1)))
		if err != nil {
			t.Fatal(err)
		}
		for off := int64(0); off < int64(len(b)); off++ {
			dir := copyDir(t, whole)
			bad := bytes.Clone(b)
			bad[off] ^= 1
			os.WriteFile(filepath.Join(dir, segmentName(1)), bad, 0o600)
			os.WriteFile(filepath.Join(dir, headFile), headOf(t, b, key, 0), 0o600)
			seen, j, err := tryOpen(Options{Dir: dir, Key: key})
			if off < start {
				if !errors.Is(err, family.ErrCorrupt) {
					t.Fatalf("byte %d: %v, %v; want ErrCorrupt", off, seen, err)
				}
				continue
			}
			if err != nil || fmt.Sprint(seen) != "[one two]" {
				t.Fatalf("byte %d of the last frame: %v, %v", off, seen, err)
			}
			j.Close()
		}
	}
}
