package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

func (p *program) caseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "case",
		Short: "Take a family on and follow what happens",
		Long: `A case is the work with one family: identified, contacted, agreed or declined,
planned, worked with, closed. Each step is dated, signed and kept for good; a step
recorded in error is undone by another. A move that cannot be is refused with the
reason, and --dry-run says so without recording anything.`,
		Example: `  hearth case open H0123456789abcdef --framework sf-2022 --reason "put forward on 1 May"
  hearth case show E1050`,
	}
	under := []*cobra.Command{p.openCaseCommand(), p.listCasesCommand(), p.showCaseCommand()}
	for _, s := range caseSteps {
		under = append(under, p.caseStepCommand(s))
	}
	return holding(cmd, append(under, p.alertsCommand(), p.conflictsCommand(), p.areaCommand(), p.areasCommand())...)
}

func (p *program) openCaseCommand() *cobra.Command {
	var r recordFlags
	req := &caseworkpb.OpenCaseRequest{}
	cmd := &cobra.Command{
		Use:   "open HOUSEHOLD|--nomination ID",
		Short: "Take a family on",
		Long: `Open a case for a household, on a nomination or on what the data found. Without
--needs the case has those that the last night found met. If somebody works with the
family already, that is said, and the case is opened only with --acknowledge-known.`,
		Example: `  hearth case open H0123456789abcdef --framework sf-2022 --reason "put forward on 1 May"
  hearth case open --nomination E1042 --reason "agreed at the Tuesday panel" --acknowledge-known`,
		Args: cobra.MaximumNArgs(1),
	}
	r.add(cmd)
	r.addKnown(cmd)
	f := cmd.Flags()
	f.StringVar(&req.Framework, "framework", "", "the framework (default "+defaultFramework+", or the nomination's)")
	f.StringVar(&req.NominationId, "nomination", "", "the nomination that it is opened on")
	f.StringSliceVar(&req.Needs, "needs", nil, "criteria of the framework, parted by commas (default those met in the last night)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 && req.NominationId == "" {
			return usageError("name a household, or a nomination by --nomination")
		}
		if err := r.wantReason(); err != nil {
			return err
		}
		if len(args) > 0 {
			req.HouseholdId = args[0]
		}
		if req.Framework == "" && req.NominationId == "" {
			req.Framework = defaultFramework
		}
		req.Day, req.Reason, req.Agency = r.day.String(), r.reason, r.agency
		req.AcknowledgeKnown, req.IncludeProtected, req.ValidateOnly = r.acknowledge, r.includeProtected, r.dryRun
		return p.record(&r, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.OpenCase(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() {
				p.recorded(&r, "case", resp.Case.GetCaseId())
				p.warnings(resp.Warnings)
			})
		})
	}
	return cmd
}

// caseStep is a step of a case that has a command of its own.
type caseStep struct {
	name, short, example string
	kind                 caseworkpb.CaseEventKind
	needsReason          bool
	leads                bool // it may name who leads
	known                bool // it is refused where the family is known elsewhere
	own                  func(cmd *cobra.Command, req *caseworkpb.RecordCaseEventRequest)
	check                func(req *caseworkpb.RecordCaseEventRequest) error
}

