package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/linker/settings"
)

// settingsWords lists what may stand in the file.
func settingsWords() string {
	var b strings.Builder
	b.WriteString("Roles (as):\n")
	for _, r := range settings.Roles() {
		fmt.Fprintf(&b, "  %-16s %s\n", r.Name, r.Means)
	}
	fmt.Fprintf(&b, "  %-16s the column is not compared\n", "leave out")
	fmt.Fprintf(&b, "Formats: %s\n", strings.Join(settings.Formats(), ", "))
	fmt.Fprintf(&b, "Rules: fields joined by \" + \", each as it is or behind one of: %s", strings.Join(settings.RuleWords(), ", "))
	return b.String()
}

func (p *program) settingsCommand() *cobra.Command {
	var f tableFlags
	var out string
	cmd := &cobra.Command{
		Use:   "settings TABLE…",
		Short: "Say what the columns of tables are, as a file to edit",
		Long: `Look at the columns of tables, by name and contents, and write what they are taken
for, and why, as YAML that a person can edit and hearth link reads. The file
holds no value of any row, but for those that stand for nothing.

` + settingsWords(),
		Example: `  hearth settings people.csv
  hearth settings school.csv clinic.parquet --out settings.yaml`,
		Args: atLeastOne,
	}
	fl := cmd.Flags()
	fl.StringVar(&f.id, "id", "", "the column that names a record (default: found by its contents)")
	fl.StringVar(&out, "out", "-", "the file to write the settings to, - for standard output")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := spareInputs([]string{out}, args); err != nil {
			return err
		}
		s := &stages{p: p}
		tables, err := p.readTables(cmd.Context(), args, runtime.GOMAXPROCS(0), s)
		if err != nil {
			return err
		}
		proposal, err := f.read(tables, nil)
		if err != nil {
			return err
		}
		text, err := proposal.Marshal()
		if err != nil {
			return err
		}
		return p.writeFile(out, func(w io.Writer) error { _, err := w.Write(text); return err })
	}
	return cmd
}
