package linker

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/linker/report"
	"github.com/hearthmatch/hearth/matcher"
)

// perChoice is how many pairs are shown for each reason.
const perChoice = 4

// shown picks the pairs that are worth looking at.
func (r *Result) shown() []report.Pair {
	var out []report.Pair
	add := func(choice report.Choice, a, b int32, probability float64) {
		out = append(out, r.pairPart(choice, a, b, probability))
	}
	edge := r.Job.Threshold
	for _, x := range []struct {
		choice report.Choice
		in     func(Pair) bool
		less   func(x, y Pair) int
	}{
		{report.Surest, func(p Pair) bool { return !p.Equal && r.linked(p) }, func(x, y Pair) int { return cmp.Compare(y.Weight, x.Weight) }},
		{report.JustLinked, func(p Pair) bool { return !p.Equal && r.linked(p) && p.Probability >= edge },
			func(x, y Pair) int { return cmp.Compare(x.Probability, y.Probability) }},
		{report.JustNot, func(p Pair) bool { return !r.linked(p) }, func(x, y Pair) int { return cmp.Compare(y.Probability, x.Probability) }},
	} {
		for _, p := range best(r.Pairs(), x.in, x.less) {
			add(x.choice, p.A, p.B, p.Probability)
		}
	}
	for _, q := range first(r.Verdict().Ask, perChoice) {
		add(report.Telling, q[0], q[1], r.probability(q[0], q[1]))
	}
	for _, p := range r.surprising() {
		add(report.Surprising, p.A, p.B, p.Probability)
	}
	for _, d := range first(r.doubts(), perChoice) {
		a, b := d.LeastPair[0], d.LeastPair[1]
		add(report.OverMerged, a, b, r.probability(a, b))
	}
	return out
}

func (r *Result) linked(p Pair) bool { return r.Cluster[p.A] == r.Cluster[p.B] }

func first[T any](all []T, n int) []T { return all[:min(len(all), n)] }

