package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/eligibility/trial"
)

func (p *program) frameworkTestCommand() *cobra.Command {
	var strict, asJSON, verbose bool
	cmd := &cobra.Command{
		Use:   "test [ID|FILE|DIR…]",
		Short: "Run the cases that stand beside frameworks",
		Long: `Run a framework's cases: invented families with their rows, and what each is to
score. The cases of council.yaml stand in council.cases.txt; of a folder every
framework is tested, and without an argument every shipped one.

A failing case is shown with file, line, step, what came out and what was wanted.
A criterion, or a rule of a result, is untested without a case that meets it and one
that does not. With --strict that too is a failure, as is a framework without cases;
what does not count needs none, and an overlay needs them for what it changes. Exit
status: 0 all hold, 1 a file cannot be read, 3 a case fails, a file is refused, or,
with --strict, something is untested.

docs/frameworks.md explains how cases are written.`,
		Example: `  hearth framework test
  hearth framework test --strict examples/frameworks
  hearth framework test -v council.yaml`,
	}
	f := cmd.Flags()
	f.BoolVar(&strict, "strict", false, "fail where a criterion that counts, or a rule of a result, is untested")
	f.BoolVar(&asJSON, "json", false, "print what was found as JSON")
	f.BoolVarP(&verbose, "verbose", "v", false, "name every case and count those of each criterion")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		names, err := frameworksIn(args)
		if err != nil {
			return err
		}
		var all []*testedFramework
		for _, name := range names {
			t, err := testFramework(name)
			if err != nil {
				return err
			}
			t.Passed = t.passed(strict)
			all = append(all, t)
		}
		if asJSON {
			return errors.Join(printIndented(p.stdout, all), verdict(all, strict))
		}
		for _, t := range all {
			t.print(p, verbose)
		}
		return verdict(all, strict)
	}
	return cmd
}

// frameworksIn names the frameworks of the arguments: a folder's are those of
// its files that end in .yaml, in the order of their names.
func frameworksIn(args []string) ([]string, error) {
	if len(args) == 0 {
		return shippedIDs(), nil
	}
	var out []string
	for _, name := range args {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			out = append(out, name) // findFramework says what is wrong with it
			continue
		}
		found, err := filepath.Glob(filepath.Join(name, "*.yaml"))
		if err != nil || len(found) == 0 {
			return nil, fmt.Errorf("%s: holds no framework; its name ends in .yaml", name)
		}
		slices.Sort(found)
		out = append(out, found...)
	}
	return out, nil
}

// testedFramework is what the cases of a framework showed.
type testedFramework struct {
	Framework string          `json:"framework"` // its name on the command line
	ID        string          `json:"id,omitempty"`
	File      string          `json:"file,omitempty"` // of the cases; blank where there is none
	Passed    bool            `json:"passed"`
	Cases     int             `json:"cases"`
	Failed    int             `json:"failed"`
	Failures  []trial.Failure `json:"failures"`
	Faults    []fault         `json:"faults"` // of files that could not be read as what they are
	Tried     []trial.Tried   `json:"tried"`
	// Untested are the criteria that count, and the rules, without a case for and a
	// case against them.
	Untested []string `json:"untested"`
	table    *trial.Table
}

// testFramework runs the cases of a framework. An error says that a file cannot
// be read; files that are refused are a finding.
func testFramework(name string) (*testedFramework, error) {
	f, err := findFramework(name)
	if unreadable(err) {
		return nil, err
	}
	if err != nil {
		return &testedFramework{Framework: name, Failures: []trial.Failure{}, Faults: faultsOf(name, err)}, nil
	}
	t, err := f.test()
	if err != nil {
		return &testedFramework{Framework: name, ID: f.ID(), File: f.cases, Failures: []trial.Failure{}, Faults: faultsOf(f.cases, err)}, nil
	}
	return t, nil
}

// test runs the cases; an error says that they cannot be read as cases.
func (f *ruleFile) test() (*testedFramework, error) {
	t := &testedFramework{Framework: f.name, ID: f.ID(), File: f.cases, Failures: []trial.Failure{}, Faults: []fault{}, Untested: []string{}}
	table := &trial.Table{}
	if f.cases != "" {
		var err error
		if table, err = trial.Read(f.cases, f.tests); err != nil {
			return nil, err
		}
	}
	t.table, t.Cases = table, len(table.Cases)
	for i := range table.Cases {
		failures := table.Run(&table.Cases[i], f.Framework, shippedFramework)
		if len(failures) > 0 {
			t.Failed++
		}
		t.Failures = append(t.Failures, failures...)
	}
	t.Tried = table.Tried(f.Framework)
	must := f.mustTest()
	for _, c := range t.Tried {
		if !c.Both() && slices.Contains(must, c.ID) {
			t.Untested = append(t.Untested, c.ID)
		}
	}
	return t, nil
}

