package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/family"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

func (p *program) personCommand() *cobra.Command {
	var ask askFlags
	cmd := &cobra.Command{
		Use:   "person ID|RECORD",
		Short: "Show a person: the records and the links that hold them together",
		Long: `Show a person by identifier, or by one of the person's records, written
feed/record_id or feed/record_id/part (part is subject, contact1 or contact2).`,
		Example: `  hearth person P0123456789abcdef
  hearth person attendance/A-1042/contact1`,
		Args: takes("ID|RECORD"),
	}
	ask.addProtected(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		req := &querypb.GetPersonRequest{IncludeProtected: ask.includeProtected}
		if strings.Contains(args[0], "/") {
			ref, err := recordArg(args[0])
			if err != nil {
				return err
			}
			req.Record = ref
		} else {
			req.PersonId = args[0]
		}
		return p.with(ask.addr, func(c *client) error {
			resp, err := querypb.NewQueryServiceClient(c).GetPerson(cmd.Context(), req)
			if err != nil {
				return err
			}
			return p.answer(ask.json, resp, func() { p.printPerson(resp.Person) })
		})
	}
	return cmd
}

// recordArg reads feed/record_id/part.
func recordArg(s string) (*querypb.RecordRef, error) {
	ref, err := family.ParseRecordRef(s)
	if err != nil {
		return nil, usageError("a record is written feed/record_id or feed/record_id/part; feeds are %s", feedList())
	}
	return &querypb.RecordRef{Feed: ref.Feed.String(), RecordId: ref.ID, Part: ref.Part.String()}, nil
}

func refText(r *querypb.RecordRef) string {
	text := r.GetFeed() + "/" + r.GetRecordId()
	if r.GetPart() != "" && r.GetPart() != family.Subject.String() {
		text += "/" + r.GetPart()
	}
	return text
}

func (p *program) printPerson(m *querypb.Person) {
	fmt.Fprintf(p.stdout, "person %s\n%s\n", m.PersonId, joinFilled(", ", joinFilled(" ", m.Forename, m.Surname), m.Sex,
		labelled("born", m.Dob), labelled("age", age(m.Age)), labelled("died", m.Died)))
	if len(m.HouseholdIds) > 0 {
		fmt.Fprintf(p.stdout, "households: %s\n", strings.Join(m.HouseholdIds, " "))
	}
	t := p.newSheet("record", "agency", "as at", "name", "born", "address", "probability").
		wrap("name", 18).takeRest("address").numbers("probability")
	for _, r := range m.Records {
		t.add(refText(r.Ref), r.Agency, r.AsAt, joinFilled(" ", r.Forename, r.Surname), r.Dob,
			joinFilled(", ", r.Address, r.Postcode), fmt.Sprintf("%.3f", r.Probability))
	}
	t.print()
	for _, l := range m.Links {
		p.printLink(l)
	}
}

func labelled(label, text string) string {
	if text == "" {
		return ""
	}
	return label + " " + text
}

func (p *program) printLink(l *querypb.Link) {
	fmt.Fprintf(p.stdout, "\n%s = %s  weight %.1f, probability %.3f\n", refText(l.A), refText(l.B), l.Weight, l.Probability)
	if len(l.Reasons) == 0 {
		return
	}
	t := p.newSheet("compared", "how far it agrees", "weight").numbers("weight")
	for _, r := range l.Reasons {
		t.add(r.Comparison, r.Level, fmt.Sprintf("%+.1f", r.Weight))
	}
	t.print()
}

func (p *program) explainCommand() *cobra.Command {
	var ask membershipFlags
	var f tableFlags
	var tables []string
	cmd := &cobra.Command{
		Use:   "explain RECORD RECORD | HOUSEHOLD [PERSON] | ROW",
		Short: "Say why: two records, a place in a household, or the row itself",
		Long: `Say why two records are, or are not, one person; why a person is, or is not, a
member of a household; or what a row says. A record is written
feed/record_id/part, a row feed/record_id.

Of a household and a person it says what speaks for and against, in bits: each
more doubles the odds. With --as-at it answers for another day, with --without as
if a row were not there, and with --what-if it says without which single row,
decision or feed other people would live in the household. Of a household alone it
says of everybody who has to do with it and does not live there why not.

With --table no service is asked: the two are records of tables, by their ids,
or TABLE/ID where several tables have the id.`,
		Example: `  hearth explain attendance/A-1042/contact1 housing/T-77
  hearth explain H0123456789abcdef P0123456789abcdef
  hearth explain H0123456789abcdef P0123456789abcdef --without housing/T-77
  hearth explain police/E-2201
  hearth explain 17 204 --table people.csv --model model.json`,
		Args: oneOrTwo,
	}
	ask.addMembership(cmd)
	f.addTables(cmd, &tables)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkForm(cmd, tables); err != nil {
			return err
		}
		if len(tables) > 0 {
			f.json = ask.json
			return p.explainTables(cmd.Context(), cmd, &f, tables, args)
		}
		return p.with(ask.addr, func(c *client) error {
			q := querypb.NewQueryServiceClient(c)
			switch {
			case len(args) == 1 && !strings.Contains(args[0], "/"):
				return p.explainMembership(cmd.Context(), q, &ask, args[0], "")
			case len(args) == 1:
				return p.explainRow(cmd.Context(), q, ask.askFlags, args[0])
			case !strings.Contains(args[0], "/"):
				return p.explainMembership(cmd.Context(), q, &ask, args[0], args[1])
			}
			return p.explainLink(cmd.Context(), q, ask.askFlags, args[0], args[1])
		})
	}
	return cmd
}

func oneOrTwo(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return errors.New("name two records, a household and a person, or a row")
	case len(args) > 2:
		return takes("RECORD", "RECORD")(nil, args)
	}
	return nil
}

func (p *program) explainRow(ctx context.Context, q querypb.QueryServiceClient, ask askFlags, row string) error {
	feed, id, ok := strings.Cut(row, "/")
	if !ok {
		return usageError("a row is written feed/record_id; feeds are %s", feedList())
	}
	resp, err := q.GetRow(ctx, &querypb.GetRowRequest{Feed: feed, RecordId: id})
	if err != nil {
		return err
	}
	return p.answer(ask.json, resp, func() { p.printRow(resp.Row) })
}

func (p *program) printRow(r *querypb.Row) {
	fmt.Fprintf(p.stdout, "row %s/%s from %s, delivery %s, as at %s\n", r.Feed, r.RecordId, r.Agency, r.DeliveryId, r.AsAt)
	t := p.newSheet("column", "text").takeRest("text")
	for _, c := range r.Cells {
		t.add(c.Column, c.Text)
	}
	t.print()
}

func (p *program) explainLink(ctx context.Context, q querypb.QueryServiceClient, ask askFlags, a, b string) error {
	refA, err := recordArg(a)
	if err != nil {
		return err
	}
	refB, err := recordArg(b)
	if err != nil {
		return err
	}
	resp, err := q.ExplainLink(ctx, &querypb.ExplainLinkRequest{A: refA, B: refB})
	if err != nil {
		return err
	}
	return p.answer(ask.json, resp, func() {
		fmt.Fprintf(p.stdout, "%s\nmodel %s\n", resp.Verdict, resp.Model)
		p.printLink(resp.Link)
	})
}
