package report

import (
	"fmt"
	"math"
)

func est(v, half float64) Estimate {
	return Estimate{Known: true, Value: v, Low: max(v-half, 0), High: min(v+half, 1)}
}

// sample is a report of two tables of invented people with everything in it.
func sample() *Report {
	return &Report{
		Title: "Library members and pupils", Invented: true,
		Tables: []Table{
			{Name: "library_members", Rows: 8214, Notes: []string{"3 rows had a letter that is not UTF-8; it was read as Windows-1252"}},
			{Name: "pupils", Rows: 4320, DuplicateFree: true},
		},
		Answer: Answer{Mode: "all records, of both tables", Records: 12534, Persons: 8977, Linked: 6210, Pairs: 5113, Threshold: 0.95},
		Quality: Quality{
			Light: Doubtful, Why: []string{"Recall is estimated at 93.1%, below the bar of 95%.", "Blocking loses an estimated 3.4% of the pairs of one person."},
			Basis:     "the model's own probabilities, and for blocking on how often rules agree",
			Precision: est(0.9931, 0.004), Recall: est(0.931, 0.018), F1: est(0.961, 0.01), BlockingLoss: est(0.034, 0.012),
			Labels: 240, MeasuredPrecision: est(0.9958, 0.006), MeasuredRecall: est(0.924, 0.03), MeasuredF1: est(0.9586, 0.016),
			Advice: []Advice{
				{"Give a column with a postcode in pupils", "Four in ten of the pairs near the threshold differ in nothing else.", "recall about +2.5 points"},
				{"Judge the twenty pairs of the section “Just not linked”", "They settle the threshold.", "interval of recall about half as wide"},
				{"Block on surname with year of birth as well", "An estimated 60 pairs of one person are never compared.", ""},
			},
		},
		Stages: []Stage{{"read", 0.21, 0.35, 64 << 20}, {"settings", 0.04, 0.04, 64 << 20}, {"blocking", 0.18, 0.52, 121 << 20},
			{"training", 0.44, 1.41, 187 << 20}, {"scoring", 0.31, 1.1, 187 << 20}, {"clusters", 0.05, 0.06, 187 << 20},
			{"report", 0.02, 0.02, 187 << 20}},
		PeakBytes: 187 << 20,
		Columns:   sampleColumns(), Model: sampleModel(), Blocking: sampleBlocking(),
		Histogram: sampleHistogram(), Thresholds: sampleThresholds(), Calibration: sampleCalibration(),
		Pairs: samplePairs(), Clusters: sampleClusters(), Unlinkable: sampleUnlinkable(), Groups: sampleGroups(),
		Card: Card{Version: "0.4.0", Model: "trained on these tables, without labels", Command: "hearth link library_members.csv pupils.csv --both --report report.html",
			Settings: "columns:\n  first_name: forename\n  last_name: surname\n  dob: date of birth\nthreshold: 0.95\n",
			Limits:   []string{"Addresses are compared as words; flats of one house are not told apart."}},
	}
}

func sampleColumns() []Column {
	filled := func(a, b int64) []Filled { return []Filled{{"library_members", 8214, a}, {"pupils", 4320, b}} }
	return []Column{
		{Name: "first_name", Role: "forename", Why: "its name, and 91% of its values are known forenames", Distinct: 1204, Filled: filled(8210, 4320)},
		{Name: "last_name", Role: "surname", Why: "its name", Distinct: 3380, Filled: filled(8214, 4320)},
		{Name: "dob", Role: "date of birth", Why: "99% of its values are dates of the last 110 years", Distinct: 5120, Filled: filled(7702, 4318)},
		{Name: "postcode", Role: "postcode", Why: "97% of its values have the form of a postcode", Distinct: 1877, Filled: filled(7120, 0),
			Limit: "blank for all pupils, so it tells nothing between the tables"},
		{Name: "sex", Role: "sex", Why: "two values, M and F", Distinct: 2, Filled: filled(6001, 4320), Limit: "blank for one in four members"},
		{Name: "email", Role: "e-mail", Why: "95% of its values have an @", Distinct: 3990, Filled: filled(4018, 122)},
		{Name: "notes_by_the_librarian_on_overdue_items", Why: "free text that differs in every row", Distinct: 801, Filled: filled(900, 0)},
	}
}

