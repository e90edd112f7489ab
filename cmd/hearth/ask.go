package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// askFlags are the flags of the commands that ask the running service.
type askFlags struct {
	addr             string
	json             bool
	includeProtected bool
}

func (a *askFlags) add(cmd *cobra.Command) {
	serverFlag(cmd, &a.addr)
	cmd.Flags().BoolVar(&a.json, "json", false, "print the service's answer as JSON")
}

func (a *askFlags) addProtected(cmd *cobra.Command) {
	a.add(cmd)
	cmd.Flags().BoolVar(&a.includeProtected, "include-protected", false, "show what concerns protected addresses")
}

// printJSON prints an answer under the names of the contract; the layout is
// the same every time.
func (p *program) printJSON(m proto.Message) error {
	data, err := protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true}.Marshal(m)
	if err != nil {
		return err
	}
	var v any
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return err
	}
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// answer prints an answer as JSON, or as show does.
func (p *program) answer(asJSON bool, m proto.Message, show func()) error {
	if asJSON {
		return p.printJSON(m)
	}
	show()
	return nil
}

// shows are the choices of candidates --show.
var shows = []string{"all", "eligible", "put_forward", "to_check", "not_eligible", "one_short", "unknown_tips"}

// protectedNote says why a list may be shorter than the funnel's figure.
func protectedNote(included bool) string {
	if included {
		return ""
	}
	return "; families at protected addresses are left out, --include-protected shows them"
}

func (p *program) candidatesCommand() *cobra.Command {
	var ask askFlags
	var limit int32
	var page string
	f := &querypb.CandidateFilter{}
	req := &querypb.ListCandidatesRequest{Filter: f}
	cmd := &cobra.Command{
		Use:   "candidates",
		Short: "List the families scored against a framework, the eligible first",
		Example: `  hearth candidates --framework sf-2022 --show eligible
  hearth candidates --show put_forward
  hearth candidates --headline housing --district Northside --limit 100
  hearth candidates --show one_short --json
  hearth candidates --show unknown_tips`,
		Args: takes(),
	}
	ask.addProtected(cmd)
	fl := cmd.Flags()
	fl.StringVar(&req.Framework, "framework", defaultFramework, "the framework")
	fl.StringVar(&f.Eligibility, "show", "all", "all, eligible, put_forward, to_check (eligible, but not certain enough), not_eligible, one_short or unknown_tips (would be eligible if what is unknown were met)")
	fl.StringVar(&f.Headline, "headline", "", "only where this headline is met")
	fl.StringVar(&f.Criterion, "criterion", "", "only where this criterion is met")
	fl.StringVar(&f.District, "district", "", "only this district")
	fl.StringVar(&f.Ward, "ward", "", "only this ward")
	fl.Int32Var(&f.MinHeadlines, "min-headlines", 0, "only with at least this many headlines met")
	fl.Int32Var(&limit, "limit", 20, "list at most this many, up to 1,000")
	fl.StringVar(&page, "page", "", "go on from here: the next_page_token of the answer before")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case !slices.Contains(shows, f.Eligibility):
			return usageError("--show: write all, eligible, put_forward, to_check, not_eligible, one_short or unknown_tips")
		case limit < 1 || limit > 1000:
			return usageError("--limit: from 1 to 1,000; the answer's --page goes on from there")
		case f.MinHeadlines < 0:
			return usageError("--min-headlines: 0 or more")
		}
		if f.Eligibility == "unknown_tips" {
			f.Eligibility, f.UnknownTips = "not_eligible", true
		}
		req.IncludeProtected, req.PageSize, req.PageToken = ask.includeProtected, limit, page
		return p.with(ask.addr, func(c *client) error {
			resp, err := querypb.NewQueryServiceClient(c).ListCandidates(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() {
				if len(resp.Candidates) > 0 {
					p.printCandidates(resp.Candidates)
				}
				p.say("%d of %d%s", len(resp.Candidates), resp.TotalSize, protectedNote(ask.includeProtected))
				if resp.NextPageToken != "" {
					p.say("more: --page %s", resp.NextPageToken)
				}
			})
		})
	}
	return cmd
}

