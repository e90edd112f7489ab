package synth

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Report is how well an export agrees with the truth. Households and
// Candidates are nil where they were not measured.
type Report struct {
	Persons    PersonReport     `json:"persons"`
	Households *HouseholdReport `json:"households,omitempty"`
	Candidates *CandidateReport `json:"candidates,omitempty"`
}

// BCubed is the mean over records of precision and recall, each 0–1.
type BCubed struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// PersonReport measures the putting together of records.
type PersonReport struct {
	Records          int     `json:"records"`
	Missing          int     `json:"records_missing"` // in the truth alone
	Extra            int     `json:"records_extra"`   // in the export alone
	TruePersons      int     `json:"true_persons"`
	PredictedPersons int     `json:"predicted_persons"`
	Pairwise         Score   `json:"pairwise"`
	BCubed           BCubed  `json:"b_cubed"`
	ExactRate        float64 `json:"exact_rate"`   // of true persons, found whole and alone
	OverMerged       int     `json:"over_merged"`  // predicted persons who are several
	UnderMerged      int     `json:"under_merged"` // true persons in several pieces
	// Origins holds the recall of pairs by origin of the names, absent where
	// the truth tells none; Worst is the least of those with a hundred pairs,
	// absent (a blank origin) where none has so many.
	Origins     []OriginRecall `json:"origins,omitempty"`
	WorstOrigin string         `json:"worst_origin,omitempty"`
	WorstRecall float64        `json:"worst_recall,omitempty"`
}

// OriginRecall is the share of true pairs found among names of one origin.
type OriginRecall struct {
	Origin string  `json:"origin"`
	Recall float64 `json:"recall"`
	Pairs  int64   `json:"pairs"`
}

// HouseholdReport measures who lives with whom.
type HouseholdReport struct {
	TrueHouseholds      int     `json:"true_households"`
	PredictedHouseholds int     `json:"predicted_households"`
	Unknown             int     `json:"members_unknown"` // of whom the links say nothing
	CoResidence         Score   `json:"co_residence"`
	ExactRate           float64 `json:"exact_rate"`
	ExactRateChildren   float64 `json:"exact_rate_with_children"`
	FalseRate           float64 `json:"false_family_rate"` // of predicted households of several: somebody wrongly in
	SplitRate           float64 `json:"split_rate"`        // of true households of several: not all in one
	Visitors            int     `json:"visitors"`          // people wrongly in
	// Roles counts people by the role that they have in the household that is
	// meant ("none" if they are nothing to it) and the one predicted.
	Roles []RoleCount `json:"roles"`
}

// RoleCount is one cell of the confusion of roles.
type RoleCount struct {
	True      string `json:"true"`
	Predicted string `json:"predicted"`
	People    int    `json:"people"`
}

// CandidateReport measures which families a framework is said to cover.
type CandidateReport struct {
	Framework  string           `json:"framework"`
	OtherLines int              `json:"lines_of_other_frameworks"`
	Eligible   Score            `json:"eligible"`
	Criteria   []CriterionScore `json:"criteria,omitempty"`
}

// CriterionScore is the score of the households that meet one criterion.
type CriterionScore struct {
	Criterion string `json:"criterion"`
	Score     Score  `json:"score"`
}

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
		fmt.Fprintf(w, "households exact\t%.1f %% (with children %.1f %%)\n", 100*h.ExactRate, 100*h.ExactRateChildren)
		fmt.Fprintf(w, "households with somebody wrongly in\t%.1f %% (%d people)\n", 100*h.FalseRate, h.Visitors)
		fmt.Fprintf(w, "households split\t%.1f %%\n", 100*h.SplitRate)
		for _, c := range h.Roles {
			fmt.Fprintf(w, "role %s taken for %s\t%d\n", c.True, c.Predicted, c.People)
		}
	}
	return w.Flush()
}
