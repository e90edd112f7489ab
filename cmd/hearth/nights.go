package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/household"
	"github.com/hearthmatch/hearth/matcher"
	"github.com/hearthmatch/hearth/pipeline"
	"github.com/hearthmatch/hearth/server"
	"github.com/hearthmatch/hearth/store"
)

// nights brings the store's rows to the pipeline and its results back.
type nights struct {
	store     *store.Store
	catalog   *catalog
	log       *zap.Logger
	now       func() time.Time
	stopping  context.Context // ends when the service does
	running   atomic.Bool     // a night is under way
	computing chan struct{}   // holds one token: one computation at a time

	inUse   atomic.Pointer[programmes] // of the last night; of the next before the first
	loading sync.Mutex                 // guards loaded
	loaded  map[int]*programmes        // by how many had been published

	covered atomic.Pointer[covered] // of the last night asked for

	council sync.Mutex // guards kept
	kept    *council   // from the first question about a household to the next night

	last lastNight // that this process ran; used by whoever set running

	nominating sync.Mutex // guards nominated
	nominated  *nominated // as last asked for
}

// council is what a household depends on beyond the people around it.
type council struct {
	seq       uint64 // of the night
	gazetteer *household.Gazetteer
	practice  *household.Practice
}

// Run implements server.Nights.
func (n *nights) Run(ctx context.Context, asAt family.Date, retrain bool, progress func(string, int64, int64)) (family.NightInfo, error) {
	if !n.running.CompareAndSwap(false, true) {
		return family.NightInfo{}, fmt.Errorf("a night is running already; wait for its end: %w", family.ErrState)
	}
	defer n.running.Store(false)
	job := job{seq: n.store.Seq(), asAt: asAt, progress: progress, keep: true, last: n.lastKept()}
	if !retrain {
		job.model, job.modelJSON = n.keptModel()
	}
	night, kept, err := n.compute(ctx, job)
	if err != nil {
		return family.NightInfo{}, err
	}
	progress("write", 0, 0)
	begun := n.now()
	night.Info.End = begun
	night.Spend = true
	if err := n.store.PublishNight(night); err != nil {
		return family.NightInfo{}, err
	}
	info, _ := n.store.LastNight()
	n.last = lastNight{info.ID, kept}
	if _, err := n.use(info.Seq); err != nil {
		return family.NightInfo{}, err
	}
	info.Stages = append(slices.Clone(info.Stages), family.StageTime{Stage: "write", Seconds: n.now().Sub(begun).Seconds()})
	return info, nil
}

// lastNight is a night and what it keeps for the next.
type lastNight struct {
	id   string
	kept *pipeline.Kept
}

// lastKept is what the night to come may use again of the last; nil unless this
// process ran that.
func (n *nights) lastKept() *pipeline.Last {
	info, ok := n.store.LastNight()
	if !ok || n.last.kept == nil || n.last.id != info.ID || n.store.NightMissing() {
		return nil
	}
	return &pipeline.Last{Kept: n.last.kept, Candidates: func(framework string, yield func(*family.Candidate) error) error {
		return n.store.Candidates(framework, 0, func(_ int, c *family.Candidate) error { return yield(c) })
	}}
}

// keptModel is the model of the last night that trained; nil before the first
// and where this program cannot use what another version trained.
func (n *nights) keptModel() (*matcher.Model, []byte) {
	_, data, ok := n.store.Model()
	if !ok {
		return nil, nil
	}
	m, err := matcher.ParseModel(data)
	if err != nil {
		return nil, nil
	}
	return m, data
}

// At implements server.Nights. It waits for a computation that is under way.
func (n *nights) At(ctx context.Context, asAt family.Date) (*server.Derived, error) {
	night, err := n.lastNightAgain(ctx, asAt)
	if err != nil {
		return nil, err
	}
	return &server.Derived{
		Info: night.Info, Persons: night.Persons, Households: night.Households, Candidates: night.Candidates,
	}, nil
}

// Restore computes the last night again where the index has lost it; false if
// it has not.
func (n *nights) Restore(ctx context.Context) (bool, error) {
	if !n.store.NightMissing() {
		return false, nil
	}
	night, err := n.lastNightAgain(ctx, 0)
	if err != nil {
		return false, err
	}
	night.Spend = true
	return true, n.store.RestoreNight(night)
}

// lastNightAgain computes the last night from what it read, at a day; 0 is its
// own. Other frameworks than those in force then may be given.
func (n *nights) lastNightAgain(ctx context.Context, asAt family.Date, rules ...*eligibility.Framework) (*store.Night, error) {
	info, ok := n.store.LastNight()
	if !ok {
		return nil, fmt.Errorf("no night has been run yet: %w", family.ErrState)
	}
	_, data, ok := n.store.Model()
	if !ok {
		return nil, fmt.Errorf("the last night's linkage model is not kept; run a night with --retrain: %w", family.ErrCorrupt)
	}
	model, err := matcher.ParseModel(data)
	if err != nil {
		return nil, fmt.Errorf("the last night's linkage model is of another version; run a night with --retrain: %w", family.ErrState)
	}
	if asAt == 0 {
		asAt = info.AsAt
	}
	night, _, err := n.compute(ctx, job{seq: info.Seq, asAt: asAt, model: model, modelJSON: data, rules: rules})
	if err != nil {
		return nil, err
	}
	frameworks := night.Info.Frameworks
	night.Info = info
	night.Info.AsAt, night.Info.Frameworks = asAt, frameworks
	return night, nil
}

