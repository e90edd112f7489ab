package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func (p *program) compareCommand() *cobra.Command {
	var f tableFlags
	var limit int
	cmd := &cobra.Command{
		Use:   "compare MODEL MODEL TABLE…",
		Short: "Show which clusters change from one model to another",
		Long: `Link tables with one model and with another, and show which clusters change: those
that the second joins, parts, or takes apart and joins anew.`,
		Example: `  hearth compare old.json new.json people.csv
  hearth compare splink.json hearth.json people.csv --threshold 0.9 --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 3 {
				return fmt.Errorf("missing: %s", strings.Join([]string{"MODEL", "MODEL", "TABLE"}[len(args):], " and "))
			}
			return nil
		},
	}
	f.add(cmd)
	f.addThreshold(cmd)
	cmd.Flags().IntVar(&limit, "limit", 20, "show at most this many changes, the largest first")
	cmd.Flags().BoolVar(&f.json, "json", false, "print the comparison as JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if limit < 0 {
			return usageError("--limit: 0 or more")
		}
		if err := f.check(cmd, len(args)-2); err != nil {
			return err
		}
		c, err := p.compareModels(cmd.Context(), &f, args[:2], args[2:])
		if err != nil {
			return err
		}
		c.Changes = c.Changes[:min(limit, len(c.Changes))]
		if f.json {
			return printIndented(p.stdout, c)
		}
		c.print(p.stdout)
		return nil
	}
	return cmd
}

// compareModels links the tables with each of two models.
func (p *program) compareModels(ctx context.Context, f *tableFlags, models, tables []string) (*comparison, error) {
	s := &stages{p: p}
	f.model = models[0]
	j, err := p.job(ctx, f, tables, s)
	if err != nil {
		return nil, err
	}
	ids, err := j.idsOf()
	if err != nil {
		return nil, err
	}
	var found [2][]int32
	for i, path := range models {
		if err := f.use(path, j); err != nil {
			return nil, err
		}
		p.say("with %s", path)
		a, err := p.engine.link(ctx, j)
		s.end(err == nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		found[i] = a.cluster
	}
	return compareClusters(found[0], found[1], ids), nil
}

// use gives the job another model, and the settings that go with it.
func (f *tableFlags) use(path string, j *linkJob) (err error) {
	if j.model, err = readSmall(path); err != nil {
		return err
	}
	f.model = path
	j.settings, err = f.read(j.tables, j.model)
	return err
}

// comparison is how two clusterings of the same records differ.
type comparison struct {
	Records      int   `json:"records"`
	Before       int   `json:"clusters_before"`
	After        int   `json:"clusters_after"`
	Same         int   `json:"clusters_unchanged"`
	Joined       int   `json:"joined"`
	Parted       int   `json:"parted"`
	Rearranged   int   `json:"rearranged"`
	Moved        int   `json:"records_in_changed_clusters"`
	PairsGained  int64 `json:"pairs_gained"`
	PairsLost    int64 `json:"pairs_lost"`
	PairsKept    int64 `json:"pairs_kept"`
	ChangesFound int   `json:"changes"`
	// Changes are groups of records that no cluster of either side leaves, the
	// largest first.
	Changes []change `json:"examples"`
}

// change is one group of records whose clusters differ.
type change struct {
	What   string     `json:"what"` // joined, parted or rearranged
	Before [][]string `json:"before"`
	After  [][]string `json:"after"`
	size   int
	first  int32
}

// compareClusters finds the groups of records whose clusters differ: the
// connected parts of the clusters of both sides.
func compareClusters(before, after []int32, ids *recordIDs) *comparison {
	c := &comparison{Records: len(before), Before: count(before), After: count(after)}
	for _, g := range groupsOf(before, after) {
		was, is := split(g, before), split(g, after)
		kept := split2(g, before, after)
		c.PairsLost += pairsIn(was) - pairsIn(kept)
		c.PairsGained += pairsIn(is) - pairsIn(kept)
		c.PairsKept += pairsIn(kept)
		if len(was) == 1 && len(is) == 1 {
			c.Same++
			continue
		}
		what := "rearranged"
		switch {
		case len(is) == 1:
			what = "joined"
			c.Joined++
		case len(was) == 1:
			what = "parted"
			c.Parted++
		default:
			c.Rearranged++
		}
		c.Moved += len(g)
		c.Changes = append(c.Changes, change{what, named(was, ids), named(is, ids), len(g), g[0]})
	}
	c.ChangesFound = len(c.Changes)
	slices.SortFunc(c.Changes, func(x, y change) int {
		return cmp.Or(cmp.Compare(y.size, x.size), cmp.Compare(x.first, y.first))
	})
	return c
}

func count(cluster []int32) int {
	n := int32(0)
	for _, c := range cluster {
		n = max(n, c+1)
	}
	return int(n)
}

// groupsOf are the least groups of records that no cluster of either side
// leaves, in the order of their first records.
func groupsOf(before, after []int32) [][]int32 {
	root := make([]int32, count(before)) // a forest over the clusters of before
	for i := range root {
		root[i] = int32(i)
	}
	find := func(i int32) int32 {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	first := make([]int32, count(after))
	for i := range first {
		first[i] = -1
	}
	for record, a := range after {
		b := find(before[record])
		if first[a] < 0 {
			first[a] = b
			continue
		}
		other := find(first[a])
		root[max(b, other)] = min(b, other)
	}
	at := make([]int32, len(root))
	var out [][]int32
	for record, b := range before {
		r := find(b)
		if at[r] == 0 {
			out = append(out, nil)
			at[r] = int32(len(out))
		}
		out[at[r]-1] = append(out[at[r]-1], int32(record))
	}
	return out
}

// split divides records by their clusters.
func split(records, cluster []int32) [][]int32 {
	return split2(records, cluster, cluster)
}

// split2 divides records by their clusters on both sides.
func split2(records, one, two []int32) [][]int32 {
	at := make(map[[2]int32]int)
	var out [][]int32
	for _, r := range records {
		k := [2]int32{one[r], two[r]}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k], out = i, append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

func pairsIn(parts [][]int32) (n int64) {
	for _, p := range parts {
		n += int64(len(p)) * int64(len(p)-1) / 2
	}
	return n
}

func named(parts [][]int32, ids *recordIDs) [][]string {
	out := make([][]string, len(parts))
	for i, p := range parts {
		for _, r := range p {
			out[i] = append(out[i], ids.name(r))
		}
	}
	return out
}

func (c *comparison) print(w io.Writer) {
	fmt.Fprintf(w, "records=%d clusters_before=%d clusters_after=%d unchanged=%d\n", c.Records, c.Before, c.After, c.Same)
	fmt.Fprintf(w, "joined=%d parted=%d rearranged=%d records_in_them=%d\n", c.Joined, c.Parted, c.Rearranged, c.Moved)
	fmt.Fprintf(w, "pairs gained=%d lost=%d kept=%d\n", c.PairsGained, c.PairsLost, c.PairsKept)
	for _, ch := range c.Changes {
		line := fmt.Sprintf("%s: %s → %s", ch.What, bracketed(ch.Before), bracketed(ch.After))
		fmt.Fprintln(w, wrapLines(line, lineWidth))
	}
	if more := c.ChangesFound - len(c.Changes); more > 0 {
		fmt.Fprintf(w, "and %d more; --limit shows them\n", more)
	}
}

// bracketed writes groups of ids.
func bracketed(parts [][]string) string {
	const most = 12 // of one side: what is larger is for --json
	var out []string
	shown := 0
	for _, p := range parts {
		if shown += len(p); shown > most {
			out = append(out, "…")
			break
		}
		out = append(out, "["+strings.Join(p, " ")+"]")
	}
	return strings.Join(out, " ")
}
