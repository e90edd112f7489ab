package quality

import "github.com/hearthmatch/hearth/matcher"

// strictness orders the ways of making a key part of a value, the loosest first.
var strictness = map[matcher.How]int{
	matcher.Initial: 1, matcher.Year: 1, matcher.Numbers: 1, matcher.Outward: 2, matcher.Last: 2,
	matcher.WordSounds: 3, matcher.WordDrop1: 4, matcher.Words: 5, matcher.Grid: 5, matcher.Prefix3: 5,
	matcher.MonthDay: 5, matcher.YearMonth: 6, matcher.Sound: 6, matcher.Sector: 6, matcher.WordPairSounds: 7,
	matcher.WordPairs: 8, matcher.Local: 8, matcher.Drop1: 8, matcher.Bag: 9, matcher.Unordered: 9, matcher.Whole: 10,
}

// OfRules describes the matcher's blocking rules.
func OfRules(rules []matcher.Rule) []Rule {
	out := make([]Rule, len(rules))
	for i, r := range rules {
		out[i].Name = r.String()
		for _, p := range r.Parts {
			out[i].Parts = append(out[i].Parts, Part{Name: p.String(), Column: p.Column, Strictness: strictness[p.How]})
		}
	}
	return out
}

// OfLinked is the input for a linkage that the matcher made, with the rules of
// the model it was made by, without what is known of columns, of labels and of
// pairs given their clusters.
func OfLinked(l *matcher.Linked, m *matcher.Model) Input {
	claim := claims()
	return Input{
		Cluster: l.Person, Node: l.Nodes(), Rules: OfRules(m.Spec.Rules), Pattern: l.Pattern,
		Pairs: func(yield func(Pair) bool) {
			for _, s := range l.Pairs {
				if !yield(Pair{A: s.A, B: s.B, Probability: claim(s.Weight), Rules: uint32(s.Rules)}) {
					return
				}
			}
		},
	}
}

// claims gives the probabilities of weights, from a table as there are far fewer
// weights than pairs. Ten bits stand for all more: surer no claim is believed.
func claims() func(matcher.Weight) float64 {
	const low, high = -7000, 10_000
	known := make([]float64, high-low+1)
	for i := range known {
		known[i] = matcher.Weight(low + i).Probability()
	}
	return func(w matcher.Weight) float64 {
		if w < low {
			return w.Probability()
		}
		return known[min(w, high)-low]
	}
}
