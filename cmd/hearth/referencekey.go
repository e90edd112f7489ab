package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/hearthmatch/hearth/casework/returns"
	"github.com/hearthmatch/hearth/family"
)

// referenceKeyFile holds, in a data directory, the secret that makes the
// references of families in aggregate returns. Who has it can tell from a
// reference which case it is; who loses it gives families new references.
const referenceKeyFile = "returns.key"

// referenceKey reads the secret of a data directory, and makes it the first
// time that it is asked for. Its function may be called concurrently.
func referenceKey(dir string) func() ([]byte, error) {
	var mu sync.Mutex
	name := filepath.Join(dir, referenceKeyFile)
	return func() ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		text, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			text, err = newReferenceKey(name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s cannot be used: %w", referenceKeyFile, pathless(err))
		}
		key, err := hex.DecodeString(strings.TrimSpace(string(text)))
		if err != nil || len(key) < returns.MinKey {
			return nil, fmt.Errorf("%s is damaged: put it back from a backup, or remove it, which gives families new references: %w",
				referenceKeyFile, family.ErrCorrupt)
		}
		return key, nil
	}
}

// newReferenceKey makes the secret. It is written beside its place first, so
// that half of one is never found there.
func newReferenceKey(name string) ([]byte, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	text := []byte(hex.EncodeToString(key) + "\n")
	f, err := os.CreateTemp(filepath.Dir(name), referenceKeyFile+".*") // readable by its owner only
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(f.Name()))
	}
	return text, nil
}
