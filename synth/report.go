package synth

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

// Share is how many of how many.
type Share struct {
	N    int     `json:"n"`
	Of   int     `json:"of"`
	Rate float64 `json:"rate"`
}

// HouseholdReport measures who lives with whom. What the truth or the export
// does not tell is nil.
type HouseholdReport struct {
	TrueHouseholds      int     `json:"true_households"`
	PredictedHouseholds int     `json:"predicted_households"`
	Unknown             int     `json:"members_unknown"` // of whom the links say nothing
	CoResidence         Score   `json:"co_residence"`
	ExactRate           float64 `json:"exact_rate"`
	ExactRateChildren   float64 `json:"exact_rate_with_children"`
	FalseRate           float64 `json:"false_family_rate"` // of predicted households of several: somebody wrongly in
	// FalseFamilies are those found with an adult and a child of whom somebody is
	// wrongly in.
	FalseFamilies Share   `json:"false_families"`
	SplitRate     float64 `json:"split_rate"` // of true households of several: not all in one
	Visitors      int     `json:"visitors"`   // people wrongly in
	// VisitorsIncluded are people whom the police met where they never lived, and
	// who are said to live there.
	VisitorsIncluded *Share `json:"visitors_included,omitempty"`
	// CommunalLeakage are residents of care homes and the like who stand in a
	// household.
	CommunalLeakage *Share `json:"communal_leakage,omitempty"`
	// RefugeUnprotected are the households in refuges of whom somebody stands in
	// a household that is not protected.
	RefugeUnprotected *Share `json:"refuge_unprotected,omitempty"`
	// Calibration is of the confidence of members of families, and
	// CertaintyCalibration of the certainty of families.
	Calibration          *Calibration `json:"calibration,omitempty"`
	CertaintyCalibration *Calibration `json:"certainty_calibration,omitempty"`
	// Roles counts people by the role that they have in the household that is
	// meant ("none" if they are nothing to it) and the one predicted ("none" if
	// the household found lacks them).
	Roles []RoleCount `json:"roles"`
	// Cases are measures by what is hard about a household; one may have several.
	Cases []CaseReport `json:"by_case,omitempty"`
}

// CaseReport measures the true households of one hard case.
type CaseReport struct {
	Case              string  `json:"case"`
	Households        int     `json:"households"`
	ExactRate         float64 `json:"exact_rate"`
	Families          int     `json:"with_children"`
	ExactRateChildren float64 `json:"exact_rate_with_children"`
	FalseRate         float64 `json:"false_rate"` // somebody is wrongly in what was found of them
	SplitRate         float64 `json:"split_rate"`

	exact, exactFamilies, mixed, split int
}

// RoleCount is one cell of the confusion of roles.
type RoleCount struct {
	True      string `json:"true"`
	Predicted string `json:"predicted"`
	People    int    `json:"people"`
}

// CandidateReport measures which families a framework is said to cover.
type CandidateReport struct {
	Framework  string `json:"framework"`
	OtherLines int    `json:"lines_of_other_frameworks"`
	Eligible   Score  `json:"eligible"`
	// False are the wrong families among the eligible.
	False FalseCandidates `json:"false_families"`
	// PutForward and FalseForward are the same of those put forward; nil where
	// the export puts none forward.
	PutForward   *Score           `json:"put_forward,omitempty"`
	FalseForward *FalseCandidates `json:"false_families_put_forward,omitempty"`
	// Certainty calibrates how sure the eligible are said to be that nobody is
	// wrongly a member; nil where the export does not say.
	Certainty *Calibration     `json:"certainty_calibration,omitempty"`
	Criteria  []CriterionScore `json:"criteria,omitempty"`
}

// FalseCandidates are candidates that are no true family.
type FalseCandidates struct {
	Anybody      Share `json:"somebody_wrongly_in"`
	RestsOnWrong Share `json:"rests_on_wrong"` // a need that is met is such a person's
}

// CriterionScore is the score of the households that meet one criterion.
type CriterionScore struct {
	Criterion string `json:"criterion"`
	Score     Score  `json:"score"`
}
