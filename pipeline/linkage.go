package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/matcher"
)

// TrainModel estimates a linkage model from records, without labels. The same
// records, in any order and with any number of workers, give the same model.
// It blocks until done or ctx ends.
func TrainModel(ctx context.Context, records []*family.Record, workers int) (*matcher.Model, error) {
	return matcher.Train(ctx, newPresenter(sorted(records)).input(workers), matcher.Options{Workers: workers})
}

// LinkRecords puts records together into persons, sorted by id; every record is
// in exactly one. Decisions that are neither undone nor expired at asAt hold
// whatever the records say. progress, if set, hears of the work done.
func LinkRecords(ctx context.Context, records []*family.Record, m *matcher.Model,
	decisions []family.Decision, asAt family.Date, workers int,
	progress func(done, total int64)) ([]family.Person, error) {
	l, err := linkRecords(ctx, records, m, decisions, asAt, workers, progress)
	if err != nil {
		return nil, err
	}
	return persons(l.records, l.linked, workers), nil
}

func linkRecords(ctx context.Context, records []*family.Record, m *matcher.Model,
	decisions []family.Decision, asAt family.Date, workers int,
	progress func(done, total int64)) (*linkage, error) {
	records = sorted(records)
	in := newPresenter(records).input(workers)
	in.Must, in.Cannot = decided(records, decisions, asAt)
	opt := matcher.Options{Workers: workers}
	if progress != nil {
		opt.Progress = func(_ string, done, total int64) { progress(done, total) }
	}
	linked, err := matcher.Link(ctx, in, m, opt)
	if err != nil {
		return nil, fmt.Errorf("linkage: %w", err)
	}
	return &linkage{records, linked, in.Cannot}, nil
}

// ExplainPair scores one pair of records and says why. records are those of the
// two rows and those named with them, or simply all: the more, the better it is
// known who is related to both. It fails with family.ErrNotFound if a or b is
// not among them.
func ExplainPair(records []*family.Record, m *matcher.Model, a, b family.RecordRef) (family.Link, error) {
	if a.Compare(b) > 0 {
		a, b = b, a
	}
	records = sorted(records)
	i, okA := find(records, a)
	j, okB := find(records, b)
	if !okA || !okB {
		return family.Link{}, fmt.Errorf("no live record of that name; check feed/record_id/part: %w", family.ErrNotFound)
	}
	linked, err := matcher.Link(context.Background(), newPresenter(records).input(1), m, matcher.Options{Workers: 1})
	if err != nil {
		return family.Link{}, fmt.Errorf("linkage: %w", err)
	}
	return (&describer{records: records, linked: linked}).link(i, j), nil
}

func find(records []*family.Record, ref family.RecordRef) (int32, bool) {
	i, ok := slices.BinarySearchFunc(records, ref, func(r *family.Record, ref family.RecordRef) int {
		return r.Ref().Compare(ref)
	})
	return int32(i), ok
}

// decided returns the pairs of records that decisions in force keep together
// and apart. Of two decisions on one pair the later holds.
func decided(records []*family.Record, decisions []family.Decision, asAt family.Date) (must, cannot [][2]int32) {
	type verdict struct {
		pair [2]int32
		same bool
	}
	var all []verdict
	for _, d := range family.InForce(decisions, asAt) {
		if d.Kind != family.SamePerson && d.Kind != family.DifferentPeople {
			continue
		}
		i, okA := find(records, d.A)
		j, okB := find(records, d.B)
		if !okA || !okB || i == j {
			continue
		}
		pair := [2]int32{min(i, j), max(i, j)}
		all = slices.DeleteFunc(all, func(v verdict) bool { return v.pair == pair })
		all = append(all, verdict{pair, d.Kind == family.SamePerson})
	}
	slices.SortFunc(all, func(a, b verdict) int { return slices.Compare(a.pair[:], b.pair[:]) })
	for _, v := range all {
		if v.same {
			must = append(must, v.pair)
		} else {
			cannot = append(cannot, v.pair)
		}
	}
	return must, cannot
}

// parts is the fixed number of parts that persons are described in, whatever
// the number of workers.
const parts = 64

// persons describes what the matcher found.
func persons(records []*family.Record, linked *matcher.Linked, workers int) []family.Person {
	members := make([][]int32, linked.Persons)
	for i, p := range linked.Person {
		members[p] = append(members[p], int32(i))
	}
	out := make([]family.Person, linked.Persons)
	var g errgroup.Group
	g.SetLimit(max(1, workers))
	for part := range parts {
		g.Go(func() error {
			d := &describer{records: records, linked: linked.Fork()}
			for i := len(out) * part / parts; i < len(out)*(part+1)/parts; i++ {
				out[i] = d.person(members[i])
			}
			return nil
		})
	}
	_ = g.Wait() // no part fails
	slices.SortFunc(out, func(a, b family.Person) int { return cmp.Compare(a.ID, b.ID) })
	return out
}
