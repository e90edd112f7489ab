package splink

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// file is a model as Splink writes it, or as people write it by hand.
type file struct {
	LinkType    string           `json:"link_type"`
	Prior       *float64         `json:"probability_two_random_records_match"`
	Comparisons []fileComparison `json:"comparisons"`
	Rules       []fileRule       `json:"blocking_rules_to_generate_predictions"`
	ID          *string          `json:"unique_id_column_name"`
	Source      *string          `json:"source_dataset_column_name"`
	Dialect     *string          `json:"sql_dialect"`
	// These tell the version.
	BayesPrefix  *string `json:"bayes_factor_column_prefix"`
	WeightPrefix *string `json:"match_weight_column_prefix"`
	// These do not bear on the weights.
	Retain        json.RawMessage `json:"retain_matching_columns"`
	Intermediate  json.RawMessage `json:"retain_intermediate_calculation_columns"`
	Additional    json.RawMessage `json:"additional_columns_to_retain"`
	LinkerUID     json.RawMessage `json:"linker_uid"`
	Convergence   json.RawMessage `json:"em_convergence"`
	MaxIterations json.RawMessage `json:"max_iterations"`
	TermPrefix    json.RawMessage `json:"term_frequency_adjustment_column_prefix"`
	VectorPrefix  json.RawMessage `json:"comparison_vector_value_column_prefix"`
}

type fileComparison struct {
	Name        *string         `json:"output_column_name"`
	Levels      []fileLevel     `json:"comparison_levels"`
	Description json.RawMessage `json:"comparison_description"`
}

type fileLevel struct {
	SQL         string          `json:"sql_condition"`
	Label       *string         `json:"label_for_charts"`
	Null        bool            `json:"is_null_level"`
	M           chance          `json:"m_probability"`
	U           chance          `json:"u_probability"`
	Term        *string         `json:"tf_adjustment_column"`
	TermWeight  *float64        `json:"tf_adjustment_weight"`
	TermMinimum *float64        `json:"tf_minimum_u_value"`
	OwnU        bool            `json:"disable_tf_exact_match_detection"`
	FixM        json.RawMessage `json:"fix_m_probability"`
	FixU        json.RawMessage `json:"fix_u_probability"`
	Dialect     json.RawMessage `json:"base_dialect_str"`
}

// notObserved stands for the probability of a level that training never saw. A
// Splink that reads it takes the level for untrained.
const notObserved = "level not observed in training dataset"

// chance is an m or u probability: a number, or null or notObserved for none.
type chance struct {
	value float64
	given bool
}

// UnmarshalJSON reads a chance.
func (c *chance) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var s string
	if json.Unmarshal(data, &s) == nil {
		if s != notObserved {
			return errors.New("a probability is neither a number nor null")
		}
		return nil
	}
	c.given = true
	return json.Unmarshal(data, &c.value)
}

// fileRule is a blocking rule: SQL, or an object that holds it.
type fileRule struct {
	SQL     string          `json:"blocking_rule"`
	Dialect *string         `json:"sql_dialect"`
	Salting json.RawMessage `json:"salting_partitions"`
	Explode []string        `json:"arrays_to_explode"`
}

// UnmarshalJSON reads a rule of either form.
func (r *fileRule) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &r.SQL) == nil {
		return nil
	}
	type plain fileRule
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode((*plain)(r))
}

// Bounds on what a file may hold.
const (
	maxFile   = 16 << 20
	maxLevels = 120 // vector values are int8
)

// Load reads a model or settings in the JSON that Splink 4 and 5 write with
// save_model_to_json, or that people write by hand, built from Splink's standard
// comparison and blocking libraries. SQL that is not understood is an error that
// names the comparison, the level and the fragment.
func Load(data []byte) (*Model, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("the Splink model is longer than %d bytes", maxFile)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var f file
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("the Splink model is not understood: %w", err)
	}
	if d.More() {
		return nil, errors.New("the Splink model is not understood: something follows it")
	}
	m := &Model{Version: 5, Dialect: "duckdb", ID: "unique_id", Source: "source_dataset", Prior: 0.0001}
	if err := f.head(m); err != nil {
		return nil, err
	}
	for i, c := range f.Comparisons {
		cmp, err := c.read(i, m.Version)
		if err != nil {
			return nil, err
		}
		m.Comparisons = append(m.Comparisons, cmp)
	}
	var explode [][]string
	for _, r := range f.Rules {
		m.Rules = append(m.Rules, r.SQL)
		explode = append(explode, r.Explode)
	}
	return m, m.compile(explode)
}

