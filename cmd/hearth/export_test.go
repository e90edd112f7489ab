package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func line(w io.Writer) error {
	_, err := io.WriteString(w, "a line\n")
	return err
}

func TestWriteFile(t *testing.T) {
	p, dir := newProgram(nil, io.Discard, io.Discard), t.TempDir()
	name := filepath.Join(dir, "out.csv")
	if err := p.writeFile(name, line); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the stream broke")
	err := p.writeFile(name, func(w io.Writer) error { return errors.Join(line(w), line(w), broken) })
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	if got, _ := os.ReadFile(name); string(got) != "a line\n" {
		t.Errorf("a failed export left %q", got)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files are left, want 1", len(left))
	}
	if err := p.writeFile(dir, line); err == nil || !strings.Contains(err.Error(), "is a directory; name a file") {
		t.Errorf("a directory: %v", err)
	}
	if err := p.writeFile(filepath.Join(dir, "no", "x"), line); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no such directory: %v", err)
	}
}

// A pipe or a device is written to: a new file in its place would break it.
func TestWriteFileLeavesDevicesInPlace(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	read := make(chan []byte, 1)
	go func() {
		data, _ := os.ReadFile(name) // what is missing fails below
		read <- data
	}()
	if err := newProgram(nil, io.Discard, io.Discard).writeFile(name, line); err != nil {
		t.Fatal(err)
	}
	if got := <-read; !bytes.Equal(got, []byte("a line\n")) {
		t.Errorf("the pipe gave %q", got)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().IsRegular() {
		t.Error("the pipe was replaced by a file")
	}
}

func TestUnavailable(t *testing.T) {
	for _, tc := range []struct{ message, want string }{
		{`connection error: desc = "transport: Error while dialing: connect: connection refused"`, "no service answers at h:1"},
		{`connection error: desc = "error reading server preface: http2: frame too large"`, "is no hearth service"},
		{"error reading from server: EOF", "the connection to h:1 was cut"},
	} {
		if got := unavailable(tc.message, "h:1"); !strings.Contains(got, tc.want) {
			t.Errorf("unavailable(%q) = %q, want %q in it", tc.message, got, tc.want)
		}
	}
}

func TestTopNote(t *testing.T) {
	if got := topNote(5, 93, 97); !strings.Contains(got, "first 5 of 93") || !strings.Contains(got, "other 4 of the 97") {
		t.Errorf("got %q", got)
	}
	if got := topNote(3, 3, 3); strings.Contains(got, "protected") {
		t.Errorf("nobody is left out, got %q", got)
	}
}
