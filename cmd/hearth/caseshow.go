package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

func (p *program) showCaseCommand() *cobra.Command {
	var ask askFlags
	var asAt dateFlag
	cmd := &cobra.Command{
		Use:   "show CASE",
		Short: "Show a case: its steps, who is involved, and what has become of each need",
		Example: `  hearth case show E1050
  hearth case show E1050 --as-at 2026-03-31 --json`,
		Args: takes("CASE"),
	}
	ask.addProtected(cmd)
	cmd.Flags().Var(&asAt, "as-at", "as the book was at the end of this day (default today)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.GetCase(cmd.Context(), &caseworkpb.GetCaseRequest{
				CaseId: args[0], AsAt: asAt.String(), IncludeProtected: ask.includeProtected})
			if err != nil {
				return err
			}
			if ask.json {
				return p.printJSON(resp)
			}
			p.printCase(resp)
			if resp.Case.GetAttached() == "" {
				p.say("outcomes are judged once support has begun (`hearth case worked-with`)")
				return nil
			}
			outcomes, err := c.GetOutcomes(cmd.Context(), &caseworkpb.GetOutcomesRequest{
				CaseId: args[0], AsAt: asAt.String(), IncludeProtected: ask.includeProtected})
			if err != nil {
				return err
			}
			p.printOutcomes(outcomes)
			return nil
		})
	}
	return cmd
}

func (p *program) printCase(resp *caseworkpb.GetCaseResponse) {
	c := resp.Case
	fmt.Fprintf(p.stdout, "case %s: %s, %s\n", c.CaseId, caseStatus(c), c.Framework)
	for _, line := range []struct{ name, value string }{
		{"household", presentHousehold(c)},
		{"where it was", joinFilled(", ", c.Area.GetWard(), c.Area.GetCluster(), c.Area.GetDistrict())},
		{"leads", joinFilled(", ", c.LeadPractitioner, c.LeadAgency, c.Team, c.LeadContact)},
		{"plan", joinFilled(", ", c.Plan, c.Planned)},
		{"how it ended", words(c.Ending)},
	} {
		if line.value != "" {
			fmt.Fprintf(p.stdout, "%s: %s\n", line.name, line.value)
		}
	}
	if c.AssignedByArea {
		fmt.Fprintln(p.stdout, "assigned by where it lives")
	}
	p.printCaseNeeds(c)
	p.printHistory(resp.History)
	if len(resp.Involvements) > 0 {
		p.printElsewhere(resp)
	}
	p.warnings(resp.Warnings)
	p.printClaims(resp.Claims)
}

func (p *program) printCaseNeeds(c *caseworkpb.Case) {
	fmt.Fprintln(p.stdout)
	t := p.newSheet("need", "headline", "since", "confirmed", "what").takeRest("what")
	confirmed := map[string]string{}
	for _, x := range c.Confirmations {
		confirmed[x.Criterion] = joinFilled(" ", x.Day, x.EventId)
	}
	for _, n := range c.Needs {
		since := n.Since
		if n.AtEntry {
			since = "at entry"
		}
		t.add(n.Criterion, n.Headline, since, confirmed[n.Criterion], n.Name)
	}
	t.print()
}

func (p *program) printHistory(all []*caseworkpb.CaseEvent) {
	fmt.Fprintln(p.stdout)
	t := p.newSheet("day", "step", "event", "by", "details", "why").wrap("details", 30).takeRest("why")
	for _, e := range all {
		step := words(code(e.Kind.String(), "CASE_EVENT_KIND_"))
		if e.Undone {
			step += " (undone)"
		}
		details := joinFilled(", ", e.LeadPractitioner, e.LeadAgency, e.Team, e.Plan, words(e.Outcome),
			strings.Join(e.Needs, " "), e.NominationId)
		t.add(e.Day, step, e.EventId, joinFilled(", ", e.By, e.Agency), details, e.Reason)
	}
	t.print()
}

func (p *program) printElsewhere(resp *caseworkpb.GetCaseResponse) {
	fmt.Fprintln(p.stdout)
	t := p.newSheet("who is involved", "what", "since", "until", "contact").takeRest("contact")
	for _, i := range resp.Involvements {
		t.add(words(i.AgencyKind), words(i.EpisodeType), i.Start, i.End,
			joinFilled(", ", i.LeadPractitioner, i.LeadPractitionerContact))
	}
	t.print()
}

func (p *program) printOutcomes(resp *caseworkpb.GetOutcomesResponse) {
	for _, o := range resp.Outcomes {
		fmt.Fprintf(p.stdout, "\n%s (%s): %s\n", o.Name, o.Result, outcomeWords(o.Status))
		fmt.Fprintln(p.stdout, o.Reason)
		t := p.newSheet("need", "outcome", "before", "now", "can be met", "why").takeRest("why").wrap("before", 20).wrap("now", 20)
		for _, n := range o.Needs {
			t.add(joinFilled(" ", n.Criterion, n.Rule), outcomeWords(n.Status), n.Baseline.GetText(), n.Now.GetText(), n.Predicted, n.Reason)
		}
		if len(o.Needs) > 0 {
			t.print()
		}
		switch {
		case o.ClaimId != "":
			fmt.Fprintf(p.stdout, "claimed: %s\n", o.ClaimId)
		case o.Claimable:
			fmt.Fprintf(p.stdout, "can be claimed: hearth claim make CASE --result %s --reason TEXT\n", o.Result)
		case o.NotClaimable != "":
			fmt.Fprintf(p.stdout, "cannot be claimed: %s\n", o.NotClaimable)
		}
	}
	if len(resp.Alerts) > 0 {
		fmt.Fprintln(p.stdout, "\nwhat has got worse:")
		p.printAlerts(resp.Alerts)
	}
	p.say("outcomes as at %s", resp.AsAt)
}

func outcomeWords(s caseworkpb.OutcomeStatus) string {
	return words(code(s.String(), "OUTCOME_STATUS_"))
}
