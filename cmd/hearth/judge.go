package main

import (
	"context"
	"fmt"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/server"
)

// Judge implements server.Nights.
func (n *nights) Judge(ctx context.Context, framework string, e eligibility.Enrollment, h *family.Household,
	evidence func(id string) *eligibility.Evidence, asAt family.Date,
) (server.Judgment, error) {
	f := n.inUse.Load().of(&family.Candidate{Framework: framework})
	if f == nil {
		return server.Judgment{}, fmt.Errorf("framework %q is not in use: %w", framework, family.ErrState)
	}
	cov, err := n.coverage(ctx)
	if err != nil {
		return server.Judgment{}, err
	}
	fam := eligibility.NewFamily(h, evidence, nil, cov, asAt)
	return server.Judgment{Outcomes: f.Outcomes(e, fam), Alerts: f.Alerts(e, fam)}, nil
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
