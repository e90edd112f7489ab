package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/family"
	feedpb "github.com/hearthmatch/hearth/proto/hearth/feed/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// defaultFramework is asked about unless told otherwise.
const defaultFramework = "sf-2022"

// exportRequest says what to export.
type exportRequest struct {
	what, framework  string
	asAt             family.Date
	includeProtected bool
}

// exports are what can be exported.
var exports = []string{"links", "households", "candidates", "account"}

func exportable(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || !slices.Contains(exports, args[0]) {
		return fmt.Errorf("name what to export: %s", strings.Join(exports, ", "))
	}
	return nil
}

func (p *program) exportCommand() *cobra.Command {
	var addr, out string
	var req exportRequest
	var asAt dateFlag
	cmd := &cobra.Command{
		Use:   "export links|households|candidates|account --out FILE",
		Short: "Write what the last night found to a CSV file",
		Long: `Write a CSV file from the service's last night:
  links       the person and household of every record
  households  who belongs to each household, and how
  candidates  every family scored against a framework, criterion by criterion
  account     what became of the rows of every delivery

Equal data give equal bytes. FILE appears only once it is complete; "-" is
standard output. Protected households are left out unless asked for.`,
		Example: `  hearth export links --out links.csv
  hearth export candidates --framework sf-2022 --out candidates.csv
  hearth export households --as-at 2024-12-31 --out households.csv`,
		Args:      exportable,
		ValidArgs: exports,
	}
	serverFlag(cmd, &addr)
	f := cmd.Flags()
	f.StringVar(&out, "out", "", "the file to write; - is standard output")
	f.StringVar(&req.framework, "framework", defaultFramework, "the framework, for candidates")
	f.Var(&asAt, "as-at", "compute for this day (default that of the last night)")
	f.BoolVar(&req.includeProtected, "include-protected", false, "include protected households")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if out == "" {
			return usageError("--out is required: name the file to write, or - for standard output")
		}
		req.what, req.asAt = args[0], asAt.Date
		return p.with(addr, func(c *client) error {
			return p.writeFile(out, func(w io.Writer) error { return export(cmd.Context(), c, req, w) })
		})
	}
	return cmd
}

// writeFile writes a file so that it is there whole or not at all.
func (p *program) writeFile(name string, write func(io.Writer) error) (err error) {
	if name == "-" {
		return write(p.stdout)
	}
	switch info, err := os.Stat(name); {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s: is a directory; name a file", name)
	case err == nil && !info.Mode().IsRegular():
		return writeDevice(name, write)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".hearth-*.partial")
	if err != nil {
		return fmt.Errorf("%s: %w", name, pathless(err))
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name()) // the first error is the one to tell
		}
	}()
	buffered := bufio.NewWriterSize(f, 1<<16)
	if err := write(buffered); err != nil {
		return err
	}
	if err := errors.Join(buffered.Flush(), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("%s: %w; free space and try again", name, pathless(err))
	}
	return os.Rename(f.Name(), name)
}

// writeDevice writes to what is no file, such as a pipe or /dev/null: it must
// not be put aside for a new file.
func writeDevice(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", name, pathless(err))
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, pathless(err))
	}
	return nil
}

func export(ctx context.Context, c *client, req exportRequest, w io.Writer) error {
	table := csv.NewWriter(w)
	queries := querypb.NewQueryServiceClient(c)
	var err error
	switch req.what {
	case "links":
		err = exportLinks(ctx, queries, req, table)
	case "households":
		err = exportHouseholds(ctx, queries, req, table)
	case "candidates":
		err = exportCandidates(ctx, queries, req, table)
	case "account":
		err = exportAccount(ctx, feedpb.NewFeedServiceClient(c), table)
	}
	if err != nil {
		return err
	}
	table.Flush()
	return table.Error()
}

// receiver is a stream of messages from the service.
type receiver[T any] interface{ Recv() (*T, error) }

// receive writes a line for each message until the stream ends.
func receive[T any](stream receiver[T], err error, line func(*T) error) error {
	if err != nil {
		return err
	}
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := line(m); err != nil {
			return err
		}
	}
}

func exportLinks(ctx context.Context, q querypb.QueryServiceClient, req exportRequest, w *csv.Writer) error {
	header := []string{"feed", "record_id", "part", "person_id", "household_id", "household_role", "probability"}
	if err := w.Write(header); err != nil {
		return err
	}
	stream, err := q.ExportLinks(ctx, &querypb.ExportLinksRequest{IncludeProtected: req.includeProtected, AsAt: req.asAt.String()})
	return receive(stream, err, func(m *querypb.ExportLinksResponse) error {
		return w.Write([]string{m.Record.GetFeed(), m.Record.GetRecordId(), m.Record.GetPart(), m.PersonId,
			m.HouseholdId, m.HouseholdRole, strconv.FormatFloat(m.Probability, 'f', 4, 64)})
	})
}

