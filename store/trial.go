package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/fb"
	sst "github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2"
)

// tryTables reads every table of the index as badger is about to. Badger does
// it in goroutines of its own, where damage is a panic that ends the process
// as often as an error; here it is always an error.
func tryTables(o badger.Options) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.New("a table of the index is damaged")
		}
	}()
	f, err := os.Open(filepath.Join(o.Dir, badger.ManifestFilename))
	if errors.Is(err, fs.ErrNotExist) {
		return nothingBut(o.Dir)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	manifest, _, err := badger.ReplayManifestFile(f, 0, o)
	if err != nil {
		return err
	}
	keys, err := badger.OpenKeyRegistry(badger.KeyRegistryOptions{Dir: o.Dir, ReadOnly: true, EncryptionKey: o.EncryptionKey})
	if err != nil {
		return err
	}
	cache, err := ristretto.NewCache(&ristretto.Config[uint64, *fb.TableIndex]{NumCounters: 1000, MaxCost: 16 << 20, BufferItems: 64})
	if err != nil {
		return err
	}
	defer cache.Close()
	for id, t := range manifest.Tables {
		if err := tryTable(o, id, t, keys, cache); err != nil {
			return err
		}
	}
	return nil
}

// nothingBut refuses an index without a manifest that is not empty: badger
// would begin a new one beside the remains of the old.
func nothingBut(dir string) error {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		err = errors.New("the index has lost its manifest")
	}
	return err
}

func tryTable(o badger.Options, id uint64, m badger.TableManifest, keys *badger.KeyRegistry, cache *ristretto.Cache[uint64, *fb.TableIndex]) error {
	key, err := keys.DataKey(m.KeyID)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(sst.NewFilename(id, o.Dir))
	if err != nil {
		return err
	}
	t, err := sst.OpenInMemoryTable(b, id, &sst.Options{BlockSize: o.BlockSize, Compression: m.Compression, DataKey: key, IndexCache: cache})
	if err == nil {
		err = t.VerifyChecksum()
	}
	if err != nil {
		return fmt.Errorf("a table of the index is damaged: %w", err)
	}
	return nil
}
