package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/linker/quality"
	"github.com/hearthmatch/hearth/linker/report"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/linker/table"
)

// linkOut are the files that hearth link writes.
type linkOut struct{ clusters, pairs, report, model, judge string }

func (p *program) linkCommand() *cobra.Command {
	var f tableFlags
	var out linkOut
	cmd := &cobra.Command{
		Use:   "link TABLE… --out FILE",
		Short: "Find who is in a table more than once, or in several tables",
		Long: `Link the records of CSV or Parquet tables that are of one person: those of one
table, or of several. Nothing has to be set: what the columns are is worked out
from their names and contents, and a model is learnt from the tables themselves.
What was chosen, and how good the answer is thought to be, is said.

--out has a row for each record: record_id, cluster_id, and source where there
are several tables. --pairs has the pairs that may be of one person, linked or
not: match_weight says, in bits, what their own values tell, match_probability
how likely they are one person given the other records of their clusters too.
Of records that are equal in all that is compared the first stands for all.

Exit status 3: the files are written, but the answer is
thought to be below the bar; what would help is said.`,
		Example: `  hearth link people.csv --out clusters.csv
  hearth link school.csv clinic.parquet --out clusters.csv --pairs pairs.csv --report report.html
  hearth settings people.csv --out settings.yaml   # then change what is wrong, and
  hearth link people.csv --settings settings.yaml --out clusters.csv`,
		Args: atLeastOne,
	}
	f.add(cmd)
	f.addModel(cmd)
	f.addLabels(cmd)
	f.addThreshold(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.free, "duplicate-free", "auto", "which tables hold nobody twice: auto finds it out with --link-only, none, all, or their names")
	fl.StringVar(&out.clusters, "out", "", "the file to write the clusters to, - for standard output")
	fl.StringVar(&out.pairs, "pairs", "", "also write the pairs that may be of one person, with their probabilities")
	fl.StringVar(&out.report, "report", "", "also write a report, an HTML page that needs no network")
	fl.StringVar(&out.model, "model-out", "", "also write the model that linked")
	fl.StringVar(&out.judge, "to-judge", "", "also write the pairs that it would help most to have judged, for --labels")
	fl.BoolVarP(&f.dryRun, "dry-run", "n", false, "only count the pairs that would be compared, by blocking rule")
	fl.BoolVar(&f.json, "json", false, "print the summary as JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := out.check(f.dryRun); err != nil {
			return err
		}
		if err := f.check(cmd, len(args)); err != nil {
			return err
		}
		if err := spareInputs([]string{out.clusters, out.pairs, out.report, out.model, out.judge},
			append([]string{f.settings, f.labels}, args...)); err != nil {
			return err
		}
		return p.link(cmd.Context(), cmd.Flags().Changed("threshold"), &f, out, args)
	}
	return cmd
}

// check makes sure that files are named, and no two alike.
func (o linkOut) check(dryRun bool) error {
	if o.clusters == "" && !dryRun {
		return usageError("--out is required: name the file to write the clusters to, or - for standard output")
	}
	taken := make(map[string]bool)
	for _, name := range []string{o.clusters, o.pairs, o.report, o.model, o.judge} {
		if name != "" && taken[name] {
			return usageError("two outputs go to %s; name a file for each", name)
		}
		taken[name] = true
	}
	return nil
}

// spareInputs refuses an output that would overwrite what is read.
func spareInputs(outputs, inputs []string) error {
	for _, out := range outputs {
		o, err := os.Stat(out)
		if out == "" || err != nil || !o.Mode().IsRegular() {
			continue
		}
		for _, in := range inputs {
			if i, err := os.Stat(in); in != "" && err == nil && os.SameFile(o, i) {
				return usageError("the output %s is also an input and would be overwritten; name another file", out)
			}
		}
	}
	return nil
}

// link does what the command asks for.
func (p *program) link(ctx context.Context, chosen bool, f *tableFlags, out linkOut, paths []string) error {
	s := &stages{p: p}
	j, err := p.job(ctx, f, paths, s)
	if err != nil {
		return err
	}
	if !chosen && j.settings.Threshold > 0 {
		j.threshold = j.settings.Threshold
	}
	ids, err := j.idsOf()
	if err != nil {
		return err
	}
	p.sayTables(j, ids)
	if f.dryRun {
		plan, err := p.engine.count(ctx, j)
		s.end(err == nil)
		if err != nil {
			return err
		}
		if f.json {
			return printIndented(p.stdout, plan)
		}
		p.printPlan(plan)
		return nil
	}
	j.wants = wanted{pairs: out.pairs != "", report: out.report != "", lean: out.report == ""}
	j.planned = p.sayPlan
	answer, err := p.engine.link(ctx, j)
	s.end(err == nil)
	if err != nil {
		return err
	}
	for _, n := range answer.notes {
		p.say("note: %s", n)
	}
	if answer.report != nil {
		p.complete(answer.report, s)
	}
	s.set("write", 0, 0)
	if err := p.writeAnswer(out, j, ids, answer); err != nil {
		s.end(false)
		return err
	}
	s.end(true)
	sum := summarize(j, answer, s)
	talk := p.stdout
	if slices.Contains([]string{out.clusters, out.pairs, out.report, out.model, out.judge}, "-") {
		talk = p.stderr
	}
	if err := sum.print(talk, f.json); err != nil {
		return err
	}
	if sum.Below {
		return &exitError{exitBelow, errors.New("the files are written, but the answer is thought to be below the bar; " +
			"look before it is used")}
	}
	return nil
}

