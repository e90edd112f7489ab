package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"go.uber.org/zap/zapcore"
	"golang.org/x/sync/errgroup"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/ingest"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
	"github.com/hearthmatch/hearth/synth"
)

// demoTop is how many candidates the demonstration lists.
const demoTop = 5

// demoAsAt is the day that the demonstration's deliveries describe.
var demoAsAt = family.NewDate(2025, 3, 14)

// demoFrameworks are those whose truth the fictional council knows.
var demoFrameworks = []string{"tf-phase1-2012", "sf-2022"}

// demo is one demonstration under way.
type demo struct {
	p       *program
	people  int
	seed    uint64
	dir     string // council, data and exports
	service *service
	client  *client
	// eligible is how many families the night found, by framework.
	eligible map[string]int64
}

func (p *program) demoCommand() *cobra.Command {
	d := &demo{p: p, eligible: make(map[string]int64)}
	var once bool
	var listen, web string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole job on a fictional council",
		Long: `Make a fictional council, start the service on a fresh directory, push the
agencies' files over gRPC, run the night, and show what was found: the account of
each delivery, how well people and households were found against the truth, the
funnel, the top candidates with their reasons, and one household explained to the
rows. Then it keeps serving until Ctrl-C; --once ends instead.

Everybody in it is invented. It writes to a temporary directory of its own, which
it removes at the end, and never opens a real one.`,
		Example: `  hearth demo
  hearth demo --people 20000 --seed 7 --once`,
		Args: takes(),
	}
	f := cmd.Flags()
	f.IntVar(&d.people, "people", 5000, "how many people the council has")
	f.Uint64Var(&d.seed, "seed", 1, "which council")
	f.BoolVar(&once, "once", false, "end after the demonstration instead of serving on")
	f.StringVar(&listen, "listen", "", "where gRPC listens (default "+defaultServer+", or a free port)")
	f.StringVar(&web, "web", "", "where the pages are (default "+defaultWeb+", or a free port)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		if d.people < 1 {
			return usageError("--people: at least 1")
		}
		if d.dir, err = os.MkdirTemp("", "hearth-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, d.close()) }()
		if err := d.start(cmd.Context(), listen, web); err != nil {
			return err
		}
		if err := d.client.explain(d.show(cmd.Context())); err != nil {
			return err
		}
		d.printNext(once)
		if once {
			return nil
		}
		return d.service.Wait(cmd.Context())
	}
	return cmd
}

func (d *demo) council() string           { return filepath.Join(d.dir, "council") }
func (d *demo) export(name string) string { return filepath.Join(d.dir, name+".csv") }

// close stops the service and removes everything.
func (d *demo) close() error {
	var errs []error
	if d.client != nil {
		errs = append(errs, d.client.Close())
	}
	if d.service != nil {
		errs = append(errs, d.service.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(d.dir))...)
}

// start makes the council and starts a service for it.
func (d *demo) start(ctx context.Context, listen, web string) error {
	d.p.say("making a fictional council of %d people (seed %d) …", d.people, d.seed)
	bar := d.p.newProgress("people", false)
	err := synth.Generate(synth.Options{People: d.people, Seed: d.seed, AsAt: demoAsAt}, d.council(),
		func(done, total int) { bar.set(int64(done), int64(total)) })
	bar.end(err == nil)
	if err != nil {
		return err
	}
	frameworks, err := loadFrameworks(nil)
	if err != nil {
		return err
	}
	d.service, err = startService(ctx, serviceOptions{
		dir: filepath.Join(d.dir, "data"), listen: freePort(listen, defaultServer), web: freePort(web, defaultWeb),
		frameworks: frameworks, invented: true, now: d.p.now, log: newLog(d.p.stderr, zapcore.WarnLevel),
	})
	if err != nil {
		return err
	}
	d.client, err = d.p.connect(d.service.grpcAddr)
	return err
}

// freePort is what was asked for, else the usual address if nobody has it,
// else a free port.
func freePort(asked, usual string) string {
	if asked != "" {
		return asked
	}
	l, err := net.Listen("tcp", usual)
	if err != nil {
		return "127.0.0.1:0"
	}
	_ = l.Close()
	return usual
}