func sampleModel() Model {
	level := func(name string, m, rel, u float64) Level {
		return Level{Name: name, M: m, Relatives: rel, U: u, Weight: math.Log2(m / u), PassM: []float64{m * 0.98, min(m*1.03, 1), -1}}
	}
	return Model{
		Prior: 1.0 / 14800, RelativesPrior: 1.0 / 5200, Passes: []string{"blocked on date of birth", "blocked on surname", "blocked on postcode"},
		Comparisons: []Comparison{
			{Name: "first_name", Note: "rare values tell more", Levels: []Level{level("the same", 0.84, 0.02, 0.004), level("a nickname", 0.05, 0.004, 0.001),
				level("one letter differs", 0.06, 0.006, 0.002), level("sounds alike", 0.02, 0.01, 0.006), level("different", 0.03, 0.96, 0.987)}},
			{Name: "last_name", Note: "rare values tell more; shared by relatives", Levels: []Level{level("the same", 0.91, 0.8, 0.0012),
				level("one letter differs", 0.05, 0.02, 0.0011), level("different", 0.04, 0.18, 0.9977)}},
			{Name: "dob", Levels: []Level{level("the same", 0.94, 0.001, 0.00004), level("day and month swapped", 0.01, 0.0001, 0.00005),
				level("one digit differs", 0.03, 0.003, 0.0012), level("different", 0.02, 0.996, 0.9987)}},
			{Name: "postcode", Note: "judged given what last_name says", Levels: []Level{level("the same", 0.71, 0.75, 0.0006), level("same district", 0.1, 0.08, 0.09),
				level("different", 0.19, 0.17, 0.909)}},
			{Name: "sex", Levels: []Level{level("the same", 0.992, 0.5, 0.501), level("different", 0.008, 0.5, 0.499)}},
			{Name: "email", Levels: []Level{level("the same", 0.6, 0.2, 0.000002), level("same name before the @", 0.04, 0.01, 0.0001), level("different", 0.36, 0.79, 0.9999)}},
		},
	}
}

func sampleBlocking() Blocking {
	return Blocking{Possible: 78544311, Compared: 61230, Recall: est(0.966, 0.012), Basis: "how often two rules find the same pairs of one person",
		Rules: []Rule{
			{Name: "date of birth", Pairs: 22100, New: 22100, Only: 9100, Finds: est(0.91, 0.01), Alone: est(0.08, 0.01)},
			{Name: "surname and first letter of the forename", Pairs: 30900, New: 25020, Only: 19804, GivenUp: 11200, GivenUpBlocks: 2, Finds: est(0.87, 0.01), Alone: est(0.05, 0.01)},
			{Name: "forename and surname changed round", Pairs: 310, New: 120, Only: 118, Finds: est(0.02, 0.005)},
			{Name: "postcode and year of birth", Pairs: 15004, New: 13990, Only: 13990, Finds: est(0.55, 0.02)},
		}}
}

func sampleHistogram() (out []Bin) {
	for w := -28; w < 34; w++ {
		x := float64(w)
		apart := 9000 * math.Exp(-(x+14)*(x+14)/50)
		one := 520 * math.Exp(-(x-18)*(x-18)/40)
		out = append(out, Bin{From: x, To: x + 1, Pairs: int64(apart + one), Expected: (apart + one) / (1 + math.Exp2(-x-0.5))})
	}
	return out
}

func sampleThresholds() (out []Threshold) {
	for w := -6; w <= 20; w++ {
		x := float64(w)
		p := 1 - 0.16*math.Exp2(-(x+6)/2.5)
		r := 0.975 - 0.0006*(x+6)*(x+6)
		out = append(out, Threshold{Probability: 1 / (1 + math.Exp2(-x)), Weight: x, Pairs: int64(5600 - 60*(x+6)),
			Precision: est(p, 0.008), Recall: est(r, 0.02), MeasuredPrecision: est(p-0.004, 0.01), MeasuredRecall: est(r-0.007, 0.03)})
	}
	return out
}