// sayTables says what the tables and columns were taken for.
func (p *program) sayTables(j *linkJob, ids *recordIDs) {
	for i, t := range j.tables {
		p.say("%s: %s rows, %d columns", t.Name, thousands(int64(t.Rows)), len(t.Columns))
		for _, n := range t.Notes {
			p.say("  note: %s", n)
		}
		if ids.ids[i] == nil {
			p.say("  no column names the records: rows are numbered from 1")
		} else {
			p.say("  records are named by column %q", ids.ids[i].Name)
		}
	}
	p.say("looking for %s", modeWords[j.mode])
	p.sayColumns(j.settings)
}

// sayColumns says what each column was taken for and why.
func (p *program) sayColumns(s *settings.Settings) {
	q := *p
	q.stdout = p.stderr
	t := q.newSheet("column", "taken for", "why").wrap("column", 28).wrap("taken for", 24).takeRest("why")
	for _, c := range s.Columns {
		as := c.As
		if as == "" {
			as = "left out"
		}
		name := c.Name
		if c.Table != "" {
			name = c.Table + ": " + name
		}
		t.add(name, as, c.Why)
	}
	t.print()
	for _, n := range s.Notes {
		p.say("note: %s", n)
	}
}

// sayPlan says how many pairs are about to be compared, and what each rule found.
func (p *program) sayPlan(plan *pairPlan) {
	p.say("%s pairs of %s records to compare", thousands(plan.Pairs), thousands(int64(plan.Records)))
	for _, r := range plan.Rules {
		p.say("  %s by %s, %s of them by no other", thousands(r.Pairs), r.Rule, thousands(r.Only))
	}
}

// complete adds what only the command knows to the report.
func (p *program) complete(r *report.Report, s *stages) {
	for _, d := range s.done {
		r.Stages = append(r.Stages, report.Stage{Name: d.Stage, Seconds: d.Seconds, CPUSeconds: d.CPU, PeakBytes: d.Peak})
	}
	r.PeakBytes = s.peak()
	r.Card.Program, r.Card.Version = "hearth", version()
}

// printPlan prints what would be compared.
func (p *program) printPlan(plan *pairPlan) {
	about := ""
	if !plan.Exact {
		about = "about "
	}
	fmt.Fprintf(p.stdout, "%s%s pairs of %s records to compare\n", about, thousands(plan.Pairs), thousands(int64(plan.Records)))
	if plan.Recall > 0 {
		fmt.Fprintf(p.stdout, "of the pairs of one person they hold about %.1f%%, of poor records %.1f%% (believed, not measured)\n",
			100*plan.Recall, 100*plan.Least)
	}
	t := p.newSheet("blocking rule", "pairs", "by no other", "finds").numbers("pairs", "by no other", "finds").takeRest("blocking rule")
	for _, r := range plan.Rules {
		t.add(r.Rule, thousands(r.Pairs), thousands(r.Only), fmt.Sprintf("%.1f%%", 100*r.Recall))
	}
	t.print()
}

// thousands writes a count with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// writeAnswer writes the files that are asked for, each whole or not at all.
func (p *program) writeAnswer(out linkOut, j *linkJob, ids *recordIDs, a *linkAnswer) error {
	type file struct {
		name  string
		write func(io.Writer) error
	}
	for _, f := range []file{
		{out.pairs, func(w io.Writer) error { return writePairs(w, ids, a, j.workers) }},
		{out.report, func(w io.Writer) error { return writeReport(w, a.report) }},
		{out.judge, func(w io.Writer) error { return writeToJudge(w, ids, a.verdict) }},
		{out.model, func(w io.Writer) error { _, err := w.Write(a.model); return err }},
		{out.clusters, func(w io.Writer) error { return writeClusters(w, ids, a.cluster, j.workers) }},
	} {
		if f.name == "" {
			continue
		}
		if err := p.writeFile(f.name, f.write); err != nil {
			return err
		}
	}
	return nil
}

