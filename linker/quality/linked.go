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
// the model it was made by, without what is known of columns and labels. Judge
// asks it for probabilities from one goroutine.
func OfLinked(l *matcher.Linked, m *matcher.Model) Input {
	e := l.Evidence()
	return Input{
		Cluster: l.Person, Node: l.Nodes(), Rules: OfRules(m.Spec.Rules), Given: e.Probability, Pattern: l.Pattern,
		Pairs: func(yield func(Pair) bool) {
			for _, s := range l.Pairs {
				if !yield(Pair{A: s.A, B: s.B, Probability: s.Weight.Probability(), Rules: uint32(s.Rules)}) {
					return
				}
			}
		},
	}
}
