package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// householdFlags are the flags of hearth household.
type householdFlags struct {
	askFlags
	asAt               dateFlag
	genogram, timeline string // files to draw into
}

func (p *program) householdCommand() *cobra.Command {
	var f householdFlags
	cmd := &cobra.Command{
		Use:   "household ID",
		Short: "Show a household: people, what happened, who is involved, needs and their rows",
		Long: `Show a household: who lives there, who has a second home there, who may live
there and is not counted, and who else has to do with it; how sure that is, what
happened to it, what the rows contradict each other in, who is involved already,
and the needs with their rows. Only those who live there count.

With --svg and --timeline it is drawn instead: who is what to whom, and who lived
where when, and the same is printed in words. For another day than the last
night's the people around the household are looked at again.`,
		Example: `  hearth household H0123456789abcdef
  hearth household H0123456789abcdef --as-at 2024-12-31
  hearth household H0123456789abcdef --svg family.svg --timeline homes.svg`,
		Args: takes("ID"),
	}
	f.addProtected(cmd)
	fl := cmd.Flags()
	fl.Var(&f.asAt, "as-at", "show it at this day (default that of the last night)")
	fl.StringVar(&f.genogram, "svg", "", "draw the genogram into this file; - is standard output")
	fl.StringVar(&f.timeline, "timeline", "", "draw the timeline of residence into this file; - is standard output")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if f.genogram == "-" && f.timeline == "-" {
			return usageError("--svg, --timeline: only one of them can go to standard output")
		}
		return p.with(f.addr, func(c *client) error {
			q := querypb.NewQueryServiceClient(c)
			if f.genogram != "" || f.timeline != "" {
				return p.drawHousehold(cmd.Context(), q, &f, args[0])
			}
			resp, err := q.GetHousehold(cmd.Context(), &querypb.GetHouseholdRequest{
				HouseholdId: args[0], IncludeProtected: f.includeProtected, AsAt: f.asAt.String(),
			})
			if err != nil {
				return err
			}
			return p.answer(f.json, resp, func() { p.printHousehold(resp.Household) })
		})
	}
	return cmd
}

// drawHousehold writes the drawings that are asked for.
func (p *program) drawHousehold(ctx context.Context, q querypb.QueryServiceClient, f *householdFlags, id string) error {
	for _, d := range []struct {
		file string
		kind querypb.DrawingKind
	}{
		{f.genogram, querypb.DrawingKind_DRAWING_KIND_GENOGRAM},
		{f.timeline, querypb.DrawingKind_DRAWING_KIND_TIMELINE},
	} {
		if d.file == "" {
			continue
		}
		resp, err := q.DrawHousehold(ctx, &querypb.DrawHouseholdRequest{
			HouseholdId: id, Kind: d.kind, IncludeProtected: f.includeProtected, AsAt: f.asAt.String(),
		})
		if err != nil {
			return err
		}
		if err := p.writeFile(d.file, func(w io.Writer) error { _, err := w.Write(resp.Svg); return err }); err != nil {
			return err
		}
		if d.file != "-" { // else the words would stand in the picture
			fmt.Fprintf(p.stdout, "%s, in words:\n%s\n", d.file, strings.Join(resp.Text, "\n"))
		}
	}
	return nil
}

// memberGroups are the people of a household by what they count for.
type memberGroups struct{ here, second, possible, others []*querypb.Member }

func groupMembers(members []*querypb.Member) memberGroups {
	var g memberGroups
	for _, m := range members {
		switch {
		case m.Current:
			g.here = append(g.here, m)
		case m.Role == family.DualResidentChild.String() && m.To == "" && m.Deceased == "":
			g.second = append(g.second, m)
		case m.Kind == family.PossibleMember.String():
			g.possible = append(g.possible, m)
		default:
			g.others = append(g.others, m)
		}
	}
	return g
}

func (p *program) printHousehold(h *querypb.Household) {
	fmt.Fprintf(p.stdout, "household %s\n%s\n", h.HouseholdId, joinFilled(", ", h.Address, h.Postcode, h.Ward, h.District))
	if h.Certainty > 0 {
		fmt.Fprintf(p.stdout, "how sure: %s that nobody among those who live here is wrongly counted\n", inHundred(h.Certainty))
	}
	names := make(map[string]string)
	for _, m := range h.Members {
		names[m.PersonId] = joinFilled(" ", m.Forename, m.Surname)
	}
	g := groupMembers(h.Members)
	p.printMembers("lives here", g.here, names)
	p.printMembers("second home", g.second, names)
	p.printMembers("possible, not counted", g.possible, names)
	p.printMembers("others", g.others, names)
	p.printChanges(h.Changes, names)
	p.printContradictions(h.Contradictions, names)
	p.printInvolvements(h.Involvements, names)
	for _, c := range h.Candidates {
		p.printNeeds(c, names)
	}
}

