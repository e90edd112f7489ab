package returns_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hearthmatch/hearth/casework"
	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/casework/returns"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/tablefile"
)

var d = family.MustDate

// council is a small council of which everything that identifies anybody has
// "private" in it.
func council(n int) *returns.Input {
	in := &returns.Input{
		Key: []byte("0123456789abcdef"), From: d("2013-04-01"), To: d("2013-12-31"), LACode: "E08000035",
		Results:   []funnel.ResultName{{ID: "crime_asb_education"}, {ID: "continuous_employment"}},
		Threshold: funnel.DefaultThreshold,
		Members: func(f *returns.Family) ([]returns.Member, error) {
			return []returns.Member{
				{Person: "private-P2" + f.Case, Role: family.Child, Born: d("2004-05-06"), Sex: 'F', UPN: "private-upn", Postcode: "private-postcode",
					UPRN: "private-uprn", AddressWithheld: f.Case == "private-E2"},
				{Person: "private-P1" + f.Case, Role: family.Adult, Born: d("1980-01-31"), NINO: "private-nino", NHS: "private-nhs",
					Postcode: "private-postcode", UPRN: "private-uprn", Joined: d("2001-02-03")},
			}, nil
		},
	}
	for i := range n {
		f := returns.Family{
			Family: funnel.Family{
				Case:       fmt.Sprint("private-E", i+1),
				Place:      funnel.Place{Framework: "tf-phase1-2012", LeadAgency: "Early help", Headlines: []string{"education"}},
				Identified: d("2013-04-02") + family.Date(7*i),
			},
			Household: fmt.Sprint("private-H", i+1), Practitioner: "private-name",
			Needs: []returns.Need{{Criterion: "p1.unauth15", Headline: "education", Found: d("2013-04-02"), Achieved: d("2013-11-01"),
				Evidence: []family.RowRef{{Feed: family.Attendance, ID: "private-row"}}}},
		}
		f.Area = family.Area{Ward: "private-ward", District: "North"}
		if i%2 == 0 {
			f.WorkedWith = f.Identified + 14
			f.Results = []funnel.Result{{ID: "crime_asb_education", Claim: fmt.Sprint("private-E9", i), Day: f.WorkedWith + 60, Claimed: f.WorkedWith + 60}}
		}
		if i%5 == 0 {
			f.LeadAgency, f.Headlines = "Probation", []string{"crime_asb", "education"}
			f.Needs = append(f.Needs, returns.Need{Criterion: "p1.asb_order", Headline: "crime_asb", Found: d("2013-04-02"), Nominated: true})
		}
		f.Protected = i == 2
		in.Families = append(in.Families, f)
	}
	return in
}

func makeReturn(t interface{ Fatal(...any) }, in *returns.Input) *returns.Return {
	r, err := returns.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// csv writes the tables one after the other.
func csv(t interface{ Fatal(...any) }, tables ...tablefile.Table) string {
	var b bytes.Buffer
	for i := range tables {
		fmt.Fprintf(&b, "# %s\n", tables[i].Name)
		if err := tablefile.WriteCSV(&b, &tables[i]); err != nil {
			t.Fatal(err)
		}
		b.WriteString("\n")
	}
	return strings.ReplaceAll(b.String(), "\r\n", "\n")
}

func TestTables(t *testing.T) {
	for _, profile := range []returns.Profile{returns.Aggregate, returns.Identified} {
		in := council(12)
		in.Profile, in.LegalBasis, in.IncludeProtected = profile, "Welfare Reform Act 2012, s.131", true
		r := makeReturn(t, in)
		got := r.Title + "\n" + r.Note + "\n\n" + csv(t, append(r.Tables[:3:3], r.Tables[4:]...)...) // the funnel has tests of its own
		file := filepath.Join("testdata", profile.String()+".txt")
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s\n%s", diff, got)
		}
		for _, table := range r.Tables[:3] {
			stated := strings.Contains(table.Note, "Legal basis: "+in.LegalBasis)
			if stated != (profile == returns.Identified) {
				t.Errorf("%s, %s: the note is %q", profile, table.Name, table.Note)
			}
		}
		for _, f := range []tablefile.Format{tablefile.CSV, tablefile.Excel, tablefile.Parquet} {
			if _, err := tablefile.Files(f, r.Title, r.Note, r.Tables); err != nil {
				t.Errorf("%s as %s: %v", profile, f, err)
			}
		}
	}
}

