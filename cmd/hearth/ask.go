package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
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

// newTable is a table on standard output.
func (p *program) newTable(header ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(p.stdout)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault // as written
	t.AppendHeader(header)
	return t
}

// The widths at which columns of sentences and of row names wrap.
const (
	sentenceWidth = 48
	rowsWidth     = 30
)

// wrap breaks columns between words, so that a table fits a screen.
func wrap(t table.Writer, widths map[string]int) {
	var columns []table.ColumnConfig
	for _, name := range slices.Sorted(maps.Keys(widths)) {
		columns = append(columns, table.ColumnConfig{Name: name, WidthMax: widths[name], WidthMaxEnforcer: text.WrapSoft})
	}
	t.SetColumnConfigs(columns)
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
		Args: cobra.NoArgs,
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
		req.IncludeProtected, req.PageSize, req.PageToken = ask.includeProtected, limit, page
		return p.with(ask.addr, func(c *client) error {
			resp, err := querypb.NewQueryServiceClient(c).ListCandidates(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() {
				p.printCandidates(resp.Candidates)
				p.say("%d of %d", len(resp.Candidates), resp.TotalSize)
				if resp.NextPageToken != "" {
					p.say("more: --page %s", resp.NextPageToken)
				}
			})
		})
	}
	return cmd
}

func (p *program) printCandidates(candidates []*querypb.Candidate) {
	t := p.newTable("household", "eligible", "headlines met", "why", "district")
	wrap(t, map[string]int{"why": sentenceWidth, "headlines met": rowsWidth})
	for _, c := range candidates {
		eligible := "no"
		if c.Eligible {
			eligible = "yes"
		}
		t.AppendRow(table.Row{c.HouseholdId, eligible, strings.Join(headlinesMet(c), ", "), c.Reason, c.District})
	}
	t.Render()
}

func (p *program) householdCommand() *cobra.Command {
	var ask askFlags
	cmd := &cobra.Command{
		Use:     "household ID",
		Short:   "Show a household: people, who is involved, needs and their rows",
		Example: "  hearth household H0123456789abcdef",
		Args:    cobra.ExactArgs(1),
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
	t := p.newTable("person", "name", "age", "part", "from", "to", "why", "rows")
	wrap(t, map[string]int{"why": sentenceWidth, "rows": rowsWidth})
	for _, m := range h.Members {
		names[m.PersonId] = joinFilled(" ", m.Forename, m.Surname)
		t.AppendRow(table.Row{m.PersonId, names[m.PersonId], age(m.Age), part(m), m.From, m.To, m.Reason, fewRows(m.Evidence)})
	}
	t.Render()
	p.printInvolvements(h.Involvements, names)
	for _, c := range h.Candidates {
		p.printNeeds(c, names)
	}
}

func part(m *querypb.Member) string {
	role := strings.ReplaceAll(m.Role, "_", " ")
	switch {
	case m.Deceased != "":
		return role + ", died " + m.Deceased
	case !m.Current && (m.Role == family.Adult.String() || m.Role == family.Child.String()):
		return role + ", not now"
	}
	return role
}

func age(n int32) string {
	if n < 0 {
		return "?"
	}
	return fmt.Sprint(n)
}

// fewRows shows the first rows of evidence; --json has them all.
func fewRows(rows []string) string {
	const few = 2
	if len(rows) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(rows[:few], " "), len(rows)-few)
	}
	return strings.Join(rows, " ")
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
	t := p.newTable("agency", "what", "whom", "since", "open", "lead", "row")
	for _, i := range all {
		open := "no"
		if i.Open {
			open = "yes"
		}
		t.AppendRow(table.Row{i.AgencyKind, i.EpisodeType, names[i.PersonId], i.Start, open,
			joinFilled(" ", i.LeadPractitioner, i.LeadPractitionerContact), i.Evidence})
	}
	t.Render()
}

// printNeeds shows what is met or unknown; what is not met is counted.
func (p *program) printNeeds(c *querypb.Candidate, names map[string]string) {
	verdict := "not eligible"
	if c.Eligible {
		verdict = "eligible"
	}
	fmt.Fprintf(p.stdout, "\n%s: %s. %s\n", c.Framework, verdict, c.Reason)
	t := p.newTable("criterion", "headline", "answer", "whose", "why", "rows")
	wrap(t, map[string]int{"why": sentenceWidth, "rows": rowsWidth})
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
		t.AppendRow(table.Row{n.Criterion, n.Headline, n.Status, strings.Join(whose, ", "), n.Reason, fewRows(n.Evidence)})
	}
	if t.Length() > 0 {
		t.Render()
	}
	fmt.Fprintf(p.stdout, "%d criteria not met\n", notMet)
}

func (p *program) statusCommand() *cobra.Command {
	var ask askFlags
	cmd := &cobra.Command{
		Use:     "status",
		Short:   "Tell what the service holds and when it last ran",
		Example: "  hearth status --json",
		Args:    cobra.NoArgs,
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
	t := p.newTable("feed", "agency", "delivery", "as at", "state", "rows", "accepted", "rejected", "superseded", "held")
	for _, d := range all {
		a, k := d.Account, d.Delivery.GetKey()
		t.AppendRow(table.Row{feedName(d), k.GetAgency(), k.GetDeliveryId(), d.Delivery.GetAsAt(), stateName(d.State),
			a.GetRows(), a.GetAccepted(), a.GetRejected(), a.GetSuperseded(), a.GetHeld()})
	}
	t.Render()
}
