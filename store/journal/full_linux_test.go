package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hearthmatch/hearth/family"
)

// TestRealDiskFull fills a small file system: nothing acknowledged is lost,
// and appending goes on once there is space.
func TestRealDiskFull(t *testing.T) {
	mount := t.TempDir()
	if err := unix.Mount("tmpfs", mount, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("no small file system can be mounted here: %v", err)
	}
	defer unix.Unmount(mount, unix.MNT_DETACH)
	ballast := filepath.Join(mount, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(mount, "journal")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	opt := Options{Dir: dir, SegmentBytes: 512 << 10}
	j, _ := open(t, opt)
	n := 0
	fill := func() {
		for {
			if _, err := j.Append(1, 1, fmt.Appendf(make([]byte, 0, 9000), "%09000d", n), nil); err != nil {
				if !errors.Is(err, family.ErrFull) {
					t.Fatal(err)
				}
				return
			}
			n++
		}
	}
	fill()
	before := n
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	fill()
	if before == 0 || n == before {
		t.Errorf("%d frames before there was space, %d after", before, n)
	}
	j.Close()
	seen, j, err := tryOpen(opt)
	if err != nil || len(seen) != n {
		t.Fatalf("opened again: %d of %d frames, %v", len(seen), n, err)
	}
	j.Close()
}
