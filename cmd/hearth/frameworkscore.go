package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/pipeline"
)

func (p *program) frameworkScoreCommand() *cobra.Command {
	var g givenFlags
	var out string
	var includeProtected bool
	cmd := &cobra.Command{
		Use:   "score ID|FILE --feeds DIR --links FILE --households FILE --as-at DATE --out FILE",
		Short: "Score given households by a framework, without a service",
		Long: `Score households by a framework, taking it as given who is who and who lives with
whom: nobody is linked. A council tries a framework on its own data with the files of
hearth export links and hearth export households; with a truth in the same layouts,
such as hearth synth writes, eligibility is checked apart from linkage.

The feeds are read by the rules by which the service takes them. Each is taken to
cover the whole area and all time, unless --not-covered names it; a feed whose file
is not there counts as not delivered. --persons gives dates of birth and death
(person_id, dob, died), where they are known better than by the rows.

What comes out has the layout of hearth export candidates. Protected households are
left out unless asked for.`,
		Example: `  hearth framework score sf-2022 --feeds DIR --links links.csv --households households.csv --as-at 2025-09-30 --out candidates.csv
  hearth framework score council.yaml --feeds council --links council/truth_records.csv --households council/truth_households.csv \
      --persons council/truth_persons.csv --as-at 2025-09-30 --not-covered police --out -`,
		Args: takes("ID|FILE"),
	}
	g.add(cmd)
	f := cmd.Flags()
	f.StringVar(&out, "out", "", "the file to write; - is standard output")
	f.BoolVar(&includeProtected, "include-protected", false, "include protected households")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if out == "" {
			return usageError("--out is required: name the file to write, or - for standard output")
		}
		if err := g.check(); err != nil {
			return err
		}
		fw, err := findFramework(args[0])
		if err != nil {
			return refusedFile(args[0], err)
		}
		in, err := p.given(&g)
		if err != nil {
			return err
		}
		all, err := p.scoreRead(cmd.Context(), in, fw.Framework)
		if err != nil {
			return err
		}
		candidates := shown(all, includeProtected)
		p.sayScored(fw.Framework, candidates)
		return p.writeFile(out, func(w io.Writer) error { return writeCandidates(w, candidates) })
	}
	return cmd
}

// scoreRead scores what was read by one framework.
func (p *program) scoreRead(ctx context.Context, in pipeline.Given, f *eligibility.Framework) ([]family.Candidate, error) {
	in.Frameworks, in.Workers = []*eligibility.Framework{f}, runtime.GOMAXPROCS(0)
	bar := p.newProgress("score", false)
	in.Progress = func(stage string, done, total int64) { bar.set(done, total) }
	result, err := pipeline.ScoreGiven(ctx, in)
	bar.end(err == nil)
	if err != nil {
		return nil, err
	}
	return result.Candidates[f.ID()], nil
}

// shown are the candidates that may be seen, by household.
func shown(all []family.Candidate, includeProtected bool) []family.Candidate {
	out := slices.DeleteFunc(slices.Clone(all), func(c family.Candidate) bool { return c.Protected && !includeProtected })
	slices.SortFunc(out, func(a, b family.Candidate) int { return strings.Compare(a.HouseholdID, b.HouseholdID) })
	return out
}

func (p *program) sayScored(f *eligibility.Framework, cs []family.Candidate) {
	eligible, short := 0, 0
	for i := range cs {
		switch {
		case cs[i].Eligible:
			eligible++
		case f.OneShort(&cs[i]):
			short++
		}
	}
	p.say("%s: families=%d eligible=%d one_short=%d", f.ID(), len(cs), eligible, short)
}

// candidateHeader begins the export of candidates.
var candidateHeader = []string{"household_id", "framework", "as_at", "eligible", "headlines_met", "criterion", "status", "person_id",
	"evidence", "reason", "certainty", "put_forward", "rests_on"}

// writeCandidates writes the export of candidates: a line for each criterion.
func writeCandidates(w io.Writer, cs []family.Candidate) error {
	table := csv.NewWriter(w)
	if err := table.Write(candidateHeader); err != nil {
		return err
	}
	for i := range cs {
		c := &cs[i]
		for _, n := range c.Needs {
			evidence := make([]string, len(n.Evidence))
			for j, r := range n.Evidence {
				evidence[j] = r.String()
			}
			err := table.Write(candidateLine{
				household: c.HouseholdID, framework: c.Framework, asAt: c.AsAt.String(), eligible: c.Eligible, met: c.HeadlinesMet(),
				criterion: n.Criterion, status: n.Status.String(), persons: n.Persons, evidence: evidence, reason: n.Reason,
				certainty: c.Certainty, putForward: c.PutForward, restsOn: c.RestsOn,
			}.fields())
			if err != nil {
				return fmt.Errorf("write candidates: %w", err)
			}
		}
	}
	table.Flush()
	return table.Error()
}

// candidateLine is one family and criterion of the export of candidates.
type candidateLine struct {
	household, framework, asAt string
	eligible, putForward       bool
	met                        []string // headlines
	criterion, status          string
	persons, evidence          []string
	reason                     string
	certainty                  float64
	restsOn                    []string
}

func (l candidateLine) fields() []string {
	return []string{l.household, l.framework, l.asAt, yesNo(l.eligible), strings.Join(l.met, ";"), l.criterion, l.status,
		strings.Join(l.persons, ";"), strings.Join(l.evidence, ";"), formulaSafe(l.reason), certainty(l.certainty),
		yesNo(l.putForward), strings.Join(l.restsOn, ";")}
}
