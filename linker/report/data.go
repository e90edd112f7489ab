package report

// Report is all that the page tells. It is plain data: any part may be left at
// its zero value, and the page then says that it is not known or leaves it out.
//
// Unless said otherwise a share or probability lies in 0–1, a weight is the
// log2 of odds in bits, and all counts are of records or of pairs of records.
// Numbers that are not finite are shown as not known. Strings are shown as
// text, never as markup; cell values stand only in Field, Record and the
// fields that say so.
type Report struct {
	// Title heads the page; "" for a plain one.
	Title string `json:"title,omitempty"`
	// HideValues masks every cell value and record id, so that the page can be
	// shown to people who may not see the records. Records are then named by
	// table and row.
	HideValues bool `json:"hide_values,omitempty"`
	// Invented says that nobody in the tables exists.
	Invented bool `json:"invented,omitempty"`

	Tables  []Table `json:"tables,omitempty"`
	Answer  Answer  `json:"answer"`
	Quality Quality `json:"quality"`
	Stages  []Stage `json:"stages,omitempty"`
	// PeakBytes is the most memory that the run held, 0 if not known.
	PeakBytes int64 `json:"peak_bytes,omitempty"`

	Columns     []Column    `json:"columns,omitempty"`
	Model       Model       `json:"model"`
	Blocking    Blocking    `json:"blocking"`
	Histogram   []Bin       `json:"histogram,omitempty"`
	Thresholds  []Threshold `json:"thresholds,omitempty"`
	Calibration Calibration `json:"calibration"`
	Pairs       []Pair      `json:"pairs,omitempty"`
	Clusters    Clusters    `json:"clusters"`
	Unlinkable  Unlinkable  `json:"unlinkable"`
	// Groups hold one division of the records into groups each.
	Groups []Grouping `json:"groups,omitempty"`
	Card   Card       `json:"card"`
}

// Estimate is a share with its interval. The zero value is one not known.
type Estimate struct {
	Known bool    `json:"known,omitempty"`
	Value float64 `json:"value"`
	// Low and High bound the 95% interval; both equal to Value if there is none.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Table is one table that was read.
type Table struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
	// DuplicateFree says that no two of its rows may be one person.
	DuplicateFree bool `json:"duplicate_free,omitempty"`
	// Notes say what was mended or doubtful while reading, without cell values.
	Notes []string `json:"notes,omitempty"`
}

// Answer is what was found.
type Answer struct {
	// Mode says in words which records were compared, for example "records of
	// different tables only".
	Mode    string `json:"mode,omitempty"`
	Records int64  `json:"records"`
	Persons int64  `json:"persons"`
	// Linked is how many records belong with at least one other.
	Linked int64 `json:"linked"`
	// Pairs is how many pairs of records are in one cluster.
	Pairs int64 `json:"pairs"`
	// Threshold is the probability from which records were linked.
	Threshold float64 `json:"threshold"`
}

// Light is how far the answer can be trusted at a glance.
type Light string

// The lights.
const (
	Good     Light = "green" // fit for use, after the usual look
	Doubtful Light = "amber" // below the bar in something; look first
	Poor     Light = "red"   // not to be used as it is
)

// Quality is how good the answer is thought, or was measured, to be.
type Quality struct {
	// Light is "" if no quality was worked out.
	Light Light `json:"light,omitempty"`
	// Why says in sentences what the light was set by.
	Why []string `json:"why,omitempty"`
	// Basis says what the estimates rest on, for example "the model's own
	// probabilities; no labels".
	Basis string `json:"basis,omitempty"`
	// Precision, Recall and F1 are of pairs. Recall includes what blocking lost.
	Precision Estimate `json:"precision"`
	Recall    Estimate `json:"recall"`
	F1        Estimate `json:"f1"`
	// BlockingLoss is the share of true pairs that were never compared.
	BlockingLoss Estimate `json:"blocking_loss"`
	// Labels is how many pairs people have judged, 0 if none.
	Labels int64 `json:"labels,omitempty"`
	// MeasuredPrecision, MeasuredRecall and MeasuredF1 are by labels or truth.
	MeasuredPrecision Estimate `json:"measured_precision"`
	MeasuredRecall    Estimate `json:"measured_recall"`
	MeasuredF1        Estimate `json:"measured_f1"`
	// Advice is what would help, the most helpful first.
	Advice []Advice `json:"advice,omitempty"`
}