// job is one computation to do.
type job struct {
	seq       uint64 // rows and decisions up to this journal place
	asAt      family.Date
	model     *matcher.Model // nil trains
	modelJSON []byte         // as kept; nil for a model to be trained
	progress  func(stage string, done, total int64)
	keep      bool // for the next night
	last      *pipeline.Last
	rules     []*eligibility.Framework // to score by; nil takes those in force at seq
}

func (n *nights) compute(ctx context.Context, j job) (*store.Night, *pipeline.Kept, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(n.stopping, cancel)()
	select {
	case n.computing <- struct{}{}:
		defer func() { <-n.computing }()
	case <-ctx.Done():
		return nil, nil, n.ended(ctx.Err())
	}
	n.forgetCouncil()
	start := n.now()
	in, err := n.input(ctx, j)
	if err != nil {
		return nil, nil, n.ended(err)
	}
	if j.model == nil && !anyPeople(in.Rows) {
		return nil, nil, fmt.Errorf("nothing delivered and in effect describes anybody, so there is nothing to learn from; "+
			"push the feeds first: %w", family.ErrState)
	}
	clock := stopwatch{now: n.now, last: start}
	in.StageDone = clock.lap
	out, err := pipeline.Run(ctx, in)
	if err != nil {
		return nil, nil, n.ended(err)
	}
	night := &store.Night{
		ModelJSON: j.modelJSON, Persons: out.Persons, Households: out.Households, Candidates: out.Candidates,
	}
	if out.Trained {
		if night.ModelJSON, err = out.Model.Marshal(); err != nil {
			return nil, nil, err
		}
	}
	night.Info = family.NightInfo{
		ID: fmt.Sprintf("N%d", j.seq), Seq: j.seq, AsAt: out.AsAt, Model: modelName(night.ModelJSON), Trained: out.Trained,
		Rows: int64(len(in.Rows)), Records: int64(out.Records), Persons: int64(len(out.Persons)),
		Households: out.Occupied, Families: out.Families, Frameworks: out.Frameworks,
		Start: start, End: n.now(), Stages: clock.laps,
	}
	return night, out.Kept, nil
}

// anyPeople says whether rows other than reference files are there.
func anyPeople(rows []*family.Row) bool {
	return slices.ContainsFunc(rows, func(r *family.Row) bool { return !r.Feed.Reference() })
}

// ended says why a computation was given up, where it was the service's end.
func (n *nights) ended(err error) error {
	if n.stopping.Err() != nil && errors.Is(err, context.Canceled) {
		return fmt.Errorf("the service is stopping; run the night again: %w", family.ErrState)
	}
	return err
}

// modelName names a model by its content, so that equal rows give equal names.
func modelName(data []byte) string {
	sum := sha256.Sum256(data)
	return "M" + hex.EncodeToString(sum[:6])
}

// input reads everything that a night depends on.
func (n *nights) input(ctx context.Context, j job) (pipeline.Input, error) {
	in := pipeline.Input{
		Decisions: n.store.Decisions(j.seq), Model: j.model,
		AsAt: j.asAt, Workers: runtime.GOMAXPROCS(0), Progress: j.progress, Keep: j.keep, Last: j.last,
	}
	p, err := n.programmesAt(j.seq)
	if err != nil {
		return in, err
	}
	in.Frameworks = p.rules()
	if j.rules != nil {
		in.Frameworks = j.rules
	}
	in.Deliveries = n.deliveries(j.seq)
	about, err := n.nominationsAt(j.seq, j.asAt)
	if err != nil {
		return in, err
	}
	in.Nominations = about.all
	for _, feed := range family.Feeds() {
		err := n.store.LiveRows(j.seq, feed, func(r *family.Row) error {
			in.Rows = append(in.Rows, r)
			return ctx.Err()
		})
		if err != nil {
			return in, err
		}
	}
	return in, nil
}

// stopwatch times the stages of a night.
type stopwatch struct {
	now  func() time.Time
	last time.Time
	laps []family.StageTime
}

func (s *stopwatch) lap(stage string) {
	now := s.now()
	s.laps = append(s.laps, family.StageTime{Stage: stage, Seconds: now.Sub(s.last).Seconds()})
	s.last = now
}

