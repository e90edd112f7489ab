package journal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"

	"github.com/hearthmatch/hearth/family"
)

const (
	version       = 1
	headerSize    = 128
	frameHead     = 36
	chainSize     = sha256.Size
	frameOverhead = frameHead + chainSize
	tagSize       = 16 // of AES-GCM
	segmentMagic  = "hearthJ\n"
	frameMagic    = 0x31666a68 // "hjf1"
	flagSealed    = 1

	// MaxPayload is the longest payload of a frame in bytes.
	MaxPayload = 256 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Chain is the hash that binds a frame to all frames before it.
type Chain [chainSize]byte

// Position is a border between two frames.
type Position struct {
	Segment uint64 // 0 in a journal without segments
	Offset  int64
	Seq     uint64 // place of the next frame
	Chain   Chain
}

// crypt makes the hashes and the keys of one journal.
type crypt struct {
	key []byte    // derives the segments' keys; nil in an open journal
	mac hash.Hash // sums chains
}

func newCrypt(key []byte) (*crypt, error) {
	if len(key) == 0 {
		return &crypt{mac: sha256.New()}, nil
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("the journal's key has %d bytes, not 32: %w", len(key), family.ErrInvalid)
	}
	chainKey, err := hkdf.Key(sha256.New, key, nil, "hearth journal chain", 32)
	if err != nil {
		return nil, err
	}
	return &crypt{key: key, mac: hmac.New(sha256.New, chainKey)}, nil
}

func (c *crypt) sealed() bool { return c.key != nil }

// sum hashes the parts one after another.
func (c *crypt) sum(parts ...[]byte) (out Chain) {
	c.mac.Reset()
	for _, p := range parts {
		c.mac.Write(p)
	}
	c.mac.Sum(out[:0])
	return out
}

// aead returns the cipher of the segment with the given salt, nil in an open
// journal.
func (c *crypt) aead(salt []byte) (cipher.AEAD, error) {
	if !c.sealed() {
		return nil, nil
	}
	key, err := hkdf.Key(sha256.New, c.key, salt, "hearth journal segment", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// header is the beginning of a segment.
type header struct {
	sealed  bool
	segment uint64
	first   uint64
	store   [16]byte
	salt    [32]byte
	before  Chain
}

func (h *header) encode(c *crypt) []byte {
	b := make([]byte, headerSize)
	copy(b, segmentMagic)
	binary.LittleEndian.PutUint16(b[8:], version)
	if h.sealed {
		binary.LittleEndian.PutUint16(b[10:], flagSealed)
	}
	binary.LittleEndian.PutUint64(b[16:], h.segment)
	binary.LittleEndian.PutUint64(b[24:], h.first)
	copy(b[32:], h.store[:])
	copy(b[48:], h.salt[:])
	copy(b[80:], h.before[:])
	check := c.sum([]byte("segment"), b[:112])
	copy(b[112:], check[:16])
	return b
}

// errVersion says that a newer hearth wrote the segment.
var errVersion = errors.New("the segment has a newer format; use the version of hearth that wrote it, or a later one")

func decodeHeader(b []byte, c *crypt) (*header, error) {
	if len(b) < headerSize || string(b[:8]) != segmentMagic {
		return nil, errors.New("no segment header")
	}
	check := c.sum([]byte("segment"), b[:112])
	if !hmac.Equal(check[:16], b[112:headerSize]) {
		return nil, errors.New("the segment header fails its check")
	}
	if binary.LittleEndian.Uint16(b[8:]) != version {
		return nil, errVersion
	}
	h := &header{
		sealed:  binary.LittleEndian.Uint16(b[10:])&flagSealed != 0,
		segment: binary.LittleEndian.Uint64(b[16:]),
		first:   binary.LittleEndian.Uint64(b[24:]),
	}
	copy(h.store[:], b[32:])
	copy(h.salt[:], b[48:])
	copy(h.before[:], b[80:])
	return h, nil
}

// frameHeader is the fixed beginning of a frame.
type frameHeader struct {
	length uint32
	typ    byte
	count  uint32
	seq    uint64
	synced uint64
}

// put writes the header to b for a frame at the offset off of a segment.
func (h *frameHeader) put(b []byte, segment uint64, off int64) {
	clear(b[:frameHead])
	binary.LittleEndian.PutUint32(b, frameMagic)
	binary.LittleEndian.PutUint32(b[4:], h.length)
	b[8] = h.typ
	binary.LittleEndian.PutUint32(b[12:], h.count)
	binary.LittleEndian.PutUint64(b[16:], h.seq)
	binary.LittleEndian.PutUint64(b[24:], h.synced)
	binary.LittleEndian.PutUint32(b[32:], headCheck(b, segment, off))
}

func headCheck(b []byte, segment uint64, off int64) uint32 {
	var where [16]byte
	binary.LittleEndian.PutUint64(where[:], segment)
	binary.LittleEndian.PutUint64(where[8:], uint64(off))
	return crc32.Update(crc32.Checksum(b[:32], castagnoli), castagnoli, where[:])
}

// decodeFrameHeader reads the header of the frame at the offset off; false if
// there is none or it is damaged.
func decodeFrameHeader(b []byte, segment uint64, off int64) (h frameHeader, ok bool) {
	if len(b) < frameHead || binary.LittleEndian.Uint32(b) != frameMagic ||
		binary.LittleEndian.Uint32(b[32:]) != headCheck(b, segment, off) {
		return h, false
	}
	h = frameHeader{
		length: binary.LittleEndian.Uint32(b[4:]),
		typ:    b[8],
		count:  binary.LittleEndian.Uint32(b[12:]),
		seq:    binary.LittleEndian.Uint64(b[16:]),
		synced: binary.LittleEndian.Uint64(b[24:]),
	}
	return h, h.count > 0 && bytes.Equal(b[9:12], []byte{0, 0, 0})
}

// nonce is the frame's offset: unique under the segment's key.
func nonce(off int64) []byte {
	var n [12]byte
	binary.BigEndian.PutUint64(n[4:], uint64(off))
	return n[:]
}

// appendFrame appends a whole frame to buf and returns it with the new chain.
func appendFrame(buf []byte, c *crypt, aead cipher.AEAD, at Position, synced uint64, typ byte, count uint32, payload []byte) ([]byte, Chain) {
	length := len(payload)
	if aead != nil {
		length += tagSize
	}
	h := frameHeader{length: uint32(length), typ: typ, count: count, seq: at.Seq, synced: synced}
	start := len(buf)
	buf = append(buf, make([]byte, frameHead)...)
	h.put(buf[start:], at.Segment, at.Offset)
	if aead == nil {
		buf = append(buf, payload...)
	} else {
		buf = aead.Seal(buf, nonce(at.Offset), payload, buf[start:start+frameHead:start+frameHead])
	}
	chain := c.sum(at.Chain[:], buf[start:])
	return append(buf, chain[:]...), chain
}
