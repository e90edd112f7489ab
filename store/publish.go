package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/fold"
	"github.com/hearthmatch/hearth/store/journal"
)

// Night is everything that one night derived.
type Night struct {
	Info       family.NightInfo
	ModelJSON  []byte                        // the model, of a night that trained
	Persons    []family.Person               // with their Records
	Households []family.Household            //
	Candidates map[string][]family.Candidate // by framework, in list order
	// Spend lets PublishNight and RestoreNight drop Persons, and with them the
	// rows that they hold, once what is kept of them is made: a night's memory
	// is at its height then. The caller must not use Persons afterwards.
	Spend bool
}

// PublishNight keeps a night: its results go to the index beside those of the
// night before, then the night to the journal, and then its results hold and
// the others are removed. After an error the night before still holds.
func (s *Store) PublishNight(n *Night) error {
	s.nightly.Lock()
	defer s.nightly.Unlock()
	if n.Info.Seq > s.Seq() {
		return fmt.Errorf("the night claims to have read past the journal's end: %w", family.ErrInvalid)
	}
	return s.publish(n, func(g *generation) error {
		x := night{info: n.Info}
		if n.Info.Trained {
			x.model = n.ModelJSON
		}
		var err error
		g.seq, err = s.append(frameNight, 1, x.encode(), func(at journal.Position) { s.state.nightEnded(x.info, at) })
		return err
	})
}

// RestoreNight keeps the recomputed results of the last night, whose info the
// journal has, after NightMissing.
func (s *Store) RestoreNight(n *Night) error {
	s.nightly.Lock()
	defer s.nightly.Unlock()
	s.state.mu.RLock()
	last := s.state.last
	s.state.mu.RUnlock()
	if last == nil || last.info.Seq != n.Info.Seq {
		return fmt.Errorf("this is not the last night; run a new one: %w", family.ErrState)
	}
	return s.publish(n, func(g *generation) error { g.seq = last.at.Seq; return nil })
}

// publish writes a night's results, has note say which night they are, and
// makes them hold.
func (s *Store) publish(n *Night, note func(*generation) error) error {
	ix, err := s.use()
	if err != nil {
		return err
	}
	defer ix.release()
	if err := s.enoughSpace(s.opt.Dir); err != nil {
		return err
	}
	g, err := s.writeGeneration(ix, n, note)
	if err != nil {
		if g != nil && !rebuildable(err) {
			err = errors.Join(err, ix.drop(g.number))
		}
		return ix.noted(err)
	}
	s.mu.Lock()
	old := s.results
	s.results = g
	if old != nil {
		old.retired = true
		s.dropIfUnused(old)
	}
	s.mu.Unlock()
	return nil
}

// writeGeneration writes the results under a number of their own, and the
// marker that makes them hold when the store is next opened.
func (s *Store) writeGeneration(ix *index, n *Night, note func(*generation) error) (*generation, error) {
	ix.writes.RLock()
	defer ix.writes.RUnlock()
	g := &generation{ix: ix, number: ix.lastGeneration.Add(1), upTo: n.Info.Seq, tables: map[uint16]*table{}}
	w := &tableWriter{ix: ix, gen: g, batch: ix.db.NewWriteBatch()}
	w.batch.SetMaxPendingTxns(4)
	if err := w.night(n); err != nil {
		w.batch.Cancel()
		return g, err
	}
	b := g.encodeDirectory()
	directory, err := w.put(tableDirectory, 0, "", 1, b)
	if err != nil {
		w.batch.Cancel()
		return g, err
	}
	if err := w.batch.Flush(); err != nil {
		return g, fmt.Errorf("%w: %w", errIndex, err)
	}
	if err := note(g); err != nil {
		return g, err
	}
	txn := ix.db.NewTransaction(true)
	defer txn.Discard()
	if err := txn.Set(nightKey, ix.check.seal(nightKey, encodeNightMarker(g, directory))); err != nil {
		return g, fmt.Errorf("%w: %w", errIndex, err)
	}
	if err := txn.Commit(); err != nil {
		return g, fmt.Errorf("%w: %w", errIndex, err)
	}
	return g, nil
}

// dropIfUnused removes a retired generation that nobody reads any more. The
// caller holds s.mu.
func (s *Store) dropIfUnused(g *generation) {
	if !g.retired || g.refs > 0 || s.closed {
		return // the next opening removes it
	}
	s.tasks.Go(func() {
		ix, err := s.use()
		if err != nil {
			return
		}
		defer ix.release()
		if ix != g.ix {
			return
		}
		if err := ix.noted(ix.drop(g.number)); err != nil {
			s.opt.Log.Warn("removing the results of an earlier night", zap.Error(err))
		}
	})
}

// How many entries stand in a block of each table.
const (
	personsABlock    = 64
	householdsABlock = 64
	candidatesABlock = 32
	tokensABlock     = 256
	recordsABlock    = 2048
)

