package pipeline

import (
	"context"

	"github.com/hearthmatch/hearth/household"
)

// Near forms and scores the households of a few people who are linked already,
// where the rest of the council has no say: those who bear on one household. Of
// in it reads the frameworks, nominations, deliveries and rows of schools.
func Near(ctx context.Context, in Input, people household.Input) (*Result, error) {
	in.AsAt, in.Decisions = people.AsAt, people.Decisions
	n := &night{Input: in, out: &Result{AsAt: people.AsAt, Persons: people.Persons}, gazetteer: people.Gazetteer, schools: in.Rows}
	n.Workers = max(1, n.Workers)
	n.out.Households = household.Form(n.households())
	return n.out, n.score(ctx)
}
