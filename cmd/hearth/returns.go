package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/internal/tablefile"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

func (p *program) returnsCommand() *cobra.Command {
	var ask askFlags
	var from, to dateFlag
	var out, format, profile string
	req := &caseworkpb.StreamReturnRequest{}
	cmd := &cobra.Command{
		Use:   "returns --from DAY --to DAY --out DIR",
		Short: "Write the tables that are returned to central government",
		Long: `Write the tables of a return for a period: families, members, needs and the funnel,
as CSV, Excel or Parquet. The aggregate profile holds no identifier of anybody and
withholds small counts; the identified one names people and needs a legal basis, which
is kept in the audit trail. Protected addresses are in neither. Columns: docs/returns.md.`,
		Example: `  hearth returns --from 2026-04-01 --to 2026-06-30 --format xlsx --out q1
  hearth returns --from 2026-04-01 --to 2026-06-30 --profile identified --legal-basis "Digital Economy Act 2017 s.35" --out q1-identified`,
		Args: takes(),
	}
	ask.addProtected(cmd)
	f := cmd.Flags()
	f.StringVar(&out, "out", "", "the directory to write into; made if it is not there")
	f.StringVar(&format, "format", "csv", "csv, xlsx or parquet")
	f.StringVar(&profile, "profile", "aggregate", "aggregate, or identified")
	f.StringVar(&req.LegalBasis, "legal-basis", "", "for identified: the law that allows it, in words")
	f.StringVar(&req.Framework, "framework", "", "the framework (default all)")
	f.StringVar(&req.LaCode, "la-code", "", "the authority's code, such as E08000035")
	f.StringVar(&req.Authority, "authority", "", "the authority's name in the targets and populations")
	f.Var(&from, "from", "first day of the period")
	f.Var(&to, "to", "last day of the period")
	f.StringSliceVar(&req.Tables, "tables", nil, "only these tables, parted by commas")
	f.Int32Var(&req.SuppressBelow, "below", 5, "withhold counts from 1 up to below this in the funnel; 0 withholds none")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		kind, err := tablefile.ParseFormat(format)
		switch {
		case err != nil:
			return usageError("--format: %s", err)
		case out == "":
			return usageError("--out is required: name the directory to write into")
		case from.Date != 0 && to.Date != 0 && to.Date < from.Date:
			return usageError("--to: lies before --from; the period ends on its last day")
		case from.Date == 0 || to.Date == 0:
			return usageError("--from and --to are required: the first and the last day of the period")
		case profile == "identified" && req.LegalBasis == "":
			return usageError("--legal-basis is required for an identified return: the law that allows it, in words")
		case profile == "identified":
			req.Profile = caseworkpb.ReturnProfile_RETURN_PROFILE_IDENTIFIED
		case profile != "aggregate":
			return usageError("--profile: write aggregate or identified")
		}
		req.From, req.To, req.IncludeProtected = from.String(), to.String(), ask.includeProtected
		return p.casework(ask.addr, func(c caseworkpb.CaseworkServiceClient) error {
			tables, err := receiveReturn(cmd.Context(), c, req)
			if err != nil {
				return err
			}
			title := fmt.Sprintf("return %s to %s %s", req.From, req.To, profile)
			files, err := tablefile.Files(kind, title, req.LegalBasis, tables)
			if err != nil {
				return err
			}
			if err := p.writeReturn(out, files, tables); err != nil {
				return err
			}
			if profile == "aggregate" && req.SuppressBelow > 0 {
				p.say("counts below %d are withheld; where families are few, cells of family and rows of need are too", req.SuppressBelow)
			}
			return nil
		})
	}
	return cmd
}

func (p *program) writeReturn(dir string, files []tablefile.File, tables []tablefile.Table) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("--out %s: %w", dir, pathless(err))
	}
	for _, file := range files {
		name := filepath.Join(dir, file.Name)
		if err := p.writeFile(name, func(w io.Writer) error { _, err := w.Write(file.Data); return err }); err != nil {
			return err
		}
		fmt.Fprintln(p.stdout, name)
	}
	for _, t := range tables {
		p.say("%s: %d rows", t.Name, len(t.Rows))
	}
	return nil
}

// receiveReturn gathers the tables that the service streams.
func receiveReturn(ctx context.Context, c caseworkpb.CaseworkServiceClient, req *caseworkpb.StreamReturnRequest) ([]tablefile.Table, error) {
	stream, err := c.StreamReturn(ctx, req)
	if err != nil {
		return nil, err
	}
	var tables []tablefile.Table
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return tables, nil
		}
		if err != nil {
			return nil, err
		}
		switch part := resp.Part.(type) {
		case *caseworkpb.StreamReturnResponse_Table:
			tables = append(tables, tableOf(part.Table))
		case *caseworkpb.StreamReturnResponse_Row:
			if len(tables) == 0 {
				return nil, errors.New("the service sent a row before its table; it is of another version")
			}
			t := &tables[len(tables)-1]
			t.Rows = append(t.Rows, rowOf(part.Row))
		}
	}
}

func tableOf(m *caseworkpb.ReturnTable) tablefile.Table {
	t := tablefile.Table{Name: m.Name, Note: m.Note}
	for _, c := range m.Columns {
		t.Columns = append(t.Columns, tablefile.Column{Name: c.Name, Type: tablefile.Type(c.Type), Note: c.Note})
	}
	return t
}

func rowOf(m *caseworkpb.ReturnRow) []any {
	out := make([]any, len(m.Cells))
	for i, c := range m.Cells {
		switch v := c.Value.(type) {
		case *caseworkpb.ReturnCell_Text:
			out[i] = v.Text
		case *caseworkpb.ReturnCell_Integer:
			out[i] = v.Integer
		case *caseworkpb.ReturnCell_Number:
			out[i] = v.Number
		case *caseworkpb.ReturnCell_Boolean:
			out[i] = v.Boolean
		}
	}
	return out
}