// Advice is one thing that would help.
type Advice struct {
	// What is to be done, as an order: "Give a column with a postcode".
	What string `json:"what"`
	// Why it helps.
	Why string `json:"why,omitempty"`
	// Gain says in words by how much, "" if not known.
	Gain string `json:"gain,omitempty"`
}

// Stage is one step of the run.
type Stage struct {
	Name string `json:"name"`
	// Seconds passed on the clock, CPUSeconds on all processors.
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds,omitempty"`
	// PeakBytes is the most memory that the run held up to the stage's end, 0 if
	// not known.
	PeakBytes int64 `json:"peak_bytes,omitempty"`
}

// Column is one column of the tables, those of one name in several tables as
// one.
type Column struct {
	Name string `json:"name"`
	// Role is what it was taken for, "" if it was left out.
	Role string `json:"role,omitempty"`
	// Why says what that was decided by.
	Why string `json:"why,omitempty"`
	// Distinct is how many different values it holds.
	Distinct int64 `json:"distinct"`
	// Filled says how complete it is, table by table, in their order.
	Filled []Filled `json:"filled,omitempty"`
	// Limit says what the column cannot tell, for example "blank for one in
	// three"; "" if there is nothing to say.
	Limit string `json:"limit,omitempty"`
}

// Filled is how many of a table's rows have a value in a column.
type Filled struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	Filled int64  `json:"filled"`
}

// Model is what was learnt.
type Model struct {
	// Prior and RelativesPrior are the probability that two records drawn at
	// random are of one person, and of two people of one family; 0 if not known.
	Prior          float64 `json:"prior"`
	RelativesPrior float64 `json:"relatives_prior,omitempty"`
	// Passes name the training passes whose figures Level.PassM holds.
	Passes      []string     `json:"passes,omitempty"`
	Comparisons []Comparison `json:"comparisons,omitempty"`
}

// Comparison is how one column, or several judged together, is compared.
type Comparison struct {
	Name string `json:"name"`
	// Note says in words what else matters, for example "rare values tell
	// more".
	Note   string  `json:"note,omitempty"`
	Levels []Level `json:"levels,omitempty"`
}

// Level is one outcome of a comparison.
type Level struct {
	Name string `json:"name"`
	// M, Relatives and U are its probability among pairs of one person, of two
	// relatives and of two strangers. Relatives is negative where the model has
	// no such class.
	M         float64 `json:"m"`
	Relatives float64 `json:"relatives"`
	U         float64 `json:"u"`
	// Weight is what the level adds to a pair's weight.
	Weight float64 `json:"weight"`
	// Fixed says that M and U were set by a person, not learnt.
	Fixed bool `json:"fixed,omitempty"`
	// PassM holds M as each training pass found it, negative where it could
	// not tell.
	PassM []float64 `json:"pass_m,omitempty"`
}

// Blocking is how pairs worth comparing were found.
type Blocking struct {
	// Possible is how many pairs there are, Compared how many were scored.
	Possible int64 `json:"possible"`
	Compared int64 `json:"compared"`
	// Recall is the estimated share of true pairs that were compared, Basis
	// what that rests on.
	Recall Estimate `json:"recall"`
	Basis  string   `json:"basis,omitempty"`
	Rules  []Rule   `json:"rules,omitempty"`
}

// Rule is what one blocking rule brought, in the order of the rules.
type Rule struct {
	Name string `json:"name"`
	// Pairs is how many pairs it finds, New those that no rule before it found,
	// Only those that no other rule finds, negative if not worked out.
	Pairs int64 `json:"pairs"`
	New   int64 `json:"new"`
	Only  int64 `json:"only"`
	// GivenUp is how many pairs, in GivenUpBlocks blocks, were too many to
	// compare under this rule.
	GivenUp       int64 `json:"given_up,omitempty"`
	GivenUpBlocks int64 `json:"given_up_blocks,omitempty"`
	// Finds is the estimated share of true pairs that it finds, Alone of those
	// that it finds and no other rule does.
	Finds Estimate `json:"finds"`
	Alone Estimate `json:"alone"`
}

