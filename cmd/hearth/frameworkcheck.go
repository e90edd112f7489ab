package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/family"
)

// filesNamed wants at least one file.
func filesNamed(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return errors.New("missing: FILE, or a folder of them")
	}
	return nil
}

func (p *program) frameworkCheckCommand() *cobra.Command {
	var asJSON, requireTests bool
	cmd := &cobra.Command{
		Use:   "check FILE|DIR…",
		Short: "Say everything that is wrong with a framework's file",
		Long: `Load a framework's file, or an overlay's, as the service would, and say everything
that is wrong with it: each fault with file, line and what to do. Nothing is put in
force. Exit status: 0 right, 1 a file cannot be read, 3 a file is refused.`,
		Example: `  hearth framework check council.yaml
  hearth framework check --require-tests --json examples/frameworks/*.yaml`,
		Args: filesNamed,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the faults as JSON")
	cmd.Flags().BoolVar(&requireTests, "require-tests", false,
		"refuse a file without cases that meet each criterion that counts and cases that do not")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		var all []checkedFile
		var worst error
		names, err := frameworksIn(args)
		if err != nil {
			return err
		}
		for _, name := range names {
			c, err := checkFramework(name, requireTests)
			if err != nil {
				return err
			}
			if all = append(all, c); !c.OK {
				worst = refused(errors.New(refusal(all)))
			}
		}
		if asJSON {
			return errors.Join(printIndented(p.stdout, all), worst)
		}
		for _, c := range all {
			c.print(p)
		}
		return worst
	}
	return cmd
}

func refusal(all []checkedFile) string {
	n := 0
	for _, c := range all {
		if !c.OK {
			n++
		}
	}
	return fmt.Sprintf("%s of %d refused; nothing is put in force", plural(n, "file"), len(all))
}

// checkedFile is what is wrong with one file.
type checkedFile struct {
	File    string  `json:"file"`
	OK      bool    `json:"ok"`
	ID      string  `json:"id,omitempty"`
	Version int     `json:"version,omitempty"`
	Faults  []fault `json:"faults"`
}

// fault is one thing that is wrong.
type fault struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"` // 0: of the file as a whole
	What string `json:"what"`
}

// checkFramework loads a file; an error says that it cannot be read.
func checkFramework(name string, requireTests bool) (checkedFile, error) {
	out := checkedFile{File: name, Faults: []fault{}}
	f, err := findFramework(name)
	if unreadable(err) {
		return out, err
	}
	if err != nil {
		out.Faults = faultsOf(name, err)
		return out, nil
	}
	out.ID, out.Version, out.OK = f.ID(), f.Version(), true
	if requireTests {
		t, err := f.test()
		if err != nil {
			out.Faults = faultsOf(name, err)
		} else {
			out.Faults = append(out.Faults, t.missing()...)
		}
		out.OK = len(out.Faults) == 0
	}
	return out, nil
}

// faultLine is how a fault is written: with the file, the line, or neither.
var faultLine = regexp.MustCompile(`^(?:(.+?)(?:: line |:)(\d+): |line (\d+): )?(.*)$`)

// faultsOf takes an error that names one fault a line apart.
func faultsOf(file string, err error) []fault {
	var out []fault
	for line := range strings.SplitSeq(err.Error(), "\n") {
		line = strings.TrimSuffix(strings.TrimSuffix(line, family.ErrInvalid.Error()), ": ")
		if line = strings.TrimSpace(strings.TrimPrefix(line, file+": ")); line == "" {
			continue
		}
		f := fault{File: file, What: line}
		if m := faultLine.FindStringSubmatch(line); m != nil {
			f.What = m[4]
			f.Line, _ = strconv.Atoi(m[2] + m[3])
			if m[1] != "" {
				f.File = m[1]
			}
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b fault) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	return out
}

// String is the fault as editors and people read it.
func (f fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.What
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.What)
}

func (c *checkedFile) print(p *program) {
	if c.OK {
		fmt.Fprintf(p.stdout, "%s: %s, version %d: right\n", c.File, c.ID, c.Version)
		return
	}
	for _, f := range c.Faults {
		fmt.Fprintln(p.stdout, f)
	}
}
