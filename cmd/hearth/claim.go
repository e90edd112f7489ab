package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

func (p *program) claimCommand() *cobra.Command {
	return holding(&cobra.Command{
		Use:   "claim",
		Short: "Claim a result, and have claims audited",
		Long: `A claim says that a family's life has turned round by a rule of its framework. It
freezes the evidence on its day, cannot be made twice, and is drawn for internal
audit with a recorded seed. If a row behind it is corrected later, the claim says so.`,
		Example: `  hearth claim make E1050 --result sustained_progress --reason "reviewed with the family"
  hearth claim pack E2001 --out packs/E2001`,
	}, p.makeClaimCommand(), p.listClaimsCommand(), p.showClaimCommand(), p.packCommand(),
		p.withdrawClaimCommand(), p.sampleCommand(), p.auditCommand(), p.answerCommand())
}

func (p *program) makeClaimCommand() *cobra.Command {
	var r recordFlags
	req := &caseworkpb.ClaimResultRequest{}
	cmd := &cobra.Command{
		Use:     "make CASE --result ID --reason TEXT",
		Short:   "Claim a result",
		Example: `  hearth claim make E1050 --result sustained_progress --reason "reviewed with the family on 3 June" --dry-run`,
		Args:    takes("CASE"),
	}
	r.add(cmd)
	cmd.Flags().StringVar(&req.Result, "result", "", "the framework's result; `hearth case show` lists them")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := r.wantReason(); err != nil {
			return err
		}
		if err := required("--result", req.Result, "the framework's result"); err != nil {
			return err
		}
		req.CaseId, req.Day, req.Reason, req.Agency = args[0], r.day.String(), r.reason, r.agency
		req.IncludeProtected, req.ValidateOnly = r.includeProtected, r.dryRun
		return p.record(&r, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.ClaimResult(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() {
				p.recorded(&r, "claim", resp.Claim.GetClaimId())
				p.say("frozen as evidence, rows: %d; SHA-256 %s", len(resp.Snapshot.GetRows()), resp.Claim.GetSnapshotHash())
			})
		})
	}
	return cmd
}

func (p *program) listClaimsCommand() *cobra.Command {
	var ask askFlags
	var page pageFlags
	var from, to dateFlag
	state := newEnumFlag("CLAIM_STATE_", caseworkpb.ClaimState_value)
	req := &caseworkpb.ListClaimsRequest{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List claims",
		Example: `  hearth claim list --framework sf-2022 --from 2026-04-01 --to 2026-06-30
  hearth claim list --state sampled
  hearth claim list --corrected`,
		Args: takes(),
	}
	ask.addProtected(cmd)
	page.add(cmd)
	f := cmd.Flags()
	f.StringVar(&req.Framework, "framework", "", "only those of this framework")
	f.StringVar(&req.CaseId, "case", "", "only those of this case")
	f.StringVar(&req.Result, "result", "", "only those for this result")
	f.Var(state, "state", "only those that are "+strings.Join(state.names(), ", "))
	f.StringVar(&req.SampleId, "sample", "", "only those that this sample drew")
	f.Var(&from, "from", "only those of this day or later")
	f.Var(&to, "to", "only those of this day or earlier")
	f.BoolVar(&req.Corrected, "corrected", false, "only those of which a row has been corrected since")
	f.BoolVar(&req.IncludeWithdrawn, "withdrawn", false, "those taken back too")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := page.check(); err != nil {
			return err
		}
		req.State, req.From, req.To = caseworkpb.ClaimState(state.number), from.String(), to.String()
		req.PageSize, req.PageToken, req.IncludeProtected = page.limit, page.token, ask.includeProtected
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.ListClaims(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() {
				p.printClaims(resp.Claims)
				p.counted(len(resp.Claims), resp.TotalSize, resp.NextPageToken, ask.includeProtected)
			})
		})
	}
	return cmd
}

func (p *program) printClaims(all []*caseworkpb.Claim) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(p.stdout)
	t := p.newSheet("claim", "case", "day", "framework", "result", "by", "state", "why").takeRest("why")
	for _, c := range all {
		t.add(c.ClaimId, c.CaseId, c.Day, c.Framework, c.Result, joinFilled(", ", c.By, c.Agency), claimState(c), c.Reason)
	}
	t.print()
}

// claimState says how a claim stands.
func claimState(c *caseworkpb.Claim) string {
	state := words(code(c.State.String(), "CLAIM_STATE_"))
	if c.Corrected {
		state += "; a row was corrected since"
	}
	return state
}

func (p *program) withdrawClaimCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "withdraw CLAIM --reason TEXT",
		Short:   "Take a claim back",
		Example: `  hearth claim withdraw E2001 --reason "claimed for the wrong family"`,
	}
	return p.aboutClaim(cmd, "withdrawn", func(ctx context.Context, c caseworkpb.CaseworkServiceClient, id string, r *recordFlags) (proto.Message, error) {
		return c.WithdrawClaim(ctx, &caseworkpb.WithdrawClaimRequest{
			ClaimId: id, Day: r.day.String(), Reason: r.reason, Agency: r.agency,
			IncludeProtected: r.includeProtected, ValidateOnly: r.dryRun,
		})
	})
}

