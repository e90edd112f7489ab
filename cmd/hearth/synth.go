package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/synth"
)

func (p *program) synthCommand() *cobra.Command {
	var opt synth.Options
	var asAt dateFlag
	var out, noise string
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
	f.StringVar(&noise, "noise", "usual", "what errors the agencies make: usual, or other (more of them, and of other kinds)")
	f.StringVar(&out, "out", "", "the directory to write to; made if it is not there")
	cmd.RunE = func(*cobra.Command, []string) error {
		if out == "" {
			return usageError("--out is required: name the directory to write to")
		}
		if opt.People < 1 {
			return usageError("--people: at least 1")
		}
		var err error
		if opt.Noise, err = synth.ParseNoise(noise); err != nil {
			return usageError("--noise: usual or other")
		}
		opt.AsAt = asAt.Date
		bar := p.newProgress("people", false)
		err = synth.Generate(opt, out, func(done, total int) { bar.set(int64(done), int64(total)) })
		bar.end(err == nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "council of %d people, seed %d, in %s\n", opt.People, opt.Seed, out)
		return nil
	}
	return cmd
}
