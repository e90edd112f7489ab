package eligibility

import (
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// outcomeView is what a rule's conditions may ask about beside the person and
// the family: tallies of the follow-up, of the time before the work began, and
// of all time up to the day asked.
type outcomeView struct {
	now, before, ever       tally
	nowMonths, beforeMonths int
	needs                   []string // of the case, sorted
}

// tallyName is something that rows of a kind add up to over a span of days.
type tallyName struct {
	name  string
	kinds []*kind // nil: every kind
	get   func(*tally) int64
}

var tallied = []tallyName{
	{name: "count", get: func(t *tally) int64 { return t.count }},
	{"possible", []*kind{sessions}, func(t *tally) int64 { return t.possible }},
	{"authorised", []*kind{sessions}, func(t *tally) int64 { return t.authorised }},
	{"unauthorised", []*kind{sessions}, func(t *tally) int64 { return t.unauthorised }},
	{"absent", []*kind{sessions}, func(t *tally) int64 { return t.authorised + t.unauthorised }},
	{"suspensions", []*kind{sessions}, func(t *tally) int64 { return t.suspensions }},
	{"permanent_exclusions", []*kind{sessions}, func(t *tally) int64 { return t.permanentExclusions }},
	{"not_on_roll", []*kind{sessions}, func(t *tally) int64 { return t.offRoll }},
	{"alternative", []*kind{sessions}, func(t *tally) int64 { return t.alternative }},
	{"kept", []*kind{tenancies}, func(t *tally) int64 { return t.kept }},
	{"days", []*kind{claims}, func(t *tally) int64 { return t.on + t.off + t.unknown }},
	{"days_on", []*kind{claims}, func(t *tally) int64 { return t.on }},
	{"days_off", []*kind{claims}, func(t *tally) int64 { return t.off }},
	{"days_unknown", []*kind{claims}, func(t *tally) int64 { return t.unknown }},
	{"run_off", []*kind{claims}, func(t *tally) int64 { return t.run }},
}

// tallied returns the names of what a kind adds up to.
func (k *kind) tallied() []string {
	var out []string
	for _, n := range tallied {
		if n.kinds == nil || slices.Contains(n.kinds, k) {
			out = append(out, n.name)
		}
	}
	return out
}

// aboutOutcome are the tallies as conditions name them, by their name; aboutCase
// is what they may ask of the case.
var (
	aboutOutcome = func() map[string]*variable {
		out := map[string]*variable{}
		for scope, get := range map[string]func(*outcomeView) *tally{
			"now": func(v *outcomeView) *tally { return &v.now }, "before": func(v *outcomeView) *tally { return &v.before },
			"ever": func(v *outcomeView) *tally { return &v.ever },
		} {
			for _, n := range tallied {
				name, read := scope+"."+n.name, n.get
				out[name] = &variable{name: name, typ: cel.IntType, counts: true, most: noMost,
					get: func(s *stage) ref.Val { return integer(read(get(s.outcome))) }}
			}
		}
		return out
	}()
	aboutCase = []*variable{
		{name: "case.needs", typ: cel.ListType(cel.StringType), get: func(s *stage) ref.Val {
			return types.NewStringList(types.DefaultTypeAdapter, s.outcome.needs)
		}},
		{name: "now.months", typ: cel.IntType, get: func(s *stage) ref.Val { return integer(s.outcome.nowMonths) }},
		{name: "before.months", typ: cel.IntType, get: func(s *stage) ref.Val { return integer(s.outcome.beforeMonths) }},
	}
)

// tallies are what conditions may name of a kind of evidence.
func (k *kind) tallies() []*variable {
	var out []*variable
	for _, scope := range []string{"now", "before", "ever"} {
		for _, name := range k.tallied() {
			out = append(out, aboutOutcome[scope+"."+name])
		}
	}
	return out
}

// outcomeVariables are the names that only conditions of results know.
func outcomeVariables() []*variable {
	out := slices.Clone(aboutCase)
	for _, k := range kinds {
		out = append(out, k.tallies()...)
	}
	return out
}