// night writes all tables.
func (w *tableWriter) night(n *Night) error {
	households, err := sortedByID(n.Households, func(h *family.Household) string { return h.ID })
	if err != nil {
		return err
	}
	persons, err := storedPersons(n.Persons, households)
	if err != nil {
		return err
	}
	if err := w.tokens(persons); err != nil {
		return err
	}
	if n.Spend {
		n.Persons = nil
		for i := range persons {
			*persons[i].given = family.Person{}
		}
	}
	err = w.blocks(tablePersons, "", len(persons), personsABlock,
		func(i int) string { return persons[i].stored.ID },
		func(e *blockEnc, i int) { e.person(&persons[i].stored) })
	if err != nil {
		return err
	}
	if err := w.candidates(n.Candidates, households); err != nil {
		return err
	}
	return w.records(persons)
}

// sortedByID returns pointers to the things in the order of their ids.
func sortedByID[T any](things []T, id func(*T) string) ([]*T, error) {
	out := make([]*T, len(things))
	for i := range things {
		out[i] = &things[i]
	}
	byID := func(a, b *T) int { return strings.Compare(id(a), id(b)) }
	if !slices.IsSortedFunc(out, byID) {
		slices.SortFunc(out, byID)
	}
	for i, x := range out {
		if id(x) == "" || i > 0 && id(x) == id(out[i-1]) {
			return nil, fmt.Errorf("a night's results have a blank id, or one twice: %w", family.ErrInvalid)
		}
	}
	return out, nil
}

// nightPerson is a person as given and as stored.
type nightPerson struct {
	given  *family.Person
	stored family.StoredPerson
}

// storedPersons turns persons into what is stored of them, with the households
// that they stand in.
func storedPersons(given []family.Person, households []*family.Household) ([]nightPerson, error) {
	sorted, err := sortedByID(given, func(p *family.Person) string { return p.ID })
	if err != nil {
		return nil, err
	}
	out := make([]nightPerson, len(sorted))
	number := make(map[string]int, len(sorted))
	for i, p := range sorted {
		refs := make([]family.RecordRef, len(p.Records))
		for k, r := range p.Records {
			refs[k] = r.Ref()
		}
		if !slices.IsSortedFunc(refs, family.RecordRef.Compare) {
			return nil, fmt.Errorf("a person's records are not in the order of their references: %w", family.ErrInvalid)
		}
		number[p.ID] = i
		out[i] = nightPerson{p, family.StoredPerson{ID: p.ID, Refs: refs, Probability: p.Probability, Links: p.Links, Profile: p.Profile}}
	}
	for _, h := range households {
		for k := range h.Members {
			i, ok := number[h.Members[k].PersonID]
			if !ok {
				return nil, fmt.Errorf("a household has a member who is no person of the night: %w", family.ErrInvalid)
			}
			ids := &out[i].stored.HouseholdIDs
			if n := len(*ids); n == 0 || (*ids)[n-1] != h.ID {
				*ids = append(*ids, h.ID)
			}
		}
	}
	return out, nil
}

