package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/linker/evaluate"
	"github.com/hearthmatch/hearth/synth"
)

// evaluateFlags are the flags of both forms of hearth evaluate.
type evaluateFlags struct {
	truth, links, households, candidates, framework string // of a fictional council
	pairs, labels                                   string // of tables
	mistakes                                        string // a file to list them in
	before, after                                   string // two exports of households
	groups                                          []string
	threshold                                       float64
	across, json                                    bool
}

func (p *program) evaluateCommand() *cobra.Command {
	var f evaluateFlags
	cmd := &cobra.Command{
		Use:   "evaluate CLUSTERS --truth FILE | --truth DIR --links FILE",
		Short: "Measure clusters against the truth, or exports against a fictional council's",
		Long: `Measure the clusters that hearth link wrote against a file that says who is who, with
columns record_id and cluster_id (and source for several tables), or against
pairs that people have judged: precision, recall and F1 of pairs, of records
(B-cubed) and of whole clusters; with --pairs also by threshold and calibration,
with --group by group of people.

With a directory as the truth, measure exports of the service against the
truth files of a fictional council: how well people, households and eligible
families were found, by role and by hard case, how far the probabilities mean
what they say, and whom the service failed to keep out or to protect.

With --before and --after, two exports of households, tell how many households
kept their id from the one to the other.`,
		Example: `  hearth evaluate clusters.csv --truth truth.csv
  hearth evaluate clusters.csv --truth truth.csv --pairs pairs.csv --group origin
  hearth evaluate clusters.csv --labels judged.csv
  hearth evaluate --truth council --links links.csv
  hearth evaluate --truth council --links links.csv --households households.csv --candidates candidates.csv --framework sf-2022
  hearth evaluate --truth council --links links.csv --households households.csv --mistakes mistakes.csv
  hearth evaluate --before monday.csv --after tuesday.csv`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return takes("CLUSTERS")(cmd, args)
			}
			return nil
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.truth, "truth", "", "the file that says who is who, or a directory with truth_*.csv files")
	fl.StringVar(&f.labels, "labels", "", "pairs that people have judged: record_id_l, record_id_r and match (1 or 0)")
	fl.StringVar(&f.pairs, "pairs", "", "the scored pairs that hearth link wrote")
	fl.StringSliceVar(&f.groups, "group", nil, "a column of the truth to measure group by group; may be given again")
	fl.Float64Var(&f.threshold, "threshold", 0.95, "the probability from which --pairs count as links")
	fl.BoolVar(&f.across, "across", false, "only pairs of different tables were looked for")
	fl.StringVar(&f.links, "links", "", "an export of links")
	fl.StringVar(&f.households, "households", "", "an export of households")
	fl.StringVar(&f.candidates, "candidates", "", "an export of candidates")
	fl.StringVar(&f.framework, "framework", "", "the framework of the candidates")
	fl.StringVar(&f.mistakes, "mistakes", "", "list in this file who is wrongly in a household, or missing; - is standard output")
	fl.StringVar(&f.before, "before", "", "an export of households, to compare with --after")
	fl.StringVar(&f.after, "after", "", "a later export of households")
	fl.BoolVar(&f.json, "json", false, "print the figures as JSON")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if f.before != "" || f.after != "" {
			return p.evaluateIDs(&f, args)
		}
		if len(args) == 1 || f.links == "" && (f.pairs != "" || f.labels != "") {
			return p.evaluateTables(&f, args)
		}
		return p.evaluateCouncil(&f)
	}
	return cmd
}

// evaluateIDs compares two exports of households.
func (p *program) evaluateIDs(f *evaluateFlags, args []string) error {
	switch {
	case f.before == "" || f.after == "":
		return usageError("--before and --after go together")
	case len(args) > 0 || f.truth != "" || f.links != "" || f.pairs != "" || f.labels != "" || f.households != "" || f.candidates != "":
		return usageError("--before and --after need nothing else: they compare two exports of households")
	}
	report, err := synth.KeptIDs(f.before, f.after)
	if err != nil {
		return err
	}
	if f.json {
		return printIndented(p.stdout, report)
	}
	return report.Text(p.stdout)
}

// evaluateCouncil measures exports against a fictional council.
func (p *program) evaluateCouncil(f *evaluateFlags) error {
	switch {
	case f.truth == "" || f.links == "":
		return usageError("--truth and --links are required, or name a file of clusters")
	case f.pairs != "" || f.labels != "" || len(f.groups) > 0 || f.across:
		return usageError("--pairs, --labels, --group and --across are for a file of clusters; name it")
	case (f.candidates == "") != (f.framework == ""):
		return usageError("--candidates and --framework go together")
	case f.mistakes != "" && f.households == "":
		return usageError("--mistakes needs --households")
	}
	report, err := synth.Evaluate(f.truth, f.links, f.households, f.candidates, f.framework)
	if err != nil {
		return err
	}
	if f.mistakes != "" {
		err := p.writeFile(f.mistakes, func(w io.Writer) error {
			return synth.Mistakes(f.truth, f.links, f.households, f.candidates, f.framework, w)
		})
		if err != nil || f.mistakes == "-" {
			return err
		}
	}
	if f.json {
		return printIndented(p.stdout, report)
	}
	return report.Text(p.stdout)
}

