package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/family"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

func (p *program) nominationCommand() *cobra.Command {
	return holding(&cobra.Command{
		Use:   "nomination",
		Short: "Put a family forward as a professional, or see who was",
		Long: `A nomination puts a family forward beside what the data found. It names the needs
that a professional sees and says why; with the next night it is evidence for those
needs, shown as what it is.`,
		Example: `  hearth nomination make H0123456789abcdef --needs 5.1 --agency "Northside School" --reason "mother asked for help"
  hearth nomination list --state open`,
	}, p.nominateCommand(), p.nominationsCommand(), p.withdrawNominationCommand())
}

func (p *program) nominateCommand() *cobra.Command {
	var r recordFlags
	req := &caseworkpb.NominateRequest{}
	cmd := &cobra.Command{
		Use:   "make HOUSEHOLD|PERSON|FEED/RECORD-ID --needs IDS --agency NAME --reason TEXT",
		Short: "Put a family forward",
		Example: `  hearth nomination make H0123456789abcdef --needs 5.1 --agency "Northside School" --reason "mother asked for help"
  hearth nomination make attendance/ATT-100 --framework tf-phase1-2012 --needs local --agency MASH --reason "third referral this year"`,
		Args: takes("HOUSEHOLD, PERSON or FEED/RECORD-ID"),
	}
	r.add(cmd)
	r.addKnown(cmd)
	f := cmd.Flags()
	f.StringVar(&req.Framework, "framework", defaultFramework, "the framework")
	f.StringSliceVar(&req.Needs, "needs", nil, "criteria or headlines of the framework, parted by commas")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := r.wantReason(); err != nil {
			return err
		}
		if len(req.Needs) == 0 {
			return usageError("--needs is required: `hearth framework show %s` lists them", req.Framework)
		}
		if r.agency == "" {
			return usageError("--agency is required: name the agency that puts the family forward")
		}
		if err := nominee(req, args[0]); err != nil {
			return err
		}
		req.Agency, req.Day, req.Reason = r.agency, r.day.String(), r.reason
		req.AcknowledgeKnown, req.IncludeProtected, req.ValidateOnly = r.acknowledge, r.includeProtected, r.dryRun
		return p.record(&r, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.Nominate(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() {
				p.recorded(&r, "nomination", resp.Nomination.GetNominationId())
				p.warnings(resp.Warnings)
				if !r.dryRun {
					p.say("it is evidence from the next night on")
				}
			})
		})
	}
	return cmd
}

// nominee reads whom a nomination is of: H… is a household, P… a person,
// feed/record_id a record.
func nominee(req *caseworkpb.NominateRequest, word string) error {
	if name, id, ok := strings.Cut(word, "/"); ok {
		feed, err := family.ParseFeed(name)
		if err != nil || id == "" {
			return usageError("name a record as feed/record_id, such as attendance/ATT-100")
		}
		req.Record = &querypb.RecordRef{Feed: feed.String(), RecordId: id, Part: family.Subject.String()}
		return nil
	}
	switch {
	case strings.HasPrefix(word, "H"):
		req.HouseholdId = word
	case strings.HasPrefix(word, "P"):
		req.PersonId = word
	default:
		return usageError("name a household (H…), a person (P…) or a record (feed/record_id)")
	}
	return nil
}

func (p *program) nominationsCommand() *cobra.Command {
	var ask askFlags
	var page pageFlags
	var area areaFlags
	var asAt dateFlag
	state := newEnumFlag("NOMINATION_STATE_", caseworkpb.NominationState_value)
	req := &caseworkpb.ListNominationsRequest{}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List nominations",
		Example: "  hearth nomination list --state open --agency MASH",
		Args:    takes(),
	}
	ask.addProtected(cmd)
	page.add(cmd)
	area.add(cmd)
	f := cmd.Flags()
	f.StringVar(&req.Framework, "framework", "", "only those of this framework")
	f.StringVar(&req.Agency, "agency", "", "only those by this agency")
	f.Var(state, "state", "only those that are "+strings.Join(state.names(), ", "))
	f.Var(&asAt, "as-at", "as the book was at the end of this day (default today)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := page.check(); err != nil {
			return err
		}
		req.State, req.AsAt = caseworkpb.NominationState(state.number), asAt.String()
		req.District, req.Ward, req.Cluster = area.district, area.ward, area.cluster
		req.PageSize, req.PageToken, req.IncludeProtected = page.limit, page.token, ask.includeProtected
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.ListNominations(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() {
				p.printNominations(resp.Nominations)
				p.counted(len(resp.Nominations), resp.TotalSize, resp.NextPageToken, ask.includeProtected)
			})
		})
	}
	return cmd
}

func (p *program) printNominations(all []*caseworkpb.Nomination) {
	if len(all) == 0 {
		return
	}
	t := p.newSheet("nomination", "day", "household", "framework", "needs", "agency", "by", "state", "why").takeRest("why")
	for _, n := range all {
		state := words(code(n.State.String(), "NOMINATION_STATE_"))
		t.add(n.NominationId, n.Day, n.HouseholdId, n.Framework, strings.Join(n.Needs, ", "), n.Agency, n.By,
			joinFilled(" ", state, n.CaseId), n.Reason)
	}
	t.print()
}

func (p *program) withdrawNominationCommand() *cobra.Command {
	var r recordFlags
	cmd := &cobra.Command{
		Use:     "withdraw NOMINATION --reason TEXT",
		Short:   "Take a nomination back",
		Example: `  hearth nomination withdraw E1042 --reason "the wrong family"`,
		Args:    takes("NOMINATION"),
	}
	r.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := r.wantReason(); err != nil {
			return err
		}
		return p.record(&r, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.WithdrawNomination(cmd.Context(), &caseworkpb.WithdrawNominationRequest{
				NominationId: args[0], Day: r.day.String(), Reason: r.reason, Agency: r.agency,
				IncludeProtected: r.includeProtected, ValidateOnly: r.dryRun,
			})
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() { p.recorded(&r, "withdrawn", args[0]) })
		})
	}
	return cmd
}
