package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"github.com/hearthmatch/hearth/family"
)

// LastNight returns the last night that was published.
func (s *Store) LastNight() (family.NightInfo, bool) {
	s.state.mu.RLock()
	defer s.state.mu.RUnlock()
	if s.state.last == nil {
		return family.NightInfo{}, false
	}
	info := s.state.last.info
	info.Frameworks, info.Stages = slices.Clone(info.Frameworks), slices.Clone(info.Stages)
	return info, true
}

// NightMissing says whether there was a night, but the index lacks its
// results, as after a rebuild. The owner then derives them anew from
// LiveRows(info.Seq), Decisions(info.Seq) and Model, and calls RestoreNight.
func (s *Store) NightMissing() bool {
	_, ok := s.LastNight()
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok && s.results == nil
}

// Model returns the name and the snapshot of the model that was trained last;
// ok is false before the first night that trained, or if the journal cannot
// be read.
func (s *Store) Model() (name string, json []byte, ok bool) {
	s.state.mu.RLock()
	trained := s.state.trained
	s.state.mu.RUnlock()
	if trained == nil {
		return "", nil, false
	}
	b, err := s.payloadAt(trained.at)
	if err != nil {
		return "", nil, false
	}
	n, err := decodeNight(b)
	return n.info.Model, n.model, err == nil
}

// results is one call's sight of the published night.
type results struct {
	*generation
	store *Store
	txn   *badger.Txn
	view  *view // of the rows as at the night's place; nil until needed
}

var (
	errNoNight      = fmt.Errorf("no night has run yet; run one with `hearth run`: %w", family.ErrState)
	errNightMissing = fmt.Errorf("the last night's results are being restored; try again shortly, or run a night: %w", family.ErrState)
)

// night returns a view of the published night, to be closed.
func (s *Store) night() (*results, error) {
	ix, err := s.use()
	if err != nil {
		return nil, err
	}
	_, ran := s.LastNight()
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.results
	if g == nil || g.ix != ix {
		ix.release()
		if !ran {
			return nil, errNoNight
		}
		return nil, errNightMissing
	}
	g.refs++
	return &results{generation: g, store: s, txn: ix.db.NewTransaction(false)}, nil
}

func (r *results) close() {
	if r.view != nil {
		r.view.close()
	}
	r.txn.Discard()
	r.store.mu.Lock()
	r.refs--
	r.store.dropIfUnused(r.generation)
	r.store.mu.Unlock()
	r.ix.release()
}

// noted is errNotFound as ErrNotFound, and otherwise the index's.
func (r *results) noted(err error, what string) error {
	if errors.Is(err, errNotFound) {
		return fmt.Errorf("the last night has no %s of that id: %w", what, family.ErrNotFound)
	}
	return r.ix.noted(err)
}

func (r *results) person(id string) (*family.StoredPerson, error) {
	d, err := r.entry(r.txn, tablePersons, id)
	if err != nil {
		return nil, err
	}
	return d.person(strings.Clone(id))
}

// Person returns a person with its records, read from their rows as they were
// at the night's place, and the ids of the households it stands in, in
// whatever role.
func (s *Store) Person(id string) (family.Person, []string, error) {
	r, err := s.night()
	if err != nil {
		return family.Person{}, nil, err
	}
	defer r.close()
	x, err := r.person(id)
	if err != nil {
		return family.Person{}, nil, r.noted(err, "person")
	}
	p := family.Person{ID: x.ID, Probability: x.Probability, Links: x.Links, Profile: x.Profile}
	if p.Records, err = r.records(x.Refs); err != nil {
		return family.Person{}, nil, r.noted(err, "person")
	}
	return p, x.HouseholdIDs, nil
}

// HouseholdsOf returns the ids of the households that a person stands in, in
// whatever role, as Person does without reading the person's rows.
func (s *Store) HouseholdsOf(person string) ([]string, error) {
	r, err := s.night()
	if err != nil {
		return nil, err
	}
	defer r.close()
	x, err := r.person(person)
	if err != nil {
		return nil, r.noted(err, "person")
	}
	return x.HouseholdIDs, nil
}

