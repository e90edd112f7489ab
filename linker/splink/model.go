package splink

import (
	"context"

	"github.com/hearthmatch/hearth/linker/table"
)

// Model is a Splink model that was read. It is not changed by use.
type Model struct{}

// Options say how pairs are predicted.
type Options struct {
	// Workers is how many goroutines score; 0 means one per processor. The
	// answer does not depend on it.
	Workers int
	// MinWeight leaves out pairs of a lower match weight when HasMin is set.
	MinWeight float64
	HasMin    bool
}

// Pair is two records that the model compared.
type Pair struct {
	// A and B are row numbers counted through the tables in order.
	A, B int32
	// Weight is the match weight in bits, prior included.
	Weight float64
	// Probability is the model's probability that the two are one.
	Probability float64
	// Levels are the comparison vector values, one per comparison: -1 is null.
	Levels []int8
	// Rule is the number of the first blocking rule that found the pair.
	Rule int16
}

// Load reads a model or settings as Splink writes them in JSON.
func Load(data []byte) (*Model, error) { panic("not yet") }

// Columns names the columns of the tables that the model needs.
func (m *Model) Columns() []string { return nil }

// Predict finds the pairs that the blocking rules find and weighs them.
func (m *Model) Predict(ctx context.Context, tables []*table.Table, opts Options) ([]Pair, error) {
	panic("not yet")
}
