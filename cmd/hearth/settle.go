package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"

	"github.com/hearthmatch/hearth/family"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
)

// deliveryKey reads FEED DELIVERY-ID and the agency.
func deliveryKey(args []string, agency string) (*feedpb.DeliveryKey, error) {
	feed, err := family.ParseFeed(args[0])
	if err != nil {
		return nil, usageError("unknown feed; choose one of %s", feedList())
	}
	if agency == "" {
		agency = feed.String() + "-agency"
	}
	return &feedpb.DeliveryKey{Feed: feedpb.Feed(feed), Agency: agency, DeliveryId: args[1]}, nil
}

func (p *program) settleCommand() *cobra.Command {
	var addr, agency, reason string
	var release, discard bool
	cmd := &cobra.Command{
		Use:   "settle FEED DELIVERY-ID --release|--discard --reason TEXT",
		Short: "Release or discard a delivery that is held",
		Long: `Decide on a delivery that is held because too many of its rows were refused:
release its good rows, or discard it whole.`,
		Example: `  hearth settle police 2025-03-14 --agency anytown-police --discard --reason "sent without dates of birth"`,
		Args:    takes("FEED", "DELIVERY-ID"),
	}
	serverFlag(cmd, &addr)
	f := cmd.Flags()
	f.StringVar(&agency, "agency", "", "the agency that sent it (default FEED-agency)")
	f.StringVar(&reason, "reason", "", "why")
	f.BoolVar(&release, "release", false, "let its good rows take effect")
	f.BoolVar(&discard, "discard", false, "let none of its rows take effect")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		key, err := deliveryKey(args, agency)
		switch {
		case err != nil:
			return err
		case release == discard:
			return usageError("give either --release or --discard")
		case strings.TrimSpace(reason) == "":
			return usageError("--reason is required: say why")
		}
		return p.with(addr, func(c *client) error {
			resp, err := adminpb.NewAdminServiceClient(c).SettleDelivery(cmd.Context(),
				&adminpb.SettleDeliveryRequest{Key: key, Release: release, Reason: reason})
			if err = knownDelivery(err); err != nil {
				return err
			}
			a := resp.Account
			fmt.Fprintf(p.stdout, "%s\nrows=%d accepted=%d rejected=%d superseded=%d held=%d\n", stateName(resp.State),
				a.GetRows(), a.GetAccepted(), a.GetRejected(), a.GetSuperseded(), a.GetHeld())
			return nil
		})
	}
	return cmd
}

func (p *program) rejectionsCommand() *cobra.Command {
	var addr, agency string
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "rejections FEED DELIVERY-ID",
		Short:   "List the refused rows of a delivery with every reason",
		Example: "  hearth rejections police 2025-03-14 --agency anytown-police --limit 100",
		Args:    takes("FEED", "DELIVERY-ID"),
	}
	serverFlag(cmd, &addr)
	f := cmd.Flags()
	f.StringVar(&agency, "agency", "", "the agency that sent it (default FEED-agency)")
	f.IntVar(&limit, "limit", 50, "list at most this many; 0 is all")
	f.BoolVar(&asJSON, "json", false, "print the service's answer as JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		key, err := deliveryKey(args, agency)
		if err != nil {
			return err
		}
		return p.with(addr, func(c *client) error {
			resp, err := listRejections(cmd.Context(), feedpb.NewFeedServiceClient(c), key, limit)
			if err = knownDelivery(err); err != nil {
				return err
			}
			return p.answer(asJSON, resp, func() { p.printRejections(resp) })
		})
	}
	return cmd
}

// knownDelivery says where deliveries are listed if the one asked for is not
// known. Other errors pass.
func knownDelivery(err error) error {
	if st, ok := statusIn(err); ok && st.Code() == codes.NotFound {
		return errors.New("no such delivery; `hearth status` lists them with their agencies")
	}
	return err
}

// listRejections reads up to limit refused rows, all for 0; the answer's token
// says whether there are more.
func listRejections(ctx context.Context, f feedpb.FeedServiceClient, key *feedpb.DeliveryKey, limit int) (*feedpb.ListRejectionsResponse, error) {
	out := &feedpb.ListRejectionsResponse{}
	for {
		size := 1000
		if limit > 0 {
			size = min(size, limit-len(out.Rejections))
		}
		resp, err := f.ListRejections(ctx, &feedpb.ListRejectionsRequest{Key: key, PageSize: int32(size), PageToken: out.NextPageToken})
		if err != nil {
			return nil, err
		}
		out.Rejections = append(out.Rejections, resp.Rejections...)
		out.NextPageToken = resp.NextPageToken
		if out.NextPageToken == "" || limit > 0 && len(out.Rejections) >= limit {
			return out, nil
		}
	}
}

func (p *program) printRejections(resp *feedpb.ListRejectionsResponse) {
	t := p.newSheet("row", "record_id", "column", "reason", "what to do").numbers("row").takeRest("what to do")
	for _, r := range resp.Rejections {
		for i, problem := range r.Problems {
			row, id := fmt.Sprint(r.Position), r.RecordId
			if i > 0 {
				row, id = "", ""
			}
			t.add(row, id, problem.Column, problem.Reason, strings.TrimSpace(problem.Detail))
		}
	}
	t.print()
	if resp.NextPageToken != "" {
		p.say("there are more; see them with --limit 0")
	}
}