func (p *program) printMembers(heading string, members []*querypb.Member, names map[string]string) {
	if len(members) == 0 {
		return
	}
	fmt.Fprintln(p.stdout, "\n"+heading)
	t := p.newSheet("person", "age", "part", "from", "to", "sure", "why", "rows").
		numbers("age", "sure").wrap("part", 12).takeRest("why")
	for _, m := range members {
		t.add(names[m.PersonId]+"\n"+m.PersonId, age(m.Age), part(m), m.From, m.To, inHundred(m.Confidence), m.Reason, fewRows(m.Evidence))
	}
	t.print()
}

func part(m *querypb.Member) string {
	role := words(cmp.Or(m.Kind, m.Role))
	switch {
	case m.Deceased != "":
		return role + ", died " + m.Deceased
	case !m.Current && (m.Role == family.Adult.String() || m.Role == family.Child.String()):
		return role + ", not now"
	}
	return role
}

// namesOf names people; one whom the household does not name is left as an id.
func namesOf(ids []string, names map[string]string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = cmp.Or(names[id], id)
	}
	return strings.Join(slices.Compact(out), ", ")
}

func (p *program) printChanges(all []*querypb.Change, names map[string]string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(p.stdout, "\nwhat happened, the latest first")
	t := p.newSheet("day", "what", "whom", "why", "rows").wrap("what", 12).wrap("whom", 18).takeRest("why")
	for _, c := range all {
		t.add(cmp.Or(c.Day, "?"), words(c.Kind), namesOf(c.PersonIds, names), c.Reason, fewRows(c.Evidence))
	}
	t.print()
}

func (p *program) printContradictions(all []*querypb.Contradiction, names map[string]string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(p.stdout, "\nwhat cannot all be true")
	t := p.newSheet("what", "whom", "why", "rows").wrap("what", 16).wrap("whom", 18).takeRest("why")
	for _, c := range all {
		t.add(words(c.Kind), namesOf(c.PersonIds, names), c.Reason, fewRows(c.Evidence))
	}
	t.print()
}

func (p *program) printInvolvements(all []*querypb.Involvement, names map[string]string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(p.stdout, "\nalready involved")
	t := p.newSheet("agency", "what", "whom", "since", "open", "lead", "row").
		wrap("agency", 12).wrap("what", 14).wrap("whom", 16).takeRest("lead")
	for _, i := range all {
		open := "no"
		if i.Open {
			open = "yes"
		}
		t.add(words(i.AgencyKind), words(i.EpisodeType), names[i.PersonId], i.Start, open,
			joinFilled(" ", i.LeadPractitioner, i.LeadPractitionerContact), i.Evidence)
	}
	t.print()
}

// printNeeds shows what is met or unknown; what is not met is counted.
func (p *program) printNeeds(c *querypb.Candidate, names map[string]string) {
	verdict := "not eligible"
	switch {
	case c.PutForward:
		verdict = "eligible, put forward"
	case c.Eligible && c.Certainty > 0:
		verdict = "eligible, to be checked first"
	case c.Eligible:
		verdict = "eligible"
	}
	fmt.Fprintln(p.stdout, "\n"+wrapLines(fmt.Sprintf("%s: %s. %s", c.Framework, verdict, c.Reason), lineWidth))
	switch len(c.RestsOn) {
	case 0:
	case 1:
		fmt.Fprintln(p.stdout, wrapLines("It rests on "+namesOf(c.RestsOn, names)+", without whom it would not be eligible.", lineWidth))
	default:
		fmt.Fprintln(p.stdout, wrapLines("It rests on "+namesOf(c.RestsOn, names)+": without any one of them it would not be eligible.", lineWidth))
	}
	t := p.newSheet("criterion", "headline", "answer", "whose", "why", "rows").
		wrap("headline", 14).wrap("whose", 18).takeRest("why")
	notMet := 0
	for _, n := range c.Needs {
		if n.Status == "not_met" {
			notMet++
			continue
		}
		t.add(n.Criterion, words(n.Headline), n.Status, namesOf(n.PersonIds, names), n.Reason, fewRows(n.Evidence))
	}
	if len(t.rows) > 0 {
		t.print()
	}
	fmt.Fprintf(p.stdout, "%d criteria not met\n", notMet)
}
