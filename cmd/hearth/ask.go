package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/hearthmatch/hearth/family"
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
var shows = []string{"all", "eligible", "not_eligible", "one_short"}

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
  hearth candidates --headline housing --district Northside --limit 100
  hearth candidates --show one_short --json`,
		Args: takes(),
	}
	ask.addProtected(cmd)
	fl := cmd.Flags()
	fl.StringVar(&req.Framework, "framework", defaultFramework, "the framework")
	fl.StringVar(&f.Eligibility, "show", "all", "all, eligible, not_eligible or one_short")
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
			return usageError("--show: write all, eligible, not_eligible or one_short")
		case limit < 1 || limit > 1000:
			return usageError("--limit: from 1 to 1,000; the answer's --page goes on from there")
		case f.MinHeadlines < 0:
			return usageError("--min-headlines: 0 or more")
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
	t := p.newSheet("household", "eligible", "why", "district").takeRest("why")
	for _, c := range candidates {
		eligible := "no"
		if c.Eligible {
			eligible = "yes"
		}
		t.add(c.HouseholdId, eligible, c.Reason, c.District)
	}
	t.print()
}

func (p *program) householdCommand() *cobra.Command {
	var ask askFlags
	cmd := &cobra.Command{
		Use:     "household ID",
		Short:   "Show a household: people, who is involved, needs and their rows",
		Example: "  hearth household H0123456789abcdef",
		Args:    takes("ID"),
	}
	ask.addProtected(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return p.with(ask.addr, func(c *client) error {
			resp, err := querypb.NewQueryServiceClient(c).GetHousehold(cmd.Context(),
				&querypb.GetHouseholdRequest{HouseholdId: args[0], IncludeProtected: ask.includeProtected})
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() { p.printHousehold(resp.Household) })
		})
	}
	return cmd
}

func (p *program) printHousehold(h *querypb.Household) {
	fmt.Fprintf(p.stdout, "household %s\n%s\n", h.HouseholdId, joinFilled(", ", h.Address, h.Postcode, h.Ward, h.District))
	names := make(map[string]string)
	t := p.newSheet("person", "age", "part", "from", "to", "why", "rows").
		numbers("age").wrap("part", 12).takeRest("why")
	for _, m := range h.Members {
		names[m.PersonId] = joinFilled(" ", m.Forename, m.Surname)
		t.add(names[m.PersonId]+"\n"+m.PersonId, age(m.Age), part(m), m.From, m.To, m.Reason, fewRows(m.Evidence))
	}
	t.print()
	p.printInvolvements(h.Involvements, names)
	for _, c := range h.Candidates {
		p.printNeeds(c, names)
	}
}

func part(m *querypb.Member) string {
	role := words(m.Role)
	switch {
	case m.Deceased != "":
		return role + ", died " + m.Deceased
	case !m.Current && (m.Role == family.Adult.String() || m.Role == family.Child.String()):
		return role + ", not now"
	}
	return role
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

func (p *program) printInvolvements(all []*querypb.Involvement, names map[string]string) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(p.stdout, "\nalready involved")
	t := p.newSheet("agency", "what", "whom", "since", "open", "lead", "row").
		wrap("agency", 12).wrap("what", 14).wrap("whom", 16).takeRest("lead")
	for _, i := range all {
		open := "no"
		if i.Open {
			open = "yes"
		}
		t.add(words(i.AgencyKind), words(i.EpisodeType), names[i.PersonId], i.Start, open,
			joinFilled(" ", i.LeadPractitioner, i.LeadPractitionerContact), i.Evidence)
	}
	t.print()
}

// printNeeds shows what is met or unknown; what is not met is counted.
func (p *program) printNeeds(c *querypb.Candidate, names map[string]string) {
	verdict := "not eligible"
	if c.Eligible {
		verdict = "eligible"
	}
	fmt.Fprintln(p.stdout, "\n"+wrapLines(fmt.Sprintf("%s: %s. %s", c.Framework, verdict, c.Reason), lineWidth))
	t := p.newSheet("criterion", "headline", "answer", "whose", "why", "rows").
		wrap("headline", 14).wrap("whose", 18).takeRest("why")
	notMet := 0
	for _, n := range c.Needs {
		if n.Status == "not_met" {
			notMet++
			continue
		}
		var whose []string
		for _, id := range n.PersonIds {
			whose = append(whose, names[id])
		}
		t.add(n.Criterion, words(n.Headline), n.Status, strings.Join(whose, ", "), n.Reason, fewRows(n.Evidence))
	}
	if len(t.rows) > 0 {
		t.print()
	}
	fmt.Fprintf(p.stdout, "%d criteria not met\n", notMet)
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
