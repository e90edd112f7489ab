package report

import (
	"fmt"
	"strconv"
)

// modelView is what each agreement tells.
type modelView struct {
	Prior, Relatives string
	Scale            string
	HasRelatives     bool
	Comparisons      []comparisonView
	More             string
	Passes           []string
	Spread           dataTable
	Widest           string
}

type comparisonView struct {
	Name, Note string
	Levels     []levelView
	More       string
}

type levelView struct {
	Name, Weight  string
	Bar           bar
	Fixed         bool
	M, R, U       string
	MBar, RB, UBr bar
}

func newModel(r *Report, l limits) modelView {
	m := &r.Model
	v := modelView{
		More:   some(min(len(m.Comparisons), l.comparisons), int64(len(m.Comparisons))),
		Passes: list(m.Passes, l.columns),
	}
	if m.Prior > 0 && finite(m.Prior) {
		v.Prior = chance(m.Prior)
	}
	if m.RelativesPrior > 0 {
		v.Relatives = chance(m.RelativesPrior)
	}
	shown := first(m.Comparisons, l.comparisons)
	s := weightScale(shown)
	v.Scale = fmt.Sprintf("The bars reach from %s to %s bits.", bits(s.lo), bits(s.hi))
	for _, c := range shown {
		for _, lv := range c.Levels {
			v.HasRelatives = v.HasRelatives || lv.Relatives > 0
		}
	}
	for _, c := range shown {
		v.Comparisons = append(v.Comparisons, newComparison(c, s, l, v.HasRelatives))
	}
	v.Spread, v.Widest = spread(m, shown, l), widest(shown)
	return v
}

// weightScale reaches over all weights, zero included.
func weightScale(all []Comparison) scale {
	s := scale{0, 0, 0.5, 99.5}
	for _, c := range all {
		for _, l := range c.Levels {
			if finite(l.Weight) {
				s.lo, s.hi = min(s.lo, l.Weight), max(s.hi, l.Weight)
			}
		}
	}
	return s
}

func newComparison(c Comparison, s scale, l limits, relatives bool) comparisonView {
	v := comparisonView{Name: name(c.Name), Note: sentence(c.Note), More: some(min(len(c.Levels), l.levels), int64(len(c.Levels)))}
	for _, lv := range first(c.Levels, l.levels) {
		out := levelView{
			Name: name(lv.Name), Weight: bits(lv.Weight), Bar: weightBar(s, lv.Weight), Fixed: lv.Fixed,
			M: percent(lv.M), MBar: shareBar("one", lv.M), U: percent(lv.U), UBr: shareBar("strangers", lv.U),
		}
		if relatives {
			out.R, out.RB = unknown, shareBar("relatives", 0)
			if lv.Relatives >= 0 {
				out.R, out.RB = percent(lv.Relatives), shareBar("relatives", lv.Relatives)
			}
		}
		v.Levels = append(v.Levels, out)
	}
	return v
}

// widest names the outcome on which the training passes differ most, "" if they
// do not differ.
func widest(all []Comparison) string {
	most, words := 0.0005, ""
	for _, c := range all {
		for _, lv := range c.Levels {
			if lo, hi := passRange(lv.PassM); hi-lo > most {
				most = hi - lo
				words = fmt.Sprintf("%s, of “%s” in %s", points(most), name(lv.Name), name(c.Name))
			}
		}
	}
	return words
}

