package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"

	"github.com/dgraph-io/badger/v4"

	"github.com/hearthmatch/hearth/family"
)

// The tables of a night's results. Candidates of the framework with the number
// i are in tableCandidates + i.
const (
	tableDirectory  = 0
	tablePersons    = 1 // by id
	tableRecords    = 2 // by hash of the record's reference
	tableTokens     = 3 // by search token
	tableHouseholds = 4 // by id
	tableCandidates = 16
)

// table is the directory of one table: which block to read for a key.
type table struct {
	name    string // a framework's id
	entries uint64
	blocks  []blockInfo
}

// blockInfo is one block's line in the directory.
type blockInfo struct {
	first   string // key of the first entry
	entries uint64
	parts   uint16
	sum     uint32 // CRC-32C of the block
}

// find returns the block that holds key if any does.
func (t *table) find(key string) (n int, ok bool) {
	n = sort.Search(len(t.blocks), func(i int) bool { return t.blocks[i].first > key }) - 1
	return n, n >= 0
}

// generation is one published night in the index.
type generation struct {
	ix     *index
	number uint32
	seq    uint64 // journal place of the night
	upTo   uint64 // journal place up to which the night read rows
	tables map[uint16]*table

	refs    int  // readers; guarded by Store.mu
	retired bool // another was published
}

func (g *generation) encodeDirectory() []byte {
	var e enc
	e.version()
	ids := make([]int, 0, len(g.tables))
	for id := range g.tables {
		ids = append(ids, int(id))
	}
	slices.Sort(ids)
	e.uint(uint64(len(ids)))
	for _, id := range ids {
		t := g.tables[uint16(id)]
		e.uint(uint64(id))
		e.str(t.name)
		e.uint(t.entries)
		e.uint(uint64(len(t.blocks)))
		for _, b := range t.blocks {
			e.str(b.first)
			e.uint(b.entries)
			e.uint(uint64(b.parts))
			e.uint(uint64(b.sum))
		}
	}
	return e.b
}

func decodeDirectory(b []byte) (map[uint16]*table, error) {
	d := dec{s: string(b)}
	d.version()
	out := map[uint16]*table{}
	for range d.count(4) {
		id := d.uint()
		t := &table{name: d.str(), entries: d.uint()}
		t.blocks = some[blockInfo](d.count(4))
		for i := range t.blocks {
			t.blocks[i] = blockInfo{first: d.str(), entries: d.uint(), parts: uint16(d.uint()), sum: uint32(d.uint())}
		}
		if id > 1<<16-1 {
			d.fail()
		}
		out[uint16(id)] = t
	}
	return out, d.end()
}

// The marker under nightKey says which generation holds, for which night, in
// how many parts its directory is, and in which form its blocks are.
func encodeNightMarker(g *generation, directory blockInfo) []byte {
	var e enc
	e.version()
	e.uint(uint64(g.number))
	e.uint(g.seq)
	e.uint(uint64(directory.parts))
	e.uint(uint64(directory.sum))
	e.byte(blockVersion) // the oldest markers end before it
	return e.b
}

// errOtherBlocks is a night whose results another version wrote: they are
// derived again.
var errOtherBlocks = errors.New("the last night's results are of another version")

func decodeNightMarker(b []byte) (number uint32, seq uint64, directory blockInfo, err error) {
	d := dec{s: string(b)}
	d.version()
	number, seq = uint32(d.uint()), d.uint()
	directory.parts, directory.sum = uint16(d.uint()), uint32(d.uint())
	if !d.bad && (d.s == "" || d.byte() != blockVersion) {
		return number, seq, directory, errOtherBlocks
	}
	return number, seq, directory, d.end()
}

// loadNight finds the results of the last night in the index; nil if it has
// none, or not that night's. It drops what other nights left.
func (s *Store) loadNight(ix *index) (*generation, error) {
	txn := ix.db.NewTransaction(false)
	defer txn.Discard()
	b, err := ix.get(txn, nightKey)
	if errors.Is(err, errNotFound) {
		return nil, ix.dropGenerations(0)
	}
	if err != nil {
		return nil, err
	}
	number, seq, directory, err := decodeNightMarker(b)
	if errors.Is(err, errOtherBlocks) {
		s.opt.Log.Info("another version of hearth wrote the last night's results; they are computed again")
		return nil, ix.dropGenerations(0)
	}
	if err != nil {
		return nil, err
	}
	s.state.mu.RLock()
	last := s.state.last
	s.state.mu.RUnlock()
	if last == nil || last.at.Seq != seq {
		return nil, ix.dropGenerations(0)
	}
	ix.lastGeneration.Store(number)
	g := &generation{ix: ix, number: number, seq: seq, upTo: last.info.Seq}
	if b, err = g.read(txn, tableDirectory, 0, directory); err != nil {
		return nil, err
	}
	if g.tables, err = decodeDirectory(b); err != nil {
		return nil, err
	}
	if err := g.verify(txn); err != nil {
		return nil, err
	}
	return g, ix.dropGenerations(number)
}

