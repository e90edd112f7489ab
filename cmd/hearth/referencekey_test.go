package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/hearthmatch/hearth/family"
)

func TestReferenceKeyStays(t *testing.T) {
	dir := t.TempDir()
	first, err := referenceKey(dir)()
	if err != nil || len(first) != 32 {
		t.Fatalf("got %d bytes, %v; want 32", len(first), err)
	}
	again, err := referenceKey(dir)()
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("another key after a restart, %v", err)
	}
	name := filepath.Join(dir, referenceKeyFile)
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v; want it readable by its owner only", info.Mode(), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("%d files, %v; want the key only", len(left), err)
	}
	if err := os.WriteFile(name, []byte("0102"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := referenceKey(dir)(); !errors.Is(err, family.ErrCorrupt) {
		t.Errorf("a short key: got %v, want ErrCorrupt", err)
	}
	if other, err := referenceKey(t.TempDir())(); err != nil || bytes.Equal(first, other) {
		t.Errorf("two directories have one key, %v", err)
	}
}