// show does the job and prints what came of each step.
func (d *demo) show(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		d.pushAll, d.accounts, d.night, d.quality, d.topCandidates,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) heading(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	fmt.Fprintf(d.p.stdout, "\n%s\n%s\n", text, strings.Repeat("-", len(text)))
}

// demoAgencies names who sends each feed of the fictional council.
var demoAgencies = map[family.Feed]string{
	family.Attendance: "anytown-schools", family.Police: "anytown-police", family.Housing: "anytown-homes",
	family.Benefits: "dwp",
}

// pushAll sends every agency's files at the same time, as the agencies would.
func (d *demo) pushAll(ctx context.Context) error {
	begun := d.p.now()
	group, ctx := errgroup.WithContext(ctx)
	for _, feed := range family.Feeds() {
		opt := ingest.PushOptions{
			Feed: feed, File: filepath.Join(d.council(), feed.String()+".csv"), Agency: demoAgencies[feed],
			DeliveryID: feed.String() + "-" + demoAsAt.String(), AsAt: demoAsAt,
		}
		if _, err := os.Stat(opt.File); errors.Is(err, os.ErrNotExist) {
			continue
		}
		if opt.Agency == "" {
			opt.Agency = "anytown-council"
		}
		group.Go(func() error {
			result, err := ingest.Push(ctx, d.client, opt)
			if err == nil && result.State != family.DeliveryAccepted {
				err = refused(fmt.Errorf("the %s delivery is %s", feed, result.State))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	d.p.say("all agencies' files pushed over gRPC in %.1f s", d.p.now().Sub(begun).Seconds())
	return nil
}

func (d *demo) accounts(ctx context.Context) error {
	all, err := listDeliveries(ctx, feedpb.NewFeedServiceClient(d.client))
	if err != nil {
		return err
	}
	d.heading("What became of each delivery's rows")
	d.p.printDeliveries(all)
	return nil
}

func (d *demo) night(ctx context.Context) error {
	d.p.say("running the night …")
	n, err := d.p.quiet().runNight(ctx, d.client, &adminpb.RunNightRequest{})
	if err != nil {
		return err
	}
	d.heading("The funnel")
	t := d.p.newSheet("step", "count").numbers("count")
	add := func(step string, count int64) { t.add(step, fmt.Sprint(count)) }
	add("live rows", n.Rows)
	add("records of people on them", n.Records)
	add("persons", n.Persons)
	add("households lived in", n.Households)
	add("families (a child and an adult)", n.Families)
	for _, f := range n.Frameworks {
		add(f.Framework+": one headline short", f.OneShort)
		add(f.Framework+": eligible", f.Eligible)
		add(f.Framework+": put forward", f.PutForward)
		d.eligible[f.Framework] = f.Eligible
	}
	t.print()
	fmt.Fprintln(d.p.stdout, "These counts include families at protected addresses, such as refuges; the lists below leave those out.")
	fmt.Fprintf(d.p.stdout, "night of %s, model %s, %.1f s\n", n.AsAt, n.Model, n.EndTime.AsTime().Sub(n.StartTime.AsTime()).Seconds())
	return nil
}

// quality writes the exports and measures them against the truth.
func (d *demo) quality(ctx context.Context) error {
	requests := []exportRequest{{what: "links", includeProtected: true}, {what: "households", includeProtected: true}}
	for _, f := range demoFrameworks {
		requests = append(requests, exportRequest{what: "candidates", framework: f, includeProtected: true})
	}
	for _, req := range requests {
		err := d.p.writeFile(d.export(req.what+req.framework), func(w io.Writer) error { return export(ctx, d.client, req, w) })
		if err != nil {
			return err
		}
	}
	d.heading("How well they were found, against the truth")
	t := d.p.newSheet("what", "precision", "recall", "F1").numbers("precision", "recall", "F1")
	add := func(what string, precision, recall, f1 float64) {
		t.add(what, fmt.Sprintf("%.3f", precision), fmt.Sprintf("%.3f", recall), fmt.Sprintf("%.3f", f1))
	}
	for i, f := range demoFrameworks {
		r, err := synth.Evaluate(d.council(), d.export("links"), d.export("households"), d.export("candidates"+f), f)
		if err != nil {
			return err
		}
		if i == 0 {
			add("persons, pairs of records", r.Persons.Pairwise.Precision, r.Persons.Pairwise.Recall, r.Persons.Pairwise.F1)
			add("persons, B-cubed", r.Persons.BCubed.Precision, r.Persons.BCubed.Recall, r.Persons.BCubed.F1)
			home := r.Households.CoResidence
			add("households, pairs who live together", home.Precision, home.Recall, home.F1)
		}
		e := r.Candidates.Eligible
		add("families eligible, "+f, e.Precision, e.Recall, e.F1)
	}
	t.print()
	return nil
}

func (d *demo) topCandidates(ctx context.Context) error {
	q := querypb.NewQueryServiceClient(d.client)
	var first string
	for _, f := range demoFrameworks {
		resp, err := q.ListCandidates(ctx, &querypb.ListCandidatesRequest{
			Framework: f, PageSize: demoTop, Filter: &querypb.CandidateFilter{Eligibility: "eligible"},
		})
		if err != nil {
			return err
		}
		d.heading("Top candidates for %s", f)
		fmt.Fprintln(d.p.stdout, topNote(len(resp.Candidates), resp.TotalSize, d.eligible[f]))
		if len(resp.Candidates) > 0 {
			d.p.printCandidates(resp.Candidates)
		}
		if len(resp.Candidates) > 0 && (first == "" || f == defaultFramework) {
			first = resp.Candidates[0].HouseholdId
		}
	}
	if first == "" {
		return nil
	}
	return d.explainHousehold(ctx, q, first)
}

// topNote says how the families listed, those that may be listed and the
// funnel's figure go together.
func topNote(listed int, open, eligible int64) string {
	note := fmt.Sprintf("The first %d of %d eligible families.", listed, open)
	if kept := eligible - open; kept > 0 {
		note += fmt.Sprintf("\nThe other %d of the %d in the funnel live at protected addresses: lists leave them out unless asked for.", kept, eligible)
	}
	return note
}

// explainHousehold shows one household down to the rows behind a need.
func (d *demo) explainHousehold(ctx context.Context, q querypb.QueryServiceClient, id string) error {
	resp, err := q.GetHousehold(ctx, &querypb.GetHouseholdRequest{HouseholdId: id})
	if err != nil {
		return err
	}
	d.heading("One household, explained to the rows (invented people)")
	d.p.printHousehold(resp.Household)
	row := evidenceRow(resp.Household)
	if row == "" {
		return nil
	}
	feed, recordID, _ := strings.Cut(row, "/")
	r, err := q.GetRow(ctx, &querypb.GetRowRequest{Feed: feed, RecordId: recordID})
	if err != nil {
		return err
	}
	fmt.Fprintln(d.p.stdout)
	d.p.printRow(r.Row)
	return nil
}

// evidenceRow is the first row behind the first need that is met.
func evidenceRow(h *querypb.Household) string {
	for _, c := range h.Candidates {
		for _, n := range c.Needs {
			if n.Status == family.Met.String() && len(n.Evidence) > 0 {
				return n.Evidence[0]
			}
		}
	}
	return ""
}

func (d *demo) printNext(once bool) {
	d.heading("Where it listens")
	fmt.Fprintf(d.p.stdout, "grpc=%s web=http://%s/\n", d.service.grpcAddr, d.service.webAddr)
	at := ""
	if d.service.grpcAddr != defaultServer {
		at = " --server " + d.service.grpcAddr
	}
	if once {
		fmt.Fprint(d.p.stdout, `
This was once only. Next:
  hearth demo                                      serves on, with pages to look at
  hearth serve --data DIR                          a service of your own
  hearth synth --people 5000 --seed 1 --out DIR    the files
`)
		return
	}
	fmt.Fprintf(d.p.stdout, `
Everybody here is invented. Next, in another window:
  hearth candidates%[1]s --show eligible
  hearth export links%[1]s --out links.csv
  hearth status%[1]s
Ctrl-C ends the demonstration and removes its files.
`, at)
}
