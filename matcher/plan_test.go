package matcher

import (
	"context"
	"errors"
	"testing"
)

// TestPlanCountsTheCandidates: what a plan counts is what blocking makes.
func TestPlanCountsTheCandidates(t *testing.T) {
	rows, _ := people(3000, 3)
	spec := blockSpec
	spec.Rules = []Rule{
		{Parts: []KeyPart{{"surname", Sound}}, Cap: 20, Refine: []KeyPart{{"forename", Initial}}},
		{Parts: []KeyPart{{"born", Whole}}, Cap: 20}, {Parts: []KeyPart{{"place", Words}}, Cap: 4},
	}
	n := blockNodes(spec, rows, nil)
	pairs := n.candidates(1)
	want := make([]RuleFind, len(spec.Rules))
	addFinds(want, pairs)
	for _, workers := range []int{1, 3} {
		p, err := n.plan(context.Background(), spec.Rules, workers)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Exact || p.Pairs != int64(len(pairs)) || p.Records != len(rows) {
			t.Errorf("%d pairs of %d records, want %d of %d", p.Pairs, p.Records, len(pairs), len(rows))
		}
		for i, r := range p.Rules {
			if r.RuleFind != want[i] {
				t.Errorf("rule %d: found %v, want %v", i, r.RuleFind, want[i])
			}
		}
		if g := p.Rules[2].GivenUp; g.Blocks == 0 || g.Records < 5*g.Blocks || g.Pairs < 10*g.Blocks {
			t.Errorf("blocks of more than 4 that cannot be divided: given up %+v", g)
		}
	}
}

// TestPlanSamplesWhatIsMuch: beyond the pairs that are counted a part of the
// records stands for all.
func TestPlanSamplesWhatIsMuch(t *testing.T) {
	rows, _ := people(20_000, 4)
	rule := []Rule{{Parts: []KeyPart{{"surname", Whole}}, Cap: 200}}
	s := blockNodes(blockSpec, rows, nil).pairSpace(rule, 2)
	exact, about := s.count(2, countedPairs), s.count(2, 100_000)
	if ratio := float64(about.pairs) / float64(exact.pairs); about.exact || ratio < .9 || ratio > 1.1 {
		t.Errorf("estimated %d pairs of %d", about.pairs, exact.pairs)
	}
}

// TestPlanBelieves: the recall that is expected of rules is near what they
// reach, good rules or bad.
func TestPlanBelieves(t *testing.T) {
	rows, truth := people(10_000, 5)
	for _, rule := range []Rule{
		{Parts: []KeyPart{{"born", Whole}}, Cap: 100},
		{Parts: []KeyPart{{"surname", Whole}, {"forename", Whole}}, Cap: 100},
		{Parts: []KeyPart{{"surname", Sound}}, Cap: 10, Refine: []KeyPart{{"forename", Initial}}},
	} {
		n := blockNodes(blockSpec, rows, nil)
		n.spec.Rules = []Rule{rule}
		p, err := n.plan(context.Background(), n.spec.Rules, 2)
		if err != nil {
			t.Fatal(err)
		}
		got, reached := p.Recall, completeness(n.candidates(1), truth)
		if got < reached-.25 || got > reached+.25 || p.Cautious > got {
			t.Errorf("%v: recall %.2f (cautiously %.2f) expected, %.2f reached", rule, got, p.Cautious, reached)
		}
	}
}

func TestCount(t *testing.T) {
	records, _ := town(200, 10)
	in := input(records)
	in.Between, in.Sources = true, make([]uint8, len(records))
	for i := range in.Sources {
		in.Sources[i] = uint8(i % 2)
	}
	p, err := Count(context.Background(), in, nil, 2)
	if err != nil || p.Pairs == 0 || len(p.Rules) != len(in.Spec.Rules) || p.Recall <= 0 || p.Recall > 1 {
		t.Fatalf("plan %+v, error %v", p, err)
	}
	derived := in
	derived.Spec.Rules = nil
	if p, err = Count(context.Background(), derived, nil, 2); err != nil || len(p.Rules) == 0 {
		t.Errorf("a spec without rules: plan %+v, error %v", p, err)
	}
	bad := []Rule{{Parts: []KeyPart{{"no such", Whole}}, Cap: 10}}
	if _, err := Count(context.Background(), in, bad, 1); !errors.Is(err, ErrModel) {
		t.Errorf("rule over no column: got %v, want ErrModel", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Count(ctx, in, nil, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// TestBetweenComparesSources: records of one source are never compared, even
// where equal records of both are one node.
func TestBetweenComparesSources(t *testing.T) {
	records, _ := town(150, 11)
	in := input(append(records, records[:40]...))
	in.Between, in.Sources = true, make([]uint8, len(records)+40)
	for i := range in.Sources {
		in.Sources[i] = uint8(i * 3 / len(in.Sources))
	}
	b, err := newBase(in, 1)
	if err != nil {
		t.Fatal(err)
	}
	n := b.nodes(b.node, b.n, false)
	pairs := n.candidates(2)
	if len(pairs) == 0 {
		t.Error("no pairs between sources")
	}
	of := make([]map[uint8]bool, n.n)
	for i, node := range b.node {
		if of[node] == nil {
			of[node] = map[uint8]bool{}
		}
		of[node][in.Sources[i]] = true
	}
	for _, w := range pairs {
		x, y, _ := pairOf(w)
		if len(of[x]) == 1 && len(of[y]) == 1 {
			for s := range of[x] {
				if of[y][s] {
					t.Fatalf("nodes %d and %d are both of source %d", x, y, s)
				}
			}
		}
	}
}
