package ingest

import (
	"errors"

	"github.com/hearthmatch/hearth/family"
)

// FileOptions say how a file is to be read.
type FileOptions struct {
	// DropUndeclared drops columns that the feed does not declare, instead of
	// refusing the file.
	DropUndeclared bool
}

// FileReader reads the rows of one delivery file.
type FileReader struct{}

// OpenFile opens a delivery file.
func OpenFile(path string, feed family.Feed, opt FileOptions) (*FileReader, error) {
	return nil, errors.New("not yet")
}