// best picks the first few pairs by an order, of equals those of the least
// records.
func best(pairs []Pair, in func(Pair) bool, order func(x, y Pair) int) []Pair {
	var out []Pair
	by := func(x, y Pair) int { return cmp.Or(order(x, y), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) }
	for _, p := range pairs {
		if !in(p) || len(out) == perChoice && by(p, out[perChoice-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(out, p, by)
		out = first(slices.Insert(out, at, p), perChoice)
	}
	return out
}

// probability is that of a pair, scored or not.
func (r *Result) probability(a, b int32) float64 {
	if r.Linked != nil {
		return r.given(r.evidenceOf())(a, b)
	}
	p, err := r.foreign.scorer.Score(int(a), int(b))
	if err != nil {
		return math.NaN()
	}
	return p.Probability
}

// surprised is how many pairs are looked at for surprises.
const surprised = 20_000

// surprising picks pairs of which much speaks for one person and much against.
func (r *Result) surprising() []Pair {
	pairs := r.Pairs()
	step := len(pairs)/surprised + 1
	type found struct {
		p    Pair
		much float64
	}
	var all []found
	for i := 0; i < len(pairs); i += step {
		p := pairs[i]
		if p.Equal {
			continue
		}
		up, down := 0.0, 0.0
		for _, x := range r.reasons(p.A, p.B).parts {
			up, down = up+max(x.Weight, 0), down+max(-x.Weight, 0)
		}
		if much := min(up, down); much > 3 {
			all = append(all, found{p, much})
		}
	}
	slices.SortStableFunc(all, func(x, y found) int { return cmp.Compare(y.much, x.much) })
	var out []Pair
	for _, f := range first(all, perChoice) {
		out = append(out, f.p)
	}
	return out
}

// reasons are the parts of a pair's weight.
type reasons struct {
	prior, weight float64
	parts         []report.Part
}

func (r *Result) reasons(a, b int32) reasons {
	if r.foreign != nil {
		return r.foreign.reasons(a, b)
	}
	out := reasons{weight: r.Linked.Weigh(a, b).Bits()}
	for _, x := range r.Linked.Explain(nil, a, b) {
		if x.Comparison == "before any comparison" {
			out.prior = x.Weight.Bits()
			continue
		}
		out.parts = append(out.parts, report.Part{Comparison: x.Comparison, Level: x.Level, Weight: x.Weight.Bits()})
	}
	return out
}

func (f *foreign) reasons(a, b int32) reasons {
	x, err := f.scorer.Explain(int(a), int(b))
	if err != nil {
		return reasons{weight: math.NaN()}
	}
	out := reasons{prior: x.Prior, weight: x.Weight}
	for _, p := range x.Parts {
		if w := p.Weight + p.Term; w != 0 {
			out.parts = append(out.parts, report.Part{Comparison: p.Comparison, Level: p.Level, Weight: w})
		}
	}
	return out
}

func (r *Result) pairPart(choice report.Choice, a, b int32, probability float64) report.Pair {
	x := r.reasons(a, b)
	why := ""
	if alone := 1 / (1 + math.Exp2(-x.weight)); (alone < r.Job.Threshold) != (probability < r.Job.Threshold) {
		why = fmt.Sprintf("By their own values alone they would be one person with a probability of %.0f%%; the rest is what "+
			"the other records of their clusters say.", 100*alone)
	}
	return report.Pair{Choice: choice, Why: why, Left: r.recordPart(a), Right: r.recordPart(b), Linked: r.Cluster[a] == r.Cluster[b],
		Fields: r.fields(a, b), Prior: x.prior, Parts: x.parts, Weight: x.weight, Probability: probability}
}

func (r *Result) recordPart(i int32) report.Record {
	t, row := r.Record(i)
	return report.Record{Table: r.Job.Tables[t].Name, Row: int64(row) + 1, ID: r.ID(i)}
}

// doubts are Doubts, worked out once.
func (r *Result) doubts() []matcher.Doubt {
	if r.doubtful == nil {
		r.doubtful = append([]matcher.Doubt{}, r.Doubts()...)
	}
	return r.doubtful
}

// What is shown of clusters.
const (
	clustersShown = 12
	membersShown  = 30
)

func (r *Result) clustersPart() report.Clusters {
	var c report.Clusters
	sizes := r.sizes()
	count := make(map[int]int64)
	for _, n := range sizes {
		count[n]++
	}
	for n, k := range count {
		c.Sizes = append(c.Sizes, report.SizeCount{Size: int64(n), Clusters: k})
	}
	slices.SortFunc(c.Sizes, func(x, y report.SizeCount) int { return cmp.Compare(x.Size, y.Size) })
	var look []matcher.Doubt
	for _, d := range r.doubts() {
		if d.Wrong >= 0.5 || d.Conflicts > 0 {
			look = append(look, d)
		}
	}
	c.ReviewTotal = int64(len(look))
	look = first(look, clustersShown)
	members := make(map[int32][]int32, len(look))
	for _, d := range look {
		members[d.Person] = nil
	}
	for i, p := range r.Cluster {
		if m, ok := members[p]; ok && len(m) < membersShown && r.node(int32(i)) == int32(i) {
			members[p] = append(m, int32(i))
		}
	}
	for _, d := range look {
		c.Review = append(c.Review, r.clusterPart(&d, members[d.Person]))
	}
	return c
}

func (r *Result) clusterPart(d *matcher.Doubt, members []int32) report.Cluster {
	c := report.Cluster{ID: fmt.Sprint(d.Person + 1), Size: int64(d.Records)}
	say := func(format string, a ...any) { c.Reasons = append(c.Reasons, fmt.Sprintf(format, a...)) }
	if d.Wrong >= 0.5 {
		say("about %.1f of its pairs are expected to be of two people", d.Wrong)
	}
	if d.Conflicts > 0 {
		say("%d of its pairs have identifiers that differ", d.Conflicts)
	}
	if d.Bridges > 0 {
		say("one pair alone holds two parts of it together, %d times", d.Bridges)
	}
	if d.Density < 0.5 {
		say("only %.0f%% of its pairs speak for one person by themselves", 100*d.Density)
	}
	if d.Records > d.Different {
		say("%d of its records equal others in all that is compared", d.Records-d.Different)
	}
	for _, i := range members {
		c.Members = append(c.Members, report.Member{Record: r.recordPart(i), Label: r.label(i)})
	}
	for j := range members {
		for i := range j {
			w := r.Linked.Weigh(members[i], members[j])
			if w >= 0 {
				c.Edges = append(c.Edges, report.Edge{A: i, B: j, Weight: w.Bits(), Probability: w.Probability()})
			}
		}
	}
	bridges(c.Edges, len(members))
	c.Edges = skeleton(c.Edges, len(members))
	return c
}

// linkedParts numbers the parts that edges hold together, of a few members.
type linkedParts []int

func newParts(members int) linkedParts {
	p := make(linkedParts, members)
	for i := range p {
		p[i] = i
	}
	return p
}

// join says whether the edge holds two parts together, which become one.
func (p linkedParts) join(e report.Edge) bool {
	from, to := p[e.A], p[e.B]
	for i := range p {
		if p[i] == from {
			p[i] = to
		}
	}
	return from != to
}

// bridges marks the edges without which the members fall apart.
func bridges(edges []report.Edge, members int) {
	for i := range edges {
		p := newParts(members)
		for j, e := range edges {
			if j != i {
				p.join(e)
			}
		}
		edges[i].Bridge = p[edges[i].A] != p[edges[i].B]
	}
}

// edgesShown is how many edges of a cluster are shown: more are a blot.
const edgesShown = 90

// skeleton keeps the strongest edges, and first of all those of a greatest
// spanning tree, so that what belongs together is drawn together.
func skeleton(edges []report.Edge, members int) []report.Edge {
	slices.SortStableFunc(edges, func(x, y report.Edge) int { return cmp.Compare(y.Weight, x.Weight) })
	p := newParts(members)
	var tree, rest []report.Edge
	for _, e := range edges {
		if p.join(e) {
			tree = append(tree, e)
			continue
		}
		rest = append(rest, e)
	}
	return append(tree, first(rest, max(0, edgesShown-len(tree)))...)
}

// telling are the roles by which a person is called.
var telling = []string{"full name", "forename", "surname", "date of birth", "year of birth"}

// label is what a record's person is called.
func (r *Result) label(i int32) string {
	t, row := r.Record(i)
	var words []string
	for _, as := range telling {
		for _, c := range r.Job.Settings.Columns {
			if c.As == as && (c.Table == "" || c.Table == r.Job.Tables[t].Name) {
				if text := textOf(r.Job.Tables[t], c.Name, row); text != "" {
					words = append(words, text)
				}
			}
		}
	}
	return strings.Join(words, " ")
}
