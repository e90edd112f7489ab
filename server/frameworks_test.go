package server_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hearthmatch/hearth/family"
	adminpb "github.com/hearthmatch/hearth/proto/hearth/admin/v1"
	caseworkpb "github.com/hearthmatch/hearth/proto/hearth/casework/v1"
	querypb "github.com/hearthmatch/hearth/proto/hearth/query/v1"
)

func TestPublishFramework(t *testing.T) {
	w := newWorld(0)
	a := adminpb.NewAdminServiceClient(serve(t, w, nil, nil))
	rules, cases := shipped("tf-phase1-2012.yaml"), shipped("tf-phase1-2012.cases.txt")
	broken := &adminpb.FrameworkFile{Name: "council.yaml", Data: []byte("id: council\nversion: one\ncolour: blue\n")}
	failing := &adminpb.FrameworkFile{Name: "council.cases.txt", Data: []byte("nobody is enough\n  member P1 adult 1985-01-01\n  want work met\n")}
	publish := func(by string, req *adminpb.PublishFrameworkRequest) error {
		ctx := t.Context()
		if by != "" {
			ctx = as(t, by)
		}
		_, err := a.PublishFramework(ctx, req)
		return err
	}
	for _, tc := range []struct {
		name   string
		err    error
		fields string
	}{
		{"without a name", publish("", &adminpb.PublishFrameworkRequest{File: rules, Cases: cases, Reason: "x"}), "hearth-actor"},
		{"without a reason", publish("A. Nalyst", &adminpb.PublishFrameworkRequest{File: rules, Cases: cases}), "reason"},
		{"without its cases", publish("A. Nalyst", &adminpb.PublishFrameworkRequest{File: rules, Reason: "x"}), "cases"},
		{"without a file", publish("A. Nalyst", &adminpb.PublishFrameworkRequest{Cases: cases, Reason: "x"}), "file"},
		{"cases that fail", publish("A. Nalyst", &adminpb.PublishFrameworkRequest{File: rules, Cases: failing, Reason: "x"}), "council.cases.txt:3"},
	} {
		_, fields := detailsOf(t, tc.err)
		if status.Code(tc.err) != codes.InvalidArgument || strings.Join(fields, " ") != tc.fields {
			t.Errorf("%s: got %v with fields %v, want INVALID_ARGUMENT with %s", tc.name, tc.err, fields, tc.fields)
		}
	}
	err := publish("A. Nalyst", &adminpb.PublishFrameworkRequest{File: broken, Cases: cases, Reason: "x"})
	if _, fields := detailsOf(t, err); status.Code(err) != codes.InvalidArgument || len(fields) == 0 || !strings.HasPrefix(fields[0], "council.yaml:") {
		t.Errorf("a broken file: got %v with fields %v, want its lines", err, fields)
	}
	if err := publish("A. Nalyst", &adminpb.PublishFrameworkRequest{File: rules, Cases: cases, Reason: "x", ValidateOnly: true}); err != nil || len(w.published) != 0 {
		t.Errorf("validated: %v, and %d published", err, len(w.published))
	}
	if err := publish("A. Nalyst", &adminpb.PublishFrameworkRequest{File: rules, Cases: cases, Reason: "as it is"}); err != nil || len(w.published) != 1 {
		t.Fatalf("published: %v, %d", err, len(w.published))
	}
	if p := w.published[0]; p.By != "A. Nalyst" || p.ID != "tf-phase1-2012" || p.Reason != "as it is" || len(p.Cases) == 0 {
		t.Errorf("published %q by %q for %q", p.ID, p.By, p.Reason)
	}
}

// TestPublishFrameworkOneAtATime: of publications that could not all be used
// only the first passes, however many are checked at once.
func TestPublishFrameworkOneAtATime(t *testing.T) {
	w := newWorld(0)
	w.onlyOne = true
	a := adminpb.NewAdminServiceClient(serve(t, w, nil, nil))
	req := &adminpb.PublishFrameworkRequest{File: shipped("sf-2022.yaml"), Cases: shipped("sf-2022.cases.txt"), Reason: "x"}
	ctx := as(t, "A. Nalyst")
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = a.PublishFramework(ctx, req) })
	}
	wg.Wait()
	passed := 0
	for _, err := range errs {
		switch status.Code(err) {
		case codes.OK:
			passed++
		case codes.InvalidArgument:
		default:
			t.Errorf("got %v", err)
		}
	}
	if passed != 1 || len(w.published) != 1 {
		t.Errorf("%d passed and %d are kept, want 1", passed, len(w.published))
	}
}

