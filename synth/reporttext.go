package synth

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Text writes the report as an aligned table.
func (r Report) Text(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tprecision\trecall\tF1\tfound\tpredicted\ttrue")
	line := func(name string, s Score) {
		fmt.Fprintf(w, "%s\t%.4f\t%.4f\t%.4f\t%d\t%d\t%d\n", name, s.Precision, s.Recall, s.F1, s.Hit, s.Predicted, s.True)
	}
	p := r.Persons
	line("persons, pairs of records", p.Pairwise)
	fmt.Fprintf(w, "persons, B-cubed\t%.4f\t%.4f\t%.4f\t\t%d\t%d\n", p.BCubed.Precision, p.BCubed.Recall, p.BCubed.F1,
		p.PredictedPersons, p.TruePersons)
	if r.Households != nil {
		line("households, pairs who live together", r.Households.CoResidence)
	}
	if c := r.Candidates; c != nil {
		line("families eligible, "+c.Framework, c.Eligible)
		if c.PutForward != nil {
			line("families put forward, "+c.Framework, *c.PutForward)
		}
		for _, k := range c.Criteria {
			line("  criterion "+k.Criterion, k.Score)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return r.notes(out)
}

func (r Report) notes(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	p := r.Persons
	fmt.Fprintf(w, "\nrecords\t%d (%d missing from the export, %d not in the truth)\n", p.Records, p.Missing, p.Extra)
	fmt.Fprintf(w, "persons found whole and alone\t%.1f %%\n", 100*p.ExactRate)
	fmt.Fprintf(w, "persons merged wrongly\t%d\n", p.OverMerged)
	fmt.Fprintf(w, "persons left in pieces\t%d\n", p.UnderMerged)
	switch {
	case p.WorstOrigin != "":
		fmt.Fprintf(w, "least recall by origin of names\t%.4f (%s)\n", p.WorstRecall, p.WorstOrigin)
	case p.Origins == nil:
		fmt.Fprint(w, "least recall by origin of names\tabsent: the truth tells no origin of a person with several records\n")
	}
	if h := r.Households; h != nil {
		h.notes(w)
	}
	if c := r.Candidates; c != nil {
		c.notes(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if h := r.Households; h != nil {
		return h.tables(out)
	}
	return nil
}

// part writes a share as a figure with what it is of.
func (s Share) part() string { return fmt.Sprintf("%.2f %% (%d of %d)", 100*s.Rate, s.N, s.Of) }

func (h *HouseholdReport) notes(w io.Writer) {
	fmt.Fprintf(w, "households exact\t%.1f %% (with children %.1f %%)\n", 100*h.ExactRate, 100*h.ExactRateChildren)
	fmt.Fprintf(w, "households with somebody wrongly in\t%.1f %% (%d people)\n", 100*h.FalseRate, h.Visitors)
	fmt.Fprintf(w, "households split\t%.1f %%\n", 100*h.SplitRate)
	fmt.Fprintf(w, "families with somebody wrongly in\t%s\n", h.FalseFamilies.part())
	for _, s := range []struct {
		name  string
		share *Share
	}{
		{"visitors taken for residents", h.VisitorsIncluded},
		{"residents of care homes in a household", h.CommunalLeakage},
		{"refuge households that stand unprotected", h.RefugeUnprotected},
	} {
		if s.share != nil {
			fmt.Fprintf(w, "%s\t%s\n", s.name, s.share.part())
		}
	}
	if c := h.Calibration; c != nil {
		fmt.Fprintf(w, "calibration error of members of families\t%.4f over %d\n", c.ECE, c.N)
	}
	if c := h.CertaintyCalibration; c != nil {
		fmt.Fprintf(w, "calibration error of families\t%.4f over %d\n", c.ECE, c.N)
	}
}

func (c *CandidateReport) notes(w io.Writer) {
	fmt.Fprintf(w, "eligible with somebody wrongly in\t%s\n", c.False.Anybody.part())
	fmt.Fprintf(w, "eligible by a wrong person's need\t%s\n", c.False.RestsOnWrong.part())
	f := c.FalseForward
	if f == nil {
		fmt.Fprint(w, "put forward\tnone: all that are eligible are to be checked first\n")
		return
	}
	fmt.Fprintf(w, "put forward with somebody wrongly in\t%s\n", f.Anybody.part())
	fmt.Fprintf(w, "put forward by a wrong person's need\t%s\n", f.RestsOnWrong.part())
	fmt.Fprintf(w, "put forward of the eligible\t%.1f %%\n", 100*ratio(f.Anybody.Of, c.False.Anybody.Of))
}

// tables writes the confusion of roles, the bands of confidence and the hard
// cases.
func (h *HouseholdReport) tables(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(h.Roles) > 0 {
		fmt.Fprint(w, "\nrole\ttaken for\tpeople\n")
		for _, c := range h.Roles {
			fmt.Fprintf(w, "%s\t%s\t%d\n", c.True, c.Predicted, c.People)
		}
	}
	if h.Calibration != nil {
		fmt.Fprint(w, "\nconfidence of members\tpeople\tsaid\ttrue\n")
		for _, b := range h.Calibration.Bands {
			fmt.Fprintf(w, "%.1f to %.1f\t%d\t%.3f\t%.3f\n", b.From, b.To, b.N, b.Said, b.True)
		}
	}
	if h.CertaintyCalibration != nil {
		fmt.Fprint(w, "\ncertainty of families\tfamilies\tsaid\ttrue\n")
		for _, b := range h.CertaintyCalibration.Bands {
			fmt.Fprintf(w, "%.1f to %.1f\t%d\t%.3f\t%.3f\n", b.From, b.To, b.N, b.Said, b.True)
		}
	}
	if len(h.Cases) > 0 {
		fmt.Fprint(w, "\ncase\thouseholds\texact\twith children\texact\tsomebody wrongly in\tsplit\n")
		for _, c := range h.Cases {
			fmt.Fprintf(w, "%s\t%d\t%.3f\t%d\t%.3f\t%.3f\t%.3f\n", c.Case, c.Households, c.ExactRate, c.Families,
				c.ExactRateChildren, c.FalseRate, c.SplitRate)
		}
	}
	return w.Flush()
}

// Text writes the report as an aligned table.
func (r IDsReport) Text(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "households\t%d before, %d after\n", r.Before, r.After)
	fmt.Fprintf(w, "id kept where the people are the same\t%s\n", r.Same.part())
	fmt.Fprintf(w, "id kept where most of them are\t%s\n", r.Going.part())
	fmt.Fprintf(w, "ids that mean other people now\t%d\n", r.Reused)
	return w.Flush()
}
