package pipeline

import (
	"context"
	"errors"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/matcher"
)

var errNotYet = errors.New("linkage is not written yet")

// TrainModel estimates a linkage model from records, without labels.
func TrainModel(ctx context.Context, records []*family.Record, workers int) (*matcher.Model, error) {
	return nil, errNotYet
}

// LinkRecords puts records together into persons, sorted by id.
func LinkRecords(ctx context.Context, records []*family.Record, m *matcher.Model,
	decisions []family.Decision, asAt family.Date, workers int,
	progress func(done, total int64)) ([]family.Person, error) {
	return nil, errNotYet
}

// ExplainPair scores one pair of records and says why.
func ExplainPair(records []*family.Record, m *matcher.Model, a, b family.RecordRef) (family.Link, error) {
	return family.Link{}, errNotYet
}
