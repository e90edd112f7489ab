package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/linker"
	"github.com/hearthmatch/hearth/linker/settings"
	"github.com/hearthmatch/hearth/matcher"
)

// The exit statuses.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3 // a delivery was refused or is held
	exitBelow   = 3 // it is done, but the answer is below the bar
)

// program is hearth with its surroundings, so that tests can run it in-process.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	used           func() usage
	actor          string // who the commands say they are
	terminal       bool   // stderr is one: progress may be drawn
	started        bool   // a command's own work has begun; what failed before is wrong use
	engine         engine // links tables
}

// nobody is who the commands say they are where no login name is known. It signs
// no casework.
const nobody = "command line"

func newProgram(stdin io.Reader, stdout, stderr io.Writer) *program {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now, used: usageNow, actor: nobody,
		engine: linkerEngine()}
	if f, ok := stderr.(*os.File); ok {
		p.terminal = term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
	}
	if user := metadataText(os.Getenv("USER")); user != "" {
		p.actor = user
	}
	return p
}

// metadataText keeps the printable ASCII of s: what gRPC metadata can carry.
func metadataText(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s))
}

// exitError is an error with an exit status other than 1.
type exitError struct {
	code int
	err  error
}

// Error is the sentence of the error within.
func (e *exitError) Error() string { return e.err.Error() }

// Unwrap gives the error within.
func (e *exitError) Unwrap() error { return e.err }

// usageError is wrong use.
func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// refused is a delivery refused or held.
func refused(err error) error { return &exitError{exitRefused, err} }

// Run executes one command line and returns its exit status.
func (p *program) Run(ctx context.Context, args []string) int {
	root := p.rootCommand()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	code := exitFailed
	var exit *exitError
	switch {
	case errors.As(err, &exit):
		code = exit.code
	case !p.started:
		code = exitUsage
	}
	said := oneLine(err.Error())
	if said == context.Canceled.Error() {
		said = "stopped before it was done"
	}
	fmt.Fprintf(p.stderr, "hearth: %s\n", said)
	if code == exitUsage {
		fmt.Fprintf(p.stderr, "see `%s --help`\n", cmd.CommandPath())
	}
	return code
}

// oneLine makes an error one sentence, without the name of its kind.
func oneLine(s string) string {
	for _, kind := range []error{family.ErrInvalid, family.ErrNotFound, family.ErrConflict,
		family.ErrDenied, family.ErrState, family.ErrFull, settings.ErrSettings, matcher.ErrModel, linker.ErrInput} {
		s = strings.TrimSuffix(strings.TrimSuffix(s, ": "+kind.Error()), "\n"+kind.Error())
	}
	return strings.Join(strings.Fields(s), " ")
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "hearth",
		Short: "Find the families that a support programme is for, and say why",
		Long: `hearth links what schools, police, housing and benefits know, groups people into
households, scores the families against a programme's criteria, and shows the
rows behind every answer. Its linkage also serves alone, on any table of people.

Begin with:  hearth demo
        or:  hearth link people.csv --out clusters.csv`,
		Version:       version(),
		SilenceErrors: true, SilenceUsage: true,
		Args: unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SuggestionsMinimumDistance = 2
	for _, g := range p.groups() {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.id
			p.marksStart(c)
			root.AddCommand(c)
		}
	}
	return root
}

// marksStart notes when the work of a command, or of one of those under it,
// begins: what fails before is wrong use.
func (p *program) marksStart(c *cobra.Command) {
	run := c.RunE
	c.RunE = func(cmd *cobra.Command, args []string) error {
		p.started = true
		return run(cmd, args)
	}
	for _, sub := range c.Commands() {
		p.marksStart(sub)
	}
}

// holding returns a command that holds others and does nothing itself but list
// them.
func holding(parent *cobra.Command, under ...*cobra.Command) *cobra.Command {
	parent.Args = unknownCommand
	parent.SuggestionsMinimumDistance = 2
	parent.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	parent.AddCommand(under...)
	return parent
}

// group is a number of commands that belong together.
type group struct {
	id, title string
	commands  []*cobra.Command
}

// groups are all commands, in the order in which somebody new meets them.
func (p *program) groups() []group {
	return []group{
		{"tables", "Link tables, without a service:", []*cobra.Command{
			p.linkCommand(), p.settingsCommand(), p.trainCommand(), p.compareCommand(), p.evaluateCommand(), p.explainCommand(),
		}},
		{"service", "Run the service:", []*cobra.Command{
			p.serveCommand(), p.pushCommand(), p.rejectionsCommand(), p.settleCommand(), p.runCommand(), p.rebuildCommand(),
		}},
		{"ask", "Ask the service:", []*cobra.Command{
			p.statusCommand(), p.candidatesCommand(), p.householdCommand(), p.personCommand(), p.exportCommand(),
		}},
		{"work", "Work with families:", []*cobra.Command{
			p.nominationCommand(), p.caseCommand(), p.claimCommand(), p.funnelCommand(), p.returnsCommand(),
		}},
		{"rules", "Work on a programme's rules, without a service:", []*cobra.Command{p.frameworkCommand()}},
		{"try", "Try it with invented people:", []*cobra.Command{p.demoCommand(), p.synthCommand()}},
	}
}

// takes refuses other than the named arguments, each once.
func takes(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return fmt.Errorf("missing: %s", strings.Join(names[len(args):], " and "))
		case len(args) > len(names):
			return fmt.Errorf("%q is one argument too many; quote names that hold blanks", args[len(names)])
		}
		return nil
	}
}

// unknownCommand refuses a word that is no command and names the nearest.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("no such command; did you mean %s?", strings.Join(near, " or "))
	}
	return fmt.Errorf("no such command; `%s --help` lists them", root.CommandPath())
}

// flagError puts what the parser of numbers says into words.
func flagError(err error) error {
	var number *strconv.NumError
	if errors.As(err, &number) {
		before, _, _ := strings.Cut(err.Error(), " flag: ")
		return fmt.Errorf("%s: write a whole number in digits, within its range", before)
	}
	return err
}

// version is the module's, or the commit that the binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}

// dateFlag is a day given on the command line.
type dateFlag struct{ family.Date }

// Set reads a day as files have it: YYYY-MM-DD or DD/MM/YYYY.
func (d *dateFlag) Set(s string) (err error) {
	d.Date, err = family.ParseDate(s)
	return err
}

// Type is what a command's help calls the value.
func (d *dateFlag) Type() string { return "date" }

// today is the present day where the command runs.
func (p *program) today() family.Date { return family.DateOf(p.now()) }

// say writes a line of talk to standard error.
func (p *program) say(format string, args ...any) { fmt.Fprintf(p.stderr, format+"\n", args...) }
