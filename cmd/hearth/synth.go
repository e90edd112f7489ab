package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/synth"
)

func (p *program) synthCommand() *cobra.Command {
	var opt synth.Options
	var asAt dateFlag
	var out string
	cmd := &cobra.Command{
		Use:   "synth --people N --seed S --out DIR",
		Short: "Make a fictional council: feeds, reference files and the truth",
		Long: `Make a fictional council: the five feeds and the reference files as agencies would
deliver them, with realistic errors, and truth_*.csv files that say who everybody
really is. Equal options give equal files. Everybody in them is invented.`,
		Example: "  hearth synth --people 100000 --seed 7 --out council",
		Args:    takes(),
	}
	f := cmd.Flags()
	f.IntVar(&opt.People, "people", 5000, "how many people")
	f.Uint64Var(&opt.Seed, "seed", 1, "which council")
	f.Var(&asAt, "as-at", "the day that the deliveries describe")
	f.StringVar(&out, "out", "", "the directory to write to; made if it is not there")
	cmd.RunE = func(*cobra.Command, []string) error {
		if out == "" {
			return usageError("--out is required: name the directory to write to")
		}
		if opt.People < 1 {
			return usageError("--people: at least 1")
		}
		opt.AsAt = asAt.Date
		bar := p.newProgress("people", false)
		err := synth.Generate(opt, out, func(done, total int) { bar.set(int64(done), int64(total)) })
		bar.end(err == nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "council of %d people, seed %d, in %s\n", opt.People, opt.Seed, out)
		return nil
	}
	return cmd
}

func (p *program) evaluateCommand() *cobra.Command {
	var truth, links, households, candidates, framework string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "evaluate --truth DIR --links FILE",
		Short: "Measure exports against the truth of a fictional council",
		Long: `Measure exports against the truth files of a fictional council: how well people,
households and eligible families were found.`,
		Example: `  hearth evaluate --truth council --links links.csv
  hearth evaluate --truth council --links links.csv --households households.csv --candidates candidates.csv --framework sf-2022`,
		Args: takes(),
	}
	f := cmd.Flags()
	f.StringVar(&truth, "truth", "", "the directory with the truth_*.csv files")
	f.StringVar(&links, "links", "", "an export of links")
	f.StringVar(&households, "households", "", "an export of households")
	f.StringVar(&candidates, "candidates", "", "an export of candidates")
	f.StringVar(&framework, "framework", "", "the framework of the candidates")
	f.BoolVar(&asJSON, "json", false, "print the figures as JSON")
	cmd.RunE = func(*cobra.Command, []string) error {
		switch {
		case truth == "" || links == "":
			return usageError("--truth and --links are required")
		case (candidates == "") != (framework == ""):
			return usageError("--candidates and --framework go together")
		}
		report, err := synth.Evaluate(truth, links, households, candidates, framework)
		if err != nil {
			return err
		}
		if !asJSON {
			return report.Text(p.stdout)
		}
		enc := json.NewEncoder(p.stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(report)
	}
	return cmd
}