func (p *program) printCandidates(candidates []*querypb.Candidate) {
	t := p.newSheet("household", "eligible", "sure", "why", "district").wrap("eligible", 13).numbers("sure").takeRest("why")
	for _, c := range candidates {
		t.add(c.HouseholdId, standing(c), inHundred(c.Certainty), c.Reason, c.District)
	}
	t.print()
}

// standing says whether a candidate may be worked with.
func standing(c *querypb.Candidate) string {
	switch {
	case c.PutForward:
		return "put forward"
	case c.Eligible && c.Certainty > 0:
		return "yes, to be checked first"
	case c.Eligible:
		return "yes"
	}
	return "no"
}

// inHundred writes a probability as so many in a hundred, never as certain;
// blank where nobody says.
func inHundred(p float64) string {
	switch {
	case p == 0:
		return ""
	case p > 0.99:
		return fmt.Sprintf("%.1f %%", min(99.9, 100*p))
	}
	return fmt.Sprintf("%.0f %%", min(99.9, 100*p))
}

// words writes a code such as youth_offending in words, which can wrap.
func words(code string) string { return strings.ReplaceAll(code, "_", " ") }

func age(n int32) string {
	if n < 0 {
		return "?"
	}
	return fmt.Sprint(n)
}

// fewRows shows the first rows of evidence, a line each; --json has them all.
func fewRows(rows []string) string {
	const few = 2
	if len(rows) > few+1 { // "and 1 more" would take as much room as the row
		return fmt.Sprintf("%s\nand %d more", strings.Join(rows[:few], "\n"), len(rows)-few)
	}
	return strings.Join(rows, "\n")
}

func joinFilled(sep string, parts ...string) string {
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, sep)
}

func (p *program) statusCommand() *cobra.Command {
	var ask askFlags
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Tell what the service holds and when it last ran",
		Example: "  hearth status --json",
		Args:    takes(),
	}
	ask.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.with(ask.addr, func(c *client) error {
			resp, err := adminpb.NewAdminServiceClient(c).GetStatus(cmd.Context(), &adminpb.GetStatusRequest{})
			if err != nil {
				return err
			}
			all, err := listDeliveries(cmd.Context(), feedpb.NewFeedServiceClient(c))
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() { p.printStatus(resp, all) })
		})
	}
	return cmd
}

func (p *program) printStatus(st *adminpb.GetStatusResponse, deliveries []*feedpb.DeliveryInfo) {
	fmt.Fprintf(p.stdout, "hearth %s, sealed=%t, frameworks: %s\n", st.Version, st.Sealed, strings.Join(st.Frameworks, ", "))
	for _, f := range st.FrameworkFaults {
		fmt.Fprintf(p.stdout, "not in use: %s\n", faultText(f))
	}
	p.printDeliveries(deliveries)
	if st.LastNight == nil {
		fmt.Fprintln(p.stdout, "no night has been run yet; run one with `hearth run`")
		return
	}
	printNight(p.stdout, st.LastNight)
}

func (p *program) printDeliveries(all []*feedpb.DeliveryInfo) {
	if len(all) == 0 {
		fmt.Fprintln(p.stdout, "nothing has been delivered yet")
		return
	}
	t := p.newSheet("feed", "agency", "delivery", "as at", "state", "rows", "accepted", "rejected", "superseded", "held").
		numbers("rows", "accepted", "rejected", "superseded", "held")
	for _, d := range all {
		a, k := d.Account, d.Delivery.GetKey()
		t.add(feedName(d), k.GetAgency(), k.GetDeliveryId(), d.Delivery.GetAsAt(), stateName(d.State),
			fmt.Sprint(a.GetRows()), fmt.Sprint(a.GetAccepted()), fmt.Sprint(a.GetRejected()),
			fmt.Sprint(a.GetSuperseded()), fmt.Sprint(a.GetHeld()))
	}
	t.print()
}