// records reads records from their rows.
func (r *results) records(refs []family.RecordRef) ([]*family.Record, error) {
	if r.view == nil {
		v, err := r.store.viewAt(r.upTo)
		if err != nil {
			return nil, err
		}
		r.view = v
	}
	out := make([]*family.Record, 0, len(refs))
	for _, ref := range refs {
		row, err := r.view.liveRow(ref.RowRef)
		if errors.Is(err, errNoRow) {
			err = fmt.Errorf("%w: a person's row is missing", errIndex)
		}
		if err != nil {
			return nil, err
		}
		records := family.Records(row)
		i := slices.IndexFunc(records, func(x family.Record) bool { return x.Part == ref.Part })
		if i < 0 {
			return nil, fmt.Errorf("%w: a person's record is missing from its row", errIndex)
		}
		out = append(out, &records[i])
	}
	return out, nil
}

// PersonOfRecord returns the id of the person that has a record.
func (s *Store) PersonOfRecord(ref family.RecordRef) (string, error) {
	r, err := s.night()
	if err != nil {
		return "", err
	}
	defer r.close()
	id, err := r.personOf(ref)
	return id, r.noted(err, "record")
}

func (r *results) personOf(ref family.RecordRef) (string, error) {
	t := r.tables[tableRecords]
	key := hashKey(recordHash(ref))
	for n, ok := t.find(key); ok && n >= 0; n-- {
		b, err := r.block(r.txn, tableRecords, n)
		if err != nil {
			return "", err
		}
		if len(b.values) != 1 {
			return "", errCodec
		}
		for v := b.values[0]; len(v) >= 12; v = v[12:] {
			if v[:8] != key {
				continue
			}
			p, err := r.numbered(binary.BigEndian.Uint32([]byte(v[8:12])))
			if err != nil {
				return "", err
			}
			if _, has := slices.BinarySearchFunc(p.Refs, ref, family.RecordRef.Compare); has {
				return p.ID, nil
			}
		}
		if t.blocks[n].first != key {
			break
		}
	}
	return "", errNotFound
}

// numbered returns a person by its number in the order of ids.
func (r *results) numbered(n uint32) (*family.StoredPerson, error) {
	if uint64(n) >= r.tables[tablePersons].entries {
		return nil, errCodec
	}
	b, err := r.block(r.txn, tablePersons, int(n)/personsABlock)
	if err != nil {
		return nil, err
	}
	i := int(n) % personsABlock
	if i >= len(b.keys) {
		return nil, errCodec
	}
	return b.entry(i).person(b.keys[i])
}

// Household returns a household.
func (s *Store) Household(id string) (family.Household, error) {
	r, err := s.night()
	if err != nil {
		return family.Household{}, err
	}
	defer r.close()
	h, _, err := r.household(id)
	if err != nil {
		return family.Household{}, r.noted(err, "household")
	}
	return *h, nil
}

func (r *results) household(id string) (*family.Household, []listed, error) {
	d, err := r.entry(r.txn, tableHouseholds, id)
	if err != nil {
		return nil, nil, err
	}
	return d.household(strings.Clone(id))
}

// HouseholdCandidates returns a household's candidates in the order of their
// frameworks' ids.
func (s *Store) HouseholdCandidates(id string) ([]family.Candidate, error) {
	r, err := s.night()
	if err != nil {
		return nil, err
	}
	defer r.close()
	_, places, err := r.household(id)
	if err != nil {
		return nil, r.noted(err, "household")
	}
	var out []family.Candidate
	for _, p := range places {
		c, err := r.candidate(p)
		if err != nil {
			return nil, r.noted(err, "candidate")
		}
		out = append(out, *c)
	}
	return out, nil
}

func (r *results) candidate(p listed) (*family.Candidate, error) {
	id := uint16(tableCandidates + p.framework)
	t := r.tables[id]
	if t == nil || p.index >= t.entries {
		return nil, errCodec
	}
	b, err := r.block(r.txn, id, int(p.index/candidatesABlock))
	if err != nil {
		return nil, err
	}
	i := int(p.index % candidatesABlock)
	if i >= len(b.values) {
		return nil, errCodec
	}
	return b.entry(i).candidate()
}