// caseSteps are the steps in the order in which they happen.
var caseSteps = []caseStep{
	{name: "assign", short: "Name the lead agency, lead practitioner or team",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_ASSIGNED, needsReason: true, leads: true, known: true,
		example: `  hearth case assign E1050 --lead-agency "Early Help" --practitioner "A. Example" --contact "01632 960 001" --reason "lives in Northside"`},
	{name: "contacted", short: "Somebody has spoken with the family",
		kind:    caseworkpb.CaseEventKind_CASE_EVENT_KIND_CONTACTED,
		example: "  hearth case contacted E1050 --day 2026-05-04"},
	{name: "agreed", short: "The family agrees to be worked with",
		kind:    caseworkpb.CaseEventKind_CASE_EVENT_KIND_AGREED,
		example: "  hearth case agreed E1050 --day 2026-05-11"},
	{name: "declined", short: "The family declines; it may be contacted again",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_DECLINED, needsReason: true,
		example: `  hearth case declined E1050 --reason "has help from the school"`},
	{name: "planned", short: "The whole family was assessed and has a plan",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_PLANNED, needsReason: true,
		example: `  hearth case planned E1050 --plan FP-2026-118 --reason "assessment of 12 May"`,
		own: func(cmd *cobra.Command, req *caseworkpb.RecordCaseEventRequest) {
			cmd.Flags().StringVar(&req.Plan, "plan", "", "the single family plan's reference")
		},
		check: func(req *caseworkpb.RecordCaseEventRequest) error {
			return required("--plan", req.Plan, "the plan's reference")
		}},
	{name: "worked-with", short: "Support begins; the programme counts the family",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_WORKED_WITH, needsReason: true, leads: true, known: true,
		example: `  hearth case worked-with E1050 --lead-agency "Early Help" --practitioner "A. Example" --reason "first visit"`},
	{name: "add-needs", short: "Needs found later join the case",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_NEEDS_ADDED, needsReason: true,
		example: `  hearth case add-needs E1050 --needs 5.2 --reason "found at the first review"`,
		own: func(cmd *cobra.Command, req *caseworkpb.RecordCaseEventRequest) {
			cmd.Flags().StringSliceVar(&req.Needs, "needs", nil, "criteria of the case's framework, parted by commas")
		},
		check: func(req *caseworkpb.RecordCaseEventRequest) error {
			return required("--needs", strings.Join(req.Needs, ""), "the criteria that join")
		}},
	{name: "confirm", short: "A professional confirms that needs are met",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_NEED_MET, needsReason: true,
		example: `  hearth case confirm E1050 --needs 10.2 --day 2026-06-01 --agency "Oak Homes" --reason "rent account of 30 November: in credit since June"`,
		own: func(cmd *cobra.Command, req *caseworkpb.RecordCaseEventRequest) {
			cmd.Flags().StringSliceVar(&req.Needs, "needs", nil, "needs of the case, parted by commas; --day is the first from which they have been met")
		},
		check: func(req *caseworkpb.RecordCaseEventRequest) error {
			return required("--needs", strings.Join(req.Needs, ""), "the needs that are met")
		}},
	{name: "note", short: "Write a note",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_NOTED, needsReason: true,
		example: `  hearth case note E1050 --reason "school holidays until 2 September"`},
	{name: "close", short: "The work ends",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_CLOSED, needsReason: true,
		example: `  hearth case close E1050 --ending completed --reason "all goals of the plan met"`,
		own: func(cmd *cobra.Command, req *caseworkpb.RecordCaseEventRequest) {
			cmd.Flags().StringVar(&req.Ending, "ending", "", "completed, moved_away, disengaged, stepped_up, duplicate or other")
			cmd.Flags().StringVar(&req.IntoCaseId, "into", "", "of a duplicate: the case that goes on")
		},
		check: func(req *caseworkpb.RecordCaseEventRequest) error {
			return required("--ending", req.Ending, "how it ended: completed, moved_away, disengaged, stepped_up, duplicate or other")
		}},
	{name: "reopen", short: "Take a closed case up again",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_REOPENED, needsReason: true,
		example: `  hearth case reopen E1050 --reason "came back to us"`},
	{name: "undo", short: "Withdraw a step recorded in error",
		kind: caseworkpb.CaseEventKind_CASE_EVENT_KIND_UNDONE, needsReason: true,
		example: `  hearth case undo E1050 --event E1071 --reason "another family"`,
		own: func(cmd *cobra.Command, req *caseworkpb.RecordCaseEventRequest) {
			cmd.Flags().StringVar(&req.Undoes, "event", "", "the step; `hearth case show` lists them")
		},
		check: func(req *caseworkpb.RecordCaseEventRequest) error {
			return required("--event", req.Undoes, "the step to withdraw")
		}},
}

// required refuses a flag that was left out.
func required(flag, value, what string) error {
	if strings.TrimSpace(value) == "" {
		return usageError("%s is required: %s", flag, what)
	}
	return nil
}