// evaluateTables measures clusters and pairs of tables.
func (p *program) evaluateTables(f *evaluateFlags, args []string) error {
	switch {
	case f.truth == "" && f.labels == "":
		return usageError("--truth or --labels is required: name the file that says who is who, or judged pairs")
	case f.links != "" || f.households != "" || f.candidates != "" || f.framework != "":
		return usageError("--links, --households, --candidates and --framework are for a fictional council; leave CLUSTERS out")
	case !(f.threshold >= 0 && f.threshold <= 1):
		return usageError("--threshold: from 0 to 1")
	}
	in := evaluate.Input{Threshold: f.threshold, Across: f.across}
	clusters := func(groups ...string) func(io.Reader) (*evaluate.Clusters, error) {
		return func(r io.Reader) (*evaluate.Clusters, error) { return evaluate.ReadClusters(r, groups...) }
	}
	var err error
	if len(args) == 1 {
		if in.Found, err = readWith(args[0], clusters()); err != nil {
			return err
		}
	}
	if f.truth != "" {
		if in.Truth, err = readWith(f.truth, clusters(f.groups...)); err != nil {
			return err
		}
	}
	if f.pairs != "" {
		if in.Pairs, err = readWith(f.pairs, evaluate.ReadPairs); err != nil {
			return err
		}
	}
	if f.labels != "" {
		if in.Labels, err = readWith(f.labels, evaluate.ReadPairs); err != nil {
			return err
		}
	}
	r, err := evaluate.Evaluate(in)
	if err != nil {
		return err
	}
	if f.json {
		return printIndented(p.stdout, r)
	}
	p.printEvaluation(r)
	return nil
}

// readWith reads a file, and names it where that fails.
func readWith[T any](path string, read func(io.Reader) (T, error)) (out T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return out, fmt.Errorf("%s: %w", path, pathless(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return out, fmt.Errorf("%s: is a directory; name a file", path)
	}
	if out, err = read(f); err != nil {
		return out, fmt.Errorf("%s: %w", path, err)
	}
	return out, nil
}

// printEvaluation prints what was measured.
func (p *program) printEvaluation(r *evaluate.Result) {
	if r.OnlyFound+r.OnlyTruth > 0 {
		p.say("left out: %d records that are not in the truth, %d that are not in the clusters", r.OnlyFound, r.OnlyTruth)
	}
	if r.StrayPairs > 0 {
		p.say("left out: %d pairs of records that are not in the truth", r.StrayPairs)
	}
	if m := r.Clusters; m != nil {
		fmt.Fprintf(p.stdout, "records=%d clusters=%d true_clusters=%d over_merged=%d under_merged=%d\n",
			m.Records, m.Found, m.True, m.OverMerged, m.UnderMerged)
		t := p.newSheet("measure", "precision", "recall", "F1").numbers("precision", "recall", "F1")
		for _, row := range []struct {
			name  string
			score evaluate.Score
		}{{"pairs of records", m.Pairwise}, {"records (B-cubed)", m.BCubed}, {"whole clusters", m.Exact}} {
			t.add(row.name, figure(row.score.Precision), figure(row.score.Recall), figure(row.score.F1))
		}
		t.print()
	}
	p.printGroups(r.Groups)
	p.printCurve(r)
	if l := r.Labels; l != nil {
		p.printLabelled(l)
	}
}

func figure(x float64) string { return fmt.Sprintf("%.4f", x) }

// printGroups compares groups of people, the worst group named.
func (p *program) printGroups(all []evaluate.Groups) {
	for _, g := range all {
		fmt.Fprintf(p.stdout, "\nby %s: best %s, worst %s, %s apart\n", g.Column, g.Best, g.Worst, bounded(g.Gap))
		t := p.newSheet(g.Column, "records", "precision", "recall", "F1").numbers("records", "precision", "recall", "F1")
		for _, x := range g.Groups {
			t.add(x.Name, fmt.Sprint(x.Records), bounded(x.Precision), bounded(x.Recall), bounded(x.F1))
		}
		t.print()
	}
}

func bounded(i evaluate.Interval) string {
	return fmt.Sprintf("%.4f [%.4f–%.4f]", i.Value, i.Low, i.High)
}

// printCurve shows what each threshold would give, and how far probabilities
// mean what they say.
func (p *program) printCurve(r *evaluate.Result) {
	if r.Curve == nil {
		return
	}
	fmt.Fprintf(p.stdout, "\npairs, by threshold; best for pairs at %.3g, for records at %.3g\n",
		r.Curve.BestPairwise.Threshold, r.Curve.BestBCubed.Threshold)
	t := p.newSheet("threshold", "pairs", "precision", "recall", "F1", "F1 of clusters").
		numbers("threshold", "pairs", "precision", "recall", "F1", "F1 of clusters")
	for _, x := range r.Curve.Points {
		t.add(fmt.Sprint(x.Threshold), fmt.Sprint(x.Edges), figure(x.Edge.Precision), figure(x.Edge.Recall), figure(x.Edge.F1),
			figure(x.Pairwise.F1))
	}
	t.print()
	if c := r.Calibration; c != nil {
		fmt.Fprintf(p.stdout, "calibration error %.4f over %d pairs; of %d pairs from 0.1 to 0.9, said %.3f, true %.3f\n",
			c.ECE, c.Pairs, c.BandPairs, c.BandSaid, c.BandTrue)
	}
}

func (p *program) printLabelled(l *evaluate.Labelled) {
	fmt.Fprintf(p.stdout, "\njudged pairs=%d of_one_person=%d left_out=%d\n", l.Pairs, l.Same, l.Stray)
	t := p.newSheet("by", "precision", "recall", "F1").numbers("precision", "recall", "F1")
	if s := l.Clusters; s != nil {
		t.add("clusters", figure(s.Precision), figure(s.Recall), figure(s.F1))
	}
	if s := l.Edges; s != nil {
		t.add("scored pairs", figure(s.Precision), figure(s.Recall), figure(s.F1))
	}
	t.print()
}
