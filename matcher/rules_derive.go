package matcher

import (
	"cmp"
	"math/bits"
	"slices"
	"sync"
)

const (
	// imaginedPairs is how many pairs of one person are made up to judge rules
	// by, and firstImagined how many of them for a first look.
	imaginedPairs = 4096
	firstImagined = 512
	// leastGain is how many imagined pairs a rule has to add.
	leastGain = 2
	// leastAgain is how many a rule has to find that others find too, but less
	// often than is wanted, where nothing is left to add; mostTimes is how
	// often is wanted in the end.
	leastAgain, mostTimes = imaginedPairs / 100, 4
	// batch is how many candidate rules are tried on records at once, batches
	// how often for one place, and measurements how many in all.
	batch, batches, measurements = 4, 2, 64
	// asGood is which part of the best score is as good: a score not yet measured
	// is mostly overrated.
	asGood = .9
	// fewPairs is how many pairs for each record make a key so fine that a
	// further part cannot pay.
	fewPairs = 0.2
)

// budget is how many pairs for each record the rules may make: small tables can
// afford more. With twelve in place of five a large table gains less than a
// thousandth of F1 and takes half as long again.
func budget(records int) float64 { return min(max(6e6/float64(max(records, 1)), 5), 300) }

// blockCap is the largest block under the budget.
func blockCap(budget float64) int { return int(min(max(2*budget, 40), 120)) }

// window is how many neighbors a record keeps in a block given up.
const window = 5

// deriveRules chooses blocking rules for a table: at most 16, that find the most
// pairs of one person within a bounded number of pairs for each record. It
// imagines pairs of one person by beliefs about slips, gaps and moves, goes by
// the frequencies of the values that there are, and uses no labels.
func (t *nodes) deriveRules(workers int) []Rule {
	if t.n == 0 {
		return nil
	}
	d := newDeriver(t, workers)
	if d.most = maxRules; t.n <= compareAll {
		d.most-- // of which one compares all
	}
	d.propose()
	d.choose()
	rules := make([]Rule, len(d.chosen))
	for i, c := range d.chosen {
		rules[i] = d.rule(d.proposals[c])
		rules[i].Name = rules[i].String()
	}
	if t.n <= compareAll || len(rules) == 0 {
		rules = append(rules, d.everything())
	}
	return rules
}

// compareAll is the size of table up to which all pairs are compared.
const compareAll = 2000

// everything is the rule that compares all with all.
func (d *deriver) everything() Rule {
	r := Rule{Name: "all pairs", Parts: []KeyPart{}, Cap: compareAll, Window: window}
	for _, u := range d.refiners(nil) {
		r.Refine = append(r.Refine, d.units[u].parts...)
	}
	return r
}

// deriver chooses rules for a table by a sample of it.
type deriver struct {
	t       *nodes // the sample
	workers int
	// scale is how many pairs of the table each pair of the sample stands for,
	// and records how many records the table has.
	scale   float64
	records float64
	budget  float64
	cap     int
	// order and after rank the sample by source, see pairSpace; watched are the
	// nodes of imagined pairs.
	order   []int32
	after   []uint32
	watched []bool
	work    sync.Pool // of *entryBuffers
	// cross is how many of all pairs may be compared.
	cross float64

	pairs     []imagined
	keyers    *keyers
	units     []*unit
	refining  []int // units to refine by, the best first
	proposals []*proposal
	most      int // rules
	chosen    []int
	measured  int
	// allowed is how many proposals may be measured, and least what one has to
	// add: pairs found less than so many times.
	allowed, times int
	least          float64
}

// proposal is a candidate rule.
type proposal struct {
	units []int
	// cover are the imagined pairs that it finds; before it is measured, those
	// that share its key.
	cover bitset
	// cost is how many pairs it makes for each record, and pass how many of
	// the records are in blocks that are not too large.
	cost, pass float64
	measured   bool
	chosen     bool
	share      []float32 // see unit, of the first imagined pairs
}