func (p *program) caseStepCommand(s caseStep) *cobra.Command {
	var r recordFlags
	req := &caseworkpb.RecordCaseEventRequest{Kind: s.kind}
	use := s.name + " CASE"
	if s.needsReason {
		use += " --reason TEXT"
	}
	cmd := &cobra.Command{Use: use, Short: s.short, Example: s.example, Args: takes("CASE")}
	r.add(cmd)
	if s.known {
		r.addKnown(cmd)
	}
	if s.leads {
		f := cmd.Flags()
		f.StringVar(&req.LeadAgency, "lead-agency", "", "the agency that leads")
		f.StringVar(&req.LeadPractitioner, "practitioner", "", "the practitioner who leads")
		f.StringVar(&req.LeadContact, "contact", "", "how to reach who leads")
		f.StringVar(&req.Team, "team", "", "the team")
	}
	if s.own != nil {
		s.own(cmd, req)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if s.needsReason {
			if err := r.wantReason(); err != nil {
				return err
			}
		}
		if s.check != nil {
			if err := s.check(req); err != nil {
				return err
			}
		}
		req.CaseId, req.Day, req.Reason, req.Agency = args[0], r.day.String(), r.reason, r.agency
		req.AcknowledgeKnown, req.IncludeProtected, req.ValidateOnly = r.acknowledge, r.includeProtected, r.dryRun
		return p.record(&r, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.RecordCaseEvent(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() {
				p.recorded(&r, words(code(s.kind.String(), "CASE_EVENT_KIND_")), resp.Event.GetEventId())
				p.warnings(resp.Warnings)
				p.say("case %s is %s", resp.Case.GetCaseId(), caseStatus(resp.Case))
			})
		})
	}
	return cmd
}

func caseStatus(c *caseworkpb.Case) string {
	return words(code(c.GetStatus().String(), "CASE_STATUS_"))
}

func (p *program) listCasesCommand() *cobra.Command {
	var ask askFlags
	var page pageFlags
	var area areaFlags
	var asAt dateFlag
	status := newEnumFlag("CASE_STATUS_", caseworkpb.CaseStatus_value)
	req := &caseworkpb.ListCasesRequest{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List cases",
		Example: `  hearth case list --status worked_with --district Northside
  hearth case list --lead-agency "Early Help" --as-at 2026-03-31 --json`,
		Args: takes(),
	}
	ask.addProtected(cmd)
	page.add(cmd)
	area.add(cmd)
	f := cmd.Flags()
	f.Var(status, "status", "only those that are "+strings.Join(status.names(), ", "))
	f.StringVar(&req.Framework, "framework", "", "only those of this framework")
	f.StringVar(&req.Team, "team", "", "only those of this team")
	f.StringVar(&req.LeadAgency, "lead-agency", "", "only those that this agency leads")
	f.StringVar(&req.HouseholdId, "household", "", "only those of this household, then or now")
	f.Var(&asAt, "as-at", "as the book was at the end of this day (default today)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := page.check(); err != nil {
			return err
		}
		req.Status, req.AsAt = caseworkpb.CaseStatus(status.number), asAt.String()
		req.District, req.Ward, req.Cluster = area.district, area.ward, area.cluster
		req.PageSize, req.PageToken, req.IncludeProtected = page.limit, page.token, ask.includeProtected
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.ListCases(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() {
				p.printCases(resp.Cases)
				p.counted(len(resp.Cases), resp.TotalSize, resp.NextPageToken, ask.includeProtected)
			})
		})
	}
	return cmd
}

func (p *program) printCases(all []*caseworkpb.Case) {
	if len(all) == 0 {
		return
	}
	t := p.newSheet("case", "status", "framework", "household", "needs", "leads", "district", "identified", "began").
		wrap("needs", 24).takeRest("leads")
	for _, c := range all {
		t.add(c.CaseId, caseStatus(c), c.Framework, presentHousehold(c), strings.Join(needIDs(c), ", "),
			joinFilled(", ", c.LeadPractitioner, c.LeadAgency, c.Team), c.Area.GetDistrict(), c.Identified, c.Attached)
	}
	t.print()
}

// presentHousehold is where most of a case's people live now.
func presentHousehold(c *caseworkpb.Case) string {
	for _, h := range c.Households {
		if h.HouseholdId != "" {
			return h.HouseholdId
		}
	}
	return c.HouseholdId
}

func needIDs(c *caseworkpb.Case) []string {
	var ids []string
	for _, n := range c.Needs {
		ids = append(ids, n.Criterion)
	}
	return ids
}