// verify checks that every part of every block is there.
func (g *generation) verify(txn *badger.Txn) error {
	want := 0
	for _, t := range g.tables {
		for _, b := range t.blocks {
			want += int(b.parts)
		}
	}
	have := 0
	err := g.ix.each(txn, generationPrefix(g.number), nil, func(item *badger.Item) error {
		if k := item.Key(); len(k) > 7 && binary.BigEndian.Uint16(k[5:]) != tableDirectory {
			have++
		}
		return nil
	})
	if err == nil && have != want {
		err = fmt.Errorf("%w: a night's results lack %d of %d parts", errIndex, want-have, want)
	}
	return err
}

// read returns one block's bytes.
func (g *generation) read(txn *badger.Txn, id uint16, n uint32, info blockInfo) ([]byte, error) {
	var out []byte
	for part := range info.parts {
		b, err := g.ix.get(txn, blockKey(g.number, id, n, part))
		if errors.Is(err, errNotFound) {
			err = fmt.Errorf("%w: a part of a night's results is missing", errIndex)
		}
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = b
		} else {
			out = append(out, b...)
		}
	}
	if blockSum(out) != info.sum {
		return nil, errCheck
	}
	return out, nil
}

// block reads and decodes one block.
func (g *generation) block(txn *badger.Txn, id uint16, n int) (*block, error) {
	b, err := g.read(txn, id, uint32(n), g.tables[id].blocks[n])
	if err != nil {
		return nil, err
	}
	if b, err = unpack(nil, b); err != nil {
		return nil, err
	}
	return decodeBlock(b)
}

// entry reads the entry of a key, or errNotFound.
func (g *generation) entry(txn *badger.Txn, id uint16, key string) (*blockDec, error) {
	n, ok := g.tables[id].find(key)
	if !ok {
		return nil, errNotFound
	}
	x, err := g.block(txn, id, n)
	if err != nil {
		return nil, err
	}
	i, ok := slices.BinarySearch(x.keys, key)
	if !ok {
		return nil, errNotFound
	}
	return x.entry(i), nil
}

// each visits the entries of a table in order, from entry number from.
func (g *generation) each(txn *badger.Txn, id uint16, from uint64, visit func(i uint64, key string, d *blockDec) error) error {
	at := uint64(0)
	for n, info := range g.tables[id].blocks {
		if at+info.entries <= from {
			at += info.entries
			continue
		}
		x, err := g.block(txn, id, n)
		if err != nil {
			return err
		}
		if uint64(len(x.keys)) != info.entries {
			return errCodec
		}
		for i, key := range x.keys {
			if at >= from {
				if err := visit(at, key, x.entry(i)); err != nil {
					return err
				}
			}
			at++
		}
	}
	return nil
}

// tableWriter puts a night's blocks into the index; it may be used by several
// goroutines.
type tableWriter struct {
	ix    *index
	batch *badger.WriteBatch
	gen   *generation

	mu    sync.Mutex
	bytes int // since space was last looked at
}

// put writes one block and returns its line in the directory.
func (w *tableWriter) put(id uint16, n uint32, first string, entries int, b []byte) (blockInfo, error) {
	info := blockInfo{first: first, entries: uint64(entries), sum: blockSum(b)}
	if err := w.space(len(b)); err != nil {
		return info, err
	}
	for len(b) > 0 || info.parts == 0 {
		part := b[:min(len(b), maxValue)]
		b = b[len(part):]
		key := blockKey(w.gen.number, id, n, info.parts)
		if info.parts++; info.parts == 0 {
			return info, fmt.Errorf("a night's results have an entry that is too long to keep: %w", family.ErrInvalid)
		}
		if len(b) > 0 {
			part = part[:len(part):len(part)] // its check must not overwrite the next
		}
		if err := w.batch.Set(key, w.ix.check.seal(key, part)); err != nil {
			return info, fmt.Errorf("%w: %w", errIndex, err)
		}
	}
	return info, nil
}

// space looks at the free space every few mebibytes.
func (w *tableWriter) space(n int) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.bytes -= n; w.bytes > 0 {
		return nil
	}
	w.bytes = 4 << 20
	return spaceCheck(w.ix.free, w.ix.dir, w.ix.reserve)
}