func newDeriver(t *nodes, workers int) *deriver {
	d := &deriver{t: t.sample(), workers: workers, records: float64(t.n), budget: budget(t.n)}
	d.cap = blockCap(d.budget)
	part := float64(d.t.n) / float64(t.n)
	d.scale = 1 / (part * part)
	d.cross = d.t.crossing()
	if d.t.source != nil {
		d.order, d.after = d.t.bySource()
	}
	d.pairs = make([]imagined, imaginedPairs)
	step := max(1, d.t.n/imaginedPairs)
	eachPart(workers, chunks, func(part int) {
		for i := imaginedPairs * part / chunks; i < imaginedPairs*(part+1)/chunks; i++ {
			d.pairs[i] = d.t.imagine(i, int32(i*step%d.t.n))
		}
	})
	d.work.New = func() any { return new(entryBuffers) }
	d.watched = make([]bool, d.t.n)
	for _, p := range d.pairs {
		d.watched[p.node] = true
	}
	return d
}

// makeUnits makes the parts that keys are composed of.
func (d *deriver) makeUnits() {
	d.keyers = newKeyers(d.t, d.workers)
	for i := range d.t.cols {
		for _, how := range columnHows(&d.t.cols[i]) {
			d.units = append(d.units, &unit{parts: []KeyPart{{d.t.cols[i].name, how}}, places: []int{i}})
		}
	}
	if f, s := d.t.nameColumns(); f >= 0 && s >= 0 {
		for _, how := range []How{Whole, Sound} {
			d.units = append(d.units, &unit{either: true, places: []int{f, s},
				parts: []KeyPart{{d.t.cols[f].name, how}, {d.t.cols[s].name, how}}})
		}
	}
	for _, u := range d.units {
		for _, p := range u.parts {
			d.keyers.get(p)
		}
	}
	eachPart(d.workers, len(d.units), func(i int) { d.judge(d.units[i]) })
	for i, u := range d.units {
		if !u.either && !u.parts[0].How.several() && u.selects <= refineSelects {
			d.refining = append(d.refining, i)
		}
	}
	slices.SortStableFunc(d.refining, func(i, j int) int {
		a, b := d.units[i], d.units[j]
		return cmp.Or(cmp.Compare(b.agree.count(), a.agree.count()), cmp.Compare(a.selects, b.selects))
	})
}

// refineSelects is how much of a block a refinement may leave together.
const refineSelects = 0.15

// judge finds which imagined pairs share a unit's key, and how common it is.
func (d *deriver) judge(u *unit) {
	b := newBlocking(&pairSpace{t: d.t}, Rule{Parts: u.parts, Either: u.either, Cap: 2}, 0, d.keyers)
	mine := &keyList{b: b}
	counts, others := d.keyCounts(mine)
	u.agree, u.share = newBitset(len(d.pairs)), make([]float32, len(d.pairs))
	var theirs []uint64
	sum := 0.0
	for i, p := range d.pairs {
		keys := mine.of(p.node)
		for _, k := range keys {
			u.share[i] += max(0, float32(*counts.of(k)-1)) / others
		}
		u.share[i] = min(u.share[i], 1)
		sum += float64(u.share[i])
		theirs = b.keysOf(theirs[:0], p.other)
		if slices.ContainsFunc(theirs, func(k uint64) bool { return slices.Contains(keys, k) }) {
			u.agree.set(i)
		}
	}
	u.selects = sum / float64(len(d.pairs))
}

// keyCounts counts the records of each key that a record of an imagined pair
// has, among so many others.
func (d *deriver) keyCounts(k *keyList) (counts *keyTable, others float32) {
	counts = newKeyTable(4 * len(d.pairs))
	for _, p := range d.pairs {
		for _, key := range k.of(p.node) {
			counts = counts.with(key)
		}
	}
	for i := range int32(d.t.n) {
		for _, key := range k.of(i) {
			*counts.of(key)++
		}
	}
	return counts, float32(max(d.t.n-1, 1))
}

// keysOf appends the keys of a record that is not among the nodes, of which the
// texts are given column by column.
func (b *blocking) keysOf(out []uint64, texts []string) []uint64 {
	out = append(out, b.noKey())
	var hashes []uint64
	for i, p := range b.parts {
		hashes = appendHashes(hashes[:0], texts[p.place], p.how)
		n := len(out)
		for _, h := range hashes {
			for _, key := range out[:n] {
				out = append(out, b.join(key, h, i))
			}
		}
		out = slices.Delete(out, 0, n)
	}
	return out
}