func (p *program) alertsCommand() *cobra.Command {
	var ask askFlags
	var page pageFlags
	var area areaFlags
	var asAt, since dateFlag
	req := &caseworkpb.ListAlertsRequest{}
	cmd := &cobra.Command{
		Use:     "alerts",
		Short:   "List what has got worse in families that are worked with",
		Example: "  hearth case alerts --since 2026-05-01 --team \"North\"",
		Args:    takes(),
	}
	ask.addProtected(cmd)
	page.add(cmd)
	area.add(cmd)
	f := cmd.Flags()
	f.StringVar(&req.Framework, "framework", "", "only of cases of this framework")
	f.StringVar(&req.Team, "team", "", "only of cases of this team")
	f.StringVar(&req.LeadAgency, "lead-agency", "", "only of cases that this agency leads")
	f.Var(&since, "since", "only what happened on this day or later")
	f.Var(&asAt, "as-at", "the day to judge at (default that of the last night)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := page.check(); err != nil {
			return err
		}
		req.Since, req.AsAt = since.String(), asAt.String()
		req.District, req.Ward, req.Cluster = area.district, area.ward, area.cluster
		req.PageSize, req.PageToken, req.IncludeProtected = page.limit, page.token, ask.includeProtected
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.ListAlerts(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() {
				p.printAlerts(resp.Alerts)
				p.counted(len(resp.Alerts), resp.TotalSize, resp.NextPageToken, ask.includeProtected)
			})
		})
	}
	return cmd
}

func (p *program) printAlerts(all []*caseworkpb.Alert) {
	if len(all) == 0 {
		return
	}
	t := p.newSheet("day", "case", "need", "what", "rows").takeRest("what")
	for _, a := range all {
		t.add(a.Day, a.CaseId, a.Criterion, a.Reason, fewRows(a.Evidence))
	}
	t.print()
}

func (p *program) areaCommand() *cobra.Command {
	var r recordFlags
	req := &caseworkpb.AssignAreaRequest{}
	cmd := &cobra.Command{
		Use:   "assign-area ward|cluster|district NAME --lead-agency NAME --reason TEXT",
		Short: "Give the cases of an area to an agency and its team",
		Long: `Give the cases of an area to an agency and its team, from a day on. Of several
assignments the nearest holds: ward before cluster before district; one made for a
case itself goes before them all.`,
		Example: `  hearth case assign-area cluster Moorgate --lead-agency "Early Help" --team North --reason "new teams of April"`,
		Args:    takes("ward, cluster or district", "NAME"),
	}
	r.add(cmd)
	f := cmd.Flags()
	f.StringVar(&req.LeadAgency, "lead-agency", "", "the agency that leads there")
	f.StringVar(&req.Team, "team", "", "its team")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := r.wantReason(); err != nil {
			return err
		}
		if err := required("--lead-agency", req.LeadAgency, "the agency that leads there"); err != nil {
			return err
		}
		req.AreaLevel, req.AreaName = args[0], args[1]
		req.Day, req.Reason, req.Agency, req.ValidateOnly = r.day.String(), r.reason, r.agency, r.dryRun
		return p.record(&r, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.AssignArea(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() {
				p.recorded(&r, "assigned", resp.Event.GetEventId())
				fmt.Fprintf(p.stdout, "open cases there: %d\n", resp.Cases)
			})
		})
	}
	return cmd
}

func (p *program) areasCommand() *cobra.Command {
	var ask askFlags
	var page pageFlags
	var asAt dateFlag
	cmd := &cobra.Command{
		Use:     "areas",
		Short:   "List which agency and team has the cases of which area",
		Example: "  hearth case areas",
		Args:    takes(),
	}
	ask.add(cmd)
	page.add(cmd)
	cmd.Flags().Var(&asAt, "as-at", "as the book was at the end of this day (default today)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := page.check(); err != nil {
			return err
		}
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			resp, err := c.ListAreas(cmd.Context(), &caseworkpb.ListAreasRequest{
				AsAt: asAt.String(), PageSize: page.limit, PageToken: page.token})
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() {
				t := p.newSheet("area", "name", "lead agency", "team", "since", "by")
				for _, a := range resp.Areas {
					t.add(a.AreaLevel, a.AreaName, a.LeadAgency, a.Team, a.Since, a.By)
				}
				t.print()
				p.counted(len(resp.Areas), resp.TotalSize, resp.NextPageToken, true)
			})
		})
	}
	return cmd
}