// head reads all but the comparisons and rules.
func (f *file) head(m *Model) error {
	m.Link = LinkType(f.LinkType)
	if !slices.Contains([]LinkType{DedupeOnly, LinkOnly, LinkAndDedupe}, m.Link) {
		return fmt.Errorf("the Splink model's link_type is %q, and must be dedupe_only, link_only or link_and_dedupe", f.LinkType)
	}
	set := func(to, from *string) {
		if from != nil && *from != "" {
			*to = *from
		}
	}
	set(&m.ID, f.ID)
	set(&m.Source, f.Source)
	for _, r := range f.Rules {
		set(&m.Dialect, r.Dialect)
	}
	set(&m.Dialect, f.Dialect)
	m.Dialect = strings.ToLower(m.Dialect)
	if f.Prior != nil {
		m.Prior = *f.Prior
	}
	if !(m.Prior > 0 && m.Prior <= 1) {
		return errors.New("the Splink model's probability_two_random_records_match must be above 0 and at most 1")
	}
	if f.WeightPrefix == nil && (f.BayesPrefix != nil || f.salted()) {
		m.Version = 4
	}
	if len(f.Comparisons) == 0 {
		return errors.New("the Splink model has no comparisons")
	}
	return nil
}

func (f *file) salted() bool {
	return slices.ContainsFunc(f.Rules, func(r fileRule) bool { return r.Salting != nil })
}

// read makes a comparison of what the file says.
func (c *fileComparison) read(at, version int) (Comparison, error) {
	out := Comparison{Name: fmt.Sprintf("comparison %d", at+1)}
	if c.Name != nil && *c.Name != "" {
		out.Name = *c.Name
	}
	count := 0
	for _, l := range c.Levels {
		if !l.Null {
			count++
		}
	}
	if count < 2 || len(c.Levels) > maxLevels {
		return out, fmt.Errorf("comparison %q: a comparison has from 2 to %d levels besides null ones", out.Name, maxLevels)
	}
	vector := count
	for _, l := range c.Levels {
		if !l.Null {
			vector--
		}
		level, err := l.read(vector, count, version)
		if err != nil {
			return out, fmt.Errorf("comparison %q, level %q: %w", out.Name, level.Label, err)
		}
		out.Levels = append(out.Levels, level)
	}
	return out, nil
}

// read makes a level, of the vector value given, of count levels that are not null.
func (l *fileLevel) read(vector, count, version int) (Level, error) {
	out := Level{Label: l.SQL, SQL: l.SQL, Null: l.Null, Vector: int8(vector)}
	if l.Label != nil && *l.Label != "" {
		out.Label = *l.Label
	}
	if strings.TrimSpace(l.SQL) == "" {
		return out, errors.New("it has no sql_condition")
	}
	if l.Null {
		out.Vector = -1
		return out, nil
	}
	var err error
	m, u := defaults(vector, count)
	if out.M, err = l.M.or(m, version); err != nil {
		return out, err
	}
	if out.U, err = l.U.or(u, version); err != nil {
		return out, err
	}
	if l.Term == nil || *l.Term == "" {
		return out, nil
	}
	out.Term, out.TermWeight = unquote(*l.Term), 1
	// Splink leaves a weight of 0 out when it reads a level, so that 1 comes of it.
	if l.TermWeight != nil && *l.TermWeight != 0 {
		out.TermWeight = *l.TermWeight
	}
	if l.TermMinimum != nil {
		out.TermMinimum = *l.TermMinimum
	}
	if l.OwnU {
		out.termU = out.U
	}
	if strings.ContainsAny(out.Term, "[]") {
		return out, errors.New("term frequencies of an element of a list are not understood")
	}
	return out, nil
}

// unquote takes a column's name out of quotes.
func unquote(s string) string {
	if n := len(s); n > 2 && (s[0] == '"' || s[0] == '`') && s[n-1] == s[0] {
		return s[1 : n-1]
	}
	return s
}

// or is the probability that Splink reckons with: Splink 4 takes 0 for not
// given, 5 refuses it.
func (c chance) or(instead float64, version int) (float64, error) {
	switch {
	case !c.given, c.value == 0 && version == 4:
		return instead, nil
	case !(c.value >= 1e-300 && c.value <= 1+1e-9): // Training may end a hair above 1.
		return 0, errors.New("its m and u probabilities must be above 0 and at most 1")
	}
	return c.value, nil
}

// defaults are the m and u probabilities that Splink begins with: 0.95 for the
// best level, the rest shared alike; weights from -5 to 3 bits, and 10 for the best.
func defaults(vector, count int) (m, u float64) {
	m = (1 - 0.95) / float64(count-1)
	weight := -5.0
	if count > 2 {
		weight += float64(vector) * (8 / float64(count-2))
	}
	if vector == count-1 {
		m, weight = 0.95, 10
	}
	return m, m / math.Exp2(weight)
}
