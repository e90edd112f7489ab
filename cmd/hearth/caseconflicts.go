package main

import (
	"strings"

	"github.com/spf13/cobra"

	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

func (p *program) conflictsCommand() *cobra.Command {
	var ask askFlags
	var page pageFlags
	cmd := &cobra.Command{
		Use:     "conflicts",
		Short:   "List cases and claims that turn out to be of one household",
		Example: "  hearth case conflicts",
		Args:    takes(),
	}
	ask.addProtected(cmd)
	page.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := page.check(); err != nil {
			return err
		}
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.ListConflicts(cmd.Context(), &caseworkpb.ListConflictsRequest{
				PageSize: page.limit, PageToken: page.token, IncludeProtected: ask.includeProtected})
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() {
				t := p.newSheet("household", "cases", "claims", "what to do").takeRest("what to do")
				for _, x := range resp.Conflicts {
					t.add(x.HouseholdId, strings.Join(x.CaseIds, " "), strings.Join(x.ClaimIds, " "), x.Text)
				}
				t.print()
				p.counted(len(resp.Conflicts), resp.TotalSize, resp.NextPageToken, ask.includeProtected)
			})
		})
	}
	return cmd
}