// Candidates yields a framework's candidates in list order, from the index
// from (0 is the first). An error of yield ends it and is returned.
func (s *Store) Candidates(framework string, from int, yield func(index int, c *family.Candidate) error) error {
	r, err := s.night()
	if err != nil {
		return err
	}
	defer r.close()
	for id, t := range r.tables {
		if id >= tableCandidates && t.name == framework {
			return r.visit(id, uint64(max(0, from)), func(i uint64, _ string, d *blockDec) (error, error) {
				c, err := d.candidate()
				if err != nil {
					return err, nil
				}
				return nil, yield(int(i), c)
			})
		}
	}
	return fmt.Errorf("the last night has no framework of that id: %w", family.ErrNotFound)
}

// Persons yields every person in the order of ids. An error of yield ends it
// and is returned.
func (s *Store) Persons(yield func(*family.StoredPerson) error) error {
	r, err := s.night()
	if err != nil {
		return err
	}
	defer r.close()
	return r.visit(tablePersons, 0, func(_ uint64, id string, d *blockDec) (error, error) {
		p, err := d.person(id)
		if err != nil {
			return err, nil
		}
		return nil, yield(p)
	})
}

// Households yields every household in the order of ids. An error of yield
// ends it and is returned.
func (s *Store) Households(yield func(*family.Household) error) error {
	r, err := s.night()
	if err != nil {
		return err
	}
	defer r.close()
	return r.visit(tableHouseholds, 0, func(_ uint64, id string, d *blockDec) (error, error) {
		h, _, err := d.household(id)
		if err != nil {
			return err, nil
		}
		return nil, yield(h)
	})
}

// visit visits a table's entries; step tells the store's errors from the
// caller's, which say nothing of the index.
func (r *results) visit(id uint16, from uint64, step func(i uint64, key string, d *blockDec) (stored, yielded error)) error {
	var yielded error
	err := r.each(r.txn, id, from, func(i uint64, key string, d *blockDec) (err error) {
		if err, yielded = step(i, key, d); err != nil {
			return err
		}
		return yielded
	})
	if yielded != nil {
		return yielded
	}
	return r.ix.noted(err)
}

// FindPersons returns the ids of the persons that have a search token, in
// order, those after the id after, at most limit of them (0 = all). Tokens are
// "sn:" and "fn:" with a folded surname or forename or a word of one, "dob:"
// with an ISO date, "pc:" with a postcode and "id:" with an identifier. With
// prefix, every token that begins so counts.
func (s *Store) FindPersons(token string, prefix bool, after string, limit int) ([]string, error) {
	r, err := s.night()
	if err != nil {
		return nil, err
	}
	defer r.close()
	found, err := r.find(token, prefix)
	if err != nil {
		return nil, r.noted(err, "token")
	}
	var out []string
	var b *block
	at := -1
	for _, n := range found {
		if limit > 0 && len(out) == limit {
			break
		}
		if k := int(n) / personsABlock; k != at {
			if b, err = r.block(r.txn, tablePersons, k); err != nil {
				return nil, r.noted(err, "person")
			}
			at = k
		}
		if i := int(n) % personsABlock; i < len(b.keys) && b.keys[i] > after {
			out = append(out, b.keys[i])
		}
	}
	return out, nil
}

// find returns the numbers of the persons that a token finds, in order.
func (r *results) find(token string, prefix bool) ([]uint32, error) {
	t := r.tables[tableTokens]
	n, ok := t.find(token)
	if !ok {
		n = 0
	}
	var out []uint32
	for ; n < len(t.blocks) && (t.blocks[n].first <= token || prefix && strings.HasPrefix(t.blocks[n].first, token)); n++ {
		b, err := r.block(r.txn, tableTokens, n)
		if err != nil {
			return nil, err
		}
		for i, key := range b.keys {
			if key != token && !(prefix && strings.HasPrefix(key, token)) {
				continue
			}
			d, person := b.entry(i), uint64(0)
			for d.s != "" {
				person += d.uint()
				out = append(out, uint32(person))
			}
			if d.bad || person >= r.tables[tablePersons].entries {
				return nil, errCodec
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
