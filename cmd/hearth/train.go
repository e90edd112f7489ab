package main

import (
	"io"

	"github.com/spf13/cobra"
)

func (p *program) trainCommand() *cobra.Command {
	var f tableFlags
	var out string
	cmd := &cobra.Command{
		Use:   "train TABLE… --out FILE",
		Short: "Learn a model from tables, to link with again",
		Long: `Learn a model from tables, without labels or with some, and write it as JSON that a
person can read. Link with it as often as needed: equal rows then give equal
clusters, whatever else has changed.`,
		Example: `  hearth train people.csv --out model.json
  hearth train school.csv clinic.csv --labels judged.csv --out model.json
  hearth link people.csv --model model.json --out clusters.csv`,
		Args: atLeastOne,
	}
	f.add(cmd)
	f.addLabels(cmd)
	cmd.Flags().StringVar(&out, "out", "", "the file to write the model to, - for standard output")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if out == "" {
			return usageError("--out is required: name the file to write the model to, or - for standard output")
		}
		if err := f.check(cmd, len(args)); err != nil {
			return err
		}
		if err := spareInputs([]string{out}, append([]string{f.settings, f.labels}, args...)); err != nil {
			return err
		}
		s := &stages{p: p}
		j, err := p.job(cmd.Context(), &f, args, s)
		if err != nil {
			return err
		}
		ids, err := j.idsOf()
		if err != nil {
			return err
		}
		p.sayTables(j, ids)
		model, err := p.engine.train(cmd.Context(), j)
		s.end(err == nil)
		if err != nil {
			return err
		}
		p.say("%s", s.text())
		return p.writeFile(out, func(w io.Writer) error { _, err := w.Write(model); return err })
	}
	return cmd
}