func (p *program) answerCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "answer CLAIM --reason TEXT",
		Short:   "Answer an auditor's query",
		Example: `  hearth claim answer E2001 --reason "the school confirmed the register on 4 July"`,
	}
	return p.aboutClaim(cmd, "answered", func(ctx context.Context, c caseworkpb.CaseworkServiceClient, id string, r *recordFlags) (proto.Message, error) {
		return c.AnswerClaim(ctx, &caseworkpb.AnswerClaimRequest{
			ClaimId: id, Day: r.day.String(), Reason: r.reason, Agency: r.agency,
			IncludeProtected: r.includeProtected, ValidateOnly: r.dryRun,
		})
	})
}

// aboutClaim completes a command that records something with a reason about one
// claim.
func (p *program) aboutClaim(cmd *cobra.Command, what string,
	call func(context.Context, caseworkpb.CaseworkServiceClient, string, *recordFlags) (proto.Message, error)) *cobra.Command {
	var r recordFlags
	cmd.Args = takes("CLAIM")
	r.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := r.wantReason(); err != nil {
			return err
		}
		return p.record(&r, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := call(cmd.Context(), c, args[0], &r)
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() { p.recorded(&r, what, args[0]) })
		})
	}
	return cmd
}

func (p *program) sampleCommand() *cobra.Command {
	var r recordFlags
	var from, to dateFlag
	req := &caseworkpb.SampleClaimsRequest{}
	cmd := &cobra.Command{
		Use:   "sample --framework ID --from DAY --to DAY --seed NUMBER --reason TEXT",
		Short: "Draw claims for internal audit",
		Long: `Draw a share of the claims of a period for internal audit. The draw depends on the
claims and the seed alone and is the same on every machine; seed and draw are kept,
so that anybody can repeat it.`,
		Example: `  hearth claim sample --framework sf-2022 --from 2026-04-01 --to 2026-06-30 --percent 10 --seed 4711 --reason "first quarter"`,
		Args:    takes(),
	}
	r.add(cmd)
	f := cmd.Flags()
	f.StringVar(&req.Framework, "framework", defaultFramework, "the framework")
	f.Var(&from, "from", "first day of the claims drawn from")
	f.Var(&to, "to", "last day of the claims drawn from")
	f.Int32Var(&req.Percent, "percent", 10, "the share to draw, rounded up")
	f.Uint64Var(&req.Seed, "seed", 0, "the seed: any number but 0, agreed before the claims are looked at")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case from.Date == 0 || to.Date == 0:
			return usageError("--from and --to are required: the period of the claims")
		case req.Seed == 0:
			return usageError("--seed is required: any number but 0; it is kept with the draw")
		case req.Percent < 1 || req.Percent > 100:
			return usageError("--percent: from 1 to 100")
		}
		if err := r.wantReason(); err != nil {
			return err
		}
		req.From, req.To = from.String(), to.String()
		req.Day, req.Reason, req.Agency, req.ValidateOnly = r.day.String(), r.reason, r.agency, r.dryRun
		return p.record(&r, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.SampleClaims(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() {
				p.recorded(&r, "sample", resp.SampleId)
				fmt.Fprintf(p.stdout, "%d of %d claims drawn: %s\n", len(resp.ClaimIds), resp.Of, strings.Join(resp.ClaimIds, " "))
			})
		})
	}
	return cmd
}

func (p *program) auditCommand() *cobra.Command {
	var r recordFlags
	verdict := newEnumFlag("AUDIT_VERDICT_", caseworkpb.AuditVerdict_value)
	cmd := &cobra.Command{
		Use:     "audit CLAIM --verdict valid|invalid|query --reason TEXT",
		Short:   "Sign a claim off, or query it",
		Example: `  hearth claim audit E2001 --verdict valid --by "B. Auditor" --reason "pack read, register seen"`,
		Args:    takes("CLAIM"),
	}
	r.add(cmd)
	cmd.Flags().Var(verdict, "verdict", strings.Join(verdict.names(), ", "))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := required("--verdict", verdict.text, "valid, invalid or query"); err != nil {
			return err
		}
		if err := r.wantReason(); err != nil {
			return err
		}
		return p.record(&r, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.AuditClaim(cmd.Context(), &caseworkpb.AuditClaimRequest{
				ClaimId: args[0], Verdict: caseworkpb.AuditVerdict(verdict.number), Day: r.day.String(), Reason: r.reason, Agency: r.agency,
				IncludeProtected: r.includeProtected, ValidateOnly: r.dryRun,
			})
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() { p.recorded(&r, "audited "+verdict.text, args[0]) })
		})
	}
	return cmd
}
