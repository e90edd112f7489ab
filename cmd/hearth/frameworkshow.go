package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/eligibility"
)

func (p *program) frameworkShowCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show ID|FILE",
		Short: "Show a framework's criteria, thresholds and sources",
		Long: `Show what a framework says: who is a family, how many headlines make it eligible,
every threshold, window and list, and each criterion with whom it concerns. What has
not been read in its source is marked unverified. Of an overlay it is what holds with
its changes.`,
		Example: "  hearth framework show tf-phase2-2015\n  hearth framework show council.yaml --json",
		Args:    takes("ID|FILE"),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print all that the framework says as JSON")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		f, err := findFramework(args[0])
		if err != nil {
			return refusedFile(args[0], err)
		}
		if asJSON {
			return printIndented(p.stdout, shownFramework{infoOf(f.Framework), factsOf(f.Framework)})
		}
		p.showFramework(f.Framework)
		return nil
	}
	return cmd
}

// refusedFile gives the exit status of a file that was read and refused, and says
// the first fault of it.
func refusedFile(name string, err error) error {
	if unreadable(err) {
		return err
	}
	faults := faultsOf(name, err)
	if len(faults) == 1 {
		return refused(errors.New(faults[0].String()))
	}
	return refused(fmt.Errorf("%s; and %d more: `hearth framework check %s` says them all", faults[0], len(faults)-1, name))
}

// shownFramework is a framework as JSON.
type shownFramework struct {
	frameworkInfo
	Facts []fact `json:"facts"`
}

// fact is one thing that a framework says.
type fact struct {
	Part  string `json:"part"`
	ID    string `json:"id,omitempty"`
	Key   string `json:"key"`
	Value string `json:"value"`
}

func factsOf(f *eligibility.Framework) []fact {
	var out []fact
	for _, x := range f.Facts() {
		out = append(out, fact(x))
	}
	return out
}

func (p *program) showFramework(f *eligibility.Framework) {
	fmt.Fprintf(p.stdout, "%s, version %d, in force %s\n%s\n", f.ID(), f.Version(), inForce(f), wrapLines(f.Name(), lineWidth))
	fmt.Fprintln(p.stdout, wrapLines("Source: "+f.Source(), lineWidth))
	for _, x := range f.Facts() {
		if x.Part == "family" || x.Part == "eligible" || x.Part == "framework" && x.Key == "extends" {
			fmt.Fprintln(p.stdout, wrapLines(x.Part+" "+x.Key+": "+x.Value, lineWidth))
		}
	}
	fmt.Fprintln(p.stdout)
	s := p.newSheet("parameter", "value, and where it comes from").takeRest("value, and where it comes from")
	for _, x := range f.Parameters() {
		s.add(x.Name, valueOf(x)+"\n"+x.Source+mark(x.Verified))
	}
	if len(f.Parameters()) > 0 {
		s.print()
		fmt.Fprintln(p.stdout)
	}
	p.showCriteria(f)
}

// valueOf writes a parameter's value, what it is of, and when it changes.
func valueOf(x eligibility.Parameter) string {
	out := x.Value
	if x.Unit != "" {
		out += " (" + x.Unit + ")"
	}
	for _, c := range x.From {
		out += "; from " + c.From.String() + ": " + c.Value
	}
	return out
}

// mark marks what nobody has read in its source.
func mark(verified bool) string {
	if verified {
		return ""
	}
	return " [unverified]"
}

func (p *program) showCriteria(f *eligibility.Framework) {
	s := p.newSheet("criterion", "headline", "who", "what it is, and where it comes from").wrap("who", 24).
		takeRest("what it is, and where it comes from")
	for _, c := range f.Criteria() {
		name := c.Name
		if c.ByNomination {
			name += " (by nomination)"
		}
		if !c.Counts {
			name += " (shown, not counted)"
		}
		s.add(c.ID, c.Headline, c.Who, name+"\n"+c.Source+mark(c.Verified))
	}
	s.print()
}
