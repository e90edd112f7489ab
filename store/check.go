package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"sync"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errCheck is a value of the index that is not what was written under its key.
var errCheck = errors.New("a value of the index fails its check")

// checker ends each value of the index with a check of key and value: CRC-32C,
// or the first half of an HMAC-SHA-256 in a sealed store, where the index's
// own encryption does not notice changes.
type checker struct {
	macs *sync.Pool // of hash.Hash; nil in an open store
}

func newChecker(key []byte) *checker {
	if key == nil {
		return &checker{}
	}
	return &checker{&sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

func (c *checker) size() int {
	if c.macs == nil {
		return 4
	}
	return 16
}

// sum appends the check of key and value to dst.
func (c *checker) sum(dst, key, value []byte) []byte {
	if c.macs == nil {
		crc := crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value)
		return binary.LittleEndian.AppendUint32(dst, crc)
	}
	h := c.macs.Get().(hash.Hash)
	defer c.macs.Put(h)
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(len(key)))
	h.Reset()
	h.Write(n[:])
	h.Write(key)
	h.Write(value)
	var out [sha256.Size]byte
	return append(dst, h.Sum(out[:0])[:16]...)
}

// seal appends the check of key and value to value.
func (c *checker) seal(key, value []byte) []byte { return c.sum(value, key, value) }

// open returns the value without its check. An empty value never passes.
func (c *checker) open(key, stored []byte) ([]byte, error) {
	n := len(stored) - c.size()
	if n <= 0 {
		return nil, errCheck
	}
	var want [16]byte
	if !hmac.Equal(c.sum(want[:0], key, stored[:n]), stored[n:]) {
		return nil, errCheck
	}
	return stored[:n], nil
}

// blockSum is the CRC-32C of a block, kept in its directory.
func blockSum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }
