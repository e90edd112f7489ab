package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/linker/table"
)

// addTables adds the flags by which hearth explain speaks of tables.
func (f *tableFlags) addTables(cmd *cobra.Command, tables *[]string) {
	fl := cmd.Flags()
	fl.StringArrayVar(tables, "table", nil, "explain records of this CSV or Parquet table, without a service; may be given again")
	f.add(cmd)
	f.addModel(cmd)
}

// serviceFlags are those that have no meaning for tables, and tableOnly those
// that have none for the service.
var (
	serviceFlags = []string{"server", "include-protected"}
	tableOnly    = []string{"id", "settings", "dedupe", "link-only", "both", "workers", "model"}
)

// checkForm refuses flags of the form that is not meant.
func checkForm(cmd *cobra.Command, tables []string) error {
	wrong, hint := tableOnly, "name the tables with --table"
	if len(tables) > 0 {
		wrong, hint = serviceFlags, "leave it out, as --table asks no service"
	}
	for _, name := range wrong {
		if cmd.Flags().Changed(name) {
			return usageError("--%s: %s", name, hint)
		}
	}
	return nil
}

// explainTables says why two records of tables are, or are not, one person's.
func (p *program) explainTables(ctx context.Context, cmd *cobra.Command, f *tableFlags, paths, args []string) error {
	if err := f.check(cmd, len(paths)); err != nil {
		return err
	}
	if len(args) != 2 {
		return usageError("name two records of the tables by their ids")
	}
	s := &stages{p: p}
	j, err := p.job(ctx, f, paths, s)
	if err != nil {
		return err
	}
	ids, err := j.idsOf()
	if err != nil {
		return err
	}
	var records [2]int32
	for i, name := range args {
		if records[i], err = ids.find(name); err != nil {
			return fmt.Errorf("record %d: %w", i+1, err)
		}
	}
	if records[0] == records[1] {
		return usageError("the two are the same record; name two")
	}
	answer, err := p.engine.explain(ctx, j, records[0], records[1])
	s.end(err == nil)
	if err != nil {
		return err
	}
	e := explained(ids, records, answer)
	if f.json {
		return printIndented(p.stdout, e)
	}
	p.printExplanation(e)
	return nil
}

// explanation is what is said of a pair; its names are those of --json.
type explanation struct {
	Version     int          `json:"version"`
	A           string       `json:"a"`
	B           string       `json:"b"`
	Probability float64      `json:"probability"`
	Weight      float64      `json:"weight"`
	Together    bool         `json:"same_cluster"`
	Equal       bool         `json:"equal"`
	Found       bool         `json:"found_by_blocking"`
	Reasons     []pairReason `json:"reasons"`
	Fields      []fieldPair  `json:"fields"`
}

// fieldPair is what the two records have in one column.
type fieldPair struct {
	Column string `json:"column"`
	A      string `json:"a"`
	B      string `json:"b"`
}

func explained(ids *recordIDs, records [2]int32, a *pairAnswer) *explanation {
	e := &explanation{Version: summaryVersion, A: ids.name(records[0]), B: ids.name(records[1]),
		Probability: a.probability, Weight: a.weight, Together: a.together, Equal: a.equal,
		Found: a.found, Reasons: a.reasons}
	ta, rowA := ids.row(records[0])
	tb, rowB := ids.row(records[1])
	taken := make(map[string]bool)
	for _, t := range []*table.Table{ta, tb} {
		for i := range t.Columns {
			name := t.Columns[i].Name
			if taken[name] {
				continue
			}
			taken[name] = true
			f := fieldPair{name, cellText(ta, name, rowA), cellText(tb, name, rowB)}
			if f.A != "" || f.B != "" {
				e.Fields = append(e.Fields, f)
			}
		}
	}
	return e
}

// cellText is a cell's text, blank where the table has no such column.
func cellText(t *table.Table, column string, row int) string {
	if c := t.Column(column); c != nil {
		return c.Text(row)
	}
	return ""
}

func (p *program) printExplanation(e *explanation) {
	where := "in different clusters"
	if e.Together {
		where = "in one cluster"
	}
	fmt.Fprintf(p.stdout, "%s and %s: %s, weight %.1f, probability %.3f\n", e.A, e.B, where, e.Weight, e.Probability)
	if e.Equal {
		fmt.Fprintln(p.stdout, "they are the same in everything that is compared")
	}
	if !e.Found {
		fmt.Fprintln(p.stdout, "no blocking rule puts the two forward: they are compared only if others tie them together")
	}
	if len(e.Reasons) > 0 {
		t := p.newSheet("compared", "how far it agrees", "weight").numbers("weight").takeRest("how far it agrees")
		for _, r := range e.Reasons {
			t.add(r.Comparison, r.Level, fmt.Sprintf("%+.1f", r.Weight))
		}
		t.print()
	}
	fmt.Fprintln(p.stdout)
	f := p.newSheet("column", e.A, e.B).wrap(e.A, 40).wrap(e.B, 40)
	for _, c := range e.Fields {
		f.add(c.Column, c.A, c.B)
	}
	f.print()
}
