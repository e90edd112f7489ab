package report

import "fmt"

// choices are why pairs are shown, in order.
var choices = []struct {
	choice        Choice
	head, meaning string
}{
	{Asked, "Asked for", "These pairs were asked for."},
	{Surest, "Surest links", "These should be beyond doubt. If one is not, some column tells less than the model believes."},
	{JustLinked, "Just linked", "The pairs nearest above the threshold. If many are of two people, raise it."},
	{JustNot, "Just not linked", "The pairs nearest below the threshold. If many are of one person, lower it."},
	{Telling, "Worth judging first", "Knowing whether these are of one person would tell most about how good the whole answer is."},
	{Surprising, "Most surprising", "Much speaks for these pairs and much against."},
	{OverMerged, "Perhaps too much in one", "These records are in one cluster, yet have little in common."},
}

// pairsView are the pairs shown, by why they are.
type pairsView struct {
	Hidden   bool
	Sections []choiceSection
}

type choiceSection struct {
	Head, Meaning, More string
	Pairs               []pairView
}

type pairView struct {
	ID, Head, Why   string
	Left, Right     recordView
	Fields          []fieldView
	FieldMore       string
	Verdict, Number string
	Waterfall       *figure
}

type recordView struct{ Where, ID string }

type fieldView struct {
	Column, Class, Sign, Words string
	Left, Right                cellView
}

// cellView is a cell: what it holds, or what stands for it.
type cellView struct {
	Pieces []piece
	Note   string
}

func newPairs(r *Report, l limits) pairsView {
	out := pairsView{Hidden: r.HideValues}
	number := 0
	for _, c := range choices {
		section := choiceSection{Head: c.head, Meaning: c.meaning}
		total := int64(0)
		for i := range r.Pairs {
			p := &r.Pairs[i]
			if p.Choice != c.choice {
				continue
			}
			if total++; total > int64(l.perChoice) {
				continue
			}
			number++
			section.Pairs = append(section.Pairs, newPair(r, p, l, number))
		}
		if section.More = some(len(section.Pairs), total); total > 0 {
			out.Sections = append(out.Sections, section)
		}
	}
	return out
}

func newPair(r *Report, p *Pair, l limits, number int) pairView {
	linked := "not linked"
	if p.Linked {
		linked = "linked"
	}
	v := pairView{
		ID: fmt.Sprintf("pair-%d", number), Head: fmt.Sprintf("Pair %d: %s, %s", number, verdict(p.Probability), linked),
		Why: sentence(p.Why), Left: recordName(r, p.Left), Right: recordName(r, p.Right),
		Verdict:   fmt.Sprintf("%s: %s.", sentenceCase(verdict(p.Probability)), linked),
		Number:    fmt.Sprintf("Weight %s bits, probability %s.", bits(p.Weight), percent(p.Probability)),
		FieldMore: some(min(len(p.Fields), l.fields), int64(len(p.Fields))),
	}
	for _, f := range first(p.Fields, l.fields) {
		v.Fields = append(v.Fields, newField(r, p, f))
	}
	if finite(p.Prior) && finite(p.Weight) {
		v.Waterfall = waterfallFigure(v.ID+"-waterfall", p, l, weightOf(r.Answer.Threshold))
	}
	return v
}

func sentenceCase(s string) string { return string(s[0]-'a'+'A') + s[1:] }

func recordName(r *Report, rec Record) recordView {
	where := "row\u00a0" + count(rec.Row)
	if rec.Table != "" {
		where = name(rec.Table) + ", " + where
	}
	if r.HideValues {
		return recordView{Where: where}
	}
	return recordView{where, name(rec.ID)}
}

func newField(r *Report, p *Pair, f Field) fieldView {
	v := fieldView{Column: name(f.Column), Words: sentence(f.Words)}
	switch f.Kind {
	case Same:
		v.Class, v.Sign = "same", "="
	case Near:
		v.Class, v.Sign = "near", "≈"
	case Missing:
		v.Class, v.Sign = "missing", "–"
	default:
		v.Class, v.Sign = "different", "≠"
	}
	if v.Words == "" {
		v.Words = plainly(v.Class, f)
	}
	left, right := name(f.Left), name(f.Right)
	v.Left, v.Right = cell(r, left, p.Left.Table), cell(r, right, p.Right.Table)
	if f.Kind == Near && !r.HideValues && left != "" && right != "" {
		v.Left.Pieces, v.Right.Pieces = marked(left, right)
	}
	return v
}

// plainly words a difference that came without words of its own.
func plainly(class string, f Field) string {
	switch {
	case class == "same":
		return "the same"
	case class == "near":
		return "alike"
	case class == "different":
		return "different"
	case f.Left == "" && f.Right == "":
		return "in neither record, so it tells nothing"
	}
	return "in one record only, so it tells nothing"
}

