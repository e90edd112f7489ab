package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/eligibility/frameworks"
	"github.com/hearthmatch/hearth/family"
)

func (p *program) frameworkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "framework",
		Short: "Check, test, compare and try a programme's rules",
		Long: `A framework is a programme's rules as a file: which needs count, on which evidence,
and how many of them make a family eligible. hearth ships some; a council adds its
own, or an overlay that changes a shipped one. docs/frameworks.md explains the files.

Only publish needs a service. A framework is named by the id of a shipped one, or
by its file. Its cases stand beside the file: council.yaml and council.cases.txt.`,
		Example: `  hearth framework list
  hearth framework check council.yaml
  hearth framework test --strict council.yaml
  hearth framework diff tf-phase2-2015 council.yaml
  hearth framework score council.yaml --feeds DIR --links links.csv --households households.csv --as-at 2025-09-30 --out candidates.csv
  hearth framework publish council.yaml --reason "agreed by the board"`,
	}
	return holding(cmd, p.frameworkListCommand(), p.frameworkShowCommand(), p.frameworkCheckCommand(), p.frameworkTestCommand(),
		p.frameworkDiffCommand(), p.frameworkScoreCommand(), p.frameworkPublishCommand())
}

// ruleFile is a framework as it was named on the command line, loaded.
type ruleFile struct {
	*eligibility.Framework
	base  *eligibility.Framework // what an overlay changes; nil for a whole framework
	name  string                 // its file's, or its id where it is a shipped one
	data  []byte
	cases string // the file of its cases, "" where there is none
	tests []byte // what that file holds
}

// findFramework loads the framework of a file, or the shipped one of an id.
func findFramework(name string) (*ruleFile, error) {
	if f := shippedFramework(name); f != nil {
		return readRules(frameworks.Files, name, name+".yaml", "")
	}
	_, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(name, `/\.`):
		return nil, fmt.Errorf("%s: no such file, and no shipped framework has that id; they are %s",
			name, strings.Join(shippedIDs(), ", "))
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, pathless(err))
	}
	dir, base := filepath.Split(name)
	if dir == "" {
		dir = "."
	}
	return readRules(os.DirFS(dir), name, base, strings.TrimSuffix(name, base))
}

// readRules loads a file of a folder, with the cases beside it. name is the
// framework's in messages, prefix what goes before the names of its files.
func readRules(dir fs.FS, name, file, prefix string) (*ruleFile, error) {
	data, err := fs.ReadFile(dir, file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, pathless(err))
	}
	out := &ruleFile{name: name, data: data}
	if out.Framework, out.base, err = loadRules(dir, prefix, file, data, nil); err != nil {
		return out, err
	}
	beside := strings.TrimSuffix(file, filepath.Ext(file)) + casesSuffix
	out.tests, err = fs.ReadFile(dir, beside)
	switch {
	case err == nil:
		out.cases = prefix + beside
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: %w", prefix+beside, pathless(err))
	}
	return out, nil
}

// loadRules loads a framework's file, or an overlay's with the framework that it
// changes: a shipped one, or the one whose file stands beside it under its id.
// over are the ids of the overlays that led here.
func loadRules(dir fs.FS, prefix, file string, data []byte, over []string) (f, base *eligibility.Framework, err error) {
	if !eligibility.IsOverlay(data) {
		f, err = eligibility.Load(prefix+file, data)
		return f, nil, err
	}
	f, err = eligibility.LoadOverlay(prefix+file, data, func(id string) *eligibility.Framework {
		if base = shippedFramework(id); base != nil || slices.Contains(over, id) {
			return base
		}
		if data, err := fs.ReadFile(dir, id+".yaml"); err == nil {
			base, _, _ = loadRules(dir, prefix, id+".yaml", data, append(over, id)) // refused by its own check
		}
		return base
	})
	return f, base, err
}

// shippedFramework is the one of an id, nil if there is none.
func shippedFramework(id string) *eligibility.Framework {
	for _, f := range eligibility.Builtin() {
		if f.ID() == id {
			return f
		}
	}
	return nil
}

func shippedIDs() []string {
	var out []string
	for _, f := range eligibility.Builtin() {
		out = append(out, f.ID())
	}
	return out
}

// unreadable says whether a framework could not be read at all, rather than
// having been read and refused.
func unreadable(err error) bool { return err != nil && !errors.Is(err, family.ErrInvalid) }

func (p *program) frameworkListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the frameworks that hearth ships",
		Example: "  hearth framework list",
		Args:    takes(),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the list as JSON")
	cmd.RunE = func(*cobra.Command, []string) error {
		if asJSON {
			var out []frameworkInfo
			for _, f := range eligibility.Builtin() {
				out = append(out, infoOf(f))
			}
			return printIndented(p.stdout, out)
		}
		s := p.newSheet("id", "version", "in force", "headlines", "criteria", "unverified", "name").
			numbers("version", "headlines", "criteria", "unverified").takeRest("name")
		for _, f := range eligibility.Builtin() {
			i := infoOf(f)
			s.add(i.ID, fmt.Sprint(i.Version), inForce(f), fmt.Sprint(len(f.Headlines())), fmt.Sprint(i.Criteria), fmt.Sprint(i.Unverified), i.Name)
		}
		s.print()
		return nil
	}
	return cmd
}

// frameworkInfo is a framework in a list.
type frameworkInfo struct {
	ID         string `json:"id"`
	Version    int    `json:"version"`
	Name       string `json:"name"`
	From       string `json:"from"`
	To         string `json:"to,omitempty"`
	Source     string `json:"source"`
	Headlines  int    `json:"headlines"`
	Criteria   int    `json:"criteria"`
	Unverified int    `json:"unverified"`
}

func infoOf(f *eligibility.Framework) frameworkInfo {
	from, to := f.Valid()
	out := frameworkInfo{ID: f.ID(), Version: f.Version(), Name: f.Name(), From: from.String(), To: to.String(),
		Source: f.Source(), Headlines: len(f.Headlines())}
	for _, c := range f.Criteria() {
		out.Criteria++
		if !c.Verified {
			out.Unverified++
		}
	}
	return out
}

func inForce(f *eligibility.Framework) string {
	from, to := f.Valid()
	if to == 0 {
		return "from " + from.String()
	}
	return from.String() + " to " + to.String()
}

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