// Bin counts the scored pairs of From ≤ weight < To.
type Bin struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Pairs int64   `json:"pairs"`
	// Expected is how many of them are of one person by the model's own
	// probabilities, negative if not worked out.
	Expected float64 `json:"expected"`
}

// Threshold is what linking from a probability would give.
type Threshold struct {
	// Probability and Weight name the same threshold.
	Probability float64 `json:"probability"`
	Weight      float64 `json:"weight"`
	// Pairs is how many pairs would be linked.
	Pairs int64 `json:"pairs"`
	// Precision and Recall are estimated without labels.
	Precision Estimate `json:"precision"`
	Recall    Estimate `json:"recall"`
	// MeasuredPrecision and MeasuredRecall are by labels.
	MeasuredPrecision Estimate `json:"measured_precision"`
	MeasuredRecall    Estimate `json:"measured_recall"`
}

// Calibration is whether nine in ten pairs of probability 0.9 are of one
// person.
type Calibration struct {
	// Basis says what Observed rests on.
	Basis string `json:"basis,omitempty"`
	// Labels is how many judged pairs it rests on, 0 if none.
	Labels int64 `json:"labels,omitempty"`
	// ECE is the expected calibration error, Brier the mean squared error of
	// the probability.
	ECE   Estimate         `json:"ece"`
	Brier Estimate         `json:"brier"`
	Bins  []CalibrationBin `json:"bins,omitempty"`
	// Review is the one bin of what people have to look at, 0.1–0.9, and
	// Accepted of what was linked.
	Review   CalibrationBin `json:"review"`
	Accepted CalibrationBin `json:"accepted"`
}

// CalibrationBin sets what was claimed of pairs against what they were.
type CalibrationBin struct {
	// From and To bound the probabilities of its pairs.
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Pairs int64   `json:"pairs"`
	// Claimed is their mean probability, Observed the share of one person.
	Claimed  float64  `json:"claimed"`
	Observed Estimate `json:"observed"`
}

// Record names a record. ID is a cell value.
type Record struct {
	Table string `json:"table,omitempty"`
	// Row counts from 1, without the heading.
	Row int64  `json:"row"`
	ID  string `json:"id,omitempty"`
}

// Choice is why a pair is shown.
type Choice string

// The choices, in the order in which they are shown.
const (
	Surest     Choice = "surest"     // the highest weights
	JustLinked Choice = "just"       // linked, nearest the threshold
	JustNot    Choice = "just not"   // not linked, nearest the threshold
	Telling    Choice = "telling"    // whose answer would help most
	Surprising Choice = "surprising" // much for and much against
	OverMerged Choice = "over-merge" // in one cluster, yet little alike
	Asked      Choice = "asked"      // asked for by name
)

// Pair is two records and why they are, or are not, one person.
type Pair struct {
	Choice Choice `json:"choice"`
	// Why says in a sentence what to look at, "" for the words of the choice.
	Why   string `json:"why,omitempty"`
	Left  Record `json:"left"`
	Right Record `json:"right"`
	// Linked says that both are in one cluster.
	Linked bool    `json:"linked"`
	Fields []Field `json:"fields,omitempty"`
	// Prior is the weight before any comparison; with Parts, in order, it adds
	// up to Weight.
	Prior       float64 `json:"prior"`
	Parts       []Part  `json:"parts,omitempty"`
	Weight      float64 `json:"weight"`
	Probability float64 `json:"probability"`
}

// Difference is the kind of a difference between two cells.
type Difference string

// The differences.
const (
	Same      Difference = "same"
	Near      Difference = "near"      // alike, as by a typing error or a nickname
	Different Difference = "different" // another value
	Missing   Difference = "missing"   // blank on one side or both
)

// Field is one column of a pair. Left and Right are cell values.
type Field struct {
	Column string     `json:"column"`
	Left   string     `json:"left"`
	Right  string     `json:"right"`
	Kind   Difference `json:"kind"`
	// Words are those of the level, for example "one letter differs".
	Words string `json:"words,omitempty"`
}

// Part is one comparison's share of a pair's weight.
type Part struct {
	Comparison string  `json:"comparison"`
	Level      string  `json:"level"`
	Weight     float64 `json:"weight"`
}

