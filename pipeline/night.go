package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/household"
	"github.com/hearthmatch/hearth/matcher"
)

// Input is all that a night depends on.
type Input struct {
	// Rows are the live rows of every feed, in any order.
	Rows []*family.Row
	// Deliveries are the accepted ones; they say what is covered.
	Deliveries []family.Delivery
	// Decisions are the reviewers', the oldest first, undone ones among them.
	Decisions []family.Decision
	// Model is the linkage model to use; nil trains one from Rows.
	Model *matcher.Model
	// Frameworks to score against, in any order.
	Frameworks []*eligibility.Framework
	// Nominations are those in force at AsAt, the oldest first. They steer the
	// needs of the households whose people they are about, and nothing else.
	Nominations []casework.Nomination
	// AsAt is the day to group and score at; 0 is LatestDay.
	AsAt family.Date
	// Keep asks for Result.Kept; Last is the night before, nil for none. What
	// comes of a night is the same, byte for byte, with and without it, as long
	// as the rows bear their places in one journal.
	Keep bool
	Last *Last
	// Workers is how many goroutines may run at once, at least 1.
	Workers int
	// Progress, if set, hears of each stage as it goes. It is called from one
	// goroutine at a time.
	Progress func(stage string, done, total int64)
	// StageDone, if set, hears of each stage when it ends, so that the caller,
	// who has a clock, can time it.
	StageDone func(stage string)
}

// Result is what a night made. Nothing in it refers to a place in the input.
type Result struct {
	AsAt       family.Date
	Model      *matcher.Model
	Trained    bool
	Records    int
	Persons    []family.Person    // by ID
	Households []family.Household // by ID
	Candidates map[string][]family.Candidate
	// Summary counts by framework, in the order of their ids.
	Frameworks []family.FrameworkCount
	// Occupied counts households with a current member, Families those with a
	// child and an adult.
	Occupied, Families int64
	// Kept is for the next night, if it was asked for; Scored counts the
	// households that this night could not take from the last.
	Kept   *Kept
	Scored int64
}

// Run computes a night. It blocks until done, ctx ends, or a stage fails.
func Run(ctx context.Context, in Input) (*Result, error) {
	n := &night{Input: in, out: &Result{AsAt: in.AsAt, Model: in.Model}}
	n.Workers = max(1, n.Workers)
	if n.out.AsAt == 0 {
		n.out.AsAt = LatestDay(in.Deliveries)
	}
	if n.out.AsAt == 0 {
		return nil, fmt.Errorf("no delivery has been accepted yet; push the feeds first: %w", family.ErrState)
	}
	for _, stage := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"read", n.read}, {"train", n.train}, {"link", n.link}, {"group", n.group}, {"score", n.score},
	} {
		n.progress(stage.name, 0, 0)
		if err := stage.run(ctx); err != nil {
			return nil, fmt.Errorf("night, stage %s: %w", stage.name, err)
		}
		if n.StageDone != nil {
			n.StageDone(stage.name)
		}
	}
	return n.out, nil
}

// LatestDay is the latest day that deliveries describe, at which a night groups
// and scores unless it is told another; 0 where there are none.
func LatestDay(deliveries []family.Delivery) family.Date {
	latest := family.Date(0)
	for i := range deliveries {
		latest = max(latest, deliveries[i].AsAt)
	}
	return latest
}

// night is a run under way.
type night struct {
	Input
	given     map[string][]eligibility.Nomination // by household, where nobody is linked
	out       *Result
	records   []*family.Record
	gazetteer *household.Gazetteer
	linkage   *linkage
	schools   []*family.Row
}

func (n *night) progress(stage string, done, total int64) {
	if n.Progress != nil {
		n.Progress(stage, done, total)
	}
}

// read sorts the rows by reference and takes the records from them, so that
// nothing after it can see the order of arrival.
func (n *night) read(ctx context.Context) error {
	rows := slices.Clone(n.Rows)
	slices.SortFunc(rows, func(a, b *family.Row) int { return a.Ref().Compare(b.Ref()) })
	var addresses []*family.Row
	for _, r := range rows {
		switch r.Feed {
		case family.Addresses:
			addresses = append(addresses, r)
		case family.Schools:
			n.schools = append(n.schools, r)
		}
	}
	if len(addresses) > 0 {
		n.gazetteer = household.NewGazetteer(addresses)
	}
	perRow := make([][]family.Record, len(rows))
	parallel(n.Workers, len(rows), func(from, to int) {
		for i := from; i < to; i++ {
			perRow[i] = family.Records(rows[i])
		}
	})
	for _, rs := range perRow {
		for j := range rs {
			n.records = append(n.records, &rs[j])
		}
	}
	n.out.Records = len(n.records)
	return ctx.Err()
}