// blocks writes a table of n entries, per of them a block, by all processors.
// encode adds entry i to a block under the key that key returns.
func (w *tableWriter) blocks(id uint16, name string, n, per int, key func(i int) string, encode func(e *blockEnc, i int)) error {
	t := &table{name: name, entries: uint64(n), blocks: make([]blockInfo, (n+per-1)/per)}
	w.gen.tables[id] = t
	var next atomic.Int64
	var group errgroup.Group
	for range min(runtime.GOMAXPROCS(0), len(t.blocks)) {
		group.Go(func() error {
			e := newBlockEnc()
			for {
				k := int(next.Add(1)) - 1
				if k >= len(t.blocks) {
					return nil
				}
				from, to := k*per, min(n, (k+1)*per)
				for i := from; i < to; i++ {
					encode(e, i)
				}
				var err error
				if t.blocks[k], err = w.put(id, uint32(k), key(from), to-from, pack(e.bytes())); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait()
}

// candidates writes the candidates of each framework, and the households with
// where their candidates stand.
func (w *tableWriter) candidates(byFramework map[string][]family.Candidate, households []*family.Household) error {
	places := map[string][]listed{}
	for number, name := range slices.Sorted(maps.Keys(byFramework)) {
		list := byFramework[name]
		err := w.blocks(uint16(tableCandidates+number), name, len(list), candidatesABlock,
			func(int) string { return "" },
			func(e *blockEnc, i int) { e.candidate(&list[i]) })
		if err != nil {
			return err
		}
		for i := range list {
			places[list[i].HouseholdID] = append(places[list[i].HouseholdID], listed{uint64(number), uint64(i)})
		}
	}
	return w.blocks(tableHouseholds, "", len(households), householdsABlock,
		func(i int) string { return households[i].ID },
		func(e *blockEnc, i int) { e.household(households[i], places[households[i].ID]) })
}

// recordPlace says that the person with a number has a record with a hash.
type recordPlace struct {
	hash   uint64
	person uint32
}

// recordHash is the same in every process.
func recordHash(r family.RecordRef) uint64 {
	h := fnv.New64a()
	h.Write([]byte{byte(r.Feed), byte(r.Part)})
	h.Write([]byte(r.ID))
	return h.Sum64()
}

func hashKey(hash uint64) string { return string(binary.BigEndian.AppendUint64(nil, hash)) }

// records writes which person has each record: by hash, as the person itself
// says which records it has.
func (w *tableWriter) records(persons []nightPerson) error {
	n := 0
	for i := range persons {
		n += len(persons[i].stored.Refs)
	}
	all := make([]recordPlace, 0, n)
	for i := range persons {
		for _, r := range persons[i].stored.Refs {
			all = append(all, recordPlace{recordHash(r), uint32(i)})
		}
	}
	slices.SortFunc(all, func(a, b recordPlace) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.person, b.person))
	})
	return w.blocks(tableRecords, "", len(all), recordsABlock,
		func(i int) string { return hashKey(all[i].hash) },
		func(e *blockEnc, i int) {
			e.b = binary.BigEndian.AppendUint64(e.b, all[i].hash)
			e.b = binary.BigEndian.AppendUint32(e.b, all[i].person)
			if i+1 == len(all) || (i+1)%recordsABlock == 0 {
				e.add("")
			}
		})
}

// postings are the persons that each search token finds.
type postings struct {
	prefix string
	byText map[string][]*posting // a text's tokens: itself and its words, folded
	tokens map[string]*posting
}

type posting struct{ persons []uint32 }

func newPostings(prefix string) *postings {
	return &postings{prefix, map[string][]*posting{}, map[string]*posting{}}
}

func (p *postings) posting(token string) *posting {
	x := p.tokens[token]
	if x == nil {
		x = &posting{}
		p.tokens[token] = x
	}
	return x
}

// add has a text find a person; persons come in the order of their numbers.
func (p *postings) add(text string, person uint32) {
	if text == "" {
		return
	}
	found, ok := p.byText[text]
	if !ok {
		for _, t := range tokensOf(p.prefix, text) {
			found = append(found, p.posting(t))
		}
		p.byText[text] = found
	}
	for _, x := range found {
		if n := len(x.persons); n == 0 || x.persons[n-1] != person {
			x.persons = append(x.persons, person)
		}
	}
}

// tokensOf returns a text's tokens: names are folded, and a name of several
// words is found by each of them too.
func tokensOf(prefix, text string) []string {
	if prefix != "sn:" && prefix != "fn:" {
		return []string{prefix + text}
	}
	whole := fold.ASCII(text)
	if whole == "" {
		return nil
	}
	out := []string{prefix + whole}
	if words := strings.Fields(whole); len(words) > 1 {
		for _, word := range words {
			if t := prefix + word; !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

// searchable says what a person is found by.
var searchable = []struct {
	prefix string
	add    func(p *postings, n uint32, x *family.Person)
}{
	{"sn:", func(p *postings, n uint32, x *family.Person) {
		p.add(x.Profile.Surname, n)
		for _, r := range x.Records {
			p.add(r.Surname, n)
			for _, s := range r.FormerSurname {
				p.add(s, n)
			}
			for _, a := range r.Aliases {
				p.add(a.Surname, n)
			}
		}
	}},
	{"fn:", func(p *postings, n uint32, x *family.Person) {
		p.add(x.Profile.Forename, n)
		for _, r := range x.Records {
			p.add(r.Forename, n)
			for _, s := range r.KnownAs {
				p.add(s, n)
			}
			for _, a := range r.Aliases {
				p.add(a.Forename, n)
			}
		}
	}},
	{"dob:", func(p *postings, n uint32, x *family.Person) {
		days := []family.Date{x.Profile.DOB}
		for _, r := range x.Records {
			if !slices.Contains(days, r.DOB) {
				days = append(days, r.DOB)
			}
		}
		for _, d := range days {
			if d != 0 {
				p.add(d.String(), n)
			}
		}
	}},
	{"pc:", func(p *postings, n uint32, x *family.Person) {
		for _, r := range x.Records {
			p.add(r.Address.Postcode, n)
		}
	}},
	{"id:", func(p *postings, n uint32, x *family.Person) {
		for _, r := range x.Records {
			for _, id := range []string{r.UPN, r.FormerUPN, r.NINO, r.NHSNumber, r.PNC, r.ULN} {
				p.add(id, n)
			}
		}
	}},
}

// tokens writes the search tokens with the persons that they find.
func (w *tableWriter) tokens(persons []nightPerson) error {
	all := make([]*postings, len(searchable))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for k, kind := range searchable {
		group.Go(func() error {
			all[k] = newPostings(kind.prefix)
			for i := range persons {
				kind.add(all[k], uint32(i), persons[i].given)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	var tokens []string
	found := map[string]*posting{}
	for _, p := range all {
		maps.Copy(found, p.tokens)
		tokens = slices.AppendSeq(tokens, maps.Keys(p.tokens))
	}
	slices.Sort(tokens)
	return w.blocks(tableTokens, "", len(tokens), tokensABlock,
		func(i int) string { return tokens[i] },
		func(e *blockEnc, i int) {
			last := uint32(0)
			for _, n := range found[tokens[i]].persons {
				e.uint(uint64(n - last))
				last = n
			}
			e.add(tokens[i])
		})
}
