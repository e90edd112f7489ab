package funnel_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/family"
)

var everything = []funnel.Dimension{funnel.District, funnel.Ward, funnel.Cluster, funnel.SchoolURN, funnel.LeadAgency,
	funnel.Month, funnel.Quarter, funnel.Framework, funnel.Headline, funnel.HeadlineQuarter}

// town is a small council: wards that lie in districts, clusters that cross
// them.
func town(t *rapid.T, most int) *funnel.Input {
	in := &funnel.Input{Targets: []funnel.Target{{Area: "Town", Families: 40}}}
	day := func(label string, after family.Date) family.Date {
		if after == 0 || rapid.IntRange(0, 3).Draw(t, "no "+label) == 0 {
			return 0
		}
		return after + family.Date(rapid.IntRange(0, 90).Draw(t, label))
	}
	start := family.MustDate("2013-02-01")
	for i := range rapid.IntRange(0, most).Draw(t, "families") {
		ward := rapid.IntRange(0, 4).Draw(t, "ward")
		f := funnel.Family{Case: fmt.Sprint("E", i+1), Identified: start + family.Date(rapid.IntRange(0, 90).Draw(t, "identified"))}
		f.Area = family.Area{Ward: fmt.Sprint("W", ward), District: fmt.Sprint("D", ward/3), Cluster: fmt.Sprint("C", rapid.IntRange(0, 1).Draw(t, "cluster"))}
		if ward == 4 {
			f.Area = family.Area{}
		}
		f.Framework = rapid.SampledFrom([]string{"tf", "tf", "sf"}).Draw(t, "framework")
		f.LeadAgency = rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "lead")
		f.Headlines = rapid.SampledFrom([][]string{nil, {"crime"}, {"crime", "work"}}).Draw(t, "headlines")
		f.Schools = rapid.SampledFrom([][]string{nil, {"100001"}, {"100001", "100002"}}).Draw(t, "schools")
		f.Protected = rapid.IntRange(0, 5).Draw(t, "protected") == 0
		f.Contacted = day("contacted", f.Identified)
		f.Agreed = day("agreed", f.Contacted)
		f.WorkedWith = day("worked with", f.Agreed)
		if claimed := day("claimed", f.WorkedWith); claimed != 0 {
			r := funnel.Result{ID: rapid.SampledFrom([]string{"cae", "job", "ptw"}).Draw(t, "result"), Day: claimed, Claimed: claimed}
			r.Partial = r.ID == "ptw"
			r.Audited = day("audited", claimed)
			r.Invalid = r.Audited != 0 && rapid.Bool().Draw(t, "invalid")
			r.Withdrawn = day("withdrawn", r.Audited)
			f.Results = append(f.Results, r)
		}
		in.Families = append(in.Families, f)
	}
	for range rapid.IntRange(0, 5).Draw(t, "eligible") {
		in.Eligible = append(in.Eligible, funnel.Place{Framework: "tf", Area: family.Area{Ward: "W1", District: "D0"}})
	}
	return in
}

func report(t interface{ Fatal(...any) }, in *funnel.Input, o funnel.Options) *funnel.Report {
	r, err := funnel.Make(in, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var asAt = family.MustDate("2013-09-30")

// Groups that each family is in one of add up to the authority's count.
func TestGroupsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := report(t, town(t, 40), funnel.Options{AsAt: asAt, By: everything})
		for _, by := range everything {
			if by == funnel.SchoolURN || by == funnel.Headline || by == funnel.HeadlineQuarter {
				continue
			}
			for m, measure := range r.Measures {
				var sum int64
				known := false
				for _, g := range r.Groups {
					if g.By == by {
						sum += g.Counts[m].N
						known = g.Counts[m].Known
					}
				}
				if known && sum != r.Groups[0].Counts[m].N {
					t.Fatalf("by %s %s add up to %d, want %d", by, measure.ID, sum, r.Groups[0].Counts[m].N)
				}
			}
		}
	})
}

