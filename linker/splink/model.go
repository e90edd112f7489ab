package splink

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// LinkType says which records are compared with each other.
type LinkType string

// Splink's link types.
const (
	DedupeOnly    LinkType = "dedupe_only"
	LinkOnly      LinkType = "link_only"
	LinkAndDedupe LinkType = "link_and_dedupe"
)

// Model is a Splink model that was read. Using it does not change it; it may be
// used by several goroutines at once.
type Model struct {
	// Version is 4 or 5. The two differ where weights are extreme: 4 cuts them
	// off at 996.6 bits either way. A file that shows neither's marks is taken for 5's.
	Version int
	// Link is which records are compared.
	Link LinkType
	// Dialect is the SQL dialect that the file names, such as "duckdb".
	Dialect string
	// Prior is the probability that two records drawn at random are one person.
	Prior float64
	// ID and Source are the names of the columns that name a record and its table.
	ID, Source string
	// Rules are the blocking rules' SQL, in order.
	Rules []string
	// Comparisons are the model's, in order.
	Comparisons []Comparison

	rules   []rule
	columns []string
}

// Comparison is one comparison of a model.
type Comparison struct {
	// Name is Splink's output column name.
	Name string
	// Levels are tried in order; the first that holds counts.
	Levels []Level
}

// Level is one level of a comparison.
type Level struct {
	// Label and SQL are as in the file.
	Label, SQL string
	// Null says that the level stands for missing values: it weighs nothing.
	Null bool
	// Vector is Splink's comparison vector value: the best level has the
	// highest, the last 0, a null level -1.
	Vector int8
	// M and U are the probabilities of the level among records of one person and
	// among strangers; Splink's defaults where the file has none. 0 for a null level.
	M, U float64
	// Term is the column whose term frequencies adjust the level, "" for none.
	Term string
	// TermWeight scales that adjustment, from 0 to 1 as a rule; TermMinimum is the
	// least frequency that it reckons with.
	TermWeight, TermMinimum float64

	when  *node // nil for ELSE
	termU float64
}

// rule is a blocking rule, split where OR joins alternatives.
type rule struct {
	alternatives []*node
	explode      []string
}

// Weight is the log2 of the level's Bayes factor, in bits; 0 for a null level.
func (l *Level) Weight() float64 {
	if l.Null {
		return 0
	}
	return math.Log2(l.M / l.U)
}

// Columns names the columns that tables need for Predict, in the order in which
// the model first uses them: those of the comparisons, the rules and the term
// frequencies, and the id. The source column is not among them: without it the
// tables' names serve.
func (m *Model) Columns() []string { return slices.Clone(m.columns) }

// compile parses and checks all SQL of the model, twice: what the first pass
// learns of columns that are numbers, dates or lists, the second goes by.
func (m *Model) compile(explode [][]string) error {
	classes := map[string]typ{}
	for range 3 {
		wanted, err := m.checkAll(classes, explode)
		if err != nil {
			return err
		}
		if len(wanted) == len(classes) {
			break
		}
		classes = wanted
	}
	m.columns = m.listColumns(explode)
	return m.settleTerms()
}

func (m *Model) checkAll(classes map[string]typ, explode [][]string) (map[string]typ, error) {
	wanted := map[string]typ{}
	for c, t := range classes {
		wanted[c] = t
	}
	for i := range m.Comparisons {
		cmp := &m.Comparisons[i]
		for j := range cmp.Levels {
			l := &cmp.Levels[j]
			if strings.EqualFold(strings.TrimSpace(l.SQL), "else") {
				continue
			}
			n, err := m.sql(l.SQL, false, classes, wanted)
			if err != nil {
				return nil, fmt.Errorf("comparison %q, level %q: %w", cmp.Name, l.Label, err)
			}
			l.when = n
		}
	}
	m.rules = nil
	for i, sql := range m.Rules {
		// A column that is exploded is its elements in the rule.
		plain := map[string]typ{}
		for c, t := range classes {
			if !slices.Contains(explode[i], c) {
				plain[c] = t
			}
		}
		n, err := m.sql(sql, true, plain, wanted)
		if err != nil {
			return nil, fmt.Errorf("blocking rule %d: %w", i+1, err)
		}
		m.rules = append(m.rules, rule{alternatives: split(n, "or"), explode: explode[i]})
	}
	return wanted, nil
}

// sql parses and checks one condition.
func (m *Model) sql(sql string, blocking bool, classes, wanted map[string]typ) (*node, error) {
	n, err := parse(sql, m.Dialect, blocking)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", quoteSQL(sql), err)
	}
	c := &checker{sql: sql, classes: classes, wanted: wanted, fromZero: m.Dialect == "spark"}
	return n, c.condition(n)
}

// split takes apart what one operator joins.
func split(n *node, op string) []*node {
	if n.kind == nodeCall && n.name == op {
		return append(split(n.args[0], op), split(n.args[1], op)...)
	}
	return []*node{n}
}

func (m *Model) listColumns(explode [][]string) []string {
	var out []string
	add := func(name string) {
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	var walk func(n *node)
	walk = func(n *node) {
		if n == nil {
			return
		}
		if n.kind == nodeColumn && n.mask != 0 {
			add(n.name)
		}
		for _, a := range n.args {
			walk(a)
		}
	}
	add(m.ID)
	for _, c := range m.Comparisons {
		for _, l := range c.Levels {
			walk(l.when)
			add(l.Term)
		}
	}
	for i, r := range m.rules {
		for _, a := range r.alternatives {
			walk(a)
		}
		for _, c := range explode[i] {
			add(c)
		}
	}
	return out
}

// settleTerms finds the u that each term frequency adjustment is measured from:
// that of the comparison's exact match on the column.
func (m *Model) settleTerms() error {
	for i := range m.Comparisons {
		c := &m.Comparisons[i]
		for j := range c.Levels {
			l := &c.Levels[j]
			if l.Term == "" || l.Null || l.when == nil || l.TermWeight == 0 || l.termU != 0 {
				continue
			}
			for k := range c.Levels {
				if exactOn(c.Levels[k].when, l.Term) {
					l.termU = c.Levels[k].U
					break
				}
			}
			if l.termU == 0 {
				return fmt.Errorf("comparison %q, level %q: there is no level for an exact match on %q, "+
					"which its term frequency adjustment is measured from", c.Name, l.Label, l.Term)
			}
		}
	}
	return nil
}

// exactOn says whether a condition is the equality of one column of both
// records, and of nothing else.
func exactOn(n *node, column string) bool {
	if n == nil || n.kind != nodeCall || n.name != "=" {
		return false
	}
	a, b := n.args[0], n.args[1]
	return a.kind == nodeColumn && b.kind == nodeColumn && a.mask|b.mask == both &&
		strings.EqualFold(a.name, b.name) && strings.EqualFold(a.name, column)
}
