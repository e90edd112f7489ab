package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

// membershipFlags are the flags of hearth explain HOUSEHOLD PERSON.
type membershipFlags struct {
	askFlags
	asAt    dateFlag
	without []string
	whatIf  bool
}

func (f *membershipFlags) addMembership(cmd *cobra.Command) {
	f.addProtected(cmd)
	fl := cmd.Flags()
	fl.Var(&f.asAt, "as-at", "of a household: answer for this day (default that of the last night)")
	fl.StringArrayVar(&f.without, "without", nil, "of a household: as if this row were not there; may be repeated")
	fl.BoolVar(&f.whatIf, "what-if", false, "of a household: say without what other people would live there")
}

func (p *program) explainMembership(ctx context.Context, q querypb.QueryServiceClient, f *membershipFlags, household, person string) error {
	resp, err := q.ExplainMembership(ctx, &querypb.ExplainMembershipRequest{
		HouseholdId: household, PersonId: person, IncludeProtected: f.includeProtected,
		AsAt: f.asAt.String(), Without: f.without, WhatIf: f.whatIf,
	})
	if err != nil {
		return err
	}
	return p.answer(f.json, resp, func() { p.printMembership(resp, f.whatIf) })
}

func (p *program) printMembership(m *querypb.ExplainMembershipResponse, whatIf bool) {
	fmt.Fprintln(p.stdout, wrapLines(m.Verdict, lineWidth))
	p.printOthers(m.Others)
	p.printWeights("what speaks for and against living here", m.Weights)
	elsewhere := "what outweighs it: the same of where the person lives"
	if m.HomeHouseholdId != "" {
		elsewhere += ", household " + m.HomeHouseholdId
	}
	p.printWeights(elsewhere, m.HomeWeights)
	if whatIf {
		p.printCounterfactuals(m.Counterfactuals)
	}
	for _, r := range m.Rows {
		fmt.Fprintln(p.stdout)
		p.printRow(r)
	}
}

func (p *program) printOthers(all []*querypb.Bystander) {
	if len(all) == 0 {
		return
	}
	t := p.newSheet("person", "standing", "why not", "weighs most", "row").wrap("standing", 12).wrap("weighs most", 30).takeRest("why not")
	for _, o := range all {
		most, row := "", ""
		if len(o.Weights) > 0 {
			w := o.Weights[0]
			most, row = fmt.Sprintf("%+.1f %s", w.Bits, w.Words), w.Row
		}
		t.add(joinFilled(" ", o.Forename, o.Surname)+"\n"+o.PersonId, words(o.Standing), o.Words, most, row)
	}
	t.print()
}

func (p *program) printWeights(heading string, weights []*querypb.Weight) {
	if len(weights) == 0 {
		return
	}
	fmt.Fprintln(p.stdout, "\n"+heading)
	t := p.newSheet("bits", "what", "as at", "row").numbers("bits").takeRest("what")
	for _, w := range weights {
		t.add(fmt.Sprintf("%+.1f", w.Bits), w.Words, w.Day, w.Row)
	}
	t.print()
}

func (p *program) printCounterfactuals(all []*querypb.Counterfactual) {
	fmt.Fprintln(p.stdout, "\nwhat would change who lives here")
	if len(all) == 0 {
		fmt.Fprintln(p.stdout, "no single row, decision or feed's word on a person")
		return
	}
	t := p.newSheet("what", "not here", "here too").takeRest("what")
	for _, c := range all {
		t.add(joinFilled(" ", c.Words, inBrackets(c.PersonId)), strings.Join(c.Leaves, "\n"), strings.Join(c.Joins, "\n"))
	}
	t.print()
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}