// ExplainLink implements server.Nights.
func (n *nights) ExplainLink(ctx context.Context, a, b family.RecordRef) (family.Link, string, error) {
	if _, ok := n.store.LastNight(); !ok {
		return family.Link{}, "", fmt.Errorf("no night has been run yet: %w", family.ErrState)
	}
	name, data, ok := n.store.Model()
	if !ok {
		return family.Link{}, "", fmt.Errorf("the last night's linkage model is not kept: %w", family.ErrCorrupt)
	}
	model, err := matcher.ParseModel(data)
	if err != nil {
		return family.Link{}, "", fmt.Errorf("the last night's linkage model is of another version; run a night with --retrain: %w", family.ErrState)
	}
	around := neighborhood{store: n.store, persons: map[string]bool{}, rows: map[family.RowRef]bool{}}
	if err := around.gather(ctx, a, b); err != nil {
		return family.Link{}, "", err
	}
	link, err := pipeline.ExplainPair(around.records, model, a, b)
	return link, name, err
}

// Around implements server.Nights.
func (n *nights) Around(ctx context.Context, asAt family.Date, persons []string) (household.Input, error) {
	info, ok := n.store.LastNight()
	if !ok {
		return household.Input{}, fmt.Errorf("no night has been run yet: %w", family.ErrState)
	}
	in := household.Input{AsAt: asAt, Decisions: n.store.Decisions(info.Seq), Workers: 1}
	if asAt == 0 {
		in.AsAt = info.AsAt
	}
	about, err := n.nominationsAt(info.Seq, in.AsAt)
	if err != nil {
		return in, err
	}
	if persons, err = about.with(n.store, persons); err != nil {
		return in, err
	}
	if in.Persons, err = aroundPersons(ctx, n.store, persons); err != nil {
		return in, err
	}
	c, err := n.councilOf(ctx, info)
	if err != nil {
		return in, err
	}
	in.Gazetteer, in.Practice = c.gazetteer.Near(in.Persons), c.practice
	return in, nil
}

// councilOf reads what households of a night depend on beyond their people.
func (n *nights) councilOf(ctx context.Context, info family.NightInfo) (*council, error) {
	n.council.Lock()
	defer n.council.Unlock()
	if n.kept != nil && n.kept.seq == info.Seq {
		return n.kept, nil
	}
	c := &council{seq: info.Seq}
	var rows []*family.Row
	err := n.store.LiveRows(info.Seq, family.Addresses, func(r *family.Row) error {
		rows = append(rows, r)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		c.gazetteer = household.NewGazetteer(rows)
	}
	sample := household.Input{AsAt: info.AsAt, Gazetteer: c.gazetteer, Workers: 1}
	if sample.Persons, err = n.samplePersons(ctx, info); err != nil {
		return nil, err
	}
	c.practice, err = household.PracticeOf(sample, func(yield func(*family.Row) error) error {
		for _, feed := range []family.Feed{family.Benefits, family.Housing} {
			err := n.store.LiveRows(info.Seq, feed, func(r *family.Row) error { return cmp.Or(ctx.Err(), yield(r)) })
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		n.kept = c
	}
	return c, err
}

// samplePersons reads some thousand people of the last night, evenly.
func (n *nights) samplePersons(ctx context.Context, info family.NightInfo) ([]family.Person, error) {
	const size = 2000
	every, at := max(1, info.Persons/size), int64(0)
	var ids []string
	err := n.store.Persons(func(p *family.StoredPerson) error {
		if at++; at%every == 0 {
			ids = append(ids, p.ID)
		}
		return ctx.Err()
	})
	a := newSurroundings(n.store, 2*size)
	for _, id := range ids {
		if err == nil {
			err = a.read(id)
		}
	}
	return a.persons, cmp.Or(err, ctx.Err())
}

// forgetCouncil frees what a night needs the room of.
func (n *nights) forgetCouncil() {
	n.council.Lock()
	defer n.council.Unlock()
	n.kept = nil
}

// NearAt implements server.Nights.
func (n *nights) NearAt(ctx context.Context, in household.Input) (*server.Derived, error) {
	info, ok := n.store.LastNight()
	if !ok {
		return nil, fmt.Errorf("no night has been run yet: %w", family.ErrState)
	}
	p, err := n.programmesAt(info.Seq)
	if err != nil {
		return nil, err
	}
	about, err := n.nominationsAt(info.Seq, in.AsAt)
	if err != nil {
		return nil, err
	}
	all := pipeline.Input{Frameworks: p.rules(), Nominations: about.all, Workers: 1}
	all.Deliveries = n.deliveries(info.Seq)
	err = n.store.LiveRows(info.Seq, family.Schools, func(r *family.Row) error {
		all.Rows = append(all.Rows, r)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	out, err := pipeline.Near(ctx, all, in)
	if err != nil {
		return nil, err
	}
	info.AsAt, info.Frameworks = in.AsAt, out.Frameworks
	return &server.Derived{Info: info, Persons: out.Persons, Households: out.Households, Candidates: out.Candidates}, nil
}