// propose makes candidate rules of up to three units. One that is fine enough
// is not made finer.
func (d *deriver) propose() {
	d.makeUnits()
	single := make([]*proposal, len(d.units))
	for i := range d.units {
		single[i] = d.proposal(nil, i)
		d.consider(single[i])
	}
	for i := range d.units {
		for j := i + 1; j < len(d.units); j++ {
			if !d.apart(i, j) || single[i].fine() || single[j].fine() {
				continue
			}
			two := d.proposal(single[i], j)
			d.consider(two)
			if two.fine() {
				continue
			}
			for k := j + 1; k < len(d.units); k++ {
				if d.apart(i, k) && d.apart(j, k) && !single[k].fine() {
					d.consider(d.proposal(two, k))
				}
			}
		}
	}
}

func (p *proposal) fine() bool { return p.cost < fewPairs && p.pass > .99 }

// apart says whether two units are of different columns.
func (d *deriver) apart(i, j int) bool {
	for _, c := range d.units[i].places {
		if slices.Contains(d.units[j].places, c) {
			return false
		}
	}
	return true
}

// proposal adds a unit to a proposal, nil for none, and estimates its cost as if
// columns had nothing to do with each other.
func (d *deriver) proposal(to *proposal, unit int) *proposal {
	p := &proposal{units: []int{unit}, cover: d.units[unit].agree, share: d.units[unit].share[:firstImagined]}
	if to != nil {
		p.units = append(slices.Clone(to.units), unit)
		p.cover = p.cover.and(to.cover)
		p.share = slices.Clone(p.share)
		for i, s := range to.share {
			p.share[i] *= s
		}
	}
	d.estimate(p)
	return p
}

// estimate says what a proposal costs and how much of what shares its key it
// finds, large blocks refined.
func (d *deriver) estimate(p *proposal) {
	size, passed := 0.0, 0
	refiners := d.refiners(p.units)
	for i, s := range p.share {
		n := float64(s) * d.records * d.cross
		found := true
		for j := 0; n > float64(d.cap) && found; j++ {
			if found = j < len(refiners); found {
				u := d.units[refiners[j]]
				n *= float64(u.share[i])
				found = u.agree.has(i) || !p.cover.has(i)
			}
		}
		if n <= float64(d.cap) {
			size += n
		}
		if found {
			passed++
		}
	}
	p.cost, p.pass = size/2/firstImagined, float64(passed)/firstImagined
}

// consider adds a proposal that promises anything.
func (d *deriver) consider(p *proposal) {
	if float64(p.cover.count())*p.pass >= leastGain {
		d.proposals = append(d.proposals, p)
	}
}

// rule is a proposal as a rule. An Either unit comes first.
func (d *deriver) rule(p *proposal) Rule {
	r := Rule{Cap: d.cap, Window: window}
	for _, first := range []bool{true, false} {
		for _, u := range p.units {
			if d.units[u].either == first {
				r.Parts = append(r.Parts, d.units[u].parts...)
				r.Either = r.Either || first
			}
		}
	}
	for _, u := range d.refiners(p.units) {
		r.Refine = append(r.Refine, d.units[u].parts...)
	}
	return r
}

// refiners are the units that large blocks of a key of some units are divided
// by: of other columns, those that two records of one person agree on most, and
// where these are few, other parts of a column of which the key is one word.
func (d *deriver) refiners(units []int) []int {
	var out []int
	for _, same := range []bool{false, true} {
		for _, i := range d.refining {
			if len(out) == maxRefine {
				return out
			}
			divides := func(j int) bool {
				return d.apart(i, j) != same && (!same || d.units[j].parts[0].How.several())
			}
			other := func(j int) bool { return d.apart(i, j) }
			if !same && all(units, divides) && all(out, other) || same && slices.ContainsFunc(units, divides) {
				out = append(out, i)
			}
		}
	}
	return out
}

// maxRefine is how often a block may be divided.
const maxRefine = 3

func all(of []int, is func(int) bool) bool {
	return !slices.ContainsFunc(of, func(i int) bool { return !is(i) })
}

