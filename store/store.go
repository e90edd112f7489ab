package store

import (
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/hearthmatch/hearth/family"
)

// Options say where a store lives and how it is sealed.
type Options struct {
	Dir          string
	Key          []byte // nil, or 32 bytes: everything on disk is sealed
	Log          *zap.Logger
	Now          func() time.Time
	RebuildIndex bool // throw the index away and build it anew from the journal
}

// Store is an open data directory. Its methods may be called concurrently.
type Store struct{}

// Night is everything that one night derived.
type Night struct {
	Info       family.NightInfo
	ModelJSON  []byte
	Persons    []family.Person
	Households []family.Household
	Candidates map[string][]family.Candidate // by framework, in list order
}

var errNotYet = errors.New("store: not built yet")

// Open opens the store at opt.Dir, making it if there is none.
func Open(opt Options) (*Store, error) { return nil, errNotYet }

// Close ends the store.
func (s *Store) Close() error { return errNotYet }

// Sealed says whether the store was opened with a key.
func (s *Store) Sealed() bool { return false }

// OpenDelivery opens a delivery or finds the one of its feed, agency and id.
func (s *Store) OpenDelivery(d family.Delivery) (family.DeliveryInfo, error) {
	return family.DeliveryInfo{}, errNotYet
}

// AppendRows puts rows on disk.
func (s *Store) AppendRows(number uint64, entries []family.DeliveryEntry) (family.DeliveryInfo, error) {
	return family.DeliveryInfo{}, errNotYet
}

// SealDelivery ends a delivery.
func (s *Store) SealDelivery(number uint64, state family.DeliveryState, warnings []string) (family.DeliveryInfo, error) {
	return family.DeliveryInfo{}, errNotYet
}

// SettleDelivery releases or discards a held delivery.
func (s *Store) SettleDelivery(number uint64, release bool, by, reason string) (family.DeliveryInfo, error) {
	return family.DeliveryInfo{}, errNotYet
}

// Delivery finds a delivery.
func (s *Store) Delivery(feed family.Feed, agency, id string) (family.DeliveryInfo, error) {
	return family.DeliveryInfo{}, errNotYet
}

// Deliveries lists them, the newest first.
func (s *Store) Deliveries() []family.DeliveryInfo { return nil }

// Rejections lists refused rows of a delivery.
func (s *Store) Rejections(number uint64, afterPosition int64, limit int) ([]family.Rejection, error) {
	return nil, errNotYet
}

// Owner returns the agency that a row belongs to.
func (s *Store) Owner(ref family.RowRef) (agency string, ok bool) { return "", false }

// Seq returns the last journal place.
func (s *Store) Seq() uint64 { return 0 }

// LiveRows yields the live rows of a feed as at a journal place.
func (s *Store) LiveRows(seq uint64, feed family.Feed, yield func(*family.Row) error) error {
	return errNotYet
}

// LiveRow returns one live row.
func (s *Store) LiveRow(seq uint64, ref family.RowRef) (*family.Row, error) { return nil, errNotYet }

// Decide records a reviewer's decision.
func (s *Store) Decide(d family.Decision) (family.Decision, error) {
	return family.Decision{}, errNotYet
}

// Decisions returns the decisions up to a journal place.
func (s *Store) Decisions(seq uint64) []family.Decision { return nil }

// Audit records an entry.
func (s *Store) Audit(e family.AuditEntry) error { return errNotYet }

// AuditEntries lists entries, the newest first.
func (s *Store) AuditEntries(before uint64, limit int) ([]family.AuditEntry, uint64, error) {
	return nil, 0, errNotYet
}

// PublishNight keeps a night.
func (s *Store) PublishNight(n *Night) error { return errNotYet }

// RestoreNight keeps a night recomputed after a rebuild.
func (s *Store) RestoreNight(n *Night) error { return errNotYet }

// LastNight returns the last published night.
func (s *Store) LastNight() (family.NightInfo, bool) { return family.NightInfo{}, false }

// NightMissing says whether the last night must be recomputed.
func (s *Store) NightMissing() bool { return false }

// Model returns the model of the last night that trained.
func (s *Store) Model() (name string, json []byte, ok bool) { return "", nil, false }

// Person returns a person and the households it stands in.
func (s *Store) Person(id string) (family.Person, []string, error) {
	return family.Person{}, nil, errNotYet
}

// PersonOfRecord returns the id of the person that a record belongs to.
func (s *Store) PersonOfRecord(ref family.RecordRef) (string, error) { return "", errNotYet }

// Household returns a household.
func (s *Store) Household(id string) (family.Household, error) {
	return family.Household{}, errNotYet
}

// HouseholdCandidates returns a household's candidates, by framework.
func (s *Store) HouseholdCandidates(id string) ([]family.Candidate, error) { return nil, errNotYet }

// Candidates yields a framework's candidates in list order.
func (s *Store) Candidates(framework string, from int, yield func(index int, c *family.Candidate) error) error {
	return errNotYet
}

// Persons yields every person by id.
func (s *Store) Persons(yield func(*family.StoredPerson) error) error { return errNotYet }

// Households yields every household by id.
func (s *Store) Households(yield func(*family.Household) error) error { return errNotYet }

// FindPersons returns ids of persons that have a token.
func (s *Store) FindPersons(token string, prefix bool, after string, limit int) ([]string, error) {
	return nil, errNotYet
}
