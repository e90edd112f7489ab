package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

func (p *program) funnelCommand() *cobra.Command {
	var ask askFlags
	var asAt dateFlag
	var suppress bool
	req := &caseworkpb.GetFunnelRequest{}
	cmd := &cobra.Command{
		Use:   "funnel",
		Short: "Count the programme: target, identified, worked with, turned round",
		Long: `Count the families of the programme at a day: the target, those that the data finds
eligible, those identified, contacted, agreed, worked with and turned round, with per
cent of target and per 1,000 population where those are known. With --suppress small
counts are withheld, and as many others as keep them from being worked out.`,
		Example: `  hearth funnel --framework sf-2022 --by district
  hearth funnel --by lead_agency --as-at 2026-03-31
  hearth funnel --by month --suppress --json`,
		Args: takes(),
	}
	ask.addProtected(cmd)
	f := cmd.Flags()
	f.StringVar(&req.Framework, "framework", "", "the framework (default all)")
	f.StringSliceVar(&req.By, "by", nil, "beside the whole authority: district, ward, cluster, school, lead_agency, month, quarter, framework, headline or headline_quarter")
	f.StringVar(&req.Authority, "authority", "", "the authority's name in the targets and populations, where smaller areas have them too")
	f.Var(&asAt, "as-at", "as the book was at the end of this day (default today)")
	f.BoolVar(&suppress, "suppress", false, "withhold counts below --below")
	f.Int32Var(&req.SuppressBelow, "below", 5, "with --suppress, counts from 1 up to below this are withheld")
	f.Int32Var(&req.RoundTo, "round", 0, "round counts to the nearest multiple of this")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if !suppress {
			req.SuppressBelow = 0
		}
		req.AsAt, req.IncludeProtected = asAt.String(), ask.includeProtected
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.GetFunnel(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() { p.printFunnel(resp) })
		})
	}
	return cmd
}

func (p *program) printFunnel(resp *caseworkpb.GetFunnelResponse) {
	names := []string{"by", "group", "target"}
	for _, m := range resp.Measures {
		names = append(names, m.Name)
	}
	t := p.newSheet(names...).numbers(names[2:]...).wrap("group", 24)
	for _, r := range resp.Rows {
		cells := []string{words(r.By), r.Name, ""}
		if r.Target != nil {
			cells[2] = fmt.Sprint(r.GetTarget())
		}
		for _, c := range r.Cells {
			cells = append(cells, funnelCell(c))
		}
		t.add(cells...)
	}
	t.print()
	fmt.Fprintf(p.stdout, "as at %s\n", resp.AsAt)
	if resp.ContributingPercent != nil {
		fmt.Fprintf(p.stdout, "%d of %d schools send data (%.0f %%)\n", resp.ContributingSchools, resp.Schools, resp.GetContributingPercent())
	}
	for _, n := range resp.Notes {
		p.say("%s", n)
	}
}

// funnelCell writes a count with its share of the target and per 1,000.
func funnelCell(c *caseworkpb.FunnelCell) string {
	switch {
	case c.Withheld:
		return "withheld"
	case c.Count == nil:
		return "not known"
	}
	lines := []string{fmt.Sprint(c.GetCount())}
	if c.PercentOfTarget != nil {
		lines = append(lines, fmt.Sprintf("%.1f %%", c.GetPercentOfTarget()))
	}
	if c.PerThousand != nil {
		lines = append(lines, fmt.Sprintf("%.2f ‰", c.GetPerThousand()))
	}
	return strings.Join(lines, "\n")
}