func cell(r *Report, text, table string) cellView {
	switch {
	case text == "" && table != "":
		return cellView{Note: "not given by " + name(table)}
	case text == "":
		return cellView{Note: "not given"}
	case r.HideValues:
		return cellView{Note: "hidden"}
	}
	return cellView{Pieces: []piece{{Text: text}}}
}

func waterfallFigure(id string, p *Pair, l limits, threshold float64) *figure {
	d := waterfall(id, p, threshold, l.parts)
	t := dataTable{Caption: "The parts of the weight", Left: 2, Heads: []string{"Comparison", "Outcome", "Weight", "Sum"}}
	sum := 0.0
	for _, s := range steps(p, l.parts) {
		if sum += s.to - s.from; s.total {
			sum = s.to
		}
		t.Rows = append(t.Rows, []string{s.name, dash(s.words), bits(s.to - s.from), bits(sum)})
	}
	f := &figure{Drawing: d, Table: t, Legend: []legend{{Class: "for", Text: "for one person"}, {Class: "against", Text: "against"}}}
	if finite(threshold) {
		f.Legend = append(f.Legend, legend{"threshold", "threshold " + bits(threshold), true})
	}
	return f
}

// clustersView is how large the clusters are, and which to look at.
type clustersView struct {
	Lead    string
	Sizes   []sizeView
	Review  []clusterView
	More    string
	Largest string
}

type sizeView struct {
	Size, Clusters, Records, Share string
	Bar                            bar
}

type clusterView struct {
	Head    string
	Reasons []string
	Graph   *figure
	Members []memberView
	More    string
}

type memberView struct {
	Number string
	Record recordView
	Label  string
}

func newClusters(r *Report, l limits) clustersView {
	c := &r.Clusters
	v := clustersView{Sizes: sizes(c.Sizes)}
	total := max(c.ReviewTotal, int64(len(c.Review)))
	for i := range first(c.Review, l.clusters) {
		v.Review = append(v.Review, newCluster(r, &c.Review[i], l, i+1))
	}
	v.More = some(len(v.Review), total)
	if total > 0 {
		v.Lead = plural(total, "cluster ought", "clusters ought") + " to be looked at."
	}
	return v
}

// sizes puts clusters in classes of size.
func sizes(all []SizeCount) (out []sizeView) {
	from := []int64{1, 2, 3, 4, 5, 6, 11, 21, 51, 101, 1001, 1 << 62}
	records, clusters, total, largest := make([]int64, len(from)), make([]int64, len(from)), int64(0), int64(0)
	for _, s := range all {
		if s.Size < 1 {
			continue
		}
		for i := len(from) - 2; i >= 0; i-- {
			if s.Size >= from[i] {
				records[i], clusters[i] = records[i]+s.Size*s.Clusters, clusters[i]+s.Clusters
				break
			}
		}
		total, largest = total+s.Size*s.Clusters, max(largest, s.Size)
	}
	for i, n := range clusters {
		if n == 0 {
			continue
		}
		words := plural(from[i], "record", "records")
		if last := min(from[i+1]-1, largest); last > from[i] {
			words = count(from[i]) + " to " + count(last) + " records"
		}
		part := float64(records[i]) / float64(max(total, 1))
		out = append(out, sizeView{words, count(n), count(records[i]), percent(part), shareBar("one", part)})
	}
	return out
}

func newCluster(r *Report, c *Cluster, l limits, number int) clusterView {
	size := max(c.Size, int64(len(c.Members)))
	members := first(c.Members, l.members)
	v := clusterView{Head: fmt.Sprintf("Cluster %d of those shown", number), Reasons: list(c.Reasons, l.sentences),
		More: some(len(members), size)}
	if !r.HideValues && c.ID != "" {
		v.Head = "Cluster " + name(c.ID)
	}
	v.Head += ": " + plural(size, "record", "records")
	for i, m := range members {
		out := memberView{Number: count(int64(i + 1)), Record: recordName(r, m.Record)}
		if !r.HideValues {
			out.Label = name(m.Label)
		}
		v.Members = append(v.Members, out)
	}
	if len(members) > 0 {
		v.Graph = clusterFigure(fmt.Sprintf("cluster-%d", number), c, len(members), l, weightOf(r.Answer.Threshold))
	}
	return v
}

// clusterFigure draws a cluster's strongest pairs; bridges come first, as
// without them the picture falls apart.
func clusterFigure(id string, c *Cluster, members int, l limits, threshold float64) *figure {
	kept := *c
	kept.Edges = strongest(c.Edges, members, l.edges)
	if !finite(threshold) {
		threshold = 0
	}
	t := dataTable{Caption: "Scored pairs of the cluster", Left: 1, Heads: []string{"Records", "Weight", "Probability", "Bridge"}}
	for _, e := range kept.Edges {
		bridge := "no"
		if e.Bridge {
			bridge = "yes"
		}
		t.Rows = append(t.Rows, []string{fmt.Sprintf("%d and %d", e.A+1, e.B+1), bits(e.Weight), percent(e.Probability), bridge})
	}
	return &figure{Drawing: graph(id, &kept, members, threshold), Table: t}
}
