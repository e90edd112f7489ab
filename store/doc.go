// Package store keeps what hearth was told and what it made of it. It decides
// when something is on disk, which version of a row is live as at a place in
// the journal, and what a delivery's account is. It never looks into a row's
// values, never alters or forgets what it acknowledged, and never answers from
// data that fails its check.
//
// # Two parts
//
// The journal (package journal) is the truth: deliveries, rows, rejections
// with the values as sent, decisions, audit entries, nights and their models,
// casework events with their snapshots, and published frameworks.
// A call that changes anything returns once its frame is on stable storage.
// The index is badger: all rows by id, rejections, audit entries, and the
// results of the last night. It follows the journal by itself: when writing
// pauses, when writing has gone on for two seconds, or when somebody reads. A
// read waits until the index has caught up with everything acknowledged before
// it. Small things (deliveries,
// decisions, casework events, published frameworks, who owns which record) are
// in memory, folded from the journal; the snapshot of a claim is read from its
// place there.
//
// The index may be lost or damaged at any time: it is then built anew from the
// journal, at opening or while serving, with a line in the log. Only a night's
// results cannot be: [Store.NightMissing] is then true, and their owner derives
// them again from LiveRows, Decisions and Model at the night's place.
//
// A place is a number in the journal's sequence. Each row, rejection, decision
// and so on takes one; a row's place orders it among rows of the same day, and
// the place of a delivery's seal or release is when its rows take effect.
//
// # The data directory
//
//	HEARTH          what the directory is: format, identity, proof of the key
//	LOCK            locked by the process that has it open
//	journal/        segments and HEAD; see package journal
//	index/          badger; may be deleted while nobody has it open
//	index.opening   stands while badger opens: found at the next opening, the
//	                last one ended the process, and the index is rebuilt
//
// # Frames
//
// The payload of each begins with the version 1; numbers are varints.
//
//	1 open      delivery as declared
//	2 rows      delivery, first position, count, running tally; then, packed by
//	            zstd, each entry with its length before it
//	3 seal      delivery, accepted or held, warnings, tally
//	4 settle    delivery, released or discarded, by whom, why, when
//	5 decision  kind, two records, what it undoes, by whom, when, why, expiry
//	6 audit     time, actor, method, subjects
//	7 night     what it made, and the model if it trained one
//	8 case      a casework event; then its snapshot, packed, if it has one
//	9 published a framework's file and test cases, packed; by whom, when, why
//
// A row's entry is: flags, length of the id, number of values, each value's
// column and length, and then the id and all texts in one piece, so that a row
// is read with one allocation.
//
// # Keys of the index
//
// Numbers are big-endian. Every value ends with a check of key and value:
// CRC-32C, or 16 bytes of an HMAC-SHA-256 in a sealed store.
//
//	prefix  key                                      example
//	m       "applied" or "night"                     ("m", "applied") → journal position, counts
//	r       feed, id 0 1, ^day, ^place               ("r", 3, "HT-17", ^2026-03-01, ^381) → delivery, entry
//	q       delivery's number, position              ("q", 4, 1207) → why the row was refused
//	a       ^place                                   ("a", ^9921) → audit entry
//	g       generation, table, block, part           ("g", 2, 1, 77, 0) → 64 persons
//
// A zero byte within an id is written 0 255. Day and place of a row are
// inverted: the versions of a row follow each other, the latest first, and the
// live one is the first of a delivery that had taken effect.
//
// A night's results stand under a generation of their own and hold from when
// "night" names it; the generation before is then removed by DropPrefix. Each
// generation has tables of packed blocks: 0 their directory, 1 persons by id,
// 2 records' hashes with their person, 3 search tokens with their persons, 4
// households by id, 16 and on the candidates of each framework in list order.
//
// # What guards against badger's faults
//
// SyncWrites; tables verified when opened, and read once before badger reads
// them, because it panics over some damage; no values in the value log; one
// more Open after "Create a new file"; free space looked at before each commit
// (512 MiB stay free: badger dies of a full disk); any ERROR that it logs makes
// the index failed; at opening, the number of rows, rejections and audit
// entries is compared with the count kept beside them, and again whenever a
// feed is read; nothing is ever deleted but whole generations.
package store