// spread sets the training passes' figures side by side.
func spread(m *Model, shown []Comparison, l limits) dataTable {
	passes := min(len(m.Passes), 8)
	t := dataTable{Caption: "Share of each level among pairs of one person, as each training pass found it", Left: 2,
		Heads: []string{"Comparison", "Level", "Used", "Range"}}
	for _, p := range m.Passes[:passes] {
		t.Heads = append(t.Heads, name(p))
	}
	for _, c := range shown {
		for _, lv := range first(c.Levels, l.levels) {
			if len(lv.PassM) == 0 || passes == 0 {
				continue
			}
			row := []string{name(c.Name), name(lv.Name), percent(lv.M), rangeText(lv.PassM)}
			for i := range passes {
				row = append(row, passText(lv.PassM, i))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

func passText(all []float64, i int) string {
	if i >= len(all) || !finite(all[i]) || all[i] < 0 {
		return "–"
	}
	return percent(all[i])
}

// passRange is the least and the greatest of what the passes found; hi < lo if
// none could tell.
func passRange(all []float64) (lo, hi float64) {
	lo, hi = 2, -1
	for _, v := range all {
		if finite(v) && v >= 0 {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	return lo, hi
}

func rangeText(all []float64) string {
	lo, hi := passRange(all)
	if hi < lo {
		return "–"
	}
	return points(hi - lo)
}

// points writes a difference of shares.
func points(v float64) string {
	s := strconv.FormatFloat(100*v, 'f', 1, 64)
	if s == "1.0" {
		return "1.0 point"
	}
	return s + " points"
}

// blockingView is how pairs were found.
type blockingView struct {
	Lead, Recall, Basis string
	Rules               []ruleView
	More                string
	HasFinds, HasGiven  bool
	HasOnly, HasAlone   bool
}

type ruleView struct {
	Name, Pairs, New, Sum, Only, Given string
	Finds, FindsInterval, Alone        string
	Bar                                bar
}

func newBlocking(r *Report, l limits) blockingView {
	b := &r.Blocking
	v := blockingView{Basis: sentence(b.Basis), More: some(min(len(b.Rules), l.rules), int64(len(b.Rules)))}
	if b.Possible > 0 {
		v.Lead = fmt.Sprintf("Of %s, %s were compared (%s).", plural(b.Possible, "possible pair", "possible pairs"),
			count(b.Compared), percent(float64(b.Compared)/float64(b.Possible)))
	}
	if b.Recall.known() {
		v.Recall = fmt.Sprintf("An estimated %s of the pairs of one person are among them", b.Recall.text())
		if i := b.Recall.interval(); i != "" {
			v.Recall += " (95% interval " + i + ")"
		}
		v.Recall += "."
	}
	for _, rule := range b.Rules {
		v.HasFinds = v.HasFinds || rule.Finds.known()
		v.HasGiven = v.HasGiven || rule.GivenUp > 0
		v.HasOnly = v.HasOnly || rule.Only >= 0
		v.HasAlone = v.HasAlone || rule.Alone.known()
	}
	v.Rules = rules(b, l)
	return v
}

// rules adds up what each rule brings to the ones before it.
func rules(b *Blocking, l limits) (out []ruleView) {
	total := int64(0)
	for _, rule := range b.Rules {
		total += rule.New
	}
	sum := int64(0)
	for _, rule := range first(b.Rules, l.rules) {
		v := ruleView{Name: name(rule.Name), Pairs: count(rule.Pairs), New: count(rule.New), Only: unknown,
			Alone: rule.Alone.text(),
			Finds: rule.Finds.text(), FindsInterval: rule.Finds.interval(), Given: "none"}
		if rule.Only >= 0 {
			v.Only = count(rule.Only)
		}
		if rule.GivenUp > 0 {
			v.Given = plural(rule.GivenUp, "pair", "pairs")
			if rule.GivenUpBlocks > 0 {
				v.Given += " in " + plural(rule.GivenUpBlocks, "block", "blocks")
			}
		}
		of := 100 / float64(max(total, 1))
		v.Bar = bar{{"base", 0, 9, 100, 1}, {"before", 0, 1, num(float64(sum) * of), 8},
			{"one", num(float64(sum) * of), 1, num(max(float64(rule.New)*of, 0.4)), 8}}
		sum += rule.New
		v.Sum = count(sum)
		out = append(out, v)
	}
	return out
}