func writeReport(w io.Writer, r *report.Report) error {
	if r == nil {
		return errors.New("there is no report of this answer")
	}
	return report.Write(w, r)
}

// writeToJudge writes the pairs to judge as --labels reads them, the last column
// left to be filled.
func writeToJudge(w io.Writer, ids *recordIDs, v *quality.Verdict) error {
	several := len(ids.tables) > 1
	line := "record_id_l,record_id_r,match\n"
	if several {
		line = "source_l,source_r," + line
	}
	row := []byte(line)
	if v == nil {
		v = &quality.Verdict{}
	}
	for _, pair := range v.Ask {
		sourceA, idA := ids.of(pair[0])
		sourceB, idB := ids.of(pair[1])
		if several {
			row = append(table.AppendField(append(table.AppendField(row, sourceA), ','), sourceB), ',')
		}
		row = append(table.AppendField(append(table.AppendField(row, idA), ','), idB), ",\n"...)
	}
	_, err := w.Write(row)
	return err
}

// linkSummary is what hearth link prints; its names are those of --json.
type linkSummary struct {
	Version   int              `json:"version"`
	Records   int              `json:"records"`
	Clusters  int              `json:"clusters"`
	Linked    int              `json:"records_linked"`
	Largest   int              `json:"largest_cluster"`
	Compared  int64            `json:"pairs_compared"`
	Threshold float64          `json:"threshold"`
	Quality   *quality.Verdict `json:"quality,omitempty"`
	Below     bool             `json:"below_the_bar"`
	Columns   []columnChoice   `json:"columns"`
	Notes     []string         `json:"notes,omitempty"`
	Stages    []stageTime      `json:"stages"`
	stages    string
}

// columnChoice is what a column was taken for.
type columnChoice struct {
	Table  string `json:"table,omitempty"`
	Column string `json:"column"`
	As     string `json:"as,omitempty"`
	Why    string `json:"why,omitempty"`
}

// summaryVersion is of the JSON's layout.
const summaryVersion = 1

func summarize(j *linkJob, a *linkAnswer, s *stages) *linkSummary {
	sum := &linkSummary{Version: summaryVersion, Records: len(a.cluster), Clusters: a.clusters, Compared: a.compared,
		Threshold: j.threshold, Quality: a.verdict, Stages: s.done, stages: s.text()}
	sizes := make([]int, a.clusters)
	for _, c := range a.cluster {
		sizes[c]++
	}
	for _, n := range sizes {
		if sum.Largest = max(sum.Largest, n); n > 1 {
			sum.Linked += n
		}
	}
	if a.verdict != nil {
		sum.Below = a.verdict.Below(quality.Bar{})
	}
	for _, c := range j.settings.Columns {
		sum.Columns = append(sum.Columns, columnChoice{c.Table, c.Name, c.As, c.Why})
	}
	for _, t := range j.tables {
		for _, n := range t.Notes {
			sum.Notes = append(sum.Notes, t.Name+": "+n)
		}
	}
	sum.Notes = append(append(sum.Notes, j.settings.Notes...), a.notes...)
	return sum
}

func (s *linkSummary) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return printIndented(w, s)
	}
	fmt.Fprintf(w, "records=%d clusters=%d linked=%d largest=%d compared=%d threshold=%g\n",
		s.Records, s.Clusters, s.Linked, s.Largest, s.Compared, s.Threshold)
	fmt.Fprintln(w, s.stages)
	printVerdict(w, s.Quality)
	return nil
}

func printIndented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printVerdict says how good the answer is thought to be, and what would help.
func printVerdict(w io.Writer, v *quality.Verdict) {
	if v == nil {
		return
	}
	fmt.Fprintf(w, "quality %s: precision %s, recall %s, lost by blocking %s (estimated)\n", strings.ToUpper(string(v.Light)),
		interval(v.Precision), interval(v.Recall), interval(v.BlockingLoss))
	for _, s := range v.Sentences {
		fmt.Fprintln(w, indented("  ", s))
	}
	if len(v.Advice) > 0 {
		fmt.Fprintln(w, "what would help, the most helpful first")
	}
	for i, a := range v.Advice {
		fmt.Fprintln(w, indented("  ", fmt.Sprintf("%d. %s", i+1, a.Sentence)))
	}
	if len(v.Ask) > 0 {
		fmt.Fprintln(w, "  --to-judge FILE writes the pairs to judge; give them back with --labels FILE")
	}
}

// indented wraps a sentence, each line behind a margin.
func indented(margin, sentence string) string {
	lines := wrapLines(sentence, lineWidth-len(margin))
	return margin + strings.ReplaceAll(lines, "\n", "\n"+margin)
}

// interval is an estimate with its bounds.
func interval(i quality.Interval) string {
	return fmt.Sprintf("%.3f [%.3f–%.3f]", i.Estimate, i.Low, i.High)
}