// choose takes the rules that add most for their cost, one after the other,
// and gives up those that later ones make needless. What is left of the budget
// goes to finding again, by other rules, what one alone finds.
func (d *deriver) choose() {
	d.times, d.allowed, d.least = 1, measurements, leastGain
	for range 3 {
		for len(d.chosen) < d.most && d.chooseNext() {
		}
		if !d.drop() {
			break
		}
	}
	for d.times = 2; d.times <= mostTimes; d.times++ {
		d.allowed, d.least = d.measured+measurements/4, leastAgain
		for len(d.chosen) < d.most && d.chooseNext() {
		}
	}
}

// coverage is what some rules find and cost.
type coverage struct {
	found bitset // as often as they are to
	cost  float64
}

// covered is what the rules chosen but for one cover.
func (d *deriver) covered(but int) *coverage {
	c := &coverage{}
	var often [mostTimes]bitset
	for i := range often {
		often[i] = newBitset(len(d.pairs))
	}
	for _, i := range d.chosen {
		if i == but {
			continue
		}
		c.cost += d.proposals[i].cost
		for w, found := range d.proposals[i].cover {
			for k := range often {
				found, often[k][w] = found&often[k][w], often[k][w]|found
			}
		}
	}
	c.found = often[d.times-1]
	return c
}

// gain is how many imagined pairs a rule adds.
func (c *coverage) gain(cover bitset) float64 {
	n := 0
	for i, w := range cover {
		n += bits.OnesCount64(w &^ c.found[i])
	}
	return float64(n)
}

// drop gives up the rules that add nothing to the others.
func (d *deriver) drop() bool {
	n := len(d.chosen)
	for i := 0; i < len(d.chosen); {
		c := d.chosen[i]
		if d.covered(c).gain(d.proposals[c].cover) < leastGain {
			d.chosen = slices.Delete(d.chosen, i, i+1)
			d.proposals[c].chosen = false
		} else {
			i++
		}
	}
	return len(d.chosen) < n
}

// chooseNext takes the best of the proposals; what leads unmeasured is measured
// first.
func (d *deriver) chooseNext() bool {
	sofar := d.covered(-1)
	for tried := 0; ; tried++ {
		scores := d.scores(sofar)
		best, known := d.leading(scores, false), d.leading(scores, true)
		if len(best) == 0 {
			return false
		}
		if len(known) > 0 && (tried == batches || scores[known[0]] >= asGood*scores[best[0]]) {
			d.chosen = append(d.chosen, known[0])
			d.proposals[known[0]].chosen = true
			return true
		}
		best = slices.DeleteFunc(best, func(i int) bool { return d.proposals[i].measured })
		d.measured += len(best)
		eachPart(d.workers, len(best), func(i int) { d.measure(d.proposals[best[i]]) })
	}
}

func (d *deriver) scores(sofar *coverage) []float64 {
	scores := make([]float64, len(d.proposals))
	eachPart(d.workers, chunks, func(part int) {
		for i := len(scores) * part / chunks; i < len(scores)*(part+1)/chunks; i++ {
			scores[i] = d.score(d.proposals[i], sofar)
		}
	})
	return scores
}

// leading returns the proposals of the highest scores, the highest first.
func (d *deriver) leading(scores []float64, measured bool) []int {
	var top []int
	for i, s := range scores {
		if s <= 0 || measured && !d.proposals[i].measured || len(top) == batch && s <= scores[top[batch-1]] {
			continue
		}
		at := len(top)
		for at > 0 && scores[top[at-1]] < s {
			at--
		}
		top = slices.Insert(top, at, i)[:min(len(top)+1, batch)]
	}
	return top
}

// score is what a proposal adds for its cost, 0 if it is out of the question.
func (d *deriver) score(p *proposal, sofar *coverage) float64 {
	if p.chosen || p.cost > d.budget-sofar.cost || !p.measured && d.measured >= d.allowed {
		return 0
	}
	gain := sofar.gain(p.cover)
	if !p.measured {
		gain *= p.pass
	}
	if gain < d.least {
		return 0
	}
	return gain / (d.budget/8 + p.cost)
}

// measure tries a proposal on the sample.
func (d *deriver) measure(p *proposal) {
	pairs, found := d.try(d.rule(p), d.keyers, p.cover)
	p.cost, p.cover, p.measured = float64(pairs)*d.scale/d.records, found, true
}