func (n *night) train(ctx context.Context) error {
	if n.out.Model != nil {
		return nil
	}
	m, err := TrainModel(ctx, n.records, n.Workers)
	n.out.Model, n.out.Trained = m, true
	return err
}

func (n *night) link(ctx context.Context) error {
	l, err := linkRecords(ctx, n.records, n.out.Model, n.Decisions, n.out.AsAt, n.Workers,
		func(done, total int64) { n.progress("link", done, total) })
	if err != nil {
		return err
	}
	n.linkage, n.out.Persons = l, persons(l.records, l.linked, n.Workers)
	return nil
}

// group asks linkage once about the persons whom their families give reason to
// take for one, and forms the households.
func (n *night) group(ctx context.Context) error {
	n.out.Persons, _ = n.linkage.reconsider(n.out.Persons, household.Doubles(n.households()))
	n.linkage = nil
	n.out.Households = household.Form(n.households())
	for i := range n.out.Households {
		adult, child := residents(&n.out.Households[i], n.out.AsAt)
		if adult || child {
			n.out.Occupied++
		}
		if adult && child {
			n.out.Families++
		}
	}
	return ctx.Err()
}

func (n *night) households() household.Input {
	return household.Input{
		Persons: n.out.Persons, AsAt: n.out.AsAt, Gazetteer: n.gazetteer,
		Offices: offices(n.Rows), Decisions: n.Decisions, Workers: n.Workers,
	}
}

func residents(h *family.Household, asAt family.Date) (adult, child bool) {
	for _, m := range h.Members {
		if m.Current(asAt) {
			adult = adult || m.Role == family.Adult
			child = child || m.Role == family.Child
		}
	}
	return adult, child
}

func (n *night) score(ctx context.Context) error {
	byID := make(map[string]*family.Person, len(n.out.Persons))
	for i := range n.out.Persons {
		byID[n.out.Persons[i].ID] = &n.out.Persons[i]
	}
	evidence := func(id string) *eligibility.Evidence {
		if p := byID[id]; p != nil {
			return eligibility.NewEvidence(p)
		}
		return nil
	}
	coverage := eligibility.NewCoverage(n.Deliveries, n.schools)
	frameworks := slices.SortedFunc(slices.Values(n.Frameworks), func(a, b *eligibility.Framework) int {
		return cmp.Compare(a.ID(), b.ID())
	})
	n.out.Candidates = make(map[string][]family.Candidate, len(frameworks))
	for i, candidates := range n.scoreAll(frameworks, evidence, coverage) {
		fw := frameworks[i]
		eligibility.Sort(candidates)
		count := family.FrameworkCount{ID: fw.ID(), Scored: int64(len(candidates))}
		for j := range candidates {
			if c := &candidates[j]; c.Eligible {
				count.Eligible++
				if c.PutForward {
					count.PutForward++
				}
			} else if fw.OneShort(c) {
				count.OneShort++
			}
		}
		n.out.Candidates[fw.ID()] = candidates
		n.out.Frameworks = append(n.out.Frameworks, count)
		n.progress("score", int64(i+1), int64(len(frameworks)))
	}
	return ctx.Err()
}

// scoreAll scores every household against every framework: what its people's rows
// say is read once for all of them, and not at all where the last night's answers
// still hold. It returns the candidates of each framework.
func (n *night) scoreAll(frameworks []*eligibility.Framework, evidence func(string) *eligibility.Evidence, cov eligibility.Coverage) [][]family.Candidate {
	nominated := n.nominated()
	old := n.again(frameworks, cov, nominated)
	scored := old.candidates
	var fresh atomic.Int64
	parallel(n.Workers, len(n.out.Households), func(from, to int) {
		for i := from; i < to; i++ {
			h := &n.out.Households[i]
			var fam *eligibility.Family
			for j, fw := range frameworks {
				if old.same[i] && old.known[j] {
					continue
				}
				if fam == nil {
					fam = eligibility.NewFamily(h, evidence, nominated[h.ID], cov, n.out.AsAt)
					fresh.Add(1)
				}
				if c, ok := fw.Score(fam); ok {
					scored[j][i] = &c
				}
			}
		}
	})
	n.out.Scored = fresh.Load()
	out := make([][]family.Candidate, len(frameworks))
	for i := range scored {
		for _, c := range scored[i] {
			if c != nil {
				out[i] = append(out[i], *c)
			}
		}
	}
	return out
}

// chunk is how many items one worker takes at a time; it does not depend on
// the number of workers.
const chunk = 256

// parallel calls f for consecutive ranges of 0…n on up to workers goroutines
// and returns when all are done.
func parallel(workers, n int, f func(from, to int)) {
	next := make(chan int, (n+chunk-1)/chunk)
	for from := 0; from < n; from += chunk {
		next <- from
	}
	close(next)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for from := range next {
				f(from, min(from+chunk, n))
			}
		})
	}
	wg.Wait()
}
