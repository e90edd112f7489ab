package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/internal/tablefile"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	"github.com/hearthmatch/hearth/web"
)

func (p *program) showClaimCommand() *cobra.Command {
	var ask askFlags
	cmd := &cobra.Command{
		Use:     "show CLAIM",
		Short:   "Show a claim with the evidence that was frozen, and what was corrected since",
		Example: "  hearth claim show E2001",
		Args:    takes("CLAIM"),
	}
	ask.addProtected(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.GetClaim(cmd.Context(), &caseworkpb.GetClaimRequest{ClaimId: args[0], IncludeProtected: ask.includeProtected})
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() { p.printClaim(resp) })
		})
	}
	return cmd
}

func (p *program) printClaim(resp *caseworkpb.GetClaimResponse) {
	p.printClaims([]*caseworkpb.Claim{resp.Claim})
	s := resp.Snapshot
	fmt.Fprintf(p.stdout, "\nfrozen as at %s: plan %s, support from %s, framework file %.12s, SHA-256 %s\n",
		s.GetAsAt(), s.GetPlan(), s.GetAttached(), s.GetFrameworkHash(), resp.Claim.GetSnapshotHash())
	t := p.newSheet("need", "outcome", "before", "now", "why", "rows").takeRest("why").wrap("before", 20).wrap("now", 20)
	for _, n := range s.GetOutcome().GetNeeds() {
		t.add(joinFilled(" ", n.Criterion, n.Rule), outcomeWords(n.Status), n.Baseline.GetText(), n.Now.GetText(), n.Reason, fewRows(n.Evidence))
	}
	t.print()
	for _, c := range resp.Corrections {
		what := "differs in " + strings.Join(c.Columns, ", ")
		if c.Withdrawn {
			what = "is withdrawn"
		}
		fmt.Fprintf(p.stdout, "corrected since: %s %s\n", c.Row, joinFilled(", ", what, "delivery "+c.DeliveryId+" as at "+c.AsAt))
	}
	p.printHistory(resp.History)
}

func (p *program) packCommand() *cobra.Command {
	var ask askFlags
	var out string
	cmd := &cobra.Command{
		Use:   "pack CLAIM --out DIR",
		Short: "Write a claim with its evidence for an auditor: a page to read or print, and the data",
		Long: `Write the pack of a claim into a directory:
  claim.html     what was claimed, the evidence as frozen, corrections, audit: to read or print
  snapshot.json  the frozen evidence as kept; its SHA-256 stands on the page and with the claim
  rows.csv       the rows behind it, a line for each column that proves something
The pack names nobody of the family.`,
		Example: "  hearth claim pack E2001 --out packs/E2001",
		Args:    takes("CLAIM"),
	}
	ask.addProtected(cmd)
	cmd.Flags().StringVar(&out, "out", "", "the directory to write into; made if it is not there")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := required("--out", out, "the directory to write into"); err != nil {
			return err
		}
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.GetClaim(cmd.Context(), &caseworkpb.GetClaimRequest{ClaimId: args[0], IncludeProtected: ask.includeProtected})
			if err != nil {
				return err
			}
			return p.writePack(out, resp)
		})
	}
	return cmd
}

func (p *program) writePack(dir string, claim *caseworkpb.GetClaimResponse) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("--out %s: %w", dir, pathless(err))
	}
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"claim.html", func(w io.Writer) error { return web.WritePack(w, claim) }},
		{"snapshot.json", func(w io.Writer) error { _, err := w.Write(claim.SnapshotData); return err }},
		{"rows.csv", func(w io.Writer) error { return tablefile.WriteCSV(w, packRows(claim)) }},
	} {
		name := filepath.Join(dir, file.name)
		if err := p.writeFile(name, file.write); err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, name)
	}
	if len(claim.Corrections) > 0 {
		p.say("corrected or withdrawn after the claim was made: %d of its rows; the page says which", len(claim.Corrections))
	}
	return nil
}

// packRows are the frozen rows, a line a column.
func packRows(claim *caseworkpb.GetClaimResponse) *tablefile.Table {
	t := &tablefile.Table{Name: "rows", Note: "The rows behind the claim, as frozen; a line for each column that proves something."}
	for _, name := range []string{"claim", "feed", "record_id", "agency", "delivery_id", "as_at", "column", "value"} {
		t.Columns = append(t.Columns, tablefile.Column{Name: name, Type: tablefile.Text})
	}
	for _, r := range claim.Snapshot.GetRows() {
		for _, c := range r.Cells {
			t.Rows = append(t.Rows, []any{claim.Claim.GetClaimId(), r.Feed, r.RecordId, r.Agency, r.DeliveryId, r.AsAt, c.Column, c.Text})
		}
	}
	return t
}
