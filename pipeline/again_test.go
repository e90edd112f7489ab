package pipeline_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/eligibility"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/pipeline"
)

// lastOf is a night as the next one has it: what it keeps, and its candidates
// read back in another order.
func lastOf(r *pipeline.Result) *pipeline.Last {
	return &pipeline.Last{Kept: r.Kept, Candidates: func(framework string, yield func(*family.Candidate) error) error {
		for _, c := range slices.Backward(r.Candidates[framework]) {
			if err := yield(&c); err != nil {
				return err
			}
		}
		return nil
	}}
}

// delta changes a night's input as a day may: another row of a person, a row
// withdrawn, a nomination, one taken back, a decision, a framework gone.
func delta(random *rand.Rand, in pipeline.Input, r *pipeline.Result) (pipeline.Input, string) {
	in.Rows, in.Nominations, in.Decisions = slices.Clone(in.Rows), slices.Clone(in.Nominations), slices.Clone(in.Decisions)
	switch kind := random.IntN(8); kind {
	case 0:
		i := random.IntN(len(in.Rows))
		in.Rows = slices.Delete(in.Rows, i, i+1)
		return in, "a row withdrawn"
	case 1, 2:
		i := random.IntN(len(in.Rows))
		in.Rows[i] = edited(in.Rows[i])
		return in, "a row changed"
	case 3, 4:
		in.Nominations = append(in.Nominations, nominationOf(&r.Persons[random.IntN(len(r.Persons))], fmt.Sprint("E", 1000+len(in.Nominations))))
		return in, "a nomination"
	case 5:
		in.Nominations = in.Nominations[len(in.Nominations)/2:]
		return in, "nominations taken back"
	case 6:
		p, q := &r.Persons[random.IntN(len(r.Persons))], &r.Persons[random.IntN(len(r.Persons))]
		in.Decisions = append(in.Decisions, family.Decision{ID: fmt.Sprint("D", len(in.Decisions)), Kind: family.SamePerson,
			A: p.Records[0].Ref(), B: q.Records[0].Ref(), By: "r"})
		return in, "a decision"
	}
	in.Frameworks = eligibility.Builtin()[random.IntN(2):]
	return in, "other frameworks"
}

func edited(r *family.Row) *family.Row {
	values := r.Values()
	for i := range values {
		switch values[i].Column {
		case family.ColSessionsUnauthorised, family.ColArrearsWeeks:
			values[i].Text = "19"
		}
	}
	out := family.NewRow(r.Feed, r.ID, values)
	out.Agency, out.Delivery, out.AsAt, out.Seq = r.Agency, r.Delivery, r.AsAt, r.Seq+1_000_000
	return out
}

func nominationOf(p *family.Person, id string) casework.Nomination {
	n := casework.Nomination{ID: id, Framework: "tf-phase2-2015", Needs: []string{"p2.local", "education"}, Agency: "school", Day: asAt - 30}
	for _, r := range p.Records {
		n.Records = append(n.Records, r.Ref())
	}
	return n
}

// TestLastNightUsedAgain: whatever a day changes, a night that takes over what
// still holds gives the bytes of one that scores everybody, and where little
// has changed it scores few.
func TestLastNightUsedAgain(t *testing.T) {
	rows, deliveries := council(t, 250, 79)
	in := pipeline.Input{Rows: rows, Deliveries: deliveries, Workers: 2, Keep: true, Frameworks: eligibility.Builtin()}
	first := must(t, in)
	in.Model = first.Model
	last := must(t, in)
	random := rand.New(rand.NewPCG(5, 6))
	for step := range 20 {
		next, what := delta(random, in, last)
		if step%8 == 7 {
			next.AsAt, what = asAt+family.Date(step), what+", at another day"
		}
		next.Last = nil
		full := must(t, next)
		next.Last = lastOf(last)
		got := must(t, next)
		if digest(got) != digest(full) {
			t.Fatalf("step %d, %s: not what scoring everybody gives", step, what)
		}
		if next.AsAt == in.AsAt && len(next.Frameworks) == len(in.Frameworks) && got.Scored > full.Scored/10 {
			t.Errorf("step %d, %s: %d of %d households scored", step, what, got.Scored, full.Scored)
		}
		if next.AsAt != in.AsAt && got.Scored != full.Scored {
			t.Errorf("step %d, %s: %d of %d households scored", step, what, got.Scored, full.Scored)
		}
		in, last = next, got
	}
	in.Last = &pipeline.Last{Kept: last.Kept, Candidates: func(string, func(*family.Candidate) error) error { return errors.New("gone") }}
	if got := must(t, in); digest(got) != digest(last) || got.Scored == 0 {
		t.Errorf("candidates that cannot be read: %d households scored", got.Scored)
	}
}

func must(t *testing.T, in pipeline.Input) *pipeline.Result {
	t.Helper()
	out, err := pipeline.Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestScoringReadsNoMore scores households stripped of what the basis leaves
// out, because it is only shown: the candidates are the same.
func TestScoringReadsNoMore(t *testing.T) {
	rows, deliveries := council(t, 400, 82)
	full := must(t, pipeline.Input{Rows: rows, Deliveries: deliveries, Workers: 2, Frameworks: eligibility.Builtin()})
	in := pipeline.Given{Rows: rows, Deliveries: deliveries, Workers: 2, Frameworks: eligibility.Builtin(), AsAt: full.AsAt,
		Persons: map[family.RecordRef]string{}, Profiles: map[string]family.Profile{}}
	for _, p := range full.Persons {
		for _, r := range p.Records {
			in.Persons[r.Ref()] = p.ID
		}
		in.Profiles[p.ID] = family.Profile{Forename: "-", Surname: "-", DOB: p.Profile.DOB, Sex: p.Profile.Sex, Died: p.Profile.Died}
	}
	for _, h := range full.Households {
		h.Address, h.Stays, h.Changes, h.Contradictions = family.Address{}, nil, nil, nil
		h.Members, h.Relations = slices.Clone(h.Members), slices.Clone(h.Relations)
		for i := range h.Members {
			h.Members[i].Reason, h.Members[i].Evidence, h.Members[i].Weights = "", nil, nil
		}
		for i := range h.Relations {
			h.Relations[i].Evidence = nil
		}
		in.Households = append(in.Households, h)
	}
	out, err := pipeline.ScoreGiven(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(full.Candidates, out.Candidates); diff != "" || len(full.Candidates["sf-2022"]) == 0 {
		t.Errorf("scoring reads what the basis leaves out (-full +stripped):\n%s", diff)
	}
}