// Clusters are the people that the records were put together to.
type Clusters struct {
	// Sizes count the clusters of each size, single records included.
	Sizes []SizeCount `json:"sizes,omitempty"`
	// ReviewTotal is how many ought to be looked at, of which Review holds the
	// first.
	ReviewTotal int64     `json:"review_total,omitempty"`
	Review      []Cluster `json:"review,omitempty"`
}

// SizeCount is how many clusters have a size.
type SizeCount struct {
	Size     int64 `json:"size"`
	Clusters int64 `json:"clusters"`
}

// Cluster is one to look at.
type Cluster struct {
	// ID is the cluster's id in the written file.
	ID string `json:"id"`
	// Reasons say in words why it is shown.
	Reasons []string `json:"reasons,omitempty"`
	// Size is how many records it has, of which Members may hold the first.
	Size    int64    `json:"size"`
	Members []Member `json:"members,omitempty"`
	Edges   []Edge   `json:"edges,omitempty"`
}

// Member is a record in a cluster.
type Member struct {
	Record Record `json:"record"`
	// Label is a cell value that tells the members apart, such as the name and
	// date of birth.
	Label string `json:"label,omitempty"`
}

// Edge is a scored pair within a cluster.
type Edge struct {
	// A and B number the members from 0.
	A           int     `json:"a"`
	B           int     `json:"b"`
	Weight      float64 `json:"weight"`
	Probability float64 `json:"probability"`
	// Bridge says that without it the cluster falls apart.
	Bridge bool `json:"bridge,omitempty"`
}

// Unlinkable is how many records say too little to be linked with anything.
type Unlinkable struct {
	// Known says that it was worked out.
	Known bool `json:"known,omitempty"`
	// Records is how many do not reach the threshold even with themselves.
	Records int64 `json:"records"`
	// Curve is the share of unlinkable records by threshold, in ascending order
	// of weight.
	Curve []UnlinkablePoint `json:"curve,omitempty"`
	// Reasons count them by what they lack, in words.
	Reasons []ReasonCount `json:"reasons,omitempty"`
}

// UnlinkablePoint is the share of records that do not reach a weight with
// themselves.
type UnlinkablePoint struct {
	Weight float64 `json:"weight"`
	Share  float64 `json:"share"`
}

// ReasonCount counts records by a reason.
type ReasonCount struct {
	Reason  string `json:"reason"`
	Records int64  `json:"records"`
}

// Grouping is a division of the records into groups, and how each fares.
type Grouping struct {
	// By says what divides them, for example "tradition of the name".
	By string `json:"by"`
	// Note says what the groups are and are not, "" if By says it all.
	Note string `json:"note,omitempty"`
	// Values says that the groups are called by values of cells, common ones, which
	// are hidden where values are.
	Values bool `json:"values,omitempty"`
	// Measured says that precision and recall are by labels, not estimated.
	Measured bool    `json:"measured,omitempty"`
	Groups   []Group `json:"groups,omitempty"`
}

// Group is one group of records. Its name must not be a value by which a person
// could be known.
type Group struct {
	Name    string `json:"name"`
	Records int64  `json:"records"`
	// Linked is the share of its records that belong with another.
	Linked    Estimate `json:"linked"`
	Precision Estimate `json:"precision"`
	Recall    Estimate `json:"recall"`
	// Unlinkable is the share that cannot be linked with anything.
	Unlinkable Estimate `json:"unlinkable"`
	// Filled is the mean share of the compared columns that its records have
	// filled.
	Filled Estimate `json:"filled"`
}

// Card is the model card: what was used, and what it must not be used for.
type Card struct {
	// Program and Version name what made the page, Model the model's origin in
	// words, for example "trained on these tables".
	Program string `json:"program,omitempty"`
	Version string `json:"version,omitempty"`
	Model   string `json:"model,omitempty"`
	// Made is the date of the run as the caller wants it read, "" to keep pages
	// of equal runs equal to the byte.
	Made string `json:"made,omitempty"`
	// Command is the command line without secrets, Settings the settings as
	// text.
	Command  string `json:"command,omitempty"`
	Settings string `json:"settings,omitempty"`
	// Limits say what is known not to work well here; NotFor what the answer
	// must not be used for, beside what every page says.
	Limits []string `json:"limits,omitempty"`
	NotFor []string `json:"not_for,omitempty"`
}
