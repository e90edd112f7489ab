package store

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// The names in a data directory.
const (
	markerFile  = "HEARTH"  // what the directory is
	lockFile    = "LOCK"    // held by the process that has it open
	journalDir  = "journal" // the truth
	indexDir    = "index"   // rebuildable
	openingFile = "index.opening"
)

// format is the version of the data directory as a whole.
const format = 1

// marker is the text file that says what a data directory is:
//
//	hearth data directory
//	format 1
//	store 6c1d… (32 hexadecimal digits: its identity)
//	sealed yes
//	key 9a04… (64 digits: proves a key right or wrong; - if not sealed)
//	check 1f2e3d4c (CRC-32 of the lines before)
type marker struct {
	store  [16]byte
	sealed bool
}

func (m *marker) encode(key []byte) []byte {
	proof := "-"
	if m.sealed {
		proof = hex.EncodeToString(m.proof(key))
	}
	sealed := "no"
	if m.sealed {
		sealed = "yes"
	}
	text := fmt.Sprintf("hearth data directory\nformat %d\nstore %x\nsealed %s\nkey %s\n", format, m.store, sealed, proof)
	return fmt.Appendf(nil, "%scheck %08x\n", text, crc32.ChecksumIEEE([]byte(text)))
}

// proof shows a key to be the one that sealed the store, and not the key.
func (m *marker) proof(key []byte) []byte {
	return subkey(key, m.store[:], "hearth key check")
}

// subkey derives one of the keys that a store uses. Each use has its own.
func subkey(key, salt []byte, use string) []byte {
	if key == nil {
		return nil
	}
	k, err := hkdf.Key(sha256.New, key, salt, use, 32)
	if err != nil {
		panic(err) // unreachable: 32 bytes are within bounds
	}
	return k
}

// decodeMarker reads the marker and tries the key on it.
func decodeMarker(b, key []byte) (*marker, error) {
	damaged := fmt.Errorf("the file %s is damaged; bring it back from a backup: %w", markerFile, family.ErrCorrupt)
	lines := strings.Split(string(b), "\n")
	if len(lines) < 2 || lines[0] != "hearth data directory" {
		return nil, damaged
	}
	if lines[1] != fmt.Sprintf("format %d", format) && strings.HasPrefix(lines[1], "format ") && checked(b) {
		return nil, fmt.Errorf("the data directory has %s and this hearth knows format %d only; use a newer hearth: %w", lines[1], format, family.ErrState)
	}
	if len(lines) != 7 || !checked(b) {
		return nil, damaged
	}
	m := &marker{sealed: lines[3] == "sealed yes"}
	id, err := hex.DecodeString(strings.TrimPrefix(lines[2], "store "))
	if err != nil || len(id) != len(m.store) {
		return nil, damaged
	}
	copy(m.store[:], id)
	switch {
	case m.sealed && key == nil:
		return nil, fmt.Errorf("the data directory is sealed; give the key file that it was sealed with: %w", family.ErrDenied)
	case !m.sealed && key != nil:
		return nil, fmt.Errorf("a key was given, but the data directory is not sealed; leave the key out, or use a new directory for a sealed store: %w", family.ErrState)
	case m.sealed && !hmac.Equal([]byte("key "+hex.EncodeToString(m.proof(key))), []byte(lines[4])):
		return nil, fmt.Errorf("this is not the key that the data directory was sealed with; nothing was changed: %w", family.ErrDenied)
	}
	return m, nil
}

// checked says whether the last line is the check of the lines before.
func checked(b []byte) bool {
	text := string(b)
	i := strings.LastIndex(text, "check ")
	return i >= 0 && text[i:] == fmt.Sprintf("check %08x\n", crc32.ChecksumIEEE(b[:i]))
}

// readMarker reads the marker of dir, or nil where dir is to become a store.
func readMarker(dir string, key []byte) (*marker, error) {
	b, err := os.ReadFile(filepath.Join(dir, markerFile))
	if err == nil {
		return decodeMarker(b, key)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	strange := false
	for _, e := range entries {
		switch e.Name() {
		case lockFile, markerFile + ".new":
		case journalDir:
			return nil, fmt.Errorf("the data directory has a journal, but its file %s is missing; bring it back from a backup: %w", markerFile, family.ErrCorrupt)
		default:
			strange = true
		}
	}
	if strange {
		return nil, fmt.Errorf("%s is not empty and is not a hearth data directory; name another: %w", dir, family.ErrState)
	}
	return nil, nil
}

// writeMarker makes dir a store: wholly or not at all.
func writeMarker(dir string, key []byte) (*marker, error) {
	m := &marker{sealed: key != nil}
	rand.Read(m.store[:])
	path := filepath.Join(dir, markerFile)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(m.encode(key))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return nil, err
	}
	return m, syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
