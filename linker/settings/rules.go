package settings

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/matcher"
)

// hows are the words for the derivations of blocking keys, longer ones first
// where one begins another.
var hows = []struct {
	words string
	how   matcher.How
}{
	{"sound of ", matcher.Sound},
	{"initial of ", matcher.Initial},
	{"first three letters of ", matcher.Prefix3},
	{"year of ", matcher.Year},
	{"outward part of ", matcher.Outward},
	{"one letter left out of ", matcher.Drop1},
	{"", matcher.Whole},
}

// ruleCap is the largest block of a rule that a person wrote.
const ruleCap = 400

// either is said before a rule whose first two parts may change places.
const either = "either way: "

// RuleWords returns what may stand before a field in a blocking rule; a rule is
// several such joined by " + ", after "either way: " where the first two may
// change places, as in "either way: forename + surname + date of birth".
func RuleWords() []string {
	var out []string
	for _, h := range hows {
		if h.words != "" {
			out = append(out, strings.TrimSpace(h.words))
		}
	}
	return out
}

// rules reads the blocking rules, nil for none.
func (s *Settings) rules(fields []field) ([]matcher.Rule, error) {
	var out []matcher.Rule
	for i, text := range s.Rules {
		r, err := parseRule(text)
		if err != nil {
			return nil, fmt.Errorf("rule %d: %w", i+1, err)
		}
		for _, p := range r.Parts {
			if !slices.ContainsFunc(fields, func(f field) bool { return f.name == p.Column }) {
				var names []string
				for _, f := range fields {
					names = append(names, f.name)
				}
				return nil, fmt.Errorf("rule %d: nothing is compared under the name %q%s: %w", i+1, p.Column,
					suggest(p.Column, names), ErrSettings)
			}
		}
		out = append(out, r)
	}
	if len(out) > 16 {
		return nil, fmt.Errorf("%d blocking rules; give at most 16: %w", len(out), ErrSettings)
	}
	return out, nil
}

// parseRule reads a rule's words.
func parseRule(s string) (matcher.Rule, error) {
	r := matcher.Rule{Name: s, Cap: ruleCap}
	rest, ok := strings.CutPrefix(s, either)
	r.Either = ok
	for _, part := range strings.Split(rest, "+") {
		part = strings.TrimSpace(part)
		for _, h := range hows {
			if field, ok := strings.CutPrefix(part, h.words); ok {
				if strings.TrimSpace(field) == "" {
					return r, fmt.Errorf("a part is blank; write fields joined by \" + \": %w", ErrSettings)
				}
				r.Parts = append(r.Parts, matcher.KeyPart{Column: strings.TrimSpace(field), How: h.how})
				break
			}
		}
	}
	if r.Either && len(r.Parts) < 2 {
		return r, fmt.Errorf("only one part where two may change places: %w", ErrSettings)
	}
	return r, nil
}
