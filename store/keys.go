package store

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/hearthmatch/hearth/family"
)

// The first byte of each key of the index.
const (
	keyMeta     = 'm'
	keyRow      = 'r'
	keyRejected = 'q'
	keyAudit    = 'a'
	keyNight    = 'g'
)

// The two keys under keyMeta.
var (
	appliedKey = []byte("mapplied") // how far the index has followed the journal
	nightKey   = []byte("mnight")   // which night's results hold
)

// rowPrefix begins the keys of all versions of a row. A zero byte of the id
// becomes 0 255 and the id ends with 0 1, so that keys sort as ids do.
func rowPrefix(ref family.RowRef) []byte {
	return appendRowPrefix(nil, ref.Feed, []byte(ref.ID))
}

func appendRowPrefix(dst []byte, feed family.Feed, id []byte) []byte {
	dst = append(dst, keyRow, byte(feed))
	for {
		i := bytes.IndexByte(id, 0)
		if i < 0 {
			break
		}
		dst = append(append(dst, id[:i]...), 0, 255)
		id = id[i+1:]
	}
	return append(append(dst, id...), 0, 1)
}

// rowTail is how many bytes follow a row key's prefix.
const rowTail = 12

// appendRowTail ends a row's key: day and place are inverted, so that the
// latest version comes first.
func appendRowTail(dst []byte, asAt family.Date, seq uint64) []byte {
	dst = binary.BigEndian.AppendUint32(dst, ^(uint32(asAt) ^ 1<<31))
	return binary.BigEndian.AppendUint64(dst, ^seq)
}

// rowKeyID returns the id in a row's key; false if the key has not the form.
func rowKeyID(key []byte) (id []byte, ok bool) {
	if len(key) < 2+2+rowTail || key[0] != keyRow || !family.Feed(key[1]).Valid() {
		return nil, false
	}
	body := key[2 : len(key)-rowTail]
	if i := bytes.IndexByte(body, 0); i == len(body)-2 && body[i+1] == 1 {
		return body[:i], true
	}
	for {
		i := bytes.IndexByte(body, 0)
		if i < 0 || i+1 == len(body) {
			return nil, false
		}
		id = append(id, body[:i]...)
		if body[i+1] == 1 && i+2 == len(body) {
			return id, true
		}
		if body[i+1] != 255 {
			return nil, false
		}
		id = append(id, 0)
		body = body[i+2:]
	}
}

// rowTailOf reads the end of a row's key.
func rowTailOf(tail []byte) (family.Date, uint64) {
	return family.Date(^binary.BigEndian.Uint32(tail) ^ 1<<31), ^binary.BigEndian.Uint64(tail[4:])
}

func rejectedKey(number uint64, position int64) []byte {
	b := binary.BigEndian.AppendUint64([]byte{keyRejected}, number)
	return binary.BigEndian.AppendUint64(b, uint64(position))
}

// auditKey inverts the place, so that the latest entry comes first.
func auditKey(seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{keyAudit}, math.MaxUint64-seq)
}

// generationPrefix begins the keys of one night's results.
func generationPrefix(generation uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{keyNight}, generation)
}

// blockKey is the key of a part of a block of a night's table.
func blockKey(generation uint32, table uint16, block uint32, part uint16) []byte {
	b := binary.BigEndian.AppendUint16(generationPrefix(generation), table)
	b = binary.BigEndian.AppendUint32(b, block)
	return binary.BigEndian.AppendUint16(b, part)
}
