package matcher

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
)

// Plan says what blocking rules will do, before any pair is compared.
type Plan struct {
	// Records is how many records are compared; records equal in every column
	// count once.
	Records int
	// Pairs is how many distinct pairs the rules make, and Exact whether it was
	// counted: of more than a hundred million it is estimated from an even
	// sample of the records, like Found and Only of the rules.
	Pairs int64
	Exact bool
	// Recall estimates which part of the pairs of one person the rules find,
	// and Cautious the same if the records were much worse than is believed:
	// see Count. Both are from 0 to 1.
	Recall, Cautious float64
	Rules            []RulePlan
}

// RulePlan is one rule's part in a Plan.
type RulePlan struct {
	Rule Rule
	// Words describe the rule's key.
	Words string
	RuleFind
	// Blocks is how many keys several records share, Largest the records of the
	// largest of these, and Refined how many were too large and divided.
	Blocks, Largest, Refined int64
	// GivenUp is what is not compared for all that.
	GivenUp Loss
	// Recall is what the rule finds alone, see Plan.
	Recall float64
}

// RuleFind is how many distinct pairs a rule found, how many no other did, and
// how many none before it did.
type RuleFind struct{ Found, Only, New int64 }

// Loss is what a rule gives up because its blocks are too large.
type Loss struct {
	// Blocks and Records are in blocks that are too large and cannot be
	// divided further; where the rule has a Window, neighbors in them are
	// compared all the same.
	Blocks, Records int64
	// Pairs share the rule's key and are not compared for it.
	Pairs int64
}

// countedPairs is how many pairs are counted one by one.
const countedPairs = 100_000_000

// Count says how many pairs the rules will make of the input and how many of
// one person they may find. Without rules it takes those of the spec, and where
// there are none those that Train would choose. It keeps no pairs: its memory is
// a few bytes for each record and rule. It blocks until done; it fails with
// ErrModel where a rule names a column that there is not, and with the context.
//
// Recall needs no labels and is no more than a belief: a record of the same
// person is imagined beside each of a few thousand records, with the gaps of
// some other record and slips, changed names, moves and exchanged fields as
// often as is common in administrative data; what the rules find of these pairs
// is counted, blocks too large included. Cautious counts pairs in each of which,
// besides, four columns in ten are of no use.
func Count(ctx context.Context, in Input, rules []Rule, workers int) (*Plan, error) {
	if len(rules) > 0 {
		in.Spec.Rules = rules
	}
	b, err := newBase(in, workers)
	if err != nil {
		return nil, err
	}
	t := b.nodes(b.node, b.n, false)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("count pairs: %w", err)
	}
	if rules = in.Spec.Rules; len(rules) == 0 {
		rules = t.deriveRules(workers)
	}
	return t.plan(ctx, rules, workers)
}

func (t *nodes) plan(ctx context.Context, rules []Rule, workers int) (*Plan, error) {
	p := &Plan{Records: t.n, Rules: make([]RulePlan, len(rules))}
	s := t.pairSpace(rules, workers)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("count pairs: %w", err)
	}
	total := s.count(workers, countedPairs)
	p.Pairs, p.Exact = total.pairs, total.exact
	for i, r := range rules {
		c := s.finds[i]
		p.Rules[i] = RulePlan{Rule: r, Words: r.String(), RuleFind: total.rules[i], Blocks: c.blocks,
			Largest: c.largest, Refined: c.refined, GivenUp: c.lost}
	}
	if t.n > 0 {
		p.believe(newDeriver(t, workers), rules)
	}
	return p, nil
}

// pairCount counts distinct pairs by rule.
type pairCount struct {
	pairs int64
	exact bool
	rules [maxRules]RuleFind
}

// count counts the pairs, those of an even part of the nodes if they are more
// than so many.
func (s *pairSpace) count(workers int, most int64) pairCount {
	made := int64(0)
	for _, f := range s.finds {
		made += f.pairs
	}
	every := uint64(made/most + 1)
	parts := make([]pairCount, chunks)
	eachPart(workers, chunks, func(i int) {
		lo, hi := s.bounds(i, chunks)
		var buf []uint64
		for r := lo; r < hi; r++ {
			if every > 1 && mix(uint64(r)+1)%every != 0 {
				continue
			}
			buf = s.of(buf[:0], uint32(r))
			parts[i].pairs += int64(len(buf))
			addFinds(parts[i].rules[:], buf)
		}
	})
	total := pairCount{exact: every == 1}
	for _, p := range parts {
		total.pairs += p.pairs * int64(every)
		for i, f := range p.rules {
			total.rules[i].Found += f.Found * int64(every)
			total.rules[i].Only += f.Only * int64(every)
			total.rules[i].New += f.New * int64(every)
		}
	}
	return total
}

// addFinds counts candidate pairs for the rules that found them. It does not
// allocate.
func addFinds(rules []RuleFind, pairs []uint64) {
	for _, w := range pairs {
		found := uint16(w)
		if found&(found-1) == 0 {
			rules[bits.TrailingZeros16(found)].Only++
		}
		if found != 0 {
			rules[bits.TrailingZeros16(found)].New++
		}
		for ; found != 0; found &= found - 1 {
			rules[bits.TrailingZeros16(found)].Found++
		}
	}
}

// believe estimates what the rules find.
func (p *Plan) believe(d *deriver, rules []Rule) {
	covers := make([]bitset, len(rules))
	keyers := newKeyers(d.t, d.workers)
	for _, r := range rules {
		for _, part := range slices.Concat(r.Parts, r.Refine) {
			keyers.get(part)
		}
	}
	eachPart(d.workers, len(rules), func(i int) { _, covers[i] = d.try(rules[i], keyers, nil) })
	all := newBitset(len(d.pairs))
	for i, c := range covers {
		p.Rules[i].Recall, _ = d.recall(c)
		for w, found := range c {
			all[w] |= found
		}
	}
	p.Recall, p.Cautious = d.recall(all)
}

// recall is how much of the imagined pairs is found: of those believed, and of
// the hard ones.
func (d *deriver) recall(found bitset) (believed, cautious float64) {
	var of, n [2]float64
	for i, p := range d.pairs {
		k := 0
		if p.hard {
			k = 1
		}
		n[k]++
		if found.has(i) {
			of[k]++
		}
	}
	return of[0] / max(n[0], 1), of[1] / max(n[1], 1)
}
