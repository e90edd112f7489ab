package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/eligibility"
)

func (p *program) frameworkDiffCommand() *cobra.Command {
	var g givenFlags
	var asJSON, words bool
	var limit int
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Show where two frameworks differ, and for which families",
		Long: `Show what B says otherwise than A: parameters, criteria, rules. With --feeds, --links,
--households and --as-at it also scores those households by both, and shows how many
families gain or lose each criterion and their eligibility, and which households they
are. Protected households are counted and not named.`,
		Example: `  hearth framework diff tf-phase2-2015 council.yaml
  hearth framework diff tf-phase2-2015 council.yaml --feeds DIR --links links.csv --households households.csv --as-at 2025-09-30`,
		Args: takes("A", "B"),
	}
	g.add(cmd)
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "print the differences, and every household, as JSON")
	f.BoolVar(&words, "words", false, "show what differs in names, reasons, sources and marks as well, which changes no answer")
	f.IntVar(&limit, "limit", 20, "name at most this many households of each change")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if limit < 0 {
			return usageError("--limit: 0 or more")
		}
		if g.any() {
			if err := g.check(); err != nil {
				return err
			}
		}
		d, err := p.diffFrameworks(cmd.Context(), &g, args[0], args[1])
		if err != nil {
			return err
		}
		if asJSON {
			return printIndented(p.stdout, d)
		}
		if !words {
			d.Differences = slices.DeleteFunc(d.Differences, func(x difference) bool { return x.Words })
		}
		d.print(p, limit)
		return nil
	}
	return cmd
}

// frameworkDiff is how two frameworks differ.
type frameworkDiff struct {
	Before      string       `json:"before"`
	After       string       `json:"after"`
	Differences []difference `json:"differences"`
	Effect      *effect      `json:"effect,omitempty"`
}

