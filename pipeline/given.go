package pipeline

import (
	"cmp"
	"context"
	"slices"

	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
)

// Given is a linkage and households that somebody else made, or that are known
// to be right, so that frameworks can be judged apart from linkage.
type Given struct {
	// Rows are the live rows of every feed, in any order.
	Rows []*family.Row
	// Persons says whom the record of each row describes. A record that it does
	// not name is nobody's.
	Persons map[family.RecordRef]string
	// Profiles hold what is known of persons beyond their rows, such as the date
	// of birth in a register; of the others the rows' best reading is taken.
	Profiles map[string]family.Profile
	// Households are those to score, in any order.
	Households []family.Household
	// Nominations are those in force, by household.
	Nominations map[string][]eligibility.Nomination
	// Deliveries say what is covered.
	Deliveries []family.Delivery
	Frameworks []*eligibility.Framework
	AsAt       family.Date
	// Workers is how many goroutines may run at once, at least 1.
	Workers int
	// Progress, if set, hears of the stages "read" and "score" as they go.
	Progress func(stage string, done, total int64)
}

// ScoreGiven scores households as a night does and links nothing. Of its result
// Persons, Households, Candidates and Frameworks are filled.
func ScoreGiven(ctx context.Context, in Given) (*Result, error) {
	n := &night{
		Input: Input{Rows: in.Rows, Deliveries: in.Deliveries, Frameworks: in.Frameworks, AsAt: in.AsAt,
			Workers: max(1, in.Workers), Progress: in.Progress},
		given: in.Nominations,
		out: &Result{AsAt: in.AsAt, Households: slices.SortedFunc(slices.Values(in.Households),
			func(a, b family.Household) int { return cmp.Compare(a.ID, b.ID) })},
	}
	n.progress("read", 0, 0)
	if err := n.read(ctx); err != nil {
		return nil, err
	}
	n.out.Persons = personsGiven(n.records, in.Persons, in.Profiles)
	n.progress("score", 0, 0)
	if err := n.score(ctx); err != nil {
		return nil, err
	}
	return n.out, nil
}

// personsGiven puts the records of each person together, sorted by id.
func personsGiven(records []*family.Record, whose map[family.RecordRef]string, profiles map[string]family.Profile) []family.Person {
	at := make(map[string]int, len(whose))
	var out []family.Person
	for _, r := range records {
		id, ok := whose[r.Ref()]
		if !ok {
			continue
		}
		i, ok := at[id]
		if !ok {
			i = len(out)
			at[id], out = i, append(out, family.Person{ID: id})
		}
		out[i].Records = append(out[i].Records, r)
		out[i].Probability = append(out[i].Probability, 1)
	}
	for i := range out {
		p := &out[i]
		p.Profile = profile(p.Records)
		if known, ok := profiles[p.ID]; ok {
			p.Profile.DOB, p.Profile.Died = known.DOB, known.Died
		}
	}
	slices.SortFunc(out, func(a, b family.Person) int { return cmp.Compare(a.ID, b.ID) })
	return out
}