func exportHouseholds(ctx context.Context, q querypb.QueryServiceClient, req exportRequest, w *csv.Writer) error {
	header := []string{"household_id", "person_id", "role", "from", "to", "confidence", "kind", "certainty", "protected"}
	if err := w.Write(header); err != nil {
		return err
	}
	stream, err := q.ExportHouseholds(ctx, &querypb.ExportHouseholdsRequest{IncludeProtected: req.includeProtected, AsAt: req.asAt.String()})
	return receive(stream, err, func(m *querypb.ExportHouseholdsResponse) error {
		return w.Write([]string{m.HouseholdId, m.PersonId, m.Role, m.From, m.To, strconv.FormatFloat(m.Confidence, 'f', 2, 64),
			m.Kind, certainty(m.Certainty), yesNo(m.Protected)})
	})
}

func exportCandidates(ctx context.Context, q querypb.QueryServiceClient, req exportRequest, w *csv.Writer) error {
	if err := w.Write(candidateHeader); err != nil {
		return err
	}
	stream, err := q.StreamCandidates(ctx, &querypb.StreamCandidatesRequest{
		Framework: req.framework, IncludeProtected: req.includeProtected, AsAt: req.asAt.String(),
	})
	return receive(stream, err, func(m *querypb.StreamCandidatesResponse) error {
		c := m.Candidate
		for _, n := range c.GetNeeds() {
			err := w.Write(candidateLine{
				household: c.HouseholdId, framework: c.Framework, asAt: c.AsAt, eligible: c.GetEligible(), met: headlinesMet(c),
				criterion: n.Criterion, status: n.Status, persons: n.PersonIds, evidence: n.Evidence, reason: n.Reason,
				certainty: c.Certainty, putForward: c.PutForward, restsOn: c.RestsOn,
			}.fields())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func yesNo(yes bool) string {
	if yes {
		return "Y"
	}
	return "N"
}

// certainty writes how sure a household is; blank where the night did not say.
func certainty(p float64) string {
	if p == 0 {
		return ""
	}
	return strconv.FormatFloat(p, 'f', 4, 64)
}

// headlinesMet returns the ids of the headlines that are met.
func headlinesMet(c *querypb.Candidate) []string {
	var met []string
	for _, h := range c.Headlines {
		if h.Status == family.Met.String() {
			met = append(met, h.Id)
		}
	}
	return met
}

// formulaSafe keeps a spreadsheet from taking free text for a formula.
// Identifiers are left as they are: they must come back as they went.
func formulaSafe(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		return "'" + s
	}
	return s
}

func exportAccount(ctx context.Context, f feedpb.FeedServiceClient, w *csv.Writer) error {
	header := []string{"feed", "agency", "delivery_id", "as_at", "state", "rows", "accepted", "rejected", "superseded", "held"}
	if err := w.Write(header); err != nil {
		return err
	}
	all, err := listDeliveries(ctx, f)
	if err != nil {
		return err
	}
	for _, d := range all {
		a := d.Account
		line := []string{feedName(d), d.Delivery.GetKey().GetAgency(), d.Delivery.GetKey().GetDeliveryId(), d.Delivery.GetAsAt(), stateName(d.State)}
		for _, n := range []int64{a.GetRows(), a.GetAccepted(), a.GetRejected(), a.GetSuperseded(), a.GetHeld()} {
			line = append(line, strconv.FormatInt(n, 10))
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// listDeliveries reads every delivery, by feed, agency and id.
func listDeliveries(ctx context.Context, f feedpb.FeedServiceClient) ([]*feedpb.DeliveryInfo, error) {
	var all []*feedpb.DeliveryInfo
	req := &feedpb.ListDeliveriesRequest{PageSize: 1000}
	for {
		resp, err := f.ListDeliveries(ctx, req)
		if err != nil {
			return nil, err
		}
		all = append(all, resp.Deliveries...)
		if req.PageToken = resp.NextPageToken; req.PageToken == "" {
			break
		}
	}
	slices.SortFunc(all, func(a, b *feedpb.DeliveryInfo) int {
		x, y := a.Delivery.GetKey(), b.Delivery.GetKey()
		return cmp.Or(cmp.Compare(x.GetFeed(), y.GetFeed()), cmp.Compare(x.GetAgency(), y.GetAgency()),
			cmp.Compare(x.GetDeliveryId(), y.GetDeliveryId()))
	})
	return all, nil
}

func feedName(d *feedpb.DeliveryInfo) string {
	return family.Feed(d.Delivery.GetKey().GetFeed()).String()
}

func stateName(s feedpb.DeliveryState) string {
	if s < 0 || s > feedpb.DeliveryState_DELIVERY_STATE_DISCARDED {
		return "unknown"
	}
	return family.DeliveryState(s).String()
}
