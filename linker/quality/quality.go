package quality

import "iter"

// Pair is a scored pair of records.
type Pair struct {
	// A and B are record numbers, A before B. Of records that are equal in
	// every column only the least is named; see Input.Node.
	A, B int32
	// Probability is that of the two being one person, by themselves, 0–1.
	Probability float64
	// Rules has a bit for each blocking rule that found the pair.
	Rules uint32
	// Pattern stands for how the columns agree: pairs of equal patterns were
	// judged alike.
	Pattern uint64
}

// Rule is a blocking rule: a pair is found by it if all its parts agree.
type Rule struct {
	Name  string
	Parts []Part
}

// Part is what has to agree for a rule to find a pair.
type Part struct {
	// Name says it in words, such as "surname sounds alike"; equal names are the
	// same part.
	Name string
	// Column is what it is taken from. Of the parts of one column that agree of
	// a pair, all looser ones are taken to agree too: those of lower Strictness.
	Column     string
	Strictness int
}

// Column is what is known of a column beside its values.
type Column struct {
	Name string
	// Completeness is the share of records that have a value, 0–1.
	Completeness float64
	// Bits is the weight that agreement on it gives, on average.
	Bits float64
}

// Label is a pair of records about which a person has said whether they are
// one person's.
type Label struct {
	A, B int32
	Same bool
}

// Input is a linkage to be judged.
type Input struct {
	// Cluster is each record's cluster; equal numbers, one person.
	Cluster []int32
	// Node is the least record that equals each record in every column; nil
	// where no two are equal.
	Node []int32
	// Pairs yields the pairs that were scored, each once, always in the same
	// order. It is walked over several times.
	Pairs iter.Seq[Pair]
	// Given makes what gives the probability that two records are one person's,
	// given the rest of their clusters; each is asked by one goroutine at a time,
	// and all answer alike. If nil, a pair's own probability stands for it, and
	// pairs not scored are like the others of their cluster.
	Given func() func(a, b int32) float64
	// Workers is how many goroutines ask at once; the verdict is the same for any
	// number.
	Workers int
	// Pattern gives the pattern of a pair where Pair.Pattern is not set; it is
	// asked for a few pairs only. May be nil.
	Pattern func(a, b int32) uint64
	// Rules are the blocking rules, by their bit in Pair.Rules; at most 32.
	Rules   []Rule
	Columns []Column
	// Labels are pairs judged by people, if any; within a band of probability
	// they are taken to be a fair sample.
	Labels []Label
	// Bar is what is asked for; a zero Bar stands for DefaultBar.
	Bar Bar
}

// Bar is the least that is good enough.
type Bar struct{ Precision, Recall float64 }

// DefaultBar is what is asked for unless somebody says otherwise.
var DefaultBar = Bar{Precision: 0.95, Recall: 0.90}

// Interval is an estimate with the bounds between which the truth lies nineteen
// times in twenty, as far as can be known without checking.
type Interval struct{ Low, Estimate, High float64 }

// Light is the colour that says whether an answer can be used.
type Light string

// The colours.
const (
	// Green: both estimates reach the bar and are not likely far below it.
	Green Light = "green"
	// Amber: something is a little below the bar, or too uncertain to say.
	Amber Light = "amber"
	// Red: something is clearly below the bar.
	Red Light = "red"
)

// Verdict is how good a linkage is.
type Verdict struct {
	Light Light
	// Sentences say why in plain words, the weightiest first.
	Sentences []string
	// Precision is the share of pairs put together that belong together, Recall
	// the share of pairs that belong together and were put together. Both count
	// all pairs of records of a cluster.
	Precision, Recall Interval
	// BlockingLoss is the share of true pairs that no rule found.
	BlockingLoss Interval
	// How says by what method BlockingLoss was estimated.
	How string
	// Labels is how many judged pairs there are; Unfound how many of those that
	// are of one person no rule found and no cluster joins.
	Labels, Unfound int
	// Rules say what each rule found, in the order of Input.Rules.
	Rules []RuleCount
	// Advice is what would help, the most helpful first.
	Advice []Advice
	// Ask are pairs of which it would help most to know whether they are one
	// person's, the most telling first; at most twenty.
	Ask [][2]int32
	// Calibration compares the probabilities claimed with what labels show.
	Calibration Calibration
}

// Below says whether an estimate does not reach the bar, so that the answer
// should not be used as it stands.
func (v *Verdict) Below(b Bar) bool {
	b = b.orDefault()
	return v.Precision.Estimate < b.Precision || v.Recall.Estimate < b.Recall
}

func (b Bar) orDefault() Bar {
	if b == (Bar{}) {
		return DefaultBar
	}
	return b
}

// RuleCount is what one rule found.
type RuleCount struct {
	Name string
	// Pairs is how many scored pairs it found, Matches how many of these are
	// expected to be true, and Alone how many of those no other rule found.
	Pairs          int64
	Matches, Alone float64
}

// Judge estimates how good a linkage is. It takes time in proportion to the
// pairs, and memory to the records.
func Judge(in Input) *Verdict {
	t := newTotals(&in)
	v := &Verdict{Rules: t.rules, Labels: len(t.judged), Unfound: t.unfound, Calibration: t.calibration()}
	loss := t.captures.loss(in.Rules)
	v.BlockingLoss, v.How = loss.share, loss.how
	v.Precision, v.Recall = t.precision(), t.recall(loss)
	v.Light = light(v, in.Bar.orDefault())
	v.Advice = advise(&in, t, loss)
	v.Ask = t.ask()
	v.Sentences = sentences(v, in.Bar.orDefault())
	return v
}

// slack is how far the lower bound of a good answer may be below the bar, and
// clearly how far below it an estimate is bad.
const (
	slack   = 0.05
	clearly = 0.10
)

func light(v *Verdict, b Bar) Light {
	out := Green
	for _, x := range []struct {
		got Interval
		bar float64
	}{{v.Precision, b.Precision}, {v.Recall, b.Recall}} {
		switch {
		case x.got.Estimate < x.bar-clearly || x.got.High < x.bar:
			return Red
		case x.got.Estimate < x.bar || x.got.Low < x.bar-slack:
			out = Amber
		}
	}
	return out
}
