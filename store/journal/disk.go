package journal

import "os"

// Disk is what the journal needs of a file system to write. The machine's is
// the default; tests have one that fails on purpose.
type Disk interface {
	// Create makes or empties the file at path and sets size bytes aside.
	Create(path string, size int64) (File, error)
	// SyncDir puts the directory's entries on stable storage.
	SyncDir(dir string) error
}

// File is a file being written.
type File interface {
	WriteAt(p []byte, off int64) (int, error)
	// Sync puts what was written on stable storage.
	Sync() error
	Truncate(size int64) error
	Close() error
}

// machine is the Disk of the machine.
type machine struct{}

// Create implements Disk; the file's blocks are set aside, so that a full disk
// is an error here and not later.
func (machine) Create(path string, size int64) (File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if err := setAside(f, size); err != nil {
		f.Close()
		return nil, err
	}
	return diskFile{f}, nil
}

// SyncDir implements Disk.
func (machine) SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// diskFile is an os.File whose Sync is fdatasync where there is one.
type diskFile struct{ *os.File }

// Sync implements File.
func (f diskFile) Sync() error { return syncData(f.File) }