func sampleCalibration() Calibration {
	c := Calibration{Basis: "pairs judged by two people of the library", Labels: 240,
		ECE: Estimate{Known: true, Value: 0.0134, Low: 0.008, High: 0.021}, Brier: Estimate{Known: true, Value: 0.0211},
		Review:   CalibrationBin{0.1, 0.9, 61, 0.48, est(0.52, 0.12)},
		Accepted: CalibrationBin{0.95, 1, 130, 0.995, est(0.9958, 0.004)}}
	for i := range 10 {
		x := 0.05 + 0.1*float64(i)
		c.Bins = append(c.Bins, CalibrationBin{x - 0.05, x + 0.05, int64(24 + i), x, est(x+0.04*math.Sin(7*x), 0.09)})
	}
	return c
}

func samplePairs() []Pair {
	ref := func(t string, row int64, id string) Record { return Record{t, row, id} }
	return []Pair{
		{Choice: Surest, Left: ref("library_members", 12, "L-00012"), Right: ref("pupils", 801, "P-8801"), Linked: true,
			Fields: []Field{{"first_name", "Wilhelmina", "Wilhelmina", Same, "the same, and rare"}, {"last_name", "Okonkwo-Hartley", "Okonkwo-Hartley", Same, "the same, and rare"},
				{"dob", "2014-03-09", "2014-03-09", Same, "the same"}, {"sex", "F", "F", Same, "the same"}, {"postcode", "TQ13 8DF", "", Missing, ""}},
			Prior: -13.9, Parts: []Part{{"last_name", "the same, and rare", 14.1}, {"dob", "the same", 14.5}, {"first_name", "the same, and rare", 11.2}, {"sex", "the same", 1}},
			Weight: 26.9, Probability: 0.9999999},
		{Choice: JustLinked, Why: "A typing error in the forename, and no postcode to tell more.", Left: ref("library_members", 4410, "L-04410"), Right: ref("pupils", 17, "P-0017"), Linked: true,
			Fields: []Field{{"first_name", "Cathrine", "Katherine", Near, "sounds alike"}, {"last_name", "Smith", "Smith", Same, "the same, but common"},
				{"dob", "2012-11-02", "2012-02-11", Near, "day and month swapped"}, {"sex", "", "F", Missing, ""}, {"postcode", "TQ13 8DF", "", Missing, ""}},
			Prior: -13.9, Parts: []Part{{"last_name", "the same, but common", 6.2}, {"dob", "day and month swapped", 7.6}, {"first_name", "sounds alike", 4.6}},
			Weight: 4.5, Probability: 0.958},
		{Choice: JustNot, Left: ref("library_members", 5, "L-00005"), Right: ref("library_members", 77, "L-00077"),
			Fields: []Field{{"first_name", "محمد", "محمود", Near, "one letter differs"}, {"last_name", "Ó Súilleabháin", "O'Sullivan", Near, "a spelling of the same name"},
				{"dob", "1984-01-01", "1984-01-01", Same, "the same, but a common placeholder"}, {"postcode", "TQ13 8DF", "EX4 1AA", Different, "different"}},
			Prior: -13.9, Parts: []Part{{"dob", "the same, but a common placeholder", 9}, {"last_name", "a spelling of the same name", 6}, {"first_name", "one letter differs", 4.9}, {"postcode", "different", -2.3}},
			Weight: 3.7, Probability: 0.929},
		{Choice: Surprising, Left: ref("library_members", 90, "L-00090"), Right: ref("library_members", 91, "L-00091"),
			Fields: []Field{{"first_name", "Amara", "Chidi", Different, "different"}, {"last_name", "Adeyemi", "Adeyemi", Same, "the same, and rare"},
				{"dob", "2015-06-01", "2015-06-01", Same, "the same"}, {"email", "home@adeyemi.example", "home@adeyemi.example", Same, "the same"}},
			Prior: -13.9, Parts: []Part{{"email", "the same", 18.2}, {"dob", "the same", 14.5}, {"last_name", "the same, and rare", 13}, {"first_name", "different", -5}, {"guard", "twins", -60}},
			Weight: -33.2, Probability: 1e-10},
		{Choice: OverMerged, Left: ref("pupils", 3, "P-0003"), Right: ref("pupils", 4, "P-0004"), Linked: true,
			Fields: []Field{{"first_name", "王小明", "王晓明", Near, "one letter differs"}, {"dob", "2011-01-04", "2001-01-04", Near, "one digit differs"}},
			Prior:  -13.9, Parts: []Part{{"first_name", "one letter differs", 5}, {"dob", "one digit differs", 4.6}}, Weight: -4.3, Probability: 0.05},
	}
}

