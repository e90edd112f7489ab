package journal

import (
	"bytes"
	"crypto/hmac"
	"encoding/binary"
)

// headFile is the name of the file that remembers what was acknowledged.
const headFile = "HEAD"

const (
	headMagic = "hearthH\n"
	headSlot  = 512 // a sector, so that a slot is written wholly or not at all
	headBytes = 8 + 8 + 8 + 8 + chainSize + 16
)

// putHead encodes the border at up to which everything is on disk. turn
// orders the two slots.
func putHead(b []byte, c *crypt, turn uint64, at Position) {
	clear(b[:headSlot])
	copy(b, headMagic)
	binary.LittleEndian.PutUint64(b[8:], turn)
	binary.LittleEndian.PutUint64(b[16:], at.Seq)
	binary.LittleEndian.PutUint64(b[24:], at.Segment)
	copy(b[32:], at.Chain[:])
	check := c.sum([]byte("head"), b[:64])
	copy(b[64:], check[:16])
}

// decodeHead reads one slot.
func decodeHead(b []byte, c *crypt) (turn uint64, at Position, ok bool) {
	if len(b) < headBytes || string(b[:8]) != headMagic {
		return 0, at, false
	}
	check := c.sum([]byte("head"), b[:64])
	if !hmac.Equal(check[:16], b[64:headBytes]) {
		return 0, at, false
	}
	at.Seq = binary.LittleEndian.Uint64(b[16:])
	at.Segment = binary.LittleEndian.Uint64(b[24:])
	copy(at.Chain[:], b[32:])
	return binary.LittleEndian.Uint64(b[8:]), at, true
}

// readHead returns the later of the two slots; ok is false if neither is
// whole, damaged is true if one that was written is not.
func readHead(b []byte, c *crypt) (turn uint64, at Position, ok, damaged bool) {
	for i := range 2 {
		slot := b[min(len(b), i*headSlot):min(len(b), (i+1)*headSlot)]
		t, p, good := decodeHead(slot, c)
		if !good {
			damaged = damaged || len(bytes.Trim(slot, "\x00")) > 0
			continue
		}
		if !ok || t > turn {
			turn, at, ok = t, p, true
		}
	}
	return turn, at, ok, damaged
}
