package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
)

func (p *program) pushCommand() *cobra.Command {
	var addr, agency, id, organisations string
	var asAt, from, to dateFlag
	var drop bool
	cmd := &cobra.Command{
		Use:   "push FEED FILE",
		Short: "Deliver a file to the service",
		Long: `Deliver a CSV file to the service. FEED is attendance, police, housing, benefits,
involvement, addresses, schools, population or targets.

The last line tells what became of the rows:
  rows=… accepted=… rejected=… superseded=… held=…
The same file sent again changes nothing; a push that was cut off goes on where
it was acknowledged. Exit status: 0 delivered, 1 failed, 2 wrong use, 3 the
file is refused, or the delivery is held because too many rows are.`,
		Example: `  hearth push attendance spring.csv --agency anytown-schools --as-at 2025-03-14
  hearth push police nightly.csv --period-from 2024-03-01 --period-to 2025-03-14
  hearth push housing rents.csv --organisations "North Homes;South Homes"`,
		Args: takes("FEED", "FILE"),
	}
	serverFlag(cmd, &addr)
	f := cmd.Flags()
	f.StringVar(&agency, "agency", "", "the agency that sends it (default FEED-agency)")
	f.StringVar(&id, "delivery-id", "", "your identifier of the delivery (default a digest of what is sent)")
	f.Var(&asAt, "as-at", "the day that the rows describe (default today)")
	f.Var(&from, "period-from", "first day of the period covered")
	f.Var(&to, "period-to", "last day of the period covered")
	f.StringVar(&organisations, "organisations", "all", "organisations covered, separated by semicolons")
	f.BoolVar(&drop, "drop-undeclared", false, "drop columns that the feed does not declare instead of refusing the file")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		feed, err := family.ParseFeed(args[0])
		if err != nil {
			return usageError("unknown feed; choose one of %s", feedList())
		}
		if from.Date != 0 && to.Date != 0 && to.Date < from.Date {
			return usageError("--period-to is before --period-from; correct one of them")
		}
		opt := ingest.PushOptions{
			Feed: feed, File: args[1], Agency: agency, DeliveryID: id,
			AsAt: asAt.Date, From: from.Date, To: to.Date,
			Organisations: splitList(organisations), DropUndeclared: drop,
		}
		if opt.Agency == "" {
			opt.Agency = feed.String() + "-agency"
		}
		if opt.AsAt == 0 {
			opt.AsAt = p.today()
		}
		return p.with(addr, func(c *client) error { return p.push(cmd.Context(), c, opt) })
	}
	return cmd
}

func feedList() string {
	names := make([]string, 0, len(family.Feeds()))
	for _, f := range family.Feeds() {
		names = append(names, f.String())
	}
	return strings.Join(names, ", ")
}

// splitList reads "A;B"; "all" and blank are everything.
func splitList(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ";") {
		if part = strings.TrimSpace(part); part != "" && !strings.EqualFold(part, "all") {
			out = append(out, part)
		}
	}
	return out
}

func (p *program) push(ctx context.Context, c *client, opt ingest.PushOptions) error {
	bar := p.newProgress(opt.Feed.String(), true)
	opt.Progress = bar.set
	result, err := ingest.Push(ctx, c, opt)
	bar.end(err == nil)
	if err != nil {
		return pushError(ctx, opt.File, err)
	}
	if result.AlreadyDelivered {
		p.say("delivery %s had been delivered before; nothing was sent", result.DeliveryID)
	}
	for _, col := range result.Dropped {
		p.say("undeclared column dropped: %s", col)
	}
	for _, w := range result.Warnings {
		p.say("note: %s", w)
	}
	a := result.Account
	if a.Rejected > 0 {
		p.say("see why rows were refused: hearth rejections %s %s --agency %s --server %s", opt.Feed, result.DeliveryID, opt.Agency, c.addr)
	}
	fmt.Fprintln(p.stdout, accountLine(a))
	switch result.State {
	case family.DeliveryHeld:
		return refused(fmt.Errorf("delivery %s is held: too many of its rows are refused, and none takes effect; "+
			"mend the file and push it again, or settle it with `hearth settle`", result.DeliveryID))
	case family.DeliveryDiscarded:
		return refused(fmt.Errorf("delivery %s was discarded by a decision; push a mended file under another delivery id", result.DeliveryID))
	}
	return nil
}

func accountLine(a family.Account) string {
	return fmt.Sprintf("rows=%d accepted=%d rejected=%d superseded=%d held=%d",
		a.Rows, a.Accepted, a.Rejected, a.Superseded, a.Held)
}

// pushError gives an error its exit status: 3 where the file or the delivery
// was refused, 1 where something failed that may work another time.
func pushError(ctx context.Context, file string, err error) error {
	if ctx.Err() != nil {
		return errors.New("stopped; what was acknowledged is kept, push the file again to go on")
	}
	if st, ok := statusIn(err); ok {
		switch st.Code() {
		case codes.InvalidArgument, codes.AlreadyExists, codes.FailedPrecondition, codes.PermissionDenied:
			return refused(err)
		}
		return err
	}
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("%s: %w; check the path", file, pathless(err))
	}
	for _, kind := range []error{family.ErrInvalid, family.ErrConflict, family.ErrState, family.ErrDenied} {
		if errors.Is(err, kind) {
			return refused(err)
		}
	}
	return err
}