// No stage is larger than the one before it; nothing but a withdrawn or invalid
// claim is taken back as time goes on; the order of families does not matter.
func TestStages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := town(t, 30)
		var before *funnel.Report
		for _, on := range []string{"2012-12-31", "2013-03-15", "2013-05-01", "2013-09-30"} {
			r := report(t, in, funnel.Options{AsAt: family.MustDate(on), Results: []funnel.ResultName{{ID: "cae"}, {ID: "job"}, {ID: "ptw", Partial: true}}})
			n := func(r *funnel.Report, id string) int64 { return r.Groups[0].Counts[r.Measure(id)].N }
			for i, id := range []string{"identified", "contacted", "agreed", "worked_with"} {
				if i > 0 && n(r, id) > n(r, []string{"identified", "contacted", "agreed"}[i-1]) {
					t.Fatalf("%s is larger than the stage before it", id)
				}
				if before != nil && n(before, id) > n(r, id) {
					t.Fatalf("%s has become smaller", id)
				}
			}
			if n(r, "turned_round") != n(r, "turned_round.cae")+n(r, "turned_round.job") {
				t.Fatal("turned round is not the sum of the full results, of which each family has one")
			}
			before = r
		}
		slices.Reverse(in.Families)
		again := report(t, in, funnel.Options{AsAt: asAt, By: everything})
		slices.Reverse(in.Families)
		if diff := cmp.Diff(report(t, in, funnel.Options{AsAt: asAt, By: everything}), again); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Whatever groupings and frameworks are asked for, no small count is shown, none
// follows by taking what is shown from a total, and what one report withholds no
// other one shows.
func TestSmallCountsAreWithheld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := town(t, 25)
		for _, framework := range []string{"", "tf", "sf"} {
			o := funnel.Options{AsAt: asAt, By: everything, Framework: framework, Threshold: funnel.DefaultThreshold}
			r := report(t, in, o)
			o.Threshold = 0
			true0 := report(t, in, o)
			for i := range r.Groups {
				for m, c := range r.Groups[i].Counts {
					n := true0.Groups[i].Counts[m].N
					if n > 0 && n < funnel.DefaultThreshold && !c.Hidden || !c.Hidden && c.N != n {
						t.Fatalf("%s %s: %d is shown as %v", r.Groups[i].Name, r.Measures[m].ID, n, c)
					}
				}
			}
			for _, by := range everything {
				subtract(t, r, by)
			}
			for _, by := range []funnel.Dimension{funnel.Cluster, funnel.Month} {
				o := funnel.Options{AsAt: asAt, By: []funnel.Dimension{by}, Framework: framework, Threshold: funnel.DefaultThreshold}
				for _, g := range report(t, in, o).Groups {
					same, _ := r.Group(g.By, g.ID)
					if diff := cmp.Diff(same, &g); diff != "" {
						t.Fatalf("asked for alone, %s is another line:\n%s", g.Name, diff)
					}
				}
			}
		}
	})
}

// subtract takes all groups that are shown from the total.
func subtract(t *rapid.T, r *funnel.Report, by funnel.Dimension) {
	if by == funnel.SchoolURN || by == funnel.Headline || by == funnel.HeadlineQuarter {
		return
	}
	for m, measure := range r.Measures {
		rest, hidden := r.Groups[0].Counts[m].N, int64(0)
		for _, g := range r.Groups {
			if g.By == by && g.Counts[m].Hidden {
				hidden++
			} else if g.By == by {
				rest -= g.Counts[m].N
			}
		}
		if !r.Groups[0].Counts[m].Hidden && hidden == 1 && rest > 0 && rest < funnel.DefaultThreshold {
			t.Fatalf("by %s, %s: %d withheld are %d together", by, measure.ID, hidden, rest)
		}
	}
}

