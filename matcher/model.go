package matcher

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ModelVersion is the version of the form in which a Model is written.
const ModelVersion = 3

// ErrModel reports a model that this program cannot use.
var ErrModel = errors.New("unusable linkage model")

// Model is a trained linkage model: everything that a weight depends on beside
// the two records. It is a value to keep: with an equal model, equal records
// give equal weights whatever other records there are.
type Model struct {
	// Version is ModelVersion of the program that wrote it.
	Version int `json:"version"`
	// Spec says which columns, comparisons and blocking rules it is for.
	Spec Spec `json:"spec"`
	// Records is the number of records learnt from.
	Records int64 `json:"records"`
	// Rounds hold the parameters of the first round, over single records, and
	// of the later ones, over joined records whose relatives are known.
	Rounds []Params `json:"rounds"`
	// Frequencies are how often each frequent value was met.
	Frequencies []Frequency `json:"frequencies"`
	// Traditions say which names go together; nil where there are none.
	Traditions *Traditions `json:"traditions,omitempty"`
}

// Spec declares the columns of a data set and how to block it.
type Spec struct {
	Columns []ColumnSpec `json:"columns"`
	Rules   []Rule       `json:"rules"`
	// Worthless are sets of rules, a bit for each, of which training found that
	// hardly any pair that just these rules find is of one person. Such pairs
	// are not compared.
	Worthless []uint16 `json:"worthless,omitempty"`
}

// ColumnSpec declares a column.
type ColumnSpec struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Context marks a Keys column that people of one household share. A pair
	// that shares a value of any such column is judged as a pair within a
	// household: against parameters of people who live together.
	Context bool `json:"context,omitempty"`
	// Together marks the Context column whose values are occasions on which
	// records are named together. In later rounds the persons named together
	// with a record become values of the column as well.
	Together bool `json:"together,omitempty"`
	// Frequent says that agreement on a rare value tells more.
	Frequent bool `json:"frequent,omitempty"`
	// Unless names a column that, known in both records, makes this one idle.
	Unless string `json:"unless,omitempty"`
	// Group names the factor that the column belongs to: columns of one group
	// say much the same (a postcode, its street, its town), and each is judged
	// given what the columns of the group before it say.
	Group string `json:"group,omitempty"`
	// Shared says that relatives who live together mostly agree on it, as on a
	// surname or a place, and strangers do not.
	Shared bool `json:"shared,omitempty"`
	// With names a Code column that a Span column is judged together with:
	// in one household a stranger of the same generation is rare, and so is
	// one of the same sex, but one of both is far rarer than either suggests.
	With string `json:"with,omitempty"`
}

// Rule is a blocking rule: records that share all parts of its key are compared.
type Rule struct {
	Name  string    `json:"name"`
	Parts []KeyPart `json:"parts"`
	// Either lets the first two parts change places.
	Either bool `json:"either,omitempty"`
	// Cap is the largest block; a larger one is refined by the next of Refine,
	// and given up where none is left.
	Cap    int       `json:"cap"`
	Refine []KeyPart `json:"refine,omitempty"`
	// Window, where it is not 0, keeps what would be given up: records of a
	// block that cannot be refined further are put in the order of what the
	// columns of Refine say, and each is compared with this many after it.
	Window int `json:"window,omitempty"`
}

// KeyPart derives a part of a blocking key from a column's values.
type KeyPart struct {
	Column string `json:"column"`
	How    How    `json:"how"`
}

// How a blocking key is made of a value.
type How uint8

// The derivations.
const (
	Whole   How = iota + 1 // the value itself
	Sound                  // its Soundex code
	Initial                // its first letter
	Prefix3                // its first three letters
	Year                   // the year of a date
	Outward                // the part before the space
	Drop1                  // each value with one character left out, and whole
)

// Params are one round's probabilities.
type Params struct {
	// Apart holds for pairs that share no context, Household for those that do;
	// where a Spec has no context column Apart holds for all.
	Apart     Stratum `json:"apart"`
	Household Stratum `json:"household,omitzero"`
}

// Stratum holds the parameters for one kind of pair.
type Stratum struct {
	// Prior is the probability that a pair is of one person.
	Prior float64 `json:"prior"`
	// Comparisons are in the order of the spec's columns without Context,
	// followed by the one composite comparison of all context columns.
	Comparisons []Comparison `json:"comparisons"`
	// Kin are the probabilities that a pair is of two relatives, and of two
	// neighbors; shorter where that is not told from strangers, or is told by
	// the context.
	Kin []float64 `json:"kin,omitempty"`
}

// Comparison holds the probabilities of each level, given that neither side is
// missing: M among pairs of one person, U among pairs of two people, Kin among
// pairs of relatives and of neighbors, as far as the Stratum has them.
//
// In a column that is judged by earlier ones of its group the levels come once
// for each state of those: missing, the same, in between, different, the last
// of the earlier columns changing fastest.
type Comparison struct {
	Name string      `json:"name"`
	M    []float64   `json:"m"`
	U    []float64   `json:"u"`
	Kin  [][]float64 `json:"kin,omitempty"`
	// Given names the columns that this one is judged by.
	Given []string `json:"given,omitempty"`
	// Rarity is how much of a value's rarity is left in each state of the
	// earlier columns, 0 to 1; empty where U tells.
	Rarity []float64 `json:"rarity,omitempty"`
	// Spread is by how many bits log2(M/U) of each level varied (standard
	// deviation) between passes over different parts of the pairs.
	Spread []float64 `json:"spread,omitempty"`
}