type difference struct {
	Part   string `json:"part"`
	ID     string `json:"id,omitempty"`
	Key    string `json:"key,omitempty"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Words: it is in names, reasons, sources or marks alone, and changes no answer.
	Words bool `json:"words,omitempty"`
}

// effect is what the difference means for given households.
type effect struct {
	AsAt     string            `json:"as_at"`
	Families [2]int            `json:"families"` // scored by each
	Eligible criterionEffect   `json:"eligible"`
	Criteria []criterionEffect `json:"criteria"`
}

type criterionEffect struct {
	Criterion     string   `json:"criterion,omitempty"`
	Before        int      `json:"before"`
	After         int      `json:"after"`
	UnknownBefore int      `json:"unknown_before"`
	UnknownAfter  int      `json:"unknown_after"`
	GainedCount   int      `json:"gained"`
	LostCount     int      `json:"lost"`
	Gained        []string `json:"gained_households"`
	Lost          []string `json:"lost_households"`
}

func (p *program) diffFrameworks(ctx context.Context, g *givenFlags, one, two string) (*frameworkDiff, error) {
	a, err := findFramework(one)
	if err != nil {
		return nil, refusedFile(one, err)
	}
	b, err := findFramework(two)
	if err != nil {
		return nil, refusedFile(two, err)
	}
	d := &frameworkDiff{Before: one, After: two, Differences: []difference{}}
	for _, x := range eligibility.Differences(a.Framework, b.Framework) {
		d.Differences = append(d.Differences, difference(x))
	}
	if g.any() {
		d.Effect, err = p.effectOf(ctx, g, a.Framework, b.Framework)
	}
	return d, err
}

// effectOf scores the given households by each of two frameworks. They may bear
// the same id, so that they are scored one after the other.
func (p *program) effectOf(ctx context.Context, g *givenFlags, a, b *eligibility.Framework) (*effect, error) {
	in, err := p.given(g)
	if err != nil {
		return nil, err
	}
	was, err := p.scoreRead(ctx, in, a)
	if err != nil {
		return nil, err
	}
	is, err := p.scoreRead(ctx, in, b)
	if err != nil {
		return nil, err
	}
	hidden := map[string]bool{}
	for _, h := range in.Households {
		hidden[h.ID] = h.Protected
	}
	named := func(ids []string) []string {
		out := []string{}
		for _, id := range ids {
			if !hidden[id] {
				out = append(out, id)
			}
		}
		return out
	}
	e := eligibility.Compare(was, is)
	out := &effect{AsAt: g.asAt.String(), Families: [2]int{len(was), len(is)}, Criteria: []criterionEffect{},
		Eligible: criterionEffect{Before: e.Before, After: e.After, GainedCount: len(e.Gained), LostCount: len(e.Lost),
			Gained: named(e.Gained), Lost: named(e.Lost)}}
	for _, c := range e.Criteria {
		out.Criteria = append(out.Criteria, criterionEffect{Criterion: c.Criterion, Before: c.Before, After: c.After,
			UnknownBefore: c.UnknownBefore, UnknownAfter: c.UnknownAfter, GainedCount: len(c.Gained), LostCount: len(c.Lost),
			Gained: named(c.Gained), Lost: named(c.Lost)})
	}
	return out, nil
}

func (d *frameworkDiff) print(p *program, limit int) {
	fmt.Fprintf(p.stdout, "%s → %s\n", d.Before, d.After)
	if len(d.Differences) == 0 {
		fmt.Fprintln(p.stdout, "no difference that could change an answer")
	}
	part := ""
	for _, x := range d.Differences {
		if at := strings.TrimSpace(x.Part + " " + x.ID); at != part && x.Key != "" {
			part = at
			fmt.Fprintln(p.stdout, at)
		}
		line := x.sentence(d)
		indent := strings.Repeat(" ", len(line)-len(strings.TrimLeft(line, " ")))
		fmt.Fprintln(p.stdout, indent+strings.ReplaceAll(wrapLines(line[len(indent):], lineWidth-len(indent)), "\n", "\n"+indent+"  "))
	}
	if d.Effect != nil {
		d.Effect.print(p, limit)
	}
}

// sentence says one difference.
func (x difference) sentence(d *frameworkDiff) string {
	switch {
	case x.Key == "" && x.Before == "":
		return fmt.Sprintf("%s %s only in %s: %s", x.Part, x.ID, d.After, x.After)
	case x.Key == "" && x.After == "":
		return fmt.Sprintf("%s %s only in %s: %s", x.Part, x.ID, d.Before, x.Before)
	case x.Before == "":
		return fmt.Sprintf("  %s: now %s", x.Key, x.After)
	case x.After == "":
		return fmt.Sprintf("  %s: no longer %s", x.Key, x.Before)
	}
	return fmt.Sprintf("  %s: %s → %s", x.Key, x.Before, x.After)
}

func (e *effect) print(p *program, limit int) {
	fmt.Fprintf(p.stdout, "\nas at %s: families=%d → %d, eligible=%d → %d, gained=%d lost=%d\n", e.AsAt, e.Families[0], e.Families[1],
		e.Eligible.Before, e.Eligible.After, e.Eligible.GainedCount, e.Eligible.LostCount)
	s := p.newSheet("criterion", "met", "now met", "gained", "lost", "unknown", "now unknown").
		numbers("met", "now met", "gained", "lost", "unknown", "now unknown")
	for _, c := range e.Criteria {
		s.add(c.Criterion, fmt.Sprint(c.Before), fmt.Sprint(c.After), fmt.Sprint(c.GainedCount), fmt.Sprint(c.LostCount),
			fmt.Sprint(c.UnknownBefore), fmt.Sprint(c.UnknownAfter))
	}
	s.print()
	e.Eligible.name(p, "eligible", limit)
	for _, c := range e.Criteria {
		c.name(p, c.Criterion, limit)
	}
}

// name lists the households that a change concerns.
func (c criterionEffect) name(p *program, what string, limit int) {
	for _, side := range []struct {
		said string
		ids  []string
	}{{"gain", c.Gained}, {"lose", c.Lost}} {
		if len(side.ids) == 0 || limit == 0 {
			continue
		}
		line := fmt.Sprintf("%s %s: %s", side.said, what, strings.Join(side.ids[:min(limit, len(side.ids))], " "))
		if more := len(side.ids) - limit; more > 0 {
			line += fmt.Sprintf(" and %d more; --limit or --json shows them", more)
		}
		fmt.Fprintln(p.stdout, wrapLines(line, lineWidth))
	}
}