// mustTest lists the criteria that need cases of their own beside the file: of
// an overlay those that its changes give other answers.
func (f *ruleFile) mustTest() []string {
	var out []string
	for _, c := range f.Criteria() {
		if c.Counts {
			out = append(out, c.ID)
		}
	}
	for _, r := range f.Results() {
		for _, rule := range r.Rules {
			out = append(out, rule.ID)
		}
	}
	if f.base == nil {
		return out
	}
	affected := eligibility.Affected(f.base, f.Framework)
	return slices.DeleteFunc(out, func(id string) bool { return !slices.Contains(affected, id) })
}

// missing says what a framework lacks that may not be without tests.
func (t *testedFramework) missing() []fault {
	var out []fault
	if t.File == "" && len(t.Untested) > 0 {
		beside := strings.TrimSuffix(t.Framework, filepath.Ext(t.Framework)) + casesSuffix
		return append(out, fault{File: t.Framework, What: "has no cases; write some in " + beside + " beside it"})
	}
	for _, c := range t.Tried {
		if !slices.Contains(t.Untested, c.ID) {
			continue
		}
		out = append(out, fault{File: t.File, What: untested(c)})
	}
	return out
}

// untested says what is missing, and how it is written.
func untested(c trial.Tried) string {
	step, met, not := "want", "met", "not_met"
	if c.Rule {
		step, met, not = "outcome", "achieved", "not_achieved"
	}
	switch {
	case c.Met > 0:
		return fmt.Sprintf(`%s is untested: no case wants it not %s; add one that ends in "%s %s %s"`, c.ID, met, step, c.ID, not)
	case c.NotMet > 0:
		return fmt.Sprintf(`%s is untested: no case wants it %s; add one that ends in "%s %s %s"`, c.ID, met, step, c.ID, met)
	}
	return fmt.Sprintf(`%s is untested: add a case that ends in "%s %s %s" and one that ends in "%s %s %s"`,
		c.ID, step, c.ID, met, step, c.ID, not)
}

func (t *testedFramework) passed(strict bool) bool {
	return len(t.Failures) == 0 && len(t.Faults) == 0 && (!strict || len(t.missing()) == 0)
}

func (t *testedFramework) print(p *program, verbose bool) {
	for _, f := range t.Faults {
		fmt.Fprintln(p.stdout, f)
	}
	for _, f := range t.Failures {
		fmt.Fprintln(p.stdout, f)
	}
	if verbose && t.table != nil {
		t.printCases(p)
	}
	for _, f := range t.missing() {
		fmt.Fprintln(p.stdout, f)
	}
	switch {
	case len(t.Faults) > 0:
		fmt.Fprintf(p.stdout, "%s: refused\n", t.Framework)
	case t.Cases == 0:
		fmt.Fprintf(p.stdout, "%s: no cases\n", t.Framework)
	case t.Failed > 0:
		fmt.Fprintf(p.stdout, "%s: %d of %s failed, %d untested\n", t.Framework, t.Failed, plural(t.Cases, "case"), len(t.Untested))
	default:
		fmt.Fprintf(p.stdout, "%s: %s passed, %d untested\n", t.Framework, plural(t.Cases, "case"), len(t.Untested))
	}
}

func (t *testedFramework) printCases(p *program) {
	failed := map[string]bool{}
	for _, f := range t.Failures {
		failed[f.Case] = true
	}
	for _, c := range t.table.Cases {
		said := "holds"
		if failed[c.Name] {
			said = "fails"
		}
		fmt.Fprintf(p.stdout, "%s:%d: %s: %s\n", t.File, c.Line, c.Name, said)
	}
	s := p.newSheet("criterion or rule", "met", "not met", "unknown").numbers("met", "not met", "unknown")
	for _, c := range t.Tried {
		s.add(c.ID, fmt.Sprint(c.Met), fmt.Sprint(c.NotMet), fmt.Sprint(c.Unknown))
	}
	s.print()
}

// verdict is an error if any framework did not pass.
func verdict(all []*testedFramework, strict bool) error {
	failed, untested := 0, 0
	for _, t := range all {
		switch {
		case !t.passed(false):
			failed++
		case !t.passed(strict):
			untested++
		}
	}
	switch {
	case failed > 0:
		return refused(fmt.Errorf("%s of %d failed", plural(failed, "framework"), len(all)))
	case untested > 0:
		return refused(fmt.Errorf("%s of %d not tested throughout", plural(untested, "framework"), len(all)))
	}
	return nil
}
