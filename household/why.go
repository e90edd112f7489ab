package household

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// maxWeights bounds the weights kept for one member.
const maxWeights = 12

// decidedBits is what a reviewer's decision weighs: a million to one.
const decidedBits = 20

// foremost lists what weighs most for and against a person's living at a
// dwelling.
func (f *former) foremost(p, dwelling int32) []family.Weight {
	all := f.reasonsFor(p, dwelling)
	return all[:min(len(all), maxWeights):min(len(all), maxWeights)]
}

// reasonsFor lists what speaks for and against a person's living at a dwelling,
// reviewers' decisions too, the weightiest first, to a tenth of a bit.
func (f *former) reasonsFor(p, dwelling int32) []family.Weight {
	all := f.decided(p, dwelling, f.weights(p, dwelling))
	out := all[:0]
	for _, w := range all {
		w.Bits = math.Round(10*w.Bits) / 10
		if w.Bits == 0 {
			continue
		}
		if w.Fact == "stated_end" && w.Row == (family.RowRef{}) {
			w.Row = f.endRow(p, dwelling, w.Day)
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, compareWeights)
	return out
}

func compareWeights(a, b family.Weight) int {
	return cmp.Or(cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)), cmp.Compare(b.Day, a.Day),
		strings.Compare(a.Fact, b.Fact), a.Row.Compare(b.Row))
}

// endRow is the row that states the end of a person's stay on a day.
func (f *former) endRow(p, dwelling int32, day family.Date) (out family.RowRef) {
	if h := f.homeAt(p, dwelling); h != nil {
		for _, fa := range f.facts[p][h.facts[0]:h.facts[1]] {
			if fa.to == day {
				return fa.rec.Row.Ref()
			}
		}
	}
	return out
}

// decided adds reviewers' decisions about the person and somebody who lives at
// the dwelling: nothing outweighs them.
func (f *former) decided(p, dwelling int32, out []family.Weight) []family.Weight {
	for _, r := range f.ruled.list {
		other, ref := r.a, r.B
		if other == p {
			other, ref = r.b, r.A
		} else if r.b != p {
			continue
		}
		if f.dwellingOf(other) != dwelling {
			continue
		}
		w := family.Weight{Fact: "decided_together", Bits: decidedBits, Row: ref.RowRef, Day: family.DateOf(r.At)}
		if r.Kind == family.DoesNotLiveWith {
			w.Fact, w.Bits = "decided_apart", -decidedBits
		}
		out = append(out, w)
	}
	return out
}

// factWords say the facts of weights in words, without a personal value.
var factWords = map[string]string{
	"tenant":                    "tenant here",
	"on_tenancy":                "on the tenancy here",
	"lodger":                    "lodger here",
	"placed":                    "placed here by the council",
	"claimant":                  "claims from this address",
	"claim_partner":             "partner on a claim from this address",
	"claim_dependant":           "dependant on a claim from this address",
	"answer_address":            "this address in an answer of the DWP's",
	"answer_without_match":      "this address asked of the DWP, which did not find the person",
	"school_address":            "the school has this address for the pupil",
	"contact_address":           "the school has this address for the contact",
	"service_address":           "a service has this address",
	"prison_service_address":    "a prison has this address",
	"police_address":            "gave the police this address as home",
	"claims_with_resident":      "on one claim with somebody who lives here",
	"tenancy_with_resident":     "on one tenancy with somebody who lives here",
	"moved_with_resident":       "left a tenancy together with somebody who lives here",
	"lives_with_carer":          "the school says: lives with a carer who is here",
	"lives_with_child":          "the school says: lives with a child who is here",
	"child_of_resident":         "child of somebody who lives here",
	"first_contact_of_child":    "first contact of a child who lives here",
	"contact_of_child":          "contact of a child who lives here",
	"relative_of_child":         "relative of a child who lives here, at one address",
	"not_with_child":            "the school says: does not live with the child",
	"stated_end":                "a row states the end of living here",
	"known_elsewhere":           "what speaks for another dwelling",
	"claim_omits_parent":        "a claim of the other parent's, who lives here, leaves the person out",
	"claim_omits_partner":       "a claim of somebody's here, with whom the person was listed once, leaves the person out",
	"claim_omits_adult":         "a claim of somebody's here leaves the person out",
	"claim_names_other_partner": "a claim of somebody's here names another partner",
	"claim_omits_child":         "a claim of somebody's here leaves the child out",
	"tenancy_omits_adult":       "the tenancy here leaves the person out",
	"tenancy_omits_child":       "the tenancy here lists others and leaves the child out",
	"claims_differ":             "a claim of somebody's here leaves the person out, another lists both",
	"let_to_others_since":       "the dwelling has been let to others since",
	"outside_council":           "rows from here count less: the address is outside the council",
	"decided_together":          "a reviewer decided: lives with somebody here",
	"decided_apart":             "a reviewer decided: does not live with somebody here",
}

// factEnds say how a fact stands to the day, where its code ends so.
var factEnds = []struct{ code, words string }{
	{"_a_year_old", "over half a year old"}, {"_old", "old"}, {"_may_not_know_of_move", "may not know of a move since"},
	{"_before_move", "from before a move"}, {"_since_changed", "since changed by the same source"},
	{"_before_end", "from before the stated end"},
}

// FactWords says the fact of a weight in words, without a personal value.
func FactWords(fact string) string {
	if s, ok := factWords[fact]; ok {
		return s
	}
	for _, end := range factEnds {
		if head, ok := strings.CutSuffix(fact, end.code); ok {
			return FactWords(head) + ", " + end.words
		}
	}
	return strings.ReplaceAll(fact, "_", " ")
}
