package quality

import (
	"math"
	"math/bits"
	"slices"
)

// The bands of probability that labels are counted in, by their lower bounds.
var bands = [...]float64{0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999}

func band(p float64) int {
	i, _ := slices.BinarySearch(bands[:], p)
	if i == len(bands) || bands[i] > p {
		i--
	}
	return i
}

// stratum is what is known of the pairs of one band, in one cluster or apart.
type stratum struct {
	pairs, claimed float64 // how many, and the sum of their probabilities
	spread         float64 // variance of how many are true, by the claim
	yes, no        float64 // labels
}

// totals are the sums over pairs that every estimate is made of. Pairs are
// counted as pairs of records: a pair of nodes stands for all of theirs.
type totals struct {
	in       *Input
	copies   []int32 // records that each record stands for; 0 for no least one
	size     []int32 // records of each cluster, by its number
	strata   [2][len(bands)]stratum
	certain  float64 // pairs of equal records
	together float64 // pairs within clusters
	unscored float64 // of these, true ones that blocking did not find
	rules    []RuleCount
	captures captures
	bins     bins
	mean     []float64                  // probability of the pairs of each cluster
	judged   map[[2]int32]bool          // labels, by the nodes they are of
	claimed  map[[2]int32]float64       // what is claimed of those that were scored
	bend     Beta                       // what labels say of all claims
	told     float64                    // how well that is known, as an inverse variance
	unfound  int                        // of those that are of one person, how many no rule found
	voices   []func(a, b int32) float64 // of Input.Given, one for each goroutine
}

// The places of strata: pairs of two clusters, and of one.
const apart, inside = 0, 1

func newTotals(in *Input) *totals {
	t := &totals{in: in, rules: make([]RuleCount, len(in.Rules)), judged: map[[2]int32]bool{}, claimed: map[[2]int32]float64{}}
	for i := range t.rules {
		t.rules[i].Name = in.Rules[i].Name
	}
	t.count()
	for _, l := range in.Labels {
		if a, b := t.node(l.A), t.node(l.B); a != b {
			t.judged[[2]int32{min(a, b), max(a, b)}] = l.Same
		}
	}
	scored := t.walk()
	t.close(scored)
	t.label()
	t.correct()
	return t
}

func (t *totals) node(i int32) int32 {
	if t.in.Node == nil {
		return i
	}
	return t.in.Node[i]
}

// count counts records by node and by cluster.
func (t *totals) count() {
	n := len(t.in.Cluster)
	t.copies = make([]int32, n)
	clusters := int32(0)
	for _, c := range t.in.Cluster {
		clusters = max(clusters, c+1)
	}
	t.size = make([]int32, clusters)
	for i := range int32(n) {
		t.copies[t.node(i)]++
		t.size[t.in.Cluster[i]]++
	}
	for _, k := range t.copies {
		t.certain += float64(k) * float64(k-1) / 2
	}
	for _, k := range t.size {
		t.together += float64(k) * float64(k-1) / 2
	}
}

// inner sums the scored pairs of one cluster.
type inner struct{ pairs, claimed float64 }

// walk counts the scored pairs.
func (t *totals) walk() []inner {
	out := make([]inner, len(t.size))
	left := &poll{t: t, into: &t.strata[apart]}
	var found caught
	for p := range t.in.Pairs {
		w := float64(t.copies[p.A]) * float64(t.copies[p.B])
		q := sane(p.Probability)
		t.countRules(p.Rules, q)
		if q >= telling {
			found.add(p.Rules, q)
		}
		if t.isJudged(p.A, p.B) {
			t.claimed[[2]int32{p.A, p.B}] = q
			t.bins.label(q, t.judged[[2]int32{p.A, p.B}])
		}
		t.bins.claim(q)
		if c := t.in.Cluster[p.A]; c == t.in.Cluster[p.B] {
			out[c].pairs += w
			out[c].claimed += w * q
		} else {
			left.add(vote{a: p.A, b: p.B, pairs: w, together: w, probability: q, open: t.in.Given != nil && q >= doubtful})
		}
	}
	left.close()
	t.captures = found.captures()
	return out
}

// isJudged says whether a pair, the lesser record first, has a label.
func (t *totals) isJudged(a, b int32) bool {
	if len(t.judged) == 0 {
		return false
	}
	_, ok := t.judged[[2]int32{a, b}]
	return ok
}

// countRules counts a pair for the rules that found it.
func (t *totals) countRules(rules uint32, q float64) {
	for r := rules; r != 0; r &= r - 1 {
		i := bits.TrailingZeros32(r)
		if i >= len(t.rules) {
			return
		}
		x := &t.rules[i]
		x.Pairs++
		x.Matches += q
		if rules == 1<<i {
			x.Alone += q
		}
	}
}

// telling is the least probability that says anything of what rules find: of
// the many pairs below nearly all are false, by however little.
const telling = 0.05