// Nothing that identifies anybody is in an aggregate return, in any format.
func TestAggregateIdentifiesNobody(t *testing.T) {
	for _, threshold := range []int64{0, 5} {
		in := council(30)
		in.Threshold = threshold
		r := makeReturn(t, in)
		r.Tables = append(r.Tables[:3:3], r.Tables[4:]...) // the funnel has wards, of all families together
		for _, f := range []tablefile.Format{tablefile.CSV, tablefile.Parquet} {
			files, err := tablefile.Files(f, r.Title, r.Note, r.Tables)
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				for _, secret := range []string{"private", "2004-05", "1980-01", "0123456789abcdef"} {
					if bytes.Contains(file.Data, []byte(secret)) {
						t.Errorf("%s holds %s", file.Name, secret)
					}
				}
			}
		}
	}
}

// Addresses that are protected, and families at them without leave, are in no
// identified return.
func TestProtected(t *testing.T) {
	in := council(3) // E2 has a member whose address is withheld, E3 is protected
	in.Profile, in.LegalBasis = returns.Identified, "a law"
	without := csv(t, makeReturn(t, in).Tables[:3]...)
	if strings.Contains(without, "private-E3") {
		t.Error("the protected family is sent")
	}
	in.IncludeProtected = true
	r := makeReturn(t, in)
	if text := csv(t, r.Tables[0]); strings.Count(text, "private-ward") != 2 {
		t.Errorf("the ward of a protected family is sent:\n%s", text)
	}
	for _, row := range r.Tables[1].Rows {
		ref, postcode, uprn, withheld := row[1], row[8], row[9], row[10]
		hide := ref == "private-E3" || ref == "private-E2" && row[2] == "child"
		if (postcode == nil) != hide || (uprn == nil) != hide || withheld != hide {
			t.Errorf("%v: %v %v, withheld %v; want withheld %v", ref, postcode, uprn, withheld, hide)
		}
	}
}

// Neither the order of cases nor that of members reaches an aggregate return.
func TestOrderSaysNothing(t *testing.T) {
	in := council(20)
	want := csv(t, makeReturn(t, in).Tables...)
	slices.Reverse(in.Families)
	members := in.Members
	in.Members = func(f *returns.Family) ([]returns.Member, error) {
		out, err := members(f)
		slices.Reverse(out)
		return out, err
	}
	if diff := cmp.Diff(want, csv(t, makeReturn(t, in).Tables...)); diff != "" {
		t.Error(diff)
	}
}

func TestReferences(t *testing.T) {
	refs := func(key string, n int) map[any]bool {
		in := council(n)
		in.Key = []byte(key)
		out := map[any]bool{}
		for _, row := range makeReturn(t, in).Tables[0].Rows {
			out[row[0]] = true
		}
		return out
	}
	first := refs("0123456789abcdef", 10)
	if len(first) != 10 {
		t.Errorf("%d references for 10 families", len(first))
	}
	for ref := range first {
		if !refs("0123456789abcdef", 20)[ref] {
			t.Errorf("%v is gone from the next return", ref)
		}
		if refs("fedcba9876543210", 10)[ref] {
			t.Errorf("%v does not depend on the key", ref)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*returns.Input)
		want   string
	}{
		{"no key", func(in *returns.Input) { in.Key = nil }, "key: an aggregate return needs a secret key of 16 bytes"},
		{"no basis", func(in *returns.Input) { in.Profile, in.LegalBasis = returns.Identified, " " }, "legal_basis: an identified return needs"},
		{"no period", func(in *returns.Input) { in.From = 0 }, "from, to: give the first and the last day"},
		{"backwards", func(in *returns.Input) { in.To = in.From - 1 }, "from, to: give"},
		{"profile", func(in *returns.Input) { in.Profile = 7 }, "profile: choose"},
		{"members", func(in *returns.Input) { in.Members = nil }, "members: say how"},
		{"threshold", func(in *returns.Input) { in.Threshold = -1 }, "suppress_below"},
	} {
		in := council(1)
		c.change(in)
		if _, err := returns.Make(in); !errors.Is(err, family.ErrInvalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.want)
		}
	}
	in, lost := council(1), errors.New("no store")
	in.Members = func(*returns.Family) ([]returns.Member, error) { return nil, lost }
	if _, err := returns.Make(in); !errors.Is(err, lost) {
		t.Errorf("error %v, want that of Members", err)
	}
}

