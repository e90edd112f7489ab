// Package journal keeps frames of bytes in the order in which they were
// appended: the one truth of a data directory. It decides where a frame
// stands, when it is on disk, and whether what is read back is what was
// written. It never looks into a frame, never changes or removes one that was
// acknowledged, and never repairs damage in silence.
//
// # Files
//
// The directory holds segments 0000000000000001.seg, 0000000000000002.seg, …
// without a gap, and HEAD. A process only ever appends to segments that it
// made itself: the first append after an opening begins a new one, and so does
// any write that failed for want of space. Segments are set aside whole by
// fallocate, so that a full disk is an error at the making of a segment and
// not in the middle of a frame, and are cut to their length when they end.
//
// A segment begins with 128 bytes, all numbers little-endian:
//
//	  0  magic "hearthJ\n"
//	  8  version, 16 bits; flags, 16 bits (1 = sealed); 32 bits of zero
//	 16  number of the segment, from 1
//	 24  place of its first frame
//	 32  identity of the store, 16 bytes
//	 48  salt, 32 random bytes
//	 80  chain before the segment, 32 bytes
//	112  the first 16 bytes of the hash of all that precedes
//
// Frames follow without padding:
//
//	 0  magic "hjf1"
//	 4  length of the payload as stored
//	 8  type; three bytes of zero
//	12  count: how many places the frame takes, at least 1
//	16  place of the frame (its sequence number)
//	24  the last place that was on disk when the frame was written
//	32  CRC-32C of these 32 bytes, the segment's number and the frame's offset
//	36  the payload
//	 …  chain, 32 bytes: the hash of the chain before, the 36 bytes and the
//	    payload as stored
//
// The hash is SHA-256, or HMAC-SHA-256 in a sealed journal, whose payloads are
// AES-256-GCM under a key that HKDF derives from the journal's key and the
// segment's salt, with the frame's offset as the nonce. An offset is written
// once under one salt, because no segment is ever reopened for writing, so
// that no key and nonce meet twice.
//
// HEAD holds, in two slots of 512 bytes written in turn, the last place that
// was acknowledged and its chain. It is written after each sync, before the
// acknowledgement, and is itself synced when a segment begins or ends.
//
// # What it promises
//
//   - Append returns nil only after the frame is on stable storage (write and
//     fdatasync; many concurrent appends share one).
//   - After a failed sync or an unexplained failed write nothing is appended
//     any more: every later call returns the first error. The sync is not
//     tried again, for the kernel may have dropped the pages.
//   - Open reads every byte. A frame that is damaged or missing is
//     [family.ErrCorrupt], naming the segment and the offset, unless it was
//     never acknowledged: it is past HEAD, and nothing behind it was written
//     with the knowledge that it was on disk. Only such a tail is cut.
//
// A damaged last frame counts as torn, not as lost, in one case: the power
// failed before HEAD reached the disk, and the same frame was damaged as well.
package journal