func TestListAndGetFrameworks(t *testing.T) {
	w := newWorld(0)
	w.published = []family.PublishedFramework{{ID: "sf-2022", By: "A. Nalyst", File: shipped("sf-2022.yaml").Data, At: clock}}
	a := adminpb.NewAdminServiceClient(serve(t, w, nil, nil))
	list, err := a.ListFrameworks(t.Context(), &adminpb.ListFrameworksRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range list.Frameworks {
		line := f.FrameworkId + " " + f.Source
		if f.InUse {
			line += " now"
		}
		if f.Next {
			line += " next"
		}
		got = append(got, line)
	}
	want := []string{"sf-2022 shipped now", "sf-2022 published next", "tf-phase1-2012 shipped now next", "tf-phase2-2015 shipped now next"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	one, err := a.GetFramework(t.Context(), &adminpb.GetFrameworkRequest{FrameworkId: "sf-2022", Next: true})
	if err != nil || one.Framework.PublishedBy != "A. Nalyst" || !slices.Equal(one.File.Data, shipped("sf-2022.yaml").Data) {
		t.Errorf("got %v, %v", one, err)
	}
	if _, err := a.GetFramework(t.Context(), &adminpb.GetFrameworkRequest{FrameworkId: "sf-2099"}); status.Code(err) != codes.NotFound {
		t.Errorf("got %v, want NOT_FOUND", err)
	}
}

func TestCheckFrameworkSaysEverything(t *testing.T) {
	a := adminpb.NewAdminServiceClient(serve(t, newWorld(0), nil, nil))
	got, err := a.CheckFramework(t.Context(), &adminpb.CheckFrameworkRequest{
		File:  &adminpb.FrameworkFile{Name: "/somewhere/council.yaml", Data: []byte("id: council\nversion: 1\ncolour: blue\n")},
		Cases: shipped("tf-phase1-2012.cases.txt"),
	})
	if err != nil || len(got.Faults) == 0 || got.Faults[0].File != "council.yaml" || got.Faults[0].Line != 3 || got.Framework != nil {
		t.Errorf("got %v, %v; want the fault of line 3", got, err)
	}
	got, err = a.CheckFramework(t.Context(), &adminpb.CheckFrameworkRequest{File: shipped("tf-phase1-2012.yaml"), Cases: shipped("tf-phase1-2012.cases.txt")})
	if err != nil || len(got.Faults) != 0 || got.Cases == 0 || got.Framework.GetFrameworkId() != "tf-phase1-2012" {
		t.Errorf("got %v, %v; want it to be right", got, err)
	}
}

func TestDiffFramework(t *testing.T) {
	w := newWorld(4) // H1 and H2 (protected) are eligible, of the four others every second
	a := adminpb.NewAdminServiceClient(serve(t, w, nil, nil))
	got, err := a.DiffFramework(as(t, "A. Nalyst"), &adminpb.DiffFrameworkRequest{File: shipped("sf-2022.yaml")})
	if err != nil {
		t.Fatal(err)
	}
	if got.Before != 4 || got.After != 2 || len(got.Gained) != 2 || len(got.Lost) != 3 || got.Against != "sf-2022" || slices.Contains(got.Lost, id('H', 2)) {
		t.Errorf("got %v", got)
	}
	if c := got.Criteria[0]; c.Criterion != "1.1" || c.Before != 4 || c.After != 4 {
		t.Errorf("criterion %v", c)
	}
	if _, err := a.DiffFramework(as(t, "A. Nalyst"), &adminpb.DiffFrameworkRequest{File: shipped("tf-phase1-2012.yaml")}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("nothing to compare with: got %v, want INVALID_ARGUMENT", err)
	}
}

func TestCandidatesThatNearlyQualify(t *testing.T) {
	w := newWorld(4)
	w.candidates[3].Headlines[0].Status = family.Unknown // of one that is not eligible
	w.candidates[3].Needs[0].Nominations = []string{"E5"}
	q := querypb.NewQueryServiceClient(serve(t, w, nil, nil))
	list := func(f *querypb.CandidateFilter) []*querypb.Candidate {
		t.Helper()
		got, err := q.ListCandidates(as(t, "a"), &querypb.ListCandidatesRequest{Framework: sf, Filter: f})
		if err != nil {
			t.Fatal(err)
		}
		return got.Candidates
	}
	short := list(&querypb.CandidateFilter{OneShort: true})
	if len(short) != 2 || !short[0].OneShort || short[0].Eligible {
		t.Errorf("one short: %v", short)
	}
	tips := list(&querypb.CandidateFilter{UnknownTips: true})
	if len(tips) != 1 || !tips[0].UnknownTips || tips[0].Needs[0].Nominations[0] != "E5" {
		t.Errorf("unknown tips: %v", tips)
	}
	if all := list(nil); all[0].OneShort || all[0].UnknownTips {
		t.Errorf("an eligible one is neither: %v", all[0])
	}
}

func TestFunnel(t *testing.T) {
	w := newWorld(0)
	for i := range w.candidates {
		w.candidates[i].Area = family.Area{Ward: "Elm", District: "North"}
	}
	h := w.households[id('H', 1)]
	h.Area = family.Area{Ward: "Elm", District: "North"}
	w.households[h.ID] = h
	for _, r := range []*family.Row{
		family.NewRow(family.Targets, "t1", []family.Value{{Column: family.ColArea, Text: "Anytown"}, {Column: family.ColTargetFamilies, Text: "8"}}),
		family.NewRow(family.Population, "p1", []family.Value{{Column: family.ColArea, Text: "Anytown"}, {Column: family.ColPopulation, Text: "2000"}}),
		family.NewRow(family.Schools, "s1", []family.Value{{Column: family.ColURN, Text: "100001"}, {Column: family.ColContributes, Text: "Y"}}),
		family.NewRow(family.Addresses, "a1", []family.Value{{Column: family.ColWard, Text: "Oak"}, {Column: family.ColDistrict, Text: "South"}}),
	} {
		w.rows[r.Ref()] = r
	}
	o := officeOf(t, w)
	o.claimed(w)
	count := func(r *caseworkpb.FunnelRow, got *caseworkpb.GetFunnelResponse, measure string) string {
		for i, m := range got.Measures {
			if m.Measure == measure {
				if c := r.Cells[i]; c.Withheld {
					return "withheld"
				} else if c.Count != nil {
					return string(rune('0' + *c.Count))
				}
			}
		}
		return "none"
	}
	got, err := o.GetFunnel(o.by("A. Nalyst"), &caseworkpb.GetFunnelRequest{Framework: sf, By: []string{"ward"}, Authority: "Anytown"})
	if err != nil {
		t.Fatal(err)
	}
	whole := got.Rows[0]
	if *whole.Target != 8 || *whole.Population != 2000 || got.ContributingSchools != 1 || got.NightId != "N9" {
		t.Errorf("the whole: %v of %d schools", whole, got.Schools)
	}
	for measure, want := range map[string]string{"eligible": "2", "identified": "1", "worked_with": "1", "turned_round": "1", "claimed": "1"} {
		if n := count(whole, got, measure); n != want {
			t.Errorf("%s: got %s, want %s", measure, n, want)
		}
	}
	wards := map[string]string{}
	for _, r := range got.Rows[1:] {
		wards[r.Group] = count(r, got, "eligible")
	}
	if wards["Elm"] != "1" || wards["Oak"] != "0" || wards[""] != "1" {
		t.Errorf("wards: %v; the protected family is in none", wards)
	}
	got, err = o.GetFunnel(o.by("A. Nalyst"), &caseworkpb.GetFunnelRequest{Framework: sf, By: []string{"ward"}, SuppressBelow: 5})
	if err != nil || count(got.Rows[0], got, "identified") != "withheld" {
		t.Errorf("suppressed: %v, %v", got, err)
	}
	before, err := o.GetFunnel(o.by("A. Nalyst"), &caseworkpb.GetFunnelRequest{Framework: sf, AsAt: "2025-02-04"})
	if err != nil || count(before.Rows[0], before, "contacted") != "1" || count(before.Rows[0], before, "worked_with") != "0" {
		t.Errorf("as at the day of contact: %v, %v", before, err)
	}
	_, err = o.GetFunnel(o.by("A. Nalyst"), &caseworkpb.GetFunnelRequest{Framework: "sf-2099", By: []string{"planet"}})
	if _, fields := detailsOf(t, err); strings.Join(fields, " ") != "by framework" {
		t.Errorf("got %v", err)
	}
}