// Counting the rows of an aggregate return by agency, headline, framework or
// result gives what its funnel shows, and nothing where the funnel withholds.
func TestRowsKeepWhatTheFunnelWithholds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := council(rapid.IntRange(0, 40).Draw(t, "families"))
		for i := range in.Families {
			f := &in.Families[i]
			f.Framework = rapid.SampledFrom([]string{"tf", "tf", "tf", "sf"}).Draw(t, "framework")
			f.LeadAgency = rapid.SampledFrom([]string{"A", "A", "B", "C"}).Draw(t, "agency")
			f.Headlines = rapid.SampledFrom([][]string{{"x"}, {"x", "y"}, {"y"}, {"z"}}).Draw(t, "headlines")
			for j := range f.Results {
				f.Results[j].ID = rapid.SampledFrom([]string{"r", "r", "s"}).Draw(t, "result")
			}
		}
		r := makeReturn(t, in)
		rows := count(r.Tables[0])
		without := int64(0) // each family has a headline
		for _, row := range r.Tables[0].Rows {
			if row[5] == nil {
				without++
			}
			if row[2] == nil && row[6] != nil {
				t.Fatalf("the results %v tell a framework that is withheld", row[6])
			}
		}
		if without > 0 && without < in.Threshold && without < int64(len(in.Families)) {
			t.Fatalf("%d families have no headline but such as are withheld", without)
		}
		for _, row := range r.Tables[3].Rows { // the funnel
			by, id, stage, result, n, hidden := row[2], row[3], row[5], row[6], row[7], row[8]
			var column string
			switch {
			case by == "authority" && stage == "turned_round" && result != nil:
				column, id = "results", result
			case by == "lead_agency" && stage == "identified":
				column = "lead_practitioner_org"
			case by == "framework" && stage == "identified":
				column = "framework"
			case by == "headline" && stage == "identified":
				column = "headlines"
			default:
				continue
			}
			got := rows[column][id]
			if hidden == true && got != 0 || hidden != true && got != 0 && got != n {
				t.Fatalf("%s %v: %d rows, the funnel has %v, withheld %v", column, id, got, n, hidden)
			}
		}
	})
}

// count counts the values of each text column.
func count(t tablefile.Table) map[string]map[any]int64 {
	out := map[string]map[any]int64{}
	for i, c := range t.Columns {
		out[c.Name] = map[any]int64{}
		for _, row := range t.Rows {
			if s, ok := row[i].(string); ok {
				for part := range strings.SplitSeq(s, ";") {
					out[c.Name][part]++
				}
			}
		}
	}
	return out
}

// Rare needs are blank, and never so few of a headline that they are known.
func TestRareNeeds(t *testing.T) {
	in := council(0)
	for i := range 40 {
		f := returns.Family{Family: funnel.Family{Case: fmt.Sprint("E", i+1), Identified: in.From,
			Place: funnel.Place{Framework: "sf-2022", LeadAgency: "A", Headlines: []string{"crime"}}}}
		code := "7.1"
		switch {
		case i < 3:
			code = "7.2"
		case i < 10:
			code = "7.3"
		}
		f.Needs = []returns.Need{{Criterion: code, Headline: "crime", Found: in.From}}
		in.Families = append(in.Families, f)
	}
	got := count(makeReturn(t, in).Tables[2])["need_code"]
	if diff := cmp.Diff(map[any]int64{"7.1": 30}, got); diff != "" {
		t.Errorf("3 of 7.2 and 7 of 7.3 have to be blank together:\n%s", diff)
	}
}