// What counts, and from when until when.
func TestTurnedRound(t *testing.T) {
	d := family.MustDate
	f := funnel.Family{
		Place: funnel.Place{Framework: "tf"}, Identified: d("2013-01-10"), WorkedWith: d("2013-03-01"),
		Results: []funnel.Result{
			{ID: "ptw", Partial: true, Day: d("2013-06-01"), Claimed: d("2013-06-01")},
			{ID: "cae", Day: d("2013-07-01"), Claimed: d("2013-07-05"), Audited: d("2013-09-01"), Invalid: true, Withdrawn: d("2013-10-01")},
			{ID: "job", Day: d("2013-11-01")},
		},
	}
	for _, c := range []struct {
		asAt string
		want [10]int64 // identified … job, claimed, audited, in the report's order
	}{
		{"2013-01-09", [10]int64{}},
		{"2013-01-10", [10]int64{1}},
		{"2013-02-28", [10]int64{1}},
		{"2013-03-01", [10]int64{1, 1, 1, 1}}, // contacted and agreed are taken from it
		{"2013-06-01", [10]int64{1, 1, 1, 1, 0, 0, 0, 1, 1}},
		{"2013-07-01", [10]int64{1, 1, 1, 1, 1, 1, 0, 1, 1}},
		{"2013-08-31", [10]int64{1, 1, 1, 1, 1, 1, 0, 1, 1}},
		{"2013-09-01", [10]int64{1, 1, 1, 1, 0, 0, 0, 1, 1, 1}}, // found invalid
		{"2013-10-01", [10]int64{1, 1, 1, 1, 0, 0, 0, 1, 1}},    // and withdrawn
		{"2013-11-01", [10]int64{1, 1, 1, 1, 1, 0, 1, 1, 1}},
	} {
		r := report(t, &funnel.Input{Families: []funnel.Family{f}}, funnel.Options{AsAt: d(c.asAt)})
		var got [10]int64
		for i := range got {
			got[i] = r.Groups[0].Counts[i+1].N
		}
		if got != c.want {
			t.Errorf("as at %s: %v, want %v", c.asAt, got, c.want)
		}
	}
}