// doubtful is the probability from which a pair that was left apart is worth
// asking about.
const doubtful = 0.05

// sane keeps a claim from being certain: whatever is claimed, one in a thousand
// of the surest pairs is wrong (Belin and Rubin 1995 found one in a hundred).
func sane(p float64) float64 {
	if math.IsNaN(p) {
		return 0
	}
	return min(max(p, 0), 0.999)
}

// add counts w pairs that stand or fall with together-many others.
func (s *stratum) add(w, p, together float64) {
	s.pairs += w
	s.claimed += w * p
	s.spread += w * together * p * (1 - p)
}

func (s *stratum) label(same bool) {
	if same {
		s.yes++
	} else {
		s.no++
	}
}

// asked is from how many pairs within clusters on only every so many clusters
// are asked for the probabilities of their pairs.
const asked = 200_000

// close counts the pairs within clusters.
func (t *totals) close(scored []inner) {
	members := t.members()
	t.mean = make([]float64, len(t.size))
	every := int(t.together/asked) + 1
	within := &poll{t: t, into: &t.strata[inside]}
	for c, m := range members {
		if len(m) < 2 {
			continue
		}
		if t.in.Given == nil {
			t.closeByScored(c, m, scored[c])
		} else if c%every == 0 {
			t.closeByAsking(within, m, float64(every))
		}
	}
	within.close()
	if t.in.Given != nil {
		t.unscored = t.truths(scored)
	}
}

// truths is how many of the pairs within clusters that were not scored are true:
// all, less as many as were scored.
func (t *totals) truths(scored []inner) float64 {
	all, found := 0.0, 0.0
	for i := range t.strata[inside] {
		all += t.strata[inside][i].claimed
	}
	for _, s := range scored {
		found += s.claimed
	}
	return max(0, all-found)
}

// members lists the nodes of each cluster.
func (t *totals) members() [][]int32 {
	count := make([]int32, len(t.size))
	nodes := int32(0)
	for i, k := range t.copies {
		if k > 0 {
			count[t.in.Cluster[i]]++
			nodes++
		}
	}
	all, out := make([]int32, 0, nodes), make([][]int32, len(t.size))
	for c, k := range count {
		out[c] = all[len(all) : len(all) : len(all)+int(k)]
		all = all[:len(all)+int(k)]
	}
	for i, k := range t.copies {
		if c := t.in.Cluster[i]; k > 0 {
			out[c] = append(out[c], int32(i))
		}
	}
	return out
}

func (t *totals) closeByScored(c int, nodes []int32, s inner) {
	pairs := 0.0 // of different nodes
	for _, i := range nodes {
		pairs += float64(t.copies[i]) * float64(t.size[c]-t.copies[i]) / 2
	}
	p := 0.5
	if s.pairs > 0 {
		p = s.claimed / s.pairs
	}
	// The pairs of a cluster mostly stand or fall together: one stranger in it
	// makes as many wrong pairs as it has other members.
	t.strata[inside][band(p)].add(pairs, p, float64(t.size[c]-1))
	t.unscored += p * max(0, pairs-s.pairs)
	t.mean[c] = p
}

// askedOf is how many pairs of one cluster are asked for at most.
const askedOf = 5000

// closeByAsking counts the pairs of a cluster that stands for each clusters.
func (t *totals) closeByAsking(within *poll, nodes []int32, each float64) {
	n := len(nodes)
	pairs := n * (n - 1) / 2
	step := pairs/askedOf + 1
	records := 0
	for _, i := range nodes {
		records += int(t.copies[i])
	}
	before := 0 // pairs of earlier rows
	for j := range n {
		for i := (step - before%step) % step; i < j; i += step {
			a, b := nodes[i], nodes[j]
			w := each * float64(step) * float64(t.copies[a]) * float64(t.copies[b])
			within.add(vote{a: a, b: b, pairs: w, together: each * float64(records-1), open: true})
		}
		before += j
	}
}

// label counts the labels of pairs by what is claimed of them. Which of two
// labels comes first does not matter to a count.
func (t *totals) label() {
	for pair, same := range t.judged {
		where, p := apart, 0.0
		c := t.in.Cluster[pair[0]]
		q, scored := t.claimed[pair]
		switch {
		case c == t.in.Cluster[pair[1]] && t.in.Given != nil:
			where, p = inside, t.given(pair[0], pair[1])
		case c == t.in.Cluster[pair[1]]:
			where, p = inside, t.mean[c]
		case scored:
			p = t.apart(pair[0], pair[1], q)
		default:
			if same {
				t.unfound++
			}
			continue
		}
		t.strata[where][band(p)].label(same)
	}
}

// apart is the probability that two nodes of different clusters are one
// person's after all.
func (t *totals) apart(a, b int32, p float64) float64 {
	if t.in.Given != nil && p >= doubtful {
		return t.given(a, b)
	}
	return p
}