// The families of a book: what it knows of each case.
func TestFromBook(t *testing.T) {
	b := casework.NewBook()
	n := 0
	apply := func(e family.CaseEvent) string {
		n++
		e.ID, e.By = fmt.Sprint("E", n), "coordinator"
		if err := b.Apply(e); err != nil {
			t.Fatal(err)
		}
		return e.ID
	}
	record := []family.RecordRef{{RowRef: family.RowRef{Feed: family.Housing, ID: "1"}}}
	id := apply(family.CaseEvent{Kind: family.CaseIdentified, Day: d("2023-01-09"), Records: record, Framework: "sf-2022",
		Needs: []string{"1.1", "7.1"}, Area: family.Area{Ward: "Mill"}, Schools: []string{"100001"}})
	apply(family.CaseEvent{Kind: family.CaseContacted, Subject: id, Day: d("2023-01-10")})
	apply(family.CaseEvent{Kind: family.CaseAgreed, Subject: id, Day: d("2023-01-11")})
	apply(family.CaseEvent{Kind: family.CaseWorkedWith, Subject: id, Day: d("2023-01-12"), LeadAgency: "Early help", LeadPractitioner: "K. Worker"})
	apply(family.CaseEvent{Kind: family.CaseClosed, Subject: id, Day: d("2023-09-01"), Outcome: "completed"})
	claim := apply(family.CaseEvent{Kind: family.CaseClaimed, Subject: id, Day: d("2023-10-01"), Framework: "sf-2022", Outcome: "outcome",
		SnapshotHash: strings.Repeat("0", 64)})
	headline := func(_, criterion string) string { return map[byte]string{'1': "education", '7': "crime"}[criterion[0]] }
	terms := funnel.Terms{Headlines: func(framework string, needs []string) []string {
		var out []string
		for _, id := range needs {
			out = append(out, headline(framework, id))
		}
		return out
	}}
	want := []returns.Family{{
		Family: funnel.Family{
			Case: id, Identified: d("2023-01-09"), Contacted: d("2023-01-10"), Agreed: d("2023-01-11"), WorkedWith: d("2023-01-12"),
			Place: funnel.Place{Framework: "sf-2022", Area: family.Area{Ward: "Mill"}, Schools: []string{"100001"}, LeadAgency: "Early help",
				Headlines: []string{"education", "crime"}},
			Results: []funnel.Result{{ID: "outcome", Claim: claim, Day: d("2023-10-01"), Claimed: d("2023-10-01")}},
		},
		Closed: d("2023-09-01"), Practitioner: "K. Worker",
		Needs: []returns.Need{{Criterion: "1.1", Headline: "education", Found: d("2023-01-09")},
			{Criterion: "7.1", Headline: "crime", Found: d("2023-01-09")}},
	}}
	if diff := cmp.Diff(want, returns.FromBook(b, casework.View{Day: d("2023-12-31")}, terms, headline)); diff != "" {
		t.Error(diff)
	}
	before := returns.FromBook(b, casework.View{Day: d("2023-01-31")}, terms, headline)
	if len(before) != 1 || before[0].Closed != 0 || before[0].Results != nil {
		t.Errorf("in January the case was open and nothing claimed: %+v", before)
	}
}

// docs/returns.md describes each column as the tables have it.
func TestDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/returns.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]map[string]int{} // by table and line, the profiles that it is in
	for _, profile := range []returns.Profile{returns.Aggregate, returns.Identified} {
		in := council(1)
		in.Profile, in.LegalBasis = profile, "a law"
		for _, table := range makeReturn(t, in).Tables {
			for _, c := range table.Columns {
				if rows[table.Name] == nil {
					rows[table.Name] = map[string]int{}
				}
				rows[table.Name][fmt.Sprintf("`%s` | %s | %%s | %s |", c.Name, c.Type, c.Note)] |= 1 << profile
			}
		}
	}
	for table, lines := range rows {
		_, section, found := strings.Cut(string(page), "## "+table+"\n")
		if !found {
			t.Errorf("docs/returns.md has no section %s", table)
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for line, in := range lines {
			line = fmt.Sprintf("| "+line, []string{"", "aggregate", "identified", "both"}[in])
			if !strings.Contains(section, line) {
				t.Errorf("docs/returns.md, section %s, lacks the line\n%s", table, line)
			}
		}
		if n := strings.Count(section, "\n| `"); n != len(lines) {
			t.Errorf("docs/returns.md, section %s, has %d columns, the table %d", table, n, len(lines))
		}
	}
}
