package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
)

func (p *program) runCommand() *cobra.Command {
	var addr string
	var asAt dateFlag
	var retrain bool
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Run a night: link, group and score everything delivered",
		Long: `Run a night on the service: link the records of all live rows into persons, group
them into households, score the families, and publish the result.

The first night trains the linkage model and keeps it; later nights use that.
With --retrain it is trained anew from all live rows, so that equal rows give
equal results whatever came before.`,
		Example: `  hearth run
  hearth run --as-at 2025-03-14 --retrain`,
		Args: takes(),
	}
	serverFlag(cmd, &addr)
	cmd.Flags().Var(&asAt, "as-at", "the day to group and score at (default the latest as-at day delivered)")
	cmd.Flags().BoolVar(&retrain, "retrain", false, "train the linkage model anew")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.with(addr, func(c *client) error {
			n, err := p.runNight(cmd.Context(), c, &adminpb.RunNightRequest{AsAt: asAt.String(), Retrain: retrain})
			if err != nil {
				return err
			}
			printNight(p.stdout, n)
			return nil
		})
	}
	return cmd
}

// runNight runs a night on the service and shows its progress.
func (p *program) runNight(ctx context.Context, c *client, req *adminpb.RunNightRequest) (*adminpb.NightSummary, error) {
	stream, err := adminpb.NewAdminServiceClient(c).RunNight(ctx, req)
	if err != nil {
		return nil, err
	}
	var bar *progress
	var stage string
	ended := func(done bool) {
		if bar != nil {
			bar.end(done)
		}
	}
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			err = errors.New("the night ended without a summary; see the service's log")
		}
		if err != nil {
			ended(false)
			return nil, err
		}
		if m.Summary != nil {
			ended(true)
			return m.Summary, nil
		}
		if m.Stage != stage {
			ended(true)
			stage, bar = m.Stage, p.newProgress(m.Stage, false)
			if !p.terminal {
				p.say("%s", stage)
			}
		}
		bar.set(m.Done, m.Total)
	}
}

func printNight(w io.Writer, n *adminpb.NightSummary) {
	trained := "kept"
	if n.Trained {
		trained = "trained in this night"
	}
	fmt.Fprintf(w, "night %s as at %s, model %s (%s)\n", n.NightId, n.AsAt, n.Model, trained)
	fmt.Fprintf(w, "rows=%d records=%d persons=%d households=%d families=%d\n", n.Rows, n.Records, n.Persons, n.Households, n.Families)
	for _, f := range n.Frameworks {
		fmt.Fprintf(w, "%s scored=%d eligible=%d put_forward=%d one_short=%d\n", f.Framework, f.Scored, f.Eligible, f.PutForward, f.OneShort)
	}
	if len(n.Stages) == 0 {
		return
	}
	fmt.Fprint(w, "seconds")
	for _, s := range n.Stages {
		fmt.Fprintf(w, " %s=%.2f", s.Stage, s.Seconds)
	}
	fmt.Fprintln(w)
}