func TestTargets(t *testing.T) {
	d := family.MustDate
	north, south := family.Area{District: "North", Ward: "Mill"}, family.Area{District: "South"}
	in := func(targets ...funnel.Target) *funnel.Input {
		return &funnel.Input{Areas: []family.Area{north, south}, Targets: targets}
	}
	for _, c := range []struct {
		name      string
		authority string
		in        *funnel.Input
		want      string // of the authority, North and Mill
	}{
		{"by name", "Town", in(funnel.Target{Area: "Town", Families: 9}, funnel.Target{Area: "Region", Families: 99}), "9 - -"},
		{"the rest", "", in(funnel.Target{Area: "Town", Families: 9}, funnel.Target{Area: "North", Families: 4}), "9 4 -"},
		{"the sum of districts", "", in(funnel.Target{Area: "South", Families: 5}, funnel.Target{Area: "North", Families: 4},
			funnel.Target{Area: "Mill", Families: 1}), "9 4 1"},
		{"none", "Town", in(), "- - -"},
		{"in force", "Town", in(funnel.Target{Area: "Town", Families: 1, To: asAt - 1}, funnel.Target{Area: "Town", Families: 2, From: asAt, To: asAt},
			funnel.Target{Area: "Town", Families: 4, From: d("2012-04-01")}, funnel.Target{Area: "Town", Families: 8, From: asAt + 1}), "6 - -"},
	} {
		r := report(t, c.in, funnel.Options{AsAt: asAt, Authority: c.authority, By: []funnel.Dimension{funnel.District, funnel.Ward}})
		district, _ := r.Group(funnel.District, "North")
		ward, _ := r.Group(funnel.Ward, "Mill")
		if got := fmt.Sprint(r.Groups[0].Target, " ", district.Target, " ", ward.Target); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestOptionsRefused(t *testing.T) {
	for _, o := range []funnel.Options{
		{}, {AsAt: asAt, Threshold: -1}, {AsAt: asAt, Round: -5}, {AsAt: asAt, By: []funnel.Dimension{0}},
		{AsAt: asAt, By: []funnel.Dimension{funnel.Authority}}, {AsAt: asAt, By: []funnel.Dimension{funnel.Ward, funnel.Ward}},
	} {
		if _, err := funnel.Make(&funnel.Input{}, o); !errors.Is(err, family.ErrInvalid) {
			t.Errorf("%+v: error %v, want one of the kind invalid", o, err)
		}
	}
	if _, err := funnel.ParseDimension("street"); !errors.Is(err, family.ErrInvalid) {
		t.Errorf("street: error %v", err)
	}
}

// The report as people read it, and its rows.
func TestText(t *testing.T) {
	d := family.MustDate
	in := &funnel.Input{
		Targets:    []funnel.Target{{Area: "Fennbridge", Families: 40}, {Area: "North", Families: 30}},
		Population: []funnel.Population{{Area: "Fennbridge", People: 20_000}},
		Schools:    []funnel.School{{URN: "100001", Name: "Mill Lane Primary", Contributes: true}, {URN: "100002", Name: "Fenn High"}},
	}
	for i := range 30 {
		f := funnel.Family{Place: funnel.Place{Framework: "tf-phase1-2012", Area: family.Area{District: "North"}, Schools: []string{"100001"}},
			Identified: d("2013-04-20") + family.Date(i)}
		switch {
		case i < 3:
			f.Area.District = "South"
		case i < 9:
			f.Area.District, f.Schools = "East", []string{"100001", "100002"}
		}
		if i%2 == 0 {
			f.WorkedWith = f.Identified + 14
		}
		if i%4 == 0 {
			f.Results = []funnel.Result{{ID: "crime_asb_education", Day: f.WorkedWith + 100, Claimed: f.WorkedWith + 100}}
		}
		in.Families = append(in.Families, f)
	}
	o := funnel.Options{AsAt: asAt, Authority: "Fennbridge", Framework: "tf-phase1-2012", Threshold: 5,
		By:      []funnel.Dimension{funnel.District, funnel.SchoolURN, funnel.Quarter},
		Results: []funnel.ResultName{{ID: "crime_asb_education", Name: "crime, ASB and education"}}}
	got := report(t, in, o).Text()
	o.Threshold, o.Round, o.By = 0, 5, []funnel.Dimension{funnel.District}
	got += "\n" + report(t, in, o).Text()
	want, err := os.ReadFile("testdata/text.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s\n%s", diff, got)
	}
	table := report(t, in, o).Table()
	if err := table.Check(); err != nil {
		t.Error(err)
	}
}

// A county's funnel with small numbers withheld: 5,000 families, everything that
// can be asked for.
func BenchmarkWithheld(b *testing.B) {
	in := &funnel.Input{}
	start := family.MustDate("2012-04-01")
	for i := range 5000 {
		f := funnel.Family{Identified: start + family.Date(i*7919%900)}
		ward := i * 31 % 60
		f.Area = family.Area{Ward: fmt.Sprint("W", ward), District: fmt.Sprint("D", ward/8), Cluster: fmt.Sprint("C", i*17%25)}
		f.Framework = []string{"tf-phase1-2012", "tf-phase2-2015", "sf-2022"}[i%3]
		f.LeadAgency = fmt.Sprint("A", i*i%7)
		f.Schools = []string{fmt.Sprint(100000 + i*13%200), fmt.Sprint(100000 + i*29%200)}[:1+i%2]
		f.Headlines = []string{"crime", "education", "work", "health"}[i%3 : i%3+2]
		if i%2 == 0 {
			f.WorkedWith = f.Identified + 30
		}
		if i%6 == 0 {
			f.Results = []funnel.Result{{ID: []string{"cae", "job"}[i/6%2], Day: f.WorkedWith + 200, Claimed: f.WorkedWith + 200}}
		}
		in.Families = append(in.Families, f)
	}
	for b.Loop() {
		report(b, in, funnel.Options{AsAt: start + 1200, By: everything, Threshold: funnel.DefaultThreshold})
	}
}