func sampleClusters() Clusters {
	c := Clusters{Sizes: []SizeCount{{1, 6324}, {2, 1890}, {3, 611}, {4, 98}, {5, 31}, {6, 11}, {7, 6}, {9, 3}, {14, 2}, {23, 1}}, ReviewTotal: 3400}
	for k, n := range []int{5, 9, 23} {
		cl := Cluster{ID: fmt.Sprintf("C%06d", 410+k), Size: int64(n), Reasons: []string{"held together by one pair", "two dates of birth, each in several records"}}
		for i := range n {
			cl.Members = append(cl.Members, Member{Record{"library_members", int64(100*k + i + 1), fmt.Sprintf("L-%05d", 100*k+i)},
				fmt.Sprintf("Rosalind %s, born %d-04-01", []string{"Marsh", "Marshall"}[2*i/n], 2009+2*i/n)})
		}
		half := n / 2
		for i := range n {
			for j := range i {
				if (i < half) == (j < half) && (i+j)%3 != 0 || i-j == 1 && i != half {
					w := float64(3 + (7*i+3*j)%22)
					cl.Edges = append(cl.Edges, Edge{A: j, B: i, Weight: w - 2, Probability: 1 / (1 + math.Exp2(2-w))})
				}
			}
		}
		cl.Edges = append(cl.Edges, Edge{A: half - 1, B: half, Weight: 4.9, Probability: 0.967, Bridge: true})
		c.Review = append(c.Review, cl)
	}
	return c
}

func sampleUnlinkable() Unlinkable {
	u := Unlinkable{Known: true, Records: 318, Reasons: []ReasonCount{{"no date of birth and a common name", 207}, {"no surname", 80}, {"nothing but a postcode", 31}}}
	for w := -4; w <= 20; w++ {
		u.Curve = append(u.Curve, UnlinkablePoint{float64(w), 0.001 + 0.2/(1+math.Exp(-(float64(w)-12)/2))})
	}
	return u
}

func sampleGroups() []Grouping {
	return []Grouping{
		{By: "tradition of the name", Note: "A group is one of names, not of people.", Values: true, Groups: []Group{
			{"Mary, James, Emma · Smith, Jones, Taylor", 9100, est(0.51, 0.01), est(0.995, 0.003), est(0.94, 0.015), est(0.02, 0.002), est(0.91, 0)},
			{"Mohammed, Fatima, Aisha · Khan, Hussain, Begum", 1440, est(0.47, 0.03), est(0.991, 0.006), est(0.905, 0.02), est(0.031, 0.006), est(0.9, 0)},
			{"Mohamed, Layla, Mariam · Hassan, Mohamed, Hussein", 402, est(0.44, 0.05), est(0.988, 0.011), est(0.882, 0.035), est(0.04, 0.012), est(0.82, 0)},
			{"Piotr, Anna, Tomasz · Nowak, Kowalski, Kaminski", 910, est(0.5, 0.03), est(0.993, 0.006), est(0.931, 0.025), Estimate{}, est(0.88, 0)}}},
		{By: "sex", Measured: true, Groups: []Group{{"F", 5300, est(0.52, 0.01), est(0.994, 0.004), est(0.93, 0.02), est(0.02, 0.002), Estimate{}},
			{"M", 5021, est(0.5, 0.01), est(0.994, 0.004), est(0.929, 0.02), est(0.021, 0.002), Estimate{}}}},
	}
}
