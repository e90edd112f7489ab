package eligibility

import (
	"fmt"
	"slices"
)

// overRules lets an overlay's rules take the place of the base's: what progress
// is, is each council's outcomes plan.
func (o *fileChanges) overRules(in *file, c *checker) {
	for i, rule := range o.Rules {
		at := &checker{doc: c.doc, found: c.found, path: fmt.Sprintf("%s[%d]", c.path, i)}
		if rule == nil {
			at.fault("", "is empty; name a rule")
			continue
		}
		rule.at = at
		placeEvidence(rule.Evidence, at)
		result, place := in.findRule(rule.ID)
		switch {
		case result != nil && rule.Result != "" && rule.Result != result.ID:
			at.fault("result", "cannot move a rule; remove it and add one with another id")
		case result != nil && rule.Remove:
			result.Rules = slices.Delete(result.Rules, place, place+1)
		case result != nil:
			rule.over(result.Rules[place])
			result.Rules[place] = rule
		case rule.Remove:
			at.fault("id", "there is no rule %s to remove%s", rule.ID, suggest(rule.ID, in.ruleIDs()))
		case rule.Result == "":
			at.fault("id", "there is no rule %s to change%s; to add one, say to which result", rule.ID, suggest(rule.ID, in.ruleIDs()))
		default:
			in.addRule(rule)
		}
	}
}

func (in *file) addRule(rule *fileRule) {
	var ids []string
	for _, r := range in.Results {
		if r.ID == rule.Result {
			r.Rules = append(r.Rules, rule)
			return
		}
		ids = append(ids, r.ID)
	}
	rule.at.fault("result", "there is no result %s%s", rule.Result, suggest(rule.Result, ids))
}

// findRule returns the result that a rule stands in and its place there.
func (in *file) findRule(id string) (*fileResult, int) {
	for _, r := range in.Results {
		if i := slices.IndexFunc(r.Rules, func(rule *fileRule) bool { return rule.ID == id }); i >= 0 {
			return r, i
		}
	}
	return nil, 0
}

func (in *file) ruleIDs() []string {
	var ids []string
	for _, r := range in.Results {
		for _, rule := range r.Rules {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

// over fills what the change does not say from the base's rule. Now and sustained
// stand for one another.
func (r *fileRule) over(old *fileRule) {
	for _, f := range []struct {
		to   *string
		from string
	}{
		{&r.Name, old.Name},
		{&r.Who, old.Who},
		{&r.By, old.By},
		{&r.Before, old.Before},
		{&r.After, old.After},
		{&r.Neutral, old.Neutral},
		{&r.Unknown, old.Unknown},
		{&r.Achieved, old.Achieved},
		{&r.OnTrack, old.OnTrack},
		{&r.Says, old.Says},
		{&r.UnknownSays, old.UnknownSays},
		{&r.NeutralSays, old.NeutralSays},
	} {
		*f.to = filled(*f.to, f.from)
	}
	if r.Now == "" && r.Sustained == "" {
		r.Now, r.Sustained = old.Now, old.Sustained
	}
	if len(r.For) == 0 {
		r.For = old.For
	}
	if len(r.Evidence) == 0 {
		r.Evidence = old.Evidence
	}
	r.Wait, r.Figure = given(r.Wait, old.Wait), given(r.Figure, old.Figure)
}
