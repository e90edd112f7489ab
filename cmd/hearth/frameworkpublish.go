package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"

	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
)

func (p *program) frameworkPublishCommand() *cobra.Command {
	var r recordFlags
	cmd := &cobra.Command{
		Use:   "publish FILE --by NAME --reason TEXT",
		Short: "Put a framework into use in a running service",
		Long: `Put a framework into use in a running service, with the next night. Its cases are
those beside the file (council.yaml and council.cases.txt) and have to pass. Files
with any fault are refused, and what is in force stays in force.`,
		Example: `  hearth framework publish council.yaml --by "C. Lead" --reason "agreed by the board"
  hearth framework publish council.yaml --by "C. Lead" --reason "agreed by the board" --dry-run`,
		Args: takes("FILE"),
	}
	r.askFlags.add(cmd)
	f := cmd.Flags()
	f.StringVar(&r.reason, "reason", "", "why it is published")
	f.StringVar(&r.by, "by", "", "who publishes it (default your login name)")
	f.BoolVarP(&r.dryRun, "dry-run", "n", false, "check only; nothing is published")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := r.wantReason(); err != nil {
			return err
		}
		file, err := frameworkUpload(args[0])
		if err != nil {
			return err
		}
		cases, err := frameworkUpload(strings.TrimSuffix(args[0], filepath.Ext(args[0])) + casesSuffix)
		if err != nil {
			return fmt.Errorf("a framework is published with its cases: %w", err)
		}
		if err := p.sign(r.by); err != nil {
			return err
		}
		return p.with(r.addr, func(c *client) error {
			resp, err := adminpb.NewAdminServiceClient(c).PublishFramework(cmd.Context(), &adminpb.PublishFrameworkRequest{
				File: file, Cases: cases, Reason: r.reason, ValidateOnly: r.dryRun,
			})
			if st, ok := statusIn(err); ok && st.Code() == codes.InvalidArgument {
				return refused(err)
			}
			if err != nil {
				return err
			}
			return p.answer(r.json, resp, func() {
				p.recorded(&r, "framework", resp.Framework.GetFrameworkId())
				if !r.dryRun {
					p.say("it is in use from the next night on")
				}
			})
		})
	}
	return cmd
}

// frameworkUpload reads a file to be sent.
func frameworkUpload(path string) (*adminpb.FrameworkFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, pathless(err))
	}
	return &adminpb.FrameworkFile{Name: filepath.Base(path), Data: data}, nil
}

// faultText is a fault of a framework's file in one line.
func faultText(f *adminpb.FrameworkFault) string {
	if f.Line > 0 {
		return fmt.Sprintf("%s: line %d: %s", f.File, f.Line, f.Text)
	}
	return f.File + ": " + f.Text
}
