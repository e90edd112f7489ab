package main

import (
	"context"
	"fmt"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/server"
)

// Outcomes implements server.Nights.
func (n *nights) Outcomes(ctx context.Context, of server.Judging) ([]family.Outcome, error) {
	f, fam, err := n.judging(ctx, of)
	if err != nil {
		return nil, err
	}
	if of.Today {
		return f.OutcomesToday(of.Enrollment, fam), nil
	}
	return f.Outcomes(of.Enrollment, fam), nil
}

// Alerts implements server.Nights.
func (n *nights) Alerts(ctx context.Context, of server.Judging) ([]family.Alert, error) {
	f, fam, err := n.judging(ctx, of)
	if err != nil {
		return nil, err
	}
	return f.Alerts(of.Enrollment, fam), nil
}

func (n *nights) judging(ctx context.Context, of server.Judging) (*eligibility.Framework, *eligibility.Family, error) {
	f := n.inUse.Load().of(&family.Candidate{Framework: of.Framework})
	if f == nil {
		return nil, nil, fmt.Errorf("framework %s is in use no more: %w", of.Framework, family.ErrState)
	}
	cov, err := n.coverage(ctx)
	if err != nil {
		return nil, nil, err
	}
	return f, eligibility.NewFamily(of.Household, of.Evidence, nil, cov, of.AsAt), nil
}

// covered is what the deliveries of a night cover.
type covered struct {
	seq uint64
	eligibility.Coverage
}

// coverage returns what the deliveries of the last night cover, read once for
// each night.
func (n *nights) coverage(ctx context.Context) (eligibility.Coverage, error) {
	info, ok := n.store.LastNight()
	if !ok {
		return eligibility.Coverage{}, fmt.Errorf("no night has been run yet: %w", family.ErrState)
	}
	if c := n.covered.Load(); c != nil && c.seq == info.Seq {
		return c.Coverage, nil
	}
	var schools []*family.Row
	err := n.store.LiveRows(info.Seq, family.Schools, func(r *family.Row) error {
		schools = append(schools, r)
		return ctx.Err()
	})
	if err != nil {
		return eligibility.Coverage{}, err
	}
	c := &covered{info.Seq, eligibility.NewCoverage(n.deliveries(info.Seq), schools)}
	n.covered.Store(c)
	return c.Coverage, nil
}

// Try implements server.Nights.
func (n *nights) Try(ctx context.Context, f *eligibility.Framework) ([]family.Candidate, error) {
	night, err := n.lastNightAgain(ctx, 0, f)
	if err != nil {
		return nil, err
	}
	return night.Candidates[f.ID()], nil
}