// Frequency counts a column's frequent values.
type Frequency struct {
	Column string `json:"column"`
	Total  int64  `json:"total"`
	// Once is how likely a stranger has a value that was met in one person
	// only, 0 where that was not measured.
	Once   float64  `json:"once,omitempty"`
	Values []string `json:"values"`
	Counts []int64  `json:"counts"`
}

// Marshal writes the model as JSON; equal models give equal bytes.
func (m *Model) Marshal() ([]byte, error) { return json.Marshal(m) }

// ParseModel reads what Marshal wrote. It fails with ErrModel for anything
// else.
func ParseModel(data []byte) (*Model, error) {
	m := &Model{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("not a model; train one anew: %w", ErrModel)
	}
	if m.Version != ModelVersion {
		return nil, fmt.Errorf("model of version %d, this program uses %d; train one anew: %w",
			m.Version, ModelVersion, ErrModel)
	}
	return m, m.check()
}

// check makes sure that every index a model is used with exists.
func (m *Model) check() error {
	if err := m.Spec.check(); err != nil {
		return err
	}
	if len(m.Rounds) == 0 {
		return fmt.Errorf("model without parameters; train one anew: %w", ErrModel)
	}
	for _, r := range m.Rounds {
		for i, s := range []Stratum{r.Apart, r.Household} {
			if i == 1 && !m.Spec.hasContext() {
				continue
			}
			if !s.fits(m.Spec) {
				return fmt.Errorf("model whose parameters do not fit its columns; train one anew: %w", ErrModel)
			}
		}
	}
	if !m.Traditions.fits() {
		return fmt.Errorf("model with damaged traditions; train one anew: %w", ErrModel)
	}
	for _, f := range m.Frequencies {
		if len(f.Values) != len(f.Counts) || f.Total <= 0 {
			return fmt.Errorf("model with damaged frequencies; train one anew: %w", ErrModel)
		}
	}
	return nil
}

func (s Stratum) fits(spec Spec) bool {
	l := newLayout(spec)
	if len(s.Comparisons) != len(l.sizes) || !(s.Prior > 0 && s.Prior < 1) {
		return false
	}
	for i, c := range s.Comparisons {
		if i < len(l.plain) && len(c.Kin) != len(s.Kin) {
			return false
		}
		if len(c.Rarity) > 0 && (i >= len(l.plain) || len(c.Rarity) != l.sizes[i]/l.count[i]) {
			return false
		}
		for _, p := range append([][]float64{c.M, c.U}, c.Kin...) {
			if len(p) != l.sizes[i] || slices.ContainsFunc(p, func(x float64) bool { return !(x > 0) }) {
				return false
			}
		}
	}
	return true
}

func (s Spec) hasContext() bool {
	return slices.ContainsFunc(s.Columns, func(c ColumnSpec) bool { return c.Context })
}

// sameColumns fails with ErrModel, naming the first column that is not as the
// model's.
func (s Spec) sameColumns(in Spec) error {
	for i, c := range s.Columns {
		switch {
		case i >= len(in.Columns) || in.Columns[i].Name != c.Name:
			return fmt.Errorf("the model compares %q, which is not here in that place; use the tables and settings that the model was trained with, or train one anew: %w", c.Name, ErrModel)
		case in.Columns[i].Kind != c.Kind:
			return fmt.Errorf("the model has %q as another kind of column; use the settings that it was trained with, or train one anew: %w", c.Name, ErrModel)
		}
	}
	if len(in.Columns) > len(s.Columns) {
		return fmt.Errorf("the model does not know %q; leave the column out, or train a model anew: %w", in.Columns[len(s.Columns)].Name, ErrModel)
	}
	return nil
}

func (s Spec) check() error {
	names := map[string]bool{}
	plain, context := 0, 0
	for _, c := range s.Columns {
		if c.Kind < Forename || c.Kind > Point || names[c.Name] {
			return fmt.Errorf("column of no known kind, or named twice: %w", ErrModel)
		}
		names[c.Name] = true
		if c.Context {
			context++
		} else {
			plain++
		}
	}
	if plain == 0 || plain > maxPlain || context > maxContext || len(s.Rules) > maxRules {
		return fmt.Errorf("a spec has 1–%d columns beside at most %d of context, and %d rules: %w",
			maxPlain, maxContext, maxRules, ErrModel)
	}
	for _, r := range s.Rules {
		for _, p := range append(append([]KeyPart{}, r.Parts...), r.Refine...) {
			if !names[p.Column] {
				return fmt.Errorf("rule over a column that there is not: %w", ErrModel)
			}
		}
	}
	return nil
}

// A pair's pattern is one word: four bits for each plain column, then two for
// each context column, then two for how many share the context.
const (
	maxPlain   = 14
	maxContext = 3
	maxRules   = 16
)
