package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"

	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
)

// recordFlags are the flags of the commands that write into the book of
// casework.
type recordFlags struct {
	askFlags
	day         dateFlag
	reason      string
	agency      string
	by          string
	dryRun      bool
	acknowledge bool
}

func (r *recordFlags) add(cmd *cobra.Command) {
	r.addProtected(cmd)
	f := cmd.Flags()
	f.Var(&r.day, "day", "the day on which it happened (default today)")
	f.StringVar(&r.reason, "reason", "", "why, or what was said")
	f.StringVar(&r.agency, "agency", "", "the agency that you speak for")
	f.StringVar(&r.by, "by", "", "who records it (default your login name)")
	f.BoolVarP(&r.dryRun, "dry-run", "n", false, "check only; nothing is recorded")
}

// addKnown adds the flag for what must not pass unnoticed.
func (r *recordFlags) addKnown(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&r.acknowledge, "acknowledge-known", false, "go on although somebody works with the family already")
}

// wantReason refuses an entry without a reason.
func (r *recordFlags) wantReason() error {
	if strings.TrimSpace(r.reason) == "" {
		return usageError("--reason is required: say why")
	}
	return nil
}

// record calls the casework service in the name of --by.
func (p *program) record(r *recordFlags, f func(c caseworkpb.CaseworkServiceClient) error) error {
	if err := p.sign(r.by); err != nil {
		return err
	}
	return p.casework(r.addr, f)
}

// sign has the program act in the name of by, else of who is logged in.
func (p *program) sign(by string) error {
	if by != "" {
		if p.actor = metadataText(by); p.actor != strings.TrimSpace(by) {
			return usageError("--by: write the name in plain letters, without accents")
		}
	}
	if p.actor == "" || p.actor == nobody {
		return usageError("--by is required: say who records it; no login name is known here")
	}
	return nil
}

// casework calls the casework service.
func (p *program) casework(addr string, f func(c caseworkpb.CaseworkServiceClient) error) error {
	return p.with(addr, func(c *client) error { return knownEntry(f(caseworkpb.NewCaseworkServiceClient(c))) })
}

// knownEntry says where entries are listed if the one asked for is not known, and
// names the flag that a refusal asks for. Other errors pass.
func knownEntry(err error) error {
	st, ok := statusIn(err)
	switch {
	case !ok:
		return err
	case st.Code() == codes.NotFound && strings.Contains(st.Message(), "household in the last night"):
		return errors.New(st.Message() + "; `hearth candidates` lists households")
	case st.Code() == codes.NotFound:
		return errors.New(st.Message() + "; `hearth case list`, `hearth claim list` and `hearth nomination list` have them")
	case strings.Contains(st.Message(), "acknowledge_known"):
		return errors.New(strings.ReplaceAll(st.Message(), "acknowledge_known", "--acknowledge-known"))
	case strings.HasPrefix(st.Message(), "into_case_id"):
		return &exitError{exitUsage, errors.New("--into" + strings.TrimPrefix(st.Message(), "into_case_id"))}
	}
	return err
}

// warnings tells what is known of a family already.
func (p *program) warnings(all []*caseworkpb.Warning) {
	for _, w := range all {
		p.say("known already: %s", joinFilled(", ", w.Text, w.Evidence))
	}
}

// recorded says that an entry was made, or would be.
func (p *program) recorded(r *recordFlags, what, id string) {
	if r.dryRun {
		p.say("%s: could be recorded; nothing was", what)
		return
	}
	fmt.Fprintf(p.stdout, "%s %s\n", what, id)
}

// code writes an enum's name as the command line has it: CASE_STATUS_WORKED_WITH
// with the prefix CASE_STATUS_ is worked_with; the one not given is blank.
func code(name, prefix string) string {
	s := strings.ToLower(strings.TrimPrefix(name, prefix))
	if s == "unspecified" {
		return ""
	}
	return s
}

// enumFlag reads one of an enum's names as code writes them.
type enumFlag struct {
	prefix string
	values map[string]int32
	text   string
	number int32
}

func newEnumFlag(prefix string, values map[string]int32) *enumFlag {
	return &enumFlag{prefix: prefix, values: values}
}

// Set reads the name.
func (e *enumFlag) Set(s string) error {
	n, ok := e.values[e.prefix+strings.ToUpper(strings.ReplaceAll(s, "-", "_"))]
	if !ok || n == 0 {
		return fmt.Errorf("write one of %s", strings.Join(e.names(), ", "))
	}
	e.text, e.number = s, n
	return nil
}

// String is what was given.
func (e *enumFlag) String() string { return e.text }

// Type is what a command's help calls the value.
func (e *enumFlag) Type() string { return "state" }

// names are the values in the order of their numbers.
func (e *enumFlag) names() []string {
	out := make([]string, len(e.values))
	for name, n := range e.values {
		if int(n) < len(out) {
			out[n] = code(name, e.prefix)
		}
	}
	return out[1:]
}

// pageFlags are the flags of lists.
type pageFlags struct {
	limit int32
	token string
}

func (g *pageFlags) add(cmd *cobra.Command) {
	cmd.Flags().Int32Var(&g.limit, "limit", 50, "list at most this many, up to 1,000")
	cmd.Flags().StringVar(&g.token, "page", "", "go on from here: the next_page_token of the answer before")
}

func (g *pageFlags) check() error {
	if g.limit < 1 || g.limit > 1000 {
		return usageError("--limit: from 1 to 1,000; the answer's --page goes on from there")
	}
	return nil
}

// counted says how much of a list was shown.
func (p *program) counted(shown int, total int64, next string, includeProtected bool) {
	p.say("%d of %d%s", shown, total, protectedNote(includeProtected))
	if next != "" {
		p.say("more: --page %s", next)
	}
}

// areaFlags filter by where a family lived.
type areaFlags struct{ district, ward, cluster string }

func (a *areaFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&a.district, "district", "", "only this district")
	f.StringVar(&a.ward, "ward", "", "only this ward")
	f.StringVar(&a.cluster, "cluster", "", "only this cluster")
}
